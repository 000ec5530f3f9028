"""What to practise next: by what was practised before, and how it went. Pure.

The time is spread over areas as the goal says; the area that is furthest behind is next. Within it
comes the family that went worst lately, and of its questions the one that was asked least and, of
those, one that turns on what the answers lack most.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voicecoach.dialog.plans import Area, Plan, StudyGoal
from voicecoach.dialog.script import Question
from voicecoach.dialog.selection import Part
from voicecoach.events import (
    AnswerScored,
    Event,
    RoundBegan,
    SessionStarted,
    TaskClosed,
    TaskOpened,
)
from voicecoach.scoring.types import read_score

HISTORY_EVENTS = (SessionStarted, RoundBegan, TaskOpened, TaskClosed, AnswerScored)
"""All that has to be known of a session."""

USUAL_S = 300.0
"""What a question takes with its follow-ups, until it has been asked."""

LONGEST_S = 1200.0
"""Whatever is beyond this was a break."""

LATELY = 3
"""So many answers in a family tell how it goes now."""

UNKNOWN = 3.0
"""What a family is taken to be rated that was never practised: before it comes what went worse."""


@dataclass(frozen=True, slots=True)
class Practised:
    """A question that was asked.

    Attributes:
        question_id: of the bank.
        seconds: spent on it, follow-ups included.
        overall: the rating, 1 to 5; None without one.
        facets: levels, 0 to 2, by facet; empty where nothing could be judged.
    """

    question_id: str
    seconds: float
    overall: float | None
    facets: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an area has come.

    Attributes:
        area: which.
        seconds: spent on it so far.
        share: of all the time spent, 0 to 1; None before there was any.
        asked: how many questions.
        overall: mean rating of the latest answers; None without one.
        weakest: the family that is next, its name.
    """

    area: Area
    seconds: float
    share: float | None
    asked: int
    overall: float | None
    weakest: str


@dataclass(frozen=True, slots=True)
class Step:
    """A question to practise, and why.

    Attributes:
        question: which.
        area: whose turn it is.
        reason: what history says about it, one clause.
    """

    question: Question
    area: Area
    reason: str


def practised(events: Iterable[Event]) -> tuple[Practised, ...]:
    """Return the questions of a session, in order. A drill's rounds are none of them."""
    opened: dict[str, TaskOpened] = {}
    until: dict[str, float] = {}
    scores: dict[str, AnswerScored] = {}
    for event in events:
        if isinstance(event, TaskOpened) and event.kind == "question" and event.question_id:
            opened[event.task_id] = event
        elif isinstance(event, AnswerScored):
            scores[event.task_id] = event
        if isinstance(event, (TaskOpened, TaskClosed, AnswerScored)):
            until[event.task_id.partition(".")[0]] = event.at_s
    return tuple(
        _practised(task, until[name] - task.at_s, scores.get(name)) for name, task in opened.items()
    )


def _practised(task: TaskOpened, seconds: float, scored: AnswerScored | None) -> Practised:
    score = read_score(scored.score) if scored is not None else None
    judged = score if score is not None and score.scorable else None
    return Practised(
        question_id=task.question_id,
        seconds=min(max(seconds, 0.0), LONGEST_S),
        overall=judged.overall if judged else None,
        facets={name: facet.level for name, facet in judged.facets.items()} if judged else {},
    )


def times_asked(past: Iterable[Practised]) -> Counter[str]:
    """Return how often each question was asked."""
    return Counter(each.question_id for each in past)


def next_round(plan: Plan, sessions: Iterable[Sequence[Event]]) -> int:
    """Return which round of a loop comes next: after the one that was held last, or the first.

    Args:
        plan: the loop.
        sessions: the latest last.
    """
    titles = [each.title for each in plan.rounds]
    held = 0
    for events in sessions:
        if any(isinstance(e, SessionStarted) and _means(e.plan, plan) for e in events):
            rounds = [e.title for e in events if isinstance(e, RoundBegan) and e.title in titles]
            held = titles.index(rounds[-1]) + 1 if rounds else held
    return held % len(titles) + 1


def _means(written: str, plan: Plan) -> bool:
    """Whether a plan was asked for under this name, which may be a part of its own."""
    words = " ".join(written.lower().replace("-", " ").split())
    return bool(words) and words in plan.name.replace("-", " ")


