"""What kind of talk an answer is: a story with facts, a list of terms, or warm air."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.scoring.findings import Findings, merged
from voicecoach.scoring.rubric import Gates
from voicecoach.scoring.types import FACETS

_EARNED = tuple(f"{facet}.strong" for facet in FACETS if facet != "structure")


@dataclass(frozen=True, slots=True)
class Profile:
    """An answer in a few counts.

    Attributes:
        words: fillers included.
        jargon_per_100: places with jargon in a hundred words.
        hollow_per_100: places with words that say little, likewise.
        numbers: places with a number.
        facts: kinds of fact: distinct strong cues, and numbers, the latter at most four.
        stuffed: names everything and does nothing.
        vague: fluent, with nothing in it.
    """

    words: int
    jargon_per_100: float
    hollow_per_100: float
    numbers: int
    facts: int
    stuffed: bool
    vague: bool


def profile(findings: Findings, gates: Gates) -> Profile:
    """Return what kind of talk the findings show."""
    reading = findings.reading
    jargon = findings.density("words.jargon")
    numbers = sum(t.number and t.word not in {"one", "two"} for t in reading.tokens)
    concepts = sum(len(findings.concepts(prefix)) for prefix in _EARNED)
    facts = concepts + min(4, numbers)
    stuffed = jargon >= gates.stuffed_jargon_anyway or (
        jargon >= gates.stuffed_jargon_per_100 and facts < gates.facts_of_a_story
    )
    return Profile(
        words=reading.spoken_words,
        jargon_per_100=jargon,
        hollow_per_100=findings.density("words.hollow"),
        numbers=numbers,
        facts=facts,
        stuffed=stuffed,
        vague=not stuffed and facts < gates.vague_facts,
    )


__all__ = ["Profile", "merged", "profile"]
