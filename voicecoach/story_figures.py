"""What moved in a story, and by how much, in a few words for a list. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from voicecoach.scoring.claims import Claim, extract_claims

MOST_METRICS = 3
"""So many figures of a story are shown: more, and nobody remembers which one it was about."""

_SURE_ENOUGH = 0.65
"""Certainty from which a claimed figure is taken over."""

_MOVES = frozenset({"up", "down"})


def metrics_of(text: str) -> tuple[str, ...]:
    """Return the figures that a story is about, the foremost first; targets are none.

    Where none of them has a name, those that moved are quoted.
    """
    claims = _ranked(extract_claims(text))
    best: dict[str, Claim] = {}
    for claim in claims:
        if _is_named(claim):
            best.setdefault(claim.metric, claim)
    named = [_in_words(claim) for claim in best.values()]
    quoted = [f"“{c.quote}”" for c in claims if c.direction in _MOVES]
    return tuple((named or quoted)[:MOST_METRICS])


def main_metric(text: str) -> str:
    """Return the name of the foremost figure, '' where none has a short one."""
    named = [c.metric for c in _ranked(extract_claims(text)) if _is_named(c)]
    return next((metric for metric in named if len(metric.split()) <= 4), "")


def _ranked(claims: Iterable[Claim]) -> list[Claim]:
    """Return the figures that were claimed, those that moved first."""
    sure = [c for c in claims if not c.planned and c.certainty >= _SURE_ENOUGH]
    told = [c for c in sure if c.size is not None or c.after is not None]
    return sorted(told, key=lambda c: (c.direction not in _MOVES, -c.certainty))


def _is_named(claim: Claim) -> bool:
    return claim.metric.lower() not in {"", "others", "rest"}


def _in_words(claim: Claim) -> str:
    unit = {"money": "", "share": "percent"}.get(claim.unit, claim.unit)
    unit = "" if unit in claim.metric.lower().split() else unit
    share = claim.unit == "share"
    parts = [claim.metric]
    if claim.before is not None and claim.after is not None:
        ends = f"from {_number(claim.before, share)} to {_number(claim.after, share)}"
        parts += [ends, unit]
    elif claim.size is not None:
        parts = [claim.metric, claim.direction] if claim.direction else [f"{claim.metric}:"]
        parts += [_number(claim.size, share), unit]
    elif claim.after is not None:
        to = "at" if claim.direction == "level" else f"{claim.direction} to".strip()
        parts += [to, _number(claim.after, share), unit]
    if claim.per:
        parts.append(claim.per if claim.per == "each" else f"a {claim.per}")
    return " ".join(part for part in parts if part)


def _number(value: float, share: bool) -> str:
    if share:
        return f"{100 * value:.0f}"  # whoever says "a third" does not mean 33.3 percent
    if abs(value) >= 1e6:
        return f"{value / 1e6:.3g} million"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
