"""How an answer was spoken: pace, pauses, fillers, hedges, who is the subject.

Delivery is reported beside the judgement and is never part of it. What can't be known is None, not
zero: typed text has no pace, and a recogniser that drops "um" (many do) can't show that none was
said. So where not one hesitation is among the words, the filler counts are None, unless the caller
knows that hesitations would have been written down.

No value is called good or bad: published norms of pace disagree (100 to 165, 120 to 145 and 130 to
160 words a minute), and in a study of 0, 2, 5 and 12 fillers a minute only twelve made a difference
to listeners.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from voicecoach.events import HESITATIONS, Word
from voicecoach.scoring.plain import (
    Token,
    filler_lengths,
    repeats,
    tokenize,
    word_set,
)
from voicecoach.scoring.types import Answer

LONG_PAUSE_S = 2.0
"""A gap between two words that listeners notice as a pause for thought."""
_SHORTEST_FOR_PACE_S = 5.0
"""Rates over less than this say more about chance than about the speaker."""

_FIRST_PERSON = word_set("i i'd i've i'm i'll me my mine myself")
_FIRST_PLURAL = word_set("we we'd we've we're we'll us our ours ourselves")
_HEDGES = (
    "i think",
    "i guess",
    "i suppose",
    "i feel like",
    "i believe",
    "sort of",
    "kind of",
    "maybe",
    "perhaps",
    "probably",
    "possibly",
    "hopefully",
    "somewhat",
    "pretty much",
    "more or less",
    "or something",
    "or whatever",
    "to be honest",
    "if that makes sense",
)
_HEDGES_BY_FIRST: dict[str, tuple[tuple[str, ...], ...]] = {}
for _hedge in _HEDGES:
    _parts = tuple(_hedge.split())
    _HEDGES_BY_FIRST[_parts[0]] = (*_HEDGES_BY_FIRST.get(_parts[0], ()), _parts)


def measure_delivery(
    answer: Answer, *, writes_hesitations: bool | None = None
) -> dict[str, float | int | None]:
    """Return the measured values by name; None where they can't be known.

    `writes_hesitations` says whether the recogniser, or the typist, puts "um" down: True makes no
    hesitation a count of zero, False makes every count None, None lets the words tell.

    - ``words_per_minute``: words without hesitations over the time from first to last word;
    - ``articulation_rate_wpm``: the same over voiced time alone;
    - ``fillers``, ``fillers_per_minute``: um, uh, "you know", "I mean", "like" as a filler;
    - ``long_pauses``, ``longest_pause_s``: gaps between words, long from 2 s;
    - ``hedges``: "I think", "sort of", "maybe" and the like;
    - ``i_share``: "I" among "I" and "we", 0 to 1; None where neither is said;
    - ``restarts``: words said twice in a row.
    """
    tokens = tokenize(answer.text)
    words = [t for t in tokens if t.text not in {".", ","}]
    spoken = sum(1 for t in words if t.text not in HESITATIONS)
    duration_s = _long_enough(answer.duration_s)
    voiced_s = _long_enough(answer.voiced_s)
    fillers = _fillers(tokens, writes_hesitations)
    pauses = _pauses(answer.words)
    return {
        "words_per_minute": _per_minute(spoken, duration_s),
        "articulation_rate_wpm": _per_minute(spoken, voiced_s),
        "fillers": fillers,
        "fillers_per_minute": None if fillers is None else _per_minute(fillers, duration_s),
        "long_pauses": None if pauses is None else sum(p >= LONG_PAUSE_S for p in pauses),
        "longest_pause_s": round(max(pauses), 2) if pauses else None,
        "hedges": count_hedges(tokens),
        "i_share": _i_share(words),
        "restarts": repeats(tokens),
    }


def count_hedges(tokens: Sequence[Token]) -> int:
    """Return how often the speaker takes a word back in advance: "I think", "maybe"."""
    words = [t.text for t in tokens]
    found = 0
    for i, word in enumerate(words):
        for hedge in _HEDGES_BY_FIRST.get(word, ()):
            if tuple(words[i : i + len(hedge)]) != hedge:
                continue
            if hedge in {("kind", "of"), ("sort", "of")} and i and words[i - 1] in _NAMES_A_KIND:
                continue
            found += 1
            break
    return found


_NAMES_A_KIND = word_set(
    "a the this that what some any same which one two these those every another"
)


def _fillers(tokens: tuple[Token, ...], writes_hesitations: bool | None) -> int | None:
    if writes_hesitations is None:
        writes_hesitations = any(t.text in HESITATIONS for t in tokens)
    if not writes_hesitations:
        return None
    return sum(tokens[i].text not in {"sort", "kind"} for i in filler_lengths(tokens))


def _pauses(words: Sequence[Word]) -> list[float] | None:
    if not words:
        return None
    return [max(0.0, b.start_s - a.end_s) for a, b in pairwise(words)]


def _i_share(words: Sequence[Token]) -> float | None:
    mine = sum(t.text in _FIRST_PERSON for t in words)
    ours = sum(t.text in _FIRST_PLURAL for t in words)
    return round(mine / (mine + ours), 3) if mine + ours else None


def _long_enough(seconds: float | None) -> float | None:
    return seconds if seconds is not None and seconds >= _SHORTEST_FOR_PACE_S else None


def _per_minute(count: int, seconds: float | None) -> float | None:
    return None if seconds is None else round(60.0 * count / seconds, 1)
