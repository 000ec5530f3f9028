"""Where cue phrases stand in an answer, found for all its places at once.

Sets of places are ints: bit 5 of a set stands for the answer's token number 5, and the bit behind
the last token for its end. So one shift and one "and" tell at which of all places a word is
followed by the rest of a phrase, and going through a phrase once, from its end, tells where in the
answer it begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from voicecoach.scoring.cue_language import Node, Phrase, Phrasebook
from voicecoach.scoring.tokens import Token

_MOST_REMEMBERED = 5_000
"""Words whose nodes are remembered; more than most speakers ever use."""

_NOWHERE = (0,)


@dataclass(frozen=True, slots=True)
class Takers:
    """What a word may stand in.

    Attributes:
        nodes: indices of the nodes that take it by itself.
        mask: the same as a set: bit 5 stands for node number 5.
        phrases: numbers of the phrases that rest on one of these, see `PhraseIndex`.
    """

    nodes: tuple[int, ...]
    mask: int
    phrases: tuple[int, ...]


class PhraseIndex:
    """Tells what a word may stand in, so that few phrases are looked for in an answer.

    A phrase rests on one of the words that it needs, the one that is said most seldom.

    Attributes:
        book: the phrases.
        needs: by a phrase's number, the nodes without which it cannot be, as a set: bit 5 stands
            for node number 5.
        choices: likewise the nodes of which it is an option.
        anywhere: numbers of the phrases that rest on no word, for all of theirs have choices.
    """

    def __init__(self, book: Phrasebook) -> None:
        self.book = book
        self.needs: list[int] = []
        self.choices = [0] * len(book.phrases)
        self.anywhere: list[int] = []
        self._resting: dict[int, list[int]] = {}
        commonness = [_commonness(node) for node in book.nodes]
        for phrase in book.phrases:
            needed = [node for node in phrase.nodes if not (node.gap or node.optional)]
            self.needs.append(sum(1 << index for index in {node.index for node in needed}))
            words = [node.index for node in needed if node.single]
            rarest = min(words, key=commonness.__getitem__, default=None)
            on = self.anywhere if rarest is None else self._resting.setdefault(rarest, [])
            on.append(phrase.number)
        for node in book.nodes:
            for option in node.longer:
                self.choices[option.number] |= 1 << node.index
        self._by_word: dict[str, list[int]] = {}
        self._by_prefix: dict[str, list[int]] = {}
        self._by_suffix: dict[str, list[int]] = {}
        self._by_number = [node.index for node in book.nodes if node.number]
        for node in book.nodes:
            for word in node.words:
                self._by_word.setdefault(word, []).append(node.index)
            for prefix in node.prefixes:
                self._by_prefix.setdefault(prefix, []).append(node.index)
            for suffix in node.suffixes:
                self._by_suffix.setdefault(suffix, []).append(node.index)
        self.takers = lru_cache(maxsize=_MOST_REMEMBERED)(self._takers)

    def _takers(self, word: str, number: bool) -> Takers:
        found: set[int] = set()
        for length in range(len(word) + 1):
            found.update(self._by_prefix.get(word[:length], ()))
            found.update(self._by_suffix.get(word[len(word) - length :], ()))
        found = {index for index in found if word not in self.book.nodes[index].excluded}
        found.update(self._by_word.get(word, ()))
        if number:
            found.update(self._by_number)
        resting = (phrase for index in found for phrase in self._resting.get(index, ()))
        return Takers(tuple(found), sum(1 << index for index in found), tuple(resting))


def _commonness(node: Node) -> float:
    """Return roughly how often a node finds a word: the shorter, the more often it is said."""
    parts = (*node.words, *node.prefixes, *node.suffixes)
    return node.number + sum(1 / max(1, len(part)) ** 4 for part in parts)


class Places:
    """One answer, by the places at which the nodes of a phrasebook find their words.

    Attributes:
        possible: numbers of the phrases that it has all words for, be it in another order.
    """

    def __init__(self, tokens: Sequence[Token], index: PhraseIndex) -> None:
        self._length = len(tokens)
        self._anywhere = (1 << len(tokens) + 1) - 1
        self._of = [0] * len(index.book.nodes)  # by a node: where it finds a word that it takes
        said: dict[tuple[str, bool], int] = {}
        for at, token in enumerate(tokens):
            key = (token.word, token.number)
            said[key] = said.get(key, 0) | 1 << at
        present = 0
        resting = set(index.anywhere)
        for key, where in said.items():
            takers = index.takers(*key)
            present |= takers.mask
            resting.update(takers.phrases)
            for node in takers.nodes:
                self._of[node] |= where
        self.possible: set[int] = set()
        for phrase in sorted(resting):  # options before the phrases that they stand in
            if index.needs[phrase] & present == index.needs[phrase]:
                self.possible.add(phrase)
                present |= index.choices[phrase]
        self._options: dict[int, list[Phrase]] = {}

    def _options_of(self, node: Node) -> list[Phrase]:
        """Return which of a node's longer options are possible."""
        options = self._options.get(node.index)
        if options is None:
            options = [option for option in node.longer if option.number in self.possible]
            self._options[node.index] = options
        return options

    def find(self, phrase: Phrase) -> list[tuple[int, int]]:
        """Return where a phrase begins and ends: at each place its first way to be matched.

        What is optional is rather left out, a gap is rather small, an earlier choice goes first.
        """
        rests = self._rests(phrase, self._anywhere)
        return [
            (start, self._end(phrase, rests, start, final=True)) for start in _members(rests[0])
        ]

    def _rests(self, phrase: Phrase, then: int) -> Sequence[int]:
        """Return from where a phrase, and what follows each of its nodes, can be matched.

        Args:
            phrase: the whole of it, or an option.
            then: where what follows it can be matched.
        """
        rests = [then]
        for node in reversed(phrase.nodes):
            if node.single:
                then = self._of[node.index] & then >> 1
            elif node.gap:
                for step in _steps(node.gap):
                    then |= then >> step
            else:
                then = self._before(node, then)
            if not then:
                return _NOWHERE
            rests.append(then)
        rests.reverse()
        return rests

    def _before(self, node: Node, then: int) -> int:
        """Return from where a node with choices can be matched so that it ends at places `then`."""
        found = self._of[node.index] & then >> 1
        for option in self._options_of(node):
            found |= self._rests(option, then)[0]
        return found | then if node.optional else found

    def _end(self, phrase: Phrase, rests: Sequence[int], at: int, *, final: bool) -> int:
        """Return where the first match of a phrase at a place ends; there must be one.

        Args:
            phrase: the whole of it, or an option.
            rests: of it, see `_rests`.
            at: where it begins.
            final: whether nothing follows it; a gap that nothing follows is as long as it may be.
        """
        for place, node in enumerate(phrase.nodes):
            then = rests[place + 1]
            last = final and place == len(phrase.nodes) - 1
            if node.gap:
                at = min(at + node.gap, self._length) if last else _first(then, at)
            elif node.optional and then >> at & 1:
                continue
            elif self._of[node.index] & then >> 1 & 1 << at:
                at += 1
            else:
                at = self._end_of_option(node, then, at, final=last)
        return at

    def _end_of_option(self, node: Node, then: int, at: int, *, final: bool) -> int:
        for option in self._options_of(node):
            rests = self._rests(option, then)
            if rests[0] >> at & 1:
                return self._end(option, rests, at, final=final)
        raise AssertionError("there is no match here")


@lru_cache
def _steps(most: int) -> tuple[int, ...]:
    """Return by how much to shift places, one after the other, to reach so many words back."""
    steps: list[int] = []
    while sum(steps) < most:
        steps.append(min(sum(steps) + 1, most - sum(steps)))
    return tuple(steps)


def _first(places: int, at: int) -> int:
    """Return the first of these places from `at` on."""
    places >>= at
    return at + (places & -places).bit_length() - 1


def _members(places: int) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest
