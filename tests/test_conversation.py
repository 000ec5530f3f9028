"""Whole conversations: real policy, dialogue, scoring and loop on virtual time, scripted sound."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import pytest

from tests.rehearsal import Rehearsal, real_judge
from tests.scripted import ScriptedRecognizer
from voicecoach.audio.format import FRAME_S
from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.drills import make_drill
from voicecoach.dialog.interview import Interview
from voicecoach.dialog.machine import DIALOG_EVENTS, TABLE, Conversation
from voicecoach.dialog.selection import arrange, find_plan
from voicecoach.dialog.state import Phase
from voicecoach.errors import UnexpectedEvent
from voicecoach.events import (
    AnswerScored,
    DrillResult,
    Event,
    FloorTaken,
    ProbeChosen,
    Problem,
    RecognizerBehind,
    RecognizerCaughtUp,
    SelfMeasured,
    SessionEnded,
    SilenceNoticed,
    TaskClosed,
    TaskOpened,
    UtteranceReady,
    UtteranceStarted,
    Word,
)
from voicecoach.loop import Job, Timers
from voicecoach.metrics import compute
from voicecoach.runtime import Parts, Session
from voicecoach.scoring.types import FACETS, Answer, Evidence, FacetScore, ProbeChoice, Score

STORY = (
    "our customers left the checkout because the page was slow and i owned that page [0.8] "
    "so i cut it to three steps and we shipped it in march [1.2] "
    "completion rose by eight percent and tickets fell by a third"
)
CONTROL = (
    "we kept the old page for ten percent of customers and in that group completion rose by three "
    "percent so five percent came from the change"
)
DECISION = (
    "i decided to ship it everywhere by the first of may and i stopped the plan for a new design"
)


def interview(
    plan: str = "quick", question: str = "data-changed-plan", questions: int = 1
) -> Callable[[Material], Activity]:
    def make(material: Material) -> Activity:
        chosen = find_plan(material.script, plan)
        first = chosen.rounds[0]
        only = dataclasses.replace(first, questions=first.questions[:questions])
        chosen = dataclasses.replace(chosen, rounds=(only,))
        parts = arrange(material.script, chosen, material.seed, question=question)
        return Interview(material, chosen, parts)

    return make


def drill(name: str) -> Callable[[Material], Activity]:
    return lambda material: make_drill(name, material)


@pytest.mark.parametrize("seed", range(6))
def test_an_interview_asks_follows_up_scores_and_says_goodbye(seed: int) -> None:
    held = Rehearsal(interview(), [STORY, CONTROL, DECISION], seed=seed)
    assert [kind for kind, _ in held.turns] == ["answer"] * 3, "a question and two follow-ups"
    assert held.turns[0][1].endswith("tickets fell by a third"), "pauses cut nothing off"
    assert held.of(TaskOpened)[0].kind == "question"
    assert held.of(AnswerScored)[0].score["scorable"]
    assert 1 <= len({e.probe for e in held.of(ProbeChosen)}) <= 2
    # The closing words are the reply to the last turn, and cannot count themselves.
    assert held.of(SelfMeasured)[0].replies == len(held.turns) - 1
    assert held.of(SessionEnded)[0].reason == "finished"


def test_a_reply_past_the_point_gets_the_question_once_more_and_sharper() -> None:
    held = Rehearsal(interview(), [STORY, "the weather was nice and the office is blue", CONTROL])
    assert len(held.of(ProbeChosen)) == 1
    wordings = [e.text for e in held.of(UtteranceStarted) if e.purpose == "probe"]
    assert len(set(wordings)) == 2
    assert held.of(TaskClosed)[1].turns == 2


def replies(opening: str, reply: str, question: str = "data-changed-plan") -> tuple[str, Rehearsal]:
    """Hold an interview of an answer and a reply; return the first probe, too."""
    held = Rehearsal(interview(question=question), [opening, reply])
    return held.of(ProbeChosen)[0].probe, held


def test_a_decision_that_was_asked_for_is_taken_for_one() -> None:
    found = (
        "first we cleaned the data and we used a regression with twelve features then we tried a "
        "different model and the error came down by two percent we checked how much each feature "
        "matters and ran it again on the test data"
    )
    probe, held = replies(found, DECISION)
    assert probe == "decision"
    assert held.of(TaskClosed)[1].outcome == "resolved"
    assert held.of(TaskClosed)[1].turns == 1


def test_a_few_words_can_be_the_whole_reply() -> None:
    told = (
        "drivers told me that they could not find the right door so i put a photo of the door into "
        "the app in may half of the drivers got it and half did not and lost parcels fell"
    )
    probe, held = replies(told, "from twelve percent to seven percent", "one-click-dip")
    assert probe == "quantify"
    assert held.of(TaskClosed)[1].outcome == "resolved"


def test_a_probe_into_what_was_shown_already_takes_any_fair_reply() -> None:
    def judge(answer: Answer, question_type: str) -> Score:
        """Find the decision shown in full, and ask for it all the same."""
        score = real_judge()(answer, question_type)
        if question_type == "counterfactual_followup":
            return score
        shown = dataclasses.replace(score.facets["decision"], level=2)
        ask = ProbeChoice("decision", "stretch", evidence="", claim="", urgency=0.0)
        return dataclasses.replace(score, facets={**score.facets, "decision": shown}, probes=(ask,))

    aside = "there were three of them and in the end the whole team could live with it"
    held = Rehearsal(interview(), [STORY, aside], judge=judge)
    assert held.of(TaskClosed)[1].outcome == "resolved"
    assert held.of(TaskClosed)[1].turns == 1


def test_the_coachs_turns_are_no_pauses_of_the_candidate() -> None:
    held = Rehearsal(interview(), [STORY, CONTROL, DECISION])
    alone, *_, whole = [e for e in held.of(AnswerScored) if e.task_id == "q1"]
    assert whole.with_replies
    assert whole.score["delivery"] == alone.score["delivery"]
    assert whole.score["delivery"]["longest_pause_s"] < 2.0


@pytest.mark.parametrize("then", ["skip", "stop the interview", None])
def test_a_reply_counts_although_its_second_question_stays_open(then: str | None) -> None:
    aside = "the weather was nice and the office is blue"
    answers = [STORY, aside, *([then] if then else [])]
    held = Rehearsal(interview(), answers)
    last = [e for e in held.of(AnswerScored) if e.with_replies][-1]
    assert last.task_id == "q1"
    assert last.score["words"] == held.of(AnswerScored)[0].score["words"] + len(aside.split())


def test_what_is_said_after_pressing_counts_once() -> None:
    aside = "the weather was nice and the office is blue"
    held = Rehearsal(interview(), [STORY, aside, CONTROL])
    last = [e for e in held.of(AnswerScored) if e.with_replies][-1]
    words = held.of(AnswerScored)[0].score["words"] + len(f"{aside} {CONTROL}".split())
    assert last.score["words"] == words


def test_beginning_again_after_pressing_forgets_the_first_reply() -> None:
    aside = "the weather was nice and the office is blue"
    held = Rehearsal(interview(), [STORY, aside, "let me start again", CONTROL])
    last = [e for e in held.of(AnswerScored) if e.with_replies][-1]
    words = held.of(AnswerScored)[0].score["words"] + len(CONTROL.split())
    assert last.score["words"] == words


def test_the_same_seed_and_answers_give_the_same_session() -> None:
    one, other = (Rehearsal(interview(), [STORY, CONTROL, DECISION], seed=5) for _ in range(2))
    assert one.events == other.events


def test_another_seed_gives_other_words() -> None:
    said = {tuple(Rehearsal(interview(), [STORY, CONTROL, DECISION], seed=s).said) for s in (1, 2)}
    assert len(said) == 2


def test_every_answer_is_followed_by_a_reply() -> None:
    held = Rehearsal(interview(), [STORY, CONTROL, DECISION])
    for floor in held.of(FloorTaken):
        after = [e for e in held.of(UtteranceStarted) if e.at_s >= floor.at_s]
        assert after, floor
        assert after[0].at_s - floor.at_s < 0.1


def test_repeat_says_the_question_again_and_counts_as_a_repair() -> None:
    held = Rehearsal(interview(), ["repeat the question", STORY, CONTROL, DECISION])
    assert held.turns[0][0] == "repeat"
    question = held.of(TaskOpened)[0].text
    assert sum(question in said for said in held.said) == 2
    assert compute(held.events).repair_turns == 1


def test_a_command_in_mid_answer_loses_nothing_of_it() -> None:
    held = Rehearsal(
        interview(),
        [
            "our customers left because the page was slow [1.5] how much time is left",
            "so i cut it to three steps and completion rose by eight percent",
        ],
    )
    assert held.turns[0][0] == "time_left"
    assert held.of(AnswerScored)[0].score["words"] == 8 + 13


def test_thats_my_answer_ends_the_answer_at_once() -> None:
    held = Rehearsal(interview(), [STORY + " [1.0] that's my answer", CONTROL, DECISION])
    floor = held.of(FloorTaken)[0]
    assert floor.rule == "command"
    assert floor.at_s - floor.speech_end_s < 0.6
    assert held.turns[0][0] == "done"
    assert held.of(AnswerScored)[0].score["words"] == len(STORY.replace("[0.8]", "").split()) - 1


def test_an_answer_too_short_to_judge_is_asked_about() -> None:
    held = Rehearsal(interview(), ["it went quite well in the end", STORY, CONTROL])
    chosen = held.of(ProbeChosen)
    assert (chosen[0].probe, chosen[0].rule) == ("clarify", "gate_too_short")
    assert len(chosen) == 2, "and with more to go on, the interview goes on"


def test_an_answer_ended_by_command_counts_as_heard_when_silence_follows() -> None:
    held = Rehearsal(
        drill("counterfactual"),
        [
            "it could have been the season but the control group saw the same season [1.0] "
            "that's my answer",
            *["[60.0]"] * 3,
            "stop the interview",
        ],
    )
    assert [e.outcome for e in held.of(TaskClosed)][:2] == ["abandoned", "abandoned"]
    assert held.of(SessionEnded)[0].reason != "no_answer"


def test_skip_leaves_the_question_and_with_it_the_interview() -> None:
    held = Rehearsal(interview(), ["skip this question"])
    assert [e.outcome for e in held.of(TaskClosed)] == ["skipped"]
    assert held.of(SessionEnded)[0].reason == "finished"


def test_skip_at_a_probe_goes_to_the_next_one() -> None:
    held = Rehearsal(interview(), [STORY, "skip this one", DECISION])
    assert [e.outcome for e in held.of(TaskClosed)][1] == "skipped"
    assert len(held.of(ProbeChosen)) == 2


def test_next_question_drops_the_probes() -> None:
    held = Rehearsal(interview("standard", questions=2), [STORY, "next question", STORY])
    assert [e.task_id for e in held.of(TaskOpened)][:3] == ["q1", "q1.p1", "q2"]


def test_pause_waits_and_resume_asks_again() -> None:
    held = Rehearsal(
        interview(), ["pause the interview", "talking to somebody else", "resume", STORY]
    )
    assert [kind for kind, _ in held.turns][:3] == ["pause", "resume", "answer"]
    question = held.of(TaskOpened)[0].text
    assert sum(question in said for said in held.said) == 2


def test_asking_for_the_time_in_a_pause_does_not_end_it() -> None:
    held = Rehearsal(
        interview(),
        [
            "pause the interview",
            "how much time is left",
            "talking to somebody else",
            "resume",
            STORY,
        ],
    )
    assert [kind for kind, _ in held.turns][:4] == ["pause", "time_left", "resume", "answer"]


def test_hints_come_gentle_first_and_run_out() -> None:
    held = Rehearsal(interview(), ["give me a hint", "another hint", "give me a hint", STORY])
    question = next(
        q for q in held.conversation.material.script.questions if q.id == "data-changed-plan"
    )
    hints = [said for said in held.said if any(h in said for h in question.hints)]
    assert [h for said in hints for h in question.hints if h in said] == list(question.hints)


def test_a_hint_at_a_follow_up_is_about_the_follow_up() -> None:
    held = Rehearsal(interview(), ["hint", STORY, "give me a hint", "hint", CONTROL])
    assert held.of(ProbeChosen)[0].probe == "counterfactual"
    hint, no_more = [e.text for e in held.of(UtteranceStarted) if e.purpose == "reply"][1:3]
    assert "Say who did not get the change" in hint
    assert no_more in held.conversation.material.script.phrases["hints_used_up"]


def test_a_phrase_is_not_worded_alike_twice_in_a_row() -> None:
    for seed in range(5):
        held = Rehearsal(interview(), ["repeat the question"] * 8, seed=seed)
        leads = held.conversation.material.script.phrases["repeat_lead"]
        used = [lead for said in held.said for lead in leads if said.startswith(lead)]
        assert len(used) == 8
        assert all(one != other for one, other in itertools.pairwise(used))


def test_what_is_only_half_shown_is_praised_as_a_beginning() -> None:
    vague = (
        "we launched a new home page and people loved it and all of the numbers went up and we "
        "learned a lot and i think it was a big success for the team and it felt good"
    )
    held = Rehearsal(interview(), [vague, "stop the interview"])
    score = held.of(AnswerScored)[-1].score
    assert max(facet["level"] for facet in score["facets"].values()) == 1
    starts = [
        text.split("{", maxsplit=1)[0]
        for text in held.conversation.material.script.phrases["feedback_beginning"]
    ]
    assert any(said.startswith(start) for said in held.said for start in starts)


def test_what_is_quoted_as_a_strength_is_the_speakers_own_doing() -> None:
    def judge(answer: Answer, question_type: str) -> Score:
        """Find nothing but a decision, shown by two clauses."""
        score = real_judge()(answer, question_type)
        quotes = ("the easy answer was to pay more", "so i decided against it")
        shown = FacetScore(2, tuple(Evidence(q, 0, len(q)) for q in quotes), "")
        nothing = {name: dataclasses.replace(f, level=0) for name, f in score.facets.items()}
        return dataclasses.replace(score, facets={**nothing, "decision": shown})

    held = Rehearsal(interview(), [STORY, "stop the interview"], judge=judge)
    assert any(": I decided against it." in said for said in held.said)
    assert not any("the easy answer" in said for said in held.said)


def test_what_is_praised_in_one_answer_is_not_missed_in_another() -> None:
    def judge(answer: Answer, question_type: str) -> Score:
        """Find isolation in the first answer only, and everything else half shown in both."""
        half = {name: FacetScore(1, (), f"More {name}.") for name in FACETS}
        isolation = FacetScore(2 if "checkout" in answer.text else 0, (), "More isolation.")
        score = real_judge()(Answer(STORY), question_type)
        return dataclasses.replace(score, facets={**half, "isolation": isolation}, probes=())

    other = "i stopped a report that nobody had read for a year and one person of sixty missed it"
    held = Rehearsal(interview("standard", questions=2), [STORY, other], judge=judge)
    assert len(held.of(AnswerScored)) == 2
    (gap,) = [said for said in held.said if "More " in said]
    assert "More isolation." not in gap


def test_stop_closes_with_a_debrief_of_what_there_was() -> None:
    held = Rehearsal(interview(), [STORY, "stop the interview"])
    assert held.of(SessionEnded)[0].reason == "stopped"
    assert any("out of five" in said for said in held.said)
    assert [e.task_id for e in held.of(TaskClosed)] == ["q1", "q1.p1"]
    assert held.of(TaskClosed)[1].outcome == "abandoned"


def test_a_mumble_is_asked_for_again_and_the_answer_still_counts() -> None:
    held = Rehearsal(interview(), ["~ ~", "~ ~", STORY, CONTROL, DECISION])
    assert [kind for kind, _ in held.turns] == ["unclear"] * 2 + ["answer"] * 3
    assert compute(held.events).fallback.count == 2
    assert held.of(TaskClosed)[0].turns == 3


def test_after_three_mumbles_the_coach_moves_on() -> None:
    held = Rehearsal(interview("standard", questions=2), ["~ ~", "~ ~", "~ ~", STORY])
    assert held.of(TaskClosed)[0].outcome == "abandoned"
    assert [e.task_id for e in held.of(TaskOpened)][:2] == ["q1", "q2"]
    assert held.turns[3][0] == "answer"


def test_two_stray_words_are_no_answer_to_a_question() -> None:
    held = Rehearsal(interview(), ["hello there", STORY])
    assert [kind for kind, _ in held.turns][:2] == ["unclear", "answer"]


def test_silence_is_met_with_patience_then_a_way_out_then_goodbye() -> None:
    held = Rehearsal(interview(), ["[60.0]", "[60.0]", "[60.0]"])
    purposes = [e.purpose for e in held.of(UtteranceStarted)]
    assert len(held.of(SilenceNoticed)) == 3
    assert purposes.count("nudge") == 2
    assert held.of(SessionEnded)[0].reason == "no_answer"


def test_recordings_that_run_out_close_the_interview_properly() -> None:
    held = Rehearsal(interview(), [STORY])
    assert held.of(SessionEnded)[0].reason == "out_of_answers"
    assert any("out of five" in said for said in held.said)


def test_ctrl_c_ends_at_once_and_closes_the_record() -> None:
    def interfere(session: Session, timers: Timers) -> None:
        timers.schedule(8.0, session.request_stop)

    held = Rehearsal(interview(), [STORY, CONTROL], during=interfere)
    assert held.of(SessionEnded)[0].reason == "interrupted"
    assert held.events[-1].at_s == pytest.approx(8.0, abs=0.1)
    assert held.log.events == held.events


def test_a_preview_changes_nothing() -> None:
    held = Rehearsal(interview(), [STORY])
    talk = Conversation(held.activity, held.conversation.material)
    events: list[Event] = [e for e in held.events if type(e) in DIALOG_EVENTS]
    for event in events:
        before = talk.state
        previewed = talk.preview(event)
        assert talk.state is before
        assert talk.handle(event) == previewed


def test_unlisted_pairs_are_refused_and_leave_the_state_alone() -> None:
    held = Rehearsal(interview(), [STORY])
    sample = {type(e): e for e in held.events}
    talk = Conversation(held.activity, held.conversation.material)
    refused = 0
    for phase in Phase:
        for kind, event in sample.items():
            if (phase, kind) in TABLE:
                continue
            talk.state = dataclasses.replace(talk.state, phase=phase)
            before = talk.state
            with pytest.raises(UnexpectedEvent):
                talk.handle(event)
            assert talk.state is before
            refused += 1
    assert refused > 50


def test_the_reply_is_rendered_while_the_candidate_may_still_be_thinking() -> None:
    from tests.rehearsal import ToneVoice

    class CachingVoice(ToneVoice):
        """Remembers what was asked for ahead of time."""

        def __init__(self) -> None:
            self.ahead: set[tuple[str, bool]] = set()

        def prefetch(self, texts: list[tuple[str, bool]]) -> None:
            self.ahead.update(texts)

        def is_cached(self, text: str, slow: bool = False) -> bool:
            return (text, slow) in self.ahead

    held = Rehearsal(interview(), [STORY, CONTROL, DECISION], voice=CachingVoice())
    floors = [e.at_s for e in held.of(FloorTaken)]
    replies = [next(r for r in held.of(UtteranceReady) if r.at_s >= at_s) for at_s in floors]
    assert [r.cached for r in replies] == [True] * 3


def test_the_opening_runs_against_the_clock_and_says_what_was_heard() -> None:
    opening = (
        "parents were leaving our delivery page because it took too long to choose a time so i "
        "decided to show three times first and orders went from sixty to sixty seven percent "
        "because the choice was smaller"
    )
    held = Rehearsal(drill("opening"), [opening, "no"])
    result = held.of(DrillResult)[0]
    assert {"customer", "decision", "metric"} <= set(result.result)
    assert result.result["metric"]["at_s"] > result.result["customer"]["at_s"]
    assert held.of(SessionEnded)[0].reason == "finished"


def test_the_opening_is_cut_at_ninety_seconds() -> None:
    endless = " ".join(["and then we looked at it once more"] * 60)
    held = Rehearsal(drill("opening"), [endless])
    floor = held.of(FloorTaken)[0]
    assert floor.rule == "time_up"
    assert 88.0 <= floor.words[-1].end_s - floor.words[0].start_s <= 91.0


def test_the_opening_can_be_done_again_by_voice_or_by_simply_beginning() -> None:
    again = "i stopped a launch because customers were leaving and refunds rose by two percent"
    held = Rehearsal(drill("opening"), [again, "yes please", again, again])
    assert [e.round_number for e in held.of(DrillResult)] == [1, 2, 3]
    closed = [e.task_id for e in held.of(TaskClosed)]
    assert closed == ["r1", "r2", "r3"]


def test_the_counterfactual_drill_takes_a_planned_check_for_an_answer() -> None:
    planned = (
        "it could have been the season because people order more before christmas so i would "
        "compare with the same weeks last year [0.6] it could have been a promotion and i would "
        "look at the shops that had none"
    )
    held = Rehearsal(drill("counterfactual"), [planned])
    (result,) = held.of(DrillResult)
    assert result.result["answered"] == 2
    assert any("the season, a promotion" in said for said in held.said)


def test_the_counterfactual_drill_counts_what_was_really_ruled_out() -> None:
    reply = (
        "it could have been the season but the control group saw the same season "
        "it could have been marketing but there was no campaign in those weeks"
    )
    held = Rehearsal(drill("counterfactual"), [reply, "skip this one", "stop the interview"])
    assert held.of(DrillResult)[0].result["answered"] == 2
    assert held.of(SessionEnded)[0].reason == "stopped"


# --- hearing, in a whole conversation -----------------------------------------------------------


class Hasty(ScriptedRecognizer):
    """Takes a yes for something else, as a large vocabulary may."""

    def flush(self) -> tuple[Word, ...]:
        return tuple(
            dataclasses.replace(w, text="yet" if w.text == "yes" else w.text)
            for w in super().flush()
        )


def test_a_yes_that_was_asked_for_is_heard_among_the_commands() -> None:
    def arrange(parts: Parts) -> Parts:
        return dataclasses.replace(parts, recognizer=Hasty, command_recognizer=ScriptedRecognizer)

    held = Rehearsal(drill("opening"), [STORY, "yes", STORY, "no"], arrange=arrange)
    assert [kind for kind, _ in held.turns] == ["answer", "yes", "answer", "no"]
    held = Rehearsal(interview(), ["yes", STORY], arrange=arrange)
    assert held.turns[0] == ("unclear", "yet"), "nobody has asked"


class SlowWorker:
    """Takes longer over a frame of sound than the frame lasts."""

    def __init__(self, parts: Parts, takes_s: float) -> None:
        self._parts = parts
        self._takes_s = takes_s
        self._jobs: list[Job] = []

    def submit(self, job: Job) -> None:
        """Queue the job; the first of a queue begins at once."""
        self._jobs.append(job)
        if len(self._jobs) == 1:
            self._schedule()

    def _schedule(self) -> None:
        self._parts.timers.schedule(self._parts.clock.now() + self._takes_s, self._work)

    def _work(self) -> None:
        event = self._jobs[0]()
        del self._jobs[0]
        if event is not None:
            self._parts.inbox.put(event)
        if self._jobs:
            self._schedule()

    def stop(self) -> None:
        """Nothing to stop."""


def test_a_recogniser_slower_than_speech_loses_nothing_and_is_remarked_on_once() -> None:
    def arrange(parts: Parts) -> Parts:
        return dataclasses.replace(parts, worker=SlowWorker(parts, takes_s=1.5 * FRAME_S))

    held = Rehearsal(interview(), [STORY, CONTROL], arrange=arrange)
    in_time = Rehearsal(interview(), [STORY, CONTROL])
    assert held.turns == in_time.turns
    behind = held.of(RecognizerBehind)
    assert behind[0].waiting_s == pytest.approx(1.0, abs=2 * FRAME_S)
    assert [b.waiting_s > 1.9 * a.waiting_s for a, b in itertools.pairwise(behind)].count(
        False
    ) <= 1
    assert held.of(RecognizerCaughtUp)[0].most_s >= 4.0
    problems = held.of(Problem)
    assert [p.code for p in problems] == ["asr.behind"]
    assert "Nothing is lost" in problems[0].message
    assert in_time.of(RecognizerBehind) == []
    assert compute(held.events).behind_s == max(e.most_s for e in held.of(RecognizerCaughtUp))
    assert compute(in_time.events).behind_s == 0.0


# --- um -----------------------------------------------------------------------------------------

HESITANT = (
    "um our customers uh left the checkout because the page was um slow and i owned that page "
    "[0.8] so i um cut it to uh three steps and we shipped it in um march [1.2] "
    "um completion rose by uh eight percent and tickets fell by uh a third"
)


def test_hesitations_are_counted_but_neither_judged_nor_read_back() -> None:
    hesitant = Rehearsal(interview(), [HESITANT, CONTROL])
    fluent = Rehearsal(interview(), [STORY, CONTROL])
    assert not any({"um", "uh"} & set(text.lower().split()) for text in hesitant.said)
    assert [p.probe for p in hesitant.of(ProbeChosen)] == [p.probe for p in fluent.of(ProbeChosen)]
    first, plain = hesitant.of(AnswerScored)[0].score, fluent.of(AnswerScored)[0].score
    assert first["overall"] == plain["overall"]
    levels = [{k: v["level"] for k, v in s["facets"].items()} for s in (first, plain)]
    assert levels[0] == levels[1]
    assert first["delivery"]["fillers"] == 9
    assert plain["delivery"]["fillers"] is None, "none heard may mean that none can be"


def test_somebody_who_only_says_um_is_not_told_that_it_was_not_understood() -> None:
    held = Rehearsal(interview(), ["um", STORY, CONTROL])
    assert "unclear" not in {kind for kind, _ in held.turns}
    assert held.of(SilenceNoticed)
    assert held.turns[0][1].startswith("our customers")
