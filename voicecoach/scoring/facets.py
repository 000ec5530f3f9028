"""The judges of the ten facets: from what the cues found to a level with its evidence.

Every judge follows the same rule, what is done counts and what is named does not: level 2 needs a
strong cue, level 1 a weak one. What differs from facet to facet is said in each judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from voicecoach.scoring.cues import Hit
from voicecoach.scoring.findings import Findings
from voicecoach.scoring.profile import Profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import FACETS, FacetScore

_Verdict = tuple[int, Sequence[Hit]]


def judge_facets(findings: Findings, talk: Profile, rubric: Rubric) -> dict[str, FacetScore]:
    """Return the level of every facet, with evidence and advice."""
    scores = {}
    for facet in FACETS:
        level, hits = _JUDGES.get(facet, _plain(facet))(findings, talk)
        if (talk.stuffed or talk.vague) and facet != "structure":
            level = min(level, 1)
        evidence = findings.quote(hits) if level else ()
        scores[facet] = FacetScore(level, evidence, rubric.advice[facet][level])
    return scores


def _plain(facet: str) -> Callable[[Findings, Profile], _Verdict]:
    def judge(findings: Findings, talk: Profile) -> _Verdict:
        strong = findings.of(f"{facet}.strong")
        if strong:
            return 2, strong
        weak = findings.of(f"{facet}.weak")
        return (1, weak) if weak else (0, ())

    return judge


def _isolation(findings: Findings, talk: Profile) -> _Verdict:
    strong = findings.of("isolation.strong")
    if strong:
        return 2, strong
    weak = findings.of("isolation.weak")
    return (1, weak) if weak else (0, ())


def _structure(findings: Findings, talk: Profile) -> _Verdict:
    """Early point, no wandering, and something to tell."""
    headline = findings.of("structure.strong.headline")
    wandering = findings.of("structure.against.wandering")
    early = [hit for hit in headline if hit.start < 30]
    if talk.vague or talk.stuffed or not early or len(wandering) > 1:
        return (0 if len(wandering) > 2 else 1), headline[:1]
    return 2, early[:1]


_JUDGES: Mapping[str, Callable[[Findings, Profile], _Verdict]] = {
    "isolation": _isolation,
    "structure": _structure,
}
