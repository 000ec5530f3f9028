"""Sentences from templates: patterns with slots, in YAML files, filled at random.

A pattern is spoken text with `{slots}` and alternatives `(one|another|)`, both of which may hold
each other. A slot's entries are patterns as well.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from models.recipe.spoken import RANDOM_NUMBERS

_INNERMOST = re.compile(r"\(([^()]*)\)|\{(\w+)\}")
_DEEPEST = 40


@dataclass(frozen=True)
class Grammar:
    """Patterns of one or more files, each with the slots that its file knows."""

    patterns: tuple[str, ...]
    weights: tuple[float, ...]
    slots: Mapping[str, tuple[str, ...]]

    def sentence(self, rng: random.Random) -> str:
        """Return one sentence: words separated by one space."""
        return self.expand(rng.choices(self.patterns, self.weights)[0], rng)

    def expand(self, pattern: str, rng: random.Random) -> str:
        """Fill one pattern."""

        def fill(match: re.Match[str]) -> str:
            if match[2] is None:
                return rng.choice(str(match[1]).split("|"))
            if match[2] in RANDOM_NUMBERS:
                return RANDOM_NUMBERS[match[2]](rng)
            return rng.choice(self.slots[match[2]])

        for _ in range(_DEEPEST):
            filled = _INNERMOST.sub(fill, pattern)
            if filled == pattern:
                return " ".join(pattern.split())
            pattern = filled
        raise ValueError(f"a slot leads to itself: {pattern}")


def load_grammar(folder: Path) -> Grammar:
    """Read every template file of a folder; a file's weight is shared out among its patterns.

    Raises:
        ValueError: a pattern names a slot that no file knows.
    """
    slots: dict[str, tuple[str, ...]] = {}
    patterns: list[str] = []
    weights: list[float] = []
    for path in sorted(folder.glob("*.yaml")):
        content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, entries in content.get("slots", {}).items():
            if name in slots:
                raise ValueError(f"{path}: the slot {name} is known already")
            slots[name] = _entries(entries)
        own = content.get("patterns", [])
        patterns += own
        weights += [content.get("weight", 1) / max(len(own), 1)] * len(own)
    known = slots.keys() | RANDOM_NUMBERS.keys()
    for pattern in [*patterns, *(entry for entries in slots.values() for entry in entries)]:
        for name in re.findall(r"\{(\w+)\}", pattern):
            if name not in known:
                raise ValueError(f"no slot is called {name}: {pattern}")
    return Grammar(tuple(patterns), tuple(weights), slots)


def _entries(entries: str | list[str]) -> tuple[str, ...]:
    parts = entries.split(",") if isinstance(entries, str) else entries
    return tuple(" ".join(str(part).split()) for part in parts)
