"""Own part: one act that was done is enough, a plan or a general verb is half of one."""

from __future__ import annotations

import pytest

from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

STORY = (
    "The tram doors closed too early on the hill line, and eleven in a hundred people at the last"
    " stop were left behind, against two on the flat line. "
)


def level(cues: Rubric, part: str, question: str = "data_story") -> int:
    return score(Answer(STORY + part), question, cues).facets["ownership"].level


@pytest.mark.parametrize(
    "part",
    [
        "So I unscrewed the old sensor on two trams.",
        "I went through ninety recordings from the cab.",
        "I personally carried the new timer up to the depot.",
        "I held the last tram for a minute all winter.",
        "I told the board that it was my mistake.",
    ],
)
def test_one_act_that_was_done_is_an_own_part(part: str, cues: Rubric) -> None:
    assert level(cues, part) == 2


@pytest.mark.parametrize(
    "part",
    [
        "I worked with the depot on it.",
        "I was responsible for the timetable.",
        "I would slow the doors down on the hill line.",
        "I looked at the doors.",
    ],
)
def test_general_verbs_and_plans_are_half_of_one(part: str, cues: Rubric) -> None:
    assert level(cues, part) == 1


@pytest.mark.parametrize(
    "part", ["The doors were slowed down in March.", "They decided that the doors should wait."]
)
def test_what_others_did_is_none(part: str, cues: Rubric) -> None:
    assert level(cues, part) == 0


def test_a_list_of_terms_has_no_own_part(cues: Rubric) -> None:
    terms = (
        "I would use a north star metric with guardrail metrics, a holdout, a sensitivity analysis,"
        " cohort segmentation, a launch gate, and a causal counterfactual for incrementality."
    )
    assert score(Answer(terms), "metric_choice", cues).facets["ownership"].level == 0
