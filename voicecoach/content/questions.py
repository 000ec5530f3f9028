"""Reads the question bank: one family a file, every mistake of a file in one go.

A user's own questions lie in the ``questions`` folder of the user's data. They are asked like the
others; one with the id of a question of the bank takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voicecoach import resources
from voicecoach.content.texts import refuse_twice, slug, spoken
from voicecoach.content.yamlfile import Node, Problems, read_yaml
from voicecoach.dialog.script import LEVELS, Question
from voicecoach.errors import ContentError
from voicecoach.scoring.types import FACETS, PRINCIPLES, PROBES, QUESTION_TYPES

FORM_PROBES = ("clarify", "shorten", "structure")
"""Any answer may call for these, so that no question needs to list them."""


def own_questions_dir() -> Path:
    """The folder with the user's own questions; it need not exist."""
    return resources.user_data_dir() / "questions"


def load_bank(folder: Path, own: Path | None = None) -> tuple[tuple[Question, ...], dict[str, str]]:
    """Read the bank.

    Args:
        folder: with the files of the bank, in folders inside it or not.
        own: with the user's own files; None for none.

    Returns:
        The questions, and the titles of their families.

    Raises:
        ContentError: a file says something we do not understand, or an id is there twice.
    """
    questions, families = _load_folder(folder)
    more, more_families = _load_folder(own) if own is not None else ({}, {})
    # In the place of the one that it replaces; behind the bank where it is new.
    return tuple({**questions, **more}.values()), {**families, **more_families, **families}


def load_questions(path: Path) -> tuple[str, str, tuple[Question, ...]]:
    """Read one file of questions.

    Returns:
        The family, its title, and its questions.

    Raises:
        ContentError: the file is missing or says something we do not understand: the first
            mistake, with the others in its ``also``.
    """
    problems = Problems()
    top = read_yaml(path).mapping(("family", "title", "questions"), problems=problems)
    family = title = ""
    if "family" in top:
        with problems.noted():
            family = slug(top["family"])
    if "title" in top:
        with problems.noted():
            title = top["title"].text()
    seen: dict[str, Node] = {}
    questions = []
    with problems.noted():
        nodes = top["questions"].items(at_least=1) if "questions" in top else []
        for node in nodes:
            with problems.noted():
                questions.append(_question(node, family, seen))
    problems.raise_any()
    return family, title, tuple(questions)


def question_files(folder: Path) -> list[Path]:
    """Return the files of a folder and of the folders inside it, its own first."""
    return sorted(folder.rglob("*.y*ml"), key=lambda path: (len(path.parts), path))


def _load_folder(folder: Path) -> tuple[dict[str, Question], dict[str, str]]:
    questions: dict[str, Question] = {}
    families: dict[str, str] = {}
    home: dict[str, Path] = {}
    for path in question_files(folder):
        try:
            family, title, more = load_questions(path)
        except ContentError as error:
            raise _with_the_number_of_others(error, path) from error
        families.setdefault(family, title)
        for question in more:
            if question.id in home:
                raise ContentError(
                    "content.duplicate_id",
                    f"{path}: the question {question.id!r} is also in {home[question.id]}",
                    "Give one of them another id",
                )
            home[question.id] = path
            questions[question.id] = question
    return questions, families


def _with_the_number_of_others(error: ContentError, path: Path) -> ContentError:
    """Return a mistake that tells, if it is not the only one, how to see the others."""
    if not error.also:
        return error
    others = "one more mistake" if len(error.also) == 1 else f"{len(error.also)} more mistakes"
    remedy = f"{error.remedy}. There is {others}: voicecoach questions --check {path}"
    if len(error.also) > 1:
        remedy = remedy.replace("There is", "There are")
    return ContentError(error.code, error.message, remedy)


def _question(node: Node, family: str, seen: dict[str, Node]) -> Question:
    problems = Problems()
    keys = node.mapping(required=_REQUIRED, optional=_OPTIONAL, problems=problems)
    values: dict[str, Any] = {"principles": (), "context": ""}
    for key, value in keys.items():
        with problems.noted():
            values[key] = _READ[key](value)
    if "id" in values:
        with problems.noted():
            refuse_twice(values["id"], node, seen)
    problems.raise_any()
    return Question(family=family, **values)


def _hints(node: Node) -> tuple[str, str]:
    keys = node.mapping(required=("gentle", "concrete"))
    return spoken(keys["gentle"]), spoken(keys["concrete"])


def _probes(node: Node) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*node.texts(one_of=PROBES), *FORM_PROBES)))


_READ: Mapping[str, Callable[[Node], Any]] = {
    "id": slug,
    "levels": lambda node: node.texts(one_of=LEVELS),
    "type": lambda node: node.text(one_of=QUESTION_TYPES),
    "text": spoken,
    "target_s": lambda node: node.number(20, 600),
    "facets": lambda node: node.texts(one_of=FACETS),
    "probes": _probes,
    "hints": _hints,
    "strong_answer": lambda node: node.texts(at_least=3),
    "principles": lambda node: node.texts(one_of=PRINCIPLES),
    "context": spoken,
}
"""How the value of each key of a question is read."""

_OPTIONAL = ("principles", "context")
_REQUIRED = tuple(key for key in _READ if key not in _OPTIONAL)
