"""Figures of agreement as tables for people: rows of text, for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]
Row = tuple[str, ...]

_HALF_POINTS = [half / 2 for half in range(2, 11)]


def headline(judges: Sequence[Figures]) -> list[Row]:
    """Return what counts most, a row for each figure: its name, and the value of each judge.

    Args:
        judges: what `voicecoach.scoring.evaluation.evaluate` returns, with ``intervals`` beside it.
    """
    rows = [
        _row("overall, rank correlation", judges, lambda f: _with_bounds(f, "overall", "spearman")),
        _row(
            "overall within half a point",
            judges,
            lambda f: _with_bounds(f, "overall", "within_half", percent),
        ),
        _row(
            "overall within one point",
            judges,
            lambda f: _with_bounds(f, "overall", "within_one", percent),
        ),
        _row(
            "overall, mean absolute error",
            judges,
            lambda f: number(f["overall"]["mean_absolute_error"]),
        ),
        _row("mean kappa of the facets", judges, lambda f: _with_bounds(f, "", "mean_facet_kappa")),
        _row("weakest facet", judges, _weakest),
        _row(
            "alternatives ruled out, kappa",
            judges,
            lambda f: number(f["alternatives_ruled_out"]["kappa"]),
        ),
        _row(
            "next probe: first choice among the two",
            judges,
            lambda f: _with_bounds(f, "probes", "first_in_two", percent),
        ),
        _row(
            "next probe: one of the first two",
            judges,
            lambda f: _with_bounds(f, "probes", "one_of_first_two", percent),
        ),
    ]
    if judges[0]["evidence"]["n"]:
        rows.append(_row("evidence overlaps the label's, at level 2", judges, _quoted))
    rows += _kinds(judges)
    if judges[0]["pairs"]["n"]:
        rows.append(_row("pairs that flip the right way; alone", judges, _flips))
    return rows


def kappas(judges: Sequence[Figures]) -> list[Row]:
    """Return kappa by facet: its name, and the value of each judge."""
    rows = [
        (name, *(number(figures["facets"][name]["kappa"]) for figures in judges))
        for name in judges[0]["facets"]
    ]
    return [*rows, _row("mean", judges, lambda f: number(f["mean_facet_kappa"]))]


def facet_confusion(figures: Figures) -> list[Row]:
    """Return for each facet how often each label was given each level."""
    levels = {**figures["facets"], "alternatives_ruled_out": figures["alternatives_ruled_out"]}
    rows = []
    for name, facet in levels.items():
        cells = tuple(" ".join(f"{n:>3}" for n in row) for row in facet["confusion"])
        rows.append(
            (name, number(facet["kappa"]), percent(facet["exact"]), str(facet["n"]), *cells)
        )
    return rows


def overall_confusion(figures: Figures) -> list[Row]:
    """Return how often each label was given each rating: its head, and a row for each label."""
    counts: dict[tuple[float, float], int] = {}
    for cell in figures["overall"]["confusion"]:
        key = (_half_point(cell["label"]), _half_point(cell["score"]))
        counts[key] = counts.get(key, 0) + cell["n"]
    rows: list[Row] = [("label", *(f"{rating:g}" for rating in _HALF_POINTS))]
    for label in _HALF_POINTS:
        row = [counts.get((label, rating), 0) for rating in _HALF_POINTS]
        if any(row):
            rows.append((f"{label:g}", *(str(n) if n else "." for n in row)))
    return rows


def number(value: float | None) -> str:
    """Return a figure with two digits."""
    return "–" if value is None else f"{value:.2f}"


def percent(value: float | None) -> str:
    """Return a share in percent."""
    return "–" if value is None else f"{100 * value:.0f}%"


def _row(name: str, judges: Sequence[Figures], cell: Callable[[Figures], str]) -> Row:
    return (name, *(cell(figures) for figures in judges))


def _with_bounds(
    figures: Figures, part: str, name: str, shown: Callable[[float | None], str] = number
) -> str:
    value = (figures[part] if part else figures)[name]
    bounds = figures["intervals"][name]
    if value is None or bounds is None:
        return shown(value)
    low, high = (shown(bound).removesuffix("%") for bound in bounds)
    return f"{shown(value)} ({low} to {high})"


def _weakest(figures: Figures) -> str:
    known = [(f["kappa"], name) for name, f in figures["facets"].items() if f["kappa"] is not None]
    return f"{min(known)[1]} {number(min(known)[0])}" if known else "–"


def _quoted(figures: Figures) -> str:
    evidence = figures["evidence"]
    return f"{percent(evidence['overlap'])} of {evidence['n']}" if evidence["n"] else "–"


def _kinds(judges: Sequence[Figures]) -> list[Row]:
    limits: tuple[tuple[str, str, Callable[[float], bool]], ...] = (
        ("stuffed", "stuffed answers above 2", lambda rating: rating > 2),
        ("vague", "vague answers above 2.5", lambda rating: rating > 2.5),
        ("plain_excellent", "plain, excellent answers under 4", lambda rating: rating < 4),
    )
    rows = []
    for kind, name, beyond in limits:
        n = len(judges[0]["by_name"][kind])
        if n:
            counts = [
                sum(beyond(given["score"] or 1.0) for given in figures["by_name"][kind])
                for figures in judges
            ]
            rows.append((name, *(f"{count} of {n}" for count in counts)))
    return rows


def _flips(figures: Figures) -> str:
    pairs = figures["pairs"]
    alone = round(pairs["flipped_alone"] * pairs["n"])
    return f"{round(pairs['flipped'] * pairs['n'])} of {pairs['n']}; {alone}"


def _half_point(value: float) -> float:
    return min(5.0, max(1.0, round(2 * value) / 2))
