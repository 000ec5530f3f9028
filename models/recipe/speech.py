"""The speech stage: synthesises the training text, a file for each utterance.

The stage may be stopped and started again: it keeps a journal of what is done, and leaves alone
what was made from the same text in the same way. Each utterance is made from its name and the seed
alone, so neither the order nor the number of workers matters.

    python -m models.recipe.speech WORK --workers 2
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import math
import multiprocessing
import sys
import time
import wave
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.recipe.delivery import Delivery, Director, Noise, Pause, Spoken
from models.recipe.voices import (
    ESPEAK,
    FESTIVAL,
    FLITE,
    SAMPLED,
    Voice,
    VoiceError,
    speak,
)
from voicecoach.audio.format import RATE_HZ, Samples, to_pcm16

if TYPE_CHECKING:
    from models.recipe.sphinx_acoustics import Acoustics

PEAK_LEVEL = 0.7
"""Highest sample of an utterance as it is written; loudness is varied later, with the features."""

MANIFEST, JOURNAL = "manifest.tsv", "journal.tsv"

_QUIET_DB = -50.0
_FADE_S = 0.004
_BLOCK = 80  # 5 ms


@dataclass(frozen=True, slots=True)
class Made:
    """An utterance that was synthesised: what stands in the manifest, and from what it was made."""

    name: str
    voice: str
    words: tuple[str, ...]
    seconds: float
    digest: str

    def line(self) -> str:
        """The line of the manifest."""
        return f"{self.name}\t{self.voice}\t{' '.join(self.words)}\t{self.seconds:.3f}"


@dataclass(frozen=True, slots=True)
class Task:
    """An utterance to be synthesised into a file."""

    name: str
    delivery: Delivery
    seed: int
    path: Path

    @property
    def digest(self) -> str:
        """Stands for everything that the sound is made from."""
        return hashlib.sha256(f"{self.seed} {self.delivery!r}".encode()).hexdigest()[:16]


def read_text(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Read names and words of the utterances to be spoken."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line.strip())
    return [(name, tuple(words.split())) for name, words in pairs]


def synthesise(
    texts: Sequence[tuple[str, Sequence[str]]],
    folder: Path,
    *,
    seed: int = 1,
    workers: int = 2,
    engines: Sequence[str] = (FLITE, FESTIVAL, ESPEAK),
    known: Iterable[str] = (),
) -> int:
    """Speak texts into a folder: ``<name>.wav`` (16 kHz, mono, 16 bit) and ``manifest.tsv``.

    The manifest also lists what earlier calls made there under other names.

    Args:
        texts: names, each with its words.
        folder: is made if it is missing.
        seed: of voices and delivery.
        workers: processes.
        engines: synthesisers to be drawn from.
        known: words that no made-up word may be.

    Returns:
        How many utterances could not be made; they are missing from the manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    director = Director((words for _, words in texts), seed, engines, known)
    tasks = [
        Task(name, director.direct(name, words), seed, folder / f"{name}.wav")
        for name, words in texts
    ]
    done = read_journal(folder)
    open_tasks = [task for task in tasks if not _is_sound(done.get(task.name), task)]
    failures = 0
    with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
        for task, made in _progress(_make_all(open_tasks, workers), len(open_tasks)):
            done.pop(task.name, None)
            if made is None:
                failures += 1
            else:
                done[made.name] = made
                journal.write(f"{made.line()}\t{made.digest}\n")
                journal.flush()
    lines = [done[name].line() for name in sorted(done)]
    (folder / MANIFEST).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return failures


def read_journal(folder: Path) -> dict[str, Made]:
    """Return what was made in a folder so far, by name; the last entry of a name counts."""
    path = folder / JOURNAL
    done: dict[str, Made] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        fields = line.split("\t")
        if len(fields) == 5:  # the last line may have broken off
            name, voice, words, seconds, digest = fields
            done[name] = Made(name, voice, tuple(words.split()), float(seconds), digest)
    return done


