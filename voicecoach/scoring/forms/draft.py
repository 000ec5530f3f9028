"""What a form is made of: patterns' building stones, a match read as items, a claim's draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from voicecoach.scoring.marked import MarkedLine
from voicecoach.scoring.phrases import Phrase, object_between
from voicecoach.scoring.quantities import Quantity
from voicecoach.word_sets import word_set

VERB = r"(?P<v>[UDGL]:[a-z]+)"
WORD = r"(?:[a-z'0-9-]+ )"
BE = r"(?:was|were|is|are|be|been|being|it's|that's|they're|came in|come in)"
TEST_WORDS = word_set(
    "confidence confident interval intervals level power sure certain significance significant",
    "credible agree agreed bound",
)
TIME_GOES_ON = word_set("later ago after in into before earlier out away old running straight")
GIVES_TO = word_set("us them me him her you everyone customers people")
PARTICLES = ("down", "up", "back", "out", "all", "the", "way", "right", "again", "from", "off")
_LINKING = word_set(
    "was were is are be been got became came ran run took takes gets get had have has worth"
)


@dataclass(slots=True)
class Draft:
    """A claim in the making; indexes are of items in the line.

    Attributes:
        form: name of the form that proposed it.
        first: first item of the core.
        last: last item of the core.
        verb: item of the verb, −1 where there is none.
        subject: what moved, None where it could not be told.
        uses: items of the amounts it is made of.
        direction: ``up``, ``down``, ``level`` or ''.
        size: the change or the amount as it was said.
        unit: of `size`, or of the two ends where there is no size.
        before: where it started, or what it is compared with.
        after: where it ended.
        compared: whether there is something to weigh it against.
        per: ``year``, ``night`` and the like.
        certainty: 0 to 1.
        verbal: whether subject, verb and amount make a clause that can be read back.
    """

    form: str
    first: int
    last: int
    verb: int
    subject: Phrase | None
    uses: tuple[int, ...]
    direction: str = ""
    size: float | None = None
    unit: str = ""
    before: float | None = None
    after: float | None = None
    compared: bool = False
    per: str = ""
    certainty: float = 0.8
    verbal: bool = True


class Match:
    """A regular expression's match, read as items."""

    def __init__(self, line: MarkedLine, match: re.Match[str]) -> None:
        self.line = line
        self.items = line.items
        self.match = match
        self.first = line.item_at(match.start() + 1)
        self.last = line.item_at(match.end() - 2)

    def at(self, group: str) -> int:
        """Return the item at which a group begins, −1 if it did not take part."""
        start = self.match.start(group)
        return -1 if start < 0 else self.line.item_at(start)

    def takes(self, group: str) -> bool:
        """Whether the pattern has such a group at all."""
        return group in self.match.re.groupindex

    def quantity(self, group: str) -> Quantity:
        """Return the amount that a group is."""
        found = self.items[self.at(group)].quantity
        assert found is not None, "a quantity group matches only quantities"
        return found

    def word(self, group: str) -> str:
        """Return what a group holds, '' if it did not take part."""
        return (self.match.group(group) or "").strip()

    def has(self, group: str) -> bool:
        """Whether a group took part and holds something."""
        return bool(self.match.group(group))

    def next_word(self, item: int) -> str:
        """Return the word after an item, '' for an amount and at the end."""
        return self.items[item + 1].word if item + 1 < len(self.items) else ""

    def previous_word(self, item: int) -> str:
        """Return the word before an item, likewise."""
        return self.items[item - 1].word if item > 0 else ""

    def objects(self, group: str, *, drop: tuple[str, ...] = ()) -> Phrase | None:
        """Return the noun phrase that a group is, particles at its end left out."""
        if not self.has(group):
            return None
        first = self.at(group)
        last = first + len(self.word(group).split()) - 1
        while last >= first and self.items[last].word in drop:
            last -= 1
        return object_between(self.items, first, last) if last >= first else None


def amount(name: str, kinds: str = "a-z") -> str:
    """Return the pattern of an amount of some kinds (see `Quantity.kind`), as a named group."""
    return rf"(?P<{name}><[{kinds}]\d+>)"


def verb_before(m: Match, first: int) -> int:
    """Return the item of a plain verb within three items before `first`, −1 if none is there."""
    for k in range(first - 1, max(-1, first - 4), -1):
        word = m.items[k].word
        if word in _LINKING:
            return k
        if not word or word in ",.":
            break
    return -1


def towards(before: float, after: float) -> str:
    """Return the direction from one end to the other."""
    if before == after:
        return "level"
    return "up" if after > before else "down"


@dataclass(frozen=True, slots=True)
class Form:
    """One way of putting a claim: what it looks like, and how it is read.

    Attributes:
        pattern: over a marked line.
        read: returns a draft, or None where the match is no claim after all.
    """

    pattern: re.Pattern[str]
    read: Callable[[Match], Draft | None]
