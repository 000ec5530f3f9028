"""How patient the turn policy is: false cut-ins against the delay, on labelled recordings.

Every answer of ``tests/data/recordings.yaml`` is played through the real detector, recogniser and
turn policy on virtual time. A floor taken before the speaker's end is a false cut-in; after the
end, what counts is how long it took. The recordings are synthesised speech with pauses cut in: they
show what the rules do, not how people pause.

    python -m benchmarks.turns [--model NAME] [--target SECONDS]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicecoach.asr import VoskRecognizer, load_model
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Clip
from voicecoach.content.script import load_script
from voicecoach.content.turn import load_turn_text
from voicecoach.content.yamlfile import read_yaml
from voicecoach.dialog.commands import CommandMatcher
from voicecoach.endpoint import TurnPolicy
from voicecoach.events import Command, Event, Expectation, FloorTaken
from voicecoach.hearing import Ears, Transcriber
from voicecoach.loop import InlineWorker
from voicecoach.metrics import percentile
from voicecoach.models import resolve
from voicecoach.transcribe import frames
from voicecoach.vad import SileroDetector

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
AFTER_S = 6.0  # silence after the answer: longer than any patience


@dataclass(frozen=True)
class Answer:
    """A labelled recording."""

    path: Path
    kind: str
    pauses: tuple[tuple[float, float], ...]
    speech_end_s: float


def answers() -> list[Answer]:
    """Return the recordings that are answers or replies."""
    found = []
    for node in read_yaml(DATA / "recordings.yaml").entries()["recordings"].items():
        keys = node.entries()
        if keys["kind"].text() in ("answer", "reply"):
            pauses = [[n.number() for n in p.items()] for p in keys["pauses"].items()]
            found.append(
                Answer(
                    DATA / keys["file"].text(),
                    keys["kind"].text(),
                    tuple((a, b) for a, b in pauses),
                    keys["speech_end_s"].number(),
                )
            )
    return found


class Listener:
    """The hearing half of a session, on the time of one recording."""

    def __init__(self, recognizer: VoskRecognizer, policy: TurnPolicy) -> None:
        self._policy = policy
        self._now_s = 0.0
        self._posted: list[Event] = []
        transcriber = Transcriber(lambda: recognizer, lambda: self._now_s)
        self._ears = Ears(SileroDetector(), transcriber, InlineWorker(self._post).submit)

    def _post(self, event: object) -> None:
        assert isinstance(event, Event)
        self._posted.append(event)

    def hear(self, clip: Clip, expectation: Expectation) -> FloorTaken | None:
        """Return when the floor is taken, if it is."""
        self._policy.listen(expectation, 0.0)
        self._ears.listen()
        for chunk in frames(clip):
            self._now_s = chunk.end_s
            voice = self._ears.hear(chunk)
            happened = [*([voice] if voice else []), *self._posted]
            self._posted.clear()
            due: list[Event | Command] = []
            for event in happened:
                due += self._policy.hear(event)
            due += self._policy.advance(self._now_s)
            for output in due:
                if isinstance(output, FloorTaken):
                    return output
        return None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", help="recogniser model")
    parser.add_argument("--target", type=float, default=90.0, help="usual length of an answer, s")
    args = parser.parse_args()
    model = resolve(args.model)
    vosk = load_model(model.path)
    matcher = CommandMatcher(load_script().commands)
    text_model = load_turn_text()
    cut, delays, n_pauses, rules = [], [], 0, []
    for answer in answers():
        sound = read_audio(answer.path).samples
        sound = np.concatenate([sound, np.zeros(round(AFTER_S * RATE_HZ), dtype=np.float32)])
        target_s = args.target if answer.kind == "answer" else 30.0
        policy = TurnPolicy(lambda text: matcher.match(text) is not None, text=text_model)
        listener = Listener(VoskRecognizer(vosk, model.name), policy)
        floor = listener.hear(Clip(sound, RATE_HZ), Expectation("answer", target_s))
        n_pauses += len(answer.pauses)
        if floor is None:
            print(f"{answer.path.name}: the floor was never taken")
        elif floor.at_s < answer.speech_end_s:
            cut.append(f"{answer.path.name} at {floor.at_s:.1f} s by {floor.rule}")
        else:
            delays.append(floor.at_s - answer.speech_end_s)
            rules.append(floor.rule)
    print(f"model {model.name}, {len(cut) + len(delays)} recordings, {n_pauses} pauses")
    print(f"false cut-ins: {len(cut)} recordings", *cut, sep="\n  ")
    for percent in (50, 95):
        print(f"floor taken after the end, p{percent}: {percentile(delays, percent):.2f} s")
    print("rules:", {rule: rules.count(rule) for rule in sorted(set(rules))})


if __name__ == "__main__":
    main()
