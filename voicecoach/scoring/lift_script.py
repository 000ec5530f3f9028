"""The wordings of what would lift an answer, typed; `voicecoach.content.lift` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicecoach.scoring.types import FACETS

LIFTED = (*FACETS, "alternatives", "other_side", "question")
"""What can lift a rating: the facets, one more rival ruled out, the other side's due, and answering
the question that was asked."""


@dataclass(frozen=True, slots=True)
class LiftWords:
    """How one measure is asked for; several wordings each.

    Attributes:
        what: names it inside a sentence, for stories and cases alike.
        thing: with ``{claim}`` and ``{thing}``: what moved, such as "the wait".
        claim: with ``{claim}``.
        own: with ``{words}`` that were a beginning of it.
        beside: with ``{words}`` on something else, to go on from.
        plain: without words of the candidate's, for a story.
        case: likewise, for something that has not been done yet.
    """

    what: tuple[str, ...]
    plain: tuple[str, ...]
    case: tuple[str, ...]
    thing: tuple[str, ...] = ()
    claim: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiftScript:
    """All wordings.

    Attributes:
        cases: types of question about what has not been done yet.
        one: with ``{what}`` and ``{to}``.
        two: with ``{first}``, ``{second}`` and ``{to}``.
        hollow: with ``{what}``: of an answer that holds hardly any facts.
        hollow_claim: with ``{claim}``: a sentence with nothing in it.
        hollow_plain: without one.
        hollow_case: likewise, of something that has not been done yet.
        full: of an answer at the highest rating.
        stretch: by probe, what would be asked of such an answer.
        measures: by facet and of `LIFTED`.
    """

    cases: tuple[str, ...]
    one: tuple[str, ...]
    two: tuple[str, ...]
    hollow: tuple[str, ...]
    hollow_claim: tuple[str, ...]
    hollow_plain: tuple[str, ...]
    hollow_case: tuple[str, ...]
    full: tuple[str, ...]
    stretch: Mapping[str, tuple[str, ...]] = field(hash=False)
    measures: Mapping[str, LiftWords] = field(hash=False)
