"""Asking for a drill by voice: "coach, start the opening drill". Pure.

A drill is a session of its own. What is going on is closed properly first, with all that was said
in it; where something was said already, the candidate is asked before.
"""

from __future__ import annotations

from collections.abc import Mapping

from voicecoach.dialog.activity import Material, end
from voicecoach.dialog.drill_script import Drill
from voicecoach.dialog.state import Draft
from voicecoach.events import DrillRequested

PREFIX = "drill:"
"""What the command's name begins with; the drill's name follows."""

_CARRIERS = (
    "start the {}",
    "start {}",
    "begin the {}",
    "do the {}",
    "let's do the {}",
    "take the {}",
    "let's take the {}",
    "i'd like the {}",
    "can we do the {}",
    "go to the {}",
)


def drill_calls(drills: Mapping[str, Drill]) -> dict[str, tuple[str, ...]]:
    """Return the phrases that ask for each drill, by command."""
    return {
        PREFIX + name: tuple(
            carrier.format(called) for called in drill.called for carrier in _CARRIERS
        )
        for name, drill in drills.items()
    }


def call_drill(material: Material, draft: Draft, name: str) -> None:
    """Begin a drill; where an answer would be broken off, ask first."""
    state = draft.state
    offered = state.task is not None and state.task.kind == "offer"
    if state.heard_answer and not offered and state.asked_drill != name:
        draft.set(asked_drill=name)
        title = material.script.drills[name].title
        material.say(draft, "drill_confirm", "reply", drill=title)
    else:
        begin_drill(draft, name)


def begin_drill(draft: Draft, name: str) -> None:
    """Close this session; another one begins after it."""
    draft.set(asked_drill="", next_drill=name)
    draft.put(DrillRequested(draft.at_s, name))
    end(draft, "stopped")
