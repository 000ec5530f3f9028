"""How often a claim would be misquoted, by how surely its words were heard.

Run ``python -m benchmarks.quotes [--model NAME] [--write FILE]``. The labelled phrases of
``tests/data/claims.yaml`` are read out by voices that no training of the starter model has heard,
quietly and in noise, and heard as ``voicecoach hear`` hears. What could then be read back is
compared with what was said. ``--write`` keeps what was heard, as ``tests/data/heard_claims.tsv``
is made. Put the threshold that this suggests into ``prompts/rubric/gates.yaml``, with the reason,
and the figures into ``docs/hearing.md``. Needs espeak-ng.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.hearing import DATA, generator, words_of
from voicecoach.audio.format import RATE_HZ, Clip
from voicecoach.content.rubric import load_rubric
from voicecoach.errors import VoicecoachError
from voicecoach.events import Word
from voicecoach.models import ensure_loads, resolve
from voicecoach.scoring.claims import Claim, extract_claims
from voicecoach.scoring.corrections import corrected
from voicecoach.scoring.findings import find
from voicecoach.scoring.misheard import mended
from voicecoach.scoring.quoting import quote_for
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import Answer
from voicecoach.transcribe import open_ears, transcribe

VOICES = {
    "midlands": {"engine": "espeak-ng", "name": "en-gb-x-gbcwmd+m7", "rate": 160},
    "midlands-f4": {"engine": "espeak-ng", "name": "en-gb-x-gbcwmd+f4", "rate": 165},
    "caribbean": {"engine": "espeak-ng", "name": "en-029", "rate": 160},
    "caribbean-m7": {"engine": "espeak-ng", "name": "en-029+m7", "rate": 160},
    "us-woman-2": {"engine": "espeak-ng", "name": "en-us+f4", "rate": 170},
}
"""Unknown to the starter model."""

NOISE_DB = (None, None, 18.0, 10.0)
"""Every phrase is spoken so often: voice above noise, None for a quiet room."""

THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class HeardPhrase:
    """A phrase as it was spoken and as it was heard."""

    spoken: str
    words: tuple[Word, ...]

    @property
    def answer(self) -> Answer:
        """What was heard, to be judged."""
        return Answer(" ".join(w.text for w in self.words), self.words)


def phrases() -> list[str]:
    """Return the labelled phrases that hold a claim and are written as they are spoken."""
    parts = yaml.safe_load((DATA / "claims.yaml").read_text(encoding="utf-8"))
    texts = [entry["text"] for part in parts.values() for entry in part]
    return [t for t in texts if mended(corrected(t)) == corrected(t) and could_quote(t)]


def could_quote(text: str) -> bool:
    """Whether something in a text could be read back, and no figure in it is written in digits."""
    spoken = any(c.spoken and not c.planned for c in extract_claims(text))
    return spoken and not any(c.isdigit() or c == "%" for c in text)


def hear(texts: Iterable[str], model_path: Path, model_name: str) -> Iterator[HeardPhrase]:
    """Speak every text in several voices and rooms, and yield what is heard."""
    make, rng = generator(), np.random.default_rng(0)
    recognizer, detector = open_ears(model_path, model_name)
    names = list(VOICES)
    for n, text in enumerate(texts):
        for k, above_db in enumerate(NOISE_DB):
            entry: dict[str, Any] = {"file": text, "kind": "answer", "text": f"{text.rstrip('.')}."}
            sound, _ = make.record(entry | {"voice": names[(n + k) % len(names)]}, VOICES)
            if above_db is not None:
                level = np.sqrt(np.mean(sound**2)) * 10 ** (-above_db / 20)
                sound = sound + level * rng.standard_normal(len(sound))
            clip = Clip(np.clip(sound, -1, 1).astype(np.float32), RATE_HZ)
            yield HeardPhrase(text, transcribe(clip, recognizer, detector).words)


def quote_of(phrase: HeardPhrase, rubric: Rubric, threshold: float) -> str:
    """Return what would be read back at a threshold."""
    gates = replace(rubric.gates, quote_confidence=threshold)
    return quote_for("counterfactual", find(phrase.answer, "data_story", rubric), gates)


def is_right(quote: str, phrase: HeardPhrase) -> bool:
    """Whether a quote has the figures that were said, of something that was said."""
    (claim, *_) = [c for c in extract_claims(phrase.answer.text) if c.spoken == quote]
    named = set(claim.metric.split()) <= set(words_of(phrase.spoken))
    return named and figures_of(claim) in map(figures_of, extract_claims(phrase.spoken))


def figures_of(claim: Claim) -> tuple[str, float | None, str, float | None, float | None]:
    """Return all of a claim that is no name."""
    return claim.direction, claim.size, claim.unit, claim.before, claim.after


def table(heard: list[HeardPhrase], rubric: Rubric) -> list[str]:
    """Return by threshold what is read back, and how much of it wrongly, as Markdown."""
    rows = ["| threshold | read back | otherwise than said | share |", "|---|---|---|---|"]
    for threshold in THRESHOLDS:
        made = [(quote, h) for h in heard if (quote := quote_of(h, rubric, threshold))]
        wrong = sum(not is_right(quote, h) for quote, h in made)
        rows.append(
            f"| {threshold:.2f} | {len(made)} | {wrong} | {wrong / max(1, len(made)):.1%} |"
        )
    return rows


def write(heard: list[HeardPhrase], rubric: Rubric, path: Path) -> None:
    """Keep the phrases of which something could be read back: words with their confidences."""
    lines = [
        f"{h.spoken}\t{' '.join(f'{w.text}:{w.confidence:.2f}' for w in h.words)}\n"
        for h in heard
        if quote_of(h, rubric, 0.0)
    ]
    path.write_text("".join(lines), encoding="utf-8")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How often a claim would be misquoted.")
    parser.add_argument("--model", help="name or folder of the recogniser's model")
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep what was heard")
    args = parser.parse_args()
    try:
        model = resolve(args.model)
        ensure_loads(model)
        rubric = load_rubric(heard_by=model.kind)
        heard = list(hear(phrases(), model.path, model.name))
    except VoicecoachError as error:
        print(f"quotes: {error}", file=sys.stderr)
        return error.exit_status
    print(f"Model {model.name}: {len(heard)} phrases heard", "", *table(heard, rubric), sep="\n")
    if args.write:
        write(heard, rubric, args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
