"""Written text to spoken words: "3.2%" becomes "three point two percent".

Numbers of many kinds can be drawn at random too, for sentences that are made from templates.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

_BELOW_TWENTY = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = [
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def cardinal(number: int, conjunction: bool = False) -> str:
    """Spell a number of at least 0: 320 is "three hundred twenty"; "and" comes in on request."""
    if number < 20:
        return _BELOW_TWENTY[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return _TENS[tens] + (f" {_BELOW_TWENTY[rest]}" if rest else "")
    scale, name = next(
        ((scale, name) for scale, name in _SCALES if number >= scale), (100, "hundred")
    )
    head, rest = divmod(number, scale)
    words = f"{cardinal(head, conjunction)} {name}"
    if not rest:
        return words
    joint = " and " if conjunction and rest < 100 else " "
    return words + joint + cardinal(rest, conjunction)


def decimal(written: str) -> str:
    """Spell a number with a point: "2.85" is "two point eight five"."""
    whole, _, fraction = written.partition(".")
    digits = " ".join(_BELOW_TWENTY[int(digit)] for digit in fraction)
    return f"{cardinal(int(whole or 0))} point {digits}" if digits else cardinal(int(whole))


def ordinal(number: int) -> str:
    """Spell a rank: 21 is "twenty first"."""
    *head, last = cardinal(number).split()
    last = f"{last[:-1]}ieth" if last.endswith("y") else _ORDINALS.get(last, f"{last}th")
    return " ".join([*head, last])


def year(number: int) -> str:
    """Spell a year: 2019 is "twenty nineteen", 2005 is "two thousand five"."""
    century, rest = divmod(number, 100)
    if 2000 <= number < 2010 or not rest:
        return cardinal(number)
    tail = f"oh {cardinal(rest)}" if rest < 10 else cardinal(rest)
    return f"{cardinal(century)} {tail}"


_MONEY = re.compile(r"[$£€](\d[\d,]*(?:\.\d+)?)\s?(million|billion|thousand|m|k|bn)?\b", re.I)
_CURRENCY = {"$": "dollars", "£": "pounds", "€": "euros"}
_UNITS = {"m": "million", "k": "thousand", "bn": "billion"}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_SIGNS = {"%": " percent ", "&": " and ", "+": " plus ", "=": " equals ", "@": " at "}


def say_numbers(text: str) -> str:
    """Replace figures and the signs beside them by words."""

    def money(match: re.Match[str]) -> str:
        unit = _UNITS.get((match[2] or "").lower(), (match[2] or "").lower())
        return f" {_figure(match[1])} {unit} {_CURRENCY[match[0][0]]} "

    text = _MONEY.sub(money, text)
    text = re.sub(r"\b((?:19|20)\d\d)\b(?![.,]\d)", lambda m: f" {year(int(m[1]))} ", text)
    text = re.sub(r"\b(\d+)(?:st|nd|rd|th)\b", lambda m: f" {ordinal(int(m[1]))} ", text)
    text = re.sub(r"(\d)\s?(ms|k|m|x)\b", lambda m: f"{m[1]} {_LETTERS[m[2]]}", text)
    for sign, word in _SIGNS.items():
        text = text.replace(sign, word)
    return _NUMBER.sub(lambda match: f" {_figure(match[0])} ", text)


_LETTERS = {"ms": "milliseconds", "k": "thousand", "m": "million", "x": "times"}


def _figure(written: str) -> str:
    plain = written.replace(",", "").rstrip(".")
    return decimal(plain) if "." in plain else cardinal(int(plain))


_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\s[–—]\s|\n\s*\n")
_PAUSE = re.compile(r"\[[\d.]+\]")
_LETTER_WORDS = {"a/b": "a b", "os": "o s", "ai": "a i", "url": "u r l"}


def sentences(text: str) -> Iterator[list[str]]:
    """Yield the sentences of a written text as lists of spoken words, in small letters."""
    text = _PAUSE.sub(" ", text).replace("’", "'")
    for sentence in _SENTENCE_END.split(text):
        said = say_numbers(sentence).lower()
        for written, spoken in _LETTER_WORDS.items():
            said = re.sub(rf"\b{re.escape(written)}\b", spoken, said)
        words = re.findall(r"[a-z][a-z']*", said.replace("{", " ").replace("}", " "))
        words = [word.rstrip("'") if word.endswith("'") else word for word in words]
        if words:
            yield words


def _percent(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.55:
        return f"{cardinal(rng.randint(1, 99))} percent"
    if kind < 0.65:
        return f"{cardinal(rng.choice((10, 20, 30, 40, 50, 60, 70, 80, 90, 100)))} percent"
    if kind < 0.9:
        return f"{decimal(f'{rng.randint(0, 40)}.{rng.randint(1, 9)}')} percent"
    if kind < 0.95:
        return rng.choice(("half a percent", "a quarter of a percent", "one and a half percent"))
    return f"{_small(rng)} in {rng.choice(('ten', 'a hundred', 'a thousand', 'twenty'))}"


def _points(rng: random.Random) -> str:
    amount = cardinal(rng.randint(1, 30)) if rng.random() < 0.6 else _decimal(rng)
    if rng.random() < 0.25:
        return f"{cardinal(rng.randrange(5, 300, 5))} basis points"
    return f"{amount} {rng.choice(('points', 'percentage points', 'points', 'percent'))}"


def _small(rng: random.Random) -> str:
    return cardinal(rng.randint(2, 12))


def _count(rng: random.Random) -> str:
    top = rng.choice((12, 60, 100, 500, 1000))
    return cardinal(rng.randint(2, top), rng.random() < 0.4)


def _big(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return f"{cardinal(rng.choice((1, 2, 3, 5, 8, 10, 12, 15, 20, 30, 40, 50)))} thousand"
    if kind < 0.6:
        return f"{cardinal(rng.randint(1, 9))} hundred{rng.choice(('', '', ' thousand'))}"
    if kind < 0.75:
        return f"{cardinal(rng.randint(1, 90))} million"
    if kind < 0.85:
        amount = decimal(f"{rng.randint(1, 9)}.{rng.randint(1, 9)}")
        return f"{amount} {rng.choice(('million', 'billion'))}"
    if kind < 0.95:
        return cardinal(rng.randint(100, 9999), rng.random() < 0.5)
    return rng.choice(("a thousand", "a million", "a hundred", "a few thousand", "half a million"))


def _money(rng: random.Random) -> str:
    unit = rng.choice(("dollars", "dollars", "dollars", "euros", "pounds", "cents"))
    kind = rng.random()
    if kind < 0.4:
        return f"{cardinal(rng.randint(1, 99))} {unit}"
    if kind < 0.5:
        return f"{cardinal(rng.randint(1, 30))} ninety nine"
    unit = "dollars" if unit == "cents" else unit
    if kind < 0.9:
        return f"{_big(rng)} {unit}"
    return f"{rng.choice(('a', 'half a', 'one and a half', 'a quarter of a'))} million {unit}"


def _decimal(rng: random.Random) -> str:
    digits = rng.choice((1, 1, 1, 2))
    fraction = "".join(str(rng.randint(0 if i else 1, 9)) for i in range(digits))
    return decimal(f"{rng.randint(0, 12)}.{fraction}")


def _date(rng: random.Random) -> str:
    month = rng.choice(MONTHS)
    kind = rng.random()
    if kind < 0.3:
        return month
    if kind < 0.5:
        return f"{month} {ordinal(rng.randint(1, 31))}"
    if kind < 0.65:
        return f"the {ordinal(rng.randint(1, 31))} of {month}"
    if kind < 0.85:
        before = rng.choice((month, "", f"q {cardinal(rng.randint(1, 4))}"))
        return f"{before} {year(rng.randint(1998, 2027))}".strip()
    return rng.choice(
        (f"{rng.choice(DAYS)} morning", f"the {_quarter(rng)} quarter", "the middle of " + month)
    )


def _quarter(rng: random.Random) -> str:
    return rng.choice(("first", "second", "third", "fourth"))


def _duration(rng: random.Random) -> str:
    unit = rng.choice(("weeks", "months", "days", "hours", "minutes", "seconds", "years", "weeks"))
    kind = rng.random()
    if kind < 0.7:
        return f"{cardinal(rng.choice((*range(2, 11), 12, 14, 18, 20, 24, 30, 48, 60, 90)))} {unit}"
    return rng.choice(_DURATIONS)


_DURATIONS = [
    "a week",
    "a month",
    "a year",
    "half a year",
    "a quarter",
    "two quarters",
    "one day",
    "a day and a half",
    "less than a week",
    "almost two years",
    "one sprint",
    "an hour",
]


def _fraction(rng: random.Random) -> str:
    return rng.choice(_FRACTIONS)


_FRACTIONS = [
    "half",
    "a third",
    "a quarter",
    "two thirds",
    "three quarters",
    "a fifth",
    "a tenth",
    "one in five",
    "one in three",
    "four in ten",
    "nine out of ten",
    "two out of three",
    "most",
    "almost half",
    "more than half",
    "one half",
    "a sixth",
    "an eighth",
    "one third",
]


def digits(rng: random.Random) -> str:
    """Return three to ten digits, as one reads out a number: zero may be "oh"."""
    spoken = [rng.choice(_BELOW_TWENTY[:10]) for _ in range(rng.randint(3, 10))]
    zero = rng.choice(("zero", "oh"))
    return " ".join(zero if word == "zero" else word for word in spoken)


RANDOM_NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "percent": _percent,
    "percent_low": lambda rng: f"{cardinal(rng.randint(0, 5))}",
    "points": _points,
    "count": _count,
    "count_small": _small,
    "count_big": _big,
    "money": _money,
    "decimal": _decimal,
    "date": _date,
    "duration": _duration,
    "fraction": _fraction,
    "digit": lambda rng: _BELOW_TWENTY[rng.randint(1, 9)],
    "ms": lambda rng: cardinal(rng.randrange(50, 950, 10)),
    "year": lambda rng: year(rng.randint(1990, 2030)),
    "ordinal": lambda rng: ordinal(rng.randint(1, 31)),
    "time_unit": lambda rng: rng.choice(("day", "week", "month", "quarter", "year", "order")),
}
"""The slots of templates that numbers fill."""
