"""Load a model in a process that may die, and say how it went.

What cannot be known from a model's files is tried here: Vosk loads it and listens to a second of
silence. If that takes the process down, hangs, or eats all memory, it is not our process.

``python -m voicecoach.model_probe FOLDER`` is the process; `prove` starts it and reads its answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from voicecoach.audio.format import RATE_HZ
from voicecoach.errors import ModelError
from voicecoach.footprint import peak_memory_mib

_REMEDY = "Fetch a fresh one with: voicecoach model pull, or take another: voicecoach model list"
_OUT_OF_MEMORY = -9  # SIGKILL: on Linux the kernel's way to say so


@dataclass(frozen=True, slots=True)
class Proof:
    """A model that works.

    Attributes:
        load_s: seconds until it could listen.
        memory_mb: of the whole process, in units of 1,000,000 bytes; None where the system does
            not tell.
    """

    load_s: float
    memory_mb: float | None


def prove(folder: Path, timeout_s: float = 300.0) -> Proof:
    """Load a model in another process, which is killed after `timeout_s`.

    Raises:
        ModelError: Vosk refuses the model, dies of it, or takes too long.
    """
    command = [sys.executable, "-m", "voicecoach.model_probe", str(folder)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            "model.slow", f"The model in {folder} did not load within {timeout_s:g} s", _REMEDY
        ) from error
    except OSError as error:
        raise ModelError("model.no_process", f"Cannot start {sys.executable}: {error}") from error
    try:
        answer = json.loads(done.stdout)
        return Proof(answer["load_s"], answer["memory_mb"])
    except (ValueError, KeyError, TypeError):
        raise _failure(folder, done) from None


def _failure(folder: Path, done: subprocess.CompletedProcess[bytes]) -> ModelError:
    if done.returncode == _OUT_OF_MEMORY:
        return ModelError(
            "model.no_memory",
            f"The model in {folder} was stopped while loading, most likely for want of memory",
            "Take a smaller one: voicecoach model list",
        )
    if done.returncode < 0 or done.returncode > 2:
        return ModelError("model.crash", f"Vosk crashes on the model in {folder}", _REMEDY)
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    said = [line for line in lines if line.startswith("ERROR")] or lines
    detail = f": {said[-1].partition(') ')[2] or said[-1]}"[:200] if said else ""
    return ModelError("model.refused", f"Vosk refuses the model in {folder}{detail}", _REMEDY)


def _memory_mb() -> float | None:
    """Return the most memory this process has had."""
    peak = peak_memory_mib()
    return None if peak is None else peak * 2**20 / 1e6


def main(folder: str) -> int:
    """Load the model, listen, print one JSON document. Returns the exit status."""
    import vosk

    vosk.SetLogLevel(-1)
    start_s = time.perf_counter()
    try:
        recognizer = vosk.KaldiRecognizer(vosk.Model(folder), RATE_HZ)
        recognizer.SetWords(True)
        load_s = time.perf_counter() - start_s
        recognizer.AcceptWaveform(bytes(2 * RATE_HZ))
        json.loads(recognizer.FinalResult())
    except Exception as error:
        # Vosk raises nothing narrower. What Kaldi has printed before says more.
        print(f"({error})", file=sys.stderr)
        return 1
    print(json.dumps({"load_s": round(load_s, 3), "memory_mb": _memory_mb()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
