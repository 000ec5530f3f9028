"""The language of cue phrases."""

from __future__ import annotations

import pytest

from voicecoach.scoring.clauses import read
from voicecoach.scoring.cue_language import PhraseError
from voicecoach.scoring.cues import Matcher
from voicecoach.scoring.types import Answer


def found(phrase: str, text: str, **classes: list[str]) -> list[str]:
    """Return what a phrase matches in a text, as words."""
    matcher = Matcher(classes, {"cue": [phrase]})
    reading = read(Answer(text), mend=matcher.mend)
    return [" ".join(reading.words[h.start : h.end]) for h in matcher.find(reading.tokens)]


@pytest.mark.parametrize(
    ("phrase", "text", "match"),
    [
        ("left alone", "The rest we left alone.", "left alone"),
        ("stop*", "so I stopped it", "stopped"),
        ("*ers", "two drivers came", "drivers"),
        ("left (the rest|them) alone", "we left the rest alone", "left the rest alone"),
        ("left (the)? others", "we left others", "left others"),
        ("from ~2 <n> to <n>", "from about 40 to twenty two", "from about 40 to twenty two"),
        ("so ~3 stopped", "so I stopped", "so i stopped"),
        ("went <n>", "it went, um, like, 9 percent", "went 9"),
        ("(a|b c) d", "b, c d", "b c d"),
    ],
)
def test_a_phrase_finds_its_words(phrase: str, text: str, match: str) -> None:
    assert match in found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("left alone", "alone we left"),
        ("so ~1 stopped", "so then we all stopped"),
        ("stop*", "the top of it"),
        ("(*ers|!others)", "the others"),
        ("<n> percent", "one of those percent signs"),
    ],
)
def test_a_phrase_finds_nothing_else(phrase: str, text: str) -> None:
    assert found(phrase, text) == []


def test_a_class_stands_for_its_phrases() -> None:
    classes = {"others": ["the rest", "everyone else"]}
    assert found("left <others>", "I left everyone else", **classes) == ["left everyone else"]


@pytest.mark.parametrize(
    "phrase", ["", "~3 stopped", "left (the rest", "left rest)", "<nothing_of_the_kind>", "(the)?"]
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError, match="cue"):
        Matcher({}, {"cue": [phrase]})


def test_words_split_or_misspelt_by_a_recogniser_are_mended() -> None:
    assert found("guardrail metrics", "the guard rail metrics moved") == ["guardrail metrics"]
    assert found("experiment ran", "the experimant ran") == ["experiment ran"]


def test_a_word_that_is_only_near_is_left_alone() -> None:
    assert found("holding", "the building") == []
