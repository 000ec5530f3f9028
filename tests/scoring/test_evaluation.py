"""Figures of agreement, on made-up judgements whose figures are known."""

from __future__ import annotations

import dataclasses
import time

import pytest

from voicecoach.scoring.baseline import judge_by_length
from voicecoach.scoring.bootstrap import intervals
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
    assert figures["facets"]["isolation"]["confusion"] == [[1, 1, 0], [0, 0, 0], [0, 0, 1]]
    assert figures["overall"]["confusion"] == [
        {"label": 1, "score": 2.5, "n": 1},
        {"label": 3, "score": 3.0, "n": 1},
        {"label": 5, "score": 4.5, "n": 1},
    ]
    assert figures["probes"] == {
        "n": 3,
        "first_in_two": pytest.approx(2 / 3),
        "one_of_first_two": pytest.approx(2 / 3),
        "first_is_first": pytest.approx(1 / 3),
        "by_probe": {
            "decision": {
                "n": 3,
                "first": pytest.approx(1 / 3),
                "one_of_first_two": pytest.approx(1 / 3),
                "asked_first": 1,
            }
        },
    }
    assert figures["evidence"] == {"n": 1, "overlap": 1.0}
    assert figures["kinds"]["stuffed"]["scored_above_2"] == 1
    (stuffed,) = figures["by_name"]["stuffed"]
    assert (stuffed["id"], stuffed["label"], stuffed["score"]) == ("c", 1, 2.5)


def test_pairs() -> None:
    figures = evaluate(
        [
            (label("a", 5, 2, "pair-isolation"), judgement(5.0, 2)),
            (label("b", 3, 0, "pair-isolation"), judgement(3.0, 1)),
        ]
    )
    assert figures["pairs"]["n"] == 1
    assert figures["pairs"]["flipped_alone"] == 1.0
    assert figures["pairs"]["another_by_two"] == 0
    assert figures["pairs"]["each"]["pair-isolation"]["levels"] == [2, 1]


def test_what_moves_beside_the_flipped_facet_is_told() -> None:
    better, worse = judgement(5.0, 2), judgement(3.0, 0)
    facets = {**worse.facets, "structure": FacetScore(0, (), ""), "decision": FacetScore(2, (), "")}
    figures = evaluate(
        [
            (label("a", 5, 2, "pair-structure-2"), better),
            (label("b", 3, 2, "pair-structure-2"), dataclasses.replace(worse, facets=facets)),
        ]
    )
    flip = figures["pairs"]["each"]["pair-structure-2"]
    assert not flip["flipped"], "the labels say that nothing flips"
    assert flip["also"] == ["isolation", "decision"]
    assert flip["also_by_two"] == ["isolation"]
    assert figures["pairs"]["another_by_two"] == 1


def test_facets_without_labels_are_left_out() -> None:
    bare = dataclasses.replace(
        label("a", 2, 1),
        levels={"decision": 1},
        alternatives_ruled_out=None,
        leadership_principles=None,
        next_probes=(),
    )
    figures = evaluate([(bare, judgement(2.0, 0)), (label("b", 4, 2), judgement(4.0, 2))])
    assert figures["facets"]["decision"]["n"] == 2
    assert figures["facets"]["isolation"]["n"] == 1
    assert figures["alternatives_ruled_out"]["n"] == 1
    assert figures["leadership_principles"]["n"] == 1
    assert figures["probes"]["n"] == 1
    assert intervals([(bare, judgement(2.0, 0))], draws=20)["first_in_two"] is None


# --- intervals ---


def lot(n: int, step: int) -> list[tuple[LabelledAnswer, Score]]:
    """Answers of which every `step`-th is rated three points too high."""
    return [
        (label(str(i), 1 + i % 4, i % 3), judgement(1.0 + i % 4 + (0 if i % step else 3), i % 3))
        for i in range(n)
    ]


def test_intervals_lie_round_the_figure_and_narrow_with_more_answers() -> None:
    figures, few = evaluate(lot(40, 5)), intervals(lot(40, 5))
    many = intervals(lot(640, 5))
    for name in ("spearman", "within_half", "within_one"):
        low, high = few[name]
        assert low < figures["overall"][name] < high
        assert many[name][1] - many[name][0] < 0.5 * (high - low)
    # A share of 0.8 among 40: sqrt(0.8 * 0.2 / 40) = 0.063, times 1.96 to each side.
    assert few["within_half"] == pytest.approx([0.675, 0.925], abs=0.03)
    assert few["mean_facet_kappa"] == [1.0, 1.0]


def test_the_same_draws_give_the_same_intervals() -> None:
    assert intervals(lot(30, 4), 100) == intervals(lot(30, 4), 100)
    assert intervals(lot(30, 4), 100) != intervals(lot(30, 4), 100, seed=2)


def test_intervals_of_eighty_answers_are_no_wait() -> None:
    started_s = time.process_time()
    intervals(lot(80, 5))
    assert time.process_time() - started_s < 3


# --- the judge by length ---


def test_the_judge_by_length_follows_the_words_alone() -> None:
    lengths = [dataclasses.replace(label(str(n), 1 + n, 0), text="word " * n) for n in range(5)]
    scores = judge_by_length(lengths)
    assert [score.overall for score in scores] == pytest.approx([1, 2, 3, 4, 5])
    figures = evaluate(list(zip(lengths, scores, strict=True)))
    assert figures["overall"]["spearman"] == pytest.approx(1)
    assert figures["overall"]["within_half"] == 1
    assert figures["probes"]["first_in_two"] == 1, "all labels ask for the same two"


def test_the_judge_by_length_takes_any_labels() -> None:
    bare = dataclasses.replace(label("a", 2, 1), levels={}, next_probes=())
    (score,) = judge_by_length([bare])
    assert score.overall == 2


def test_an_answer_that_is_not_scorable_counts_as_the_lowest_score() -> None:
    figures = evaluate([(label("a", 2, 0), judgement(None, 0))])
    assert figures["overall"]["not_scorable"] == 1
    assert figures["overall"]["mean_absolute_error"] == 1
