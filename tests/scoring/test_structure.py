"""Structure: an early point and a thread that is kept."""

from __future__ import annotations

from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

STORY = (
    "Lockers at the pool jammed for nine swimmers in a hundred. I put new springs into the forty by"
    " the door and left the forty by the window as they were. By the door jams fell from nine in a"
    " hundred to two, and by the window they stayed at nine. It held without the school groups, at"
    " three. So I ordered springs for the other forty and dropped the plan for card readers."
)
ASIDE = " By the way, the café had closed."
LOST = " Where was I. Oh, and I forgot to say, bear with me, before that there was the sauna."
PLEASANT = (
    "I think what really matters in any journey is bringing people along, and that is something"
    " that we always tried to do in the best possible way. It was a great time for everybody, and"
    " there was a lot of energy in the room. Over time things came together, and it felt like the"
    " right thing for the whole organisation. We kept listening, and we kept going, and in the end"
    " it was better than anyone had hoped. What stays with me is the spirit of it, and how open"
    " everybody was to new ideas. I would say that it made us stronger, and I would love to bring"
    " that same spirit to wherever I go next, because in the end that is what it is all about, and"
    " it is what makes this work so rewarding for me and for everyone who is part of it."
)


def level(cues: Rubric, text: str, question: str = "data_story") -> int:
    return score(Answer(text), question, cues).facets["structure"].level


def test_a_point_at_the_start_and_a_thread_to_the_end(cues: Rubric) -> None:
    assert level(cues, STORY) == 2


def test_one_aside_does_not_break_a_thread(cues: Rubric) -> None:
    assert level(cues, STORY.replace(" So I", ASIDE + " So I")) == 2


def test_who_loses_the_thread_again_and_again_has_none(cues: Rubric) -> None:
    assert level(cues, STORY.replace(" So I", LOST + ASIDE + " So I")) == 0


def test_a_long_answer_in_which_no_story_starts_has_no_thread(cues: Rubric) -> None:
    assert level(cues, PLEASANT, "opening_90s") == 0


def test_a_short_one_without_facts_can_still_be_followed(cues: Rubric) -> None:
    short = (
        "We tried to make the pool nicer for everybody, and over time it became so. It was a good"
        " thing to do, and I am happy with how it went in the end."
    )
    assert level(cues, short) == 1
