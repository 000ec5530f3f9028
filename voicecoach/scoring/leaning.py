"""What a bar raiser would lean to, and which level the stories show: mechanical, from the ratings.

A leaning of a practice tool and no hiring decision. Where there is too little, it abstains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voicecoach.scoring.types import FULL_LEVEL
from voicecoach.scoring.verdict import Answered

LEANINGS = ("hire", "leaning_hire", "leaning_no_hire", "no_hire")
"""From the best to the worst."""

POSITIVE = LEANINGS[:2]

LEVELS_SHOWN = ("senior_pm", "pm", "below_pm")
"""From the highest to the lowest."""

CANT_SAY = "cant_say"
"""Of a leaning and of a level."""

ALTERNATIVES = "alternatives"
"""The sign that other causes were excluded: a rival answered, or a fair comparison."""


@dataclass(frozen=True, slots=True)
class LeaningRules:
    """How ratings become a leaning and a level.

    Attributes:
        fewest_answers: scored ones, below which nothing is said.
        alone: share that the rating before the follow-ups has; the rating with them has the rest.
        at_least: the value from which each of `LEANINGS` but the last is reached.
        close: so near to the next one, a leaning is called close to it.
        weak_answer: rating of an answer that nobody would overlook; one allows a leaning to hire at
            most, two of them a leaning against it.
        uneven: from so many points between the best and the weakest answer, it is said.
        needed: facets without which, over all answers, nobody would sign: never fully shown, a
            leaning to hire is the most; never shown at all, a leaning against it.
        signs: of level: facets, and `ALTERNATIVES`.
        signs_for: share of the signs called for that a level asks for, but for the lowest.
        called_for: by type of question, the facets that it weighs.
    """

    fewest_answers: int
    alone: float
    at_least: Mapping[str, float] = field(hash=False)
    close: float
    weak_answer: float
    uneven: float
    needed: tuple[str, ...]
    signs: tuple[str, ...]
    signs_for: Mapping[str, float] = field(hash=False)
    called_for: Mapping[str, frozenset[str]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a leaning.

    Attributes:
        rule: which one.
        slots: what its wording needs.
    """

    rule: str
    slots: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Leaning:
    """What it comes to.

    Attributes:
        verdict: one of `LEANINGS`, or `CANT_SAY`.
        value: what it was read from, 1 to 5; None where nothing is said.
        scored: so many answers stand behind it.
        reasons: the weightiest first.
    """

    verdict: str
    value: float | None
    scored: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LevelSignal:
    """Which level the stories show.

    Attributes:
        level: one of `LEVELS_SHOWN`, or `CANT_SAY`.
        shown: by sign, in how many answers it was fully shown.
        of: by sign, how many answers called for it; those that none called for are left out.
    """

    level: str
    shown: Mapping[str, int] = field(hash=False)
    of: Mapping[str, int] = field(hash=False)


def lean(answers: Sequence[Answered], rules: LeaningRules, rough: bool = False) -> Leaning:
    """Return the leaning, with its reasons.

    Args:
        answers: all of them, scored or not.
        rules: to go by.
        rough: whether nobody could tell what was said.
    """
    scored = scored_of(answers)
    if rough:
        return Leaning(CANT_SAY, None, len(scored), (Reason("rough", {}),))
    if len(scored) < rules.fewest_answers:
        rule = "too_few" if scored else "nothing"
        return Leaning(CANT_SAY, None, len(scored), (Reason(rule, {}),))
    value = sum(_value(item, rules) for item in scored) / len(scored)
    reached = (name for name in LEANINGS if value >= rules.at_least.get(name, 0.0))
    by_rating = next(reached, LEANINGS[-1])
    limits = [*_weak_limits(scored, rules), *_needed_limits(scored, rules)]
    worst = max([by_rating, *(at_most for at_most, _ in limits)], key=LEANINGS.index)
    reasons = [Reason("rating", {"mean": _rounded(value), "count": str(len(scored))})]
    reasons += [reason for at_most, reason in limits if LEANINGS.index(at_most) > 0]
    reasons += _on_follow_ups(scored)
    reasons += _on_spread(scored, rules)
    if worst == by_rating:
        reasons += _on_closeness(value, by_rating, rules)
    if len(scored) < len(answers):
        reasons.append(Reason("unscored", {"count": str(len(answers) - len(scored))}))
    return Leaning(worst, value, len(scored), tuple(reasons))


