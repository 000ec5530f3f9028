"""What a reply in a drill has put on the table: the points that a listener waits for.

A point is one thing that is either heard, with the words it was heard in, or missed. Which points a
step of a drill waits for is content; how each is recognised is a check of
`voicecoach.scoring.drill_checks`. A list of terms shows nothing, however many points it names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from voicecoach.scoring.plain import PlainLine
from voicecoach.word_sets import word_set

POINTS = word_set(
    "behaviour three_measures blind_spot wrong_way repair answers_flaw verdict customer choice",
    "outcome brief_method benefit disproof number_first hypothesis trial belief contrary stopped",
    "price worth cost ruling stand guardrail stop_line principle own_act stakes",
)
"""Every point that a drill's file may name."""

KEYED = frozenset({"verdict", "principle"})
"""Points that need to know what the prompt calls for."""

NAMING = frozenset({"behaviour", "principle"})
"""Points that can tell what was heard in their place."""

_TERMS = word_set(
    "guardrail guardrails holdout holdouts holdback counterfactual counterfactuals incrementality",
    "kpi kpis okr okrs north-star indicator indicators stakeholder stakeholders alignment",
    "cannibalisation cannibalization elasticity causality causal inference significance",
    "statistical",
    "framework frameworks synergy seamless frictionless delightful innovation scalable leverage",
    "segmentation normalisation normalization cohorts cohort confounding confounders seasonality",
    "survivorship simpson's goodhart's bias hypothesis experiment funnel activation acquisition",
    "retention engagement rollback robustness falsification excellence pivot fallacy",
    "value metric metrics lifetime opportunity cost trade offs decision driven obsession ownership",
    "classifier embeddings regression accuracy pipeline threshold latency wakes sunk kill criteria",
    "quality bar standards trust dive deep deliver results root cause best practices customer star",
    "leading lagging input output counter composite success return investment ab testing test",
    "working backwards journey class north stakeholder's management fast fail data impact",
)
"""Words that name a method or a virtue. Any of them is harmless; nothing but them is a list."""

_LITTLE = word_set(". , a an the and or of with it i'd i would my our by to for in is are")
"""Words that tell neither a list from a sentence."""

_FEWEST_TERMS = 3
"""Fewer terms than these are no list, whatever else is said."""

_LISTED_SHARE = 0.6
"""Share of such words from which a reply is taken for a list of terms."""


@dataclass(frozen=True)
class Reply:
    """What was said in one step of a drill.

    Attributes:
        text: the transcript, with or without punctuation.
        key: what the prompt calls for, where that can be right or wrong; else ''.
        earlier: what was said in the steps before, in this round.
        principles: leadership principles that the scorer heard in it.
        line: its plain view.
    """

    text: str
    key: str = ""
    earlier: tuple[str, ...] = ()
    principles: tuple[str, ...] = ()

    @cached_property
    def line(self) -> PlainLine:
        """The words without fillers and repeats, for patterns to read."""
        return PlainLine(self.text)


@dataclass(frozen=True, slots=True)
class Found:
    """Where a point was heard: ``text[start_char:end_char]``."""

    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class Missed:
    """That a point was not heard; `instead` is what was, fit to be said aloud, or ''."""

    instead: str = ""


Check = Callable[[Reply], "Found | Missed"]
"""Looks for one point; pure."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point after a reply.

    Attributes:
        name: of its check.
        heard: whether it was heard.
        quote: the words that it was heard in, verbatim; '' where it was not.
        start_char: offset of the quote's first character.
        end_char: offset after its last one.
        instead: what was heard in its place, '' for nothing.
    """

    name: str
    heard: bool
    quote: str = ""
    start_char: int = 0
    end_char: int = 0
    instead: str = ""


def judge_reply(reply: Reply, checks: Sequence[tuple[str, Check]]) -> tuple[Point, ...]:
    """Return the points in the order of their checks."""
    if is_list_of_terms(reply.line):
        return tuple(Point(name, heard=False) for name, _ in checks)
    return tuple(_point(name, check(reply), reply.text) for name, check in checks)


def _point(name: str, found: Found | Missed, text: str) -> Point:
    if isinstance(found, Missed):
        return Point(name, heard=False, instead=found.instead)
    quote = text[found.start_char : found.end_char]
    if is_list_of_terms(PlainLine(quote)):
        return Point(name, heard=False)
    return Point(name, True, quote, found.start_char, found.end_char)


def is_list_of_terms(line: PlainLine) -> bool:
    """Whether words name terms and say nothing with them."""
    words = [t.text for t in line.tokens if t.text not in _LITTLE]
    terms = sum(word in _TERMS for word in words)
    return terms >= _FEWEST_TERMS and terms >= _LISTED_SHARE * len(words)
