"""Asking for a drill by voice: "coach, start the opening drill". Pure.

A drill is a session of its own. What is going on is closed properly first, with all that was said
in it; where something was said already, the candidate is asked before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voicecoach.dialog.activity import end
from voicecoach.dialog.drill_script import Drill
from voicecoach.dialog.state import Draft
from voicecoach.events import DrillRequested

PREFIX = "drill:"
"""What the command's name begins with; the drill's name follows."""

_LISTENED = ("start the {}", "let's do the {}")
"""What the second hearing listens for: few, for each of them is one more that may be misheard."""

_CARRIERS = (
    *_LISTENED,
    "start {}",
    "begin the {}",
    "do the {}",
    "take the {}",
    "let's take the {}",
    "i'd like the {}",
    "can we do the {}",
    "go to the {}",
)
"""What is taken for a call when it is heard."""


def drill_calls(drills: Mapping[str, Drill]) -> dict[str, tuple[str, ...]]:
    """Return the phrases that ask for each drill, by command."""
    return {PREFIX + name: _phrases(_CARRIERS, drill.called) for name, drill in drills.items()}


def listened_calls(drills: Mapping[str, Drill]) -> tuple[str, ...]:
    """Return those of them that are worth listening for."""
    return tuple(p for drill in drills.values() for p in _phrases(_LISTENED, drill.called[:1]))


def _phrases(carriers: Sequence[str], called: Sequence[str]) -> tuple[str, ...]:
    return tuple(carrier.format(name) for name in called for carrier in carriers)


def begin_drill(draft: Draft, name: str) -> None:
    """Close this session; another one begins after it."""
    draft.set(next_drill=name)
    draft.put(DrillRequested(draft.at_s, name))
    end(draft, "stopped")
