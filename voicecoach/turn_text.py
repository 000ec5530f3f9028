"""What the words so far say about whether an answer is over. Pure.

Owns: the evidence of words alone, before any silence: a linear model over the last words, their
pairs, and the length that has been told, learned from labelled answers (models/turn), and the few
plain signs that need no learning: a closing phrase, a word that cannot end a sentence, a number or
a list left open. A recogniser writes no full stops, so there are none to go by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voicecoach.events import OPEN_WORDS
from voicecoach.word_sets import word_set

WORDS_PER_S = 2.4
"""At which expected seconds become expected words: 144 a minute."""

NEAR, FAR = 8, 30
"""How many of the last words count as near the end, and as in its neighbourhood."""

STEPS = (0.3, 0.6, 1.0)
"""Shares of the expected length at which its weight may change."""

UNIT = 1000
"""Weights are kept as whole thousandths."""

CLOSING_PHRASES = (
    "that's my answer",
    "that is my answer",
    "that's the answer",
    "that's it",
    "that's all",
    "that's everything",
    "that's it from me",
    "that's all from me",
    "that's all i have",
    "that's the story",
    "that's how it went",
    "that's what i did",
    "so yeah",
    "so yes that's me",
    "i'm done",
    "i am done",
    "that's where i'd leave it",
    "i'll stop there",
    "i'll leave it there",
    "does that make sense",
    "does that answer your question",
    "does that answer the question",
    "if that makes sense",
    "happy to go deeper",
)
"""Ways to say that an answer is over; matched at its end."""

LEAST = 0.02
"""Words whose weights are all smaller are not kept."""

COUNTS = word_set(
    """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion point"""
)
"""Words that numbers are made of."""

_MEASURED = word_set("by from rose fell grew dropped went up down another every")


_SOMETIMES_LAST = word_set(
    """around though more since without no am between through does being while those not this her
    most should over are for into will or from really like which each only on some been"""
)
"""Open words that one in a hundred times and more were the last of a sentence in labelled answers:
they speak against an end, as their weights say, and do not rule it out."""

_NEVER_LAST = OPEN_WORDS - _SOMETIMES_LAST


def closes(texts: Sequence[str]) -> bool:
    """Whether the words end in a closing phrase."""
    tail = " ".join(texts[-8:])
    return any(tail == phrase or tail.endswith(" " + phrase) for phrase in CLOSING_PHRASES)


def is_open(texts: Sequence[str]) -> bool:
    """Whether the words cannot be the end of a sentence.

    They end in "and", "because", "um" or "the", or in a number that is only half said: "rose by
    twenty", "three point".
    """
    if not texts:
        return False
    last = texts[-1]
    if last in _NEVER_LAST or last == "point":
        return True
    before = [text for text in texts[-4:-1] if text not in COUNTS]
    return last in COUNTS and bool(before) and before[-1] in _MEASURED


@dataclass(frozen=True, slots=True)
class WordWeights:
    """What a word says for the end, in log-odds: as the last word, the last but one, among the
    last `NEAR` and among the last `FAR`."""

    last: float
    second: float
    near: float
    far: float


@dataclass(frozen=True, slots=True)
class TurnText:
    """The learned weights.

    Attributes:
        bias: log-odds of an end where nothing is known.
        words: by word.
        pairs: by two words in a row, as the last ones and among the last `NEAR`.
        lengths: for the told share of the expected length up to each of `STEPS`, and beyond.
        open_words: for an open word in the last place, the last but one, and the one before.
    """

    bias: float
    words: Mapping[str, WordWeights]
    pairs: Mapping[str, tuple[float, float]]
    lengths: tuple[float, ...]
    open_words: tuple[float, ...]

    def log_odds(self, texts: Sequence[str], expected_s: float) -> float:
        """Return the log-odds that an answer is over where it pauses after these words.

        Args:
            texts: all words of the answer so far, as the recogniser writes them.
            expected_s: usual length of such an answer.
        """
        if not texts:
            return -math.inf
        share = len(texts) / (expected_s * WORDS_PER_S)
        total = self.bias
        total += sum(w * x for w, x in zip(self.lengths, length_steps(share), strict=True))
        total += sum(
            weight
            for weight, text in zip(self.open_words, reversed(texts), strict=False)
            if text in OPEN_WORDS
        )
        total += self._of_words(texts)
        near = texts[-NEAR:]
        for pair in map(" ".join, pairwise(near)):
            total += self.pairs.get(pair, (0.0, 0.0))[1]
        return total + self.pairs.get(" ".join(texts[-2:]), (0.0, 0.0))[0]

    def _of_words(self, texts: Sequence[str]) -> float:
        known = self.words
        total = sum(known[text].near for text in texts[-NEAR:] if text in known)
        total += sum(known[text].far for text in texts[-FAR:] if text in known)
        if texts[-1] in known:
            total += known[texts[-1]].last
        if len(texts) > 1 and texts[-2] in known:
            total += known[texts[-2]].second
        return total


def length_steps(share: float) -> tuple[float, ...]:
    """Return how much of each stretch between `STEPS` has been told, and how much beyond."""
    starts, ends = (0.0, *STEPS), (*STEPS, 2.0)
    return tuple(max(0.0, min(share, end) - start) for start, end in zip(starts, ends, strict=True))


def read_weights(lines: Iterable[str]) -> TurnText:
    """Read what `written` wrote.

    Raises:
        ValueError: it is something else.
    """
    words: dict[str, WordWeights] = {}
    pairs: dict[str, tuple[float, float]] = {}
    named: dict[str, tuple[float, ...]] = {}
    for line in lines:
        name, *fields = line.rstrip("\n").split("\t")
        values = tuple(int(field) / UNIT for field in fields)
        if name.startswith("("):
            named[name] = values
        elif " " in name:
            last, near = values
            pairs[name] = (last, near)
        else:
            words[name] = WordWeights(*values)
    try:
        (bias,) = named["(bias)"]
        return TurnText(bias, words, pairs, named["(lengths)"], named["(open)"])
    except KeyError as error:
        raise ValueError(f"the weight {error} is missing") from error


def written(weights: TurnText) -> Iterable[str]:
    """Yield the lines of a file that `read_weights` reads; words of no weight are left out."""

    def line(name: str, *values: float) -> str:
        return "\t".join([name, *(str(round(value * UNIT)) for value in values)]) + "\n"

    yield line("(bias)", weights.bias)
    yield line("(lengths)", *weights.lengths)
    yield line("(open)", *weights.open_words)
    for word, w in sorted(weights.words.items()):
        values = (w.last, w.second, w.near, w.far)
        if max(map(abs, values)) >= LEAST:
            yield line(word, *values)
    for pair, (last, near) in sorted(weights.pairs.items()):
        yield line(pair, last, near)
