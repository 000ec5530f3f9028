"""The debrief in a bar raiser's form: what leads to which leaning, and how it is written."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach import resources
from voicecoach.content.debrief import load_debrief
from voicecoach.content.script import load_script
from voicecoach.errors import ContentError
from voicecoach.scoring.debriefing import MOST, write_debrief
from voicecoach.scoring.leaning import CANT_SAY, LEANINGS, LEVELS_SHOWN, lean, level_shown
from voicecoach.scoring.types import FACETS, Evidence, FacetScore, Lift, Score
from voicecoach.scoring.verdict import Answered, strengths_and_concerns, weigh

SCRIPT = load_script()
RULES = SCRIPT.debrief.leaning
numbers = itertools.count(1)


def answered(
    overall: float | None,
    levels: Mapping[str, int] | None = None,
    *,
    usual: int = 2,
    alone: float | None = None,
    rivals: int = 0,
    number: int = 1,
    lift: Lift | None = None,
    question_type: str = "data_story",
) -> Answered:
    """An answer with these levels, all others at `usual`; each facet shown is quoted."""
    facets = {}
    for name in FACETS:
        level = (levels or {}).get(name, usual)
        quote = f"I showed {name.replace('_', ' ')} there"
        found = (Evidence(quote, 0, len(quote)),) if level else ()
        facets[name] = FacetScore(level, found, f"Advice on {name}.")
    why_not = None if overall is not None else "It was short."
    score = Score(overall is not None, why_not, overall, facets, rivals, (), (), {}, 100, lift=lift)
    order = ("isolation", "decision", "so_what")
    return Answered(f"q{number}", question_type, order, score, (), alone)


def verdict(*answers: Answered, rough: bool = False) -> str:
    return lean(answers, RULES, rough).verdict


def rules_of(*answers: Answered) -> list[str]:
    return [reason.rule for reason in lean(answers, RULES).reasons]


# --- the leaning --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ((5, 5, 4.5), "hire"),
        ((4, 4, 4.5), "leaning_hire"),
        ((3, 3.5, 3), "leaning_no_hire"),
        ((2.5, 2, 2.5), "no_hire"),
    ],
)
def test_the_mean_rating_leads_to_the_leaning(ratings: tuple[float, ...], expected: str) -> None:
    assert verdict(*(answered(rating) for rating in ratings)) == expected


def test_one_weak_answer_is_remembered_and_two_weigh_more() -> None:
    strong, weak = answered(5), answered(2, number=3)
    assert verdict(*[strong] * 5) == "hire"
    assert verdict(*[strong] * 5, weak) == "leaning_hire"
    assert verdict(*[strong] * 10, weak, weak) == "leaning_no_hire"
    (reason,) = [r for r in lean([strong] * 5 + [weak], RULES).reasons if r.rule == "weak_answer"]
    assert reason.slots == {"number": "3", "overall": "2"}


def test_nobody_signs_where_the_own_part_is_never_plain() -> None:
    begun, missing = ([answered(5, {"ownership": level})] * 3 for level in (1, 0))
    assert verdict(*begun) == "leaning_hire"
    assert verdict(*missing) == "leaning_no_hire"
    assert "never_shown" in rules_of(*missing)
    plain = answered(5)
    assert verdict(*begun, plain) == "hire"


def test_what_no_question_called_for_is_not_missed() -> None:
    cases = [answered(5, {"ownership": 0}, question_type="pricing_case")] * 3
    assert verdict(*cases) == "hire"


def test_what_had_to_be_asked_for_counts_a_little_less() -> None:
    unasked, asked = answered(4.5), answered(4.5, alone=3)
    assert verdict(unasked, unasked) == "hire"
    assert verdict(asked, asked) == "leaning_hire"
    assert "follow_ups_helped" in rules_of(asked, asked)
    assert "follow_ups_unused" in rules_of(answered(3, alone=3), answered(3, alone=3))


@pytest.mark.parametrize(
    ("answers", "rough", "reason"),
    [
        ((answered(5),), False, "too_few"),
        ((answered(5), answered(None)), False, "too_few"),
        ((answered(None),), False, "nothing"),
        ((answered(5), answered(5), answered(5)), True, "rough"),
    ],
)
def test_with_too_little_to_go_by_it_abstains(
    answers: tuple[Answered, ...], rough: bool, reason: str
) -> None:
    leaning = lean(answers, RULES, rough)
    assert leaning.verdict == CANT_SAY
    assert leaning.value is None
    assert [r.rule for r in leaning.reasons] == [reason]
    assert level_shown(answers, RULES, rough).level == CANT_SAY


ratings = st.floats(1, 5).map(lambda x: round(2 * x) / 2)


@settings(max_examples=200)
@given(given_ratings=st.lists(ratings, min_size=2, max_size=8), place=st.integers(0, 7))
def test_a_better_answer_never_makes_it_worse(given_ratings: list[float], place: int) -> None:
    place %= len(given_ratings)
    better = list(given_ratings)
    better[place] = min(5.0, better[place] + 0.5)
    before, after = (
        verdict(*(answered(rating) for rating in some)) for some in (given_ratings, better)
    )
    assert LEANINGS.index(after) <= LEANINGS.index(before)


# --- the level ----------------------------------------------------------------------------------


def test_the_level_grows_with_what_is_shown() -> None:
    shown = [level_shown([answered(4, usual=level)] * 2, RULES).level for level in (2, 1)]
    assert shown == ["senior_pm", "below_pm"]
    half = {"sensitivity": 0, "so_what": 1, "isolation": 0}
    assert level_shown([answered(4, half)] * 2, RULES).level == "pm"


def test_other_causes_are_ruled_out_by_a_rival_or_by_a_fair_comparison() -> None:
    for answer, shown in (
        (answered(4, {"isolation": 0}, rivals=1), 2),
        (answered(4, {"isolation": 2}), 2),
        (answered(4, {"isolation": 1}), 0),
    ):
        assert level_shown([answer] * 2, RULES).shown["alternatives"] == shown


def test_a_sign_that_no_question_calls_for_is_left_out() -> None:
    signal = level_shown([answered(4, question_type="leadership_conflict")] * 2, RULES)
    assert "sensitivity" not in signal.of
    assert signal.of["ownership"] == 2


# --- strengths and concerns ---------------------------------------------------------------------


def test_the_first_of_each_is_what_is_said_aloud() -> None:
    answers = [
        answered(3, {"isolation": 0, "so_what": 1, "customer": 0}, number=1),
        answered(4, {"sensitivity": 0}, number=2),
    ]
    moments, gaps = strengths_and_concerns(answers, MOST)
    assert (moments[0], gaps[0]) == weigh(answers)
    named = [m.facet for m in moments] + [g.facet for g in gaps]
    assert len(named) == len(set(named))
    assert len(moments) <= MOST
    assert {gap.facet for gap in gaps} >= {"isolation", "sensitivity"}


def test_where_all_is_shown_there_is_no_concern() -> None:
    _, gaps = strengths_and_concerns([answered(5), answered(5)], MOST)
    assert gaps == ()


# --- as it is written ---------------------------------------------------------------------------


def test_strengths_are_quoted_and_concerns_say_where() -> None:
    lift = Lift(("isolation",), 4.5, "A comparison.", "You said it fell. Say it with the twin.")
    answers = [
        answered(3.5, {"isolation": 0}, number=1, lift=lift),
        answered(4, {"isolation": 1, "sensitivity": 0}, number=2),
    ]
    written = write_debrief(answers, SCRIPT.debrief, SCRIPT.phrases)
    assert written["strengths"]
    assert all(each["quote"].startswith("I showed") for each in written["strengths"])
    first = written["concerns"][0]
    assert first["facet"] == "isolation"
    assert "question 1" in first["where"]
    assert first["hint"] == lift.hint
    assert written["drills"][0]["name"] == "counterfactual"
    assert "question 1" in written["drills"][0]["why"]


def test_there_are_three_drills_and_none_twice() -> None:
    for levels in ({}, {"isolation": 0}, dict.fromkeys(FACETS, 0)):
        written = write_debrief([answered(3, levels)] * 2, SCRIPT.debrief, SCRIPT.phrases)
        names = [drill["name"] for drill in written["drills"]]
        assert len(names) == len(set(names))
        assert len(names) == MOST or not levels
        assert set(names) <= set(SCRIPT.drills)


def test_an_abstention_is_kind_and_still_helps() -> None:
    written = write_debrief([answered(3, {"isolation": 0})], SCRIPT.debrief, SCRIPT.phrases)
    assert written["leaning"]["verdict"] == CANT_SAY
    assert written["concerns"]
    assert written["drills"]
    rough = write_debrief([answered(3)] * 3, SCRIPT.debrief, SCRIPT.phrases, rough=True)
    assert not rough["strengths"] and not rough["concerns"] and not rough["drills"]


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), ratings),
            st.dictionaries(st.sampled_from(FACETS), st.integers(0, 2)),
            st.sampled_from(sorted(RULES.called_for)),
        ),
        max_size=5,
    )
)
def test_anything_can_be_debriefed(
    made: list[tuple[float | None, dict[str, int], str]],
) -> None:
    answers = [
        answered(rating, levels, number=n, question_type=kind)
        for n, (rating, levels, kind) in enumerate(made, 1)
    ]
    written = write_debrief(answers, SCRIPT.debrief, SCRIPT.phrases)
    assert json.loads(json.dumps(written)) == written
    assert written["leaning"]["verdict"] in (*LEANINGS, CANT_SAY)
    assert written["level"]["level"] in (*LEVELS_SHOWN, CANT_SAY)
    said = [reason["text"] for reason in written["leaning"]["reasons"]]
    said += [drill["why"] for drill in written["drills"]]
    assert not [text for text in said if "{" in text]


# --- its file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("leaning_hire: 3.5", "leaning_hire: 4.5", "do not fall"),
        ("needed: [ownership", "needed: [owning", "owning"),
        ("isolation: [counterfactual", "isolation: [counterfactuals", "counterfactuals"),
        ("signs: [ownership", "signs: [ownershp", "ownershp"),
        ('reason_close: "It was close to {other}."', "reason_close: Close.", "{other}"),
        ("  note: A", "  notes: A", "notes"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, says: str, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(resources.prompts_dir(), folder)
    text = (folder / "debrief.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "debrief.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match="debrief") as caught:
        load_debrief(folder, SCRIPT.drills)
    assert says in str(caught.value)
