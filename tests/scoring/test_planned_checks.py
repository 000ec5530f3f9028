"""Rivals of a case, with how one would rule them out."""

from __future__ import annotations

import re

import pytest

from voicecoach.scoring.planned_checks import find_explanations

GOOD = (
    "First, Christmas shopping: orders go up in December anyway, so I would compare with the same "
    "weeks last year. Second, a competitor may have closed; I would look at regions where they "
    "never were. Third, maybe the app got faster at the same time, so I'd check the release log.",
    "It could have been the season, because people order more before Christmas, but last year it "
    "was flat. It could have been a promotion, but the control group saw it too. And it could be "
    "that the people who switched were already fans; I would hold out ten percent at random.",
    "The ring road. It opened in the same quarter, so I would look at the southern depots. Fewer "
    "parcels, perhaps, so I would divide by volume. And new drivers, but hiring was the same in "
    "both regions.",
)


@pytest.mark.parametrize("text", GOOD)
@pytest.mark.parametrize("heard", [False, True])
def test_three_rivals_with_their_checks_are_three(text: str, heard: bool) -> None:
    if heard:
        text = re.sub(r"[^a-z' ]+", "", text.lower())
    found = find_explanations(text)
    assert sum(a.answered for a in found) >= (2 if heard else 3)
    assert all(a.name in text and a.how in text for a in found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I would check it. I would look at it. I would test it.",
        "Marketing, seasonality, selection bias.",
        "It might be the weather, and it might be the price.",
        "I don't know, maybe it was just luck.",
    ],
)
def test_checks_without_rivals_and_rivals_without_checks_are_none(text: str) -> None:
    assert not [a for a in find_explanations(text) if a.answered]


def test_two_checks_of_one_rival_are_one() -> None:
    text = "It might be payday. I would look at the day, and I would compare with last month."
    assert [(a.name, a.answered) for a in find_explanations(text)] == [("payday", True)]


def test_a_name_is_what_was_said_and_short() -> None:
    (found,) = find_explanations("Perhaps a rival shop closed, so I would ask the sales team.")
    assert found.name == "a rival shop closed"
    assert found.how == "I would ask the sales team"
