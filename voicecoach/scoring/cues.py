"""Finding cue phrases in an answer: many named lists of them, in one pass.

The language they are written in is described in `voicecoach.scoring.cue_language`. Words that no
phrase knows are compared with those that phrases know, for a recogniser may have misspelt them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from rapidfuzz import fuzz, process

from voicecoach.scoring.cue_language import Phrasebook, PhraseError
from voicecoach.scoring.cue_places import PhraseIndex, Places
from voicecoach.scoring.tokens import Token

_FUZZY_LENGTH = 7
"""Shorter words have too many neighbours to be mended."""

_FUZZY_CUTOFF = 90.0

_SHORTEST_BEGINNING = 4
"""Letters of a ``stop*`` from which a word that begins so needs no mending."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found.

    Attributes:
        cue: name of its list.
        start: index of its first token.
        end: one past its last.
    """

    cue: str
    start: int
    end: int


class Matcher:
    """Finds the phrases of many named lists in one pass."""

    def __init__(
        self, classes: Mapping[str, Sequence[str]], cues: Mapping[str, Sequence[str]]
    ) -> None:
        """Read the phrases; a class may use the classes before it.

        Raises:
            PhraseError: a phrase that cannot be read, with the name of its list.
        """
        book = Phrasebook()
        for name, phrases in classes.items():
            with _naming(name):
                book.add_class(name, phrases)
        self._listed: dict[int, list[tuple[int, str]]] = {}
        """By a phrase's number: its place among all, and the name of its list, for each list."""
        places = count()
        for name, phrases in cues.items():
            with _naming(name):
                for phrase in phrases:
                    listed = self._listed.setdefault(book.parse(phrase).number, [])
                    listed.append((next(places), name))
        self._phrases = book.phrases
        self._classes = book.classes
        self._index = PhraseIndex(book)
        words = {word for node in book.nodes for word in (*node.words, *node.prefixes)}
        self._vocabulary = sorted(word for word in words if len(word) >= _FUZZY_LENGTH)
        self._known = frozenset(self._vocabulary)
        self._beginnings = frozenset(
            prefix
            for number in self._listed
            for node in self._phrases[number].beginnings()
            for prefix in node.prefixes
        )
        self._mended = lru_cache(maxsize=20_000)(self._mend)

    def _mend(self, word: str) -> str:
        """Return the cue word that a long unknown word most likely stands for, or the word."""
        beginnings = (word[:n] for n in range(_SHORTEST_BEGINNING, len(word) + 1))
        if word in self._known or not self._beginnings.isdisjoint(beginnings):
            return word
        best = process.extractOne(
            word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF
        )
        if (
            not best
            or best[0][0] != word[0]
            or best[0].startswith(word)
            or word.startswith(best[0])
        ):
            return word  # another form of the same word is no misspelling
        return best[0]

    def mend(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """Return the tokens with split and misspelt cue words mended: "guard rail", "exprement"."""
        mended: list[Token] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            if following and token.word + following.word in self._known:
                word = token.word + following.word
                mended.append(
                    Token(word, token.start_char, following.end_char, False, token.sentence)
                )
                index += 2
                continue
            if len(token.word) >= _FUZZY_LENGTH and not token.number:
                word = self._mended(token.word)
                if word != token.word:
                    token = Token(word, token.start_char, token.end_char, False, token.sentence)
            mended.append(token)
            index += 1
        return tuple(mended)

    def in_class(self, name: str, token: Token) -> bool:
        """Whether a word class accepts this word by itself."""
        taken_by = self._index.takers(token.word, token.number).nodes
        return self._classes[name].index in taken_by

    def find(self, tokens: Sequence[Token]) -> tuple[Hit, ...]:
        """Return every phrase found, in the order of their places."""
        places = Places(tokens, self._index)
        found = [
            (start, place, cue, end)
            for number in places.possible
            if number in self._listed
            for start, end in places.find(self._phrases[number])
            for place, cue in self._listed[number]
        ]
        return tuple(Hit(cue, start, end) for start, _, cue, end in sorted(found))


class _naming:  # noqa: N801 - a context manager, used like a function
    """Adds the name of the list to a `PhraseError`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PhraseError):
            raise PhraseError(f"{self._name}: {error}") from error
