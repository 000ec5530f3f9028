"""Comparisons told in everyday words: with their groups, weakly, or not at all."""

from __future__ import annotations

import pytest

from voicecoach.content.rubric import load_rubric
from voicecoach.scoring.clauses import read
from voicecoach.scoring.contrasts import treated_and_not
from voicecoach.scoring.findings import find
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

RUBRIC = load_rubric(tagged=False)

FAIR = [
    "The flower stalls on the quay got the new scales and the flower stalls on the hill kept theirs"
    " on the old ones until May.",
    "We tried the shorter form in Kirkby and left Widnes as it was.",
    "Nine bakeries start in spring and nine of the same size wait until autumn.",
    "Which menu you saw depended on the last digit of your booking.",
    "A bug hid the warning at one of our two plants for eleven days.",
    "I had kept one letter in twelve from ever going out.",
    "the morning crossing went from nineteen percent to eleven and the evening one from twenty to"
    " nineteen",
    "Ferries in Oban got the gate five weeks later than the ones in Mallaig.",
    "The calls go to whoever's free, so nobody chose who got the new greeting.",
]
NONE = [
    "We painted the trolleys green and thefts fell from forty to nine.",
    "It was fourteen percent in March. It went from fourteen to six by June.",
    "One in six waited more than an hour, and some never came back.",
    "The bus was late so they didn't get their breakfast.",
    "Some people like the old menu and others don't like menus at all.",
    "I rang twenty customers, picked at random, and asked them what was wrong.",
    "I put it to the board, and in the end I didn't get the money.",
    "The price was forty in the spring and sixty in the autumn.",
]
ABOUT = " I was the product manager of a ferry company and the deck crews could not see the queue."


@pytest.mark.parametrize("told", FAIR)
def test_a_group_that_went_without_is_a_comparison(told: str) -> None:
    assert find(Answer(told), "data_story", RUBRIC).of("isolation.strong")


@pytest.mark.parametrize("told", FAIR)
def test_the_surface_does_not_matter(told: str) -> None:
    plain = told.lower().replace(".", "").replace(",", "")
    assert find(Answer(plain), "data_story", RUBRIC).of("isolation.strong")


@pytest.mark.parametrize("told", NONE)
def test_what_only_looks_like_two_groups_is_none(told: str) -> None:
    assert not treated_and_not(read(Answer(told)))


def test_the_quote_holds_both_groups() -> None:
    told = ABOUT + " Eight decks got the lamps and seven kept the old board. Waits fell by a half."
    judged = score(Answer(told), "data_story", RUBRIC).facets["isolation"]
    assert judged.level == 2
    assert "Eight decks" in judged.evidence[0].quote
    assert "seven kept" in judged.evidence[0].quote


def test_an_answered_rival_is_a_weak_attempt() -> None:
    told = ABOUT + " Waits fell from forty minutes to nine. It wasn't the weather, because it was"
    rained = " just as wet the year before."
    assert score(Answer(told + rained), "data_story", RUBRIC).facets["isolation"].level == 1
    bare = ABOUT + " Waits fell from forty minutes to nine. It was a wet year, as it happens."
    assert score(Answer(bare), "data_story", RUBRIC).facets["isolation"].level == 0


def test_a_rival_alike_on_both_sides_shows_two_sides() -> None:
    told = ABOUT + " Waits fell from forty minutes to nine. It wasn't the weather, because it was"
    both = " just as wet at both piers, the lit one and the dark one."
    chosen = " That was the captains who volunteered for it."
    assert score(Answer(told + both), "data_story", RUBRIC).facets["isolation"].level == 2
    weak = score(Answer(told + both + chosen), "data_story", RUBRIC).facets["isolation"]
    assert weak.level == 1


def test_an_empty_answer_has_no_groups() -> None:
    assert treated_and_not(read(Answer(""))) == []
