"""One interview of the bench, in a process of its own: what it costs is then what it costs a user.

It is put together by `voicecoach.studio` and kept by `voicecoach.store`, as a user's own; only who
answers is another. What happened lies in its folder afterwards: the log, and `RESULT` with what was
spoken when, and what listening cost.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, Samples
from voicecoach.bench.outcomes import Spoken
from voicecoach.content.script import load_script
from voicecoach.dialog.interview import Interview
from voicecoach.events import Event, RecordingStarted, TaskOpened
from voicecoach.footprint import peak_memory_mib
from voicecoach.ports import SessionLog
from voicecoach.studio import Options, Stage, run_session

if TYPE_CHECKING:
    from voicecoach.audio.format import Clip
    from voicecoach.bench.candidate import BenchCandidate, Recording
    from voicecoach.dialog.activity import Material

SESSION = "session"
"""Name of the session in the folder that it is kept in."""

RESULT = "result.json"

SAMPLE_FRAMES = 8
"""CPU time is read so often: four times a second."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How an interview of the bench is held.

    Attributes:
        folder: for what is kept of it.
        seed: of questions and wordings.
        seconds: after so many, and one turn at least, the candidate says no more.
        model: name or folder of the recogniser's model.
        voice: the coach's.
        output_device: the loudspeaker's name.
        fast: on virtual time.
        unheard: nothing is played.
        live: the candidate is listened to through the microphone.
        acknowledgements: the coach may say a quiet "okay".
        smart_turn: Smart Turn is asked, too.
    """

    folder: str
    seed: int
    seconds: float
    model: str | None = None
    voice: str = ""
    output_device: str = ""
    fast: bool = False
    unheard: bool = False
    live: bool = False
    acknowledgements: bool = True
    smart_turn: bool = False


@dataclass
class Result:
    """What a session leaves behind beside its log.

    Attributes:
        spoken: what the candidate said; empty where that came through a microphone.
        cpu: pairs of a moment on the session's clock and the CPU seconds used until then.
        memory_mb: most that the process held; None where the system does not tell.
        voice_memory_mb: likewise the process of the voice.
    """

    spoken: list[Spoken] = field(default_factory=list)
    cpu: list[tuple[float, float]] = field(default_factory=list)
    memory_mb: float | None = None
    voice_memory_mb: float | None = None

    @classmethod
    def read(cls, folder: Path) -> Result:
        """Return what a session has written."""
        values: dict[str, Any] = json.loads((folder / RESULT).read_text("utf-8"))
        spoken = [
            Spoken(**{**each, "pauses": tuple((a, b) for a, b in each["pauses"])})
            for each in values.pop("spoken")
        ]
        cpu = [(at_s, cpu_s) for at_s, cpu_s in values.pop("cpu")]
        return cls(spoken, cpu, **values)

    def write(self, folder: Path) -> None:
        """Leave it in the session's folder."""
        (folder / RESULT).write_text(json.dumps(dataclasses.asdict(self)), "utf-8")


class WatchedLog:
    """A session's log that also notes when each recording was spoken, and what listening costs.

    Args:
        log: keeps the session.
        result: where that is noted.
        cpu_s: tells the CPU seconds used so far.
    """

    def __init__(self, log: SessionLog, result: Result, cpu_s: Callable[[], float]) -> None:
        self._log = log
        self._result = result
        self._cpu_s = cpu_s
        self._begun_s = 0.0
        self._samples = 0
        self._due: Recording | None = None

    @property
    def now_s(self) -> float:
        """How far the candidate's sound has come, on the session's clock."""
        return self._begun_s + self._samples / RATE_HZ

    @property
    def spoken(self) -> bool:
        """Whether anything has been spoken."""
        return bool(self._result.spoken)

    def expect(self, recording: Recording) -> None:
        """Look out for a recording that will be spoken next, after a silence."""
        self._due = recording

    def append(self, event: Event) -> None:
        """Keep an event."""
        if isinstance(event, RecordingStarted):
            self._begun_s = event.at_s
        self._log.append(event)

    def audio(self, samples: Samples) -> None:
        """Keep sound."""
        if self._due is not None and np.any(samples):
            # Its first sample that is not zero tells where it began, to the sample.
            begin = int(np.flatnonzero(samples)[0]) - int(np.flatnonzero(self._due.clip.samples)[0])
            self._note(self._due, self.now_s + begin / RATE_HZ)
            self._due = None
        if self._samples % (SAMPLE_FRAMES * FRAME_SAMPLES) == 0:
            self._result.cpu.append((self.now_s, self._cpu_s()))
        self._log.audio(samples)
        self._samples += len(samples)

    def _note(self, recording: Recording, begin_s: float) -> None:
        def at(moment_s: float) -> float:
            return round(begin_s + moment_s, 6)

        spoken = Spoken(
            recording.path.name,
            recording.kind,
            at(recording.span[0]),
            at(recording.span[1]),
            tuple((at(a), at(b)) for a, b in recording.pauses),
        )
        self._result.spoken.append(spoken)


