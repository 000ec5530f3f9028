"""Loops, rounds and styles in whole conversations: virtual time, real policy, dialogue, scoring."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest

from tests.rehearsal import Rehearsal, real_judge
from voicecoach import debrief, resources
from voicecoach.content.script import load_script
from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.agenda import QUESTION_S
from voicecoach.dialog.interview import Interview
from voicecoach.dialog.plans import Plan
from voicecoach.dialog.selection import arrange, find_plan, find_style
from voicecoach.endpoint import Said, TurnPolicy, TurnSettings, hold_for
from voicecoach.events import (
    AnswerScored,
    Expectation,
    ProbeChosen,
    RoundBegan,
    SilenceNoticed,
    TaskClosed,
    TaskOpened,
    UtteranceStarted,
)
from voicecoach.patience import Pauses
from voicecoach.scoring.types import Answer, ProbeChoice, Score

SCRIPT = load_script(resources.prompts_dir())

STORY = (
    "our customers left the checkout because the page was slow and i owned that page "
    "so i cut it to three steps and we shipped it in march "
    "completion rose by eight percent and tickets fell by a third"
)
ASIDE = "the weather was nice and the office is blue"
CONTROL = (
    "we kept the old page for ten percent of customers and in that group completion rose by three "
    "percent so five percent came from the change"
)


def loop(
    name: str,
    *,
    only: int | None = None,
    style: str | None = None,
    change: Callable[[Plan], Plan] = lambda plan: plan,
) -> Callable[[Material], Activity]:
    def make(material: Material) -> Activity:
        plan = change(find_plan(material.script, name))
        parts = arrange(material.script, plan, material.seed)
        chosen = find_style(material.script, style) if style else None
        return Interview(material, plan, parts if only is None else parts[only - 1 : only], chosen)

    return make


def single(style: str | None, probes_each: int = 3) -> Callable[[Material], Activity]:
    """One question, always the same."""

    def make(material: Material) -> Activity:
        plan = find_plan(material.script, "quick")
        only = dataclasses.replace(plan.rounds[0], probes_each=probes_each)
        plan = dataclasses.replace(plan, rounds=(only,))
        parts = arrange(material.script, plan, material.seed, question="data-changed-plan")
        chosen = find_style(material.script, style) if style else None
        return Interview(material, plan, parts, chosen)

    return make


# --- loops --------------------------------------------------------------------------------------


def test_a_loop_is_held_in_one_sitting_by_one_person_after_the_other() -> None:
    held = Rehearsal(loop("voice-loop"), ["next question"] * 12 + [STORY])
    rounds = held.of(RoundBegan)
    assert [e.persona for e in rounds] == [
        *("recruiter", "bar-raiser", "execution", "strategy", "hiring-manager")
    ]
    assert [e.number for e in rounds] == [1, 2, 3, 4, 5]
    script = held.conversation.material.script
    for event in rounds:
        introductions = script.personas[event.persona].introduction
        assert sum(text in " ".join(held.said) for text in introductions) == 1, event.persona
    assert re.search("ound 5 of 5[^.]*, hiring manager", " ".join(held.said))
    asked = [e for e in held.of(TaskOpened) if e.kind == "question"]
    assert len({e.question_id for e in asked}) == len(asked) == 13


def test_the_report_tells_in_which_round_a_question_was_asked() -> None:
    held = Rehearsal(loop("voice-loop"), ["next question"] * 2 + [STORY])
    titles = [q.held.title for q in debrief.tell(held.events).questions if q.held]
    assert titles[:3] == ["recruiter screen", "recruiter screen", "bar raiser"]
    alone = Rehearsal(single(None), [STORY])
    assert debrief.tell(alone.events).questions[0].held is None


def test_a_round_can_be_held_alone() -> None:
    held = Rehearsal(loop("voice-loop", only=2), ["skip", "skip", "skip"])
    assert [(e.number, e.persona, e.style) for e in held.of(RoundBegan)] == [
        (2, "bar-raiser", "bar-raiser")
    ]
    assert "voice team loop, bar raiser" in held.said[0]
    assert len([e for e in held.of(TaskOpened) if e.kind == "question"]) == 3
    assert held.activity.minutes == 35.0


def test_the_rounds_of_a_seed_are_the_same_alone_and_in_one_sitting() -> None:
    whole = Rehearsal(loop("voice-loop"), ["next question"] * 13, seed=4).of(TaskOpened)
    alone = Rehearsal(loop("voice-loop", only=2), ["next question"] * 3, seed=4).of(TaskOpened)
    assert [e.question_id for e in alone] == [e.question_id for e in whole[2:5]]


def test_no_question_is_begun_when_the_time_box_is_nearly_over() -> None:
    def narrow(plan: Plan) -> Plan:
        short = dataclasses.replace(plan.rounds[1], minutes=int(QUESTION_S // 60), probes_each=0)
        return dataclasses.replace(plan, rounds=(short, plan.rounds[2]))

    held = Rehearsal(loop("voice-loop", change=narrow), [STORY, "next question"])
    asked = [e for e in held.of(TaskOpened) if e.kind == "question"]
    assert [e.number for e in held.of(RoundBegan)] == [1, 2]
    assert len([e for e in asked if e.at_s < held.of(RoundBegan)[1].at_s]) == 1
    assert [e.task_id for e in asked] == ["q1", "q2", "q3"], "numbered as they were asked"
    script = held.conversation.material.script
    assert sum(text in " ".join(held.said) for text in script.phrases["time_box"]) == 1


def test_a_break_is_not_taken_off_the_time_box() -> None:
    def narrow(plan: Plan) -> Plan:
        first = dataclasses.replace(plan.rounds[1], minutes=5, probes_each=0)
        return dataclasses.replace(plan, rounds=(first, plan.rounds[2]))

    silence = "[120.0]"
    held = Rehearsal(
        loop("voice-loop", change=narrow),
        ["pause", f"{silence} resume", "i have no story", "skip", "skip"],
    )
    second = held.of(RoundBegan)[1].at_s if len(held.of(RoundBegan)) > 1 else float("inf")
    asked = [e for e in held.of(TaskOpened) if e.kind == "question" and e.at_s < second]
    assert len(asked) >= 2


def test_the_time_that_is_left_is_the_rounds() -> None:
    held = Rehearsal(loop("voice-loop"), ["how much time is left", "skip"])
    assert any("15 minutes" in text for text in held.said)


def test_a_persona_puts_its_own_follow_ups_first_and_the_log_says_so() -> None:
    def judge(answer: Answer, question_type: str) -> Score:
        """Call for three follow-ups, of which recruiters leave one to others."""
        score = real_judge()(answer, question_type)
        wanted = ("sensitivity", "so_what", "ownership")
        probes = tuple(ProbeChoice(p, "thin", "", "", 9.0 - n) for n, p in enumerate(wanted))
        return dataclasses.replace(score, probes=probes)

    def always(plan: Plan) -> Plan:
        only = dataclasses.replace(plan.rounds[0], questions=(("resume",),), probes_each=1)
        return dataclasses.replace(plan, rounds=(only,))

    made = loop("voice-loop", change=always)
    seed = next(  # one whose question allows all three
        n
        for n in range(30)
        if arrange(SCRIPT, always(find_plan(SCRIPT, "voice-loop")), n)[0].questions[0].id
        == "walk-me-through"
    )
    held = Rehearsal(made, [STORY, CONTROL], seed=seed, judge=judge)
    chosen = held.of(ProbeChosen)[0]
    assert chosen.probe == "ownership"
    assert chosen.rule == "thin, before so_what with a recruiter"


def test_the_hiring_manager_asks_for_a_failure_of_ones_own() -> None:
    for name in ("general-loop", "voice-loop"):
        for seed in range(12):
            last = arrange(SCRIPT, find_plan(SCRIPT, name), seed)[-1]
            assert last.round.persona == "hiring-manager"
            assert last.questions[0].family == "failure"
            assert not last.questions[0].is_case


# --- styles -------------------------------------------------------------------------------------

STYLES = ("warm", "neutral", "bar-raiser")


TIMES = ("start_s", "end_s", "first_word_s")


def without_times(value: object) -> object:
    """A score without its moments: other words of the coach's take other time."""
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in TIMES}
    return [without_times(v) for v in value] if isinstance(value, list) else value


