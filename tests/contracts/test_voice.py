"""What a voice is, shown by all of them: the system's synthesiser, the cache, the silent one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from voicecoach import tts, tts_worker
from voicecoach.audio.format import Clip, first_audible_s, level_dbfs
from voicecoach.errors import VoiceError
from voicecoach.ports import Voice
from voicecoach.tts import NoVoice, Pyttsx3Voice, polished, tone
from voicecoach.tts_worker import describe, pick
from voicecoach.voice_cache import CachedVoice

QUESTION = "What would have happened without the change?"

real = pytest.mark.voice


def _synthesiser() -> str:
    """Return why there is no synthesiser here, or ''."""
    voice = Pyttsx3Voice()
    try:
        voice.wait()
    except VoiceError as error:
        return str(error)
    finally:
        voice.close()
    return ""


@pytest.fixture(scope="module")
def synthesiser() -> None:
    """Skip where there is none."""
    reason = _synthesiser()
    if reason:
        pytest.skip(reason)


@pytest.fixture(
    params=["none", pytest.param("pyttsx3", marks=real), pytest.param("cached", marks=real)]
)
def voice(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Voice]:
    made: Voice = NoVoice()
    if request.param != "none":
        request.getfixturevalue("synthesiser")
        made = Pyttsx3Voice()
        if request.param == "cached":
            made = CachedVoice(made, tmp_path / "voice")
    yield made
    made.close()


def test_text_becomes_sound(voice: Voice) -> None:
    clip = voice.render(QUESTION)
    assert clip.samples.ndim == 1
    assert clip.samples.dtype == np.float32
    assert np.max(np.abs(clip.samples)) <= 1.0
    assert 1.5 < clip.duration_s < 5.0
    assert voice.name


def test_longer_text_takes_longer(voice: Voice) -> None:
    assert (
        voice.render(f"{QUESTION} {QUESTION}").duration_s > 1.6 * voice.render("Go on.").duration_s
    )


def test_slow_is_slower(voice: Voice) -> None:
    ratio = voice.render(QUESTION, slow=True).duration_s / voice.render(QUESTION).duration_s
    assert 1.1 < ratio < 1.4


def test_rates_do_not_stick(voice: Voice) -> None:
    lengths = [voice.render(QUESTION + " " * n, slow=n % 2 == 1).duration_s for n in range(6)]
    assert lengths[0::2] == pytest.approx([lengths[0]] * 3, rel=0.02)
    assert lengths[1::2] == pytest.approx([lengths[1]] * 3, rel=0.02)


@pytest.mark.parametrize("text", ["", "   ", "...", "—"])
def test_nothing_to_say_is_a_short_silence(voice: Voice, text: str) -> None:
    clip = voice.render(text)
    assert 0.0 < clip.duration_s < 0.5
    assert not np.any(clip.samples)


@pytest.mark.parametrize(
    "text",
    ["Don't say “no” – 50% of $1.2M!", "Naïve café, 東京, 🎉 party.", 'A "quote"\nand a line'],
)
def test_any_characters_are_spoken(voice: Voice, text: str) -> None:
    assert voice.render(text).duration_s > 0.5


def test_close_can_be_repeated(voice: Voice) -> None:
    voice.render("Thank you.")
    voice.close()
    voice.close()


# --- the system's synthesiser --------------------------------------------------------------------


@real
@pytest.mark.usefixtures("synthesiser")
class TestSynthesiser:
    """pyttsx3 in its process."""

    def test_speech_begins_at_once_at_one_loudness(self) -> None:
        voice = Pyttsx3Voice()
        for text in (QUESTION, "Okay.", "Sure, take your time. There is no hurry at all."):
            clip = voice.render(text)
            start_s = first_audible_s(clip)
            assert start_s is not None
            assert start_s < 0.04
            assert level_dbfs(clip.samples) == pytest.approx(tts.LEVEL_DBFS, abs=3.0)
            assert np.max(np.abs(clip.samples)) <= tts.PEAK + 1e-6
        voice.close()

    def test_the_voice_is_english_and_calm(self) -> None:
        voice = Pyttsx3Voice()
        text = (
            "Tell me about a decision that you made with far too little data. What did you know, "
            "what did you not know, and what made you comfortable enough to act?"
        )
        words_per_minute = len(text.split()) / voice.render(text).duration_s * 60
        assert "english" in voice.name.lower() or sys.platform != "linux"
        assert 140 < words_per_minute < 190
        voice.close()

    def test_a_voice_can_be_wished_for(self) -> None:
        scottish = Pyttsx3Voice("scotland")
        usual = Pyttsx3Voice()
        if not any("scotland" in v.id for v in usual.wait()):
            pytest.skip("the system has no Scottish voice")
        a, b = scottish.render(QUESTION), usual.render(QUESTION)
        assert scottish.name == "English (Scotland)"
        assert a.duration_s != b.duration_s
        scottish.close()
        usual.close()

    def test_an_unknown_voice_says_what_there_is(self) -> None:
        voice = Pyttsx3Voice("gramophone")
        with pytest.raises(VoiceError) as caught:
            voice.render(QUESTION)
        assert caught.value.code == "voice.unknown"
        assert "English" in caught.value.remedy
        voice.close()

    def test_it_knows_the_voices_of_the_system(self) -> None:
        voice = Pyttsx3Voice()
        found = voice.wait()
        voice.close()
        assert voice.name in [v.name for v in found]

    def test_the_first_clip_comes_soon(self) -> None:
        begun_s = time.monotonic()
        voice = Pyttsx3Voice()
        voice.render(QUESTION)
        assert time.monotonic() - begun_s < 2.0  # 0.07 s on a quiet machine
        voice.close()

    def test_a_worker_that_died_is_replaced(self) -> None:
        voice = Pyttsx3Voice()
        length_s = voice.render(QUESTION).duration_s
        voice._worker._process.kill()
        assert voice.render(QUESTION).duration_s == pytest.approx(length_s, rel=0.02)
        voice.close()

    @pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no SIGSTOP here")
    def test_a_worker_that_hangs_is_replaced(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tts, "RENDER_TIMEOUT_S", 0.5)
        voice = Pyttsx3Voice()
        length_s = voice.render("Go on.").duration_s
        hung = voice._worker._process
        os.kill(hung.pid, signal.SIGSTOP)
        assert voice.render("Go on.").duration_s == pytest.approx(length_s, rel=0.02)
        assert hung.poll() is not None
        voice.close()

    def test_nothing_is_left_behind(self) -> None:
        voice = Pyttsx3Voice()
        voice.render(QUESTION)
        folder, process = voice._worker._folder, voice._worker._process
        assert list(folder.iterdir()) == []
        voice.close()
        assert process.poll() is not None
        assert not folder.exists()

    @pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
    def test_a_parent_that_is_killed_leaves_nothing_behind(self, checkout: Path) -> None:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            cwd=checkout,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert parent.stdout
        folder = Path(parent.stdout.readline().strip())
        assert folder.is_dir()
        os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
        deadline = time.monotonic() + 5
        while folder.exists():
            assert time.monotonic() < deadline, "the worker lives on, or left its folder"
            time.sleep(0.02)


PARENT = """
import time
from voicecoach.tts import Pyttsx3Voice
voice = Pyttsx3Voice()
voice.render("Hello.")
print(voice._worker._folder, flush=True)
time.sleep(60)
"""


@pytest.fixture
def broken_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put another pyttsx3 before the real one in the worker's path."""

    def install(source: str) -> None:
        (tmp_path / "pyttsx3.py").write_text(source)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return install


