"""The bench: what it makes of an interview, what it prints, and when its gate holds."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from voicecoach.bench.candidate import COMMANDS, BenchCandidate, recording
from voicecoach.bench.document import Bench, Interview, document, verdict
from voicecoach.bench.heard import lag
from voicecoach.bench.outcomes import Outcome, Spoken, outcomes
from voicecoach.bench.run import listening, machine
from voicecoach.bench.soundcard import Spell, missing
from voicecoach.cli import main
from voicecoach.content.script import load_script
from voicecoach.events import Acknowledged, Event, FloorTaken, TaskOpened, UtteranceStarted
from voicecoach.resources import demo_dir


def floor(at_s: float, speech_end_s: float) -> FloorTaken:
    """Return the end of a turn."""
    return FloorTaken(at_s, speech_end_s, 0.2, "clear_end", (), 2.0)


def word(at_s: float, purpose: str = "probe") -> UtteranceStarted:
    """Return the first word of a reply."""
    return UtteranceStarted(at_s, f"u{at_s}", purpose, "And then?")


ANSWER = Spoken("answer.wav", "answer", 10.0, 20.0, ((13.0, 14.0), (16.0, 16.8)))
COMMAND = Spoken("command.wav", "command", 30.0, 31.0, ())


def outcome_of(events: Sequence[Event], spoken: Spoken = ANSWER) -> Outcome:
    """Return what became of one recording."""
    (found,) = outcomes(events, [spoken])
    return found


# --- outcomes -----------------------------------------------------------------------------------


def test_a_reply_in_time_is_timed_from_the_recordings_end() -> None:
    found = outcome_of([floor(20.2, 20.09), word(20.25)])
    assert (found.ttfw_s, found.floor_s, found.speech_end_error_s) == (0.25, 0.2, 0.09)
    assert (found.cut_in, found.cut_pauses, found.acknowledged) == (False, 0, False)


def test_a_floor_taken_in_a_pause_is_a_cut_in_and_has_no_time_to_first_word() -> None:
    found = outcome_of([floor(13.5, 13.0), word(13.6), floor(20.5, 20.0), word(20.6)])
    assert (found.cut_in, found.cut_pauses, found.ttfw_s) == (True, 1, None)


def test_two_floors_in_one_pause_cut_one_pause() -> None:
    found = outcome_of([floor(13.2, 13.0), floor(13.9, 13.0), floor(16.1, 16.0)])
    assert found.cut_pauses == 2


def test_a_floor_taken_with_the_last_breath_cuts_nothing() -> None:
    assert not outcome_of([floor(19.95, 19.9), word(20.1)]).cut_in


def test_an_acknowledgement_is_the_first_word_where_it_comes_first() -> None:
    found = outcome_of([Acknowledged(20.6, 20.2, 20.5, False), floor(20.9, 20.0), word(21.0)])
    assert (found.ttfw_s, found.acknowledged, found.floor_s) == (0.2, True, 0.9)


@pytest.mark.parametrize(
    ("start_s", "end_s", "over"),
    [(13.2, 13.6, 0), (13.7, 14.1, 1), (15.0, 15.3, 1), (20.1, 20.4, 0)],
)
def test_an_acknowledgement_over_speech_is_told_from_one_in_a_pause(
    start_s: float, end_s: float, over: int
) -> None:
    found = outcome_of([Acknowledged(end_s, start_s, end_s, False), floor(20.9, 20.0), word(21.0)])
    assert (found.acknowledgements, found.over_speech) == (1, over)


def test_a_nudge_is_no_reply() -> None:
    found = outcome_of([word(24.0, "nudge")])
    assert not found.answered
    assert found.ttfw_s is None


def test_of_nothing_spoken_nothing_became() -> None:
    assert outcomes([word(1.0)], []) == ()


def test_each_recording_has_its_own_time() -> None:
    events = [floor(20.4, 20.0), word(20.5), floor(31.2, 31.0), word(31.25)]
    first, second = outcomes(events, [ANSWER, COMMAND])
    assert (first.ttfw_s, second.ttfw_s) == (0.5, 0.25)
    assert second.spoken.short
    assert not first.spoken.short


# --- document and gate --------------------------------------------------------------------------


def bench(*interviews: Interview) -> Bench:
    """Return what was measured, with nothing but interviews in it."""
    setup = {"clock": "system", "candidate": "recordings", "loudspeaker": True, "recordings": ""}
    return Bench(interviews, (0.21, 0.22), (0.1,), machine(None), setup)


def interview(*events: Event, spoken: Sequence[Spoken] = (ANSWER,), **more: Any) -> Interview:
    """Return an interview of these events."""
    return Interview(tuple(events), outcomes(events, spoken), **more)


QUICK = interview(floor(20.1, 20.0), word(20.2), listening=(0.08, 0.12), memory_mb=140.0)
SLOW = interview(floor(22.0, 20.0), word(22.1))
RUDE = interview(floor(13.5, 13.0), word(13.6), floor(20.1, 20.0), word(20.2))


def test_the_gate_holds_where_everything_is_in_time() -> None:
    found = document(bench(QUICK))
    assert found["gate"]["met"]
    assert verdict(bench(QUICK)) == ""
    assert found["ttfw_ms"]["long"]["n"] == 1
    assert found["ttfw_ms"]["short"]["p95"] is None
    assert found["listening"]["cpu_of_one_core"] == {"n": 2, "p50": 0.08, "p95": 0.12, "max": 0.12}
    assert found["start_ms"]["help"]["p50"] == 210.0


def test_one_line_says_what_fails() -> None:
    assert verdict(bench(SLOW)) == (
        "The gate is missed: 0% of 1 (first word within 300 ms in 95% of the turns is asked)."
    )
    told = verdict(bench(QUICK, RUDE))
    assert "1 of 4 cut (at most 2% of the pauses cut is asked)" in told
    assert "1 of 2 cut (at most 5% of the answers cut is asked)" in told
    assert "\n" not in told


def test_what_was_not_measured_does_not_hold() -> None:
    assert "0 of 0" in verdict(bench())
    assert not document(bench())["gate"]["met"]


def test_the_clocks_are_compared_where_somebody_listened() -> None:
    late = interview(floor(20.3, 20.05), word(20.4), heard_ttfw_s=(0.41,))
    clocks = document(bench(late))["clocks_ms"]
    assert clocks["speech_end"]["p50"] == 50.0
    assert clocks["first_word"]["p50"] == 10.0
    assert clocks["ttfw"]["p50"] == 60.0
    assert clocks["ttfw"]["within"] == {"count": 0, "of": 1, "rate": 0.0, "limit_ms": 20}
    assert document(bench(late))["ttfw_ms"]["all"]["p50"] == 410.0, "what was heard counts"
    assert document(bench(QUICK))["clocks_ms"]["first_word"]["size"]["n"] == 0


def test_what_listening_costs_is_read_within_answers_only() -> None:
    cpu = [(9.0, 1.0), (10.0, 2.0), (15.0, 2.5), (19.0, 2.9), (21.0, 9.0)]
    assert listening(cpu, [ANSWER, COMMAND]) == pytest.approx((0.1,))


def test_the_clocks_of_card_and_log_are_laid_upon_each_other() -> None:
    events = [word(1.0), word(9.0), word(17.0)]
    speech = [Spell(101.002, 104), Spell(106, 106.3), Spell(108.998, 112), Spell(117.003, 119)]
    assert lag(events, speech) == pytest.approx(100.002)
    assert lag([], speech) == 0.0


# --- the candidate ------------------------------------------------------------------------------


def task(task_id: str, question_id: str, probe: str = "") -> TaskOpened:
    """Return a task as the interviewer opens it."""
    return TaskOpened(0.0, task_id, "probe" if probe else "question", question_id, "", probe, "?")


def test_pauses_and_ends_of_a_recording_are_found_to_the_sample() -> None:
    found = recording(demo_dir() / "prices.flac", "answer")
    assert found.span == pytest.approx((0.25, 22.27), abs=0.03)
    assert [round(b - a, 1) for a, b in found.pauses] == pytest.approx(
        [0.6, 0.7, 0.5, 0.9, 0.4], abs=0.11
    )


def test_the_candidate_answers_what_is_asked_and_says_commands_in_between() -> None:
    candidate = BenchCandidate(load_script(), 1)
    _, (part,) = candidate.interview()
    question = part.questions[0]
    asked = task("q1", question.id)
    said = [candidate.say(asked), candidate.say(asked)]
    said += [candidate.say(task(f"q1.p{i}", question.id, p)) for i, p in enumerate(question.probes)]
    assert [each.kind for each in said[:3]] == ["command", "answer", "reply"]
    assert said[0].path.stem.removeprefix("command-").replace("-", "_") in COMMANDS


def test_the_same_seed_asks_the_same() -> None:
    script = load_script()
    first, second, other = (BenchCandidate(script, seed).interview() for seed in (3, 3, 4))
    assert first == second
    assert first != other


# --- on the command line ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["--seconds", "0"], ["--seconds", "nan"], ["--fast", "--sound-card"], ["--model", "none"]],
)
def test_bad_values_are_told_in_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *arguments]) in (1, 2)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith("voicecoach: ")


@pytest.mark.parametrize(("found", "status"), [(QUICK, 0), (SLOW, 1), (RUDE, 1)])
def test_the_gate_is_the_exit_status(
    found: Interview,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("voicecoach.bench.run.measure", lambda wish, tell: bench(found))
    assert main(["bench", "--gate", "--json", "--silent"]) == status
    told = capsys.readouterr()
    assert json.loads(told.out)["gate"]["met"] is (status == 0)
    assert told.err.count("\n") == status
    assert main(["bench", "--silent"]) == 0, "without --gate it only tells"
    table = capsys.readouterr().out
    assert "Time to first word" in table
    assert ("missed" in table) is (status == 1)


def run_bench(*arguments: str) -> tuple[dict[str, Any], str]:
    """Run it as a user does; return its document and what else it said."""
    command = [sys.executable, "-m", "voicecoach", "bench", "--json", "--no-start", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found, done.stderr


@pytest.fixture(scope="module")
def fast() -> dict[str, Any]:
    return run_bench("--fast", "--seconds", "90")[0]


def test_a_quick_look_measures_on_virtual_time(fast: dict[str, Any]) -> None:
    assert fast["setup"]["clock"] == "virtual"
    assert fast["setup"]["interviews"] == 1
    assert fast["setup"]["turns"] == fast["ttfw_ms"]["all"]["n"] >= 3
    assert fast["unanswered"] == 0
    assert fast["false_cut_ins"]["pauses"]["of"] >= 4
    assert fast["clocks_ms"]["speech_end"]["size"]["p95"] <= 20, "the log has the speech end right"
    assert 0 < fast["listening"]["cpu_of_one_core"]["p50"] < 1
    assert set(fast["response_latency_ms"]["parts"]) == {
        "recognition",
        "decision",
        "synthesis",
        "output",
    }


def test_the_document_tells_nothing_of_whose_machine_it_is(fast: dict[str, Any]) -> None:
    text = json.dumps(fast)
    assert str(Path.home()) not in text
    assert os.uname().nodename not in text
    assert set(fast["machine"]) == {
        "cores", "load", "platform", "python", "voicecoach", "libraries", "model", "voice",
    }  # fmt: skip


@pytest.mark.sound
@pytest.mark.realtime
@pytest.mark.skipif(bool(missing()), reason=missing() or "all there")
def test_what_is_heard_through_a_sound_card_is_what_the_log_says() -> None:
    found, _ = run_bench("--sound-card", "--seconds", "8")
    assert found["setup"]["turns"] == found["ttfw_ms"]["short"]["n"] == 1
    assert found["unanswered"] == 0
    if found["setup"]["stuttered"]:
        pytest.skip("this machine is too busy for a virtual sound card")
    for clock in ("speech_end", "first_word", "ttfw"):
        assert found["clocks_ms"][clock]["size"]["p95"] <= 40, f"{clock}: twice what is promised"
    assert 0 < found["start_ms"]["first_word"]["p50"] < 5_000


def test_setups_survive_the_way_to_their_process() -> None:
    from voicecoach.bench.run import command
    from voicecoach.bench.session import Setup

    setup = Setup("/somewhere", 3, 20.0, voice='a "quoted" one', live=True)
    assert Setup(**json.loads(command(setup)[-1])) == setup
    assert dataclasses.asdict(setup)["fast"] is False
