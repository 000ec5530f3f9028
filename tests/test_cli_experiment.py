"""``voicecoach experiment`` through the entry point: begun, gone on with, kept blind, and ended."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.timeline import ANSWER, QUESTION, REPLY, Timeline
from voicecoach.cli import main
from voicecoach.events import DelayAssigned, Event
from voicecoach.experiment import Design
from voicecoach.experiments import (
    begin,
    end,
    load_experiments,
    running,
    sessions_of,
    turns_drawn,
)
from voicecoach.store import SessionStore

MONDAY = dt.datetime(2026, 5, 4, 13, 12, 40, tzinfo=dt.timezone.utc)
DESIGN = Design("2026-05-04", 0.1, 0.5, 3)
DEMO = Path(__file__).parent / "data" / "demo"


def out_of(capsys: pytest.CaptureFixture[str], *args: str, status: int = 0) -> tuple[str, str]:
    assert main(args) == status
    captured = capsys.readouterr()
    return captured.out.replace("\N{NO-BREAK SPACE}", " "), captured.err


def refused(capsys: pytest.CaptureFixture[str], *args: str, status: int = 2) -> str:
    """What a command says that is refused: one line and nothing else."""
    out, err = out_of(capsys, *args, status=status)
    assert out == ""
    assert err.count("\n") == 1
    return err


def held(day: int = 0, first: int = 0, turns: int = 6, design: Design = DESIGN) -> list[Event]:
    """A session of an experiment, of turns without a break; the last one is not replied to."""
    story = Timeline(started=(MONDAY + dt.timedelta(days=day)).isoformat())
    story.asks(QUESTION)
    for number in range(first, first + turns):
        story.answers(ANSWER if number % 3 else REPLY)
        delay_s = design.delay_s if design.is_delayed(number) else 0.0
        name = f"u{number - first + 2}"
        story.events.append(DelayAssigned(story.now_s, name, design.name, number, delay_s))
        story.says("And then?", "probe", latency_s=0.04 + delay_s)
    story.answers(REPLY)
    return story.ends()


def keep(events: list[Event], day: int = 0) -> None:
    writer = SessionStore().create("practice", MONDAY + dt.timedelta(days=day))
    for event in events:
        writer.append(event)
    writer.close()


def two_days() -> None:
    begin(DESIGN, MONDAY.isoformat())
    keep(held())
    keep(held(1, first=6), day=1)


# --- on disk ------------------------------------------------------------------------------------


def test_an_experiment_is_kept_until_it_is_ended() -> None:
    assert (load_experiments(), running()) == ((), None)
    begin(DESIGN, "2026-05-04")
    now = running()
    assert now is not None
    assert now.design == DESIGN
    end(DESIGN.name, "2026-05-06")
    assert running() is None
    assert load_experiments()[0].ended == "2026-05-06"


def test_turns_are_counted_through_all_sessions() -> None:
    experiment = begin(DESIGN, MONDAY.isoformat())
    assert turns_drawn(experiment) == 0
    keep(held())
    keep(held(1, first=6), day=1)
    keep(held(2, design=Design("another", 0.1, 0.5, 1)), day=2)
    assert turns_drawn(experiment) == 12
    later = dataclasses.replace(experiment, began=(MONDAY + dt.timedelta(days=1)).isoformat())
    assert [name[:10] for name, _ in sessions_of(later)] == ["2026-05-05"]


def test_a_damaged_list_is_told_in_one_line_and_hides_no_figures(
    voicecoach_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_days()
    (voicecoach_home / "experiments.json").write_text('[{"name": 3}]')
    assert "is no list of experiments" in refused(capsys, "experiment", status=1)
    out, _ = out_of(capsys, "metrics")
    assert "Time to first word" in out


# --- status -------------------------------------------------------------------------------------


def test_the_state_tells_nothing_of_the_lots(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No experiment is running" in out_of(capsys, "experiment")[0]
    two_days()
    out, _ = out_of(capsys, "experiment")
    assert "100 ms more before the reply to 50% of the turns, by lot; 12 turns so far" in out
    document = json.loads(out_of(capsys, "experiment", "--json")[0])
    assert document["running"]["turns"] == 12


# --- blinded ------------------------------------------------------------------------------------


def test_until_it_is_over_no_figure_tells_the_lots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_days()

    def shown() -> tuple[str, dict[str, Any], str]:
        table, _ = out_of(capsys, "metrics", "--all", "--slices")
        document = json.loads(out_of(capsys, "metrics", "--all", "--slices", "--json")[0])
        page = tmp_path / "page.html"
        out_of(capsys, "report", "--out", str(page))
        return " ".join(table.split()), document, page.read_text(encoding="utf-8")

    table, document, page = shown()
    assert "first word 640" not in table + page
    assert "12 replies of a running experiment held back" in table
    assert "6 replies of a running experiment held back" in page
    assert document["response_latency_ms"]["n"] == 0
    assert (document["slowest"], document["held_back"]) == ([], 12)
    assert document["ttfw_ms"]["n"] == 12, "what was heard is counted, delay and all"
    assert "belonged to an experiment" in table
    out_of(capsys, "experiment", "report")
    table, document, page = shown()
    assert "first word 640" in table
    assert "first word 640" in page
    assert document["response_latency_ms"]["n"] == 12


# --- report -------------------------------------------------------------------------------------


def test_the_report_ends_it_and_can_be_had_again(capsys: pytest.CaptureFixture[str]) -> None:
    two_days()
    out, err = out_of(capsys, "experiment", "report")
    assert err == ""
    assert "12 turns in 2 sessions: 6 with the delay, 6 without. It is over." in out
    assert "the reply after 140 ms with the delay, 40 ms without" in " ".join(out.split())
    text = " ".join(out.split())
    assert "Without the delay the same answers would have been as long, give or take" in text
    assert "with 12 turns that is no finding" in text
    assert "You would need about" in text
    assert running() is None
    assert out_of(capsys, "experiment", "report") == (out, "")
    assert out_of(capsys, "experiment", "report", DESIGN.name) == (out, "")


def test_the_report_as_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    two_days()
    document = json.loads(out_of(capsys, "experiment", "report", "--json")[0])
    assert document["turns"] == {"delayed": 6, "prompt": 6}
    words = document["effects"]["words"]
    assert words["interval"][0] <= words["effect"] <= words["interval"][1]
    assert words["turns_needed"] > 12
    assert document["effects"]["rating"]["effect"] is None, "nothing was rated"


def test_no_report_without_turns(capsys: pytest.CaptureFixture[str]) -> None:
    assert "There was no experiment yet" in refused(capsys, "experiment", "report", status=1)
    begin(DESIGN, "2026-05-04")
    assert "no turns yet" in refused(capsys, "experiment", "report", status=1)
    assert running() is not None, "a report of nothing ends nothing"
    err = refused(capsys, "experiment", "report", "nonsense", status=1)
    assert "There is no experiment 'nonsense'. Say 2026-05-04." in err


# --- run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "to begin one takes a delay"),
        (("--delay", "soon"), "no delay between"),
        (("--delay", "0ms"), "no delay between"),
        (("--delay", "5s"), "no delay between"),
        (("--delay", "100ms", "--share", "half"), "no share of the turns"),
        (("--delay", "100ms", "--share", "0"), "no share of the turns"),
        (("--delay", "100ms", "--share", "120%"), "no share of the turns"),
        (("--delay", "100ms", "--text"), "Nobody hears a delay"),
    ],
)
def test_what_cannot_be_tried_out_is_refused(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complaint in refused(capsys, "experiment", "run", *arguments)
    assert load_experiments() == ()


def test_an_interview_that_cannot_be_held_begins_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    args = ("experiment", "run", "--delay", "100ms", "--answers", "missing.wav", "--fast")
    assert main(args) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert load_experiments() == ()


@pytest.mark.parametrize(
    "arguments", [("--delay", "200ms"), ("--share", "0.25"), ("--experiment-seed", "4")]
)
def test_a_running_experiment_is_not_changed(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    begin(DESIGN, "2026-05-04")
    err = refused(capsys, "experiment", "run", *arguments)
    assert "The experiment 2026-05-04 is running" in err


def test_before_an_interview_it_is_known_whether_scipy_is_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    err = refused(capsys, "experiment", "run", "--delay", "100ms", status=1)
    assert "pip install 'voicecoach[experiment]'" in err


def test_no_okay_comes_before_the_delay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from voicecoach.cli import _session

    asked_for = []

    def hold(args: argparse.Namespace, *_: object, **__: object) -> int:
        asked_for.append(_session.options_of(args))
        return 0

    monkeypatch.setattr(_session, "hold_session", hold)
    out_of(capsys, "experiment", "run", "--delay", "100ms")
    assert [options.acknowledgements for options in asked_for] == [False]


def test_two_sessions_of_an_experiment(capsys: pytest.CaptureFixture[str]) -> None:
    answers = [str(DEMO / name) for name in ("answer.wav", "counterfactual.wav")]
    sound = ("--answers", *answers, "--fast", "--voice", "none", "--model", "starter-en")
    start = ("--delay", "100ms", "--share", "50%", "--experiment-seed", "3")
    out, err = out_of(capsys, "experiment", "run", *start, *sound)
    assert err == ""
    assert "by lot; 0 turns so far" in out
    first = turns_drawn(load_experiments()[0])
    assert first >= 2
    out, _ = out_of(capsys, "experiment", "run", *sound)
    assert f"by lot; {first} turns so far" in out
    design = load_experiments()[0].design
    assert (design.delay_s, design.share, design.seed) == (0.1, 0.5, 3)
    lots = [
        e
        for name in reversed(SessionStore().ids())
        for e in SessionStore().load(name).events
        if isinstance(e, DelayAssigned)
    ]
    assert [lot.number for lot in lots] == list(range(len(lots)))
    assert [lot.delay_s > 0 for lot in lots] == [design.is_delayed(n) for n in range(len(lots))]
