"""How well two sets of labels agree: small exact functions, each with its source."""

from __future__ import annotations

from collections.abc import Sequence


def ranks(values: Sequence[float]) -> list[float]:
    """Return the ranks from 1; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            result[place] = (start + 1 + end) / 2
        start = end
    return result


def pearson(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return the product-moment correlation, None where one side does not vary."""
    n = len(xs)
    if n < 2:
        return None
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    spread_x = sum((x - mean_x) ** 2 for x in xs)
    spread_y = sum((y - mean_y) ** 2 for y in ys)
    if spread_x == 0 or spread_y == 0:
        return None
    shared = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return float(shared / (spread_x * spread_y) ** 0.5)


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return the rank correlation (Spearman 1904), ties given mean ranks."""
    return pearson(ranks(xs), ranks(ys))


def quadratic_kappa(gold: Sequence[int], given: Sequence[int], highest: int) -> float | None:
    """Return Cohen's kappa with quadratic weights (Cohen 1968) for levels 0 to `highest`.

    None where it is not defined: no pairs, or both sides constant and equal.
    """
    n = len(gold)
    if not n:
        return None
    levels = range(highest + 1)
    gold_counts = [sum(g == level for g in gold) for level in levels]
    given_counts = [sum(g == level for g in given) for level in levels]
    observed = sum((a - b) ** 2 for a, b in zip(gold, given, strict=True)) / n
    expected = sum(
        gold_counts[a] * given_counts[b] * (a - b) ** 2 for a in levels for b in levels
    ) / (n * n)
    return None if expected == 0 else 1 - observed / expected


def share(true: Sequence[bool]) -> float | None:
    """Return the share that is true, None for nothing."""
    return sum(true) / len(true) if true else None