def hold(setup: Setup) -> None:
    """Hold an interview and leave what happened in the setup's folder.

    Raises:
        VoicecoachError: a part is missing or failed.
    """
    from contextlib import closing

    from voicecoach.bench.candidate import BenchCandidate
    from voicecoach.clock import SystemClock
    from voicecoach.store import SessionStore

    candidate = BenchCandidate(load_script(), setup.seed)
    writer = SessionStore(Path(setup.folder)).create("bench", SystemClock().date(), SESSION)
    result, meter = Result(), Meter()
    with closing(writer):
        log = WatchedLog(writer, result, meter.cpu_s)
        stage = Stage(
            activity=lambda material: _interview(candidate, material),
            log=log,
            answers=None if setup.live else _answers(candidate, log, setup.seconds),
            source=f"recordings ({candidate.label})",
        )
        run_session(_options(setup), stage, "bench")
    result.memory_mb, result.voice_memory_mb = meter.memory_mb(), meter.voice_memory_mb
    result.write(Path(setup.folder))


def _options(setup: Setup) -> Options:
    return Options(
        seed=setup.seed,
        model=setup.model,
        voice=setup.voice,
        output_device=setup.output_device,
        fast=setup.fast,
        unheard=setup.unheard,
        acknowledgements=setup.acknowledgements,
        smart_turn=setup.smart_turn,
    )


def _interview(candidate: BenchCandidate, material: Material) -> Interview:
    plan, parts = candidate.interview()
    held = Interview(material, plan, parts)
    held.name = "bench"
    return held


def _answers(
    candidate: BenchCandidate, log: WatchedLog, seconds: float
) -> Callable[[TaskOpened], Clip | None]:
    def say(task: TaskOpened) -> Clip | None:
        if log.now_s >= seconds and log.spoken:
            return None
        recording = candidate.say(task)
        log.expect(recording)
        return recording.clip

    return say


# --- what it costs ------------------------------------------------------------------------------


class Meter:
    """Reads what this process has used, and where the system tells, the voice's process, too."""

    def __init__(self) -> None:
        self.voice_memory_mb: float | None = None

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far."""
        own = os.times()
        return own.user + own.system + sum(self._read(child) for child in _children())

    def memory_mb(self) -> float | None:
        """Return the most that this process has held; None where the system does not tell."""
        peak = peak_memory_mib()
        return None if peak is None else round(peak, 1)

    def _read(self, process: str) -> float:
        """Return the CPU seconds of another process; remember the most that it has held."""
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            peak = Path(f"/proc/{process}/status").read_text().partition("VmHWM:")[2].split()
        except (OSError, IndexError):  # it has just ended
            return 0.0
        if peak:
            self.voice_memory_mb = max(self.voice_memory_mb or 0.0, round(int(peak[0]) / 2**10, 1))
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children() -> list[str]:
    """Return the numbers of the processes that this one has started; none where nobody tells."""
    found: list[str] = []
    for path in Path("/proc/self/task").glob("*/children"):
        try:
            found += path.read_text().split()
        except OSError:  # noqa: PERF203 - a thread that has just ended is none of ours
            continue
    return found
