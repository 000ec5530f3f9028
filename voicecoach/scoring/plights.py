"""Who is in trouble in an answer: cues for somebody's difficulty, less those about the speaker.

"The shopkeepers had been told eight months. I stopped it" holds a person and a word for trouble,
and nobody in difficulty; nor does "she thinks so" of a director. What tells them apart is who
stands between the two, and whom a pronoun stands for.
"""

from __future__ import annotations

from voicecoach.scoring.cues import Hit
from voicecoach.scoring.findings import Findings
from voicecoach.word_sets import word_set

_SPEAKER = word_set("i i'd i've i'll i'm we we'd we've we'll we're my our")
_SAYS = word_set(
    "say says said saying told tells ask asks asked asking goes going wrote write writes thinks",
    "thought think shouted answered replied complained",
)
_BACK = 90
"""How many words before a pronoun the one it stands for may have been named."""

_ANYBODY = word_set(
    "people folk folks guy someone somebody anyone the couple builder owner first small"
)
"""Words that name nobody in particular; they count with what goes wrong for them and not alone."""

_PRONOUNS = "customer.strong.one_of_them"


def in_trouble(findings: Findings) -> list[Hit]:
    """Return the hits of "customer.strong" that speak of somebody other than the speaker's side."""
    return [hit for hit in findings.of("customer.strong") if _of_somebody_else(findings, hit)]


def in_general(findings: Findings) -> list[Hit]:
    """Return where customers are spoken of, or people by their trade or role."""
    words = findings.reading.words
    named = [
        hit
        for hit in findings.of("customer.weak.somebody_named")
        if words[hit.start] not in _ANYBODY
    ]
    general = findings.of("customer.weak.customers_at_all")
    return [*general, *named]


def _of_somebody_else(findings: Findings, hit: Hit) -> bool:
    words = findings.reading.words[hit.start : hit.end]
    for at, word in enumerate(words):
        if word in _SPEAKER and not _SAYS.intersection(words[:at]):
            return False
    return hit.cue != _PRONOUNS or not _colleague(findings, hit.start)


def _colleague(findings: Findings, at: int) -> bool:
    """Whether the person named last before `at` works with the speaker."""
    colleagues = [h.start for h in findings.of("customer.colleague") if at - _BACK <= h.start < at]
    people = [h.start for h in findings.of("customer.weak") if at - _BACK <= h.start < at]
    return bool(colleagues) and max(colleagues) > max(people, default=-1)
