"""Figures over the sessions, one series each, and whether they have moved. Pure.

Facets count only in answers to questions that weigh them, and with the replies to their follow-ups,
as the rating does. Delivery is that of the answer before the follow-ups.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicecoach.figures import count
from voicecoach.progress_change import FEWEST, Halves, claimed, compare
from voicecoach.progress_next import Syllabus
from voicecoach.progress_sessions import Practice, PractisedAnswer
from voicecoach.scoring.types import FACETS

MOVED, WITHIN_SPREAD, TOO_FEW = "moved", "within_spread", "too_few"

_LABELS = {
    "words_per_minute": "words a minute",
    "articulation_rate_wpm": "words a minute of voice",
    "longest_pause_s": "longest pause, seconds",
    "fillers_per_minute": "fillers a minute",
    "voice_without_words": "wordless voice per 100 words",
    "hedges": "hedges per 100 words",
    "restarts": "restarts per 100 words",
    "i_share": '"I" among "I" and "we"',
    "first_word_s": "seconds to the first word",
    "first_content_s": "seconds to say something",
}
"""Names for people, where the name itself would not do."""

PER_100_WORDS = ("voice_without_words", "hedges", "restarts")
"""Values of delivery that grow with the answer: they are told for a hundred words."""

RATING, FACET, DELIVERY, DRILL = "rating", "facet", "delivery", "drill"
"""Groups of series."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one session adds to a series.

    Attributes:
        session: its name.
        date: the day.
        values: of its answers, in order; never empty.
    """

    session: str
    date: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Of the values."""
        return sum(self.values) / len(self.values)


@dataclass(frozen=True, slots=True)
class Series:
    """A figure over the sessions.

    Attributes:
        group: `RATING`, `FACET`, `DELIVERY` or `DRILL`.
        name: in its group.
        points: the earliest session first; never empty.
        scale: the lowest and the highest value that there can be; None where it has no ends.
        digits: decimals worth showing.
        halves: earlier against later; None with too few sessions.
        verdict: `MOVED`, `WITHIN_SPREAD` or `TOO_FEW`.
    """

    group: str
    name: str
    points: tuple[Point, ...]
    scale: tuple[float, float] | None
    digits: int = 1
    halves: Halves | None = None
    verdict: str = TOO_FEW

    @property
    def values(self) -> tuple[float, ...]:
        """All of them, in order."""
        return tuple(value for point in self.points for value in point.values)

    @property
    def mean(self) -> float:
        """Of all values."""
        return statistics.fmean(self.values)

    @property
    def spread(self) -> float | None:
        """Standard deviation of the values; None of a single one."""
        return statistics.stdev(self.values) if len(self.values) > 1 else None

    @property
    def label(self) -> str:
        """The name for people."""
        if self.group == DELIVERY and self.name in _LABELS:
            return _LABELS[self.name]
        return self.name.replace("_", " ")

    def sentence(self) -> str:
        """Return what can be said of its change, in one sentence."""
        if self.halves is None:
            missing = f"{count(len(self.points), 'session')} of the {FEWEST} that it takes"
            return f"{self.label}: too few answers to say ({missing})."
        if self.verdict != MOVED:
            return f"{self.label}: no change beyond your usual spread over {self._basis()}."
        earlier, later = (f"{v:.{self.digits}f}" for v in (self.halves.earlier, self.halves.later))
        return (
            f"{self.label} moved from {earlier} to {later} over {self._basis()}; "
            "more than your usual spread."
        )

    def _basis(self) -> str:
        what = count(len(self.values), "round" if self.group == DRILL else "answer")
        return f"{what} in {count(len(self.points), 'session')}"

    def to_json(self) -> dict[str, Any]:
        """Return a plain document."""
        spread = self.spread
        halves = dataclasses.asdict(self.halves) if self.halves else {}
        return {
            "name": self.name,
            "n": len(self.values),
            "sessions": len(self.points),
            "mean": round(self.mean, 3),
            "spread": None if spread is None else round(spread, 3),
            "scale": list(self.scale) if self.scale else None,
            "points": [
                {"session": p.session, "date": p.date, "n": len(p.values), "mean": round(p.mean, 3)}
                for p in self.points
            ],
            "change": {
                "verdict": self.verdict,
                **{k: round(v, 4) for k, v in halves.items()},
                "text": self.sentence(),
            },
        }


