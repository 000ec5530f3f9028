"""Cue phrases: a small language for ways to say a thing.

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

Matching is on tokens (`voicecoach.scoring.tokens`), so case, punctuation, fillers and repeats do
not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from voicecoach.scoring.tokens import Token

_LEXEME = re.compile(r"\(|\)\?|\)|\||<[a-z_]+>|~\d+|[^\s()|]+")

_MOST_REMEMBERED = 20_000


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what is wrong with it."""


@dataclass(slots=True, eq=False)
class Node:
    """One place of a phrase: what may stand there."""

    words: set[str] = field(default_factory=set)
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    excluded: set[str] = field(default_factory=set)
    number: bool = False
    gap: int = 0
    longer: list[tuple[Node, ...]] = field(default_factory=list)
    optional: bool = False
    single: bool = True
    _known: dict[str, bool] = field(default_factory=dict)
    _started: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)

    def settle(self) -> Node:
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

    def options(self, key: str) -> tuple[Phrase, ...]:
        """Return the longer options that a word may begin; remembered."""
        started = self._started.get(key)
        if started is None:
            started = tuple(o for o in self.longer if any(n.accepts(key) for n in first_nodes(o)))
            self._started[key] = started
        return started

    def may_begin(self, key: str) -> bool:
        """Whether a word may be the first of what stands here."""
        return self.accepts(key) or bool(self.options(key))

    def accepts(self, key: str) -> bool:
        """Whether a word (see `key_of`) may stand here by itself; remembered, for words return."""
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


def key_of(token: Token) -> str:
    """Return the word as nodes look at it: numbers carry a mark."""
    return token.word + _NUMBER if token.number else token.word


Phrase = tuple[Node, ...]


def parse(phrase: str, classes: Mapping[str, Node]) -> Phrase:
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


def _parse_sequence(lexemes: list[str], classes: Mapping[str, Node]) -> tuple[Phrase, list[str]]:
    nodes: list[Node] = []
    while lexemes and lexemes[0] not in {")", ")?", "|"}:
        lexeme, lexemes = lexemes[0], lexemes[1:]
        if lexeme == "(":
            node, lexemes = _parse_group(lexemes, classes)
        else:
            node = _parse_word(lexeme, classes)
        nodes.append(node.settle())
    return tuple(nodes), lexemes


def _parse_group(lexemes: list[str], classes: Mapping[str, Node]) -> tuple[Node, list[str]]:
    options: list[Phrase] = []
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


def _parse_word(lexeme: str, classes: Mapping[str, Node]) -> Node:
    if not lexeme.startswith("<") or lexeme == "<n>":
        return _node_of(lexeme)
    name = lexeme[1:-1]
    if name not in classes:
        raise PhraseError(f"there is no word class {lexeme}")
    return classes[name]


@lru_cache(maxsize=_MOST_REMEMBERED)
def _node_of(lexeme: str) -> Node:
    """Return the place of one word; phrases share it, for it never changes."""
    if lexeme == "<n>":
        return Node(number=True)
    if lexeme.startswith("~"):
        return Node(gap=int(lexeme[1:]))
    if lexeme.endswith("*"):
        return Node(prefixes=(lexeme[:-1],))
    if lexeme.startswith("*"):
        return Node(suffixes=(lexeme[1:],))
    if lexeme.startswith("!"):
        return Node(excluded={lexeme[1:]})
    return Node(words={lexeme})


def _choice(options: Sequence[Phrase]) -> Node:
    """Return one node for several options; single words are kept in a set."""
    words: set[str] = set()
    prefixes: list[str] = []
    suffixes: list[str] = []
    excluded: set[str] = set()
    number = False
    longer: list[Phrase] = []
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
    return Node(
        words=words,
        prefixes=tuple(prefixes),
        suffixes=tuple(suffixes),
        excluded=excluded,
        number=number,
        longer=longer,
    )


def parse_class(phrases: Sequence[str], classes: Mapping[str, Node]) -> Node:
    """Return a word class: one node that accepts any of the phrases."""
    return _choice([parse(phrase, classes) for phrase in phrases]).settle()


def match(sequence: Phrase, place: int, keys: Sequence[str], at: int) -> int:
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


def _match_choice(sequence: Phrase, place: int, keys: Sequence[str], at: int) -> int:
    """The same where the first node can end in several places."""
    node = sequence[place]
    if node.gap:
        return _match_gap(sequence, place, keys, at)
    if node.optional:
        end = match(sequence, place + 1, keys, at)
        if end >= 0:
            return end
    if at >= len(keys):
        return -1
    if node.accepts(keys[at]):
        end = match(sequence, place + 1, keys, at + 1)
        if end >= 0:
            return end
    for option in node.options(keys[at]):
        end = match((*option, *sequence[place + 1 :]), 0, keys, at)
        if end >= 0:
            return end
    return -1


def _match_gap(sequence: Phrase, place: int, keys: Sequence[str], at: int) -> int:
    last = min(at + sequence[place].gap, len(keys))
    if place + 1 == len(sequence):
        return last
    following = sequence[place + 1]
    for start in range(at, last + 1):
        if following.needed and (start >= len(keys) or not following.may_begin(keys[start])):
            continue
        end = match(sequence, place + 1, keys, start)
        if end >= 0:
            return end
    return -1


def first_nodes(sequence: Phrase) -> Iterator[Node]:
    """Yield the nodes with which a match of the sequence may begin."""
    for node in sequence:
        yield node
        for option in node.longer:
            yield from first_nodes(option)
        if not node.optional:
            return
