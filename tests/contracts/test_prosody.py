"""What a sense of prosody is, shown by all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.onnx_file import write_model
from tests.scripted import ScriptedProsody, speak
from voicecoach.audio.format import RATE_HZ, Samples
from voicecoach.errors import ModelError
from voicecoach.ports import TurnProsody
from voicecoach.smart_turn import SmartTurn, find_smart_turn


@pytest.fixture(params=["scripted", "tiny", "smart-turn"])
def prosody(request: pytest.FixtureRequest, tmp_path: Path) -> TurnProsody:
    if request.param == "scripted":
        return ScriptedProsody("result")
    pytest.importorskip("onnxruntime", reason="the extra smart-turn is not installed")
    if request.param == "tiny":
        return SmartTurn(write_model(tmp_path / "tiny.onnx"))
    try:
        return SmartTurn(find_smart_turn())
    except ModelError as error:
        pytest.skip(str(error))


SOUNDS = {
    "nothing": np.zeros(0, dtype=np.float32),
    "silence": np.zeros(RATE_HZ, dtype=np.float32),
    "a word": speak("result [0.2]"),
    "speech": speak("we looked at the result [0.2]"),
    "longer than it looks": speak("we looked at the result [0.4] " * 6),
    "clipped": np.sign(speak("we looked [0.2]")),
}


@pytest.mark.parametrize("sound", SOUNDS.values(), ids=list(SOUNDS))
def test_any_sound_has_a_probability(prosody: TurnProsody, sound: Samples) -> None:
    before = sound.copy()
    probability = prosody.probability(sound)
    assert isinstance(probability, float)
    assert 0.0 <= probability <= 1.0
    assert np.array_equal(sound, before), "it must leave the sound alone"


def test_the_same_sound_has_the_same(prosody: TurnProsody) -> None:
    first = prosody.probability(SOUNDS["speech"])
    prosody.probability(SOUNDS["silence"])
    assert prosody.probability(SOUNDS["speech"]) == pytest.approx(first, abs=1e-6)


def test_only_the_last_eight_seconds_count(prosody: TurnProsody) -> None:
    last = SOUNDS["longer than it looks"][-8 * RATE_HZ :]
    longer = np.concatenate([speak("something else before"), last])
    assert prosody.probability(longer) == pytest.approx(prosody.probability(last), abs=1e-6)


def test_it_has_a_name(prosody: TurnProsody) -> None:
    assert prosody.name
