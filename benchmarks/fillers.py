"""How well fillers are heard: as words, and as stretches of voice without words.

Run ``python -m benchmarks.fillers [--model NAME] [--voices NAME ...] [--texts N]``. Texts of the
question bank are synthesised (this needs flite and espeak-ng) twice: with silences and breaths
between their clauses, and with "um", "uh", "er" or a hum in those places, standing apart or run
into the words beside it. So every filler is known to the hundredth of a second. Each is heard in
four ways:

- *written*: the recogniser's own words that are hesitations;
- *left out*: voice without words, after those hesitations are taken out of its words, as if a
  recogniser had left them out and nothing else had changed;
- *forced*: voice without words beside a recogniser that knows only the words of the text, and so
  must either write nothing or mistake the filler for one of them;
- *written or sound*: what a user of this recogniser is shown.

It is synthesised speech: people's fillers are more varied, and so are their breaths.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import yaml

from benchmarks.hearing import DATA, generator, words_of
from voicecoach.asr import VoskRecognizer, load_model
from voicecoach.audio.format import RATE_HZ, Clip, Samples
from voicecoach.content.script import load_script
from voicecoach.errors import VoicecoachError
from voicecoach.events import HESITATIONS, Span
from voicecoach.models import ensure_loads, resolve
from voicecoach.scoring.silences import believable, uncovered
from voicecoach.transcribe import Transcript, transcribe
from voicecoach.vad import SileroDetector

_SOUNDS = ("um", "uh", "er")
_HUM = "mm"
"""Only espeak-ng reads it as a sound."""
_DRAWN_OUT = 1.6
_SPEECH_DBFS = -23.0
_TEXTS = 120
_NEAR_S = 0.1
"""What was found so close to a filler is that filler."""


@dataclass(frozen=True)
class Utterance:
    """Speech whose fillers are known.

    Attributes:
        sound: at 16 kHz.
        text: without the fillers.
        apart: where fillers stand between silences.
        run_in: where they follow a word, or lead to one, without a silence.
    """

    sound: Samples
    text: str
    apart: tuple[Span, ...]
    run_in: tuple[Span, ...]

    @property
    def fillers(self) -> tuple[Span, ...]:
        """All of them."""
        return self.apart + self.run_in


@dataclass
class Tally:
    """What was found beside what was there."""

    found: int = 0
    right: int = 0
    apart: int = 0
    apart_heard: int = 0
    run_in: int = 0
    run_in_heard: int = 0
    fluent_s: float = 0.0
    fluent_found: int = 0

    def add(self, utterance: Utterance, spans: Sequence[Span]) -> None:
        """Count one utterance; without fillers, whatever is found is wrong."""
        if not utterance.fillers:
            self.fluent_s += len(utterance.sound) / RATE_HZ
            self.fluent_found += len(spans)
            return
        self.found += len(spans)
        self.right += sum(any(_touch(s, f) for f in utterance.fillers) for s in spans)
        self.apart += len(utterance.apart)
        self.apart_heard += sum(any(_touch(s, f) for s in spans) for f in utterance.apart)
        self.run_in += len(utterance.run_in)
        self.run_in_heard += sum(any(_touch(s, f) for s in spans) for f in utterance.run_in)

    def row(self, name: str) -> str:
        """Return a row of the table."""
        minutes = self.fluent_s / 60
        return (
            f"| {name} | {_share(self.right, self.found)} | {_share(self.apart_heard, self.apart)} "
            f"| {_share(self.run_in_heard, self.run_in)} "
            f"| {self.fluent_found} in {minutes:.0f} minutes |"
        )


def _touch(a: Span, b: Span) -> bool:
    return a[0] < b[1] + _NEAR_S and b[0] < a[1] + _NEAR_S


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%} of {whole}" if whole else "–"


class Speaker:
    """Says texts with fillers in known places.

    Args:
        voice: of ``tests/data/answers.yaml``.
    """

    def __init__(self, voice: dict[str, Any]) -> None:
        self._voice = voice
        self._make = generator()
        slow = dict(voice)
        if voice["engine"] == "flite":
            stretch = voice["features"]["duration_stretch"] * _DRAWN_OUT
            slow["features"] = {"duration_stretch": stretch}
        else:
            slow["rate"] = round(voice["rate"] / _DRAWN_OUT)
        sounds = _SOUNDS if voice["engine"] == "flite" else (*_SOUNDS, _HUM)
        self._fillers = [self._trimmed(sound, slow) for sound in sounds]

    def _trimmed(self, text: str, voice: dict[str, Any]) -> Samples:
        sound = self._make.trim(self._make.synthesise(text, voice))
        sound *= 10 ** (_SPEECH_DBFS / 20) / np.sqrt(np.mean(sound**2))
        return np.asarray(sound, dtype=np.float32)

    def say(self, text: str, rng: random.Random, fillers: bool) -> Utterance:
        """Return the text with a silence, or a filler, between its clauses."""
        clauses = [c for c in re.split(r"(?<=[,.;:?!])\s+", text) if words_of(c)]
        parts: list[Samples] = [_silence(0.4)]
        apart: list[Span] = []
        run_in: list[Span] = []
        for n, clause in enumerate(clauses):
            parts.append(self._trimmed(clause, self._voice))
            if n + 1 == len(clauses) or not fillers:
                parts += self._breath(rng)
                continue
            alone = rng.random() < 0.6
            parts.append(_silence(rng.uniform(0.25, 0.7) if alone else 0.03))
            start_s = sum(map(len, parts)) / RATE_HZ
            parts.append(rng.choice(self._fillers))
            span = (start_s, sum(map(len, parts)) / RATE_HZ)
            (apart if alone else run_in).append(span)
            parts.append(_silence(rng.uniform(0.25, 0.7)))
        sound = np.concatenate(parts)
        room = np.random.default_rng(rng.randrange(1 << 30))
        tone = self._make.room_tone(len(sound), _SPEECH_DBFS - 32.0, room)
        sound = np.clip(sound + tone, -1, 1).astype(np.float32)
        return Utterance(sound, text, tuple(apart), tuple(run_in))

    def _breath(self, rng: random.Random) -> list[Samples]:
        """Return a silence; in every other one somebody draws breath, which is no voice."""
        if rng.random() < 0.5:
            return [_silence(rng.uniform(0.3, 1.0))]
        samples = round(rng.uniform(0.25, 0.5) * RATE_HZ)
        noise = np.random.default_rng(rng.randrange(1 << 30))
        level_dbfs = _SPEECH_DBFS - rng.uniform(12, 24)
        breath = self._make.room_tone(samples, level_dbfs, noise) * np.hanning(samples)
        around = [_silence(rng.uniform(0.15, 0.4)) for _ in range(2)]
        return [around[0], breath.astype(np.float32), around[1]]


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


def utterances(texts: Sequence[str], voices: dict[str, Any]) -> Iterator[Utterance]:
    """Yield each text in the next voice, with fillers and without."""
    speakers = [Speaker(voice) for voice in voices.values()]
    for number, text in enumerate(texts):
        speaker = speakers[number % len(speakers)]
        for fillers in (True, False):
            yield speaker.say(text, random.Random(f"{number}"), fillers)


def spans_found(
    utterance: Utterance, heard: Transcript, forced: Transcript
) -> dict[str, list[Span]]:
    """Return where each of the three ways finds a filler."""
    written = [w for w in heard.words if w.text in HESITATIONS]
    others = [w for w in heard.words if w.text not in HESITATIONS]
    return {
        "written": [(w.start_s, w.end_s) for w in written],
        "left out": list(uncovered(heard.voice, believable(others))),
        "forced": list(uncovered(forced.voice, believable(forced.words))),
        "written or sound": [
            *((w.start_s, w.end_s) for w in written),
            *uncovered(heard.voice, believable(heard.words)),
        ],
    }


def measure(
    texts: Sequence[str], voices: dict[str, Any], model_name: str | None
) -> dict[str, Tally]:
    """Return the tallies of each way of hearing."""
    found = resolve(model_name)
    ensure_loads(found)
    model = load_model(found.path)
    free, detector = VoskRecognizer(model, found.name), SileroDetector()
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for utterance in utterances(texts, voices):
        clip = Clip(utterance.sound, RATE_HZ)
        heard = transcribe(clip, free, detector)
        own = sorted(set(words_of(utterance.text)))
        narrow = VoskRecognizer(model, found.name, own, forced=True)
        forced = transcribe(clip, narrow, detector)
        for name, spans in spans_found(utterance, heard, forced).items():
            tallies[name].add(utterance, spans)
    return dict(tallies)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How well fillers are heard.")
    parser.add_argument("--model", help="name or folder of the recogniser's model")
    parser.add_argument("--voices", nargs="+", default=(), help="names in tests/data/answers.yaml")
    parser.add_argument("--texts", type=int, default=_TEXTS, help="how many questions are read")
    args = parser.parse_args()
    voices = yaml.safe_load((DATA / "answers.yaml").read_text(encoding="utf-8"))["voices"]
    chosen = {name: voices[name] for name in args.voices or voices}
    bank = [f"{q.text} {' '.join(q.hints)}" for q in load_script().questions]
    try:
        tallies = measure(bank[: args.texts], chosen, args.model)
    except VoicecoachError as error:
        print(f"fillers: {error}", file=sys.stderr)
        return error.exit_status
    print("| heard as | precision | recall, standing apart | recall, run in | in fluent speech |")
    print("|---|---|---|---|---|")
    for name, tally in tallies.items():
        print(tally.row(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
