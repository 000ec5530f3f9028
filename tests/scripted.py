"""Fakes of hearing: a detector and a recogniser that read the sound they get as if it were text.

A *spoken* sample carries its word: `speak` makes sound in which each word is a stretch of one
level, and the fakes know the levels. So the whole path from samples to words can be driven without
models, through the same protocols, and it passes the same contract tests.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from voicecoach.audio.format import RATE_HZ, Samples
from voicecoach.events import Word

WORD_S = 0.32
"""Length of every spoken word."""

_QUIET = 0.05
_STEP = 0.0002  # fine enough that all tests together do not run out of levels


class Vocabulary:
    """Words by the level at which they are spoken."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}

    def level(self, word: str) -> float:
        """Return the sample value that stands for a word."""
        number = self._levels.setdefault(word, len(self._levels))
        return _QUIET + number * _STEP

    def word(self, level: float) -> str:
        """Return the word that a sample value stands for."""
        number = round((level - _QUIET) / _STEP)
        return list(self._levels)[number]


VOCABULARY = Vocabulary()


def speak(text: str) -> Samples:
    """Return the sound of a text; ``[0.8]`` in it is a pause of 0.8 seconds, ``~`` a mumble."""
    parts = []
    for token in text.split():
        if token == "~":
            parts.append(np.tile(speak("um uh")[:: round(WORD_S / 0.04)], 8))
            continue
        if token.startswith("["):
            seconds, level = float(token.strip("[]")), 0.0
        else:
            seconds, level = WORD_S, VOCABULARY.level(token)
        parts.append(np.full(round(seconds * RATE_HZ), level, dtype=np.float32))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


class ScriptedDetector:
    """Finds voice wherever there is sound."""

    def probability(self, frame: Samples) -> float:
        """Return the share of the frame that is spoken."""
        return float(np.mean(np.abs(frame) > _QUIET / 2))

    def reset(self) -> None:
        """Nothing to forget."""


class ScriptedProsody:
    """Hears the end of a turn after certain words.

    Args:
        final: those after which it is over.
    """

    name = "scripted"

    def __init__(self, *final: str) -> None:
        self._final = final

    def probability(self, sound: Samples) -> float:
        """Return 0.9 where the last word is one of the final ones, else 0.1."""
        last = sound[np.abs(sound) > _QUIET / 2][-1:]
        levels = [VOCABULARY.level(word) for word in self._final]
        return 0.9 if np.isclose(last, np.array(levels)[:, None], atol=_STEP / 2).any() else 0.1


class ScriptedRecognizer:
    """Reads the words off the levels.

    Args:
        phrases: if given, words that are in none of them are read as ``[unk]``.
    """

    name = "scripted"

    def __init__(self, phrases: Sequence[str] | None = None) -> None:
        self._known = None if phrases is None else {w for p in phrases for w in p.split()}
        self._words: list[Word] = []
        self._rest: Samples = np.zeros(0, dtype=np.float32)  # not read yet
        self._taken = 0  # samples of this segment that have been read
        self._before = 0  # samples of the segments before

    def accept(self, samples: Samples) -> str:
        """Take more sound and return the segment's text so far."""
        self._rest = np.concatenate([self._rest, samples])
        self._take(to_the_end=False)
        return " ".join(word.text for word in self._words)

    def flush(self) -> tuple[Word, ...]:
        """End the segment and return its words."""
        self._take(to_the_end=True)
        words, before = tuple(self._words), self._before + self._taken + len(self._rest)
        self.reset()
        self._before = before
        return words

    def reset(self) -> None:
        """Drop everything heard."""
        self._words = []
        self._rest = np.zeros(0, dtype=np.float32)
        self._taken = self._before = 0

    def _take(self, to_the_end: bool) -> None:
        """Read what is complete: each stretch of one level, but for the last one."""
        if len(self._rest) == 0:
            return
        edges = np.flatnonzero(np.diff(self._rest)) + 1
        bounds = [0, *edges.tolist(), *([len(self._rest)] if to_the_end else [])]
        for start, end in itertools.pairwise(bounds):
            self._read(float(self._rest[start]), self._before + self._taken + start, end - start)
        self._taken += bounds[-1]
        self._rest = self._rest[bounds[-1] :]

    def _read(self, level: float, at: int, length: int) -> None:
        if level == 0.0 or length < WORD_S * RATE_HZ / 2:
            return  # silence, or too short to be a word
        # A word said twice in a row is one long stretch of its level.
        count = max(1, round(length / RATE_HZ / WORD_S))
        step_s = length / count / RATE_HZ
        for i in range(count):
            start_s = at / RATE_HZ + i * step_s
            word = VOCABULARY.word(level)
            if self._known is not None and word not in self._known:
                word = "[unk]"
            self._words.append(Word(word, start_s, start_s + step_s, 0.9))
