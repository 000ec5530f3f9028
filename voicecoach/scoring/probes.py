"""Which follow-up an answer calls for, and why.

The rules are data (`voicecoach.scoring.rubric.Call`), one list for each type of question: what is
asked first is the weakest thing that the question depends on. After them come the stretches, and
last whatever the answer has not settled; what it has settled is asked again last of all.
"""

from __future__ import annotations

from collections.abc import Mapping

from voicecoach.scoring.findings import Findings
from voicecoach.scoring.profile import Profile
from voicecoach.scoring.quoting import CLARIFY, claim_in_doubt, quote_for, vague_evidence
from voicecoach.scoring.rubric import Call, Rubric
from voicecoach.scoring.types import PROBES, FacetScore, ProbeChoice

_ASKS_FOR = {
    "counterfactual": "isolation",
    "confounders": "isolation",
    "baseline": "quantified_result",
    "sensitivity": "sensitivity",
    "decision": "actionability",
    "so_what": "so_what",
    "metric_why": "metric_quality",
    "against_metric": "metric_quality",
    "customer": "customer",
    "ownership": "ownership",
    "quantify": "quantified_result",
    "tradeoff": "decision",
    "structure": "structure",
}
"""The facet that a probe is after."""


def rank_probes(
    findings: Findings,
    facets: Mapping[str, FacetScore],
    alternatives: int,
    talk: Profile,
    rubric: Rubric,
) -> tuple[ProbeChoice, ...]:
    """Return all probes, best first, each with what called for it."""
    rule = rubric.questions[findings.question_type]
    levels = {name: facet.level for name, facet in facets.items()}
    levels["alternatives"] = alternatives
    levels["other_side"] = 1 if findings.of("other_side") else 0
    reasons: dict[str, str] = {}
    for call in rule.calls:
        if _holds(call, levels, talk):
            reasons.setdefault(call.ask, _reason(call, levels))
    for probe in rule.stretch:
        reasons.setdefault(probe, "stretch")
    for settled in (False, True):
        for probe in PROBES:
            if (levels.get(_ASKS_FOR.get(probe, ""), 0) == 2) is settled:
                reasons.setdefault(probe, "settled" if settled else "still_open")
    return tuple(
        ProbeChoice(
            probe=probe,
            rule=reason,
            evidence=_evidence(probe, findings, facets),
            claim=quote_for(probe, findings, rubric.gates),
            urgency=float(len(PROBES) - place),
        )
        for place, (probe, reason) in enumerate(reasons.items())
    )


def _holds(call: Call, levels: Mapping[str, int], talk: Profile) -> bool:
    kinds = {"stuffed": talk.stuffed, "vague": talk.vague, "hollow": talk.hollow, "": True}
    return kinds[call.talk] and all(levels[name] <= most for name, most in call.at_most.items())


def _reason(call: Call, levels: Mapping[str, int]) -> str:
    """Name the rule: the kind of talk, or the weakest facet that it asks for."""
    if call.talk:
        return "terms_without_facts" if call.talk == "stuffed" else "nothing_concrete"
    if not call.at_most:
        return "stretch"
    facet = min(call.at_most, key=lambda name: levels[name])
    return f"{facet}_{'missing' if levels[facet] == 0 else 'thin'}"


def _evidence(probe: str, findings: Findings, facets: Mapping[str, FacetScore]) -> str:
    """Return the words that the probe rests on: what is vague or thin, or the claim it doubts."""
    if probe == CLARIFY:
        return vague_evidence(findings)
    facet = _ASKS_FOR.get(probe, "")
    if facet and facets[facet].level == 1 and facets[facet].evidence:
        return facets[facet].evidence[0].quote
    claim = claim_in_doubt(probe, findings)
    return claim.quote if claim else ""
