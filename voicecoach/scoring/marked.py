"""A transcript as one line in which amounts and words of change are marked, for patterns to read.

"The wait went from about forty to, uh, twenty two minutes" becomes
``the wait G:went from <n0> to <t1>``: amounts by their kind and number, words of change by their
direction (U up, D down, G either way, L level, C a comparative). The line remembers which token
every item came from.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from voicecoach.scoring.corrections import corrected
from voicecoach.scoring.misheard import mended
from voicecoach.scoring.plain import Token
from voicecoach.scoring.quantities import Quantity, find_quantities
from voicecoach.word_sets import word_set

UP_VERBS = word_set(
    "rose rise rises rising risen grew grow grows grown growing increased increase increases",
    "increasing climbed climb climbing climbs jumped jump jumps jumping gained gain gains gaining",
    "surged surge soared soar spiked spike lifted lift lifts lifting raised raise raises raising",
    "boosted boost boosts boosting improved improve improves improving expanded recovered added",
    "accelerated widened doubled tripled quadrupled",
)
DOWN_VERBS = word_set(
    "fell fall falls falling fallen dropped drop drops dropping declined decline declines",
    "declining",
    "decreased decrease decreases decreasing reduced reduce reduces reducing shrank shrunk shrink",
    "shrinking dipped dip sank sunk slid slipped lost lose loses losing cut cuts cutting shortened",
    "plunged plummeted tumbled collapsed shaved shave trimmed trim slashed slash saved save saves",
    "saving lowered lowers lowering narrowed eased knocked halved halving",
)
GO_VERBS = word_set(
    "went gone goes go going came come comes moved move moves got get gets brought bring took take",
    "takes pushed drove drives crept edged shot inched picked ticked ended finished settled",
    "reached",
    "hit trended swung turned changed shifted landed",
)
LEVEL_VERBS = word_set("stayed stay stays staying remained remain remains held holds steady flat")
NOUNS_UP = word_set(
    "increase rise growth gain uplift lift improvement jump boost bump surge spike climb upswing",
    "raise hike",
)
NOUNS_DOWN = word_set(
    "decrease drop fall decline reduction dip cut loss slump slide decreases savings saving",
    "shrinkage",
)
COMPARATIVES = {
    **dict.fromkeys(
        word_set("more higher bigger larger longer better greater stronger up likelier heavier"),
        "up",
    ),
    **dict.fromkeys(
        word_set(
            "fewer less lower smaller shorter faster slower quicker cheaper sooner earlier down",
            "worse",
            "weaker lighter",
        ),
        "down",
    ),
}
# A thing that is slower or dearer takes more of what is measured; faster and cheaper take less.
COMPARATIVES["slower"] = "up"
COMPARATIVES["later"] = "up"


_MARKS = {
    word: f"{letter}:{word}"
    for letter, words in (
        ("L", LEVEL_VERBS),
        ("G", GO_VERBS),
        ("D", DOWN_VERBS | NOUNS_DOWN),
        ("U", UP_VERBS | NOUNS_UP),
    )
    for word in words
}
"""How words of change stand in a line; of two readings the later in this list wins."""


class Item(NamedTuple):
    """One piece of the line.

    Attributes:
        mark: as it stands in the line.
        word: the same without the letter of its direction; '' for an amount.
        first: index of its first token.
        last: index of its last one.
        quantity: the amount, where it is one.
    """

    mark: str
    word: str
    first: int
    last: int
    quantity: Quantity | None = None


class MarkedLine:
    """The marked line of one transcript.

    Attributes:
        text: the transcript.
        tokens: its plain tokens, without what was taken back, misheard words put right.
        items: pieces of the line, in order.
        line: their marks, separated by single spaces, a space in front and behind.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: tuple[Token, ...] = mended(corrected(text))
        self.items = _items(self.tokens)
        starts = []
        at = 1
        for item in self.items:
            starts.append(at)
            at += len(item.mark) + 1
        self._starts = starts
        self.line = " " + "".join(f"{item.mark} " for item in self.items)

    def item_at(self, offset: int) -> int:
        """Return the index of the item at an offset in the line."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where items `first` to `last` stand in the transcript."""
        return self.tokens[self.items[first].first].start, self.tokens[self.items[last].last].end


_COMPOUNDS = {
    "up": word_set("sign pick check follow start set wake back top mark clean warm line catch"),
    "ups": word_set("sign pick check follow start set wake back top mark clean give"),
    "off": word_set("drop sign take pay trade kick stand lay"),
    "offs": word_set("drop sign take pay trade kick stand lay"),
    "out": word_set("check walk opt log drop pay roll break time buy burn stock"),
    "outs": word_set("check walk opt log drop pay roll break time buy stock"),
    "in": word_set("log opt check plug sign walk trade"),
    "ins": word_set("log opt check plug sign walk trade"),
    "through": word_set("click walk follow pass pull flow"),
    "throughs": word_set("click walk follow pass"),
    "backs": word_set("call play charge draw come roll"),
    "back": word_set("call play charge draw pay cash feed roll"),
    "time": word_set("on first real down wait"),
    "cart": word_set("to"),
    "show": word_set("no"),
    "shows": word_set("no"),
}
"""Words said apart that are one noun: second word, then first words."""

_BEGIN_COMPOUNDS = frozenset().union(*_COMPOUNDS.values())


def _is_compound(tokens: tuple[Token, ...], i: int) -> bool:
    if i + 1 >= len(tokens):
        return False
    word, after = tokens[i].text, tokens[i + 1].text
    if word not in _COMPOUNDS.get(after, ()):
        return False
    follows = tokens[i + 2].text if i + 2 < len(tokens) else ""
    # Before a figure it is a verb with its particle: "they check out 8% more", "line up by".
    return not (follows[:1].isdigit() or follows == "by")


def _items(tokens: tuple[Token, ...]) -> list[Item]:
    quantities = {q.first: (n, q) for n, q in enumerate(find_quantities(tokens))}
    items = []
    i = 0
    while i < len(tokens):
        if i in quantities:
            n, quantity = quantities[i]
            items.append(Item(f"<{quantity.kind}{n}>", "", i, quantity.last, quantity))
            i = quantity.last + 1
        elif (
            tokens[i].text in _BEGIN_COMPOUNDS
            and _is_compound(tokens, i)
            and i + 1 not in quantities
        ):
            word = f"{tokens[i].text}-{tokens[i + 1].text}"
            items.append(Item(word, word, i, i + 1))
            i += 2
        else:
            word = tokens[i].text
            items.append(Item(_MARKS.get(word, word), word, i, i))
            i += 1
    return items
