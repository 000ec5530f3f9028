"""Metrics in plain words, for tables on a terminal and on a page. Pure.

Owns: names, units and remarks that people read. What a figure means is `voicecoach.metrics`'.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.metrics import GATE_S, GATE_SHARE, Metrics, Rate, Spread

NOTHING = "–"
"""Shown for a figure that nothing supports."""

FEW = 20
"""With fewer replies the 95th percentile is simply the slowest one."""

_AFTER = {
    "answer": "after an answer",
    "command": "after a command",
    "unclear": "after speech not understood",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table.

    Attributes:
        name: what is measured.
        value: with its unit.
        gate: what it has to reach, '' where nothing is asked.
        met: whether it is; None where nothing is asked or nothing is known.
        basis: what it was measured on, such as ``8 replies``.
        detail: whether it belongs to the line above.
    """

    name: str
    value: str
    gate: str = ""
    met: bool | None = None
    basis: str = ""
    detail: bool = False


def figures(metrics: Metrics) -> tuple[Figure, ...]:
    """Return the lines of a table, the most important first."""
    ttfw = metrics.ttfw
    gate = f"{GATE_SHARE:.0%}"
    within = NOTHING if ttfw.share_within_gate is None else f"{ttfw.share_within_gate:.0%}"
    lines = [
        Figure("Time to first word", _spread(ttfw), basis=count(ttfw.n, "reply", "replies")),
        Figure(f"within {milliseconds(GATE_S)}", within, gate, ttfw.gate_met, detail=True),
    ]
    lines += [
        Figure(_AFTER[kind], _spread(gated), basis=_n(gated), detail=True)
        for kind, gated in metrics.ttfw_by_kind.items()
        if gated.n
    ]
    lines += [
        Figure("Waited for you to go on", _spread(metrics.floor_delay), basis=_n(metrics.ttfw)),
        Figure("False cut-ins", _rate(metrics.false_cut_ins)),
        *_acknowledgement_figures(metrics),
        Figure(
            "Response latency",
            _spread(metrics.response_latency),
            basis=_n(metrics.response_latency),
        ),
    ]
    lines += [
        Figure(name, _spread(spread), basis=_n(spread), detail=True)
        for name, spread in metrics.parts.items()
        if spread.n
    ]
    resolved = metrics.task_resolution
    turns = NOTHING if metrics.turns_per_task is None else f"{metrics.turns_per_task:.1f}"
    share = metrics.speaking_share
    return (
        *lines,
        Figure("Turns per resolved task", turns, basis=count(resolved.count, "task")),
        Figure("Tasks resolved", _rate(resolved)),
        Figure("Fallback: “I didn't catch that”", _rate(metrics.fallback)),
        Figure("Repair turns", str(metrics.repair_turns), basis=count(metrics.turns, "turn")),
        Figure("Your share of the talking", NOTHING if share is None else f"{share:.0%}"),
        Figure("Length", duration(metrics.duration_s), basis=count(metrics.sessions, "session")),
    )


def _acknowledgement_figures(metrics: Metrics) -> tuple[Figure, ...]:
    """Lines that mean nothing where the coach does not acknowledge."""
    first, over = metrics.acknowledged, metrics.acknowledgements_over_speech
    if not first.count and not over.of:
        return ()
    return (
        Figure("First word was an acknowledgement", _rate(first)),
        Figure("Acknowledgements over your speech", _rate(over), detail=True),
    )


def remarks(metrics: Metrics) -> tuple[str, ...]:
    """Return what a reader must know before believing the figures."""
    many = metrics.sessions > 1
    found = []
    if metrics.simulated:
        what = f"{metrics.simulated} of these sessions" if many else "This session"
        found.append(f"{what} ran on a simulated clock: nobody heard these delays.")
    if metrics.typed:
        what = f"{metrics.typed} of these sessions" if many else "This session"
        found.append(f"{what} had typed answers: there is no time to first word without a voice.")
    if metrics.ttfw.n and not metrics.false_cut_ins.of:
        found.append(
            "False cut-ins could not be noticed: the microphone was off while the coach spoke."
        )
    if metrics.delayed:
        what = f"{metrics.delayed} of these sessions" if many else "This session"
        found.append(
            f"{what} belonged to an experiment: some replies were late on purpose, and these "
            "figures count that."
        )
    if metrics.blinded:
        found.append(
            "It is still running, and the response latency would tell which: it is left out until "
            "voicecoach experiment report ends it."
        )
    if 0 < metrics.ttfw.n < FEW:
        some = count(metrics.ttfw.n, "reply", "replies")
        found.append(f"With {some}, the 95th percentile is the slowest one.")
    if metrics.behind_s:
        found.append(
            f"The recogniser was up to {metrics.behind_s:.1f} s behind your speech, and replies "
            "came late for it. A smaller model keeps up: voicecoach model list."
        )
    return tuple(found)


def count(number: int, one: str, several: str = "") -> str:
    """Return ``1 reply`` or ``3 replies``."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def milliseconds(seconds: float | None) -> str:
    """Return ``240 ms``, ``1.24 s`` or a dash; number and unit stay on one line."""
    if seconds is None:
        return NOTHING
    number = f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.2f} s"
    return number.replace(" ", "\N{NO-BREAK SPACE}")


def duration(seconds: float) -> str:
    """Return ``4:07`` or ``1:04:07``."""
    hours, rest = divmod(round(max(seconds, 0.0)), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def _spread(spread: Spread) -> str:
    if not spread.n:
        return NOTHING
    return f"median {milliseconds(spread.p50_s)}, p95 {milliseconds(spread.p95_s)}"


def _rate(rate: Rate) -> str:
    return NOTHING if rate.share is None else f"{rate.count} of {rate.of} ({rate.share:.0%})"


def _n(spread: Spread) -> str:
    return f"n = {spread.n}"
