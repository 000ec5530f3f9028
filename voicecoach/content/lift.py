"""Builds the wordings of what would lift an answer from ``prompts/rubric/lift.yaml``."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from voicecoach.content.ear import find_misreadings
from voicecoach.content.texts import with_slots
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.scoring.lift_script import LIFTED, LiftScript, LiftWords
from voicecoach.scoring.types import QUESTION_TYPES

_SENTENCES = {
    "one": frozenset({"what", "to"}),
    "two": frozenset({"first", "second", "to"}),
    "hollow": frozenset({"what"}),
    "hollow_claim": frozenset({"claim"}),
    "hollow_plain": frozenset[str](),
    "hollow_case": frozenset[str](),
    "full": frozenset[str](),
}
_NEEDED = ("what", "plain", "case")
_HINTS = {
    "thing": frozenset({"claim", "thing"}),
    "claim": frozenset({"claim"}),
    "own": frozenset({"words"}),
    "beside": frozenset({"words"}),
}


def load_lift(path: Path, stretches: Collection[str]) -> LiftScript:
    """Read the wordings.

    Args:
        path: of the file.
        stretches: the probes that a full answer may be stretched by; each needs its wording.

    Raises:
        ContentError: it says something we do not understand, or that a voice would misread.
    """
    keys = read_yaml(path).mapping(required=("cases", *_SENTENCES, "stretch", "measures"))
    measures = keys["measures"].mapping(required=LIFTED)
    stretch = keys["stretch"].mapping(required=sorted(stretches))
    return LiftScript(
        cases=keys["cases"].texts(one_of=QUESTION_TYPES),
        stretch={name: _spoken(node) for name, node in stretch.items()},
        measures={name: _measure(node) for name, node in measures.items()},
        **{name: _spoken(keys[name], slots) for name, slots in _SENTENCES.items()},
    )


def _measure(node: Node) -> LiftWords:
    keys = node.mapping(required=_NEEDED, optional=tuple(_HINTS))
    return LiftWords(
        **{name: _spoken(value, _HINTS.get(name, frozenset())) for name, value in keys.items()}
    )


def _spoken(node: Node, slots: frozenset[str] = frozenset()) -> tuple[str, ...]:
    for item in node.items():
        for misreading in find_misreadings(item.text()):
            raise item.error("it would be misread aloud", f"Fix {misreading}")
    return with_slots(node, slots)
