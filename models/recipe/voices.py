"""Who speaks in training and who in evaluation: the voices, where they come from, how they speak.

Four synthesisers are used. Those of flite and festival were built from recordings of people (units
or statistics of one speaker each), espeak-ng's are formants set by rule. Every voice may be told to
speak faster, higher, livelier, or through a longer or shorter vocal tract, so that one recorded
speaker stands for many. The voices that evaluation uses are a roster of their own: nothing made
with them is ever trained on.
"""

from __future__ import annotations

import atexit
import functools
import html
import random
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np

from voicecoach.audio.format import RATE_HZ, Samples

TIMEOUT_S = 60.0
"""A synthesiser that takes longer for one clause hangs."""

FLITE, FESTIVAL, ESPEAK, SAMPLED = "flite", "festival", "espeak", "sampled"


class VoiceError(Exception):
    """A synthesiser is missing, failed, or gave no sound."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where voices come from.

    Attributes:
        engine: the synthesiser.
        names: its voices that are used here.
        package: the Debian package that holds them.
        licence: under which they may be used; none of them claims what is made with them.
        human: whether they were built from recordings of people.
    """

    engine: str
    names: tuple[str, ...]
    package: str
    licence: str
    human: bool


ESPEAK_ACCENTS = (
    "en-us", "en-us-nyc", "en-gb", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-rp",
)  # fmt: skip
ESPEAK_VARIANTS = (
    "Alex", "Alicia", "Andrea", "Andy", "Annie", "AnxiousAndy", "Demonic", "Denis", "Diogo",
    "Gene", "Gene2", "Henrique", "Hugo", "Jacky", "Lee", "Marco", "Michael", "Mike", "Nguyen",
    "RicishayMax", "RicishayMax2", "RicishayMax3", "Storm", "Tweaky", "UniRobot", "adam", "anika",
    "anikaRobot", "announcer", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb",
    "croak", "david", "ed", "edward", "edward2", "f1", "f2", "f3", "f5", "fast", "grandma",
    "grandpa", "gustave", "iven", "iven2", "iven3", "iven4", "john", "kaukovalta", "klatt",
    "klatt2", "klatt4", "klatt5", "klatt6", "linda", "m1", "m2", "m3", "m4", "m5", "m6", "m8",
    "marcelo", "max", "michel", "miguel", "norbert", "pablo", "paul", "pedro", "quincy", "rob",
    "robert", "robosoft", "robosoft2", "robosoft3", "robosoft4", "robosoft5", "robosoft6",
    "robosoft7", "robosoft8", "sandro", "shelby", "steph", "steph3", "travis", "victor", "whisper",
    "whisperf", "zac",
)  # fmt: skip
"""All that espeak-ng 1.51 has but `HELD_OUT_VARIANTS` and one whose name has a space."""
HELD_OUT_ACCENTS = ("en-gb-x-gbcwmd", "en-029")
HELD_OUT_VARIANTS = ("f4", "m7", "klatt3", "Mario", "steph2")

SOURCES = (
    Source(FLITE, ("awb", "rms", "slt"), "flite", "CMU licence (BSD style)", human=True),
    Source(FLITE, ("kal16",), "flite", "CMU licence (BSD style)", human=True),
    Source(
        FESTIVAL, ("kal_diphone",), "festvox-kallpc16k", "CMU/CSTR licence (MIT style)", human=True
    ),
    Source(
        FESTIVAL,
        ("cmu_us_slt_arctic_hts",),
        "festvox-us-slt-hts",
        "EST-2003 (BSD style), BSD-3-clause",
        human=True,
    ),
    Source(FESTIVAL, ("ked_diphone",), "festvox-kdlpc16k", "CSTR licence (MIT style)", human=True),
    Source(ESPEAK, ESPEAK_ACCENTS, "espeak-ng", "GPL-3.0-or-later (the program)", human=False),
)

_FLITE_PITCH_HZ = {"awb": 125.0, "rms": 95.0, "slt": 170.0, "kal16": 105.0}
_FLITE_SPREAD_HZ = 18.0
_ESPEAK_WORDS_PER_MINUTE = 165.0
_ESPEAK_SLOWEST, _ESPEAK_FASTEST = 80, 320


@dataclass(frozen=True, slots=True)
class Voice:
    """One way of speaking: a synthesiser's voice and how it is set.

    Attributes:
        engine: `FLITE`, `FESTIVAL`, `ESPEAK` or `SAMPLED`.
        name: the voice as its engine calls it; ``accent+variant`` for espeak-ng.
        stretch: how long its sounds are, 1 being usual.
        pitch: its mean pitch, 1 being usual.
        liveliness: the range of its pitch, 1 being usual, 0 a monotone.
        tract: how much shorter its vocal tract is: formants, and pitch with them, are multiplied by
            this; durations are left as they are.
    """

    engine: str
    name: str
    stretch: float = 1.0
    pitch: float = 1.0
    liveliness: float = 1.0
    tract: float = 1.0

    def slower(self, factor: float) -> Voice:
        """The same voice, its sounds `factor` times as long."""
        return replace(self, stretch=self.stretch * factor)

    def __str__(self) -> str:
        return (
            f"{self.engine}:{self.name}:{self.stretch:.2f}:{self.pitch:.2f}"
            f":{self.liveliness:.2f}:{self.tract:.2f}"
        )