_Values = Callable[[Practice], Iterable["float | None"]]


def measure_series(practices: Sequence[Practice], syllabus: Syllabus) -> list[Series]:
    """Return those for which there is any value, with their changes decided all together.

    Args:
        practices: sessions of one judge, the earliest first.
        syllabus: what weighs, and what of delivery is shown.
    """
    drills = sorted({each.drill for practice in practices for each in practice.rounds})
    found = [
        _series(RATING, RATING, practices, _each(lambda a: a.overall), (1.0, 5.0)),
        *(
            _series(FACET, name, practices, _each(_level_of(name, syllabus.weights)), (0.0, 2.0))
            for name in FACETS
        ),
        *(
            _with_digits(_series(DELIVERY, name, practices, _each(_delivery_of(name)), None))
            for name in syllabus.delivery
        ),
        *(_series(DRILL, name, practices, _shares_of(name), (0.0, 100.0), 0) for name in drills),
    ]
    return _decided([series for series in found if series.points])


def _series(
    group: str,
    name: str,
    practices: Sequence[Practice],
    values: _Values,
    scale: tuple[float, float] | None,
    digits: int = 1,
) -> Series:
    points = []
    for practice in practices:
        known = tuple(value for value in values(practice) if value is not None)
        if known:
            points.append(Point(practice.session, practice.date, known))
    return Series(group, name, tuple(points), scale, digits)


def _each(value: Callable[[PractisedAnswer], float | None]) -> _Values:
    return lambda practice: [value(answer) for answer in practice.answers]


def _level_of(
    facet: str, weights: Mapping[str, Mapping[str, float]]
) -> Callable[[PractisedAnswer], float | None]:
    """The level in answers whose question weighs the facet; of others it tells nothing."""

    def level(answer: PractisedAnswer) -> float | None:
        asked = weights.get(answer.question_type, {}).get(facet, 0.0) > 0
        return float(answer.levels[facet]) if asked and facet in answer.levels else None

    return level


def _delivery_of(name: str) -> Callable[[PractisedAnswer], float | None]:
    def value(answer: PractisedAnswer) -> float | None:
        found = answer.delivery.get(name) if answer.scored else None
        if found is None or name not in PER_100_WORDS:
            return found
        return 100 * found / answer.words if answer.words else None

    return value


def _shares_of(drill: str) -> Callable[[Practice], list[float]]:
    return lambda practice: [100 * r.heard / r.of for r in practice.rounds if r.drill == drill]


def _with_digits(series: Series) -> Series:
    """Large values need no decimals, and small ones need two."""
    if not series.points:
        return series
    mean = abs(series.mean)
    return dataclasses.replace(series, digits=0 if mean >= 20 else 1 if mean >= 1 else 2)


def _decided(found: Sequence[Series]) -> list[Series]:
    """Return the series with their changes, decided all together."""
    compared = [
        dataclasses.replace(s, halves=compare([p.values for p in s.points], f"{s.group} {s.name}"))
        for s in found
    ]
    # What never varies cannot move: it is none of those among which chance has its pick.
    varied = [(s, s.halves.p) for s in compared if s.halves and s.spread]
    verdicts = claimed([p for _, p in varied])
    moved = {(s.group, s.name) for (s, _), claim in zip(varied, verdicts, strict=True) if claim}
    return [
        dataclasses.replace(s, verdict=MOVED if (s.group, s.name) in moved else WITHIN_SPREAD)
        if s.halves
        else s
        for s in compared
    ]
