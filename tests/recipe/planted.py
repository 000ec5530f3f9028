"""A network that was never trained, yet hears: every phone is a tone, and each layer is planted.

Ten words are "spoken" as sequences of tones, one for each phone. The network looks for the tones.
It has a layer of every kind, each of them needed, and refuses every phone after a neighbour that
the words do not give it; so words come out only if Kaldi reads every part of the file as it was
meant, and the graph asks for the right outputs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.recipe.features import mfcc_matrix
from models.recipe.nnet3 import INPUT, Affine, Layer, Relu, ScaleOffset, Sum
from models.recipe.phones import (
    BASE_INDEX,
    OUTPUT_COUNT,
    SILENCE,
    SPOKEN_NOISE,
    enter_output,
    stay_output,
)

RATE_HZ = 16_000
BANDS = 40
PHONE_S = 0.12
PAUSE_S = 0.3

LEXICON = {
    "yes": [["Y", "EH", "S"]],
    "no": [["N", "OW"]],
    "know": [["N", "OW"]],
    "see": [["S", "IY"]],
    "sea": [["S", "IY"]],
    "eat": [["IY", "T"]],
    "a": [["AH"], ["EY"]],
    "nest": [["N", "EH", "S", "T"]],
    "tease": [["T", "IY", "Z"]],
    "stay": [["S", "T", "EY"]],
    "[unk]": [["SPN"]],
}
WORDS = tuple(LEXICON)

TONES = {
    phone: band
    for band, phone in enumerate(["SPN", "Y", "EH", "S", "N", "OW", "IY", "T", "AH", "EY", "Z"], 7)
}
"""Band of each phone's tone, every other one from the eighth."""

REFUSED = -40.0


def band_hz(band: int) -> float:
    """Return the middle of a band: 40 of equal width in mel from 20 to 7600 Hz."""
    low, high = (1127 * math.log1p(hertz / 700) for hertz in (20, 7600))
    return 700 * math.expm1((low + (band + 1) * (high - low) / (BANDS + 1)) / 1127)


def speak(phones: Sequence[str], seed: int = 1) -> NDArray[np.int16]:
    """Return phones as tones; silence is faint noise."""
    rng = np.random.default_rng(seed)
    pieces = [np.zeros(round(PAUSE_S * RATE_HZ))]
    for phone in [*phones, SILENCE]:
        seconds = np.arange(round((PAUSE_S if phone == SILENCE else PHONE_S) * RATE_HZ)) / RATE_HZ
        if phone == SILENCE:
            pieces.append(0.0 * seconds)
        else:
            pieces.append(6000 * np.sin(2 * np.pi * band_hz(_band(phone)) * seconds))
    sound = np.concatenate(pieces)
    return np.rint(sound + rng.normal(0, 3, len(sound))).astype(np.int16)


def _band(phone: str) -> int:
    return 2 * TONES[phone] - 8


def network(pairs: set[tuple[str, str]]) -> list[Layer]:
    """Return the layers, from MFCCs to outputs.

    Args:
        pairs: base phones and what may precede them: (before, phone).
    """
    to_log_mel = np.linalg.inv(mfcc_matrix())
    found = len(TONES)
    pick = np.zeros((found, BANDS))
    for row, phone in enumerate(TONES):
        pick[row, _band(phone)] = 1.0
    # How far a tone stands above what noise gives; a phone's tone is near 20, noise below 10.
    squeeze = np.hstack([pick / 3, pick / 3, pick / 3])
    widen = np.vstack([np.eye(found), np.zeros((1, found))])
    bias = np.append(np.full(found, -13.0), 1.5)  # the last: silence, always faintly there
    size = found + 1
    return [
        Affine("log_mel", INPUT, to_log_mel, np.zeros(BANDS), compressed=False),
        Affine("squeeze", "log_mel", squeeze, None, (-1, 0, 1)),
        Affine("widen", "squeeze", widen, bias),
        Relu("relu", "widen"),
        # Half of it, twice the offset taken off and put back: a planted normalisation.
        ScaleOffset("norm", "relu", np.full(size, 0.5), np.arange(size) / 10),
        Affine("near", "norm", np.hstack([np.eye(size), np.eye(size)]), None, (-3, 3)),
        Sum("both", (("near", 0.25), ("norm", 1.5))),
        _outputs(pairs, size),
    ]


def _outputs(pairs: set[tuple[str, str]], size: int) -> Affine:
    """Return the last layer: a phone's score for each pair that is allowed."""
    weight, bias = np.zeros((OUTPUT_COUNT, size)), np.full(OUTPUT_COUNT, REFUSED)
    offsets = np.arange(size) / 10 * 2.0  # what the offsets of `norm` have become by now
    sources = {phone: row for row, phone in enumerate(TONES)} | {SILENCE: size - 1}
    allowed = pairs | {(SILENCE, SILENCE), (SILENCE, SPOKEN_NOISE)}
    for before, phone in allowed:
        for output in (enter_output, stay_output):
            number = output(BASE_INDEX[before], BASE_INDEX[phone])
            weight[number, sources[phone]] = 1.0
            bias[number] = -offsets[sources[phone]]
    return Affine("outputs", "both", weight, bias)


def pairs_of(phones: Sequence[str]) -> set[tuple[str, str]]:
    """Return which phone precedes which in some speech, with silence before, after and between."""
    heard = [SILENCE, *phones, SILENCE]
    return set(pairwise(heard))
