"""Regular expressions that are made ready late: few of many can be found in any one answer.

A pattern is compiled when it is first looked for, and it is looked for only in an answer that has a
word for each place where the pattern needs one. Which words those are is read off the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, reduce
from operator import or_

_ANY_WORDS = re.compile(r"\(\?:\\S\+ \)(?:\{\d+,\d+\}\??|\?)|\(\?: \\S\+\)\?")
"""What stands for words of any kind, perhaps for none."""

_ANY_LETTERS = re.compile(r"(?:\\S|\[[a-z0-9'%.,-]+\])(?:[*+]|\{\d+,\})|\\\d")
_OPEN = "~"
"""Stands for those."""

_PIECE = re.compile(r"\(\?(?:[:=!]|<[=!])|\((?:\?P<\w+>)?|[\w '#]+(?=[\w '#][?*])|[\w '#]+|.")
_LOOKS = frozenset({"(?=", "(?!", "(?<=", "(?<!"})
_UNREAD = re.compile(r"[\[{+^$.\\]")
"""A part of a pattern that has one of these in it may be anything."""

_WORD = re.compile(r"[^ ]+ ?")
_MOST_REMEMBERED = 5_000
_FEWEST_TO_SHORTEN = 3


class LatePattern:
    """A pattern for a line of words with single spaces between them, and one at either end."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready for use."""
        return re.compile(self.text)

    def search(self, line: str, start: int = 0) -> re.Match[str] | None:
        """Return where it first stands in a line."""
        return self.compiled.search(line, start)

    def match(self, line: str, start: int = 0) -> re.Match[str] | None:
        """Return it if it stands there in a line."""
        return self.compiled.match(line, start)

    def finditer(self, line: str) -> Iterator[re.Match[str]]:
        """Return where it stands in a line."""
        return self.compiled.finditer(line)

    def needed(self) -> list[frozenset[str]]:
        """Return sets of words; where the pattern is found stands at least one of each set.

        Whole words end with a space, the others are beginnings of words.

        Raises:
            ValueError: a choice stands outside of brackets.
        """
        text = _ANY_LETTERS.sub(_OPEN, _ANY_WORDS.sub("", self.text))
        *parts, last = _parts(text)
        found = [*(_words_of(f"{part} ") for part in parts), _words_of(last)]
        return [words for words in found if words]


class PatternIndex:
    """Tells which of many patterns an answer has the words for."""

    def __init__(self, patterns: Sequence[LatePattern]) -> None:
        self._needs = []
        """By pattern, what it needs as a set: bit 5 stands for the fifth of all sets of words."""
        self._sets: dict[str, int] = {}
        """By word, the sets that it is in, likewise."""
        numbers: dict[frozenset[str], int] = {}
        for pattern in patterns:
            needed = [numbers.setdefault(words, len(numbers)) for words in pattern.needed()]
            self._needs.append(sum(1 << number for number in set(needed)))
        for words, number in numbers.items():
            for word in words:
                self._sets[word] = self._sets.get(word, 0) | 1 << number
        self._sets_of = lru_cache(maxsize=_MOST_REMEMBERED)(self._find_sets_of)

    def possible(self, words: Iterable[str]) -> Iterator[int]:
        """Yield the numbers of the patterns that may be found among these words."""
        present = reduce(or_, map(self._sets_of, set(words)), 0)
        return (n for n, needs in enumerate(self._needs) if needs & present == needs)

    def _find_sets_of(self, word: str) -> int:
        whole = word + " "
        beginnings = (whole[:end] for end in range(1, len(whole) + 1))
        return reduce(or_, (self._sets.get(beginning, 0) for beginning in beginnings))


def _parts(pattern: str) -> Iterator[str]:
    """Yield what stands between the spaces of a pattern, those in brackets left alone."""
    depth, part = 0, ""
    for piece in _PIECE.findall(pattern):
        depth += piece.startswith("(") - (piece == ")")
        if piece == "|" and not depth:
            raise ValueError(f"a choice stands outside of brackets in {pattern!r}")
        if depth or " " not in piece:
            part += piece
            continue
        first, *more = piece.split(" ")
        yield part + first
        yield from more[:-1]
        part = more[-1]
    yield part


@lru_cache(maxsize=1_000)
def _words_of(part: str) -> frozenset[str]:
    """Return words of which a part of a pattern needs one; none where it may do without."""
    if _UNREAD.search(part):
        return frozenset()
    found = set()
    for way in _ways(iter(_PIECE.findall(part))):
        words = (word.partition(_OPEN)[0] for word in reversed(_WORD.findall(way)))
        found.add(max(words, key=len, default=""))  # the last of equals: articles come first
    return frozenset(found) if all(found) else frozenset()


def _ways(pieces: Iterator[str]) -> set[str]:
    """Return all that a choice may stand for, read up to where it closes."""
    ended: set[str] = set()
    ways = before = {""}
    for piece in pieces:
        if piece == ")":
            break
        if piece == "|":
            ended |= ways
            ways = {""}
        elif piece in "?*":
            ways = ways | before
        elif piece.startswith("("):
            inside = _ways(pieces)
            before = ways
            if piece not in _LOOKS:  # what looks ahead or back only forbids more
                ways = {_shortened(way + more) for way in ways for more in inside}
        else:
            before = ways
            ways = {way + piece for way in ways}
    return ended | ways


def _shortened(way: str) -> str:
    """Return the beginning and the end of what a pattern stands for, and its longest word."""
    first, *inside = way.split(" ")
    if len(inside) < _FEWEST_TO_SHORTEN:
        return way
    *inside, last = inside
    return f"{first} {max(inside, key=len)} {last}"
