"""Choosing questions and wordings: the same for the same seed, and never twice."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest

from voicecoach import resources
from voicecoach.content.script import load_script
from voicecoach.dialog.plans import Plan, Round
from voicecoach.dialog.script import Question, Script
from voicecoach.dialog.selection import (
    Part,
    arrange,
    choose_questions,
    choose_wording,
    filter_questions,
    find_plan,
    find_question,
    probe_wordings,
    search_questions,
)
from voicecoach.errors import UsageError


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script(resources.prompts_dir())


def of_family(script: Script, family: str) -> list[Question]:
    return [q for q in script.questions if q.family == family]


def flat(parts: tuple[Part, ...]) -> list[Question]:
    return [question for part in parts for question in part.questions]


# --- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["quick", "standard", "stories"])
def test_a_plan_fills_each_slot_from_its_families(script: Script, name: str) -> None:
    plan = find_plan(script, name)
    for seed in range(50):
        chosen = choose_questions(script, plan, seed)
        assert len(set(chosen)) == len(plan.families)
        for question, families in zip(chosen, plan.families, strict=True):
            assert question.family in families


def test_the_seed_decides(script: Script) -> None:
    plan = find_plan(script, "standard")
    assert choose_questions(script, plan, 7) == choose_questions(script, plan, 7)
    assert len({choose_questions(script, plan, seed) for seed in range(20)}) > 15


def test_every_question_of_a_family_comes_up(script: Script) -> None:
    plan = find_plan(script, "quick")
    asked = Counter(choose_questions(script, plan, seed)[0].id for seed in range(1500))
    possible = [q.id for q in script.questions if q.family in plan.families[0]]
    assert set(asked) == set(possible)
    assert max(asked.values()) < 4 * min(asked.values())


def test_the_order_of_the_files_is_no_matter(script: Script) -> None:
    plan = find_plan(script, "standard")
    turned = dataclasses.replace(script, questions=script.questions[::-1])
    assert choose_questions(turned, plan, 3) == choose_questions(script, plan, 3)


def test_filters_hold_for_every_question(script: Script) -> None:
    plan = find_plan(script, "standard")
    for seed in range(20):
        for question in flat(arrange(script, plan, seed, level="l7", principle="ownership")):
            assert "L7" in question.levels
            assert "Ownership" in question.principles


def test_a_narrow_filter_gives_fewer_questions_but_no_repeats(script: Script) -> None:
    plan = find_plan(script, "standard")
    chosen = flat(arrange(script, plan, 1, family="cloud pricing"))
    assert sorted(q.id for q in chosen) == sorted(q.id for q in of_family(script, "cloud-pricing"))


def test_the_question_that_is_asked_for_comes_first(script: Script) -> None:
    chosen = choose_questions(script, find_plan(script, "standard"), 1, question="one click")
    assert chosen[0].id == "one-click-dip"
    assert len(set(chosen)) == 3
    assert choose_questions(script, find_plan(script, "quick"), 1, question="music button") == (
        find_question(script.questions, "music-button"),
    )


def test_no_question_comes_again_until_its_family_is_used_up(script: Script) -> None:
    plan = Plan("one", "one", "", (Round("", "", 5, (("metric-choice",),), 1),))
    ids = {q.id for q in of_family(script, "metric-choice")}
    asked: Counter[str] = Counter()
    for turn in range(3):
        for seed in range(len(ids)):
            asked[flat(arrange(script, plan, seed, asked=asked))[0].id] += 1
        assert asked == dict.fromkeys(ids, turn + 1)


def test_families_take_turns(script: Script) -> None:
    plan = find_plan(script, "quick")
    asked: Counter[str] = Counter()
    families = []
    for seed in range(9):
        (question,) = flat(arrange(script, plan, seed, asked=asked))
        asked[question.id] += 1
        families.append(question.family)
    for first in (0, 3, 6):
        assert len(set(families[first : first + 3])) == 3


def test_the_same_seed_and_history_give_the_same_interview(script: Script) -> None:
    plan = find_plan(script, "voice-loop")
    asked = {"misread-customers": 2, "what-to-fix-first": 1}
    assert arrange(script, plan, 5, asked=asked) == arrange(script, plan, 5, asked=asked)
    again = dataclasses.replace(plan, rounds=plan.rounds[1:2])
    assert len(flat(arrange(script, again, 5))) == 3


@pytest.mark.parametrize("name", ["general-loop", "voice-loop"])
def test_a_loop_fills_its_rounds_and_repeats_nothing(script: Script, name: str) -> None:
    plan = find_plan(script, name)
    for seed in range(30):
        parts = arrange(script, plan, seed)
        assert [part.round for part in parts] == list(plan.rounds)
        for part in parts:
            for question, families in zip(part.questions, part.round.questions, strict=True):
                assert question.family in families
        assert len(set(flat(parts))) == len(plan.families)


def test_names_may_be_written_loosely(script: Script) -> None:
    assert filter_questions(script, family="Data Stories") == of_family(script, "data-stories")
    assert filter_questions(script, family="data storys") == of_family(script, "data-stories")
    wanted = "Have Backbone; Disagree and Commit"
    for question in filter_questions(script, principle="disagree and commit"):
        assert wanted in question.principles


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"family": "gardening"}, "no family 'gardening'.*data-stories"),
        ({"family": "pricing"}, "Choose: cloud-pricing · pricing-case"),
        ({"level": "L9"}, "no level 'L9'.*L4 · L5 · L6 · L7"),
        ({"principle": "be nice"}, "no principle 'be nice'"),
        ({"principle": ""}, "no principle ''"),
        ({"question": "zebra xylophone"}, "no question like 'zebra xylophone'"),
        ({"question": ""}, "no question like ''"),
        ({"family": "cloud pricing", "principle": "Frugality"}, "No question fits"),
    ],
)
def test_what_fits_nothing_is_said_clearly(
    script: Script, filters: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        arrange(script, find_plan(script, "quick"), 1, **filters)


def test_an_unknown_plan_is_said_clearly(script: Script) -> None:
    assert find_plan(script, "Quick").name == "quick"
    with pytest.raises(UsageError, match=r"no plan 'endless'.*quick"):
        find_plan(script, "endless")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("parents-approve", "parents-approve"),
        ("parent", "parents-approve"),
        ("recordngs month", "keep-the-recordings"),
        ("prices hour", "prices-by-the-hour"),
        ("hourly prices", "prices-by-the-hour"),
        ("idle servers", "idle-servers"),
    ],
)
def test_search_finds_by_parts_and_in_spite_of_slips(
    script: Script, words: str, first: str
) -> None:
    assert search_questions(script.questions, words)[0].id == first


def test_an_exact_id_is_the_only_find(script: Script) -> None:
    for question in script.questions:
        assert search_questions(script.questions, question.id) == [question]


# --- wordings -----------------------------------------------------------------------------------

OPTIONS = ("one", "two", "three")


def test_a_wording_depends_on_seed_and_key_only() -> None:
    assert choose_wording(OPTIONS, 1, "probe", 3) == choose_wording(OPTIONS, 1, "probe", 3)
    assert {choose_wording(OPTIONS, 1, "probe", n) for n in range(20)} == set(OPTIONS)
    assert {choose_wording(OPTIONS, seed, "probe", 3) for seed in range(20)} == set(OPTIONS)


def test_a_wording_is_said_again_only_after_all_the_others() -> None:
    said = [choose_wording(OPTIONS, 1, "probe")]
    for _ in range(8):
        said.append(choose_wording(OPTIONS, 1, "probe", previous=said[-1]))
    for first in range(6):
        assert set(said[first : first + 3]) == set(OPTIONS)
    assert choose_wording(("only",), 1, "probe", previous="only") == "only"


@pytest.mark.parametrize("key", ["greeting", "goodbye", "probe_lead"])
def test_sessions_in_a_row_begin_with_different_wordings(key: str) -> None:
    for seed in range(20):
        three = {choose_wording(OPTIONS, seed + session, key) for session in range(3)}
        assert three == set(OPTIONS)


def test_a_claim_is_read_back_only_where_there_is_one(script: Script) -> None:
    story = find_question(script.questions, "data-changed-plan")
    probe = script.probes["counterfactual"]
    assert probe_wordings(probe, story, "sales rose") == probe.quoting
    assert probe_wordings(probe, story) == probe.plain
    assert probe_wordings(probe, story, "sales rose", sharper=True) == probe.sharper
    assert probe_wordings(script.probes["shorten"], story, "sales rose") == (
        script.probes["shorten"].plain
    )


@pytest.mark.parametrize("name", ["one-click-dip", "cooking-by-voice", "release-for-your-idea"])
def test_a_case_is_not_probed_as_if_it_had_happened(script: Script, name: str) -> None:
    case = find_question(script.questions, name)
    probe = script.probes["ownership"]
    assert probe_wordings(probe, case, "sales rose") == probe.case
    assert probe_wordings(probe, case, sharper=True) == probe.case
