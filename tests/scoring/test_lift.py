"""What would lift an answer by a point: found by the rating's own rule, said in their own words."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach import resources
from voicecoach.content.rubric import load_rubric
from voicecoach.errors import ContentError
from voicecoach.events import Word
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.lift import missing_for_a_point
from voicecoach.scoring.lift_script import LIFTED
from voicecoach.scoring.overall import Standing, overall
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import FACETS, QUESTION_TYPES, Answer, Lift, read_score

RUBRIC = load_rubric()

WAIT = (
    "Patients at our clinic waited in the corridor and some went home unseen. I decided to send a"
    " text when the doctor was ready, and not to build the second room we had planned. I wrote the"
    " first version myself in May. The wait fell from thirty minutes to twelve, counted from the"
    " door to the doctor, for every patient of that summer. A nurse who used to calm the corridor"
    " can now take blood. The texts stayed, and in June I opened them to the two other clinics."
)

full = st.fixed_dictionaries(
    {
        **{name: st.integers(0, 2) for name in FACETS},
        "alternatives": st.integers(0, 3),
        "other_side": st.integers(0, 1),
    }
)


def lift_of(text: str, question: str = "data_story") -> Lift:
    found = score(Answer(text), question, RUBRIC).lift
    assert found is not None
    return found


# --- what is missing ----------------------------------------------------------------------------


@settings(max_examples=300)
@given(levels=full, question=st.sampled_from(QUESTION_TYPES))
def test_the_rating_with_it_is_that_of_the_rule(levels: dict[str, int], question: str) -> None:
    standing = Standing(question, levels)
    missing, to = missing_for_a_point(standing, RUBRIC)
    raised = dict(levels)
    for name in missing:
        raised[name] = {"alternatives": levels[name] + 1, "other_side": 1}.get(name, 2)
        assert raised[name] > levels[name]
    assert to == overall(Standing(question, raised), RUBRIC)
    now = overall(standing, RUBRIC)
    assert (now == 5) == (not missing)
    assert to >= now


@settings(max_examples=150)
@given(levels=full, question=st.sampled_from(QUESTION_TYPES))
def test_no_smaller_set_would_do(levels: dict[str, int], question: str) -> None:
    now = overall(Standing(question, levels), RUBRIC)
    missing, to = missing_for_a_point(Standing(question, levels), RUBRIC)
    goal = min(5.0, now + 1)
    others = [
        overall(Standing(question, levels | dict.fromkeys(names, 2)), RUBRIC)
        for size in (1, 2)
        for names in combinations([n for n in FACETS if levels[n] < 2], size)
        if size < len(missing) or to < goal
    ]
    assert all(other < goal for other in others)


def test_a_hole_that_caps_the_answer_is_named_first() -> None:
    levels = dict.fromkeys((*FACETS, "alternatives", "other_side"), 2) | {
        "isolation": 0,
        "structure": 0,
        "other_side": 1,
    }
    missing, to = missing_for_a_point(Standing("data_story", levels), RUBRIC)
    assert missing == ("isolation",)
    assert to == 5


def test_a_follow_up_is_lifted_by_one_rival_more() -> None:
    levels = dict.fromkeys((*FACETS, "other_side"), 2) | {"alternatives": 0, "other_side": 1}
    missing, _ = missing_for_a_point(Standing("counterfactual_followup", levels), RUBRIC)
    assert missing == ("alternatives",)


def test_a_hollow_answer_is_lifted_by_facts() -> None:
    levels = dict.fromkeys((*FACETS, "alternatives", "other_side"), 1)
    standing = Standing("data_story", levels, vague=True)
    assert overall(standing, RUBRIC) == 2
    missing, to = missing_for_a_point(standing, RUBRIC)
    assert missing
    assert to > 2


def test_an_answer_to_another_question_is_lifted_by_answering_this_one() -> None:
    levels = dict.fromkeys((*FACETS, "alternatives"), 2) | {"isolation": 0, "other_side": 1}
    standing = Standing("leadership_conflict", levels, rather="data_story")
    assert overall(standing, RUBRIC) < 5
    assert missing_for_a_point(standing, RUBRIC) == (("question",), 5)


# --- how to say it ------------------------------------------------------------------------------


def test_the_hint_is_made_of_their_own_claim() -> None:
    lift = lift_of(WAIT)
    assert lift.facets[0] == "isolation"
    assert lift.hint.startswith("You said the wait fell from thirty minutes to twelve.")
    assert "the wait" in lift.hint.partition(".")[2] or "nothing was changed" in lift.hint
    assert f" {lift.to:g}" in lift.sentence


def test_of_a_case_no_result_is_quoted() -> None:
    lift = lift_of(
        "I would not ship it. A mother who buys coffee at two prices in one day does not come"
        " back. I would start with batteries, in twelve cities drawn at random, and leave twelve"
        " as they are. Sales of batteries rose nine percent last year anyway. I would count who"
        " orders again within a month.",
        "pricing_case",
    )
    assert lift.facets
    assert "rose nine percent" not in lift.hint


def test_what_was_heard_badly_is_not_read_back() -> None:
    texts = WAIT.lower().replace(".", "").replace(",", "").split()
    words = tuple(Word(w, i * 0.4, i * 0.4 + 0.3, 0.99) for i, w in enumerate(texts))
    doubtful = tuple(
        Word(w.text, w.start_s, w.end_s, 0.3) if w.text in {"wait", "fell", "i"} else w
        for w in words
    )
    hints = []
    for heard in (words, doubtful):
        lift = score(Answer(" ".join(texts), heard, 60.0, 50.0), "data_story", RUBRIC).lift
        assert lift is not None
        hints.append(lift.hint)
    assert hints[0].startswith("You said the wait fell")
    assert "You said" not in hints[1]


def test_at_the_highest_rating_there_is_a_stretch() -> None:
    best = lift_of(
        WAIT.replace(
            "for every patient",
            "but only on the days drawn by lot, and stayed at thirty on the others, for every"
            " patient",
        )
        + " I took the over-seventies out and it was still fifteen minutes."
    )
    assert best.facets == ()
    assert best.to == 5
    assert best.hint in {text for texts in RUBRIC.lift.stretch.values() for text in texts}


def test_every_answer_has_one_and_it_is_for_the_ear(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    for answer in labelled:
        judged = score(Answer(answer.text), answer.question, rubric)
        if not judged.scorable or judged.overall is None:
            assert judged.lift is None
            continue
        assert judged.lift is not None
        assert set(judged.lift.facets) <= set(LIFTED)
        assert bool(judged.lift.facets) == (judged.overall < 5)
        for text in (judged.lift.sentence, judged.lift.hint):
            assert "{" not in text
            assert text[-1] in ".?"
        assert len(judged.lift.hint.split()) <= 45, answer.id


def test_it_goes_through_a_document_and_older_ones_have_none() -> None:
    document = score(Answer(WAIT), "data_story", RUBRIC).to_json()
    again = read_score(document)
    assert again is not None and again.lift == lift_of(WAIT)
    del document["lift"]
    older = read_score(document)
    assert older is not None and older.lift is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  isolation:\n    what:", "  isolatoin:\n    what:", "isolatoin"),
        ("this to {to}: {what}.", "this up: {what}.", "{to} and {what}"),
        ("cases: [voice_product", "cases: [voice", "'voice'"),
        ("  disagreement:", "  disagrement:", "disagrement"),
        ("Add what it cost, and", "Add what it cost (in $) and", "misread"),
    ],
)
def test_a_mistake_in_the_wordings_is_named(old: str, new: str, says: str, tmp_path: Path) -> None:
    folder = tmp_path / "rubric"
    shutil.copytree(resources.prompts_dir() / "rubric", folder)
    text = (folder / "lift.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "lift.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match="lift") as caught:
        load_rubric(folder)
    assert says in str(caught.value)
