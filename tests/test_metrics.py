"""What each figure means, told by stories with known answers."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline import QUESTION, Timeline, interview
from voicecoach.events import (
    Acknowledged,
    DelayAssigned,
    Event,
    FloorTaken,
    SegmentTranscribed,
    UtteranceReady,
    UtteranceStarted,
    VoiceStarted,
    Word,
)
from voicecoach.figures import NOTHING, figures, milliseconds, remarks
from voicecoach.metrics import GATE_S, compute, compute_many, percentile
from voicecoach.replies import replies


def asked(**started: Any) -> Timeline:
    story = Timeline(**started)
    story.asks(QUESTION)
    return story


# --- percentile ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7.0], 50, 7.0),
        ([7.0], 95, 7.0),
        ([1.0, 2.0], 50, 1.0),
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([float(n) for n in range(1, 21)], 95, 19.0),
        ([float(n) for n in range(1, 22)], 95, 20.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
    ],
)
def test_percentile_is_nearest_rank(
    values: list[float], percent: int, expected: float | None
) -> None:
    assert percentile(values, percent) == expected


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=60))
def test_the_95th_percentile_is_in_the_gate_when_95_percent_are(values: list[float]) -> None:
    p95 = percentile(values, 95)
    assert p95 is not None
    within = sum(v <= GATE_S for v in values)
    assert (p95 <= GATE_S) == (within * 100 >= 95 * len(values))


# --- time to first word -------------------------------------------------------------------------


def test_time_to_first_word_runs_from_speech_end_to_the_first_sound() -> None:
    story = asked()
    story.answers("it fell by a third", floor_delay_s=0.5)
    story.says("Okay.", "probe", latency_s=0.04)
    figure = compute(story.events)
    assert figure.ttfw.n == 1
    assert figure.ttfw.p50_s == pytest.approx(0.54)
    assert figure.floor_delay.p50_s == pytest.approx(0.5)
    assert figure.response_latency.p50_s == pytest.approx(0.04)


def test_greeting_and_question_are_no_replies() -> None:
    assert compute(asked().events).ttfw.n == 0


def test_a_nudge_is_no_reply() -> None:
    story = asked()
    story.answers("it fell", kind="command", command="pause")
    story.nudges()
    story.says("And now?", "reply")
    assert compute(story.events).ttfw.n == 0


def test_only_the_first_utterance_of_a_reply_counts() -> None:
    story = asked()
    story.answers("it fell by a third", floor_delay_s=0.2)
    story.says("Okay.", "reply")
    story.says("And why?", "probe")
    assert compute(story.events).ttfw.n == 1


def test_a_turn_taken_twice_is_answered_once() -> None:
    story = asked()
    story.answers("it fell", floor_delay_s=0.2)
    story.answers("by a third", floor_delay_s=0.3)
    story.says("Okay.", "reply", latency_s=0.1)
    found = compute(story.events)
    assert found.ttfw.n == 1
    assert found.ttfw.p50_s == pytest.approx(0.4)


def test_exactly_the_gate_is_within_it() -> None:
    story = asked()
    story.now_s = 1.0
    for _ in range(20):
        story.answers("it fell", floor_delay_s=0.26)
        story.says("Okay.", "reply", latency_s=0.04)
    figure = compute(story.events)
    assert figure.ttfw.share_within_gate == 1.0
    assert figure.ttfw.gate_met is True


def test_one_slow_reply_in_twenty_is_allowed_and_two_are_not() -> None:
    def slow(count: int) -> bool | None:
        story = asked()
        for index in range(20):
            story.answers("it fell", floor_delay_s=0.9 if index < count else 0.2)
            story.says("Okay.", "reply")
        return compute(story.events).ttfw.gate_met

    assert (slow(0), slow(1), slow(2)) == (True, True, False)


def test_kinds_of_turns_are_told_apart() -> None:
    story = asked()
    story.commands("repeat please", "repeat")
    story.says("Gladly.", "reply")
    story.answers("it fell by a third", floor_delay_s=0.9)
    story.says("Okay.", "reply")
    story.mumbles()
    kinds = compute(story.events).ttfw_by_kind
    assert {kind: gated.n for kind, gated in kinds.items()} == {
        "answer": 1,
        "command": 1,
        "unclear": 1,
    }
    assert kinds["answer"].p50_s == pytest.approx(0.94)
    assert kinds["command"].p50_s == pytest.approx(0.26)


def test_typed_answers_have_no_time_to_first_word_but_a_latency() -> None:
    story = asked(source="text")
    story.answers("it fell", floor_delay_s=0.0)
    story.says("Okay.", "reply", latency_s=0.05)
    found = compute(story.events)
    assert (found.ttfw.n, found.ttfw.p50_s, found.ttfw.gate_met) == (0, None, None)
    assert found.floor_delay.n == 0
    assert found.response_latency.p50_s == pytest.approx(0.05)


# --- response latency ---------------------------------------------------------------------------


def reply_with(*between: Event) -> list[Event]:
    """A turn whose floor is taken at 10.0 and whose reply is heard at 10.4, with these between."""
    story = asked()
    story.answers("it fell", floor_delay_s=0.5)
    shift_s = 10.0 - story.now_s
    floor_taken, turn = story.events[-2:]
    assert shift_s > 0
    events = [*story.events[:-2], *_at(shift_s, floor_taken, turn), *between]
    return [*events, UtteranceStarted(10.4, "r", "reply", "Okay.")]


def _at(shift_s: float, *events: Event) -> list[Event]:
    return [dataclasses.replace(e, at_s=e.at_s + shift_s) for e in events]


def test_the_parts_add_up_to_the_latency() -> None:
    late_words = SegmentTranscribed(10.1, (Word("it", 9.0, 9.1, 1.0),), 9.5)
    ready = UtteranceReady(10.25, "r", decided_s=10.12, cached=False)
    (reply,) = replies(reply_with(late_words, ready))
    assert reply.parts_s == pytest.approx((0.1, 0.02, 0.13, 0.15))
    assert sum(reply.parts_s or ()) == pytest.approx(reply.latency_s)


def test_a_reply_decided_in_advance_took_no_decision() -> None:
    ready = UtteranceReady(9.9, "r", decided_s=9.8, cached=True)
    (reply,) = replies(reply_with(ready))
    assert reply.parts_s == pytest.approx((0.0, 0.0, 0.0, 0.4))


def test_parts_are_unknown_where_the_log_does_not_tell() -> None:
    events = reply_with()
    (reply,) = replies(events)
    assert reply.parts_s is None
    found = compute(events)
    assert found.response_latency.n == 1
    assert [part.n for part in found.parts.values()] == [0, 0, 0, 0]


# --- false cut-ins ------------------------------------------------------------------------------

REPLY = "What would have happened without the change?"


def cut_in(after_first_word_s: float, text: str | None = "and then it rose", **started: Any) -> Any:
    """The false cut-ins of a story in which the candidate's voice starts at that moment."""
    story = asked(**started)
    story.answers("it fell by a third")
    story.says(REPLY, "probe")
    index = max(i for i, e in enumerate(story.events) if isinstance(e, UtteranceStarted))
    start_s = story.events[index].at_s + after_first_word_s
    heard: list[Event] = [VoiceStarted(start_s + 0.06, start_s)]
    if text is not None:
        words = tuple(Word(w, start_s, start_s + 1, 1.0) for w in text.split())
        heard.append(SegmentTranscribed(start_s + 2, words, start_s + 2))
    return compute([*story.events, *heard]).false_cut_ins


