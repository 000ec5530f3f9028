"""What a microphone is, shown by all of them: a (virtual) sound card and the recorded candidate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.fakes import Calendar, Listener
from voicecoach.audio import devices
from voicecoach.audio.devices import DeviceInfo, HostClock, Kind, choose_from
from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, AudioChunk, Clip, level_dbfs
from voicecoach.audio.loudspeaker import DeviceLoudspeaker
from voicecoach.audio.microphone import DeviceMicrophone, Framer, SampleTimeline
from voicecoach.audio.recordings import RecordedCandidate
from voicecoach.bench.soundcard import SoundCard, Spell, spells
from voicecoach.clock import Clock, SystemClock, VirtualClock
from voicecoach.errors import DeviceError
from voicecoach.events import Event, Problem, TaskOpened
from voicecoach.ports import Microphone


def beep(length_s: float, rate_hz: int = RATE_HZ) -> Clip:
    """Return a tone that is loud from its first sample to its last."""
    t = np.arange(round(length_s * rate_hz)) / rate_hz
    return Clip((0.3 * np.cos(2 * np.pi * 440.0 * t)).astype(np.float32), rate_hz)


@dataclass(frozen=True)
class Stage:
    """A microphone under test, what it delivered, and someone who beeps for half a second."""

    microphone: Microphone
    clock: Clock
    let_pass: Callable[[float], None]
    speak: Callable[[], None]
    chunks: list[AudioChunk] = field(default_factory=list)
    told_s: list[float] = field(default_factory=list)
    problems: list[Event] = field(default_factory=list)

    def begin(self) -> None:
        def deliver(chunk: AudioChunk) -> None:
            self.chunks.append(chunk)
            self.told_s.append(self.clock.now())

        self.microphone.start(deliver, self.problems.append)

    def levels(self) -> list[float]:
        return [level_dbfs(chunk.samples) for chunk in self.chunks]


def _recorded() -> Stage:
    clock = VirtualClock()
    calendar = Calendar(clock)
    candidate = RecordedCandidate(lambda task: beep(0.5), clock, calendar.schedule)

    def let_pass(seconds: float) -> None:
        calendar.run_until(clock.now() + seconds)

    task = TaskOpened(0.0, "q1", "question", "q", "data_story", "", "Well?")
    return Stage(candidate, clock, let_pass, lambda: candidate.cue(task))


def _device(card: SoundCard, folder: Path) -> Stage:
    clock = SystemClock()
    path = folder / "beep.wav"
    soundfile.write(path, beep(0.5).samples, beep(0.5).rate_hz)

    def speak() -> None:
        card.play(path)

    return Stage(DeviceMicrophone(clock), clock, time.sleep, speak)


@pytest.fixture(
    params=["recorded", pytest.param("device", marks=[pytest.mark.sound, pytest.mark.realtime])]
)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    made = (
        _recorded()
        if request.param == "recorded"
        else _device(request.getfixturevalue("sound_card"), tmp_path)
    )
    yield made
    made.microphone.stop()


def test_sound_comes_in_frames_without_gaps(stage: Stage) -> None:
    stage.begin()
    stage.let_pass(1.0)
    assert 20 <= len(stage.chunks) <= 32
    for chunk in stage.chunks:
        assert chunk.samples.shape == (FRAME_SAMPLES,)
        assert chunk.samples.dtype == np.float32
    for before, after in pairwise(stage.chunks):
        assert after.start_s == pytest.approx(before.end_s, abs=0.005)
    assert stage.problems == []


def test_frames_come_soon_after_they_were_heard(stage: Stage) -> None:
    stage.begin()
    begun_s = stage.clock.now()
    stage.let_pass(1.0)
    assert stage.chunks[0].start_s == pytest.approx(begun_s, abs=0.25)
    late_s = np.array(stage.told_s) - [chunk.end_s for chunk in stage.chunks]
    assert np.all(late_s > -0.005), "a frame cannot be delivered before its end"
    assert np.median(late_s) < 0.06


def test_what_is_said_is_heard(stage: Stage) -> None:
    stage.begin()
    stage.let_pass(0.3)
    stage.speak()
    stage.let_pass(1.5)
    loud = [c for c, level in zip(stage.chunks, stage.levels(), strict=True) if level > -20]
    assert sum(len(c.samples) for c in loud) / RATE_HZ == pytest.approx(0.5, abs=0.07)
    assert max(float(np.max(np.abs(c.samples))) for c in loud) == pytest.approx(0.3, abs=0.05)


def test_nothing_comes_after_stop(stage: Stage) -> None:
    stage.begin()
    stage.let_pass(0.3)
    stage.microphone.stop()
    heard = len(stage.chunks)
    stage.let_pass(0.3)
    assert len(stage.chunks) == heard > 0
    stage.microphone.stop()


def test_stop_without_start_is_harmless(stage: Stage) -> None:
    stage.microphone.stop()


# --- the real one --------------------------------------------------------------------------------


@pytest.mark.sound
def test_an_unknown_microphone_is_refused(sound_card: SoundCard) -> None:
    with pytest.raises(DeviceError, match="No microphone fits 'gramophone'"):
        DeviceMicrophone(SystemClock(), "gramophone").start(lambda chunk: None, lambda event: None)


def _sides(card: SoundCard, since_s: float = 0.0) -> tuple[list[Spell], list[Spell]]:
    """Return what has sounded since then and is over: in the air, and from the loudspeaker."""
    over_s = card.recorder.now_s - 0.1
    air, speech = (
        [s for s in spells(side, 0.05) if s.start_s > since_s and s.end_s < over_s]
        for side in (card.recorder.air(), card.recorder.speech())
    )
    return air, speech


@pytest.mark.sound
@pytest.mark.realtime
def test_reply_times_are_what_a_listener_measures(sound_card: SoundCard, tmp_path: Path) -> None:
    """From the end of what the microphone heard to what the loudspeaker said: ours against true."""
    path = tmp_path / "beep.wav"
    soundfile.write(path, beep(0.3).samples, beep(0.3).rate_hz)
    clock, chunks = SystemClock(), list[AudioChunk]()
    listener = Listener(clock)
    speaker, microphone = DeviceLoudspeaker(clock), DeviceMicrophone(clock)
    speaker.start(listener)
    microphone.start(chunks.append, lambda event: None)
    earlier = (s.end_s for side in _sides(sound_card) for s in side)
    quiet_since_s = max(earlier, default=0.0)
    errors_s: list[float] = []
    for round_number in range(4):
        del chunks[:]
        sound_card.play(path)
        speaker.play(f"u{round_number}", beep(0.2, 22_050))
        time.sleep(0.6)
        # On a busy machine the recorder may be behind: wait until it has this round, to its end.
        _await(lambda: min(map(len, _sides(sound_card, quiet_since_s))) > len(errors_s))
        air, speech = _sides(sound_card, quiet_since_s)
        spoken = [c for c in chunks if level_dbfs(c.samples) > -20]
        said = np.concatenate([c.samples for c in spoken])
        end_s = spoken[0].start_s + (np.flatnonzero(np.abs(said) > 0.01)[-1] + 1) / RATE_HZ
        ours_s = listener.at_s("started", f"u{round_number}") - end_s
        errors_s.append(ours_s - (speech[-1].start_s - air[-1].end_s))
    microphone.stop()
    speaker.stop()
    # The listener's own resolution is 10 ms at either end.
    assert np.max(np.abs(errors_s)) < 0.04
    assert abs(np.median(errors_s)) < 0.025


LOST = "device.microphone_lost"


@pytest.mark.sound
@pytest.mark.realtime
def test_a_lost_sound_card_is_told_and_a_returning_one_is_used(
    sound_card: SoundCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "RETURN_S", 2.0)
    clock = SystemClock()
    listener = Listener(clock)
    chunks: list[AudioChunk] = []
    problems: list[Event] = []
    speaker, microphone = DeviceLoudspeaker(clock), DeviceMicrophone(clock)
    speaker.start(listener)
    microphone.start(chunks.append, problems.append)
    time.sleep(0.5)
    sound_card.unplug()
    time.sleep(0.5)
    sound_card.plug_in()
    _await(lambda: len(chunks) > 0 and clock.now() - chunks[-1].end_s < 0.3)
    speaker.play("u1", beep(0.2))
    _await(lambda: ("finished", "u1") in listener.story())
    gaps_s = [after.start_s - before.end_s for before, after in pairwise(chunks)]
    assert max(gaps_s) < 0.1, "what was lost is silence, so that sample count and time agree"
    sound_card.unplug()
    speaker.play("u2", beep(0.2))
    _await(lambda: bool(problems) and ("failed", "device.loudspeaker_lost") in listener.story())
    assert ("cut", "u2") in listener.story()
    _await(lambda: any(isinstance(e, Problem) and e.code == LOST for e in problems))
    codes = [e.code for e in problems if isinstance(e, Problem)]
    assert codes[-2:] == ["device.microphone_away", LOST]
    speaker.play("u3", beep(0.2))
    _await(lambda: ("cut", "u3") in listener.story())
    microphone.stop()
    speaker.stop()
    sound_card.plug_in()


def _await(happened: Callable[[], bool], limit_s: float = 15.0) -> None:
    deadline = time.monotonic() + limit_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


# --- parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_frames_keep_their_time_at_any_rate(rate_hz: int) -> None:
    framer = Framer(rate_hz)
    clip = np.concatenate([np.zeros(rate_hz), beep(0.5, rate_hz).samples, np.zeros(rate_hz)])
    size = rate_hz // 100
    chunks: list[AudioChunk] = []
    for number, start in enumerate(range(0, len(clip) - size + 1, size)):
        block = clip[start : start + size].astype(np.float32)
        chunks.extend(framer.frames(block, 5.0 + number * 0.01))
    samples = np.concatenate([chunk.samples for chunk in chunks])
    loud = np.flatnonzero(np.abs(samples) > 0.15)
    assert chunks[0].start_s == pytest.approx(5.0)
    assert 5.0 + loud[0] / RATE_HZ == pytest.approx(6.0, abs=0.001)
    assert 5.0 + loud[-1] / RATE_HZ == pytest.approx(6.5, abs=0.001)
    for before, after in pairwise(chunks):
        assert after.start_s == pytest.approx(before.end_s, abs=1e-6)


def test_lost_sound_becomes_silence() -> None:
    framer = Framer(RATE_HZ)
    chunks: list[AudioChunk] = []
    for number in [*range(50), *range(80, 130)]:
        chunks.extend(framer.frames(np.full(160, 0.5, np.float32), number * 0.01))
    samples = np.concatenate([chunk.samples for chunk in chunks])
    assert len(samples) / RATE_HZ == pytest.approx(1.3, abs=0.04)
    assert np.all(samples[round(0.501 * RATE_HZ) : round(0.799 * RATE_HZ)] == 0.0)
    assert np.all(samples[round(0.801 * RATE_HZ) :] == 0.5)
    assert chunks[-1].end_s == pytest.approx(len(samples) / RATE_HZ, abs=1e-6)


def test_jittering_reports_are_smoothed() -> None:
    jitter_s = np.random.default_rng(1).uniform(-0.02, 0.02, 2_000)
    timeline = SampleTimeline(16_000)
    placed = [timeline.place(160, n * 0.01 + j)[0] for n, j in enumerate(jitter_s)]
    error_s = np.array(placed) - np.arange(2_000) * 0.01
    assert np.max(np.abs(error_s[100:])) < 0.005
    assert np.max(np.abs(np.diff(placed[100:]) - 0.01)) < 0.001


def test_a_clock_that_drifts_is_followed() -> None:
    timeline = SampleTimeline(16_000)
    placed = [timeline.place(160, n * 0.010_002)[0] for n in range(20_000)]  # 200 ppm
    assert placed[-1] == pytest.approx(19_999 * 0.010_002, abs=0.001)


def test_late_callbacks_do_not_move_the_clock() -> None:
    clock = HostClock()
    for number in range(200):
        late_s = 0.008 if number % 7 == 3 else 0.0
        clock.update(100.0 + number * 0.01 + late_s, 40.0 + number * 0.01)
    assert clock.to_session(50.0) == pytest.approx(110.0, abs=0.0005)


def test_a_clock_that_was_set_is_followed() -> None:
    clock = HostClock()
    clock.update(100.0, 40.0)
    clock.update(100.1, 7_240.1)
    assert clock.to_session(7_240.1) == pytest.approx(100.1)
    clock.update(100.2, 40.2)
    assert clock.to_session(40.2) == pytest.approx(100.2)


def _device_info(
    index: int, name: str, inputs: int, outputs: int, host: str = "ALSA"
) -> DeviceInfo:
    return DeviceInfo(index, name, host, inputs, outputs, 48_000, index == 0, index == 1)


DEVICES = [
    _device_info(0, "Built-in Microphone", 2, 0),
    _device_info(1, "Built-in Speakers", 0, 2),
    _device_info(2, "USB Headset", 1, 2),
    _device_info(3, "USB Headset", 1, 2, host="JACK"),
]


def test_the_system_decides_unless_told_otherwise() -> None:
    assert choose_from(DEVICES, "input", "").index == 0
    assert choose_from(DEVICES, "output", " ").index == 1


def test_a_device_is_chosen_by_number_or_part_of_its_name() -> None:
    assert choose_from(DEVICES, "input", "2").index == 2
    assert choose_from(DEVICES, "output", "headset").index == 2
    assert choose_from(DEVICES, "output", "BUILT-IN").index == 1


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(DeviceError) as caught:
        choose_from(DEVICES, "input", "gramophone")
    assert caught.value.code == "device.unknown"
    assert caught.value.remedy == "There is: Built-in Microphone, USB Headset"


@pytest.mark.parametrize(
    ("kind", "code"), [("input", "device.no_microphone"), ("output", "device.no_loudspeaker")]
)
def test_no_device_at_all_is_one_clear_line(kind: Kind, code: str) -> None:
    with pytest.raises(DeviceError) as caught:
        choose_from([], kind, "")
    assert caught.value.code == code
    assert "voicecoach demo" in caught.value.remedy
