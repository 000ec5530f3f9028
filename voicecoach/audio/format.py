"""The one audio format inside voicecoach, and the values that carry sound between parts.

Inside the program sound from the candidate is always 16 kHz mono. The coach's voice keeps the rate
that the synthesiser gives; the loudspeaker resamples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
"""Sampling rate of everything that is listened to, in hertz."""

FRAME_SAMPLES = 512
"""Samples of one frame: what the voice activity detector takes."""

FRAME_S = FRAME_SAMPLES / RATE_HZ
"""Length of one frame in seconds (0.032)."""

AUDIBLE_DBFS = -40.0
"""A sample louder than this is audible: the level at which a first word counts as heard."""

AUDIBLE_AMPLITUDE = 10.0 ** (AUDIBLE_DBFS / 20.0)
"""The same as a share of full scale."""

Samples = NDArray[np.float32]
"""Mono samples, shape ``(n_samples,)``, float32, −1 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioChunk:
    """A stretch of what the microphone heard.

    Attributes:
        samples: shape ``(n_samples,)``, float32, −1 to 1, at `RATE_HZ`.
        start_s: time of the first sample on the session's clock, in seconds.
    """

    samples: Samples
    start_s: float

    @property
    def end_s(self) -> float:
        """Time just after the last sample, in seconds."""
        return self.start_s + len(self.samples) / RATE_HZ


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A finished piece of sound: something the coach says, or a whole recording.

    Attributes:
        samples: shape ``(n_samples,)``, float32, −1 to 1.
        rate_hz: sampling rate in hertz.
    """

    samples: Samples
    rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz


def to_pcm16(samples: Samples) -> bytes:
    """Return little-endian 16-bit PCM of float samples, clipped to full scale."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def from_pcm16(data: bytes) -> Samples:
    """Return float samples of little-endian 16-bit PCM."""
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0


def level_dbfs(samples: Samples) -> float:
    """Root-mean-square level in dB relative to full scale; −120 for silence or nothing."""
    if len(samples) == 0:
        return -120.0
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(-120.0, 10.0 * float(np.log10(power + 1e-12)))


def first_audible_s(clip: Clip, threshold_dbfs: float = AUDIBLE_DBFS) -> float | None:
    """Time in the clip of the first sample above the threshold, or None in a silent clip."""
    loud = np.flatnonzero(np.abs(clip.samples) > 10.0 ** (threshold_dbfs / 20.0))
    return float(loud[0]) / clip.rate_hz if len(loud) else None


def after_silence(clip: Clip, seconds: float) -> Clip:
    """Return the clip with so much silence before it."""
    silence = np.zeros(round(seconds * clip.rate_hz), dtype=np.float32)
    return Clip(np.concatenate([silence, clip.samples]), clip.rate_hz) if len(silence) else clip


def at_rate(clip: Clip, rate_hz: int) -> Samples:
    """Return the clip's samples, resampled to `rate_hz` where its own rate is another."""
    if clip.rate_hz == rate_hz:
        return clip.samples
    import soxr

    resampled: Samples = soxr.resample(clip.samples, clip.rate_hz, rate_hz)
    return resampled
