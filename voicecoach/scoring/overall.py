"""From levels to a rating: the mechanical part of a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import to_half_point


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an answer its rating depends on.

    Attributes:
        question_type: what it answers, one of `voicecoach.scoring.types.QUESTION_TYPES`.
        levels: of every facet (what is only named counts as 0), of ``alternatives`` (0 to 3) and of
            ``other_side`` (1 where it is given its due).
        stuffed: see `voicecoach.scoring.profile.Profile`.
        vague: likewise.
        rather: another type of question that it seems to answer; "" where there is none. It is
            rated as an answer to either, and the lower rating counts.
    """

    question_type: str
    levels: Mapping[str, int] = field(hash=False)
    stuffed: bool = False
    vague: bool = False
    rather: str = ""


def overall(standing: Standing, rubric: Rubric) -> float:
    """Return the rating, 1 to 5 in half points."""
    return to_half_point(worth(standing, rubric))


def worth(standing: Standing, rubric: Rubric) -> float:
    """Return the rating before it is rounded: a weighted share, then the caps."""
    types = (standing.question_type, standing.rather)
    value = min(_as_answer_to(name, standing, rubric) for name in types if name)
    if standing.stuffed:
        value = min(value, rubric.stuffed_cap)
    if standing.vague:
        value = min(value, rubric.vague_cap)
    return value


def _as_answer_to(question_type: str, standing: Standing, rubric: Rubric) -> float:
    rule, levels = rubric.questions[question_type], standing.levels
    shares = (0.0, rubric.half_level, 1.0)
    points = sum(
        weight * shares[levels[name]]
        for name, weight in rule.weights.items()
        if name != "alternatives"
    )
    of_rivals = rubric.alternatives_worth[levels["alternatives"]]
    points += rule.weights.get("alternatives", 0.0) * of_rivals
    value = 1 + 4 * points / sum(rule.weights.values())
    cap = min((c.at_most for c in rule.caps if levels[c.facet] < c.below), default=value)
    return min(value, cap + rubric.cap_give * (value - cap))
