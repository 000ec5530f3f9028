"""How well a model hears: word error rate by voice, speed, load time and memory.

Run ``python -m benchmarks.hearing [--model NAME]`` for the recordings in ``tests/data``, all of
them synthesised speech; or ``--folder DIR`` for recordings of your own, with a ``transcripts.tsv``
in that folder: file name, tab, words; or ``--questions`` for the texts of the question bank, which
nobody has fitted to any model, synthesised on the spot (this needs flite and espeak-ng). The sound
takes the same way as in ``voicecoach hear``: voice detection, pauses, Vosk.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import jiwer
import soundfile
import yaml

from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ
from voicecoach.content.script import load_script
from voicecoach.errors import UsageError, VoicecoachError
from voicecoach.models import resolve
from voicecoach.transcribe import open_ears, transcribe

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"


@dataclass(frozen=True)
class Recording:
    """A recording whose words are known.

    Attributes:
        path: of the sound.
        group: what it is counted under: its voice, or ``commands``.
        text: what is spoken; empty for a recording without speech.
    """

    path: Path
    group: str
    text: str


@dataclass
class Counts:
    """Errors among the words of a group.

    Attributes:
        files: recordings.
        words: words spoken.
        substitutions: words heard as another.
        deletions: words not heard.
        insertions: words heard that nobody spoke.
        whole: recordings without any error.
        heard: words heard.
        confidence: sum of the confidences of the words heard.
    """

    files: int = 0
    words: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    whole: int = 0
    heard: int = 0
    confidence: float = 0.0

    @property
    def errors(self) -> int:
        """All three kinds."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float | None:
        """Word error rate, None where no word was spoken."""
        return self.errors / self.words if self.words else None

    def add(self, spoken: Sequence[str], heard: Sequence[str]) -> None:
        """Count one recording."""
        self.files += 1
        self.words += len(spoken)
        self.whole += list(spoken) == list(heard)
        if spoken and heard:
            result = jiwer.process_words(" ".join(spoken), " ".join(heard))
            self.substitutions += result.substitutions
            self.deletions += result.deletions
            self.insertions += result.insertions
        else:
            self.deletions += len(spoken)
            self.insertions += len(heard)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        rate = self.rate
        confidence = round(self.confidence / self.heard, 3) if self.heard else None
        return {
            "word_error_rate": None if rate is None else round(rate, 4),
            "words": self.words,
            "substitutions": self.substitutions,
            "deletions": self.deletions,
            "insertions": self.insertions,
            "mean_confidence": confidence,
            "recordings": self.files,
            "recordings_without_error": self.whole,
        }


def words_of(text: str) -> list[str]:
    """Return words as a recogniser writes them: small letters and apostrophes, nothing else."""
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).split()


def bundled() -> list[Recording]:
    """The recordings of this repository."""
    document = yaml.safe_load((DATA / "recordings.yaml").read_text(encoding="utf-8"))
    groups = {"command": "commands", "noise": "room tone"}
    return [
        Recording(DATA / e["file"], groups.get(e["kind"]) or e["voice"], e["text"])
        for e in document["recordings"]
    ]


def of_folder(folder: Path) -> list[Recording]:
    """Recordings of one's own, each counted under the start of its name.

    Raises:
        UsageError: the folder has no ``transcripts.tsv``, or it has a line without a tab.
    """
    index = folder / "transcripts.tsv"
    try:
        lines = index.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError("hearing.no_transcripts", f"{index} cannot be read") from error
    recordings = []
    for number, line in enumerate(filter(str.strip, lines), start=1):
        name, tab, text = line.partition("\t")
        if not tab:
            raise UsageError("hearing.no_tab", f"{index}, line {number}: no tab after the name")
        group = re.split(r"[\d.-]", name)[0] or name
        recordings.append(Recording(folder / name, group, text))
    return recordings


