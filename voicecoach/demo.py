"""The recorded candidate: some answers, and for each a reply to every follow-up that may come."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from voicecoach import resources
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import Clip
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.plans import Plan
from voicecoach.dialog.script import Script
from voicecoach.dialog.selection import Part, arrange
from voicecoach.errors import UsageError
from voicecoach.events import TaskOpened

_ANSWER = ""
"""Instead of the name of a probe: the answer to the question itself."""


class RecordedAnswers:
    """What the recorded candidate can say.

    Attributes:
        label: what the recordings are.
        voice: who speaks.

    Args:
        folder: where the recordings lie.
        label: see above.
        voice: see above.
        said: by the id of a question, the recording for each probe, and for the question itself.
        passing: the recording for whatever has no other.
    """

    def __init__(
        self,
        folder: Path,
        label: str,
        voice: str,
        said: Mapping[str, Mapping[str, str]],
        passing: str,
    ) -> None:
        self.label = label
        self.voice = voice
        self._folder = folder
        self._said = said
        self._left = {question: dict(replies) for question, replies in said.items()}
        self._passing = passing

    @property
    def questions(self) -> tuple[str, ...]:
        """Ids of the questions that it has an answer to."""
        return tuple(self._said)

    def choose(self, task: TaskOpened) -> Clip | None:
        """Return the recording for a task; asked for more than there is, the candidate passes."""
        return read_audio(self.file_for(task))

    def file_for(self, task: TaskOpened) -> Path:
        """Return the same recording's file; it will not be returned once more."""
        left = self._left.get(task.question_id, {})
        return self._folder / left.pop(task.probe or _ANSWER, self._passing)

    @property
    def passing(self) -> Path:
        """The recording for whatever has no other: a command."""
        return self._folder / self._passing

    def bank(self, script: Script) -> Script:
        """Return a script with just the questions and follow-ups that there are recordings for."""
        questions = tuple(
            dataclasses.replace(q, probes=tuple(p for p in q.probes if p in self._said[q.id]))
            for q in script.questions
            if q.id in self._said
        )
        return dataclasses.replace(script, questions=questions)

    def arrange(self, script: Script, plan: Plan, seed: int) -> tuple[Part, ...]:
        """Return an interview of a plan with the recorded questions only.

        Raises:
            UsageError: there are none for some part of the plan.
        """
        bank = self.bank(script)
        parts = arrange(bank, plan, seed)
        if not _fills(plan, parts):
            fitting = [
                name
                for name, other in script.plans.items()
                if _fills(other, arrange(bank, other, seed))
            ]
            raise UsageError(
                "usage.not_recorded",
                f"The recorded candidate has no answers for the plan {plan.name}",
                f"Watch --plan {' or '.join(fitting)}, or hold it yourself: "
                f"voicecoach practice --plan {plan.name}",
            )
        return parts


def _fills(plan: Plan, parts: tuple[Part, ...]) -> bool:
    """Whether every question of a plan is of a family that is wanted there."""
    families = [question.family for part in parts for question in part.questions]
    return len(families) == len(plan.families) and all(
        family in wanted for family, wanted in zip(families, plan.families, strict=True)
    )


def load_candidate(
    folder: Path | None = None, more: Mapping[str, Mapping[str, str]] | None = None
) -> RecordedAnswers:
    """Return the candidate of the demo.

    Args:
        folder: with the recordings and ``demo.yaml``; None for those that ship.
        more: answers to other questions, as in `RecordedAnswers`.

    Raises:
        ContentError: the folder's ``demo.yaml`` is missing or broken.
    """
    folder = folder or resources.demo_dir()
    root = read_yaml(folder / "demo.yaml").mapping(required=("label", "voice", "pass", "questions"))
    return RecordedAnswers(
        folder,
        root["label"].text(),
        root["voice"].text(),
        {
            **{name: _recordings(node) for name, node in root["questions"].entries().items()},
            **(more or {}),
        },
        root["pass"].text(),
    )


def _recordings(node: Node) -> dict[str, str]:
    """Read what there is for one question: file names by probe."""
    keys = node.mapping(required=("answer", "replies"))
    replies = {name: file.text() for name, file in keys["replies"].entries().items()}
    return {_ANSWER: keys["answer"].text(), **replies}
