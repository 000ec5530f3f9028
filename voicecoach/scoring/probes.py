"""Which follow-up an answer calls for, and why."""

from __future__ import annotations

from collections.abc import Mapping

from voicecoach.scoring.findings import Findings
from voicecoach.scoring.profile import Profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import PROBES, FacetScore, ProbeChoice

_ASKS_FOR = {
    "counterfactual": "isolation",
    "baseline": "isolation",
    "sensitivity": "sensitivity",
    "decision": "actionability",
    "so_what": "so_what",
    "metric_why": "metric_quality",
    "customer": "customer",
    "ownership": "ownership",
    "quantify": "quantified_result",
    "tradeoff": "decision",
    "structure": "structure",
}


def rank_probes(
    findings: Findings,
    facets: Mapping[str, FacetScore],
    alternatives: int,
    talk: Profile,
    rubric: Rubric,
) -> tuple[ProbeChoice, ...]:
    """Return all probes, best first."""
    rule = rubric.questions[findings.question_type]
    urgency = dict.fromkeys(PROBES, 0.0)
    reasons = dict.fromkeys(PROBES, "not_called_for")
    for place, probe in enumerate(rule.needs):
        facet = _ASKS_FOR.get(probe)
        level = facets[facet].level if facet else 1
        urgency[probe] = (2 - level) * 10 - place
        reasons[probe] = "weakest_need"
    for place, probe in enumerate(rule.stretch):
        urgency[probe] = max(urgency[probe], 5 - place)
    if talk.vague or talk.stuffed:
        urgency["clarify"] = 30
        reasons["clarify"] = "nothing_concrete"
    order = sorted(PROBES, key=lambda p: -urgency[p])
    return tuple(ProbeChoice(p, reasons[p], "", "", urgency[p]) for p in order)
