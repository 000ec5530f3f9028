"""Whether a choice is told with its price, the option refused, or the line at which it changes."""

from __future__ import annotations

import pytest

from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

STORY = (
    "Night porters at our hotels kept losing the spare keys, 30 a month in each wing, and every"
    " lost key costs us 40 pounds. We hung a hook by the lift in the old wing and not in the new"
    " one. Lost keys went from 30 a month to 11 in the old wing and stayed at 30 in the new one. "
)


def level(text: str, cues: Rubric, question: str = "data_story") -> int:
    return score(Answer(text), question, cues).facets["decision"].level


@pytest.mark.parametrize(
    "choice",
    [
        "So I put hooks everywhere and gave up the marble shelf the architects had drawn.",
        "So I moved the desk, which costs us a bed on each floor.",
        "So I closed the desk, we lost about a tenth of the tips, and I could live with that.",
        "The owner wanted electronic locks and I said hooks.",
        "I could have bought electronic locks, but that's two years.",
        "I paid for it by closing the smoking room.",
        "so I chose hooks and not the cards",
        "I rolled out hooks instead of the cards",
    ],
)
def test_a_choice_with_its_price_or_the_option_refused(cues: Rubric, choice: str) -> None:
    assert level(STORY + choice, cues) == 2


@pytest.mark.parametrize("choice", ["So I extended hooks to every wing.", "We decided on hooks."])
def test_a_choice_alone_is_half_a_decision(cues: Rubric, choice: str) -> None:
    assert level(STORY + choice, cues) == 1


def test_what_a_problem_costs_is_no_price_of_a_choice(cues: Rubric) -> None:
    assert (
        level(STORY + "It was presented at the summer review and everyone was pleased.", cues) == 0
    )


def test_a_conclusion_in_reply_to_a_followup_is_a_choice(cues: Rubric) -> None:
    reply = (
        "It would have been the same, I think. The new wing had no hook and lost 30 keys as well,"
        " in the weeks when the hook was broken"
    )
    assert level(reply, cues, "counterfactual_followup") == 0
    told = reply + " so I told the manager to stop counting it as ours"
    assert level(told, cues, "counterfactual_followup") == 1
