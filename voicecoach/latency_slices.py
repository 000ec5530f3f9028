"""The coach's replies sorted into slices, and the slowest of them moment by moment. Pure.

Owns: by what replies are told apart, how many it takes before a percentile is given, and which
moments lie between a turn's end and the first word. Must not touch: clocks, files, layout.

A median over everything hides what happened to it: a new question, a slow device and a change of
patience all look alike. So replies are sorted by question, by the type of turn, by the length of
the answer, by device and by the rule that ended the turn. `voicecoach.latency_change` compares two
such sets. What a reply and its times are is `voicecoach.replies`'.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicecoach.events import (
    DelayAssigned,
    Event,
    SessionStarted,
    TaskOpened,
    TurnEstimated,
)
from voicecoach.metrics import Rate, percentile
from voicecoach.replies import Reply, replies

FEW = 5
"""With fewer replies a slice has no percentiles, only a number."""

SLOWEST = 10
"""So many of the slowest replies are told moment by moment."""

SHORT_WORDS = 12
"""An answer of at most so many words is a short reply: a yes, a number, a name."""

LENGTHS = (
    (0, "no words"),
    (SHORT_WORDS, f"1 to {SHORT_WORDS} words"),
    (60, f"{SHORT_WORDS + 1} to 60 words"),
    (150, "61 to 150 words"),
)
"""Answers by their number of words: up to so many, and what that is called."""

LONGEST = "over 150 words"

DIMENSIONS = ("turn type", "question", "answer length", "device", "turn ended by")
"""By what replies are told apart."""

TURN_TYPES = ("command", "short reply", "follow-up reply", "long answer", "not understood")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something on the way from a turn's end to the first word.

    Attributes:
        name: such as ``floor taken``.
        after_s: seconds since the speech end.
        detail: what else is known of it, '' for nothing.
    """

    name: str
    after_s: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """A turn of the candidate's that was replied to by voice.

    Attributes:
        session: its name.
        at_s: speech end on the session's clock.
        slices: name of its slice by each of `DIMENSIONS`, in their order.
        reply: the reply and its times.
        moments: from speech end to first word, in order.
        audible: whether it could have been noticed that the candidate goes on.
        blinded: whether it belongs to an experiment that is still running, so that nobody may look
            at its times one by one.
    """

    session: str
    at_s: float
    slices: tuple[str, ...]
    reply: Reply
    moments: tuple[Moment, ...]
    audible: bool
    blinded: bool

    def slice_of(self, dimension: str) -> str:
        """Return the name of its slice by one of `DIMENSIONS`."""
        return self.slices[DIMENSIONS.index(dimension)]


@dataclass(frozen=True, slots=True)
class Slice:
    """Replies that have something in common.

    Attributes:
        name: of what they have in common.
        n: how many.
        ttfw_p50_s: median time to first word; None where `n` is below `FEW`, as the others.
        ttfw_p95_s: its 95th percentile.
        latency_p50_s: median response latency.
        latency_p95_s: its 95th percentile.
        false_cut_ins: of those replies during which it could be noticed.
    """

    name: str
    n: int
    ttfw_p50_s: float | None
    ttfw_p95_s: float | None
    latency_p50_s: float | None
    latency_p95_s: float | None
    false_cut_ins: Rate

    @property
    def too_few(self) -> bool:
        """Whether there are too few for percentiles."""
        return self.n < FEW


def timed_turns(
    events: Sequence[Event], session: str = "", running: Collection[str] = ()
) -> tuple[TimedTurn, ...]:
    """Return the turns of a session that were replied to, in their order; none of a typed one.

    Args:
        events: of the session.
        session: its name.
        running: experiments that are not over.
    """
    started = next((e for e in events if isinstance(e, SessionStarted)), None)
    if started is not None and started.source == "text":
        return ()
    opened = {e.task_id: e for e in events if isinstance(e, TaskOpened)}
    estimates = [e for e in events if isinstance(e, TurnEstimated)]
    lots = (e.experiment for e in events if isinstance(e, DelayAssigned))
    blinded = any(name in running for name in lots)
    audible = started is None or not started.half_duplex
    return tuple(
        TimedTurn(
            session=session,
            at_s=reply.speech_end_s,
            slices=_slices_of(reply, opened.get(reply.task_id), started),
            reply=reply,
            moments=_moments(reply, estimates),
            audible=audible and reply.rule != "time_up",
            blinded=blinded,
        )
        for reply in replies(events)
    )


# --- sorting ------------------------------------------------------------------------------------


def _slices_of(
    reply: Reply, task: TaskOpened | None, started: SessionStarted | None
) -> tuple[str, ...]:
    return (
        _turn_type(reply, task),
        _question(task, started),
        _length(reply.words),
        _device(started),
        reply.rule.replace("_", " "),
    )


def _turn_type(reply: Reply, task: TaskOpened | None) -> str:
    if reply.turn_kind == "command":
        return "command"
    if reply.turn_kind == "unclear" or not reply.words:
        return "not understood"
    if reply.words <= SHORT_WORDS:
        return "short reply"
    return "follow-up reply" if task is not None and task.kind == "probe" else "long answer"


def _question(task: TaskOpened | None, started: SessionStarted | None) -> str:
    if task is not None and task.question_id:
        return task.question_id
    activity = started.activity.replace(":", " ") if started else ""
    return activity or "no question"


def _length(words: int) -> str:
    return next((name for most, name in LENGTHS if words <= most), LONGEST)


def _device(started: SessionStarted | None) -> str:
    if started is None or not (started.microphone or started.loudspeaker):
        return "not noted"
    pair = f"{started.microphone} → {started.loudspeaker}"
    return f"{pair}, simulated clock" if started.clock == "virtual" else pair


