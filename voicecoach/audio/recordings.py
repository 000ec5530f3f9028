"""Recordings and keyboards that stand in for the microphone.

They speak when they are cued: when the coach has asked and the floor is theirs. They own no thread;
the session's timers call them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from voicecoach.audio.format import FRAME_S, FRAME_SAMPLES, AudioChunk, Clip, Samples
from voicecoach.clock import Clock
from voicecoach.events import Event, FloorTaken, OutOfAnswers, StopRequested, TaskOpened, Word
from voicecoach.ports import Schedule

REACTION_S = 0.5
"""Silence that the recorded candidate leaves before speaking."""


class RecordedCandidate:
    """Speaks recordings into the session, frame by frame, at the pace of its clock.

    Args:
        choose: the recording for a task (16 kHz), or None when there is none left.
        clock: the session's.
        schedule: the session's timers.
        on_speak: told of each recording when it begins, for whoever wants to hear it, too.
    """

    name = "recordings"

    def __init__(
        self,
        choose: Callable[[TaskOpened], Clip | None],
        clock: Clock,
        schedule: Schedule,
        on_speak: Callable[[Clip], None] | None = None,
    ) -> None:
        self._choose = choose
        self._clock = clock
        self._schedule = schedule
        self._on_speak = on_speak
        self._deliver: Callable[[AudioChunk], None] | None = None
        self._notify: Callable[[Event], None] | None = None
        self._rest: Samples = np.zeros(0, dtype=np.float32)
        self._next_s = 0.0

    def start(self, deliver: Callable[[AudioChunk], None], fail: Callable[[Event], None]) -> None:
        """Begin with silence."""
        self._deliver, self._notify = deliver, fail
        self._next_s = self._clock.now()
        self._schedule(self._next_s + FRAME_S, self._tick)

    def stop(self) -> None:
        """End."""
        self._deliver = None

    def cue(self, task: TaskOpened) -> None:
        """Answer a task; go on speaking if there is still something to say."""
        if len(self._rest):
            return
        clip = self._choose(task)
        if clip is None:
            if self._notify:
                self._notify(OutOfAnswers(self._clock.now()))
            return
        pause = np.zeros(round(REACTION_S / FRAME_S) * FRAME_SAMPLES, dtype=np.float32)
        self._rest = np.concatenate([pause, clip.samples])
        if self._on_speak:
            self._on_speak(Clip(self._rest, clip.rate_hz))

    def _tick(self) -> None:
        """Deliver the frame that ends now."""
        if self._deliver is None:
            return
        frame, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
        if len(frame) < FRAME_SAMPLES:
            frame = np.concatenate([frame, np.zeros(FRAME_SAMPLES - len(frame), np.float32)])
        chunk = AudioChunk(frame, self._next_s)
        self._next_s = chunk.end_s
        self._deliver(chunk)
        self._schedule(self._next_s + FRAME_S, self._tick)


class Keyboard:
    """Typed answers: each line is a turn, taken when it is entered.

    Args:
        read_line: returns the next line, or None when there is no more.
        clock: the session's, virtual; it is moved on by the time that typing took.
        stopwatch: a real clock.
    """

    name = "text"

    def __init__(self, read_line: Callable[[], str | None], clock: Clock, stopwatch: Clock) -> None:
        self._read_line = read_line
        self._clock = clock
        self._stopwatch = stopwatch
        self._notify: Callable[[Event], None] | None = None

    def start(self, deliver: Callable[[AudioChunk], None], fail: Callable[[Event], None]) -> None:
        """Begin; no sound will come."""
        self._notify = fail

    def stop(self) -> None:
        """End."""
        self._notify = None

    def cue(self, task: TaskOpened) -> None:
        """Wait for the next line."""
        assert self._notify is not None
        began_s = self._stopwatch.now()
        try:
            line = self._read_line()
        except KeyboardInterrupt:
            self._notify(StopRequested(self._clock.now()))
            return
        now_s = self._clock.now() + self._stopwatch.now() - began_s
        self._clock.sleep_until(now_s)
        if line is None:
            self._notify(OutOfAnswers(now_s))
            return
        words = tuple(Word(text, now_s, now_s, 1.0) for text in line.split())
        self._notify(
            FloorTaken(
                at_s=now_s,
                speech_end_s=now_s,
                hold_s=0.0,
                rule="entered",
                words=words,
                voiced_s=0.0,
                tail_words=len(words),
            )
        )
