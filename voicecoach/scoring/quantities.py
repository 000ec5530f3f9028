"""Amounts: numbers with what they count, and how often.

"Twelve basis points", "about forty grand", "one in five", "$1.2M a quarter", "three times". Numbers
that are no amounts at all are left out: dates, clock times, ages, "step three", "room 512", "the
first", "one of".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicecoach.scoring.numbers import Read, read_at, scan, word_at
from voicecoach.scoring.plain import Token
from voicecoach.word_sets import word_set

PERCENT = "percent"
POINTS = "points"
SHARE = "share"
TIMES = "times"

_TIME = {
    "ms": "milliseconds",
    "millisecond": "milliseconds",
    "milliseconds": "milliseconds",
    "s": "seconds",
    "sec": "seconds",
    "secs": "seconds",
    "second": "seconds",
    "seconds": "seconds",
    "min": "minutes",
    "mins": "minutes",
    "minute": "minutes",
    "minutes": "minutes",
    "h": "hours",
    "hr": "hours",
    "hrs": "hours",
    "hour": "hours",
    "hours": "hours",
    "ours": "hours",  # as recognisers hear it
    "day": "days",
    "days": "days",
    "week": "weeks",
    "weeks": "weeks",
    "month": "months",
    "months": "months",
    "quarters": "quarters",
    "year": "years",
    "years": "years",
}
_MONEY = {
    "dollar": "dollars",
    "dollars": "dollars",
    "bucks": "dollars",
    "usd": "dollars",
    "pound": "pounds",
    "pounds": "pounds",
    "quid": "pounds",
    "euro": "euros",
    "euros": "euros",
    "cent": "cents",
    "cents": "cents",
    "pence": "pence",
    "pennies": "pence",
    "rupees": "rupees",
    "rupee": "rupees",
    "yen": "yen",
    "francs": "francs",
}
MONEY_UNITS = frozenset(_MONEY.values()) | {"money"}
"""Units of an amount of money."""

_MULTIPLES = {"twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0}
_SINGLE = word_set("second minute hour day week month year percent point dollar pound euro cent")
CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros", "₹": "rupees"}
"""By their signs."""

PERIODS = word_set("second minute hour day night week month quarter year shift")
"""What an amount can be said to be for, as in "a week"."""

_APPROXIMATELY = word_set(
    "about around roughly approximately nearly almost some maybe perhaps just only over under ",
    "say basically like another further full extra whopping whole exactly probably mere ",
    "somewhere still below above",
)
_APPROXIMATELY_TWO = frozenset(
    {
        ("more", "than"),
        ("less", "than"),
        ("fewer", "than"),
        ("close", "to"),
        ("at", "least"),
        ("at", "most"),
        ("i", "think"),
        ("i", "guess"),
        ("let's", "say"),
        ("a", "solid"),
        ("a", "whopping"),
        ("a", "full"),
        ("a", "further"),
        ("in", "total"),
        ("or", "so"),
    }
)
_NAMES_A_PLACE = word_set(
    "level step stage phase room week day month year page version chapter number question rule ",
    "figure table floor gate bay bays line lane tier grade part quarter q unit sprint model ",
    "gen generation layer route platform building terminal option class season round zone type ",
    "slide item track case act top p",
)
_MONTHS = word_set(
    "january february march april may june july august september october november december ",
    "jan feb mar apr jun jul aug sept sep oct nov dec",
)
_CLOCK = frozenset({"a.m.", "p.m.", "am", "pm", "o'clock"})
_AGE_WORDS = frozenset({"age", "aged", "ages", "aging"})
_STAFF = word_set(
    "team teams engineer engineers developer developers designer designers analyst analysts pm ",
    "pms manager managers scientist scientists squad squads stakeholder stakeholders director ",
    "directors intern interns contractor contractors hires",
)
_NOT_COUNTED = word_set(
    "of and or but so to the a an in on at by for from with as is was were are than that this ",
    "it they we i you he she because when if after before then there against versus vs percent ",
    "per more less fewer higher lower faster slower better worse ones did do had have has not ",
    "no who which what while until since just his its across yes minus thus always us ",
    "previous various famous serious obvious",
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount said.

    Attributes:
        value: in `unit`. A share ("one in five", "a third") is a fraction of 1.
        unit: ``percent``, ``points`` (of a percentage, or of a scale), ``basis points``,
            ``share``, ``times``, a unit of time or money in the plural, ``money`` where the
            currency is not said, the plural noun that is counted, or '' for a bare number.
        per: ``hour``, ``night``, ``year`` and the like, '' where nothing is said.
        first: index of its first token, words like "about" included.
        last: index of its last token.
        core: index of the first token of the number itself.
        whole: what a share was said to be of ("one in five": 5), 0 where nothing was said.
    """

    value: float
    unit: str
    per: str
    first: int
    last: int
    core: int
    whole: float = 0.0

    @property
    def kind(self) -> str:
        """One letter: p percent and points, s share, x times, m money, t time, n anything else."""
        if self.unit in {PERCENT, POINTS, "basis points"}:
            return "p"
        if self.unit == SHARE:
            return "s"
        if self.unit == TIMES:
            return "x"
        if self.unit in MONEY_UNITS:
            return "m"
        return "t" if self.unit in _TIME.values() else "n"


