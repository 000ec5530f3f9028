"""The coach measured by the metrics that it teaches: from events to figures. Pure.

Owns: what each figure means, the gate, and the percentile. Must not touch: clocks, files, devices.

The words are those of `voicecoach.events` and, for one reply and its times, `voicecoach.replies`;
here is how they become figures.

False cut-ins
    Of the replies. Turns ended by the clock (`time_up`) are cut on purpose and count in neither
    number; nor do sessions that could not hear the candidate while the coach spoke, for there it is
    not known. *Acknowledgements over speech*: likewise, of the acknowledgements.
Turns per task
    Mean number of candidate turns of the tasks that were resolved, commands and unclear turns
    included. *Task resolution rate*: resolved tasks of those closed and judged. *Fallback rate*:
    turns that were answered by "I didn't catch that", of all turns. *Repair turns*: requests to
    repeat or to speak slower, and turns spent on a probe that asks for clarification.
Speaking share
    The candidate's voice in their turns, of all speech.

A figure that nothing supports is None, never 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicecoach.events import (
    DelayAssigned,
    Event,
    FloorTaken,
    RecognizerBehind,
    RecognizerCaughtUp,
    SessionStarted,
    TaskClosed,
    TaskOpened,
    TurnTaken,
    UtteranceFinished,
    UtteranceStarted,
)
from voicecoach.replies import PARTS, Reply, acknowledgements, replies

GATE_S = 0.3
"""The first word is to be heard within this time ..."""

GATE_SHARE = 0.95
"""... in this share of the replies."""

TURN_KINDS = ("answer", "command", "unclear")

REPAIR_COMMANDS = frozenset({"repeat", "slower"})
REPAIR_PROBES = frozenset({"clarify"})


# --- figures ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spread:
    """Times, in seconds.

    Attributes:
        n: how many.
        p50_s: median; None when `n` is 0, as the others.
        p95_s: 95th percentile.
        longest_s: the greatest.
    """

    n: int
    p50_s: float | None
    p95_s: float | None
    longest_s: float | None


@dataclass(frozen=True, slots=True)
class Gated(Spread):
    """Times that have to keep within the gate.

    Attributes:
        share_within_gate: share of the times of at most `GATE_S`; None when `n` is 0.
    """

    share_within_gate: float | None

    @property
    def gate_met(self) -> bool | None:
        """Whether `GATE_SHARE` of the times are within the gate; None when there are none."""
        share = self.share_within_gate
        return None if share is None else share >= GATE_SHARE


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures of one session, or of several together; defined at the head of this module.

    Attributes:
        sessions: how many.
        simulated: how many of them ran on a virtual clock: their times were heard by nobody.
        typed: how many had typed answers, which have no speech end.
        ttfw: time to first word.
        ttfw_by_kind: likewise, by the kind of turn that was replied to.
        floor_delay: speech end to floor taken.
        response_latency: floor taken to first word.
        parts: of the response latency, by name.
        false_cut_ins: of the replies; of none where the microphone was not listened to meanwhile.
        acknowledged: replies whose first word was an acknowledgement, of all that were heard.
        acknowledgements_over_speech: of the acknowledgements; of none likewise.
        delayed: how many sessions had delays added by an experiment.
        blinded: how many of them belong to one that is still running: their response latency, which
            tells who was delayed, is left out.
        turns_per_task: mean over resolved tasks.
        task_resolution: resolved of closed tasks.
        fallback: unclear of all turns.
        repair_turns: how many.
        turns: candidate turns.
        tasks: tasks opened.
        questions: those of them that are questions or rounds of a drill.
        duration_s: from the first to the last event, in seconds.
        candidate_s: the candidate's voice, in seconds.
        coach_s: the coach's, likewise.
        behind_s: sound that waited for the recogniser when it was worst, in seconds; 0 where it was
            never so much that it was noted.
    """

    sessions: int
    simulated: int
    typed: int
    ttfw: Gated
    ttfw_by_kind: Mapping[str, Gated] = field(hash=False)
    floor_delay: Spread
    response_latency: Spread
    parts: Mapping[str, Spread] = field(hash=False)
    false_cut_ins: Rate
    acknowledged: Rate
    acknowledgements_over_speech: Rate
    delayed: int
    blinded: int
    turns_per_task: float | None
    task_resolution: Rate
    fallback: Rate
    repair_turns: int
    turns: int
    tasks: int
    questions: int
    duration_s: float
    candidate_s: float
    coach_s: float
    behind_s: float

    @property
    def speaking_share(self) -> float | None:
        """The candidate's part of all speech, 0 to 1; None when nobody spoke."""
        spoken_s = self.candidate_s + self.coach_s
        return self.candidate_s / spoken_s if spoken_s else None

    def to_json(self) -> dict[str, Any]:
        """Return the document that ``voicecoach metrics --json`` prints; times in milliseconds."""
        return {
            "sessions": self.sessions,
            "simulated_sessions": self.simulated,
            "typed_sessions": self.typed,
            "ttfw_ms": gated_json(self.ttfw),
            "ttfw_by_turn_ms": {k: gated_json(v) for k, v in self.ttfw_by_kind.items()},
            "floor_delay_ms": spread_json(self.floor_delay),
            "response_latency_ms": {
                **spread_json(self.response_latency),
                "parts": {k: spread_json(v) for k, v in self.parts.items()},
            },
            "false_cut_ins": rate_json(self.false_cut_ins),
            "acknowledged_first": rate_json(self.acknowledged),
            "acknowledgements_over_speech": rate_json(self.acknowledgements_over_speech),
            "delayed_sessions": self.delayed,
            "blinded_sessions": self.blinded,
            "turns_per_task": _rounded(self.turns_per_task, 3),
            "task_resolution": rate_json(self.task_resolution),
            "fallback": rate_json(self.fallback),
            "repair_turns": self.repair_turns,
            "turns": self.turns,
            "tasks": self.tasks,
            "questions": self.questions,
            "duration_s": _rounded(self.duration_s, 3),
            "candidate_s": _rounded(self.candidate_s, 3),
            "coach_s": _rounded(self.coach_s, 3),
            "speaking_share": _rounded(self.speaking_share, 4),
            "recogniser_behind_s": _rounded(self.behind_s, 3),
        }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000.0, 1)


