"""What the coach itself says, so that an answer which reads it back can be told from one's own.

The files are read as plain text. Parsing them would take ten times as long and bring nothing: a key
between two texts only keeps a run of words from going over both.
"""

from __future__ import annotations

import re
from pathlib import Path

from voicecoach.scoring.tokens import RECITED, runs

_SAID = ("questions", "probes.yaml", "rubric/advice.yaml", "study.yaml")
"""Files, and folders of files, whose texts are asked, hinted or advised."""

_FILLERS = re.compile(r"\b(?:kind of|sort of|you know|i mean)\b")
"""An answer is read without them, so they are left out here, too."""

_COMMENT = re.compile(r"(?m)(?:^|\s)#.*$")

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+")


def prompt_runs(prompts: Path, own: Path) -> frozenset[tuple[str, ...]]:
    """Return what is read back when it comes in an answer: see `tokens.without_recital`.

    Args:
        prompts: folder of the content; what is not there says nothing.
        own: folder of the user's own questions, likewise.
    """
    found: set[tuple[str, ...]] = set()
    for path in (*(prompts / name for name in _SAID), own):
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            text = _FILLERS.sub("", _COMMENT.sub("", _text(file).lower()))
            found.update(runs(_WORD.findall(text), RECITED))
    return frozenset(found)


def _text(file: Path) -> str:
    """Return what a file holds; nothing where it cannot be read, for others say so."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
