"""Output on consoles that can do little."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from voicecoach.events import PartialTranscript
from voicecoach.terminal import Terminal


def test_a_character_that_the_console_lacks_is_no_failure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voicecoach", "practice", "--text", "--seed", "2"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        input=b"repeat\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"Time to first word               ?" in done.stdout  # a dash elsewhere


class Console(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("platform", "environment", "live"),
    [
        ("linux", {"TERM": "xterm"}, True),
        ("linux", {"TERM": "dumb"}, False),
        ("win32", {}, False),
        ("win32", {"WT_SESSION": "1"}, True),
    ],
)
def test_captions_are_rewritten_only_where_the_console_can(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], live: bool
) -> None:
    for name in ("TERM", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    console = Console()
    Terminal(console)(PartialTranscript(1.0, "we cut"))
    assert ("we cut" in console.getvalue()) is live
    assert ("\x1b" in console.getvalue()) is live
