"""Training goes on where it stopped, and only with what it was begun with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the recipe's dependency group is not installed")
pytest.importorskip("kaldi_native_fbank", reason="the recipe's dependency group is not installed")

from models.recipe.features import FrameStore, Utterance
from models.recipe.network import Shape
from models.recipe.settings import COMMANDS, Settings, Training
from models.recipe.train import Corpus, load_network, train

LEXICON = {"yes": (("Y", "EH", "S"),), "no": (("N", "OW"),)}
FRAMES = 120


@pytest.fixture
def store(tmp_path: Path) -> FrameStore:
    frames = np.random.default_rng(2).normal(10, 3, (2 * FRAMES, 40)).astype(np.float16)
    lengths = np.full(2, FRAMES, np.int32)
    np.savez(tmp_path / "copy0.npz", frames=frames, lengths=lengths)
    return FrameStore(tmp_path / "copy0.npz")


def settings(steps: int, **shape: int) -> Settings:
    small = Shape(front=8, width=12, bottleneck=4, both_sides=1, one_side=0, last=8, dropout=0.0)
    return replace(
        COMMANDS, shape=replace(small, **shape), training=Training(steps=steps, warm_up=1)
    )


def corpus(store: FrameStore, *words: str, of: Settings) -> Corpus:
    utterances = [Utterance(str(number), "rms", (word,)) for number, word in enumerate(words)]
    return Corpus(utterances, [store], LEXICON, of)


def test_a_training_goes_on_after_its_last_step(store: FrameStore, tmp_path: Path) -> None:
    lines: list[str] = []
    for steps in (2, 5):
        of = settings(steps)
        train(corpus(store, "yes", "no", of=of), of, tmp_path, lines.append)
    assert "steps 1 to 2" in lines[0]
    assert any("steps 3 to 5" in line for line in lines)


@pytest.mark.parametrize("change", ["words", "shape"])
def test_another_corpus_or_network_is_begun_anew(
    change: str, store: FrameStore, tmp_path: Path
) -> None:
    of = settings(2)
    train(corpus(store, "yes", "no", of=of), of, tmp_path, lambda line: None)
    other = settings(2, width=16) if change == "shape" else of
    words = ("no", "no") if change == "words" else ("yes", "no")
    lines: list[str] = []
    path = train(corpus(store, *words, of=other), other, tmp_path, lines.append)
    assert "steps 1 to 2" in lines[0]
    assert load_network(path).shape == other.shape
