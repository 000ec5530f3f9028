"""How an answer was spoken: pace, pauses, fillers, hedges, who is the subject.

Delivery is reported beside the judgement and is never part of it. What can't be known is None, not
zero: typed text has no pace, and a recogniser that drops "um" (many do) can't show that none was
said. So where not one hesitation is among the words, the filler counts are None, unless the caller
knows that hesitations would have been written down.

No value is called good or bad. What is comfortable to listeners, and who says so, is in
``prompts/delivery.yaml``; a value is described beside it in words, since those who publish norms
disagree.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from voicecoach.events import HESITATIONS, Word
from voicecoach.scoring.delivery_guide import NO_GUIDE, DeliveryGuide
from voicecoach.scoring.first_content import first_content
from voicecoach.scoring.plain import Token, filler_lengths, repeats, tokenize
from voicecoach.scoring.silences import (
    LONG_PAUSE_S,
    Pauses,
    Stretch,
    find_pauses,
    find_stretches,
)
from voicecoach.scoring.types import Answer, Delivery, Measured
from voicecoach.word_sets import word_set

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
    answer: Answer, guide: DeliveryGuide = NO_GUIDE, *, writes_hesitations: bool | None = None
) -> Delivery:
    """Return the measured values by name; None where they can't be known.

    - ``words_per_minute``: words without hesitations over the time from first to last word;
    - ``articulation_rate_wpm``: the same over voiced time alone;
    - ``fillers``, ``fillers_per_minute``: um, uh, "you know", "I mean", "like" as a filler;
    - ``long_pauses``, ``longest_pause_s``: silences between words, long from 2 s;
    - ``pauses``: those from 1 s, each with ``start_s``, ``length_s``, the words ``after`` which it
      came, and whether it was ``inside_clause``;
    - ``voice_without_words``: how many stretches of voice are covered by no word, with
      ``voice_without_words_s`` in all, and ``voice_without_words_at``, each with ``start_s``,
      ``length_s`` and the words ``after`` which it came;
    - ``hedges``: "I think", "sort of", "maybe" and the like;
    - ``i_share``: "I" among "I" and "we", 0 to 1; None where neither is said;
    - ``restarts``: words said twice in a row;
    - ``first_word_s``: from the end of the question to the first word;
    - ``first_content_s``: from the first sound to the first word that says something, and
      ``preamble_words``, how many words came before that one;
    - ``described``: values in words, each with its ``measure`` and its ``standing``: see
      `voicecoach.scoring.delivery_guide`.

    Args:
        answer: typed or spoken.
        guide: what values are compared with, and what counts as a preamble.
        writes_hesitations: whether the recogniser, or the typist, puts "um" down: True makes no
            hesitation a count of zero, False makes every count None, None lets the words tell.
    """
    tokens = tokenize(answer.text)
    words = [t for t in tokens if t.text not in {".", ","}]
    spoken = sum(1 for t in words if t.text not in HESITATIONS)
    fillers = _fillers(tokens, writes_hesitations)
    stretches = find_stretches(answer)
    values: dict[str, Measured] = {
        "words_per_minute": _per_minute(spoken, answer.duration_s),
        "articulation_rate_wpm": _per_minute(spoken, answer.voiced_s),
        "fillers": fillers,
        "fillers_per_minute": _per_minute(fillers, answer.duration_s),
        **_silences(find_pauses(answer, stretches or ())),
        **_stretches(stretches),
        "hedges": count_hedges(tokens),
        "i_share": _i_share(words),
        "restarts": repeats(answer.text),
        **_beginning(answer, words, guide),
    }
    return {**values, "described": _described(values, answer, guide)}


def _silences(pauses: Pauses | None) -> dict[str, Measured]:
    if pauses is None:
        return dict.fromkeys(("long_pauses", "longest_pause_s", "pauses"))
    return {
        "long_pauses": sum(p.length_s >= LONG_PAUSE_S for p in pauses.noted),
        "longest_pause_s": pauses.longest_s,
        "pauses": [dataclasses.asdict(p) for p in pauses.noted],
    }


def _stretches(found: Sequence[Stretch] | None) -> dict[str, Measured]:
    keys = ("voice_without_words", "voice_without_words_s", "voice_without_words_at")
    if found is None:
        return dict.fromkeys(keys)
    listed = [dataclasses.asdict(stretch) for stretch in found]
    values = (len(found), round(sum(stretch.length_s for stretch in found), 2), listed)
    return dict(zip(keys, values, strict=True))


def _beginning(answer: Answer, words: Sequence[Token], guide: DeliveryGuide) -> dict[str, Measured]:
    """Return how long it took to say a word, and to say something."""
    before = first_content(words, guide.preambles)
    values: dict[str, Measured] = {
        "first_word_s": None,
        "first_content_s": None,
        "preamble_words": before,
    }
    if not answer.words:
        return values
    first_s = answer.words[0].start_s
    if answer.asked_s is not None:
        values["first_word_s"] = round(max(0.0, first_s - answer.asked_s), 2)
    if before is not None:
        sound_s = min(first_s, answer.voice[0][0]) if answer.voice else first_s
        said_s = _word_at(answer.words, words[before].start).start_s
        values["first_content_s"] = round(said_s - sound_s, 2)
    return values


def _word_at(words: Sequence[Word], offset: int) -> Word:
    """Return the word that holds a character of the text."""
    end = -1
    for word in words:
        end += 1 + len(word.text)
        if offset < end:
            return word
    return words[-1]


def _described(
    values: Mapping[str, Measured], answer: Answer, guide: DeliveryGuide
) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    for name, measure in guide.measures.items():
        value = values[name]
        if isinstance(value, (int, float)):
            found.append({"measure": name, **measure.describe(value, answer.duration_s)})
    return found


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


def _i_share(words: Sequence[Token]) -> float | None:
    mine = sum(t.text in _FIRST_PERSON for t in words)
    ours = sum(t.text in _FIRST_PLURAL for t in words)
    return round(mine / (mine + ours), 3) if mine + ours else None


def _per_minute(count: int | None, seconds: float | None) -> float | None:
    if count is None or seconds is None or seconds < _SHORTEST_FOR_PACE_S:
        return None
    return round(60.0 * count / seconds, 1)