def find_quantities(tokens: Sequence[Token]) -> list[Quantity]:
    """Return the amounts in plain tokens, in order, corrections applied ("nine, no, eight")."""
    words = [t.text for t in tokens]
    found: list[Quantity] = []
    reads = [*scan(tokens), *_articles(words), *_multiples(words)]
    for i, read in sorted(reads, key=lambda pair: pair[0]):
        if found and i <= found[-1].last:
            continue
        if read.kind in {"ordinal", "year", "digits"}:
            continue
        quantity = _quantity(words, i, i + read.length, read.value, read.kind)
        if quantity is None:
            continue
        if found and words[found[-1].last + 1 : quantity.first] == ["or"]:
            quantity = _either(found.pop(), quantity)
        elif found and _is_correction(tokens, found[-1], quantity):
            quantity = replace(quantity, first=found[-1].first)
            found.pop()
        found.append(quantity)
    return found


def _either(low: Quantity, high: Quantity) -> Quantity:
    """Return "eight or nine percent" as one amount, in the middle of the two."""
    value = high.value
    if low.unit in {"", high.unit} and 0 < high.value - low.value <= 0.5 * high.value:
        value = (low.value + high.value) / 2
    return replace(high, value=value, first=low.first, core=low.core)


def _articles(words: list[str]) -> list[tuple[int, Read]]:
    """Return the ones in "by a week", "up a dollar", "a day and a half"."""
    found = []
    for i in range(1, len(words) - 1):
        if words[i] not in {"a", "an"} or words[i + 1] not in _SINGLE:
            continue
        if words[i + 2 : i + 5] == ["and", "a", "half"]:
            found.append((i, Read(1.5, "cardinal", 1)))
        elif words[i - 1] == "by" or (words[i - 1] in {"up", "down"} and words[i + 1] != "percent"):
            found.append((i, Read(1.0, "cardinal", 1)))
    return found


def _multiples(words: list[str]) -> list[tuple[int, Read]]:
    return [(i, Read(_MULTIPLES[w], "times", 1)) for i, w in enumerate(words) if w in _MULTIPLES]


def _quantity(words: list[str], start: int, end: int, value: float, kind: str) -> Quantity | None:
    if kind == "times":
        # "Twice a week" is how often; "twice as often" and "double the" are how much more.
        if word_at(words, end) not in {"as", "the", "what", "our"}:
            return None
        return Quantity(value, TIMES, "", _approximation(words, start), start, start)
    if _is_a_name(words, start, end):
        return None
    ratio = _ratio(words, end, value) if kind == "cardinal" else None
    if ratio:
        value, whole, used = ratio
        unit = SHARE
    else:
        whole = 0.0
        unit, used = _unit(words, start, end, kind)
    if words[start] in {"a", "an"} and words[end + 1 : end + 4] == ["and", "a", "half"]:
        used += 3  # "a day and a half"
    elif unit in _MONEY.values() and used == 1:
        coins = read_at(words, end + 1) if end + 1 < len(words) else None
        after_coins = word_at(words, end + 1 + (coins.length if coins else 0))
        if coins and 10 <= coins.value < 100 and after_coins not in {"percent", "%", "per"}:
            value, used = value + coins.value / 100, used + coins.length  # "two euros fifty"
    first = start - 1 if start and words[start - 1] in CURRENCIES else start
    last = end + used - 1
    after_noun = last + 1 + (1 if unit and unit == word_at(words, last + 1) else 0)
    per, per_length = _per(words, after_noun)
    last = after_noun + per_length - 1 if per else last
    if unit == TIMES and per and per != "each":
        unit = ""  # "thirty times a week" is how often, no factor
    return Quantity(value, unit, per, _approximation(words, first), last, start, whole)


def _is_a_name(words: list[str], start: int, end: int) -> bool:
    before, after = word_at(words, start - 1), word_at(words, end)
    if before in _NAMES_A_PLACE and after not in {"percent", "%", "points"}:
        return word_at(words, start - 2) not in {"a", "per", "each", "every"}
    if before in _MONTHS and before != "may" and after not in {"percent", "%"}:
        return True
    if before in _AGE_WORDS or word_at(words, start - 2) in _AGE_WORDS:
        return True
    if after in _CLOCK or (after == "of" and word_at(words, end + 1) in _MONTHS):
        return True
    if after in _MONTHS and after not in {"may", "march"}:
        return True
    if after in {"year", "years"} and word_at(words, end + 1) in {"old", "olds"}:
        return True
    single = end - start == 1 and words[start] in {"one", "zero"}
    if single and words[start] == "one":
        # "no one", "one of", "the new one", "one thing": a pronoun. "One in five" counts.
        return not (
            after in {"in", "out", "percent", "%", "point", "percentage", "basis"}
            or after in _TIME
            or after in _MONEY
            or (before == "to" and "from" in words[max(0, start - 6) : start] and not after)
        )
    return after in _STAFF


