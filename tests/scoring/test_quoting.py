"""Which claim a probe reads back, and that none is which was heard uncertainly."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quotes import HeardPhrase, is_right, quote_of
from voicecoach.content.rubric import load_rubric
from voicecoach.events import Word
from voicecoach.scoring.findings import Findings, find
from voicecoach.scoring.quoting import quote_for
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import Answer

HEARD = Path(__file__).parent.parent / "data" / "heard_claims.tsv"
"""Phrases with a claim, and what Vosk heard of them: made by ``benchmarks/quotes.py``."""


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(heard_by="starter")


def heard(*words: str, unsure: str = "", confidence: float = 0.5) -> Answer:
    """An answer of these words, surely heard but for one of them."""
    return Answer(
        " ".join(words),
        tuple(
            Word(text, 0.4 * n, 0.4 * n + 0.3, confidence if text == unsure else 1.0)
            for n, text in enumerate(words)
        ),
    )


def findings(answer: Answer | str, rubric: Rubric) -> Findings:
    answer = Answer(answer) if isinstance(answer, str) else answer
    return find(answer, "data_story", rubric)


def quote(answer: Answer | str, rubric: Rubric, probe: str = "counterfactual") -> str:
    return quote_for(probe, findings(answer, rubric), rubric.gates)


CLAIM = ("then", "checkout", "completion", "fell", "three", "percent", "in", "may")


@pytest.mark.parametrize("unsure", ["checkout", "completion", "fell", "three", "percent"])
def test_a_claim_with_a_word_that_was_heard_uncertainly_is_not_read_back(
    unsure: str, rubric: Rubric
) -> None:
    assert quote(heard(*CLAIM), rubric) == "checkout completion fell three percent"
    assert quote(heard(*CLAIM, unsure=unsure), rubric) == ""


@pytest.mark.parametrize("beside", ["then", "in"])
def test_the_words_beside_a_claim_must_be_sure_too(beside: str, rubric: Rubric) -> None:
    assert quote(heard(*CLAIM, unsure=beside), rubric) == ""


def test_doubt_further_away_does_not_matter(rubric: Rubric) -> None:
    assert quote(heard(*CLAIM, unsure="may"), rubric) == "checkout completion fell three percent"


def test_doubt_about_one_claim_leaves_another_to_be_read_back(rubric: Rubric) -> None:
    text = "refunds fell from nine percent to four and then churn dropped by two points"
    words = text.split()
    assert quote(heard(*words), rubric) == "refunds fell from nine percent to four"
    assert quote(heard(*words, unsure="refunds"), rubric) == "churn dropped by two points"


def test_what_was_typed_is_read_back(rubric: Rubric) -> None:
    assert quote(" ".join(CLAIM), rubric) == "checkout completion fell three percent"


@pytest.mark.parametrize(
    "text",
    [
        "it fell by three percent",
        "the others went from forty to thirty",
        "their sales rose four percent",
        "we lose four percent of orders a week",  # how things are, not what came out
        "we were losing forty thousand a week",
        "we raised the limit to nine thousand dollars",  # the decision itself
        "cancellations there went from eight percent to seven",
        "a parcel costs us two pounds",
        "we expected churn to fall by two points",
    ],
)
def test_what_leans_on_another_sentence_or_came_of_nothing_is_not_read_back(
    text: str, rubric: Rubric
) -> None:
    assert quote(f"so {text} in the end", rubric) == ""


@pytest.mark.parametrize("probe", ["clarify", "shorten", "structure", "disagreement", "ownership"])
def test_probes_that_are_about_no_figure_quote_none(probe: str, rubric: Rubric) -> None:
    assert quote(" ".join(CLAIM), rubric, probe) == ""


def test_a_baseline_is_not_asked_of_a_claim_that_has_one(rubric: Rubric) -> None:
    assert quote(" ".join(CLAIM), rubric, "baseline") != ""
    assert quote("refunds fell from nine percent to four", rubric, "baseline") == ""


def recorded() -> list[HeardPhrase]:
    found = []
    for line in HEARD.read_text(encoding="utf-8").splitlines():
        spoken, said = line.split("\t")
        pairs = [pair.rsplit(":", 1) for pair in said.split()]
        words = tuple(
            Word(text, 0.4 * n, 0.4 * n + 0.3, float(confidence))
            for n, (text, confidence) in enumerate(pairs)
        )
        found.append(HeardPhrase(spoken, words))
    return found


def read_back(threshold: float, rubric: Rubric) -> tuple[int, list[str]]:
    """Return how many claims of the recorded hearing are read back, and which of them wrongly."""
    made, wrong = 0, []
    for phrase in recorded():
        said = quote_of(phrase, rubric, threshold)
        made += bool(said)
        if said and not is_right(said, phrase):
            wrong.append(f"{said!r} for {phrase.spoken!r}")
    return made, wrong


def test_of_what_vosk_heard_hardly_anything_is_misquoted(rubric: Rubric) -> None:
    made, wrong = read_back(rubric.gates.quote_confidence, rubric)
    assert made >= 40
    assert len(wrong) <= 0.05 * made, wrong
    carelessly, many = read_back(0.0, rubric)
    assert len(many) > 0.25 * carelessly
