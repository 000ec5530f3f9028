"""The one thing to practise next, and why. Pure.

First the facet whose gaps weigh most in the questions of late, by its drill. Once that was drilled,
an answer: to a family or on a principle that was never practised, and where there is none left, as
the study plan has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voicecoach.progress_sessions import Practice, PractisedAnswer
from voicecoach.scoring.types import FACETS, FULL_LEVEL, PRINCIPLES

LATELY = 10
"""So many answers tell how it goes now."""

GOOD_ENOUGH = 1.5
"""From this mean level on, a facet is none to drill."""


@dataclass(frozen=True, slots=True)
class Syllabus:
    """What there is to practise.

    Attributes:
        families: titles by name, in the order in which they are told.
        family_of: by question.
        principles: tested, by question.
        weights: of the facets, by type of question.
        drills: by facet, the fittest first.
        commands: by drill, how it is begun.
        delivery: names of the values that are shown, in order.
    """

    families: Mapping[str, str] = field(hash=False)
    family_of: Mapping[str, str] = field(hash=False)
    principles: Mapping[str, Sequence[str]] = field(hash=False)
    weights: Mapping[str, Mapping[str, float]] = field(hash=False)
    drills: Mapping[str, Sequence[str]] = field(hash=False)
    commands: Mapping[str, str] = field(hash=False)
    delivery: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to practise next.

    Attributes:
        kind: ``begin``, ``drill``, ``family``, ``principle`` or ``plan``.
        name: of the drill, family, principle or plan; '' to begin with.
        command: how to.
        why: one or two sentences.
    """

    kind: str
    name: str
    command: str
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What answers lack of a facet.

    Attributes:
        facet: which.
        mean: its level in the answers whose question weighs it.
        asked: how many they are.
        lost: what is missing, as a share of all that the questions ask for, 0 to 1.
    """

    facet: str
    mean: float
    asked: int
    lost: float


def next_step(
    current: Sequence[Practice], practices: Sequence[Practice], syllabus: Syllabus
) -> NextStep:
    """Return what to practise next.

    Args:
        current: the sessions whose figures compare, the earliest first.
        practices: all of them.
        syllabus: what there is.
    """
    lately = [a for p in current for a in p.answers if a.scored][-LATELY:]
    gap = weightiest_gap(lately, syllabus.weights)
    if gap is None:
        return NextStep("begin", "", "voicecoach practice", "There is no scored answer yet.")
    drilled = {each.drill for each in practices[-1].rounds}
    weak = gap.mean < GOOD_ENOUGH
    if weak and not drilled & set(syllabus.drills[gap.facet]):
        return _drill(gap, len(lately), syllabus)
    found = _family(practices, syllabus) or _principle(practices)
    if found is not None:
        return found
    if weak:
        return _drill(gap, len(lately), syllabus)
    why = "Nothing is missing often, and every family was practised. The study plan keeps it up."
    return NextStep("plan", "study", "voicecoach practice --plan study", why)


def weightiest_gap(
    answers: Sequence[PractisedAnswer], weights: Mapping[str, Mapping[str, float]]
) -> Gap | None:
    """Return the facet whose gaps weigh most in the questions answered; None without answers."""
    asked = [(answer, weights.get(answer.question_type, {})) for answer in answers]
    total = sum(sum(weight.get(facet, 0.0) for facet in FACETS) for _, weight in asked)
    gaps = []
    for facet in FACETS:
        calling = [(a.levels[facet], w[facet]) for a, w in asked if w.get(facet, 0.0) > 0]
        if calling:
            lost = sum(weight * (FULL_LEVEL - level) / FULL_LEVEL for level, weight in calling)
            mean = sum(level for level, _ in calling) / len(calling)
            gaps.append(Gap(facet, mean, len(calling), lost / total))
    return max(gaps, key=lambda gap: gap.lost, default=None)


def _drill(gap: Gap, answers: int, syllabus: Syllabus) -> NextStep:
    name = syllabus.drills[gap.facet][0]
    facet = gap.facet.replace("_", " ")
    if answers == 1:
        where = f"{facet} is what your one answer lacked most: {gap.mean:.0f} of {FULL_LEVEL}"
    else:
        where = (
            f"{facet} is what your last {answers} answers lacked most, by its weight in their "
            f"questions: {gap.mean:.1f} of {FULL_LEVEL} in the {gap.asked} that asked for it"
        )
    why = f"{where[0].upper()}{where[1:]}. This drill trains it."
    return NextStep("drill", name, syllabus.commands[name], why)


def _family(practices: Sequence[Practice], syllabus: Syllabus) -> NextStep | None:
    """The first family that was never practised."""
    known = {syllabus.family_of.get(a.question_id) for p in practices for a in p.answers}
    left = [name for name in syllabus.families if name not in known]
    if not left:
        return None
    of = f"{len(left)} of {len(syllabus.families)}"
    why = f"You have never practised {syllabus.families[left[0]]}; so it is with {of} families."
    return NextStep("family", left[0], f"voicecoach practice --family {left[0]}", why)


def _principle(practices: Sequence[Practice]) -> NextStep | None:
    """The first principle that no answer has acted out."""
    shown = {name for p in practices for a in p.answers for name in a.principles}
    left = [name for name in PRINCIPLES if name not in shown]
    if not left:
        return None
    command = f'voicecoach practice --principle "{left[0]}"'
    return NextStep("principle", left[0], command, f"No answer so far has acted out {left[0]}.")