def test_going_on_just_before_or_after_the_first_word_is_a_false_cut_in() -> None:
    for moment_s in (-0.3, 0.0, 0.4, 0.99):
        found = cut_in(moment_s)
        assert (found.count, found.of) == (1, 1), moment_s


def test_interrupting_later_is_not() -> None:
    assert cut_in(1.01).count == 0


def test_the_answer_to_a_short_reply_is_not() -> None:
    story = asked()
    story.answers("it fell by a third")
    story.says("Yes?", "reply")  # over after 0.32 s
    story.answers("and then it rose", after_s=0.3)
    story.says("Okay.", "reply")
    assert compute(story.events).false_cut_ins.count == 0


def test_voice_that_was_never_transcribed_is_taken_for_the_candidate() -> None:
    assert cut_in(0.3, None).count == 1


def test_a_cough_and_the_coachs_own_voice_are_not() -> None:
    assert cut_in(0.3, "").count == 0
    assert cut_in(0.3, "what would happened without change").count == 0


def test_words_of_the_turn_that_come_late_do_not_hide_a_cut_in() -> None:
    story = asked()
    story.answers("it fell by a third")
    story.says(REPLY, "probe")
    start_s = story.now_s - 2.0
    heard = [
        VoiceStarted(start_s, start_s),
        SegmentTranscribed(start_s + 0.1, (), start_s - 1.0),
    ]
    assert compute([*story.events, *heard]).false_cut_ins.count == 1


