"""What drills have counted, over the sessions, and how ``voicecoach history`` shows it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.timeline import Timeline
from voicecoach import resources
from voicecoach.cli import main
from voicecoach.content.script import load_script
from voicecoach.drill_results import rounds_of, trends
from voicecoach.events import DrillResult, Event
from voicecoach.report import render
from voicecoach.scoring.types import OPENING_S
from voicecoach.store import SessionStore

MONDAY = dt.datetime(2026, 5, 4, 13, 12, 40, tzinfo=dt.timezone.utc)


def opening(**seconds: float | None) -> dict[str, Any]:
    return {name: {"at_s": at_s, "quote": name} for name, at_s in seconds.items()}


def points(**heard: bool) -> dict[str, Any]:
    named = [{"step": "answer", "name": n, "heard": h, "quote": ""} for n, h in heard.items()]
    return {"heard": sum(heard.values()), "of": len(heard), "points": named}


def session(drill: str, *results: Mapping[str, Any]) -> list[Event]:
    story = Timeline(f"drill:{drill}", "")
    for number, result in enumerate(results, 1):
        story.drill_result(drill, number, result)
    return story.events


def keep(day: int, events: list[Event]) -> str:
    writer = SessionStore().create("drill", MONDAY + dt.timedelta(days=day))
    for event in events:
        writer.append(event)
    writer.close()
    return writer.id


def test_the_drill_takes_the_floor_when_its_results_call_a_point_late() -> None:
    assert load_script(resources.prompts_dir()).drills["opening"].target_s == OPENING_S


def test_what_comes_after_ninety_seconds_comes_too_late() -> None:
    events = session("opening", opening(customer=3.0, decision=95.0, metric=None))
    (found,) = rounds_of(events)
    assert (found.heard, found.of) == (2, 4)
    assert [(p.name, p.heard, p.at_s) for p in found.points] == [
        ("customer", True, 3.0),
        ("decision", False, 95.0),
        ("metric", True, None),
        ("cause", False, None),
    ]


@pytest.mark.parametrize(
    ("drill", "result"),
    [
        ("counterfactual", {}),
        ("so-what", {"heard": "two", "of": 3, "points": []}),
        ("so-what", {"heard": 2, "of": 0, "points": []}),
        ("so-what", {"heard": 2, "of": 3}),
    ],
)
def test_a_result_that_cannot_be_read_is_left_out(drill: str, result: dict[str, Any]) -> None:
    events = [DrillResult(1.0, drill, 1, result)]
    assert rounds_of(events) == ()
    assert trends([events]) == ()


def test_a_trend_goes_from_session_to_session() -> None:
    one = session("so-what", points(worth=True, cost=False, ruling=False))
    two = session("so-what", points(worth=True, cost=False, ruling=True))
    three = session("counterfactual", {"answered": 4, "goal": 3, "alternatives": []})
    first, second = trends([one, two, three])
    assert (first.drill, first.shares, first.missing) == ("counterfactual", (1.0,), "")
    assert (second.drill, second.rounds, second.missing) == ("so-what", 2, "cost")
    assert second.shares == pytest.approx((1 / 3, 2 / 3))


def test_the_report_shows_what_each_step_waited_for() -> None:
    story = Timeline("drill:so-what", "")
    story.opens_round("A lift of four percent.")
    story.answers("it costs us trust")
    story.drill_result("so-what", 1, points(worth=False, cost=True))
    page = render(story.events)
    assert "1 of 2 points" in page
    assert "What was waited for" in page
    assert "Not rated" not in page


def test_history_shows_how_the_drills_went(capsys: pytest.CaptureFixture[str]) -> None:
    keep(0, session("so-what", points(worth=True, cost=False, ruling=False)))
    keep(1, session("so-what", points(worth=True, cost=True, ruling=True)))
    assert main(["history"]) == 0
    assert "33% → 100% of the points, 2 rounds; most often missing: cost" in capsys.readouterr().out
    assert main(["history", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["drills"]
    assert row == {"drill": "so-what", "shares": [0.333, 1.0], "rounds": 2, "missing": "cost"}


def test_history_of_one_drill_tells_every_round(capsys: pytest.CaptureFixture[str]) -> None:
    older = keep(0, session("opening", opening(customer=3.2), opening(customer=2.0, metric=40.0)))
    keep(1, session("so-what", points(worth=True)))
    assert main(["history", "--drill", "Opening"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{older}  round 1  1 of 4  ● customer 3 s  ○ decision")
    assert "● metric 40 s" in lines[1]
    assert lines[-1].startswith("38% of the points, 2 rounds")
    assert main(["history", "--drill", "opening", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [r["heard"] for r in document["rounds"]] == [1, 2]
    assert main(["history", "--drill", "reframe"]) == 0
    assert "Begin with: voicecoach drill reframe" in capsys.readouterr().out
    assert main(["history", "--drill", "tap-dance"]) == 2