def weakest_facet(past: Sequence[Practised]) -> str:
    """Return the facet that the latest answers showed least, '' before there are any."""
    judged = [each.facets for each in past if each.facets][-10:]
    if not judged:
        return ""
    names = list(judged[-1])
    return min(names, key=lambda name: sum(f.get(name, 0) for f in judged) / len(judged))


def standings(
    goal: StudyGoal, bank: Sequence[Question], past: Sequence[Practised]
) -> tuple[Standing, ...]:
    """Return how far each area has come, in the order of the goal."""
    family_of = {q.id: q.family for q in bank}
    spent = _spent(goal, family_of, past)
    total = sum(spent.values())
    found = []
    for area in goal.areas:
        mine = [p for p in past if family_of.get(p.question_id) in area.families]
        found.append(
            Standing(
                area=area,
                seconds=spent[area.name],
                share=spent[area.name] / total if total else None,
                asked=len(mine),
                overall=_lately(mine),
                weakest=_weakest_family(area, bank, past, ()),
            )
        )
    return tuple(found)


def study_steps(
    goal: StudyGoal, bank: Sequence[Question], past: Sequence[Practised], seed: int
) -> tuple[Step, ...]:
    """Return what to practise in the next session.

    Args:
        goal: the areas and their shares.
        bank: all questions.
        past: what was practised, the latest last.
        seed: decides among equals.
    """
    choice = random.Random(f"study {seed}")
    family_of = {q.id: q.family for q in bank}
    spent = _spent(goal, family_of, past)
    asked = times_asked(past)
    lacks = weakest_facet(past)
    steps: list[Step] = []
    for _ in range(goal.questions):
        area = _next_area(goal, spent)
        taken = tuple(step.question.family for step in steps)
        family = _weakest_family(area, bank, past, taken)
        left = [q for q in bank if q.family == family and q not in [s.question for s in steps]]
        if not left:
            break
        fewest = min(asked[q.id] for q in left)
        fresh = sorted((q for q in left if asked[q.id] == fewest), key=lambda q: q.id)
        best = [q for q in fresh if lacks in q.facets] or fresh
        question = choice.choice(best)
        steps.append(Step(question, area, _reason(question, family_of, past, lacks)))
        spent[area.name] += USUAL_S
    return tuple(steps)


def study_parts(plan: Plan, steps: Sequence[Step]) -> tuple[Part, ...]:
    """Return the steps as an interview of one round."""
    return (Part(plan.rounds[0], tuple(step.question for step in steps)),)


def _spent(
    goal: StudyGoal, family_of: Mapping[str, str], past: Iterable[Practised]
) -> dict[str, float]:
    spent = dict.fromkeys((area.name for area in goal.areas), 0.0)
    for each in past:
        for area in goal.areas:
            if family_of.get(each.question_id) in area.families:
                spent[area.name] += each.seconds
    return spent


def _next_area(goal: StudyGoal, spent: Mapping[str, float]) -> Area:
    """The area that would be furthest behind its share if another question were asked elsewhere."""
    total = sum(spent.values()) + USUAL_S
    return max(goal.areas, key=lambda area: area.share * total - spent[area.name])


def _weakest_family(
    area: Area, bank: Sequence[Question], past: Sequence[Practised], taken: Sequence[str]
) -> str:
    """The family of an area that went worst lately; a new one where all went well."""
    family_of = {q.id: q.family for q in bank}
    there = set(family_of.values())
    names = [f for f in area.families if f in there and f not in taken]
    names = names or [f for f in area.families if f in there]

    def standing(family: str) -> tuple[float, int]:
        mine = [p for p in past if family_of.get(p.question_id) == family]
        lately = _lately(mine)
        return (UNKNOWN if lately is None else lately, len(mine))

    return min(names, key=standing, default="")


def _lately(past: Sequence[Practised]) -> float | None:
    ratings = [p.overall for p in past if p.overall is not None][-LATELY:]
    return sum(ratings) / len(ratings) if ratings else None


def _reason(
    question: Question, family_of: Mapping[str, str], past: Sequence[Practised], lacks: str
) -> str:
    lately = _lately([p for p in past if family_of.get(p.question_id) == question.family])
    about = "not practised yet" if lately is None else f"{lately:.1f} of 5 lately"
    if lacks and lacks in question.facets:
        return f"{about}; asks for {lacks.replace('_', ' ')}, which you show least"
    return about
