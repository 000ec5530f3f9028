"""The recorded candidate: an answer, and a reply to each follow-up that may come."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voicecoach import resources
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import Clip
from voicecoach.content.yamlfile import read_yaml
from voicecoach.events import TaskOpened


class RecordedAnswers:
    """What the recorded candidate can say.

    Attributes:
        label: what the recordings are.
        voice: who speaks.
        question: id of the question that the answer answers.
    """

    def __init__(
        self, folder: Path, label: str, voice: str, question: str, replies: Mapping[str, str]
    ) -> None:
        self.label = label
        self.voice = voice
        self.question = question
        self._folder = folder
        self._left = dict(replies)

    def choose(self, task: TaskOpened) -> Clip | None:
        """Return the recording for a task: the one made for its probe, else any that is left."""
        if not self._left:
            return None
        name = task.probe if task.probe in self._left else next(iter(self._left))
        return read_audio(self._folder / self._left.pop(name))


def load_candidate(folder: Path | None = None) -> RecordedAnswers:
    """Return the candidate of the demo.

    Raises:
        ContentError: the folder's ``demo.yaml`` is missing or broken.
    """
    folder = folder or resources.demo_dir()
    root = read_yaml(folder / "demo.yaml").mapping(
        required=("label", "voice", "question", "answer", "replies")
    )
    replies = {name: node.text() for name, node in root["replies"].entries().items()}
    return RecordedAnswers(
        folder,
        root["label"].text(),
        root["voice"].text(),
        root["question"].text(),
        {"": root["answer"].text(), **replies},
    )
