"""The judgement of one answer, from its words to its score."""

from __future__ import annotations

from collections.abc import Mapping

from voicecoach.scoring.alternatives import count_alternatives
from voicecoach.scoring.delivery import measure_delivery
from voicecoach.scoring.facets import judge_facets
from voicecoach.scoring.findings import Findings, find
from voicecoach.scoring.gates import aim_of, closed_gate
from voicecoach.scoring.lift import find_lift
from voicecoach.scoring.opening import opening_landmarks
from voicecoach.scoring.overall import Standing, overall
from voicecoach.scoring.probes import rank_probes
from voicecoach.scoring.profile import Profile, profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.second_reading import read_again
from voicecoach.scoring.topic import Aim
from voicecoach.scoring.types import (
    FACETS,
    Answer,
    Delivery,
    FacetScore,
    Landmark,
    ProbeChoice,
    Score,
)


def score(answer: Answer, question_type: str, rubric: Rubric) -> Score:
    """Judge an answer. Same answer, same score; any text is accepted.

    Args:
        answer: what was said.
        question_type: one of `voicecoach.scoring.types.QUESTION_TYPES`.
        rubric: what to go by.
    """
    findings = find(answer, question_type, rubric)
    talk = profile(findings, rubric.gates)
    aim = aim_of(findings, talk, rubric)
    gate = closed_gate(findings, rubric.gates) or ("off_topic" if aim.off else None)
    if gate:
        return _not_scorable(findings, gate, rubric)
    by_cues, named = judge_facets(findings, talk, rubric)
    facets = read_again(findings, talk, by_cues, named, rubric)
    alternatives = 0 if talk.hollow else count_alternatives(findings.reading.said_once)
    standing = _standing(findings, facets, named, alternatives, talk, aim)
    return Score(
        scorable=True,
        why_not=None,
        overall=overall(standing, rubric),
        facets=facets,
        alternatives_ruled_out=alternatives,
        leadership_principles=_principles(findings, facets, talk, rubric),
        probes=rank_probes(findings, facets, alternatives, talk, rubric),
        delivery=_delivery(answer, rubric),
        words=talk.words,
        lift=find_lift(standing, facets, findings, rubric),
        opening=_opening(answer, question_type),
    )


def _standing(
    findings: Findings,
    facets: Mapping[str, FacetScore],
    named: frozenset[str],
    alternatives: int,
    talk: Profile,
    aim: Aim,
) -> Standing:
    """Return what the rating depends on; what is only named is worth nothing here."""
    levels = {name: facet.level for name, facet in facets.items()}
    levels |= dict.fromkeys(named, 0)
    levels["alternatives"] = alternatives
    levels["other_side"] = 1 if findings.of("other_side") else 0
    return Standing(findings.question_type, levels, talk.stuffed, talk.vague, aim.rather)


def _not_scorable(findings: Findings, gate: str, rubric: Rubric) -> Score:
    """Return a judgement that abstains.

    What it calls for is to be told again, concretely; but not where nobody can judge what is told:
    there anything may follow that needs no quote.
    """
    rule = rubric.questions[findings.question_type]
    asked = dict.fromkeys([*(call.ask for call in rule.calls if not call.talk), *rule.stretch])
    wanted = tuple(asked) if gate == "rough_model" else ("clarify",)
    probes = tuple(ProbeChoice(name, f"gate_{gate}", "", "", urgency=0.0) for name in wanted)
    return Score(
        scorable=False,
        why_not=rubric.gates.why_not[gate],
        overall=None,
        facets={name: FacetScore(0, (), rubric.advice[name][0]) for name in FACETS},
        alternatives_ruled_out=0,
        leadership_principles=(),
        probes=probes,
        delivery=_delivery(findings.reading.answer, rubric),
        words=findings.reading.spoken_words,
        opening=None
        if gate == "rough_model"
        else _opening(findings.reading.answer, findings.question_type),
    )


def _opening(answer: Answer, question_type: str) -> dict[str, Landmark | None] | None:
    """Return where each landmark of an opening was first heard; None for any other answer."""
    if question_type != "opening_90s":
        return None
    return opening_landmarks(answer.words, answer.text).by_name


def _delivery(answer: Answer, rubric: Rubric) -> Delivery:
    """Return how it was spoken; that no "um" is there says something only if one would be."""
    would_be = True if answer.words and rubric.gates.hears_fillers else None
    return measure_delivery(answer, rubric.delivery, writes_hesitations=would_be)


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
