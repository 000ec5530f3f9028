"""Does the coach answer itself, and does it yield? Sessions in simulated rooms, on virtual time.

The coach puts two questions in its own voice, which comes back into the microphone late, with the
room's echo, and 6, 12 or 20 dB weaker; or not at all, with headphones. In a third of the trials
nobody else is heard, in a third a candidate in another voice interrupts, in a third somebody only
coughs or hums. Detector, recogniser, echo guard and turn policy are the real ones. The voices are
synthesised and the rooms are noise that decays: no loudspeaker that rattles, no second talker.

    nice python -m benchmarks.echo [--trials 204] [--json FILE]
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from tests.rehearsal import MemoryLog
from tests.room import Acoustics, RoomMicrophone, RoomSpeaker
from voicecoach.asr import VoskRecognizer, load_model
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Clip, level_dbfs
from voicecoach.clock import VirtualClock
from voicecoach.content.script import load_script
from voicecoach.dialog.commands import CommandMatcher
from voicecoach.events import (
    BargedIn,
    Command,
    End,
    Event,
    Expectation,
    FloorTaken,
    Listen,
    SessionStarted,
    Speak,
    TaskOpened,
    UtteranceFinished,
    UtteranceStarted,
)
from voicecoach.loop import InlineWorker, Timers, VirtualInbox
from voicecoach.metrics import percentile
from voicecoach.models import resolve
from voicecoach.ports import Recognizer
from voicecoach.runtime import Parts, Session
from voicecoach.tts import Pyttsx3Voice
from voicecoach.vad import SileroDetector

RECORDINGS = Path(__file__).resolve().parent.parent / "tests" / "data" / "recordings"
ANSWERS = ("stopped-project", "against-my-metric", "evidence-first", "hourly-prices",
           "plain-spoken-metric", "we-all-agreed", "what-would-have-happened")  # fmt: skip
KINDS = {
    "alone": ("alone",),
    "interruption": ("answer", "answer", "command"),
    "noise": ("noise",),
}
COMMANDS = ("repeat", "stop", "skip", "slower", "hint", "pause")
Sound = NDArray[np.float32]
LEVELS_DB = (-6.0, -12.0, -20.0, None)
SPEECH_DBFS = (-26.0, -20.0)
"""How loud the candidate is in the microphone; the coach is played at -20 dBFS."""


class Asker:
    """A dialogue of two questions and one answer."""

    interruptible = True

    def __init__(self, texts: Sequence[str], phrases: Sequence[str], matcher: CommandMatcher):
        self._texts = texts
        self._matcher = matcher
        self.command_phrases = phrases

    def is_command(self, utterance: str) -> bool:
        """Whether it is one of the interview's."""
        return self._matcher.match(utterance) is not None

    def handle(self, event: Event) -> Sequence[Event | Command]:
        """Ask, listen, leave."""
        if isinstance(event, SessionStarted):
            task = TaskOpened(event.at_s, "q1", "question", "", "", "", self._texts[-1])
            said = [Speak(f"u{n}", text, "question") for n, text in enumerate(self._texts)]
            return [task, *said]
        if isinstance(event, UtteranceFinished):
            last = event.utterance_id == f"u{len(self._texts) - 1}"
            return [Listen(Expectation("answer", 60.0))] if last else []
        return [End("finished")]

    def preview(self, event: Event) -> Sequence[Event | Command]:
        """Nothing is prepared."""
        return ()


@dataclass(frozen=True)
class Trial:
    """One session, and what came of it; times in seconds.

    Attributes:
        kind: ``alone``, ``answer``, ``command`` or ``noise``.
        echo_db: as in `Acoustics`.
        said: what the candidate says, or does.
        yielded: whether the coach fell silent for it.
        decided_s: from the candidate's first sound to the decision.
        silent_s: from the decision to silence.
        turn: whether the candidate was given a turn with words.
        kept: how much of what was said over the coach is in the turn, 0 to 100.
    """

    kind: str
    echo_db: float | None
    delay_s: float
    reverb_s: float
    at_s: float
    said: str
    yielded: bool
    decided_s: float | None
    silent_s: float | None
    turn: str
    kept: float | None


