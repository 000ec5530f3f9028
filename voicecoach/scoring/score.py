"""The judgement of one answer, from its words to its score."""

from __future__ import annotations

import math
from collections.abc import Mapping

from voicecoach.scoring.facets import judge_facets
from voicecoach.scoring.findings import Findings, find
from voicecoach.scoring.gates import closed_gate
from voicecoach.scoring.probes import rank_probes
from voicecoach.scoring.profile import Profile, profile
from voicecoach.scoring.rubric import QuestionRule, Rubric
from voicecoach.scoring.types import FACETS, Answer, FacetScore, Score

_MOST_ALTERNATIVES = 3


def score(answer: Answer, question_type: str, rubric: Rubric) -> Score:
    """Judge an answer. Same answer, same score; any text is accepted.

    Args:
        answer: what was said.
        question_type: one of `voicecoach.scoring.types.QUESTION_TYPES`.
        rubric: what to go by.
    """
    findings = find(answer, question_type, rubric)
    gate = closed_gate(findings, rubric.gates)
    if gate:
        return _not_scorable(findings, rubric.gates.why_not[gate], rubric)
    talk = profile(findings, rubric.gates)
    facets = judge_facets(findings, talk, rubric)
    alternatives = _alternatives(answer, talk)
    return Score(
        scorable=True,
        why_not=None,
        overall=overall(facets, alternatives, talk, rubric.questions[question_type], rubric),
        facets=facets,
        alternatives_ruled_out=alternatives,
        leadership_principles=_principles(findings, facets, talk, rubric),
        probes=rank_probes(findings, facets, alternatives, talk, rubric),
        delivery=_delivery(answer),
        words=talk.words,
    )


def overall(
    facets: Mapping[str, FacetScore],
    alternatives: int,
    talk: Profile,
    rule: QuestionRule,
    rubric: Rubric,
) -> float:
    """Combine the levels mechanically: a weighted share, then the caps, in half points."""
    worth = {0: 0.0, 1: rubric.half_level, 2: 1.0}
    shares = {name: worth[facet.level] for name, facet in facets.items()}
    shares["alternatives"] = alternatives / _MOST_ALTERNATIVES
    points = sum(weight * shares[name] for name, weight in rule.weights.items())
    value = 1 + 4 * points / sum(rule.weights.values())
    for cap in rule.caps:
        level = alternatives if cap.facet == "alternatives" else facets[cap.facet].level
        if level < cap.below:
            value = min(value, cap.at_most)
    if talk.stuffed:
        value = min(value, rubric.stuffed_cap)
    if talk.vague:
        value = min(value, rubric.vague_cap)
    return math.floor(2 * value + 0.5) / 2


def _not_scorable(findings: Findings, why_not: str, rubric: Rubric) -> Score:
    return Score(
        scorable=False,
        why_not=why_not,
        overall=None,
        facets={name: FacetScore(0, (), rubric.advice[name][0]) for name in FACETS},
        alternatives_ruled_out=0,
        leadership_principles=(),
        probes=(),
        delivery=_delivery(findings.reading.answer),
        words=findings.reading.spoken_words,
    )


def _alternatives(answer: Answer, talk: Profile) -> int:
    return 0


def _delivery(answer: Answer) -> dict[str, float | int | None]:
    return {}


def _principles(
    findings: Findings, facets: Mapping[str, FacetScore], talk: Profile, rubric: Rubric
) -> tuple[str, ...]:
    """Return the principles that the acts show; naming one earns nothing."""
    if talk.stuffed or talk.vague:
        return ()
    return tuple(
        name
        for name, rule in rubric.principles.items()
        if all(facets[facet].level >= level for facet, level in rule.facets.items())
        and (not rule.has_cues or findings.of(f"principle.{name}"))
    )
