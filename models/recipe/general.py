"""General English: the n-grams of the language model inside the pocketsphinx wheel.

`en-us.lm.bin` is a reversed trie in PocketSphinx's binary format: below a word stand the words
that come before it. Its own reader offers single probabilities, and its writer fails on files of
this size, so the file is read here. Layout, all little-endian (sphinxbase, lm_trie.c, and
lm_trie_quant.c, after KenLM):

    "Trie Language Model", uint8 order (3), 3 x uint32 number of n-grams
    uint32 kind of quantisation (1), 3 x 65536 float32: values of bigrams' probabilities,
    of their backoff weights, of trigrams' probabilities
    unigrams + 1 records of (float32 probability, float32 backoff weight, uint32 first bigram)
    bigrams + 1 records of bits: previous word, backoff weight, probability, first trigram
    trigrams + 1 records of bits: word before the previous one, probability
    uint32 length of the words, the words with a zero after each

A table of bits ends with eight bytes to spare. Logarithms are to the base 1.0001.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"Trie Language Model"
_LEVELS = 1 << 16
_VALUE_BITS = 16
_SPARE_BYTES = 8
_LOG_BASE = math.log(1.0001)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GeneralNgrams:
    """N-grams of orders 1 to 3; a row of `grams[n - 1]` holds n numbers of words, oldest first.

    Attributes:
        words: by number; `<s>` and `</s>` are among them.
        grams: (count, n) each.
        logprobs: natural logarithm of P(last word | the others), (count,) each.
    """

    words: tuple[str, ...]
    grams: tuple[Ints, ...]
    logprobs: tuple[Floats, ...]


def general_model_path() -> Path:
    """Return where the installed pocketsphinx wheel keeps its language model."""
    import pocketsphinx

    return Path(pocketsphinx.get_model_path()) / "en-us" / "en-us.lm.bin"


def read_general(path: Path | None = None) -> GeneralNgrams:
    """Read a trigram model in PocketSphinx's binary format.

    Raises:
        ValueError: it is no such file.
    """
    data = np.fromfile(path or general_model_path(), dtype=np.uint8)
    at = len(_MAGIC)
    if data[:at].tobytes() != _MAGIC or data[at] != 3:
        raise ValueError(f"{path}: not a trigram model of PocketSphinx")
    counts = [int(count) for count in _take(data, at + 1, "<u4", 3)]
    at += 1 + 12 + 4
    tables = _take(data, at, "<f4", 3 * _LEVELS).reshape(3, _LEVELS).astype(np.float64)
    at += 12 * _LEVELS
    record = np.dtype([("prob", "<f4"), ("backoff", "<f4"), ("next", "<u4")])
    unigrams = np.frombuffer(data, record, counts[0] + 1, at)
    at += unigrams.nbytes
    word_bits, next_bits = counts[0].bit_length(), counts[2].bit_length()

    bigrams = _Records(data, at, (word_bits, _VALUE_BITS, _VALUE_BITS, next_bits))
    at += bigrams.size(counts[1])
    trigrams = _Records(data, at, (word_bits, _VALUE_BITS))
    at += trigrams.size(counts[2])
    words = data[at + 4 :].tobytes().decode("utf-8").split("\0")[: counts[0]]

    # The counts in the head are a few too high: what follows the last record tells.
    first_bigram = unigrams["next"].astype(np.int64)
    first_trigram = bigrams.column(3, int(first_bigram[-1]) + 1)
    counts[1:] = len(first_trigram) - 1, int(first_trigram[-1])
    last = np.repeat(np.arange(counts[0]), np.diff(first_bigram))
    middle = bigrams.column(0, counts[1])
    parent = np.repeat(np.arange(counts[1]), np.diff(first_trigram))
    first = trigrams.column(0, counts[2])
    return GeneralNgrams(
        words=tuple(words),
        grams=(
            np.arange(counts[0])[:, None],
            np.stack([middle, last], axis=1),
            np.stack([first, middle[parent], last[parent]], axis=1),
        ),
        logprobs=(
            unigrams["prob"][: counts[0]].astype(np.float64) * _LOG_BASE,
            tables[0][bigrams.column(2, counts[1])] * _LOG_BASE,
            tables[2][trigrams.column(1, counts[2])] * _LOG_BASE,
        ),
    )


def _take(data: NDArray[np.uint8], at: int, dtype: str, count: int) -> NDArray[np.generic]:
    return np.frombuffer(data, np.dtype(dtype), count, at)


class _Records:
    """A table of records that are packed bit by bit, lowest bit first."""

    def __init__(self, data: NDArray[np.uint8], at: int, widths: tuple[int, ...]) -> None:
        self._data = data
        self._at = at
        self._widths = widths

    def size(self, count: int) -> int:
        """Return the length of a table in bytes."""
        return ((count + 1) * sum(self._widths) + 7) // 8 + _SPARE_BYTES

    def column(self, field: int, count: int) -> Ints:
        """Return one field (of 25 bits at most) of the first records."""
        bit = np.arange(count, dtype=np.int64) * sum(self._widths) + sum(self._widths[:field])
        byte = self._at + (bit >> 3)
        value = np.zeros(count, np.int64)
        for i in range(4):
            value |= self._data[byte + i].astype(np.int64) << (8 * i)
        return (value >> (bit & 7)) & ((1 << self._widths[field]) - 1)
