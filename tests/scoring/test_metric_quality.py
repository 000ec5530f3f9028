"""Measures: counted closely enough, only named, or a count of presence."""

from __future__ import annotations

import pytest

from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

CASE = (
    "The kettle in the staff kitchen tells you by voice when it has boiled, for the night cook has"
    " to guess. I would put it on two floors and leave the old one on the two floors below for a"
    " month, and stop if it annoys the night shift. "
)


def level(cues: Rubric, measure: str, question: str = "voice_product") -> int:
    return score(Answer(CASE + measure), question, cues).facets["metric_quality"].level


@pytest.mark.parametrize(
    "measure",
    [
        "I'd count how many of those who fill it come back within ten minutes to pour.",
        "Of all the kettles that are filled, how many are poured before they have cooled.",
        "Today 18 percent of pots are wasted; I want the share of pots wasted under ten.",
        "I would measure the minutes from switching it on until somebody pours.",
    ],
)
def test_what_a_stranger_could_count_is_a_measure(measure: str, cues: Rubric) -> None:
    assert level(cues, measure) == 2


@pytest.mark.parametrize(
    "measure", ["We would watch satisfaction.", "I'd keep an eye on complaints, of course."]
)
def test_a_measure_that_is_named_is_half_of_one(measure: str, cues: Rubric) -> None:
    assert level(cues, measure) == 1


@pytest.mark.parametrize(
    "measure", ["Success would be downloads.", "I'd look at daily active users, as we always do."]
)
def test_a_count_of_presence_is_none(measure: str, cues: Rubric) -> None:
    assert level(cues, measure) == 0


def test_what_people_do_in_the_case_is_not_yet_a_measure(cues: Rubric) -> None:
    assert level(cues, "At the moment one in three forgot it altogether.", "pricing_case") < 2


def test_money_that_moved_is_a_stand_in(cues: Rubric) -> None:
    told = (
        "We changed the tariff at the marina in spring. Revenue rose from four hundred thousand to"
        " five hundred thousand pounds, so we kept the new tariff, and I wrote to the club."
    )
    assert score(Answer(told), "data_story", cues).facets["metric_quality"].level == 1
