"""Whether an answer aims at its question: by its words, and only where that is sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.content.prompt_texts import prompt_runs
from voicecoach.content.tagger import load_topics, save_topics
from voicecoach.errors import ContentError
from voicecoach.resources import prompts_dir
from voicecoach.scoring.clauses import read
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.topic import ANY, Aim, AimRule, Topics, aim
from voicecoach.scoring.types import Answer

RULE = AimRule(
    off_below=-3.0,
    alike=(frozenset({"data_story", "stop_decision"}),),
    nothing_below=-1.0,
    nothing_facts=6,
    rather_by=2.0,
    fewest_words=3,
)
RECIPE = (
    "First you chop two onions and let them go soft in butter, that takes about ten minutes, and"
    " then the carrots go in, and a little thyme. Pour a litre of stock over it and let it simmer"
    " until the lentils are done. My grandmother used to add a spoon of vinegar right at the end,"
    " and I still do, and it is lovely with bread on a cold evening."
)
PRICE = (
    "I'd price the freezer plan per drawer, at four pounds a month, and not per litre. A baker who"
    " rents one drawer knows what she pays, and our rivals all charge by weight. I'd try Leeds"
    " and leave Hull on the old price list, and if more than one in ten leave within the quarter,"
    " the price goes back. The discount for a year stays, because it pays for the compressor."
)


def topics(**margins: float) -> Topics:
    """Return topics that find these log odds in any answer."""
    return Topics({"data_story": 0.0, "stop_decision": 0.0, "prfaq": 0.0, ANY: 3.0, **margins}, {})


WORDS = ("we", "closed", "it", "down")


@pytest.mark.parametrize(
    ("margins", "expected"),
    [
        ({}, Aim()),
        ({"data_story": -4.0}, Aim(rather="stop_decision")),
        ({"data_story": -4.0, "prfaq": 1.0}, Aim(off=True, rather="prfaq")),
        ({"data_story": -4.0, "stop_decision": 1.0}, Aim(rather="stop_decision")),
        ({"prfaq": 1.9}, Aim()),
        ({"prfaq": 2.1}, Aim(rather="prfaq")),
        ({ANY: -1.1}, Aim(off=True)),
    ],
)
def test_an_answer_is_off_where_that_is_sure(margins: dict[str, float], expected: Aim) -> None:
    assert aim(WORDS, 0, "data_story", topics(**margins), RULE) == expected


def test_a_few_words_and_many_facts_are_believed() -> None:
    nothing = topics(**{ANY: -5.0})
    assert aim(WORDS, 5, "data_story", nothing, RULE) == Aim(off=True)
    assert aim(WORDS, 6, "data_story", nothing, RULE) == Aim()
    assert aim(WORDS[:2], 0, "data_story", nothing, RULE) == Aim()
    assert aim(WORDS, 0, "counterfactual_followup", nothing, RULE) == Aim()


def test_a_word_counts_once_and_the_more_are_known_the_less() -> None:
    made = Topics({"prfaq": 1.0, ANY: 0.0}, {"press": (2.0, 0.0), "release": (2.0, 1.0)})
    assert made.margins(["press", "press", "nobody"]) == {"prfaq": 3.0, ANY: 0.0}
    assert made.margins(["press", "release"])["prfaq"] == pytest.approx(1 + 4 / 2**0.5)
    assert made.margins([]) == {"prfaq": 1.0, ANY: 0.0}


def test_what_answers_something_else_is_not_scored_and_told_why(rubric: Rubric) -> None:
    for text, asked in ((RECIPE, "data_story"), (RECIPE, "metric_choice"), (PRICE, "opening_90s")):
        judged = score(Answer(text), asked, rubric)
        assert not judged.scorable
        assert judged.why_not == rubric.gates.why_not["off_topic"]
    assert score(Answer(PRICE), "pricing_case", rubric).scorable
    assert score(Answer(RECIPE), "counterfactual_followup", rubric).scorable


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    made = Topics({"prfaq": 1.25, ANY: -0.5}, {"press": (2.0, 0.0)})
    save_topics(made, tmp_path)
    again = load_topics(tmp_path)
    assert again.biases == made.biases
    assert again.words["press"] == (2.0, 0.0)


@pytest.mark.parametrize(
    "table", ["", "word\tprfaq\n", "word\tany\tcharm\n(bias)\t1\t2\n", "word\tany\nno\t1\n"]
)
def test_a_broken_table_is_told_in_a_line(tmp_path: Path, table: str) -> None:
    (tmp_path / "topics.tsv").write_text(table, "utf-8")
    with pytest.raises(ContentError, match=r"of no use .*Reinstall voicecoach"):
        load_topics(tmp_path)
    with pytest.raises(ContentError, match="of no use"):
        load_topics(tmp_path / "nowhere")


# --- the coach's own words ----------------------------------------------------------------------


def test_what_the_coach_says_is_nobodys_answer(rubric: Rubric) -> None:
    advice = (
        "Say who did not get the change, and what happened to them. Try to break your own result;"
        " drop a group or a week, and say what was left. Say what was done because of the data,"
        " and when."
    )
    judged = score(Answer(advice), "data_story", rubric)
    assert judged.why_not == rubric.gates.why_not["read_back"]


def test_no_quote_runs_over_what_was_read_back(rubric: Rubric) -> None:
    back = "name one kind of person and their trouble"
    text = f"The managers lost two hours a week {back} and the drivers had to wait in the rain."
    reading = read(Answer(text), 3000, rubric.matcher.mend, rubric.prompts)
    assert reading.recited_words == 6
    assert "trouble" not in reading.words
    assert reading.starts_clause[reading.words.index("and")]


def test_a_question_is_left_out_before_an_answer_and_an_answer_is_not() -> None:
    asked = "How did you find out what your customers wanted when nobody told you? I rang thirty."
    assert read(Answer(asked)).words == ("i", "rang", "thirty")
    for told in ("Tell me about it, they said, and I did.", "What would happen is that we close."):
        assert len(read(Answer(told)).words) == len(told.split())


def test_own_questions_of_the_user_count_as_the_coachs_words(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "questions:\n- text: Which of our seven ponds would you drain first this winter?\n"
        "# never read out: a comment that says a thing or two\n",
        "utf-8",
    )
    runs = prompt_runs(prompts_dir() / "nowhere", tmp_path)
    assert ("which", "of", "our", "seven", "ponds") in runs
    assert not any("comment" in run for run in runs)
