"""What the cues found in one answer, ready for the judges of the facets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from voicecoach.scoring.alternatives import find_alternatives
from voicecoach.scoring.claims import Claim, extract_claims
from voicecoach.scoring.clauses import Reading, read
from voicecoach.scoring.comparisons import contrasted_groups, parallel_claims
from voicecoach.scoring.contrasts import treated_and_not
from voicecoach.scoring.cues import Hit
from voicecoach.scoring.generalities import general_truths
from voicecoach.scoring.result_rules import result_rules
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import Answer, Evidence
from voicecoach.word_sets import word_set

_NEGATORS = word_set(
    "not never didn't don't doesn't hadn't haven't hasn't couldn't can't nor nobody"
    " won't wouldn't isn't wasn't weren't"
)
_FAR = 10**9

_FOUND_BY = 0.4
"""Share of a story with figures by which something has been found out, even if no cue shows it."""

_DRAWS = word_set("so then which therefore")
"""Words that draw something from what was said."""

_LATE = 0.6

_BETWEEN_TERMS = 6
_TERMS_OF_A_ZONE = 3

_REACH_OF_NEGATION = 4
"""A negator at most so many words before a cue, in the same clause, denies it."""

_REACH_INTO_DEEDS = 2
"""The same for a comparison that is told: what is denied farther before it is another matter."""

_DENIABLE = ("isolation", "sensitivity.weak", "decision.weak", "actionability.weak")
"""Cues that a negator before them turns into a denial; the others hold their own negations."""


@dataclass(frozen=True)  # without slots, for what is told of it again and again is kept
class Findings:
    """An answer with everything the cues found.

    Attributes:
        reading: the answer's tokens.
        hits: all that was found and not denied, in order.
        question_type: what was asked.
        followup: whether that is asked in the middle of a conversation.
        claims: figures claimed in it.
        zones: stretches of tokens in which terms are listed; nothing strong is found there.
    """

    reading: Reading
    hits: tuple[Hit, ...]
    question_type: str
    followup: bool
    claims: tuple[Claim, ...]
    zones: tuple[tuple[int, int], ...]
    _by_cue: Mapping[str, Sequence[Hit]] = field(repr=False, hash=False)
    _by_group: dict[str, Sequence[Hit]] = field(repr=False, compare=False, default_factory=dict)

    def of(self, prefix: str) -> Sequence[Hit]:
        """Return the hits of one list of cues, or of a group of lists, in order."""
        if prefix in self._by_cue:
            return self._by_cue[prefix]
        if prefix not in self._by_group:
            found = [hit for name in self._names(prefix) for hit in self._by_cue[name]]
            found.sort(key=lambda hit: (hit.start, hit.end))
            self._by_group[prefix] = found
        return self._by_group[prefix]

    def concepts(self, prefix: str) -> set[str]:
        """Return the names of the lists of a group that found something."""
        return set(self._names(prefix))

    def _names(self, prefix: str) -> Iterator[str]:
        group = prefix + "."
        return (name for name in self._by_cue if name.startswith(group))

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

    @cached_property
    def outcome_spans(self) -> list[Hit]:
        """Where figures are claimed that say how something came out."""
        return [self.span_of(c) for c in self.claims if not c.planned]

    @cached_property
    def two_ended_spans(self) -> list[Hit]:
        """Where such a figure has two ends, or a comparison."""
        return [
            self.span_of(c)
            for c in self.claims
            if c.compared and not c.planned and (c.direction or c.before is not None)
        ]

    @cached_property
    def rivals_answered(self) -> list[Hit]:
        """Where other explanations are named and answered, and in which way."""
        return [
            Hit(f"rival.{a.by}", *self.reading.tokens_of(a.start_char, a.end_char))
            for a in find_alternatives(self.reading.answer.text)
            if a.answered
        ]

    @cached_property
    def first_finding(self) -> int:
        """The token at which something was first found out; far behind the end if nothing was."""
        starts = [self.span_of(c).end for c in self.claims if not c.planned]
        starts += [hit.end for hit in self.of("isolation.strong")]
        starts += [hit.end for hit in self.of("sensitivity.strong")]
        starts += [hit.end for hit in self.of("findings")]
        if not starts and not any(t.number for t in self.reading.tokens):
            return _FAR
        return min([*starts, round(_FOUND_BY * len(self.reading.tokens))])

    @cached_property
    def first_fact(self) -> int:
        """The token at which the first fact stands: a figure, a person in trouble, an act."""
        starts = [self.span_of(c).start for c in self.claims]
        for prefix in (
            "customer.strong",
            "isolation.strong",
            "ownership.strong",
            "decision.strong",
        ):
            starts += [hit.start for hit in self.of(prefix)[:1]]
        return min(starts, default=_FAR)

    def progress(self, hit: Hit) -> float:
        """How far the story has come at a hit: 0 at its first fact, 1 at its end.

        Whatever is said before the first fact, such as the question read back, moves nothing.
        """
        end = len(self.reading.tokens)
        start = min(self.first_fact, end // 2)
        return (hit.start - start) / max(1, end - start)

    def follows(self, hit: Hit) -> bool:
        """Whether a hit is told as what came of the rest: late, and after a "so"."""
        words = self.reading.words
        before = words[max(0, hit.start - 2) : hit.start + 1]
        return not _DRAWS.isdisjoint(before) and hit.start >= _LATE * len(words)

    def span_of_first_clause(self) -> list[Hit]:
        """Return the opening words as a hit."""
        return [Hit("opening", 0, min(12, len(self.reading.tokens)))]

    def span_of(self, claim: Claim) -> Hit:
        """Return where a claim stands."""
        start, end = self.reading.tokens_of(claim.start_char, claim.end_char)
        return Hit("claim", start, end)

    def only_named(self, hits: Iterable[Hit]) -> bool:
        """Whether all of these stand where terms are listed."""
        return all(_inside(hit, self.zones) for hit in hits)

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
    reading = read(answer, rubric.gates.longest_words, rubric.matcher.mend, rubric.prompts)
    by_cue: dict[str, list[Hit]] = {}
    found = (
        *rubric.matcher.find(reading.tokens),
        *contrasted_groups(reading, rubric),
        *general_truths(reading, rubric),
        *treated_and_not(reading),
        *result_rules(reading),
    )
    excused = _excused(found)
    zones = _zones_of_terms(reading, [h for h in found if h.cue == "words.jargon"])
    kept = []
    for hit in found:
        if _denied(hit, reading) or any(
            hit.start < end and start < hit.end
            for start, end in excused.get(_facet_excused(hit.cue), ())
        ):
            continue
        if ".strong" in hit.cue and _inside(hit, zones):
            continue
        kept.append(hit)
        by_cue.setdefault(hit.cue, []).append(hit)
    claims = _claims(reading)
    for hit in parallel_claims(reading, claims):
        by_cue.setdefault(hit.cue, []).append(hit)
    followup = question_type in rubric.gates.followup_types
    return Findings(reading, tuple(kept), question_type, followup, claims, tuple(zones), by_cue)


def _inside(hit: Hit, zones: Sequence[tuple[int, int]]) -> bool:
    return any(hit.start < end and start < hit.end for start, end in zones)


def _facet_excused(cue: str) -> str:
    """Return the facet of a strong or weak cue, '' for any other."""
    facet, _, rest = cue.partition(".")
    return facet if rest.startswith(("strong", "weak")) else ""


def _claims(reading: Reading) -> tuple[Claim, ...]:
    """Return the figures claimed, without those in stretches said before."""
    if not reading.tokens:
        return ()
    kept = {t.start_char for t in reading.tokens}
    whole = reading.said_once == reading.answer.text
    claims = extract_claims(reading.answer.text)
    return claims if whole else tuple(c for c in claims if c.start_char in kept)


def _zones_of_terms(reading: Reading, jargon: Sequence[Hit]) -> list[tuple[int, int]]:
    """Return the stretches in which one term follows another and hardly a figure stands."""
    zones: list[tuple[int, int]] = []
    cluster: list[tuple[int, int]] = []
    for span in [*merged(jargon), (_FAR, _FAR)]:
        if cluster and span[0] - cluster[-1][1] > _BETWEEN_TERMS:
            start = max(0, cluster[0][0] - _BETWEEN_TERMS)
            end = min(len(reading.tokens), cluster[-1][1] + _BETWEEN_TERMS)
            figures = sum(t.number for t in reading.tokens[start:end])
            if len(cluster) >= _TERMS_OF_A_ZONE and figures < len(cluster) / 2:
                zones.append((start, end))
            cluster = []
        cluster.append(span)
    return zones


def _excused(hits: Iterable[Hit]) -> dict[str, list[tuple[int, int]]]:
    """Return, by facet, the spans that only look like strong cues."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        facet, _, strength = hit.cue.partition(".")
        if strength == "but_not":
            spans.setdefault(facet, []).append((hit.start, hit.end))
    return spans


def _denied(hit: Hit, reading: Reading) -> bool:
    if not hit.cue.startswith(_DENIABLE):
        return False
    reach = _REACH_INTO_DEEDS if hit.cue.startswith("isolation.strong") else _REACH_OF_NEGATION
    for token in range(hit.start, max(-1, hit.start - reach - 1), -1):
        if token < hit.start and reading.words[token] in _NEGATORS:
            return True
        if reading.opens_clause[token]:
            return False
    return False
