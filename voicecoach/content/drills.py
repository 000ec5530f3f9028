"""Reads the drills: one file each in the folder ``drills``, named as on the command line.

A user's own drills, if there are any, lie in the ``drills`` folder of the user's data and stand
beside the others.
"""

from __future__ import annotations

import re
from pathlib import Path

from voicecoach import resources
from voicecoach.content.texts import spoken, utterance, with_slots, wordings
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.drill_script import DRILL_PHRASES, Drill, PointWording, Prompt, Step
from voicecoach.errors import ContentError
from voicecoach.scoring.drill_points import KEYED, NAMING, POINTS
from voicecoach.scoring.types import PRINCIPLES, QUESTION_TYPES

_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
_SIDES = ("vanity", "behaviour")


def own_drills_dir() -> Path:
    """The folder of the user's own drills; need not exist."""
    return resources.user_data_dir() / "drills"


def load_drills(folder: Path, own: Path | None = None) -> dict[str, Drill]:
    """Read the drills of a folder, and the user's own, by name.

    Raises:
        ContentError: a file is missing or says something we do not understand.
    """
    drills: dict[str, Drill] = {}
    for path in (*sorted(folder.glob("*.yaml")), *(sorted(own.glob("*.yaml")) if own else ())):
        name = path.stem
        if name in drills:
            raise ContentError(
                "content.duplicate_id", f"{path}: there is a drill {name!r} already", "Rename it"
            )
        if not _NAME.fullmatch(name):
            raise ContentError(
                "content.bad_value",
                f"{path}: {name!r} is not a short name",
                "Name the file in small letters and hyphens: so-what.yaml",
            )
        drills[name] = _drill(name, read_yaml(path))
    for name in DRILL_PHRASES:
        if name not in drills:
            raise ContentError(
                "content.missing_file",
                f"There is no file {folder / name}.yaml",
                "Reinstall voicecoach",
            )
    return dict(sorted(drills.items(), key=lambda item: _place(item[0])))


def _place(name: str) -> tuple[int, str]:
    """Put the drills with a form of their own first."""
    known = list(DRILL_PHRASES)
    return (known.index(name) if name in known else len(known)), name


def _drill(name: str, top: Node) -> Drill:
    form = "phrases" if name in DRILL_PHRASES else "steps"
    keys = top.mapping(
        required=(
            *("title", "called", "instructions", "rounds", "target_s", "prompts", "hints"),
            form,
        )
    )
    target_s = keys["target_s"].number(5, 600)
    steps: tuple[Step, ...] = ()
    if form == "steps":
        nodes = keys["steps"].items(at_least=1)
        steps = tuple(_step(node, n == 0, target_s) for n, node in enumerate(nodes))
    keyed = [p.name for step in steps for p in step.points if p.name in KEYED]
    return Drill(
        name=name,
        title=spoken(keys["title"]),
        called=_called(keys["called"]),
        instructions=spoken(keys["instructions"]),
        prompts=tuple(_prompt(node, keyed) for node in keys["prompts"].items(at_least=1)),
        rounds=keys["rounds"].integer(1, 20),
        target_s=target_s,
        hints=with_slots(keys["hints"], frozenset()),
        steps=steps,
        phrases=wordings(keys["phrases"], DRILL_PHRASES[name]) if form == "phrases" else {},
    )


def _called(node: Node) -> tuple[str, ...]:
    for item in node.items(at_least=1):
        utterance(item)
    return node.texts()


def _prompt(node: Node, keyed: list[str]) -> Prompt:
    if node.is_text():
        if keyed:
            raise node.error(f"{keyed[0]!r} needs a key", "Write it as text: ..., key: ...")
        return Prompt(spoken(node))
    keys = node.mapping(
        required=("text", "key") if keyed else ("text",), optional=("tell",) if keyed else ()
    )
    allowed = PRINCIPLES if "principle" in keyed else _SIDES
    return Prompt(
        text=spoken(keys["text"]),
        key=keys["key"].text(one_of=allowed) if keyed else "",
        tell=spoken(keys["tell"]) if "tell" in keys else "",
    )


def _step(node: Node, first: bool, target_s: float) -> Step:
    keys = node.mapping(
        required=("name", "points") if first else ("name", "points", "ask", "target_s"),
        optional=("scored_as",),
    )
    points = keys["points"].mapping(optional=POINTS)
    if not points:
        raise keys["points"].error("no point is waited for", "Name one or more checks")
    return Step(
        name=keys["name"].text(),
        points=tuple(_point(name, point) for name, point in points.items()),
        ask=() if first else with_slots(keys["ask"], frozenset()),
        target_s=target_s if first else keys["target_s"].number(5, 600),
        scored_as=keys["scored_as"].text(one_of=QUESTION_TYPES) if "scored_as" in keys else "",
    )


def _point(name: str, node: Node) -> PointWording:
    keys = node.mapping(
        required=("heard", "missing"), optional=("instead",) if name in NAMING else ()
    )
    return PointWording(
        name=name,
        heard=with_slots(keys["heard"], frozenset()),
        missing=with_slots(keys["missing"], frozenset()),
        instead=with_slots(keys["instead"], frozenset({"instead"})) if "instead" in keys else (),
    )
