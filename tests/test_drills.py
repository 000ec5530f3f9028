"""Every drill, held on virtual time: good and bad replies, silence, skipping, stopping, again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rehearsal import Rehearsal
from voicecoach.content.script import load_script
from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.drills import make_drill
from voicecoach.dialog.interview import Interview
from voicecoach.dialog.selection import arrange, find_plan
from voicecoach.errors import ContentError, UsageError
from voicecoach.events import (
    AnswerScored,
    DrillRequested,
    DrillResult,
    FloorTaken,
    SessionEnded,
    TaskClosed,
    TaskOpened,
    UtteranceStarted,
)


def drill(name: str, soft: bool = False) -> Callable[[Material], Activity]:
    return lambda material: make_drill(name, material, soft)


GOOD = {
    "metric-defence": (
        "the share of people who finish what they began how often they come back within a week and "
        "the time from the first tap to the result",
        "it does not tell whether they were content and it could go up simply because the slow "
        "ones gave up",
        "i would count only those who were content after a week so that the ones who gave up count "
        "as failures",
    ),
    "reframe": (
        "people lost an hour every day because nobody told them what to do first we decided to "
        "show one thing at a time and the lost hour went down from sixty minutes to twenty",
    ),
    "prfaq": (
        "families had to wait at home for days and missed half of it now they can see in the "
        "morning what comes and when",
        "how many people use it again within a month if it is fewer than one in five we stop",
    ),
    "evidence-first": (
        "eleven percent of these requests fail i think people pause in the middle so i would wait "
        "a little longer for five percent of users for two weeks and if failures do not fall below "
        "eight percent i was wrong",
    ),
    "stop-decision": (
        "i was sure that the reminder would help but finished orders fell from forty to thirty "
        "seven percent so i stopped it after three weeks although my director had promised it",
    ),
    "so-what": (
        "that is worth forty thousand dollars a month but returns rose by two points so i would "
        "keep it for new customers only",
    ),
    "principle-match": None,  # the story depends on the principle
    "rapid-fire": None,  # and here on the metric
    "pricing-case": (
        "i would not ship it as proposed i would try it in two towns for six weeks and keep two "
        "others unchanged no price may move more than five percent and if complaints rise by more "
        "than a tenth we stop",
    ),
}


@pytest.mark.parametrize("name", [name for name, replies in GOOD.items() if replies])
def test_a_good_reply_a_poor_one_a_skip_and_a_stop(name: str) -> None:
    good = GOOD[name]
    assert good is not None
    poor = "well it is a good question and i am not sure"
    held = Rehearsal(drill(name), [*good, poor, "skip", "stop the interview"])
    first, *rest = held.of(DrillResult)
    assert first.drill == name
    assert first.result["heard"] == first.result["of"] == len(first.result["points"])
    assert [e.outcome for e in held.of(TaskClosed)[: len(good)]] == ["resolved"] * len(good)
    feedback = [e.text for e in held.of(UtteranceStarted) if e.purpose == "feedback"]
    assert len(feedback) == len(good) + 1, "one for each reply"
    assert all(text.count(".") <= 3 for text in feedback)
    assert rest[0].result["heard"] == 0
    assert rest[0].result["of"] == first.result["of"]
    assert held.of(SessionEnded)[0].reason in ("stopped", "finished")


def test_a_drill_of_one_breath_tells_what_would_have_been_right() -> None:
    held = Rehearsal(drill("rapid-fire"), ["vanity it does not tell whether they came back", "hm"])
    drilled = held.activity
    prompts = [e.text for e in held.of(TaskOpened)]
    (first, *_) = held.of(DrillResult)
    told = [e.text for e in held.of(UtteranceStarted) if e.purpose == "feedback"]
    assert prompts[0] == first.result["prompt"]
    right = first.result["heard"] == 2
    assert right == (told[0] in ("Right.", "Just so.", "Yes, that is it."))
    assert drilled.name == "drill:rapid-fire"


def test_a_principle_is_asked_for_and_heard() -> None:
    story = (
        "a mother could not open the package so i drove to her house and watched her try and then "
        "i changed the seal although production was against it"
    )
    for seed in range(40):
        held = Rehearsal(drill("principle-match"), [], seed=seed)
        if "customer obsession" in held.of(TaskOpened)[0].text:
            break
    held = Rehearsal(drill("principle-match"), [story], seed=seed)
    (result,) = held.of(DrillResult)
    assert [p["name"] for p in result.result["points"] if p["heard"]] == [
        "principle", "own_act", "stakes",
    ]  # fmt: skip
    assert held.of(AnswerScored)


def test_silence_in_a_drill_ends_kindly() -> None:
    held = Rehearsal(drill("so-what"), ["[60]"])
    assert held.of(DrillResult) == []
    assert held.of(SessionEnded)[0].reason in ("no_answer", "out_of_answers")


def test_again_before_a_fresh_prompt_goes_back_to_the_last_one() -> None:
    reply = "it costs us trust so i would stop it"
    held = Rehearsal(drill("so-what"), [reply, "again", reply, "stop the interview"])
    prompts = [e.text for e in held.of(TaskOpened)]
    assert prompts[2] == prompts[0] != prompts[1]
    assert prompts[3] == prompts[1], "and then goes on where it was"
    assert [e.round_number for e in held.of(DrillResult)] == [1, 3]


def test_a_round_that_is_broken_off_is_kept() -> None:
    named = "how many people finish a booking without calling us"
    held = Rehearsal(drill("metric-defence"), [named, "stop the interview"])
    (result,) = held.of(DrillResult)
    assert (result.result["heard"], result.result["of"]) == (1, 6)
    kinds = {e.task_id: (e.kind, e.probe) for e in held.of(TaskOpened)}
    assert kinds == {"r1": ("drill", ""), "r1.against": ("probe", "against")}


def test_a_vanity_metric_is_said_back() -> None:
    held = Rehearsal(drill("metric-defence"), ["daily active users and nothing else"])
    told = [e.text for e in held.of(UtteranceStarted) if e.purpose == "feedback"]
    assert "daily active users" in told[0]


def test_prompts_do_not_repeat_in_a_session_and_vary_between_seeds() -> None:
    def prompts(seed: int) -> list[str]:
        held = Rehearsal(drill("so-what"), ["skip"] * 4 + ["stop the interview"], seed=seed)
        return [e.text for e in held.of(TaskOpened)]

    first, second = prompts(1), prompts(2)
    assert len(set(first)) == len(first) == 5
    assert first != second


def test_three_rounds_are_summed_up() -> None:
    full = GOOD["so-what"]
    assert full is not None
    held = Rehearsal(drill("so-what"), [*full, "i would keep it on", "stop the interview"])
    closing = [e.text for e in held.of(UtteranceStarted) if e.purpose == "closing"]
    assert "1" in closing[0] and "2" in closing[0]


def test_on_a_model_that_hears_nobody_a_drill_judges_nothing() -> None:
    good = GOOD["so-what"]
    assert good is not None
    held = Rehearsal(drill("so-what"), [*good, *good, "stop the interview"], rough=True)
    assert held.of(DrillResult) == []
    assert [e.outcome for e in held.of(TaskClosed)][:2] == ["unjudged"] * 2
    feedback = [e.text for e in held.of(UtteranceStarted) if e.purpose == "feedback"]
    assert len(feedback) == 1, "the reason is told once"
    assert not [text for text in held.said if "rounds" in text]


OWN = """\
title: worth drill
called: [worth drill]
instructions: I name a thing. Say what it is worth.
rounds: 2
target_s: 20
prompts: [A door., A window.]
hints: [Think of money., Think of somebody.]
steps:
  - name: answer
    points:
      worth:
        heard: [what it is worth]
        missing: [Say what it is worth.]
