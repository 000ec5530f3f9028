"""Whether a figure has moved, or only goes up and down as it usually does. Pure.

One rule for all figures. The sessions are cut into an earlier and a later half, and the means of
their answers are compared. Then the same sessions are shuffled, again and again: had they come in
another order, how often would the halves differ as much? Whole sessions are shuffled, since the
answers of one share its day, its room and its microphone. That share is the p-value (a permutation
test; those that are clearly too large are given up early, after Besag and Clifford 1991).

Thirty figures on one page would tell a tale by chance alone. So what is claimed is decided for all
of them together, after Benjamini and Hochberg 1995: where nothing has moved, a page claims
something once in twenty times at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

FEWEST = 8
"""Sessions, from which a change can be told: seven can be cut into halves in 35 ways, and even the
clearest of them is not rare enough."""

FALSE_CLAIMS = 0.05
"""How often a page may claim a change where there is none."""

_DRAWS = 1999
_ENOUGH = 20
"""So many shuffled orders that differ as much: then it is nothing rare."""

_EQUAL = 1e-9


@dataclass(frozen=True, slots=True)
class Halves:
    """The earlier half of the sessions against the later one.

    Attributes:
        earlier: mean of its values.
        later: likewise.
        n_earlier: how many values.
        n_later: likewise.
        p: how often chance alone differs as much, 0 to 1.
    """

    earlier: float
    later: float
    n_earlier: int
    n_later: int
    p: float


def compare(sessions: Sequence[Sequence[float]], seed: str) -> Halves | None:
    """Compare the halves; None with fewer than `FEWEST` sessions. Same arguments, same result.

    Args:
        sessions: the values of each that has any, the earliest first.
        seed: of the shuffling.
    """
    sums = [(sum(values), len(values)) for values in sessions if values]
    if len(sums) < FEWEST:
        return None
    cut = len(sums) // 2
    earlier, later = _mean(sums[:cut]), _mean(sums[cut:])
    return Halves(
        earlier=earlier,
        later=later,
        n_earlier=sum(n for _, n in sums[:cut]),
        n_later=sum(n for _, n in sums[cut:]),
        p=_p_value(sums, cut, abs(later - earlier), Random(seed)),
    )


def claimed(p_values: Sequence[float]) -> list[bool]:
    """Return which of the changes on a page may be claimed (Benjamini and Hochberg)."""
    ranked = sorted(p_values)
    fitting = [p for rank, p in enumerate(ranked, 1) if p <= FALSE_CLAIMS * rank / len(ranked)]
    limit = max(fitting, default=-1.0)
    return [p <= limit for p in p_values]


def _mean(sums: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in sums) / sum(n for _, n in sums)


def _p_value(sums: list[tuple[float, int]], cut: int, observed: float, dice: Random) -> float:
    shuffled = list(sums)
    as_much = 0
    for draw in range(1, _DRAWS + 1):
        dice.shuffle(shuffled)
        if abs(_mean(shuffled[cut:]) - _mean(shuffled[:cut])) >= observed - _EQUAL:
            as_much += 1
            if as_much == _ENOUGH:
                return as_much / draw
    return (as_much + 1) / (_DRAWS + 1)
