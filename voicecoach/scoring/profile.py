"""What kind of talk an answer is: a story with facts, a list of terms, or warm air."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.scoring.cues import Hit
from voicecoach.scoring.findings import Findings
from voicecoach.scoring.rubric import Gates
from voicecoach.scoring.types import FACETS

_ABOUT_MEASURES = ("metric_choice", "argue_against_metric")

_CLOSE = 8
"""Words between a figure and what it counts."""

_REACH_OF_CHOICE = 12
"""Words after "what I'd measure is" within which the measure is named."""

_FACTUAL = tuple(f for f in FACETS if f not in {"structure", "ownership", "actionability"})
"""Facets whose strong cues tell a fact; an act alone ("we made some changes") need not."""

_MOST_CLAIMS = 3
"""More figures than this do not make a story more factual."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An answer in a few counts.

    Attributes:
        words: fillers included.
        numbers: places with a number.
        facts: kinds of fact told, and figures claimed, the latter at most three.
        stuffed: names everything and does nothing.
        vague: fluent, with nothing in it.
        vanity: offers a count of presence as the measure of success.
        vanity_alone: and measures nothing else.
    """

    words: int
    numbers: int
    facts: int
    stuffed: bool
    vague: bool
    vanity: bool
    vanity_alone: bool

    @property
    def hollow(self) -> bool:
        """Whether there is nothing behind the words, be they terms or pleasantries."""
        return self.stuffed or self.vague


def profile(findings: Findings, gates: Gates) -> Profile:
    """Return what kind of talk the findings show."""
    reading = findings.reading
    jargon = findings.density("words.jargon")
    numbers = sum(t.number and t.word not in {"one", "two"} for t in reading.tokens)
    concepts = sum(len(findings.concepts(f"{facet}.strong")) for facet in _FACTUAL)
    facts = concepts + min(_MOST_CLAIMS, len(findings.claims))
    stuffed = jargon >= gates.stuffed_jargon_anyway or (
        jargon >= gates.stuffed_jargon_per_100 and facts < gates.facts_of_a_story
    )
    argued = findings.followup and findings.of("isolation.weak")
    return Profile(
        words=reading.spoken_words,
        numbers=numbers,
        facts=facts,
        stuffed=stuffed,
        vague=not (stuffed or argued)
        and facts <= gates.vague_facts
        and numbers <= gates.vague_numbers,
        vanity=_vanity(findings),
        vanity_alone=_vanity_alone(findings),
    )


def _vanity(findings: Findings) -> bool:
    """Whether presence is what is counted: chosen as the measure, or the only thing measured."""
    counted = findings.of("words.vanity")
    if not counted:
        return False
    chosen = findings.of("vanity.chosen")
    if any(0 <= hit.start - choice.end <= _REACH_OF_CHOICE for choice in chosen for hit in counted):
        return True
    return _vanity_alone(findings)


def _vanity_alone(findings: Findings) -> bool:
    """Whether nothing is measured but presence, and that is offered as a figure."""
    counted = findings.of("words.vanity")
    if findings.of("metric_quality.strong"):
        return False
    figures = findings.outcome_spans
    asked_for = findings.question_type in _ABOUT_MEASURES
    return bool(counted) and (
        (asked_for and not figures)
        or any(_close(hit, figure) for hit in counted for figure in figures)
    )


def _close(hit: Hit, other: Hit) -> bool:
    return hit.start - other.end <= _CLOSE and other.start - hit.end <= _CLOSE
