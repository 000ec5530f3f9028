"""What a coach should know about a file of questions that is right by the letter.

Mistakes are errors of `voicecoach.content.questions`. What is found here does not keep a question
from being asked: it would be misread aloud, too long to take in, or much like another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from voicecoach.content.ear import find_misreadings
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.script import Question

MOST_WORDS = {"text": 40, "context": 45, "hint": 30}
"""Longer than this, and nobody has it all in mind when the voice stops."""

FEWEST_PROBES = 3
"""With fewer follow-ups of its own, a question is soon exhausted."""

_ALIKE = 88.0
"""How alike (0 to 100) two questions are that a candidate would take for one."""


def find_remarks(path: Path, bank: Iterable[Question]) -> tuple[str, ...]:
    """Return what is worth a second look in a file of questions, in its order, with the lines.

    Args:
        path: of a file that `load_questions` has accepted.
        bank: the other questions.
    """
    bank = tuple(bank)
    remarks: list[str] = []
    for node in read_yaml(path).entries()["questions"].items():
        remarks += _remarks(node, bank)
    return tuple(remarks)


def _remarks(node: Node, bank: tuple[Question, ...]) -> Iterator[str]:
    keys = node.entries()
    spoken = {"text": keys["text"]} | {k: keys[k] for k in ("context",) if k in keys}
    hints = keys["hints"].entries()
    for what, value in (*spoken.items(), *(("hint", hint) for hint in hints.values())):
        yield from _unfit_for_the_ear(what, value)
    probes = len(keys["probes"].items())
    if probes < FEWEST_PROBES:
        yield _at(keys["probes"], f"allow {FEWEST_PROBES} follow-ups or more, there are {probes}")
    yield from _met_before(keys["id"], keys["text"], bank)


def _unfit_for_the_ear(what: str, node: Node) -> Iterator[str]:
    text = node.text()
    for misreading in find_misreadings(text):
        yield _at(node, f"would be misread aloud, {misreading}")
    words = len(text.split())
    if words > MOST_WORDS[what]:
        yield _at(node, f"{words} words are hard to take in, keep to {MOST_WORDS[what]}")
    if text[-1] not in ".?!":
        yield _at(node, "end with a full stop or a question mark, the voice needs it")


def _met_before(id_node: Node, text: Node, bank: tuple[Question, ...]) -> Iterator[str]:
    from rapidfuzz import fuzz

    for other in bank:
        if other.id == id_node.text():
            yield _at(id_node, f"takes the place of the bank's own question {other.id!r}")
        elif fuzz.token_sort_ratio(text.text(), other.text) >= _ALIKE:
            yield _at(text, f"is much like {other.id!r} of the bank")


def _at(node: Node, what: str) -> str:
    return f"line {node.line}, {node.place}: {what}"
