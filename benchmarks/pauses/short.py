"""Commands and short replies: how soon the floor is taken after the last sound, and what is heard.

    python -m benchmarks.pauses.short [--model NAME]

Every phrase is spoken in each voice of the plan and heard as in a session, on virtual time: once
with its words asked for as soon as it pauses, as the turn policy does, and once without.
"""

from __future__ import annotations

import argparse

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


def floor_of(sound: Samples, ears: Ears, posted: list[Event], policy: TurnPolicy, early: bool,
             now: list[float]) -> FloorTaken | None:  # fmt: skip
    """Return when the floor is taken."""
    for chunk in frames(Clip(sound, RATE_HZ)):
        now[0] = chunk.end_s
        voice = ears.hear(chunk)
        if voice is not None:
            posted.append(voice)
        while posted:
            for output in policy.hear(posted.pop(0)):
                if isinstance(output, CloseSegment) and early:
                    ears.close_segment(chunk.end_s)
                elif isinstance(output, FloorTaken):
                    return output
        for output in policy.advance(chunk.end_s):
            if isinstance(output, FloorTaken):
                return output
    return None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", help="recogniser model")
    args = parser.parse_args()
    model = resolve(args.model)
    vosk = load_model(model.path)
    matcher = CommandMatcher(load_script().commands)

    def is_command(text: str) -> bool:
        return matcher.match(text) is not None

    for early in (True, False):
        delays, right, n = [], 0, 0
        for voice in VOICES:
            for phrase in PHRASES:
                sound, end_s = spoken(phrase, voice)
                now = [0.0]
                posted: list[Event] = []
                second = SecondHearing(
                    lambda phrases: VoskRecognizer(vosk, model.name, phrases), PHRASES, is_command
                )
                transcriber = Transcriber(
                    lambda: VoskRecognizer(vosk, model.name), lambda now=now: now[0], second
                )
                worker = InlineWorker(lambda event, posted=posted: posted.append(event))
                ears = Ears(SileroDetector(), transcriber, worker.submit)
                ears.listen()
                policy = TurnPolicy(is_command)
                policy.listen(Expectation("short", 3.0), 0.0)
                floor = floor_of(sound, ears, posted, policy, early, now)
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
