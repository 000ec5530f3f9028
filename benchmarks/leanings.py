"""How often the leaning and the level are those that the labels would lead to.

Run ``python -m benchmarks.leanings LABELS.yaml [...]``. Labelled answers are put together to
interviews of three: one at random, and two more whose labels are within a point of it, as those of
one candidate would be. Leaning and level by our ratings are compared with those by the labels,
under the same rules. Then, of the answers alone, how often what would lift them first is missing by
the label, too. Put the figures into ``docs/scoring.md``, with the number of answers: interviews
drawn from the same answers are no more evidence than the answers are.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicecoach.content.labels import load_labels
from voicecoach.content.rubric import load_rubric
from voicecoach.content.script import load_script
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.leaning import CANT_SAY, LEANINGS, POSITIVE, LeaningRules, lean, level_shown
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import FACETS, FULL_LEVEL, Answer, FacetScore
from voicecoach.scoring.verdict import Answered

INTERVIEWS = 2000
QUESTIONS = 3
ALIKE = 1.0
"""Points between the answers of one candidate."""

REPLY_TYPE = "counterfactual_followup"
"""No question of its own."""


@dataclass(frozen=True)
class Pair:
    """An answer as we rate it, and as it is labelled."""

    ours: Answered
    label: Answered


def pair(labelled: LabelledAnswer, rubric: Rubric) -> Pair:
    """Rate an answer, and write its labels as if they were a rating."""
    ours = score(Answer(labelled.text), labelled.question, rubric)
    label = dataclasses.replace(
        ours,
        scorable=True,
        why_not=None,
        overall=labelled.overall,
        facets={name: FacetScore(labelled.levels[name], (), "") for name in FACETS},
        alternatives_ruled_out=labelled.alternatives_ruled_out or 0,
    )
    return Pair(*(Answered("q1", labelled.question, (), judged) for judged in (ours, label)))


def interviews(pairs: Sequence[Pair], seed: int = 1) -> Iterator[list[Pair]]:
    """Draw interviews; candidates for whom there are not enough answers are left out."""
    dice = random.Random(seed)
    for _ in range(INTERVIEWS):
        first = dice.choice(pairs)
        near = [p for p in pairs if abs(_overall(p) - _overall(first)) <= ALIKE and p is not first]
        if len(near) >= QUESTIONS - 1:
            yield [first, *dice.sample(near, QUESTIONS - 1)]


def report(held: Iterable[list[Pair]], rules: LeaningRules) -> str:
    """Return the figures in words."""
    by_leaning = [
        (lean([p.label for p in each], rules).verdict, lean([p.ours for p in each], rules).verdict)
        for each in held
    ]
    said = [(label, ours) for label, ours in by_leaning if ours != CANT_SAY]
    steps = [LEANINGS.index(label) - LEANINGS.index(ours) for label, ours in said]
    kinder = sum(ours in POSITIVE and label not in POSITIVE for label, ours in said)
    harder = sum(ours not in POSITIVE and label in POSITIVE for label, ours in said)
    return (
        f"the same leaning {_share(steps.count(0), said)}, within one step"
        f" {_share(sum(abs(step) <= 1 for step in steps), said)}; towards hire where the labels are"
        f" against it {_share(kinder, said)}, against it where they are for it"
        f" {_share(harder, said)}; none said {_share(len(by_leaning) - len(said), by_leaning)}"
    )


def report_levels(held: Iterable[list[Pair]], rules: LeaningRules) -> str:
    """Return how often the level is the same."""
    same = [
        level_shown([p.label for p in each], rules).level
        == level_shown([p.ours for p in each], rules).level
        for each in held
    ]
    return f"the same level {_share(sum(same), same)}"


def report_lifts(pairs: Sequence[Pair]) -> str:
    """Return how often what lifts an answer first is not full by its label."""
    missing = [
        p.label.score.facets[p.ours.score.lift.facets[0]].level < FULL_LEVEL
        for p in pairs
        if p.ours.score.lift and set(p.ours.score.lift.facets[:1]) & set(FACETS)
    ]
    below = [f.level < FULL_LEVEL for p in pairs for f in p.label.score.facets.values()]
    return (
        f"what lifts first is missing by the label in {_share(sum(missing), missing)} of"
        f" {len(missing)} (of any facet: {_share(sum(below), below)})"
    )


def _overall(item: Pair) -> float:
    assert item.label.score.overall is not None
    return item.label.score.overall


def _share(part: int, whole: Sequence[object]) -> str:
    return f"{100 * part / max(1, len(whole)):.0f}%"


def main() -> None:
    """Print the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", nargs="+", type=Path)
    rubric, rules = load_rubric(), load_script().debrief.leaning
    for path in parser.parse_args().labels:
        answers = [a for a in load_labels(path) if a.question != REPLY_TYPE]
        pairs = [pair(answer, rubric) for answer in answers]
        held = list(interviews(pairs))
        print(f"{path}: {len(pairs)} answers, {len(held)} interviews drawn")
        print(f"  {report(held, rules)}")
        print(f"  {report_levels(held, rules)}; {report_lifts(pairs)}")


if __name__ == "__main__":
    main()
