"""What confidence is worth: curves, their error, and the threshold of scoring."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.scoring.calibration import (
    BAD,
    MOST_BAD,
    Heard,
    Threshold,
    outcome,
    reliability,
    threshold,
)

WORDS = st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans()))
TRANSCRIPTS = st.lists(
    st.builds(
        Heard,
        st.floats(0.0, 1.0).map(lambda c: round(c, 2)),
        st.sampled_from([0.0, 0.1, BAD, 0.5, 1.2]),
    )
)


def test_a_recogniser_that_knows_how_sure_it_is_has_no_error() -> None:
    curve = reliability([(0.75, True)] * 3 + [(0.75, False)] + [(1.0, True)] * 5)
    assert curve.n == 9
    assert curve.error == pytest.approx(0.0)
    assert curve.correct == curve.confidence == pytest.approx(8 / 9)
    assert [(b.low, b.high, b.n) for b in curve.bins if b.n] == [(0.7, 0.8, 4), (0.99, 1.0, 5)]


def test_the_error_is_the_distance_weighted_by_words() -> None:
    """Three words of 0.9 of which one is right, and one word of 0.2 that is right."""
    curve = reliability([(0.9, True), (0.9, False), (0.9, False), (0.2, True)])
    assert curve.error == pytest.approx(3 / 4 * (0.9 - 1 / 3) + 1 / 4 * (1.0 - 0.2))


def test_a_bound_belongs_to_the_upper_bin_and_one_to_the_last() -> None:
    curve = reliability([(0.0, True), (0.3, True), (0.99, True), (1.0, True)])
    assert [b.n for b in curve.bins] == [1, 1, 0, 0, 0, 0, 0, 0, 2]


def test_of_no_words_nothing_is_known() -> None:
    curve = reliability([])
    assert (curve.n, curve.error, curve.confidence, curve.correct) == (0, None, None, None)


@given(WORDS)
def test_every_word_is_in_one_bin_and_the_error_is_a_share(words: list[tuple[float, bool]]) -> None:
    curve = reliability(words)
    assert sum(b.n for b in curve.bins) == curve.n == len(words)
    assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in curve.bins if b.n)
    assert curve.error is None or -1e-9 <= curve.error <= 1 + 1e-9
    if curve.correct is not None and curve.confidence is not None and curve.error is not None:
        assert abs(curve.correct - curve.confidence) <= curve.error + 1e-9


def placed(heard: list[Heard]) -> Threshold:
    """The threshold, without the errors of floating point."""
    found = threshold(heard)
    assert found is not None
    return dataclasses.replace(found, confidence=round(found.confidence, 6))


def test_the_threshold_parts_the_good_from_the_bad() -> None:
    good = [Heard(0.90, 0.05), Heard(0.86, 0.2)]
    bad = [Heard(0.74, 0.7), Heard(0.6, 1.1)]
    assert placed([*good, *bad]) == Threshold(0.80, 2, 0, 2, 0)


def test_a_good_transcript_among_bad_ones_is_given_up() -> None:
    heard = [Heard(0.9, 0.1), Heard(0.7, 0.9), Heard(0.6, 0.1), Heard(0.5, 0.9)]
    assert placed(heard) == Threshold(0.80, 1, 0, 3, 1)


def test_one_bad_transcript_among_many_good_ones_is_put_up_with() -> None:
    good = [Heard(0.8 + i / 1000, 0.1) for i in range(30)]
    found = threshold([*good, Heard(0.81, 0.9), Heard(0.4, 0.9)])
    assert found is not None
    assert (found.judged, found.judged_bad, found.withheld_good) == (31, 1, 0)


def test_without_good_and_bad_ones_there_is_no_telling() -> None:
    assert threshold([]) is None
    assert threshold([Heard(0.9, 0.0), Heard(0.5, BAD)]) is None
    assert threshold([Heard(0.9, 0.5)]) is None
    assert threshold([Heard(0.5, 0.0), Heard(0.9, 1.0)]) is None, "the surest one is bad"


@given(TRANSCRIPTS)
def test_no_threshold_judges_more_bad_ones_and_no_lower_one_would_do(heard: list[Heard]) -> None:
    found = threshold(heard)
    if found is None:
        return
    assert found.judged_bad <= MOST_BAD * found.judged
    assert found.judged + found.withheld == len(heard)
    for lower in {t.confidence for t in heard if t.confidence < found.confidence}:
        other = outcome(heard, lower)
        assert other.judged_bad > MOST_BAD * other.judged