SHARES: dict[str, float] = {
    f"{FLITE}:slt": 11,
    f"{FLITE}:rms": 12,
    f"{FLITE}:awb": 11,
    f"{FLITE}:kal16": 4,
    f"{FESTIVAL}:kal_diphone": 2,
    f"{FESTIVAL}:cmu_us_slt_arctic_hts": 5,
    f"{ESPEAK}:": 40,
}
"""Parts of the training speech; what is missing from 100 is for voices made elsewhere."""

_ACCENT_SHARES = (10.0, 3.0, 3.0, 1.5, 1.5, 3.0)


def cast(rng: random.Random, engines: Sequence[str] = (FLITE, FESTIVAL, ESPEAK)) -> Voice:
    """Draw a voice of the training roster from these engines; `SAMPLED` comes alone."""
    if SAMPLED in engines:
        return Voice(SAMPLED, "drawn")
    shares = {key: share for key, share in SHARES.items() if key.split(":")[0] in engines}
    engine, name = rng.choices(list(shares), weights=list(shares.values()))[0].split(":")
    stretch = rng.triangular(0.75, 1.35, 1.0)
    if engine == ESPEAK:
        name = rng.choices(ESPEAK_ACCENTS, weights=_ACCENT_SHARES)[0]
        if rng.random() > 0.05:
            name += "+" + rng.choice(ESPEAK_VARIANTS)
        return Voice(ESPEAK, name, stretch, rng.uniform(0.6, 1.5), rng.uniform(0.3, 1.8))
    tract = 1.0 if rng.random() < 0.3 else rng.triangular(0.86, 1.2, 1.0)
    pitch = 1.0 if rng.random() < 0.3 else rng.uniform(0.8, 1.3)
    return Voice(engine, name, stretch, pitch, rng.uniform(0.4, 1.9), tract)


HELD_OUT: dict[str, Voice] = {
    "ked": Voice(FESTIVAL, "ked_diphone"),
    "ked-fast": Voice(FESTIVAL, "ked_diphone", stretch=0.85),
    "midlands": Voice(ESPEAK, "en-gb-x-gbcwmd"),
    "midlands-f4": Voice(ESPEAK, "en-gb-x-gbcwmd+f4"),
    "caribbean": Voice(ESPEAK, "en-029"),
    "caribbean-m7": Voice(ESPEAK, "en-029+m7", stretch=1.1),
    "us-f4": Voice(ESPEAK, "en-us+f4"),
    "us-m7": Voice(ESPEAK, "en-us+m7"),
    "us-klatt3": Voice(ESPEAK, "en-us+klatt3"),
    "us-mario": Voice(ESPEAK, "en-us+Mario"),
    "gb-steph2": Voice(ESPEAK, "en-gb+steph2"),
}
"""The voices of evaluation, which no training speech is made with."""


def is_held_out(voice: Voice) -> bool:
    """Whether only evaluation may use a voice."""
    if voice.engine == FESTIVAL:
        return voice.name == "ked_diphone"
    accent, _, variant = voice.name.partition("+")
    return voice.engine == ESPEAK and (accent in HELD_OUT_ACCENTS or variant in HELD_OUT_VARIANTS)


def speak(voice: Voice, text: str) -> Samples:
    """Speak a text.

    Args:
        voice: who, and how.
        text: plain lower-case words; fillers as ``um``, ``uh``, ``er``, ``hmm``, ``mm``.

    Returns:
        16 kHz mono, float32, −1 to 1, with the silence that the engine puts around it.

    Raises:
        VoiceError: the engine is missing, failed, or said nothing.
    """
    speakers = {FLITE: _flite, FESTIVAL: _festival, ESPEAK: _espeak}
    # A shorter tract is a faster recording, so it has to be spoken slower first.
    samples, rate_hz = speakers[voice.engine](voice.slower(voice.tract), text)
    if len(samples) < rate_hz // 20 or not samples.any():
        raise VoiceError(f"{voice} said nothing for {text!r}")
    return _at_rate(samples, round(rate_hz * voice.tract))


def _at_rate(samples: Samples, rate_hz: int) -> Samples:
    import soxr

    if rate_hz == RATE_HZ:
        return samples
    resampled: Samples = soxr.resample(samples, rate_hz, RATE_HZ)
    return resampled


