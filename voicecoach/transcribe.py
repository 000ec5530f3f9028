"""A whole recording to words, by the same ears that listen live.

Owns: the shape of a transcript. The sound goes frame by frame through `voicecoach.hearing.Ears`, so
that a recording is cut at its pauses, and heard, exactly as it would be through the microphone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.audio.files import read_audio
from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, AudioChunk, Clip
from voicecoach.events import (
    SegmentTranscribed,
    Span,
    VoiceStarted,
    VoiceStopped,
    Word,
    text_of,
)
from voicecoach.hearing import Ears, SecondHearing, Transcriber
from voicecoach.loop import Job
from voicecoach.ports import Recognizer, VoiceActivityDetector
from voicecoach.scoring.types import Answer


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recording says.

    Attributes:
        words: with times in the recording; empty when nothing was recognised.
        duration_s: length of the recording, in seconds.
        voice: the stretches of voice in it, in order.
        model: name of the recogniser's model.
    """

    words: tuple[Word, ...]
    duration_s: float
    voice: tuple[Span, ...]
    model: str

    @property
    def text(self) -> str:
        """The words in a row."""
        return text_of(self.words)

    @property
    def voiced_s(self) -> float:
        """Seconds of voice in it."""
        return round(sum(end_s - start_s for start_s, end_s in self.voice), 3)

    def to_answer(self) -> Answer:
        """Return it as an answer to be judged."""
        spoken_s = self.words[-1].end_s - self.words[0].start_s if self.words else 0.0
        return Answer(self.text, self.words, round(spoken_s, 3), self.voiced_s, self.voice)

    def to_json(self) -> dict[str, Any]:
        """Return the document that ``voicecoach hear --json`` prints."""
        return {
            "text": self.text,
            "words": [
                {"word": w.text, "start": w.start_s, "end": w.end_s, "conf": w.confidence}
                for w in self.words
            ],
            "duration_s": self.duration_s,
            "voiced_s": self.voiced_s,
            "model": self.model,
        }


def transcribe(
    clip: Clip,
    recognizer: Recognizer,
    detector: VoiceActivityDetector,
    second: SecondHearing | None = None,
) -> Transcript:
    """Listen to a whole recording.

    Args:
        clip: 16 kHz, as `voicecoach.audio.files.read_audio` returns it.
        recognizer: taken over and reset.
        detector: taken over and reset.
        second: hears short stretches once more, for commands, as a session does.
    """
    assert clip.rate_hz == RATE_HZ
    recognizer.reset()
    detector.reset()
    words: list[Word] = []
    voice: list[Span] = []
    now_s = 0.0
    voice_since_s: float | None = None

    def at_once(job: Job) -> None:
        event = job()
        if isinstance(event, SegmentTranscribed):
            words.extend(event.words)

    ears = Ears(detector, Transcriber(lambda: recognizer, lambda: now_s, second), at_once)
    ears.listen()
    for chunk in frames(clip):
        now_s = chunk.end_s
        event = ears.hear(chunk)
        if isinstance(event, VoiceStarted):
            voice_since_s = event.speech_start_s
        elif isinstance(event, VoiceStopped) and voice_since_s is not None:
            voice.append((round(voice_since_s, 3), round(event.speech_end_s, 3)))
            voice_since_s = None
    ears.close_segment(now_s)
    if voice_since_s is not None:
        voice.append((round(voice_since_s, 3), round(clip.duration_s, 3)))
    return Transcript(tuple(words), round(clip.duration_s, 3), tuple(voice), recognizer.name)


def transcribe_file(path: Path | str, model: str | None = None) -> Answer:
    """Return what a recording says, as an answer to be judged.

    Args:
        path: any recording that `voicecoach.audio.files.read_audio` reads, or ``-``.
        model: name or folder of the recogniser's model; None for the preferred one.

    Raises:
        AudioFileError: the recording cannot be read.
        ModelError: the model is missing or broken.
    """
    from voicecoach.models import ensure_loads, resolve

    clip = read_audio(path)  # first: it fails sooner than a large model loads
    found = resolve(model)
    ensure_loads(found)
    return transcribe(clip, *open_ears(found.path, found.name)).to_answer()


def open_ears(folder: Path, name: str) -> tuple[Recognizer, VoiceActivityDetector]:
    """Return a recogniser with the model in a verified folder, and a voice detector.

    Raises:
        ModelError: Vosk is not installed, or refuses the folder.
    """
    from voicecoach.asr import VoskRecognizer, load_model
    from voicecoach.vad import SileroDetector

    return VoskRecognizer(load_model(folder), name), SileroDetector()


def frames(clip: Clip) -> list[AudioChunk]:
    """Return a clip of 16 kHz in the detector's frames; the last is filled up with silence."""
    missing = -len(clip.samples) % FRAME_SAMPLES
    samples = np.concatenate([clip.samples, np.zeros(missing, np.float32)])
    rows = samples.reshape(-1, FRAME_SAMPLES)
    return [AudioChunk(row, i * FRAME_SAMPLES / RATE_HZ) for i, row in enumerate(rows)]
