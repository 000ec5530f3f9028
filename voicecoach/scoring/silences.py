"""What lies between the words of a spoken answer: silences, and voice that became no words.

A recogniser's words have times, and so has the voice that a detector heard. A gap between two words
is a pause as far as it is silent. Voice outside all words is an "um" that was not written down, or
a word that was not recognised, or a laugh: which of them, nobody can tell from times alone, so it
is called what it is, a stretch of voice without words. A recogniser that does not know "um" writes
some short word for it, so a lone "the" between two silences counts as none.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voicecoach.events import HESITATIONS, OPEN_WORDS, Span, Word, text_of
from voicecoach.scoring.types import Answer
from voicecoach.word_sets import word_set

NOTED_PAUSE_S = 1.0
"""Silences of this length are listed; shorter ones are breath and punctuation."""
LONG_PAUSE_S = 2.0
"""A silence that listeners notice as a pause for thought."""

WORD_EDGE_S = 0.2
"""Recogniser and detector disagree by so much on where a word begins and ends; voice as close as
this to a word is part of it."""
SHORTEST_STRETCH_S = 0.2
"""Voice without words must last so long: shorter is a breath or the edge of a word. Both were found
by ``benchmarks/fillers.py``; the figures are in ``docs/scoring.md``."""

LONE_GAP_S = 0.2
"""Silence on both sides by which a word is alone."""
_OFTEN_AN_UM = word_set(
    "a an the m i am i'm me my him them their are or our of on up that for in to had end all her"
)
"""Short words that nobody says alone, and that recognisers write for an "um"; "so" and "and" are
not among them, for people do say them alone."""

_WORDS_BEFORE = 5
"""So many words before a pause tell where it was."""

_LEAN_BACK = word_set("of to with by from than")
"""Words that go on from the one before."""
_OPENERS = word_set(
    "and so but because then while although though which if when where who since until or after",
    "before once i i'd i've i'm i'll we we'd we've we're we'll he he's she she's they they'd",
    "they're they've it it's there that's this these those my our his her their what how in",
)
"""Words with which a clause likes to begin."""
_MAY_END = word_set(
    "it them that those this her him in on over about through up down by is are was were had did",
    "may can could would should",
)
"""Words that can end a clause although they mostly hold one open ("we went through with it")."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence inside an answer.

    Attributes:
        start_s: when it began, on the words' time scale.
        length_s: how long it lasted.
        after: the words before it.
        inside_clause: whether it broke a clause in two; at the end of one a pause costs nothing.
    """

    start_s: float
    length_s: float
    after: str
    inside_clause: bool


@dataclass(frozen=True, slots=True)
class Pauses:
    """The silences inside an answer.

    Attributes:
        longest_s: the longest of all; None for a single word.
        noted: those of `NOTED_PAUSE_S` and more, in order.
    """

    longest_s: float | None
    noted: tuple[Pause, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Voice without words.

    Attributes:
        start_s: when it began, on the words' time scale.
        length_s: how long it lasted.
        after: the words before it; '' where none came before.
    """

    start_s: float
    length_s: float
    after: str


def find_stretches(answer: Answer) -> tuple[Stretch, ...] | None:
    """Return the stretches of voice without words; None where the voice is not known."""
    if not answer.words or not answer.voice:
        return None
    starts = [word.start_s for word in answer.words]
    return tuple(
        Stretch(
            round(start_s, 2),
            round(end_s - start_s, 2),
            _words_up_to(answer.words, bisect_right(starts, start_s)),
        )
        for start_s, end_s in uncovered(answer.voice, believable(answer.words))
    )


def believable(words: Sequence[Word]) -> list[Word]:
    """Return the words without those that are more likely an "um" written as a word."""
    kept = []
    for n, word in enumerate(words):
        if word.text in _OFTEN_AN_UM:
            alone_before = n == 0 or word.start_s - words[n - 1].end_s >= LONE_GAP_S
            alone_after = n + 1 == len(words) or words[n + 1].start_s - word.end_s >= LONE_GAP_S
            if alone_before and alone_after and word.end_s - word.start_s >= SHORTEST_STRETCH_S:
                continue
        kept.append(word)
    return kept


