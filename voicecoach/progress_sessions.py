"""What was practised in a session, by its log: answers with their judgement, drills. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voicecoach.debrief import Question, tell
from voicecoach.drill_results import Round, rounds_of
from voicecoach.events import AnswerScored, DrillResult, Event, SessionStarted, TaskOpened
from voicecoach.scoring.types import Score

PRACTICE_EVENTS = (SessionStarted, TaskOpened, AnswerScored, DrillResult)
"""All that has to be known of a session."""


@dataclass(frozen=True, slots=True)
class PractisedAnswer:
    """A question that was answered.

    Attributes:
        task_id: in its session.
        question_id: of the bank, '' for none.
        question_type: by which it was judged.
        overall: rating with the replies to the follow-ups, 1 to 5; None where it was not scorable.
        alone: rating of the answer before them; likewise.
        levels: 0 to 2 by facet, with the replies; empty where it was not scorable.
        principles: leadership principles that it acted out.
        delivery: values of the answer before the follow-ups, by name; None for what is not known.
        words: of that answer.
    """

    task_id: str
    question_id: str
    question_type: str
    overall: float | None
    alone: float | None
    levels: Mapping[str, int] = field(hash=False)
    principles: tuple[str, ...]
    delivery: Mapping[str, float | None] = field(hash=False)
    words: int

    @property
    def scored(self) -> bool:
        """Whether there was enough to judge."""
        return bool(self.levels)


@dataclass(frozen=True, slots=True)
class Practice:
    """A session.

    Attributes:
        session: its name.
        started: date and time as in its log, ISO 8601; the date of its name where there is none.
        activity: as in `SessionStarted`, and likewise the next two.
        plan: the plan.
        source: what was listened to.
        judge: tells who judged: figures of two judges do not compare.
        answers: in their order.
        rounds: of drills, likewise.
    """

    session: str
    started: str
    activity: str
    plan: str
    source: str
    judge: str
    answers: tuple[PractisedAnswer, ...]
    rounds: tuple[Round, ...]

    @property
    def date(self) -> str:
        """The day, such as ``2026-05-04``."""
        return self.started[:10]

    @property
    def counts(self) -> bool:
        """Whether anything was judged or counted in it."""
        return bool(self.rounds) or any(answer.scored for answer in self.answers)


def read_practice(session: str, events: Sequence[Event]) -> Practice:
    """Read a session, which may end anywhere.

    Args:
        session: its name.
        events: those of `PRACTICE_EVENTS` at least.
    """
    story = tell(events)
    began = story.started
    return Practice(
        session=session,
        started=began.started if began else session,
        activity=began.activity if began else "",
        plan=began.plan if began else "",
        source=began.source if began else "",
        judge=_judge(began),
        answers=tuple(
            _practised(question, question.score)
            for question in story.questions
            if question.task.opened.kind == "question" and question.score is not None
        ),
        rounds=rounds_of(events),
    )


def _judge(began: SessionStarted | None) -> str:
    """Who judged; in older logs there is only the version, which tells versions apart."""
    if began is None:
        return ""
    return began.judge or f"version {began.version}"


def _practised(question: Question, score: Score) -> PractisedAnswer:
    opened = question.task.opened
    alone = question.task.score or score
    return PractisedAnswer(
        task_id=opened.task_id,
        question_id=opened.question_id,
        question_type=opened.question_type,
        overall=score.overall if score.scorable else None,
        alone=alone.overall if alone.scorable else None,
        levels={n: f.level for n, f in score.facets.items()} if score.scorable else {},
        principles=score.leadership_principles if score.scorable else (),
        delivery={
            name: value
            for name, value in alone.delivery.items()
            if value is None or isinstance(value, (int, float))
        },
        words=alone.words,
    )
