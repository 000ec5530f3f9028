"""What the documents and the docstrings point at is there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/scoring.md",
    "docs/hearing.md",
    "docs/measuring.md",
)
BELOW = ("", "voicecoach", "prompts", "prompts/rubric")
"""Folders from which a document may name a file."""

FILE = re.compile(r"`((?:[\w-]+/)+(?:[\w*-]+\.\w+)?|[\w*-]+\.(?:py|yaml|md))`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
NAME = re.compile(r"`(voicecoach(?:\.\w+)+)`")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_a_document_names_are_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(FILE.findall(text))
    gone = [n for n in named if not any(list((ROOT / b).glob(n.rstrip("/"))) for b in BELOW)]
    folder = (ROOT / document).parent
    gone += [link for link in LINK.findall(text) if not (folder / link).exists()]
    assert named
    assert not gone


def _is_there(name: str) -> bool:
    parts = name.split(".")
    for at in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:at]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[at:]:
            fields = getattr(found, "__dataclass_fields__", {})
            if attribute in fields:
                return True
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


def test_names_in_docstrings_are_there() -> None:
    named = {
        (name, path.name)
        for path in sorted((ROOT / "voicecoach").rglob("*.py"))
        for name in NAME.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert [where for where in named if not _is_there(where[0])] == []
