"""The coach's own voice in the microphone: it is nobody's, and somebody else's stands out of it."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.room import Acoustics
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, AudioChunk, Clip, level_dbfs
from voicecoach.echo import EchoGuard

Sound = NDArray[np.float64]
LENGTH_S = 12.0
COACH_S = 2.0
"""When the coach begins to speak; before, there is only the room."""

AT_S = 7.0
"""When the candidate begins to speak."""

ENDS_S = COACH_S + 9.0


@functools.cache
def coach() -> Clip:
    clip = read_audio("tests/data/demo/answer.wav")
    return Clip(clip.samples[round(0.25 * RATE_HZ) : round(9.25 * RATE_HZ)], RATE_HZ)


@functools.cache
def candidate() -> Sound:
    """Return five seconds of somebody else, at -23 dBFS, the coach being played at -20."""
    clip = read_audio("tests/data/recordings/hourly-prices.wav")
    samples = clip.samples[round(0.25 * RATE_HZ) : round(5.25 * RATE_HZ)].astype(np.float64)
    quieter: Sound = samples * 10.0 ** ((-23.0 - level_dbfs(clip.samples)) / 20.0)
    return quieter


def room(echo_db: float, delay_s: float, reverb_s: float, *, interrupted: bool) -> Sound:
    """Return what the microphone hears."""
    sound = np.zeros(round(LENGTH_S * RATE_HZ))
    played = coach().samples * 10.0 ** ((-20.0 - level_dbfs(coach().samples)) / 20.0)
    response = Acoustics(echo_db, delay_s, reverb_s, seed=7).response()
    size = len(played) + len(response)
    echo = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(response, size), size)
    begin = round(COACH_S * RATE_HZ)
    n = min(len(sound) - begin, len(echo))
    sound[begin : begin + n] += 10.0 ** (echo_db / 20.0) * echo[:n]
    if interrupted:
        at = round(AT_S * RATE_HZ)
        sound[at:] += candidate()[: len(sound) - at]
    return sound + 0.0005 * np.random.default_rng(1).standard_normal(len(sound))


def passed(guard: EchoGuard, sound: Sound) -> list[float]:
    """Return when somebody besides the coach is heard."""
    guard.plays(coach(), COACH_S)
    ends = range(FRAME_SAMPLES, len(sound) + 1, FRAME_SAMPLES)
    found = []
    for end in ends:
        frame = sound[end - FRAME_SAMPLES : end].astype(np.float32)
        if guard.lets_pass(
            AudioChunk(frame, (end - FRAME_SAMPLES) / RATE_HZ), voiced=end > COACH_S * RATE_HZ
        ):
            found.append(end / RATE_HZ)
    return found


@pytest.mark.parametrize("echo_db", [-6.0, -12.0, -20.0])
@pytest.mark.parametrize(("delay_s", "reverb_s"), [(0.02, 0.15), (0.07, 0.3), (0.12, 0.5)])
def test_the_coach_is_nobody(echo_db: float, delay_s: float, reverb_s: float) -> None:
    heard = passed(EchoGuard(), room(echo_db, delay_s, reverb_s, interrupted=False))
    assert [at_s for at_s in heard if COACH_S < at_s < ENDS_S] == []


@pytest.mark.parametrize("echo_db", [-6.0, -12.0, -20.0])
def test_a_candidate_stands_out_soon(echo_db: float) -> None:
    heard = passed(EchoGuard(), room(echo_db, 0.07, 0.3, interrupted=True))
    heard = [at_s for at_s in heard if at_s > COACH_S]
    assert AT_S < heard[0] < AT_S + 0.4
    speaking_s = len([at_s for at_s in heard if at_s < ENDS_S]) * FRAME_SAMPLES / RATE_HZ
    assert speaking_s > 0.6 * (ENDS_S - AT_S), "but for the pauses between words"


def test_before_the_room_is_known_nobody_is_heard_over_the_coach() -> None:
    guard = EchoGuard()
    sound = room(-12.0, 0.07, 0.3, interrupted=False)
    at = round(COACH_S * RATE_HZ)
    sound[at : at + RATE_HZ // 2] += candidate()[: RATE_HZ // 2]
    assert not [at_s for at_s in passed(guard, sound) if COACH_S < at_s < COACH_S + 1.0]
    assert guard.learned


def test_with_a_microphone_that_does_not_hear_the_coach_everybody_else_is_heard() -> None:
    heard = passed(EchoGuard(), room(-120.0, 0.07, 0.3, interrupted=True))
    heard = [at_s for at_s in heard if at_s > COACH_S]
    assert AT_S <= heard[0] < AT_S + 0.2


def test_when_the_loudspeaker_is_cut_off_the_echo_ends_soon() -> None:
    guard, cut_s = EchoGuard(), 6.4
    sound = room(-12.0, 0.07, 0.3, interrupted=False)
    sound[round(cut_s * RATE_HZ) :] = 0.001 * np.random.default_rng(2).standard_normal()
    guard.plays(coach(), COACH_S)
    heard = []
    for start in range(0, len(sound) - FRAME_SAMPLES, FRAME_SAMPLES):
        at_s = start / RATE_HZ
        if at_s == cut_s:
            guard.cut(at_s)
        chunk = AudioChunk(sound[start : start + FRAME_SAMPLES].astype(np.float32), at_s)
        guard.lets_pass(chunk, voiced=COACH_S < at_s < cut_s)
        heard += [at_s] if guard.heard else []
    assert heard[0] == pytest.approx(COACH_S, abs=0.05)
    assert cut_s < heard[-1] < cut_s + 0.35
