"""Learning the turn model: a logistic regression on every place where an answer might pause.

The end of an answer is told from all earlier places in it: sentence ends, clause ends, and the
middle of clauses, weighed as thinking pauses are spread over them. Words are written as a
recogniser writes them. A word's weights are learned together with what it has in common with other
words (their vectors), and folded into one table, so that nothing of that is needed afterwards.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.recipe.spoken import say_numbers
from models.tagger.vectors import load_vectors
from voicecoach.content.yamlfile import read_yaml
from voicecoach.events import HESITATIONS, OPEN_WORDS
from voicecoach.turn_text import (
    FAR,
    NEAR,
    WORDS_PER_S,
    TurnText,
    WordWeights,
    length_steps,
)

Matrix = NDArray[np.float64]

ANSWERS = Path(__file__).resolve().parent.parent / "tagger" / "answers"

SENTENCE, CLAUSE, MIDDLE, UNKNOWN, END = "sentence", "clause", "middle", "unknown", "end"
SHARES = {SENTENCE: 0.40, CLAUSE: 0.25, MIDDLE: 0.35, UNKNOWN: 1.0}
"""Where pauses fall; answers written without punctuation keep no places apart."""

WORDS_PER_PAUSE = 30
STRENGTH = 0.1
"""Inverse strength of the penalty on squared weights."""

SEEN = 4
"""A word or pair in fewer places than this gets no weight of its own."""

JITTER = 0.3
"""Expected lengths are blurred by about this share, so that length alone decides nothing: the
answers that are learned from are as long as their writers were asked to make them."""

DRAWN = 35
"""So many places in mid-clause are learned from in an answer."""

_SIZES = (0.5, 0.3, 0.4, 0.15)  # of what vectors add: last, second, near, far
_RARE = 1e-3


@dataclass(frozen=True)
class Told:
    """An answer as a recogniser might write it.

    Attributes:
        writer: whose it is.
        name: of the answer.
        question: the question type.
        words: lower case, numbers spelled out.
        places: of each word, what kind of place its end is.
    """

    writer: str
    name: str
    question: str
    words: tuple[str, ...]
    places: tuple[str, ...]


def spoken(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a written text as they are recognised, and the kind of place after each.

    "Um," is no clause, whatever its comma says.
    """
    words: list[str] = []
    places: list[str] = []
    for token in say_numbers(text).replace("—", " , ").split():
        mark = token.rstrip("\"')")[-1:]
        kind = SENTENCE if mark in ".?!" else CLAUSE if mark in ",;:-–" else MIDDLE
        parts = [re.sub(r"[^\w']", "", part).strip("'") for part in re.split("[-–]", token.lower())]
        parts = [part for part in parts if part]
        if not parts:
            if places and places[-1] == MIDDLE:
                places[-1] = kind
            continue
        words += parts
        places += [MIDDLE] * (len(parts) - 1)
        places.append(MIDDLE if kind == CLAUSE and parts[-1] in HESITATIONS else kind)
    return tuple(words), tuple(places)


def load_told() -> list[Told]:
    """Read the labelled answers, but those that only name things: nobody talks like that."""
    found = []
    for path in sorted(ANSWERS.glob("writer-*.yaml")):
        for node in read_yaml(path).items():
            keys = node.entries()
            if keys["kind"].text() == "stuffed":
                continue
            words, places = spoken(" ".join(keys["text"].text().split()))
            if keys["style"].text() == "asr":
                places = (UNKNOWN,) * len(words)
            name, question = keys["id"].text(), keys["question"].text()
            found.append(Told(path.stem, name, question, words, places))
    return found


def expected_s(answers: Sequence[Told]) -> dict[str, float]:
    """Return the usual length of answers to each type of question, in seconds."""
    lengths: dict[str, list[int]] = defaultdict(list)
    for told in answers:
        lengths[told.question].append(len(told.words))
    return {name: float(np.median(n)) / WORDS_PER_S for name, n in lengths.items()}


@dataclass(frozen=True)
class Place:
    """A place where an answer might pause.

    Attributes:
        told: the answer.
        after: so many of its words have been said.
        kind: of place.
        weight: how often pauses fall there, an end being 1.
    """

    told: Told
    after: int
    kind: str
    weight: float


def places_of(told: Told, rng: np.random.Generator) -> Iterator[Place]:
    """Yield the places of an answer that are learned from, its end last."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for after in range(3, len(told.words) - 1):
        by_kind[told.places[after - 1]].append(after)
    pauses = len(told.words) / WORDS_PER_PAUSE
    for kind, found in sorted(by_kind.items()):
        if kind in (MIDDLE, UNKNOWN) and len(found) > DRAWN:
            found = sorted(rng.choice(found, DRAWN, replace=False).tolist())
        for after in found:
            yield Place(told, after, kind, SHARES[kind] * pauses / len(found))
    yield Place(told, len(told.words), END, 1.0)


@dataclass(frozen=True)
class Known:
    """What can be a feature.

    Attributes:
        words: place of each word's own four weights.
        pairs: place of each pair's own two.
        vectors: of each word, scaled by how rare it is where it is one of many.
        rarity: that scale.
    """

    words: Mapping[str, int]
    pairs: Mapping[str, int]
    vectors: Mapping[str, Matrix]
    rarity: Mapping[str, float]


def known(places: Sequence[Place]) -> Known:
    """Return the words and pairs that were seen often enough."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for told in {id(place.told): place.told for place in places}.values():
        said.update(told.words)
    for place in places:
        near = place.told.words[max(0, place.after - FAR) : place.after]
        words.update(set(near))
        pairs.update(map(" ".join, pairwise(near[-NEAR:])))
    total = sum(said.values())
    names, rows = load_vectors()
    rarity = {word: _RARE / (_RARE + said[word] / total) for word in names}
    listed = [sorted(w for w, n in each.items() if n >= SEEN) for each in (words, pairs)]
    word_at, pair_at = ({name: at for at, name in enumerate(each)} for each in listed)
    return Known(word_at, pair_at, dict(zip(names, rows, strict=True)), rarity)