def level_shown(
    answers: Sequence[Answered], rules: LeaningRules, rough: bool = False
) -> LevelSignal:
    """Return the level that the stories show: how much of what it asks for they show fully."""
    scored = scored_of(answers)
    shown: dict[str, int] = {}
    of: dict[str, int] = {}
    for sign in rules.signs:
        facet = "isolation" if sign == ALTERNATIVES else sign
        calling = [item for item in scored if _calls_for(facet, item, rules)]
        if calling:
            of[sign] = len(calling)
            shown[sign] = sum(_shows(item, sign) for item in calling)
    if rough or len(scored) < rules.fewest_answers or not of:
        return LevelSignal(CANT_SAY, shown, of)
    share = sum(shown.values()) / sum(of.values())
    level = next(name for name in LEVELS_SHOWN if share >= rules.signs_for.get(name, 0.0))
    return LevelSignal(level, shown, of)


def scored_of(answers: Sequence[Answered]) -> list[Answered]:
    """Return the answers that were rated."""
    return [item for item in answers if item.score.scorable and item.score.overall is not None]


def _calls_for(facet: str, item: Answered, rules: LeaningRules) -> bool:
    """Whether a question weighs a facet; of a type that is no more, nobody knows."""
    return facet in rules.called_for.get(item.question_type, ())


def _shows(item: Answered, sign: str) -> bool:
    score = item.score
    if sign == ALTERNATIVES:
        return score.alternatives_ruled_out > 0 or score.facets["isolation"].level == FULL_LEVEL
    return score.facets[sign].level == FULL_LEVEL


def _rating(item: Answered) -> float:
    assert item.score.overall is not None
    return item.score.overall


def _value(item: Answered, rules: LeaningRules) -> float:
    """Return what an answer counts: what had to be asked for counts a little less."""
    alone = _rating(item) if item.alone is None else item.alone
    return (1 - rules.alone) * _rating(item) + rules.alone * alone


def _weak_limits(scored: Sequence[Answered], rules: LeaningRules) -> list[tuple[str, Reason]]:
    weak = [item for item in scored if _rating(item) <= rules.weak_answer]
    if not weak:
        return []
    worst = min(weak, key=_rating)
    if len(weak) == 1:
        slots = {"number": worst.number, "overall": f"{_rating(worst):g}"}
        return [("leaning_hire", Reason("weak_answer", slots))]
    return [("leaning_no_hire", Reason("weak_answers", {"count": str(len(weak))}))]


def _needed_limits(scored: Sequence[Answered], rules: LeaningRules) -> list[tuple[str, Reason]]:
    """Return what is never fully shown, or never at all, in the answers that call for it."""
    limits = []
    for facet in rules.needed:
        levels = [
            item.score.facets[facet].level for item in scored if _calls_for(facet, item, rules)
        ]
        best = max(levels, default=FULL_LEVEL)
        if best == 0:
            limits.append(("leaning_no_hire", Reason("never_shown", {"facet": facet})))
        elif best < FULL_LEVEL:
            limits.append(("leaning_hire", Reason("never_full", {"facet": facet})))
    return sorted(limits, key=lambda limit: -LEANINGS.index(limit[0]))


def _on_follow_ups(scored: Sequence[Answered]) -> list[Reason]:
    asked = [item for item in scored if item.alone is not None]
    risen = sum(_rating(item) > (item.alone or 0.0) for item in asked)
    if not asked:
        return []
    slots = {"risen": str(risen), "count": str(len(asked))}
    return [Reason("follow_ups_helped" if risen else "follow_ups_unused", slots)]


def _on_spread(scored: Sequence[Answered], rules: LeaningRules) -> list[Reason]:
    ratings = [_rating(item) for item in scored]
    if max(ratings) - min(ratings) < rules.uneven:
        return []
    return [Reason("uneven", {"low": f"{min(ratings):g}", "high": f"{max(ratings):g}"})]


def _on_closeness(value: float, verdict: str, rules: LeaningRules) -> list[Reason]:
    """Say when a little more or less would have come to another leaning."""
    place = LEANINGS.index(verdict)
    better = LEANINGS[place - 1] if place else ""
    worse = LEANINGS[place + 1] if place + 1 < len(LEANINGS) else ""
    if better and rules.at_least[better] - value < rules.close:
        return [Reason("close", {"other": better})]
    if worse and value - rules.at_least[verdict] < rules.close:
        return [Reason("close", {"other": worse})]
    return []


def _rounded(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