def test_a_missing_synthesiser_is_one_clear_line(broken_engine: Callable[[str], None]) -> None:
    # What pyttsx3 2.99 raises where there is no libespeak.
    broken_engine(
        "def init():\n"
        "    raise RuntimeError('you probably do not have eSpeak or eSpeak-ng installed!')"
    )
    voice = Pyttsx3Voice()
    with pytest.raises(VoiceError) as caught:
        voice.render(QUESTION)
    assert caught.value.code == "voice.no_synthesiser"
    if sys.platform == "linux":
        assert caught.value.remedy == "Install it: sudo apt install espeak-ng"
    voice.close()


def test_a_synthesiser_that_always_dies_is_given_up(broken_engine: Callable[[str], None]) -> None:
    broken_engine("import os\nos._exit(3)")
    voice = Pyttsx3Voice()
    with pytest.raises(VoiceError) as caught:
        voice.render(QUESTION)
    assert caught.value.code == "voice.no_answer"
    voice.close()


def test_a_synthesiser_that_always_hangs_is_given_up(
    broken_engine: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tts, "READY_TIMEOUT_S", 0.3)
    broken_engine("import time\ntime.sleep(60)")
    voice = Pyttsx3Voice()
    begun_s = time.monotonic()
    with pytest.raises(VoiceError):
        voice.render(QUESTION)
    assert time.monotonic() - begun_s < 5.0
    voice.close()


