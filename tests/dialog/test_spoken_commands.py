"""What spoken commands do in a conversation: saving, starting over, asking how it is going."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import pytest

from tests.rehearsal import Rehearsal
from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.confirmation import WORTH_ASKING_WORDS
from voicecoach.dialog.drills import make_drill
from voicecoach.dialog.interview import Interview
from voicecoach.dialog.selection import arrange, find_plan
from voicecoach.events import (
    AnswerDropped,
    AnswerScored,
    DrillRequested,
    DrillResult,
    ProbeChosen,
    SessionEnded,
    StorySaved,
    TaskClosed,
    TaskOpened,
    UtteranceStarted,
)

STORY = (
    "our customers left the checkout because the page was slow and i owned that page [0.8] "
    "so i cut it to three steps and we shipped it in march [1.2] "
    "completion rose by eight percent and tickets fell by a third"
)
HALF = (
    "our customers left the checkout because the page was slow and i owned that page so i cut it "
    "to three steps and we shipped it in march"
)
REST = "completion rose by eight percent and tickets fell by a third"
SHORT = "our customers left the checkout page"
CONTROL = (
    "we kept the old page for ten percent of customers and in that group completion rose by three "
    "percent so five percent came from the change"
)
ALIKE = "it could have been the season but the control group saw the same season"


def interview(questions: int = 1) -> Callable[[Material], Activity]:
    def make(material: Material) -> Activity:
        chosen = find_plan(material.script, "standard")
        first = chosen.rounds[0]
        only = dataclasses.replace(first, questions=first.questions[:questions])
        chosen = dataclasses.replace(chosen, rounds=(only,))
        parts = arrange(material.script, chosen, material.seed, question="data-changed-plan")
        return Interview(material, chosen, parts)

    return make


def drill(name: str) -> Callable[[Material], Activity]:
    return lambda material: make_drill(name, material)


def words(*texts: str) -> int:
    return sum(not word.startswith("[") for text in texts for word in text.split())


def judged_words(held: Rehearsal, place: int = 0) -> int:
    return int(held.of(AnswerScored)[place].score["words"])


def is_wording(held: Rehearsal, text: str, key: str) -> bool:
    """Whether a text is one of the wordings of a phrase, or begins with what stands before a slot.

    A wording without any text before its slot is looked for behind it.
    """
    for wording in held.conversation.material.script.phrases[key]:
        before, _, after = wording.partition("{")
        if text.startswith(before) and text.endswith(after.partition("}")[2].split("{")[0]):
            return True
    return False


def replies(held: Rehearsal) -> list[str]:
    return [e.text for e in held.of(UtteranceStarted) if e.purpose == "reply"]


def said_as(held: Rehearsal, key: str) -> list[str]:
    return [text for text in replies(held) if is_wording(held, text, key)]


# --- save this ----------------------------------------------------------------------------------


def saved(held: Rehearsal) -> list[tuple[str, str]]:
    return [(e.task_id, e.title) for e in held.of(StorySaved)]


def test_a_story_is_saved_in_the_turn_that_tells_it_and_the_interview_goes_on() -> None:
    held = Rehearsal(interview(), [STORY + " [1.0] save this as my checkout story", CONTROL])
    assert saved(held) == [("q1", "checkout")]
    assert [kind for kind, _ in held.turns] == ["save:checkout", "answer"]
    assert judged_words(held) == words(STORY), "saving ends the answer, and is no part of it"
    said = held.of(UtteranceStarted)
    (at,) = [i for i, e in enumerate(said) if "your checkout story" in e.text]
    assert said[at + 1].purpose == "probe", "confirmed first, then followed up"


@pytest.mark.parametrize(
    "asked", [["save this story", CONTROL], [CONTROL + " [1.0] save this story"]]
)
def test_in_a_follow_up_it_means_the_question_that_it_belongs_to(asked: list[str]) -> None:
    held = Rehearsal(interview(), [STORY, *asked])
    assert saved(held) == [("q1", "")]
    assert len(said_as(held, "save_untitled")) == 1
    last = [e for e in held.of(AnswerScored) if e.with_replies][-1]
    assert last.score["words"] == words(STORY, CONTROL), "the reply is kept"


def test_when_the_next_question_is_open_it_means_the_one_before() -> None:
    asked = [STORY, "next question", "keep this one as the returns story", STORY]
    held = Rehearsal(interview(2), asked)
    assert saved(held) == [("q1", "returns")]
    assert held.turns[3][0] == "answer"
    assert [e.task_id for e in held.of(AnswerScored)][:2] == ["q1", "q2"], "q2 was still open"


def test_two_stray_words_before_it_are_no_story() -> None:
    held = Rehearsal(interview(), ["okay well [1.0] save this story", STORY])
    assert saved(held) == []
    assert len(said_as(held, "save_nothing")) == 1
    assert held.turns[1][0] == "answer"


def test_with_nothing_told_there_is_nothing_to_save() -> None:
    held = Rehearsal(interview(), ["save this as my first story", STORY])
    assert saved(held) == []
    assert len(said_as(held, "save_nothing")) == 1
    assert held.turns[1][0] == "answer", "and the question is still open"


def test_a_round_of_a_drill_is_saved_in_it_and_after_it() -> None:
    asked = [ALIKE + " [1.0] save this as my season story", "save this", "stop the interview"]
    held = Rehearsal(drill("counterfactual"), asked)
    assert saved(held) == [("r1", "season"), ("r1", "")]
    assert [e.round_number for e in held.of(DrillResult)] == [1]


def test_an_opening_is_saved_where_another_go_is_offered() -> None:
    held = Rehearsal(drill("opening"), [STORY, "save this as my opening story", "yes", STORY])
    assert saved(held) == [("r1", "opening")]
    assert [e.round_number for e in held.of(DrillResult)] == [1, 2], "the offer was still open"


def test_saving_in_a_break_leaves_the_answer_open() -> None:
    asked = [HALF + " [1.0] pause the interview", "save this story", "resume", REST]
    held = Rehearsal(interview(), asked)
    assert saved(held) == [("q1", "")]
    assert [kind for kind, _ in held.turns] == ["pause", "save", "resume", "answer"]
    assert judged_words(held) == words(HALF, REST)


# --- how am I doing -----------------------------------------------------------------------------


def test_how_it_is_going_before_anything_was_judged() -> None:
    held = Rehearsal(interview(), [SHORT + " [1.0] how am i doing", REST])
    assert len(said_as(held, "progress_nothing")) == 1
    assert judged_words(held) == words(SHORT, REST), "the answer went on"


def test_how_it_is_going_after_an_answer() -> None:
    held = Rehearsal(interview(), [STORY, "how am i doing so far", CONTROL])
    phrases = held.conversation.material.script.phrases
    (told,) = [text for text in replies(held) if "one question" in text]
    facets = {name for name in phrases if name.startswith("facet_")}
    named = [name for name in facets if any(wording in told for wording in phrases[name])]
    levels = {f"facet_{n}": f["level"] for n, f in held.of(AnswerScored)[0].score["facets"].items()}
    assert sorted(levels[name] for name in named) == [
        min(levels.values()),
        max(levels.values()),
    ], "what came through best, and what to watch"
    assert len(told.split()) <= 35, "said in a breath or two"


def test_how_a_drill_is_going_is_told_in_rounds() -> None:
    poor = "well it is a good question and i am not sure"
    held = Rehearsal(drill("so-what"), ["how am i doing", poor, "how is it going", "stop"])
    assert len(said_as(held, "progress_nothing")) == 1
    (told,) = [text for text in replies(held) if "one round" in text]
    assert "none complete" in told


def test_a_model_that_does_not_know_the_voice_does_not_judge_here_either() -> None:
    held = Rehearsal(interview(), [STORY, "how am i doing"], rough=True)
    assert len(said_as(held, "progress_rough")) == 1


# --- start over, and what would be lost ---------------------------------------------------------


def questions_put(held: Rehearsal) -> int:
    return sum(held.of(TaskOpened)[0].text in said for said in held.said)


def test_an_answer_worth_keeping_is_not_dropped_unasked() -> None:
    assert words(HALF) >= WORTH_ASKING_WORDS > words(SHORT)
    held = Rehearsal(interview(), [HALF + " [1.0] start over", "yes", STORY])
    assert len(said_as(held, "drop_confirm")) == 1
    assert [e.task_id for e in held.of(AnswerDropped)] == ["q1"]
    assert questions_put(held) == 2
    assert judged_words(held) == words(STORY)


def test_a_few_words_are_dropped_without_a_question() -> None:
    held = Rehearsal(interview(), [SHORT + " [1.0] let me start over", STORY])
    assert said_as(held, "drop_confirm") == []
    assert [e.task_id for e in held.of(AnswerDropped)] == ["q1"]
    assert judged_words(held) == words(STORY)


@pytest.mark.parametrize("order", ["start over", "skip this one", "next question", "try again"])
@pytest.mark.parametrize("reply", ["no", "carry on", ""])
def test_no_or_going_on_talking_keeps_all_that_was_said(order: str, reply: str) -> None:
    asked = [f"{HALF} [1.0] {order}", *([reply] if reply else []), REST]
    held = Rehearsal(interview(), asked)
    assert len(said_as(held, "drop_confirm")) == 1
    assert len(said_as(held, "drop_kept")) == bool(reply)
    assert held.of(AnswerDropped) == []
    assert judged_words(held) == words(HALF, REST)


@pytest.mark.parametrize("order", ["skip this one", "next question"])
@pytest.mark.parametrize("reply", ["yes please", "again"])
def test_yes_or_the_same_once_more_carries_it_out(order: str, reply: str) -> None:
    second = order if reply == "again" else reply
    held = Rehearsal(interview(2), [f"{HALF} [1.0] {order}", second, STORY])
    assert next((e.task_id, e.outcome) for e in held.of(TaskClosed)) == ("q1", "skipped")
    assert held.of(AnswerScored)[0].task_id == "q2"


def test_yes_and_no_are_listened_for_only_while_something_is_asked() -> None:
    listened: list[bool] = []
    talk = Rehearsal(interview(), []).conversation
    assert "yes" not in talk.command_phrases
    talk.state = dataclasses.replace(talk.state, asked="start_over")
    listened = [word in talk.command_phrases for word in ("yes", "no")]
    assert listened == [True, True]
    assert talk.match("no") == "no"


def test_asking_again_while_a_yes_is_awaited_repeats_that_question() -> None:
    asked = [f"{HALF} [1.0] start over", "say that again", "pause", "resume", "yes", STORY]
    held = Rehearsal(interview(), asked)
    asking = [text for text in replies(held) if "Say yes, or no" in text]
    assert len(asking) == 3, "at first, repeated, and after the break"
    assert judged_words(held) == words(STORY)


def test_a_yes_that_was_not_understood_does_not_end_the_answer() -> None:
    held = Rehearsal(interview(), [f"{HALF} [1.0] start over", "~ ~", "no", REST])
    assert [kind for kind, _ in held.turns][1:3] == ["unclear", "no"]
    assert judged_words(held) == words(HALF, REST)


def test_silence_after_the_question_keeps_the_answer() -> None:
    held = Rehearsal(interview(), [f"{HALF} [1.0] start over", *["[60.0]"] * 3, CONTROL])
    assert judged_words(held) == words(HALF)


def test_a_drill_that_is_asked_for_in_the_first_answer_does_not_lose_it() -> None:
    held = Rehearsal(interview(), [f"{HALF} [1.0] start the so what drill", "yes"])
    assert [e.drill for e in held.of(DrillRequested)] == ["so-what"]
    assert [kind for kind, _ in held.turns] == ["drill:so-what", "yes"]
    assert judged_words(held) == words(HALF)


def test_starting_over_where_nothing_was_said_repeats_what_was_asked() -> None:
    held = Rehearsal(drill("counterfactual"), [ALIKE, "start over", "stop"])
    opened = held.of(TaskOpened)
    assert [e.task_id for e in opened] == ["r1", "r2"], "the round before stays as it is"
    assert sum(opened[1].text in said for said in held.said) == 2


# --- stop ---------------------------------------------------------------------------------------


def test_stopping_in_mid_answer_loses_nothing_and_asks_nothing_more() -> None:
    held = Rehearsal(interview(), [HALF + " [1.0] stop the interview"])
    assert held.of(SessionEnded)[0].reason == "stopped"
    assert judged_words(held) == words(HALF)
    assert held.of(ProbeChosen) == []
    assert [e.task_id for e in held.of(TaskOpened)] == ["q1"]
    assert any("out of five" in said for said in held.said), "the debrief covers what there was"


def test_stopping_in_a_reply_counts_it_to_the_answer() -> None:
    held = Rehearsal(interview(), [STORY, CONTROL + " [1.0] stop the interview"])
    last = [e for e in held.of(AnswerScored) if e.with_replies][-1]
    assert last.score["words"] == words(STORY, CONTROL)
    assert len(held.of(ProbeChosen)) == 1


@pytest.mark.parametrize("name", ["counterfactual", "opening", "metric-defence"])
def test_stopping_in_a_round_keeps_what_was_shown_in_it(name: str) -> None:
    held = Rehearsal(drill(name), [ALIKE + " and i decided to stop it [1.0] stop the interview"])
    assert len(held.of(DrillResult)) == 1
    assert [e.task_id for e in held.of(TaskOpened)] == ["r1"]
    assert [e for e in held.of(UtteranceStarted) if e.purpose == "feedback"]
    assert held.of(SessionEnded)[0].reason == "stopped"


# --- edges --------------------------------------------------------------------------------------


def test_skip_at_the_last_question_ends_with_what_there_was() -> None:
    held = Rehearsal(interview(2), [STORY, "next question", "skip"])
    assert held.of(SessionEnded)[0].reason == "finished"
    assert any("out of five" in said for said in held.said)


def test_an_answer_in_the_middle_of_a_command_is_an_answer() -> None:
    said = "skip this one i thought but our customers left because the page was slow"
    held = Rehearsal(interview(), [said])
    assert held.turns == [("answer", said)]


def test_a_command_broken_off_for_an_answer_is_an_answer() -> None:
    said = "can you repeat [0.3] no i know it our customers left because the page was slow"
    held = Rehearsal(interview(), [said])
    assert [kind for kind, _ in held.turns] == ["answer"]


def test_silence_after_a_command_moves_on_without_doubting_the_microphone() -> None:
    held = Rehearsal(interview(2), ["give me a hint", *["[10.0]"] * 3, STORY])
    assert held.of(TaskClosed)[0].outcome == "abandoned"
    assert held.turns[1][0] == "answer", "somebody is there: the next question is asked"


def test_a_break_in_mid_answer_keeps_it() -> None:
    held = Rehearsal(interview(), [HALF + " [1.0] pause the interview", "resume", REST])
    assert judged_words(held) == words(HALF, REST)
    assert questions_put(held) == 1, "who is in mid-answer knows the question"


def test_a_command_in_a_break_ends_it() -> None:
    held = Rehearsal(interview(), ["pause", "skip", STORY])
    assert held.of(TaskClosed)[0].outcome == "skipped"
    held = Rehearsal(interview(), [f"{HALF} [1.0] let's pause", "skip", "no", REST])
    assert judged_words(held) == words(HALF, REST), "what was said before the break is worth asking"


def test_time_stands_still_in_a_break() -> None:
    def left(pause_s: float) -> str:
        asked = ["pause", f"[{pause_s}] how much time is left", "resume", STORY]
        held = Rehearsal(interview(), asked)
        (told,) = [text for text in replies(held) if "minutes" in text]
        return "".join(c for c in told if c.isdigit())

    assert left(1.0) == left(300.0)


def test_an_empty_answer_is_met_with_patience() -> None:
    held = Rehearsal(interview(), ["that's my answer", "that's my answer", STORY])
    assert [kind for kind, _ in held.turns] == ["done", "done", "answer"]
    assert [e.purpose for e in held.of(UtteranceStarted)].count("nudge") == 2


def test_a_third_turn_that_is_not_understood_does_not_drop_what_was() -> None:
    mumbles = ["~ ~"] * 3
    held = Rehearsal(interview(2), [f"{HALF} [1.0] start over", *mumbles, CONTROL])
    assert judged_words(held) == words(HALF)


@pytest.mark.parametrize("order", ["coach that's my answer", "coach save this as my new story"])
def test_behind_coach_a_command_needs_no_pause_before_it(order: str) -> None:
    held = Rehearsal(interview(), [f"{STORY} {order}", CONTROL])
    assert held.turns[0][0] in ("done", "save:new")
    assert judged_words(held) == words(STORY)


@pytest.mark.parametrize(
    "said",
    [
        "our customers left the page and so i told the coach repeat the question",
        "our customers left the page and the coach said skip this one",
        "our customers left the page and i was a good coach again",
    ],
)
def test_a_coach_in_a_story_gives_no_commands(said: str) -> None:
    assert Rehearsal(interview(), [said]).turns == [("answer", said)]


# --- wordings -----------------------------------------------------------------------------------


def test_help_names_what_can_be_said_and_stays_short() -> None:
    talk = Rehearsal(interview(), []).conversation
    for wording in talk.material.script.phrases["help"]:
        assert len(wording.split()) <= 24, "about ten seconds with its commas"
        plain = wording.lower().replace(",", "").replace(".", "")
        for phrase in ("repeat", "start over", "save this", "how am i doing", "that's my answer"):
            assert phrase in plain
            assert talk.is_command(phrase), "what is told must work"


def test_new_phrases_have_three_short_wordings() -> None:
    phrases = Rehearsal(interview(), []).conversation.material.script.phrases
    new = [key for key in phrases if key.startswith(("drop_", "save_", "progress_"))]
    assert len(new) == 11
    for key, wording in itertools.chain.from_iterable(
        ((key, wording) for wording in phrases[key]) for key in new
    ):
        assert len(phrases[key]) >= 3, key
        assert len(wording.split()) <= 18, wording
