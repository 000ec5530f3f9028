"""Learning the weights: clauses first, then levels from clauses that were weighed blind.

A clause's weight comes from a linear model on word vectors and discourse. Levels are learned from
weights that each writer's answers were given by a model of the other writers' answers: on weights
that were learned from the same answers, any clause would look sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.tagger.answers import UNKNOWN, Example
from voicecoach.scoring.agreement import quadratic_kappa
from voicecoach.scoring.discourse import FEATURES
from voicecoach.scoring.tagger import BEST, FEWEST_WORDS, FacetWeights, Step, Tagger, best_of

Matrix = NDArray[np.float64]

CLAUSE_STRENGTH = 0.05
"""Inverse strength of the penalty on squared weights, for clauses..."""

STEP_STRENGTH = 1.0
"""...and for levels."""

_HALF = 0.5
"""Question types are features of this size, so that they are held back more than clauses."""


@dataclass(frozen=True)
class Words:
    """The words that are known.

    Attributes:
        place: of each word.
        vectors: already weighed by how rare the word is, shape ``(n_words, dims)``.
    """

    place: dict[str, int]
    vectors: Matrix


@dataclass(frozen=True)
class Prepared:
    """Examples as numbers.

    Attributes:
        examples: the answers.
        features: of all their clauses, shape ``(n_clauses, dims + len(FEATURES))``.
        owner: the example that each clause belongs to.
    """

    examples: Sequence[Example]
    features: Matrix
    owner: NDArray[np.int64]

    @property
    def writers(self) -> list[str]:
        """In the order of their files."""
        return list(dict.fromkeys(example.writer for example in self.examples))

    def by(self, *writers: str) -> NDArray[np.bool_]:
        """Return which examples are by these writers."""
        return np.array([example.writer in writers for example in self.examples])


def prepare(examples: Sequence[Example], words: Words) -> Prepared:
    """Return the examples as numbers."""
    rows, owner = [], []
    for place, example in enumerate(examples):
        for clause in example.clauses:
            known = [words.place[word] for word in clause.words if word in words.place]
            mean = words.vectors[known].sum(axis=0) / max(FEWEST_WORDS, len(known))
            rows.append([*mean, *clause.discourse])
            owner.append(place)
    return Prepared(examples, np.array(rows), np.array(owner))


def logistic(
    features: Matrix, wanted: NDArray[np.bool_], strength: float, balanced: bool
) -> Matrix:
    """Return weights and, last, the bias of a logistic regression, shape ``(n_features + 1,)``.

    The penalty is half the squared weights divided by `strength`, the bias left out.

    Args:
        features: shape ``(n, n_features)``.
        wanted: shape ``(n,)``.
        strength: large for weak penalties.
        balanced: whether both outcomes weigh the same, however rare one is.
    """
    sign = np.where(wanted, 1.0, -1.0)
    share = np.where(wanted, wanted.mean(), 1 - wanted.mean())
    weight = 0.5 / np.maximum(share, 1e-9) if balanced else np.ones(len(sign))
    inputs = np.hstack([features, np.ones((len(features), 1))])

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margin = sign * (inputs @ weights)
        free = weights.copy()
        free[-1] = 0.0
        value = strength * (weight * np.logaddexp(0, -margin)).sum() + 0.5 * free @ free
        slope = -strength * (weight * sign / (1 + np.exp(np.minimum(margin, 500)))) @ inputs
        return float(value), slope + free

    start = np.zeros(inputs.shape[1])
    done = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(done.x)


def fit_clauses(data: Prepared, facet: str, used: NDArray[np.bool_]) -> Matrix:
    """Return what a clause's features weigh for a facet; the bias is last."""
    evidence = np.array([c.evidence[facet] for e in data.examples for c in e.clauses])
    known = used[data.owner] & (evidence != UNKNOWN)
    return logistic(data.features[known], evidence[known] == 1, CLAUSE_STRENGTH, balanced=True)


def weigh(data: Prepared, weights: Matrix) -> Matrix:
    """Return the weight of every clause."""
    return np.asarray(data.features @ weights[:-1] + weights[-1])


def weigh_blind(data: Prepared, facet: str, writers: Sequence[str]) -> Matrix:
    """Return each clause's weight by a model of the other writers' answers alone."""
    blind = np.zeros(len(data.owner))
    for writer in writers:
        others = data.by(*(name for name in writers if name != writer))
        own = data.by(writer)[data.owner]
        blind[own] = weigh(data, fit_clauses(data, facet, others))[own]
    return blind


