"""What measured values of delivery are compared with, typed, and how a value is put into words.

`voicecoach.content.delivery` reads it from ``prompts/delivery.yaml``. A band has soft edges, since
those who publish one disagree: a value beyond it is "a little fast" long before it is "fast". None
of this rates anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicecoach.scoring.first_content import Preambles

DESCRIBED = (
    "words_per_minute",
    "articulation_rate_wpm",
    "longest_pause_s",
    "fillers_per_minute",
    "voice_without_words",
    "hedges",
    "restarts",
    "i_share",
    "first_word_s",
    "first_content_s",
)
"""Values that may be described, in the order in which reports show them."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who says what a value should be.

    Attributes:
        name: of whoever says so.
        says: what, in one sentence.
        where: its address.
    """

    name: str
    says: str
    where: str


@dataclass(frozen=True, slots=True)
class Band:
    """Which values are comfortable, and from where on nobody recommends them.

    Attributes:
        low: of the comfortable band.
        high: of the comfortable band.
        lowest: the soft edge below it.
        highest: the soft edge above it.
        below: what a lower value is called, such as ``slow``.
        above: what a higher value is called.
        norm: who likes which values, in a few words.
        shortest_s: of an answer that can be compared; in less, one event makes a high rate.
    """

    low: float
    high: float
    lowest: float
    highest: float
    below: str
    above: str
    norm: str
    shortest_s: float

    def standing(self, value: float) -> str:
        """Return ``comfortable``, ``a little fast`` (soft edge) or ``fast``, say."""
        if self.low <= value <= self.high:
            return "comfortable"
        name, edge = (
            (self.below, value >= self.lowest)
            if value < self.low
            else (
                self.above,
                value <= self.highest,
            )
        )
        return f"a little {name}" if edge else name


@dataclass(frozen=True, slots=True)
class Measure:
    """How one value is told.

    Attributes:
        text: with ``{value}`` in it.
        band: None where no published norm is known, or where they contradict each other.
        note: what to know about it, '' for nothing.
        sources: what the band, or the note, rests on.
    """

    text: str
    band: Band | None
    note: str
    sources: tuple[Source, ...]

    def describe(self, value: float, duration_s: float | None) -> dict[str, object]:
        """Return the value in words, and where it stands; None where it is not compared."""
        standing, text = None, self.text.format(value=value)
        if self.band is not None and (duration_s or 0.0) >= self.band.shortest_s:
            standing = self.band.standing(value)
            text = f"{standing}: {text}; {self.band.norm}"
        return {
            "standing": standing,
            "text": text,
            "note": self.note,
            "sources": [source.name for source in self.sources],
        }


@dataclass(frozen=True, slots=True)
class DeliveryGuide:
    """All of it.

    Attributes:
        measures: by name, some of `DESCRIBED`, in its order.
        preambles: what is said before one says something.
    """

    measures: Mapping[str, Measure] = field(hash=False)
    preambles: Preambles = field(hash=False)


NO_GUIDE = DeliveryGuide({}, {})
"""Compares with nothing and knows no preambles."""
