"""Numbers as people say and write them.

"Two point eight", "three hundred and twenty", "1.2 million", "a quarter", "four thousand 500",
"oh point five", "a million and a half": each becomes a value with the place where it was said.
What a number counts is not asked here; see `voicecoach.scoring.quantities`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.scoring.plain import Token
from voicecoach.word_sets import word_set

SCALE_WORDS = word_set("hundred thousand million billion")
"""Words that multiply what was said before them."""

_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_FROM_TWENTY = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: value for value, word in enumerate(_BELOW_TWENTY.split())} | {
    "nought": 0,
    "naught": 0,
    "oh": 0,
}
NUMBER_WORDS = word_set(_BELOW_TWENTY, _FROM_TWENTY, "nought") | SCALE_WORDS
"""Words that numbers are made of, without those that only a recogniser writes."""

_TENS = {word: 10 * value for value, word in enumerate(_FROM_TWENTY.split(), 2)} | {"fourty": 40}
_SCALES = {
    "hundred": 100.0,
    "thousand": 1e3,
    "grand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mil": 1e6,
    "mm": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
}
_LETTER_SCALES = frozenset({"k", "m", "b", "bn", "mm", "mil"})  # only right after figures
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "sixths": 6,
    "seventh": 7,
    "sevenths": 7,
    "eighth": 8,
    "eighths": 8,
    "ninth": 9,
    "ninths": 9,
    "tenth": 10,
    "tenths": 10,
    "twelfth": 12,
    "twentieth": 20,
    "hundredth": 100,
}
_ORDINALS = word_set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth ",
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth ",
    "thirtieth",
)
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_HOMOPHONES = {"ate": 8, "to": 2, "too": 2, "for": 4, "won": 1}
_BEFORE_HOMOPHONE = word_set("by from to about rose fell up down of dropped grew")
_SIGNS = {"+": 1.0, "plus": 1.0, "-": -1.0, "\u2212": -1.0, "minus": -1.0}
_PERCENT = frozenset({"percent", "percentage", "%"})


_STARTS = frozenset(
    {*_UNITS, *_TENS, *_ORDINALS, *_HOMOPHONES, "a", "an", "half", "hundred", "point"}
)
"""Words at which a number may begin, figures apart."""

_BEGINNINGS = _STARTS.union(_SIGNS)


@dataclass(frozen=True, slots=True)
class Read:
    """A number read at some token.

    Attributes:
        value: what it says; never negative unless a sign was written or said.
        kind: ``cardinal``, ``fraction`` ("a third"), ``ordinal`` ("third"), ``year`` ("2019",
            "nineteen ninety nine") or ``digits`` ("one four seven": a name spelled out).
        length: how many tokens it takes.
    """

    value: float
    kind: str
    length: int


def scan(tokens: Sequence[Token]) -> list[tuple[int, Read]]:
    """Return where in plain tokens numbers begin, and what they say; none inside another."""
    words = [t.text for t in tokens]
    found = []
    i = 0
    while i < len(words):
        plain_word = words[i].isalpha() and words[i] not in _BEGINNINGS
        read = None if plain_word else read_at(words, i)
        if read:
            found.append((i, read))
        i += read.length if read else 1
    return found


def read_at(words: list[str], i: int) -> Read | None:
    """Return the number that begins at word `i`, None if none does."""
    word = word_at(words, i)
    if word in _SIGNS and i + 1 < len(words):
        inner = _unsigned(words, i + 1)
        if inner is None:
            return None
        return Read(_SIGNS[word] * inner.value, inner.kind, inner.length + 1)
    return _unsigned(words, i)


def _unsigned(words: list[str], i: int) -> Read | None:
    word = word_at(words, i)
    if not word:
        return None
    if word not in _STARTS and not word[0].isdecimal() and not (word[0] == "." and len(word) > 1):
        return None
    return (
        _fraction(words, i)
        or _ordinal(words, i)
        or _year(words, i)
        or _spelled_digits(words, i)
        or _cardinal(words, i)
    )


# --- fractions, ordinals, years, digits ---------------------------------------------------------


def _fraction(words: list[str], i: int) -> Read | None:
    """Read "half", "a third", "two thirds", "half a million", "a quarter of a million"."""
    word, after = word_at(words, i), word_at(words, i + 1)
    if after in {"quarter", "quarters"} and _is_time(words, i):
        return None
    if word == "half":
        value, used = 0.5, 1
    elif word in {"a", "an", "one"} and after in _PARTS and not after.endswith("s"):
        value, used = 1 / _PARTS[after], 2
        if after in {"second", "quarter"} and word_at(words, i - 1) in {"per", "each", "every"}:
            return None
    elif _UNITS.get(word, 0) >= 2 and after in _PARTS and after.endswith("s"):
        value, used = _UNITS[word] / _PARTS[after], 2
    else:
        return None
    j = i + used
    if (
        word_at(words, j) == "of"
        and word_at(words, j + 1) == "a"
        and word_at(words, j + 2) in _SCALES
    ):
        return Read(value * _SCALES[words[j + 2]], "cardinal", used + 3)
    if word_at(words, j) == "a" and word_at(words, j + 1) in _SCALES:
        return Read(value * _SCALES[words[j + 1]], "cardinal", used + 2)
    return Read(value, "fraction", used)


def _is_time(words: list[str], i: int) -> bool:
    """Whether a quarter is one of a year: "in a quarter", "over two quarters"."""
    if word_at(words, i + 2) == "of":
        return False
    return word_at(words, i - 1) in {
        "in",
        "over",
        "within",
        "last",
        "past",
        "next",
        "first",
        "after",
    }


def _ordinal(words: list[str], i: int) -> Read | None:
    word = words[i]
    if word in _ORDINALS:
        return Read(0.0, "ordinal", 1)
    if word in _TENS and word_at(words, i + 1) in _ORDINALS:
        return Read(float(_TENS[word]), "ordinal", 2)
    if word.isdecimal() and word_at(words, i + 1) in _ORDINAL_ENDINGS:
        return Read(float(word), "ordinal", 2)
    return None


def _year(words: list[str], i: int) -> Read | None:
    """Read "2019", "nineteen ninety nine", "twenty twenty six"."""
    word, after = words[i], word_at(words, i + 1)
    if word.isdecimal() and len(word) == 4 and 1950 <= int(word) <= 2049:
        in_a_date = word_at(words, i - 1) in {"in", "since", "of", "by", "until", "during", "from"}
        return Read(float(word), "year", 1) if in_a_date and after not in _PERCENT else None
    century = {"nineteen": 1900, "twenty": 2000}.get(word)
    if century is None:
        return None
    tail = _below_hundred(words, i + 1)
    if tail and tail[0] >= (10 if century == 2000 else 50) and after not in _UNITS_BELOW_TEN:
        return Read(century + tail[0], "year", 1 + tail[1])
    return None


_UNITS_BELOW_TEN = frozenset(w for w, v in _UNITS.items() if v < 10)


def _spelled_digits(words: list[str], i: int) -> Read | None:
    """Read "one four seven" and "four oh four": a number spelled out is a name, not an amount."""
    j = i
    while word_at(words, j) in _UNITS_BELOW_TEN:
        j += 1
    if j - i < 2 or word_at(words, j) in {"point", "hundred", "thousand", "million"}:
        return None
    value = float("".join(str(_UNITS[w]) for w in words[i:j]))
    return Read(value, "digits", j - i)


# --- cardinals ----------------------------------------------------------------------------------


def _cardinal(words: list[str], i: int) -> Read | None:
    read = _figures(words, i) or _spoken(words, i) or _misheard(words, i)
    if read is None:
        return None
    value, used = read
    tail = _and_a_part(words, i + used)
    if tail:
        # "a million and a half" is one and a half million; "three and a half" is three plus.
        scale = _SCALES.get(word_at(words, i + used - 1), 1.0)
        value, used = value + tail[0] * scale, used + tail[1]
        if scale == 1.0 and word_at(words, i + used) in _SCALES and words[i + used] not in "kmb":
            value, used = value * _SCALES[words[i + used]], used + 1
    return Read(value, "cardinal", used)


def _figures(words: list[str], i: int) -> tuple[float, int] | None:
    """Read "1.2", "10,000", "1.2 million", "40k"."""
    raw = words[i].replace(",", "")
    if not raw or not (raw[0].isdecimal() or raw[0] == ".") or raw == ".":
        return None
    try:
        value = float(raw)
    except ValueError:
        return None
    used = 1
    while word_at(words, i + used) in _SCALES:
        value *= _SCALES[words[i + used]]
        used += 1
    return value, used


def _spoken(words: list[str], i: int) -> tuple[float, int] | None:
    """Read number words up to billions, with a decimal part."""
    total, used = 0.0, 0
    any_read = False
    last_scale = float("inf")
    while True:
        j = i + used
        if any_read and word_at(words, j) == "and":
            j += 1
            if last_scale == float("inf") or not _group(words, j):
                break
        group = _group(words, j)
        if group is None:
            break
        value, length = group
        scale = 1.0
        while word_at(words, j + length) in _SCALES and words[j + length] not in _LETTER_SCALES:
            scale *= _SCALES[words[j + length]]
            length += 1
        if any_read and (last_scale == float("inf") or value * scale >= last_scale):
            break
        total += value * scale
        used = j + length - i
        any_read = True
        last_scale = scale if scale > 1 else (100.0 if "hundred" in words[j : j + length] else 1.0)
        if last_scale == 1.0 or "point" in words[j : j + length]:
            break
    return (total, used) if any_read else None


def _group(words: list[str], i: int) -> tuple[float, int] | None:
    """Read a number below a thousand, or the decimal in front of a scale."""
    raw = word_at(words, i)
    if raw[:1].isdecimal():
        return (float(raw.replace(",", "")), 1)
    hundreds, used = 0.0, 0
    after = word_at(words, i + 1)
    if raw in {"a", "one"} and after in {"hundred", "thousand", "million", "billion"}:
        if after != "hundred":
            return 1.0, 1
        hundreds, used = 100.0, 2
    elif raw == "hundred" and word_at(words, i - 1) not in {"several", "few"}:
        hundreds, used = 100.0, 1
    elif _UNITS.get(raw, 0) and after == "hundred":
        hundreds, used = 100.0 * _UNITS[raw], 2
    elif 0 < _UNITS.get(raw, 0) < 10 and after in _TENS:
        hundreds, used = 100.0 * _UNITS[raw], 1  # "three twenty"
    j = i + used
    if (
        word_at(words, j - 1) == "hundred"
        and used
        and word_at(words, j) == "and"
        and _below_hundred(words, j + 1)
    ):
        j += 1
    low = _below_hundred(words, j)
    if low:
        value, length = hundreds + low[0], j + low[1] - i
    elif used:
        value, length = hundreds, used
    elif raw == "point":
        value, length = 0.0, 0
    else:
        return None
    decimals = _decimals(words, i + length)
    if decimals:
        value, length = value + decimals[0], length + decimals[1]
    return (value, length) if length else None


def _below_hundred(words: list[str], i: int) -> tuple[float, int] | None:
    word = word_at(words, i)
    if word in _TENS:
        after = word_at(words, i + 1)
        heard_eight = after == "ate" and word_at(words, i + 2) in _PERCENT
        unit = 8 if heard_eight else _UNITS.get(after, 0)
        if 0 < unit < 10:
            return float(_TENS[word] + unit), 2
        return float(_TENS[word]), 1
    if word in _UNITS and (word != "oh" or word_at(words, i + 1) == "point"):
        return float(_UNITS[word]), 1
    return None


def _decimals(words: list[str], i: int) -> tuple[float, int] | None:
    """Read "point eight", "point nine one", "point seventy five"; "one point" alone is a point."""
    if word_at(words, i) != "point":
        return None
    j = i + 1
    digits = ""
    while word_at(words, j) in _UNITS_BELOW_TEN:
        digits += str(_UNITS[words[j]])
        j += 1
    if not digits:
        low = _below_hundred(words, j)
        if low is None or low[0] < 10:
            return None
        digits, j = f"{low[0]:.0f}", j + low[1]
    return float(f"0.{digits}"), j - i


def _misheard(words: list[str], i: int) -> tuple[float, int] | None:
    """Read "ate percent" and "from to point eight" as the numbers that they sound like."""
    value = _HOMOPHONES.get(words[i])
    if value is None:
        return None
    after = word_at(words, i + 1)
    if after in _PERCENT and (words[i] == "ate" or word_at(words, i - 1) in _BEFORE_HOMOPHONE):
        return float(value), 1
    if after == "point" and word_at(words, i - 1) in {"from", "to", "about"}:
        decimals = _decimals(words, i + 1)
        if decimals:
            return value + decimals[0], 1 + decimals[1]
    return None


def _and_a_part(words: list[str], i: int) -> tuple[float, int] | None:
    """Read "and a half", "and three quarters" after a number."""
    if word_at(words, i) != "and":
        return None
    part = _fraction(words, i + 1)
    if part is None or part.kind != "fraction" or word_at(words, i + 1) == "half":
        return None
    return part.value, part.length + 1


def word_at(words: list[str], i: int) -> str:
    """Return word `i`, '' where there is none."""
    return words[i] if 0 <= i < len(words) else ""