def uncovered(voice: Sequence[Span], words: Sequence[Word]) -> Iterator[Span]:
    """Yield the parts of the voice that no word is near to.

    Args:
        voice: stretches of voice, in order.
        words: in order of time.
    """
    covers = _covers(words)
    at = 0
    for start_s, end_s in voice:
        while at < len(covers) and covers[at][1] <= start_s:
            at += 1
        free_s = start_s
        for cover_start_s, cover_end_s in covers[at:]:
            if cover_start_s >= end_s:
                break
            if cover_start_s - free_s >= SHORTEST_STRETCH_S:
                yield free_s, cover_start_s
            free_s = max(free_s, cover_end_s)
        if end_s - free_s >= SHORTEST_STRETCH_S:
            yield free_s, end_s


def _covers(words: Sequence[Word]) -> list[Span]:
    """Return the stretches that words cover, edges included; those that are close made one."""
    covers: list[Span] = []
    since_s = until_s = -math.inf
    for word in words:
        if word.start_s - WORD_EDGE_S - until_s >= SHORTEST_STRETCH_S:
            covers.append((since_s, until_s))
            since_s = word.start_s - WORD_EDGE_S
        until_s = word.end_s + WORD_EDGE_S
    return [*covers[1:], (since_s, until_s)] if words else []


def find_pauses(answer: Answer, stretches: Sequence[Stretch] = ()) -> Pauses | None:
    """Return the silences between words, and between words and other voice; None for typed text.

    While somebody else spoke the candidate did not pause.

    Args:
        answer: with the times of its words.
        stretches: of voice without words, in order.
    """
    if not answer.words:
        return None
    words = answer.words
    longest_s = None
    noted = []
    for n, since_s, until_s in _silences(answer, stretches):
        longest_s = max(longest_s or 0.0, until_s - since_s)
        if until_s - since_s >= NOTED_PAUSE_S - 1e-6:
            heard = [word.text for word in words[max(0, n - _WORDS_BEFORE) : n]]
            inside = breaks_a_clause(heard, words[n].text)
            length_s = round(until_s - since_s, 2)
            noted.append(Pause(round(since_s, 2), length_s, _words_up_to(words, n), inside))
    return Pauses(None if longest_s is None else round(longest_s, 2), tuple(noted))


def _silences(answer: Answer, stretches: Sequence[Stretch]) -> Iterator[tuple[int, float, float]]:
    """Yield each silence inside an answer: the number of words before it, its start and end."""
    at = 0
    until_s = answer.words[0].end_s
    for n, word in enumerate(answer.words):
        since_s, until_s = until_s, word.start_s
        while at < len(stretches) and stretches[at].start_s < until_s:
            if n and n not in answer.breaks and stretches[at].start_s > since_s:
                yield n, since_s, stretches[at].start_s
            since_s = max(since_s, stretches[at].start_s + stretches[at].length_s)
            at += 1
        if n and n not in answer.breaks:
            yield n, since_s, max(since_s, until_s)
        until_s = word.end_s


def _words_up_to(words: Sequence[Word], n: int) -> str:
    return text_of(words[max(0, n - _WORDS_BEFORE) : n])


def breaks_a_clause(before: Sequence[str], after: str) -> bool:
    """Whether the gap between these words lies inside a clause.

    A recogniser writes no punctuation, so words decide: "found that" goes on, "the problem" before
    "then" does not.

    Args:
        before: the words before the gap, in order; hesitations are not among what decides.
        after: the word behind it.
    """
    heard = [word.lower() for word in before if word.lower() not in HESITATIONS]
    if not heard:
        return False
    last, following = heard[-1], after.lower()
    if last[-1] in ".?!;:":
        return False
    if last in _MAY_END:
        return following not in _OPENERS
    return last in OPEN_WORDS or following in _LEAN_BACK
