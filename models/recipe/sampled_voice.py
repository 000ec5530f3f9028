"""Voices drawn from a statistical description of thousands of people.

Synthesisers have a handful of speakers. Pocketsphinx's acoustic model (see `sphinx_acoustics`) was
trained on thousands: of every phone in its context it keeps which sounds occur, and how often. A
sampled voice speaks by drawing from that model:

1. A *speaker* is a place in the space of the model's own variation: everywhere the same tendency
   (length of the vocal tract, timbre), of each phone a habit of its own, and from sound to sound a
   slow drift.
2. Words become phones in context, phones become states, and states last as long as the model's
   transitions say, at the speaker's rate.
3. Each state mixes those Gaussians of its senone that lie near the speaker; `trajectories` draws
   cepstra from them, and `vocoder` makes them audible.

Its spectra vary over time nearly as much as those of recorded people, though a little less from
sound to sound (8 to 16 Hz). Melody and voice quality are invented: the model knows nothing of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.recipe.lexicon import FILLERS, UNKNOWN, load_lexicon
from models.recipe.sphinx_acoustics import (
    CEPSTRA,
    FFT_SIZE,
    PREEMPHASIS,
    RATE_HZ,
    SILENCE,
    STATES,
    STREAMS,
    Acoustics,
    Floats,
    Ints,
    with_deltas,
)
from models.recipe.trajectories import draw
from models.recipe.vocoder import DETAIL, Source, Vocoder

Samples = npt.NDArray[np.int16]

NOISE: Final = "[noise]"
PAUSE: Final = ","
"""A word that stands for a pause."""

_VOWELS: Final = frozenset(
    ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
)
_VOICING: Final = (
    dict.fromkeys(_VOWELS, (1.0, 1.0, 1.0))
    | dict.fromkeys(["L", "M", "N", "NG", "R", "W", "Y"], (1.0, 1.0, 1.0))
    | dict.fromkeys(["DH", "V"], (0.9, 0.8, 0.9))
    | dict.fromkeys(["Z", "ZH"], (0.8, 0.5, 0.6))
    | dict.fromkeys(["B", "D", "G"], (0.9, 0.7, 0.8))
    | {"JH": (0.7, 0.3, 0.4)}
)
"""How voiced the three states of a phone are; phones that are not listed are voiceless."""
_CLOSURES: Final = frozenset(["B", "D", "G", "M", "N", "NG"])
_DETAIL_SIZE: Final = 0.95 * 0.95 ** (DETAIL - CEPSTRA + 1)
_TIMBRE: Final = np.where(np.arange(CEPSTRA) == 0, 0.4, 1.0)
"""Order 0 is loudness, which is no one's habit."""
_NOISES: Final = ("+NSN+", "+SPN+")