def slices(turns: Sequence[TimedTurn]) -> Mapping[str, tuple[Slice, ...]]:
    """Return the slices by each of `DIMENSIONS`, turn types and lengths in their own order, the
    others by size."""
    return {dimension: _cut(turns, dimension) for dimension in DIMENSIONS}


def _cut(turns: Sequence[TimedTurn], dimension: str) -> tuple[Slice, ...]:
    sorted_in: dict[str, list[TimedTurn]] = {}
    for turn in turns:
        sorted_in.setdefault(turn.slice_of(dimension), []).append(turn)
    lengths = (*(name for _, name in LENGTHS), LONGEST)
    order = {"turn type": TURN_TYPES, "answer length": lengths}.get(dimension)
    if order is not None:
        names = [name for name in order if name in sorted_in]
    else:
        names = sorted(sorted_in, key=lambda name: (-len(sorted_in[name]), name))
    return tuple(_slice(name, sorted_in[name]) for name in names)


def _slice(name: str, turns: Sequence[TimedTurn]) -> Slice:
    enough = len(turns) >= FEW
    ttfw = [t.reply.ttfw_s for t in turns] if enough else []
    # The response latency is where an experiment's delay could be read off.
    latency = [t.reply.latency_s for t in turns if enough and not t.blinded]
    return Slice(
        name=name,
        n=len(turns),
        ttfw_p50_s=percentile(ttfw, 50),
        ttfw_p95_s=percentile(ttfw, 95),
        latency_p50_s=percentile(latency, 50),
        latency_p95_s=percentile(latency, 95),
        false_cut_ins=cut_ins(turns),
    )


def cut_ins(turns: Sequence[TimedTurn]) -> Rate:
    """Return the false cut-ins among turns, of those where they could be noticed."""
    audible = [t.reply for t in turns if t.audible]
    return Rate(sum(r.cut_in for r in audible), len(audible))


# --- moment by moment ---------------------------------------------------------------------------


def slowest(turns: Sequence[TimedTurn], count: int = SLOWEST) -> tuple[TimedTurn, ...]:
    """Return the turns with the longest time to first word, the slowest first; none blinded."""
    shown = [turn for turn in turns if not turn.blinded]
    return tuple(sorted(shown, key=lambda turn: -turn.reply.ttfw_s)[:count])


def _moments(reply: Reply, estimates: Sequence[TurnEstimated]) -> tuple[Moment, ...]:
    end_s = reply.speech_end_s
    found = [Moment("speech end", 0.0)]
    found += [
        Moment("estimate", round(e.at_s - end_s, 3), _estimate(e))
        for e in estimates
        if end_s <= e.at_s <= reply.floor_s
    ]
    if reply.acknowledged_s is not None:
        found.append(Moment("acknowledged", round(reply.acknowledged_s - end_s, 3)))
    found.append(Moment("floor taken", round(reply.floor_delay_s, 3), reply.rule.replace("_", " ")))
    if reply.parts_s is not None:
        at_s = reply.floor_delay_s
        for name, length_s in zip(
            ("words final", "decided", "sound ready"), reply.parts_s, strict=False
        ):
            at_s += length_s
            if length_s or name != "words final":  # they mostly are before the floor is taken
                found.append(Moment(name, round(at_s, 3)))
    found.append(Moment("first word", round(reply.first_word_s - end_s, 3)))
    return tuple(sorted(found, key=lambda moment: moment.after_s))


def _estimate(event: TurnEstimated) -> str:
    return f"{event.probability:.0%} over, {event.rule.replace('_', ' ')}"


def told(turn: TimedTurn) -> str:
    """Return a turn's moments as one line of text, in milliseconds after the speech end."""
    return " · ".join(
        f"{m.name}{f' ({m.detail})' if m.detail else ''} {m.after_s * 1000:.0f}"
        for m in turn.moments
    )


# --- JSON ---------------------------------------------------------------------------------------


def to_json(turns: Sequence[TimedTurn]) -> dict[str, Any]:
    """Return what ``voicecoach metrics --slices --json`` adds; times in milliseconds."""
    return {
        "slices": {
            dimension: [_slice_json(each) for each in found]
            for dimension, found in slices(turns).items()
        },
        "slowest": [_turn_json(turn) for turn in slowest(turns)],
        "held_back": sum(turn.blinded for turn in turns),
    }


def _slice_json(each: Slice) -> dict[str, Any]:
    rate = each.false_cut_ins
    return {
        "slice": each.name,
        "n": each.n,
        "too_few": each.too_few,
        "ttfw_ms": {"p50": ms(each.ttfw_p50_s), "p95": ms(each.ttfw_p95_s)},
        "response_latency_ms": {"p50": ms(each.latency_p50_s), "p95": ms(each.latency_p95_s)},
        "false_cut_ins": {"count": rate.count, "of": rate.of},
    }


def _turn_json(turn: TimedTurn) -> dict[str, Any]:
    return {
        "session": turn.session,
        "at_s": round(turn.at_s, 3),
        "ttfw_ms": ms(turn.reply.ttfw_s),
        "response_latency_ms": ms(turn.reply.latency_s),
        "slices": dict(zip(DIMENSIONS, turn.slices, strict=True)),
        "timeline": [
            {"moment": m.name, "after_ms": ms(m.after_s), "detail": m.detail} for m in turn.moments
        ],
    }


def ms(seconds: float | None) -> float | None:
    """Return milliseconds to a tenth."""
    return None if seconds is None else round(seconds * 1000.0, 1)
