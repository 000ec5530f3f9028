"""Nothing leaves the machine: a whole session, watched, and again with the network cut off."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = (sys.executable, "-m", "voicecoach", "demo", "--fast")

WATCH = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        with open(os.environ["WATCHED"], "a") as file:
            print(event, arguments[1:] or arguments, file=file)

sys.addaudithook(note)
"""
"""Loaded by every Python process at its start, so the synthesiser's process is watched as well."""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which connections are noted; it exists once there was one."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("WATCHED", str(tmp_path / "connections"))
    return tmp_path / "connections"


def test_the_watch_sees_a_connection(watched: Path) -> None:
    run(sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 9), 1)")
    assert "socket.connect" in watched.read_text()


def test_a_session_opens_no_connection(watched: Path) -> None:
    done = run(*DEMO)
    assert done.returncode == 0, done.stderr
    assert not watched.exists(), watched.read_text()


def test_a_session_needs_no_network() -> None:
    cut_off = ["unshare", "--net"]
    if os.name == "posix" and os.geteuid() != 0:
        cut_off.append("--map-root-user")  # a network of one's own without being root
    if not shutil.which(cut_off[0]) or run(*cut_off, "true").returncode != 0:
        pytest.skip("this system lets us cut off no network (unshare --net)")
    done = run(*cut_off, *DEMO)
    assert done.returncode == 0, done.stderr
