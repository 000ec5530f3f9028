"""Sound that is not there: each case in a process of its own, for PortAudio looks only once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voicecoach.audio.devices import default_devices

ASK = """
from voicecoach.audio.devices import list_devices
from voicecoach.errors import DeviceError
try:
    print(len(list_devices()))
except DeviceError as error:
    print(error.code, "|", error.remedy)
"""

SPEAK = """
from tests.fakes import Listener
from voicecoach.audio.loudspeaker import DeviceLoudspeaker
from voicecoach.audio.microphone import DeviceMicrophone
from voicecoach.clock import SystemClock
from voicecoach.errors import DeviceError
clock = SystemClock()
for start in (
    lambda: DeviceLoudspeaker(clock).start(Listener(clock)),
    lambda: DeviceMicrophone(clock).start(print, print),
):
    try:
        start()
    except DeviceError as error:
        print(error)
"""


def run(code: str, checkout: Path, **env: str) -> str:
    """Run Python in a process of its own; return what it printed, and insist on no other noise."""
    path = os.pathsep.join(p for p in (env.pop("first", ""), str(checkout)) if p)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path, **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_windows_modern_sound_goes_before_its_old_one() -> None:
    hosts = [
        {"name": "MME", "default_input_device": 1, "default_output_device": 4},
        {"name": "Windows WASAPI", "default_input_device": 12, "default_output_device": 9},
    ]
    assert default_devices(hosts, (1, 4)) == (12, 9)
    assert default_devices(hosts[:1], (1, 4)) == (1, 4)


@pytest.fixture
def no_sound_card(checkout: Path) -> dict[str, str]:
    """An environment without a sound daemon, on a machine without a sound card."""
    env = {"PULSE_SERVER": "unix:/nonexistent", "PULSE_RUNTIME_PATH": "/nonexistent"}
    found = run(ASK, checkout, **env)
    if found.startswith("device.no_portaudio"):
        pytest.skip("there is no PortAudio")
    if found != "0\n":
        pytest.skip("this machine has a sound card")
    return env


def test_no_sound_card_is_one_clear_line(checkout: Path, no_sound_card: dict[str, str]) -> None:
    printed = run(SPEAK, checkout, **no_sound_card).splitlines()
    assert [line.split(". ")[0] for line in printed] == [
        "There is no loudspeaker",
        "There is no microphone",
    ]


def test_a_missing_portaudio_is_one_clear_line(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    printed = run(ASK, checkout, first=str(tmp_path))
    assert printed.startswith("device.no_portaudio | Install it: ")
    if sys.platform == "linux":
        assert "sudo apt install libportaudio2" in printed


def test_a_portaudio_that_does_not_start_is_one_clear_line(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise RuntimeError('Error initializing PortAudio')\n")
    assert run(ASK, checkout, first=str(tmp_path)).startswith("device.portaudio_failed")
