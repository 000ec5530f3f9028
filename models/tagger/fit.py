"""Learning the weights: clauses first, then levels from clauses that were weighed blind.

A clause's weight comes from a linear model on word vectors and discourse. Levels are learned from
weights that each writer's answers were given by a model of the other writers' answers: on weights
that were learned from the same answers, any clause would look sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.tagger.answers import NOBODY, UNKNOWN, Example
from voicecoach.scoring.agreement import quadratic_kappa
from voicecoach.scoring.discourse import FEATURES
from voicecoach.scoring.tagger import BEST, FEWEST_WORDS, FacetWeights, Step, Tagger, best_of
from voicecoach.scoring.types import FULL_LEVEL

Matrix = NDArray[np.float64]

CLAUSE_STRENGTH = 0.05
"""Inverse strength of the penalty on squared weights, for clauses..."""

RAISING_STRENGTH = 1.0
DOUBTING_STRENGTH = 2.0
"""...and for levels."""

_HALF = 0.5
"""Question types and other facets are features of this size: held back more than clauses."""


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
    features: Matrix,
    wanted: NDArray[np.bool_],
    strength: float,
    balanced: bool,
    never_negative: int = 0,
) -> Matrix:
    """Return weights and, last, the bias of a logistic regression, shape ``(n_features + 1,)``.

    The penalty is half the squared weights divided by `strength`, the bias left out.

    Args:
        features: shape ``(n, n_features)``.
        wanted: shape ``(n,)``.
        strength: large for weak penalties.
        balanced: whether both outcomes weigh the same, however rare one is.
        never_negative: so many of the first weights are held at 0 or above.
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
    bounds = [(0.0 if at < never_negative else None, None) for at in range(len(start))]
    done = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
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
    data: Prepared,
    facet: str,
    weights: Matrix,
    used: NDArray[np.bool_],
    known: Sequence[str],
    strength: float,
) -> tuple[Step, Step]:
    """Return the two steps of a facet, given the weights of all clauses.

    No clause and no cue counts against a level: who says more may not be believed less.

    Args:
        data: all examples.
        facet: whose steps.
        weights: of every clause, for this facet.
        used: the examples to learn from.
        known: the facets whose levels by the cues are known to the steps.
        strength: see `logistic`.
    """
    questions = sorted({example.question for example in data.examples})
    rows = np.array(
        [
            _step_features(example, facet, weights[data.owner == place].tolist(), known, questions)
            for place, example in enumerate(data.examples)
        ]
    )
    levels = np.array([example.levels[facet] for example in data.examples])
    first, second = (
        _step(
            logistic(
                rows[used],
                levels[used] >= level,
                strength,
                balanced=False,
                never_negative=BEST + 2 * len(known),
            ),
            facet,
            known,
            questions,
        )
        for level in (1, 2)
    )
    return first, second


def _step_features(
    example: Example,
    facet: str,
    weights: Sequence[float],
    known: Sequence[str],
    questions: Sequence[str],
) -> list[float]:
    asked = [_HALF * (example.question == question) for question in questions]
    with_cues = [value * (example.cues[facet] == FULL_LEVEL) for value in asked]
    some = [_size(name, facet) * (example.cues[name] >= 1) for name in known]
    full = [_size(name, facet) * (example.cues[name] == FULL_LEVEL) for name in known]
    return [*best_of(weights), *some, *full, *asked, *with_cues]


def _size(name: str, facet: str) -> float:
    return 1.0 if name == facet else _HALF


def _step(weights: Matrix, facet: str, known: Sequence[str], questions: Sequence[str]) -> Step:
    """Return a step from the weights of `_step_features`, their sizes taken into the weights."""
    *values, bias = weights.tolist()
    best, some, full, asked, with_cues = _cut(
        values, BEST, len(known), len(known), len(questions), len(questions)
    )
    sizes = [_size(name, facet) for name in known]
    return Step(
        bias=round(bias, 3),
        best=tuple(round(w, 3) for w in best),
        cues={
            name: (round(size * a, 3), round(size * b, 3))
            for name, size, a, b in zip(known, sizes, some, full, strict=True)
        },
        questions={
            question: (round(_HALF * a, 3), round(_HALF * b, 3))
            for question, a, b in zip(questions, asked, with_cues, strict=True)
        },
    )


def _cut(values: Sequence[float], *lengths: int) -> list[Sequence[float]]:
    """Return the values in pieces of these lengths."""
    ends = [*accumulate(lengths)]
    return [values[end - length : end] for end, length in zip(ends, lengths, strict=True)]


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
    dims = words.vectors.shape[1]
    table = np.zeros((len(words.place), len(facets)))
    learned = {}
    for place, facet in enumerate(facets):
        weights = fit_clauses(data, facet, data.by(*writers))
        table[:, place] = words.vectors @ weights[:dims]
        blind = weigh_blind(data, facet, writers)
        used = data.by(*calibrated_on)
        all_facets = [*data.examples[0].cues]
        raising = fit_steps(data, facet, blind, used, [facet], RAISING_STRENGTH)
        _, doubting = fit_steps(data, facet, blind, used, all_facets, DOUBTING_STRENGTH)
        said = tuple(weights[dims : dims + len(FEATURES)].round(3).tolist())
        learned[facet] = FacetWeights(float(weights[-1].round(3)), said, raising, doubting)
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
    data: Prepared,
    words: Words,
    facets: Sequence[str],
    measured: Sequence[str],
    most: int | None = None,
) -> list[Agreement]:
    """Leave each of some writers out in turn; learn from the others, levels from `measured`.

    Args:
        data: all examples.
        words: that are known.
        facets: that are judged.
        measured: the writers that are left out in turn.
        most: of `measured`, so many are learned from at most, and nobody else; None for all.
    """
    given: dict[str, list[tuple[int, int, int]]] = {facet: [] for facet in facets}
    for writer in measured:
        calibrated_on = [name for name in measured if name != writer]
        others = [name for name in data.writers if name != writer]
        if most is not None:
            calibrated_on = calibrated_on[:most]
            others = [name for name in others if name in {*calibrated_on, NOBODY}]
        tagger = fit(data, words, facets, others, calibrated_on)
        for example in np.array(data.examples, dtype=object)[data.by(writer)]:
            clauses = weigh_example(tagger, example)
            for facet in facets:
                cue = example.cues[facet]
                both = tagger.level(facet, example.question, example.cues, clauses)
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
