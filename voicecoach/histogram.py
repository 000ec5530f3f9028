"""How often a reply took how long, as bars for a page. Pure.

Owns: how wide the bars are, and where they and their labels stand, in percent of the picture. Must
not touch: layout, colours, files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.figures import count, milliseconds
from voicecoach.metrics import GATE_S, percentile
from voicecoach.replies import Reply

MOST_BARS = 18
"""More of them are too thin to tell apart on a telephone."""

MOST_TICKS = 6

_WIDTHS_MS = (2, 5, 10, 20, 50, 100, 150, 300)
"""The gate of 300 ms falls between two bars of 10 ms and more, and smaller ones never reach it."""

FEWEST = 2
"""One reply is no distribution."""


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """Replies that took about as long as each other.

    Attributes:
        left: in percent of the picture's width.
        width: likewise.
        height: in percent of the highest bar's; 0 where there are none.
        replies: how many.
        late: whether they are beyond the gate.
    """

    left: float
    width: float
    height: float
    replies: int
    late: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """One picture.

    Attributes:
        title: what took so long, and of how many.
        bars: from the shortest time on; those without a reply, too. What takes longer than all of
            them is in the last one.
        ticks: places in percent, and the times that stand there.
        gate: place of the gate in percent; None where there is none, or beyond the picture.
        summary: the same in words, for those who do not see it.
    """

    title: str
    bars: tuple[HistogramBar, ...]
    ticks: tuple[tuple[float, str], ...]
    gate: float | None
    summary: str


def histograms(replies: Sequence[Reply]) -> tuple[Histogram, ...]:
    """Return the pictures of time to first word and of response latency, where there are any."""
    found = (
        histogram("Time to first word", [reply.ttfw_s for reply in replies], GATE_S),
        histogram("Response latency", [reply.latency_s for reply in replies]),
    )
    return tuple(each for each in found if each is not None)


def histogram(name: str, times_s: Sequence[float], gate_s: float | None = None) -> Histogram | None:
    """Return how some times spread; None where they are too few.

    Args:
        name: of what took so long.
        times_s: in seconds.
        gate_s: what they are to keep within, if anything.
    """
    if len(times_s) < FEWEST:
        return None
    width_ms = _width_ms(max(times_s) * 1000.0)
    places = Counter(_place(t, width_ms) for t in times_s)
    number = max(places) + 1
    highest = max(places.values())
    bars = tuple(
        HistogramBar(
            left=round(100.0 * place / number, 3),
            width=round(100.0 / number, 3),
            height=round(100.0 * places[place] / highest, 1),
            replies=places[place],
            late=gate_s is not None and place * width_ms >= gate_s * 1000.0,
        )
        for place in range(number)
    )
    step = -(-number // MOST_TICKS)
    ticks = [
        (round(100.0 * place / number, 3), milliseconds(place * width_ms / 1000.0))
        for place in range(0, number + 1, step)
    ]
    end_ms = number * width_ms
    at = None if gate_s is None else round(100.0 * gate_s * 1000.0 / end_ms, 3)
    return Histogram(
        title=f"{name}, {count(len(times_s), 'reply', 'replies')}",
        bars=bars,
        ticks=tuple(ticks),
        gate=at if at is not None and at <= 100.0 else None,
        summary=_summary(times_s, places, width_ms),
    )


def _place(time_s: float, width_ms: int) -> int:
    """Return in which bar a time is; its upper edge belongs to it, as 300 ms keep the gate."""
    place = -(-round(time_s * 1e6) // (width_ms * 1000)) - 1
    return min(max(0, place), MOST_BARS - 1)


def _width_ms(longest_ms: float) -> int:
    """Return the least width with which all times find room."""
    return next((w for w in _WIDTHS_MS if longest_ms <= w * MOST_BARS), _WIDTHS_MS[-1])


def _summary(times_s: Sequence[float], places: Counter[int], width_ms: int) -> str:
    """Say how many took how long."""
    longest_s = max(times_s)
    told = []
    for place in sorted(places):
        edge_s = (place + 1) * width_ms / 1000.0
        last_s = max(edge_s, longest_s) if place == MOST_BARS - 1 else edge_s
        told.append(f"{count(places[place], 'reply', 'replies')} up to {milliseconds(last_s)}")
    middle, high = (milliseconds(percentile(times_s, p)) for p in (50, 95))
    return f"Median {middle}, 95th percentile {high}: {', '.join(told)}"
