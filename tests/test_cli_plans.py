"""``practice`` by plan, round, style and history; ``plans`` and ``study``. Answers are typed."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import importlib
import io
import json
import sys
from typing import Any

import pytest

from voicecoach.cli._past import past_sessions, times_asked
from voicecoach.errors import UsageError
from voicecoach.events import RoundBegan, SessionStarted, TaskOpened
from voicecoach.store import SessionRecord, SessionStore

STORY = (
    "our customers left the checkout because the page was slow and i owned that page so i cut it "
    "to three steps and completion rose by eight percent\n"
)


def call(*words: str) -> int:
    module = importlib.import_module(f"voicecoach.cli.{words[0]}")
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    status: int = module.run(parser.parse_args(words[1:]))
    return status


@pytest.fixture
def practise(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hold a typed session and return its record."""

    def hold(*options: str, typed: str = STORY) -> SessionRecord:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert call("practice", "--text", *options) == 0
        return SessionStore().load()

    return hold


def asked(record: SessionRecord) -> list[str]:
    opened = [e for e in record.events if isinstance(e, TaskOpened)]
    return [e.question_id for e in opened if e.kind == "question"]


def test_interviews_in_a_row_do_not_repeat_a_question(practise: Any) -> None:
    questions = [asked(practise("--family", "pricing case"))[0] for _ in range(3)]
    assert len(set(questions)) == 3


def test_browsing_shows_what_was_asked_and_what_is_new(
    practise: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    practise("--question", "one click")
    capsys.readouterr()
    assert call("questions", "one", "click") == 0
    assert "one-click-dip  L5 L6  asked once\n" in capsys.readouterr().out
    assert call("questions", "--new", "--json") == 0
    new = {q["id"] for q in json.loads(capsys.readouterr().out)["questions"]}
    assert "one-click-dip" not in new
    assert "music-button" in new


def test_a_seed_repeats_an_interview_whatever_was_asked_since(practise: Any) -> None:
    first = practise("--seed", "5", "--plan", "standard")
    practise("--plan", "standard")
    assert asked(practise("--seed", "5", "--plan", "standard")) == asked(first)


def test_a_loop_goes_on_with_the_next_round(practise: Any) -> None:
    for number in (1, 2, 3):
        record = practise("--plan", "voice loop", "--round", "next", typed="skip\n")
        assert [e.number for e in record.events if isinstance(e, RoundBegan)] == [number]


def test_a_round_and_a_style_can_be_chosen(practise: Any) -> None:
    for name in ("5", "product analytics", "analytics"):
        options = ["--plan", "general-loop", "--round", name, "--style", "warm"]
        record = practise(*options, typed="skip\n")
        (began,) = [e for e in record.events if isinstance(e, RoundBegan)]
        assert (began.number, began.persona, began.style) == (5, "analyst", "warm")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--plan", "quick", "--round", "2"], "quick is a single round.*voice-loop"),
        (["--plan", "voice-loop", "--round", "6"], "no round '6'.*2 bar raiser.*next"),
        (["--plan", "voice-loop", "--round", "product"], "no round 'product'.*3 product sense"),
        (["--plan", "loop"], "no plan 'loop'.*general-loop · voice-loop"),
        (["--style", "cruel"], "no style 'cruel'.*bar-raiser"),
        (["--plan", "study", "--level", "L6"], "study plan chooses its questions itself"),
    ],
)
def test_what_does_not_go_together_is_said_before_anything_begins(
    practise: Any, options: list[str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        practise(*options)
    assert SessionStore().ids() == ()


def test_the_study_plan_goes_on_from_what_was_practised(
    practise: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert call("study") == 0
    assert "product sense" in capsys.readouterr().out
    first = asked(practise("--plan", "study", typed="skip\n" * 3))
    assert len(first) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "study session on product sense, principle stories and analytics" in said
    assert call("study", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert sum(area["asked"] for area in document["areas"]) == 3
    assert sum(area["goal"] for area in document["areas"]) == pytest.approx(1.0)
    assert not {step["question"] for step in document["next"]} & set(first)


def test_the_demo_is_no_practice_of_yours() -> None:
    for activity in ("demo", "practice"):
        started = dt.datetime(2026, 5, 4, 13, 12)
        with contextlib.closing(SessionStore().create(activity, started)) as log:
            log.append(SessionStarted(0.0, "s", activity, "", 1, "", "", "", "", "", ""))
            log.append(TaskOpened(1.0, "q1", "question", "music-button", "data_story", "", "x"))
    assert len(past_sessions()) == 1
    assert times_asked() == {"music-button": 1}


def test_a_session_that_cannot_be_read_is_no_obstacle(practise: Any) -> None:
    practise(typed="skip\n")
    broken = SessionStore().root / "2026-01-01-0000-practice-zz" / "events.jsonl"
    broken.parent.mkdir()
    broken.write_text("not a log\n", "utf-8")
    assert asked(practise(typed="skip\n"))


def test_plans_are_listed_with_their_rounds(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("plans") == 0
    out = capsys.readouterr().out
    for part in ("quick", "voice-loop", "2 bar raiser: 3 questions, 35 min", "bar-raiser", "study"):
        assert part in out
    assert max(len(line) for line in out.splitlines()) <= 100
    assert call("plans", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    loop = next(p for p in document["plans"] if p["name"] == "voice-loop")
    assert len(loop["rounds"]) == 5
    assert loop["minutes"] == sum(r["minutes"] for r in loop["rounds"])
