"""A virtual sound card, and a listener who talks to a program through it and takes the time.

A PulseAudio daemon of its own has one stereo null sink, the bus. Left on the bus is the air in
front of the microphone, right is what the loudspeaker says. The program under test gets the daemon
as its sound card, so that its own way through PortAudio, ALSA and PulseAudio is what is tested. The
bus is recorded as a whole: both sides lie on one clock, to the sample.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio.format import AUDIBLE_AMPLITUDE
from voicecoach.clock import SystemClock

RATE_HZ = 48_000
BLOCK_S = 0.01
"""What is read from the recorder at a time."""

FLOOR = round(32_768 * AUDIBLE_AMPLITUDE)
"""16-bit amplitude above which a sample counts as sound."""

ACKNOWLEDGEMENT_S = 0.6
"""A spell of sound up to this length does not take the floor."""

JOIN_S = 0.35
"""Silence that may lie within one spell of sound."""

TOOLS = ("pulseaudio", "pactl", "pacat", "parec", "paplay")

Pcm = NDArray[np.int16]

_clock = SystemClock()


def _sleep(seconds: float) -> None:
    _clock.sleep_until(_clock.now() + seconds)


def missing() -> str:
    """Return why there can be no virtual sound card here, or ''."""
    tools = [t for t in TOOLS if shutil.which(t) is None]
    if tools:
        return f"no {', '.join(tools)} (Debian: pulseaudio pulseaudio-utils libasound2-plugins)"
    return "" if Path("/usr/share/alsa/alsa.conf").exists() else "no ALSA configuration"


class SoundCard:
    """The card, for the length of a ``with``."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="soundcard-"))
        self._folder.chmod(0o700)
        self._socket = self._folder / "native"
        alsa = self._folder / "alsa.conf"
        alsa.write_text(
            "</usr/share/alsa/alsa.conf>\n"
            "pcm.!default { type pulse }\n"
            "ctl.!default { type pulse }\n"
        )
        self.env = {
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_RUNTIME_PATH": str(self._folder / "pulse"),
            "PULSE_STATE_PATH": str(self._folder / "state"),
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(alsa),
        }
        self._daemon: subprocess.Popen[bytes] | None = None
        self._tone: subprocess.Popen[bytes] | None = None
        self._recorder: Recorder | None = None

    def __enter__(self) -> SoundCard:
        self.plug_in()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def recorder(self) -> Recorder:
        """Records the bus while the card is plugged in."""
        assert self._recorder, "the card is not plugged in"
        return self._recorder

    def plug_in(self) -> None:
        """Start the daemon and its recorder; return when sound flows."""
        script = self._folder / "default.pa"
        script.write_text("\n".join(self._modules()) + "\n")
        self._socket.unlink(missing_ok=True)
        self._daemon = self._start(
            *("pulseaudio", "-n", "-F", str(script), "--daemonize=no", "--exit-idle-time=-1"),
            *("--disallow-exit", "--use-pid-file=no", "--log-level=error"),
        )
        deadline = _clock.now() + 5
        while self._run("pactl", "info").returncode != 0:
            if _clock.now() > deadline:
                raise RuntimeError("the sound daemon does not start")
            _sleep(0.02)
        # Room tone: a stream that wants little latency makes the bus run in small steps. What the
        # bus had set out to do before, in a step of two seconds, is forgotten when it is suspended.
        self._tone = self._start(
            *("pacat", "--playback", "--raw", "--device=air", f"--rate={RATE_HZ}"),
            *("--channels=1", "--format=s16le", "--latency-msec=20", "/dev/zero"),
        )
        self._recorder = Recorder(self._environment())
        self._run("pactl", "suspend-sink", "bus", "1")
        self._run("pactl", "suspend-sink", "bus", "0")
        self._await_flow()

    def unplug(self) -> None:
        """End the daemon, as if the device were pulled out; harmless when it is not there."""
        for process in (self._tone, self._daemon):
            if process:
                process.kill()
                process.wait()
        self._tone = self._daemon = None
        if self._recorder:
            self._recorder.close()
        self._recorder = None

    def play(self, path: Path) -> float:
        """Play a file into the air to its end; return when it began, on the recorder's clock."""
        begun_s = self.recorder.now_s
        self._run("paplay", "--device=air", "--latency-msec=20", str(path)).check_returncode()
        return begun_s

    def _modules(self) -> list[str]:
        side = "channels=1 channel_map=mono remix=no master_channel_map=front-"
        return [
            f"load-module module-native-protocol-unix socket={self._socket} auth-anonymous=1",
            f"load-module module-null-sink sink_name=bus rate={RATE_HZ} channels=2 "
            "channel_map=front-left,front-right",
            f"load-module module-remap-sink sink_name=air master=bus {side}left",
            f"load-module module-remap-sink sink_name=speaker master=bus {side}right",
            f"load-module module-remap-source source_name=mic master=bus.monitor {side}left",
            "set-default-sink speaker",
            "set-default-source mic",
        ]

    def _await_flow(self) -> None:
        """Return when the bus keeps step with time."""
        deadline = _clock.now() + 10
        steady = 0
        while steady < 3:
            before, begun = self.recorder.now_s, _clock.now()
            _sleep(0.1)
            pace = (self.recorder.now_s - before) / (_clock.now() - begun)
            steady = steady + 1 if 0.7 < pace < 1.3 else 0
            if begun > deadline:
                raise RuntimeError("the virtual sound card stands still")

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.env}

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, env=self._environment(), capture_output=True, check=False)


