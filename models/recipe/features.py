"""Sound to log-mel frames, as Vosk will see them, and cheap ways to make frames of another speaker.

Vosk computes MFCCs; the network is trained on the log-mel energies behind them, whose neighbours
resemble each other, so that they can be warped, masked and mixed. With as many cepstra as bands the
one is a linear map of the other (`mfcc_matrix`), and the exported network undoes it.

Shapes: N frames (100 a second), 40 bands from 20 to 7600 Hz, natural logarithms of energies of
samples that count from -32768 to 32767.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import kaldi_native_fbank
import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from models.recipe.network import BANDS
from models.recipe.spoil import spoil
from voicecoach.audio.format import RATE_HZ

LOW_HZ = 20.0
HIGH_HZ = -400.0  # counted down from half the rate: 7600 Hz
LIFTER = 22.0

Frames = NDArray[np.float32]


def _set_up(options: Any) -> None:
    options.frame_opts.samp_freq = RATE_HZ
    options.frame_opts.dither = 0.0
    options.mel_opts.num_bins = BANDS
    options.mel_opts.low_freq = LOW_HZ
    options.mel_opts.high_freq = HIGH_HZ
    options.use_energy = False


def _compute(computer: Any, samples: NDArray[np.int16]) -> Frames:
    computer.accept_waveform(RATE_HZ, samples.astype(np.float32))
    computer.input_finished()
    ready: int = computer.num_frames_ready
    if not ready:
        return np.zeros((0, BANDS), np.float32)
    return np.stack([computer.get_frame(i) for i in range(ready)])


def log_mel(samples: NDArray[np.int16]) -> Frames:
    """Return the log-mel energies (N, 40) of some sound at 16 kHz."""
    options = kaldi_native_fbank.FbankOptions()
    _set_up(options)
    return _compute(kaldi_native_fbank.OnlineFbank(options), samples)


def mfcc(samples: NDArray[np.int16]) -> Frames:
    """Return the MFCCs (N, 40) of some sound at 16 kHz, as Vosk computes them."""
    options = kaldi_native_fbank.MfccOptions()
    _set_up(options)
    options.num_ceps = BANDS
    return _compute(kaldi_native_fbank.OnlineMfcc(options), samples)


def mfcc_matrix() -> NDArray[np.float64]:
    """Return the map (40, 40) from log-mel energies to MFCCs: a cosine transform and a lifter.

    The type II transform with orthonormal rows, and Kaldi's lifter 1 + L/2 sin(pi i / L), L = 22.
    """
    order = np.arange(BANDS)[:, None]
    cosines = np.sqrt(2 / BANDS) * np.cos(np.pi / BANDS * (np.arange(BANDS) + 0.5) * order)
    cosines[0] = np.sqrt(1 / BANDS)
    lifter = 1 + 0.5 * LIFTER * np.sin(np.pi * np.arange(BANDS) / LIFTER)
    return np.asarray(lifter[:, None] * cosines)


# --- the stage: a copy of the speech as it is, and copies made worse ---


@dataclass(frozen=True)
class Utterance:
    """One line of the speech stage's manifest.

    Attributes:
        name: of the sound file, without its ending.
        voice: who speaks.
        words: what is said.
    """

    name: str
    voice: str
    words: tuple[str, ...]


def read_manifest(path: Path) -> list[Utterance]:
    """Return the utterances that have been synthesised."""
    lines = path.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [Utterance(row[0], row[1], tuple(row[2].split())) for row in rows]


def _extract(folder: Path, copy: int, seed: int, numbered: tuple[int, str]) -> NDArray[np.float16]:
    number, name = numbered
    samples, rate_hz = soundfile.read(folder / f"{name}.wav", dtype="int16")
    assert rate_hz == RATE_HZ, name
    if copy:
        samples = spoil(samples, np.random.default_rng([seed, copy, number]))
    return log_mel(samples).astype(np.float16)


def extract_copy(
    names: Sequence[str], speech: Path, out: Path, copy: int, seed: int, workers: int
) -> float:
    """Write the frames of all utterances into one file, and return how many hours they are.

    Args:
        names: of the utterances.
        speech: folder of their sound.
        out: file to write: ``frames`` (all, one after another) and ``lengths`` (of each).
        copy: 0 for the sound as it is, more for a copy that is made worse in its own way.
        seed: of what is drawn.
        workers: processes.
    """
    task = partial(_extract, speech, copy, seed)
    with ProcessPoolExecutor(workers) as pool:
        frames = list(pool.map(task, enumerate(names), chunksize=64))
    lengths = np.array([len(f) for f in frames], np.int32)
    unfinished = out.with_suffix(".part.npz")
    np.savez(unfinished, frames=np.concatenate(frames), lengths=lengths)
    unfinished.replace(out)
    return float(lengths.sum()) / 360_000


class FrameStore:
    """The frames of one copy of the speech.

    Args:
        path: what `extract_copy` wrote.
    """

    def __init__(self, path: Path) -> None:
        with np.load(path) as content:
            self._frames = torch.from_numpy(content["frames"])
            self.lengths: NDArray[np.int32] = content["lengths"]
        self._ends = np.cumsum(self.lengths)

    def __getitem__(self, number: int) -> torch.Tensor:
        """Return the frames (N, 40) of an utterance."""
        end = int(self._ends[number])
        return self._frames[end - int(self.lengths[number]) : end].float()

    def sample(self, utterances: int) -> Iterator[torch.Tensor]:
        """Yield the frames of some utterances, spread evenly."""
        for number in np.linspace(0, len(self.lengths) - 1, utterances).astype(int):
            yield self[number]


# --- variation while training: no two passes hear the same ---


@dataclass(frozen=True)
class Variation:
    """How far frames are changed, each time anew.

    Attributes:
        warp: vocal tracts shorter or longer by up to this share.
        tempo: speech faster or slower by up to this share.
        tilt_db: deviation of a smooth random equaliser, at each of five frequencies.
        gain_db: deviation of the loudness.
        noise_share: share of the utterances that get noise.
        gated_share: share whose pauses become digital silence, as a noise gate leaves them.
        bands_masked: widest stretch of bands that is hidden, twice an utterance.
        frames_masked: longest stretch of frames that is hidden, every other second.
    """

    warp: float = 0.15
    tempo: float = 0.15
    tilt_db: float = 4.0
    gain_db: float = 6.0
    noise_share: float = 0.6
    gated_share: float = 0.25
    bands_masked: int = 7
    frames_masked: int = 12


DECIBEL = float(np.log(10) / 10)
"""One decibel of energy in natural logarithms."""

DIGITAL_SILENCE = float(np.log(np.finfo(np.float32).eps))
"""The log-mel energy of samples that are zero: Kaldi's floor."""


