"""``voicecoach hear``: what a recording says, and by which model."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecoach.models import Model
    from voicecoach.transcribe import Transcript

LOW_CONFIDENCE = 0.6
"""Words below it are worth a second look."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", help="a recording, or - for one on standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--model", help="name or folder of the recogniser's model")


def run(args: argparse.Namespace) -> int:
    """Print the transcript."""
    from voicecoach.audio.files import read_audio
    from voicecoach.models import ensure_loads, resolve
    from voicecoach.transcribe import open_ears, transcribe

    clip = read_audio(args.file)  # first: it fails sooner than a large model loads
    model = resolve(args.model)
    ensure_loads(model)
    transcript = transcribe(clip, *open_ears(model.path, model.name))
    if args.json:
        document = {**transcript.to_json(), "model_note": model.note}
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print(_for_people(transcript, model))
    return 0


def _for_people(transcript: Transcript, model: Model) -> str:
    """Return text, figures and the model in a few lines."""
    import shutil
    import textwrap

    width = min(shutil.get_terminal_size().columns, 100)
    text = transcript.text or _why_empty(transcript)
    unsure = sum(word.confidence < LOW_CONFIDENCE for word in transcript.words)
    figures = (
        f"{len(transcript.words)} words, {unsure} of them uncertain · "
        f"{transcript.voiced_s:.1f} s of voice in {transcript.duration_s:.1f} s"
    )
    return "\n".join([textwrap.fill(text, width), "", figures, f"Model {model.name}: {model.note}"])


def _why_empty(transcript: Transcript) -> str:
    """Return one line in place of words."""
    if transcript.voiced_s == 0:
        return "(No voice in this recording.)"
    return "(Voice, but no words were recognised.)"
