"""What a loudspeaker is, shown by all of them: on a (virtual) sound card and on virtual time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from tests.fakes import Calendar, Listener
from voicecoach.audio.format import Clip
from voicecoach.audio.loudspeaker import DeviceLoudspeaker, GapWatch, Notice, Playlist
from voicecoach.audio.sinks import NullSpeaker
from voicecoach.bench.soundcard import FLOOR, RATE_HZ, SoundCard, spells
from voicecoach.clock import Clock, SystemClock, VirtualClock
from voicecoach.errors import DeviceError
from voicecoach.ports import Loudspeaker

TOLERANCE_S = 0.015
"""How far a real device's reports may be off; stand-ins are exact to a sample."""


def beep(length_s: float, silence_s: float = 0.0, rate_hz: int = 22_050) -> Clip:
    """Return a tone with silence before it."""
    t = np.arange(round(length_s * rate_hz)) / rate_hz
    # A cosine is loud from its first sample on.
    tone = 0.3 * np.cos(2 * np.pi * 441.0 * t)
    silence = np.zeros(round(silence_s * rate_hz))
    return Clip(np.concatenate([silence, tone]).astype(np.float32), rate_hz)


@dataclass(frozen=True)
class Stage:
    """A loudspeaker under test, and the time that it lives in."""

    speaker: Loudspeaker
    listener: Listener
    clock: Clock
    let_pass: Callable[[float], None]

    def begin(self) -> None:
        self.speaker.start(self.listener)
        self.let_pass(0.1)


def _virtual(make: Callable[[Clock, Calendar], Loudspeaker]) -> Stage:
    clock = VirtualClock()
    calendar = Calendar(clock)

    def let_pass(seconds: float) -> None:
        calendar.run_until(clock.now() + seconds)

    return Stage(make(clock, calendar), Listener(clock), clock, let_pass)


@pytest.fixture(
    params=["null", pytest.param("device", marks=[pytest.mark.sound, pytest.mark.realtime])]
)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    if request.param == "null":
        made = _virtual(lambda clock, calendar: NullSpeaker(clock, calendar.schedule))
    else:
        request.getfixturevalue("sound_card")
        clock = SystemClock()
        made = Stage(DeviceLoudspeaker(clock), Listener(clock), clock, time.sleep)
    yield made
    made.speaker.stop()


def test_a_clip_starts_and_finishes_once(stage: Stage) -> None:
    stage.begin()
    asked_s = stage.clock.now()
    stage.speaker.play("u1", beep(0.3))
    stage.let_pass(0.6)
    assert stage.listener.story() == [("started", "u1"), ("finished", "u1")]
    started_s = stage.listener.at_s("started", "u1")
    assert asked_s <= started_s < asked_s + 0.2
    finished_s = stage.listener.at_s("finished", "u1")
    assert finished_s - started_s == pytest.approx(0.3, abs=TOLERANCE_S)


def test_the_start_is_the_first_audible_sample(stage: Stage) -> None:
    stage.begin()
    asked_s = stage.clock.now()
    stage.speaker.play("u1", beep(0.2, silence_s=0.2))
    stage.let_pass(0.8)
    started_s = stage.listener.at_s("started", "u1")
    assert started_s >= asked_s + 0.2
    finished_s = stage.listener.at_s("finished", "u1")
    assert finished_s - started_s == pytest.approx(0.2, abs=TOLERANCE_S)


def test_clips_follow_each_other_without_a_gap(stage: Stage) -> None:
    stage.begin()
    for name in ("u1", "u2", "u3"):
        stage.speaker.play(name, beep(0.15))
    stage.let_pass(0.8)
    assert stage.listener.story() == [
        ("started", "u1"),
        ("finished", "u1"),
        ("started", "u2"),
        ("finished", "u2"),
        ("started", "u3"),
        ("finished", "u3"),
    ]
    length_s = stage.listener.at_s("finished", "u3") - stage.listener.at_s("started", "u1")
    assert length_s == pytest.approx(0.45, abs=TOLERANCE_S)


def test_nothing_is_told_before_it_is_heard(stage: Stage) -> None:
    stage.begin()
    stage.speaker.play("u1", beep(0.2, silence_s=0.1))
    stage.let_pass(0.6)
    assert len(stage.listener.told) == 2
    for told in stage.listener.told:
        assert told.at_s <= told.told_s < told.at_s + 0.1


def test_hush_cuts_what_plays_and_drops_what_waits(stage: Stage) -> None:
    stage.begin()
    stage.speaker.play("u1", beep(2.0))
    stage.speaker.play("u2", beep(2.0))
    stage.let_pass(0.3)
    hushed_s = stage.clock.now()
    stage.speaker.hush()
    stage.let_pass(0.3)
    assert stage.listener.story() == [("started", "u1"), ("cut", "u1"), ("cut", "u2")]
    assert hushed_s <= stage.listener.at_s("cut", "u1") < hushed_s + 0.1


def test_after_hush_the_next_clip_plays_whole(stage: Stage) -> None:
    stage.begin()
    stage.speaker.play("u1", beep(2.0))
    stage.let_pass(0.2)
    stage.speaker.hush()
    stage.speaker.play("u2", beep(0.2))
    stage.let_pass(0.6)
    assert stage.listener.story()[-2:] == [("started", "u2"), ("finished", "u2")]
    length_s = stage.listener.at_s("finished", "u2") - stage.listener.at_s("started", "u2")
    assert length_s == pytest.approx(0.2, abs=TOLERANCE_S)


