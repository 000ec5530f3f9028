"""What Smart Turn is worth: true ends that it finds at the false ones that it finds, and its price.

It is asked as a session asks it, 0.2 s into each pause, about the sound of the recordings under
``tests/data`` and of the planned answers of ``benchmarks.pauses``. Both are synthesised, and it was
trained on people: ``--people`` takes a folder of WAV files, each an utterance of somebody's. Pauses
inside them are thoughts that go on; their ends are ends, but for the files of ``--goes-on``.

    python -m benchmarks.smart_turn [--people FOLDER] [--goes-on NAME ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.pauses.plan import read_plan
from benchmarks.pauses.speech import record
from benchmarks.turns import answers
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Clip, Samples
from voicecoach.errors import VoicecoachError
from voicecoach.events import VoiceStarted, VoiceStopped
from voicecoach.ports import TurnProsody
from voicecoach.prosody import ASK_AFTER_S
from voicecoach.smart_turn import SmartTurn
from voicecoach.transcribe import frames
from voicecoach.vad import SileroDetector, VoiceSpells

OVER = 0.5
"""Probability from which its makers take a turn for over."""

FALSE_SHARE = 0.05


@dataclass(frozen=True)
class Talk:
    """Somebody speaking.

    Attributes:
        sound: 16 kHz.
        pauses_s: where voice stops and will go on; pauses shorter than `ASK_AFTER_S` left out.
        ends_s: where it stops for good.
    """

    sound: Samples
    pauses_s: tuple[float, ...]
    ends_s: tuple[float, ...]


@dataclass
class Asked:
    """Its answers about one set of talks, and what they took.

    Attributes:
        pauses: probabilities that the turn is over, where it is not.
        ends: likewise, where it is.
        wall_s: for each question.
        cpu_s: of all of them.
    """

    pauses: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)
    cpu_s: float = 0.0

    def about(self, prosody: TurnProsody, talk: Talk) -> None:
        """Ask about each pause and end of a talk."""
        for moments, told in ((talk.pauses_s, self.pauses), (talk.ends_s, self.ends)):
            for moment_s in moments:
                sound = talk.sound[: round((moment_s + ASK_AFTER_S) * RATE_HZ)]
                wall_s, cpu_s = time.perf_counter(), time.process_time()
                told.append(prosody.probability(sound))
                self.wall_s.append(time.perf_counter() - wall_s)
                self.cpu_s += time.process_time() - cpu_s

    def document(self) -> dict[str, float | int]:
        """Return the figures."""
        pauses, ends = np.array(self.pauses), np.array(self.ends)
        order = [np.mean(pauses < end) + np.mean(pauses == end) / 2 for end in ends]
        return {
            "pauses": len(pauses),
            "ends": len(ends),
            "false_ends": round(float(np.mean(pauses > OVER)), 3),
            "true_ends": round(float(np.mean(ends > OVER)), 3),
            "true_ends_at_5_percent_false": round(
                float(np.mean(ends > np.quantile(pauses, 1.0 - FALSE_SHARE))), 3
            ),
            "end_above_pause": round(float(np.mean(order)), 3),
            "median_ms": round(1000 * float(np.median(self.wall_s)), 1),
            "p95_ms": round(1000 * float(np.quantile(self.wall_s, 0.95)), 1),
            "cpu_ms": round(1000 * self.cpu_s / len(self.wall_s), 1),
        }


def recorded() -> Iterator[Talk]:
    """Yield the recordings that come with voicecoach."""
    for answer in answers():
        sound = read_audio(answer.path).samples
        pauses_s = tuple(a for a, b in answer.pauses if b - a >= ASK_AFTER_S)
        yield Talk(_with_silence(sound), pauses_s, (answer.speech_end_s,))


def planned() -> Iterator[Talk]:
    """Yield the planned answers, spoken across their pauses."""
    for answer in read_plan():
        sound, labels = record(answer)
        *pauses, end = (label.start_s for label in labels)
        yield Talk(sound, tuple(pauses), (end,))


def people(folder: Path, goes_on: Sequence[str]) -> Iterator[Talk]:
    """Yield the recordings of a folder; their pauses are found by the detector of voice."""
    for path in sorted(folder.glob("*.wav")):
        sound = read_audio(path).samples
        stops_s, starts_s = _spells(sound)
        pauses_s = tuple(
            stop
            for stop, start in zip(stops_s[:-1], starts_s[1:], strict=True)
            if start - stop >= ASK_AFTER_S
        )
        end_s = stops_s[-1]
        if path.stem in goes_on:
            yield Talk(_with_silence(sound), (*pauses_s, end_s), ())
        else:
            yield Talk(_with_silence(sound), pauses_s, (end_s,))


def _spells(sound: Samples) -> tuple[list[float], list[float]]:
    """Return where voice stops and where it starts."""
    detector, spells = SileroDetector(), VoiceSpells()
    stops_s, starts_s = [], []
    for chunk in frames(Clip(_with_silence(sound), RATE_HZ)):
        event = spells.feed(detector.probability(chunk.samples), chunk.end_s)
        if isinstance(event, VoiceStopped):
            stops_s.append(event.speech_end_s)
        elif isinstance(event, VoiceStarted):
            starts_s.append(event.speech_start_s)
    return stops_s, starts_s


def _with_silence(sound: Samples) -> Samples:
    return np.concatenate([sound, np.zeros(RATE_HZ, dtype=np.float32)])


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=Path, metavar="FOLDER", help="WAV files of real speech")
    parser.add_argument("--goes-on", nargs="+", default=[], metavar="NAME", help="that do not end")
    args = parser.parse_args()
    sets = {"recordings": recorded(), "planned pauses": planned()}
    if args.people:
        sets["people"] = people(args.people, args.goes_on)
    before_mb, began_s = _peak_mb(), time.perf_counter()
    prosody = SmartTurn()
    prosody.probability(np.zeros(RATE_HZ, dtype=np.float32))
    load = {"load_ms": round(1000 * (time.perf_counter() - began_s))}
    memory = {"memory_mb": round(_peak_mb() - before_mb)}
    document: dict[str, object] = {"model": prosody.name, **load, **memory}
    for name, talks in sets.items():
        asked = Asked()
        for talk in talks:
            asked.about(prosody, talk)
        document[name] = asked.document()
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    try:
        main()
    except VoicecoachError as error:
        raise SystemExit(str(error)) from error
