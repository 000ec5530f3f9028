"""What words are evidence of at the end of a turn, and how long people pause."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.content.turn import load_turn_text, save_turn_text
from voicecoach.errors import ContentError
from voicecoach.events import OPEN_WORDS
from voicecoach.patience import QUICKEST_S, SLOWEST_S, Pauses
from voicecoach.turn_text import TurnText, closes, is_open, length_steps, read_weights, written

STORY = """customers left the checkout because the page was slow and i owned that page so i cut it
to three steps and we shipped it in march completion rose by eight percent and tickets fell"""
TOLD = STORY.split()

words = st.lists(st.sampled_from([*TOLD, *sorted(OPEN_WORDS)[:20]]), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def shipped() -> TurnText:
    return load_turn_text()


@pytest.mark.parametrize(
    ("said", "is_the_end"),
    [
        ("and we stopped it that's my answer", True),
        ("it went up by eight percent does that make sense", True),
        ("that's all", True),
        ("that's all we had in march", False),
        ("the answer", False),
    ],
)
def test_a_closing_phrase_stands_at_the_end(said: str, is_the_end: bool) -> None:
    assert closes(said.split()) is is_the_end


@pytest.mark.parametrize(
    ("said", "goes_on"),
    [
        ("we changed the page and", True),
        ("we changed the page because", True),
        ("we changed the um", True),
        ("completion rose by twenty", True),
        ("it was three point", True),
        ("completion rose by twenty percent", False),
        ("it fell from thirty one to twenty", False),
        ("that stayed with me ever since", False),
        ("we changed the page", False),
        ("", False),
    ],
)
def test_an_open_end_goes_on(said: str, goes_on: bool) -> None:
    assert is_open(said.split()) is goes_on


def test_an_answer_that_has_landed_is_likelier_over_than_one_that_has_begun(
    shipped: TurnText,
) -> None:
    story = f"{' '.join([STORY] * 4)} so i would do it again"
    begun = shipped.log_odds(TOLD[:12], 60.0)
    landed = shipped.log_odds(story.split(), 60.0)
    assert landed > begun + 2.0


@given(said=words, last=st.sampled_from(["and", "because", "the"]))
def test_a_trailing_open_word_is_always_open(said: list[str], last: str) -> None:
    assert is_open([*said, last])


@given(said=words, short=st.floats(20.0, 60.0), more=st.floats(1.0, 100.0))
def test_what_was_expected_to_be_longer_is_no_likelier_over(
    shipped: TurnText, said: list[str], short: float, more: float
) -> None:
    assert shipped.log_odds(said, short + more) <= shipped.log_odds(said, short) + 1e-9


def test_the_steps_of_a_length_add_up_to_it() -> None:
    for share in (0.0, 0.2, 0.5, 0.9, 1.4):
        assert sum(length_steps(share)) == pytest.approx(share)


def test_weights_survive_being_written(tmp_path: Path, shipped: TurnText) -> None:
    save_turn_text(shipped, tmp_path)
    again = load_turn_text(tmp_path)
    assert again.log_odds(TOLD, 60.0) == pytest.approx(shipped.log_odds(TOLD, 60.0), abs=0.01)
    assert "".join(written(again)) == (tmp_path / "weights.tsv").read_text("utf-8")


@pytest.mark.parametrize("text", ["", "word\t1\n", "(bias)\tx\n", "(bias)\t1\n(open)\t1\n"])
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "weights.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="of no use"):
        load_turn_text(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="of no use"):
        load_turn_text(tmp_path / "nowhere")


def test_nothing_said_is_no_answer() -> None:
    text = read_weights(["(bias)\t100\n", "(lengths)\t0\t0\t0\t0\n", "(open)\t0\t0\t0\n"])
    assert text.log_odds([], 60.0) < -1e9
    assert text.log_odds(["x"], 60.0) == pytest.approx(0.1)


# --- pauses -------------------------------------------------------------------------------------


@given(a=st.floats(0.0, 10.0), b=st.floats(0.0, 10.0))
def test_more_silence_is_never_less_evidence(a: float, b: float) -> None:
    pauses = Pauses()
    assert (pauses.evidence(a) <= pauses.evidence(b)) == (a <= b) or pauses.evidence(
        a
    ) == pauses.evidence(b)


@given(evidence=st.floats(0.01, 8.0))
def test_a_silence_is_worth_what_it_was_asked_for(evidence: float) -> None:
    pauses = Pauses()
    assert pauses.evidence(pauses.silence_for(evidence)) == pytest.approx(evidence, rel=1e-6)


def test_patience_follows_the_speaker_within_bounds() -> None:
    quick, slow = Pauses(), Pauses()
    for _ in range(200):
        quick.note(0.36)
        slow.note(4.0)
    assert quick.median_s == QUICKEST_S
    assert slow.median_s == SLOWEST_S
    assert quick.silence_for(3.0) < Pauses().silence_for(3.0) < slow.silence_for(3.0)


def test_a_breath_says_nothing_about_thinking() -> None:
    pauses = Pauses()
    for _ in range(100):
        pauses.note(0.2)
    assert pauses.median_s == Pauses().median_s
