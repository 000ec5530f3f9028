"""What a speaker took back: "eight, no, nine percent", "fell, sorry, rose", "I think it was six".

What is taken back, an editing term, what is said instead: the last saying counts. Where the two
sides do not match, a number and a number or a verb and a verb, nothing is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voicecoach.scoring.numbers import read_at
from voicecoach.scoring.plain import Token, fluent, plain, tokenize
from voicecoach.word_sets import word_set

_Phrases = Mapping[str, Sequence[tuple[str, ...]]]
"""The words of phrases, by the first; of those that begin alike the longest goes first."""


def _by_first_word(phrases: Sequence[str]) -> _Phrases:
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in (tuple(phrase.split()) for phrase in phrases):
        found.setdefault(words[0], []).append(words)
    return found


_MARK = "\u2260"
"""Stands for an editing term until it is known whether something was taken back."""

_EDITING = _by_first_word(
    (
        "let me correct that",
        "i beg your pardon",
        "i should say",
        "let me rephrase",
        "no i mean",
        "sorry i mean",
        "i meant to say",
        "make that",
        "or rather",
        "or actually",
        "no sorry",
        "sorry no",
        "no wait",
        "wait no",
        "oh wait",
        "no actually",
        "well actually",
        "no it's",
        "no it was",
        "no rather",
        "excuse me",
        "pardon me",
        "scratch that",
        "strike that",
        "my mistake",
        "my bad",
        "i meant",
        "i mean",
        "correction",
        "actually",
        "sorry",
        "pardon",
        "rather",
        "well",
        "no",
    )
)
_ASIDES = _by_first_word(
    (
        "if i remember correctly",
        "if i remember right",
        "if i remember",
        "if i recall",
        "i think it was about",
        "i think it was",
        "i think it's",
        "i think that was",
        "i believe it was",
        "i guess it was",
        "it must have been",
        "i want to say",
        "i would say",
        "i'd say",
        "let me think",
        "what was it",
        "something like",
        "a little bit",
        "quite a bit",
        "quite a lot",
        "a little",
        "a bit",
        "slightly",
        "sharply",
        "steadily",
        "i think",
        "i believe",
        "i guess",
        "well",
        "oh",
    )
)
"""What may stand between "fell by" and its figure and says nothing of it."""

_BEFORE_ASIDE = word_set(
    "by to from up down off about was is of fell rose dropped grew went improved increased",
    "decreased declined climbed jumped slipped gained lost saved cut reduced raised lifted",
)
_LEADS = word_set("by from to at about around like it was is it's maybe more nearly almost over")
_PREPOSITIONS = word_set("by from to at")
_NO_UNIT = word_set(
    "to from by in on at for and but or so of because when while which that than after before with",
    "over within during since it we i they he she was were is are . ,",
)
_TURNS = word_set(
    "rose grew fell dropped climbed increased decreased declined improved worsened went jumped",
    "slipped doubled halved tripled gained lost",
)
_PARTICLES = word_set("up down")
_NEAR = 24
"""Tokens on both sides of an editing term that are looked at."""

_LONGEST_UNIT = 4
_LONGEST_NAME = 4


def corrected(text: str) -> tuple[Token, ...]:
    """Return the plain tokens of `text` without what the speaker took back."""
    raw = tokenize(text)
    marked, originals = _marked(raw)
    tokens = _without_asides(list(fluent(tuple(marked)) if originals else plain(text)))
    at = 0
    while at < len(tokens):
        if tokens[at].text == _MARK:
            if not _take_back(tokens, at):
                tokens[at : at + 1] = originals[tokens[at].start]
            at = max(0, at - 1)
        at += 1
    tokens = _without_asides(tokens)  # "fell, well, three percent" took nothing back
    _drop_restarts(tokens)
    return tuple(tokens)


def _marked(raw: Sequence[Token]) -> tuple[list[Token], dict[int, list[Token]]]:
    """Return the tokens with marks for editing terms, and what each mark stands for.

    "I mean" stands for nothing where it takes nothing back: it is a filler.
    """
    tokens: list[Token] = []
    originals: dict[int, list[Token]] = {}
    i = 0
    while i < len(raw):
        length = _phrase_at(raw, i, _EDITING) if raw[i].text in _EDITING else 0
        if not length:
            tokens.append(raw[i])
            i += 1
            continue
        said = list(raw[i : i + length])
        empty = [t.text for t in said] == ["i", "mean"]
        originals[raw[i].start] = [] if empty else said
        tokens.append(Token(_MARK, raw[i].start, said[-1].end))
        i += length
    return tokens, originals


def _phrase_at(tokens: Sequence[Token], i: int, phrases: _Phrases) -> int:
    """Return the length of the first of the phrases that begins at token `i`, 0 for none."""
    beginning = phrases.get(tokens[i].text) if i < len(tokens) else None
    for phrase in beginning or ():
        if tuple(t.text for t in tokens[i : i + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _without_asides(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    i = 0
    while i < len(tokens):
        j = i + (tokens[i].text == ",")
        led = bool(kept) and kept[-1].text in _BEFORE_ASIDE
        length = _phrase_at(tokens, j, _ASIDES) if led else 0
        if length:
            j += length
            j += j < len(tokens) and tokens[j].text == ","
            words = [t.text for t in tokens[j : j + 8]]
            leads = len(words) > 1 and words[0] in _LEADS
            if words and (read_at(words, 0) or (leads and read_at(words, 1))):
                i = j
        kept.append(tokens[i])
        i += 1
    return kept


def _take_back(tokens: list[Token], mark: int) -> bool:
    """Take out what an editing term takes back, and the term; False where that can't be told."""
    left, right = mark, mark + 1
    while left > 0 and tokens[left - 1].text in ",.":
        left -= 1
    while right < len(tokens) and tokens[right].text in ",.":
        right += 1
    if not left or right >= len(tokens):
        return False
    return (
        _number_again(tokens, left, right)
        or _verb_again(tokens, left, right)
        or _name_again(tokens, left, right)
    )


