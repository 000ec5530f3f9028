"""How final a pause sounds: asked once, beside everything else, and done without if need be."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.onnx_file import write_model
from tests.rehearsal import Rehearsal
from tests.scripted import ScriptedDetector, ScriptedProsody, speak
from tests.test_conversation import CONTROL, DECISION, STORY, interview
from voicecoach import smart_turn
from voicecoach.audio.format import FRAME_S, FRAME_SAMPLES, RATE_HZ, AudioChunk, Samples
from voicecoach.endpoint import TurnPolicy, TurnSettings
from voicecoach.errors import ModelError
from voicecoach.events import (
    Event,
    Expectation,
    Problem,
    ProsodyHeard,
    SegmentTranscribed,
    TurnTaken,
    VoiceStarted,
    VoiceStopped,
    Word,
)
from voicecoach.logmel import log_mel
from voicecoach.loop import Job
from voicecoach.patience import Pauses
from voicecoach.ports import TurnProsody
from voicecoach.prosody import ASK_AFTER_S, KEPT_S, PauseListener
from voicecoach.runtime import Parts
from voicecoach.smart_turn import IN_PIPECAT, VARIABLE, SmartTurn, find_smart_turn
from voicecoach.turn_text import TurnText
from voicecoach.vad import VoiceSpells

ANSWER = Path(__file__).parent / "data" / "demo" / "decision.wav"


class Bench:
    """A listener whose jobs wait until they are run, on the time of the sound."""

    def __init__(self, prosody: TurnProsody) -> None:
        self.now_s = 5.0
        self.told: list[Event] = []
        self.jobs: list[Job] = []
        self.stopped = False
        self._spells = VoiceSpells()
        self.listener = PauseListener(prosody, self, lambda: self.now_s)

    def submit(self, job: Job) -> None:
        self.jobs.append(job)

    def stop(self) -> None:
        self.stopped = True

    def work(self) -> None:
        """Do what has been asked for."""
        while self.jobs:
            event = self.jobs.pop(0)()
            if event is not None:
                self.told.append(event)

    def hear(self, text: str, work: bool = True) -> None:
        """Hear a text with its pauses; do the jobs at once, or leave them."""
        sound, detector = speak(text), ScriptedDetector()
        for i in range(0, len(sound) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            chunk = AudioChunk(sound[i : i + FRAME_SAMPLES], self.now_s)
            self.now_s = chunk.end_s
            voice = self._spells.feed(detector.probability(chunk.samples), chunk.end_s)
            self.listener.hear(chunk, voice)
            if work:
                self.work()

    def heard(self) -> list[ProsodyHeard]:
        return [event for event in self.told if isinstance(event, ProsodyHeard)]


class Recorded:
    """Keeps what it is asked about."""

    name = "recorded"

    def __init__(self) -> None:
        self.sounds: list[Samples] = []

    def probability(self, sound: Samples) -> float:
        self.sounds.append(sound)
        return 0.5


class Broken:
    """Fails from the second question on; the first is the warming up."""

    name = "broken"
    asked = 0

    def probability(self, sound: Samples) -> float:
        self.asked += 1
        if self.asked > 1:
            raise ModelError("prosody.wrong_file", "It is broken", "Mend it")
        return 0.5


def listening(prosody: TurnProsody) -> Bench:
    bench = Bench(prosody)
    bench.listener.listen()
    bench.work()
    return bench


# --- when it is asked ---------------------------------------------------------------------------


def test_every_pause_is_asked_about_once() -> None:
    bench = listening(ScriptedProsody("result"))
    bench.hear("we looked at it [1.0] and that was the result [2.0] so [0.6]")
    assert [event.probability for event in bench.heard()] == [0.1, 0.9, 0.1]


def test_it_is_asked_when_the_pause_has_lasted_a_moment() -> None:
    bench = listening(ScriptedProsody())
    bench.hear("we looked [1.0]")
    (event,) = bench.heard()
    # The voice ends within a frame, and so does the moment.
    assert ASK_AFTER_S <= event.at_s - event.speech_end_s < ASK_AFTER_S + FRAME_S
    assert event.speech_end_s == pytest.approx(5.0 + 2 * 0.32, abs=FRAME_S)


def test_a_gap_between_words_is_no_pause() -> None:
    bench = listening(ScriptedProsody())
    bench.hear("we [0.15] looked [0.15] at it")
    assert bench.heard() == []


def test_it_hears_the_last_eight_seconds_up_to_now() -> None:
    prosody = Recorded()
    bench = listening(prosody)
    text = "we looked at it again and again " * 5 + "[0.5]"
    bench.hear(text)
    (_, sound) = prosody.sounds
    assert len(sound) / RATE_HZ == pytest.approx(KEPT_S, abs=FRAME_S)
    silence_s = (len(sound) - np.flatnonzero(sound)[-1]) / RATE_HZ
    assert silence_s == pytest.approx(ASK_AFTER_S, abs=FRAME_S)


def test_a_new_turn_forgets_the_one_before() -> None:
    prosody = Recorded()
    bench = listening(prosody)
    bench.hear("something of the turn before [0.1]")
    bench.listener.listen()
    bench.hear("yes [0.5]")
    assert len(prosody.sounds[-1]) < 0.8 * RATE_HZ
    assert len(bench.heard()) == 1


def test_a_slow_one_is_not_asked_again_before_it_has_answered() -> None:
    bench = listening(ScriptedProsody())
    bench.hear("one [0.5] two [0.5] three [0.5]", work=False)
    assert len(bench.jobs) == 1
    bench.work()
    bench.hear("four [0.5]")
    first, second = bench.heard()
    assert first.speech_end_s < first.at_s - 1.0, "the late answer says which pause it is about"
    assert second.speech_end_s > first.at_s


def test_nothing_is_asked_while_it_still_loads() -> None:
    bench = Bench(ScriptedProsody())
    bench.listener.listen()
    bench.hear("one [0.5]", work=False)
    assert len(bench.jobs) == 1, "only the warming up"
    bench.work()
    assert bench.told == []


def test_a_failing_one_is_told_once_and_left_alone() -> None:
    bench = listening(Broken())
    bench.hear("one [0.5] two [0.5] three [0.5]")
    (problem,) = bench.told
    assert isinstance(problem, Problem)
    assert problem.message == "It is broken; going on without it"


def test_stopping_stops_its_worker() -> None:
    bench = listening(ScriptedProsody())
    bench.listener.stop()
    assert bench.stopped


# --- in a session -------------------------------------------------------------------------------


def session_with(prosody: TurnProsody) -> Rehearsal:
    def arrange(parts: Parts) -> Parts:
        parts.pauses = PauseListener(prosody, parts.worker, parts.clock.now)
        return parts

    return Rehearsal(interview(), [STORY, CONTROL, DECISION], arrange=arrange)


def test_a_session_notes_what_is_heard_of_each_pause() -> None:
    held = session_with(ScriptedProsody("third"))
    ends = [event.speech_end_s for event in held.of(TurnTaken)]
    heard = held.of(ProsodyHeard)
    assert len({event.speech_end_s for event in heard}) == len(heard), "once a pause"
    assert len(heard) >= len(ends) + 2, "each turn's end, and the two pauses of the story"
    for end_s in ends:
        assert any(abs(event.speech_end_s - end_s) < 0.01 for event in heard)
    assert [event.probability for event in heard[:3]] == [0.1, 0.1, 0.9]


def test_a_session_goes_on_without_it() -> None:
    held = session_with(Broken())
    assert [problem.code for problem in held.of(Problem)] == ["prosody.wrong_file"]
    assert len(held.turns) == 3


# --- what the policy makes of it ----------------------------------------------------------------

LIKELY = TurnText(1.0, {}, {}, lengths=(0.0,) * 4, open_words=(0.0,) * 3)
"""Words after which an end is likely, whatever they are."""


def wait_s(probability: float | None, said: str = "we shipped it", about_s: float = 3.0) -> float:
    """Return the silence asked for in a pause that sounds like this, None being unasked."""
    policy = TurnPolicy(lambda text: text == "skip this one", text=LIKELY)
    policy.listen(Expectation("answer", 90.0), 0.0)
    words = tuple(Word(text, 1.0 + i / 4, 1.2 + i / 4, 1.0) for i, text in enumerate(said.split()))
    policy.follow(VoiceStarted(1.1, 1.0))
    policy.follow(VoiceStopped(3.1, 3.0))
    policy.follow(SegmentTranscribed(3.22, words, 3.22))
    if probability is not None:
        policy.follow(ProsodyHeard(3.25, about_s, probability))
    return policy.hold.seconds


def test_a_final_sound_shortens_the_wait_and_an_open_one_lengthens_it() -> None:
    assert wait_s(1.0) < wait_s(0.8) < wait_s(None) < wait_s(0.2) < wait_s(0.0)
    assert wait_s(0.5) == wait_s(None)


def test_it_moves_the_wait_by_no_more_than_the_odds_allow() -> None:
    settings, usual = TurnSettings(), Pauses()
    needed = settings.sure - LIKELY.bias
    assert wait_s(1.0) >= usual.silence_for(needed - settings.prosody) - 1e-6
    assert wait_s(0.0) <= usual.silence_for(needed + settings.prosody) + 1e-6
    assert wait_s(0.0) <= settings.early_s


@pytest.mark.parametrize("said", ["skip this one", "that's my answer", "we shipped it because"])
def test_it_has_no_say_where_the_words_are_plain(said: str) -> None:
    assert wait_s(1.0, said) == wait_s(0.0, said) == wait_s(None, said)


def test_an_answer_about_another_pause_does_not_count() -> None:
    assert wait_s(1.0, about_s=0.4) == wait_s(None)


# --- the file -----------------------------------------------------------------------------------

needs_runtime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="the extra smart-turn is not installed"
)


def test_it_says_what_is_missing_and_what_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setitem(sys.modules, "pipecat", None)
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(ModelError) as neither:
        find_smart_turn()
    assert str(neither.value) == (
        "Smart Turn is not installed: there is no onnxruntime and no smart-turn-v3.2-cpu.onnx. "
        "Type: pip install onnxruntime, then: pip install --no-deps pipecat-ai."
    )
    monkeypatch.setenv(VARIABLE, str(write_model(tmp_path / "tiny.onnx")))
    with pytest.raises(ModelError, match=r"no onnxruntime\. Type: pip install onnxruntime\.$"):
        find_smart_turn()


@needs_runtime
def test_it_says_that_only_the_file_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setitem(sys.modules, "pipecat", None)
    with pytest.raises(ModelError, match=r"no smart-turn-v3\.2.*pip install --no-deps pipecat-ai"):
        find_smart_turn()


@needs_runtime
def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone.onnx"))
    with pytest.raises(ModelError, match=r"gone\.onnx, which is no file"):
        find_smart_turn()


@needs_runtime
def test_it_is_found_in_pipecat_without_importing_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "pipecat" / IN_PIPECAT
    file.parent.mkdir(parents=True)
    write_model(file)
    (tmp_path / "pipecat" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delitem(sys.modules, "pipecat", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert find_smart_turn() == file
    assert "pipecat" not in sys.modules


@needs_runtime
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.write_text("no model"), "onnxruntime cannot load it"),
        (lambda path: write_model(path, taking="pixels"), "does not answer as Smart Turn does"),
        (lambda path: write_model(path, reduce="ReduceSum", squash="Abs"), "no probability"),
    ],
    ids=["text", "another model", "no probability"],
)
def test_a_wrong_file_is_found_out_before_it_is_used(
    make: Callable[[Path], object], why: str, tmp_path: Path
) -> None:
    make(tmp_path / "wrong.onnx")
    with pytest.raises(ModelError, match=rf"wrong\.onnx is not Smart Turn v3: .*{why}"):
        SmartTurn(tmp_path / "wrong.onnx")


@needs_runtime
def test_a_known_file_is_not_loaded_before_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = write_model(tmp_path / "tiny.onnx")
    monkeypatch.setattr(smart_turn, "KNOWN", {smart_turn._sha256(file): "smart-turn-v3.2"})
    monkeypatch.setattr(SmartTurn, "_load", lambda self: pytest.fail("loaded"))
    assert SmartTurn(file).name == "smart-turn-v3.2"


@needs_runtime
def test_practice_with_a_wrong_file_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "wrong.onnx").write_text("no model")
    arguments = ("practice", "--smart-turn", "--voice", "none", "--fast", "--answers", str(ANSWER))
    done = subprocess.run(
        [sys.executable, "-m", "voicecoach", *arguments],
        env={
            **os.environ,
            "VOICECOACH_HOME": str(tmp_path),
            VARIABLE: str(tmp_path / "wrong.onnx"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert "is not Smart Turn v3: onnxruntime cannot load it" in line


# --- features -----------------------------------------------------------------------------------

REFERENCE = (
    *((0, 0, 0.08477), (3, 502, 1.94917), (10, 530, 0.49324), (20, 560, -0.05083)),
    *((50, 650, 0.17330), (60, 700, 1.43176), (79, 799, -0.05083), (40, 505, -0.05083)),
)
"""Band, frame and value of Whisper's own extractor (transformers 5.23, chunk_length=8)."""


def chirp() -> Samples:
    """Return three seconds of a fading tone that rises to 5.5 kHz."""
    t = np.arange(3 * RATE_HZ) / RATE_HZ
    sound = 0.3 * np.sin(2 * np.pi * (120 * t + 900 * t**2)) * np.exp(-t)
    return sound.astype(np.float32)


def test_features_are_those_of_whisper() -> None:
    features = log_mel(chirp())
    assert features.shape == (80, 800)
    assert features.dtype == np.float32
    for band, frame, value in REFERENCE:
        assert features[band, frame] == pytest.approx(value, abs=1e-4), (band, frame)
    assert features.mean() == pytest.approx(-0.011841, abs=1e-4)
    assert features.std() == pytest.approx(0.210234, abs=1e-4)


def test_features_do_not_depend_on_the_volume() -> None:
    # In silence behind a sound, a mean that is not quite zero is all there is: hence the tolerance.
    assert log_mel(chirp()) == pytest.approx(log_mel(0.3 * chirp()), abs=0.01)


def test_silence_has_features() -> None:
    assert np.isfinite(log_mel(np.zeros(0, dtype=np.float32))).all()
