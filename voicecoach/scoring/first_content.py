"""Where an answer begins to say something.

"Great question, so, um, yeah, let me think about that" is no content; "I owned the checkout" is.
The first content word is the first word that is no filler, no part of a preamble, and no word that
only holds others together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voicecoach.events import HESITATIONS, OPEN_WORDS
from voicecoach.scoring.plain import Token, filler_lengths, tokenize
from voicecoach.word_sets import word_set

Preambles = Mapping[str, tuple[tuple[str, ...], ...]]
"""Preambles as words, longest first, by their first word."""

_HOLD_TOGETHER = OPEN_WORDS | word_set(
    "i i'd i've i'll me us him them you your that's what how why there here then now well yes yeah",
    "yep okay ok right sure so anyway basically actually honestly obviously literally like oh no",
    "do does did don't didn't what's let's who's where's not just really",
)
"""Words that say nothing by themselves."""


def index_preambles(phrases: Sequence[str]) -> Preambles:
    """Return phrases in the form in which they are looked for."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(token.text for token in tokenize(phrase) if token.text not in {".", ","})
        if words:
            found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in found.items()}


def first_content(words: Sequence[Token], preambles: Preambles) -> int | None:
    """Return how many words come before the first one with content; None where there is none.

    Args:
        words: tokens of the transcript, fillers included and marks left out; see
            `voicecoach.scoring.plain.tokenize`.
        preambles: what is said before one says something.
    """
    texts = [token.text for token in words]
    at = 0
    while at < len(words):
        length = _preamble_at(texts, at, preambles)
        if not length and texts[at] not in _HOLD_TOGETHER:
            # Only the first words are read so closely: a filler is "you know", too.
            length = filler_lengths(tuple(words[at : at + 3])).get(0, 0)
            if not length:
                return at
        at += length or 1
    return None


def _preamble_at(texts: Sequence[str], at: int, preambles: Preambles) -> int:
    """Return the number of words of the preamble that begins here; hesitations inside count."""
    for phrase in preambles.get(texts[at], ()):
        n = at
        for word in phrase:
            while n < len(texts) and texts[n] in HESITATIONS and texts[n] != word:
                n += 1
            if n == len(texts) or texts[n] != word:
                break
            n += 1
        else:
            return n - at
    return 0