def questions(folder: Path, chosen: Sequence[str] = ()) -> list[Recording]:
    """The texts of the question bank, each in the next voice, written to a folder.

    Raises:
        UsageError: a voice is chosen that is not in ``answers.yaml``.
    """
    make = generator()
    voices = yaml.safe_load((DATA / "answers.yaml").read_text(encoding="utf-8"))["voices"]
    unknown = ", ".join(name for name in chosen if name not in voices)
    if unknown:
        raise UsageError("hearing.no_voice", f"There is no voice {unknown}", ", ".join(voices))
    recordings = []
    for number, question in enumerate(load_script().questions):
        voice = (chosen or list(voices))[number % len(chosen or voices)]
        entry = {"file": question.id, "kind": "question", "voice": voice, "text": question.text}
        sound, _ = make.record(entry, voices)
        soundfile.write(folder / f"{question.id}.wav", sound, RATE_HZ)
        recordings.append(Recording(folder / f"{question.id}.wav", voice, question.text))
    return recordings


def generator() -> ModuleType:
    """The script that makes the recordings."""
    spec = importlib.util.spec_from_file_location("generator", DATA / "make_recordings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["generator"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def measure(recordings: Iterable[Recording], model_name: str | None) -> dict[str, Any]:
    """Return every figure, in plain values."""
    began_s = time.perf_counter()
    model = resolve(model_name)
    recognizer, detector = open_ears(model.path, model.name)
    load_s = time.perf_counter() - began_s
    groups: defaultdict[str, Counts] = defaultdict(Counts)
    total = Counts()
    audio_s = busy_s = 0.0
    for recording in recordings:
        clip = read_audio(recording.path)
        before_s = time.process_time()
        transcript = transcribe(clip, recognizer, detector)
        busy_s += time.process_time() - before_s
        audio_s += clip.duration_s
        spoken, heard = words_of(recording.text), words_of(transcript.text)
        for counts in (groups[recording.group], total):
            counts.add(spoken, heard)
            counts.heard += len(transcript.words)
            counts.confidence += sum(word.confidence for word in transcript.words)
    return {
        "model": model.name,
        "groups": {name: counts.to_json() for name, counts in groups.items()},
        "total": total.to_json(),
        "audio_s": round(audio_s, 1),
        "cpu_share_of_one_core": round(busy_s / audio_s, 4) if audio_s else None,
        "load_s": round(load_s, 3),
        "peak_memory_mb": _peak_memory_mb(),
    }


def _peak_memory_mb() -> int | None:
    """Most memory that this process has held; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a Markdown table and a line."""
    lines = [
        f"Model {figures['model']}",
        "",
        "| voice | words | word error rate | substituted | deleted | inserted | confidence "
        "| without error |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in [*figures["groups"].items(), ("all", figures["total"])]:
        rate = row["word_error_rate"]
        share = "–" if rate is None else f"{rate:.1%}"
        sure = row["mean_confidence"]
        lines.append(
            f"| {name} | {row['words']} | {share} | {row['substitutions']} | {row['deletions']} "
            f"| {row['insertions']} | {'–' if sure is None else f'{sure:.2f}'} "
            f"| {row['recordings_without_error']} of {row['recordings']} |"
        )
    lines += [
        "",
        f"{figures['audio_s']:.0f} s of sound; {figures['cpu_share_of_one_core']:.1%} of one core; "
        f"loaded in {figures['load_s']:.2f} s; at most {figures['peak_memory_mb']} MB of memory.",
    ]
    return "\n".join(lines)


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Declare which recordings and which model."""
    parser.add_argument("--model", help="name or folder of the recogniser's model")
    parser.add_argument(
        "--folder",
        type=Path,
        nargs="+",
        default=[],
        help="recordings of your own, with transcripts.tsv",
    )
    parser.add_argument("--questions", action="store_true", help="the question bank, synthesised")
    parser.add_argument("--voices", nargs="+", default=(), help="for it: names in answers.yaml")


def recordings_of(args: argparse.Namespace, scratch: Path) -> list[Recording]:
    """Return the recordings that were asked for; those of this repository if none were.

    Raises:
        UsageError: they cannot be found.
    """
    found = [r for folder in args.folder for r in of_folder(folder)]
    if args.questions:
        found += questions(scratch, args.voices)
    return found if args.folder or args.questions else bundled()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How well a model hears.")
    add_sources(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    args = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            figures = measure(recordings_of(args, Path(scratch)), args.model)
    except VoicecoachError as error:
        print(f"hearing: {error}", file=sys.stderr)
        return error.exit_status
    print(json.dumps(figures, indent=2) if args.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
