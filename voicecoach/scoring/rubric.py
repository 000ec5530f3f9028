"""What the judge goes by, typed: cue phrases, weights, caps, gates, reasons for follow-ups.

`voicecoach.content.rubric` reads it from YAML; scoring only sees these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicecoach.scoring.cues import Matcher
from voicecoach.scoring.delivery_guide import NO_GUIDE, DeliveryGuide
from voicecoach.scoring.lift_script import LiftScript
from voicecoach.scoring.tagger import Tagger
from voicecoach.scoring.topic import AimRule, Topics

HEARD_BY = ("starter", "official", "other")
"""Kinds of recogniser's models: each is as sure of itself as it is."""


@dataclass(frozen=True, slots=True)
class Gates:
    """When an answer is not judged at all, or is taken for stuffed or vague.

    Attributes:
        fewest_words: of an answer to a question.
        fewest_words_followup: of an answer to a question of `followup_types`.
        followup_types: question types that are asked in the middle of a conversation.
        longest_words: what lies beyond is not read.
        lowest_confidence: mean confidence of the recogniser's words, 0 to 1; with the kind of model
            that hears.
        quote_confidence: confidence that each word of a claim must have to be read back; likewise.
        rough: whether nothing heard is judged, because the model does not know such voices.
        hears_fillers: whether that model writes "um" down.
        fewest_english_share: share of the words that must be common English ones.
        most_repetition: share of the runs of four words that were said before.
        off_topic: when an answer misses its question.
        stuffed_jargon_per_100: jargon in a hundred words from which an answer is stuffed...
        facts_of_a_story: ...if it has fewer facts than this.
        stuffed_jargon_anyway: from which it is stuffed whatever else it says.
        vague_facts: an answer with no more facts than this...
        vague_numbers: ...and no more numbers than this is vague.
        common_english: the words meant above.
        why_not: what to say, by gate.
    """

    fewest_words: int
    fewest_words_followup: int
    followup_types: tuple[str, ...]
    longest_words: int
    lowest_confidence: float
    quote_confidence: float
    hears_fillers: bool
    fewest_english_share: float
    most_repetition: float
    off_topic: AimRule
    stuffed_jargon_per_100: float
    facts_of_a_story: int
    stuffed_jargon_anyway: float
    vague_facts: int
    vague_numbers: int
    common_english: frozenset[str]
    why_not: Mapping[str, str] = field(hash=False)
    rough: bool = False


@dataclass(frozen=True, slots=True)
class Cap:
    """A hole that decides the matter.

    Attributes:
        facet: its name, or ``alternatives``, or ``other_side``.
        below: the cap applies when the level is lower than this.
        at_most: the highest overall that is left.
    """

    facet: str
    below: int
    at_most: float


@dataclass(frozen=True, slots=True)
class Call:
    """When an answer calls for a probe.

    Attributes:
        ask: the probe.
        talk: ``stuffed``, ``vague`` or ``hollow`` (either) where only such answers call for it.
        at_most: by facet, ``alternatives`` or ``other_side``: the levels may not be higher.
    """

    ask: str
    talk: str
    at_most: Mapping[str, int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class QuestionRule:
    """How an answer to one type of question is put together and what may follow it.

    Attributes:
        weights: by facet, or ``alternatives``.
        caps: holes that decide the matter.
        calls: for probes, in the order in which the question depends on what they ask for.
        stretch: probes for an answer in which nothing is missing.
    """

    weights: Mapping[str, float] = field(hash=False)
    caps: tuple[Cap, ...]
    calls: tuple[Call, ...]
    stretch: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrincipleRule:
    """When a leadership principle is heard.

    Attributes:
        facets: levels that the answer must reach.
        has_cues: whether one of its cue phrases must be found, too.
    """

    facets: Mapping[str, int] = field(hash=False)
    has_cues: bool


@dataclass(frozen=True, slots=True)
class Rubric:
    """All of it.

    Attributes:
        matcher: knows every cue; lists are named ``facet.strength.concept``, ``principle.NAME``
            and ``words.NAME``.
        gates: when not to judge.
        questions: by question type.
        cap_give: share of what exceeds a cap that stays.
        half_level: what level 1 is worth where level 2 is worth 1.
        alternatives_worth: what 0 to 3 answered alternatives are worth, likewise.
        stuffed_cap: highest overall of a stuffed answer.
        vague_cap: of a vague one.
        principles: by name.
        advice: by facet, one sentence for each level.
        lift: how to say what would lift an answer.
        delivery: what values of delivery are compared with; never part of the rating.
        tagger: the second reader; None for the cues alone.
        topics: which words speak for which type of question; None to believe any answer.
        prompts: the coach's own words, which count for nothing in an answer; see
            `voicecoach.scoring.tokens.without_recital`.
    """

    matcher: Matcher = field(hash=False)
    gates: Gates
    questions: Mapping[str, QuestionRule] = field(hash=False)
    half_level: float
    cap_give: float
    alternatives_worth: tuple[float, float, float, float]
    stuffed_cap: float
    vague_cap: float
    principles: Mapping[str, PrincipleRule] = field(hash=False)
    advice: Mapping[str, tuple[str, str, str]] = field(hash=False)
    lift: LiftScript
    delivery: DeliveryGuide = NO_GUIDE
    tagger: Tagger | None = field(default=None, hash=False)
    topics: Topics | None = field(default=None, hash=False)
    prompts: frozenset[tuple[str, ...]] = frozenset()
