"""How the times of a session's replies are drawn."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.timeline import interview
from voicecoach.histogram import MOST_BARS, histogram
from voicecoach.report import render


@given(st.lists(st.floats(0.0, 40.0), min_size=2, max_size=80))
def test_every_reply_is_in_one_bar_and_no_bar_leaves_the_picture(times_s: list[float]) -> None:
    drawn = histogram("Time to first word", times_s, 0.3)
    assert drawn is not None
    assert sum(bar.replies for bar in drawn.bars) == len(times_s)
    assert len(drawn.bars) <= MOST_BARS
    assert max(bar.height for bar in drawn.bars) == 100.0
    for bar in drawn.bars:
        assert bar.left >= 0.0
        assert bar.left + bar.width <= 100.1
    assert sum(bar.replies for bar in drawn.bars if bar.late) == sum(
        round(t, 6) > 0.3 for t in times_s
    )


def test_the_gate_parts_the_bars_and_words_say_the_same() -> None:
    drawn = histogram("Time to first word", [0.12, 0.3, 0.3001, 0.9], 0.3)
    assert drawn is not None
    assert [(bar.replies, bar.late) for bar in drawn.bars if bar.replies] == [
        (1, False),
        (1, False),
        (1, True),
        (1, True),
    ]
    assert drawn.gate is not None
    late = [bar.left for bar in drawn.bars if bar.late]
    assert abs(drawn.gate - late[0]) < 0.01, "the line stands where the late ones begin"
    assert drawn.title == "Time to first word, 4 replies"
    assert drawn.summary.startswith("Median 300\N{NO-BREAK SPACE}ms, 95th percentile 900")
    assert drawn.summary.endswith("1 reply up to 900\N{NO-BREAK SPACE}ms")


def test_a_gate_beyond_the_picture_is_not_drawn() -> None:
    drawn = histogram("Time to first word", [0.01, 0.02], 0.3)
    assert drawn is not None
    assert drawn.gate is None
    assert not any(bar.late for bar in drawn.bars)


def test_one_reply_is_no_distribution() -> None:
    assert histogram("Response latency", [0.3]) is None


def test_the_report_draws_them_and_tells_them_in_words() -> None:
    page = render(interview())
    titles = re.findall(r"<figcaption>([^<]*replies)</figcaption>", page)
    assert [title.rpartition(",")[0] for title in titles] == [
        "Time to first word",
        "Response latency",
    ]
    assert len(re.findall(r'aria-label="Median [^"]*95th percentile [^"]*up to', page)) == 2


def test_a_report_without_replies_draws_nothing() -> None:
    assert "<figcaption>Time to first word" not in render([])
