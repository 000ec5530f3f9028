"""A second reader beside the cues: how much each clause of an answer speaks for each facet.

Cues know phrases; this knows words, each with a weight for every facet, learned from answers that
readers have labelled (``models/tagger``). What a clause earns is the mean weight of its words and
what its discourse adds. A level is decided from the best clauses and from what the cues found: the
two make different mistakes. Every clause can be quoted, so a level still rests on words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from math import exp
from operator import mul

from voicecoach.scoring.clauses import Reading
from voicecoach.scoring.discourse import discourse

FEWEST_TOKENS = 6
"""A clause is not cut shorter than this."""

BEST = 3
"""So many clauses speak for an answer; any number of others changes nothing."""

NO_CLAUSE = -3.0
"""What stands for a clause that is not there."""

DISSENT = 0.7
"""The expected level must be so much above that of the cues before it takes their place.

It never lowers a level. Agreement would gain by that, too, but whoever pastes something into an
answer could then make the readers doubt less, and gain by it.
"""

FEWEST_WORDS = 3
"""A clause of fewer words weighs as if it had so many."""

_YOU = frozenset({"you", "your", "you're", "you've", "yourself"})
_SPEAKER = frozenset({"i", "we", "my", "our", "i'd", "we'd", "i've", "we've", "i'm"})

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FacetWeights:
    """How a facet's level is decided: two steps, one to level 1 and one to level 2.

    Attributes:
        bias: of a clause.
        discourse: by feature of `voicecoach.scoring.discourse.FEATURES`.
        steps: for each step: bias; weights of the best `BEST` clauses; of the cues' level being at
            least 1, and 2; and by question type, of the type and of the type with cues at 2.
    """

    bias: float
    discourse: tuple[float, ...]
    steps: tuple[Step, Step]


@dataclass(frozen=True, slots=True)
class Step:
    """One logistic step: see `FacetWeights`."""

    bias: float
    best: tuple[float, ...]
    cues: tuple[float, float]
    questions: Mapping[str, tuple[float, float]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Tagger:
    """The learned weights.

    Attributes:
        facets: that it knows, by name.
        words: the weights of a word, one for each facet, in their order.
    """

    facets: Mapping[str, FacetWeights] = field(hash=False)
    words: Mapping[str, Sequence[float]] = field(hash=False)

    def tag(self, reading: Reading, left_out: Sequence[Span] = ()) -> Tagged:
        """Weigh the clauses of an answer.

        Args:
            reading: the answer.
            left_out: spans of tokens that speak for nothing, such as lists of terms.
        """
        spans = told_spans(reading)
        spans = [
            s for s in spans if not any(s[0] < end and start < s[1] for start, end in left_out)
        ]
        return Tagged(self, reading, {span: self.weigh(reading, span) for span in spans})

    def level(
        self, facet: str, question_type: str, cue_level: int, clauses: Sequence[Sequence[float]]
    ) -> int:
        """Return a facet's level, 0 to 2; one that it does not know is left to the cues.

        Args:
            facet: its name.
            question_type: of what was asked.
            cue_level: the level by the cues alone.
            clauses: for each clause, what it speaks for each facet.
        """
        if facet not in self.facets:
            return cue_level
        place = self.place(facet)
        best = best_of([clause[place] for clause in clauses])
        steps = self.facets[facet].steps
        expected = sum(_chance(step, best, question_type, cue_level) for step in steps)
        return round(expected) if expected - cue_level > DISSENT else cue_level

    def place(self, facet: str) -> int:
        """Return where a facet stands among the weights."""
        return list(self.facets).index(facet)

    def weigh(self, reading: Reading, span: Span) -> tuple[float, ...]:
        """Return what a clause of an answer speaks for each facet."""
        tokens = reading.tokens[span[0] : span[1]]
        words = [token.word for token in tokens]
        return self.weigh_words(words, discourse(words, sum(token.number for token in tokens)))

    def weigh_words(self, words: Sequence[str], said: Sequence[float]) -> tuple[float, ...]:
        """Return what a clause speaks for each facet.

        Args:
            words: of the clause.
            said: its `voicecoach.scoring.discourse.discourse`.
        """
        rows = [row for word in words if (row := self.words.get(word)) is not None]
        known = max(FEWEST_WORDS, len(rows))
        sums = map(sum, zip(*rows, strict=True)) if rows else repeat(0.0)
        return tuple(
            weights.bias + total / known + sum(map(mul, weights.discourse, said))
            for weights, total in zip(self.facets.values(), sums, strict=False)
        )


@dataclass(frozen=True, slots=True)
class Tagged:
    """An answer's clauses, weighed.

    Attributes:
        tagger: by whose weights.
        reading: the answer.
        clauses: by span, in order, what a clause speaks for each of the tagger's facets.
    """

    tagger: Tagger
    reading: Reading
    clauses: Mapping[Span, Sequence[float]] = field(hash=False)

    def level(self, facet: str, question_type: str, cue_level: int) -> int:
        """Return a facet's level, 0 to 2, given the level by the cues alone."""
        return self.tagger.level(facet, question_type, cue_level, [*self.clauses.values()])

    def quote(self, facet: str) -> Span | None:
        """Return what speaks most for a facet; None where nothing was told.

        Levels know no punctuation and no pauses; a quote that runs over one is hard to read, so of
        the best clause it is the best part.
        """
        place = self.tagger.place(facet)
        best = max(self.clauses, key=lambda span: self.clauses[span][place], default=None)
        if best is None:
            return None
        start, end = best
        cuts = [k for k in range(start + 1, end) if self.reading.starts_clause[k]]
        parts = zip([start, *cuts], [*cuts, end], strict=True)
        long = [(a, b) for a, b in parts if b - a >= FEWEST_WORDS]
        return max(
            long, key=lambda part: self.tagger.weigh(self.reading, part)[place], default=best
        )


def _asks(reading: Reading, span: Span) -> bool:
    """Whether a clause speaks to somebody else, as a question that is read back does."""
    said = frozenset(reading.words[span[0] : span[1]])
    return not said.isdisjoint(_YOU) and said.isdisjoint(_SPEAKER)


def clause_spans(reading: Reading) -> list[Span]:
    """Cut an answer into clauses by its words alone; punctuation changes nothing."""
    if not reading.tokens:
        return []
    cuts = [0]
    for place in range(1, len(reading.tokens)):
        if reading.opens_clause[place] and place - cuts[-1] >= FEWEST_TOKENS:
            cuts.append(place)
    return list(zip(cuts, [*cuts[1:], len(reading.tokens)], strict=True))


def told_spans(reading: Reading) -> list[Span]:
    """Return the clauses that tell something: all but questions that are read back."""
    return [span for span in clause_spans(reading) if not _asks(reading, span)]


def best_of(weights: Sequence[float]) -> list[float]:
    """Return the largest `BEST`, the largest first, with `NO_CLAUSE` for those not there."""
    return [*sorted(weights, reverse=True), *[NO_CLAUSE] * BEST][:BEST]


def _chance(step: Step, best: Sequence[float], question_type: str, cue_level: int) -> float:
    of_type, of_type_with_cues = step.questions.get(question_type, (0.0, 0.0))
    value = (
        step.bias
        + sum(w * x for w, x in zip(step.best, best, strict=True))
        + step.cues[0] * (cue_level >= 1)
        + step.cues[1] * (cue_level == 2)
        + of_type
        + of_type_with_cues * (cue_level == 2)
    )
    return 1 / (1 + exp(-value))