def spread_json(times: Spread) -> dict[str, Any]:
    """Return a spread for a document, in milliseconds."""
    return {
        "n": times.n,
        "p50": _milliseconds(times.p50_s),
        "p95": _milliseconds(times.p95_s),
        "max": _milliseconds(times.longest_s),
    }


def gated_json(times: Gated) -> dict[str, Any]:
    """Return the same with the gate."""
    gate = {"limit_ms": round(GATE_S * 1000), "share": GATE_SHARE, "met": times.gate_met}
    share = _rounded(times.share_within_gate, 4)
    return {**spread_json(times), "share_within_gate": share, "gate": gate}


def rate_json(rate: Rate) -> dict[str, Any]:
    """Return a rate for a document."""
    return {"count": rate.count, "of": rate.of, "rate": _rounded(rate.share, 4)}


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the nearest-rank percentile: the least value that `percent` of them do not exceed.

    No value is made up between two that were measured, and the 95th percentile is within a limit
    exactly when 95% of the values are. None of nothing.
    """
    if not values:
        return None
    rank = -(-percent * len(values) // 100)  # rounded up, without the errors of floating point
    return sorted(values)[max(rank, 1) - 1]


# --- all together -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Session:
    """What is counted of one session before it is summed up."""

    replies: tuple[Reply, ...]
    turns: tuple[TurnTaken, ...]
    opened: tuple[TaskOpened, ...]
    closed: tuple[TaskClosed, ...]
    simulated: bool
    typed: bool
    half_duplex: bool
    acknowledgements: tuple[int, int]
    experiments: frozenset[str]
    blinded: bool
    repair_turns: int
    duration_s: float
    candidate_s: float
    coach_s: float
    behind_s: float


def compute(events: Sequence[Event], running: Collection[str] = ()) -> Metrics:
    """Return the figures of one session, finished or not.

    Args:
        events: of the session.
        running: experiments that are not over.
    """
    return compute_many([events], running)


def compute_many(sessions: Iterable[Sequence[Event]], running: Collection[str] = ()) -> Metrics:
    """Return the figures of several sessions, every reply and every task counting alike."""
    return _sum_up([_observe(events, running) for events in sessions])


def _observe(events: Sequence[Event], running: Collection[str]) -> _Session:
    experiments = frozenset(e.experiment for e in events if isinstance(e, DelayAssigned))
    started = next((e for e in events if isinstance(e, SessionStarted)), None)
    opened = tuple(e for e in events if isinstance(e, TaskOpened))
    turns = tuple(e for e in events if isinstance(e, TurnTaken))
    clarifying = {e.task_id for e in opened if e.probe in REPAIR_PROBES}
    begun = {e.utterance_id: e.at_s for e in events if isinstance(e, UtteranceStarted)}
    finished = [e for e in events if isinstance(e, UtteranceFinished) and e.utterance_id in begun]
    times = [e.at_s for e in events]
    return _Session(
        replies=replies(events),
        turns=turns,
        opened=opened,
        closed=tuple(e for e in events if isinstance(e, TaskClosed)),
        simulated=started is not None and started.clock == "virtual",
        typed=started is not None and started.source == "text",
        half_duplex=started is not None and started.half_duplex,
        acknowledgements=acknowledgements(events),
        experiments=experiments,
        blinded=any(name in running for name in experiments),
        repair_turns=sum(t.command in REPAIR_COMMANDS or t.task_id in clarifying for t in turns),
        duration_s=max(times) - min(times) if times else 0.0,
        candidate_s=sum(e.voiced_s for e in events if isinstance(e, FloorTaken)),
        coach_s=sum(max(0.0, e.at_s - begun[e.utterance_id]) for e in finished),
        behind_s=max(_waited_s(events), default=0.0),
    )


def _waited_s(events: Sequence[Event]) -> Iterable[float]:
    """Return how much sound waited for the recogniser, whenever that was noted."""
    for event in events:
        if isinstance(event, RecognizerBehind):
            yield event.waiting_s
        elif isinstance(event, RecognizerCaughtUp):
            yield event.most_s


def _sum_up(sessions: Sequence[_Session]) -> Metrics:
    shown = [r for s in sessions if not s.blinded for r in s.replies]
    spoken = [r for s in sessions if not s.typed for r in s.replies]
    audible = [r for s in sessions if not (s.typed or s.half_duplex) for r in s.replies]
    uncut = [r for r in audible if r.rule != "time_up"]
    over = [s.acknowledgements for s in sessions if not s.half_duplex]
    turns = [t for s in sessions for t in s.turns]
    closed = [t for s in sessions for t in s.closed if t.outcome != "unjudged"]
    opened = [t for s in sessions for t in s.opened]
    resolved = [t.turns for t in closed if t.outcome == "resolved"]
    timed = [r.parts_s for r in shown if r.parts_s is not None]
    return Metrics(
        sessions=len(sessions),
        simulated=sum(s.simulated for s in sessions),
        typed=sum(s.typed for s in sessions),
        ttfw=gated([r.ttfw_s for r in spoken]),
        ttfw_by_kind={
            kind: gated([r.ttfw_s for r in spoken if r.turn_kind == kind]) for kind in TURN_KINDS
        },
        floor_delay=spread([r.floor_delay_s for r in spoken]),
        response_latency=spread([r.latency_s for r in shown]),
        parts={name: spread([parts[i] for parts in timed]) for i, name in enumerate(PARTS)},
        false_cut_ins=Rate(sum(r.cut_in for r in uncut), len(uncut)),
        acknowledged=Rate(sum(r.acknowledged_s is not None for r in spoken), len(spoken)),
        acknowledgements_over_speech=Rate(sum(n for n, _ in over), sum(of for _, of in over)),
        delayed=sum(bool(s.experiments) for s in sessions),
        blinded=sum(s.blinded for s in sessions),
        turns_per_task=sum(resolved) / len(resolved) if resolved else None,
        task_resolution=Rate(len(resolved), len(closed)),
        fallback=Rate(sum(t.kind == "unclear" for t in turns), len(turns)),
        repair_turns=sum(s.repair_turns for s in sessions),
        turns=len(turns),
        tasks=len(opened),
        questions=sum(t.kind != "probe" for t in opened),
        duration_s=sum(s.duration_s for s in sessions),
        candidate_s=sum(s.candidate_s for s in sessions),
        coach_s=sum(s.coach_s for s in sessions),
        behind_s=max((s.behind_s for s in sessions), default=0.0),
    )


def spread(times_s: Sequence[float]) -> Spread:
    """Return how times spread."""
    return Spread(
        n=len(times_s),
        p50_s=percentile(times_s, 50),
        p95_s=percentile(times_s, 95),
        longest_s=max(times_s, default=None),
    )


def gated(times_s: Sequence[float]) -> Gated:
    """Return how times spread, and how many keep within the gate."""
    every = spread(times_s)
    within = sum(t <= GATE_S for t in times_s)
    share = within / len(times_s) if times_s else None
    return Gated(every.n, every.p50_s, every.p95_s, every.longest_s, share)
