"""Speech that is made worse stays speech, in the same place, at the same format."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the recipe's dependencies are not installed")

from models.recipe import spoil as spoiling
from models.recipe.spoil import Chances, Samples, spoil
from voicecoach.audio.format import RATE_HZ

UNTOUCHED = Chances(0, 0, 0, 0, 0, 0, 0, 0)
ONE_EACH = ("speed", "tempo", "room", "noise", "microphone", "narrow", "codec", "overdriven")


def _only(what: str) -> Chances:
    levels = [float(what == name) for name in ONE_EACH]
    speed, tempo, room, noise, microphone, narrow, codec, overdriven = levels
    return Chances(speed, tempo, room, noise, microphone, narrow, codec, overdriven)


def tone(hz: float, seconds: float = 2.0) -> Samples:
    """A loud tone with half a second of silence on either side."""
    sound = np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)
    whole = np.pad(12_000 * sound, RATE_HZ // 2)
    samples: Samples = whole.astype(np.int16)
    return samples


def peak_hz(samples: Samples) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64)))
    return float(spectrum.argmax() * RATE_HZ / len(samples))


def level(samples: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


@pytest.mark.parametrize("what", ONE_EACH)
def test_each_thing_changes_the_sound_and_keeps_its_format(what: str) -> None:
    samples = tone(440)
    same_numbers = np.random.default_rng(3)
    plain = spoil(samples, np.random.default_rng(3), UNTOUCHED)
    spoilt = spoil(samples, same_numbers, _only(what))
    assert spoilt.dtype == np.int16
    assert spoilt.ndim == 1
    assert 0.8 * len(samples) < len(spoilt) < 1.25 * len(samples)
    assert len(plain) != len(spoilt) or not np.array_equal(plain, spoilt)


def test_the_same_numbers_spoil_in_the_same_way() -> None:
    samples = tone(440)
    first, second = (spoil(samples, np.random.default_rng([1, 7])) for _ in range(2))
    assert np.array_equal(first, second)


def test_many_spoilt_utterances_are_heard_and_none_wraps_around() -> None:
    samples = tone(300)
    for seed in range(60):
        spoilt = spoil(samples, np.random.default_rng(seed))
        assert level(spoilt) > 30, seed
        # Where a sum runs over full scale, neighbours jump from one end to the other.
        assert np.abs(np.diff(spoilt.astype(np.int32))).max() < 60_000, seed


def test_speed_moves_pitch_and_tempo_does_not() -> None:
    speech = tone(440).astype(np.float32) / np.float32(32768)
    faster = spoiling.at_speed(speech, 1.1)
    assert peak_hz((faster * 32767).astype(np.int16)) == pytest.approx(484, abs=2)
    assert len(faster) == pytest.approx(len(speech) / 1.1, rel=0.01)
    hurried = spoiling.at_tempo(speech, 1.1)
    assert peak_hz((hurried * 32767).astype(np.int16)) == pytest.approx(440, abs=2)
    assert len(hurried) == pytest.approx(len(speech) / 1.1, rel=0.02)


@pytest.mark.parametrize("factor", [0.88, 1.12])
def test_tempo_keeps_every_sound_at_its_share_of_the_time(factor: float) -> None:
    speech = np.zeros(3 * RATE_HZ, np.float32)
    speech[RATE_HZ : RATE_HZ + 4000] = np.sin(np.arange(4000) * 0.3)
    heard = np.flatnonzero(np.abs(spoiling.at_tempo(speech, factor)) > 0.3)
    assert heard[0] == pytest.approx(RATE_HZ / factor, abs=500)
    assert heard[-1] == pytest.approx((RATE_HZ + 4000) / factor, abs=500)


def test_noise_comes_at_the_ratio_that_was_asked_for() -> None:
    noisy = replace(UNTOUCHED, noise=1.0, snr_db=(10.0, 10.0))
    ratios = []
    for seed in range(40):
        spoilt = spoil(tone(440), np.random.default_rng(seed), noisy).astype(np.float64)
        edge = RATE_HZ // 2 - 400
        noise = np.mean(np.concatenate([spoilt[:edge], spoilt[-edge:]]) ** 2)
        whole = np.mean(spoilt[RATE_HZ : 2 * RATE_HZ] ** 2)
        ratios.append(10 * np.log10(max(whole - noise, 1) / noise))
    assert np.median(ratios) == pytest.approx(10, abs=2.5)


def test_a_room_rings_after_the_sound_and_not_before() -> None:
    reverberant = replace(UNTOUCHED, room=1.0, reverberation_s=(0.5, 0.5))
    spoilt = spoil(tone(440), np.random.default_rng(2), reverberant).astype(np.float64)
    before, after = spoilt[RATE_HZ // 4 : RATE_HZ // 2 - 50], spoilt[-RATE_HZ // 2 + 50 :]
    assert np.abs(before).max() <= 3
    assert level(after[:1600].astype(np.int16)) > 5


def test_a_telephone_lets_only_its_band_through() -> None:
    rng = np.random.default_rng(0)
    curves = [spoiling._narrow_db(rng) for _ in range(50)]
    hz = spoiling._CURVE_HZ
    telephones = [curve for curve in curves if curve[np.searchsorted(hz, 60)] < -20]
    assert 8 < len(telephones) < 35
    for curve in telephones:
        assert curve[np.searchsorted(hz, 1000)] == 0
        assert curve[np.searchsorted(hz, 5000)] < -40


@pytest.mark.parametrize("codec", list(spoiling._CODECS))
def test_codecs_keep_a_tone_and_its_length(codec: str) -> None:
    speech = (tone(440).astype(np.float32) / np.float32(32768))[: 2 * RATE_HZ]
    coded = spoiling.coded(speech, codec)
    assert len(coded) == len(speech)
    assert peak_hz((coded * 32767).astype(np.int16)) == pytest.approx(440, abs=3)


def test_what_is_too_short_is_left_alone() -> None:
    click = np.array([1, 2, 3], np.int16)
    assert np.array_equal(spoil(click, np.random.default_rng(0)), click)


def test_silence_stays_finite() -> None:
    for seed in range(10):
        assert spoil(np.zeros(RATE_HZ, np.int16), np.random.default_rng(seed)).dtype == np.int16
