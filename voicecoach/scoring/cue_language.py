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
not matter; `voicecoach.scoring.cue_places` does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

_LEXEME = re.compile(r"\(|\)\?|\)|\||<[a-z_]+>|~\d+|[^\s()|]+")
_CLOSING = frozenset({")", ")?", "|"})


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what is wrong with it."""


@dataclass(slots=True, eq=False)
class Node:
    """One place of a phrase: what may stand there.

    Attributes:
        words: it takes one of these,
        prefixes: a word that begins so,
        suffixes: a word that ends so,
        number: or a number,
        excluded: but none of these, unless it is among the words.
        gap: it takes any words, at most so many.
        longer: phrases of which it may take one instead.
        optional: whether it may take nothing.
        single: whether it takes exactly one word.
        index: its number among the nodes that stand in a phrase; −1 as long as it stands in none.
    """

    words: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    number: bool = False
    gap: int = 0
    longer: tuple[Phrase, ...] = ()
    optional: bool = False
    single: bool = field(init=False)
    index: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        """Note whether the node takes exactly one word."""
        self.single = not (self.gap or self.longer or self.optional)


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A way to say something.

    Attributes:
        nodes: what stands one after the other.
        number: of the phrase in its `Phrasebook`; a phrase is numbered after its options.
    """

    nodes: tuple[Node, ...]
    number: int

    def beginnings(self) -> Iterator[Node]:
        """Yield the nodes that may take its first word."""
        for node in self.nodes:
            yield node
            for option in node.longer:
                yield from option.beginnings()
            if not node.optional:
                return


class Phrasebook:
    """Reads phrases. Places that take the same words are one node.

    Attributes:
        nodes: those that stand in a phrase; a node's index is its place here.
        phrases: all there are, and all that are options in another, those first.
        classes: the word classes, by name.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.classes: dict[str, Node] = {}
        self._words: dict[str, Node] = {}
        self._choices: dict[tuple[object, ...], Node] = {}
        self.phrases: list[Phrase] = []
        self._known: dict[tuple[Node, ...], Phrase] = {}

    def add_class(self, name: str, phrases: Iterable[str]) -> None:
        """Add a word class: a node that takes any of the phrases, for phrases that come after.

        Raises:
            PhraseError: see `parse`.
        """
        node = self._choice([self._nodes_of(phrase) for phrase in phrases])
        self.classes[name] = self._phrase([node]).nodes[0]

    def parse(self, phrase: str) -> Phrase:
        """Return a phrase ready for matching.

        Raises:
            PhraseError: unbalanced brackets, an unknown class, an empty phrase, one that may begin
                with a gap or be left out.
        """
        return self._phrase(self._nodes_of(phrase))

    def _phrase(self, nodes: Sequence[Node]) -> Phrase:
        """Return the phrase of these nodes; they get their numbers here."""
        key = tuple(nodes)
        if key not in self._known:
            for node in nodes:
                if node.index < 0:
                    node.index = len(self.nodes)
                    self.nodes.append(node)
            self._known[key] = Phrase(key, len(self.phrases))
            self.phrases.append(self._known[key])
        return self._known[key]

    def _nodes_of(self, phrase: str) -> list[Node]:
        nodes: list[Node] = []
        lexemes = iter(_LEXEME.findall(phrase))
        for lexeme in lexemes:
            if lexeme in _CLOSING:
                raise PhraseError(f"unexpected {lexeme!r} in {phrase!r}")
            nodes.append(self._group(lexemes) if lexeme == "(" else self._word(lexeme))
        if not nodes:
            raise PhraseError("an empty phrase")
        _check_beginning(nodes)
        return nodes

    def _group(self, lexemes: Iterator[str]) -> Node:
        """Return the node of a bracket, up to where it closes."""
        options: list[list[Node]] = [[]]
        for lexeme in lexemes:
            if lexeme not in _CLOSING:
                options[-1].append(self._group(lexemes) if lexeme == "(" else self._word(lexeme))
                continue
            if not options[-1]:
                raise PhraseError("an empty choice")
            _check_beginning(options[-1])
            if lexeme != "|":
                return self._choice(options, optional=lexeme == ")?")
            options.append([])
        raise PhraseError("a bracket is not closed")

    def _word(self, lexeme: str) -> Node:
        node = self._words.get(lexeme)
        if node is None:
            node = self._words[lexeme] = self._new_word(lexeme)
        return node

    def _new_word(self, lexeme: str) -> Node:
        """Return a node for what stands between blanks: a word, a part of one, a gap, a number."""
        if lexeme == "<n>":
            return Node(number=True)
        if lexeme.startswith("<"):
            if lexeme[1:-1] not in self.classes:
                raise PhraseError(f"there is no word class {lexeme}")
            return self.classes[lexeme[1:-1]]
        if lexeme.startswith("~"):
            return Node(gap=int(lexeme[1:]))
        if lexeme.endswith("*"):
            return Node(prefixes=(lexeme[:-1],))
        if lexeme.startswith("*"):
            return Node(suffixes=(lexeme[1:],))
        if lexeme.startswith("!"):
            return Node(excluded=frozenset({lexeme[1:]}))
        return Node(words=frozenset({lexeme}))

    def _choice(self, options: Sequence[Sequence[Node]], optional: bool = False) -> Node:
        """Return one node for several options; what single words take is taken together."""
        words: set[str] = set()
        prefixes: list[str] = []
        suffixes: list[str] = []
        excluded: set[str] = set()
        number = False
        longer: list[Phrase] = []
        for option in options:
            head = option[0]
            if len(option) > 1 or head.optional:
                longer.append(self._phrase(option))
                continue
            words |= head.words
            prefixes += head.prefixes
            suffixes += head.suffixes
            excluded |= head.excluded
            number = number or head.number
            longer += head.longer
        parts = (
            frozenset(words),
            tuple(prefixes),
            tuple(suffixes),
            frozenset(excluded),
            number,
            0,
            tuple(longer),
            optional,
        )
        if parts not in self._choices:
            self._choices[parts] = Node(*parts)
        return self._choices[parts]


def _check_beginning(nodes: Sequence[Node]) -> None:
    """See that something has to be said, and that its first word is known."""
    for node in nodes:
        if node.gap:
            raise PhraseError("a phrase begins with a word and not with a gap")
        if not node.optional:
            return
    raise PhraseError("nothing in it has to be said")
