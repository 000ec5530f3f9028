"""Pocketsphinx's acoustic model, read from its files.

The en-us model in the pocketsphinx wheel (BSD licence) was trained on thousands of people. It is a
phonetically tied mixture: every base phone owns a codebook of 128 Gaussians in each of three
feature streams (13 cepstra, their deltas, their double deltas), and every senone (a state of a
phone in context) weighs the Gaussians of its phone's codebooks.

Formats, as pocketsphinx's source reads them (``bin_mdef.c``, ``ms_gauden.c``, ``ptm_mgau.c``,
``tmat.c``, ``fe_sigproc.c``, ``feat.c``):

* ``means``, ``variances``, ``transition_matrices``: a text header, a byte-order word, int32
  dimensions, float32 values and a checksum;
* ``mdef``: "BMDF", then tables of phones in context and of their senones;
* ``sendump``: mixture weights, one byte each: weight = 1.0001 ** -(1024 * byte).
"""

from __future__ import annotations

import importlib.util
import math
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RATE_HZ: Final = 16_000
FRAME_STEP: Final = 160  # samples between frames: 100 frames a second
WINDOW: Final = 410  # samples: 25.625 ms
FFT_SIZE: Final = 512
CEPSTRA: Final = 13
STREAMS: Final = 3
STATES: Final = 3
PREEMPHASIS: Final = 0.97
SILENCE: Final = "SIL"

POSITIONS: Final = {"internal": 0, "begin": 1, "end": 2, "single": 3}
"""Where in its word a phone stands, numbered as in the model's own table."""

_BYTE_ORDER: Final = 0x11223344
_LOG_WEIGHT_STEP: Final = 1024 * math.log(1.0001)
_VARIANCE_FLOOR: Final = 1e-4
_LOG_FLOOR: Final = 1e-4


class AcousticsError(ValueError):
    """A file of the acoustic model is not what its format says."""


def model_folder() -> Path:
    """The acoustic model inside the installed pocketsphinx wheel.

    Raises:
        FileNotFoundError: pocketsphinx is not installed, or carries no model.
    """
    spec = importlib.util.find_spec("pocketsphinx")
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / "model" / "en-us" / "en-us"
        if folder.is_dir():
            return folder
    raise FileNotFoundError("pocketsphinx, with its en-us model, is not installed")


