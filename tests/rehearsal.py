"""Whole conversations on virtual time, with every part scripted but the ones under test."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from tests.scripted import ScriptedDetector, ScriptedRecognizer, speak
from voicecoach.audio.format import RATE_HZ, Clip, Samples
from voicecoach.audio.recordings import RecordedCandidate
from voicecoach.audio.sinks import NullSpeaker
from voicecoach.clock import VirtualClock
from voicecoach.content.rubric import load_rubric
from voicecoach.content.script import load_script
from voicecoach.dialog.activity import Activity, Judge, Material
from voicecoach.dialog.machine import Conversation
from voicecoach.dialog.script import Script
from voicecoach.events import Event, SessionStarted, TaskOpened, TurnTaken, UtteranceStarted
from voicecoach.loop import InlineWorker, Timers, VirtualInbox
from voicecoach.ports import Voice
from voicecoach.runtime import Parts, Session
from voicecoach.scoring.score import score

E = TypeVar("E", bound=Event)


class ToneVoice:
    """Renders text as a steady tone of 60 ms a word: as audible as speech, and much quicker."""

    name = "tone"

    def render(self, text: str, slow: bool = False) -> Clip:
        """Return the tone."""
        seconds = 0.06 * len(text.split()) * (1.25 if slow else 1.0)
        return Clip(np.full(round(seconds * RATE_HZ), 0.1, dtype=np.float32), RATE_HZ)

    def close(self) -> None:
        """Nothing to let go."""


class MemoryLog:
    """Keeps everything in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.samples = 0

    def append(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)

    def audio(self, samples: Samples) -> None:
        """Count the sound."""
        self.samples += len(samples)


@functools.cache
def real_judge() -> Judge:
    """Return the scorer with the shipped rubric."""
    rubric = load_rubric()
    return lambda answer, question_type: score(answer, question_type, rubric)


@functools.cache
def _script() -> Script:
    return load_script()


class Rehearsal:
    """A conversation that has been held.

    Args:
        activity: makes it.
        answers: what the candidate says each time the floor is theirs; ``[0.8]`` is a pause.
        judge: the scorer.
        voice: the coach's.
        seed: of wordings.
        rough: whether the recogniser's model does not know the candidate's voice.
        tells_problems: whether problems are said.
        during: called before the session runs, to interfere with it.
        arrange: exchanges some of the parts.
    """

    def __init__(
        self,
        activity: Callable[[Material], Activity],
        answers: Iterable[str],
        *,
        judge: Judge | None = None,
        voice: Voice | None = None,
        seed: int = 1,
        rough: bool = False,
        tells_problems: bool = False,
        during: Callable[[Session, Timers], None] | None = None,
        arrange: Callable[[Parts], Parts] | None = None,
    ) -> None:
        clock = VirtualClock()
        inbox = VirtualInbox(clock)
        timers = Timers()
        spoken = iter(answers)
        self.opened: list[TaskOpened] = []

        def choose(task: TaskOpened) -> Clip | None:
            text = next(spoken, None)
            return None if text is None else Clip(speak(text), RATE_HZ)

        candidate = RecordedCandidate(choose, clock, timers.schedule)
        self.log = MemoryLog()
        parts = Parts(
            clock=clock,
            inbox=inbox,
            timers=timers,
            worker=InlineWorker(inbox.put),
            microphone=candidate,
            detector=ScriptedDetector(),
            recognizer=ScriptedRecognizer,
            command_recognizer=None,
            voice=voice or ToneVoice(),
            speaker=NullSpeaker(clock, timers.schedule),
            log=self.log,
            tone=lambda name: Clip(np.full(1600, 0.05, dtype=np.float32), RATE_HZ),
            cue=candidate.cue,
        )
        parts = arrange(parts) if arrange else parts
        material = Material(_script(), judge or real_judge(), seed, rough)
        self.activity = activity(material)
        remarks = ("rough_model",) if rough else ()
        self.conversation = Conversation(self.activity, material, remarks, tells_problems)
        started = SessionStarted(
            at_s=0.0,
            session_id="rehearsal",
            activity=self.activity.name,
            plan="",
            seed=seed,
            model="scripted",
            model_note="",
            voice="tone",
            source="recordings",
            version="0",
            started="2026-01-01T00:00:00+00:00",
            clock="virtual",
        )
        session = Session(parts, self.conversation, started)
        if during is not None:
            during(session, timers)
        self.events = session.run()

    def of(self, kind: type[E]) -> list[E]:
        """Events of one kind, in order."""
        return [e for e in self.events if isinstance(e, kind)]

    @property
    def said(self) -> list[str]:
        """What the coach said."""
        return [e.text for e in self.of(UtteranceStarted)]

    @property
    def turns(self) -> list[tuple[str, str]]:
        """Kind (or command) and text of the candidate's turns."""
        return [(e.command or e.kind, e.text) for e in self.of(TurnTaken)]
