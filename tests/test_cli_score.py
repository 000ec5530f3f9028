"""``voicecoach score`` and ``voicecoach evaluate`` through the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from voicecoach.cli import main
from voicecoach.content.labels import load_labels
from voicecoach.judging import judge_all
from voicecoach.scoring.types import FACETS

STORY = (
    "So we put it in at six shops and left six alone, and the wait went from nine minutes to"
    " five and stayed at nine in the rest, so I rolled it out everywhere."
)
DATA = Path(__file__).parent / "data"


def test_a_text_file_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answer.txt"
    path.write_text(STORY, encoding="utf-8")
    assert main(["score", str(path), "--question", "data_story", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["facets"]) == set(FACETS)
    assert document["facets"]["isolation"]["level"] == 2
    assert len(document["next_probes"]) == 16
    assert document["delivery"]["words_per_minute"] is None
    assert document["lift"]["facets"]
    assert document["lift"]["to"] > document["overall"]


def test_standard_input_for_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STORY.encode())))
    assert main(["score", "-", "--question", "data_story"]) == 0
    shown = capsys.readouterr().out
    assert "Overall" in shown
    assert "Isolation" in shown
    assert "an interviewer would ask" in shown
    assert "What would lift it" in shown
    assert "You said the wait went from nine minutes to five." in " ".join(shown.split())


def test_of_a_recording_it_is_said_who_heard_it(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("vosk", reason="Vosk is not installed")
    recording = str(DATA / "demo" / "answer.wav")
    assert main(["score", recording, "--question", "data_story"]) == 0
    shown = capsys.readouterr().out
    assert "Overall" in shown
    assert "Heard by starter-en. The starter model hears" in shown
    assert main(["score", recording, "--question", "data_story", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scorable"]


def test_what_cannot_be_scored_is_said_kindly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "empty.txt"
    path.write_text("", encoding="utf-8")
    assert main(["score", str(path), "--question", "prfaq"]) == 0
    assert "Not scored" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["score", "none.txt", "--question", "data_story"], 1, "none.txt cannot be read"),
        (["score", "none.txt", "--question", "data_storey"], 2, "'data_story' is meant"),
        (["score", "none.wav", "--question", "data_story"], 1, "none.wav"),
        (["evaluate", "none.yaml"], 1, "There is no file none.yaml"),
    ],
)
def test_a_failure_is_one_clear_line(
    arguments: list[str], status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == status
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_bytes_that_are_no_text_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.txt"
    path.write_bytes(b"\xff\xfe\x00\x80")
    assert main(["score", str(path), "--question", "data_story"]) == 1
    assert "not text in UTF-8" in capsys.readouterr().err


def test_evaluation_prints_n_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    labels = str(DATA / "judged_answers_held_out.yaml")
    assert main(["evaluate", labels]) == 0
    shown = capsys.readouterr().out
    assert "n = 24" in shown
    assert "length alone" in shown
    assert " to " in shown, "intervals"
    assert main(["evaluate", labels, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["overall"]["n"] == 24
    assert all(f["n"] == 24 for f in document["facets"].values())
    assert document["intervals"]["draws"] == 1000


def test_evaluation_beside_what_has_to_be_beaten(capsys: pytest.CaptureFixture[str]) -> None:
    labels = str(DATA / "judged_answers_held_out.yaml")
    assert main(["evaluate", labels, "--baselines", "--jobs", "1"]) == 0
    shown = capsys.readouterr().out
    assert "cues alone" in shown
    named = [line for line in shown.splitlines() if line.startswith("kappa")]
    assert named, "kappa by facet, side by side"
    assert main(["evaluate", labels, "--baselines", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["baselines"]) == {"cues", "length"}
    length = document["baselines"]["length"]["overall"]["spearman"]
    assert length == pytest.approx(document["length_alone"]["spearman"], abs=0.03)
    assert length < document["overall"]["spearman"]


def test_many_processes_judge_as_one_does() -> None:
    some = load_labels(DATA / "judged_answers_held_out.yaml")
    many = [answer for _ in range(7) for answer in some]
    assert judge_all(many, jobs=2) == 7 * judge_all(some)


MISTAKEN = """\
- id: a
  question: data_storey
  text: We left the rest alone.
  labels: {overall: 2}
- id: b
  question: data_story
  text: We left the rest alone.
  labels: {overall: 9, isolation: 2}
"""


def test_every_mistake_in_labels_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text(MISTAKEN, encoding="utf-8")
    assert main(["evaluate", str(path)]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "labels.yaml, line 2, [1].question: 'data_storey'" in first
    assert "Perhaps 'data_story' is meant." in first
    assert "labels.yaml, line 8, [2].labels.overall: 9 is out of range" in second


def test_a_coach_need_not_label_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text(
        MISTAKEN.replace("data_storey", "data_story").replace("overall: 9", "overall: 3"),
        encoding="utf-8",
    )
    assert main(["evaluate", str(path), "--baselines"]) == 0
    assert "n = 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("pair", "says"),
    [("pair-isolatoin", "'pair-isolation' is meant"), ("pair-isolation", "has 1 members")],
)
def test_a_pair_that_is_none_is_told(
    pair: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "labels.yaml"
    answer = MISTAKEN.split("- id: b")[0].replace("data_storey", "data_story")
    path.write_text(f"{answer}  pair: {pair}\n", encoding="utf-8")
    assert main(["evaluate", str(path)]) == 1
    assert says in capsys.readouterr().err
