"""Where a drill stands: plain frozen values. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.scoring.drill_points import Point


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A reply in the open round.

    Attributes:
        step: its name.
        text: what was said.
        points: what was heard in it, and what was missed.
    """

    step: str
    text: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class RoundTaken:
    """A round that is over.

    Attributes:
        heard: how many points were heard.
        of: how many were waited for; 0 for a round that was skipped.
        missed: names of the others.
    """

    heard: int = 0
    of: int = 0
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrillState:
    """All that a drill remembers.

    Attributes:
        place: of the open round's prompt in the order of this session.
        steps: replies in the open round.
        rounds: those before, in order.
    """

    place: int = 0
    steps: tuple[StepTaken, ...] = ()
    rounds: tuple[RoundTaken, ...] = ()


NO_DRILL = DrillState()
"""Before a drill begins, and where there is none."""
