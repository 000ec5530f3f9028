"""What drills have counted, over the sessions: computed from their logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voicecoach.events import DrillResult, Event
from voicecoach.scoring.types import LANDMARKS, OPENING_S


@dataclass(frozen=True, slots=True)
class Shown:
    """One point of a round.

    Attributes:
        name: of the point.
        heard: whether it was heard, and in time.
        quote: the words.
        at_s: when, in seconds from the first word; None where that is not known.
    """

    name: str
    heard: bool
    quote: str = ""
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a drill.

    Attributes:
        drill: its name.
        number: of the round in its session, from 1.
        heard: how many points were heard.
        of: how many were waited for.
        points: those that were answered, in their order.
    """

    drill: str
    number: int
    heard: int
    of: int
    points: tuple[Shown, ...] = ()


def rounds_of(events: Iterable[Event]) -> tuple[Round, ...]:
    """Return the rounds in a session's log, in order; what cannot be read is left out."""
    found = (_round(event) for event in events if isinstance(event, DrillResult))
    return tuple(each for each in found if each is not None)


def _round(event: DrillResult) -> Round | None:
    if event.drill == "opening":
        points = tuple(_landmark(name, event.result.get(name)) for name in LANDMARKS)
        return _counted(event, sum(p.heard for p in points), len(points), points)
    if event.drill == "counterfactual":
        answered, goal = event.result.get("answered"), event.result.get("goal")
        if not isinstance(answered, int) or not isinstance(goal, int) or goal < 1:
            return None
        return _counted(event, min(answered, goal), goal, ())
    heard, of, found = (event.result.get(key) for key in ("heard", "of", "points"))
    if not isinstance(heard, int) or not isinstance(of, int) or of < 1:
        return None
    if not isinstance(found, (list, tuple)):
        return None
    points = tuple(
        Shown(str(p.get("name", "")), bool(p.get("heard")), str(p.get("quote", "")))
        for p in found
        if isinstance(p, Mapping)
    )
    return _counted(event, heard, of, points)


def _counted(event: DrillResult, heard: int, of: int, points: tuple[Shown, ...]) -> Round:
    return Round(event.drill, event.round_number, heard, of, points)


def _landmark(name: str, found: object) -> Shown:
    if not isinstance(found, Mapping):
        return Shown(name, heard=False)
    at_s = found.get("at_s")
    known = float(at_s) if isinstance(at_s, (int, float)) else None
    in_time = known is None or known <= OPENING_S
    return Shown(name, in_time, str(found.get("quote", "")), known)


@dataclass(frozen=True, slots=True)
class Trend:
    """A drill over the sessions that held it, the oldest first.

    Attributes:
        drill: its name.
        shares: for each session, points heard as a share of those waited for, 0 to 1.
        rounds: how many rounds there were in all.
        missing: the point that was missed most often, '' for none.
    """

    drill: str
    shares: tuple[float, ...]
    rounds: int
    missing: str


def trends(sessions: Sequence[Sequence[Event]]) -> tuple[Trend, ...]:
    """Return how each drill went from session to session.

    Args:
        sessions: their events, the oldest session first.
    """
    held: dict[str, list[tuple[Round, ...]]] = {}
    for events in sessions:
        by_drill: dict[str, list[Round]] = {}
        for each in rounds_of(events):
            by_drill.setdefault(each.drill, []).append(each)
        for drill, rounds in by_drill.items():
            held.setdefault(drill, []).append(tuple(rounds))
    return tuple(_trend(drill, many) for drill, many in sorted(held.items()))


def _trend(drill: str, sessions: Sequence[tuple[Round, ...]]) -> Trend:
    shares = tuple(sum(r.heard for r in rounds) / sum(r.of for r in rounds) for rounds in sessions)
    missed = [p.name for rounds in sessions for r in rounds for p in r.points if not p.heard]
    missing = max(missed, key=missed.count) if missed else ""
    return Trend(drill, shares, sum(len(rounds) for rounds in sessions), missing)
