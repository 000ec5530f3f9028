"""Slices, slow replies and changes as rows for people, on a terminal and on a page. Pure.

Owns: cells, units, and where a moment stands in a picture. What they mean is
`voicecoach.latency_slices`' and `voicecoach.latency_change`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.figures import NOTHING, count, duration, milliseconds
from voicecoach.latency_change import Cut
from voicecoach.latency_slices import Moment, Slice, TimedTurn, slices, slowest, told
from voicecoach.metrics import GATE_S

TOO_FEW = "too few"
"""Shown instead of percentiles that too few replies stand behind."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in the picture of a reply.

    Attributes:
        name: of the moment.
        percent: where it stands, in percent of the picture's width.
        kind: ``estimate``, ``heard`` (a word of the coach's) or ``step``.
    """

    name: str
    percent: float
    kind: str


@dataclass(frozen=True, slots=True)
class SlowReply:
    """One of the slowest replies.

    Attributes:
        where: session and time in it.
        what: what kind of turn it was, and how long the first word took.
        timeline: its moments as text.
        marks: the same as a picture, all pictures to the scale of the slowest.
        gate_percent: where the gate stands in the picture; None beyond its end.
        heard_percent: where the first word was heard.
        late: whether that was beyond the gate.
    """

    where: str
    what: str
    timeline: str
    marks: tuple[Mark, ...]
    gate_percent: float | None
    heard_percent: float
    late: bool


def slice_rows(turns: Sequence[TimedTurn]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the slices by each dimension: n, both medians with their p95, and cut-ins."""
    return tuple(
        (dimension, tuple(Row(s.name, _slice_cells(s)) for s in found))
        for dimension, found in slices(turns).items()
    )


def _slice_cells(each: Slice) -> tuple[str, ...]:
    rate = each.false_cut_ins
    cut_ins = f"{rate.count} of {rate.of}" if rate.of else NOTHING
    if each.too_few:
        return (str(each.n), TOO_FEW, "", "", "", cut_ins)
    times = (each.ttfw_p50_s, each.ttfw_p95_s, each.latency_p50_s, each.latency_p95_s)
    return (str(each.n), *(milliseconds(t) for t in times), cut_ins)


def slowest_rows(turns: Sequence[TimedTurn]) -> tuple[tuple[SlowReply, ...], str]:
    """Return the slowest replies, and why some are left out ('' if none is)."""
    held = sum(turn.blinded for turn in turns)
    why = ""
    if held:
        why = (
            f"{count(held, 'reply', 'replies')} of a running experiment held back until "
            "voicecoach experiment report ends it."
        )
    shown = slowest(turns)
    scale_s = max((turn.moments[-1].after_s for turn in shown), default=0.0)
    return tuple(_slow(turn, scale_s) for turn in shown), why


def _slow(turn: TimedTurn, scale_s: float) -> SlowReply:
    kind, question = turn.slices[0], turn.slices[1]
    return SlowReply(
        where=f"{turn.session} at {duration(turn.at_s)}".strip().capitalize(),
        what=f"{milliseconds(turn.reply.ttfw_s)}, {kind}, {question}",
        timeline=told(turn),
        marks=tuple(_mark(moment, scale_s) for moment in turn.moments),
        gate_percent=_percent(GATE_S, scale_s) if scale_s > GATE_S else None,
        heard_percent=_percent(turn.reply.ttfw_s, scale_s),
        late=turn.reply.ttfw_s > GATE_S,
    )


def _mark(moment: Moment, scale_s: float) -> Mark:
    heard = moment.name in ("first word", "acknowledged")
    kind = "heard" if heard else "estimate" if moment.name == "estimate" else "step"
    return Mark(moment.name, _percent(moment.after_s, scale_s), kind)


def _percent(after_s: float, scale_s: float) -> float:
    return round(100.0 * after_s / scale_s, 2) if scale_s > 0 else 0.0


def change_rows(cut: Cut) -> tuple[Row, ...]:
    """Return what each slice had to do with a change, the most important first."""
    return tuple(
        Row(
            each.name,
            (
                str(each.n_before),
                str(each.n_after),
                milliseconds(each.mean_before_s),
                milliseconds(each.mean_after_s),
                signed(each.within_s),
                signed(each.mix_s),
            ),
        )
        for each in cut.slices
    )


def signed(seconds: float) -> str:
    """Return ``+120 ms`` or ``−30 ms``."""
    return f"{'−' if seconds < -0.0005 else '+'}{milliseconds(abs(seconds))}"