class Recorder:
    """Records the bus and knows at any time when each side was last heard."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [
                *("parec", "--raw", "--device=bus.monitor", f"--rate={RATE_HZ}"),
                *("--channels=2", "--format=s16le", "--latency-msec=20"),
            ],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._blocks: list[Pcm] = []
        self._samples = 0
        self._last_speech_s: float | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def now_s(self) -> float:
        """Length of the recording so far, in seconds."""
        return self._samples / RATE_HZ

    @property
    def last_speech_s(self) -> float | None:
        """When the loudspeaker was last heard, None if never."""
        return self._last_speech_s

    def air(self) -> Pcm:
        """What the microphone side was given, shape ``(n_samples,)``."""
        return self._side(0)

    def speech(self) -> Pcm:
        """What the loudspeaker said, shape ``(n_samples,)``."""
        return self._side(1)

    def close(self) -> None:
        """Stop recording; what was recorded stays."""
        self._process.kill()
        self._process.wait()
        self._thread.join(2)
        if self._process.stdout:
            self._process.stdout.close()

    def _side(self, channel: int) -> Pcm:
        blocks = [b[:, channel] for b in list(self._blocks)]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)

    def _read(self) -> None:
        assert self._process.stdout
        while data := self._process.stdout.read(round(RATE_HZ * BLOCK_S) * 4):
            block = np.frombuffer(data[: len(data) // 4 * 4], dtype="<i2").reshape(-1, 2)
            self._blocks.append(block)
            self._samples += len(block)
            if np.max(np.abs(block[:, 1].astype(np.int32)), initial=0) > FLOOR:
                self._last_speech_s = self.now_s


@dataclass(frozen=True)
class Spell:
    """A stretch of sound, in seconds on the recorder's clock."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it lasted."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Reply:
    """What the program did about one answer.

    Attributes:
        answer: when it was heard.
        gap_s: from its end to the program's next sound, an acknowledgement counted; None if none.
        floor_gap_s: to the program's next spell that takes the floor.
        cut_in: such a spell began within the answer; then there are no gaps.
        overlaps: acknowledgements that began within the answer.
    """

    answer: Spell
    gap_s: float | None
    floor_gap_s: float | None
    cut_in: bool
    overlaps: int


@dataclass(frozen=True)
class Conversation:
    """How a program conversed.

    Attributes:
        replies: one for each answer that was played.
        speech: the program's spells of sound.
        exit_status: None when it had to be ended.
        output: what it printed.
    """

    replies: tuple[Reply, ...]
    speech: tuple[Spell, ...]
    exit_status: int | None
    output: str

    @property
    def gaps(self) -> tuple[float | None, ...]:
        """`gap_s` of every reply."""
        return tuple(reply.gap_s for reply in self.replies)

    @property
    def cut_ins(self) -> int:
        """How often the program took the floor from the speaker."""
        return sum(reply.cut_in for reply in self.replies)


def spells(samples: Pcm, join_s: float = JOIN_S) -> tuple[Spell, ...]:
    """Return the stretches of sound in a recording at `RATE_HZ`, to the sample."""
    loud = np.flatnonzero((samples > FLOOR) | (samples < -FLOOR))
    if not len(loud):
        return ()
    breaks = np.flatnonzero(np.diff(loud) > join_s * RATE_HZ)
    first = loud[np.concatenate([[0], breaks + 1])]
    last = loud[np.concatenate([breaks, [len(loud) - 1]])]
    return tuple(
        Spell(float(a) / RATE_HZ, float(b + 1) / RATE_HZ) for a, b in zip(first, last, strict=True)
    )


