"""The forms in which figures are claimed, over a marked line.

A form proposes drafts; `voicecoach.scoring.claims` decides which of them stand. A form may be
eager, but it must be right about direction, size and unit where it speaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.scoring.forms import comparisons, ends, figures, moves
from voicecoach.scoring.forms.draft import Draft, Form, Match
from voicecoach.scoring.marked import MarkedLine

FORMS: tuple[Form, ...] = (
    ends.BY_FROM_TO,
    ends.FROM_TO,
    ends.TO_FROM,
    ends.UP_FROM,
    ends.PLAIN_TO,
    moves.UNMOVED,
    comparisons.VERSUS,
    comparisons.PARALLEL,
    ends.BEFORE_AFTER,
    comparisons.AS_MANY,
    comparisons.SAME_VERB,
    figures.COST,
    figures.FAILED,
    moves.OFF,
    moves.IN_HALF,
    moves.BY,
    moves.BE_UP,
    moves.BETTER_BY,
    comparisons.NOUN_AFTER,
    comparisons.NOUN_BEFORE,
    moves.LEVEL,
    moves.TO,
    moves.REACHED,
    moves.MULTIPLIED,
    comparisons.COMPARATIVE,
    comparisons.TIMES_WHAT,
    moves.SIGNED,
    figures.MONEY,
    figures.SHARE_OF,
    comparisons.OTHERS,
    figures.VALUE,
    moves.UP_ALONE,
)
"""Surest first: an amount that a form has used is not read again by a later one."""

__all__ = ["FORMS", "Draft", "drafts"]


def drafts(line: MarkedLine) -> Iterator[Draft]:
    """Yield what every form proposes, surest forms first."""
    for form in FORMS:
        for match in form.pattern.finditer(line.line):
            draft = form.read(Match(line, match))
            if draft is not None:
                yield draft