def _number_again(tokens: list[Token], left: int, right: int) -> bool:
    here = max(0, left - _NEAR)
    words = [t.text for t in tokens[here : right + _NEAR]]
    left, right = left - here, right - here
    number = right
    while number < len(words) - 1 and words[number] in _LEADS and not read_at(words, number):
        number += 1
    read = read_at(words, number)
    old = _number_ending_before(words, left)
    if read is None or old is None or read.kind in {"ordinal", "year"}:
        return False
    if words[number] == "one" and read.length == 1 and words[number + 1 : number + 2] == ["of"]:
        return False
    start, end = old
    unit = tokens[here + end : here + left]
    after = number + read.length
    bare = after >= len(words) or words[after] in _NO_UNIT
    # What the number counts is said once: "three turns per task, no, two".
    said_at = tokens[here + after - 1].end
    if words[right] in _PREPOSITIONS and start and words[start - 1] in _PREPOSITIONS:
        start -= 1
    elif words[right] not in _PREPOSITIONS:
        right = number
    if bare:
        tokens[here + after : here + after] = [Token(t.text, said_at, said_at) for t in unit]
    del tokens[here + start : here + right]
    return True


def _number_ending_before(words: list[str], left: int) -> tuple[int, int] | None:
    """Return where the last number before `left` begins and ends; its unit fills the rest."""
    for start in range(left - 1, max(-1, left - 12), -1):
        read = read_at(words, start)
        if read is None or read.kind in {"ordinal", "year"}:
            continue
        while start and (longer := read_at(words, start - 1)):
            if start - 1 + longer.length < start + read.length:
                break
            start, read = start - 1, longer
        end = start + read.length
        unit = words[end:left]
        fits = len(unit) <= _LONGEST_UNIT and not _NO_UNIT.intersection(unit)
        return (start, end) if end <= left and fits else None
    return None


def _verb_again(tokens: list[Token], left: int, right: int) -> bool:
    if tokens[right].text == "it" and right + 1 < len(tokens):
        right += 1
    before, after = tokens[left - 1].text, tokens[right].text
    verbs = before in _TURNS and after in _TURNS
    particles = before in _PARTICLES and after in _PARTICLES
    if not (verbs or particles):
        return False
    del tokens[left - 1 : right]
    return True


def _name_again(tokens: list[Token], left: int, right: int) -> bool:
    """Take back "seller churn" in "seller churn, I should say new seller churn"."""
    said_again = {t.text for t in tokens[right : right + _LONGEST_NAME]}
    start = left
    while start > 0 and tokens[start - 1].text in said_again - set(".,"):
        start -= 1
    if start == left:
        return False
    del tokens[start:right]
    return True


def _drop_restarts(tokens: list[Token]) -> None:
    """Take out "from thirty" in "from thirty from forty minutes", "not up" in "down, not up"."""
    i = 0
    while i + 2 < len(tokens):
        if tokens[i].text in _PREPOSITIONS:
            words = [t.text for t in tokens[i : i + 12]]
            read = read_at(words, 1)
            again = 1 + read.length if read else 0
            if again and words[again : again + 1] == words[:1] and read_at(words, again + 1):
                del tokens[i : i + again]
                continue
        elif tokens[i].text in _PARTICLES:
            words = [t.text for t in tokens[i : i + 4]]
            j = 1 + (words[1] == ",")
            if words[j : j + 1] == ["not"] and words[j + 1 : j + 2] in (["up"], ["down"]):
                del tokens[i + 1 : i + j + 2]
                if i + 1 < len(tokens) and tokens[i + 1].text == ",":
                    del tokens[i + 1]
        i += 1
