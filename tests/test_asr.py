"""What Vosk returns, made into words: marks that nobody spoke, and time that goes on."""

# ruff: noqa: N802 - the names are Vosk's

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from voicecoach.asr import UNKNOWN, VoskRecognizer, is_spoken
from voicecoach.audio.format import RATE_HZ


class Model:
    """A model that hears what it is told to, and knows some words."""

    def __init__(self, *heard: str, known: str = "skip this [unk]") -> None:
        self.heard = heard
        self._known = known.split()

    def vosk_model_find_word(self, word: str) -> int:
        return self._known.index(word) if word in self._known else -1


class Vosk:
    """Vosk's recogniser, returning what it is told to."""

    made_with: tuple[Any, ...] = ()

    def __init__(self, model: Model, rate_hz: int, *grammar: str) -> None:
        Vosk.made_with = grammar
        self._words = model.heard

    def SetWords(self, wanted: bool) -> None:
        assert wanted

    def AcceptWaveform(self, data: bytes) -> bool:
        return False

    def PartialResult(self) -> str:
        return json.dumps({"partial": " ".join(self._words)})

    def FinalResult(self) -> str:
        result = [
            {"word": word, "start": 0.3 * i, "end": 0.3 * i + 0.3, "conf": 0.9}
            for i, word in enumerate(self._words)
        ]
        return json.dumps({"result": result, "text": " ".join(self._words)})

    def Reset(self) -> None:
        """Nothing to forget."""


@pytest.fixture(autouse=True)
def _vosk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vosk.KaldiRecognizer", Vosk)


HEARD = Model("[noise]", "so", "[unk]", "um", "we", "<unk>", "don't", "!SIL", "'cause")


def test_marks_are_no_words_and_hesitations_are() -> None:
    recognizer = VoskRecognizer(HEARD, "a model")
    text = recognizer.accept(np.zeros(RATE_HZ, dtype=np.float32))
    assert text == "so um we don't 'cause"
    words = recognizer.flush()
    assert " ".join(word.text for word in words) == text
    assert [word.start_s for word in words] == [0.3, 0.9, 1.2, 1.8, 2.4], "times stay theirs"


def test_with_phrases_what_is_none_of_them_is_told() -> None:
    model = Model("[noise]", UNKNOWN, "skip", "this")
    recognizer = VoskRecognizer(model, "a model", ["skip this"])
    assert json.loads(Vosk.made_with[0]) == ["skip this", UNKNOWN]
    recognizer.accept(np.zeros(RATE_HZ, dtype=np.float32))
    assert [word.text for word in recognizer.flush()] == [UNKNOWN, "skip", "this"]


def test_it_may_be_forced_to_take_everything_for_a_phrase() -> None:
    model = Model("skip", UNKNOWN)
    recognizer = VoskRecognizer(model, "a model", ["skip this"], forced=True)
    assert json.loads(Vosk.made_with[0]) == ["skip this"]
    assert [word.text for word in recognizer.flush()] == ["skip"]


def test_a_phrase_with_a_word_that_the_model_lacks_is_left_out() -> None:
    phrases = ["skip this", "skip this prfaq", "prfaq"]
    VoskRecognizer(Model(known="skip this"), "a model", phrases)
    assert json.loads(Vosk.made_with[0]) == ["skip this"], "and unknown speech it can't tell"


def test_without_phrases_there_is_no_grammar() -> None:
    VoskRecognizer(HEARD, "a model")
    assert Vosk.made_with == ()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("we", True), ("'em", True), ("50", True), ("é", True), ("[laughter]", False), ("", False)],
)
def test_what_a_word_is(text: str, spoken: bool) -> None:
    assert is_spoken(text) is spoken
