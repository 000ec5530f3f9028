"""The coach's voice: text in, a finished clip out.

pyttsx3 synthesises well and plays badly, so it only synthesises, to a file, in a process of its own
(`voicecoach.tts_worker`) that is killed when it hangs. What comes back is trimmed and levelled, so
that every voice of every system starts at once and is equally loud.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from voicecoach.audio.format import Clip, Samples
from voicecoach.errors import VoiceError

RATE_WPM = 165
"""Calm, and still quick enough for a question of three sentences."""

SLOW = 0.8
"""Factor for a candidate who asked to have it said more slowly."""

LEVEL_DBFS = -20.0
"""Loudness of every clip: root mean square of its voiced part."""

PEAK = 0.9
"""No sample goes beyond this; a clip with high peaks is made a little quieter instead."""

READY_TIMEOUT_S = 10.0
"""A first start on a slow machine imports the system's speech framework from a cold disk."""

RENDER_TIMEOUT_S = 4.0
"""For rendering a sentence that takes 0.02 s when all is well; long texts get more."""

_KEPT_S = 0.01
_SILENCE = 0.003  # of the peak: -50 dB
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice of the system.

    Attributes:
        id: what the system's engine calls it.
        name: what people call it.
        languages: such as ``en-us``; may be empty.
    """

    id: str
    name: str
    languages: tuple[str, ...]


class Pyttsx3Voice:
    """The system's speech synthesiser. `render` may be called from any thread.

    The worker starts when this is made, and is waited for when something is rendered.
    """

    def __init__(self, wanted: str = "", rate_wpm: int = RATE_WPM) -> None:
        """Start the worker.

        Args:
            wanted: id of a voice, or a part of its id or name; empty for a good English one.
            rate_wpm: words a minute.
        """
        self.wanted = wanted
        self.rate_wpm = rate_wpm
        self.name = wanted or "system voice"
        self._busy = threading.Lock()
        self._closed = False
        self._worker = self._start()

    def render(self, text: str, slow: bool = False) -> Clip:
        """Return the sound of `text`; see `Voice.render`."""
        if not any(c.isalnum() for c in text):
            return Clip(np.zeros(round(_PAUSE_S * 22_050), np.float32), 22_050)
        rate_wpm = round(self.rate_wpm * (SLOW if slow else 1.0))
        with self._busy:
            try:
                return self._worker.render(text, rate_wpm)
            except _WorkerFailed:
                # Hung, killed or crashed: a fresh one deserves one more try.
                self._worker.kill()
            if self._closed:
                raise VoiceError("voice.closed", "The voice has been closed")
            self._worker = self._start()
            try:
                return self._worker.render(text, rate_wpm)
            except _WorkerFailed as error:
                self._worker.kill()
                raise VoiceError(
                    "voice.no_answer",
                    "The speech synthesiser does not answer",
                    "Check it with: voicecoach doctor",
                ) from error

    def ready(self) -> bool:
        """Whether the worker runs, and `name` is therefore final."""
        return self._worker.voice is not None

    def wait(self) -> list[VoiceInfo]:
        """Wait for the worker; return the voices of the system.

        Raises:
            VoiceError: as `render` does.
        """
        with self._busy:
            try:
                return self._worker.wait()
            except _WorkerFailed as error:
                raise VoiceError(
                    "voice.no_answer", "The speech synthesiser does not start"
                ) from error

    def close(self) -> None:
        """End the worker; harmless when called twice."""
        self._closed = True
        self._worker.kill()

    def _start(self) -> _Worker:
        def known(voice: VoiceInfo) -> None:
            self.name = voice.name

        return _Worker(self.wanted, known)


class NoVoice:
    """Says nothing, for as long as saying it would take."""

    name = "none"

    def render(self, text: str, slow: bool = False) -> Clip:
        """Return silence, as long as the words of `text` need at `RATE_WPM`."""
        words_per_s = RATE_WPM * (SLOW if slow else 1.0) / 60.0
        n_samples = round(max(1, len(text.split())) / words_per_s * 8_000)
        return Clip(np.zeros(n_samples, np.float32), 8_000)

    def close(self) -> None:
        """Nothing to let go."""


def tone(name: str) -> Clip:
    """Return a soft tone that says something about time and takes nobody's floor.

    Args:
        name: of the moment; ``time_up`` gives two falling notes, every other name a single one.
    """
    notes = (659.3, 523.3) if name == "time_up" else (587.3,)
    rate_hz, note_s = 22_050, 0.16
    t = np.arange(round(note_s * rate_hz)) / rate_hz
    envelope = np.sin(np.pi * t / note_s) ** 2
    waves = [0.06 * envelope * np.sin(2 * np.pi * hz * t) for hz in notes]
    return Clip(np.concatenate(waves).astype(np.float32), rate_hz)


def polished(samples: Samples, rate_hz: int) -> Clip:
    """Return speech without silence around it, at `LEVEL_DBFS`.

    Args:
        samples: shape ``(n_samples,)``, float32, of any level.
        rate_hz: their rate.
    """
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak < 1e-4:
        return Clip(np.zeros(round(_PAUSE_S * rate_hz), np.float32), rate_hz)
    sounding = np.flatnonzero(np.abs(samples) > _SILENCE * peak)
    kept = round(_KEPT_S * rate_hz)
    samples = samples[max(0, sounding[0] - kept) : sounding[-1] + 1 + kept]
    # Pauses between words say nothing about loudness: only what is within 30 dB of the peak counts.
    block = max(1, rate_hz // 50)
    padded = np.pad(samples, (0, -len(samples) % block)).reshape(-1, block)
    power = np.mean(np.square(padded, dtype=np.float64), axis=1)
    rms = float(np.sqrt(np.mean(power[power > np.max(power) / 1000])))
    gain = min(10 ** (LEVEL_DBFS / 20) / rms, PEAK / peak)
    return Clip((samples * gain).astype(np.float32), rate_hz)


class _WorkerFailed(Exception):  # noqa: N818 - never leaves this module
    """The worker hangs or has died."""


class _Worker:
    """One process of `voicecoach.tts_worker`, with a thread that reads what it says."""

    def __init__(self, wanted: str, known: Callable[[VoiceInfo], None]) -> None:
        self.voice: VoiceInfo | None = None
        self._wanted = wanted
        self._known = known
        self._answers: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._voices: list[VoiceInfo] = []
        self._failure: VoiceError | None = None
        self._greeted = threading.Event()
        self._folder = _scratch_folder()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "voicecoach.tts_worker", str(self._folder), wanted],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,  # Python looks for modules where it starts: nothing of the user's
            start_new_session=True,  # so that whoever kills us leaves it the time to clean up
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        threading.Thread(target=self._read, name="voice", daemon=True).start()
        self._end = weakref.finalize(self, _end, self._process, self._folder)

    def wait(self) -> list[VoiceInfo]:
        """Return the system's voices, once the worker is ready."""
        if not self._greeted.wait(READY_TIMEOUT_S):
            raise _WorkerFailed
        if self._failure:
            raise self._failure
        if self.voice is None:
            raise _WorkerFailed
        return self._voices

    def render(self, text: str, rate_wpm: int) -> Clip:
        """Ask for a clip and wait for it."""
        import soundfile  # while the worker starts

        self.wait()
        path = self._folder / "speech.wav"
        request = {"text": text, "path": str(path), "rate_wpm": rate_wpm}
        try:
            assert self._process.stdin
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=RENDER_TIMEOUT_S + len(text) / 100)
        except (OSError, ValueError, Empty) as error:
            raise _WorkerFailed from error
        if answer is None:
            raise _WorkerFailed
        if "error" in answer:
            raise VoiceError(
                "voice.failed", f"The speech synthesiser cannot say this: {answer['error']}"
            )
        try:
            samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
            path.unlink()
        except (OSError, soundfile.LibsndfileError) as error:
            raise _WorkerFailed from error
        return polished(samples.mean(axis=1), int(rate_hz))

    def kill(self) -> None:
        """End the process now."""
        self._end()

    def _read(self) -> None:
        """Pass on what the worker says, until it says no more."""
        assert self._process.stdout
        for line in self._process.stdout:
            try:
                answer = json.loads(line)
            except ValueError:
                continue
            if self._greeted.is_set():
                self._answers.put(answer)
            else:
                self._greet(answer)
        self._greeted.set()
        self._answers.put(None)

    def _greet(self, answer: dict[str, Any]) -> None:
        self._voices = [
            VoiceInfo(v["id"], v["name"], tuple(v["languages"])) for v in answer.get("voices", ())
        ]
        if "error" in answer:
            self._failure = _explain(answer["error"], self._wanted, self._voices)
        else:
            voice = answer["voice"]
            self.voice = VoiceInfo(voice["id"], voice["name"], tuple(voice["languages"]))
            self._known(self.voice)
        self._greeted.set()


