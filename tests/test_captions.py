"""Captions that hold still."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.captions import STAYS_AFTER, SteadyText

HYPOTHESES = st.lists(
    st.lists(st.sampled_from(["we", "stopped", "it", "in", "march"]), max_size=8).map(" ".join),
    max_size=30,
)


def shown(heard: list[str]) -> list[list[str]]:
    captions = SteadyText()
    return [captions.show(text).split() for text in heard]


def test_what_only_grows_is_shown_as_it_is() -> None:
    heard = ["", "we", "we stopped", "we stopped it", "we stopped it in march"]
    assert [" ".join(words) for words in shown(heard)] == heard


def test_a_word_may_change_until_it_has_been_shown_three_times() -> None:
    assert shown(["we", "we", "he"])[-1] == ["he"]
    assert shown(["we", "we", "we", "he"])[-1] == ["we"]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("we stopped it in march", "we stopped it in march"),
        ("he stopped it in march", "we stopped it in march"),
        ("stopped it in march", "we stopped it in march"),
        ("and we stopped it in march", "we stopped it in march"),
        ("we start up it in march", "we stopped it in march"),
        ("we stopped", "we stopped it"),
        ("", "we stopped it"),
    ],
)
def test_what_is_new_goes_on_behind_what_stays(later: str, expected: str) -> None:
    assert " ".join(shown(["we stopped it"] * 3 + [later])[-1]) == expected


def test_a_new_segment_begins_with_nothing() -> None:
    captions = SteadyText()
    for _ in range(5):
        captions.show("we stopped it")
    captions.clear()
    assert captions.show("in march") == "in march"


@given(HYPOTHESES)
def test_a_word_that_has_been_shown_three_times_in_a_row_at_its_place_stays(
    heard: list[str],
) -> None:
    lines = shown(heard)
    for end in range(STAYS_AFTER, len(lines) + 1):
        run = lines[end - STAYS_AFTER : end]
        for place in range(min(map(len, run))):
            if len({line[place] for line in run}) == 1:
                assert all(
                    line[place : place + 1] == run[0][place : place + 1] for line in lines[end:]
                )


@given(HYPOTHESES)
def test_nothing_is_shown_that_was_never_heard(heard: list[str]) -> None:
    for line, so_far in zip(shown(heard), range(1, len(heard) + 1), strict=True):
        words = {word for text in heard[:so_far] for word in text.split()}
        assert set(line) <= words


@given(HYPOTHESES, st.sampled_from(["we stopped it in march", "it", ""]))
def test_what_no_longer_changes_comes_to_rest(heard: list[str], last: str) -> None:
    lines = shown([*heard, *[last] * (STAYS_AFTER + 2)])
    assert lines[-1] == lines[-2]


@given(HYPOTHESES)
def test_stable_hypotheses_are_never_touched(words: list[str]) -> None:
    growing = [" ".join(words[:n]) for n in range(len(words) + 1)]
    for line, text in zip(shown(growing), growing, strict=True):
        assert line == text.split()
    assert all(a == b[: len(a)] for a, b in pairwise(shown(growing)))
