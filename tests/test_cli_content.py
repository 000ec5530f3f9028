"""``voicecoach questions`` and ``voicecoach drills``, through the modules of the command line."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from voicecoach.errors import UsageError

DATA = Path(__file__).parent / "data" / "content"


def call(*words: str) -> int:
    """Run a command as the command line does, but let its errors out."""
    module = importlib.import_module(f"voicecoach.cli.{words[0]}")
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    status: int = module.run(parser.parse_args(words[1:]))
    return status


def json_of(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert call(*words) == 0
    return json.loads(capsys.readouterr().out)


def test_questions_as_json_hold_all_fields(capsys: pytest.CaptureFixture[str]) -> None:
    questions = json_of(capsys, "questions", "--json")["questions"]
    assert len(questions) >= 40
    by_id = {q["id"]: q for q in questions}
    assert by_id["music-button"]["type"] == "counterfactual_followup"
    assert len(by_id["music-button"]["hints"]) == 2


def test_questions_are_listed_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("questions") == 0
    out = capsys.readouterr().out
    assert "Data stories (data-stories)\n  data-changed-plan  L4 L5 L6\n" in out
    assert out.rstrip().endswith("--show ID")


def test_filters_and_search_narrow_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    found = json_of(capsys, "questions", "--json", "--level", "L7", "--family", "cloud pricing")
    assert [q["id"] for q in found["questions"]] == ["cheaper-storage"]
    found = json_of(capsys, "questions", "--json", "parents", "approve")
    assert found["questions"][0]["id"] == "parents-approve"
    assert json_of(capsys, "questions", "--json", "xylophone") == {"questions": []}
    with pytest.raises(UsageError, match="No question fits"):
        call("questions", "xylophone")


def test_one_question_is_shown_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("questions", "--show", "one click") == 0
    out = " ".join(capsys.readouterr().out.split())
    for part in ("half a percent", "A good answer takes about 150 seconds", "Hints:", "data_story"):
        assert part in out
    assert json_of(capsys, "questions", "--show", "one-click-dip", "--json")["target_s"] == 150.0


def test_a_coachs_file_is_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, voicecoach_home: Path
) -> None:
    assert call("questions", "--check", str(DATA / "good.yaml")) == 0
    out = capsys.readouterr().out
    assert "good.yaml: fine, 1 question in the family 'hardware launches'" in out
    assert str(voicecoach_home / "questions") in out

    text = (DATA / "good.yaml").read_text("utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("two batteries in a thousand", "0.2% of batteries"), "utf-8")
    assert call("questions", "--check", str(mine)) == 0
    assert "line 9, questions[1].context: would be misread aloud, '0.2%'" in capsys.readouterr().out

    mine.write_text(text.replace("battery-that-swelled", "music-button"), "utf-8")
    assert call("questions", "--check", str(mine)) == 0
    said = capsys.readouterr().out
    assert "line 5, questions[1].id: takes the place of the bank's own question" in said


def test_a_coach_hears_of_every_mistake_at_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.yaml"
    text = (DATA / "good.yaml").read_text("utf-8")
    text = text.replace("type: stop_decision", "type: stopping").replace("L6", "L66")
    mine.write_text(text.replace("probes: [sensitivity", "probes: [sensitivities"), "utf-8")
    assert call("questions", "--check", str(mine)) == 1
    *mistakes, last = capsys.readouterr().err.splitlines()
    assert last == f"voicecoach: 3 mistakes in {mine}"
    assert [m.partition(",")[0] for m in mistakes] == [str(mine)] * 3
    for mistake, part in zip(
        mistakes,
        ("line 6, questions[1].levels[2]: 'L66'", "stop_decision", "sensitivity"),
        strict=True,
    ):
        assert part in mistake


def test_a_question_that_is_hard_to_hear_or_known_already_is_remarked_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.yaml"
    text = (DATA / "good.yaml").read_text("utf-8")
    text = text.replace(
        "text: Do you ship? And what would you have to know first?",
        "text: Convince me that it was these pages",
    ).replace("sensitivity, tradeoff, decision]", "tradeoff]")
    mine.write_text(text, "utf-8")
    assert call("questions", "--check", str(mine)) == 0
    out = capsys.readouterr().out
    assert "questions[1].text: end with a full stop" in out
    assert "is much like 'calls-that-fell' of the bank" in out
    assert "allow 3 follow-ups or more, there are 1" in out


def test_a_file_that_ships_is_no_rival_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    from voicecoach import resources

    shipped = resources.prompts_dir() / "questions" / "failure.yaml"
    assert call("questions", "--check", str(shipped)) == 0
    assert "fine, 4 questions" in capsys.readouterr().out


def test_drills_are_listed_with_what_they_wait_for(capsys: pytest.CaptureFixture[str]) -> None:
    drills = {d["name"]: d for d in json_of(capsys, "drills", "--json")["drills"]}
    assert len(drills) == 11
    assert all(len(d["prompts"]) >= 8 for d in drills.values())
    steps = drills["metric-defence"]["steps"]
    assert [step["name"] for step in steps] == ["name", "against", "repair"]
    assert steps[1]["points"] == ["blind_spot", "wrong_way"]
    assert call("drills") == 0
    out = capsys.readouterr().out
    assert "counterfactual: counterfactual drill" in out
    assert "so-what: so what drill" in out
    assert max(len(line) for line in out.splitlines()) <= 80
