"""Reads an acoustic model of `nnet3` back and computes it, slowly and plainly, as Kaldi would.

This is the check on the export: it shares no code with the writer, takes the network from the
file alone, and follows nnet3's rules, in numpy. Whatever it computes from the features of a
recording has to be what PyTorch computed. Only what the writer writes is understood.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]

SUBSAMPLING = 3
"""Frames of features for one frame of output."""


@dataclass
class Component:
    """A component: its kind, and its fields by their names without brackets."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class Series:
    """Values of a node at consecutive frames: shape (frames, size), the first at ``first``."""

    first: int
    values: Floats


@dataclass
class AcousticModel:
    """What is in a file.

    Attributes:
        tuples: shape (transition states, 4): phone, state, output for entering, for staying.
        log_probs: of the transitions, shape (transitions + 1,).
        nodes: text of each node by its name, in order: component and input.
        components: by name.
        left, right: frames of context.
    """

    tuples: NDArray[np.int32]
    log_probs: Floats
    nodes: dict[str, dict[str, str]]
    components: dict[str, Component]
    left: int
    right: int

    def outputs(self, features: Floats) -> Floats:
        """Return the network's outputs, shape (ceil(frames / 3), outputs).

        The first and the last frame of the features, shape (frames, size), go on before and after
        them, as they do in online decoding.
        """
        padded = np.pad(features, ((self.left, self.right), (0, 0)), mode="edge")
        series = {"input": Series(-self.left, padded.astype(np.float64))}
        for name, node in self.nodes.items():
            given = _read_descriptor(node["input"], series)
            component = self.components.get(node.get("component", ""))
            series[name] = given if component is None else _apply(component, given)
        output = series["output"]
        return output.values[-output.first :: SUBSAMPLING][: -(-len(features) // SUBSAMPLING)]


def _apply(component: Component, given: Series) -> Series:
    """Return what a component makes of its input."""
    fields, values = component.fields, given.values
    if component.kind == "AffineComponent":
        values = values @ fields["LinearParams"].T + fields["BiasParams"]
    elif component.kind == "LinearComponent":
        values = values @ fields["Params"].T
    elif component.kind == "RectifiedLinearComponent":
        values = np.maximum(values, 0)
    elif component.kind == "ScaleAndOffsetComponent":
        values = values * fields["Scales"] + fields["Offsets"]
    elif component.kind != "NoOpComponent":
        raise ValueError(f"unknown component {component.kind}")
    return Series(given.first, values)


def _read_descriptor(text: str, series: dict[str, Series]) -> Series:
    """Return the values that a descriptor such as ``Append(Offset(x, -3), x)`` stands for."""
    match = re.fullmatch(r"(\w+)\((.*)\)", text)
    if not match:
        return series[text]
    operation, arguments = match[1], _split(match[2])
    if operation == "Offset":
        given = _read_descriptor(arguments[0], series)
        return Series(given.first - int(arguments[1]), given.values)
    if operation == "Scale":
        given = _read_descriptor(arguments[1], series)
        return Series(given.first, float(arguments[0]) * given.values)
    parts = [_read_descriptor(argument, series) for argument in arguments]
    first = max(part.first for part in parts)
    end = min(part.first + len(part.values) for part in parts)
    cut = [part.values[first - part.first : end - part.first] for part in parts]
    if operation == "Append":
        return Series(first, np.concatenate(cut, axis=1))
    if operation == "Sum":
        return Series(first, np.sum(cut, axis=0))
    raise ValueError(f"unknown descriptor {operation}")


def _split(text: str) -> list[str]:
    """Cut a list at the commas that are in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def read_acoustic_model(path: Path) -> AcousticModel:
    """Read a file that `nnet3.write_acoustic_model` has written.

    Raises:
        ValueError: it is none.
    """
    return _Reader(path.read_bytes()).model()


class _Reader:
    """Takes a file apart from its start to its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def model(self) -> AcousticModel:
        if self._take(2) != b"\0B":
            raise ValueError("not a binary model")
        self._expect("<TransitionModel>", "<Topology>")
        self._at = self._data.index(b"</Topology> ", self._at)
        self._expect("</Topology>", "<Tuples>")
        count = self._int()
        tuples = np.array([self._int() for _ in range(4 * count)], np.int32).reshape(count, 4)
        self._expect("</Tuples>", "<LogProbs>")
        log_probs = self._floats()
        self._expect("</LogProbs>", "</TransitionModel>", "<Nnet3>")
        nodes = self._nodes()
        self._expect("<NumComponents>")
        components = dict(self._component() for _ in range(self._int()))
        self._expect("</Nnet3>", "<LeftContext>")
        left = self._int()
        self._expect("<RightContext>")
        right = self._int()
        self._expect("<Priors>")
        if self._floats().size or self._at != len(self._data):
            raise ValueError("priors, or something after the model")
        return AcousticModel(tuples, log_probs, nodes, components, left, right)

    def _nodes(self) -> dict[str, dict[str, str]]:
        end = self._data.index(b"\n\n", self._at)
        lines = self._take(end + 2 - self._at).decode().split("\n")
        nodes = {}
        for line in filter(None, lines):
            kind, rest = line.split(" ", 1)
            given = dict(re.findall(r"(\w+)=(.*?)(?= \w+=|$)", rest))
            if kind != "input-node":
                nodes[given["name"]] = given
        return nodes

    def _component(self) -> tuple[str, Component]:
        self._expect("<ComponentName>")
        name, kind = self._token(), self._token().strip("<>")
        component = Component(kind)
        while (key := self._token().strip("<>")) != f"/{kind}":
            values = []
            while self._data[self._at : self._at + 1] != b"<":
                values.append(self._value())
            component.fields[key] = values[0] if len(values) == 1 else values
        return name, component

    def _value(self) -> Any:
        start = self._data[self._at : self._at + 1]
        if start in (b"F", b"C") and self._data[self._at + 1 : self._at + 2] in (b"V", b"M"):
            return self._floats()
        if start in (b"T", b"F"):
            return self._take(1) == b"T"
        size = self._take(1)[0]
        return self._take(size)  # an integer or a real number: the format does not say

    def _floats(self) -> Floats:
        """Return a vector or a matrix, compressed or not."""
        kind = self._token()
        if kind == "FV":
            return np.frombuffer(self._take(4 * self._int()), "<f4")
        if kind == "FM":
            rows, columns = self._int(), self._int()
            return np.frombuffer(self._take(4 * rows * columns), "<f4").reshape(rows, columns)
        if kind == "CM2":
            low, span, rows, columns = struct.unpack("<ffii", self._take(16))
            steps = np.frombuffer(self._take(2 * rows * columns), "<u2").reshape(rows, columns)
            return np.asarray(low + steps * (span / 65535), np.float32)
        raise ValueError(f"{kind} is neither a vector nor a matrix")

    def _int(self) -> int:
        size, value = struct.unpack("<bi", self._take(5))
        if size != 4:
            raise ValueError("no integer of 4 bytes")
        return int(value)

    def _token(self) -> str:
        end = self._data.index(b" ", self._at)
        return self._take(end + 1 - self._at)[:-1].decode()

    def _expect(self, *tokens: str) -> None:
        for token in tokens:
            found = self._token()
            if found != token:
                raise ValueError(f"expected {token}, found {found[:40]}")

    def _take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        self._at += count
        return piece
