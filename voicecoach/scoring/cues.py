"""Cue phrases: a small language for ways to say a thing, and a matcher that finds them.

A phrase is words with blanks between them:

==================  =========================================================================
``left alone``      these words
``stop*``           a word that begins so
``*ed``             a word that ends so
``(a|b c)``         one of these
``(the)?``          perhaps
``~4``              up to four words in between
``<n>``             a number, "22" or "twenty two"
``<others>``        a phrase of the word class of that name
``!red``            among choices: not this word, whatever else would allow it
==================  =========================================================================

Matching is on tokens (`voicecoach.scoring.clauses`), so case, punctuation, fillers and repeats do
not matter. Words that no phrase knows are compared with those that phrases know, for a recogniser
may have misspelt them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from voicecoach.scoring.clauses import Token

_LEXEME = re.compile(r"\(|\)\?|\)|\||<[a-z_]+>|~\d+|[^\s()|]+")

_MOST_REMEMBERED = 20_000

_FUZZY_LENGTH = 7
"""Shorter words have too many neighbours to be mended."""

_FUZZY_CUTOFF = 90.0


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what is wrong with it."""


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


@dataclass(slots=True, eq=False)
class _Node:
    """One place of a phrase: what may stand there."""

    words: set[str] = field(default_factory=set)
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    excluded: set[str] = field(default_factory=set)
    number: bool = False
    gap: int = 0
    longer: list[tuple[_Node, ...]] = field(default_factory=list)
    optional: bool = False
    single: bool = True
    _known: dict[str, bool] = field(default_factory=dict)
    _started: dict[str, tuple[_Sequence, ...]] = field(default_factory=dict)

    def settle(self) -> _Node:
        """Note whether the node takes exactly one word; call it when the node is complete."""
        self.single = not (self.gap or self.longer or self.optional)
        return self

    @property
    def needed(self) -> bool:
        """Whether a word has to stand here."""
        return not (self.gap or self.optional)

    @property
    def literal(self) -> bool:
        """Whether it takes exactly one word of a set."""
        return self.single and not (self.number or self.prefixes or self.suffixes)

    def options(self, key: str) -> tuple[_Sequence, ...]:
        """Return the longer options that a word may begin; remembered."""
        started = self._started.get(key)
        if started is None:
            started = tuple(o for o in self.longer if any(n.accepts(key) for n in _firsts(o)))
            self._started[key] = started
        return started

    def may_begin(self, key: str) -> bool:
        """Whether a word may be the first of what stands here."""
        return self.accepts(key) or bool(self.options(key))

    def accepts(self, key: str) -> bool:
        """Whether a word (see `_key`) may stand here by itself; remembered, for words return."""
        known = self._known.get(key)
        if known is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._would_accept(key)
        return known

    def _would_accept(self, key: str) -> bool:
        word = key.removesuffix(_NUMBER)
        if word in self.words or (self.number and key != word):
            return True
        if word in self.excluded:
            return False
        # Tuples that are empty match nothing.
        return word.startswith(self.prefixes) or word.endswith(self.suffixes)


_NUMBER = "#"


def _key(token: Token) -> str:
    """Return the word as nodes look at it: numbers carry a mark."""
    return token.word + _NUMBER if token.number else token.word


_Sequence = tuple[_Node, ...]


def parse(phrase: str, classes: Mapping[str, _Node]) -> _Sequence:
    """Return a phrase ready for matching.

    Raises:
        PhraseError: unbalanced brackets, an unknown class, an empty phrase, a leading gap.
    """
    lexemes = _LEXEME.findall(phrase)
    sequence, rest = _parse_sequence(lexemes, classes)
    if rest:
        raise PhraseError(f"unexpected {rest[0]!r} in {phrase!r}")
    if not sequence or sequence[0].gap:
        raise PhraseError(f"a phrase begins with a word: {phrase!r}")
    if all(node.optional for node in sequence):
        raise PhraseError(f"nothing in {phrase!r} has to be said")
    return sequence


def _parse_sequence(
    lexemes: list[str], classes: Mapping[str, _Node]
) -> tuple[_Sequence, list[str]]:
    nodes: list[_Node] = []
    while lexemes and lexemes[0] not in {")", ")?", "|"}:
        lexeme, lexemes = lexemes[0], lexemes[1:]
        if lexeme == "(":
            node, lexemes = _parse_group(lexemes, classes)
        else:
            node = _parse_word(lexeme, classes)
        nodes.append(node.settle())
    return tuple(nodes), lexemes


def _parse_group(lexemes: list[str], classes: Mapping[str, _Node]) -> tuple[_Node, list[str]]:
    options: list[_Sequence] = []
    while True:
        option, lexemes = _parse_sequence(lexemes, classes)
        if not option:
            raise PhraseError("an empty choice")
        options.append(option)
        if not lexemes:
            raise PhraseError("a bracket is not closed")
        closing, lexemes = lexemes[0], lexemes[1:]
        if closing != "|":
            break
    node = _choice(options)
    node.optional = closing == ")?"
    return node, lexemes


