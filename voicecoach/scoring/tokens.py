"""The words of a transcript without their surface.

An edited text and what a recogniser writes for the same speech become the same tokens: case and
punctuation go, fillers, repeated words and echoes go, number words are joined into one token.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from voicecoach.events import HESITATIONS
from voicecoach.scoring.numbers import NUMBER_WORDS, SCALE_WORDS
from voicecoach.word_sets import word_set

_WORD = re.compile(
    r"[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|[$£€]?\d[\d,]*(?:\.\d+)?(?:[bB][nN]|[kKmMxX](?![a-zA-Z]))?%?"
)

_CLOSING = frozenset(".?!;:,")

_FILLER_PAIRS = frozenset({("you", "know"), ("i", "mean"), ("kind", "of"), ("sort", "of")})

_SCALES = SCALE_WORDS | {"grand", "dozen"}
_NUMBERS = NUMBER_WORDS | _SCALES

_COUNTED = word_set(
    "percent point points in out hour minute second day week month year pound dollar"
)

_SPELLINGS = {
    "didnt": "didn't", "dont": "don't", "cant": "can't", "wont": "won't", "im": "i'm",
    "ive": "i've", "wasnt": "wasn't", "werent": "weren't", "hadnt": "hadn't", "isnt": "isn't",
    "doesnt": "doesn't", "couldnt": "couldn't", "wouldnt": "wouldn't", "thats": "that's",
    "cannot": "can't", "per cent": "percent", "pct": "percent", "ok": "okay",
}  # fmt: skip
"""Spellings of recognisers and of typists that mean the same word."""

_CURRENCY = {"$": "dollars", "£": "pounds", "€": "euros"}

_ECHO = 8
"""As many words in a row that were said before are an echo."""

RECITED = 5
"""As many words in a row that stand in the coach's own texts are read back from there."""

_LONGEST_QUESTION = 45
_ASKS = frozenset(
    {
        *(("tell", "me"), ("give", "me"), ("walk", "me"), ("talk", "me"), ("explain", "how")),
        *(("describe", "a"), ("describe", "the"), ("which", "metric"), ("have", "you")),
        *(("how", "would"), ("how", "do"), ("how", "did"), ("how", "will"), ("can", "you")),
        *(("what", "would"), ("what", "was"), ("what", "is"), ("what", "did"), ("could", "you")),
        *(("why", "would"), ("why", "did"), ("when", "did"), ("suppose", "you")),
        *(("imagine", "you"), ("you", "are"), ("you", "own")),
    }
)
"""How questions begin."""

_SPEAKER = word_set("i i'd i've i'm i'll my we we'd we've we're our")
_LISTENER = word_set("you you'd you've you're your yours")

_GAP = 12
"""Characters between two tokens beyond which something was left out between them."""


class Token(NamedTuple):
    """One word as it is matched.

    Attributes:
        word: lower case; a whole number ("twenty two") is one token.
        start_char: in the answer's text.
        end_char: likewise; ``text[start_char:end_char]`` is what was said.
        number: whether it is a number. A lone "one" is.
        sentence: whether punctuation closed a sentence or a clause before it. Only quotes look at
            it, levels never do.
    """

    word: str
    start_char: int
    end_char: int
    number: bool = False
    sentence: bool = False


def tokenise(text: str, most_words: int) -> tuple[list[Token], int]:
    """Return the words of a text, at most so many, and how many words it has in all."""
    tokens: list[Token] = []
    spoken = 0
    previous_end = 0
    for found in _WORD.finditer(text):
        spoken += 1
        if spoken > most_words:
            continue
        start, end = found.span()
        between = text[previous_end:start]
        closed = between != " " and not _CLOSING.isdisjoint(between)
        previous_end = end
        word = found.group().lower().replace("’", "'")
        if word.replace("'", "").isalpha() or not any(c.isdigit() for c in word):
            word = _SPELLINGS.get(word, word)
            tokens.append(Token(word, start, end, word in _NUMBERS, closed))
        else:
            tokens += _figure(word, start, end, closed)
    return tokens, spoken


def _figure(word: str, start: int, end: int, closed: bool) -> list[Token]:
    """Return the tokens of an amount in figures: itself, and its unit where it has one."""
    unit = _CURRENCY.get(word[0], "percent" if word.endswith("%") else "")
    tokens = [Token(word.strip("$£€%"), start, end, True, closed)]
    if unit:
        tokens.append(Token(unit, start, end))
    return tokens


def without_fillers(tokens: list[Token], text: str) -> list[Token]:
    """Drop hesitations, "you know" and the like, and a "like" that says nothing."""
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.word in HESITATIONS or _is_filler_like(tokens, index, text):
            index += 1
        elif following and (token.word, following.word) in _FILLER_PAIRS:
            index += 2
        else:
            kept.append(token)
            index += 1
    return kept