def design(
    places: Sequence[Place], known: Known, expected: Mapping[str, float], rng: np.random.Generator
) -> sparse.csr_matrix:
    """Return the features of places, one row each."""
    n_words, n_pairs = len(known.words), len(known.pairs)
    rows, columns, values, dense = [], [], [], []
    blur = {p.told.name: float(np.exp(rng.normal(0, JITTER))) for p in places}
    for row, place in enumerate(places):
        texts = place.told.words[: place.after]
        own = [(0, texts[-1]), (1, texts[-2])]
        own += [(2, text) for text in texts[-NEAR:]] + [(3, text) for text in texts[-FAR:]]
        for table, text in own:
            if text in known.words:
                rows.append(row)
                columns.append(table * n_words + known.words[text])
                values.append((1.0, 1.0, 0.4, 0.3)[table])
        near = list(map(" ".join, pairwise(texts[-NEAR:])))
        for table, pair in [(0, near[-1]), *((1, pair) for pair in near)]:
            if pair in known.pairs:
                rows.append(row)
                columns.append(4 * n_words + table * n_pairs + known.pairs[pair])
                values.append((1.0, 0.5)[table])
        share = len(texts) / (expected[place.told.question] * WORDS_PER_S)
        dense.append(_dense(texts, share * blur[place.told.name], known))
    shape = (len(places), 4 * n_words + 2 * n_pairs)
    return sparse.hstack(
        [sparse.csr_matrix((values, (rows, columns)), shape=shape), sparse.csr_matrix(dense)]
    ).tocsr()


def _dense(texts: Sequence[str], share: float, known: Known) -> list[float]:
    nothing = np.zeros(len(next(iter(known.vectors.values()))))

    def one(text: str) -> Matrix:
        return known.vectors.get(text, nothing)

    def many(some: Sequence[str]) -> Matrix:
        return sum((known.rarity.get(t, 0.0) * one(t) for t in some), nothing)

    last, second, near, far = _SIZES
    return [
        *(last * one(texts[-1])),
        *(second * one(texts[-2])),
        *(near * many(texts[-NEAR:])),
        *(far * many(texts[-FAR:])),
        *(2.0 * step for step in length_steps(share)),
        *(float(text in OPEN_WORDS) for text in texts[:-4:-1]),
    ]


def logistic(features: sparse.csr_matrix, wanted: NDArray[np.bool_], weight: Matrix) -> Matrix:
    """Return the weights of a logistic regression, the bias last."""
    sign = np.where(wanted, 1.0, -1.0)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margin = sign * (features @ weights[:-1] + weights[-1])
        slope = -STRENGTH * weight * sign / (1 + np.exp(np.minimum(margin, 500)))
        value = STRENGTH * (weight * np.logaddexp(0, -margin)).sum()
        penalty = 0.5 * weights[:-1] @ weights[:-1]
        return float(value + penalty), np.append(features.T @ slope + weights[:-1], slope.sum())

    start = np.zeros(features.shape[1] + 1)
    done = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(done.x)


def learn(answers: Sequence[Told], seed: int = 1) -> TurnText:
    """Learn from answers where answers end."""
    rng = np.random.default_rng(seed)
    places = [place for told in answers for place in places_of(told, rng)]
    what = known(places)
    features = design(places, what, expected_s(answers), rng)
    ends = np.array([place.kind == END for place in places])
    weights = logistic(features, ends, np.array([place.weight for place in places]))
    return _folded(weights, what)


def _folded(weights: Matrix, known: Known) -> TurnText:
    """Return the weights as tables of words and pairs, their vectors worked in."""
    n_words, n_pairs = len(known.words), len(known.pairs)
    dims = len(next(iter(known.vectors.values())))
    own = weights[: 4 * n_words].reshape(4, n_words) * np.array([[1.0], [1.0], [0.4], [0.3]])
    at = 4 * n_words
    pairs = weights[at : at + 2 * n_pairs].reshape(2, n_pairs) * np.array([[1.0], [0.5]])
    at += 2 * n_pairs
    by_vector = weights[at : at + 4 * dims].reshape(4, dims) * np.array(_SIZES)[:, None]
    at += 4 * dims
    lengths, opened = 2.0 * weights[at : at + 4], weights[at + 4 : at + 7]
    words = {}
    for word in sorted({*known.words, *known.vectors}):
        place = known.words.get(word)
        values = np.zeros(4) if place is None else own[:, place].copy()
        if word in known.vectors:
            rarity = known.rarity[word]
            values += by_vector @ known.vectors[word] * np.array([1.0, 1.0, rarity, rarity])
        words[word] = WordWeights(*values.tolist())
    found = {
        pair: (float(pairs[0, place]), float(pairs[1, place]))
        for pair, place in known.pairs.items()
        if np.abs(pairs[:, place]).max() > 0.02
    }
    return TurnText(float(weights[-1]), words, found, tuple(lengths), tuple(opened))
