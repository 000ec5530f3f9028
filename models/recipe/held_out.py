"""What a model is evaluated on: texts and voices that no training has seen.

Interview answers, the same answers with hesitations put in, and spoken commands, each in voices
that are kept for this (`voices.HELD_OUT`), in a quiet room and in a livelier, noisier one. Sound
that has been made once is kept.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from models.recipe.delivery import FILLERS, Delivery, Part, Pause, Spoken
from models.recipe.speech import render, write_wave
from models.recipe.spoil import Chances, spoil
from models.recipe.spoken import sentences
from models.recipe.text import hesitate
from models.recipe.voices import HELD_OUT, Voice

ANSWERS = Path(__file__).resolve().parents[2] / "tests" / "data" / "heldout" / "answers.yaml"

ANSWER, DISFLUENT, COMMAND, WORDS = "answers", "disfluent answers", "commands", "words"
QUIET, NOISY = "quiet", "noisy"

LIVELY_ROOM = Chances(
    speed=0,
    tempo=0,
    room=1,
    noise=1,
    microphone=1,
    narrow=0,
    codec=0,
    overdriven=0,
    snr_db=(18, 28),
    reverberation_s=(0.1, 0.3),
    level_db=(-32, -20),
)
"""A laptop in an office: its microphone, some reverberation, noise well below the voice."""


@dataclass(frozen=True)
class HeldOutSettings:
    """How much is spoken.

    Attributes:
        seed: of hesitations, pauses, rooms, and of which command is said by whom.
        voices: names of `voices.HELD_OUT`.
        answers: the first so many held-out answers, in every voice.
        noisy_answers: so many of them once more, in a lively room.
        commands: phrases in each voice, drawn anew for each; every other one in a lively room.
        words: strings of three words in each voice, for a model that knows few words.
    """

    seed: int = 7
    voices: tuple[str, ...] = tuple(HELD_OUT)
    answers: int = 4
    noisy_answers: int = 2
    commands: int = 100
    words: int = 0


@dataclass(frozen=True)
class Item:
    """A recording whose words are known.

    Attributes:
        path: of the sound.
        kind: `ANSWER`, `DISFLUENT`, `COMMAND`, `WORDS`, or the name of a folder of recordings.
        voice: who speaks.
        room: `QUIET`, `NOISY`, or nothing where that is not known.
        words: what is said, fillers among it.
    """

    path: Path
    kind: str
    voice: str
    room: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Script:
    """An item before it is spoken: its sentences."""

    kind: str
    voice: str
    room: str
    sentences: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(word for sentence in self.sentences for word in sentence)

    @property
    def name(self) -> str:
        """What it is kept under: another one for another text, voice, setting or room."""
        how = (HELD_OUT[self.voice], LIVELY_ROOM if self.room == NOISY else None)
        return hashlib.sha256(repr((self, how)).encode()).hexdigest()[:16]


def speak_all(scripts: Sequence[Script], folder: Path, seed: int, workers: int = 1) -> list[Item]:
    """Synthesise what is not there yet, in so many processes, and return everything."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{script.name}-{seed}.wav" for script in scripts]
    missing = [(s, path, seed) for s, path in zip(scripts, paths, strict=True) if not path.exists()]
    if missing:
        with ProcessPoolExecutor(workers) as pool:
            for _ in pool.map(_speak, *zip(*missing, strict=True), chunksize=8):
                pass
    return [
        Item(path, script.kind, script.voice, script.room, script.words)
        for script, path in zip(scripts, paths, strict=True)
    ]


def _speak(script: Script, path: Path, seed: int) -> None:
    """Say the sentences in their room, with pauses between them, into a file."""
    name = f"{seed}/{script.name}"
    delivery = _delivery(HELD_OUT[script.voice], script.sentences, random.Random(name))
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    rng = np.random.default_rng(number)
    samples = render(delivery, rng)
    if script.room == NOISY:
        whole = np.round(samples * 32767).astype(np.int16)
        samples = spoil(whole, rng, LIVELY_ROOM).astype(np.float32) / np.float32(32768)
    write_wave(path, samples)


def _delivery(voice: Voice, said: Sequence[Sequence[str]], rng: random.Random) -> Delivery:
    parts: list[Part] = [Pause(rng.uniform(0.2, 0.5))]
    for sentence in said:
        parts += _parts(sentence, rng)
        parts.append(Pause(rng.uniform(0.3, 0.9)))
    return Delivery(voice, tuple(parts), (), floor_db=rng.uniform(-70, -58))


def _parts(sentence: Sequence[str], rng: random.Random) -> Iterator[Part]:
    """Cut a sentence at its fillers, which are drawn out, most of them between short pauses."""
    run: list[str] = []
    for word in sentence:
        if word not in FILLERS:
            run.append(word)
            continue
        if run:
            yield Spoken(tuple(run))
        run = []
        if rng.random() < 0.6:
            yield Pause(rng.uniform(0.05, 0.4))
        yield Spoken((word,), stretch=rng.uniform(1.0, 2.2))
        if rng.random() < 0.7:
            yield Pause(rng.uniform(0.05, 0.6))
    if run:
        yield Spoken(tuple(run))


def scripts(
    settings: HeldOutSettings, phrases: Mapping[str, Sequence[str]], vocabulary: Sequence[str]
) -> list[Script]:
    """Return everything that is to be said.

    Args:
        settings: how much.
        phrases: of the commands.
        vocabulary: words of the model, for strings of words.
    """
    found: list[Script] = []
    for voice in settings.voices:
        rng = random.Random(f"{settings.seed}/{voice}")
        found += _answers(settings, voice, rng)
        every = sorted(phrase for group in phrases.values() for phrase in group)
        chosen = rng.sample(every, min(settings.commands, len(every)))
        for number, phrase in enumerate(chosen):
            room = (QUIET, NOISY)[number % 2]
            found.append(Script(COMMAND, voice, room, (tuple(phrase.split()),)))
        for _ in range(settings.words):
            found.append(Script(WORDS, voice, QUIET, (tuple(rng.choices(vocabulary, k=3)),)))
    return found


def _answers(settings: HeldOutSettings, voice: str, rng: random.Random) -> Iterator[Script]:
    for number, answer in enumerate(answers(settings.answers)):
        yield Script(ANSWER, voice, QUIET, answer)
        if number < settings.noisy_answers:
            yield Script(ANSWER, voice, NOISY, answer)
        hesitant = tuple(
            tuple(hesitate(list(sentence), rng)) if len(sentence) > 2 else sentence
            for sentence in answer
        )
        yield Script(DISFLUENT, voice, QUIET, hesitant)


def answers(count: int) -> list[tuple[tuple[str, ...], ...]]:
    """Return the first held-out answers, each as sentences of spoken words."""
    entries = yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))[:count]
    return [tuple(map(tuple, sentences(entry["text"]))) for entry in entries]
