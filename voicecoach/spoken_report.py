"""A session's report for the ear: what the screen shows at its end, in words to be said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from voicecoach.debrief import Question, tell
from voicecoach.dialog.drill_rounds import in_a_row
from voicecoach.drill_results import Round, Trend, rounds_of
from voicecoach.events import Event

Phrases = Mapping[str, Sequence[str]]

_SPOKEN_SESSIONS = 4
"""More numbers in a row than this are not kept in mind."""


def spoken_details(events: Sequence[Event], phrases: Phrases) -> tuple[str, ...]:
    """Return the judgement of each question and of each round, a few short sentences each.

    Args:
        events: of the session.
        phrases: wordings with the slots of `voicecoach.dialog.lobby.LOBBY_PHRASES`.
    """
    rounds = rounds_of(events)
    if rounds:
        return tuple(_round(each, phrases) for each in rounds)
    questions = [question for question in tell(events).questions if question.score is not None]
    return tuple(_question(n, each, phrases) for n, each in enumerate(questions, 1))


def spoken_trend(trends: Iterable[Trend], phrases: Phrases) -> tuple[str, ...]:
    """Return how the drills went from session to session, where there was more than one."""
    courses = (trend.shares[-_SPOKEN_SESSIONS:] for trend in trends)
    return tuple(
        phrases["trend"][0].format(course=", ".join(f"{100 * share:.0f}" for share in shares))
        for shares in courses
        if len(shares) > 1
    )


def _question(number: int, question: Question, phrases: Phrases) -> str:
    score = question.score
    assert score is not None
    if not score.scorable or score.overall is None:
        why_not = score.why_not or ""
        return phrases["question_unscored"][0].format(number=number, why_not=why_not).strip()
    parts = [phrases["question"][0].format(number=number, overall=f"{score.overall:g}")]
    for level, key in ((2, "shown"), (1, "thin"), (0, "missing")):
        named = [name for name, facet in score.facets.items() if facet.level == level]
        if named:
            parts.append(phrases[key][0].format(facets=_list(named)))
    if score.lift:
        parts += [score.lift.sentence, score.lift.hint]
    return " ".join(parts)


def _round(each: Round, phrases: Phrases) -> str:
    of = phrases["round"][0]
    parts = [of.format(number=each.number, heard=each.heard, of=each.of)]
    missed = [point.name for point in each.points if not point.heard]
    if missed:
        parts.append(phrases["round_missing"][0].format(points=_list(missed)))
    return " ".join(parts)


def _list(names: Sequence[str]) -> str:
    """Return names as they stand on the screen, as a spoken list."""
    return in_a_row([name.replace("_", " ") for name in names])
