"""What the confidence of a model's words is worth, and below which mean scoring should abstain.

Run ``python -m benchmarks.reliability --questions --voices NAME ... --folder DIR ... [--model
NAME]``; the sources are those of ``benchmarks/hearing.py``. A threshold can only be found where
there are good transcripts and bad ones: give the question bank, in voices that the model was not
trained on, and recordings of people together. Put what it finds into
``prompts/rubric/gates.yaml``, with the reason, and the figures into ``docs/hearing.md``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import jiwer

from benchmarks.hearing import Counts, Recording, add_sources, recordings_of, words_of
from voicecoach.audio.files import read_audio
from voicecoach.content.rubric import load_rubric
from voicecoach.errors import VoicecoachError
from voicecoach.models import Model, ensure_loads, resolve
from voicecoach.scoring.calibration import (
    BAD,
    MOST_BAD,
    Heard,
    Reliability,
    outcome,
    reliability,
    threshold,
)
from voicecoach.transcribe import open_ears, transcribe


def right_words(spoken: Sequence[str], heard: Sequence[str]) -> list[bool]:
    """Return for each word heard whether it was spoken there."""
    right = [False] * len(heard)
    if spoken and heard:
        found = jiwer.process_words(" ".join(spoken), " ".join(heard))
        for chunk in found.alignments[0]:
            if chunk.type == "equal":
                for i in range(chunk.hyp_start_idx, chunk.hyp_end_idx):
                    right[i] = True
    return right


def hear_all(
    recordings: Iterable[Recording], model: Model
) -> tuple[list[tuple[float, bool]], list[Heard]]:
    """Return every word heard, with its confidence and whether it is right, and each transcript."""
    recognizer, detector = open_ears(model.path, model.name)
    words: list[tuple[float, bool]] = []
    transcripts: list[Heard] = []
    for recording in recordings:
        found = transcribe(read_audio(recording.path), recognizer, detector).words
        spoken, heard = words_of(recording.text), [word.text for word in found]
        words += zip((w.confidence for w in found), right_words(spoken, heard), strict=True)
        if spoken and heard:
            counts = Counts()
            counts.add(spoken, heard)
            mean = sum(w.confidence for w in found) / len(found)
            transcripts.append(Heard(mean, counts.errors / counts.words))
    return words, transcripts


def curve_table(curve: Reliability) -> list[str]:
    """Return a reliability curve as a Markdown table, and its error."""
    if curve.error is None or curve.confidence is None or curve.correct is None:
        return ["No words were heard."]
    return [
        "| confidence | words | mean confidence | right |",
        "|---|---|---|---|",
        *(
            f"| {b.low:.2f} to {b.high:.2f} | {b.n} | {b.confidence:.2f} | {b.correct:.1%} |"
            for b in curve.bins
            if b.n
        ),
        f"| all | {curve.n} | {curve.confidence:.2f} | {curve.correct:.1%} |",
        "",
        f"Expected calibration error: {curve.error:.3f} over {curve.n} words.",
    ]


def threshold_table(transcripts: Sequence[Heard], in_use: float) -> list[str]:
    """Return what the threshold in use does, and where the data would put it."""
    bad = sum(t.bad for t in transcripts)
    found = threshold(transcripts)
    rows = [("in use", outcome(transcripts, in_use))]
    if found is not None:
        rows.append((f"lowest with at most {MOST_BAD:.0%} bad ones", found))
    lines = [
        f"{len(transcripts)} transcripts; in {bad} more than {BAD:.0%} of the words are wrong.",
        "",
        "| threshold | judged | bad ones of those | withheld | good ones of those |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {t.confidence:.2f}, {name} | {t.judged} | {t.judged_bad} | {t.withheld} "
        f"| {t.withheld_good} |"
        for name, t in rows
    ]
    if found is None:
        lines += ["", "No threshold can be found: that takes good transcripts and bad ones."]
    return lines


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the confidence of words is worth.")
    add_sources(parser)
    args = parser.parse_args()
    try:
        model = resolve(args.model)
        ensure_loads(model)
        with tempfile.TemporaryDirectory() as scratch:
            words, transcripts = hear_all(recordings_of(args, Path(scratch)), model)
        in_use = load_rubric(heard_by=model.kind).gates.lowest_confidence
    except VoicecoachError as error:
        print(f"reliability: {error}", file=sys.stderr)
        return error.exit_status
    print(f"Model {model.name} ({model.kind})", "", *curve_table(reliability(words)), sep="\n")
    print("", *threshold_table(transcripts, in_use), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
