"""What the ears make of the planned answers: real detector, real recogniser, on virtual time.

Hearing does not depend on how patient anybody is, so each answer is heard once, and what was heard
is kept in the user's cache folder together with the labels: policies are then compared in a second.
Recognition takes no time here; how long it takes on a machine is measured elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.pauses.plan import Planned
from benchmarks.pauses.speech import Label, record
from voicecoach.asr import VoskRecognizer, load_model
from voicecoach.audio.format import RATE_HZ, Clip, Samples
from voicecoach.events import Event, PartialTranscript, from_json, to_json
from voicecoach.hearing import CLOSE_AFTER_S, Ears, Transcriber
from voicecoach.loop import InlineWorker
from voicecoach.models import resolve
from voicecoach.resources import user_cache_dir
from voicecoach.transcribe import frames
from voicecoach.vad import SileroDetector

VERSION = 1
"""To be raised when the sound or what is kept of it changes."""


@dataclass(frozen=True)
class Heard:
    """A planned answer as it was heard.

    Attributes:
        planned: the answer.
        labels: its pauses, the end last.
        events: starts and stops of voice, and words, in order.
    """

    planned: Planned
    labels: tuple[Label, ...]
    events: tuple[Event, ...]


def listen(sound: Samples, recognizer: VoskRecognizer) -> list[Event]:
    """Return what is heard of a sound."""
    now_s = 0.0
    events: list[Event] = []

    def post(event: object) -> None:
        assert isinstance(event, Event)
        events.append(event)

    transcriber = Transcriber(lambda: recognizer, lambda: now_s)
    ears = Ears(SileroDetector(), transcriber, InlineWorker(post).submit)
    ears.listen()
    for chunk in frames(Clip(sound, RATE_HZ)):
        now_s = chunk.end_s
        voice = ears.hear(chunk)
        if voice is not None:
            post(voice)
    return sorted((e for e in events if not isinstance(e, PartialTranscript)), key=lambda e: e.at_s)


def heard(plan: Sequence[Planned], model_name: str | None = None) -> Iterator[Heard]:
    """Yield the answers as they are heard; what is new is made now."""
    model = resolve(model_name)
    folder = user_cache_dir() / "pauses"
    folder.mkdir(parents=True, exist_ok=True)
    vosk: Any = None
    for planned in plan:
        made_of = f"{VERSION} {CLOSE_AFTER_S} {model.name} {planned.line()}"
        digest = hashlib.sha256(made_of.encode()).hexdigest()[:12]
        path = folder / f"{planned.name}-{digest}.json"
        if not path.exists():
            vosk = vosk or load_model(model.path)
            sound, labels = record(planned)
            _keep(path, labels, listen(sound, VoskRecognizer(vosk, model.name)))
        yield _kept(path, planned)


def _keep(path: Path, labels: Sequence[Label], events: Sequence[Event]) -> None:
    document = {"labels": [asdict(e) for e in labels], "events": [to_json(e) for e in events]}
    path.write_text(json.dumps(document), encoding="utf-8")


def _kept(path: Path, planned: Planned) -> Heard:
    document = json.loads(path.read_text(encoding="utf-8"))
    labels = tuple(Label(**label) for label in document["labels"])
    return Heard(planned, labels, tuple(map(from_json, document["events"])))
