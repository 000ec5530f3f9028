"""The language model: own text and general English in one pruned backoff trigram.

    P(w | h) = l(h) P_own(w | h) + (1 - l(h)) P_general(w | h)

The weight l depends on how often the own text has seen the history, and is learnt from sentences
that the own text does not hold. What says little is pruned (Stolcke 1998) until the
model fits the space it has in the decoding graph.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.recipe.general import GeneralNgrams, read_general
from models.recipe.lexicon import FILLERS, UNKNOWN
from models.recipe.ngrams import ORDER, ArrayModel, Floats, Ints, count_ngrams, kneser_ney, lookup
from models.recipe.text import commands, prose

START, END = "<s>", "</s>"
Ngram = tuple[str, ...]
ARC_BYTES, STATE_BYTES, HEADER_BYTES = 16, 12, 200  # of an OpenFst vector


@dataclass
class BackoffModel:
    """A backoff model of words.

    Attributes:
        ngrams: `ngrams[n - 1]` has the n-grams of order n, each with the natural logarithms of
            P(last word | the others) and of the weight with which the n-gram, as a history,
            hands on to its shorter one (0 where it is no history).
    """

    ngrams: list[dict[Ngram, tuple[float, float]]]

    def logprob(self, word: str, history: Sequence[str]) -> float:
        """Return log P(word | history); -inf for a word that is not in the vocabulary."""
        context = tuple(history[-(len(self.ngrams) - 1) :]) if len(self.ngrams) > 1 else ()
        penalty = 0.0
        while True:
            found = self.ngrams[len(context)].get((*context, word))
            if found is not None:
                return penalty + found[0]
            if not context:
                return -math.inf
            penalty += self.ngrams[len(context) - 1].get(context, (0.0, 0.0))[1]
            context = context[1:]


@dataclass(frozen=True)
class LanguageSettings:
    """What can be chosen about the language model.

    Attributes:
        bytes_at_most: that the decoding graph may spend on it.
        unknown: probability of `[unk]`, whatever came before and is not more specific.
        whole_share: share of all utterances that are one of the whole sentences, such as commands.
    """

    bytes_at_most: int = 5_000_000
    unknown: float = 1e-4
    whole_share: float = 0.08


def write_language(folder: Path, settings: LanguageSettings | None = None) -> BackoffModel:
    """Estimate the model of a work folder from its text stage."""
    sentences = (folder / "text" / "sentences.txt").read_text(encoding="utf-8").splitlines()
    vocabulary = (folder / "text" / "vocabulary.txt").read_text(encoding="utf-8").split()
    own = [line.split() for line in sentences]
    return estimate(own, vocabulary, prose(), commands(), settings)


def estimate(
    sentences: Iterable[Sequence[str]],
    vocabulary: Collection[str],
    tuning: Sequence[Sequence[str]] = (),
    whole: Sequence[Sequence[str]] = (),
    settings: LanguageSettings | None = None,
    general_english: GeneralNgrams | None = None,
) -> BackoffModel:
    """Estimate the language model.

    Hesitations are left out of the text: they say nothing of the words around them, and the graph
    lets them in anywhere (`graph.GraphSettings.hesitations`).

    Args:
        sentences: the own text.
        vocabulary: words that the model knows; sentences with others are left out.
        tuning: sentences that weigh own text against general English. They should be no part of
            the own text; what is gets left out while they do. Without any, both weigh the same.
        whole: sentences that are utterances of their own, such as commands: they get their share,
            and none of their n-grams is pruned.
        settings: see there.
        general_english: what is mixed in; if not given, that of the pocketsphinx wheel.
    """
    settings = settings or LanguageSettings()
    names = sorted(set(vocabulary) - {START, END, UNKNOWN})
    names += [START, END]
    number = {word: at for at, word in enumerate(names)}
    start, end = number[START], number[END]
    size = len(names)
    general = _general(general_english or read_general(), number)
    own_text = _numbers(sentences, number)
    held_out = {tuple(sentence) for sentence in _numbers(tuning, number)}
    weights = np.full(_BUCKETS, 0.5)
    if held_out:
        rest = [words for words in own_text if tuple(words) not in held_out]
        counts = count_ngrams(rest, size, start, end)
        own = kneser_ney(counts, size, general.probs[0])
        test = count_ngrams([list(words) for words in held_out], size, start, end)[ORDER - 1]
        weights = _learn_weights(own, general, counts, test)
    counts = count_ngrams(own_text, size, start, end)
    own = kneser_ney(counts, size, general.probs[0])
    mixed = _mix(own, general, counts, weights)
    marginal = general.probs[0].copy()
    marginal[counts[0]["keys"]] += counts[0]["counts"] / counts[0]["counts"].sum()
    marginal /= 2
    marginal[start] = marginal[end]
    protected: list[Ints] = [np.zeros(0, np.int64)] * ORDER
    utterances = _numbers(whole, number)
    if utterances:
        spoken = count_ngrams(utterances, size, start, end)
        mixed = _with_utterances(
            mixed, spoken, len(utterances), marginal, end, settings.whole_share
        )
        protected = [table["keys"] for table in spoken]
    pruned = prune(mixed, marginal, end, settings.bytes_at_most, protected)
    return _named(pruned, names, settings.unknown)


def perplexity(model: BackoffModel, sentences: Iterable[Sequence[str]]) -> tuple[float, int, int]:
    """Measure a model on sentences, their ends included.

    Returns:
        The perplexity of the known words, how many words were scored, and how many were unknown.
        An unknown word is left out, and nothing is known about what came before the next.
    """
    total, scored, unknown = 0.0, 0, 0
    for sentence in sentences:
        history: list[str] = [START]
        for word in (*sentence, END):
            if (word,) not in model.ngrams[0] or word == UNKNOWN:
                unknown += 1
                history = []
                continue
            total += model.logprob(word, history)
            scored += 1
            history.append(word)
    return math.exp(-total / max(scored, 1)), scored, unknown


def _numbers(sentences: Iterable[Sequence[str]], number: dict[str, int]) -> list[list[int]]:
    """Return the sentences that have known words only, as numbers, without hesitations."""
    return [
        [number[word] for word in sentence if word not in FILLERS]
        for sentence in sentences
        if all(word in number for word in sentence) and not set(sentence) <= set(FILLERS)
    ]


def _general(ngrams: GeneralNgrams, number: dict[str, int]) -> ArrayModel:
    """Return the general model of our vocabulary only, its unigrams scaled to sum to one."""
    size = len(number)
    ours = np.array([number.get(word, -1) for word in ngrams.words])
    unigrams = np.full(size, _RARE)
    known = ours >= 0
    unigrams[ours[known]] = np.exp(ngrams.logprobs[0][known])
    unigrams[number[START]] = 0.0
    keys, probs = [np.arange(size)], [unigrams / unigrams.sum()]
    for grams, logprobs in zip(ngrams.grams[1:], ngrams.logprobs[1:], strict=True):
        words = ours[grams]
        inside = (words >= 0).all(axis=1) & (words[:, -1] != number[START])
        key = np.zeros(int(inside.sum()), np.int64)
        for column in words[inside].T:
            key = key * size + column
        order = np.argsort(key)
        keys.append(key[order])
        probs.append(np.exp(logprobs[inside][order]))
    return ArrayModel.of(size, keys, probs)


_RARE = 1e-7
"""Unigram probability of a word that general English lacks, before scaling."""

_BINS = 6
_BUCKETS = 2 * _BINS + 1


def _buckets(counts: list[dict[str, Ints]], size: int, order: int, histories: Ints) -> Ints:
    """Tell how well the own text knows histories of `order` - 1 words, as a number of a bucket.

    The longest part of a history that it has seen decides, and how often, in steps of four.
    """
    if order == 1:
        return np.full(len(histories), _BUCKETS - 1)
    seen, owner = np.unique(counts[order - 1]["keys"] // size, return_inverse=True)
    totals = np.bincount(owner, counts[order - 1]["counts"])
    at, there = lookup(seen, histories)
    fine = np.minimum(np.log2(np.maximum(totals[at], 1)) // 2, _BINS - 1).astype(np.int64)
    known = fine + (ORDER - order) * _BINS
    shorter = _buckets(counts, size, order - 1, histories % size ** (order - 2))
    return np.where(there, known, shorter)


def _learn_weights(
    own: ArrayModel, general: ArrayModel, counts: list[dict[str, Ints]], test: dict[str, Ints]
) -> Floats:
    """Find the weight of the own text in each bucket by expectation maximisation."""
    keys, number = test["keys"], test["counts"].astype(np.float64)
    bucket = _buckets(counts, own.size, ORDER, keys // own.size)
    ours, theirs = own.prob(ORDER, keys), general.prob(ORDER, keys)
    weights = np.full(_BUCKETS, 0.5)
    for _ in range(50):
        share = weights[bucket] * ours
        share = share / (share + (1 - weights[bucket]) * theirs)
        # Half of ten more sentences on each side: a bucket that is hardly met stays in the middle.
        weights = (np.bincount(bucket, share * number, _BUCKETS) + 5) / (
            np.bincount(bucket, number, _BUCKETS) + 10
        )
    return weights


def _mix(
    own: ArrayModel, general: ArrayModel, counts: list[dict[str, Ints]], weights: Floats
) -> ArrayModel:
    """Return the mixture of two models on all n-grams that either has."""
    keys, probs = [], []
    for order in range(1, ORDER + 1):
        both = np.union1d(own.keys[order - 1], general.keys[order - 1])
        if order == 1:
            weight = np.full(len(both), weights.mean())
        else:
            weight = weights[_buckets(counts, own.size, order, both // own.size)]
        keys.append(both)
        probs.append(weight * own.prob(order, both) + (1 - weight) * general.prob(order, both))
    return ArrayModel.of(own.size, keys, probs)


def _with_utterances(
    model: ArrayModel,
    counts: list[dict[str, Ints]],
    utterances: int,
    marginal: Floats,
    end: int,
    share: float,
) -> ArrayModel:
    """Return the mixture of a model and of utterances that are said word for word.

    After a history, the utterances weigh as much as they have part in all that begins so: `share`
    at the start, next to everything after words that hardly anybody else begins with.
    """
    size = model.size
    keys, probs = [model.keys[0]], [model.probs[0]]
    for order in range(2, ORDER + 1):
        said, times = counts[order - 1]["keys"], counts[order - 1]["counts"]
        histories, owner = np.unique(said // size, return_inverse=True)
        totals = np.bincount(owner, times)
        elsewhere = marginal[histories // size ** (order - 2)]
        if order == ORDER:
            elsewhere = elsewhere * model.prob(order - 1, histories)
        # Both as times an utterance: a start is as frequent as an end is among all words.
        elsewhere = elsewhere / marginal[end]
        ours = share * totals / utterances
        weight = ours / (ours + (1 - share) * elsewhere)
        both = np.union1d(model.keys[order - 1], said)
        at, there = lookup(histories, both // size)
        mass = np.where(there, weight[at], 0.0)
        place, known = lookup(said, both)
        literal = np.where(known, times[place] / totals[at], 0.0)
        keys.append(both)
        probs.append(mass * literal + (1 - mass) * model.prob(order, both))
    return ArrayModel.of(size, keys, probs)


def prune(
    model: ArrayModel, marginal: Floats, end: int, bytes_at_most: int, protected: list[Ints]
) -> ArrayModel:
    """Drop the n-grams whose loss changes the model least, until it fits.

    The change is the weighted relative entropy of Stolcke (1998), "Entropy-based pruning of backoff
    language models". A bigram stays while a trigram needs it as its history.

    Args:
        model: to be pruned.
        marginal: how frequent each word is as the beginning of a history.
        end: number of the end of a sentence, which costs no arc.
        bytes_at_most: of the graph.
        protected: keys of each order that stay in any case.
    """
    size = model.size
    loss2 = _losses(model, 2, marginal)
    pairs = model.keys[2] // size
    loss3 = _losses(model, 3, marginal)
    loss2[np.isin(model.keys[1], protected[1])] = np.inf
    loss3[np.isin(model.keys[2], protected[2])] = np.inf

    def kept(threshold: float) -> dict[int, NDArray[np.bool_]]:
        keep3 = loss3 >= threshold
        keep2 = (loss2 >= threshold) | np.isin(model.keys[1], pairs[keep3])
        return {2: keep2, 3: keep3}

    def cost(keep: dict[int, NDArray[np.bool_]]) -> int:
        arcs, states = size, 2
        for order, mask in keep.items():
            keys = model.keys[order - 1][mask]
            histories = len(np.unique(keys // size))
            arcs += int(np.sum(keys % size != end)) + histories
            states += histories
        return arcs * ARC_BYTES + states * STATE_BYTES + HEADER_BYTES

    finite = np.concatenate([loss2, loss3])
    finite = np.sort(finite[np.isfinite(finite)])
    low, high = 0, len(finite)  # how many n-grams go, at least and at most
    while low < high:
        middle = (low + high) // 2
        threshold = float(finite[middle]) if middle < len(finite) else math.inf
        if cost(kept(threshold)) <= bytes_at_most:
            high = middle
        else:
            low = middle + 1
    return model.subset(kept(float(finite[low]) if low < len(finite) else math.inf))


def _losses(model: ArrayModel, order: int, marginal: Floats) -> Floats:
    """Return by how much each n-gram's loss would change the model, in nats a word."""
    size = model.size
    keys, probs = model.keys[order - 1], model.probs[order - 1]
    lower = model.prob(order - 1, keys % size ** (order - 1))
    histories = keys // size
    _, owner = np.unique(histories, return_inverse=True)
    left = np.maximum(1 - np.bincount(owner, probs), 1e-6)[owner]
    free = np.maximum(1 - np.bincount(owner, lower), 1e-6)[owner]
    before = np.log(left / free)
    after = np.log((left + probs) / (free + lower))
    reach = marginal[histories // size ** (order - 2)]
    if order == ORDER:
        reach = reach * model.prob(order - 1, histories)
    change = probs * (np.log(lower) + after - np.log(probs)) + left * (after - before)
    return np.asarray(-reach * change)


def _named(model: ArrayModel, names: list[str], unknown: float) -> BackoffModel:
    """Return the model by words, with a place for words that it does not know."""
    ngrams: list[dict[Ngram, tuple[float, float]]] = []
    for order in range(1, ORDER + 1):
        keys = model.keys[order - 1]
        with np.errstate(divide="ignore"):
            logprobs = np.log(model.probs[order - 1] * (1 - unknown if order == 1 else 1.0))
        weights = np.zeros(len(keys))
        if order < ORDER:
            weights = np.log(model.backoff(order + 1, keys))
        digits = [keys // model.size**power % model.size for power in range(order - 1, -1, -1)]
        grams = zip(*(column.tolist() for column in digits), strict=True)
        table = zip(grams, logprobs.tolist(), weights.tolist(), strict=True)
        ngrams.append({tuple(names[word] for word in gram): (p, b) for gram, p, b in table})
    ngrams[0][(START,)] = (_NEVER, ngrams[0][(START,)][1])
    ngrams[0][(UNKNOWN,)] = (math.log(unknown), 0.0)
    return BackoffModel(ngrams)


_NEVER = -99.0
"""Logarithm that stands beside the start of a sentence, which no history is followed by."""
