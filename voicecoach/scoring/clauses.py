"""A transcript as the judge reads it: tokens in clauses, each of which can be quoted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import attrgetter

from voicecoach.events import Word
from voicecoach.scoring.tokens import (
    Token,
    join_numbers,
    spanned,
    tokenise,
    without_echoes,
    without_fillers,
    without_question,
    without_recital,
    without_repeats,
)
from voicecoach.scoring.types import Answer, Evidence
from voicecoach.word_sets import word_set

_OPENERS = word_set("and so but because then while although though which if when")
"""Words at which a new clause is taken to begin, with or without punctuation."""

_SUBJECTS = word_set(
    "i i'd i've i'll i'm we we'd we've we'll he she it it's they they'd you the that that's there"
    " this a an my our people if when what who"
)

_MOST_EVIDENCE_TOKENS = 28
"""A quote longer than this is no quote any more."""


PAUSE_S = 0.35
"""A silence of this length ends a stretch that is quoted: it is heard as a full stop."""


_start_char = attrgetter("start_char")


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer, read.

    Attributes:
        answer: what was read.
        said_once: its text without the stretches that had been said before, by the candidate or by
            the coach.
        tokens: without fillers and repeats.
        words: their words, for matching.
        starts_clause: for each token, whether a clause begins there; for quotes.
        opens_clause: the same by words alone, without punctuation; for levels.
        spoken_words: how many words the answer has, fillers included.
        recited_words: how many of them are the coach's own, read back.
    """

    answer: Answer
    said_once: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    starts_clause: tuple[bool, ...]
    opens_clause: tuple[bool, ...]
    spoken_words: int
    recited_words: int

    def evidence(self, start: int, end: int) -> Evidence:
        """Return the words from token `start` up to `end` as evidence, with times if known."""
        start_char, end_char = self.tokens[start].start_char, self.tokens[end - 1].end_char
        start_s = end_s = None
        if self.answer.words:
            inside = words_between(self.answer, start_char, end_char)
            start_s, end_s = inside[0].start_s, inside[-1].end_s
        quote = self.answer.text[start_char:end_char]
        return Evidence(quote, start_char, end_char, start_s, end_s)

    def clause_around(self, start: int, end: int) -> tuple[int, int]:
        """Widen a span of tokens to the clauses that it lies in, within a quote's length."""
        room = max(0, _MOST_EVIDENCE_TOKENS - (end - start))
        first = start
        while first > 0 and not self.starts_clause[first] and start - first < room // 2:
            first -= 1
        last = end
        while last < len(self.tokens) and not self.starts_clause[last] and last - end < room // 2:
            last += 1
        return first, last

    def tokens_of(self, start_char: int, end_char: int) -> tuple[int, int]:
        """Return the span of tokens that holds these characters of the text."""
        start = max(0, bisect_right(self.tokens, start_char, key=_start_char) - 1)
        end = max(start + 1, bisect_right(self.tokens, end_char - 1, key=_start_char))
        return start, min(end, len(self.tokens))


def read(
    answer: Answer,
    most_words: int = 3000,
    mend: Callable[[Sequence[Token]], Sequence[Token]] = tuple,
    prompts: Collection[tuple[str, ...]] = (),
) -> Reading:
    """Return the tokens of an answer; what lies beyond `most_words` words is not read.

    Args:
        answer: any text, empty ones too.
        most_words: of the text, fillers included.
        mend: mends misspelt words, see `voicecoach.scoring.cues.Matcher.mend`.
        prompts: the coach's own words, see `voicecoach.scoring.tokens.without_recital`.
    """
    raw, spoken = tokenise(answer.text, most_words)
    plain = list(mend(without_repeats(without_fillers(raw, answer.text))))
    first = without_echoes(plain)
    once = without_recital(without_question(first), prompts)
    said_once = answer.text if len(once) == len(plain) else spanned(answer.text, once)
    tokens = tuple(join_numbers(once))
    words = tuple(t.word for t in tokens)
    opens = _clause_starts(tokens)
    after_pause = _after_pauses(answer)
    starts = tuple(
        opened or t.sentence or t.start_char in after_pause
        for opened, t in zip(opens, tokens, strict=True)
    )
    recited = len(first) - len(once)
    return Reading(answer, said_once, tokens, words, starts, opens, spoken, recited)


def _after_pauses(answer: Answer) -> frozenset[int]:
    """Return the offsets of words that follow a pause; none for typed text."""
    offsets = _word_offsets(tuple(w.text for w in answer.words))
    spoken = zip(pairwise(answer.words), offsets[1:], strict=False)
    return frozenset(at for (a, b), at in spoken if b.start_s - a.end_s >= PAUSE_S)


def _clause_starts(tokens: Sequence[Token]) -> tuple[bool, ...]:
    starts = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        opens = token.word in _OPENERS and (following in _SUBJECTS or token.word == "because")
        starts.append(index == 0 or opens)
    return tuple(starts)


@lru_cache(maxsize=8)
def _word_offsets(answer_words: tuple[str, ...]) -> tuple[int, ...]:
    return (0, *accumulate(len(w) + 1 for w in answer_words))


def words_between(answer: Answer, start_char: int, end_char: int) -> list[Word]:
    """Return the recogniser's words that hold these characters of the text; at least one."""
    offsets = _word_offsets(tuple(w.text for w in answer.words))
    inside = [
        word
        for word, offset in zip(answer.words, offsets, strict=False)
        if offset < end_char and offset + len(word.text) > start_char
    ]
    return inside or [answer.words[-1]]
