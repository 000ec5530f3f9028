"""``metrics``, ``report`` and ``history`` through the entry point, on sessions kept before."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.timeline import ANSWER, QUESTION, Timeline, interview, score
from voicecoach.cli import main
from voicecoach.events import Event
from voicecoach.store import SessionStore

MONDAY = dt.datetime(2026, 5, 4, 13, 12, 40, tzinfo=dt.timezone.utc)


def keep(events: list[Event], day: int = 0, activity: str = "practice") -> str:
    writer = SessionStore().create(activity, MONDAY + dt.timedelta(days=day))
    for event in events:
        writer.append(event)
    writer.close()
    return writer.id


def half() -> list[Event]:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("it fell by a third")
    return story.events


def out_of(capsys: pytest.CaptureFixture[str], *args: str, status: int = 0) -> tuple[str, str]:
    assert main(args) == status
    captured = capsys.readouterr()
    return captured.out.replace("\N{NO-BREAK SPACE}", " "), captured.err


def json_of(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    out, err = out_of(capsys, *args)
    assert err == ""
    return json.loads(out)


# --- metrics ------------------------------------------------------------------------------------


def test_metrics_of_the_latest_session(capsys: pytest.CaptureFixture[str]) -> None:
    keep(half())
    latest = keep(interview(), day=1)
    out, err = out_of(capsys, "metrics")
    assert err == ""
    assert out.startswith(latest)
    assert "median 540 ms, p95 940 ms" in out
    assert "gate 95%: missed" in out


def test_metrics_as_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    name = keep(interview())
    document = json_of(capsys, "metrics", name[-2:], "--json")
    assert document["session"] == name
    assert document["ttfw_ms"]["n"] == 5
    assert document["turns_per_task"] == 1.5
    assert document["task_resolution"] == {"count": 2, "of": 3, "rate": 0.6667}


def test_metrics_of_all_sessions_together(capsys: pytest.CaptureFixture[str]) -> None:
    keep(interview())
    keep(interview(), day=1)
    document = json_of(capsys, "metrics", "--all", "--json")
    assert (document["sessions"], document["ttfw_ms"]["n"]) == (2, 10)


def test_metrics_of_one_and_of_all_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    _, err = out_of(capsys, "metrics", "x", "--all", status=2)
    assert err.count("\n") == 1


def test_metrics_slice_by_slice(capsys: pytest.CaptureFixture[str]) -> None:
    name = keep(interview())
    out, err = out_of(capsys, "metrics", "--slices")
    assert err == ""
    assert "by turn type" in out
    assert "too few" in out
    assert "The slowest, in milliseconds after the end of your speech" in out
    assert f"{name} at 0:" in out
    assert "floor taken (late) 900" in " ".join(out.split())
    document = json_of(capsys, "metrics", "--slices", "--json")
    assert document["ttfw_ms"]["n"] == 5
    assert sum(row["n"] for row in document["slices"]["device"]) == 5
    assert document["slowest"][0]["timeline"][0]["moment"] == "speech end"


def test_metrics_of_some_days(capsys: pytest.CaptureFixture[str]) -> None:
    for day in (4, 5, 9):
        keep(Timeline(started=f"2026-05-{day:02d}T13:12:40+02:00").ends(), day=day - 4)

    def sessions(dates: str) -> int:
        count: int = json_of(capsys, "metrics", dates, "--json")["sessions"]
        return count

    assert sessions("2026-05-04..2026-05-05") == 2
    assert sessions("2026-05-05..") == 2
    assert sessions("..2026-05-04") == 1
    _, err = out_of(capsys, "metrics", "2026-06-01..", status=1)
    assert err == (
        "voicecoach: There are no sessions in this time (2026-06-01..). "
        "See: voicecoach history --all.\n"
    )


@pytest.mark.parametrize("dates", ["2026-13-01..", "monday..friday", "2026-05-09..2026-05-04"])
def test_dates_that_are_none_are_wrong_usage(
    dates: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(interview())
    _, err = out_of(capsys, "metrics", dates, status=2)
    assert err.count("\n") == 1


def paced(floor_delay_s: float, day: int) -> str:
    story = Timeline(started=f"2026-05-{day:02d}T13:12:40+02:00")
    story.asks(QUESTION)
    for number in range(8):
        story.answers("yes" if number % 2 else ANSWER, floor_delay_s=floor_delay_s * (number % 2))
        story.says("Okay.", "reply")
    return keep(story.ends(), day=day - 4)


def test_metrics_tell_which_slice_explains_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    paced(0.2, 4)
    latest = paced(0.5, 5)
    out, err = out_of(capsys, "metrics", "--against", "2026-05-01..")
    assert err == ""
    assert out.startswith(f"{latest}, against 2026-05-01..")
    text = " ".join(out.split())
    assert "150 ms later on average" in text
    assert "“short reply” explains +150 ms of the +150 ms" in text
    document = json_of(capsys, "metrics", "--against", "2026-05-04..2026-05-04", "--json")
    assert document["change"]["change_ms"] == 150.0
    assert document["change"]["n"] == {"before": 8, "after": 8}


def test_a_session_is_not_compared_with_itself_or_with_silence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = keep(interview())
    _, err = out_of(capsys, "metrics", "--against", name, status=1)
    assert "Replies by voice are wanted on both sides" in err
    assert err.count("\n") == 1
    _, err = out_of(capsys, "metrics", "--against", name, "--slices", status=2)
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["metrics", "report"])
def test_without_sessions_there_is_one_clear_line(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = out_of(capsys, command, status=1)
    assert out == ""
    assert err == "voicecoach: There are no sessions yet. Run: voicecoach practice.\n"


def test_a_damaged_log_is_told_on_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    name = keep(interview())
    log = SessionStore().root / name / "events.jsonl"
    log.write_bytes(log.read_bytes()[:-10])
    out, err = out_of(capsys, "metrics", "--json")
    assert json.loads(out)["session"] == name
    assert "was cut short and is left out" in err


# --- report -------------------------------------------------------------------------------------


def test_a_report_lies_beside_its_session(capsys: pytest.CaptureFixture[str]) -> None:
    name = keep(interview())
    out, err = out_of(capsys, "report")
    assert err == ""
    path = Path(out.strip())
    assert path == SessionStore().root / name / "report.html"
    html = path.read_text(encoding="utf-8")
    assert html.lstrip().startswith("<!doctype html>")
    assert "the receptionists were waiting forty minutes" in html


def test_a_report_of_a_file_goes_where_it_is_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = Path(__file__).parent / "data" / "sessions" / "schema-1.jsonl"
    target = tmp_path / "page.html"
    out, _ = out_of(capsys, "report", str(log), "--out", str(target))
    assert out.strip() == str(target)
    assert "Practice interview" in target.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(interview())
    target = tmp_path / "missing" / "page.html"
    _, err = out_of(capsys, "report", "--out", str(target), status=1)
    assert err.startswith("voicecoach: ")
    assert err.count("\n") == 1


def test_the_report_knows_what_matters_to_a_shipped_question(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from voicecoach.content.script import load_script

    question = load_script().questions[0]
    story = Timeline()
    story.asks(question.text, question.type, question.id)
    story.scores(score(story.answers("well it was like this"), 1.0))
    keep(story.ends())
    out, _ = out_of(capsys, "report")
    html = Path(out.strip()).read_text(encoding="utf-8")
    assert f"Advice on {question.facets[0].replace('_', ' ')}." in html.split("Transcript")[0]


def three_answers() -> list[Event]:
    story = Timeline()
    for number, rating in enumerate((4.5, 4.0, 3.5)):
        story.asks(QUESTION)
        facets = {
            "ownership": (2, ["i shipped a search box"]),
            "decision": (2, ["i decided to keep it"]),
            "customer": (2, ["the receptionists were waiting"]),
            "actionability": (2 if number else 0, ["i decided to keep it"] if number else []),
        }
        story.scores(score(story.answers(ANSWER), rating, facets))
        story.closes()
    return story.ends()


def test_the_debrief_as_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    name = keep(three_answers())
    document = json_of(capsys, "report", "--json")
    assert document["session"] == name
    debrief = document["debrief"]
    assert debrief["scored"] == 3
    assert debrief["leaning"]["verdict"] == "leaning_hire"
    assert debrief["strengths"][0]["quote"].lower() in ANSWER
    assert debrief["concerns"][0]["facet"] == "isolation"
    assert debrief["drills"][0]["command"] == "voicecoach drill counterfactual"
    assert not (SessionStore().root / name / "report.html").exists()


def test_the_page_begins_with_what_a_bar_raiser_would_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep(three_answers())
    html = Path(out_of(capsys, "report")[0].strip()).read_text(encoding="utf-8")
    top = html.split("Transcript")[0]
    assert "Leaning towards hire." in top
    assert "not a hiring decision" in top
    assert "<code>voicecoach drill counterfactual</code>" in top


def test_of_one_answer_the_page_gives_no_leaning(capsys: pytest.CaptureFixture[str]) -> None:
    keep(interview())
    html = Path(out_of(capsys, "report")[0].strip()).read_text(encoding="utf-8")
    assert "No leaning this time." in html
    assert json_of(capsys, "report", "--json")["debrief"]["leaning"]["value"] is None


def test_of_a_session_without_an_answer_there_is_no_debrief(
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep(half())
    assert json_of(capsys, "report", "--json")["debrief"] is None


# --- history ------------------------------------------------------------------------------------


def test_history_lists_the_latest_first(capsys: pytest.CaptureFixture[str]) -> None:
    whole, broken = keep(interview()), keep(half(), day=1)
    rows = json_of(capsys, "history", "--json")["sessions"]
    assert [row["session"] for row in rows] == [broken, whole]
    assert [row["state"] for row in rows] == ["cut short", "finished"]
    assert [row["overall"] for row in rows] == [None, 3.5]
    assert [row["questions"] for row in rows] == [1, 1]
    assert rows[1]["ttfw_ms"]["p50"] == 540.0
    assert rows[1]["turns_per_task"] == 1.5
    assert rows[0]["ttfw_ms"]["p50"] is None


def test_history_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    keep(interview())
    keep(Timeline(clock="virtual").ends("stopped"), day=1)
    out, _ = out_of(capsys, "history")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "session plan asked of 5 reply turns state" in lines
    assert "2026-05-04-1312-practice-o0 quick 1 3.5 540 ms 1.5 finished" in lines
    assert "2026-05-05-1312-practice-o0 quick 0 – – – stopped" in lines
    assert "simulated clock" in out


def test_history_is_short_unless_all_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    for day in range(23):
        keep(half(), day)
    assert len(json_of(capsys, "history", "--json")["sessions"]) == 20
    assert len(json_of(capsys, "history", "--all", "--json")["sessions"]) == 23


def test_history_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of(capsys, "history") == (
        "No sessions yet. Begin with: voicecoach practice\n",
        "",
    )
    assert json_of(capsys, "history", "--json") == {"sessions": [], "drills": []}


def test_an_unreadable_session_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    good, bad = keep(interview()), keep(interview(), day=1)
    (SessionStore().root / bad / "events.jsonl").write_text("nonsense")
    out, err = out_of(capsys, "history", "--json")
    assert [row["session"] for row in json.loads(out)["sessions"]] == [good]
    assert err.count("\n") == 1
    assert bad in err


def test_reading_loads_neither_numpy_nor_models() -> None:
    """History and metrics answer at once: nothing that takes long is loaded for them."""
    keep(interview())
    program = (
        "import sys\n"
        "from voicecoach.cli import main\n"
        "main(['metrics', '--json']); main(['history', '--json'])\n"
        "print(sorted({'numpy', 'vosk', 'sounddevice', 'jinja2', 'yaml'} & set(sys.modules)),"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert done.stderr == "[]\n"
