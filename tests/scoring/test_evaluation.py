"""Figures of agreement, on made-up judgements whose figures are known."""

from __future__ import annotations

import pytest

from voicecoach.scoring.evaluation import LabelledAnswer, evaluate
from voicecoach.scoring.types import FACETS, Evidence, FacetScore, ProbeChoice, Score

TEXT = "we left the rest alone and it fell from nine to five"


def label(name: str, overall: float, isolation: int, pair: str = "") -> LabelledAnswer:
    return LabelledAnswer(
        id=name,
        question="data_story",
        style="clean",
        kind="stuffed" if overall == 1 else "genuine",
        pair=pair,
        text=TEXT,
        levels={**dict.fromkeys(FACETS, 1), "isolation": isolation},
        alternatives_ruled_out=0,
        leadership_principles=("Dive Deep",),
        overall=overall,
        next_probes=("decision", "so_what"),
        evidence={"isolation": "left the rest alone"} if isolation == 2 else {},
    )


def judgement(overall: float | None, isolation: int, first: str = "decision") -> Score:
    quote = Evidence(TEXT[:22], 0, 22)
    facets = {name: FacetScore(1, (), "") for name in FACETS}
    facets["isolation"] = FacetScore(isolation, (quote,) if isolation else (), "")
    probes = tuple(ProbeChoice(p, "", "", "", 1.0) for p in (first, "clarify"))
    return Score(overall is not None, None, overall, facets, 0, ("Dive Deep",), probes, {}, 11)


def test_overall_facets_probes_and_evidence() -> None:
    figures = evaluate(
        [
            (label("a", 5, 2), judgement(4.5, 2)),
            (label("b", 3, 0), judgement(3.0, 0, first="so_what")),
            (label("c", 1, 0), judgement(2.5, 1, first="customer")),
        ]
    )
    assert figures["n"] == 3
    assert figures["overall"]["spearman"] == pytest.approx(1)
    assert figures["overall"]["within_half"] == pytest.approx(2 / 3)
    assert figures["overall"]["mean_absolute_error"] == pytest.approx(2 / 3)
    assert figures["facets"]["isolation"]["exact"] == pytest.approx(2 / 3)
    assert figures["facets"]["customer"]["kappa"] is None
    assert figures["probes"] == {
        "n": 3,
        "first_in_two": pytest.approx(2 / 3),
        "one_of_first_two": pytest.approx(2 / 3),
        "first_is_first": pytest.approx(1 / 3),
    }
    assert figures["evidence"] == {"n": 1, "overlap": 1.0}
    assert figures["kinds"]["stuffed"]["scored_above_2"] == 1


def test_pairs() -> None:
    figures = evaluate(
        [
            (label("a", 5, 2, "pair-isolation"), judgement(5.0, 2)),
            (label("b", 3, 0, "pair-isolation"), judgement(3.0, 1)),
        ]
    )
    assert figures["pairs"]["n"] == 1
    assert figures["pairs"]["flipped_alone"] == 1.0


def test_an_answer_that_is_not_scorable_counts_as_the_lowest_score() -> None:
    figures = evaluate([(label("a", 2, 0), judgement(None, 0))])
    assert figures["overall"]["not_scorable"] == 1
    assert figures["overall"]["mean_absolute_error"] == 1
