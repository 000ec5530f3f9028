"""Delivery measured on the recordings: synthesised speech, whose silences are known."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.scoring.conftest import DATA
from voicecoach.content.delivery import load_delivery_guide
from voicecoach.scoring.delivery import measure_delivery
from voicecoach.scoring.silences import NOTED_PAUSE_S
from voicecoach.scoring.types import Answer
from voicecoach.transcribe import transcribe_file

_NAMES = ("demo/answer.wav", "vague-success", "we-all-agreed", "all-method", "plain-spoken-metric")
SPOKEN = {
    entry["file"]: entry
    for entry in yaml.safe_load((DATA / "recordings.yaml").read_text(encoding="utf-8"))[
        "recordings"
    ]
    if any(name in entry["file"] for name in _NAMES)
}
GUIDE = load_delivery_guide()


@pytest.fixture(scope="module")
def heard() -> dict[str, Answer]:
    return {name: transcribe_file(DATA / name) for name in SPOKEN}


def measured(answer: Answer) -> dict[str, Any]:
    return dict(measure_delivery(answer, GUIDE, writes_hesitations=True))


@pytest.mark.parametrize("name", SPOKEN)
def test_every_long_silence_is_found_where_it_was(name: str, heard: dict[str, Answer]) -> None:
    known = [(a, b) for a, b in SPOKEN[name]["pauses"] if b - a >= NOTED_PAUSE_S + 0.15]
    found = [
        (p["start_s"], p["start_s"] + p["length_s"])
        for p in measured(heard[name])["pauses"]
        if p["length_s"] >= NOTED_PAUSE_S + 0.15
    ]
    for start_s, end_s in known:
        assert any(abs(a - start_s) < 0.2 and abs(b - end_s) < 0.2 for a, b in found), start_s
    for start_s, end_s in found:
        assert any(abs(a - start_s) < 0.2 for a, b in SPOKEN[name]["pauses"]), (start_s, end_s)


@pytest.mark.parametrize("name", SPOKEN)
def test_fluent_speech_has_no_voice_without_words(name: str, heard: dict[str, Answer]) -> None:
    assert measured(heard[name])["voice_without_words"] == 0


def test_a_pause_after_found_that_breaks_a_clause(heard: dict[str, Answer]) -> None:
    inside = [
        p["after"] for p in measured(heard["demo/answer.wav"])["pauses"] if p["inside_clause"]
    ]
    assert inside == ["funnel and i found that"]


def test_an_answer_with_ums_tells_them(heard: dict[str, Answer]) -> None:
    found = measured(heard["recordings/vague-success.wav"])
    assert found["fillers"] == 3  # um, you know, um
    assert found["hedges"] == 2  # more or less, I think
    assert found["preamble_words"] == 3  # um so we
    assert 0.5 < found["first_content_s"] < 1.2


@pytest.mark.parametrize("name", SPOKEN)
def test_pace_is_that_of_the_text(name: str, heard: dict[str, Answer]) -> None:
    entry = SPOKEN[name]
    minutes = (entry["speech_end_s"] - entry["speech_start_s"]) / 60
    spoken = entry["text"].lower().replace("um,", "").split()
    found = measured(heard[name])
    assert found["words_per_minute"] == pytest.approx(len(spoken) / minutes, rel=0.06)
    assert found["articulation_rate_wpm"] > found["words_per_minute"]
