"""What a synthesiser would misread: texts that are spoken must be written for the ear."""

from __future__ import annotations

import re

_MISREADINGS = (
    (re.compile(r"\S*\d\S*"), "write numbers as words"),
    (re.compile(r"[%$£€&@#*_~<>=+/\\|\[\]^]"), "write the sign as a word"),
    (re.compile(r"[()]"), "nobody hears brackets: make it a sentence of its own"),
    (re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|resp|incl)\b\.?"), "write it out"),
    (re.compile(r"\b[A-Z]{2,}s?\b"), "say what the letters stand for"),
    (re.compile(r"\b[Mm]+-?[Hh]*[Mm]+\b"), "this is spelt out, letter by letter"),
    (re.compile(r"\.\.\.|…|!{2,}|\?{2,}"), "one mark is enough"),
)


def find_misreadings(text: str) -> tuple[str, ...]:
    """Return what would be misread in a spoken text, each with what to write instead."""
    return tuple(
        f"{match.group()!r}: {advice}"
        for pattern, advice in _MISREADINGS
        for match in pattern.finditer(text)
    )
