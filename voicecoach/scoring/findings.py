"""What the cues found in one answer, ready for the judges of the facets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from voicecoach.scoring.clauses import Reading, read
from voicecoach.scoring.cues import Hit
from voicecoach.scoring.plain import word_set
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import Answer, Evidence

_NEGATORS = word_set(
    "not never didn't don't doesn't hadn't haven't hasn't couldn't can't nor without no nobody"
    " won't wouldn't isn't wasn't weren't"
)
_REACH_OF_NEGATION = 2
"""A negator this many words before a cue denies it."""

_DENIABLE = ("isolation", "sensitivity.weak", "decision.weak", "actionability.weak")
"""Cues that a negator before them turns into a denial; the others hold their own negations."""


@dataclass(frozen=True, slots=True)
class Findings:
    """An answer with everything the cues found.

    Attributes:
        reading: the answer's tokens.
        hits: all that was found and not denied, in order.
        question_type: what was asked.
    """

    reading: Reading
    hits: tuple[Hit, ...]
    question_type: str
    _by_cue: dict[str, list[Hit]] = field(repr=False, hash=False)

    def of(self, prefix: str) -> list[Hit]:
        """Return the hits of one list of cues, or of a group of lists, in order."""
        if prefix in self._by_cue:
            return self._by_cue[prefix]
        found = [
            hit
            for name, hits in self._by_cue.items()
            if name.startswith(prefix + ".")
            for hit in hits
        ]
        return sorted(found, key=lambda hit: (hit.start, hit.end))

    def concepts(self, prefix: str) -> set[str]:
        """Return the names of the lists of a group that found something."""
        return {name for name in self._by_cue if name.startswith(prefix + ".")}

    def quote(self, hits: Iterable[Hit], most: int = 2) -> tuple[Evidence, ...]:
        """Return the clauses around the longest of these hits, without overlaps."""
        chosen: list[tuple[int, int]] = []
        for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
            span = self.reading.clause_around(hit.start, hit.end)
            if all(span[1] <= start or end <= span[0] for start, end in chosen):
                chosen.append(span)
            if len(chosen) == most:
                break
        return tuple(self.reading.evidence(start, end) for start, end in chosen)

    def near(self, hit: Hit, others: Iterable[Hit], within: int) -> bool:
        """Whether one of the others lies within so many tokens of this hit."""
        return any(o.start - hit.end <= within and hit.start - o.end <= within for o in others)

    def density(self, prefix: str) -> float:
        """Return the distinct places of a list in a hundred words."""
        return 100.0 * len(merged(self.of(prefix))) / max(1, len(self.reading.tokens))


def merged(hits: Iterable[Hit]) -> list[tuple[int, int]]:
    """Return the spans of hits with overlapping ones joined."""
    spans: list[tuple[int, int]] = []
    for hit in sorted(hits, key=lambda h: (h.start, h.end)):
        if spans and hit.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hit.end))
        else:
            spans.append((hit.start, hit.end))
    return spans


def find(answer: Answer, question_type: str, rubric: Rubric) -> Findings:
    """Read an answer and look for every cue in it."""
    reading = read(answer, rubric.gates.longest_words, rubric.matcher.mend)
    by_cue: dict[str, list[Hit]] = {}
    kept = []
    for hit in rubric.matcher.find(reading.tokens):
        if _denied(hit, reading):
            continue
        kept.append(hit)
        by_cue.setdefault(hit.cue, []).append(hit)
    return Findings(reading, tuple(kept), question_type, by_cue)


def _denied(hit: Hit, reading: Reading) -> bool:
    if not hit.cue.startswith(_DENIABLE):
        return False
    before = reading.words[max(0, hit.start - _REACH_OF_NEGATION) : hit.start]
    return any(word in _NEGATORS for word in before)
