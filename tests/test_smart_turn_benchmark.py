"""What the benchmark of prosody makes of answers that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.smart_turn import Asked, Talk, people
from tests.scripted import ScriptedProsody, speak
from voicecoach import resources
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ


def test_ends_are_told_from_pauses() -> None:
    sound = speak("we [0.5] looked [0.5] result [0.5]")
    asked = Asked()
    asked.about(ScriptedProsody("we", "result"), Talk(sound, (0.32, 1.14), (1.96,)))
    figures = asked.document()
    assert (figures["pauses"], figures["ends"]) == (2, 1)
    assert figures["false_ends"] == 0.5, "we"
    assert figures["true_ends"] == 1.0
    assert figures["end_above_pause"] == 0.75, "above one, and level with the other"


def test_pauses_of_people_are_found_and_labelled(tmp_path: Path) -> None:
    part = read_audio(resources.demo_dir() / "so_what.wav").samples[: 3 * RATE_HZ]
    gap = np.zeros(RATE_HZ, dtype=np.float32)
    for name in ("ends", "goes-on"):
        soundfile.write(tmp_path / f"{name}.wav", np.concatenate([part, gap, part]), RATE_HZ)
    ends, goes_on = people(tmp_path, ["goes-on"])
    assert ends.ends_s[0] == pytest.approx(7.0, abs=1.0)
    assert goes_on.ends_s == ()
    assert goes_on.pauses_s == (*ends.pauses_s, *ends.ends_s)
    assert any(pause_s == pytest.approx(3.0, abs=0.5) for pause_s in ends.pauses_s)
