"""Attempts to break a conclusion, in many words, and what only sounds like one."""

from __future__ import annotations

import pytest

from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

STORY = (
    "Our buses were late because drivers sold tickets at the door. I took the sale off the bus on "
    "six routes and left it on six others for two months. Late departures fell from thirty one in "
    "a hundred to seventeen on those six, and stayed at thirty on the rest. It was not the "
    "weather, which they share. "
)
END = " So I took tickets off every bus in May and gave up the cash fares."


def level(cues: Rubric, check: str, question: str = "data_story") -> int:
    return score(Answer(STORY + check + END), question, cues).facets["sensitivity"].level


@pytest.mark.parametrize(
    "check",
    [
        "Sundays it made no difference.",
        "On the school run it didn't work, so we left that one as it was.",
        "Among the longest routes the gap was still twelve.",
        "Whichever way we cut it, it came to about thirteen.",
        "Where a conductor was on board, though, it was twenty nine.",
        "It ignores the last stop, so I also timed the arrivals.",
        "I set it against the depot's logs and the two agreed to within a minute, so I checked it "
        "against the cameras and it matched.",
        "Where it'll break is a tourist with cash, so I'd keep one machine at the station.",
        "My biggest worry was the pensioners, so I counted them and they were the same.",
        "Some will ride for free, so we kept the inspectors on.",
    ],
)
def test_trying_to_break_it_and_saying_what_came_out(cues: Rubric, check: str) -> None:
    assert level(cues, check) == 2


@pytest.mark.parametrize(
    "check",
    [
        "It was only one month, and too early to say.",
        "What I can't tell is whether they simply drove faster.",
        "Nobody has checked the night buses.",
        "The measure is a bit crude.",
    ],
)
def test_a_limit_that_is_only_named(cues: Rubric, check: str) -> None:
    assert level(cues, check) == 1


@pytest.mark.parametrize(
    "check",
    [
        "There was a price cut on passes that same month.",
        "The routes without it were unhappy.",
        "I told the union about it, and I think we both moved.",
        "If it is under twenty we put the machines back.",
    ],
)
def test_what_only_sounds_like_a_check(cues: Rubric, check: str) -> None:
    assert level(cues, check) == 0


def test_a_measure_is_argued_against_by_looking_into_it(cues: Rubric) -> None:
    attack = (
        "My number is calls answered in a minute, and we were at ninety one percent, up from "
        "seventy. A widow in Leith rang four times about one bill. I went back through last "
        "month's and in forty two of a hundred the caller rang again within the hour, so it "
        "rewards a quick goodbye."
    )
    argued = score(Answer(attack), "argue_against_metric", cues).facets["sensitivity"]
    told = score(Answer(attack), "data_story", cues).facets["sensitivity"]
    assert (argued.level, told.level) == (2, 0)
    assert "forty" in argued.evidence[0].quote or "went back" in argued.evidence[0].quote


def test_not_knowing_in_a_conflict_is_no_limit(cues: Rubric) -> None:
    limit = "Nobody has checked the night buses."
    assert level(cues, limit) == 1
    assert level(cues, limit, "leadership_conflict") == 0