# --- the worker's own side -----------------------------------------------------------------------


class FakeEngine:
    """Does what pyttsx3's engine does with a text, but prints, and fails on request."""

    driver_name = "fake"

    def __init__(self) -> None:
        self._rate = 200
        self._job: tuple[str, str] | None = None

    def connect(self, topic: str, callback: object) -> None:
        assert topic == "error"

    def getProperty(self, name: str) -> object:  # noqa: N802 - pyttsx3's name
        if name == "voices":
            return [_voice("fr", "Marie", ["fr_FR"]), _voice("en", "Anna", ["en_GB"])]
        return self._rate

    def setProperty(self, name: str, value: object) -> None:  # noqa: N802 - pyttsx3's name
        if name == "rate" and isinstance(value, int):
            self._rate = value

    def save_to_file(self, text: str, path: str) -> None:
        self._job = (text, path)

    def runAndWait(self) -> None:  # noqa: N802 - pyttsx3's name
        print("Audio saved to somewhere")
        if self._job:
            text, path = self._job
            if text == "fail":
                raise OSError("the engine is unwell")
            if text != "write nothing":
                Path(path).write_bytes(b"sound")
        self._job = None


def _voice(identifier: str, name: str, languages: list[str]) -> types.SimpleNamespace:
    return types.SimpleNamespace(id=identifier, name=name, languages=languages)


def _serve(
    requests: list[dict[str, object]], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, object]]:
    fake = types.SimpleNamespace(init=FakeEngine)
    monkeypatch.setitem(sys.modules, "pyttsx3", fake)
    lines = io.StringIO("".join(json.dumps(r) + "\n" for r in requests))
    answers = io.StringIO()
    tts_worker.serve(lines, answers, wanted)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_the_worker_lives_on_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "speech.wav")
    texts = ("hello", "fail", "hello")
    requests: list[dict[str, object]] = [
        {"text": text, "path": path, "rate_wpm": 165} for text in texts
    ]
    greeting, *answers = _serve(requests, "", monkeypatch)
    assert greeting["voice"] == {"id": "en", "name": "Anna", "languages": ["en-gb"]}
    assert answers == [{"path": path}, {"error": "the engine is unwell"}, {"path": path}]


def test_an_engine_that_writes_nothing_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request: dict[str, object] = {
        "text": "write nothing",
        "path": str(tmp_path / "speech.wav"),
        "rate_wpm": 165,
    }
    answers = _serve([request], "", monkeypatch)
    assert answers[1] == {"error": "the synthesiser wrote nothing"}


def test_the_worker_names_the_voices_when_it_lacks_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = _serve([], "gramophone", monkeypatch)
    assert len(answers) == 1
    assert "gramophone" in str(answers[0]["error"])
    assert len(answers[0]["voices"]) == 2  # type: ignore[arg-type]  # a list, as JSON


