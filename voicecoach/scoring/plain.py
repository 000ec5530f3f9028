"""The plain view of a transcript: its words without fillers, repeats and restarts.

Every word still knows where it stands in the transcript, so that whatever is found in the plain
view can be quoted verbatim. Punctuation is kept where there is some, but nothing may rely on it: a
recogniser writes none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from voicecoach.events import HESITATIONS
from voicecoach.word_sets import word_set

_TOKEN = re.compile(
    r"""
    (?:[ap]\.m\.)                                       # six p.m.
    | [^\W\d_]+ (?: \d\w* | (?:['’][^\W\d_]+)* )        # a word; p95, q3, F1: a name, no figure
    | (?<![\w.])[+\u2212-](?=[\d$£€.])                  # a sign before figures
    | \d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+(?:\.\d+)? | (?<!\d)\.\d+
    | [£$€₹%]
    | [.,;:?!…—–()"“”]
    """,
    re.VERBOSE,
)
_STOPS = frozenset(".;:?!…—–")
_COMMAS = frozenset(',()"“”')


_ASIDES = (("i", "think"), ("i", "believe"), ("i", "guess"), ("i", "suppose"), ("let's", "say"))
_BEGIN_ASIDES = frozenset({"i", "let's"})
_PHRASES = {
    "you": ("you", "know"),
    "i": ("i", "mean"),
    "sort": ("sort", "of"),
    "kind": ("kind", "of"),
    "if": ("if", "you", "like"),
}
"""Fillers of several words, by the first."""

_BEGIN_FILLERS = HESITATIONS.union({"like"}, _PHRASES)
_LIKE_AS_VERB = word_set("look looks looked feel feels felt sound sounds seem seems would")
_COMPARED = word_set("something things more just exactly anything nothing much is was it's that's")
_BEFORE_A_KIND = word_set("a the this that what one some")
_FIGURES = word_set(
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty",
    "fifty sixty seventy eighty ninety hundred half",
)
_LONGEST_REPEAT = 3
_MAY_REPEAT = frozenset({"had", "that", "very", "really", "twenty", "nineteen", "to", "."})


class Token(NamedTuple):
    """One word, figure or mark; a tuple, for nothing else is made as often.

    Attributes:
        text: lower case, straight apostrophes; "." for any mark that ends a clause, "," for lighter
            ones.
        start: offset of its first character in the transcript.
        end: offset after its last one.
    """

    text: str
    start: int
    end: int


@lru_cache(maxsize=4)  # every part of the judge reads the same answer
def tokenize(text: str) -> tuple[Token, ...]:
    """Return the words, figures and marks of `text`, in order; hyphens only separate."""
    found = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        if raw.isalpha():
            word = raw.lower()
        elif raw in _STOPS:
            word = "."
        elif raw in _COMMAS:
            word = ","
        else:
            word = raw.lower().replace("’", "'")
        found.append(Token(word, *match.span()))
    return tuple(found)


def plain(text: str) -> tuple[Token, ...]:
    """Return the tokens of `text` without fillers and without words said twice in a row."""
    return _plain(text)[0]


def repeats(text: str) -> int:
    """Return how many times the speaker began again: "it was, it was" counts once."""
    return _plain(text)[1]


@lru_cache(maxsize=4)
def _plain(text: str) -> tuple[tuple[Token, ...], int]:
    return _said_once(_without_fillers(tokenize(text)))


def fluent(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the tokens without fillers and without words said twice in a row."""
    return _said_once(_without_fillers(tokens))[0]


def filler_lengths(tokens: tuple[Token, ...]) -> dict[int, int]:
    """Return where fillers begin and how many tokens each takes.

    "Like" counts only where it can't be a verb or a comparison: set off by commas or before a
    figure.
    """
    found = {}
    i = 0
    while i < len(tokens):
        length = _filler_at(tokens, i) if tokens[i].text in _BEGIN_FILLERS else 0
        if length:
            found[i] = length
        i += length or 1
    return found


def _filler_at(tokens: tuple[Token, ...], i: int) -> int:
    word = tokens[i].text
    if word in HESITATIONS:
        return 1
    if word == "like":
        return int(_like_is_filler(tokens, i))
    phrase = _PHRASES[word]
    if tuple(t.text for t in tokens[i : i + len(phrase)]) != phrase:
        return 0
    before = tokens[i - 1].text if i else "."
    if word == "kind" and before in _BEFORE_A_KIND:
        return 0  # "what kind of", "a kind of": a noun
    if word == "you" and before in {"do", "did", "don't", "as", "if", "let"}:
        return 0
    return len(phrase)


def _like_is_filler(tokens: tuple[Token, ...], i: int) -> bool:
    before = tokens[i - 1].text if i else "."
    after = tokens[i + 1].text if i + 1 < len(tokens) else "."
    if before in _LIKE_AS_VERB:
        return False
    if before in HESITATIONS or after in HESITATIONS:
        return True
    if after in _FIGURES or after[:1].isdigit():
        return before not in _COMPARED
    return (before in ",." and after == ",") or (before == "," and after != ".") or after == ","


def _without_fillers(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    fillers = filler_lengths(tokens)
    kept: list[Token] = []
    i = 0
    while i < len(tokens):
        length = fillers.get(i, 0)
        if not length and tokens[i].text in _BEGIN_ASIDES:
            length = _aside_at(tokens, i)
        if not length:
            kept.append(tokens[i])
            i += 1
            continue
        i += length
        # The commas around a filler belong to it.
        if i < len(tokens) and tokens[i].text == ",":
            i += 1
        if kept and kept[-1].text == ",":
            kept.pop()
    return tuple(kept)


def _aside_at(tokens: tuple[Token, ...], i: int) -> int:
    """Return the length of "I think" set off by commas: it interrupts and says nothing."""
    if i == 0 or tokens[i - 1].text != "," or i + 2 >= len(tokens) or tokens[i + 2].text != ",":
        return 0
    return 2 if (tokens[i].text, tokens[i + 1].text) in _ASIDES else 0


def _said_once(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], int]:
    """Drop one to three words that are said again at once: "it was, it was"; the last stays.

    Returns:
        what is left, and how many times that was done.
    """
    kept: list[Token] = []
    words: list[str] = []
    found = 0
    for token in tokens:
        again = token.text in words[-_LONGEST_REPEAT - 1 :]
        kept.append(token)
        words.append(token.text)
        repeat = _repeat_at_end(words) if again else None
        if repeat:
            del kept[repeat], words[repeat]
            found += 1
    return tuple(kept), found


def _repeat_at_end(words: list[str]) -> slice | None:
    """Return where the words stand that the last words say again, with a comma behind them."""
    for size in range(_LONGEST_REPEAT, 0, -1):
        last = words[-size:]
        if last[0] in _MAY_REPEAT or "," in last:
            continue
        for comma in (0, 1):
            end = len(words) - size - comma
            parted = not comma or words[end] == ","
            if end >= size and words[end - size : end] == last and parted:
                return slice(end - size, end + comma)
    return None


class PlainLine:
    """The plain view as one line for patterns to read, each place known in the transcript.

    Attributes:
        text: the transcript.
        tokens: its plain tokens.
        line: their words, separated by single spaces, a space in front and behind.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = plain(text)
        self._starts = []
        at = 1
        for token in self.tokens:
            self._starts.append(at)
            at += len(token.text) + 1
        self.line = " " + "".join(f"{t.text} " for t in self.tokens)

    def token_at(self, offset: int) -> int:
        """Return the index of the token at an offset in the line."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def offset(self, token: int) -> int:
        """Return the offset in the line of the space before token number `token`."""
        return self._starts[token] - 1 if token < len(self._starts) else len(self.line) - 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where tokens `first` to `last` stand in the transcript."""
        return self.tokens[first].start, self.tokens[last].end
