"""What a drill's file says, typed: its prompts, its steps, and the points that each waits for.

Nearly all drills have one form: rounds of a prompt, in each round one step or several, in each step
points that are heard or missed. Such a drill is nothing but a file. Two have a form of their own
and name their phrases in `DRILL_PHRASES`: the opening runs against a clock, and the counterfactual
drill counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DRILL_PHRASES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "opening": {
        "time_up": frozenset(),
        "over": frozenset({"seconds"}),
        "heard": frozenset({"points"}),
        "missing": frozenset({"points"}),
        "nothing_heard": frozenset(),
        "point_customer": frozenset(),
        "point_decision": frozenset(),
        "point_metric": frozenset(),
        "point_cause": frozenset(),
        "at": frozenset({"point", "seconds"}),
        "at_once": frozenset({"point"}),
        "again": frozenset(),
    },
    "counterfactual": {
        "count_0": frozenset(),
        "count_1": frozenset({"alternatives"}),
        "count_2": frozenset({"alternatives"}),
        "count_3": frozenset({"alternatives"}),
        "unanswered": frozenset({"name"}),
        "done": frozenset(),
    },
}
"""The drills with a form of their own, each with its phrases and their slots."""

DRILL_FEEDBACK: Mapping[str, frozenset[str]] = {
    "drill_right": frozenset(),
    "drill_all": frozenset({"points"}),
    "drill_heard": frozenset({"points"}),
    "drill_nothing": frozenset(),
    "drill_complete": frozenset({"count"}),
    "drill_summary": frozenset({"complete", "count", "point"}),
    "drill_better": frozenset(),
    "drill_same": frozenset(),
    "drill_worse": frozenset(),
    "drill_confirm": frozenset({"drill"}),
    "drill_begin": frozenset({"drill"}),
    "drill_stay": frozenset(),
}
"""What is said in every drill, and on the way to one; it stands with the other phrases."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a round begins with.

    Attributes:
        text: as it is spoken.
        key: what it calls for, where a reply can be right or wrong; else ''.
        tell: what is said after a reply that missed something, in place of a point's own wording;
            '' for nothing.
    """

    text: str
    key: str = ""
    tell: str = ""


@dataclass(frozen=True, slots=True)
class PointWording:
    """How a point is spoken of.

    Attributes:
        name: of its check in `voicecoach.scoring.drill_points.POINTS`.
        heard: as part of a list: "I heard {this and that}".
        missing: a sentence on what to add.
        instead: a sentence with ``{instead}``, what was heard in its place; may be empty.
    """

    name: str
    heard: tuple[str, ...]
    missing: tuple[str, ...]
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One reply within a round.

    Attributes:
        name: of the step.
        points: what is waited for, most important first.
        ask: how the coach asks for it; empty for the first step, which answers the prompt.
        target_s: length of a good reply, in seconds.
        scored_as: question type by which the whole reply is scored, too; '' for not at all.
    """

    name: str
    points: tuple[PointWording, ...]
    ask: tuple[str, ...] = ()
    target_s: float = 30.0
    scored_as: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """An exercise with one skill.

    Attributes:
        name: as on the command line.
        title: spoken.
        called: how it can be asked for by voice, in words that the starter model knows.
        instructions: spoken at the start.
        prompts: one is chosen for a round.
        rounds: how many rounds a session has at most.
        target_s: length of a round's first reply, in seconds.
        hints: gentle first.
        steps: of a round; empty for a drill with a form of its own.
        phrases: spoken feedback by key, for a drill with a form of its own.
    """

    name: str
    title: str
    called: tuple[str, ...]
    instructions: str
    prompts: tuple[Prompt, ...]
    rounds: int
    target_s: float
    hints: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