def test_turns_that_the_clock_ends_count_in_neither_number() -> None:
    story = asked()
    story.answers("it fell by a third", rule="time_up", floor_delay_s=0.0)
    story.says("Time is up.", "reply")
    found = compute(story.events)
    assert (found.false_cut_ins.count, found.false_cut_ins.of) == (0, 0)
    assert found.ttfw.n == 1


def test_what_a_deaf_microphone_missed_is_not_reported_as_zero() -> None:
    found = cut_in(0.3, half_duplex=True)
    assert (found.of, found.share) == (0, None)


# --- acknowledgements ---------------------------------------------------------------------------


def acknowledged(start_s: float, *, cut: bool = False, **started: Any) -> list[Event]:
    """A turn that ends at 10.0 with the reply at 10.9, and an "okay" of 0.4 s that starts then."""
    story = asked(**started)
    story.answers("it fell by a third", floor_delay_s=0.8)
    shift_s = 10.0 - (story.now_s - 0.8)
    story.now_s += shift_s
    story.events = [*story.events[:-2], *_at(shift_s, *story.events[-2:])]
    floor = next(e for e in story.events if isinstance(e, FloorTaken))
    story.events[-2] = dataclasses.replace(floor, speech_end_s=10.0)
    story.says("What else?", "probe", latency_s=0.1)
    return [*story.events, Acknowledged(start_s + 0.4, start_s, start_s + 0.4, cut)]


def test_an_acknowledgement_is_the_first_word_where_it_came_first() -> None:
    found = compute(acknowledged(10.22))
    assert found.ttfw.p50_s == pytest.approx(0.22)
    assert found.response_latency.p50_s == pytest.approx(0.1)
    assert found.floor_delay.p50_s == pytest.approx(0.8)
    assert (found.acknowledged.count, found.acknowledged.of) == (1, 1)
    assert "First word was an acknowledgement" in {line.name for line in figures(found)}


@pytest.mark.parametrize("start_s", [4.0, 10.95])
def test_an_acknowledgement_of_another_silence_is_none(start_s: float) -> None:
    found = compute(acknowledged(start_s))
    assert found.ttfw.p50_s == pytest.approx(0.9)
    assert found.acknowledged.count == 0


def test_an_acknowledgement_over_speech_is_counted_of_all_of_them() -> None:
    def over(*more: Event, cut: bool = False, **started: Any) -> tuple[int, int]:
        events = [*acknowledged(10.22, cut=cut, **started), *more]
        rate = compute(events).acknowledgements_over_speech
        return rate.count, rate.of

    assert over() == (0, 1)
    assert over(VoiceStarted(10.5, 10.45)) == (1, 1)
    assert over(VoiceStarted(10.8, 10.75)) == (0, 1)
    assert over(cut=True) == (1, 1)
    assert over(cut=True, half_duplex=True) == (0, 0)


def test_delays_of_an_experiment_are_told() -> None:
    story = asked()
    story.answers("it fell")
    story.events.append(DelayAssigned(story.now_s, "u2", "one", 0, 0.0))
    story.says("Okay.", "reply")
    found = compute(story.events)
    assert found.delayed == 1
    assert any("on purpose" in remark for remark in remarks(found))


# --- tasks and turns ----------------------------------------------------------------------------


def test_turns_are_counted_on_resolved_tasks_only() -> None:
    found = compute(interview())
    assert found.turns_per_task == pytest.approx((2 + 1) / 2)  # the third took 2 and was abandoned
    assert (found.task_resolution.count, found.task_resolution.of) == (2, 3)
    assert (found.tasks, found.questions) == (3, 1)
    assert (found.fallback.count, found.fallback.of) == (1, 5)
    assert found.turns == 5
    assert found.repair_turns == 1


