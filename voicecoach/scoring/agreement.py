"""How well two sets of labels agree: small exact functions, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


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


def confusion(gold: Sequence[int], given: Sequence[int], highest: int) -> list[list[int]]:
    """Return how often each level of `gold` (rows) was given as each (columns)."""
    table = [[0] * (highest + 1) for _ in range(highest + 1)]
    for a, b in zip(gold, given, strict=True):
        table[a][b] += 1
    return table


def kappa_of(table: Sequence[Sequence[int]]) -> float | None:
    """Return Cohen's kappa with quadratic weights (Cohen 1968) of a table of confusion.

    None where it is not defined: no pairs, or both sides constant and equal.
    """
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    levels = range(len(table))
    apart = [(a, b, (a - b) ** 2) for a in levels for b in levels if a != b]
    expected = sum(rows[a] * columns[b] * weight for a, b, weight in apart)
    if expected == 0:
        return None
    observed = sum(table[a][b] * weight for a, b, weight in apart)
    return float(1 - sum(rows) * observed / expected)


def quadratic_kappa(gold: Sequence[int], given: Sequence[int], highest: int) -> float | None:
    """Return `kappa_of` two sets of levels from 0 to `highest`."""
    return kappa_of(confusion(gold, given, highest))


def line_through(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float]:
    """Return start and slope of the line of least squares; flat where `xs` do not vary."""
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    shared = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    slope = shared / spread if spread else 0.0
    return mean_y - slope * mean_x, slope


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of what is known, None for nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def share(true: Sequence[bool]) -> float | None:
    """Return the share that is true, None for nothing."""
    return sum(true) / len(true) if true else None
