"""What a recogniser is, shown by all of them: another engine has to pass this file."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.scripted import ScriptedRecognizer, speak
from voicecoach import resources
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Samples
from voicecoach.ports import Recognizer, RecognizerMaker

BLOCK = 640  # 40 ms


@dataclass(frozen=True)
class Engine:
    """A recogniser under test, with a recording that it can hear.

    Attributes:
        make: makes a fresh one, of everything (None) or of only some phrases.
        sound: speech in two stretches, with a pause of silence between them.
        pause_s: where that pause is, start and end.
        word: one that is heard in the second stretch.
    """

    make: RecognizerMaker
    sound: Samples
    pause_s: tuple[float, float]
    word: str


def _scripted() -> Engine:
    sound = speak("[0.5] we stopped [1.0] it in march [0.5]")
    return Engine(ScriptedRecognizer, sound, (1.14, 2.14), "march")


_vosk_model: list[Any] = []


def _vosk() -> Engine:
    from voicecoach.asr import VoskRecognizer, load_model

    if not _vosk_model:
        _vosk_model.append(load_model(resources.models_dir() / "starter-en"))
    decision = read_audio(resources.demo_dir() / "decision.wav").samples
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    half = len(decision) // 2
    sound = np.concatenate([decision[:half], silence, decision[half:], silence])
    pause = (half / RATE_HZ, half / RATE_HZ + 1.0)
    make = functools.partial(VoskRecognizer, _vosk_model[0], "starter-en")
    return Engine(make, sound, pause, "because")


@pytest.fixture(params=[_scripted, _vosk], ids=["scripted", "vosk"])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.param()
    return made


def feed(recognizer: Recognizer, sound: Samples) -> list[str]:
    return [recognizer.accept(sound[i : i + BLOCK]) for i in range(0, len(sound), BLOCK)]


def halves(engine: Engine) -> tuple[Samples, Samples]:
    cut = round(sum(engine.pause_s) / 2 * RATE_HZ)
    return engine.sound[:cut], engine.sound[cut:]


def test_the_text_grows_while_it_listens(engine: Engine) -> None:
    partials = feed(engine.make(None), engine.sound)
    lengths = [len(text.split()) for text in partials]
    assert lengths[0] == 0
    assert lengths[-1] >= 4
    assert sum(b < a for a, b in pairwise(lengths)) <= len(lengths) / 20


def test_final_words_have_times_in_order_and_confidences(engine: Engine) -> None:
    recognizer = engine.make(None)
    feed(recognizer, engine.sound)
    words = recognizer.flush()
    assert engine.word in [w.text for w in words]
    assert all(0 <= w.start_s <= w.end_s <= len(engine.sound) / RATE_HZ + 0.1 for w in words)
    assert all(a.start_s <= b.start_s for a, b in pairwise(words))
    assert all(0.0 <= w.confidence <= 1.0 for w in words)


def test_a_flush_ends_the_segment_and_time_goes_on(engine: Engine) -> None:
    recognizer = engine.make(None)
    before, after = halves(engine)
    feed(recognizer, before)
    first = recognizer.flush()
    feed(recognizer, after)
    second = recognizer.flush()
    assert first and second
    assert engine.word in [w.text for w in second]
    assert first[-1].end_s <= engine.pause_s[1]
    assert second[0].start_s >= engine.pause_s[0]


def test_nothing_is_flushed_twice(engine: Engine) -> None:
    recognizer = engine.make(None)
    feed(recognizer, engine.sound)
    assert recognizer.flush()
    assert recognizer.flush() == ()


def test_a_fresh_one_has_nothing_to_say(engine: Engine) -> None:
    assert engine.make(None).flush() == ()


def test_after_a_reset_time_starts_at_zero_and_nothing_is_left(engine: Engine) -> None:
    recognizer = engine.make(None)
    feed(recognizer, engine.sound)
    recognizer.reset()
    assert recognizer.flush() == ()
    recognizer.reset()
    feed(recognizer, engine.sound)
    again = recognizer.flush()
    fresh = engine.make(None)
    feed(fresh, engine.sound)
    expected = fresh.flush()
    assert [w.text for w in again] == [w.text for w in expected]
    assert again[0].start_s == pytest.approx(expected[0].start_s, abs=0.1)


def test_the_size_of_the_blocks_does_not_matter_much(engine: Engine) -> None:
    words = []
    for block in (320, 960):
        recognizer = engine.make(None)
        for i in range(0, len(engine.sound), block):
            recognizer.accept(engine.sound[i : i + block])
        words.append([w.text for w in recognizer.flush()])
    assert words[0] == words[1]


def test_silence_has_no_words(engine: Engine) -> None:
    recognizer = engine.make(None)
    feed(recognizer, np.zeros(3 * RATE_HZ, dtype=np.float32))
    assert len(recognizer.flush()) <= 1


def test_what_it_returns_are_words(engine: Engine) -> None:
    recognizer = engine.make(None)
    partials = feed(recognizer, engine.sound)
    for word in [*" ".join(partials).split(), *(w.text for w in recognizer.flush())]:
        assert word == word.strip().lower()
        assert word.replace("'", "").isalnum()


def test_two_on_one_model_do_not_disturb_each_other(engine: Engine) -> None:
    alone = engine.make(None)
    feed(alone, engine.sound)
    expected = alone.flush()
    first, second = engine.make(None), engine.make(["skip this one"])
    for i in range(0, len(engine.sound), BLOCK):
        first.accept(engine.sound[i : i + BLOCK])
        second.accept(engine.sound[i : i + BLOCK])
    assert [w.text for w in first.flush()] == [w.text for w in expected]


def test_of_given_phrases_it_returns_their_words_or_none_of_them(engine: Engine) -> None:
    recognizer = engine.make([engine.word, "skip this one"])
    feed(recognizer, engine.sound)
    words = [w.text for w in recognizer.flush()]
    assert engine.word in words
    assert set(words) <= {engine.word, "skip", "this", "one", "[unk]"}


def test_a_phrase_with_a_word_that_it_does_not_know_does_no_harm(
    engine: Engine, capfd: pytest.CaptureFixture[str]
) -> None:
    recognizer = engine.make([engine.word, "qzxvkj please"])
    feed(recognizer, engine.sound)
    assert engine.word in [w.text for w in recognizer.flush()]
    assert capfd.readouterr() == ("", ""), "nothing on the terminal, from no library"
