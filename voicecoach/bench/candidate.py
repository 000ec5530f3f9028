"""Who answers: the demo's recorded candidate, who also says commands now and then.

In a checkout there are more recordings than a wheel carries; they are used where they are. All of
them are synthesised speech: what a bench shows is how the coach treats pauses like theirs, and not
how people pause.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicecoach import resources
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import AUDIBLE_AMPLITUDE, Clip
from voicecoach.bench.outcomes import PAUSE_S
from voicecoach.content.yamlfile import read_yaml
from voicecoach.demo import RecordedAnswers, load_candidate
from voicecoach.dialog.plans import Plan, Round
from voicecoach.dialog.script import Script
from voicecoach.dialog.selection import Part
from voicecoach.events import Span, TaskOpened

QUESTIONS = 3
"""Questions of one interview: together with their follow-ups, some four minutes."""

COMMANDS = ("time_left", "hint", "progress", "repeat")
"""What the candidate says before answering, in turn; all of them leave the task open."""

MINUTES = 60
"""No interview of the bench is ended by its time box."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording with what is in it.

    Attributes:
        path: of its file.
        kind: as in `Spoken`.
        clip: its sound, 16 kHz.
        span: from the first to the last sample above −40 dBFS, in seconds.
        pauses: silences between them of at least `PAUSE_S`.
    """

    path: Path
    kind: str
    clip: Clip
    span: Span
    pauses: tuple[Span, ...]


class BenchCandidate:
    """Says something whenever the floor is the candidate's; the same for the same seed.

    Args:
        script: the question bank.
        seed: of questions and of their order.
    """

    def __init__(self, script: Script, seed: int) -> None:
        self._answers, self._commands = _load(script)
        self.label = f"{self._answers.label}, {self._answers.voice}"
        self._script = self._answers.bank(script)
        self._random = random.Random(f"bench {seed}")
        self._tasks: set[str] = set()
        self._said = 0

    def interview(self) -> tuple[Plan, tuple[Part, ...]]:
        """Return questions that there are answers to."""
        bank = list(self._script.questions)
        self._random.shuffle(bank)
        # Those with recorded follow-ups first: an interview lives of them.
        bank.sort(key=lambda question: not question.probes)
        followed = sum(bool(question.probes) for question in bank)
        first = bank[self._random.randrange(followed)]
        rest = [question for question in bank if question is not first]
        self._random.shuffle(rest)
        questions = (first, *rest)[:QUESTIONS]
        held = Round("", "", MINUTES, tuple((q.family,) for q in questions), len(questions) + 1)
        return Plan("bench", "interview", "", (held,)), (Part(held, questions),)

    def say(self, task: TaskOpened) -> Recording:
        """Return what the candidate says next: to every second task, the first one, a command."""
        new = task.task_id not in self._tasks
        self._tasks.add(task.task_id)
        if new and self._commands and len(self._tasks) % 2 == 1:
            self._said += 1
            path = self._commands[(self._said - 1) % len(self._commands)]
            return recording(path, "command")
        path = self._answers.file_for(task)
        if path == self._answers.passing:
            return recording(path, "command")
        return recording(path, "reply" if task.probe else "answer")


def recording(path: Path, kind: str) -> Recording:
    """Return a recording with its speech and its pauses found."""
    clip = read_audio(path)
    loud = np.flatnonzero(np.abs(clip.samples) > AUDIBLE_AMPLITUDE)
    gaps = np.flatnonzero(np.diff(loud) >= PAUSE_S * clip.rate_hz)

    def span(first: int, last: int) -> Span:
        return float(first) / clip.rate_hz, float(last) / clip.rate_hz

    pauses = tuple(span(loud[i] + 1, loud[i + 1]) for i in gaps)
    return Recording(path, kind, clip, span(loud[0], loud[-1] + 1), pauses)


def _load(script: Script) -> tuple[RecordedAnswers, tuple[Path, ...]]:
    """Return the answers, and the recordings of commands."""
    catalogue = resources.demo_dir().parent / "recordings.yaml"
    if not catalogue.is_file():
        return load_candidate(), ()
    more: dict[str, dict[str, str]] = {}
    commands: dict[str, Path] = {}
    shipped = load_candidate()
    free = [q for q in script.questions if q.id not in shipped.questions]
    for node in read_yaml(catalogue).entries()["recordings"].items():
        keys = node.entries()
        file = keys["file"].text()
        if file.startswith("demo/"):
            continue
        kind = keys["kind"].text()
        if kind == "command":
            commands[keys["command"].text()] = catalogue.parent / file
        elif kind == "answer" and "question_type" in keys:
            wanted = keys["question_type"].text()
            fitting = [q for q in free if q.type == wanted]
            if fitting:
                more[fitting[0].id] = {"": f"../{file}"}
                free.remove(fitting[0])
    return load_candidate(more=more), tuple(commands[c] for c in COMMANDS if c in commands)
