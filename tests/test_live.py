"""A spoken interview through a real sound stack: PulseAudio, PortAudio, Silero, Vosk, pyttsx3."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import soundfile
from rapidfuzz import fuzz

from voicecoach.audio.files import read_audio
from voicecoach.audio.format import after_silence
from voicecoach.bench.soundcard import SoundCard, converse, missing
from voicecoach.content.yamlfile import read_yaml
from voicecoach.events import BargedIn, FloorTaken, SessionEnded, TurnTaken, UtteranceStarted
from voicecoach.replies import replies
from voicecoach.store import read_events

DATA = Path(__file__).parent / "data"
ANSWERS = ("recordings/stopped-project.wav", "demo/counterfactual.wav", "demo/decision.wav")

pytestmark = [
    pytest.mark.sound,
    pytest.mark.realtime,
    pytest.mark.skipif(bool(missing()), reason=missing() or "all there"),
]


def cut_at_the_last_word(folder: Path) -> list[Path]:
    """Return the answers without the room tone that follows them: it is sound, but no speech."""
    ends = {
        keys["file"].text(): keys["speech_end_s"].number()
        for node in read_yaml(DATA / "recordings.yaml").entries()["recordings"].items()
        if (keys := node.entries())["file"].text() in ANSWERS
    }
    paths = []
    for name in ANSWERS:
        clip = read_audio(DATA / name)
        path = folder / Path(name).name
        soundfile.write(path, clip.samples[: round(ends[name] * clip.rate_hz)], clip.rate_hz)
        paths.append(path)
    return paths


def test_a_candidate_is_interviewed_aloud(tmp_path: Path) -> None:
    events, report = tmp_path / "events.jsonl", tmp_path / "report.html"
    command = [
        sys.executable, "-m", "voicecoach", "practice", "--plan", "quick", "--seed", "5",
        "--events", str(events), "--report", str(report),
    ]  # fmt: skip
    with SoundCard() as card:
        held = converse(card, command, cut_at_the_last_word(tmp_path))
    assert held.exit_status == 0, held.output
    assert held.cut_ins == 0
    assert None not in held.gaps, "each answer gets a spoken reply"
    assert report.exists()
    record = read_events(events)
    turns = [e for e in record.events if isinstance(e, TurnTaken)]
    said = "i stopped my own project parents asked for a reading timer so we tested one with five"
    assert fuzz.partial_ratio(said, turns[0].text) > 80, turns[0].text
    assert [e.reason for e in record.events if isinstance(e, SessionEnded)] == ["finished"]
    assert "starter model" in held.output, "which model listens is always said"

    # What the program says of itself is what was heard.
    told = [r.ttfw_s for r in replies(record.events) if r.ttfw_s is not None]
    heard = [gap for gap in held.gaps if gap is not None]
    assert len(told) >= len(heard) == 3
    for own, outside in zip(told, heard, strict=False):
        assert own == pytest.approx(outside, abs=0.1)


def test_a_command_spoken_over_the_coach_is_obeyed_at_once(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    command = [
        sys.executable, "-m", "voicecoach", "practice", "--seed", "1", "--headphones",
        "--events", str(events),
    ]  # fmt: skip
    clip, later = read_audio(DATA / "recordings" / "command-stop.wav"), tmp_path / "later.wav"
    soundfile.write(later, after_silence(clip, 2.0).samples, clip.rate_hz)
    with SoundCard() as card:
        held = converse(card, command, [later], settle_s=0.0)  # as soon as the coach is heard
    assert held.exit_status == 0, held.output
    record = read_events(events)
    (barged,) = [e for e in record.events if isinstance(e, BargedIn)]
    assert 0.0 < barged.silent_s - barged.at_s < 0.15
    turns = [e.command for e in record.events if isinstance(e, TurnTaken)]
    assert turns == ["stop"], [e.text for e in record.events if isinstance(e, TurnTaken)]
    floors = [e for e in record.events if isinstance(e, FloorTaken)]
    assert {e.rule for e in floors} == {"command"}
    told = next(e.at_s for e in record.events if isinstance(e, UtteranceStarted))
    silent_s = held.speech[0].start_s + barged.silent_s - told
    assert not any(s.start_s < silent_s + 0.05 < s.end_s for s in held.speech), "and it was silent"
