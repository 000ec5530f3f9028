"""Backoff trigram models as sorted arrays: estimating, mixing, normalising, pruning.

Words are numbers from 0 to `size` - 1; an n-gram is one integer, its words as digits to the base
`size`, the oldest first. So `key // size` is its history, and `key % size ** (n - 1)` is what is
left when the oldest word is forgotten. Only words of order one need to be known: any other
probability is found by backing off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
ORDER = 3
_LEAST = 1e-12


def lookup(keys: Ints, wanted: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where each wanted key stands in sorted keys, and whether it is there at all."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


@dataclass
class ArrayModel:
    """A backoff model.

    Attributes:
        size: base of the keys.
        keys: of the n-grams of order 1, 2 and 3, sorted. Order 1 has every word.
        probs: P(last word | the others), beside the keys.
        histories: keys of the histories of order 1 and 2, sorted.
        backoffs: weight of each history, beside them; 1 for any other history.
    """

    size: int
    keys: list[Ints]
    probs: list[Floats]
    histories: list[Ints]
    backoffs: list[Floats]

    @classmethod
    def of(cls, size: int, keys: list[Ints], probs: list[Floats]) -> ArrayModel:
        """Return a model whose backoff weights make every distribution sum to one."""
        model = cls(size, keys, probs, [], [])
        for order in range(2, ORDER + 1):
            model._normalise(order)
        return model

    def _normalise(self, order: int) -> None:
        keys, probs = self.keys[order - 1], self.probs[order - 1]
        histories, owner = np.unique(keys // self.size, return_inverse=True)
        lower = self.prob(order - 1, keys % self.size ** (order - 1))
        explicit = np.bincount(owner, probs, len(histories))
        shadowed = np.bincount(owner, lower, len(histories))
        # Where the explicit words take all, they are scaled down to leave a little.
        # Where they are all that there are, nobody is left to hand on to: they take the rest too.
        others = 1 - shadowed
        nobody = others < 1e-6
        scale = np.where(
            nobody | (explicit > 1 - 1e-4), (1 - 1e-4) / np.maximum(explicit, _LEAST), 1.0
        )
        self.probs[order - 1] = probs * scale[owner]
        left = np.maximum(1 - explicit * scale, _LEAST)
        self.histories.append(histories)
        self.backoffs.append(np.where(nobody, _LEAST, left / np.maximum(others, 1e-6)))

    def backoff(self, order: int, histories: Ints) -> Floats:
        """Return the weights with which histories of `order` - 1 words hand on."""
        at, there = lookup(self.histories[order - 2], histories)
        if not len(self.histories[order - 2]):
            return np.ones(len(histories))
        return np.where(there, self.backoffs[order - 2][at], 1.0)

    def prob(self, order: int, keys: Ints) -> Floats:
        """Return P(last word | the others) of any n-grams of one order."""
        if order == 1:
            return self.probs[0][keys]
        at, there = lookup(self.keys[order - 1], keys)
        lower = self.prob(order - 1, keys % self.size ** (order - 1))
        found = self.probs[order - 1][at] if len(self.keys[order - 1]) else lower
        return np.where(there, found, self.backoff(order, keys // self.size) * lower)

    def subset(self, keep: dict[int, NDArray[np.bool_]]) -> ArrayModel:
        """Return the model of only those n-grams of order 2 and 3 that are to be kept."""
        masks = [np.ones(len(self.keys[0]), np.bool_), keep[2], keep[3]]
        return ArrayModel.of(
            self.size,
            [keys[mask] for keys, mask in zip(self.keys, masks, strict=True)],
            [probs[mask] for probs, mask in zip(self.probs, masks, strict=True)],
        )


def count_ngrams(
    sentences: list[list[int]], size: int, start: int, end: int
) -> list[dict[str, Ints]]:
    """Count the n-grams of order 1 to 3 of sentences; each order has "keys" and "counts".

    Bigrams and trigrams begin with `start`, once; order 1 leaves it out.
    """
    lengths = np.array([len(sentence) + 2 for sentence in sentences])
    flat = np.array(
        [word for sentence in sentences for word in (start, *sentence, end)], dtype=np.int64
    )
    place = np.arange(len(flat)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    found = []
    for order in range(1, ORDER + 1):
        last = np.flatnonzero(place >= max(order - 1, 1))
        key = np.zeros(len(last), np.int64)
        for back in range(order - 1, -1, -1):
            key = key * size + flat[last - back]
        keys, counts = np.unique(key, return_counts=True)
        found.append({"keys": keys, "counts": counts})
    return found


def kneser_ney(counts: list[dict[str, Ints]], size: int, base: Floats) -> ArrayModel:
    """Estimate an interpolated Kneser-Ney model (Chen and Goodman 1998, one discount an order).

    Lower orders count in how many contexts an n-gram stands, except after the start of a sentence,
    where nothing can stand before.

    Args:
        counts: of `count_ngrams`.
        size: base of the keys.
        base: distribution that order 1 falls back on, (size,).
    """
    model = ArrayModel(size, [np.arange(size)], [base], [], [])
    for order in range(1, ORDER + 1):
        keys = counts[order - 1]["keys"]
        number = counts[order - 1]["counts"].astype(np.float64)
        if order < ORDER:
            above = counts[order]["keys"] % size**order
            kinds, contexts = np.unique(above, return_counts=True)
            at, there = lookup(kinds, keys)
            number = np.where(there, contexts[at], number)
        once, twice = np.sum(number == 1), np.sum(number == 2)
        discount = float(np.clip(once / max(once + 2 * twice, 1), 0.3, 0.9))
        owner_keys, owner = np.unique(keys // size, return_inverse=True)
        total = np.bincount(owner, number)
        spared = np.bincount(owner, np.minimum(number, discount)) / total
        if order == 1:
            probs = spared[0] * base
            probs[keys] += np.maximum(number - discount, 0) / total[0]
            model.probs[0] = probs
            continue
        lower = model.prob(order - 1, keys % size ** (order - 1))
        probs = np.maximum(number - discount, 0) / total[owner] + spared[owner] * lower
        model.keys.append(keys)
        model.probs.append(probs)
        model.histories.append(owner_keys)
        model.backoffs.append(spared)
    return model
