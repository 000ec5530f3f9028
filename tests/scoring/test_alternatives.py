"""Rivals count when they are named and answered, however plainly; naming alone counts nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from voicecoach.scoring.alternatives import MOST_COUNTED, count_alternatives, find_alternatives

RIVALS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "data" / "rivals.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("said", RIVALS, ids=lambda said: said["text"][:40])
def test_only_rivals_named_and_answered_count(said: dict[str, Any]) -> None:
    assert count_alternatives(said["text"]) == said["count"], find_alternatives(said["text"])


@pytest.mark.parametrize("said", RIVALS, ids=lambda said: said["text"][:40])
def test_names_are_verbatim_and_lie_in_their_spans(said: dict[str, Any]) -> None:
    text = said["text"]
    for rival in find_alternatives(text):
        assert rival.name in text[rival.start_char : rival.end_char]
        assert rival.how in text
        assert bool(rival.how) == rival.answered


def test_the_same_rival_twice_counts_once() -> None:
    once = "It wasn't the weather, because the sheds are heated."
    again = "And it wasn't the weather in May either, because the sheds are heated then too."
    assert count_alternatives(f"{once} {again}") == 1


def test_no_more_than_three_count() -> None:
    causes = ("price", "rain", "strike", "logo", "holiday")
    text = " ".join(f"It wasn't the {c}, because both towns had the same one." for c in causes)
    assert len([a for a in find_alternatives(text) if a.answered]) == len(causes)
    assert count_alternatives(text) == MOST_COUNTED


@pytest.mark.parametrize(
    "text", ["", "um", "it wasn't", "because " * 2000, "could it have been the "]
)
def test_odd_texts_count_nothing(text: str) -> None:
    assert count_alternatives(text) == 0