def fit_steps(
    data: Prepared, facet: str, weights: Matrix, used: NDArray[np.bool_], questions: Sequence[str]
) -> tuple[Step, Step]:
    """Return the two steps of a facet, given the weights of all clauses."""
    rows = np.array(
        [
            _step_features(example, facet, weights[data.owner == place].tolist(), questions)
            for place, example in enumerate(data.examples)
        ]
    )
    levels = np.array([example.levels[facet] for example in data.examples])
    first, second = (
        _step(logistic(rows[used], levels[used] >= level, STEP_STRENGTH, False), questions)
        for level in (1, 2)
    )
    return first, second


def _step_features(
    example: Example, facet: str, weights: Sequence[float], questions: Sequence[str]
) -> list[float]:
    cue = example.cues[facet]
    asked = [_HALF * (example.question == question) for question in questions]
    with_cues = [value * (cue == 2) for value in asked]
    return [*best_of(weights), float(cue >= 1), float(cue == 2), *asked, *with_cues]


def _step(weights: Matrix, questions: Sequence[str]) -> Step:
    values = weights.round(3).tolist()
    best, cues, rest = values[:BEST], values[BEST : BEST + 2], values[BEST + 2 : -1]
    asked, with_cues = rest[: len(questions)], rest[len(questions) :]
    return Step(
        bias=values[-1],
        best=tuple(best),
        cues=(cues[0], cues[1]),
        questions={
            question: (round(_HALF * a, 3), round(_HALF * b, 3))
            for question, a, b in zip(questions, asked, with_cues, strict=True)
        },
    )


def fit(
    data: Prepared,
    words: Words,
    facets: Sequence[str],
    writers: Sequence[str],
    calibrated_on: Sequence[str],
) -> Tagger:
    """Learn a tagger.

    Args:
        data: all examples.
        words: that the tagger shall know.
        facets: that it shall judge.
        writers: those to learn from.
        calibrated_on: those of them from whose answers levels are learned: writers whose answers
            nobody had in sight when the cues were written.
    """
    questions = sorted({example.question for example in data.examples})
    dims = words.vectors.shape[1]
    table = np.zeros((len(words.place), len(facets)))
    learned = {}
    for place, facet in enumerate(facets):
        weights = fit_clauses(data, facet, data.by(*writers))
        table[:, place] = words.vectors @ weights[:dims]
        blind = weigh_blind(data, facet, writers)
        steps = fit_steps(data, facet, blind, data.by(*calibrated_on), questions)
        said = tuple(weights[dims : dims + len(FEATURES)].round(3).tolist())
        learned[facet] = FacetWeights(float(weights[-1].round(3)), said, steps)
    rows = table.round(2).tolist()
    return Tagger(learned, {word: tuple(rows[n]) for word, n in words.place.items()})


@dataclass(frozen=True)
class Agreement:
    """Quadratic kappa of one facet on writers that were not learned from: cues alone, and both."""

    facet: str
    n: int
    cues: float | None
    both: float | None


def cross_validate(
    data: Prepared, words: Words, facets: Sequence[str], measured: Sequence[str]
) -> list[Agreement]:
    """Leave each of some writers out in turn; learn from all others, levels from `measured`."""
    given: dict[str, list[tuple[int, int, int]]] = {facet: [] for facet in facets}
    for writer in measured:
        others = [name for name in data.writers if name != writer]
        calibrated_on = [name for name in measured if name != writer] or others
        tagger = fit(data, words, facets, others, calibrated_on)
        for example in np.array(data.examples, dtype=object)[data.by(writer)]:
            clauses = weigh_example(tagger, example)
            for facet in facets:
                cue = example.cues[facet]
                both = tagger.level(facet, example.question, cue, clauses)
                given[facet].append((example.levels[facet], cue, both))
    return [
        Agreement(
            facet,
            len(rows),
            quadratic_kappa([r[0] for r in rows], [r[1] for r in rows], 2),
            quadratic_kappa([r[0] for r in rows], [r[2] for r in rows], 2),
        )
        for facet, rows in given.items()
    ]


def weigh_example(tagger: Tagger, example: Example) -> list[tuple[float, ...]]:
    """Return an example's clauses, weighed as they are when an answer is judged."""
    return [tagger.weigh_words(clause.words, clause.discourse) for clause in example.clauses]