def _mel(hertz: torch.Tensor) -> torch.Tensor:
    return 1127.0 * torch.log1p(hertz / 700.0)


def _warped_bands(factors: torch.Tensor) -> torch.Tensor:
    """Return matrices (B, 40, 40) that move formants by factors (B,): 1.1 is a shorter tract."""
    top = RATE_HZ / 2 + HIGH_HZ
    edges = torch.linspace(
        float(_mel(torch.tensor(LOW_HZ))), float(_mel(torch.tensor(top))), BANDS + 2
    )
    centres = 700.0 * torch.expm1(edges[1:-1] / 1127.0)
    sources = _mel((centres[None] / factors[:, None]).clamp(LOW_HZ, top))
    places = ((sources - edges[1]) / (edges[1] - edges[0])).clamp(0, BANDS - 1)
    distance = (places[:, :, None] - torch.arange(BANDS)[None, None]).abs()
    return (1 - distance).clamp_min(0)


def change_tempo(frames: torch.Tensor, factor: float) -> torch.Tensor:
    """Return frames (N, 40) of the same speech at another tempo: 1.1 is faster."""
    wanted = max(1, round(len(frames) / factor))
    places = torch.linspace(0, len(frames) - 1, wanted)
    lower = places.long()
    share = (places - lower)[:, None]
    return torch.lerp(frames[lower], frames[(lower + 1).clamp_max(len(frames) - 1)], share)


def vary(
    frames: torch.Tensor, variation: Variation, rng: np.random.Generator, strength: float
) -> torch.Tensor:
    """Return a batch as other speakers in other rooms would have said it.

    Args:
        frames: (B, N, 40).
        variation: how far.
        rng: what draws.
        strength: 0 for nothing to 1 for all of it.
    """
    batch, length, _ = frames.shape
    draw = torch.Generator().manual_seed(int(rng.integers(2**62)))

    def uniform(*size: int) -> torch.Tensor:
        return torch.rand(*size, generator=draw) * 2 - 1

    def normal(*size: int) -> torch.Tensor:
        return torch.randn(*size, generator=draw)

    def curve(deviation_db: float) -> torch.Tensor:
        knots = normal(batch, 1, 5) * deviation_db * DECIBEL
        return torch.nn.functional.interpolate(knots, size=BANDS, mode="linear", align_corners=True)

    warps = 1 + strength * variation.warp * uniform(batch)
    out = torch.bmm(frames, _warped_bands(warps).transpose(1, 2))
    out = out + strength * curve(variation.tilt_db)
    out = out + strength * variation.gain_db * DECIBEL * normal(batch, 1, 1)
    # Noise adds energy: under a floor of its own colour, everything is covered.
    speech_level = out.mean(2).quantile(0.9, dim=1)[:, None, None]
    below_db = 8 + 32 * torch.rand(batch, 1, 1, generator=draw)
    noise = speech_level - below_db * DECIBEL + curve(6.0) + 0.7 * normal(batch, length, BANDS)
    noisy = torch.rand(batch, 1, 1, generator=draw) < strength * variation.noise_share
    out = torch.where(noisy, torch.logaddexp(out, noise), out)
    # A noise gate: what is well below the speech is not quiet but nothing at all.
    threshold = speech_level - (20 + 20 * torch.rand(batch, 1, 1, generator=draw)) * DECIBEL
    gated = torch.rand(batch, 1, 1, generator=draw) < strength * variation.gated_share
    quiet = out.mean(2, keepdim=True) < threshold
    out = torch.where(gated & quiet, torch.tensor(DIGITAL_SILENCE), out)
    # Masks, as in SpecAugment (Park et al., Interspeech 2019).
    filler = out.mean((1, 2))
    for row in range(batch):
        for _ in range(2):
            width = round(strength * int(rng.integers(variation.bands_masked + 1)))
            start = int(rng.integers(BANDS - width + 1))
            out[row, :, start : start + width] = filler[row]
        for _ in range(length // 200):
            width = round(strength * int(rng.integers(variation.frames_masked + 1)))
            start = int(rng.integers(max(1, length - width)))
            out[row, start : start + width] = filler[row]
    return out