@dataclass(frozen=True)
class FrontEnd:
    """The settings of ``feat.params`` that shape a cepstrum."""

    low_hz: float
    high_hz: float
    filters: int
    lifter: int

    @classmethod
    def read(cls, path: Path) -> FrontEnd:
        """Reads ``feat.params``: a name and a value a line."""
        pairs = (line.split() for line in path.read_text("ascii").splitlines() if line.strip())
        values = {pair[0].lstrip("-"): pair[1] for pair in pairs}
        expected = {"transform": "dct", "feat": "1s_c_d_dd", "svspec": "0-12/13-25/26-38"}
        for name, value in expected.items():
            if values.get(name) != value:
                raise AcousticsError(f"{path}: {name} is {values.get(name)}, not {value}")
        return cls(
            low_hz=float(values["lowerf"]),
            high_hz=float(values["upperf"]),
            filters=int(values["nfilt"]),
            lifter=int(values["lifter"]),
        )

    @cached_property
    def weights(self) -> Floats:
        """How much the lifter raises each cepstrum, (13,)."""
        order = np.arange(CEPSTRA)
        return np.asarray(1 + self.lifter / 2 * np.sin(np.pi * order / self.lifter))

    def cosines(self, place: Floats, orders: Floats) -> Floats:
        """The orthonormal cosine transform's waves at a filter, shape ``place`` + ``orders``.

        Args:
            place: Filter numbers from 0; fractions lie between two filters.
            orders: Numbers of the waves, from 0.
        """
        angles = np.pi * orders * (np.asarray(place)[..., None] + 0.5) / self.filters
        return np.asarray(np.cos(angles) * np.sqrt(np.where(orders == 0, 1, 2) / self.filters))

    def basis(self, place: Floats) -> Floats:
        """Log energy at a filter per unit of (liftered) cepstrum, shape ``place`` + (13,)."""
        return self.cosines(place, np.arange(CEPSTRA, dtype=np.float64)) / self.weights

    def place(self, frequency_hz: Floats) -> Floats:
        """The (fractional) filter number whose centre is at a frequency."""
        low, high = _mel(np.array([self.low_hz, self.high_hz]))
        step = (high - low) / (self.filters + 1)
        return np.asarray((_mel(frequency_hz) - low) / step - 1)

    @cached_property
    def centres_hz(self) -> Floats:
        """Where the filters' centres are, before they are rounded to FFT bins, (filters,)."""
        low, high = _mel(np.array([self.low_hz, self.high_hz]))
        return _hertz(np.linspace(low, high, self.filters + 2)[1:-1])

    @cached_property
    def filterbank(self) -> Floats:
        """Triangles of unit area with corners on whole FFT bins, (257, filters)."""
        low, high = _mel(np.array([self.low_hz, self.high_hz]))
        corners = _hertz(np.linspace(low, high, self.filters + 2))
        bin_hz = RATE_HZ / FFT_SIZE
        corners = np.floor(corners / bin_hz + 0.5) * bin_hz
        left, centre, right = corners[:-2], corners[1:-1], corners[2:]
        at_hz = (np.arange(FFT_SIZE // 2 + 1) * bin_hz)[:, None]
        rising = (at_hz - left) / (centre - left)
        falling = (right - at_hz) / (right - centre)
        return np.asarray(np.maximum(np.minimum(rising, falling), 0) * 2 / (right - left))

    def log_energies(self, samples: npt.NDArray[np.int16]) -> Floats:
        """Natural log energies of the filters, (n_frames, filters), without noise removal."""
        signal = samples.astype(np.float64)
        signal[1:] -= PREEMPHASIS * signal[:-1].copy()
        count = 1 + (len(signal) - WINDOW) // FRAME_STEP
        frames = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[::FRAME_STEP][:count]
        power = np.abs(np.fft.rfft(frames * np.hamming(WINDOW), FFT_SIZE)) ** 2
        return np.asarray(np.log(power @ self.filterbank + _LOG_FLOOR))

    def cepstra(self, samples: npt.NDArray[np.int16]) -> Floats:
        """Cepstra with their mean removed, (n_frames, 13)."""
        logs = self.log_energies(samples)
        place = np.arange(self.filters, dtype=np.float64)
        cepstra = logs @ (self.basis(place) * self.weights**2)
        return np.asarray(cepstra - cepstra.mean(axis=0))


def with_deltas(cepstra: Floats) -> Floats:
    """Adds both differences as the model defines them: (n_frames, 13) to (n_frames, 3, 13).

    delta = c[t+2] - c[t-2]; double delta = (c[t+3] - c[t-1]) - (c[t+1] - c[t-3]); the first and
    the last frame are repeated beyond the ends.
    """
    padded = np.pad(cepstra, ((3, 3), (0, 0)), mode="edge")
    at = {k: padded[3 + k : 3 + k + len(cepstra)] for k in range(-3, 4)}
    return np.stack([cepstra, at[2] - at[-2], at[3] - at[-1] - at[1] + at[-3]], axis=1)


@dataclass(frozen=True)
class Definitions:
    """The model's table of phones in context (``mdef``)."""

    phones: tuple[str, ...]  # base phones, fillers among them
    fillers: frozenset[str]
    senone_count: int
    sequences: Ints  # (n_sequences, 3): senones of the states
    matrices: Ints  # (n_base_phones,): which transition matrix
    _in_context: dict[int, int]  # packed context to sequence
    _alone: Ints  # (n_base_phones,): sequence of a phone without context

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each base phone, which is also that of its codebook."""
        return {phone: number for number, phone in enumerate(self.phones)}

    @classmethod
    def read(cls, path: Path) -> Definitions:
        """Reads a binary ``mdef``."""
        data = path.read_bytes()
        if data[:4] != b"BMDF":
            raise AcousticsError(f"{path}: not a little-endian binary model definition")
        at = 12 + struct.unpack_from("<i", data, 8)[0]
        (n_base, n_phones, n_states, n_alone, n_senones, _, n_sequences, _, n_tree, _) = (
            struct.unpack_from("<10i", data, at)
        )
        if n_states != STATES:
            raise AcousticsError(f"{path}: phones have {n_states} states, not {STATES}")
        at += 40
        names: list[str] = []
        start = at
        for _ in range(n_base):
            end = data.index(b"\0", at)
            names.append(data[at:end].decode("ascii"))
            at = end + 1
        at = start + (at - start + 3) // 4 * 4
        at += 8 * n_tree  # the tree finds the same entries that the table below lists
        layout = np.dtype([("sequence", "<i4"), ("matrix", "<i4"), ("context", "u1", 4)])
        table = np.frombuffer(data, layout, n_phones, at)
        at += table.nbytes
        (length,) = struct.unpack_from("<i", data, at)
        if length != n_sequences * STATES:
            raise AcousticsError(f"{path}: {length} states in {n_sequences} sequences")
        sequences = np.frombuffer(data, "<u2", length, at + 4).reshape(n_sequences, STATES)
        if at + 4 + 2 * length != len(data) or int(sequences.max()) >= n_senones:
            raise AcousticsError(f"{path}: the tables do not fill the file")
        if n_alone != n_base * STATES:
            raise AcousticsError(f"{path}: {n_alone} senones for {n_base} base phones")
        alone, within = table[:n_base], table[n_base:]
        keys = _pack(*(within["context"][:, column].astype(np.int64) for column in range(4)))
        return cls(
            phones=tuple(names),
            fillers=frozenset(
                name for name, row in zip(names, alone["context"], strict=True) if row[0]
            ),
            senone_count=n_senones,
            sequences=sequences.astype(np.int64),
            matrices=alone["matrix"].astype(np.int64),
            _in_context=dict(zip(keys.tolist(), within["sequence"].tolist(), strict=True)),
            _alone=alone["sequence"].astype(np.int64),
        )

    def senones(self, base: str, left: str, right: str, position: str) -> Ints:
        """The senones of the three states of a phone in its context, (3,).

        As in pocketsphinx a context that was not seen in training falls back to other positions
        in the word, then to the phone without context; fillers beside it count as silence.
        """
        phone = self.index[base]
        if base not in self.fillers:
            before, after = (
                self.index[SILENCE if other in self.fillers else other] for other in (left, right)
            )
            wanted = POSITIONS[position]
            for place in (wanted, *(p for p in POSITIONS.values() if p != wanted)):
                found = self._in_context.get(int(_pack(place, phone, before, after)))
                if found is not None:
                    return np.asarray(self.sequences[found])
        return np.asarray(self.sequences[self._alone[phone]])

    @cached_property
    def owners(self) -> Ints:
        """The base phone, and so the codebook, of every senone, (n_senones,)."""
        owners = np.zeros(self.senone_count, np.int64)
        for phone, sequence in enumerate(self._alone.tolist()):
            owners[self.sequences[sequence]] = phone
        for key, sequence in self._in_context.items():
            owners[self.sequences[sequence]] = key >> 16 & 0xFF
        return owners


@dataclass(frozen=True, eq=False)
class Acoustics:
    """The whole model; as a key it stands for itself."""

    front_end: FrontEnd
    definitions: Definitions
    means: Floats  # (n_codebooks, 3 streams, 128, 13)
    variances: Floats  # the same shape
    weights: Floats  # (n_senones, 3 streams, 128), each row sums to 1
    transitions: Floats  # (n_matrices, 3, 4): chances of the next state

    @classmethod
    def read(cls, folder: Path | None = None) -> Acoustics:
        """Reads a model folder; by default that of the installed pocketsphinx.

        Raises:
            AcousticsError: A file breaks its format.
            FileNotFoundError: A file is missing.
        """
        folder = folder or model_folder()
        definitions = Definitions.read(folder / "mdef")
        means = _read_gaussians(folder / "means")
        variances = np.maximum(_read_gaussians(folder / "variances"), _VARIANCE_FLOOR)
        weights = _read_weights(folder / "sendump", definitions.senone_count, means.shape[2])
        return cls(
            front_end=FrontEnd.read(folder / "feat.params"),
            definitions=definitions,
            means=means,
            variances=variances,
            weights=weights,
            transitions=_read_transitions(folder / "transition_matrices"),
        )

    def stay(self, base: str) -> Floats:
        """The chance of each state of a phone to last another frame, (3,)."""
        matrix = self.definitions.matrices[self.definitions.index[base]]
        return np.array(np.diagonal(self.transitions[matrix]))

    def score(self, features: Floats, senones: Ints) -> Floats:
        """Log densities, (n_frames, n_senones), of ``features`` (n_frames, 3, 13)."""
        result = np.zeros((len(features), len(senones)))
        owners = self.definitions.owners[senones]
        for codebook in np.unique(owners):
            own = np.flatnonzero(owners == codebook)
            for stream in range(STREAMS):
                precision = 1 / self.variances[codebook, stream]
                offset = features[:, stream, None, :] - self.means[codebook, stream]
                log_density = -0.5 * (
                    np.einsum("tmd,md->tm", offset**2, precision)
                    - np.log(precision / (2 * np.pi)).sum(axis=1)
                )
                top = log_density.max(axis=1, keepdims=True)
                density = np.exp(log_density - top) @ self.weights[senones[own], stream].T
                result[:, own] += np.log(density + 1e-300) + top
        return result


def align(log_scores: Floats, stay: Floats) -> Ints:
    """The likeliest left-to-right path, (n_frames,): which column is spoken in each frame.

    Args:
        log_scores: (n_frames, n_states), the states in the order in which they are spoken.
        stay: (n_states,), the chance of each to last another frame.
    """
    frames, states = log_scores.shape
    keep, move = np.log(stay + 1e-12), np.log(1 - stay + 1e-12)
    best = np.full(states, -np.inf)
    best[0] = log_scores[0, 0]
    moved = np.zeros((frames, states), bool)
    for frame in range(1, frames):
        entered = np.concatenate([[-np.inf], best[:-1] + move[:-1]])
        kept = best + keep
        moved[frame] = entered > kept
        best = np.where(moved[frame], entered, kept) + log_scores[frame]
    path = np.zeros(frames, np.int64)
    state = states - 1
    for frame in range(frames - 1, -1, -1):
        path[frame] = state
        state -= int(moved[frame, state])
    return path


def _mel(frequency_hz: Floats) -> Floats:
    return np.asarray(2595 * np.log10(1 + np.asarray(frequency_hz) / 700))


def _hertz(mel: Floats) -> Floats:
    return np.asarray(700 * (10 ** (mel / 2595) - 1))


def _pack(position: Any, base: Any, left: Any, right: Any) -> Any:
    """One whole number for a phone in its context (numbers, or arrays of them)."""
    return position << 24 | base << 16 | left << 8 | right


def _body(path: Path) -> npt.NDArray[np.uint32]:
    """The words behind the header of an "s3" file, in this machine's order, checksum proven."""
    data = path.read_bytes()
    end = data.find(b"endhdr\n")
    if not data.startswith(b"s3\n") or end < 0:
        raise AcousticsError(f"{path}: no s3 header")
    start = end + len(b"endhdr\n")
    for order in ("<", ">"):
        if struct.unpack_from(f"{order}I", data, start)[0] == _BYTE_ORDER:
            break
    else:
        raise AcousticsError(f"{path}: unknown byte order")
    words = np.frombuffer(data, f"{order}u4", offset=start + 4).astype(np.uint32)
    if b"chksum0 yes" in data[:start]:
        total = 0
        for word in words[:-1].tolist():
            total = ((total << 20 | total >> 12) + word) & 0xFFFFFFFF
        if total != words[-1]:
            raise AcousticsError(f"{path}: the checksum does not match")
        words = words[:-1]
    return words


def _read_gaussians(path: Path) -> Floats:
    """Means or variances, (n_codebooks, 3, n_densities, 13)."""
    words = _body(path)
    codebooks, streams, densities = (int(word) for word in words[:3])
    lengths, count = words[3 : 3 + streams].tolist(), int(words[3 + streams])
    values = words[4 + streams :].view(np.float32)
    if lengths != [CEPSTRA] * STREAMS or not (
        count == len(values) == codebooks * streams * densities * CEPSTRA
    ):
        raise AcousticsError(f"{path}: {streams} streams of {lengths} values, {count} in all")
    shape = (codebooks, streams, densities, CEPSTRA)
    return np.array(values.reshape(shape), np.float64)


def _read_transitions(path: Path) -> Floats:
    words = _body(path)
    count, sources, targets, total = (int(word) for word in words[:4])
    values = words[4:].view(np.float32)
    if (sources, targets) != (STATES, STATES + 1) or not total == len(values) == count * 12:
        raise AcousticsError(f"{path}: {count} matrices of {sources} by {targets}")
    matrices = values.reshape(count, sources, targets).astype(np.float64)
    return np.asarray(matrices / matrices.sum(axis=2, keepdims=True))


def _read_weights(path: Path, senones: int, densities: int) -> Floats:
    """Mixture weights, (n_senones, 3, n_densities)."""
    data = path.read_bytes()
    at, header = 0, {}
    while True:
        (length,) = struct.unpack_from("<i", data, at)
        at += 4
        if not 0 <= length <= 999:
            raise AcousticsError(f"{path}: not a little-endian dump of senones")
        if length == 0:
            break
        name, _, value = data[at : at + length].rstrip(b"\0").decode("ascii").rpartition(" ")
        header[name] = value
        at += length
    if header.get("cluster_count", "0") != "0" or header.get("mixture_bits", "8") != "8":
        raise AcousticsError(f"{path}: only unclustered weights of 8 bits are read")
    rows, columns = struct.unpack_from("<2i", data, at)
    at += 8
    codes = np.frombuffer(data, np.uint8, offset=at)
    if rows != densities or columns < senones or len(codes) != STREAMS * rows * columns:
        raise AcousticsError(f"{path}: {rows} by {columns} weights in {len(codes)} bytes")
    codes = codes.reshape(STREAMS, rows, columns)[:, :, :senones]
    weights = np.exp(-_LOG_WEIGHT_STEP * codes.astype(np.float64)).transpose(2, 0, 1)
    return np.ascontiguousarray(weights / weights.sum(axis=2, keepdims=True))