class Bench:
    """Everything that the trials share."""

    def __init__(self) -> None:
        model = resolve("starter-en")
        self._model = load_model(model.path)
        script = load_script()
        self.questions = [q.text for q in script.questions]
        self.matcher = CommandMatcher(script.commands)
        left_out = ("yes", "no")
        self.phrases = tuple(
            p for name, group in script.commands.items() if name not in left_out for p in group
        )
        self.voice = Pyttsx3Voice()
        self._render = functools.cache(self.voice.render)
        self._grammar = functools.cache(lambda phrases: VoskRecognizer(self._model, "", phrases))

    name = "coach"

    def render(self, text: str, slow: bool = False) -> Clip:
        """Return the coach's voice, rendered once."""
        return self._render(text, slow)

    def close(self) -> None:
        """Let the synthesiser go."""
        self.voice.close()

    def recognizer(self) -> Recognizer:
        """Return a fresh one of everything."""
        return VoskRecognizer(self._model, "starter-en")

    def commands(self, phrases: Sequence[str] | None) -> Recognizer:
        """Return the one of these phrases."""
        return self._grammar(phrases)

    def run(self, rng: np.random.Generator, kind: str, echo_db: float | None, seed: int) -> Trial:
        """Hold one session."""
        clock, timers = VirtualClock(), Timers()
        inbox = VirtualInbox(clock)
        acoustics = Acoustics(echo_db, rng.uniform(0.02, 0.12), rng.uniform(0.15, 0.5), -65.0, seed)
        speaker = RoomSpeaker(clock, timers.schedule)
        microphone = RoomMicrophone(acoustics, speaker, clock, timers.schedule)
        texts = [self.questions[i] for i in rng.choice(len(self.questions), 2, replace=False)]
        length_s = sum(self.render(text).duration_s for text in texts)
        at_s = float(rng.uniform(2.5, length_s - 2.5))
        name, clip = _said(rng, kind)
        if clip is not None:
            level = rng.uniform(*SPEECH_DBFS)
            microphone.say(at_s, clip, 10.0 ** ((level - level_dbfs(clip.samples)) / 20.0))
        parts = Parts(
            clock=clock, inbox=inbox, timers=timers, worker=InlineWorker(inbox.put),
            microphone=microphone, detector=SileroDetector(), recognizer=self.recognizer,
            command_recognizer=self.commands, voice=self, speaker=speaker, log=MemoryLog(),
            tone=lambda name: Clip(np.zeros(160, np.float32), RATE_HZ),
            hears_itself=echo_db is not None,
        )  # fmt: skip
        started = SessionStarted(
            at_s=0.0, session_id="echo", activity="echo", plan="", seed=seed, model="starter-en",
            model_note="", voice="", source="microphone", version="0", started="", clock="virtual",
        )  # fmt: skip
        events = Session(parts, Asker(texts, self.phrases, self.matcher), started).run()
        barged = next((e for e in events if isinstance(e, BargedIn)), None)
        turn = next((e for e in events if isinstance(e, FloorTaken)), None)
        onset_s = at_s + (_onset_s(clip) if clip is not None else 0.0)
        kept = None
        if barged is not None and clip is not None and kind in ("answer", "command"):
            alone = self._alone(clip)
            kept = fuzz.ratio(turn.text if turn else "", alone)
        assert any(isinstance(e, UtteranceStarted) for e in events)
        return Trial(
            kind, echo_db, acoustics.delay_s, acoustics.reverb_s, at_s, name, barged is not None,
            barged.at_s - onset_s if barged else None,
            barged.silent_s - barged.at_s if barged else None,
            turn.text if turn else "", kept,
        )  # fmt: skip

    def _alone(self, clip: Clip) -> str:
        """Return what is heard of a clip where nobody else speaks."""
        from voicecoach.transcribe import transcribe

        return transcribe(clip, self.recognizer(), SileroDetector()).text


def _said(rng: np.random.Generator, kind: str) -> tuple[str, Clip | None]:
    if kind == "answer":
        name = str(rng.choice(ANSWERS))
        clip = read_audio(RECORDINGS / f"{name}.wav")
        return name, Clip(clip.samples[round(0.2 * RATE_HZ) : round(4.5 * RATE_HZ)], RATE_HZ)
    if kind == "command":
        name = str(rng.choice(COMMANDS))
        return name, read_audio(RECORDINGS / f"command-{name}.wav")
    if kind == "noise":
        name = str(
            rng.choice(("cough", "coughs", "mm-hm", "hm", "yeah", "okay", "uh huh", "right", "oh"))
        )
        return name, noise(name, int(rng.integers(3)))
    return "", None


