"""The coach's own voice in the microphone: how loud it is expected to be there, band by band.

Owns: what the loudspeaker plays when, as levels in bands of pitch; how much of each band comes back
through the room, learned from the coach's own speech; and whether a frame of the microphone holds
more than that. Knows nothing of voice or words: a frame with more in it may be a door.

Nothing is subtracted. Cancelling an echo needs both sounds aligned to the sample, and the clocks of
two devices drift; levels of 32 ms forgive some milliseconds. Two voices seldom fill the same bands
at the same time, so what somebody adds stands out in some band even where the echo is louder.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, AudioChunk, Clip, at_rate

HOP_S = 0.016
"""Step of the levels that are kept of what is played."""

_HOP = round(HOP_S * RATE_HZ)
_DELAYS = 20
"""Steps by which the echo may be late: 0.3 s, the sound devices' own delays included."""

_TAIL_DB = 1.6
"""By so much a room's echo decays in a step: 60 dB in 0.6 s, a bare living room."""

_RING = 160
"""Frames of the coach's speech, for each band, from which the room is learned: five seconds."""

_ENOUGH = 30
_LEARN_EVERY = 8
_ACTIVE_DB = 22.0
"""A band teaches something only where it is played no further below the clip's loudest bands."""

_LEVEL = 0.5
"""Quantile of what came back that is expected to come back."""

_MARGIN_DB = 12.0
"""By so much a band must exceed what is expected in it to show that somebody adds to it."""

NEAR_FRAMES = 8
"""Frames (0.26 s) over which it is judged whether somebody adds to the echo."""

NEAR_SHARE = 0.3
STILL_NEAR_SHARE = 0.1
"""Mean share of the sound in such bands from which somebody is taken to be there, and down to which
they are. Measured on mixtures (`benchmarks/echo.py`): the echo alone never came above 0.24."""

_FLOOR_DB = -75.0
"""Quieter bands are nobody's voice, in dB relative to a full-scale sine over all bands."""

Bands = NDArray[np.float64]
"""Power in each band, shape ``(n_bands,)``."""


def _filters() -> NDArray[np.float64]:
    """Return the bands as sums over a spectrum of one frame, shape ``(n_bins, n_bands)``."""
    edges_hz = np.concatenate([np.arange(100, 1000, 90), np.geomspace(1000, 7000, 15)])
    bins_hz = np.fft.rfftfreq(FRAME_SAMPLES, 1 / RATE_HZ)
    inside = (bins_hz[:, None] >= edges_hz[:-1]) & (bins_hz[:, None] < edges_hz[1:])
    return inside.astype(np.float64)


_BANDS = _filters()
_WINDOW = np.hanning(FRAME_SAMPLES)
_SCALE = 4.0 / np.sum(_WINDOW) ** 2
_DECAY = 10.0 ** (-_TAIL_DB / 10.0)


