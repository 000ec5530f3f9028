"""Readers of the small things that all content is made of: names, and what is said and heard."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping

from voicecoach.content.yamlfile import Node

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UTTERANCE = re.compile(r"[a-z']+( [a-z']+)*")


def wordings(
    node: Node, slots: Mapping[str, frozenset[str]], at_least: int = 1
) -> dict[str, tuple[str, ...]]:
    """Read lists of wordings by key: all the keys of `slots`, no others, with just these slots."""
    keys = node.mapping(required=tuple(slots))
    return {key: with_slots(value, slots[key], at_least) for key, value in keys.items()}


def with_slots(node: Node, slots: frozenset[str], at_least: int = 1) -> tuple[str, ...]:
    """Read a list of wordings, each with just these slots."""
    for item in node.items(at_least):
        filled(item, slots)
    return node.texts(at_least)


def filled(node: Node, slots: frozenset[str]) -> str:
    """Read one wording with just these slots."""
    found = _slots_of(node)
    if found != slots:
        wanted = " and ".join(f"{{{name}}}" for name in sorted(slots)) or "no {slot}"
        raise node.error(
            f"the slots are {_in_braces(found)}", f"This text needs {wanted}", "wrong_slot"
        )
    return node.text()


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


def spoken(node: Node) -> str:
    """Read a text that is said as it is; a brace in it would be a forgotten slot."""
    if found := _slots_of(node):
        raise node.error(
            f"the slot {_in_braces(found)} is filled by nobody", "Write it out", "wrong_slot"
        )
    return node.text()


def utterance(node: Node) -> str:
    """Read what may be said to the coach, written as a recogniser writes it."""
    phrase = node.text()
    if not _UTTERANCE.fullmatch(phrase):
        raise node.error(
            f"{phrase!r} is not how a recogniser writes",
            "Use small letters, apostrophes and single spaces only",
        )
    return phrase


def slug(node: Node) -> str:
    """Read a short name: small letters, digits and hyphens."""
    name = node.text()
    if not _SLUG.fullmatch(name):
        raise node.error(
            f"{name!r} is not a short name", "Use small letters, digits and hyphens: one-click-dip"
        )
    return name


def refuse_twice(name: str, node: Node, seen: dict[str, Node]) -> None:
    """Note where a name was given; refuse one that was given before.

    Raises:
        ContentError: and tells where the first one is.
    """
    if name in seen:
        first = seen[name]
        raise node.error(
            f"{name!r} is there twice",
            f"Change one of them; the first is on line {first.line} ({first.place})",
            "duplicate_id",
        )
    seen[name] = node
