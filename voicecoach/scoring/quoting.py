"""Which claim of the candidate a probe reads back, if any: a wrong quote is worse than none."""

from __future__ import annotations

from voicecoach.scoring.claims import Claim
from voicecoach.scoring.findings import Findings
from voicecoach.scoring.plain import word_set

_WITHOUT_CLAIM = frozenset({"clarify", "shorten", "structure", "disagreement", "ownership"})
"""Probes that are not about a figure, so none is read back."""

_SURE = 0.8
"""Certainty from which a claim is read back."""

_POINTERS = word_set("it they that there this those these its his her their one he she home")
"""A claim that begins so leans on a sentence that is not read back with it."""


def claim_in_doubt(probe: str, findings: Findings) -> Claim | None:
    """Return the result that a probe is about: the one that the answer rests on most."""
    return None if probe in _WITHOUT_CLAIM else _result(findings)


def quote_for(probe: str, findings: Findings) -> str:
    """Return a claim to read back where this probe makes sense of it, else ''."""
    claim = claim_in_doubt(probe, findings)
    if claim is None:
        return ""
    sized = claim.size is not None or claim.before is not None or claim.after is not None
    if (probe == "quantify" and sized) or (probe == "baseline" and claim.compared):
        return ""
    leans = claim.spoken.partition(" ")[0] in _POINTERS
    return "" if leans or claim.certainty < _SURE else claim.spoken


def _result(findings: Findings) -> Claim | None:
    """Return the result that the answer rests on most: one that moved, best with both ends."""
    results = [
        claim
        for claim in findings.claims
        if claim.spoken and not claim.planned and claim.direction in {"up", "down"}
    ]
    return max(results, key=_weight, default=None)


def _weight(claim: Claim) -> tuple[bool, bool, bool, float, int]:
    leans = claim.spoken.partition(" ")[0] in _POINTERS
    return (not leans, bool(claim.metric), claim.compared, claim.certainty, -claim.start_char)
