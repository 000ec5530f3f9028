"""The file with the candidate's own stories: ``stories.yaml`` in the user's folder.

Owns: its form. It is written to be read and edited by hand, so it is checked when it is read, and
it does not need the sessions in which the stories were told. What a story is, is
`voicecoach.stories`'.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import yaml

from voicecoach import resources
from voicecoach.content.texts import refuse_twice
from voicecoach.content.yamlfile import Node, Problems, read_yaml
from voicecoach.scoring.types import PRINCIPLES
from voicecoach.session_files import failure, write_private
from voicecoach.stories import Bank, Story

_HEAD = """\
# Your stories, kept by voicecoach. Change what you like in an editor: titles, principles, figures,
# the telling itself. Only remarks of your own, such as this one, are lost when it is written anew.
#
# told        your best telling, and overall its rating (1 to 5); no rating, and the next one counts
# metrics     its figures, in any words
# principles  those that it shows; with by_hand: true no later telling changes them
# taken       tellings that are in the bank or were removed from it; without its line, a telling is
#             taken in again as long as its session is there
"""

_OPTIONAL = ("principles", "metrics", "overall", "session", "task", "date", "tellings", "by_hand")


def bank_file() -> Path:
    """Where the stories are; the file need not exist."""
    return resources.user_data_dir() / "stories.yaml"


def load_bank(path: Path | None = None) -> Bank:
    """Read the stories; there are none where there is no file.

    Args:
        path: of the file; None for the user's own.

    Raises:
        ContentError: the file cannot be read, or says something that we do not understand: the
            first mistake, with the others in its ``also``.
    """
    path = path or bank_file()
    if not path.exists():
        return Bank()
    problems = Problems()
    top = read_yaml(path).mapping(optional=("stories", "taken"), problems=problems)
    stories: list[Story] = []
    seen: dict[str, Node] = {}
    for node in _items(top.get("stories"), problems):
        with problems.noted():
            stories.append(_story(node, seen))
    taken: list[str] = []
    for node in _items(top.get("taken"), problems):
        with problems.noted():
            taken.append(node.text())
    problems.raise_any()
    return Bank(tuple(stories), tuple(dict.fromkeys(taken)))


def save_bank(bank: Bank, path: Path | None = None) -> None:
    """Write the stories down: all of them, or nothing. Only the user may read them.

    Raises:
        StoreError: the file cannot be written; the old one is as it was.
    """
    path = path or bank_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise failure(error, path.parent, beginning=True) from error
    write_private(path, _written(bank))


# --- reading ------------------------------------------------------------------------------------


def _items(node: Node | None, problems: Problems) -> list[Node]:
    """Return the entries of a list; whoever has taken out all of them may leave the key."""
    if node is None or (node.is_text() and not node.text(may_be_empty=True)):
        return []
    with problems.noted():
        return node.items()
    return []


def _story(node: Node, seen: dict[str, Node]) -> Story:
    problems = Problems()
    keys = node.mapping(required=("title", "told"), optional=_OPTIONAL, problems=problems)
    values: dict[str, Any] = {}
    for key, value in keys.items():
        with problems.noted():
            values[key] = _value(key, value)
    if "title" in values:
        with problems.noted():
            refuse_twice(values["title"], node, seen)
    problems.raise_any()
    return Story(**values)


def _value(key: str, node: Node) -> Any:
    if key == "principles":
        return node.texts(0, one_of=PRINCIPLES)
    if key == "metrics":
        return node.texts(0)
    if key == "overall":
        return node.number(1, 5)
    if key == "tellings":
        return node.integer(1)
    if key == "by_hand":
        return node.text(one_of=("true", "false")) == "true"
    return node.text(may_be_empty=key not in ("title", "told"))


# --- writing ------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks that an editor shows whole, and lists inside their keys."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = ">" if len(value) > 80 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _written(bank: Bank) -> str:
    document = {"stories": [_document(s) for s in bank.stories], "taken": list(bank.taken)}
    body = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=98)
    return f"{_HEAD}\n{body}"


def _document(story: Story) -> dict[str, Any]:
    """Return a story's keys; what has nothing to say is left out."""
    values = dataclasses.asdict(story)
    order = ("title", "principles", "by_hand", "metrics", "overall", "told")
    keys = (*order, *(key for key in values if key not in order))
    plain = {key: list(v) if isinstance(v := values[key], tuple) else v for key in keys}
    return {key: value for key, value in plain.items() if value not in (None, "", [], False)}