"""


def test_a_drill_of_ones_own_is_nothing_but_a_file(voicecoach_home: Path) -> None:
    own = voicecoach_home / "drills"
    own.mkdir(parents=True)
    (own / "worth.yaml").write_text(OWN, "utf-8")
    drills = load_script().drills
    assert list(drills)[:2] == ["opening", "counterfactual"]
    assert drills["worth"].steps[0].points[0].name == "worth"
    (own / "so-what.yaml").write_text(OWN, "utf-8")
    with pytest.raises(ContentError, match="there is a drill 'so-what' already"):
        load_script()
    (own / "so-what.yaml").rename(own / "So what.yaml")
    with pytest.raises(ContentError, match="'So what' is not a short name"):
        load_script()


# --- the opening --------------------------------------------------------------------------------

OPENING = (
    "parents were leaving our delivery page because it took too long to choose a time so i decided "
    "to show three times first and orders went from sixty to sixty seven percent because the "
    "choice was smaller"
)


def test_the_opening_tells_at_what_second_a_point_was_heard() -> None:
    held = Rehearsal(drill("opening"), [OPENING, "no"])
    told = next(e.text for e in held.of(UtteranceStarted) if e.purpose == "feedback")
    marks = held.of(DrillResult)[0].result
    assert len(marks) == 4
    for mark in marks.values():
        at_once = mark["at_s"] < 2.0
        assert at_once or f" {round(mark['at_s'])}" in told


def test_the_opening_compares_a_go_with_the_one_before() -> None:
    short = "i stopped a launch last year and it was quite hard"
    held = Rehearsal(drill("opening"), [short, "again", OPENING, "again", short])
    trend = [e.text for e in held.of(UtteranceStarted) if e.purpose == "feedback"]
    better = (
        "That is more than last time.",
        "Better than the time before.",
        "You added something.",
    )
    worse = ("That was less than last time.", "The time before, there was more.")
    assert any(text in better for text in trend)
    assert any(text in (*worse, "You had more the last time.") for text in trend)


def test_a_soft_opening_is_not_cut() -> None:
    endless = " ".join(["and then we looked at it once more"] * 45)
    held = Rehearsal(drill("opening", soft=True), [endless])
    floor = held.of(FloorTaken)[0]
    assert floor.rule != "time_up"
    assert floor.words[-1].end_s - floor.words[0].start_s > 91.0
    told = [e.text for e in held.of(UtteranceStarted) if e.purpose == "feedback"]
    assert any("seconds" in text for text in told[:1])


def test_only_the_opening_has_a_clock_to_be_soft_about() -> None:
    with pytest.raises(UsageError, match="no clock"):
        Rehearsal(drill("so-what", soft=True), [])
    with pytest.raises(UsageError, match="There is no drill 'opnening'"):
        Rehearsal(drill("opnening"), [])


# --- by voice -----------------------------------------------------------------------------------


def interview(material: Material) -> Activity:
    plan = find_plan(material.script, "quick")
    return Interview(material, plan, arrange(material.script, plan, material.seed))


STORY = (
    "checkout was slow and customers gave up so i cut it to three steps and completion rose by "
    "eight percent"
)


def test_a_drill_can_be_asked_for_before_anything_is_said() -> None:
    held = Rehearsal(interview, ["coach start the opening drill"])
    assert [e.drill for e in held.of(DrillRequested)] == ["opening"]
    assert held.of(SessionEnded)[0].reason == "stopped"
    assert "ninety-second opening" in held.said[-1]


def test_in_the_middle_of_an_interview_the_coach_asks_before_it_ends() -> None:
    held = Rehearsal(interview, [STORY, "start the so what drill", "yes"])
    assert [e.drill for e in held.of(DrillRequested)] == ["so-what"]
    assert [kind for kind, _ in held.turns] == ["answer", "drill:so-what", "yes"]
    assert held.of(AnswerScored), "what was said is judged and kept"


@pytest.mark.parametrize("reply", ["no", "well we compared it with a group that kept the old page"])
def test_whoever_does_not_want_the_drill_goes_on(reply: str) -> None:
    answers = [STORY, "start the so what drill", reply, "stop the interview"]
    held = Rehearsal(interview, answers)
    assert held.of(DrillRequested) == []
    assert held.of(SessionEnded)[0].reason == "stopped"
    if reply != "no":
        assert held.turns[2] == ("answer", reply)


def test_an_answer_that_speaks_of_a_drill_is_an_answer() -> None:
    talk = Rehearsal(interview, []).conversation
    said = (
        "we do a fire drill every year and start the pumps",
        "i asked the team to start the pricing work",
        "the opening was a success",
    )
    assert not [text for text in said if talk.match(text)]
    for form in ("start the {}", "okay coach let's do the {} please", "coach begin the {}"):
        assert talk.match(form.format("opening drill")) == "drill:opening"
