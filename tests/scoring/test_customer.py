"""Who is in trouble: somebody in particular, customers in general, or nobody."""

from __future__ import annotations

import pytest

from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

STORY = (
    " We moved the kiosk nearer to the lift in four buildings and left it by the door in the other"
    " four. Wrong badges fell from nine in a hundred to three, so I moved the rest in May."
)


def level(cues: Rubric, opening: str, question: str = "data_story") -> int:
    return score(Answer(opening + STORY), question, cues).facets["customer"].level


@pytest.mark.parametrize(
    "opening",
    [
        "A plumber came at seven with a boiler on his shoulder and could not get past the desk.",
        "There was this lady from the third floor, and by noon she gives up and goes home.",
        "A welder with thick gloves has to take them off, and the screen times out.",
        "My aunt was still waiting in the rain because nobody had told her which door it was.",
        "You stand there with your arms full, and your card is gone.",
        "Visitors were locked out at six, and the guard had no list.",
    ],
)
def test_somebody_in_particular_with_a_difficulty_is_heard(opening: str, cues: Rubric) -> None:
    assert level(cues, opening) == 2


@pytest.mark.parametrize(
    "opening",
    [
        "Our customers care about how they enter a building.",
        "The app is for couriers and for receptionists.",
    ],
)
def test_customers_in_general_are_half_of_it(opening: str, cues: Rubric) -> None:
    assert level(cues, opening) == 1


@pytest.mark.parametrize(
    "opening",
    [
        "Badges were an issue, and the dashboard had looked poor for some time.",
        "My director said that she couldn't wait for the numbers any longer.",
        "Revenue per customer was what the board looked at every month.",
    ],
)
def test_colleagues_and_figures_are_no_customers(opening: str, cues: Rubric) -> None:
    assert level(cues, opening) == 0


def test_trouble_that_the_speaker_has_is_not_the_customers(cues: Rubric) -> None:
    assert level(cues, "We sell to tenants, and I couldn't find the old contract anywhere.") == 1


def test_a_reply_about_causes_is_about_nobody(cues: Rubric) -> None:
    reply = (
        "It wasn't the holidays, because the nurse who couldn't log in was at the other site too."
    )
    assert score(Answer(reply), "counterfactual_followup", cues).facets["customer"].level == 0
