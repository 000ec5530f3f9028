"""Which claim of the candidate a probe reads back, if any: a wrong quote is worse than none."""

from __future__ import annotations

from collections.abc import Iterable

from voicecoach.events import HESITATIONS
from voicecoach.scoring.claims import Claim
from voicecoach.scoring.clauses import words_between
from voicecoach.scoring.findings import Findings
from voicecoach.scoring.rubric import Gates
from voicecoach.scoring.vagueness import vague_clauses
from voicecoach.word_sets import word_set

CLARIFY = "clarify"
"""It reads back a vague sentence and no figure."""

_WITHOUT_CLAIM = frozenset({CLARIFY, "shorten", "structure", "disagreement", "ownership"})
"""Probes that are not about a figure, so none is read back."""

_SURE = 0.8
"""Certainty from which a claim is read back."""

_POINTERS = word_set("it they that there this those these its his her their one he she home")
_POINTING = word_set("ones one other others rest same")
"""A claim that begins so, or with "the" and this, leans on a sentence that is not read back."""

_NOT_YET_OVER = word_set(
    "goes go falls fall rises rise drops drop lose loses saves save costs cost grows grow gains",
    "gain losing growing falling rising dropping gaining saving costing increasing decreasing",
)
"""A claim with such a verb says how things are: nothing has come out yet."""

_LEVERS = word_set("limit threshold fee fees price prices budget cap quota charge deadline")
"""What somebody sets: moving it is the decision and not what came of it."""


_BESIDE = 2
"""Characters to reach into a neighbouring word: the space, and its first or last letter."""


def claim_in_doubt(probe: str, findings: Findings) -> Claim | None:
    """Return the result that a probe is about: the one that the answer rests on most."""
    return None if probe in _WITHOUT_CLAIM else _foremost(filter(_came_out, findings.claims))


def quote_for(probe: str, findings: Findings, gates: Gates) -> str:
    """Return a claim to read back where this probe makes sense of it, else ''.

    A claim that was heard uncertainly is passed over, for another one or for none.
    """
    if probe == CLARIFY:
        return _vague_quote(findings, gates)
    claim = sure_claim(probe, findings, gates)
    return claim.spoken if claim else ""


def sure_claim(probe: str, findings: Findings, gates: Gates) -> Claim | None:
    """Return that claim where its `spoken` can be read back, else None."""
    if probe in _WITHOUT_CLAIM:
        return None
    sure = (
        c
        for c in findings.claims
        if _came_out(c) and heard_surely(*c.spoken_chars, findings, gates)
    )
    claim = _foremost(sure)
    if claim is None or _leans(claim) or claim.certainty < _SURE:
        return None
    sized = claim.size is not None or claim.before is not None or claim.after is not None
    settled = (probe == "quantify" and sized) or (probe == "baseline" and claim.compared)
    return None if settled else claim


def vague_evidence(findings: Findings) -> str:
    """Return the first sentence with nothing in it, as it was said; '' if there is none."""
    clause = next(vague_clauses(findings.reading), None)
    return findings.reading.evidence(clause.start, clause.end).quote if clause else ""


def _vague_quote(findings: Findings, gates: Gates) -> str:
    """Return the first such sentence that was surely heard, to be read back."""
    for clause in vague_clauses(findings.reading):
        said = findings.reading.evidence(clause.start, clause.end)
        if heard_surely(said.start_char, said.end_char, findings, gates):
            return clause.spoken
    return ""


def heard_surely(start: int, end: int, findings: Findings, gates: Gates) -> bool:
    """Whether every word that would be read back was; what was typed always is.

    The words on both sides count too: "the wrong picks fell" is not "picks fell", and where the
    claim begins and ends is told from them.
    """
    answer = findings.reading.answer
    if not answer.words:
        return True
    said = words_between(answer, start - _BESIDE, end + _BESIDE)
    heard = (w.confidence for w in said if w.text not in HESITATIONS)
    return min(heard, default=0.0) >= gates.quote_confidence


def _foremost(claims: Iterable[Claim]) -> Claim | None:
    """Return the claim that says most: one that stands alone, best with both ends."""
    return max(claims, key=_weight, default=None)


def _came_out(claim: Claim) -> bool:
    """Whether it says how something moved in the end, in words that can be read back."""
    if not claim.spoken or claim.planned or claim.direction not in {"up", "down"}:
        return False
    lever = claim.metric.rpartition(" ")[2] in _LEVERS
    said = set(claim.spoken.split()) - set(claim.metric.split())  # "the cost per click fell"
    return not lever and not said & _NOT_YET_OVER


def _leans(claim: Claim) -> bool:
    first, *rest = claim.spoken.split()
    if first in _POINTERS or (first == "the" and rest[:1] and rest[0] in _POINTING):
        return True
    return not {"there", "here"}.isdisjoint(rest)


def _weight(claim: Claim) -> tuple[bool, bool, bool, float, int]:
    named = bool(claim.metric)
    return (not _leans(claim), named, claim.compared, claim.certainty, -claim.start_char)
