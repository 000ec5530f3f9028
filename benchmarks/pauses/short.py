"""Commands and short replies: how soon the floor is taken after the last sound, and what is heard.

    python -m benchmarks.pauses.short [--model NAME]

Every phrase is spoken in each voice of the plan and heard as in a session, on virtual time: once
with its words asked for as soon as it pauses, as the turn policy does, and once without.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.hearing import generator
from benchmarks.pauses.plan import VOICES
from benchmarks.pauses.speech import LEAD_S, QUIET, SPEECH_DBFS, synthesiser
from voicecoach.asr import VoskRecognizer, load_model
from voicecoach.audio.format import RATE_HZ, Clip, Samples
from voicecoach.content.script import load_script
from voicecoach.dialog.commands import CommandMatcher
from voicecoach.endpoint import TurnPolicy
from voicecoach.events import CloseSegment, Event, Expectation, FloorTaken
from voicecoach.hearing import Ears, SecondHearing, Transcriber
from voicecoach.loop import InlineWorker
from voicecoach.metrics import percentile
from voicecoach.models import resolve
from voicecoach.transcribe import frames
from voicecoach.vad import SileroDetector

PHRASES = (
    "skip", "repeat the question", "stop the interview", "give me a hint", "next question",
    "start over", "pause", "slower please", "how am i doing", "yes", "no", "okay",
)  # fmt: skip
SNR_DB = 30.0


def spoken(phrase: str, voice: str) -> tuple[Samples, float]:
    """Return a phrase with silence around it, and when it really ends."""
    sound, _ = synthesiser().speak(phrase, voice, 140)
    sound = sound[: int(np.flatnonzero(np.abs(sound) > QUIET * np.abs(sound).max())[-1]) + 1]
    sound *= 10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(sound**2))
    lead = np.zeros(round(LEAD_S * RATE_HZ))
    whole = np.concatenate([lead, sound, np.zeros(2 * RATE_HZ)])
    room = generator().room_tone(len(whole), SPEECH_DBFS - SNR_DB, np.random.default_rng(1))
    return np.clip(whole + room, -1, 1).astype(np.float32), LEAD_S + len(sound) / RATE_HZ


class Listener:
    """The hearing half of a session, on the time of one phrase.

    Args:
        make: makes a recogniser, of only these phrases if any are given.
        is_command: whether a whole utterance is a command.
        early: whether words are asked for as soon as the policy wants them.
    """

    def __init__(
        self,
        make: Callable[[Sequence[str] | None], VoskRecognizer],
        is_command: Callable[[str], bool],
        early: bool,
    ) -> None:
        self._now_s = 0.0
        self._posted: list[Event] = []
        self._early = early
        second = SecondHearing(make, PHRASES, is_command)
        transcriber = Transcriber(lambda: make(None), lambda: self._now_s, second)
        self._ears = Ears(SileroDetector(), transcriber, InlineWorker(self._post).submit)
        self._ears.listen()
        self._policy = TurnPolicy(is_command)
        self._policy.listen(Expectation("short", 3.0), 0.0)

    def _post(self, event: object) -> None:
        assert isinstance(event, Event)
        self._posted.append(event)

    def floor(self, sound: Samples) -> FloorTaken | None:
        """Return when the floor is taken, if it is."""
        for chunk in frames(Clip(sound, RATE_HZ)):
            self._now_s = chunk.end_s
            voice = self._ears.hear(chunk)
            if voice is not None:
                self._posted.append(voice)
            due = self._policy.advance(chunk.end_s)
            while self._posted:
                due += self._policy.hear(self._posted.pop(0))
                if self._early and any(isinstance(output, CloseSegment) for output in due):
                    self._ears.close_segment(chunk.end_s)
                    due = [output for output in due if not isinstance(output, CloseSegment)]
            for output in due:
                if isinstance(output, FloorTaken):
                    return output
        return None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", help="recogniser model")
    model = resolve(parser.parse_args().model)
    vosk = load_model(model.path)
    matcher = CommandMatcher(load_script().commands)

    def make(phrases: Sequence[str] | None) -> VoskRecognizer:
        return VoskRecognizer(vosk, model.name, phrases)

    for early in (True, False):
        delays, right, n = [], 0, 0
        for voice, phrase in itertools.product(VOICES, PHRASES):
            sound, end_s = spoken(phrase, voice)
            listener = Listener(make, lambda text: matcher.match(text) is not None, early)
            floor = listener.floor(sound)
            n += 1
            if floor is not None:
                right += floor.text == phrase
                delays.append(floor.at_s - end_s)
        print(
            f"{'words at once' if early else 'words at the usual pause'}: n {n}, heard right "
            f"{right}, floor taken p50 {percentile(delays, 50):.3f} s, "
            f"p95 {percentile(delays, 95):.3f} s"
        )


if __name__ == "__main__":
    main()
