"""Tells one judge from another: figures of two judges do not compare."""

from __future__ import annotations

import hashlib
from pathlib import Path

import voicecoach.content
import voicecoach.scoring
from voicecoach import __version__, resources


def judge_digest() -> str:
    """Return what changes whenever a judgement may: version, content, second reader and code."""
    digest = hashlib.sha256(__version__.encode())
    for folder in (
        resources.prompts_dir(),
        resources.models_dir() / "tagger-en",
        *map(Path, (*voicecoach.content.__path__, *voicecoach.scoring.__path__)),
    ):
        for path in sorted(folder.rglob("*.*")):
            if path.suffix in (".yaml", ".tsv", ".json", ".py"):
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
