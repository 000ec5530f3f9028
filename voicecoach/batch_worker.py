"""What a worker of a batch does: judge lines, and turn each into the line that comes out."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.batch_lines import BadLine, Task, bad_line, fingerprint_of, scored_line
from voicecoach.content.rubric import load_rubric
from voicecoach.errors import VoicecoachError
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

if TYPE_CHECKING:
    from voicecoach.models import Model


@dataclass(frozen=True, slots=True)
class Finished:
    """A line that an earlier run has judged."""

    number: int
    end: int
    line: bytes


Line = Task | BadLine | Finished


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line out.

    Attributes:
        error: code of what is wrong with the line; '' where it was judged.
    """

    number: int
    end: int
    line: bytes
    before: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is given.

    Attributes:
        lines: in order.
        ears: the model for recordings, proved to load; None where there are none.
    """

    lines: tuple[Line, ...]
    ears: Model | None


class Worker:
    """Judges lines; what it needs for texts it reads once, what for recordings at the first one."""

    def __init__(self, judge: str) -> None:
        self._judge = judge
        self._rubric = load_rubric()
        gc.freeze()  # it stays; looking it through again and again took 8% of the time
        self._listeners: dict[str, _Listener] = {}

    def __call__(self, work: Work) -> list[Outcome]:
        return [self._outcome(line, work.ears) for line in work.lines]

    def _outcome(self, line: Line, ears: Model | None) -> Outcome:
        if isinstance(line, Finished):
            return Outcome(line.number, line.end, line.line, before=True)
        if isinstance(line, BadLine):
            return _refused(line, line.error)
        try:
            return Outcome(line.number, line.end, self._scored(line, ears))
        except VoicecoachError as error:
            told = error
        except Exception as error:
            told = VoicecoachError(
                "batch.own_mistake",
                f"Something went wrong that should not have ({type(error).__name__}: {error})",
                "Score this answer by itself, and report what it says",
            )
        return _refused(line, told)

    def _scored(self, task: Task, ears: Model | None) -> bytes:
        if task.wav is None:
            assert task.text is not None
            judgement = score(Answer(task.text), task.question, self._rubric)
            return scored_line(task, fingerprint_of(task, self._judge, ""), judgement.to_json())
        assert ears is not None
        if ears.name not in self._listeners:
            self._listeners[ears.name] = _Listener(ears)
        listener = self._listeners[ears.name]
        answer = listener.hear(task.wav)
        judgement = score(answer, task.question, listener.rubric)
        heard = {"heard": {"text": answer.text, "model": ears.name}}
        fingerprint = fingerprint_of(task, self._judge, ears.name)
        return scored_line(task, fingerprint, judgement.to_json() | heard)


def given_up(work: Work) -> list[Outcome]:
    """Return what stands for lines whose worker has died twice."""
    error = VoicecoachError(
        "batch.worker_ended",
        "The process that judged it was ended, and again when it was tried once more",
        "Score this answer by itself; if it is a recording, convert it first",
    )
    return [
        Outcome(line.number, line.end, line.line, before=True)
        if isinstance(line, Finished)
        else _refused(line, line.error if isinstance(line, BadLine) else error)
        for line in work.lines
    ]


def _refused(line: Task | BadLine, error: VoicecoachError) -> Outcome:
    return Outcome(line.number, line.end, bad_line(line.number, line.id, error), error=error.code)


class _Listener:
    """A loaded model, and the rubric for what it hears."""

    def __init__(self, ears: Model) -> None:
        from voicecoach.asr import load_model

        self._name = ears.name
        self._model = load_model(ears.path)
        self.rubric: Rubric = load_rubric(heard_by=ears.kind)

    def hear(self, path: Path) -> Answer:
        """Return what a recording says. Nothing of one is left for the next.

        Raises:
            AudioFileError: it cannot be read.
        """
        from voicecoach.asr import VoskRecognizer
        from voicecoach.audio.files import read_audio
        from voicecoach.transcribe import transcribe
        from voicecoach.vad import SileroDetector

        clip = read_audio(path)
        recognizer = VoskRecognizer(self._model, self._name)
        return transcribe(clip, recognizer, SileroDetector()).to_answer()
