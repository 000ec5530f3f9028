"""Numbers as they are said and written."""

from __future__ import annotations

import pytest

from voicecoach.scoring.numbers import Read, scan
from voicecoach.scoring.plain import plain

CARDINALS = {
    "two point eight": 2.8,
    "three hundred and twenty": 320,
    "1.2 million": 1_200_000,
    "four thousand 500": 4500,
    "oh point five": 0.5,
    "point three": 0.3,
    "point zero five": 0.05,
    "ninety nine point nine": 99.9,
    "a million and a half": 1_500_000,
    "two and a half million": 2_500_000,
    "half a million": 500_000,
    "three quarters of a million": 750_000,
    "one hundred and fifty thousand": 150_000,
    "twelve hundred": 1200,
    "a hundred and ten": 110,
    "hundred and ten": 110,
    "two thousand and six": 2006,
    "three twenty": 320,
    "six and a half": 6.5,
    "fifty-one": 51,
    "10,000": 10_000,
    "40k": 40_000,
    "forty grand": 40_000,
    "-0.5": -0.5,
    "minus five": -5,
    "nineteen": 19,
}


def find_numbers(text: str) -> list[Read]:
    return [number for _, number in scan(plain(text))]


@pytest.mark.parametrize(("said", "value"), CARDINALS.items())
def test_a_number_is_read_whole(said: str, value: float) -> None:
    text = f"it was, um, {said} by then"
    tokens = plain(text)
    ((first, number),) = scan(tokens)
    assert number.value == pytest.approx(value)
    assert text[tokens[first].start : tokens[first + number.length - 1].end] == said
    assert number.kind == "cardinal"


@pytest.mark.parametrize(
    ("said", "value"),
    [("half", 0.5), ("a quarter", 0.25), ("a third", 1 / 3), ("two thirds", 2 / 3)],
)
def test_fractions(said: str, value: float) -> None:
    (number,) = find_numbers(f"it fell by {said} then")
    assert number.value == pytest.approx(value)
    assert number.kind == "fraction"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the third shop", "ordinal"),
        ("the twenty first of", "ordinal"),
        ("on the 3rd", "ordinal"),
        ("in 2019 we", "year"),
        ("by twenty twenty six", "year"),
        ("since nineteen ninety nine", "year"),
        ("cow number one four seven", "digits"),
    ],
)
def test_what_is_no_amount_is_told_apart(text: str, kind: str) -> None:
    assert [n.kind for n in find_numbers(text)] == [kind]


@pytest.mark.parametrize(
    ("heard", "values"),
    [
        ("it fell by ate percent", [8]),
        ("went from to point eight to one point nine turns", [2.8, 1.9]),
        ("rose to twenty ate percent", [28]),
        ("we ate lunch and went to two sites for a week", [2]),
    ],
)
def test_numbers_misheard_as_other_words(heard: str, values: list[float]) -> None:
    assert [n.value for n in find_numbers(heard)] == values


def test_neighbours_stay_apart() -> None:
    assert [n.value for n in find_numbers("from forty to twenty two, five or six of them")] == [
        40,
        22,
        5,
        6,
    ]


@pytest.mark.parametrize(
    "text", ["", "no figures here", "um", "point taken", "minus minus", "%$,."]
)
def test_texts_without_numbers(text: str) -> None:
    assert find_numbers(text) == []
