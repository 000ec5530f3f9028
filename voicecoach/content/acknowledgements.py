"""Reads what the coach says without taking the floor: ``prompts/acknowledgements.yaml``."""

from __future__ import annotations

from pathlib import Path

from voicecoach import resources
from voicecoach.content.texts import spoken
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.acknowledgements import AcknowledgementTexts

MOST_WORDS = 3
"""More cannot be said in the time."""


def load_acknowledgements(path: Path | None = None) -> AcknowledgementTexts:
    """Read the file.

    Args:
        path: of another file than the one that ships with voicecoach.

    Raises:
        ContentError: it is missing, or says something that we do not understand.
    """
    top = read_yaml(path or resources.prompts_dir() / "acknowledgements.yaml")
    keys = top.mapping(required=("acknowledgements", "nudges"))
    return AcknowledgementTexts(_short(keys["acknowledgements"]), _short(keys["nudges"]))


def _short(node: Node) -> tuple[str, ...]:
    # Two at least, so that nobody hears the same one twice in a row.
    items = node.items(at_least=2)
    for item in items:
        if len(spoken(item).split()) > MOST_WORDS:
            raise item.error("this takes too long to say", f"Use {MOST_WORDS} words at most")
    return tuple(item.text() for item in items)
