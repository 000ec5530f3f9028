"""From cepstra to a waveform: pulses and noise through a filter that changes every frame.

A liftered cepstrum is a smooth log spectrum on the mel scale (25 filters, 130 to 6800 Hz). Because
the spectrum is linear in the cepstrum, so is the phase of its minimum-phase filter: one matrix
yields a whole utterance of filters. The excitation is filtered by overlap and add.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from models.recipe.sphinx_acoustics import (
    CEPSTRA,
    FFT_SIZE,
    FRAME_STEP,
    PREEMPHASIS,
    RATE_HZ,
    FrontEnd,
)

Floats = npt.NDArray[np.float64]

_BINS: Final = FFT_SIZE // 2 + 1
DETAIL: Final = np.arange(CEPSTRA, 23, dtype=np.float64)
"""Orders of the cosine transform beyond the cepstrum, down to two filters a wave."""
_AT_HZ: Final = np.arange(_BINS) * RATE_HZ / FFT_SIZE
_PULSE_TAPS: Final = 8  # samples on which a pulse between two samples is spread


@dataclass(frozen=True)
class Source:
    """What the glottis does, frame by frame."""

    pitch_hz: Floats  # (n_frames,)
    voicing: Floats  # (n_frames,), 0 to 1: how much of the low band is pulses
    edge_hz: Floats  # (n_frames,), above this frequency noise takes over
    jitter: float  # standard deviation of a period, as a share of it


@dataclass(frozen=True)
class Vocoder:
    """Filters for one front end."""

    front_end: FrontEnd

    @cached_property
    def _filters(self) -> npt.NDArray[np.complex128]:
        """Log transfer function of minimum phase per unit of each order, (13 + 10, 257)."""
        place = np.clip(self.front_end.place(_AT_HZ), -0.5, self.front_end.filters - 0.5)
        waves = (self.front_end.basis(place), self.front_end.cosines(place, DETAIL))
        return minimum_phase(np.concatenate(waves, axis=1).T / 2)  # energies are squares

    @cached_property
    def _fixed(self) -> npt.NDArray[np.complex128]:
        """What every frame shares, (257,): no preemphasis, little below 80 Hz, less above 7 kHz."""
        emphasis = np.abs(1 - PREEMPHASIS * np.exp(-2j * np.pi * _AT_HZ / RATE_HZ))
        gain = -np.log(np.maximum(emphasis, 0.06))
        gain -= 0.5 * np.log1p((70 / np.maximum(_AT_HZ, 1)) ** 4)
        gain -= np.maximum(_AT_HZ - self.front_end.high_hz, 0) / 1500
        return np.asarray(minimum_phase(gain[None])[0])

    def speak(
        self,
        cepstra: Floats,
        detail: Floats,
        source: Source,
        channel_db: Floats,
        rng: np.random.Generator,
    ) -> Floats:
        """The waveform, (160 * n_frames,), in any scale.

        Args:
            cepstra: (n_frames, 13), liftered.
            detail: (n_frames, 10), the orders `DETAIL`, not liftered.
            source: As many frames.
            channel_db: Gain of the microphone and the room, (257,) over 0 to 8000 Hz.
            rng: Draws noise and jitter.
        """
        length = len(cepstra) * FRAME_STEP
        channel = minimum_phase(channel_db[None] * (np.log(10) / 20))[0]
        response = np.exp(
            np.concatenate([cepstra, detail], axis=1) @ self._filters + (self._fixed + channel)
        )
        mask = source.voicing[:, None] / (
            1 + np.exp((_AT_HZ - source.edge_hz[:, None]) / (0.15 * source.edge_hz[:, None]))
        )
        voiced = _spectra(_pulses(source, length, rng), len(cepstra))
        noise = _spectra(rng.standard_normal(length), len(cepstra))
        mixed = (voiced * np.sqrt(mask) + noise * np.sqrt(1 - mask)) * response
        pieces = np.fft.irfft(mixed, FFT_SIZE)
        out = np.zeros((len(cepstra) + 4, FRAME_STEP))
        padded = np.zeros((len(cepstra), 4 * FRAME_STEP))
        padded[:, :FFT_SIZE] = pieces
        for part in range(4):
            out[part : part + len(cepstra)] += padded[
                :, part * FRAME_STEP : (part + 1) * FRAME_STEP
            ]
        return out[: len(cepstra)].reshape(-1)


def minimum_phase(log_magnitude: Floats) -> npt.NDArray[np.complex128]:
    """Log transfer functions, (n, 257), whose real part is the natural log magnitude, (n, 257)."""
    cepstrum = np.fft.irfft(log_magnitude, FFT_SIZE)
    cepstrum[:, 1 : FFT_SIZE // 2] *= 2
    cepstrum[:, FFT_SIZE // 2 + 1 :] = 0
    return np.fft.rfft(cepstrum, FFT_SIZE)


def _spectra(signal: Floats, frames: int) -> npt.NDArray[np.complex128]:
    """Spectra of Hann windows of two steps whose sum is the signal, (n_frames, 257)."""
    window = np.hanning(2 * FRAME_STEP + 1)[:-1]
    padded = np.concatenate([signal, np.zeros(FRAME_STEP)]).reshape(frames + 1, FRAME_STEP)
    pairs = np.concatenate([padded[:-1], padded[1:]], axis=1)
    return np.fft.rfft(pairs * window, FFT_SIZE)


def _pulses(source: Source, length: int, rng: np.random.Generator) -> Floats:
    """Pulses of power 1 at the pitch, each spread over a few samples, (length,)."""
    middle = (np.arange(len(source.pitch_hz)) + 0.5) * FRAME_STEP
    pitch = np.interp(np.arange(length), middle, source.pitch_hz)
    phase = np.cumsum(pitch / RATE_HZ)
    count = int(phase[-1])
    at = np.interp(np.arange(1, count + 1), phase, np.arange(length))
    period = RATE_HZ / np.interp(at, np.arange(length), pitch)
    at = at + rng.standard_normal(count) * source.jitter * period
    at = at[(at > _PULSE_TAPS) & (at < length - _PULSE_TAPS)]
    height = np.sqrt(RATE_HZ / np.interp(at, np.arange(length), pitch))
    height *= 1 + 0.08 * rng.standard_normal(len(at))
    taps = np.arange(-_PULSE_TAPS // 2 + 1, _PULSE_TAPS // 2 + 1)
    whole = np.floor(at).astype(np.int64)
    offset = taps - (at - whole)[:, None]
    shape = np.sinc(offset) * np.cos(np.pi * offset / (_PULSE_TAPS + 2)) ** 2
    signal = np.zeros(length)
    np.add.at(signal, whole[:, None] + taps, shape * height[:, None])
    return signal
