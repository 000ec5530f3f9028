"""Builds the interviewer's script from the YAML under ``prompts/``.

The files below ``questions`` hold one family each; ``plans.yaml``, ``probes.yaml``,
``phrases.yaml``, ``commands.yaml`` and ``drills.yaml`` the rest. A user's own questions, if there
are any, lie in the ``questions`` folder of the user's data and are asked like the others.
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from voicecoach import resources
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.script import (
    COMMANDS,
    DRILL_PHRASES,
    LEVELS,
    PHRASES,
    Drill,
    Plan,
    ProbeWording,
    Question,
    Script,
)
from voicecoach.errors import ContentError
from voicecoach.scoring.types import FACETS, PRINCIPLES, PROBES, QUESTION_TYPES

FORM_PROBES = ("clarify", "shorten", "structure")
"""Any answer may call for these, so that no question needs to list them."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
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
    folders = [prompts / "questions"]
    if folder is None:
        folders.append(resources.user_data_dir() / "questions")
    paths = [path for each in folders for path in _question_files(each)]
    questions, families = _load_families(paths)
    if not questions:
        raise ContentError(
            "content.no_questions",
            f"There are no questions in {folders[0]}",
            "Reinstall voicecoach",
        )
    return Script(
        questions=questions,
        plans=_load_plans(prompts / "plans.yaml", families),
        probes=_load_probes(prompts / "probes.yaml"),
        drills=_load_drills(prompts / "drills.yaml"),
        phrases=_wordings(read_yaml(prompts / "phrases.yaml"), PHRASES, at_least=1),
        commands=_load_commands(prompts / "commands.yaml"),
        families=families,
    )


def load_questions(path: Path) -> tuple[str, str, tuple[Question, ...]]:
    """Read one file of questions.

    Returns:
        The family, its title, and its questions.

    Raises:
        ContentError: the file is missing or says something we do not understand.
    """
    top = read_yaml(path).mapping(required=("family", "title", "questions"))
    family = _slug(top["family"])
    seen: dict[str, Node] = {}
    questions = []
    for node in top["questions"].items(at_least=1):
        question = _question(node, family)
        _refuse_twice(question.id, node, seen)
        questions.append(question)
    return family, top["title"].text(), tuple(questions)


def _question_files(folder: Path) -> list[Path]:
    """Return the files of a folder and of the folders inside it, its own first."""
    return sorted(folder.rglob("*.y*ml"), key=lambda path: (len(path.parts), path))


def _load_families(paths: Iterable[Path]) -> tuple[tuple[Question, ...], dict[str, str]]:
    questions: list[Question] = []
    families: dict[str, str] = {}
    home: dict[str, Path] = {}
    for path in paths:
        family, title, more = load_questions(path)
        families.setdefault(family, title)
        for question in more:
            if question.id in home:
                raise ContentError(
                    "content.duplicate_id",
                    f"{path}: the question {question.id!r} is also in {home[question.id]}",
                    "Give one of them another id",
                )
            home[question.id] = path
        questions.extend(more)
    return tuple(questions), families


def _question(node: Node, family: str) -> Question:
    keys = node.mapping(
        required=(
            "id",
            "levels",
            "type",
            "text",
            "target_s",
            "facets",
            "probes",
            "hints",
            "strong_answer",
        ),
        optional=("principles", "context"),
    )
    hints = keys["hints"].mapping(required=("gentle", "concrete"))
    return Question(
        id=_slug(keys["id"]),
        family=family,
        levels=keys["levels"].texts(one_of=LEVELS),
        type=keys["type"].text(one_of=QUESTION_TYPES),
        principles=keys["principles"].texts(one_of=PRINCIPLES) if "principles" in keys else (),
        text=_spoken(keys["text"]),
        context=_spoken(keys["context"]) if "context" in keys else "",
        target_s=keys["target_s"].number(20, 600),
        facets=keys["facets"].texts(one_of=FACETS),
        probes=tuple(dict.fromkeys((*keys["probes"].texts(one_of=PROBES), *FORM_PROBES))),
        hints=(_spoken(hints["gentle"]), _spoken(hints["concrete"])),
        strong_answer=keys["strong_answer"].texts(at_least=3),
    )


def _load_plans(path: Path, families: Collection[str]) -> dict[str, Plan]:
    plans = {}
    for name, node in read_yaml(path).entries().items():
        keys = node.mapping(required=("title", "minutes", "probes_each", "questions"))
        plans[name] = Plan(
            name=name,
            title=_spoken(keys["title"]),
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
            quoting=_with_slots(keys["quoting"], frozenset({"claim"})) if "quoting" in keys else (),
            plain=_with_slots(keys["plain"], frozenset()),
            sharper=_with_slots(keys["sharper"], frozenset()),
            case=_with_slots(keys["case"], frozenset()),
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
            title=_spoken(keys["title"]),
            instructions=_spoken(keys["instructions"]),
            prompts=_with_slots(keys["prompts"], frozenset()),
            rounds=keys["rounds"].integer(1, 20),
            target_s=keys["target_s"].number(10, 600),
            phrases=_wordings(keys["phrases"], DRILL_PHRASES[name]),
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
            _refuse_twice(phrase, item, seen)
        commands[name] = node.texts()
    return commands


def _wordings(
    node: Node, slots: Mapping[str, frozenset[str]], at_least: int = 1
) -> dict[str, tuple[str, ...]]:
    """Read lists of wordings by key: all the keys of `slots`, no others, with just these slots."""
    keys = node.mapping(required=tuple(slots))
    return {key: _with_slots(value, slots[key], at_least) for key, value in keys.items()}


def _with_slots(node: Node, slots: frozenset[str], at_least: int = 1) -> tuple[str, ...]:
    for item in node.items(at_least):
        found = _slots_of(item)
        if found != slots:
            wanted = " and ".join(f"{{{name}}}" for name in sorted(slots)) or "no {slot}"
            raise item.error(
                f"the slots are {_in_braces(found)}", f"This text needs {wanted}", "wrong_slot"
            )
    return node.texts(at_least)


def _in_braces(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _slots_of(node: Node) -> frozenset[str]:
    try:
        fields = [
            name for _, name, _, _ in string.Formatter().parse(node.text()) if name is not None
        ]
    except ValueError as error:
        raise node.error(
            f"a brace too many or too few ({error})", "Write a slot as {name}", "wrong_slot"
        ) from error
    return frozenset(fields)


def _spoken(node: Node) -> str:
    """Read a text that is said as it is; a brace in it would be a forgotten slot."""
    if found := _slots_of(node):
        raise node.error(
            f"the slot {_in_braces(found)} is filled by nobody", "Write it out", "wrong_slot"
        )
    return node.text()


def _slug(node: Node) -> str:
    slug = node.text()
    if not _SLUG.fullmatch(slug):
        raise node.error(
            f"{slug!r} is not a short name", "Use small letters, digits and hyphens: one-click-dip"
        )
    return slug


def _refuse_twice(name: str, node: Node, seen: dict[str, Node]) -> None:
    if name in seen:
        first = seen[name]
        raise node.error(
            f"{name!r} is there twice",
            f"Change one of them; the first is on line {first.line} ({first.place})",
            "duplicate_id",
        )
    seen[name] = node