@functools.cache
def noise(name: str, take: int) -> Clip:
    """Return a sound that is no interruption."""
    rng = np.random.default_rng(take)
    if name.startswith("cough"):
        return Clip(
            np.concatenate([_cough(rng) for _ in name.removeprefix("cough") + "."]), RATE_HZ
        )
    if name.endswith("hm"):
        return Clip(_hum(rng, 2 if name == "mm-hm" else 1), RATE_HZ)
    voice = ("slt", "rms", "awb")[take]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sign.wav"
        subprocess.run(["flite", "-voice", voice, "-t", name, "-o", str(path)], check=True)
        return read_audio(path)


def _hum(rng: np.random.Generator, syllables: int) -> Sound:
    """Return "mm" or "mm-hm": a voice through the nose, with a breath between syllables."""
    base_hz = rng.uniform(110.0, 210.0)
    parts = []
    for number in range(syllables):
        n = round(rng.uniform(0.2, 0.3) * RATE_HZ)
        t = np.arange(n) / RATE_HZ
        hz = base_hz * (1.0 + 0.15 * number + 0.2 * t)
        phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
        nose = sum(np.sin(k * phase) * 0.45 ** (k - 1) for k in range(1, 12))
        parts += [nose * np.sin(np.pi * t / t[-1]) ** 0.5, np.zeros(round(0.07 * RATE_HZ))]
    sound = np.concatenate(parts)
    quiet: Sound = (0.3 * sound / np.max(np.abs(sound))).astype(np.float32)
    return quiet


def _cough(rng: np.random.Generator) -> Sound:
    """Return a burst of noise through a throat, and the breath after it."""
    n = round(0.35 * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    burst = rng.standard_normal(n) * (np.exp(-t / 0.05) + 0.3 * np.exp(-(((t - 0.2) / 0.06) ** 2)))
    spectrum = np.fft.rfft(burst)
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    throat = sum(np.exp(-(((hz - f) / (0.25 * f)) ** 2)) for f in (500.0, 1400.0, 2800.0))
    sound = np.fft.irfft(spectrum * throat, n)
    return np.pad(0.5 * sound / np.max(np.abs(sound)), (0, 2400)).astype(np.float32)


def _onset_s(clip: Clip) -> float:
    loud = np.flatnonzero(np.abs(clip.samples) > 0.05 * np.max(np.abs(clip.samples)))
    return float(loud[0]) / clip.rate_hz


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=int, default=204, help="of each kind")
    parser.add_argument("--only", choices=KINDS, action="append", help="one kind; may be repeated")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    bench = Bench()
    trials: list[Trial] = []
    for group, (chosen, kinds) in enumerate(KINDS.items()):
        for number in range(args.trials if not args.only or chosen in args.only else 0):
            rng = np.random.default_rng([group, number])
            echo_db = LEVELS_DB[number % len(LEVELS_DB)]
            if kinds == ("alone",):
                echo_db = LEVELS_DB[number % 3]  # with headphones there is nothing to hear
            kind = kinds[number // 4 % len(kinds)]
            trials.append(bench.run(rng, kind, echo_db, number))
    bench.close()
    if args.json:
        args.json.write_text(json.dumps([asdict(t) for t in trials], indent=1) + "\n")
    print("| echo | alone: yielded or answered | interruptions taken | decision after onset "
          "p50, p95 | to silence p95 | words kept, median | noises that stopped it |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for level_db in LEVELS_DB:
        name = "headphones" if level_db is None else f"{level_db:.0f} dB"
        print(_row(name, [t for t in trials if t.echo_db == level_db]))
    print(_row("all", trials))


def _row(name: str, trials: list[Trial]) -> str:
    alone = [t for t in trials if t.kind == "alone"]
    spoke = [t for t in trials if t.kind in ("answer", "command")]
    noises = [t for t in trials if t.kind == "noise"]
    decided = [t.decided_s for t in spoke if t.decided_s is not None]
    silent = [t.silent_s for t in spoke if t.silent_s is not None]
    kept = [t.kept for t in spoke if t.kept is not None]
    cells = (
        name,
        f"{sum(t.yielded or bool(t.turn) for t in alone)} of {len(alone)}",
        f"{sum(t.yielded for t in spoke)} of {len(spoke)}",
        f"{percentile(decided, 50) or 0:.2f} s, {percentile(decided, 95) or 0:.2f} s",
        f"{1000 * (percentile(silent, 95) or 0):.0f} ms",
        f"{percentile(kept, 50) or 0:.0f}%",
        f"{sum(t.yielded for t in noises)} of {len(noises)}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
