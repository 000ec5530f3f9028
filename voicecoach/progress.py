"""How practice goes from session to session, as one document for terminal and page. Pure.

Owns: what is thrown together, and what was never practised. What a series is made of is for
`voicecoach.progress_series` to say, when a change may be claimed for `voicecoach.progress_change`,
and what comes next for `voicecoach.progress_next`.

Figures of two judges do not compare: series are of the latest judge alone, and how much that leaves
out is told.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicecoach.progress_next import NextStep, Syllabus, next_step
from voicecoach.progress_series import DELIVERY, DRILL, FACET, RATING, Series, measure_series
from voicecoach.progress_sessions import Practice, PractisedAnswer
from voicecoach.scoring.types import FACETS, PRINCIPLES


@dataclass(frozen=True, slots=True)
class PrincipleCoverage:
    """A leadership principle in the answers of all judges.

    Attributes:
        asked: answers to questions that test it.
        shown: answers that acted it out, whatever they were asked.
        sessions: for each session with a scored answer, the share that acted it out, 0 to 1.
    """

    name: str
    asked: int
    shown: int
    sessions: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FamilyCoverage:
    """A question family: how many of its questions were answered, and how they were rated.

    Attributes:
        family: its name.
        title: for people.
        answered: how often one of its questions was.
        ratings: by the latest judge, in order.
    """

    family: str
    title: str
    answered: int
    ratings: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """All of it.

    Attributes:
        practices: the sessions, the earliest first.
        judged_since: the day from which on the latest judge judged; '' before anything was.
        left_out: scored answers and rounds that another judge judged, left out of the series.
        rating: None where no answer was rated.
        facets: those that a question called for, in the usual order; likewise the next two.
        delivery: values that could be measured.
        drills: points heard as a share of those waited for, by round.
        principles: all of them.
        families: all of them.
        next_step: what to practise next.
    """

    practices: tuple[Practice, ...]
    judged_since: str
    left_out: int
    rating: Series | None
    facets: tuple[Series, ...]
    delivery: tuple[Series, ...]
    drills: tuple[Series, ...]
    principles: tuple[PrincipleCoverage, ...]
    families: tuple[FamilyCoverage, ...]
    next_step: NextStep = field(hash=False)

    @property
    def answers(self) -> tuple[PractisedAnswer, ...]:
        """Of all sessions, in order."""
        return tuple(answer for practice in self.practices for answer in practice.answers)

    @property
    def series(self) -> tuple[Series, ...]:
        """All of them."""
        rating = (self.rating,) if self.rating else ()
        return (*rating, *self.facets, *self.delivery, *self.drills)

    def to_json(self) -> dict[str, Any]:
        """Return the document that ``voicecoach progress --json`` prints."""
        return {
            "sessions": len(self.practices),
            "answers": len(self.answers),
            "scored": sum(answer.scored for answer in self.answers),
            "judged_since": self.judged_since or None,
            "left_out": self.left_out,
            "rating": self.rating.to_json() if self.rating else None,
            "facets": [series.to_json() for series in self.facets],
            "delivery": [series.to_json() for series in self.delivery],
            "drills": [series.to_json() for series in self.drills],
            "principles": [
                {"name": p.name, "asked": p.asked, "shown": p.shown} for p in self.principles
            ],
            "families": [
                {
                    "family": f.family,
                    "title": f.title,
                    "answered": f.answered,
                    "overall": round(statistics.fmean(f.ratings), 2) if f.ratings else None,
                }
                for f in self.families
            ],
            "next": dataclasses.asdict(self.next_step),
        }


def measure_progress(
    practices: Sequence[Practice], syllabus: Syllabus, facets: Iterable[str] = FACETS
) -> Progress:
    """Return how practice goes.

    Args:
        practices: the earliest first.
        syllabus: what there is to practise.
        facets: those that are shown. What is claimed does not depend on what is shown.
    """
    held = [practice for practice in practices if practice.counts]
    judge = held[-1].judge if held else ""
    current = [practice for practice in held if practice.judge == judge]
    others = [practice for practice in held if practice.judge != judge]
    decided = measure_series(current, syllabus)
    shown = frozenset(facets)
    return Progress(
        practices=tuple(practices),
        judged_since=current[0].date if current else "",
        left_out=sum(len(p.rounds) + sum(a.scored for a in p.answers) for p in others),
        rating=next((s for s in decided if s.group == RATING), None),
        facets=tuple(s for s in decided if s.group == FACET and s.name in shown),
        delivery=tuple(s for s in decided if s.group == DELIVERY),
        drills=tuple(s for s in decided if s.group == DRILL),
        principles=tuple(_principle(name, held, syllabus) for name in PRINCIPLES),
        families=tuple(
            _family(name, title, practices, judge, syllabus)
            for name, title in syllabus.families.items()
        ),
        next_step=next_step(current, practices, syllabus),
    )


# --- coverage -----------------------------------------------------------------------------------


def _principle(name: str, held: Sequence[Practice], syllabus: Syllabus) -> PrincipleCoverage:
    by_session = [[a for a in p.answers if a.scored] for p in held]
    answers = [answer for session in by_session for answer in session]
    return PrincipleCoverage(
        name=name,
        asked=sum(name in syllabus.principles.get(a.question_id, ()) for a in answers),
        shown=sum(name in answer.principles for answer in answers),
        sessions=tuple(
            sum(name in a.principles for a in session) / len(session)
            for session in by_session
            if session
        ),
    )


def _family(
    name: str, title: str, practices: Sequence[Practice], judge: str, syllabus: Syllabus
) -> FamilyCoverage:
    mine = [
        (practice, answer)
        for practice in practices
        for answer in practice.answers
        if syllabus.family_of.get(answer.question_id) == name
    ]
    ratings = [a.overall for p, a in mine if p.judge == judge and a.overall is not None]
    return FamilyCoverage(name, title, len(mine), tuple(ratings))
