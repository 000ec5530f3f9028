"""The recipe's language model: reading, estimating, mixing, pruning."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from models.recipe.general import GeneralNgrams, general_model_path, read_general
from models.recipe.language import (
    ARC_BYTES,
    HEADER_BYTES,
    BackoffModel,
    LanguageSettings,
    estimate,
    perplexity,
)
from models.recipe.ngrams import count_ngrams, kneser_ney

WORDS = ("<s>", "</s>", "we", "saw", "it", "stop", "now", "they", "um")
OWN = [
    text.split()
    for text in ("we saw it", "we saw it now", "they saw it", "stop", "stop now", "um we saw")
] * 3
COMMANDS = [["stop"], ["stop", "now"]]


@pytest.fixture
def general() -> GeneralNgrams:
    """Nine words, equally frequent but for the end, and a few n-grams."""
    number = {word: at for at, word in enumerate(WORDS)}
    pairs = np.array([[number["they"], number["saw"]], [number["it"], number["</s>"]]])
    triples = np.array([[number["<s>"], number["they"], number["saw"]]])
    unigrams = np.log(np.array([1e-9, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]))
    return GeneralNgrams(
        words=WORDS,
        grams=(np.arange(9)[:, None], pairs, triples),
        logprobs=(unigrams, np.log([0.5, 0.6]), np.log([0.8])),
    )


def _model(general: GeneralNgrams, bytes_at_most: int = 5_000_000) -> BackoffModel:
    settings = LanguageSettings(bytes_at_most=bytes_at_most)
    return estimate(OWN, WORDS, [["they", "saw", "it"]], COMMANDS, settings, general)


def test_after_every_history_the_words_share_one(general: GeneralNgrams) -> None:
    model = _model(general)
    histories = [(), *model.ngrams[0], *model.ngrams[1], ("um", "now"), ("never", "met")]
    words = [word for (word,) in model.ngrams[0] if word != "<s>"]
    for history in histories:
        if "</s>" not in history:
            total = sum(math.exp(model.logprob(word, history)) for word in words)
            assert total == pytest.approx(1, abs=1e-3), history


def test_own_text_and_general_english_are_both_heard(general: GeneralNgrams) -> None:
    model = _model(general)
    assert model.logprob("saw", ["<s>", "we"]) > math.log(0.5)  # only the own text says so
    assert model.logprob("</s>", ["saw", "it"]) > math.log(0.3)
    assert model.logprob("[unk]", ["we"]) > -math.inf
    assert model.logprob("nonsense", ["we"]) == -math.inf


def test_a_small_graph_keeps_the_whole_utterances(general: GeneralNgrams) -> None:
    full, small = _model(general), _model(general, bytes_at_most=HEADER_BYTES + 22 * ARC_BYTES)
    assert len(small.ngrams[1]) + len(small.ngrams[2]) < len(full.ngrams[1]) + len(full.ngrams[2])
    assert ("<s>", "stop", "now") in small.ngrams[2]
    assert ("<s>", "stop", "</s>") in small.ngrams[2]


def test_pruning_costs_little_where_little_is_said(general: GeneralNgrams) -> None:
    full = perplexity(_model(general), OWN)[0]
    pruned = perplexity(_model(general, bytes_at_most=HEADER_BYTES + 25 * ARC_BYTES), OWN)[0]
    assert full <= pruned < 2 * full


def test_utterances_get_their_share_of_the_starts(general: GeneralNgrams) -> None:
    without = estimate(OWN, WORDS, (), (), None, general)
    half = estimate(OWN, WORDS, (), COMMANDS, LanguageSettings(whole_share=0.5), general)
    before, after = (math.exp(model.logprob("stop", ["<s>"])) for model in (without, half))
    assert after == pytest.approx(0.5 + 0.5 * before, rel=1e-3)  # both utterances begin with stop


def test_the_tuning_text_decides_whom_to_believe(general: GeneralNgrams) -> None:
    # General English has never heard "it now"; the own text has never ended after "they saw".
    like_own = estimate(OWN[1:2], WORDS, [["we", "saw", "it"]] * 200, (), None, general)
    unlike = estimate(OWN[1:2], WORDS, [["um", "they", "stop"]] * 200, (), None, general)
    assert like_own.logprob("it", ["we", "saw"]) > unlike.logprob("it", ["we", "saw"])


def test_hesitations_leave_no_trace_in_the_text(general: GeneralNgrams) -> None:
    hesitant = [["um"], *(["um", *words[:1], "um", *words[1:]] for words in OWN)]
    fluent, model = (estimate(text, WORDS, (), (), None, general) for text in (OWN, hesitant))
    assert model.ngrams == fluent.ngrams


def test_a_history_that_knows_every_word_hands_on_nothing(general: GeneralNgrams) -> None:
    """With few words each may follow each: what rounding leaves must not be divided by nothing."""
    words = ["we", "it", "stop"]
    own = [[a, b] for a in words for b in words] * 5
    model = estimate(own, [*words, "<s>", "</s>"], (), (), None, general)
    for history in ((), ("we",), ("it", "we")):
        total = sum(math.exp(model.logprob(word, history)) for word in [*words, "[unk]", "</s>"])
        assert total == pytest.approx(1, abs=0.01), history


def test_perplexity_counts_ends_and_leaves_out_unknown_words() -> None:
    half = math.log(0.5)
    model = BackoffModel([{("a",): (half, 0.0), ("</s>",): (half, 0.0), ("<s>",): (-99.0, 0.0)}])
    found, scored, unknown = perplexity(model, [["a", "b", "a"]])
    assert (scored, unknown) == (3, 1)
    assert found == pytest.approx(2)


def test_backing_off_adds_the_weights_on_the_way() -> None:
    model = BackoffModel(
        [
            {("a",): (-1.0, -0.5), ("b",): (-2.0, -0.25)},
            {("a", "b"): (-0.1, -0.75)},
            {("a", "b", "a"): (-0.2, 0.0)},
        ]
    )
    assert model.logprob("a", ["a", "b"]) == -0.2
    assert model.logprob("b", ["a", "b"]) == -0.75 - 0.25 - 2.0
    assert model.logprob("b", ["x", "a"]) == -0.1


def test_kneser_ney_prefers_words_of_many_contexts() -> None:
    # 2 always follows 1; 3 follows three different words. Both are seen three times.
    sentences = [[1, 2], [1, 2], [1, 2], [4, 3], [5, 3], [6, 3]]
    counts = count_ngrams(sentences, size=9, start=7, end=8)
    base = np.full(9, 1 / 9)
    model = kneser_ney(counts, 9, base)
    assert model.probs[0][3] > model.probs[0][2]
    assert model.probs[0].sum() == pytest.approx(1)


def test_sentences_are_counted_from_one_start() -> None:
    unigrams, bigrams, trigrams = count_ngrams([[0, 1], [0]], size=4, start=2, end=3)
    assert dict(zip(unigrams["keys"].tolist(), unigrams["counts"].tolist(), strict=True)) == {
        0: 2,
        1: 1,
        3: 2,
    }
    assert 2 * 4 + 0 in bigrams["keys"]
    assert trigrams["keys"].tolist() == sorted(
        [(2 * 4 + 0) * 4 + 1, (0 * 4 + 1) * 4 + 3, 2 * 16 + 3]
    )


def test_the_general_model_is_read_as_pocketsphinx_reads_it() -> None:
    pocketsphinx = pytest.importorskip("pocketsphinx", reason="its model is what is read")
    ngrams = read_general()
    reader = pocketsphinx.NGramModel.readfile(str(general_model_path()))
    rng = random.Random(3)
    for grams, logprobs in zip(ngrams.grams, ngrams.logprobs, strict=True):
        for row in rng.sample(range(len(grams)), 200):
            newest_first = [ngrams.words[word] for word in grams[row][::-1]]
            expected = reader.prob(newest_first) * math.log(1.0001)
            assert logprobs[row] == pytest.approx(expected, abs=1e-3)
    assert np.exp(ngrams.logprobs[0]).sum() == pytest.approx(1, abs=1e-4)
