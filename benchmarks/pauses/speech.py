"""The planned answers as sound: each spoken in one go, and opened at the word where it pauses.

espeak-ng is asked for the whole answer, pauses unmentioned, so that the melody runs across them as
it does when somebody stops in the middle of a thought; its own word events say where each word
begins. Needs espeak-ng, through the binding that pyttsx3 brings.
"""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from benchmarks.hearing import generator
from benchmarks.pauses.plan import Pause, Planned
from voicecoach.audio.format import RATE_HZ, Samples

LEAD_S, AFTER_S = 0.4, 6.0  # silence after the answer: longer than any patience
SPEECH_DBFS = -23.0
QUIET = 0.01  # of the peak: -40 dB
_FADE = RATE_HZ // 200
_NEAR = RATE_HZ // 40  # how far from the word's start the quietest place is looked for

Sound = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Label:
    """A pause in the sound, in seconds; the last of an answer is its end."""

    start_s: float
    end_s: float
    kind: str


class Synthesiser:
    """espeak-ng, which says where in the sound each word begins."""

    def __init__(self) -> None:
        from pyttsx3.drivers import _espeak

        self._espeak: Any = _espeak
        self._rate_hz = int(_espeak.Initialize(_espeak.AUDIO_OUTPUT_SYNCHRONOUS, 200))
        self._blocks: list[NDArray[np.int16]] = []
        self._words: list[tuple[int, float]] = []
        _espeak.SetSynthCallback(self._take)

    def _take(self, wave: Any, count: int, events: Any) -> int:
        if count > 0:
            self._blocks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        at = 0
        while events[at].type != self._espeak.EVENT_LIST_TERMINATED:
            event = events[at]
            if event.type == self._espeak.EVENT_WORD:
                self._words.append((event.text_position - 1, event.audio_position / 1000))
            at += 1
        return 0

    def speak(self, text: str, voice: str, rate_wpm: int) -> tuple[Sound, list[float]]:
        """Return the sound at 16 kHz, −1 to 1, and when each written word begins in it."""
        self._blocks.clear()
        self._words.clear()
        if self._espeak.SetVoiceByName(voice.encode()) != self._espeak.EE_OK:
            raise SystemExit(f"espeak-ng has no voice {voice}")
        self._espeak.SetParameter(self._espeak.RATE, rate_wpm, 0)
        self._espeak.Synth(text, flags=self._espeak.CHARS_UTF8 | self._espeak.ENDPAUSE)
        sound = soxr.resample(np.concatenate(self._blocks) / 32768, self._rate_hz, RATE_HZ)
        return np.asarray(sound, dtype=np.float64), self._starts(text)

    def _starts(self, text: str) -> list[float]:
        """When each written word begins; one without an event begins with the one before."""
        starts: list[float] = []
        at = 0
        events = dict(reversed(self._words))
        for word in text.split():
            at = text.index(word, at)
            inside = [s for place, s in events.items() if at <= place < at + len(word)]
            starts.append(min(inside, default=starts[-1] if starts else 0.0))
            at += len(word)
        return starts


@functools.cache
def synthesiser() -> Synthesiser:
    """Return the one synthesiser of this process: espeak-ng has one state."""
    return Synthesiser()


def record(planned: Planned) -> tuple[Samples, list[Label]]:
    """Return the sound of an answer with its pauses, and their labels; the end is the last."""
    sound, starts = synthesiser().speak(planned.text, planned.voice, planned.rate_wpm)
    end = int(np.flatnonzero(np.abs(sound) > QUIET * np.abs(sound).max())[-1]) + 1
    sound = sound[:end]
    sound *= 10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(sound[np.abs(sound) > 1e-3] ** 2))
    parts: list[Sound] = [np.zeros(round(LEAD_S * RATE_HZ))]
    labels, at, length = [], 0, len(parts[0])
    for pause in planned.pauses:
        before, after = _opening(sound, round(starts[pause.after] * RATE_HZ))
        piece = _faded(sound[at:before])
        silence = round(pause.seconds * RATE_HZ)
        length += len(piece)
        labels.append(_label(length, silence, pause))
        length += silence
        parts += [piece, np.zeros(silence)]
        at = after
    last = _faded(sound[at:])
    length += len(last)
    silence = round(AFTER_S * RATE_HZ)
    labels.append(Label(length / RATE_HZ, (length + silence) / RATE_HZ, "end"))
    whole = np.concatenate([*parts, last, np.zeros(silence)])
    rng = np.random.default_rng(zlib.crc32(planned.name.encode()))
    whole += generator().room_tone(len(whole), SPEECH_DBFS - planned.snr_db, rng)
    return np.clip(whole, -1, 1).astype(np.float32), labels


def _label(start: int, silence: int, pause: Pause) -> Label:
    return Label(round(start / RATE_HZ, 3), round((start + silence) / RATE_HZ, 3), pause.kind)


def _opening(sound: Sound, at: int) -> tuple[int, int]:
    """Return where the sound before a word ends and where the word begins.

    The silence that is there already, after a full stop, is taken out: the pause stands for it.
    """
    quiet = np.abs(sound) < QUIET * np.abs(sound).max()
    low, high = max(0, at - _NEAR), min(len(sound), at + _NEAR)
    energy = np.convolve(sound[low:high] ** 2, np.ones(_FADE), mode="same")
    middle = low + int(np.argmin(energy))
    loud_before = np.flatnonzero(~quiet[:middle])
    loud_after = np.flatnonzero(~quiet[middle:])
    before = int(loud_before[-1]) + 1 if len(loud_before) else middle
    after = middle + int(loud_after[0]) if len(loud_after) else middle
    return before, after


def _faded(sound: Sound) -> Sound:
    ramp = np.linspace(0, 1, _FADE)
    sound = sound.copy()
    sound[:_FADE] *= ramp[: len(sound)]
    sound[-_FADE:] *= ramp[::-1][-len(sound) :]
    return sound