def band_powers(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the power in each band of frames, shape ``(..., FRAME_SAMPLES)``."""
    spectrum = np.fft.rfft(frames * _WINDOW)
    powers: NDArray[np.float64] = (spectrum.real**2 + spectrum.imag**2) @ _BANDS * _SCALE
    return powers


@dataclass(slots=True)
class _Played:
    """Levels of a clip on the session's grid of steps: row k is for step ``first + k``."""

    first: int
    powers: NDArray[np.float64]


class EchoGuard:
    """Tells what the microphone hears besides the coach.

    Attributes:
        learned: whether enough of the coach's voice was heard to know how the room answers.
        heard: whether the coach may be heard now.
    """

    def __init__(self) -> None:
        self._played: list[_Played] = []
        n_bands = _BANDS.shape[1]
        self._ring = np.zeros((n_bands, _RING))
        self._seen = np.zeros(n_bands, dtype=np.int64)
        self._gain = np.full(n_bands, 1.0)
        self._noise = np.full(n_bands, 1e-9)
        self._match = _DelayFinder()
        self._frames = 0
        self._shares: deque[float] = deque([0.0] * NEAR_FRAMES, NEAR_FRAMES)
        self._near = False
        self.learned = False
        self.heard = False

    def plays(self, clip: Clip, start_s: float) -> None:
        """Note that a clip is being played, its first sample at `start_s`."""
        first = int(start_s // HOP_S)
        lead = round((start_s - first * HOP_S) * RATE_HZ)
        samples = np.pad(at_rate(clip, RATE_HZ), (lead, 2 * FRAME_SAMPLES))
        windows = np.lib.stride_tricks.sliding_window_view(samples, FRAME_SAMPLES)[::_HOP]
        self._played.append(_Played(first, band_powers(windows)))

    def cut(self, at_s: float) -> None:
        """Note that the loudspeaker fell silent at `at_s`."""
        step = int(np.ceil(at_s / HOP_S))
        for item in self._played:
            item.powers[max(0, step - item.first) :] = 0.0

    def lets_pass(self, chunk: AudioChunk, voiced: bool) -> bool:
        """Take the next frame; return whether it may be the candidate's voice.

        Args:
            chunk: the frame, `FRAME_SAMPLES` long.
            voiced: whether there is voice in it, whoever's.
        """
        share = self._excess(chunk, voiced)
        self.heard = share is not None
        if share is None:
            self._shares.append(1.0 if voiced else 0.0)
            self._near = voiced
            return True
        self._shares.append(share if voiced else 0.0)
        mean = sum(self._shares) / NEAR_FRAMES
        wanted = STILL_NEAR_SHARE if self._near else NEAR_SHARE
        self._near = self.learned and mean >= wanted
        return self._near

    def _excess(self, chunk: AudioChunk, voiced: bool) -> float | None:
        """Return how much of a frame the coach does not explain, 0 to 1; None in its silence."""
        powers = band_powers(chunk.samples)
        played = self._recent(chunk.start_s)
        if played is None:
            if not voiced:
                self._noise += 0.05 * (np.minimum(powers, 4.0 * self._noise + 1e-10) - self._noise)
            return None
        self._match.take(powers, played)
        sources = self._late(played)
        self._learn(powers, sources)
        expected = self._gain * sources + self._noise
        margin = 10.0 ** (_MARGIN_DB / 10.0)
        floor = 10.0 ** (_FLOOR_DB / 10.0)
        more = np.where(powers > margin * expected + floor, powers, 0.0)
        return float(more.sum() / (powers.sum() + 1e-12))

    def _recent(self, start_s: float) -> NDArray[np.float64] | None:
        """Return what was played up to now, shape ``(_DELAYS, n_bands)``, the latest first."""
        last = round(start_s / HOP_S)
        rows = np.zeros((_DELAYS, _BANDS.shape[1]))
        self._played = [p for p in self._played if p.first + len(p.powers) > last - _DELAYS]
        for item in self._played:
            steps = last - item.first - np.arange(_DELAYS)
            inside = (steps >= 0) & (steps < len(item.powers))
            rows[inside] += item.powers[steps[inside]]
        return rows if rows.any() else None

    def _late(self, played: NDArray[np.float64]) -> Bands:
        """Return what may come back now, by the delay that fits best, and its tail."""
        begin = max(0, self._match.delay - 1)
        sources = np.zeros(played.shape[1])
        for k in range(_DELAYS - 1, begin - 1, -1):
            sources = np.maximum(sources * _DECAY, played[k])
        late: Bands = sources
        return late

    def _learn(self, powers: Bands, sources: Bands) -> None:
        """Learn from a frame how much of each band comes back."""
        active = np.flatnonzero(sources > max(1e-8, sources.max() * 10 ** (-_ACTIVE_DB / 10)))
        ratio = 10.0 * np.log10((powers[active] + 1e-14) / sources[active])
        self._ring[active, self._seen[active] % _RING] = ratio
        self._seen[active] += 1
        self._frames += 1
        if self._frames % _LEARN_EVERY:
            return
        for band in np.flatnonzero(self._seen >= _ENOUGH):
            values = np.sort(self._ring[band, : self._seen[band]])
            self._gain[band] = 10.0 ** (values[int(_LEVEL * (len(values) - 1))] / 10.0)
        self.learned = self._frames >= 2 * _ENOUGH and self._match.sure


class _DelayFinder:
    """Finds by how many steps the echo is late, by the likeness of levels. Slowly forgets."""

    def __init__(self) -> None:
        self._count = 0.0
        self._x = np.zeros(_DELAYS)
        self._xx = np.zeros(_DELAYS)
        self._xy = np.zeros(_DELAYS)
        self._y = self._yy = 0.0
        self.delay = 0

    @property
    def sure(self) -> bool:
        """Whether a second of speech was seen."""
        return self._count > 30

    def take(self, powers: Bands, played: NDArray[np.float64]) -> None:
        """Take the levels of a frame, and of what was played before it."""
        loud = played.max(axis=0) > 1e-8
        if not loud.any():
            return
        x = np.log10(played[:, loud] + 1e-9)
        y = np.log10(powers[loud] + 1e-9)
        keep = 0.995
        n = len(y) / len(powers)
        self._count = keep * self._count + n
        scale = n / len(y)
        self._x = keep * self._x + x.sum(axis=1) * scale
        self._xx = keep * self._xx + (x * x).sum(axis=1) * scale
        self._xy = keep * self._xy + (x * y).sum(axis=1) * scale
        self._y = keep * self._y + y.sum() * scale
        self._yy = keep * self._yy + (y * y).sum() * scale
        c = self._count
        cov = self._xy / c - self._x / c * self._y / c
        spread = (self._xx / c - (self._x / c) ** 2) * (self._yy / c - (self._y / c) ** 2)
        self.delay = int(np.argmax(cov / np.sqrt(np.maximum(spread, 1e-12))))
