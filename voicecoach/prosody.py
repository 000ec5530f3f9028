"""How final a pause sounds: asked once in each pause, beside everything else.

Owns: which sound is asked about, when, and how often. What the answer is worth is the turn
policy's to say. An answer takes tens of milliseconds, so it is a job for a worker of its own: the
sound goes on being taken, and the recogniser does not wait. While an answer is outstanding no
other is asked for: on a slow machine some pauses go unasked, and none is answered late because of
another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from voicecoach.audio.format import FRAME_S, AudioChunk, Samples
from voicecoach.errors import VoicecoachError
from voicecoach.events import Event, Problem, ProsodyHeard, VoiceStarted, VoiceStopped
from voicecoach.loop import Worker
from voicecoach.ports import TurnProsody

ASK_AFTER_S = 0.2
"""Silence after which a pause is asked about. Shorter ones hardly are any, and Smart Turn was
trained on speech with 200 ms of silence behind it."""

KEPT_S = 8.0
"""So much sound is kept to ask about."""


class PauseListener:
    """Asks a `TurnProsody` about each pause, at most once.

    Args:
        prosody: only the jobs touch it.
        worker: runs them; no other's.
        now: the session's clock.
    """

    def __init__(self, prosody: TurnProsody, worker: Worker, now: Callable[[], float]) -> None:
        self._prosody = prosody
        self._worker = worker
        self._now = now
        self._warm = False
        self._kept: deque[AudioChunk] = deque(maxlen=round(KEPT_S / FRAME_S))
        self._pause_s: float | None = None  # speech end of the pause not asked about yet
        self._asking = False
        self._failed = False

    def listen(self) -> None:
        """Begin with the candidate's next turn: what was heard before belongs to another."""
        self._kept.clear()
        self._pause_s = None
        if not self._warm:
            # Now and not at the start, where the first question is to be heard soon.
            self._warm = self._asking = True
            self._worker.submit(self._warm_up)

    def stop(self) -> None:
        """Ask no more."""
        self._worker.stop()

    def hear(self, chunk: AudioChunk, voice: Event | None) -> None:
        """Take the next frame, and the start or stop of voice that it completes."""
        self._kept.append(chunk)
        if isinstance(voice, VoiceStarted):
            self._pause_s = None
        elif isinstance(voice, VoiceStopped):
            self._pause_s = voice.speech_end_s
        if self._pause_s is None or chunk.end_s - self._pause_s < ASK_AFTER_S - 1e-6:
            return
        pause_s, self._pause_s = self._pause_s, None
        if not self._asking and not self._failed:
            self._asking = True
            sound = np.concatenate([each.samples for each in self._kept])
            self._worker.submit(lambda: self._answer(sound, pause_s))

    def _warm_up(self) -> Event | None:
        """Ask about nothing once: loading takes longer than a pause."""
        told = self._answer(np.zeros(0, dtype=np.float32), 0.0)
        return told if isinstance(told, Problem) else None

    def _answer(self, sound: Samples, pause_s: float) -> Event:
        try:
            probability = self._prosody.probability(sound)
        except VoicecoachError as error:
            # It only ever hastened or delayed a reply: the session is as good without it.
            self._failed = True
            message = f"{error.message}; going on without it"
            return Problem(self._now(), error.code, message)
        finally:
            self._asking = False
        return ProsodyHeard(self._now(), pause_s, round(probability, 4))
