"""What of the candidate's words is read back verbatim, and what is left alone."""

from __future__ import annotations

import pytest

from voicecoach.scoring.verbatim import MOST_QUOTED, quotable


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("and so um i kept the old page", "I kept the old page"),
        ("I turned it on for everyone in", "I turned it on for everyone"),
        ("i would not", ""),
        ("I looked at just", ""),
        ("When I took over", ""),
        ("if the orders fell by ten", ""),
        ("it fell. The rest stayed", ""),
        ("we left ten shops alone, and", "we left ten shops alone"),
        ("", ""),
        ("word " * (MOST_QUOTED + 1), ""),
    ],
)
def test_only_what_stands_by_itself_is_read_back(said: str, read: str) -> None:
    assert quotable(said) == read
