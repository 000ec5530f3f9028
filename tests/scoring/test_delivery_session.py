"""Delivery as a session knows it: where there was voice, and when the candidate got the floor."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from tests.rehearsal import Rehearsal
from tests.test_conversation import STORY, interview
from voicecoach.content.rubric import load_rubric
from voicecoach.events import AnswerScored, FloorTaken, from_json, to_json
from voicecoach.report import render
from voicecoach.scoring.score import score
from voicecoach.scoring.types import LANDMARKS, Answer, read_score

STORY_TYPED = (
    "Busy parents could not finish their order because the page was slow. I owned the checkout, "
    "and I decided to cut it to three steps although it delayed the launch of a new design. "
    "Completion rose from 60 to 68 percent, because the third step asked for a time that nobody "
    "knew yet."
)


def delivery(held: Rehearsal) -> dict[str, Any]:
    return dict(held.of(AnswerScored)[0].score["delivery"])


def test_a_session_knows_the_voice_and_when_the_floor_was_given() -> None:
    found = delivery(Rehearsal(interview(), [f"[1.5] {STORY}"]))
    assert found["voice_without_words"] == 0
    assert found["articulation_rate_wpm"] > found["words_per_minute"]
    at_once = delivery(Rehearsal(interview(), [STORY]))
    assert found["first_word_s"] - at_once["first_word_s"] == pytest.approx(1.5, abs=0.1)
    assert [p["length_s"] for p in found["pauses"]] == [pytest.approx(1.2, abs=0.05)]
    assert found["pauses"][0]["after"] == "we shipped it in march"


def test_a_command_in_the_middle_is_neither_pause_nor_voice_without_words() -> None:
    head, tail = STORY.split(" [1.2] ")
    found = delivery(Rehearsal(interview(), [f"{head} [0.8] repeat the question", tail]))
    plain = delivery(Rehearsal(interview(), [f"{head} {tail}"]))
    assert found["voice_without_words"] == 0
    assert found["longest_pause_s"] == plain["longest_pause_s"]
    assert found["words_per_minute"] == pytest.approx(plain["words_per_minute"], rel=0.05)


def test_a_turn_with_its_voice_is_read_back_from_the_log() -> None:
    taken = Rehearsal(interview(), [STORY]).of(FloorTaken)[0]
    assert len(taken.voice) == 3
    assert sum(b - a for a, b in taken.voice) == pytest.approx(taken.voiced_s, abs=0.002)
    assert from_json(json.loads(json.dumps(to_json(taken)))) == taken
    older = {k: v for k, v in to_json(taken).items() if k != "voice"}
    read = from_json(json.loads(json.dumps(older)))
    assert isinstance(read, FloorTaken)
    assert read.voice == ()


def test_the_report_tells_delivery_in_words_and_where_it_halted() -> None:
    page = render(Rehearsal(interview(), [STORY]).log.events)
    assert "most coaches advise 120 to 160" in page
    assert "we shipped it in march" in page
    assert "silence between clauses" in page
    assert "never part of the rating" in page


def test_an_opening_asked_in_an_interview_shows_its_landmarks() -> None:
    document = score(Answer(STORY_TYPED), "opening_90s", load_rubric()).to_json()
    assert set(document["opening"]) == set(LANDMARKS)
    assert document["opening"]["decision"]["whose"] == "I"
    assert document["opening"]["metric"]["quote"] in STORY_TYPED
    read = read_score(json.loads(json.dumps(document)))
    assert read is not None
    assert read.to_json() == document
    assert read.opening is not None
    assert read_score({k: v for k, v in document.items() if k != "opening"}) is not None


def test_other_answers_have_no_landmarks() -> None:
    assert score(Answer(STORY_TYPED), "data_story", load_rubric()).opening is None


def test_a_report_shows_the_landmarks_of_an_opening_in_an_interview() -> None:
    document = score(Answer(STORY_TYPED), "opening_90s", load_rubric()).to_json()
    events = [
        dataclasses.replace(event, score=document) if isinstance(event, AnswerScored) else event
        for event in Rehearsal(interview(), [STORY]).log.events
    ]
    page = render(events)
    assert "The first 90 seconds" in page
    assert "Decision, and whose" in page
    assert document["opening"]["metric"]["quote"] in page
