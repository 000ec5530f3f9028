"""The acoustic model is read right, and what is drawn from it can be understood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from models.recipe import trajectories
from models.recipe.sampled_voice import NOISE, PAUSE, Sampler, Style
from models.recipe.sphinx_acoustics import (
    Acoustics,
    AcousticsError,
    Definitions,
    align,
    model_folder,
    with_deltas,
)

jiwer = pytest.importorskip("jiwer", reason="counts word errors")
pocketsphinx = pytest.importorskip("pocketsphinx", reason="holds the acoustic model, and judges")
pytest.importorskip("scipy", reason="draws the trajectories")

RECORDING = Path(__file__).parents[1] / "data" / "recordings" / "command-time-left.wav"
SENTENCES = (
    "i think that the most important thing is to listen to people",
    "she told me that she would come back the next day",
    "the president said that the government would not change the law",
    "it was a very good example of how we work together",
    "there are many reasons why people do not finish the order",
    "the first step was to talk to twenty customers on the phone",
)


@pytest.fixture(scope="module")
def acoustics() -> Acoustics:
    return Acoustics.read()


def test_weights_are_shares_and_variances_positive(acoustics: Acoustics) -> None:
    assert acoustics.means.shape == acoustics.variances.shape == (42, 3, 128, 13)
    assert acoustics.weights.shape == (5126, 3, 128)
    assert np.allclose(acoustics.weights.sum(axis=2), 1)
    assert np.allclose(acoustics.transitions.sum(axis=2), 1)
    assert acoustics.variances.min() > 0


def test_a_context_changes_the_senones_and_an_unseen_one_falls_back(acoustics: Acoustics) -> None:
    senones = acoustics.definitions.senones
    assert tuple(senones("AE", "K", "T", "internal")) != tuple(senones("AE", "M", "N", "internal"))
    assert tuple(senones("AE", "SIL", "+NSN+", "begin")) == tuple(
        senones("AE", "+SPN+", "SIL", "begin")
    )
    assert (acoustics.definitions.owners[senones("ZH", "ZH", "ZH", "single")] == 41).all()


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for path in model_folder().iterdir():
        data = bytearray(path.read_bytes())
        if path.name == "means":
            data[5000] ^= 1
        (folder / path.name).write_bytes(data)
    with pytest.raises(AcousticsError, match="checksum"):
        Acoustics.read(folder)
    (folder / "mdef").write_bytes(b"text" + bytes(100))
    with pytest.raises(AcousticsError, match="binary"):
        Definitions.read(folder / "mdef")


def test_forced_alignment_agrees_with_pocketsphinx(acoustics: Acoustics) -> None:
    samples, _ = soundfile.read(RECORDING, dtype="int16")
    phones = _aligned_by_pocketsphinx(samples, "how much time is left")
    names = ["SIL", *(name for name, _, _ in phones), "SIL"]
    senones, stay = [], []
    for i, (name, position, _) in enumerate(phones):
        senones.append(acoustics.definitions.senones(name, names[i], names[i + 2], position))
        stay.append(acoustics.stay(name))
    scores = acoustics.score(
        with_deltas(acoustics.front_end.cepstra(samples)), np.concatenate(senones)
    )
    ours = align(scores, np.concatenate(stay)) // 3
    theirs = np.repeat(np.arange(len(phones)), [length for _, _, length in phones])
    count = min(len(ours), len(theirs))
    assert np.mean(ours[:count] == theirs[:count]) >= 0.9


def _aligned_by_pocketsphinx(samples: Any, text: str) -> list[tuple[str, str, int]]:
    """Phone, position in its word, and frames; without noise removal, which we do not have."""
    decoder = pocketsphinx.Decoder(lm=None, remove_noise=False, loglevel="FATAL")
    decoder.set_align_text(text)
    for attempt in range(2):
        if attempt:
            decoder.set_alignment()
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), full_utt=True)
        decoder.end_utt()
    phones = []
    for word in decoder.get_alignment():
        inside = list(word)
        for i, phone in enumerate(inside):
            edge = (i == 0, i == len(inside) - 1)
            position = {(True, True): "single", (True, False): "begin", (False, True): "end"}.get(
                edge, "internal"
            )
            phones.append((phone.name, position, phone.duration))
    return phones


def test_the_likeliest_trajectory_obeys_its_differences() -> None:
    """Built from a known trajectory's own statics and differences, it comes back."""
    rng = np.random.default_rng(3)
    known = np.cumsum(rng.standard_normal((80, 13)), axis=0)
    features = with_deltas(known)
    found, deviation = trajectories.draw(features, np.full_like(features, 4.0), rng)
    assert np.abs(found - known).max() < 1e-6
    assert 0.1 < deviation.std() < 0.5


def test_pocketsphinx_understands_sampled_speech(acoustics: Acoustics) -> None:
    sampler = Sampler(7, acoustics)
    decoder = pocketsphinx.Decoder(loglevel="FATAL")
    heard = []
    for sentence in SENTENCES:
        decoder.start_utt()
        decoder.process_raw(sampler.say(sentence.split()).tobytes(), full_utt=True)
        decoder.end_utt()
        heard.append(decoder.hyp().hypstr if decoder.hyp() else "")
    assert jiwer.wer(list(SENTENCES), heard) < 0.4


def test_a_seed_repeats_its_speech_and_another_does_not(acoustics: Acoustics) -> None:
    words = ["um", PAUSE, "hello", NOISE, "[unk]"]
    first, again, other = (Sampler(seed, acoustics).say(words) for seed in (1, 1, 2))
    assert first.dtype == np.int16
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_speakers_differ_more_than_one_speaker_from_himself(acoustics: Acoustics) -> None:
    sampler = Sampler(5, acoustics)
    words = SENTENCES[0].split()

    def timbre(speaker: Any) -> Any:
        return acoustics.front_end.log_energies(sampler.say(words, speaker)).mean(axis=0)[1:]

    people = [
        [timbre(speaker) for _ in range(3)] for speaker in (sampler.speaker() for _ in range(8))
    ]
    groups = np.array(people)
    groups -= groups.mean(axis=2, keepdims=True)
    within = groups.var(axis=1, ddof=1).mean()
    between = groups.mean(axis=1).var(axis=0, ddof=1).mean()
    assert between > 2 * within


def test_a_word_without_a_pronunciation_is_named(acoustics: Acoustics) -> None:
    with pytest.raises(KeyError, match="qqqx"):
        Sampler(1, acoustics).say(["qqqx"])


def test_a_fast_speaker_is_faster(acoustics: Acoustics) -> None:
    sampler = Sampler(2, acoustics, Style())
    person = sampler.speaker()
    lengths = [
        np.mean(
            [len(sampler.say(SENTENCES[0].split(), replace(person, rate=rate))) for _ in range(4)]
        )
        for rate in (0.8, 1.3)
    ]
    assert lengths[1] < 0.85 * lengths[0]
