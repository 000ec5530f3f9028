"""Words that a recogniser writes for others that sound alike, where the figure beside settles it.

"Too million" is two million, "eight per sent" is eight percent, "completion feel three percent" is
"completion fell". Only what could not stand there as it is written is read as something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voicecoach.scoring.numbers import NUMBER_WORDS, read_at, word_at
from voicecoach.scoring.plain import Token
from voicecoach.word_sets import word_set

_DIGITS = {
    "ate": "eight",
    "won": "one",
    "to": "two",
    "too": "two",
    "for": "four",
    "fore": "four",
    "tree": "three",
}
_PROPORTIONS = word_set("percent % point points basis")
_MONEY = word_set("dollars euros pounds cents bucks")
_TIMES = word_set("milliseconds seconds minutes hours days weeks months years")
_SCALES = word_set("hundred thousand million billion grand")
_TENS = word_set("twenty thirty forty fifty sixty seventy eighty ninety")
_MOVED = word_set(
    "rose grew fell dropped climbed increased decreased declined improved went jumped slipped",
    "gained lost up down by shrank fall rise drop cut reduced lifted raised about only almost",
    "added",
)
_TURNS = word_set("up down back fell dropped rose grew climbed went")
_TURNED = {"feel": "fell", "fel": "fell", "rows": "rose", "roads": "rose", "crew": "grew"}
"""Verbs of change as they are misheard."""
_BARE = {"grow": "grew", "increase": "increased", "decrease": "decreased", "decline": "declined"}
"""Verbs of change whose ending was lost."""
_BARE |= {"improve": "improved", "drop": "dropped", "fall": "fell", "rise": "rose"}
_NOT_BEFORE_VERB = word_set(
    "to a an the i we you they he she it will would could should might may can did didn't and or",
    ", . not this that of in for see saw make makes made let help helps",
)
_PERCENT_AS = word_set("person present percents persons")
_ENDS = word_set(". , and but in on for from to over among after when while so")


def mended(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the tokens with words that were surely misheard put right; places stay."""
    found = list(tokens)
    words = [t.text for t in found]
    for rule, about in _RULES:
        for i in range(len(words) - 1, -1, -1):
            change = rule(words, i) if words[i] in about else None
            if change is not None:
                word, used = change
                words[i : i + used] = [word]
                found[i : i + used] = [found[i]._replace(text=word, end=found[i + used - 1].end)]
    return tuple(found)


def _percent(words: list[str], i: int) -> tuple[str, int] | None:
    """Read "per sent", "pur cent", and "fifteen person" at the end of a change."""
    word, after = words[i], word_at(words, i + 1)
    if word in {"per", "pur", "pro"} and after in {"cent", "sent", "scent", "cents"}:
        return "percent", 2
    moved = any(w in _MOVED for w in words[max(0, i - 4) : i])
    if word in _PERCENT_AS and _ends_number(words, i) and moved and (not after or after in _ENDS):
        return "percent", 1
    return None


def _basis(words: list[str], i: int) -> tuple[str, int] | None:
    """Read "twelve bases points" and "thirty basis point" as basis points."""
    word, before, after = words[i], word_at(words, i - 1), word_at(words, i + 1)
    if after in {"point", "points"} and word in {"bases", "basic", "base"}:
        return ("basis", 1) if _ends_number(words, i) else None
    if word == "point" and before == "basis" and word_at(words, i - 2) not in {"a", "one"}:
        return ("points", 1) if _ends_number(words, i - 1) else None
    return None


def _digit(words: list[str], i: int) -> tuple[str, int] | None:
    """Read "for", "too", "won" and "ate" as the numbers that they sound like."""
    word = words[i]
    said = _DIGITS.get(word)
    if said is None:
        return None
    before, after = word_at(words, i - 1), word_at(words, i + 1)
    if before == "point" and (i < 2 or _ends_number(words, i - 1) or words[i - 2] in _DIGITS):
        ends = after in {"", ".", ","} | _PROPORTIONS | _MONEY | _SCALES
        decimal = word in {"ate", "won", "too"} or ends
        return (said, 1) if decimal and i >= 2 else None
    if before in _TENS and after in _PROPORTIONS | _MONEY | _SCALES:
        return said, 1
    if (
        before == "in"
        and word != "ate"
        and _ends_number(words, i - 1)
        and after not in {"the", "a"}
    ):
        return (said, 1) if word in {"for", "fore", "too"} else None
    if after in {"in", "out"} and before in {"to", "from", "about", "", "that", "and", "said"}:
        j = i + 2 + (word_at(words, i + 2) == "of")
        whole = read_at(words, j)
        counted = whole is not None and word_at(words, j + whole.length) not in _TIMES
        return (said, 1) if counted and word not in {"to", "too"} else None
    if word == "for" and after in {"million", "billion", "thousand"}:
        return said, 1
    decimal = after == "point" and word_at(words, i + 2) in NUMBER_WORDS | _DIGITS.keys()
    if after in _SCALES or decimal:
        # "Up too million", "to for point eight": no scale goes without a number before it.
        led = before in _MOVED | {"to", "from"} and not (word == "to" and "from" in words[:i][-5:])
        return (said, 1) if led or word in {"ate", "won", "too"} else None
    if after in _PROPORTIONS and (before in _MOVED | {"to", "from"} or word == "ate"):
        return (said, 1) if after != "point" else None
    if after in _MONEY - {"cents"} and before in _MOVED | {"to", "from"}:
        return said, 1
    if after in _TIMES and before in {"to", "from"}:
        return said, 1
    return None


