"""The demo of three questions: what the coach reads back is what the recorded candidate said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.events import (
    Event,
    ProbeChosen,
    RoundBegan,
    SessionEnded,
    TaskOpened,
    TurnTaken,
    UtteranceStarted,
)
from voicecoach.store import read_events


def demo(tmp_path: Path, *options: str) -> tuple[Event, ...]:
    """Hold a demo, and return its events."""
    log = tmp_path / "events.jsonl"
    command = (sys.executable, "-m", "voicecoach", "demo", "--fast", "--events", str(log))
    done = subprocess.run(
        (*command, *options), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return read_events(log).events


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Event, ...]:
    return demo(tmp_path_factory.mktemp("demo"), "--plan", "standard")


def test_three_questions_are_asked_and_each_is_followed_up(held: tuple[Event, ...]) -> None:
    opened = [e for e in held if isinstance(e, TaskOpened)]
    assert [e.question_type for e in opened if e.kind == "question"] == [
        "data_story",
        "pricing_case",
        "leadership_conflict",
    ]
    for number in (1, 2, 3):
        assert sum(e.task_id.startswith(f"q{number}.p") for e in opened) >= 2
    assert [e.reason for e in held if isinstance(e, SessionEnded)] == ["finished"]


def test_the_candidate_has_an_answer_to_everything(held: tuple[Event, ...]) -> None:
    turns = [e for e in held if isinstance(e, TurnTaken)]
    assert {e.kind for e in turns} == {"answer"}
    tasks = [e.task_id for e in turns]
    assert len(tasks) == len(set(tasks)), "nothing had to be asked twice"


def test_what_is_read_back_was_said(held: tuple[Event, ...]) -> None:
    heard = " ".join(e.text for e in held if isinstance(e, TurnTaken))
    probes = [e for e in held if isinstance(e, ProbeChosen)]
    said = [e.text for e in held if isinstance(e, UtteranceStarted) and e.purpose == "probe"]
    quoted = [
        re.search(r"(?:said|told me|noted|heard) (?:that )?([^.?]+)[.?]", text) for text in said
    ]
    claims = [match[1] for match in quoted if match is not None]
    assert len(claims) >= 2
    for claim in claims:
        assert claim in heard
    assert all(e.evidence in heard for e in probes)


def test_the_closing_words_quote_one_answer_and_name_one_thing_to_do(
    held: tuple[Event, ...],
) -> None:
    heard = " ".join(e.text for e in held if isinstance(e, TurnTaken)).lower()
    closing = [e.text for e in held if isinstance(e, UtteranceStarted) and e.purpose == "closing"]
    assert sum("question" in text for text in closing) == 1
    (moment,) = [text for text in closing if "question" in text]
    assert moment.partition(": ")[2].partition(".")[0].lower() in heard


def test_the_demo_takes_a_style(tmp_path: Path) -> None:

    events = demo(tmp_path, "--style", "bar raiser")
    assert [e.style for e in events if isinstance(e, RoundBegan)] == ["bar-raiser"]
    assert [e.reason for e in events if isinstance(e, SessionEnded)] == ["finished"]
