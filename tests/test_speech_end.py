"""The end of speech, as the log has it, against recordings in which it is known to the sample."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scripted import ScriptedRecognizer
from voicecoach.audio.format import FRAME_S, FRAME_SAMPLES, RATE_HZ, AudioChunk, Clip
from voicecoach.bench.candidate import recording
from voicecoach.events import VoiceStopped
from voicecoach.hearing import Ears, Transcriber
from voicecoach.loop import Job
from voicecoach.resources import demo_dir
from voicecoach.transcribe import frames
from voicecoach.vad import SileroDetector, sound_end_s

NAMES = ("pass.flac", "prices-tradeoff.flac", "director-so-what.flac", "quantify.wav")


def heard_end_s(clip: Clip) -> float:
    """Return the last end of speech that the ears tell."""

    def nobody(job: Job) -> None:
        """Take down no words."""

    ears = Ears(SileroDetector(), Transcriber(ScriptedRecognizer, lambda: 0.0), nobody)
    stops = [e for chunk in frames(clip) if isinstance(e := ears.hear(chunk), VoiceStopped)]
    return stops[-1].speech_end_s


@pytest.mark.parametrize("gain_db", [6.0, 0.0, -6.0, -12.0])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_right_within_20_ms_however_loud_voice_and_room_are(
    name: str, gain_db: float
) -> None:
    found = recording(demo_dir() / name, "reply")
    room = np.tile(found.clip.samples[-3_000:], 6)
    sound = np.concatenate([found.clip.samples, room]) * 10.0 ** (gain_db / 20.0)
    end_s = heard_end_s(Clip(sound.astype(np.float32), RATE_HZ))
    assert end_s == pytest.approx(found.span[1], abs=0.02)


def made_of(*amplitudes: float) -> list[AudioChunk]:
    """Return frames of steady loudness, one after the other from 0 s on."""
    return [
        AudioChunk(np.full(FRAME_SAMPLES, a, np.float32), i * FRAME_S)
        for i, a in enumerate(amplitudes)
    ]


def test_in_a_room_as_loud_as_the_voice_the_detectors_word_stands() -> None:
    recent = made_of(0.3, 0.3, 0.25, 0.25, 0.25, 0.25, 0.25)
    assert sound_end_s(recent, 4 * FRAME_S, 0.3) == pytest.approx(4 * FRAME_S)


def test_a_detector_that_lets_go_late_is_put_right() -> None:
    recent = made_of(0.3, 0.3, 0.001, 0.001, 0.001, 0.001, 0.001)
    assert sound_end_s(recent, 4 * FRAME_S, 0.3) == pytest.approx(2 * FRAME_S)


def test_nothing_is_looked_for_too_far_back() -> None:
    recent = made_of(0.3, *[0.001] * 10)
    assert sound_end_s(recent, 9 * FRAME_S, 0.3) == pytest.approx(9 * FRAME_S)


def test_sound_is_known_in_silence_as_deep_as_none() -> None:
    recent = made_of(0.3, 0.01, 0.0, 0.0)
    assert sound_end_s(recent, 2 * FRAME_S, 0.3) == pytest.approx(2 * FRAME_S)