def _flite(voice: Voice, text: str) -> tuple[Samples, int]:
    mean_hz = _FLITE_PITCH_HZ[voice.name] * voice.pitch
    settings = {
        "duration_stretch": voice.stretch,
        "int_f0_target_mean": mean_hz,
        "int_f0_target_stddev": _FLITE_SPREAD_HZ * voice.liveliness * voice.pitch,
    }
    options = [part for key, value in settings.items() for part in ("--setf", f"{key}={value:.3f}")]
    command = ["flite", "-voice", voice.name, *options, "-t", text, "-o", "/dev/stdout"]
    return _decode(_output_of(command))


@functools.cache
def _espeak_names() -> frozenset[str]:
    """Accents and variants that are installed: others would be replaced without a word."""
    accents = _output_of(["espeak-ng", "--voices"]).decode().splitlines()[1:]
    variants = _output_of(["espeak-ng", "--voices=variant"]).decode().splitlines()[1:]
    files = (word for line in variants for word in line.split() if word.startswith("!v/"))
    return frozenset(line.split()[1] for line in accents) | {file[3:] for file in files}


def _espeak(voice: Voice, text: str) -> tuple[Samples, int]:
    missing = {part for part in voice.name.split("+") if part not in _espeak_names()}
    if missing:
        raise VoiceError(f"espeak-ng has no {', '.join(sorted(missing))}")
    rate = round(_ESPEAK_WORDS_PER_MINUTE / voice.stretch)
    options: dict[str, str | int] = {
        "-v": voice.name,
        "-s": min(max(rate, _ESPEAK_SLOWEST), _ESPEAK_FASTEST),
        "-p": min(max(round(50 * voice.pitch), 0), 99),
    }
    words = " ".join("[[m:]]" if word == "mm" else html.escape(word) for word in text.split())
    marked = f'<prosody range="{round(100 * voice.liveliness)}%">{words}</prosody>'
    flags = [part for key, value in options.items() for part in (key, str(value))]
    return _decode(_output_of(["espeak-ng", "-m", "--stdout", *flags, marked]))


def _festival(voice: Voice, text: str) -> tuple[Samples, int]:
    return _decode(_festival_process().speak(voice, text))


def _output_of(command: Sequence[str]) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise VoiceError(f"{command[0]}: {error}") from error
    return done.stdout


def _decode(wave: bytes) -> tuple[Samples, int]:
    """Samples of the first channel and the rate of a WAV file, whose length may be left open."""
    import soundfile

    try:
        samples, rate_hz = soundfile.read(BytesIO(wave), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise VoiceError(f"not a WAV file: {error}") from error
    return np.ascontiguousarray(samples[:, 0]), int(rate_hz)


class _Festival:
    """One festival process that is kept, since its start takes longer than its speech."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="festival-")
        self._wave = Path(self._folder.name) / "said.wav"
        try:
            self._process = subprocess.Popen(
                ["festival", "--pipe"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError as error:
            raise VoiceError(f"festival: {error}") from error
        atexit.register(self.close)

    def speak(self, voice: Voice, text: str) -> bytes:
        """Return a WAV file of the text."""
        self._wave.unlink(missing_ok=True)
        words = "".join(letter for letter in text if letter.isalnum() or letter in " '")
        self._tell(
            f"(voice_{voice.name})",
            *_festival_settings(voice),
            f'(utt.save.wave (utt.synth (Utterance Text "{words}")) "{self._wave}" (quote riff))',
            r'(begin (format t "said\n") (fflush nil))',
        )
        watch = threading.Timer(TIMEOUT_S, self._process.kill)
        watch.start()
        while (line := self._output.readline()) != "said\n":
            if not line:
                watch.cancel()
                _festival_process.cache_clear()
                raise VoiceError(f"festival ended at {text!r}")
        watch.cancel()
        try:
            return self._wave.read_bytes()
        except FileNotFoundError as error:
            raise VoiceError(f"festival could not say {text!r}") from error

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _tell(self, *commands: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("\n".join(commands) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            _festival_process.cache_clear()
            raise VoiceError(f"festival: {error}") from error

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


def _festival_settings(voice: Voice) -> tuple[str, ...]:
    if voice.name.endswith("_hts"):
        half_tones = 12 * np.log2(voice.pitch)
        return (
            "(set! hts_engine_params (append hts_engine_params (list"
            f' (list "-r" {1 / voice.stretch:.3f}) (list "-fm" {half_tones:.3f}))))',
        )
    mean_hz, spread_hz = 105 * voice.pitch, 14 * voice.liveliness * voice.pitch
    return (
        f"(Parameter.set 'Duration_Stretch {voice.stretch:.3f})",
        f"(set! int_lr_params '((target_f0_mean {mean_hz:.1f}) (target_f0_std {spread_hz:.1f})"
        " (model_f0_mean 170) (model_f0_std 34)))",
    )


@functools.cache
def _festival_process() -> _Festival:
    return _Festival()
