"""For every test: a home of its own, nothing of the developer's in the environment, no network."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A machine that is busy with something else is no failure.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

# A shell starts what it puts into the background with Ctrl-C ignored, and every program that is
# started from there ignores it too, also those that are tested for what they do about it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_CHANGE_RESULTS = (
    "VOICECOACH_HOME",
    "VOICECOACH_MODEL",
    "VOICECOACH_MODEL_URL",
    "VOSK_MODEL_PATH",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)
"""Variables that a developer may have set and that would change what the tests see."""


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the real home out of reach, also of fixtures that live longer than a test."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in _CHANGE_RESULTS:
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(home))
        patch.setenv("USERPROFILE", str(home))
        patch.setenv("VOICECOACH_HOME", str(home / "voicecoach"))
        yield


@pytest.fixture(autouse=True)
def voicecoach_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder of this test, not yet made."""
    home = tmp_path / "voicecoach-home"
    monkeypatch.setenv("VOICECOACH_HOME", str(home))
    return home


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse connections that leave this machine."""

    class LocalSocket(socket.socket):
        def connect(self, address: Any) -> None:
            _refuse(address)
            super().connect(address)

        def connect_ex(self, address: Any) -> int:
            _refuse(address)
            return super().connect_ex(address)

    def _refuse(address: Any) -> None:
        if not _is_local(address):
            raise AssertionError(f"a test connects to {address[0]}: tests use no network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", LocalSocket)
        yield


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of the repository."""
    return Path(__file__).resolve().parent.parent
