"""Training speech: who says it, how it is delivered, and a stage that takes up where it stopped."""

from __future__ import annotations

import random
import shutil
import wave
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("soundfile")
pytest.importorskip("soxr")

from models.recipe import voices
from models.recipe.delivery import FILLERS, NOISE, UNKNOWN, Delivery, Director, Noise, Pause, Spoken
from models.recipe.speech import render, synthesise
from models.recipe.voices import (
    ESPEAK,
    FESTIVAL,
    FLITE,
    HELD_OUT,
    SAMPLED,
    Voice,
    cast,
    is_held_out,
    speak,
)
from voicecoach.audio.format import RATE_HZ

PROGRAMS = {ESPEAK: "espeak-ng", FLITE: "flite", FESTIVAL: "festival"}
TEXT = "we looked at the data for three weeks because the metric um that we care about was down"
WORDS = tuple(TEXT.split())


def needs(engine: str) -> None:
    """Skip where a synthesiser is not installed."""
    if shutil.which(PROGRAMS[engine]) is None:
        pytest.skip(f"{PROGRAMS[engine]} is not installed")


@pytest.fixture
def texts() -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("t0", WORDS),
        ("t1", ("yes",)),
        ("t2", ("um", "no")),
        ("t3", ("hmm", "next", "please")),
    ]


def director(count: int = 1) -> Director:
    """A director who knows a text in which the words of `TEXT` are rare."""
    common = [f"w{number}" for number in range(2000)]
    return Director([common, common, *([WORDS] * count)], seed=1)


# --- who ---


def test_no_voice_of_the_evaluation_is_ever_cast() -> None:
    rng = random.Random(1)
    cast_voices = [cast(rng) for _ in range(5000)]
    assert not [voice for voice in cast_voices if is_held_out(voice)]
    assert all(is_held_out(voice) for voice in HELD_OUT.values())


def test_speech_is_shared_out_as_decided() -> None:
    rng = random.Random(2)
    engines = Counter(cast(rng).engine for _ in range(5000))
    assert engines[ESPEAK] / 5000 == pytest.approx(40 / 85, abs=0.03)
    assert min(engines[FLITE], engines[FESTIVAL]) > 100


def test_every_voice_has_a_licence_and_a_package() -> None:
    sourced = {(source.engine, name) for source in voices.SOURCES for name in source.names}
    rng = random.Random(3)
    for voice in [*HELD_OUT.values(), *(cast(rng) for _ in range(500))]:
        known = voice.name.partition("+")[0]
        assert (voice.engine, known) in sourced or known in voices.HELD_OUT_ACCENTS, voice


@pytest.mark.parametrize(
    "voice",
    [
        Voice(FLITE, "slt"),
        Voice(FLITE, "kal16"),
        Voice(FESTIVAL, "kal_diphone"),
        Voice(FESTIVAL, "cmu_us_slt_arctic_hts"),
        Voice(ESPEAK, "en-us+f2"),
        HELD_OUT["ked"],
    ],
    ids=str,
)
def test_voices_speak_slower_when_told_and_no_longer_through_a_shorter_tract(voice: Voice) -> None:
    needs(voice.engine)
    try:
        usual = speak(voice, TEXT)
    except voices.VoiceError as error:
        if voice.engine == FESTIVAL:
            pytest.skip(f"festival's voice is not installed: {error}")
        raise
    assert usual.dtype == np.float32
    assert np.abs(usual).max() <= 1
    assert 3 < len(usual) / RATE_HZ < 9
    assert len(speak(voice.slower(1.3), TEXT)) > 1.15 * len(usual)
    short = Voice(voice.engine, voice.name, tract=1.15)
    assert len(speak(short, TEXT)) == pytest.approx(len(usual), rel=0.06)


def test_a_voice_that_fails_says_so() -> None:
    needs(ESPEAK)
    with pytest.raises(voices.VoiceError):
        speak(Voice(ESPEAK, "no-such-accent"), "yes")
    with pytest.raises(voices.VoiceError):
        speak(Voice(ESPEAK, "en-us+no-such-variant"), "yes")
    with pytest.raises(voices.VoiceError):
        speak(Voice(ESPEAK, "en-us"), "")


def test_festival_goes_on_after_an_error() -> None:
    needs(FESTIVAL)
    with pytest.raises(voices.VoiceError):
        speak(Voice(FESTIVAL, "no_such_diphone"), "")
    try:
        assert len(speak(Voice(FESTIVAL, "kal_diphone"), 'say "yes" (quit)')) > RATE_HZ / 2
    except voices.VoiceError as error:
        pytest.skip(f"festival's voice is not installed: {error}")


# --- how ---


def test_a_delivery_says_every_word_in_order() -> None:
    chosen = director()
    for number in range(300):
        delivery = chosen.direct(f"t{number}", WORDS)
        said = [w for part in delivery.parts if isinstance(part, Spoken) for w in part.words]
        heard = [word for word in delivery.transcript if word != NOISE]
        assert len(said) == len(heard) == len(WORDS)
        for word, said_word, heard_word in zip(WORDS, said, heard, strict=True):
            assert heard_word in (word, UNKNOWN)
            if heard_word != UNKNOWN:
                assert said_word == word


def test_noises_stand_in_the_transcript_where_they_are_heard() -> None:
    chosen = director()
    seen = 0
    for number in range(300):
        delivery = chosen.direct(f"t{number}", WORDS)
        order: list[str] = []
        for part in delivery.parts:
            if isinstance(part, Spoken):
                order.extend("word" for _ in part.words)
            elif isinstance(part, Noise):
                order.append("noise")
        heard = ["noise" if word == NOISE else "word" for word in delivery.transcript]
        assert order == heard
        seen += "noise" in heard
    assert 10 < seen < 60


