"""What the second reader sees that the cues did not."""

from __future__ import annotations

from collections.abc import Mapping

from voicecoach.scoring.findings import Findings
from voicecoach.scoring.profile import Profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import Evidence, FacetScore

FEWEST_WORDS = 40
"""An answer of fewer words is judged by its cues alone."""

_MOST_QUOTES = 2


def read_again(
    findings: Findings, talk: Profile, facets: Mapping[str, FacetScore], rubric: Rubric
) -> dict[str, FacetScore]:
    """Return the facets, raised where clauses speak for more than the cues found.

    Where there is nothing behind the words, words prove nothing: such answers gain by no clause.
    In a few sentences cues are surer than words are, so short replies are left to them.

    Args:
        findings: of the answer.
        talk: what kind of talk it is.
        facets: by the cues.
        rubric: with the tagger; without one nothing changes.
    """
    if rubric.tagger is None or talk.hollow or talk.words < FEWEST_WORDS:
        return dict(facets)
    tagged = rubric.tagger.tag(findings.reading, findings.zones)
    result = dict(facets)
    for name in rubric.tagger.facets:
        by_cues = facets[name]
        level = tagged.level(name, findings.question_type, by_cues.level)
        if level > by_cues.level:
            span = tagged.quote(name)
            found = (findings.reading.evidence(*span),) if span else ()
            evidence = _apart((*found, *by_cues.evidence))
            result[name] = FacetScore(level, evidence, rubric.advice[name][level])
    return result


def _apart(quotes: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the first quotes that do not overlap."""
    kept: list[Evidence] = []
    for quote in quotes:
        if all(quote.end_char <= k.start_char or k.end_char <= quote.start_char for k in kept):
            kept.append(quote)
    return tuple(kept[:_MOST_QUOTES])
