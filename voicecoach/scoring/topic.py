"""Which type of question an answer answers, by its words: learned, and only used for doubt.

A word speaks for some types and against others (``models/tagger``). That a conflict is told of in
the words of a price list shows nothing about how good it is, but much about what it answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from math import sqrt

ANY = "any"
"""Stands for all types together, against whatever is no answer to an interviewer."""


@dataclass(frozen=True, slots=True)
class Topics:
    """What words speak for.

    Attributes:
        biases: by question type, and of `ANY`.
        words: what a word speaks for each type, in the order of `biases`.
    """

    biases: Mapping[str, float] = field(hash=False)
    words: Mapping[str, Sequence[float]] = field(hash=False)

    def margins(self, words: Sequence[str]) -> dict[str, float]:
        """Return how much an answer looks like each of `biases`: the log odds, about -6 to 4.

        A word counts once, and the more of them are known, the less each of them counts.

        Args:
            words: of the answer, lower case.
        """
        rows = [row for word in sorted(set(words)) if (row := self.words.get(word)) is not None]
        size = sqrt(max(1, len(rows)))
        sums = map(sum, zip(*rows, strict=True)) if rows else repeat(0.0)
        return {
            name: bias + total / size
            for (name, bias), total in zip(self.biases.items(), sums, strict=False)
        }


@dataclass(frozen=True, slots=True)
class Aim:
    """How well an answer aims at its question.

    Attributes:
        off: whether it surely answers something else.
        rather: the type of question that it looks like instead; "" where it may well be its own.
    """

    off: bool = False
    rather: str = ""


@dataclass(frozen=True, slots=True)
class AimRule:
    """When an answer misses its question.

    Attributes:
        off_below: log odds of its own type below which it is off...
        alike: ...unless the type that it looks like is of the same kind: groups of types whose
            answers may well pass for each other.
        nothing_below: log odds of `ANY` below which it is off whatever was asked...
        nothing_facts: ...unless it tells so many facts.
        rather_by: how much more it has to look like another type to be taken for that one.
        fewest_words: shorter answers are taken for what was asked.
    """

    off_below: float
    alike: tuple[frozenset[str], ...]
    nothing_below: float
    nothing_facts: int
    rather_by: float
    fewest_words: int


def aim(words: Sequence[str], facts: int, asked: str, topics: Topics, rule: AimRule) -> Aim:
    """Return how well an answer aims at its question.

    Args:
        words: in which it tells something.
        facts: how many it tells, see `voicecoach.scoring.profile.Profile`.
        asked: the type of question.
        topics: what words speak for.
        rule: what to make of that.
    """
    margins = topics.margins(words)
    if len(words) < rule.fewest_words or asked not in margins:
        return Aim()
    if margins.pop(ANY) < rule.nothing_below and facts < rule.nothing_facts:
        return Aim(off=True)
    likely = max(margins, key=lambda name: margins[name])
    kin = any({likely, asked} <= group for group in rule.alike)
    if margins[asked] < rule.off_below and not kin:
        return Aim(off=True, rather=likely)
    return Aim(rather=likely if margins[likely] - margins[asked] > rule.rather_by else "")
