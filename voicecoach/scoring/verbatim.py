"""The candidate's words as they are read back verbatim: short, whole, without loose ends."""

from __future__ import annotations

from voicecoach.events import HESITATIONS

FEWEST_QUOTED = 3

MOST_QUOTED = 8
"""Words; a longer quote is no longer heard as one."""

_DANGLING = frozenset(
    {"and", "but", "so", "or", "because", "then", "well", "like", "that", "which"}
)
"""Words that a quote neither begins nor ends with."""

_SUBORDINATE = frozenset(
    {"when", "while", "if", "although", "though", "since", "unless", "until", "who", "whose"}
)
"""What begins with one of these is half a sentence."""

_LOOSE_ENDS = _DANGLING | {
    *("i", "we", "said", "is", "was", "not", "would", "could", "should", "will", "can", "just"),
    *("to", "the", "a", "of", "for", "with", "than", "from", "by", "in", "on", "at", "into"),
    *("about", "after", "before", "only", "very", "my", "our"),
}
"""Words that a quote does not end with: there is more to come."""


def quotable(quote: str) -> str:
    """Return words of an answer as they are read back, '' where they are not fit for it.

    The end of one sentence and the start of another say nothing together.
    """
    words = fluent(quote)
    fits = FEWEST_QUOTED <= len(words.split()) <= MOST_QUOTED and ". " not in words
    half = words.partition(" ")[0].lower() in _SUBORDINATE
    return words if fits and not half else ""


def fluent(quote: str) -> str:
    """Return a quote without "um" and loose ends."""
    words = [word for word in quote.split() if word.strip(",.").lower() not in HESITATIONS]
    while words and words[0].strip(",.").lower() in _DANGLING:
        words = words[1:]
    while words and words[-1].strip(",.").lower() in _LOOSE_ENDS:
        words = words[:-1]
    return " ".join("I" if word == "i" else word for word in words).rstrip(",.;:")
