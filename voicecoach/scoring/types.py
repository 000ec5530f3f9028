"""What is judged, and what a judgement looks like."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicecoach.events import Span, Word

FACETS = (
    "isolation",
    "sensitivity",
    "actionability",
    "metric_quality",
    "customer",
    "decision",
    "ownership",
    "quantified_result",
    "so_what",
    "structure",
)
"""What is judged 0, 1 or 2, in the order in which reports show it."""

FULL_LEVEL = 2
"""Level of a facet that an answer has shown completely."""

PROBES = (
    "counterfactual",
    "confounders",
    "sensitivity",
    "decision",
    "so_what",
    "metric_why",
    "against_metric",
    "baseline",
    "customer",
    "ownership",
    "quantify",
    "tradeoff",
    "disagreement",
    "clarify",
    "shorten",
    "structure",
)
"""Follow-ups, each with a purpose."""

QUESTION_TYPES = (
    "data_story",
    "counterfactual_followup",
    "metric_choice",
    "argue_against_metric",
    "opening_90s",
    "leadership_conflict",
    "voice_product",
    "pricing_case",
    "stop_decision",
    "prfaq",
)
"""Kinds of question: which facets weigh how much depends on it."""

PRINCIPLES = (
    "Customer Obsession",
    "Ownership",
    "Invent and Simplify",
    "Are Right, A Lot",
    "Learn and Be Curious",
    "Hire and Develop the Best",
    "Insist on the Highest Standards",
    "Think Big",
    "Bias for Action",
    "Frugality",
    "Earn Trust",
    "Dive Deep",
    "Have Backbone; Disagree and Commit",
    "Deliver Results",
    "Strive to be Earth's Best Employer",
    "Success and Scale Bring Broad Responsibility",
)
"""The sixteen leadership principles."""


LANDMARKS = ("customer", "decision", "metric", "cause")
"""What an opening has to hold."""

OPENING_S = 90.0
"""How long an opening lasts, in seconds: what is heard later is heard too late."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is judged: words, and what is known of how they were spoken.

    Attributes:
        text: the transcript; may be lower case and without punctuation.
        words: with times and confidences, empty for typed text. Joined by single spaces they are
            `text`.
        duration_s: from first to last word, without `breaks`, in seconds; None for typed text.
        voiced_s: seconds of voice; None for typed text.
        voice: the stretches of voice, in order, on the words' time scale; empty where they are not
            known.
        breaks: how many words had been said each time that somebody else spoke in between.
        asked_s: when the question was over and the floor was the candidate's, likewise; None where
            that is not known.
    """

    text: str
    words: tuple[Word, ...] = ()
    duration_s: float | None = None
    voiced_s: float | None = None
    voice: tuple[Span, ...] = ()
    breaks: tuple[int, ...] = ()
    asked_s: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the answer, verbatim.

    Attributes:
        quote: ``text[start_char:end_char]`` of the answer.
        start_s: when its first word was spoken, on the answer's time scale; None for typed text.
        end_s: when its last word ended, likewise.
    """

    quote: str
    start_char: int
    end_char: int
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class FacetScore:
    """One facet's level with what it rests on.

    Attributes:
        level: 0, 1 or 2.
        evidence: best first; empty at level 0.
        advice: one sentence, for the ear: what to keep at level 2, what to add below it.
    """

    level: int
    evidence: tuple[Evidence, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class ProbeChoice:
    """A follow-up that this answer calls for.

    Attributes:
        probe: its name.
        rule: what called for it, such as ``result_without_comparison``.
        evidence: the candidate's words that it rests on; may be empty.
        claim: a claim fit to be read back inside a spoken sentence ("checkout completion fell three
            percent"); empty where nothing can be quoted safely.
        urgency: orders the choices; higher is more urgent.
    """

    probe: str
    rule: str
    evidence: str
    claim: str
    urgency: float


@dataclass(frozen=True, slots=True)
class Landmark:
    """One thing heard for the first time.

    Attributes:
        at_s: when its first word began, in seconds from the answer's first word; None for typed
            text.
        word: number of words before it.
        quote: the words, verbatim.
        start_char: offset of the quote's first character.
        end_char: offset after its last one.
        whose: for a decision ``I``, ``we`` or ``others``; '' otherwise.
    """

    at_s: float | None
    word: int
    quote: str
    start_char: int
    end_char: int
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Lift:
    """What would lift an answer's rating by a point, as far as that can be told.

    Attributes:
        facets: what is missing, the one that lifts most first: names of `FACETS`, ``alternatives``
            or ``other_side``. Two where one would not do, none where nothing is left to lift.
        to: the rating with them.
        sentence: names them in plain words, for the ear.
        hint: how to say it instead, made of the candidate's own words where they can be quoted.
    """

    facets: tuple[str, ...]
    to: float
    sentence: str
    hint: str


Measured = float | int | Sequence[Mapping[str, object]] | None
"""A value of delivery: a number, a list of where and what, or None where it cannot be known."""

Delivery = Mapping[str, Measured]
"""Values of delivery by name; see `voicecoach.scoring.delivery`."""


@dataclass(frozen=True, slots=True)
class Score:
    """The judgement of one answer.

    Attributes:
        scorable: whether there is enough to judge; if not, the levels are all 0 and mean nothing.
        why_not: one kind sentence, None when scorable.
        overall: 1 to 5 in half points, None when not scorable.
        facets: by name, every one of `FACETS`.
        alternatives_ruled_out: 0 to 3: rival explanations that were named and answered.
        leadership_principles: those acted out, names of `PRINCIPLES`.
        probes: what to ask next, best first.
        delivery: measured values by name; None where they cannot be known. Never part of `overall`.
        words: number of words.
        lift: what would lift it; None when not scorable, or where an older record does not tell.
        opening: for an opening, where each of `LANDMARKS` was first heard, None for what was not;
            None for other answers, and for words that nobody can rely on.
    """

    scorable: bool
    why_not: str | None
    overall: float | None
    facets: Mapping[str, FacetScore] = field(hash=False)
    alternatives_ruled_out: int
    leadership_principles: tuple[str, ...]
    probes: tuple[ProbeChoice, ...]
    delivery: Delivery = field(hash=False)
    words: int
    lift: Lift | None = None
    opening: Mapping[str, Landmark | None] | None = field(default=None, hash=False)

    def to_json(self) -> dict[str, Any]:
        """Return the document that ``voicecoach score --json`` prints."""
        facets = {}
        for name, facet in self.facets.items():
            evidence = [
                {k: v for k, v in dataclasses.asdict(e).items() if v is not None}
                for e in facet.evidence
            ]
            facets[name] = {"level": facet.level, "evidence": evidence, "advice": facet.advice}
        return {
            "scorable": self.scorable,
            "why_not": self.why_not,
            "overall": self.overall,
            "facets": facets,
            "alternatives_ruled_out": self.alternatives_ruled_out,
            "leadership_principles": list(self.leadership_principles),
            "next_probes": [p.probe for p in self.probes],
            "probe_reasons": [dataclasses.asdict(p) for p in self.probes],
            "delivery": dict(self.delivery),
            "words": self.words,
            "lift": dataclasses.asdict(self.lift) | {"facets": list(self.lift.facets)}
            if self.lift
            else None,
            "opening": {
                name: mark and dataclasses.asdict(mark) for name, mark in self.opening.items()
            }
            if self.opening is not None
            else None,
        }


def to_half_point(value: float) -> float:
    """Return a rating to the nearest half point; a quarter goes up."""
    return math.floor(2 * value + 0.5) / 2


def mean_overall(scores: Iterable[Score]) -> float | None:
    """Return the mean of the ratings to the nearest half point; None where nothing was rated."""
    ratings = [score.overall for score in scores if score.overall is not None]
    return to_half_point(sum(ratings) / len(ratings)) if ratings else None


def read_score(document: Mapping[str, Any]) -> Score | None:
    """Return the score of a document made by `Score.to_json`, None when it is none."""
    try:
        return Score(
            scorable=bool(document["scorable"]),
            why_not=None if document["why_not"] is None else str(document["why_not"]),
            overall=None if document["overall"] is None else float(document["overall"]),
            facets={name: _facet(document["facets"][name]) for name in FACETS},
            alternatives_ruled_out=int(document["alternatives_ruled_out"]),
            leadership_principles=tuple(str(p) for p in document["leadership_principles"]),
            probes=tuple(_probe(p) for p in document.get("probe_reasons", ())),
            delivery={str(k): _measured(v) for k, v in document["delivery"].items()},
            words=int(document["words"]),
            lift=_lift(document.get("lift")),
            opening=_opening(document.get("opening")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _facet(document: Mapping[str, Any]) -> FacetScore:
    evidence = tuple(
        Evidence(
            quote=str(e["quote"]),
            start_char=int(e["start_char"]),
            end_char=int(e["end_char"]),
            start_s=_number(e.get("start_s")),
            end_s=_number(e.get("end_s")),
        )
        for e in document["evidence"]
    )
    level = min(2, max(0, int(document["level"])))
    return FacetScore(level=level, evidence=evidence, advice=str(document["advice"]))


def _probe(document: Mapping[str, Any]) -> ProbeChoice:
    return ProbeChoice(
        probe=str(document["probe"]),
        rule=str(document["rule"]),
        evidence=str(document["evidence"]),
        claim=str(document["claim"]),
        urgency=float(document["urgency"]),
    )


def _lift(document: Mapping[str, Any] | None) -> Lift | None:
    if document is None:
        return None  # older records have none
    return Lift(
        facets=tuple(str(name) for name in document["facets"]),
        to=float(document["to"]),
        sentence=str(document["sentence"]),
        hint=str(document["hint"]),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _measured(value: Any) -> Measured:
    if isinstance(value, (list, tuple)):
        return [{str(k): v for k, v in item.items()} for item in value]
    return _number(value)


def _opening(document: Mapping[str, Any] | None) -> dict[str, Landmark | None] | None:
    if document is None:
        return None
    return {name: _landmark(document[name]) for name in LANDMARKS}


def _landmark(document: Mapping[str, Any] | None) -> Landmark | None:
    if document is None:
        return None
    return Landmark(
        at_s=_number(document["at_s"]),
        word=int(document["word"]),
        quote=str(document["quote"]),
        start_char=int(document["start_char"]),
        end_char=int(document["end_char"]),
        whose=str(document["whose"]),
    )
