"""The cache must never say the wrong thing, never grow without bound, and never get in the way."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voicecoach import voice_cache
from voicecoach.audio.format import Clip
from voicecoach.errors import VoiceError
from voicecoach.voice_cache import CachedVoice


class CountingVoice:
    """Renders at once, and remembers what it was asked for; each name sounds different."""

    rate_wpm = 165

    def __init__(self, name: str = "Anna", wanted: str = "", started: bool = True) -> None:
        self.name = name
        self.wanted = wanted
        self.started = started
        self.rendered: list[tuple[str, bool]] = []
        self.closed = False
        self.failing = False
        self.hold = threading.Event()
        self.hold.set()

    def ready(self) -> bool:
        return self.started

    def wait(self) -> None:
        self.started = True

    def render(self, text: str, slow: bool = False) -> Clip:
        self.hold.wait(5)
        if self.failing:
            raise VoiceError("voice.no_answer", "It does not answer")
        self.rendered.append((text, slow))
        level = (sum(text.encode()) + sum(self.name.encode()) + slow) % 1000 / 1000
        return Clip(np.full(800, level, np.float32), 8_000)

    def close(self) -> None:
        self.closed = True


def session(folder: Path, texts: list[str], voice: CountingVoice | None = None) -> CountingVoice:
    """Say these texts in a session of their own; return the voice that had to render them."""
    voice = voice or CountingVoice()
    cached = CachedVoice(voice, folder)
    for text in texts:
        cached.render(text)
    cached.close()
    return voice


def await_(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)


def clips(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if p.name != "names.json" and p.stat().st_size]


def test_a_text_is_rendered_once_a_session(tmp_path: Path) -> None:
    voice = CountingVoice()
    cached = CachedVoice(voice, tmp_path)
    first, again = cached.render("Hello."), cached.render("Hello.")
    assert again is first
    assert voice.rendered == [("Hello.", False)]
    cached.render("Hello.", slow=True)
    assert voice.rendered == [("Hello.", False), ("Hello.", True)]
    cached.close()
    assert voice.closed


def test_what_recurs_is_kept_on_disk_and_what_does_not_is_not(tmp_path: Path) -> None:
    session(tmp_path, ["Welcome.", "You said sales rose in Lyon."])
    assert clips(tmp_path) == []
    assert session(tmp_path, ["Welcome."]).rendered == [("Welcome.", False)]
    assert len(clips(tmp_path)) == 1
    assert session(tmp_path, ["Welcome."]).rendered == []


def test_what_comes_from_disk_sounds_the_same(tmp_path: Path) -> None:
    original = CountingVoice().render("Welcome.")
    for _ in range(2):
        session(tmp_path, ["Welcome."])
    cached = CachedVoice(CountingVoice(), tmp_path)
    clip = cached.render("Welcome.")
    cached.close()
    assert clip.rate_hz == original.rate_hz
    assert clip.samples == pytest.approx(original.samples, abs=1e-4)


def test_another_voice_or_rate_is_another_sound(tmp_path: Path) -> None:
    for _ in range(3):
        session(tmp_path, ["Welcome."])
    assert session(tmp_path, ["Welcome."], CountingVoice("Bert", "bert")).rendered
    faster = CountingVoice()
    faster.rate_wpm = 200
    assert session(tmp_path, ["Welcome."], faster).rendered


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 100, None])
def test_a_damaged_entry_is_rendered_again(tmp_path: Path, damage: bytes | None) -> None:
    for _ in range(2):
        session(tmp_path, ["Welcome."])
    (path,) = clips(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[:-7] if damage is None else damage)
    voice = session(tmp_path, ["Welcome."])
    assert voice.rendered == [("Welcome.", False)]


def test_a_folder_that_cannot_be_used_does_not_matter(tmp_path: Path) -> None:
    in_the_way = tmp_path / "voice"
    in_the_way.write_text("a file where the folder should be")
    for _ in range(2):
        assert session(in_the_way, ["Welcome."]).rendered == [("Welcome.", False)]


def test_the_name_is_remembered_before_the_voice_has_started(tmp_path: Path) -> None:
    for _ in range(2):
        session(tmp_path, ["Welcome."])
    slow_starter = CountingVoice(started=False)
    cached = CachedVoice(slow_starter, tmp_path)
    assert cached.name == "Anna"
    cached.render("Welcome.")
    assert not slow_starter.started, "nothing had to be waited for"
    cached.close()


def test_a_voice_that_changed_is_noticed(tmp_path: Path) -> None:
    for _ in range(2):
        session(tmp_path, ["Welcome."])
    voice = CountingVoice("Bert", started=False)
    cached = CachedVoice(voice, tmp_path)
    assert cached.name == "Anna"
    voice.started = True
    assert cached.name == "Bert"
    cached.render("Welcome.")
    assert voice.rendered == [("Welcome.", False)]
    cached.close()
    assert CachedVoice(CountingVoice(started=False), tmp_path).name == "Bert"


def test_prefetched_texts_are_ready(tmp_path: Path) -> None:
    voice = CountingVoice()
    cached = CachedVoice(voice, tmp_path)
    assert not cached.is_cached("Why?")
    cached.prefetch([("Why?", False), ("How?", True)])
    await_(lambda: cached.is_cached("Why?") and cached.is_cached("How?", True))
    cached.render("Why?")
    assert voice.rendered == [("Why?", False), ("How?", True)]
    cached.close()


def test_a_later_prefetch_replaces_what_still_waited(tmp_path: Path) -> None:
    voice = CountingVoice()
    voice.hold.clear()
    cached = CachedVoice(voice, tmp_path)
    cached.prefetch([("first", False), ("stale", False)])
    await_(lambda: bool(cached._under_way))
    cached.prefetch([("fresh", False)])
    voice.hold.set()
    await_(lambda: cached.is_cached("fresh"))
    assert [text for text, _ in voice.rendered] == ["first", "fresh"]
    cached.close()


def test_what_is_being_rendered_is_waited_for(tmp_path: Path) -> None:
    voice = CountingVoice()
    voice.hold.clear()
    cached = CachedVoice(voice, tmp_path)
    cached.prefetch([("Why?", False)])
    await_(lambda: bool(cached._under_way))
    threading.Timer(0.05, voice.hold.set).start()
    cached.render("Why?")
    assert voice.rendered == [("Why?", False)]
    cached.close()


def test_a_failure_ahead_of_time_is_told_when_it_matters(tmp_path: Path) -> None:
    voice = CountingVoice()
    voice.failing = True
    cached = CachedVoice(voice, tmp_path)
    cached.prefetch([("Why?", False)])
    await_(lambda: not cached._ahead and not cached._under_way)
    with pytest.raises(VoiceError):
        cached.render("Why?")
    voice.failing = False
    cached.render("Why?")
    assert voice.rendered == [("Why?", False)]
    cached.close()


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_cache, "MEMORY_SAMPLES", 2_000)
    voice = CountingVoice()
    cached = CachedVoice(voice, tmp_path)
    for text in ("one", "two", "three"):
        cached.render(text)
    assert cached.is_cached("two")
    assert cached.is_cached("three")
    assert not cached.is_cached("one")
    cached.close()


def test_the_folder_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice_cache, "DISK_BYTES", 4_000)
    texts = [f"text {n}" for n in range(5)]
    for _ in range(2):
        session(tmp_path, texts)
    for n, path in enumerate(sorted(clips(tmp_path))):
        os.utime(path, (n, n))
    session(tmp_path, ["another"])
    left = clips(tmp_path)
    assert sum(p.stat().st_size for p in left) <= 4_000
    assert len(left) == 2
