"""Finding cue phrases in an answer: many named lists of them, in one pass.

The language they are written in is described in `voicecoach.scoring.cue_language`. Words that no
phrase knows are compared with those that phrases know, for a recogniser may have misspelt them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from voicecoach.scoring.cue_language import (
    Node,
    Phrase,
    PhraseError,
    first_nodes,
    key_of,
    match,
    parse,
    parse_class,
)
from voicecoach.scoring.tokens import Token

_FUZZY_LENGTH = 7
"""Shorter words have too many neighbours to be mended."""

_FUZZY_CUTOFF = 90.0


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
        nodes: dict[str, Node] = {}
        for name, phrases in classes.items():
            with _naming(name):
                nodes[name] = parse_class(phrases, nodes)
        self._phrases: list[tuple[str, Phrase]] = []
        for name, phrases in cues.items():
            with _naming(name):
                self._phrases += [(name, parse(phrase, nodes)) for phrase in phrases]
        self._classes = nodes
        self._literals = [
            [node.words for node in sequence if node.literal] for _, sequence in self._phrases
        ]
        self._by_word: dict[str, list[int]] = {}
        self._by_prefix: dict[str, list[int]] = {}
        self._by_suffix: dict[str, list[int]] = {}
        self._by_number: list[int] = []
        for index, (_, sequence) in enumerate(self._phrases):
            self._enter(index, sequence)
        self._vocabulary = sorted(w for w in self._all_words() if len(w) >= _FUZZY_LENGTH)
        self._known = frozenset(self._vocabulary)
        self._candidates = lru_cache(maxsize=20_000)(self._candidates_of)
        self._mended = lru_cache(maxsize=20_000)(self._mend)

    def _enter(self, index: int, sequence: Phrase) -> None:
        for node in first_nodes(sequence):
            for word in node.words:
                self._by_word.setdefault(word, []).append(index)
            for prefix in node.prefixes:
                self._by_prefix.setdefault(prefix, []).append(index)
            for suffix in node.suffixes:
                self._by_suffix.setdefault(suffix, []).append(index)
            if node.number:
                self._by_number.append(index)

    def _all_words(self) -> set[str]:
        words: set[str] = set()
        pending = [node for _, sequence in self._phrases for node in sequence]
        pending += self._classes.values()
        while pending:
            node = pending.pop()
            words |= node.words
            words.update(node.prefixes)
            pending += [inner for option in node.longer for inner in option]
        return words

    def _candidates_of(self, word: str, number: bool) -> tuple[int, ...]:
        found = set(self._by_word.get(word, ()))
        for length in range(2, len(word) + 1):
            found.update(self._by_prefix.get(word[:length], ()))
            found.update(self._by_suffix.get(word[-length:], ()))
        if number:
            found.update(self._by_number)
        return tuple(sorted(found))

    def _mend(self, word: str) -> str:
        """Return the cue word that a long unknown word most likely stands for, or the word."""
        if word in self._known or any(word.startswith(known) for known in self._prefixes_of(word)):
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

    def _prefixes_of(self, word: str) -> list[str]:
        return [word[:n] for n in range(4, len(word) + 1) if word[:n] in self._by_prefix]

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
        return self._classes[name].accepts(key_of(token))

    def find(self, tokens: Sequence[Token]) -> tuple[Hit, ...]:
        """Return every phrase found, in the order of their places."""
        keys = [key_of(token) for token in tokens]
        possible = self._possible({token.word for token in tokens})
        hits = []
        for at, token in enumerate(tokens):
            for index in self._candidates(token.word, token.number):
                if not possible[index]:
                    continue
                cue, sequence = self._phrases[index]
                end = match(sequence, 0, keys, at)
                if end > at:
                    hits.append(Hit(cue, at, end))
        return tuple(hits)

    def _possible(self, words: set[str]) -> list[bool]:
        """For each phrase, whether the words that it cannot do without are all there."""
        return [
            all(not literal.isdisjoint(words) for literal in literals)
            for literals in self._literals
        ]


class _naming:  # noqa: N801 - a context manager, used like a function
    """Adds the name of the list to a `PhraseError`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PhraseError):
            raise PhraseError(f"{self._name}: {error}") from error