def test_clarifying_takes_repair_turns() -> None:
    story = asked()
    story.probes("clarify", "Which system was that?")
    story.answers("the billing system")
    story.commands("slower please", "slower")
    story.commands("skip", "skip")
    assert compute(story.events).repair_turns == 3  # all turns spent on the clarification


def test_open_tasks_are_no_failures() -> None:
    found = compute(asked().events)
    assert (found.task_resolution.share, found.turns_per_task, found.tasks) == (None, None, 1)


def test_shares_of_speech() -> None:
    found = compute(interview())
    assert found.speaking_share is not None
    assert 0.5 < found.speaking_share < 0.8
    assert found.duration_s == pytest.approx(max(e.at_s for e in interview()))


# --- together -----------------------------------------------------------------------------------


def test_nothing_is_not_zero() -> None:
    document = compute([]).to_json()
    ttfw = document["ttfw_ms"]
    assert (ttfw["n"], ttfw["p50"], ttfw["p95"], ttfw["gate"]["met"]) == (0, None, None, None)
    assert ttfw["share_within_gate"] is None
    assert document["turns_per_task"] is None
    assert document["task_resolution"]["rate"] is None
    assert document["fallback"]["rate"] is None
    assert document["false_cut_ins"]["rate"] is None
    assert document["speaking_share"] is None


def test_sessions_are_pooled_by_reply_and_not_by_session() -> None:
    one, two = asked(), asked(clock="virtual")
    one.answers("it fell", floor_delay_s=0.1)
    one.says("Okay.", "reply")
    for _ in range(3):
        two.answers("it fell", floor_delay_s=0.8)
        two.says("Okay.", "reply")
    pooled = compute_many([one.events, two.events])
    assert (pooled.sessions, pooled.simulated, pooled.ttfw.n) == (2, 1, 4)
    assert pooled.ttfw.share_within_gate == 0.25
    assert compute_many([one.events]).to_json() == compute(one.events).to_json()


def test_the_document_is_plain_json_in_milliseconds() -> None:
    document = compute(interview()).to_json()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["ttfw_ms"]["p50"] == 540.0
    assert document["ttfw_ms"]["gate"] == {"limit_ms": 300, "share": 0.95, "met": False}
    assert document["response_latency_ms"]["parts"]["output"]["n"] == 5


@given(st.data())
def test_a_log_may_end_anywhere(data: st.DataObject) -> None:
    events = interview()
    cut = events[: data.draw(st.integers(0, len(events)))]
    found = compute(cut)
    assert found.turns <= 5
    for reply in replies(cut):
        assert math.isfinite(reply.ttfw_s)
    assert len(figures(found)) >= 10


# --- for people ---------------------------------------------------------------------------------


def test_figures_say_what_they_rest_on() -> None:
    lines = {line.name: line for line in figures(compute(interview()))}
    assert lines["Time to first word"].basis == "5 replies"
    assert lines["within 300 ms".replace("300 ms", milliseconds(GATE_S))].met is False
    assert lines["False cut-ins"].value == "0 of 5 (0%)"
    assert lines["Turns per resolved task"].value == "1.5"


def test_figures_of_nothing_are_dashes() -> None:
    lines = {line.name: line for line in figures(compute([]))}
    assert lines["Time to first word"].value == NOTHING
    assert lines["Tasks resolved"].value == NOTHING


def test_remarks_say_when_not_to_believe() -> None:
    story = asked(clock="virtual", half_duplex=True)
    story.answers("it fell")
    story.says("Okay.", "reply")
    said = " ".join(remarks(compute(story.events)))
    assert "simulated clock" in said
    assert "could not be noticed" in said
    assert "1 reply" in said
    assert remarks(compute([])) == ()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0.24, "240 ms"), (0.9994, "999 ms"), (0.9996, "1.00 s"), (12.345, "12.35 s")],
)
def test_milliseconds_for_people(seconds: float | None, text: str) -> None:
    assert milliseconds(seconds).replace("\N{NO-BREAK SPACE}", " ") == text