def test_unknown_words_are_made_up_or_rare_and_never_fillers() -> None:
    chosen = director()
    kinds: Counter[str] = Counter()
    for number in range(600):
        delivery = chosen.direct(f"t{number}", WORDS)
        said = [w for part in delivery.parts if isinstance(part, Spoken) for w in part.words]
        heard = [word for word in delivery.transcript if word != NOISE]
        for word, said_word, heard_word in zip(WORDS, said, heard, strict=True):
            if heard_word == UNKNOWN:
                assert word not in FILLERS
                kinds["rare" if said_word == word else "made up"] += 1
    assert kinds["rare"] > 15
    assert kinds["made up"] > 40


def test_fillers_are_often_drawn_out() -> None:
    chosen = director()
    stretches = [
        part.stretch
        for number in range(300)
        for part in chosen.direct(f"t{number}", WORDS).parts
        if isinstance(part, Spoken) and part.words == ("um",)
    ]
    assert 120 < len(stretches) < 240
    assert max(stretches) > 2 > 1.2 > min(stretches)


def test_the_same_name_is_delivered_in_the_same_way() -> None:
    assert director().direct("t7", WORDS) == director().direct("t7", WORDS)
    assert director().direct("t7", WORDS) != director().direct("t8", WORDS)


def test_a_rendered_pause_is_as_long_as_decided() -> None:
    needs(ESPEAK)
    voice = Voice(ESPEAK, "en-us")
    parts = (Spoken(("yes",)), Pause(1.0), Spoken(("no",)))
    short = (Spoken(("yes",)), Pause(0.2), Spoken(("no",)))
    lengths = [
        len(render(Delivery(voice, p, ("yes", "no"), -70.0), np.random.default_rng(1)))
        for p in (parts, short)
    ]
    assert lengths[0] - lengths[1] == pytest.approx(0.8 * RATE_HZ, abs=2)


# --- the stage ---


def synthesise_with_espeak(texts: list[tuple[str, tuple[str, ...]]], folder: Path) -> int:
    """Run the stage in this process."""
    return synthesise(texts, folder, workers=1, engines=(ESPEAK,))


def rows(folder: Path) -> list[list[str]]:
    """The manifest."""
    return [line.split("\t") for line in (folder / "manifest.tsv").read_text().splitlines()]


def test_the_stage_writes_sound_and_a_manifest(
    texts: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    needs(ESPEAK)
    assert synthesise_with_espeak(texts, tmp_path) == 0
    manifest = rows(tmp_path)
    assert [row[0] for row in manifest] == ["t0", "t1", "t2", "t3"]
    for name, _, _, seconds in manifest:
        with wave.open(str(tmp_path / f"{name}.wav")) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (
                RATE_HZ,
                1,
                2,
            )
            assert file.getnframes() / RATE_HZ == pytest.approx(float(seconds), abs=0.001)


def test_the_stage_makes_again_only_what_is_missing_broken_or_changed(
    texts: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    needs(ESPEAK)
    synthesise_with_espeak(texts, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.wav")}
    for path in tmp_path.glob("*.wav"):
        path.chmod(0o644)
    stamps = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.wav")}
    (tmp_path / "t1.wav").write_bytes(before["t1.wav"][:2000])
    (tmp_path / "t2.wav").unlink()
    with (tmp_path / "journal.tsv").open("a") as journal:
        journal.write("t0\tbroken o")  # as a run leaves it that was killed
    assert synthesise_with_espeak(texts, tmp_path) == 0
    after = {path.name: path.read_bytes() for path in tmp_path.glob("*.wav")}
    assert after == before
    assert (tmp_path / "t0.wav").stat().st_mtime_ns == stamps["t0.wav"]
    assert (tmp_path / "t1.wav").stat().st_mtime_ns != stamps["t1.wav"]
    synthesise_with_espeak([("t0", ("something", "else")), *texts[1:]], tmp_path)
    assert rows(tmp_path)[0][2] != TEXT
    assert (tmp_path / "t0.wav").read_bytes() != before["t0.wav"]


def test_two_workers_make_what_one_makes(
    texts: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    needs(ESPEAK)
    synthesise_with_espeak(texts, tmp_path / "one")
    synthesise(texts, tmp_path / "two", workers=2, engines=(ESPEAK,))
    assert rows(tmp_path / "one") == rows(tmp_path / "two")


def test_sampled_voices_are_made_on_request(tmp_path: Path) -> None:
    pytest.importorskip("pocketsphinx", reason="holds the acoustic model")
    texts = [("s0", WORDS), ("s1", ("um", "hmm", "next", "please"))]
    assert synthesise(texts, tmp_path, workers=1, engines=(SAMPLED,)) == 0
    manifest = rows(tmp_path)
    assert all(row[1].startswith(SAMPLED) for row in manifest)
    assert 3 < float(manifest[0][3]) < 15


def test_what_cannot_be_said_is_counted_and_left_out(tmp_path: Path) -> None:
    needs(ESPEAK)
    texts: list[tuple[str, tuple[str, ...]]] = [("t0", ("'",)), ("t1", ("yes",))]
    assert synthesise_with_espeak(texts, tmp_path) == 1
    assert [row[0] for row in rows(tmp_path)] == ["t1"]
