"""The language of cue phrases."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.scoring.clauses import read
from voicecoach.scoring.cue_language import PhraseError
from voicecoach.scoring.cues import Matcher
from voicecoach.scoring.tokens import Token
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
        ("we (a|a b) ~1 c", "we a b c", "we a b c"),
        (
            "(<n> of)? our (runs|run (by|on) ~2)",
            "9 of our run on old and",
            "9 of our run on old and",
        ),
        ("so ~3", "so we all stopped there", "so we all stopped"),
        ("so ~3", "so we", "so we"),
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
    "phrase",
    [
        "",
        "~3 stopped",
        "(he)? ~3 stopped",
        "left (the rest",
        "left rest)",
        "left () rest",
        "<nothing_of_the_kind>",
        "(the)?",
    ],
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError, match="cue"):
        Matcher({}, {"cue": [phrase]})


def test_words_split_or_misspelt_by_a_recogniser_are_mended() -> None:
    assert found("guardrail metrics", "the guard rail metrics moved") == ["guardrail metrics"]
    assert found("experiment ran", "the experimant ran") == ["experiment ran"]


def test_a_word_that_is_only_near_is_left_alone() -> None:
    assert found("holding", "the building") == []


WORDS = st.sampled_from("abcd")


Written = tuple[str, str]
"""A phrase, and the regular expression that says the same."""


def in_a_row(first: Written, middle: list[Written], last: Written) -> Written:
    parts = [first, *middle, last]
    return " ".join(phrase for phrase, _ in parts), "".join(pattern for _, pattern in parts)


def a_choice(options: list[Written], optional: bool) -> Written:
    """Of several options those of one word go first, then the longer ones in order."""
    ordered = sorted(options, key=lambda option: " " in option[0])
    inside = "|".join(pattern for _, pattern in ordered)
    written = "|".join(phrase for phrase, _ in options)
    return (f"({written})?", f"(?:{inside})??") if optional else (f"({written})", f"(?:{inside})")


A_WORD = WORDS.map(lambda word: (word, f"{word} "))
A_GAP = st.integers(1, 3).map(lambda most: (f"~{most}", rf"(?:\S+ ){{0,{most}}}?"))
AN_OPTION = A_WORD | st.builds(in_a_row, A_WORD, st.lists(A_WORD | A_GAP, max_size=2), A_WORD)
A_CHOICE = st.builds(a_choice, st.lists(AN_OPTION, min_size=1, max_size=3), st.booleans())
A_PHRASE = st.builds(
    in_a_row, A_WORD, st.lists(A_WORD | A_GAP | A_CHOICE, max_size=4), A_WORD | A_CHOICE
)


@given(A_PHRASE, st.lists(WORDS, max_size=12))
def test_a_phrase_is_found_where_a_regular_expression_would_find_it(
    phrase: Written, words: list[str]
) -> None:
    tokens = [Token(word, 0, 1) for word in words]
    hits = Matcher({}, {"cue": [phrase[0]]}).find(tokens)
    line = "".join(f"{word} " for word in words)
    matches = ((at, re.compile(phrase[1]).match(line, 2 * at)) for at in range(len(words)))
    assert [(hit.start, hit.end) for hit in hits] == [
        (at, match.end() // 2) for at, match in matches if match
    ]
