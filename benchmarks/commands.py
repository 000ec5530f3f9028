"""How well spoken commands are heard, and how often an answer is taken for one.

Run ``python -m benchmarks.commands [--model NAME] [--voices NAME ...]``. Every phrase of
``prompts/commands.yaml``, the calls for drills and stories saved under a title are synthesised in
each voice, with the tone of a room (this needs flite and espeak-ng), heard by the model, and
compared as they are in a session. Then the recorded answers are cut at their pauses, and each
utterance is compared likewise: whatever is found there is false. ``--aloud FILE`` reads labelled
answers aloud for the same purpose, with a pause at every comma; ``--only NAME ...`` takes those
commands only.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import yaml

from benchmarks.hearing import DATA, generator
from voicecoach.asr import VoskRecognizer, load_model
from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Clip
from voicecoach.content.script import load_script
from voicecoach.dialog.commands import CommandMatcher, normalise
from voicecoach.dialog.drill_calls import drill_calls, listened_calls
from voicecoach.dialog.machine import ASKED_COMMANDS
from voicecoach.dialog.script import COMMANDS
from voicecoach.dialog.story_calls import SAVE
from voicecoach.endpoint import UTTERANCE_GAP_S
from voicecoach.errors import VoicecoachError
from voicecoach.hearing import SecondHearing
from voicecoach.models import Model, ensure_loads, resolve
from voicecoach.transcribe import transcribe
from voicecoach.vad import SileroDetector

PAUSE_S = 0.8
"""Between stretches that are read aloud: it parts utterances."""

TITLED = (
    "save this as my checkout story",
    "save this as my returns story",
    "save this as my pricing story",
    "save this as my delivery story",
    "save this as the launch story",
    "save this one as my customer story",
    "save this story as my search story",
    "save it as my failure story",
    "keep this one as the returns story",
    "keep this one as my experiment story",
    "keep this as my voice story",
    "keep it as my data story",
    "coach save this as my first story",
    "can you save this as my onboarding story",
    "please save this as my team story",
    "i'd like to save this as my metric story",
)
"""Stories saved under a title."""

VOICES = ("rms", "slt", "us-man", "us-woman-2")
"""Two that the starter model was trained on, espeak-ng's usual one, and one it never heard."""


class Timed(Protocol):
    """A word with its times, of whichever recogniser."""

    @property
    def text(self) -> str:
        """What was heard."""

    @property
    def start_s(self) -> float:
        """When it began."""

    @property
    def end_s(self) -> float:
        """When it ended."""


def utterances(words: Sequence[Timed]) -> list[str]:
    """Cut words at the silences that part utterances in a session."""
    found: list[list[Timed]] = []
    for word in words:
        if not found or word.start_s - found[-1][-1].end_s >= UTTERANCE_GAP_S:
            found.append([])
        found[-1].append(word)
    return [" ".join(word.text for word in utterance) for utterance in found]


def listeners(model: Model, forced: bool = False) -> tuple[Any, ...]:
    """Return what a session listens with: recogniser, detector, second hearing for commands.

    `forced` lets the second one not say "none of them", to see what that is worth.
    """
    vosk, detector = load_model(model.path), SileroDetector()
    make = functools.partial(VoskRecognizer, vosk, model.name, forced=forced)
    second = SecondHearing(make, is_command=lambda text: matcher().match(text) is not None)
    return VoskRecognizer(vosk, model.name), detector, second


@functools.cache
def matcher() -> CommandMatcher:
    """Return what knows every command of a session."""
    script = load_script()
    return CommandMatcher({**script.commands, **drill_calls(script.drills)}, ASKED_COMMANDS)


def expect(ears: Any, *, asked: bool) -> None:
    """Listen for the commands that count at any time, and for yes and no where they are asked."""
    script = load_script()
    groups = script.commands.items()
    own = [p for name, group in groups if asked or name not in ASKED_COMMANDS for p in group]
    ears[2].expect([*own, *listened_calls(script.drills)])


