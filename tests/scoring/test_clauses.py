"""Reading an answer: what is left of its surface."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicecoach.events import Word
from voicecoach.scoring.clauses import read
from voicecoach.scoring.types import Answer


def words(text: str) -> str:
    return " ".join(read(Answer(text)).words)


def test_case_punctuation_fillers_and_repeats_are_gone() -> None:
    assert words("So, um, I, I drew, you know, half of them.") == "so i drew half of them"
    assert words("it was, it was like 7% down") == "it was 7 percent down"


def test_a_whole_number_is_one_token() -> None:
    reading = read(Answer("from forty one to twenty two point five, and one hundred and ten"))
    numbers = [t.word for t in reading.tokens if t.number]
    assert numbers == ["forty one", "twenty two point five", "one hundred and ten"]


def test_one_is_a_number_only_where_it_counts() -> None:
    numbered = {t.word for t in read(Answer("one in ten of the new one")).tokens if t.number}
    assert numbered == {"one", "ten"}
    assert not any(t.number for t in read(Answer("the one who came")).tokens)


def test_evidence_is_verbatim_and_has_the_times_of_its_words() -> None:
    text = "we um left the rest"
    spoken = tuple(Word(w, float(i), i + 0.5, 0.9) for i, w in enumerate(text.split()))
    answer = Answer(text, spoken, 4.5, 4.0)
    evidence = read(answer).evidence(1, 4)
    assert evidence.quote == "left the rest"
    assert (evidence.start_s, evidence.end_s) == (2.0, 4.5)


def test_nothing_beyond_the_limit_is_read_but_all_of_it_is_counted() -> None:
    reading = read(Answer("alpha beta gamma delta"), most_words=2)
    assert reading.words == ("alpha", "beta")
    assert reading.spoken_words == 4


@given(st.text(max_size=300))
def test_tokens_lie_inside_any_text_in_order(text: str) -> None:
    tokens = read(Answer(text)).tokens
    assert all(0 <= t.start_char < t.end_char <= len(text) for t in tokens)
    # A figure and its sign, as in "7%", are two tokens in one place.
    starts = [t.start_char for t in tokens]
    assert starts == sorted(starts)
