"""What a voice activity detector is, shown by all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.scripted import ScriptedDetector, speak
from voicecoach import resources
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, Samples
from voicecoach.ports import VoiceActivityDetector
from voicecoach.vad import SileroDetector


@pytest.fixture(params=["scripted", "silero"])
def made(request: pytest.FixtureRequest) -> tuple[VoiceActivityDetector, Samples]:
    if request.param == "scripted":
        return ScriptedDetector(), speak("we looked at it for a whole week")
    return SileroDetector(), read_audio(resources.demo_dir() / "decision.wav").samples


def probabilities(detector: VoiceActivityDetector, sound: Samples) -> list[float]:
    frames = range(0, len(sound) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    return [detector.probability(sound[i : i + FRAME_SAMPLES]) for i in frames]


def test_speech_is_voice(made: tuple[VoiceActivityDetector, Samples]) -> None:
    detector, speech = made
    heard = probabilities(detector, speech)
    assert all(0.0 <= p <= 1.0 for p in heard)
    assert np.mean([p > 0.5 for p in heard]) > 0.5


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.zeros(2 * RATE_HZ, dtype=np.float32),
        lambda: np.random.default_rng(1).normal(0, 0.003, 2 * RATE_HZ).astype(np.float32),
        lambda: (0.02 * np.sin(2 * np.pi * 50 * np.arange(2 * RATE_HZ) / RATE_HZ)).astype("f4"),
    ],
    ids=["silence", "noise", "hum"],
)
def test_silence_noise_and_hum_are_none(make: Callable[[], Samples]) -> None:
    heard = probabilities(SileroDetector(), make())
    assert np.mean([p > 0.5 for p in heard]) < 0.05


def test_a_reset_forgets(made: tuple[VoiceActivityDetector, Samples]) -> None:
    detector, speech = made
    fresh = probabilities(detector, speech[: 20 * FRAME_SAMPLES])
    detector.reset()
    again = probabilities(detector, speech[: 20 * FRAME_SAMPLES])
    assert again == pytest.approx(fresh, abs=1e-4)
