"""Measures in an answer: which of those named are counted there.

"We would watch complaints" names a measure; "complaints went from nine a week to four" and "how
many complained twice" count it.
"""

from __future__ import annotations

from voicecoach.scoring.cues import Hit
from voicecoach.scoring.findings import Findings
from voicecoach.scoring.quantities import MONEY_UNITS
from voicecoach.word_sets import word_set

_COUNTING = word_set("many often share percentage proportion percent rate number count counted per")
_WITHIN = 9
"""Words between a measure and what counts it."""

_PLANS = ("pricing_case", "prfaq", "voice_product")
"""Questions about what is to come, which are answered with a case first."""

_CHOOSING = word_set(
    "measure measured measures metric count counted counting watch track success target threshold",
)
_CHOSEN_WITHIN = 20
"""Words between a measure and the word that makes it one."""

_STAND_INS = word_set(
    "power energy cost costs price prices fee fees revenue sales income profit margin spend",
    "spending takings earnings budget tips curve area auc score rating listening viewing watching",
    "session sessions users visits views opens traffic installs usage engagement headcount",
)
"""What moves and says little of a customer's job: money, attention, the quality of a model."""

_SAME_MATTER = 25
"""Words between a count of presence and a figure that may be its own."""

_NEARBY = "metric_quality.strong.counted_nearby"


def counted(findings: Findings) -> list[Hit]:
    """Return the strong cues of a measure, without those that nothing near them counts.

    In a plan, what customers do may be the case and no measure of it: one cue alone has to stand
    where a measure is spoken of.
    """
    hits = [
        hit
        for hit in findings.of("metric_quality.strong")
        if hit.cue != _NEARBY or _is_counted(findings, hit)
    ]
    if len(hits) == 1 and findings.question_type in _PLANS and not _is_chosen(findings, hits[0]):
        return []
    return hits


def moved(findings: Findings) -> list[Hit]:
    """Return where something went from one figure to another that is more than a stand-in."""
    presence = findings.of("words.vanity")
    return [
        span
        for claim, span in ((c, findings.span_of(c)) for c in findings.claims)
        if claim.compared
        and not claim.planned
        and claim.before is not None
        and claim.unit not in MONEY_UNITS
        and not _STAND_INS.intersection(claim.metric.lower().split())
        and all(abs(hit.start - span.start) > _SAME_MATTER for hit in presence)
    ]


def named(findings: Findings) -> list[Hit]:
    """Return where a measure is named: the weak cues, and the strong ones that are not counted."""
    return [*findings.of("metric_quality.weak"), *findings.of(_NEARBY)]


def _is_counted(findings: Findings, hit: Hit) -> bool:
    tokens = findings.reading.tokens
    near = tokens[max(0, hit.start - _WITHIN) : hit.end + _WITHIN]
    return any((t.number and t.word != "one") or t.word in _COUNTING for t in near)


def _is_chosen(findings: Findings, hit: Hit) -> bool:
    near = findings.reading.words[max(0, hit.start - _CHOSEN_WITHIN) : hit.end + _CHOSEN_WITHIN]
    return not _CHOOSING.isdisjoint(near)
