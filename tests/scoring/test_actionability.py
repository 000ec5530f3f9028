"""Whether data led to an act: what followed, what was only tried, and what would be done at which
result."""

from __future__ import annotations

import pytest

from voicecoach.scoring.clauses import read
from voicecoach.scoring.result_rules import result_rules
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

FINDING = (
    "Night porters at our hotels kept losing the spare keys, so in May we hung a hook by the lift"
    " in the old wing and not in the new one. Lost keys went from 30 a month to 11 in the old wing"
    " and stayed at 30 in the new one. The guests who wait for a key at two in the morning are the"
    " ones who have just come off a late train. "
)
WITH_FIGURE = [
    "If breakages come down to five in a hundred we go everywhere.",
    "Fewer than sixty in a hundred, and we go back to paper.",
    "I'd ship it only if at least forty percent of them finish the form.",
    "We agreed that anything over two points would end it.",
    "Had refunds passed nine hundred, I would have cut the window to a day.",
    "If the four are not six ahead by Easter, the vans go to the depot instead.",
    "once it is past a third of the calls we pull it",
]
WITHOUT_FIGURE = [
    "If more of them come back I'd keep it.",
    "if complaints go up we stop",
]
NO_RULE = [
    "If it's above eighty then I'd look at why.",
    "If people like it, usage will follow.",
    "When is it out? In the fall, and we sell 900 of them.",
    "I had thirty of them in the van and we could see the road.",
    "once there was one where we would put the keys",
]


def level(text: str, cues: Rubric, question: str = "data_story") -> int:
    return score(Answer(text), question, cues).facets["actionability"].level


def rules(text: str, cues: Rubric) -> set[str]:
    return {
        hit.cue.split(".")[1] for hit in result_rules(read(Answer(text), mend=cues.matcher.mend))
    }


@pytest.mark.parametrize(
    "act",
    [
        "So I put a hook in every wing.",
        "We got rid of the key desk altogether.",
        "The board approved it that week and the desk was closed.",
        "I told the night manager to drop the deposit.",
        "so we pulled the plug on the key cards",
        "That is why we now hang them by the lift.",
        "I refused to buy the electronic locks.",
    ],
)
def test_what_follows_from_a_finding_is_an_act(cues: Rubric, act: str) -> None:
    assert level(FINDING + act, cues) == 2


@pytest.mark.parametrize(
    "step",
    [
        "I've suggested hooks for the new wing.",
        "They said they'd look at it next quarter.",
        "It's with the steering committee.",
    ],
)
def test_what_is_only_suggested_is_half_an_act(cues: Rubric, step: str) -> None:
    assert level(FINDING + step, cues) == 1


@pytest.mark.parametrize(
    "end",
    [
        "I put it up on a screen in the lobby.",
        "It was presented to the whole company.",
        "I also took out the weekends and it was the same.",
        "After that I moved into another team.",
        "What I took away is that hooks are cheap.",
    ],
)
def test_a_report_a_check_and_a_change_of_job_are_no_acts(cues: Rubric, end: str) -> None:
    assert level(FINDING + end, cues) == 0


def test_what_a_press_release_announces_follows_from_no_data(cues: Rubric) -> None:
    release = (
        "From today a night porter finds any key by its light. Until now one guest in six waited"
        " more than ten minutes at the desk. We moved the hooks to the lift and rolled lights out"
        " to nine hotels. "
    )
    rule = "If waits are not under 3 minutes by June we stop and refund the hotels."
    assert level(release, cues, "prfaq") == 0
    assert level(release + rule, cues, "prfaq") == 2


@pytest.mark.parametrize("text", WITH_FIGURE)
def test_a_line_with_a_figure_and_an_act_behind_it_is_a_rule(cues: Rubric, text: str) -> None:
    assert rules(text, cues) == {"strong"}


@pytest.mark.parametrize("text", WITHOUT_FIGURE)
def test_a_line_without_a_figure_is_half_a_rule(cues: Rubric, text: str) -> None:
    assert rules(text, cues) == {"weak"}


@pytest.mark.parametrize("text", NO_RULE)
def test_looking_hoping_and_telling_are_no_rules(cues: Rubric, text: str) -> None:
    assert rules(text, cues) == set()
