"""Landmarks of an opening: what was heard first, where and when."""

from __future__ import annotations

import pytest

from voicecoach.events import Word
from voicecoach.scoring.opening import opening_landmarks

WHOLE = (
    "night nurses couldn't find a free bed because the board was an hour old so i decided to drop "
    "the new dashboard and put a button on every bed instead and the wait for a bed fell from "
    "three hours to forty minutes it turned out that porters knew first and nobody had asked them"
)


def timed(text: str, words_per_second: float = 2.0) -> tuple[Word, ...]:
    """Words at a steady pace, the first at ten seconds."""
    step_s = 1 / words_per_second
    return tuple(
        Word(w, 10 + n * step_s, 10 + (n + 1) * step_s, 0.9) for n, w in enumerate(text.split())
    )


def test_everything_is_heard_in_a_whole_opening() -> None:
    marks = opening_landmarks(timed(WHOLE), WHOLE)
    assert set(marks.heard) == {"customer", "decision", "metric", "cause"}
    assert next(iter(marks.heard)) == "customer"
    assert marks.decision is not None
    assert marks.decision.whose == "I"
    assert marks.metric is not None
    assert "from three hours to forty minutes" in marks.metric.quote
    for mark in marks.heard.values():
        assert WHOLE[mark.start_char : mark.end_char] == mark.quote


def test_times_count_from_the_first_word() -> None:
    marks = opening_landmarks(timed(WHOLE), WHOLE)
    assert marks.decision is not None
    assert marks.decision.at_s == pytest.approx(marks.decision.word / 2.0)


def test_typed_text_has_places_and_no_times() -> None:
    marks = opening_landmarks((), WHOLE)
    assert marks.customer is not None
    assert marks.customer.at_s is None
    assert marks.customer.word <= 2


def test_what_comes_late_is_heard_with_its_time() -> None:
    late = "so a little about where i worked then " * 30 + WHOLE
    marks = opening_landmarks(timed(late), late)
    assert marks.metric is not None
    assert marks.metric.at_s is not None
    assert marks.metric.at_s > 90.0


@pytest.mark.parametrize(
    "text",
    [
        "so a bit of background i joined at a time of change and the market was shifting",
        "",
        "um",
    ],
)
def test_a_ramble_has_no_landmarks(text: str) -> None:
    assert opening_landmarks((), text).heard == {}


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("in the end we stopped the rollout in june", "we"),
        ("my boss decided to ship it anyway", "others"),
        ("my call was to leave the price alone", "I"),
    ],
)
def test_whose_decision_it_was(text: str, whose: str) -> None:
    decision = opening_landmarks((), text).decision
    assert decision is not None
    assert decision.whose == whose


def test_a_reason_for_nothing_measured_is_no_cause() -> None:
    text = "we were eight people because one had gone on leave and we had two offices"
    assert opening_landmarks((), text).cause is None