def _english(found: list[VoiceInfo]) -> list[VoiceInfo]:
    from voicecoach.tts_worker import is_english

    return [v for v in found if is_english({"id": v.id, "languages": v.languages})]


def _explain(error: str, wanted: str, found: list[VoiceInfo]) -> VoiceError:
    """Say what a worker's failure to start means to the user."""
    if found and wanted:
        names = ", ".join(v.name for v in _english(found))
        return VoiceError("voice.unknown", f"There is no voice {wanted!r}", f"There is: {names}")
    if found:
        return VoiceError(
            "voice.no_english", "The system has no English voice", "Add one in its speech settings"
        )
    if sys.platform == "linux" and "espeak" in error.lower():
        return VoiceError(
            "voice.no_synthesiser",
            "The speech synthesiser eSpeak NG is missing",
            "Install it: sudo apt install espeak-ng",
        )
    return VoiceError("voice.no_synthesiser", f"The system's speech does not start: {error}")


def _scratch_folder() -> Path:
    """Make a folder for the files that the worker writes; in memory where there is such a place."""
    memory = Path("/dev/shm")
    try:
        return Path(tempfile.mkdtemp(prefix="voicecoach-", dir=memory if memory.is_dir() else None))
    except OSError:
        pass
    try:
        return Path(tempfile.mkdtemp(prefix="voicecoach-"))
    except OSError as error:
        raise VoiceError(
            "voice.no_space",
            f"The voice finds no folder for temporary files: {error.strerror}",
            "Make room on the disk",
        ) from error


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """End a worker that may not want to, and what it leaves."""
    import shutil

    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    shutil.rmtree(folder, ignore_errors=True)
