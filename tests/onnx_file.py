"""ONNX models of two steps, written without the library that writes them.

A model is a protocol buffer, and a small one can be put together by hand: it takes features of the
shape that Smart Turn takes and makes one number of them.
"""

from __future__ import annotations

from pathlib import Path

_FLOAT, _ATTRIBUTE_INT = 1, 2


def write_model(
    path: Path, *, reduce: str = "ReduceMean", squash: str = "Sigmoid", taking: str = ""
) -> Path:
    """Write a model and return its path.

    Args:
        path: of the file.
        reduce: operator that makes one number of all.
        squash: operator that brings it to where it belongs.
        taking: name of its input; '' for the one of Smart Turn.
    """
    name = taking or "input_features"
    keep = _text(1, "keepdims") + _number(3, 0) + _number(20, _ATTRIBUTE_INT)
    first = _text(1, name) + _text(2, "x") + _text(4, reduce) + _bytes(5, keep)
    then = _text(1, "x") + _text(2, "logits") + _text(4, squash)
    graph = (
        _bytes(1, first)
        + _bytes(1, then)
        + _text(2, "tiny")
        + _bytes(11, _value(name, (1, 80, 800)))
        + _bytes(12, _value("logits", ()))
    )
    path.write_bytes(_number(1, 8) + _bytes(8, _number(2, 13)) + _bytes(7, graph))
    return path


def _value(name: str, shape: tuple[int, ...]) -> bytes:
    sizes = b"".join(_bytes(1, _number(1, size)) for size in shape)
    tensor = _number(1, _FLOAT) + _bytes(2, sizes)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())
