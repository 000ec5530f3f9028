"""A recording to words: by fakes to the sample, by the real parts on the recorded candidates."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
import soundfile
import soxr
import yaml

from tests.scripted import ScriptedDetector, ScriptedRecognizer, speak
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Clip, Samples
from voicecoach.cli import main
from voicecoach.ports import Recognizer, VoiceActivityDetector
from voicecoach.resources import models_dir
from voicecoach.transcribe import Transcript, open_ears, transcribe, transcribe_file

DATA = Path(__file__).resolve().parent / "data"
RECORDINGS: dict[str, dict[str, Any]] = {
    entry["file"]: entry
    for entry in yaml.safe_load((DATA / "recordings.yaml").read_text(encoding="utf-8"))[
        "recordings"
    ]
}
DEMO = "demo/answer.wav"
DONE = DATA / "recordings" / "command-done.wav"


def scripted(samples: Samples) -> Transcript:
    return transcribe(Clip(samples, RATE_HZ), ScriptedRecognizer(), ScriptedDetector())


# --- with fakes ----------------------------------------------------------------------------------


def test_words_times_and_voice_of_a_recording() -> None:
    heard = scripted(speak("[1.0] we tested it [1.5] and stopped [0.5]"))

    assert heard.text == "we tested it and stopped"
    assert [w.start_s for w in heard.words] == pytest.approx([1.0, 1.32, 1.64, 3.46, 3.78], abs=0.1)
    assert heard.duration_s == pytest.approx(4.6, abs=0.01)
    assert heard.voiced_s == pytest.approx(5 * 0.32, abs=0.1)
    assert heard.model == "scripted"


def test_a_recording_that_ends_in_the_middle_of_a_word_keeps_it() -> None:
    heard = scripted(speak("[0.5] so we left"))

    assert heard.text == "so we left"
    assert heard.voiced_s == pytest.approx(3 * 0.32, abs=0.1)


def test_silence_has_no_words_and_no_voice() -> None:
    heard = scripted(np.zeros(RATE_HZ, dtype=np.float32))

    assert (heard.words, heard.voiced_s, heard.duration_s) == ((), 0.0, 1.0)
    assert heard.to_answer().duration_s == 0.0


def test_a_recording_shorter_than_a_frame_is_no_trouble() -> None:
    assert scripted(np.zeros(3, dtype=np.float32)).words == ()


def test_parts_that_have_heard_something_before_begin_anew() -> None:
    recognizer, detector = ScriptedRecognizer(), ScriptedDetector()
    recognizer.accept(speak("left over"))
    heard = transcribe(Clip(speak("[0.5] fresh [0.5]"), RATE_HZ), recognizer, detector)

    assert heard.text == "fresh"
    assert heard.words[0].start_s == pytest.approx(0.5, abs=0.1)


def test_an_answer_is_as_long_as_from_first_to_last_word() -> None:
    answer = scripted(speak("[1.0] we tested it [1.5] and stopped [0.5]")).to_answer()

    assert answer.text == " ".join(w.text for w in answer.words) == "we tested it and stopped"
    assert answer.duration_s == pytest.approx(5 * 0.32 + 1.5, abs=0.1)


# --- with the real parts -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ears() -> tuple[Recognizer, VoiceActivityDetector]:
    pytest.importorskip("vosk", reason="Vosk is not installed")
    return open_ears(models_dir() / "starter-en", "starter-en")


@pytest.fixture(scope="module")
def heard(ears: tuple[Recognizer, VoiceActivityDetector]) -> Transcript:
    return transcribe(read_audio(DATA / DEMO), *ears)


def error_rate(entry: dict[str, Any], transcript: Transcript) -> float:
    spoken = entry["text"].lower().replace(",", "").replace(".", "")
    return float(jiwer.wer(spoken, transcript.text))


def test_the_demo_answer_is_understood(heard: Transcript) -> None:
    assert error_rate(RECORDINGS[DEMO], heard) <= 0.1
    assert "checkout completion went up by eight percent" in heard.text


def test_times_of_words_rise_and_leave_the_pauses_free(heard: Transcript) -> None:
    entry = RECORDINGS[DEMO]
    starts = [word.start_s for word in heard.words]
    assert starts == sorted(starts)
    assert heard.words[0].start_s == pytest.approx(entry["speech_start_s"], abs=0.15)
    assert heard.words[-1].end_s == pytest.approx(entry["speech_end_s"], abs=0.25)
    for start_s, end_s in entry["pauses"]:
        middle_s = (start_s + end_s) / 2
        assert not [w for w in heard.words if w.start_s < middle_s < w.end_s]


def test_voice_is_measured_to_a_few_percent(heard: Transcript) -> None:
    entry = RECORDINGS[DEMO]
    spoken_s = entry["speech_end_s"] - entry["speech_start_s"]
    pauses_s = sum(end - start for start, end in entry["pauses"])
    assert heard.voiced_s == pytest.approx(spoken_s - pauses_s, rel=0.05)


def test_confidences_are_kept(heard: Transcript) -> None:
    assert all(0.0 <= word.confidence <= 1.0 for word in heard.words)
    assert np.mean([word.confidence for word in heard.words]) > 0.8


def test_a_studio_recording_is_heard_like_the_original(
    tmp_path: Path, ears: tuple[Recognizer, VoiceActivityDetector]
) -> None:
    entry = RECORDINGS["demo/so_what.wav"]
    samples = soxr.resample(read_audio(DATA / entry["file"]).samples, RATE_HZ, 48_000)
    path = tmp_path / "studio.flac"
    soundfile.write(path, np.column_stack([samples, samples]), 48_000, subtype="PCM_24")

    assert error_rate(entry, transcribe(read_audio(path), *ears)) <= 0.1


def test_the_tone_of_a_room_is_not_speech(ears: tuple[Recognizer, VoiceActivityDetector]) -> None:
    heard = transcribe(read_audio(DATA / "recordings" / "room-tone.wav"), *ears)

    assert (heard.text, heard.voiced_s) == ("", 0.0)


def test_the_same_recording_gives_the_same_words_twice(
    ears: tuple[Recognizer, VoiceActivityDetector],
) -> None:
    clip = read_audio(DATA / "demo" / "quantify.wav")
    first, second = transcribe(clip, *ears), transcribe(clip, *ears)

    assert first.text == second.text
    assert first.voiced_s == second.voiced_s
    for one, other in zip(first.words, second.words, strict=True):
        assert one.start_s == pytest.approx(other.start_s, abs=0.04)


def test_a_file_becomes_an_answer() -> None:
    answer = transcribe_file(DONE, model="starter-en")

    assert answer.text == "that's my answer"
    assert answer.duration_s == pytest.approx(1.0, abs=0.3)
    assert answer.voiced_s == pytest.approx(1.0, abs=0.3)


# --- on the command line -------------------------------------------------------------------------


def test_hear_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hear", str(DONE), "--json", "--model", "starter-en"]) == 0

    out, err = capsys.readouterr()
    document = json.loads(out)
    assert err == ""
    assert set(document) == {"text", "words", "duration_s", "voiced_s", "model", "model_note"}
    assert document["text"] == "that's my answer"
    assert [set(word) for word in document["words"]] == [{"word", "start", "end", "conf"}] * 3
    assert document["duration_s"] == RECORDINGS["recordings/command-done.wav"]["duration_s"]


def test_hear_says_for_people_what_was_heard_and_by_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["hear", str(DONE), "--model", "starter-en"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("that's my answer\n")
    assert "3 words, 0 of them uncertain" in out
    assert "Model starter-en: " in out


def test_hear_says_when_there_is_no_voice(capsys: pytest.CaptureFixture[str]) -> None:
    room = DATA / "recordings" / "room-tone.wav"
    assert main(["hear", str(room), "--model", "starter-en"]) == 0

    assert "No voice in this recording" in capsys.readouterr().out


def test_hear_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Piped:
        buffer = io.BytesIO(DONE.read_bytes())

    monkeypatch.setattr(sys, "stdin", Piped())

    assert main(["hear", "-", "--json", "--model", "starter-en"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "that's my answer"


def test_a_bad_recording_is_one_line_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.wav"
    path.write_text("Dear all", encoding="utf-8")

    assert main(["hear", str(path), "--json"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert str(path) in err


def test_a_missing_model_is_one_line_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.zeros(RATE_HZ), RATE_HZ)

    assert main(["hear", str(path), "--model", "no-such-model"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "no-such-model" in err
