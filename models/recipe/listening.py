"""Lets a recogniser listen to recordings, in a process of its own, and takes its measure.

``python -m models.recipe.listening TASK.json`` writes its results beside the task. A process of its
own, because load time and memory are only true in a fresh one, and because Vosk must not meet
OpenFst for Python (see `transducers`). Nothing is imported here that a user's session would not
import: memory is what a session needs.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Samples

CHUNK_S = 0.1
"""Sound comes in pieces of this length, as from a microphone."""

SPHINX = "pocketsphinx"
"""Stands for PocketSphinx with its own English model, in the place of a model's folder."""


@dataclass(frozen=True)
class HeardWord:
    """A word that was heard, with its times in seconds and its confidence, None if it has none."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None


@dataclass(frozen=True)
class Hearing:
    """What came of a task.

    Attributes:
        words: heard in each recording.
        audio_s: sound in all.
        cpu_s: time of one core that it took.
        load_s: time to load the model.
        memory_mb: most memory that the process held.
    """

    words: tuple[tuple[HeardWord, ...], ...]
    audio_s: float
    cpu_s: float
    load_s: float
    memory_mb: float

    @property
    def real_time_factor(self) -> float:
        """Share of one core that is busy while somebody speaks."""
        return self.cpu_s / self.audio_s if self.audio_s else 0.0


def listen(
    model: Path | str, recordings: Sequence[Path], scratch: Path, phrases: Sequence[str] = ()
) -> Hearing:
    """Let a model listen in a fresh process.

    Args:
        model: folder of a Vosk model, or `SPHINX`.
        recordings: that `voicecoach.audio.files` reads.
        scratch: a folder, for what passes between the processes.
        phrases: if given, only these may be heard, or none of them.

    Raises:
        RuntimeError: the process failed; the message is its last words.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    task = scratch / "task.json"
    paths = [str(path.resolve()) for path in recordings]
    task.write_text(
        json.dumps({"model": str(model), "recordings": paths, "phrases": list(phrases)}), "utf-8"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "models.recipe.listening", str(task.resolve())],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{model} could not listen: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(task.with_suffix(".heard.json").read_text("utf-8"))
    words = tuple(tuple(HeardWord(**word) for word in one) for one in found.pop("words"))
    return Hearing(words, **found)


class _Listener(Protocol):
    def hear(self, samples: Samples) -> tuple[HeardWord, ...]:
        """Return the words of a recording."""


class _Vosk:
    """The recogniser of the product."""

    def __init__(self, folder: Path, phrases: Sequence[str]) -> None:
        from voicecoach.asr import VoskRecognizer, load_model

        self._recognizer = VoskRecognizer(load_model(folder), folder.name, phrases or None)

    def hear(self, samples: Samples) -> tuple[HeardWord, ...]:
        self._recognizer.reset()
        step = round(CHUNK_S * RATE_HZ)
        for start in range(0, len(samples), step):
            self._recognizer.accept(samples[start : start + step])
        return tuple(
            HeardWord(word.text, word.start_s, word.end_s, word.confidence)
            for word in self._recognizer.flush()
        )


class _Sphinx:
    """PocketSphinx with the model that comes with it: 200 milliseconds to search, no network."""

    def __init__(self, phrases: Sequence[str]) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(samprate=RATE_HZ, loglevel="FATAL")
        if phrases:
            known = (phrase for phrase in phrases if self._knows(phrase))
            grammar = f"#JSGF V1.0; grammar only; public <only> = {' | '.join(known)} ;"
            self._decoder.add_jsgf_string("only", grammar)
            self._decoder.activate_search("only")

    def _knows(self, phrase: str) -> bool:
        return all(self._decoder.lookup_word(word) for word in phrase.split())

    def hear(self, samples: Samples) -> tuple[HeardWord, ...]:
        self._decoder.start_utt()
        pcm = (samples * 32767).round().astype("<i2").tobytes()
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        segments = self._decoder.seg() or ()
        return tuple(
            HeardWord(word, s.start_frame / 100, (s.end_frame + 1) / 100, None)
            for s in segments
            if re.match(r"[a-z']", word := re.sub(r"\(\d+\)$", "", s.word))
        )


def _run(task: Path) -> None:
    """Do a task, and write what was heard beside it."""
    given = json.loads(task.read_text("utf-8"))
    began_s = time.perf_counter()
    model, phrases = given["model"], given["phrases"]
    listener: _Listener = _Sphinx(phrases) if model == SPHINX else _Vosk(Path(model), phrases)
    load_s = time.perf_counter() - began_s
    words, audio_s, cpu_s = [], 0.0, 0.0
    for path in given["recordings"]:
        samples = read_audio(path).samples
        before_s = time.process_time()
        words.append([asdict(word) for word in listener.hear(samples)])
        cpu_s += time.process_time() - before_s
        audio_s += len(samples) / RATE_HZ
    figures = {"audio_s": audio_s, "cpu_s": cpu_s, "load_s": load_s, "memory_mb": _peak_mb()}
    text = json.dumps({"words": words, **figures})
    task.with_suffix(".heard.json").write_text(text, "utf-8")


def _peak_mb() -> float:
    """Return the most memory that this process has held.

    Linux tells it in ``/proc``; what it tells by ``getrusage`` may be the parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text("utf-8"))
        if found:
            return int(found[1]) / (1 << 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    _run(Path(sys.argv[1]))
