"""Writes an acoustic model in Kaldi's binary format: ``am/final.mdl``.

The file holds a transition model (see `transitions`) and a network of nnet3. A network is handed
over as a list of layers in order of computation; every layer reads layers before it, or ``input``,
and the last one is the output. A layer that looks at other times than its own says so in frames of
10 ms. The formats are those of Kaldi's ``hmm/transition-model.cc``, ``nnet3/nnet-nnet.cc``,
``nnet3/nnet-simple-component.cc`` and ``matrix/compressed-matrix.cc``; `nnet3_reader` reads them
back.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.recipe.phones import PHONE_COUNT
from models.recipe.transitions import transition_states

Floats: TypeAlias = NDArray[np.floating[Any]]

INPUT = "input"
"""Name of the features among the layers."""


@dataclass(frozen=True)
class Affine:
    """A matrix, and a bias if it has one, on one layer at one or more times: a convolution in time.

    Attributes:
        name: of the layer.
        source: the layer that it reads.
        weight: shape (outputs, times x inputs): the inputs of the first time, of the second, ...
        bias: shape (outputs,), or None: then Kaldi's linear component.
        offsets: times relative to its own, in frames, in the order of the weight's columns.
        compressed: store the weight in 16 bits, scaled to its range, and not in 32.
    """

    name: str
    source: str
    weight: Floats
    bias: Floats | None = None
    offsets: tuple[int, ...] = (0,)
    compressed: bool = True


@dataclass(frozen=True)
class Relu:
    """What is above zero of a layer."""

    name: str
    source: str


@dataclass(frozen=True)
class ScaleOffset:
    """Each dimension times a scale, plus an offset: a batch normalisation that has been learnt."""

    name: str
    source: str
    scale: Floats
    offset: Floats


@dataclass(frozen=True)
class Sum:
    """A weighted sum of layers: ``terms`` are names and weights."""

    name: str
    terms: tuple[tuple[str, float], ...]


Layer: TypeAlias = Affine | Relu | ScaleOffset | Sum


def write_acoustic_model(path: Path, layers: Sequence[Layer], input_size: int) -> None:
    """Write a network, with the transition model of `transitions`, as a model for Vosk.

    Args:
        path: of the file; its folder is made.
        layers: in order of computation; the last is the output, one value for each output of
            `phones.OUTPUT_COUNT`, at every third frame.
        input_size: values of a frame of features.

    Raises:
        ValueError: a layer reads one that is not before it, or does not fit to it in size.
    """
    network = _network(layers, input_size)
    left, right = context(layers)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"\0B"
        + _transition_model()
        + network
        + _token("<LeftContext>")
        + _int(left)
        + _token("<RightContext>")
        + _int(right)
        + _token("<Priors>")
        + _vector([])
    )


def context(layers: Sequence[Layer]) -> tuple[int, int]:
    """Return how many frames before and after its own time the network looks at."""
    reach = {INPUT: (0, 0)}
    for layer in layers:
        offsets = layer.offsets if isinstance(layer, Affine) else (0,)
        before, after = zip(*(reach[source] for source in _sources(layer)), strict=True)
        reach[layer.name] = (max(before) - min(offsets), max(after) + max(offsets))
    left, right = reach[layers[-1].name]
    return max(left, 0), max(right, 0)


def _sources(layer: Layer) -> tuple[str, ...]:
    return tuple(name for name, _ in layer.terms) if isinstance(layer, Sum) else (layer.source,)


# The network


def _network(layers: Sequence[Layer], input_size: int) -> bytes:
    """Return the network: its nodes as text, then the components that they use."""
    lines = [f"input-node name={INPUT} dim={input_size}"]
    components = []
    sizes = {INPUT: input_size}
    for layer in layers:
        sizes[layer.name] = _size(layer, sizes)
        name = layer.name
        lines.append(f"component-node name={name} component={name} input={_descriptor(layer)}")
        components.append(_token("<ComponentName>") + _token(name) + _component(layer, sizes[name]))
    lines.append(f"output-node name=output input={layers[-1].name} objective=linear")
    text = "".join(f"{line}\n" for line in lines)
    return (
        _token("<Nnet3>")
        + f"\n{text}\n".encode()
        + _token("<NumComponents>")
        + _int(len(components))
        + b"".join(components)
        + _token("</Nnet3>")
    )


def _size(layer: Layer, sizes: dict[str, int]) -> int:
    """Return the size of a layer's output, having seen that its input fits."""
    for source in _sources(layer):
        if source not in sizes:
            raise ValueError(f"layer {layer.name} reads {source}, which is not before it")
    of_input = sizes[_sources(layer)[0]]
    if isinstance(layer, Affine):
        size, columns = (int(length) for length in layer.weight.shape)
        fits = columns == of_input * len(layer.offsets)
        fits &= layer.bias is None or layer.bias.shape == (size,)
    else:
        size = of_input
        fits = all(sizes[source] == size for source in _sources(layer))
        if isinstance(layer, ScaleOffset):
            fits &= layer.scale.shape == layer.offset.shape == (size,)
    if not fits:
        raise ValueError(f"layer {layer.name} does not fit to its input of {of_input}")
    return size


