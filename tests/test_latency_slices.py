"""Slices of latencies, slowest replies, what explains a change: stories with known answers."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline import QUESTION, Timeline, interview
from voicecoach import latency_change, latency_slices
from voicecoach.events import DelayAssigned, Event, SessionStarted, TurnEstimated, UtteranceReady
from voicecoach.latency_change import compare, explain
from voicecoach.latency_figures import TOO_FEW, change_rows, slice_rows, slowest_rows
from voicecoach.latency_slices import (
    DIMENSIONS,
    FEW,
    SLOWEST,
    TimedTurn,
    slices,
    slowest,
    timed_turns,
    told,
)

LONG = " ".join(f"word{n}" for n in range(80))


def turns_of(*kinds: tuple[str, float], **started: Any) -> tuple[TimedTurn, ...]:
    """Turns of a session: `answer`, `short`, `command` or `reply`, and the silence after."""
    story = Timeline(**started)
    story.asks(QUESTION)
    for kind, floor_delay_s in kinds:
        if kind == "command":
            story.answers("repeat that", "command", "repeat", floor_delay_s, "command")
        elif kind == "reply":
            story.probes("so_what", "So what?", latency_s=0.0)
            story.answers(LONG, floor_delay_s=floor_delay_s)
        else:
            story.answers("yes" if kind == "short" else LONG, floor_delay_s=floor_delay_s)
        story.says("Okay.", "reply", latency_s=0.0)
        if kind == "reply":
            story.asks(QUESTION, latency_s=0.0)
    return timed_turns(story.ends(), "a session")


# --- slices -------------------------------------------------------------------------------------


def test_turns_are_sorted_by_what_they_were() -> None:
    found = slices(turns_of(("answer", 0.5), ("short", 0.2), ("command", 0.2), ("reply", 0.4)))
    assert [(s.name, s.n) for s in found["turn type"]] == [
        ("command", 1),
        ("short reply", 1),
        ("follow-up reply", 1),
        ("long answer", 1),
    ]
    assert [(s.name, s.n) for s in found["question"]] == [("fewer-tickets", 4)]
    assert [s.name for s in found["answer length"]] == ["1 to 12 words", "61 to 150 words"]
    assert [s.name for s in found["device"]] == ["not noted"]
    assert {s.name for s in found["turn ended by"]} == {"late", "command"}


def test_a_mumble_is_a_type_of_its_own() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.mumbles()
    (turn,) = timed_turns(story.events)
    assert turn.slice_of("turn type") == "not understood"
    assert turn.slice_of("answer length") == "no words"


def test_devices_are_those_of_the_session() -> None:
    story = Timeline(clock="virtual")
    started = story.events[0]
    assert isinstance(started, SessionStarted)
    story.events[0] = dataclasses.replace(started, microphone="USB headset", loudspeaker="Built-in")
    story.asks(QUESTION)
    story.answers(LONG)
    story.says("Okay.", "reply")
    (turn,) = timed_turns(story.events)
    assert turn.slice_of("device") == "USB headset → Built-in, simulated clock"


@pytest.mark.parametrize(("n", "known"), [(FEW - 1, False), (FEW, True)])
def test_below_five_there_is_no_percentile(n: int, known: bool) -> None:
    turns = turns_of(*[("answer", 0.5)] * n)
    (found,) = slices(turns)["turn type"]
    assert found.too_few is not known
    assert (found.ttfw_p50_s, found.latency_p95_s) == ((0.5, 0.0) if known else (None, None))
    ((_, (row,)), *_) = slice_rows(turns)
    assert (TOO_FEW in row.cells) is not known
    document = latency_slices.to_json(turns)["slices"]["turn type"][0]
    assert document["n"] == n
    assert (document["ttfw_ms"]["p50"] is not None) is known


def test_a_slice_shows_false_cut_ins_beside_its_times() -> None:
    turns = turns_of(*[("answer", 0.5)] * FEW)
    (found,) = slices(turns)["turn type"]
    assert (found.false_cut_ins.count, found.false_cut_ins.of) == (0, FEW)
    deaf = turns_of(*[("answer", 0.5)] * FEW, half_duplex=True)
    assert slices(deaf)["turn type"][0].false_cut_ins.of == 0


def test_typed_answers_have_no_first_word() -> None:
    assert turns_of(("answer", 0.5), source="text") == ()


@given(st.lists(st.sampled_from(["answer", "short", "command", "reply"]), max_size=12))
def test_every_dimension_holds_every_turn_once(kinds: list[str]) -> None:
    turns = turns_of(*((kind, 0.3) for kind in kinds))
    for dimension in DIMENSIONS:
        assert sum(s.n for s in slices(turns)[dimension]) == len(kinds), dimension
    assert json.loads(json.dumps(latency_slices.to_json(turns), allow_nan=False))


@given(st.data())
def test_a_log_may_end_anywhere(data: st.DataObject) -> None:
    events = interview()
    cut = events[: data.draw(st.integers(0, len(events)))]
    for turn in timed_turns(cut):
        assert turn.moments[0].name == "speech end"
        assert turn.moments[-1].name == "first word"


# --- moment by moment ---------------------------------------------------------------------------


def estimated() -> list[Event]:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("it fell by a third", floor_delay_s=0.5, rule="finished")
    end_s = story.now_s - 0.5
    early = TurnEstimated(end_s - 1.0, 0.1, 0.2, "unfinished")
    sure = TurnEstimated(end_s + 0.3, 0.3, 0.82, "finished_clause")
    story.events[-2:-2] = [early, sure]
    story.says("What else?", "probe", latency_s=0.1)
    return story.events


def test_a_slow_reply_is_told_moment_by_moment() -> None:
    (turn,) = timed_turns(estimated(), "monday")
    assert told(turn) == (
        "speech end 0 · estimate (82% over, finished clause) 300 · floor taken (finished) 500 · "
        "decided 510 · sound ready 540 · first word 600"
    )
    (row,), why = slowest_rows([turn])
    assert why == ""
    assert row.where.startswith("Monday at 0:")
    assert row.gate_percent == 50.0
    assert row.late
    assert [mark.percent for mark in row.marks] == pytest.approx(
        [0, 50, 83.3, 85, 90, 100], abs=0.1
    )
    (_, quick), _ = slowest_rows([turn, *turns_of(("answer", 0.15))])
    assert (quick.heard_percent, quick.gate_percent, quick.late) == (25.0, 50.0, False)
    assert [mark.kind for mark in row.marks] == [
        *("step", "estimate", "step", "step", "step", "heard")
    ]


def test_parts_that_the_log_does_not_tell_are_left_out() -> None:
    events = [e for e in estimated() if not isinstance(e, UtteranceReady)]
    (turn,) = timed_turns(events)
    names = [moment.name for moment in turn.moments]
    assert names == ["speech end", "estimate", "floor taken", "first word"]


def test_the_ten_slowest_come_first() -> None:
    delays = [0.2 + 0.01 * n for n in range(13)]
    found = slowest(turns_of(*(("answer", delay) for delay in delays)))
    assert [t.reply.ttfw_s for t in found] == pytest.approx(sorted(delays, reverse=True)[:SLOWEST])


def test_a_running_experiment_is_not_given_away() -> None:
    story = Timeline()
    story.asks(QUESTION)
    for number in range(FEW):
        story.answers(LONG)
        story.events.append(DelayAssigned(story.now_s, f"u{number + 2}", "one", number, 0.0))
        story.says("Okay.", "reply")
    blind = timed_turns(story.events, running=["one"])
    assert slowest(blind) == ()
    assert "5 replies of a running experiment" in slowest_rows(blind)[1]
    (found,) = slices(blind)["turn type"]
    assert (found.latency_p50_s, found.n) == (None, FEW)
    assert found.ttfw_p50_s is not None
    over = timed_turns(story.events, running=["another"])
    assert len(slowest(over)) == FEW
    assert slices(over)["turn type"][0].latency_p50_s is not None


# --- what explains a change ---------------------------------------------------------------------

MIXED = (("answer", 0.9), ("answer", 1.0), ("short", 0.2), ("short", 0.3)) * 5


def change(before: tuple[TimedTurn, ...], after: tuple[TimedTurn, ...]) -> latency_change.Change:
    found = compare(before, after)
    assert found is not None
    return found


def test_a_slower_slice_is_named() -> None:
    after = tuple((kind, d + 0.4) if kind == "answer" else (kind, d) for kind, d in MIXED)
    found = change(turns_of(*MIXED), turns_of(*after))
    assert found.total_s == pytest.approx(0.2)
    (cut,) = [c for c in found.cuts if c.dimension == "turn type"]
    assert [cut.mix_s, cut.within_s] == pytest.approx([0.0, 0.2])
    text = " ".join(explain(found))
    assert "200 ms later" in text
    assert "“long answer” explains +200 ms of the +200 ms" in text
    assert "waiting for you to go on +200 ms" in text
    assert [row.name for row in change_rows(cut)] == ["long answer", "short reply"]


def test_other_turns_are_no_slower_turns() -> None:
    before = turns_of(*[("answer", 1.0)] * 5, *[("short", 0.2)] * 15)
    after = turns_of(*[("answer", 1.0)] * 15, *[("short", 0.2)] * 5)
    found = change(before, after)
    (cut,) = [c for c in found.cuts if c.dimension == "turn type"]
    assert [cut.mix_s, cut.within_s] == pytest.approx([0.4, 0.0])
    text = " ".join(explain(found))
    assert "Mostly the mix: by turn type" in text
    assert "75% of the turns, 25% before" in text


def test_a_slice_of_one_side_only_is_mix() -> None:
    found = change(turns_of(*[("short", 0.2)] * 6), turns_of(*[("answer", 1.0)] * 6))
    (cut,) = [c for c in found.cuts if c.dimension == "turn type"]
    assert [cut.mix_s, cut.within_s] == pytest.approx([0.8, 0.0])
    assert {s.mean_before_s is None for s in cut.slices} == {True, False}


def test_what_chance_would_do_is_said() -> None:
    noisy = (("answer", 0.2), ("answer", 1.4), ("answer", 0.6))
    found = change(turns_of(*noisy), turns_of(*noisy, ("answer", 1.3)))
    assert found.by_chance
    assert "may be no change at all" in " ".join(explain(found))
    assert "If it is one: " in " ".join(explain(found))
    steady = change(turns_of(*[("answer", 0.5)] * 9), turns_of(*[("answer", 0.7)] * 9))
    assert not steady.by_chance
    assert "chance alone" not in " ".join(explain(steady))
    single = change(turns_of(("answer", 0.2)), turns_of(("answer", 0.9)))
    assert single.chance_s is None
    assert "too few to tell" in " ".join(explain(single))


def test_other_questions_explain_nothing() -> None:
    def session(question: str, floor_delay_s: float) -> tuple[TimedTurn, ...]:
        story = Timeline()
        story.asks(QUESTION, question_id=question)
        for kind, delay_s in MIXED:
            story.answers(
                LONG if kind == "answer" else "yes", floor_delay_s=delay_s * floor_delay_s
            )
            story.says("Okay.", "reply")
        return timed_turns(story.ends())

    text = " ".join(explain(change(session("one", 1.0), session("two", 1.8))))
    assert "By turn type, “long answer” explains" in text


def test_a_slower_part_is_certain_before_the_whole_is() -> None:
    def session(latency_s: float) -> tuple[TimedTurn, ...]:
        story = Timeline()
        story.asks(QUESTION)
        for number in range(8):
            story.answers(LONG, floor_delay_s=0.2 + 0.3 * number)
            story.says("Okay.", "reply", latency_s=latency_s + 0.001 * number)
        return timed_turns(story.ends())

    found = change(session(0.04), session(0.14))
    assert found.by_chance
    text = " ".join(explain(found))
    assert "on the whole it may be no change at all" in text
    assert "beyond chance: output +60 ms, synthesis +30 ms, decision +10 ms." in text


def test_a_change_that_is_alike_everywhere_blames_no_slice() -> None:
    after = tuple((kind, d + 0.3) for kind, d in MIXED)
    found = change(turns_of(*MIXED), turns_of(*after))
    assert "No slice stands out" in " ".join(explain(found))


def test_speed_is_never_told_without_cut_ins() -> None:
    same = turns_of(*MIXED)
    assert "False cut-ins: 0 of 20, 0 of 20 before." in explain(change(same, same))
    deaf = turns_of(*MIXED, half_duplex=True)
    assert "not noticed on both sides" in " ".join(explain(change(same, deaf)))


def test_nothing_is_compared_with_nothing() -> None:
    assert compare((), turns_of(*MIXED)) is None
    assert compare(turns_of(*MIXED), ()) is None


kinds = st.lists(
    st.tuples(st.sampled_from(["answer", "short", "command"]), st.floats(0.1, 3.0)),
    min_size=1,
    max_size=8,
)


@given(kinds, kinds)
def test_mix_and_slices_add_up_to_the_change_by_every_dimension(
    before: list[tuple[str, float]], after: list[tuple[str, float]]
) -> None:
    found = change(turns_of(*before), turns_of(*after))
    for cut in found.cuts:
        assert cut.mix_s + cut.within_s == pytest.approx(found.total_s, abs=1e-5), cut.dimension
    assert sum(part.change_s for part in found.parts) == pytest.approx(found.total_s, abs=1e-5)
    assert all(line and math.isfinite(len(line)) for line in explain(found))
    assert json.loads(json.dumps(latency_change.to_json(found), allow_nan=False))


def test_turned_round_the_change_is_turned_round() -> None:
    one, two = turns_of(*MIXED), turns_of(*[("answer", 0.7)] * 6, ("command", 0.2))
    forth, back = change(one, two), change(two, one)
    assert forth.total_s == pytest.approx(-back.total_s)
    for cut, other in itertools.product(forth.cuts, back.cuts):
        if cut.dimension == other.dimension:
            assert cut.mix_s == pytest.approx(-other.mix_s)
