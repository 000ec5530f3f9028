"""The study plan: shares of the time, the weakest family, the least asked question."""

from __future__ import annotations

from collections import Counter

import pytest

from voicecoach import resources
from voicecoach.content.script import load_script
from voicecoach.dialog.script import Question, Script
from voicecoach.dialog.study import (
    LONGEST_S,
    USUAL_S,
    Practised,
    next_round,
    practised,
    standings,
    study_steps,
    weakest_facet,
)
from voicecoach.events import (
    AnswerScored,
    Event,
    RoundBegan,
    SessionStarted,
    TaskClosed,
    TaskOpened,
)
from voicecoach.scoring.types import FACETS


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script(resources.prompts_dir())


def done(question: Question, overall: float | None = 3.0, **facets: int) -> Practised:
    levels = {name: facets.get(name, 1) for name in FACETS}
    return Practised(question.id, USUAL_S, overall, levels if overall is not None else {})


def steps_of(script: Script, past: tuple[Practised, ...], seed: int = 1) -> list[tuple[str, str]]:
    steps = study_steps(script.study, script.questions, past, seed)
    return [(step.area.name, step.question.id) for step in steps]


def test_a_beginner_starts_with_the_largest_shares(script: Script) -> None:
    assert [area for area, _ in steps_of(script, ())] == [
        "product sense",
        "principle stories",
        "analytics",
    ]


def test_the_same_history_and_seed_give_the_same_session(script: Script) -> None:
    past = tuple(done(q, 2.0 + n % 3) for n, q in enumerate(script.questions[:20]))
    assert steps_of(script, past) == steps_of(script, past)
    assert len({tuple(steps_of(script, past, seed)) for seed in range(8)}) > 1


def test_the_time_comes_out_as_40_30_20_10(script: Script) -> None:
    past: tuple[Practised, ...] = ()
    by_id = {q.id: q for q in script.questions}
    for session in range(20):
        steps = study_steps(script.study, script.questions, past, session)
        past += tuple(done(by_id[step.question.id]) for step in steps)
    shares = {s.area.name: s.share for s in standings(script.study, script.questions, past)}
    assert shares == pytest.approx(
        {"product sense": 0.4, "principle stories": 0.3, "analytics": 0.2, "résumé": 0.1}, abs=0.02
    )


def test_time_spent_on_one_area_is_made_up_for_in_the_others(script: Script) -> None:
    analytics = next(a for a in script.study.areas if a.name == "analytics")
    past = tuple(done(q) for q in script.questions if q.family in analytics.families)
    assert "analytics" not in {area for area, _ in steps_of(script, past)}


def test_it_goes_on_with_the_family_that_went_worst(script: Script) -> None:
    by_family = {q.family: q for q in script.questions}
    past = (
        done(by_family["pricing-case"], 2.0),
        done(by_family["ownership"], 2.5),
        done(by_family["earn-trust"], 4.5),
    )
    chosen = {q.id: q.family for q in script.questions}
    assert "pricing-case" in [chosen[name] for _, name in steps_of(script, past)]
    weakest = {s.area.name: s.weakest for s in standings(script.study, script.questions, past)}
    assert weakest["product sense"] == "pricing-case"
    assert weakest["principle stories"] == "ownership"


def test_what_went_well_comes_after_what_is_new(script: Script) -> None:
    sense = script.study.areas[0]
    by_family = {q.family: q for q in script.questions}
    past = tuple(done(by_family[f], 4.0) for f in sense.families[:-1])
    standing = standings(script.study, script.questions, past)[0]
    assert standing.weakest == sense.families[-1]


def test_no_question_comes_again_until_its_family_is_used_up(script: Script) -> None:
    family = [q for q in script.questions if q.family == "pricing-case"]
    past: tuple[Practised, ...] = ()
    asked: Counter[str] = Counter()
    for seed in range(len(family)):
        first = study_steps(script.study, script.questions, (*past, done(family[0], 1.0)), seed)
        mine = [s.question for s in first if s.question.family == "pricing-case"]
        for question in mine:
            asked[question.id] += 1
            past += (done(question, 1.0),)
    assert asked
    assert max(asked.values()) == 1


def test_among_the_fresh_questions_one_asks_for_what_is_shown_least(script: Script) -> None:
    past = (done(script.questions[0], 3.0, sensitivity=0),)
    assert weakest_facet(past) == "sensitivity"
    steps = study_steps(script.study, script.questions, past, 1)
    told = [s for s in steps if "sensitivity" in s.question.facets]
    assert told
    assert all("sensitivity, which you show least" in s.reason for s in told)


def test_answers_that_could_not_be_judged_count_as_asked_only(script: Script) -> None:
    past = (done(script.questions[0], None),)
    assert weakest_facet(past) == ""
    (row,) = [s for s in standings(script.study, script.questions, past) if s.asked]
    assert row.overall is None
    assert row.seconds == USUAL_S


def test_a_question_that_is_gone_from_the_bank_is_no_matter(script: Script) -> None:
    past = (Practised("no-longer-there", 100.0, 3.0, {"decision": 1}),)
    assert all(s.share is None for s in standings(script.study, script.questions, past))
    assert len(steps_of(script, past)) == script.study.questions


# --- from the log -------------------------------------------------------------------------------


def opened(at_s: float, task_id: str, kind: str = "question", question: str = "a") -> TaskOpened:
    return TaskOpened(at_s, task_id, kind, question, "data_story", "", "")


def test_a_sessions_questions_are_read_from_its_log() -> None:
    score = {"scorable": False}
    events: list[Event] = [
        opened(1.0, "q1"),
        AnswerScored(61.0, "q1", score),
        opened(61.0, "q1.p1", "probe"),
        TaskClosed(101.0, "q1.p1", "resolved", 1),
        opened(101.0, "q2", question="b"),
        TaskClosed(101.0 + 2 * LONGEST_S, "q2", "abandoned", 1),
        opened(4000.0, "r1", "drill", ""),
    ]
    assert practised(events) == (
        Practised("a", 100.0, None, {}),
        Practised("b", LONGEST_S, None, {}),
    )


def test_the_next_round_is_the_one_after_the_last_that_was_held(script: Script) -> None:
    plan = script.plans["voice-loop"]

    def session(name: str, *rounds: int) -> list[Event]:
        started = SessionStarted(0.0, "s", "practice", name, 1, "", "", "", "", "", "")
        titles = [plan.rounds[number - 1].title for number in rounds]
        return [started, *(RoundBegan(1.0, 1, title, "", "") for title in titles)]

    assert next_round(plan, []) == 1
    assert next_round(plan, [session("voice-loop", 1)]) == 2
    assert next_round(plan, [session("voice-loop", 1, 2, 3), session("quick")]) == 4
    assert next_round(plan, [session("voice-loop", 5)]) == 1
