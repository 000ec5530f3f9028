"""What goes wrong around a session: it is said, survived, or ended with everything kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from tests.rehearsal import Rehearsal
from tests.room import Acoustics, RoomMicrophone, RoomSpeaker
from tests.scripted import speak
from tests.test_conversation import CONTROL, STORY, interview
from voicecoach.audio.format import FRAME_S, FRAME_SAMPLES, RATE_HZ, AudioChunk, Clip
from voicecoach.audio.sinks import NullSpeaker
from voicecoach.errors import DeviceError
from voicecoach.events import (
    Event,
    Problem,
    SessionEnded,
    TaskOpened,
    TurnTaken,
    UtteranceReady,
)
from voicecoach.loop import Timers
from voicecoach.runtime import Parts, Session


def test_a_microphone_that_is_gone_ends_the_session_and_keeps_what_was_said() -> None:
    kept: list[Event] = []

    def during(session: Session, timers: Timers) -> None:
        kept_by = session.events
        parts = session._parts
        lost = Problem(30.0, "device.microphone_lost", "The microphone is gone: unplugged")
        timers.schedule(30.0, lambda: parts.inbox.put(lost))
        timers.schedule(29.9, lambda: kept.extend(kept_by))

    events: list[Event] = []

    def arrange(parts: Parts) -> Parts:
        return dataclasses.replace(parts, observers=(events.append,))

    with pytest.raises(DeviceError, match="unplugged") as caught:
        Rehearsal(interview(), [STORY, "[600]"], during=during, arrange=arrange)
    assert "kept" in caught.value.remedy
    assert any(isinstance(e, TurnTaken) for e in kept)


def test_the_record_of_a_session_that_failed_ends_with_the_reason() -> None:
    found: list[Session] = []

    def during(session: Session, timers: Timers) -> None:
        found.append(session)
        lost = Problem(5.0, "device.microphone_lost", "The microphone is gone: unplugged")
        timers.schedule(5.0, lambda: session._parts.inbox.put(lost))

    with pytest.raises(DeviceError):
        Rehearsal(interview(), ["[600]"], during=during)
    *_, problem, ended = found[0].events
    assert isinstance(problem, Problem)
    assert problem.code == "device.microphone_lost"
    assert isinstance(ended, SessionEnded)
    assert ended.reason == "failed"


def test_a_muted_microphone_is_named_before_anybody_is_nudged() -> None:
    def arrange(parts: Parts) -> Parts:
        speaker = RoomSpeaker(parts.clock, parts.timers.schedule)
        dead = Acoustics(echo_db=None, noise_dbfs=-np.inf)
        microphone = RoomMicrophone(dead, speaker, parts.clock, parts.timers.schedule)
        return dataclasses.replace(parts, speaker=speaker, microphone=microphone, cue=None)

    held = Rehearsal(interview(), [], arrange=arrange)
    (problem,) = held.of(Problem)
    assert problem.code == "microphone.silent"
    assert "voicecoach doctor" in problem.message
    question = next(i for i, e in enumerate(held.events) if isinstance(e, TaskOpened))
    nudge = [i for i, e in enumerate(held.events) if isinstance(e, UtteranceReady)][1]
    assert question < held.events.index(problem) < nudge


class Fading(NullSpeaker):
    """A loudspeaker whose plug is pulled: from then on everything ends unheard, at once."""

    gone = False

    def play(self, utterance_id: str, clip: Clip) -> None:
        if not self.gone:
            super().play(utterance_id, clip)
        elif self._listener is not None:
            self._listener.finished(utterance_id, self._clock.now(), cut=True)

    def pull(self) -> None:
        """Pull it."""
        self.gone = True
        self.hush()
        assert self._listener is not None
        self._listener.failed("device.loudspeaker_lost", "The loudspeaker is gone")


def test_without_a_loudspeaker_the_interview_goes_on_in_captions() -> None:
    speakers: list[Fading] = []

    def arrange(parts: Parts) -> Parts:
        speaker = Fading(parts.clock, parts.timers.schedule)
        speakers.append(speaker)
        parts.timers.schedule(1.0, speaker.pull)
        return dataclasses.replace(parts, speaker=speaker)

    held = Rehearsal(interview(), [STORY, CONTROL], arrange=arrange)
    assert [p.code for p in held.of(Problem)][:1] == ["device.loudspeaker_lost"]
    assert [kind for kind, _ in held.turns] == ["answer", "answer"]
    assert held.of(SessionEnded)[0].reason in ("finished", "out_of_answers")


class Talker:
    """A candidate who talks for minutes, and whose words are all alike from round to round."""

    name = "talker"

    def __init__(self, parts: Parts, minutes: float) -> None:
        sound = speak(STORY.replace("[0.8]", "[0.5]").replace("[1.2]", "[0.5]") + " [0.6]")
        self.words_a_round = len(STORY.split()) - 2
        self._frames = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(
            -1, FRAME_SAMPLES
        )
        self._schedule = parts.timers.schedule
        self._deliver: Callable[[AudioChunk], None] | None = None
        self._rest = 0
        self._at = 0
        self.rounds = round(minutes * 60 / FRAME_S / len(self._frames))

    def start(self, deliver: Callable[[AudioChunk], None], fail: Callable[[Event], None]) -> None:
        self._deliver = deliver
        self._schedule(FRAME_S, self._tick)

    def stop(self) -> None:
        self._deliver = None

    def cue(self, task: TaskOpened) -> None:
        self._rest = self.rounds * len(self._frames) if self._at < 1000 else 0

    def _tick(self) -> None:
        if self._deliver is None:
            return
        frame = np.zeros(FRAME_SAMPLES, np.float32)
        if self._rest:
            frame = self._frames[-self._rest % len(self._frames)]
            self._rest -= 1
        self._deliver(AudioChunk(frame, self._at * FRAME_SAMPLES / RATE_HZ))
        self._at += 1
        self._schedule((self._at + 1) * FRAME_S, self._tick)


def test_a_monologue_is_taken_down_whole() -> None:
    talkers: list[Talker] = []

    def arrange(parts: Parts) -> Parts:
        talker = Talker(parts, minutes=3.0)
        talkers.append(talker)
        return dataclasses.replace(parts, microphone=talker, cue=talker.cue)

    held = Rehearsal(interview(), [], arrange=arrange)
    (talker,) = talkers
    assert len(held.turns[0][1].split()) == talker.rounds * talker.words_a_round