# Long-term average spectrum of speech: levels of bands a third of an octave wide, in decibels, of
# Byrne et al., "An international comparison of long-term average speech spectra" (1994).
_AVERAGE_HZ: Final = (
    125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000,
    6300, 8000,
)  # fmt: skip
_AVERAGE_DB: Final = (
    57.7, 56.8, 60.2, 60.3, 59.0, 62.1, 62.1, 60.5, 56.8, 53.7, 53.0, 52.0, 48.7, 48.1, 46.8, 45.6,
    44.5, 44.3, 43.7,
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How a speaker is drawn; the defaults were chosen by measuring.

    Attributes:
        habit: Standard deviation of the general tendency, as a share of the model's own.
        own_habit: The same for each phone's habit.
        drift: The same for what changes from sound to sound.
        reach: How far from the speaker a Gaussian still counts, in standard deviations.
        pull: How far a Gaussian's mean moves towards the speaker, as a share of the distance.
        variance: Of a cepstrum over time, as a share of what the model itself has.
        share: Of that variance, how much the likeliest trajectory should have; it is too flat.
        most: Highest factor on the likeliest trajectory; a random deviation supplies the rest.
        softness: Width of the window, in frames, that smoothes the deviation.
    """

    habit: float = 0.7
    own_habit: float = 0.7
    drift: float = 0.6
    reach: float = 0.6
    pull: float = 0.5
    variance: float = 1.5
    share: float = 1.0
    most: float = 3.0
    softness: int = 3


@dataclass(frozen=True)
class Speaker:
    """One person, drawn.

    Attributes:
        warp: Formants lie this many times higher than the average person's.
        habit: (13,), tendency everywhere, in the model's whitened cepstra.
        own_habits: (n_codebooks, 13), of each phone.
        detail: (n_codebooks, 10), of each phone, finer than cepstra.
        pitch_hz: Mean.
        liveliness: Spread of the pitch's natural logarithm.
        rate: Speed, as a factor.
        edge_hz: Above it a voiced sound is mostly noise: low for a breathy voice.
        jitter: See `vocoder.Source`.
        channel_db: (257,), microphone and room, over 0 to 8000 Hz.
        level_dbfs: Root mean square of an utterance, pauses included.
    """

    warp: float
    habit: Floats
    own_habits: Floats
    detail: Floats
    pitch_hz: float
    liveliness: float
    rate: float
    edge_hz: float
    jitter: float
    channel_db: Floats
    level_dbfs: float

    @classmethod
    def sample(cls, rng: np.random.Generator, style: Style, codebooks: int) -> Speaker:
        """Draws a woman, a man or a child."""
        kind = rng.choice(3, p=(0.47, 0.47, 0.06))
        pitch_hz = (195, 112, 265)[kind] * math.exp(0.14 * rng.standard_normal())
        warp = (1.07, 0.95, 1.16)[kind] * math.exp(0.035 * rng.standard_normal())
        at_hz = np.linspace(0, RATE_HZ / 2, FFT_SIZE // 2 + 1)
        octaves = np.log2(np.maximum(at_hz, 60) / 1000)
        ripple = sum(
            0.8 * rng.standard_normal() * np.cos(k * math.pi * at_hz / 8000) for k in range(1, 6)
        )
        return cls(
            warp=warp,
            habit=style.habit * rng.standard_normal(CEPSTRA) * _TIMBRE,
            own_habits=style.own_habit * rng.standard_normal((codebooks, CEPSTRA)) * _TIMBRE,
            detail=rng.standard_normal((codebooks, len(DETAIL))),
            pitch_hz=pitch_hz,
            liveliness=rng.uniform(0.06, 0.2),
            rate=math.exp(0.15 * rng.standard_normal()),
            edge_hz=rng.uniform(2500, 6000),
            jitter=rng.uniform(0.003, 0.02),
            channel_db=rng.normal(0, 1.2) * octaves + ripple,
            level_dbfs=rng.uniform(-29, -17),
        )


@dataclass
class Plan:
    """What is to be spoken: one entry a phone."""

    phones: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    lengths: list[float] = field(default_factory=list)  # factors
    accents: list[float] = field(default_factory=list)  # 0 to 1

    def add(
        self, phone: str, position: str = "single", length: float = 1, accent: float = 0
    ) -> None:
        """Appends one phone."""
        self.phones.append(phone)
        self.positions.append(position)
        self.lengths.append(length)
        self.accents.append(accent)


@dataclass(frozen=True)
class _Space:
    """The variation inside the model's senones, shared by all samplers."""

    acoustics: Acoustics

    @cached_property
    def vocoder(self) -> Vocoder:
        """Filters for the model's cepstra."""
        return Vocoder(self.acoustics.front_end)

    @cached_property
    def moments(self) -> tuple[Floats, Floats]:
        """Means and variances of every senone as a whole, (n_senones, 3, 13) both."""
        model = self.acoustics
        means = np.zeros((model.definitions.senone_count, STREAMS, CEPSTRA))
        seconds = np.zeros_like(means)
        for codebook, (mean, variance) in enumerate(zip(model.means, model.variances, strict=True)):
            own = model.definitions.owners == codebook
            shares = model.weights[own]
            means[own] = np.einsum("ncm,cmd->ncd", shares, mean)
            seconds[own] = np.einsum("ncm,cmd->ncd", shares, variance + mean**2)
        return means, seconds - means**2

    @cached_property
    def spread(self) -> Floats:
        """Standard deviation of speech inside a senone, (13,), on average."""
        owners = self.acoustics.definitions.owners
        index = self.acoustics.definitions.index
        fillers = [index[name] for name in self.acoustics.definitions.fillers]
        return np.asarray(np.sqrt(self.moments[1][~np.isin(owners, fillers), 0].mean(axis=0)))

    @cached_property
    def average(self) -> Floats:
        """Liftered cepstrum of average speech as the front end hears it, (13,).

        The model's cepstra have their mean removed; this puts one back.
        """
        front = self.acoustics.front_end
        at_hz = np.arange(FFT_SIZE // 2 + 1) * RATE_HZ / FFT_SIZE
        density = np.asarray(_AVERAGE_DB) - 10 * np.log10(_AVERAGE_HZ)
        level = np.interp(np.log(np.maximum(at_hz, 1)), np.log(_AVERAGE_HZ), density)
        emphasis = np.abs(1 - PREEMPHASIS * np.exp(-2j * np.pi * at_hz / RATE_HZ)) ** 2
        logs = np.log((10 ** (level / 10) * emphasis) @ front.filterbank)
        place = np.arange(front.filters, dtype=np.float64)
        cepstrum = logs @ (front.basis(place) * front.weights**2)
        cepstrum[0] = 0
        return np.asarray(cepstrum)

    def warped(self, cepstra: Floats, factor: float) -> Floats:
        """Moves formants up by a factor: (n, 13) to (n, 13)."""
        front = self.acoustics.front_end
        place = np.arange(front.filters, dtype=np.float64)
        source = np.clip(front.place(front.centres_hz / factor), -0.5, front.filters - 0.5)
        logs = (cepstra + self.average) @ front.basis(source).T
        moved = logs @ (front.basis(place) * front.weights**2)
        return np.asarray(moved - self.average)


@cache
def _space(acoustics: Acoustics) -> _Space:
    return _Space(acoustics)


class Sampler:
    """Draws speakers and lets them speak; one seed gives one sequence of utterances."""

    def __init__(self, seed: int, acoustics: Acoustics | None = None, style: Style | None = None):
        """Reads the acoustic model, unless it is given.

        Args:
            seed: Of everything random.
            acoustics: The model; by default that of the installed pocketsphinx.
            style: How speakers differ.
        """
        self._rng = np.random.default_rng(seed)
        self._acoustics = acoustics or Acoustics.read()
        self._space = _space(self._acoustics)
        self._style = style or Style()

    def say(self, words: Sequence[str], speaker: Speaker | None = None) -> Samples:
        """Speaks once, in a voice of its own, (n_samples,) at 16 kHz.

        Args:
            words: Lower case; fillers, "[unk]", "[noise]" and "," (a pause) are understood.
            speaker: By default drawn.

        Raises:
            KeyError: A word has no pronunciation.
        """
        speaker = speaker or self.speaker()
        plan = self._plan(words)
        senones, owners, durations, phone_of = self._states(plan, speaker)
        cepstra, state_of = self._cepstra(senones, owners, durations, phone_of, speaker)
        source = self._source(plan, phone_of[state_of], state_of, speaker)
        sound = self._space.vocoder.speak(
            cepstra + self._space.average,
            self._detail(owners[state_of], speaker),
            source,
            speaker.channel_db,
            self._rng,
        )
        level = 10 ** (speaker.level_dbfs / 20) * 32768
        sound *= level / (math.sqrt(float(np.mean(sound**2))) + 1e-9)
        return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)

    def speaker(self) -> Speaker:
        """Draws a speaker."""
        return Speaker.sample(self._rng, self._style, len(self._acoustics.means))

    def _plan(self, words: Sequence[str]) -> Plan:
        rng = self._rng
        plan = Plan()
        plan.add(SILENCE, length=rng.uniform(0.4, 1.5))
        for place, word in enumerate(words):
            last = place == len(words) - 1
            if word == PAUSE:
                plan.add(SILENCE, length=rng.gamma(3, 0.35))
                continue
            if word in (NOISE, UNKNOWN):
                plan.add(str(rng.choice(_NOISES)), length=rng.uniform(0.5, 1.5))
                continue
            self._add_word(plan, word, last)
            if not last and rng.random() < 0.07:
                plan.add(SILENCE, length=rng.gamma(2, 0.25))
        plan.add(SILENCE, length=rng.uniform(0.4, 1.5))
        return plan

    def _add_word(self, plan: Plan, word: str, last: bool) -> None:
        rng = self._rng
        choices = load_lexicon()[word]
        usual = len(choices) == 1 or rng.random() < 0.7
        phones = choices[0 if usual else rng.integers(1, len(choices))]
        filler = word in FILLERS
        stressed = len(word) > 3 or rng.random() < 0.25
        vowels = [i for i, phone in enumerate(phones) if phone in _VOWELS]
        for i, phone in enumerate(phones):
            single, first, final = len(phones) == 1, i == 0, i == len(phones) - 1
            position = "single" if single else "begin" if first else "end" if final else "internal"
            accent = rng.uniform(0.4, 1) if stressed and vowels and i == vowels[0] else 0.0
            length = 1 + 0.15 * accent
            if not stressed:
                length *= 0.92
            if last and vowels and i >= vowels[-1]:
                length *= rng.uniform(1.2, 1.7)
            if filler:
                length *= rng.uniform(2, 4)
            plan.add(phone, position, length, accent)

    def _states(self, plan: Plan, speaker: Speaker) -> tuple[Ints, Ints, Ints, Ints]:
        """Senones, their codebooks, frames of each, and the phone of each: all (n_states,)."""
        model, rng = self._acoustics, self._rng
        names = [SILENCE, *plan.phones, SILENCE]
        senones = np.concatenate(
            [
                model.definitions.senones(phone, names[i], names[i + 2], plan.positions[i])
                for i, phone in enumerate(plan.phones)
            ]
        )
        mean = np.concatenate([1 / (1 - model.stay(phone)) for phone in plan.phones])
        count = len(plan.phones)
        factor = np.asarray(plan.lengths) * rng.gamma(9, 1 / 9, count)
        factor = factor * np.where(
            [p in (SILENCE, *_NOISES) for p in plan.phones], 1, 1 / speaker.rate
        )
        spent = mean * np.repeat(factor, STATES) * rng.gamma(8, 1 / 8, count * STATES)
        durations = np.maximum(np.floor(spent + rng.random(len(spent))), 1).astype(np.int64)
        owners = model.definitions.owners[senones]
        return senones, owners, durations, np.repeat(np.arange(count), STATES)

    def _cepstra(
        self, senones: Ints, owners: Ints, durations: Ints, phone_of: Ints, speaker: Speaker
    ) -> tuple[Floats, Ints]:
        """The trajectory, (n_frames, 13), and the state of each frame."""
        model, space, style, rng = self._acoustics, self._space, self._style, self._rng
        drift = style.drift * _walk(int(phone_of[-1]) + 1, CEPSTRA, 0.7, rng)[phone_of]
        spread = space.spread
        centres = space.moments[0][senones, 0]
        wanted = (
            space.warped(centres, speaker.warp)
            + (speaker.habit + speaker.own_habits[owners] + drift) * spread
        )
        offset = (model.means[owners, 0] - wanted[:, None]) / (spread * style.reach)
        logs = np.log(model.weights[senones, 0]) - 0.5 * (offset**2).sum(axis=2)
        statics = _pick(logs, rng)
        state_of = np.repeat(np.arange(len(senones)), durations)
        means, variances = (values[senones] for values in space.moments)
        means[:, 0] = model.means[owners, 0, statics]
        means[:, 0] += style.pull * (wanted - means[:, 0])
        variances[:, 0] = model.variances[owners, 0, statics]
        path, _ = draw(means[state_of], 1 / variances[state_of], rng)
        moves = self._moves(with_deltas(path), state_of, senones, owners)
        for stream in (1, 2):
            means[:, stream] = model.means[owners, stream, moves[stream - 1]]
            variances[:, stream] = model.variances[owners, stream, moves[stream - 1]]
        path, deviation = draw(means[state_of], 1 / variances[state_of], rng)
        usual_means, usual_variances = (values[senones[state_of], 0] for values in space.moments)
        goal = style.variance * (usual_means.var(axis=0) + usual_variances.mean(axis=0))
        middle = path.mean(axis=0)
        contrast = np.sqrt(style.share * goal / path.var(axis=0))
        path = middle + np.clip(contrast, 1, style.most) * (path - middle)
        deviation = _smooth(deviation, style.softness)
        lacking = np.maximum(goal - path.var(axis=0), 0) / deviation.var(axis=0)
        return path + np.sqrt(lacking) * deviation, state_of

    def _moves(self, features: Floats, state_of: Ints, senones: Ints, owners: Ints) -> list[Ints]:
        """Gaussians of both differences, (n_states,) each, that suit a trajectory."""
        model = self._acoustics
        starts = np.flatnonzero(np.diff(state_of, prepend=-1))
        counts = np.diff(np.append(starts, len(state_of)))[:, None]
        chosen = []
        for stream in (1, 2):
            first = np.add.reduceat(features[:, stream], starts) / counts
            second = np.add.reduceat(features[:, stream] ** 2, starts) / counts
            means = model.means[owners, stream]
            precision = 1 / model.variances[owners, stream]
            distance = (
                np.einsum("nd,nmd->nm", second, precision)
                - 2 * np.einsum("nd,nmd->nm", first, means * precision)
                + np.einsum("nmd,nmd->nm", means**2, precision)
            )
            logs = np.log(model.weights[senones, stream]) - 0.5 * distance
            chosen.append(_pick(logs + 0.5 * np.log(precision).sum(axis=2), self._rng))
        return chosen

    def _detail(self, owners: Ints, speaker: Speaker) -> Floats:
        """What is finer than cepstra, (n_frames, 10): a habit of each phone, and a slow walk.

        The model says nothing of it. Its cepstra deviate by about 1 at the highest order
        (unliftered) and a little less from order to order; so does this.
        """
        walk = _walk(len(owners), len(DETAIL), 0.92, self._rng)
        return (0.6 * _smooth(speaker.detail[owners], 5) + 0.8 * walk) * _DETAIL_SIZE

    def _source(self, plan: Plan, phone_of: Ints, state_of: Ints, speaker: Speaker) -> Source:
        rng = self._rng
        frames = len(state_of)
        table = np.array([_VOICING.get(phone, (0.0, 0.0, 0.0)) for phone in plan.phones])
        voicing = _smooth(table.reshape(-1)[state_of], 3)
        silent = np.array([phone == SILENCE for phone in plan.phones])
        closed = np.array([phone in _CLOSURES for phone in plan.phones])
        accents = _smooth(np.asarray(plan.accents)[phone_of], 15)
        phrase = np.cumsum(np.diff(silent[phone_of].astype(int), prepend=0) == 1)
        starts = np.flatnonzero(np.diff(phrase, prepend=-1))
        lengths = np.diff(np.append(starts, frames))
        through = (np.arange(frames) - np.repeat(starts, lengths)) / np.repeat(lengths, lengths)
        wander = _smooth(np.cumsum(rng.standard_normal(frames)) * 0.012, 9)
        wander -= wander.mean()
        log_pitch = speaker.liveliness * (1.2 - 2 * through + 1.8 * (accents - accents.mean()))
        log_pitch += np.clip(wander, -0.15, 0.15)
        edge = np.full(frames, speaker.edge_hz) * np.where(closed[phone_of], 0.6, 1.0)
        return Source(
            pitch_hz=np.clip(speaker.pitch_hz * np.exp(log_pitch), 60, 480),
            voicing=np.clip(voicing, 0, 1),
            edge_hz=_smooth(edge, 5),
            jitter=speaker.jitter,
        )


def _pick(log_weights: Floats, rng: np.random.Generator) -> Ints:
    """Draws one column of each row, (n,), by unnormalised log weights, (n, m)."""
    return np.asarray((log_weights + rng.gumbel(size=log_weights.shape)).argmax(axis=1))


def _walk(count: int, width: int, stay: float, rng: np.random.Generator) -> Floats:
    """Autoregressive walks of variance 1 with ``count`` steps each, (count, width)."""
    from scipy.signal import lfilter

    steps = rng.standard_normal((count, width))
    steps[1:] *= math.sqrt(1 - stay**2)
    return np.asarray(lfilter([1], [1, -stay], steps, axis=0))


def _smooth(values: Any, width: int) -> Floats:
    """Weighted moving average along the first axis, over an odd number of frames."""
    kernel = np.hanning(width + 2)[1:-1]
    values = np.asarray(values, np.float64)
    ends = [(width // 2, width // 2)] + [(0, 0)] * (values.ndim - 1)
    padded = np.pad(values, ends, mode="edge")
    share = kernel / kernel.sum()
    return np.asarray(sum(share[i] * padded[i : i + len(values)] for i in range(width)))
