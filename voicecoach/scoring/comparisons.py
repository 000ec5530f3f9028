"""Comparisons that show in the figures and not in the wording: two groups, told apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from voicecoach.scoring.claims import Claim
from voicecoach.scoring.clauses import Reading
from voicecoach.scoring.cues import Hit
from voicecoach.scoring.rubric import Rubric
from voicecoach.word_sets import word_set

_GROUPS_CUE = "isolation.strong.contrasted_groups"
_BETWEEN_GROUPS = 24
_PARALLEL_WITHIN = 90
"""Characters between the claims about two groups."""

_SAME_BASE = 0.12
"""How far two groups' starting figures may lie apart, relatively."""

_FIGURE_WITHIN = 8
_NO_MODIFIERS = word_set(
    "the a an this that these those my our your his her their its of in on at to for from with and",
    "or but so because we i you they he she it one two every each all some any no more most first",
    "second last next how many much about still was were is are be had have has as than by who",
    "which when what if not then per same whole",
)
"""Words before a noun that do not tell one group from another."""


def contrasted_groups(reading: Reading, rubric: Rubric) -> list[Hit]:
    """Return where two groups of one kind are told apart, each with its figure.

    "The east wing left eighteen percent and the west wing left thirty one": the same noun twice,
    with another word before it, and a number soon after each.
    """
    words, hits = reading.words, []
    last_seen: dict[str, int] = {}
    for at, word in enumerate(words):
        before = last_seen.get(word, 0)
        last_seen[word] = at
        if not 3 <= at - before <= _BETWEEN_GROUPS or not before or len(word) < 4:
            continue
        one, other = words[before - 1], words[at - 1]
        if one == other or {one, other} & _NO_MODIFIERS:
            continue
        if not rubric.matcher.in_class("unit", reading.tokens[at]):
            continue
        if _figure_after(reading, before, at) and _figure_after(reading, at, len(words)):
            hits.append(Hit(_GROUPS_CUE, before - 1, min(at + 4, len(words))))
    return hits


def parallel_claims(reading: Reading, claims: Sequence[Claim]) -> list[Hit]:
    """Return where two groups start from the same figure and only one of them moves away from it.

    "Nights went from thirteen percent to eight, and days stayed thirteen": the figure at which the
    first began is the one at which the second stayed, or from which it began too.
    """
    told = [c for c in claims if not c.planned]
    hits = []
    for first, second in pairwise(told):
        moved, other = (first, second) if first.before is not None else (second, first)
        base = other.before if other.before is not None else other.after
        if moved.before is None or moved.after is None or base is None:
            continue
        if moved.unit and other.unit and moved.unit != other.unit:
            continue
        near = second.start_char - first.end_char <= _PARALLEL_WITHIN
        if near and abs(base - moved.before) <= _SAME_BASE * abs(moved.before):
            start, end = reading.tokens_of(first.start_char, second.end_char)
            hits.append(Hit("isolation.strong.parallel_figures", start, end))
    return hits


def _figure_after(reading: Reading, start: int, limit: int) -> bool:
    tokens = reading.tokens[start + 1 : min(start + _FIGURE_WITHIN, limit)]
    return any(t.number for t in tokens) and not reading.tokens[start - 1].number
