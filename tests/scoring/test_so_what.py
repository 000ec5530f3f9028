"""Consequences: told in many words, where a story has come to them, and not only asserted."""

from __future__ import annotations

import pytest

from voicecoach.scoring.clauses import read
from voicecoach.scoring.generalities import general_truths
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

STORY = (
    "The bread from our van went stale because the round began at ten and finished at four. "
    "I started the round at six on the north side for five weeks and kept ten o'clock on the "
    "south side. Loaves sent back fell from nineteen in a hundred to eight on the north side, and "
    "stayed at eighteen on the south. It was not the heat, which was the same on both. I could "
    "have bought a second van, and I did not. So I moved the south to six as well. "
)


def level(cues: Rubric, ending: str, question: str = "data_story") -> int:
    return score(Answer(STORY + ending), question, cues).facets["so_what"].level


@pytest.mark.parametrize(
    "ending",
    [
        "A loaf that is stale at noon is a bowl of soup without bread for somebody at nine.",
        "Every stale loaf never gets toasted, whatever people say.",
        "Of the shops with fresh loaves, seven in ten ordered again the month after.",
        "Shops that were let down twice rarely come back.",
        "The corner shop in Ely has since doubled its order.",
        "That is why people drive to the big store.",
        "We had been paying a driver to deliver ducks their dinner.",
        "I would rather lose the north contract than have her tell a queue there is no bread.",
        "That works out at ninety thousand a year that used to go to pigs.",
        "And her shop kept its doors open, so nobody lost a job.",
    ],
)
def test_what_follows_for_somebody_is_a_consequence(cues: Rubric, ending: str) -> None:
    assert level(cues, ending) == 2


@pytest.mark.parametrize(
    "ending",
    [
        "It really set us apart.",
        "It was a real step forward for us, and good for the business.",
        "It made such a difference.",
    ],
)
def test_importance_that_is_only_asserted_is_thin(cues: Rubric, ending: str) -> None:
    assert level(cues, ending) == 1


@pytest.mark.parametrize(
    "ending",
    [
        "The change took us three days to put in.",
        "A second driver joined on the Monday.",
        "The results came back at nine percent in the second week.",
        "I would count how many shops order again.",
        "Engineers built it in a week, and then I moved team.",
    ],
)
def test_a_report_has_no_consequence(cues: Rubric, ending: str) -> None:
    assert level(cues, ending) == 0


def test_a_truth_told_early_is_the_premise_and_a_followup_draws_none(cues: Rubric) -> None:
    truth = "A loaf that is stale at noon is a lost customer for the shop by night. "
    early = score(Answer(truth + STORY), "data_story", cues).facets["so_what"].level
    assert early < 2
    assert level(cues, truth, "counterfactual_followup") == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the lamp fell over. a lamp that stays is a child who reads", True),
        ("somebody who waits an hour never trusts the board", True),
        ("people who have been stranded twice stop going out", True),
        ("people do not like change and so they stay", False),
        ("if a lamp costs us nine pounds to keep then it goes", False),
        ("the lamp fell over. he had a lamp is what they told me", False),
        ("the lamp count came in. a count of lamps is easy to keep up", False),
        ("a measure is complete when the form is in", False),
    ],
)
def test_truths_are_of_somebody_or_of_what_was_spoken_of(
    cues: Rubric, text: str, found: bool
) -> None:
    assert bool(general_truths(read(Answer(text)), cues)) is found
