"""Where the conversation stands: plain frozen values. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from typing import Any

from voicecoach.dialog.drill_state import NO_DRILL, DrillState
from voicecoach.dialog.personas import Manner
from voicecoach.dialog.script import Question
from voicecoach.events import Command, Event, Expectation, RemindAt, Span, Speak, Word, text_of
from voicecoach.scoring.types import Answer, Score

USUAL = Manner()


class Phase(Enum):
    """What the conversation is doing."""

    IDLE = "idle"
    SPEAKING = "speaking"  # the coach has the floor, then gives it to the candidate
    LISTENING = "listening"  # the candidate has the floor
    PAUSED = "paused"  # only commands are listened for
    CLOSING = "closing"  # the coach says the closing words
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Task:
    """A question, a probe or a round of a drill that the coach has opened.

    Attributes:
        id: as in the events.
        kind: ``question``, ``probe``, ``drill``, or ``offer`` for "once more?", which is no task in
            the record.
        spoken: the wording, to be repeated on demand.
        expectation: what kind of turn it waits for.
        reminders: moments of the candidate's turn that matter.
        question: the question it belongs to; None in a drill.
        probe: name of the probe, or of a drill's step after the first; else ''.
        resolves: the facet that a reply must show; '' where any will do.
        turns: candidate turns so far.
        words: of the answer so far.
        pressed: whether the second, sharper wording has been used.
        kept: how many of the words are in the question's answer already.
        voice: the stretches of voice of the answer so far.
        breaks: how many words had been said each time that the coach spoke in between.
        asked_s: when it had been put and the candidate got the floor; None before.
    """

    id: str
    kind: str
    spoken: str
    expectation: Expectation
    reminders: tuple[RemindAt, ...] = ()
    question: Question | None = None
    probe: str = ""
    resolves: str = ""
    turns: int = 0
    words: tuple[Word, ...] = ()
    pressed: bool = False
    kept: int = 0
    voice: tuple[Span, ...] = ()
    breaks: tuple[int, ...] = ()
    asked_s: float | None = None

    @property
    def root_id(self) -> str:
        """The id of the question, or the round of a drill, that it belongs to."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer that was judged: kept for the closing words.

    Attributes:
        task: what was answered.
        score: the judgement, replies to the probes included.
        alone: rating of the answer without them; None where it could not be rated.
        followed: whether there were any.
    """

    task: Task
    score: Score
    alone: float | None = None
    followed: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """All that the dialogue remembers.

    Attributes:
        phase: what is going on.
        started_s: when the session began; breaks taken since are added.
        paused_s: when the break began that is being taken.
        round: number of the round, from 1; 0 outside an interview.
        round_started_s: when it began, likewise.
        round_minutes: its time box; 0 outside an interview.
        manner: how it is interviewed now.
        place: how many of the planned questions are behind us, asked or left out.
        said: how many utterances have been spoken.
        last_utterance: when this one ends, the coach has nothing more to say.
        task: the open task.
        index: questions or rounds begun so far.
        held: words of an answer that a command interrupted.
        unclear: turns in a row that were not understood.
        notices: silences in a row that were noticed.
        hints: hints given for the open task.
        probes: probes put to this question.
        quoted: claims that were read back in them.
        follow_ups: how often this question was followed up, second wordings counted.
        pressed: how often a follow-up to this question was put a second time.
        answer: words of this question's answer and replies so far.
        judged: the questions answered so far.
        worded: how each phrase was worded last, so that it is not said twice in a row.
        heard_answer: whether anything was ever answered.
        untold: what is wrong and was not said yet, for the candidate had the floor.
        told: id of the question, or the round of a drill, that was answered last; '' for none.
        drill: where a drill stands.
        asked: the command that waits for a yes, '' for none.
        next_drill: the drill that follows this session, likewise.
        ending: why the session is ending, '' while it is not.
    """

    phase: Phase = Phase.IDLE
    started_s: float = 0.0
    paused_s: float = 0.0
    round: int = 0
    round_started_s: float = 0.0
    round_minutes: float = 0.0
    manner: Manner = USUAL
    place: int = 0
    said: int = 0
    last_utterance: str = ""
    task: Task | None = None
    index: int = 0
    held: tuple[Word, ...] = ()
    unclear: int = 0
    notices: int = 0
    hints: int = 0
    probes: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    follow_ups: int = 0
    pressed: int = 0
    answer: tuple[Word, ...] = ()
    judged: tuple[Judged, ...] = ()
    worded: tuple[tuple[str, str], ...] = ()
    heard_answer: bool = False
    untold: str = ""
    told: str = ""
    drill: DrillState = NO_DRILL
    asked: str = ""
    next_drill: str = ""
    ending: str = ""


class Draft:
    """A step in the making: the next state, and what comes out of it.

    Mutable only while one step is being taken; nobody keeps it.
    """

    def __init__(self, state: State, at_s: float) -> None:
        self.state = state
        self.at_s = at_s
        self.outputs: list[Event | Command] = []

    @property
    def task(self) -> Task:
        """The open task, where there must be one."""
        assert self.state.task is not None
        return self.state.task

    def change_task(self, **changes: Any) -> None:
        """Change fields of the open task."""
        self.set(task=dataclasses.replace(self.task, **changes))

    def set(self, **changes: Any) -> None:
        """Change fields of the state."""
        self.state = dataclasses.replace(self.state, **changes)

    def put(self, *outputs: Event | Command) -> None:
        """Add events and commands."""
        self.outputs += outputs

    def say(self, text: str, purpose: str, slow: bool = False) -> None:
        """Have something said, behind what is being said already."""
        text = " ".join(text.split())
        if text:
            utterance_id = f"u{self.state.said + 1}"
            self.set(said=self.state.said + 1, last_utterance=utterance_id)
            self.put(Speak(utterance_id, text, purpose, slow))


def answer_of(words: tuple[Word, ...]) -> Answer:
    """Return what the judge gets: the words, and their times where they were spoken."""
    text = text_of(words)
    if not words or words[-1].end_s <= words[0].start_s:
        return Answer(text)  # typed
    return Answer(text, words, duration_s=words[-1].end_s - words[0].start_s)


def answer_to(task: Task) -> Answer:
    """Return the open task's answer, with all that is known of how it was spoken."""
    answer = answer_of(task.words)
    if answer.duration_s is None:
        return answer
    breaks = tuple(n for n in task.breaks if 0 < n < len(task.words))
    away_s = sum(task.words[n].start_s - task.words[n - 1].end_s for n in breaks)
    voiced_s = sum(end_s - start_s for start_s, end_s in task.voice)
    return dataclasses.replace(
        answer,
        duration_s=answer.duration_s - away_s,
        voiced_s=round(voiced_s, 3) if task.voice else None,
        voice=task.voice,
        breaks=breaks,
        asked_s=task.asked_s,
    )