def _descriptor(layer: Layer) -> str:
    """Return what a layer reads, in nnet3's notation."""
    if isinstance(layer, Affine):
        parts = [
            layer.source if offset == 0 else f"Offset({layer.source}, {offset})"
            for offset in layer.offsets
        ]
        return parts[0] if len(parts) == 1 else f"Append({', '.join(parts)})"
    if isinstance(layer, Sum):
        terms = [
            name if weight == 1 else f"Scale({weight:g}, {name})" for name, weight in layer.terms
        ]
        total = terms.pop()
        while terms:
            total = f"Sum({terms.pop()}, {total})"
        return total
    return layer.source


def _component(layer: Layer, size: int) -> bytes:
    """Return the component of a layer; `size` is that of its output."""
    if isinstance(layer, Affine):
        matrix = _compressed_matrix if layer.compressed else _matrix
        if layer.bias is None:
            return _linear(matrix(layer.weight))
        return _element(
            "AffineComponent",
            _learning_rate(),
            _token("<LinearParams>") + matrix(layer.weight),
            _token("<BiasParams>") + _vector(layer.bias),
        )
    if isinstance(layer, Relu):
        return _element(
            "RectifiedLinearComponent",
            _token("<Dim>") + _int(size),
            _token("<ValueAvg>") + _vector([]),
            _token("<DerivAvg>") + _vector([]),
            _token("<Count>") + _double(0.0),
        )
    if isinstance(layer, ScaleOffset):
        return _element(
            "ScaleAndOffsetComponent",
            _learning_rate(),
            _token("<Dim>") + _int(size),
            _token("<Scales>") + _vector(layer.scale),
            _token("<Offsets>") + _vector(layer.offset),
            _token("<UseNaturalGradient>") + _bool(False),
            _token("<Rank>") + _int(1),
        )
    return _element(
        "NoOpComponent",
        _token("<Dim>") + _int(size),
        _token("<BackpropScale>") + _float(1.0),
    )


def _linear(weight: bytes) -> bytes:
    """Return an affine component without bias; what follows the weight is for Kaldi's training."""
    return _element(
        "LinearComponent",
        _learning_rate(),
        _token("<Params>") + weight,
        _token("<OrthonormalConstraint>") + _float(0.0),
        _token("<UseNaturalGradient>") + _bool(False),
        _token("<RankInOut>") + _int(1) + _int(1),
        _token("<Alpha>") + _float(4.0),
        _token("<NumSamplesHistory>") + _float(2000.0),
        _token("<UpdatePeriod>") + _int(4),
    )


def _element(name: str, *parts: bytes) -> bytes:
    return _token(f"<{name}>") + b"".join(parts) + _token(f"</{name}>")


def _learning_rate() -> bytes:
    return _token("<LearningRate>") + _float(0.001)


# The transition model


def _transition_model() -> bytes:
    """Return one topology for all phones, the transition states, and log probabilities of half."""
    phones = range(1, PHONE_COUNT + 1)
    topology = (
        _int_vector(phones)
        + _int_vector([-1, *(0 for _ in phones)])  # the entry of each phone, by its number
        + _int(-1)  # says that entering and staying have outputs of their own
        + _int(1)  # entries
        + _int(2)  # states of the entry
        + _int(0)  # first state: class of the output for entering,
        + _int(1)  # for staying,
        + _int(2)  # transitions
        + _int(0)
        + _float(0.5)  # to itself
        + _int(1)
        + _float(0.5)  # to the last state
        + _int(-1)
        + _int(-1)
        + _int(0)  # last state: neither outputs nor transitions
    )
    states = transition_states()
    tuples = b"".join(
        _int(state.phone) + _int(0) + _int(state.enter) + _int(state.stay) for state in states
    )
    log_probs = np.full(2 * len(states) + 1, math.log(0.5))
    log_probs[0] = 0.0  # transition ids begin with 1
    return (
        _token("<TransitionModel>")
        + _token("<Topology>")
        + topology
        + _token("</Topology>")
        + _token("<Tuples>")
        + _int(len(states))
        + tuples
        + _token("</Tuples>")
        + _token("<LogProbs>")
        + _vector(log_probs)
        + _token("</LogProbs>")
        + _token("</TransitionModel>")
    )


# Kaldi's primitives: numbers are preceded by their size in bytes


def _token(text: str) -> bytes:
    return text.encode() + b" "


def _int(value: int) -> bytes:
    return b"\4" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\4" + struct.pack("<f", value)


def _double(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def _bool(value: bool) -> bytes:
    return b"T" if value else b"F"


def _int_vector(values: Sequence[int]) -> bytes:
    return b"\4" + struct.pack(f"<i{len(values)}i", len(values), *values)


def _vector(values: Sequence[float] | Floats) -> bytes:
    array = np.asarray(values, "<f4")
    return b"FV " + _int(array.size) + array.tobytes()


def _matrix(values: Floats) -> bytes:
    array = np.ascontiguousarray(values, "<f4")
    return b"FM " + _int(array.shape[0]) + _int(array.shape[1]) + array.tobytes()


def _compressed_matrix(values: Floats) -> bytes:
    """Return a matrix in 16 bits a value, evenly between its least and its greatest.

    Kaldi reads it wherever it expects a matrix. Half a step is at most range / 131070.
    """
    low, high = float(np.float32(values.min())), float(np.float32(values.max()))
    span = max(high - low, 1e-9)
    steps = np.rint((values.astype(np.float64) - low) * (65535 / span))
    header = struct.pack("<ffii", low, span, *values.shape)
    return b"CM2 " + header + np.clip(steps, 0, 65535).astype("<u2").tobytes()
