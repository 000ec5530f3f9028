"""What a recogniser's confidence is worth, and from where on its words are judged. Pure.

A recogniser says of each word how sure it is. Whether "0.9" means that nine such words of ten are
right is shown by a *reliability curve*: words by confidence, with the share that is right. Its
distance from the diagonal, weighted by words, is the expected calibration error (Naeini, Cooper and
Hauskrecht 2015): the sum over bins of ``n / N * |share right - mean confidence|``.

Scoring abstains below a mean confidence of the whole answer. `threshold` finds it from transcripts
whose words are known: the lowest one that keeps nearly all bad transcripts out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Bounds of the bins: narrow at the top, for there most words are."""

BAD = 0.3
"""Word error rate above which a transcript is bad: with every third word wrong, names, numbers and
verbs are, and a quote from it is not what was said."""

MOST_BAD = 0.05
"""Share of bad transcripts among those that are judged that is put up with."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Words of like confidence.

    Attributes:
        low: least confidence of the bin.
        high: greatest; belongs to the next bin, but for the last one.
        n: words.
        confidence: their mean confidence; 0 of none.
        correct: share of them that is right; 0 of none.
    """

    low: float
    high: float
    n: int
    confidence: float
    correct: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability curve.

    Attributes:
        bins: from low to high.
        n: words in all.
        error: expected calibration error, 0 to 1; None of no words.
        confidence: mean of all words; None of none.
        correct: share of all words that is right; likewise.
    """

    bins: tuple[Bin, ...]
    n: int
    error: float | None
    confidence: float | None
    correct: float | None


@dataclass(frozen=True, slots=True)
class Heard:
    """One transcript whose words are known.

    Attributes:
        confidence: mean over the words heard.
        error_rate: word error rate; may exceed 1.
    """

    confidence: float
    error_rate: float

    @property
    def bad(self) -> bool:
        """Whether nobody should judge by it."""
        return self.error_rate > BAD


@dataclass(frozen=True, slots=True)
class Threshold:
    """From where on transcripts are judged, and what comes of it.

    Attributes:
        confidence: mean confidence from which an answer is judged.
        judged: transcripts at or above it.
        judged_bad: bad ones of those.
        withheld: transcripts below it.
        withheld_good: those of them that need not have been withheld.
    """

    confidence: float
    judged: int
    judged_bad: int
    withheld: int
    withheld_good: int


def reliability(words: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> Reliability:
    """Return the curve of words, each with its confidence and whether it is right.

    Args:
        words: confidences from the first edge to the last.
        edges: bounds of the bins, ascending.
    """
    inside: list[list[tuple[float, bool]]] = [[] for _ in edges[1:]]
    for word in words:
        place = sum(word[0] >= edge for edge in edges[1:-1])
        inside[place].append(word)
    bins = tuple(
        Bin(low, high, len(content), _mean(c for c, _ in content), _mean(ok for _, ok in content))
        for (low, high), content in zip(pairwise(edges), inside, strict=True)
    )
    n = sum(b.n for b in bins)
    if not n:
        return Reliability(bins, 0, None, None, None)
    return Reliability(
        bins=bins,
        n=n,
        error=sum(b.n * abs(b.correct - b.confidence) for b in bins) / n,
        confidence=sum(b.n * b.confidence for b in bins) / n,
        correct=sum(b.n * b.correct for b in bins) / n,
    )


def threshold(transcripts: Iterable[Heard], most_bad: float = MOST_BAD) -> Threshold | None:
    """Return the lowest threshold at which few of the judged transcripts are bad.

    It is put half way between the last transcript that is withheld and the first that is judged.

    Returns:
        None where there is no telling: no transcript is bad, or none good, or even the surest ones
        are too often bad.
    """
    ranked = sorted(transcripts, key=lambda t: t.confidence)
    if all(t.bad for t in ranked) or not any(t.bad for t in ranked):
        return None
    for first in range(len(ranked)):
        tied = first > 0 and ranked[first].confidence == ranked[first - 1].confidence
        kept = ranked[first:]
        if tied or sum(t.bad for t in kept) > most_bad * len(kept):
            continue
        below = ranked[first - 1].confidence if first else kept[0].confidence
        return outcome(ranked, (below + kept[0].confidence) / 2)
    return None


def outcome(transcripts: Sequence[Heard], confidence: float) -> Threshold:
    """Return what comes of a threshold that is given."""
    judged = [t for t in transcripts if t.confidence >= confidence]
    withheld = [t for t in transcripts if t.confidence < confidence]
    return Threshold(
        confidence=confidence,
        judged=len(judged),
        judged_bad=sum(t.bad for t in judged),
        withheld=len(withheld),
        withheld_good=sum(not t.bad for t in withheld),
    )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
