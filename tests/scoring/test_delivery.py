"""What is measured of how an answer was spoken, and what is left open."""

from __future__ import annotations

import pytest

from voicecoach.events import Word
from voicecoach.scoring.delivery import measure_delivery
from voicecoach.scoring.types import Answer


def spoken(
    text: str, *, words_per_second: float = 2.5, pauses: dict[int, float] | None = None
) -> Answer:
    """An answer whose words follow one another, with a pause in seconds before some of them."""
    words = []
    at_s = 3.0
    step_s = 1 / words_per_second
    for n, word in enumerate(text.split()):
        at_s += (pauses or {}).get(n, 0.0)
        words.append(Word(word, at_s, at_s + step_s, 0.9))
        at_s += step_s
    return Answer(
        text=text,
        words=tuple(words),
        duration_s=words[-1].end_s - words[0].start_s,
        voiced_s=len(words) * step_s,
    )


def test_pace_counts_words_over_the_whole_answer_and_over_the_voice() -> None:
    answer = spoken("word " * 50, words_per_second=2.5, pauses={25: 5.0})
    measured = measure_delivery(answer)
    assert measured["words_per_minute"] == pytest.approx(60 * 50 / 25, abs=0.1)
    assert measured["articulation_rate_wpm"] == pytest.approx(150, abs=0.1)


def test_pauses_of_two_seconds_are_long() -> None:
    measured = measure_delivery(spoken("word " * 30, pauses={5: 1.9, 10: 2.0, 20: 3.5}))
    assert measured["long_pauses"] == 2
    assert measured["longest_pause_s"] == pytest.approx(3.5)


def test_fillers_are_counted_where_hesitations_are_written_down() -> None:
    text = "um so i uh i mean we moved it you know and it looked like a win like forty percent"
    measured = measure_delivery(spoken(text + " and more words to fill the time up" * 2))
    assert measured["fillers"] == 5  # um, uh, i mean, you know, like (before a figure)
    assert measured["fillers_per_minute"] is not None


def test_a_recogniser_that_writes_no_um_proves_nothing() -> None:
    answer = spoken("we moved the button and nine percent more people paid on the first visit")
    assert measure_delivery(answer)["fillers"] is None
    assert measure_delivery(answer, writes_hesitations=True)["fillers"] == 0
    assert measure_delivery(answer, writes_hesitations=False)["fillers_per_minute"] is None


def test_typed_text_has_no_times() -> None:
    measured = measure_delivery(
        Answer("I think we sort of rewrote it, it went well, and I shipped it.")
    )
    for name in (
        "words_per_minute",
        "articulation_rate_wpm",
        "fillers_per_minute",
        "long_pauses",
        "longest_pause_s",
    ):
        assert measured[name] is None, name
    assert measured["hedges"] == 2
    assert measured["restarts"] == 1
    assert measured["i_share"] == pytest.approx(2 / 3, abs=0.001)


def test_a_kind_of_crane_is_no_hedge() -> None:
    assert (
        measure_delivery(Answer("There was a kind of crane and what kind of crane it was"))[
            "hedges"
        ]
        == 0
    )


def test_nothing_is_measured_of_nothing() -> None:
    measured = measure_delivery(Answer(""))
    assert measured["i_share"] is None
    assert measured["hedges"] == 0
    assert measured["words_per_minute"] is None


def test_too_short_for_a_pace() -> None:
    assert measure_delivery(spoken("yes we did that"))["words_per_minute"] is None
