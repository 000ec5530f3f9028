"""What is wrong with a microphone is said in words, once."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicecoach.audio.files import read_audio
from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, AudioChunk
from voicecoach.sound_watch import MUTED_S, SoundWatch

Sound = NDArray[np.float64]
SECONDS = 20
T = np.arange(SECONDS * RATE_HZ) / RATE_HZ
ROOM = 0.001 * np.random.default_rng(0).standard_normal(len(T))


def told(sound: Sound, *, voiced: bool) -> list[tuple[float, str]]:
    """Return what is told of a sound, and when."""
    watch = SoundWatch()
    found = []
    for at in range(0, len(sound) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        samples = sound[at : at + FRAME_SAMPLES].astype(np.float32)
        fault = watch.take(AudioChunk(samples, at / RATE_HZ), voiced=voiced)
        if fault is not None:
            found.append((at / RATE_HZ, fault[0]))
    return found


def speech() -> Sound:
    clip = read_audio("tests/data/recordings/stopped-project.wav")
    return clip.samples.astype(np.float64)


def test_a_muted_microphone_is_told_once_before_patience_ends() -> None:
    ((at_s, code),) = told(0.0 * ROOM, voiced=False)
    assert code == "microphone.silent"
    assert at_s == pytest.approx(MUTED_S, abs=0.1)


def test_a_microphone_that_was_alive_is_not_muted() -> None:
    sound = np.concatenate([ROOM[:1600], 0.0 * ROOM])
    assert told(sound, voiced=False) == []


@pytest.mark.parametrize("mains_hz", [50, 60])
def test_hum_is_named_by_its_pitch(mains_hz: int) -> None:
    hum = sum(0.02 / k * np.sin(2 * np.pi * k * mains_hz * T) for k in (1, 2, 3))
    ((_, code),) = told(hum + ROOM, voiced=False)
    assert code == "microphone.hum"
    assert told(hum / 30 + ROOM, voiced=False) == [], "too soft to matter"


def test_room_tone_and_speech_are_no_fault() -> None:
    assert told(ROOM, voiced=False) == []
    assert told(20 * ROOM, voiced=False) == [], "a fan is loud, but no hum"
    assert told(speech(), voiced=True) == []
    assert told(np.tile(speech(), 3), voiced=True) == []


def test_a_torn_voice_is_too_loud() -> None:
    torn = np.clip(speech() * 30, -1, 1)
    assert [code for _, code in told(torn, voiced=True)] == ["microphone.too_loud"]


def test_a_voice_far_behind_the_first_is_somebody_elses() -> None:
    sound = np.concatenate([speech(), 0.05 * speech()])
    assert [code for _, code in told(sound, voiced=True)] == ["microphone.second_voice"]
    softer = np.concatenate([speech(), 0.5 * speech()])
    assert told(softer, voiced=True) == [], "people grow quieter"