def reply_to(answer: Spell, speech: Sequence[Spell], until_s: float = float("inf")) -> Reply:
    """Return what the program, whose spells are `speech`, did about an answer before `until_s`."""
    begun = [s for s in speech if answer.start_s < s.start_s < until_s]
    inside = [s for s in begun if s.start_s < answer.end_s]
    after = [s for s in begun if s.start_s >= answer.end_s]
    floor = [s for s in after if s.length_s > ACKNOWLEDGEMENT_S]
    cut_in = any(s.length_s > ACKNOWLEDGEMENT_S for s in inside)
    return Reply(
        answer=answer,
        gap_s=after[0].start_s - answer.end_s if after and not cut_in else None,
        floor_gap_s=floor[0].start_s - answer.end_s if floor and not cut_in else None,
        cut_in=cut_in,
        overlaps=sum(s.length_s <= ACKNOWLEDGEMENT_S for s in inside),
    )


def converse(
    card: SoundCard,
    command: Sequence[str],
    answers: Iterable[Path],
    settle_s: float = 0.9,
    limit_s: float = 240.0,
    tail_s: float = 15.0,
    ready: Callable[[], bool] = lambda: True,
    hang_up: bool = False,
) -> Conversation:
    """Run a program on the card and speak an answer whenever it has spoken and fallen silent.

    Args:
        card: plugged in.
        command: the program.
        answers: recordings, spoken in order; each is asked for when it is to be spoken.
        settle_s: silence after which the program seems to wait for an answer.
        limit_s: bound on the whole conversation.
        tail_s: time that the program may be silent after the last answer; then it is interrupted.
        ready: whether it waits for an answer; it has to be silent, too.
        hang_up: interrupt it as soon as it waits for an answer and there is none.
    """
    recorder = card.recorder
    begun_s = recorder.now_s
    with tempfile.TemporaryFile() as output:
        program = subprocess.Popen(
            command,
            env={**os.environ, **card.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            played = _speak_in_turn(
                card, program, iter(answers), settle_s, limit_s, tail_s, ready, hang_up
            )
        finally:
            exit_status = _end(program)
        _sleep(0.3)  # until the last of it is recorded
        output.seek(0)
        text = output.read().decode(errors="replace")
    speech = tuple(s for s in spells(recorder.speech()) if s.end_s > begun_s)
    replies: list[Reply] = []
    next_s = float("inf")
    for start_s, end_s in reversed(played):
        if answer := _heard(recorder.air(), start_s, end_s):
            replies.insert(0, reply_to(answer, speech, next_s))
        next_s = start_s
    return Conversation(tuple(replies), speech, exit_status, text)


def _speak_in_turn(
    card: SoundCard,
    program: subprocess.Popen[bytes],
    answers: Iterator[Path],
    settle_s: float,
    limit_s: float,
    tail_s: float,
    ready: Callable[[], bool],
    hang_up: bool,
) -> list[tuple[float, float]]:
    """Play the answers; return when each was played, from and to."""
    recorder = card.recorder
    begun_s = answered_s = recorder.now_s
    played: list[tuple[float, float]] = []
    while program.poll() is None and recorder.now_s - begun_s < limit_s:
        _sleep(0.02)
        spoken_s = recorder.last_speech_s or 0.0
        silence_s = recorder.now_s - max(spoken_s, answered_s)
        due = spoken_s > answered_s and silence_s >= settle_s and ready()
        if due and (answer := next(answers, None)):
            start_s = card.play(answer)
            answered_s = recorder.now_s
            played.append((start_s, answered_s))
        elif silence_s > tail_s or (due and hang_up):
            break
    return played


def _heard(air: Pcm, start_s: float, end_s: float) -> Spell | None:
    """Return the sound between two moments as one spell, whatever pauses it has."""
    found = spells(air[round(start_s * RATE_HZ) : round((end_s + 0.2) * RATE_HZ)])
    if not found:
        return None
    return Spell(start_s + found[0].start_s, start_s + found[-1].end_s)


def _end(program: subprocess.Popen[bytes]) -> int | None:
    """Return a program's exit status; one that still runs is interrupted, and has none."""
    status = program.poll()
    if status is not None:
        return status
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGINT)
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
    return None