def _towards(words: list[str], i: int) -> tuple[str, int] | None:
    """Read "from forty too thirty", "six points two four" and "from six two four" as "to"."""
    if words[i] not in {"two", "too"} or not read_at(words, i + 1) or word_at(words, i + 1) == "a":
        return None
    if i + 1 >= len(words) or words[i + 1] in _SCALES | {"point"}:
        return None
    if words[i] == "too" and words[i - 1] in _TURNS:
        return "to", 1
    counted = _ends_number(words, i) or (i > 1 and _ends_number(words, i - 1))
    if not counted or words[i - 1] == "point" or (words[i - 1] in _TENS and words[i] == "two"):
        return None
    reach = words[max(0, i - 7) : i]
    from_there = "from" in reach and "to" not in reach[reach.index("from") :]
    changed = words[i] == "too" and any(w in _MOVED for w in reach)
    return ("to", 1) if from_there or changed else None


def _by(words: list[str], i: int) -> tuple[str, int] | None:
    after = word_at(words, i + 1)
    amount = after in {"about", "almost", "nearly"} or read_at(words, i + 1) is not None
    moved = words[i] in {"buy", "bye", "bi"} and word_at(words, i - 1) in _MOVED
    return ("by", 1) if moved and amount else None


def _verb(words: list[str], i: int) -> tuple[str, int] | None:
    """Read "completion feel three percent" as "fell", "revenue grow ten percent" as "grew"."""
    said = _TURNED.get(words[i]) or _BARE.get(words[i])
    before = word_at(words, i - 1)
    if said is None or not before.isalpha() or before in _NOT_BEFORE_VERB:
        return None
    if words[i] in _BARE and before.endswith("s") and not before.endswith("ss"):
        return None  # "sellers grow ten percent": that is how one says it
    j = i + 1
    while word_at(words, j) in {"by", "from", "to", "about", "almost", "nearly"}:
        j += 1
    read = read_at(words, j) if j < len(words) else None
    if read is None:
        return None
    led = j > i + 1
    after = word_at(words, j + read.length)
    proportion = after in _PROPORTIONS or read.kind == "fraction"
    return (said, 1) if proportion or (led and after) else None


def _ours(words: list[str], i: int) -> tuple[str, int] | None:
    before, after = word_at(words, i - 1), word_at(words, i + 1)
    if words[i] == "ours" and before.endswith("ing") and after in {"per", "a", "each", "of"}:
        return "hours", 1
    return None


def _cents(words: list[str], i: int) -> tuple[str, int] | None:
    if words[i] in {"since", "sense", "scents"} and word_at(words, i + 1) == "to":
        return ("cents", 1) if _ends_number(words, i) else None
    return None


def _ends_number(words: list[str], i: int) -> bool:
    """Whether a number, unit aside, ends just before word `i`."""
    said = words[max(0, i - 5) : max(0, i)]
    return any(
        (read := read_at(said, k)) is not None and k + read.length == len(said)
        for k in range(len(said))
    )


_RULES: tuple[tuple[Callable[[list[str], int], tuple[str, int] | None], frozenset[str]], ...] = (
    (_percent, frozenset({"per", "pur", "pro"}) | _PERCENT_AS),
    (_digit, frozenset(_DIGITS)),
    (_basis, frozenset({"bases", "basic", "base", "point"})),
    (_by, frozenset({"buy", "bye", "bi"})),
    (_verb, frozenset(_TURNED) | frozenset(_BARE)),
    (_towards, frozenset({"two", "too"})),
    (_ours, frozenset({"ours"})),
    (_cents, frozenset({"since", "sense", "scents"})),
)
"""Rules in the order in which they are tried, each with the words that it is about."""
