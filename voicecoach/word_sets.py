"""Sets of words, written as one would read them."""

from __future__ import annotations


def word_set(*rows: str) -> frozenset[str]:
    """Return the words written in `rows`, separated by spaces: word lists stay readable."""
    return frozenset(" ".join(rows).split())
