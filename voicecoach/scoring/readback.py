"""Turning a claim into words that can be read back to the one who said it.

"You said {spoken}." The words are the candidate's own, fillers and repeats left out, with the
speaker's "we cut our wait" turned to "you cut your wait". Where the wording is not plainly a
clause, nothing is read back: a wrong quote is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from voicecoach.scoring.forms import Draft
from voicecoach.scoring.marked import MarkedLine
from voicecoach.scoring.numbers import SCALE_WORDS
from voicecoach.scoring.phrases import Phrase, is_noun, subject_before
from voicecoach.scoring.quantities import CURRENCIES, Quantity
from voicecoach.word_sets import word_set

_LONGEST = 20
TURNED = {
    "my": "your",
    "our": "your",
    "mine": "yours",
    "ours": "yours",
    "we": "you",
    "i": "you",
    "us": "you",
    "me": "you",
    "we've": "you have",
    "i've": "you have",
}
_UNSAFE = word_set(
    "i'd we'd i'm we're i'll we'll you he she you're him which who what this these those if not",
    "said say says think guess sorry feel . don't didn't no never would could should might where",
    "when her his it's that's there's they're he's she's",
)
_NO_ENGLISH = frozenset(
    {("to", "from"), ("by", "from"), ("to", "to"), ("from", "to"), ("a", "the")}
)
"""Neighbours that no English sentence has: something was misheard."""
_EMPTY = frozenset({"also", "then", "actually", "basically", "something"})
"""Words that say nothing once the sentence before is gone."""
_SYMBOLS = {"%": "percent", "+": "plus", "-": "minus", "−": "minus"}
_HEARD_AS = {"ours": "hours", "ate": "eight", "fourty": "forty", "sent": "cent", "pur": "per"}
"""Recognition errors that the figure has settled."""
_LETTERS = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A clause fit to follow "You said".

    Attributes:
        spoken: the clause.
        first: first item that it is made of.
        last: last one.
    """

    spoken: str
    first: int
    last: int


def read_back(line: MarkedLine, draft: Draft, first: int, last: int) -> ReadBack | None:
    """Return items `first` to `last` as a clause to be read back, None if that is not safe."""
    if draft.subject is None or draft.verb < 0:
        return None
    subject = draft.subject
    if subject.first > draft.verb:
        # "we cut the wait by", "the flow lost nine percent of people": who did it stands before.
        doer = subject_before(line.items, draft.verb)
        if doer is None or not doer.plain:
            return None
        subject, first, last = doer, doer.first, max(last, subject.last)
    if subject.pronoun and not _stands_alone(line, subject):
        return None
    words: list[str] = []
    for k in range(first, last + 1):
        item = line.items[k]
        if item.word in _EMPTY:
            continue
        if item.quantity is not None:
            if k == last and _is_cut_short(line, k):
                return None
            words += _amount(line, item.quantity)
        elif item.word in _UNSAFE:
            return None
        elif item.word != ",":
            words.append(TURNED.get(item.word, item.word).replace("-", " "))
    words = [w for w, before in zip(words, ["", *words], strict=False) if w != before]
    pairs = set(pairwise(words))
    if any(_is_begun_again(line, line.items[k].quantity) for k in range(first, last + 1)):
        return None
    if len(words) > _LONGEST or not words or pairs & _NO_ENGLISH:
        return None
    return ReadBack(_agreeing(" ".join(words)), first, last)


def _is_begun_again(line: MarkedLine, amount: Quantity | None) -> bool:
    """Whether an amount is two in one: "two hundred, two hundred and forty"."""
    if amount is None:
        return False
    words = [line.tokens[k].text for k in range(amount.first, amount.last + 1)]
    return words.count("hundred") > 1 and "thousand" not in words


def _is_cut_short(line: MarkedLine, k: int) -> bool:
    """Whether what an amount is of follows: "three in ten orders", "four percent of them"."""
    amount = line.items[k].quantity
    if amount is None or k + 1 >= len(line.items):
        return False
    follows = line.items[k + 1]
    return follows.word == "of" or (amount.whole > 0 and is_noun(follows))


def _stands_alone(line: MarkedLine, pronoun: Phrase) -> bool:
    """Whether a pronoun is the subject of a clause and not a relative ("the share that fell")."""
    word = pronoun.words[0]
    if word in {"ours", "mine", "theirs"}:
        return False  # "yours rose nine": nobody can tell what of it
    if word not in {"that", "this", "which", "these", "those"}:
        return word not in {"else", "there"}
    before = line.items[pronoun.first - 1].word if pronoun.first else "."
    return before in {".", ",", "and", "so", "but"}


def _agreeing(clause: str) -> str:
    return clause.replace("you was ", "you were ").replace("you has ", "you have ")


def _amount(line: MarkedLine, quantity: Quantity) -> list[str]:
    """Return an amount's words for the ear: "$1.2M" as "1.2 million dollars"."""
    words: list[str] = []
    owed = ""
    for k in range(quantity.first, quantity.last + 1):
        token = line.tokens[k].text
        if token in CURRENCIES:
            owed = CURRENCIES[token]
        elif token in {"like", "basically"}:
            continue
        elif token in _SYMBOLS:
            words.append(_SYMBOLS[token])
        elif token in _LETTERS and words and words[-1][-1].isdigit():
            words.append(_LETTERS[token])
        else:
            if owed and k > quantity.core and not token[0].isdigit() and token not in SCALE_WORDS:
                words.append(owed)
                owed = ""
            words.append(_HEARD_AS.get(token, token))
    return [*words, owed] if owed else words