def _unit(words: list[str], start: int, end: int, kind: str) -> tuple[str, int]:
    """Return the unit and how many tokens it takes."""
    if word_at(words, start - 1) in CURRENCIES:
        return CURRENCIES[words[start - 1]], 0
    skipped = _of_a(words, end) if kind == "fraction" else 0
    a, b = word_at(words, end + skipped), word_at(words, end + skipped + 1)
    known = _proportion(a, b, bool(skipped))
    if known:
        return known[0], skipped + known[1]
    if kind == "fraction" and not skipped:
        return SHARE, 0
    unit = _TIME.get(a) or _MONEY.get(a)
    if unit:
        return unit, skipped + 1
    if word_at(words, end - 1) == "grand":
        return "money", 0
    return _noun(words, end), 0


def _of_a(words: list[str], end: int) -> int:
    """Return how many words stand between "half" and its unit: "half a percent", "an hour"."""
    if word_at(words, end) not in {"a", "an", "of"}:
        return 0
    j = end + 1 + (word_at(words, end + 1) == "a")
    unit = word_at(words, j)
    is_unit = unit in _TIME or unit in _MONEY or unit in {"percent", "%", "percentage", "point"}
    return j - end if is_unit else 0


def _proportion(a: str, b: str, after_a: bool) -> tuple[str, int] | None:
    """Read "percent", "percentage points", "basis points", "times" and their spellings."""
    if a in {"percent", "%", "percents"}:
        return (POINTS, 2) if b in {"point", "points"} else (PERCENT, 1)
    if a in {"per", "pur"} and b in {"cent", "sent"}:
        return PERCENT, 2
    if a == "percentage" and b in {"point", "points"}:
        return POINTS, 2
    if a in {"point", "points", "pp", "pts"} or (a == "percentage" and after_a):
        return POINTS, 1
    if a == "basis" and b in {"point", "points"}:
        return "basis points", 2
    if a in {"bps", "bips"}:
        return "basis points", 1
    return (TIMES, 1) if a in {"times", "x", "fold"} else None


def _ratio(words: list[str], end: int, value: float) -> tuple[float, float, int] | None:
    """Read "in five", "out of nine", "in every ten", "in a thousand" after a number.

    Returns the share, the whole and how many tokens that takes.
    """
    j = end
    # "74 dry holes in a hundred": at most two words may name what is counted.
    for _ in range(3):
        if word_at(words, j) in {"in", "out"}:
            break
        if not word_at(words, j).isalpha() or words[j] in _NOT_COUNTED:
            return None
        j += 1
    if word_at(words, j) == "out" and word_at(words, j + 1) == "of":
        k = j + 2
    elif word_at(words, j) == "in":
        k = j + 1
    else:
        return None
    if word_at(words, k) in {"every", "each"}:
        k += 1
    read = read_at(words, k) if k < len(words) else None
    if read is None or read.kind != "cardinal":
        return None
    whole, length = read.value, read.length
    after = word_at(words, k + length)
    if whole < 2 or value > whole or after in _TIME or after in {"percent", "%"} | _STAFF:
        return None
    round_whole = whole <= 20 or whole in {25, 30, 40, 50, 100, 200, 500, 1000, 10000, 1e5, 1e6}
    if words[j] == "in" and not round_whole:
        return None
    return value / whole, whole, k + length - end


def _noun(words: list[str], end: int) -> str:
    """Return the plural noun that follows a number, at most two words on; '' for none."""
    for j in (end, end + 1, end + 2):
        word = word_at(words, j)
        if not word.isalpha() or word in _NOT_COUNTED or word in CURRENCIES:
            return ""
        if word.endswith("s") and len(word) > 3 and not word.endswith("ss"):
            return word
    return ""


def _per(words: list[str], i: int) -> tuple[str, int]:
    a, b = word_at(words, i), word_at(words, i + 1)
    if a in {"a", "an", "per", "every", "each"} and b in PERIODS:
        return b, 2
    if a == "each" and b != "other":
        return "each", 1
    return "", 0


def _approximation(words: list[str], first: int) -> int:
    """Return where the words that make an amount rough begin; `first` where there are none."""
    i = first
    while i > 0:
        if words[i - 1] in _APPROXIMATELY:
            i -= 1
        elif i > 1 and (words[i - 2], words[i - 1]) in _APPROXIMATELY_TWO:
            i -= 2
        else:
            break
    return i


def _is_correction(tokens: Sequence[Token], old: Quantity, new: Quantity) -> bool:
    between = [t.text for t in tokens[old.last + 1 : new.first] if t.text not in ",."]
    if not between or len(between) > 4:
        return False
    joined = " ".join(w for w in between if w.isalpha() or "'" in w)
    if joined in {"no", "sorry", "no sorry", "or rather", "no actually", "make that", "correction"}:
        return True
    return joined.endswith(" no") and len(between) == 2  # "nine people, no, eight"