MAC = [
    {"id": "com.apple.speech.synthesis.voice.Albert", "name": "Albert", "languages": ["en-us"]},
    {"id": "com.apple.voice.compact.en-ZA.Tessa", "name": "Tessa", "languages": ["en-za"]},
    {"id": "com.apple.voice.compact.en-US.Samantha", "name": "Samantha", "languages": ["en-us"]},
    {"id": "com.apple.voice.compact.fr-FR.Thomas", "name": "Thomas", "languages": ["fr-fr"]},
]
WINDOWS = [
    {"id": r"HKLM\TTS_MS_DE-DE_HEDDA", "name": "Microsoft Hedda - German", "languages": ["de-de"]},
    {"id": r"HKLM\TTS_MS_EN-US_ZIRA", "name": "Microsoft Zira - English", "languages": ["en-us"]},
]
LINUX = [
    {"id": "gmw/af", "name": "Afrikaans", "languages": ["af"]},
    {"id": "gmw/en-029", "name": "English (Caribbean)", "languages": ["en-029"]},
    {"id": "gmw/en", "name": "English (Great Britain)", "languages": ["en-gb"]},
    {"id": "gmw/en-us", "name": "English (America)", "languages": ["en-us"]},
]


@pytest.mark.parametrize(
    ("found", "wanted", "name"),
    [
        (MAC, "", "Samantha"),
        (WINDOWS, "", "Microsoft Zira - English"),
        (LINUX, "", "English (America)"),
        (LINUX[:3], "", "English (Great Britain)"),
        (LINUX[:2], "", "English (Caribbean)"),
        (MAC, "tessa", "Tessa"),
        (LINUX, "great britain", "English (Great Britain)"),
        (LINUX, "GMW/EN", "English (Great Britain)"),
    ],
)
def test_the_voice_is_chosen_deliberately(
    found: list[dict[str, object]], wanted: str, name: str
) -> None:
    chosen = pick(found, wanted)
    assert chosen is not None
    assert chosen["name"] == name


def test_no_english_voice_is_no_voice() -> None:
    assert pick(LINUX[:1], "") is None
    assert pick(LINUX, "gramophone") is None


def test_an_espeak_variant_is_passed_on() -> None:
    chosen = pick(LINUX, "en-us+f3")
    assert chosen is not None
    assert chosen["id"] == "gmw/en-us+f3"


@pytest.mark.parametrize(
    ("languages", "described"),
    [([b"\x05en-gb"], ["en-gb"]), (["en_US"], ["en-us"]), (None, []), ([None], [])],
)
def test_drivers_languages_are_understood(
    languages: list[str] | None, described: list[str]
) -> None:
    voice = types.SimpleNamespace(id="x", name="X", languages=languages)
    assert describe(voice)["languages"] == described


# --- sound ---------------------------------------------------------------------------------------


def test_polishing_trims_and_levels() -> None:
    t = np.arange(8_000) / 16_000
    speech = (0.01 * np.sin(2 * np.pi * 200 * t)).astype(np.float32)
    silence = np.zeros(4_800, np.float32)
    clip = polished(np.concatenate([silence, speech, silence, silence]), 16_000)
    assert clip.duration_s == pytest.approx(0.52, abs=0.005)
    assert level_dbfs(clip.samples) == pytest.approx(-20.0, abs=0.5)


def test_polishing_never_distorts() -> None:
    samples = np.zeros(16_000, np.float32)
    samples[::400] = 0.5  # clicks: high peaks, little power
    clip = polished(samples, 16_000)
    assert np.max(np.abs(clip.samples)) == pytest.approx(tts.PEAK)


def test_polished_silence_is_short_silence() -> None:
    clip = polished(np.zeros(16_000, np.float32), 16_000)
    assert clip.duration_s < 0.1


@pytest.mark.parametrize("name", ["minute", "time_up"])
def test_tones_are_short_and_soft(name: str) -> None:
    clip: Clip = tone(name)
    assert clip.duration_s < 0.6
    assert -45 < level_dbfs(clip.samples) < -25
    # It begins and ends in silence: no click.
    assert abs(clip.samples[0]) < 0.001
    assert abs(clip.samples[-1]) < 0.001