def test_a_style_changes_the_words_and_never_the_scoring() -> None:
    scored, said = {}, {}
    for style in STYLES:
        judged: list[tuple[str, str]] = []

        def judge(
            answer: Answer, question_type: str, seen: list[tuple[str, str]] = judged
        ) -> Score:
            seen.append((answer.text, question_type))
            return real_judge()(answer, question_type)

        held = Rehearsal(single(style, probes_each=1), [STORY, CONTROL], judge=judge)
        scored[style] = [without_times(e.score) for e in held.of(AnswerScored)], judged
        said[style] = held.said[0], [e.text for e in held.of(UtteranceStarted)][1]
    assert scored["warm"] == scored["neutral"] == scored["bar-raiser"]
    assert len(set(said.values())) == 3


def test_no_style_is_the_neutral_one() -> None:
    assert Rehearsal(single(None), [STORY, CONTROL]).said == (
        Rehearsal(single("neutral"), [STORY, CONTROL]).said
    )


def probe_turns(style: str, *replies: str) -> list[int]:
    held = Rehearsal(single(style, probes_each=4), [STORY, *replies])
    return [e.turns for e in held.of(TaskClosed) if "." in e.task_id]


def test_a_claim_is_pressed_as_hard_as_the_style_does() -> None:
    """A warm one presses once a question, the usual one once for each follow-up."""
    asides = [ASIDE] * 6
    assert max(probe_turns("warm", *asides)[1:], default=1) == 1
    assert probe_turns("neutral", *asides)[:2] == [2, 2]
    assert probe_turns("warm", *asides)[0] == 2


def test_a_bar_raiser_has_more_follow_ups() -> None:
    count = {}
    for style in ("neutral", "bar-raiser"):
        held = Rehearsal(single(style, probes_each=2), [STORY, *[ASIDE] * 6])
        count[style] = len([e for e in held.of(UtteranceStarted) if e.purpose == "probe"])
    assert count["bar-raiser"] == count["neutral"] + 1


# --- patience -----------------------------------------------------------------------------------


def noticed_after(patience: float) -> float:
    policy = TurnPolicy(lambda text: False)
    policy.listen(Expectation("answer", 60.0, patience), 0.0)
    at_s = policy.deadline_s
    assert at_s is not None
    (event,) = policy.advance(at_s)
    assert isinstance(event, SilenceNoticed)
    return event.silence_s


def test_a_patient_interviewer_lets_silence_last_longer() -> None:
    usual = TurnSettings().notice_s
    assert noticed_after(1.0) == usual
    assert noticed_after(1.25) == pytest.approx(1.25 * usual)
    assert noticed_after(0.75) == pytest.approx(0.75 * usual)


def test_patience_gives_time_to_think_and_impatience_cuts_nobody_off() -> None:
    said = Said(("we", "launched"), tail_words=2, spoken_s=1.0)

    def hold(patience: float) -> float:
        expectation = Expectation("answer", 60.0, patience)
        settings = TurnSettings()
        return hold_for(said, expectation, lambda text: False, settings, Pauses()).seconds

    assert hold(1.25) == pytest.approx(1.25 * hold(1.0))
    assert hold(0.75) == hold(1.0)
