"""How far figures of agreement would move with other answers: intervals by bootstrap.

Answers are drawn with replacement, as many as there are, a thousand times; nothing is judged anew.
The interval runs from the 2.5th to the 97.5th percentile of what the draws come to (Efron 1979).
The two members of a pair are drawn apart, as any two answers are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from voicecoach.scoring.agreement import kappa_of, mean, spearman
from voicecoach.scoring.evaluation import Judged, rated
from voicecoach.scoring.types import FACETS

DRAWS = 1000
SEED = 1
_TAIL = 0.025
_HALF = 0.5

_Figure = Callable[[Sequence[int]], "float | None"]
"""Returns a figure of the answers with these places, which may come more than once."""


def intervals(judged: Sequence[Judged], draws: int = DRAWS, seed: int = SEED) -> dict[str, Any]:
    """Return the bounds of the 95% interval of each figure; None where it has none.

    Same answers, draws and seed: same intervals.
    """
    figures = _figures(judged)
    found: dict[str, list[float]] = {name: [] for name in figures}
    dice = Random(seed)
    places = range(len(judged))
    for _ in range(draws):
        drawn = dice.choices(places, k=len(judged)) if judged else ()
        for name, figure in figures.items():
            value = figure(drawn)
            if value is not None:
                found[name].append(value)
    bounds = {name: _bounds(values) for name, values in found.items()}
    return {"draws": draws, "seed": seed, **bounds}


def _figures(judged: Sequence[Judged]) -> dict[str, _Figure]:
    gold = [answer.overall for answer, _ in judged]
    given = [rated(score) for _, score in judged]
    errors = [abs(a - b) for a, b in zip(gold, given, strict=True)]
    asked = [
        (set(answer.next_probes), [choice.probe for choice in score.probes[:2]])
        for answer, score in judged
    ]
    known = [bool(wanted) for wanted, _ in asked]
    return {
        "spearman": lambda drawn: spearman([gold[i] for i in drawn], [given[i] for i in drawn]),
        "within_half": _share_of([error <= _HALF for error in errors]),
        "within_one": _share_of([error <= 1 for error in errors]),
        "mean_facet_kappa": _mean_kappa(judged),
        "first_in_two": _share_of([bool(w & set(g[:1])) for w, g in asked], known),
        "one_of_first_two": _share_of([bool(w & set(g)) for w, g in asked], known),
    }


def _share_of(true: Sequence[bool], known: Sequence[bool] | None = None) -> _Figure:
    def figure(drawn: Sequence[int]) -> float | None:
        n = len(drawn) if known is None else sum(known[i] for i in drawn)
        return sum(true[i] for i in drawn) / n if n else None

    return figure


def _mean_kappa(judged: Sequence[Judged]) -> _Figure:
    """Each answer falls into one of nine cells of a facet's table; one without label into none."""
    cells = [
        [3 * answer.levels.get(name, 3) + score.facets[name].level for answer, score in judged]
        for name in FACETS
    ]

    def kappa(cell: Sequence[int], drawn: Sequence[int]) -> float | None:
        counts = [0] * 12
        for i in drawn:
            counts[cell[i]] += 1
        return kappa_of((counts[0:3], counts[3:6], counts[6:9]))

    return lambda drawn: mean(kappa(cell, drawn) for cell in cells)


def _bounds(values: list[float]) -> list[float] | None:
    if not values:
        return None
    values.sort()
    low = int(_TAIL * len(values))
    return [values[low], values[-1 - low]]