def phrases(only: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is said, each phrase behind the name that its group is counted under."""
    script = load_script()
    said = [(name, phrase) for name, group in script.commands.items() for phrase in group]
    said += [("drill", phrase) for phrase in listened_calls(script.drills)]
    said += [("titled", phrase) for phrase in TITLED]
    return [item for item in said if not only or item[0] in only]


def right(phrase: str, text: str) -> bool:
    """Whether what was heard is taken for the same command; of a title, that there is one."""
    meant, taken = (matcher().match(words, asked=True) or "" for words in (phrase, text))
    if meant.startswith(SAVE) and meant != SAVE:
        return taken.startswith(SAVE) and taken != SAVE
    return meant == taken


def heard_share(ears: Any, voices: Sequence[str], only: Sequence[str]) -> list[str]:
    """Return a line for each voice and one for each command: how many were understood."""
    make = generator()
    known = yaml.safe_load((DATA / "answers.yaml").read_text(encoding="utf-8"))["voices"]
    said = phrases(only)
    lines = []
    by_name: Counter[str] = Counter()
    for voice in voices:
        understood = exact = 0
        missed = []
        for name, phrase in said:
            expect(ears, asked=name in ASKED_COMMANDS)
            entry = {"file": f"{voice} {phrase}", "kind": "command", "voice": voice}
            sound, _ = make.record({**entry, "text": phrase.capitalize() + "."}, known)
            text = transcribe(Clip(sound.astype(np.float32), RATE_HZ), *ears).text
            exact += normalise(text) == normalise(phrase)
            if right(phrase, text):
                understood += 1
                by_name[name] += 1
            else:
                missed.append(f"{phrase} → {text or 'nothing'}")
        share = f"{understood / len(said):.1%} of {len(said)}"
        lines.append(f"{voice}: {share} understood, {exact / len(said):.1%} heard to the word")
        lines += [f"    {what}" for what in missed]
    count = Counter(name for name, _ in said)
    lines += [f"{name}: {by_name[name]} of {n * len(voices)}" for name, n in count.items()]
    lines.append(f"all: {by_name.total() / len(said) / len(voices):.2%}")
    return lines


def false_commands(ears: Any) -> str:
    """Return a line: commands found where nobody gave one."""
    notes = yaml.safe_load((DATA / "recordings.yaml").read_text(encoding="utf-8"))
    found, count, sound_s = [], 0, 0.0
    expect(ears, asked=False)
    for entry in notes["recordings"]:
        if entry["kind"] not in ("answer", "reply"):
            continue
        transcript = transcribe(read_audio(DATA / entry["file"]), *ears)
        sound_s += transcript.duration_s
        for text in utterances(transcript.words):
            count += 1
            if name := matcher().match(text):
                found.append(f"{text} taken for {name}")
    which = f": {'; '.join(found)}" if found else ""
    return f"{len(found)} false commands in {count} utterances, {sound_s:.0f} s of answers{which}"


def _stretches(text: str) -> list[str]:
    """Cut a text at its stops and commas, and where there are none after every eighth word."""
    pieces = [piece for piece in re.split(r"(?<=[.,;?!])\s+", text) if piece]
    words = [piece.split() for piece in pieces]
    return [" ".join(w[i : i + 8]) for w in words for i in range(0, len(w), 8)]


def false_commands_aloud(ears: Any, path: Path) -> str:
    """Return a line: commands found in labelled answers, read aloud with pauses every few words."""
    make = generator()
    known = yaml.safe_load((DATA / "answers.yaml").read_text(encoding="utf-8"))["voices"]
    found, count, sound_s = [], 0, 0.0
    expect(ears, asked=False)
    pause = np.zeros(round(PAUSE_S * RATE_HZ), dtype=np.float32)
    for number, item in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
        voice = known[VOICES[number % len(VOICES)]]
        parts = [
            sound
            for stretch in _stretches(item["text"])
            for sound in (make.synthesise(stretch, voice).astype(np.float32), pause)
        ]
        sound = np.concatenate(parts)
        transcript = transcribe(Clip(sound, RATE_HZ), *ears)
        sound_s += transcript.duration_s
        for text in utterances(transcript.words):
            count += 1
            # In the middle of an answer the turn policy takes a lone word for no command.
            if (name := matcher().match(text)) and len(text.split()) > 1:
                found.append(f"{text} taken for {name}")
    which = f": {'; '.join(found)}" if found else ""
    minutes = sound_s / 60
    return f"{len(found)} false commands in {count} utterances, {minutes:.0f} min read aloud{which}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How well spoken commands are heard.")
    parser.add_argument("--model", help="name or folder of the recogniser's model")
    parser.add_argument("--voices", nargs="+", default=VOICES, help="voices of answers.yaml")
    parser.add_argument(
        "--only", nargs="+", default=(), choices=(*COMMANDS, "drill", "titled"), help="no others"
    )
    parser.add_argument(
        "--forced", action="store_true", help="the second hearing must take one of the phrases"
    )
    parser.add_argument("--aloud", type=Path, help="also read these labelled answers aloud (YAML)")
    args = parser.parse_args()
    try:
        model = resolve(args.model)
        ensure_loads(model)
        ears = listeners(model, args.forced)
        print(f"Model {model.name}")
        print(*heard_share(ears, args.voices, args.only), sep="\n")
        print(false_commands(ears))
        if args.aloud:
            print(false_commands_aloud(ears, args.aloud))
    except VoicecoachError as error:
        print(f"commands: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