def test_hush_in_silence_does_nothing(stage: Stage) -> None:
    stage.begin()
    stage.speaker.hush()
    stage.let_pass(0.1)
    stage.speaker.play("u1", beep(0.1))
    stage.let_pass(0.4)
    assert stage.listener.story() == [("started", "u1"), ("finished", "u1")]


def test_a_silent_clip_takes_its_time_too(stage: Stage) -> None:
    stage.begin()
    stage.speaker.play("u1", Clip(np.zeros(2_205, np.float32), 22_050))
    stage.let_pass(0.4)
    assert stage.listener.story() == [("started", "u1"), ("finished", "u1")]
    length_s = stage.listener.at_s("finished", "u1") - stage.listener.at_s("started", "u1")
    assert length_s == pytest.approx(0.1, abs=TOLERANCE_S)


def test_stop_answers_for_every_clip(stage: Stage) -> None:
    stage.begin()
    stage.speaker.play("u1", beep(2.0))
    stage.speaker.play("u2", beep(2.0))
    stage.let_pass(0.2)
    stage.speaker.stop()
    stage.let_pass(0.1)
    assert stage.listener.story() == [("started", "u1"), ("cut", "u1"), ("cut", "u2")]
    stage.speaker.stop()


# --- the real one, as its listener hears it ------------------------------------------------------


@pytest.mark.sound
@pytest.mark.realtime
def test_what_is_told_is_what_is_heard(sound_card: SoundCard) -> None:
    clock = SystemClock()
    listener = Listener(clock)
    speaker = DeviceLoudspeaker(clock)
    speaker.start(listener)
    recorded_s = sound_card.recorder.now_s
    lengths = (0.2, 0.3, 0.25, 0.35)
    for number, length_s in enumerate(lengths):
        speaker.play(f"u{number}", beep(length_s))
        time.sleep(length_s + 0.4)
    speaker.stop()
    heard = [s for s in spells(sound_card.recorder.speech(), 0.05) if s.start_s > recorded_s]
    assert [s.length_s for s in heard] == pytest.approx(lengths, abs=0.025)
    told = [listener.at_s("started", f"u{number}") for number in range(len(lengths))]
    # The recorder's clock and ours have different zeros, but they must run alike.
    offsets = np.array([s.start_s for s in heard]) - np.array(told)
    assert np.ptp(offsets) < 0.02


@pytest.mark.sound
@pytest.mark.realtime
def test_hush_is_soon_and_soft(sound_card: SoundCard) -> None:
    clock = SystemClock()
    listener = Listener(clock)
    speaker = DeviceLoudspeaker(clock)
    speaker.start(listener)
    recorded = len(sound_card.recorder.speech())
    speaker.play("u1", beep(3.0))
    time.sleep(0.5)
    hushed_s = clock.now()
    speaker.hush()
    time.sleep(0.4)
    speaker.stop()
    assert listener.at_s("cut", "u1") - hushed_s < 0.1
    heard = sound_card.recorder.speech()[recorded:].astype(np.int32)
    loud = np.flatnonzero(np.abs(heard) > FLOOR)
    # A tone of 441 Hz at 0.3 moves by at most 570 from sample to sample at 48 kHz; a click by more.
    assert np.max(np.abs(np.diff(heard[loud[0] + 48 :]))) < 800
    assert 0.3 < (loud[-1] - loud[0]) / RATE_HZ < 0.8


@pytest.mark.sound
def test_an_unknown_loudspeaker_is_refused(sound_card: SoundCard) -> None:
    clock = SystemClock()
    with pytest.raises(DeviceError, match="No loudspeaker fits 'gramophone'"):
        DeviceLoudspeaker(clock, "gramophone").start(Listener(clock))


# --- parts ---------------------------------------------------------------------------------------


def test_a_playlist_cuts_softly_and_at_once() -> None:
    playlist = Playlist(1_000)
    playlist.add("u1", Clip(np.ones(500, np.float32), 1_000))
    playlist.add("u2", Clip(np.ones(500, np.float32), 1_000))
    block = np.zeros(10, np.float32)
    assert playlist.fill(block, 0.0) == [Notice(0.0, "u1", "started")]
    playlist.drop()
    playlist.add("u3", Clip(np.full(5, 0.5, np.float32), 1_000))
    block = np.zeros(10, np.float32)
    notices = playlist.fill(block, 0.01)
    assert [(n.utterance_id, n.what) for n in notices] == [("u1", "cut"), ("u2", "cut")]
    assert block[0] == 1.0
    assert block[-1] == 0.0
    assert np.all(np.diff(block) < 0)
    block = np.zeros(10, np.float32)
    notices = playlist.fill(block, 0.02)
    assert notices == [Notice(0.02, "u3", "started"), Notice(0.025, "u3", "finished")]
    assert block.tolist() == [0.5] * 5 + [0.0] * 5
    assert playlist.idle()


def test_a_playlist_goes_on_at_another_rate() -> None:
    playlist = Playlist(8_000)
    playlist.add("u1", beep(1.0, rate_hz=8_000))
    playlist.fill(np.zeros(4_000, np.float32), 0.0)
    playlist.retune(16_000)
    notices = playlist.fill(np.zeros(16_000, np.float32), 0.5)
    assert notices == [Notice(1.0, "u1", "finished")]


def test_gaps_are_noticed_and_jitter_is_not() -> None:
    jitter_s = np.random.default_rng(1).uniform(-0.003, 0.003, 400)
    lost_s = np.where(np.arange(400) >= 200, 0.02, 0.0)
    watch = GapWatch()
    starts_s = 5.0 + np.arange(400) * 0.01 + jitter_s + lost_s
    found = [n for n, start_s in enumerate(starts_s) if watch.gap(float(start_s), 0.01)]
    assert len(found) == 1
    assert 200 <= found[0] < 210