def _is_sound(made: Made | None, task: Task) -> bool:
    """Whether a file is there, whole, and made from this very delivery."""
    if made is None or made.digest != task.digest or not task.path.exists():
        return False
    return abs((task.path.stat().st_size - 44) / 2 / RATE_HZ - made.seconds) < 0.01


def _make_all(tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, Made | None]]:
    if workers == 1 or len(tasks) < 2:
        yield from map(_make, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(_make, tasks, chunksize=8)


def _make(task: Task) -> tuple[Task, Made | None]:
    try:
        samples = render(task.delivery, np.random.default_rng(_number(task.seed, task.name)))
    except VoiceError as error:
        print(f"{task.name}: {error}", file=sys.stderr)
        return task, None
    write_wave(task.path, samples)
    seconds = len(samples) / RATE_HZ
    words = task.delivery.transcript
    return task, Made(task.name, str(task.delivery.voice), words, seconds, task.digest)


def _number(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "big")


def write_wave(path: Path, samples: Samples) -> None:
    """Write 16 kHz, mono, 16 bit; a file is whole or not there."""
    partial = path.with_suffix(".part")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(to_pcm16(samples))
    partial.replace(path)


def render(delivery: Delivery, rng: np.random.Generator) -> Samples:
    """Synthesise a delivery: its parts one after another, over the noise of the room.

    Raises:
        VoiceError: a part could not be said, or came out at an unbelievable length.
    """
    say = functools.partial(_say, seed=int(rng.integers(1 << 31)))
    spoken = [
        _trimmed(say(delivery.voice.slower(part.stretch), part.words))
        for part in delivery.parts
        if isinstance(part, Spoken)
    ]
    peak = max(float(np.abs(samples).max()) for samples in spoken)
    loudness = _loudness(np.concatenate(spoken))
    voices = iter(spoken)
    pieces: list[Samples] = []
    for part in delivery.parts:
        if isinstance(part, Spoken):
            pieces.append(next(voices))
        elif isinstance(part, Pause):
            pieces.append(np.zeros(round(part.seconds * RATE_HZ), np.float32))
        else:
            pieces.append(_noise(part, loudness, rng))
    _check_length(delivery, sum(map(len, spoken)) / RATE_HZ)
    samples = np.concatenate(pieces) * np.float32(PEAK_LEVEL / peak)
    floor = rng.standard_normal(len(samples), dtype=np.float32)
    samples += floor * np.float32(10 ** (delivery.floor_db / 20))
    clipped: Samples = np.clip(samples, np.float32(-1), np.float32(1))
    return clipped


def _say(voice: Voice, words: Sequence[str], seed: int) -> Samples:
    if voice.engine != SAMPLED:
        return speak(voice, " ".join(words))
    from models.recipe.sampled_voice import Sampler

    try:
        said = Sampler(seed, _acoustics()).say(words)  # the seed makes it the same speaker again
    except KeyError as error:
        raise VoiceError(f"no pronunciation of {error}") from error
    samples: Samples = said.astype(np.float32) / np.float32(32768)
    return samples


@functools.cache
def _acoustics() -> Acoustics:
    from models.recipe.sphinx_acoustics import Acoustics

    return Acoustics.read()


def _check_length(delivery: Delivery, seconds: float) -> None:
    letters = sum(
        len(word) for part in delivery.parts if isinstance(part, Spoken) for word in part.words
    )
    if not 0.025 * letters < seconds < 0.5 * letters + 3:
        raise VoiceError(f"{delivery.voice} took {seconds:.1f} s for {letters} letters")


def _trimmed(samples: Samples) -> Samples:
    """Without the silence around it, faded in and out."""
    blocks = samples[: len(samples) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    peaks = np.abs(blocks).max(axis=1)
    heard = np.flatnonzero(peaks > peaks.max() * 10 ** (_QUIET_DB / 20))
    start = max(0, (heard[0] - 4) * _BLOCK)
    end = min(len(samples), (heard[-1] + 8) * _BLOCK)
    cut: Samples = samples[start:end].copy()
    fade = min(round(_FADE_S * RATE_HZ), len(cut) // 2)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    cut[:fade] *= ramp
    cut[-fade:] *= ramp[::-1]
    return cut


def _loudness(samples: Samples) -> float:
    """Root mean square of the louder half of a stretch of speech."""
    blocks = samples[: len(samples) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    power = np.sort((blocks**2).mean(axis=1))
    return math.sqrt(float(power[len(power) // 2 :].mean())) + 1e-4


def _noise(part: Noise, loudness: float, rng: np.random.Generator) -> Samples:
    """A breath (noise through a wide mouth, swelling and fading) or a click of tongue and lips."""
    count = round(part.seconds * RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    time_left = np.arange(count) / count
    if part.kind == "breath":
        shape = 1 / (1 + (hz / rng.uniform(1500, 5000)) ** 2) * hz / (hz + rng.uniform(150, 600))
        for _ in range(3):
            centre, width = rng.uniform(300, 5000), rng.uniform(150, 900)
            shape *= 1 + rng.uniform(0, 4) * np.exp(-(((hz - centre) / width) ** 2))
        swell = np.sin(np.pi * time_left ** rng.uniform(0.5, 1.5)) ** rng.uniform(0.7, 1.5)
    else:
        centre, width = rng.uniform(700, 4000), rng.uniform(300, 2000)
        shape = np.exp(-(((hz - centre) / width) ** 2)) + 0.1
        swell = np.exp(-time_left * rng.uniform(4, 15)) * np.minimum(1, time_left * 60)
        if rng.random() < 0.4:  # lips come apart in steps
            swell += 0.6 * np.roll(swell, count // 3) * (time_left > 1 / 3)
    noise = np.fft.irfft(spectrum * shape, count) * swell
    noise *= loudness * 10 ** (part.level_db / 20) / (np.sqrt(np.mean(noise**2)) + 1e-9)
    samples: Samples = noise.astype(np.float32)
    return samples


def _progress(
    results: Iterator[tuple[Task, Made | None]], total: int
) -> Iterator[tuple[Task, Made | None]]:
    begin = time.monotonic()
    for number, result in enumerate(results, 1):
        yield result
        if number % 500 == 0 or number == total:
            took_s = time.monotonic() - begin
            print(f"speech: {number} of {total} utterances in {took_s:.0f} s", flush=True)


def main() -> int:
    """Run the stage on a work folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="folder of the recipe's stages")
    parser.add_argument("--text", type=Path, help="names and words; text/train.tsv by default")
    parser.add_argument("--engine", action="append", help="only this synthesiser (repeatable)")
    parser.add_argument("--prefix", default="", help="put before the number of each name")
    parser.add_argument("--first", type=int, default=0, help="utterances to pass over")
    parser.add_argument("--count", type=int, help="how many utterances; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    chosen = parser.parse_args()
    texts = read_text(chosen.text or chosen.work / "text" / "train.tsv")
    if chosen.prefix:
        texts = [(f"{chosen.prefix}{number:05d}", words) for number, (_, words) in enumerate(texts)]
    last = None if chosen.count is None else chosen.first + chosen.count
    vocabulary = chosen.work / "text" / "vocabulary.txt"
    failures = synthesise(
        texts[chosen.first : last],
        chosen.work / "speech",
        seed=chosen.seed,
        workers=chosen.workers,
        engines=chosen.engine or (FLITE, FESTIVAL, ESPEAK),
        known=vocabulary.read_text(encoding="utf-8").split() if vocabulary.exists() else (),
    )
    print(f"speech: {failures} utterances could not be made")
    return 0


if __name__ == "__main__":
    sys.exit(main())
