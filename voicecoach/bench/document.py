"""From what happened in the interviews to one document of figures, and to the gate. Pure.

Owns: which figures there are, and the limits that they are held to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicecoach.bench.outcomes import SHORT_S, Outcome
from voicecoach.events import Event
from voicecoach.metrics import (
    GATE_S,
    GATE_SHARE,
    Gated,
    Rate,
    compute_many,
    gated,
    gated_json,
    percentile,
    rate_json,
    spread,
    spread_json,
)

CUT_PAUSES = 0.02
"""At most this share of the pauses may be taken for an end ..."""

CUT_ANSWERS = 0.05
"""... and this share of the answers be cut."""

AGREE_S = 0.02
"""What the coach says of itself and what was heard may differ by so much."""


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview, as it went.

    Attributes:
        events: its log.
        outcomes: of each recording that was spoken in it.
        first_word_s: from the start of the program to its first word; None on virtual time.
        listening: CPU seconds for each second of an answer that was listened to.
        memory_mb: most that the program held; None where the system does not tell.
        voice_memory_mb: likewise the process of its voice.
        heard_ttfw_s: by a recording of the sound card, for each outcome; empty without one.
        stuttered: recordings that the machine was too busy to play without gaps.
    """

    events: tuple[Event, ...]
    outcomes: tuple[Outcome, ...]
    first_word_s: float | None = None
    listening: tuple[float, ...] = ()
    memory_mb: float | None = None
    voice_memory_mb: float | None = None
    heard_ttfw_s: tuple[float | None, ...] = ()
    stuttered: int = 0


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that was measured.

    Attributes:
        interviews: in their order.
        help_s: how long ``voicecoach --help`` took, each time.
        recognition: seconds that recognition took for each second of sound, each time.
        machine: what it ran on.
        setup: how it was run.
    """

    interviews: tuple[Interview, ...]
    help_s: tuple[float, ...]
    recognition: tuple[float, ...]
    machine: Mapping[str, Any] = field(hash=False)
    setup: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Limit:
    """One figure of the gate.

    Attributes:
        name: what is asked for.
        found: what was found, in words.
        met: whether that is enough; None where nothing was measured.
    """

    name: str
    found: str
    met: bool | None


def document(bench: Bench) -> dict[str, Any]:
    """Return the document that ``voicecoach bench --json`` prints; times in milliseconds."""
    interviews = bench.interviews
    every = [o for i in interviews for o in i.outcomes]
    metrics = compute_many(i.events for i in interviews).to_json()
    limits = gate(bench)
    return {
        "setup": {
            **bench.setup,
            "interviews": len(interviews),
            "turns": len(every),
            "stuttered": sum(i.stuttered for i in interviews),
        },
        "machine": dict(bench.machine),
        "ttfw_ms": _ttfw_json(bench),
        "floor_taken_ms": {
            name: spread_json(
                spread([o.floor_s for o in every if o.floor_s is not None and belongs(o)])
            )
            for name, belongs in LENGTHS.items()
        },
        "response_latency_ms": metrics["response_latency_ms"],
        "false_cut_ins": {
            "pauses": _limited(_cut_pauses(every), CUT_PAUSES),
            "answers": _limited(_cut_answers(every), CUT_ANSWERS),
        },
        "acknowledgements": {
            "count": sum(o.acknowledgements for o in every),
            "over_speech_of_pauses": rate_json(
                Rate(sum(o.over_speech for o in every), sum(len(o.spoken.pauses) for o in every))
            ),
        },
        "unanswered": sum(not (o.answered or o.cut_in) for o in every),
        "listening": {
            "cpu_of_one_core": _numbers([share for i in interviews for share in i.listening]),
            "peak_memory_mb": _numbers([m for i in interviews if (m := i.memory_mb)]),
            "voice_memory_mb": _numbers([m for i in interviews if (m := i.voice_memory_mb)]),
        },
        "start_ms": {
            "help": spread_json(spread(bench.help_s)),
            "first_word": spread_json(
                spread([s for i in interviews if (s := i.first_word_s) is not None])
            ),
        },
        "recognition_real_time_factor": _numbers(bench.recognition),
        "clocks_ms": _clocks(interviews),
        "gate": {
            "met": all(limit.met for limit in limits),
            "limits": [{"name": li.name, "found": li.found, "met": li.met} for li in limits],
        },
    }


def gate(bench: Bench) -> tuple[Limit, ...]:
    """Return the limits, and whether they are kept."""
    every = [o for i in bench.interviews for o in i.outcomes]
    ttfw = _all_ttfw(bench)
    share = "none" if ttfw.share_within_gate is None else f"{ttfw.share_within_gate:.0%}"
    pauses, answers = _cut_pauses(every), _cut_answers(every)
    return (
        Limit(
            f"first word within {GATE_S * 1000:.0f} ms in {GATE_SHARE:.0%} of the turns",
            f"{share} of {ttfw.n}",
            ttfw.gate_met,
        ),
        _limit(f"at most {CUT_PAUSES:.0%} of the pauses cut", pauses, CUT_PAUSES),
        _limit(f"at most {CUT_ANSWERS:.0%} of the answers cut", answers, CUT_ANSWERS),
    )


def verdict(bench: Bench) -> str:
    """Return in one line what fails; '' where nothing does."""
    failed = [limit for limit in gate(bench) if not limit.met]
    if not failed:
        return ""
    told = "; ".join(f"{limit.found} ({limit.name} is asked)" for limit in failed)
    return f"The gate is missed: {told}."


def _limit(name: str, rate: Rate, most: float) -> Limit:
    met = None if rate.share is None else rate.share <= most
    return Limit(name, f"{rate.count} of {rate.of} cut", met)


def _cut_pauses(some: Sequence[Outcome]) -> Rate:
    return Rate(sum(o.cut_pauses for o in some), sum(len(o.spoken.pauses) for o in some))


def _cut_answers(some: Sequence[Outcome]) -> Rate:
    """Of everything that was spoken, commands aside: they hold no thought that could be cut."""
    answers = [o for o in some if o.spoken.kind != "command"]
    return Rate(sum(o.cut_in for o in answers), len(answers))


def _limited(rate: Rate, most: float) -> dict[str, Any]:
    met = None if rate.share is None else rate.share <= most
    return {**rate_json(rate), "limit": most, "met": met}


LENGTHS: Mapping[str, Callable[[Outcome], bool]] = {
    "all": lambda _: True,
    "short": lambda outcome: outcome.spoken.short,
    "long": lambda outcome: not outcome.spoken.short,
}
"""Which turns are told of together."""


def _ttfw_json(bench: Bench) -> dict[str, Any]:
    """Return the times by length; each with how many of its first words were acknowledgements."""
    every = [pair for i in bench.interviews for pair in _timed(i)]
    found: dict[str, Any] = {"short_up_to_s": SHORT_S}
    for name, belongs in LENGTHS.items():
        some = [(o, s) for o, s in every if belongs(o)]
        acknowledged = sum(o.acknowledged for o, _ in some)
        found[name] = {**gated_json(gated([s for _, s in some])), "acknowledged": acknowledged}
    return found


def _all_ttfw(bench: Bench) -> Gated:
    return gated([s for i in bench.interviews for _, s in _timed(i)])


def _timed(interview: Interview) -> list[tuple[Outcome, float]]:
    """Return the outcomes with a first word, as it was heard where somebody recorded it."""
    heard = interview.heard_ttfw_s or tuple(o.ttfw_s for o in interview.outcomes)
    pairs = zip(interview.outcomes, heard, strict=True)
    return [(o, s) for o, s in pairs if s is not None and o.ttfw_s is not None]


def _clocks(interviews: Sequence[Interview]) -> dict[str, Any]:
    """Return how far what the log says is from the truth: from the recordings, and from the card.

    The speech end is known to the sample from the recording that was spoken. The first word, and
    with it the whole time to first word, is known only where somebody recorded the sound card.
    """
    errors = [e for i in interviews for o in i.outcomes if (e := o.speech_end_error_s) is not None]
    heard = [
        (o, heard_s)
        for i in interviews
        for o, heard_s in zip(i.outcomes, i.heard_ttfw_s, strict=bool(i.heard_ttfw_s))
        if heard_s is not None and o.ttfw_s is not None and o.speech_end_error_s is not None
    ]
    first_words = [heard_s - (o.ttfw_s or 0.0) for o, heard_s in heard]
    whole = [heard_s - (o.ttfw_s or 0.0) + (o.speech_end_error_s or 0.0) for o, heard_s in heard]
    return {
        "speech_end": _differences(errors),
        "first_word": _differences(first_words),
        "ttfw": _differences(whole),
    }


def _differences(seconds: Sequence[float]) -> dict[str, Any]:
    """Return how differences spread, in milliseconds, and how many of them are small."""
    sizes = [abs(s) for s in seconds]
    return {
        "p50": spread_json(spread(seconds))["p50"],
        "size": spread_json(spread(sizes)),
        "within": {
            **rate_json(Rate(sum(s <= AGREE_S for s in sizes), len(sizes))),
            "limit_ms": round(AGREE_S * 1000),
        },
    }


def _numbers(values: Sequence[float]) -> dict[str, Any]:
    """Return n, p50, p95 and max of figures that are no times."""
    named = {
        "p50": percentile(values, 50),
        "p95": percentile(values, 95),
        "max": max(values, default=None),
    }
    return {
        "n": len(values),
        **{name: None if value is None else round(value, 4) for name, value in named.items()},
    }