def _parse_word(lexeme: str, classes: Mapping[str, _Node]) -> _Node:
    if lexeme == "<n>":
        return _Node(number=True)
    if lexeme.startswith("<"):
        name = lexeme[1:-1]
        if name not in classes:
            raise PhraseError(f"there is no word class {lexeme}")
        return classes[name]
    if lexeme.startswith("~"):
        return _Node(gap=int(lexeme[1:]))
    if lexeme.endswith("*"):
        return _Node(prefixes=(lexeme[:-1],))
    if lexeme.startswith("*"):
        return _Node(suffixes=(lexeme[1:],))
    if lexeme.startswith("!"):
        return _Node(excluded={lexeme[1:]})
    return _Node(words={lexeme})


def _choice(options: Sequence[_Sequence]) -> _Node:
    """Return one node for several options; single words are kept in a set."""
    words: set[str] = set()
    prefixes: list[str] = []
    suffixes: list[str] = []
    excluded: set[str] = set()
    number = False
    longer: list[_Sequence] = []
    for option in options:
        head = option[0]
        if len(option) > 1 or head.gap or head.optional:
            longer.append(option)
            continue
        words |= head.words
        prefixes += head.prefixes
        suffixes += head.suffixes
        excluded |= head.excluded
        number = number or head.number
        longer += head.longer
    return _Node(
        words=words,
        prefixes=tuple(prefixes),
        suffixes=tuple(suffixes),
        excluded=excluded,
        number=number,
        longer=longer,
    )


def parse_class(phrases: Sequence[str], classes: Mapping[str, _Node]) -> _Node:
    """Return a word class: one node that accepts any of the phrases."""
    return _choice([parse(phrase, classes) for phrase in phrases]).settle()


def _match(sequence: _Sequence, place: int, keys: Sequence[str], at: int) -> int:
    """Return the end of the first match of ``sequence[place:]`` at `at`, or -1."""
    while place < len(sequence):
        node = sequence[place]
        if not node.single:
            return _match_choice(sequence, place, keys, at)
        if at >= len(keys) or not node.accepts(keys[at]):
            return -1
        place += 1
        at += 1
    return at


def _match_choice(sequence: _Sequence, place: int, keys: Sequence[str], at: int) -> int:
    """The same where the first node can end in several places."""
    node = sequence[place]
    if node.gap:
        return _match_gap(sequence, place, keys, at)
    if node.optional:
        end = _match(sequence, place + 1, keys, at)
        if end >= 0:
            return end
    if at >= len(keys):
        return -1
    if node.accepts(keys[at]):
        end = _match(sequence, place + 1, keys, at + 1)
        if end >= 0:
            return end
    for option in node.options(keys[at]):
        end = _match((*option, *sequence[place + 1 :]), 0, keys, at)
        if end >= 0:
            return end
    return -1


def _match_gap(sequence: _Sequence, place: int, keys: Sequence[str], at: int) -> int:
    last = min(at + sequence[place].gap, len(keys))
    if place + 1 == len(sequence):
        return last
    following = sequence[place + 1]
    for start in range(at, last + 1):
        if following.needed and (start >= len(keys) or not following.may_begin(keys[start])):
            continue
        end = _match(sequence, place + 1, keys, start)
        if end >= 0:
            return end
    return -1


def _firsts(sequence: _Sequence) -> Iterator[_Node]:
    """Yield the nodes with which a match of the sequence may begin."""
    for node in sequence:
        yield node
        for option in node.longer:
            yield from _firsts(option)
        if not node.optional:
            return


class Matcher:
    """Finds the phrases of many named lists in one pass."""

    def __init__(
        self, classes: Mapping[str, Sequence[str]], cues: Mapping[str, Sequence[str]]
    ) -> None:
        """Read the phrases; a class may use the classes before it.

        Raises:
            PhraseError: a phrase that cannot be read, with the name of its list.
        """
        nodes: dict[str, _Node] = {}
        for name, phrases in classes.items():
            with _naming(name):
                nodes[name] = parse_class(phrases, nodes)
        self._phrases: list[tuple[str, _Sequence]] = []
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

    def _enter(self, index: int, sequence: _Sequence) -> None:
        for node in _firsts(sequence):
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
        return self._classes[name].accepts(_key(token))

    def find(self, tokens: Sequence[Token]) -> tuple[Hit, ...]:
        """Return every phrase found, in the order of their places."""
        keys = [_key(token) for token in tokens]
        possible = self._possible({token.word for token in tokens})
        hits = []
        for at, token in enumerate(tokens):
            for index in self._candidates(token.word, token.number):
                if not possible[index]:
                    continue
                cue, sequence = self._phrases[index]
                end = _match(sequence, 0, keys, at)
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