def _is_filler_like(tokens: list[Token], index: int, text: str) -> bool:
    """Whether this "like" is a filler: set off by commas, or before a number."""
    token = tokens[index]
    if token.word not in {"like", "right", "honestly", "basically"}:
        return False
    comma_after = text[token.end_char : token.end_char + 1] == ","
    if token.word != "like":
        return token.sentence and comma_after
    number_next = index + 1 < len(tokens) and tokens[index + 1].number
    return comma_after or number_next


def without_repeats(tokens: list[Token]) -> list[Token]:
    """Drop the first of two equal words, or of two equal pairs, in a row."""
    kept: list[Token] = []
    for token in tokens:
        if kept and kept[-1].word == token.word:
            kept.pop()
        kept.append(token)
        if len(kept) >= 4 and kept[-1].word == kept[-3].word and kept[-2].word == kept[-4].word:
            del kept[-4:-2]
    return kept


def without_echoes(tokens: list[Token]) -> list[Token]:
    """Drop what was said before in the same words: said twice, it counts once."""
    seen: set[tuple[str, ...]] = set()
    echoed = [False] * len(tokens)
    for start, run in enumerate(runs([t.word for t in tokens], _ECHO)):
        if run in seen:
            echoed[start : start + _ECHO] = [True] * _ECHO
        seen.add(run)
    return _without(tokens, echoed)


def without_recital(tokens: list[Token], prompts: Collection[tuple[str, ...]]) -> list[Token]:
    """Drop what is read back from the coach's own words: it is not the candidate's.

    Args:
        tokens: of the answer.
        prompts: what the coach has in its texts, as `runs` of `RECITED` words.
    """
    recited = [False] * len(tokens)
    for start, run in enumerate(runs([t.word for t in tokens], RECITED)):
        if run in prompts:
            recited[start : start + RECITED] = [True] * RECITED
    return _without(tokens, recited)


def without_question(tokens: list[Token]) -> list[Token]:
    """Drop a question that is read back before the answer, whoever asked it.

    It begins as questions do, says "you" before it says "I", and ends with its sentence; where
    there are no sentences, with the first word about the speaker.
    """
    words = [token.word for token in tokens[: _LONGEST_QUESTION + 1]]
    if tuple(words[:2]) not in _ASKS:
        return tokens
    own = next((at for at, word in enumerate(words) if word in _SPEAKER), len(words))
    yours = next((at for at, word in enumerate(words[:own]) if word in _LISTENER), None)
    if yours is None or (own == len(words) and len(tokens) > len(words)):
        return tokens
    ends = (at for at in range(yours + 1, own) if tokens[at].sentence)
    return tokens[next(ends, own) :]


def _without(tokens: list[Token], left_out: Sequence[bool]) -> list[Token]:
    """Leave tokens out; where one is missing a sentence begins, so that no quote runs over it."""
    if True not in left_out:
        return tokens
    return [
        token._replace(sentence=True) if at and left_out[at - 1] else token
        for at, token in enumerate(tokens)
        if not left_out[at]
    ]


def runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Return every so many words in a row."""
    return zip(*(words[start:] for start in range(length)), strict=False)


def spanned(text: str, tokens: Sequence[Token]) -> str:
    """Return the text of these tokens with what stands between neighbours."""
    pieces = [""]
    end = 0
    for token in tokens:
        if token.start_char - end > _GAP:
            pieces.append("")
            end = token.start_char
        pieces[-1] += text[end : token.end_char]
        end = token.end_char
    return " ".join(pieces)


def join_numbers(tokens: list[Token]) -> list[Token]:
    """Make each number that takes several words one token."""
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        end = _number_end(tokens, index) if tokens[index].number else index + 1
        if end == index + 1:
            joined.append(_counting(tokens, index))
            index += 1
            continue
        run = tokens[index:end]
        word = " ".join(t.word for t in run)
        joined.append(Token(word, run[0].start_char, run[-1].end_char, True, run[0].sentence))
        index = end
    return joined


def _counting(tokens: list[Token], index: int) -> Token:
    """Return the token; a lone "one" is a number only where it counts, as in "one in ten"."""
    token = tokens[index]
    if token.word != "one":
        return token
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    before = [t.word for t in tokens[max(0, index - 7) : index]]
    ends_range = before[-1:] == ["to"] and "from" in before and following != "of"
    if following in _COUNTED or ends_range:
        return token
    return Token(token.word, token.start_char, token.end_char, False, token.sentence)


def _number_end(tokens: list[Token], index: int) -> int:
    """Return the end of the number that starts at `index`."""
    end = index
    while end < len(tokens):
        word = tokens[end].word
        more = end + 1 < len(tokens) and tokens[end + 1].number
        inside = end > index
        joint = word == "point" or (word == "and" and tokens[end - 1].word in _SCALES)
        if not tokens[end].number and not (inside and more and joint):
            break
        end += 1
    return end
