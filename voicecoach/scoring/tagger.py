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
from voicecoach.scoring.types import FULL_LEVEL

FEWEST_TOKENS = 6
"""A clause is not cut shorter than this."""

BEST = 3
"""So many clauses speak for an answer; any number of others changes nothing."""

NO_CLAUSE = -3.0
"""What stands for a clause that is not there."""

DISSENT = 0.8
"""The expected level must be so much above that of the cues before it takes their place."""

DOUBT = 0.35
"""What cues took for done is only named where the chance that it was done is less than this.

What they heard at all stays heard: a candidate who said it would be told that it was missing.
"""

SURE = 1.5
"""Log odds of a clause that is quoted beside what the cues found."""

FEWEST_WORDS = 3
"""A clause of fewer words weighs as if it had so many."""

_YOU = frozenset({"you", "your", "you're", "you've", "yourself"})
_SPEAKER = frozenset({"i", "we", "my", "our", "i'd", "we'd", "i've", "we've", "i'm"})

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FacetWeights:
    """How a facet's level is decided.

    An answer is raised for what it says of this facet alone. Of the other facets one may learn only
    what to doubt: where little else was done, what sounds like more was likely meant for less. The
    other way round, an answer that is strong but for one thing would have that made up to it.

    Attributes:
        bias: of a clause.
        discourse: by feature of `voicecoach.scoring.discourse.FEATURES`.
        raising: steps to level 1 and to level 2, that know nothing of other facets.
        doubting: the step to level 2 that does.
    """

    bias: float
    discourse: tuple[float, ...]
    raising: tuple[Step, Step]
    doubting: Step


@dataclass(frozen=True, slots=True)
class Step:
    """One logistic step: how sure it is that a facet reaches a level.

    Attributes:
        bias: where nothing else speaks.
        best: weights of the best `BEST` clauses, the best first.
        cues: by facet, the weights of the cues' level being at least 1, and 2; of those it knows.
        questions: by question type, the weights of the type, and of the type with cues at 2.
    """

    bias: float
    best: tuple[float, ...]
    cues: Mapping[str, tuple[float, float]] = field(hash=False)
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
        spans = told_spans(reading, left_out)
        return Tagged(self, reading, {span: self.weigh(reading, span) for span in spans})

    def level(
        self,
        facet: str,
        question_type: str,
        cues: Mapping[str, int],
        clauses: Sequence[Sequence[float]],
    ) -> int:
        """Return a facet's level, 0 to 2; one that it does not know is left to the cues.

        Args:
            facet: its name.
            question_type: of what was asked.
            cues: the level of every facet by the cues alone.
            clauses: for each clause, what it speaks for each facet.
        """
        if facet not in self.facets:
            return cues[facet]
        place = self.place(facet)
        best = best_of([clause[place] for clause in clauses])
        weights, level = self.facets[facet], cues[facet]
        expected = sum(_chance(step, best, question_type, facet, cues) for step in weights.raising)
        if expected - level > DISSENT:
            return round(expected)
        done = level < FULL_LEVEL or (
            _chance(weights.doubting, best, question_type, facet, cues) >= DOUBT
        )
        return level if done else FULL_LEVEL - 1

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
    _parts: dict[Span, Sequence[float]] = field(default_factory=dict, compare=False, repr=False)

    def level(self, facet: str, question_type: str, cues: Mapping[str, int]) -> int:
        """Return a facet's level, 0 to 2, given the levels of all by the cues alone."""
        return self.tagger.level(facet, question_type, cues, [*self.clauses.values()])

    def speaks_for(self, facet: str) -> bool:
        """Whether any clause speaks for a facet so surely that it is worth quoting."""
        place = self.tagger.place(facet)
        return any(weights[place] > SURE for weights in self.clauses.values())

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
        return max(long, key=lambda part: self._weights_of(part)[place], default=best)

    def _weights_of(self, part: Span) -> Sequence[float]:
        """Return what a part of a clause speaks for; several facets ask for the same part."""
        if part not in self._parts:
            self._parts[part] = self.tagger.weigh(self.reading, part)
        return self._parts[part]


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


def told_spans(reading: Reading, left_out: Sequence[Span] = ()) -> list[Span]:
    """Return the clauses that tell something: all but questions that are read back.

    Args:
        reading: the answer.
        left_out: spans of tokens; clauses that share any with them are left out, too.
    """
    return [
        span
        for span in clause_spans(reading)
        if not _asks(reading, span)
        and not any(span[0] < end and start < span[1] for start, end in left_out)
    ]


def told_words(reading: Reading, left_out: Sequence[Span] = ()) -> tuple[str, ...]:
    """Return the words of `told_spans`."""
    spans = told_spans(reading, left_out)
    return tuple(word for start, end in spans for word in reading.words[start:end])


def best_of(weights: Sequence[float]) -> list[float]:
    """Return the largest `BEST`, the largest first, with `NO_CLAUSE` for those not there.

    None counts less than that: a clause that is left out changes nothing for the better.
    """
    return sorted([*weights, *[NO_CLAUSE] * BEST], reverse=True)[:BEST]


def _chance(
    step: Step, best: Sequence[float], question_type: str, facet: str, cues: Mapping[str, int]
) -> float:
    of_type, of_type_with_cues = step.questions.get(question_type, (0.0, 0.0))
    value = (
        step.bias
        + sum(w * x for w, x in zip(step.best, best, strict=True))
        + of_type
        + of_type_with_cues * (cues[facet] == FULL_LEVEL)
    )
    for name, (some, full) in step.cues.items():
        value += some * (cues[name] >= 1) + full * (cues[name] == FULL_LEVEL)
    return 1 / (1 + exp(-value))
