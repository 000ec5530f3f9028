"""What lies between the words of a spoken answer: silences, and voice that became no words.

A recogniser's words have times, and so has the voice that a detector heard. A gap between two words
is a pause as far as it is silent. Voice outside all words is an "um" that was not written down, or
a word that was not recognised, or a laugh: which of them, nobody can tell from times alone, so it
is called what it is, a stretch of voice without words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voicecoach.events import HESITATIONS, OPEN_WORDS, Span, Word, text_of
from voicecoach.scoring.plain import word_set
from voicecoach.scoring.types import Answer

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
        for start_s, end_s in uncovered(answer.voice, answer.words)
    )


def uncovered(voice: Sequence[Span], words: Sequence[Word]) -> Iterator[Span]:
    """Yield the parts of the voice that no word is near to.

    Args:
        voice: stretches of voice, in order.
        words: in order of time.
    """
    at = 0
    for start_s, end_s in voice:
        while at < len(words) and words[at].end_s + WORD_EDGE_S <= start_s:
            at += 1
        free_s = start_s
        for word in words[at:]:
            if word.start_s - WORD_EDGE_S >= end_s:
                break
            if word.start_s - WORD_EDGE_S - free_s >= SHORTEST_STRETCH_S:
                yield free_s, word.start_s - WORD_EDGE_S
            free_s = max(free_s, word.end_s + WORD_EDGE_S)
        if end_s - free_s >= SHORTEST_STRETCH_S:
            yield free_s, end_s


def find_pauses(answer: Answer, stretches: Sequence[Stretch] = ()) -> tuple[Pause, ...] | None:
    """Return every silence between words, and between words and other voice; None for typed text.

    While somebody else spoke the candidate did not pause.

    Args:
        answer: with the times of its words.
        stretches: of voice without words, in order.
    """
    if not answer.words:
        return None
    pauses = []
    at = 0
    for n in range(1, len(answer.words)):
        since_s, until_s = answer.words[n - 1].end_s, answer.words[n].start_s
        if n in answer.breaks:
            continue
        while at < len(stretches) and stretches[at].start_s < until_s:
            if stretches[at].start_s > since_s:
                pauses.append(_pause(answer.words, n, since_s, stretches[at].start_s))
            since_s = max(since_s, stretches[at].start_s + stretches[at].length_s)
            at += 1
        pauses.append(_pause(answer.words, n, since_s, max(since_s, until_s)))
    return tuple(pauses)


def _pause(words: Sequence[Word], n: int, since_s: float, until_s: float) -> Pause:
    length_s = round(until_s - since_s, 2)
    if length_s < NOTED_PAUSE_S:
        return Pause(since_s, length_s, "", inside_clause=False)  # nobody asks where
    return Pause(
        round(since_s, 2),
        length_s,
        _words_up_to(words, n),
        breaks_a_clause([w.text for w in words[max(0, n - 3) : n]], words[n].text),
    )


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
