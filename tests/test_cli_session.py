"""Sessions through the entry point: real Vosk, real Silero, the real voice, on recordings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voicecoach.cli._session import LazyLog
from voicecoach.errors import StoreError
from voicecoach.events import (
    AnswerScored,
    DrillResult,
    FloorTaken,
    OutOfAnswers,
    ProbeChosen,
    SessionEnded,
    SessionStarted,
    StorySaved,
    TurnTaken,
    UtteranceStarted,
)
from voicecoach.store import SessionRecord, SessionStore, read_events

RECORDINGS = Path(__file__).parent / "data" / "recordings"
DEMO = Path(__file__).parent / "data" / "demo"


def voicecoach(
    *args: object, stdin: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voicecoach", *map(str, args)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def latest() -> SessionRecord:
    return SessionStore().load(None)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, SessionRecord, Path]:
    """One demo, held for all the tests that look at it."""
    folder = tmp_path_factory.mktemp("demo")
    report = folder / "report.html"
    events = folder / "events.jsonl"
    done = voicecoach("demo", "--fast", "--explain", "--report", report, "--events", events)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout, read_events(events), report


def test_the_demo_is_a_finished_interview(demo: tuple[str, SessionRecord, Path]) -> None:
    out, record, report = demo
    assert record.started is not None and record.started.activity == "demo"
    assert record.complete
    ends = [e for e in record.events if isinstance(e, SessionEnded)]
    assert [e.reason for e in ends] == ["finished"]
    probes = [e for e in record.events if isinstance(e, ProbeChosen)]
    assert len(probes) >= 2
    assert "synthesised speech" in out
    assert "of 5" in out
    assert "Time to first word" in out
    assert "Turns per" in out
    assert str(report) in out
    page = report.read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "Demo interview" in page


def test_the_demo_cuts_nobody_off(demo: tuple[str, SessionRecord, Path]) -> None:
    events = demo[1].events
    first = next(e for e in events if isinstance(e, TurnTaken))
    assert "proud of that result" in first.text
    assert [e for e in events if isinstance(e, FloorTaken) and e.rule == "overdue"] == []


def test_words_of_a_fast_session_have_the_times_of_the_recording(
    demo: tuple[str, SessionRecord, Path],
) -> None:
    floor = next(e for e in demo[1].events if isinstance(e, FloorTaken))
    assert 35.0 <= floor.words[-1].end_s - floor.words[0].start_s <= 45.0
    assert floor.speech_end_s == pytest.approx(floor.words[-1].end_s, abs=0.4)


def test_the_same_demo_is_the_same_session(
    demo: tuple[str, SessionRecord, Path], tmp_path: Path
) -> None:
    again = tmp_path / "again.jsonl"
    assert voicecoach("demo", "--fast", "--events", again).returncode == 0
    said = [
        [e.text for e in r.events if isinstance(e, UtteranceStarted)]
        for r in (demo[1], read_events(again))
    ]
    assert said[0] == said[1]
    scores = [
        [e.score for e in r.events if isinstance(e, AnswerScored)]
        for r in (demo[1], read_events(again))
    ]
    assert scores[0] == scores[1]


@pytest.mark.parametrize(
    ("recording", "command"),
    [
        ("command-repeat.wav", "repeat"),
        ("command-slower.wav", "slower"),
        ("command-hint.wav", "hint"),
        ("command-help.wav", "help"),
        ("command-time-left.wav", "time_left"),
        ("command-skip.wav", "skip"),
        ("command-pause.wav", "pause"),
        ("command-stop.wav", "stop"),
        ("command-start-over.wav", "start_over"),
        ("command-progress.wav", "progress"),
        ("command-save.wav", "save:checkout"),
    ],
)
def test_spoken_commands_are_taken(recording: str, command: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    done = voicecoach(
        "practice", "--fast", "--seed", 1, "--voice", "none", "--events", log,
        "--answers", RECORDINGS / recording, DEMO / "answer.wav",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    turns = [e for e in read_events(log).events if isinstance(e, TurnTaken)]
    assert turns[0].command == command, turns[0].text


def test_a_recorded_story_is_saved_by_voice(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    done = voicecoach(
        "practice", "--fast", "--seed", 1, "--voice", "none", "--events", log,
        "--answers", DEMO / "answer.wav", RECORDINGS / "command-save.wav",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    saved = [e for e in read_events(log).events if isinstance(e, StorySaved)]
    assert [(e.task_id, e.title) for e in saved] == [("q1", "checkout")]


def test_room_tone_is_no_answer(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    done = voicecoach(
        "practice", "--fast", "--voice", "none", "--events", log,
        "--answers", RECORDINGS / "room-tone.wav",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [e for e in read_events(log).events if isinstance(e, TurnTaken)] == []


def test_a_standard_interview_has_three_questions() -> None:
    done = voicecoach(
        "practice", "--fast", "--plan", "standard", "--seed", 4, "--voice", "none", "--answers",
        *sorted(RECORDINGS.glob("[a-b,d-n,p-z]*.wav")),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    started = [e for e in latest().events if isinstance(e, SessionStarted)]
    assert started[0].seed == 4
    assert latest().complete


def test_the_opening_is_timed(tmp_path: Path) -> None:
    done = voicecoach(
        "opening", "--fast", "--voice", "none", "--answers", RECORDINGS / "opening.wav"
    )
    assert done.returncode == 0, done.stderr
    result = next(e for e in latest().events if isinstance(e, DrillResult))
    assert set(result.result) == {"customer", "decision", "metric", "cause"}
    assert all(0.0 <= mark["at_s"] <= 90.0 for mark in result.result.values())


def test_the_counterfactual_drill_counts(tmp_path: Path) -> None:
    done = voicecoach(
        "drill",
        "counterfactual",
        "--fast",
        "--voice",
        "none",
        "--answers",
        DEMO / "confounders.wav",
    )
    assert done.returncode == 0, done.stderr
    result = next(e for e in latest().events if isinstance(e, DrillResult))
    assert result.result["answered"] >= 2


def test_answers_can_be_typed() -> None:
    typed = (
        "Checkout was slow, and parents gave up. I cut it to three steps.\n"
        "help\n"
        "We left one customer in ten on the old page, and there nothing moved.\n"
    )
    done = voicecoach("practice", "--text", "--seed", 2, stdin=typed)
    assert done.returncode == 0, done.stderr
    kinds = [e.command or e.kind for e in latest().events if isinstance(e, TurnTaken)]
    assert kinds == ["answer", "help", "answer"]


def test_a_drill_that_is_asked_for_follows_as_a_session_of_its_own() -> None:
    typed = (
        "coach start the so what drill\n"
        "It is worth forty thousand dollars a month, but returns rose, so I would stop it.\n"
        "stop the interview\n"
    )
    done = voicecoach("practice", "--text", "--seed", 3, stdin=typed)
    assert done.returncode == 0, done.stderr
    records, _ = SessionStore().load_all()
    assert {r.started.activity for r in records if r.started} == {"drill:so-what", "practice"}
    assert all(r.complete for r in records)
    assert "Trend    100% of the points, 1 round" in done.stdout


def test_metrics_and_history_read_what_was_kept() -> None:
    assert voicecoach(
        "practice", "--fast", "--voice", "none", "--answers", DEMO / "answer.wav"
    ).returncode == 0  # fmt: skip
    figures = json.loads(voicecoach("metrics", "--json").stdout)
    assert figures["ttfw_ms"]["n"] >= 1
    assert len(json.loads(voicecoach("history", "--json").stdout)["sessions"]) == 1


def test_an_empty_line_is_not_taken_for_a_mumble() -> None:
    done = voicecoach("practice", "--text", "--seed", 2, stdin="\n  \nskip\n")
    assert done.returncode == 0, done.stderr
    (turn,) = [e for e in latest().events if isinstance(e, TurnTaken)]
    assert turn.command == "skip"


@pytest.mark.parametrize("arguments", [["--fast"], ["--text", "--answers", "a.wav"]])
def test_options_that_do_not_go_together_are_wrong_usage(arguments: list[str]) -> None:
    done = voicecoach("practice", *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_copy_that_cannot_be_made_begins_no_session(tmp_path: Path) -> None:
    taken = tmp_path / "events.jsonl"
    taken.write_text("somebody's")
    with pytest.raises(StoreError, match="exists already"):
        LazyLog("practice", taken).append(OutOfAnswers(1.0))
    assert SessionStore().ids() == ()
    assert taken.read_text() == "somebody's"


@pytest.mark.realtime
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("after_s", [0.3, 1.5, 4.0, 9.0])
def test_ctrl_c_at_any_stage_leaves_a_readable_session(after_s: float) -> None:
    process = subprocess.Popen(
        [
            sys.executable, "-m", "voicecoach", "practice", "--voice", "none", "--seed", "1",
            "--question", "data-changed-plan", "--answers", str(DEMO / "answer.wav"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )  # fmt: skip
    time.sleep(after_s)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert "Traceback" not in out + err
    if not SessionStore().ids():
        assert after_s < 1.0, "too early for a session"
        return
    record = latest()
    assert record.problems == ()
    assert [e.reason for e in record.events if isinstance(e, SessionEnded)] == ["interrupted"]
