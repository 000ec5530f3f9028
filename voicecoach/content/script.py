"""Builds the interviewer's script from the YAML under ``prompts/``.

The files below ``questions`` hold one family each (see `voicecoach.content.questions`);
``plans.yaml``, ``probes.yaml``, ``phrases.yaml``, ``commands.yaml`` and ``drills.yaml`` the rest.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from voicecoach import resources
from voicecoach.content.questions import load_bank, own_questions_dir
from voicecoach.content.texts import refuse_twice, spoken, with_slots, wordings
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.script import (
    COMMANDS,
    DRILL_PHRASES,
    PHRASES,
    Drill,
    Plan,
    ProbeWording,
    Script,
)
from voicecoach.errors import ContentError
from voicecoach.scoring.types import FACETS, PROBES

_UTTERANCE = re.compile(r"[a-z']+( [a-z']+)*")
_ANY_FAMILY = "any"


def load_script(folder: Path | None = None) -> Script:
    """Read everything the interviewer can say.

    Args:
        folder: with the files named above; None for those that ship with voicecoach, together with
            the user's own questions.

    Raises:
        ContentError: a file is missing or says something we do not understand.
    """
    prompts = folder or resources.prompts_dir()
    own = own_questions_dir() if folder is None else None
    questions, families = load_bank(prompts / "questions", own)
    if not questions:
        raise ContentError(
            "content.no_questions",
            f"There are no questions in {prompts / 'questions'}",
            "Reinstall voicecoach",
        )
    return Script(
        questions=questions,
        plans=_load_plans(prompts / "plans.yaml", families),
        probes=_load_probes(prompts / "probes.yaml"),
        drills=_load_drills(prompts / "drills.yaml"),
        phrases=wordings(read_yaml(prompts / "phrases.yaml"), PHRASES, at_least=1),
        commands=_load_commands(prompts / "commands.yaml"),
        families=families,
    )


def _load_plans(path: Path, families: Collection[str]) -> dict[str, Plan]:
    plans = {}
    for name, node in read_yaml(path).entries().items():
        keys = node.mapping(required=("title", "minutes", "probes_each", "questions"))
        plans[name] = Plan(
            name=name,
            title=spoken(keys["title"]),
            minutes=keys["minutes"].integer(1, 240),
            families=tuple(_slot(slot, families) for slot in keys["questions"].items(at_least=1)),
            probes_each=keys["probes_each"].integer(0, 6),
        )
    return plans


def _slot(node: Node, families: Collection[str]) -> tuple[str, ...]:
    if node.is_text():
        node.text(one_of=(_ANY_FAMILY,))
        return ()
    return node.texts(one_of=families)


def _load_probes(path: Path) -> dict[str, ProbeWording]:
    probes = {}
    for name, node in read_yaml(path).mapping(required=PROBES).items():
        keys = node.mapping(
            required=("purpose", "resolves", "plain", "sharper", "case"), optional=("quoting",)
        )
        probes[name] = ProbeWording(
            purpose=keys["purpose"].text(),
            resolves=keys["resolves"].text(one_of=("", *FACETS), may_be_empty=True),
            quoting=with_slots(keys["quoting"], frozenset({"claim"})) if "quoting" in keys else (),
            plain=with_slots(keys["plain"], frozenset()),
            sharper=with_slots(keys["sharper"], frozenset()),
            case=with_slots(keys["case"], frozenset()),
        )
    return probes


def _load_drills(path: Path) -> dict[str, Drill]:
    drills = {}
    for name, node in read_yaml(path).mapping(required=tuple(DRILL_PHRASES)).items():
        keys = node.mapping(
            required=("title", "instructions", "rounds", "target_s", "prompts", "phrases")
        )
        drills[name] = Drill(
            name=name,
            title=spoken(keys["title"]),
            instructions=spoken(keys["instructions"]),
            prompts=with_slots(keys["prompts"], frozenset()),
            rounds=keys["rounds"].integer(1, 20),
            target_s=keys["target_s"].number(10, 600),
            phrases=wordings(keys["phrases"], DRILL_PHRASES[name]),
        )
    return drills


def _load_commands(path: Path) -> dict[str, tuple[str, ...]]:
    commands = {}
    seen: dict[str, Node] = {}
    for name, node in read_yaml(path).mapping(required=COMMANDS).items():
        for item in node.items(at_least=1):
            phrase = item.text()
            if not _UTTERANCE.fullmatch(phrase):
                raise item.error(
                    f"{phrase!r} is not how a recogniser writes",
                    "Use small letters, apostrophes and single spaces only",
                )
            refuse_twice(phrase, item, seen)
        commands[name] = node.texts()
    return commands
