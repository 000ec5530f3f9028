"""How the tagger is learned: vectors of words, a logistic regression, levels from blind weights."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the recipe's libraries are not installed")
pytest.importorskip("torch", reason="the recipe's libraries are not installed")

import torch

from models.tagger.answers import NOBODY, Clause, Example, load_examples, nothing_shown
from models.tagger.fit import Words, cross_validate, fit, logistic, prepare, weigh_example
from models.tagger.topics import Told, fit_topics, try_topics
from models.tagger.vectors import (
    _bert,
    _pieces_of,
    load_vectors,
    principal,
    save_vectors,
)
from voicecoach.scoring.discourse import discourse
from voicecoach.scoring.topic import AimRule
from voicecoach.scoring.types import FACETS

GOOD, POOR = ("relief", "kept", "saved", "returned"), ("table", "colour", "meeting", "chart")
REST = ("the", "of", "and", "then", "with", "some", "other", "day", "week", "thing")


def examples(writers: int = 4, each: int = 30) -> list[Example]:
    """Return answers in which good words make the level, and cues seldom see it."""
    rng = random.Random(1)
    made = []
    for writer in range(writers):
        for _ in range(each):
            level = rng.choice((0, 1, 2))
            clauses = [_clause(rng, POOR, 0 if level == 0 else -1) for _ in range(6)]
            if level == 2:
                clauses[rng.randrange(6)] = _clause(rng, GOOD, 1)
            elif level == 1:
                clauses[rng.randrange(6)] = _clause(rng, (GOOD[0], *POOR[:1]), -1)
            cue = level if rng.random() < 0.2 else 0
            made.append(
                Example(
                    f"w{writer}", "data_story", {"so_what": level}, {"so_what": cue}, tuple(clauses)
                )
            )
    return made


def _clause(rng: random.Random, words: tuple[str, ...], evidence: int) -> Clause:
    said = (*rng.choices(REST, k=6), *rng.sample(words, 2))
    return Clause(said, discourse(said, 0), {"so_what": evidence})


def known() -> Words:
    """Return the words with vectors in which the good ones lie together."""
    rng = np.random.default_rng(1)
    words = [*GOOD, *POOR, *REST]
    vectors = rng.normal(0, 0.3, (len(words), 5))
    vectors[: len(GOOD), 0] += 2
    vectors[len(GOOD) : len(GOOD) + len(POOR), 0] -= 2
    return Words({word: n for n, word in enumerate(words)}, vectors)


def test_levels_of_unseen_writers_are_learned_where_cues_see_nothing() -> None:
    data = prepare(examples(), known())
    (agreement,) = cross_validate(data, known(), ["so_what"], data.writers)
    assert agreement.n == 120
    assert agreement.cues is not None and agreement.cues < 0.4
    assert agreement.both is not None and agreement.both > 0.8


def test_learning_is_the_same_each_time_and_the_same_as_when_judged() -> None:
    data = prepare(examples(), known())
    made, again = (fit(data, known(), ["so_what"], data.writers, data.writers) for _ in range(2))
    assert made == again
    example = data.examples[0]
    weights = [row[0] for row in weigh_example(made, example)]
    clause = example.clauses[0]
    expected = made.weigh_words(clause.words, clause.discourse)[0]
    assert weights[0] == expected


def test_no_clause_and_no_cue_counts_against_a_level() -> None:
    data = prepare(examples(), known())
    made = fit(data, known(), ["so_what"], data.writers, data.writers)
    weights = made.facets["so_what"]
    for step in (*weights.raising, weights.doubting):
        assert min(step.best) >= 0
        assert min(min(pair) for pair in step.cues.values()) >= 0


def test_what_shows_nothing_makes_its_words_worth_nothing() -> None:
    idle = " ".join(["relief the kept of saved and returned then"] * 3)
    plain, warned = (
        fit(
            prepare([*examples(), *nothing_shown([idle] * count, ["so_what"])], known()),
            known(),
            ["so_what"],
            [*(f"w{n}" for n in range(4)), *([NOBODY] if count else [])],
            [f"w{n}" for n in range(4)],
        )
        for count in (0, 200)
    )
    assert warned.words["relief"][0] < plain.words["relief"][0]


def test_types_of_question_are_told_apart_by_their_words() -> None:
    rng = random.Random(2)
    told = [
        Told(f"w{n % 4}", name, False, tuple(rng.choices(words, k=30)), 3)
        for n in range(120)
        for name, words in (
            ("data_story", (*REST, *GOOD)),
            ("prfaq", (*REST, *POOR)),
            ("", (*REST, "soup", "stove", "ginger")),
        )
    ]
    rule = AimRule(
        off_below=-3.0,
        alike=(),
        nothing_below=-1.0,
        nothing_facts=6,
        rather_by=2.0,
        fewest_words=10,
    )
    found = try_topics(told, rule, {"w0", "w1", "w2", "w3"})
    assert found.own == (240, 0)
    assert found.unrelated[1] > 0.95 * found.unrelated[0]
    as_each_other = fit_topics(told).margins(tuple(rng.choices((*REST, *POOR), k=30)))
    assert as_each_other["prfaq"] > 1 > -1 > as_each_other["data_story"]


def test_the_regression_finds_the_least_loss() -> None:
    rng = np.random.default_rng(2)
    features = rng.normal(size=(200, 3))
    wanted = features @ [2.0, -1.0, 0.0] + rng.normal(size=200) > 0.5
    found = logistic(features, wanted, 1.0, balanced=False)

    def loss(weights: np.ndarray) -> float:
        margin = np.where(wanted, 1, -1) * (features @ weights[:-1] + weights[-1])
        return float(np.logaddexp(0, -margin).sum() + 0.5 * weights[:-1] @ weights[:-1])

    for step in np.vstack([np.eye(4), -np.eye(4)]) * 0.01:
        assert loss(found + step) > loss(found)
    assert found[0] > 1 > -0.3 > found[1]


def test_balanced_outcomes_weigh_the_same() -> None:
    features = np.zeros((100, 1))
    wanted = np.arange(100) < 5
    assert logistic(features, wanted, 1.0, balanced=True)[-1] == pytest.approx(0, abs=1e-3)
    rare = logistic(features, wanted, 1.0, balanced=False)[-1]
    assert rare == pytest.approx(np.log(5 / 95), abs=1e-2)


def test_principal_components_are_those_of_the_widest_spread() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(300, 4)) * [5, 1, 0.1, 3]
    found = principal(vectors, 2)
    assert found.shape == (300, 2)
    assert found.std() == pytest.approx(1)
    assert abs(np.corrcoef(found[:, 0], vectors[:, 0])[0, 1]) > 0.99
    assert abs(np.corrcoef(found[:, 1], vectors[:, 3])[0, 1]) > 0.99


def test_vectors_are_kept_to_a_hundredth_of_the_largest(tmp_path: Path) -> None:
    vectors = np.random.default_rng(4).normal(size=(3, 5))
    save_vectors(["a", "don't", "b"], vectors, tmp_path)
    words, again = load_vectors(tmp_path)
    assert words == ["a", "don't", "b"]
    assert np.abs(again - vectors).max() <= np.abs(vectors).max() / 127 / 2 + 1e-9


def test_words_are_cut_into_the_longest_known_pieces() -> None:
    pieces = {"[UNK]": 0, "check": 1, "##out": 2, "##o": 3, "don": 4, "'": 5, "t": 6}
    assert _pieces_of("checkout", pieces) == [1, 2]
    assert _pieces_of("don't", pieces) == [4, 5, 6]
    assert _pieces_of("xyz", pieces) == [0]


def test_the_network_is_a_bert() -> None:
    """The same weights in PyTorch's own encoder give the same numbers, padding or not."""
    torch.manual_seed(0)
    width, wide, heads = 24, 48, 12
    layer = torch.nn.TransformerEncoderLayer(
        width, heads, wide, dropout=0, activation="gelu", layer_norm_eps=1e-12, batch_first=True
    ).eval()
    for values in layer.parameters():
        torch.nn.init.normal_(values, std=0.3)
    table, places, kind = (torch.randn(n, width) for n in (9, 7, 2))
    norm = torch.nn.LayerNorm(width, eps=1e-12)
    weights = {
        "embeddings.word_embeddings.weight": table,
        "embeddings.position_embeddings.weight": places,
        "embeddings.token_type_embeddings.weight": kind,
        "embeddings.LayerNorm.weight": norm.weight,
        "embeddings.LayerNorm.bias": norm.bias,
    }
    name = "encoder.layer.0"
    attention = layer.self_attn
    for n, part in enumerate(("query", "key", "value")):
        rows = slice(n * width, (n + 1) * width)
        weights[f"{name}.attention.self.{part}.weight"] = attention.in_proj_weight[rows]
        weights[f"{name}.attention.self.{part}.bias"] = attention.in_proj_bias[rows]
    for part, module in (
        ("attention.output.dense", attention.out_proj),
        ("attention.output.LayerNorm", layer.norm1),
        ("intermediate.dense", layer.linear1),
        ("output.dense", layer.linear2),
        ("output.LayerNorm", layer.norm2),
    ):
        weights[f"{name}.{part}.weight"] = module.weight
        weights[f"{name}.{part}.bias"] = module.bias
    ids = torch.tensor([[1, 2, 3, 4], [5, 6, 0, 0]])
    mask = torch.tensor([[1.0, 1, 1, 1], [1, 1, 0, 0]])
    with torch.no_grad():
        own = _bert(ids, mask, weights)
        before = norm(table[ids] + places[:4] + kind[0])
        other = layer(before, src_key_padding_mask=mask == 0)
    assert torch.allclose(own[0], other[0], atol=1e-5)
    assert torch.allclose(own[1, :2], other[1, :2], atol=1e-5)


def test_labelled_answers_become_clauses_with_their_evidence(tmp_path: Path) -> None:
    labels = ", ".join(f"{name}: {2 if name == 'so_what' else 0}" for name in FACETS)
    (tmp_path / "somebody.yaml").write_text(
        "- id: x-1\n"
        "  question: data_story\n"
        "  text: We sent fewer letters in the spring because paper was dear and so we rang people "
        "up and half of the old customers came back to the shop that they had left.\n"
        f"  labels: {{{labels}, alternatives_ruled_out: 0, leadership_principles: [], "
        "overall: 3}\n"
        "  evidence: {so_what: half of the old customers came back}\n",
        "utf-8",
    )
    (example,) = load_examples([tmp_path / "somebody.yaml"], FACETS)
    assert example.writer == "somebody"
    held = [clause for clause in example.clauses if clause.evidence["so_what"] == 1]
    assert len(held) == 1
    assert "customers" in held[0].words
    assert {clause.evidence["so_what"] for clause in example.clauses} == {1, -1}
    assert {clause.evidence["customer"] for clause in example.clauses} == {0}
