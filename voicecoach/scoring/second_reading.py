"""What the second reader sees that the cues did not, and what it doubts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from voicecoach.scoring.findings import Findings
from voicecoach.scoring.profile import Profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.tagger import Tagged
from voicecoach.scoring.types import Evidence, FacetScore

FEWEST_WORDS = 40
"""An answer of fewer words, fillers left out, is judged by its cues alone."""

_MOST_QUOTES = 2


def cue_levels(facets: Mapping[str, FacetScore], named: Collection[str]) -> dict[str, int]:
    """Return the levels by the cues; what is only named in a list of terms is worth nothing."""
    return {name: 0 if name in named else facet.level for name, facet in facets.items()}


def read_again(
    findings: Findings,
    talk: Profile,
    facets: Mapping[str, FacetScore],
    named: Collection[str],
    rubric: Rubric,
) -> dict[str, FacetScore]:
    """Return the facets, raised or doubted where clauses clearly speak against what the cues found.

    Where there is nothing behind the words, words prove nothing: such answers gain by no clause.
    In a few sentences cues are surer than words are, so short replies are left to them.

    Args:
        findings: of the answer.
        talk: what kind of talk it is.
        facets: by the cues.
        named: those of them that are only named, in a list of terms.
        rubric: with the tagger; without one nothing changes.
    """
    if rubric.tagger is None or talk.hollow or len(findings.reading.tokens) < FEWEST_WORDS:
        return dict(facets)
    tagged = rubric.tagger.tag(findings.reading, findings.zones)
    cues = cue_levels(facets, named)
    result = dict(facets)
    for name in rubric.tagger.facets:
        by_cues = facets[name]
        level = max(tagged.level(name, findings.question_type, cues), int(name in named))
        raised = level > by_cues.level
        if level:
            best = _best(tagged, name, always=raised)
            quotes = (*best, *by_cues.evidence) if raised else (*by_cues.evidence, *best)
            result[name] = FacetScore(level, _apart(quotes), rubric.advice[name][level])
    return result


def _best(tagged: Tagged, name: str, *, always: bool) -> tuple[Evidence, ...]:
    """Return what speaks most for a facet, where anything does: it backs what the cues found."""
    span = tagged.quote(name) if always or tagged.speaks_for(name) else None
    return (tagged.reading.evidence(*span),) if span else ()


def _apart(quotes: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the first quotes that do not overlap."""
    kept: list[Evidence] = []
    for quote in quotes:
        if all(quote.end_char <= k.start_char or k.end_char <= quote.start_char for k in kept):
            kept.append(quote)
    return tuple(kept[:_MOST_QUOTES])
