"""The phones of the model, the states that they have in context, and their numbers.

Forty-one *base phones*: silence, an unknown or unspeakable sound, and the 39 phones of the CMU
dictionary without stress. In the decoding graph a phone also says where in a word it stands
(beginning, end, inside, alone), because Vosk finds words by that; the acoustic model does not
care. What it cares about is the phone before: a *left biphone*. Each biphone has one state, with
one output of the network for the frame that enters the state and one for those that stay in it,
as in the chain models of Povey et al. (Interspeech 2016). There is no tree of tied states: a rare
biphone shares what it learns with its phone inside the network (see `network.Network`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

SILENCE = "SIL"
SPOKEN_NOISE = "SPN"

BASE_PHONES = (
    SILENCE, SPOKEN_NOISE,
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH",
    "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH",
    "UW", "V", "W", "Y", "Z", "ZH",
)  # fmt: skip
BASE_COUNT = len(BASE_PHONES)
BASE_INDEX = {phone: index for index, phone in enumerate(BASE_PHONES)}
NONSPEECH_COUNT = 2  # silence and spoken noise lead the list
SILENCE_INDEX = BASE_INDEX[SILENCE]
SPOKEN_NOISE_INDEX = BASE_INDEX[SPOKEN_NOISE]

POSITIONS = ("B", "E", "I", "S")  # begins, ends, inside, single
PHONES = (
    "<eps>",
    *BASE_PHONES[:NONSPEECH_COUNT],
    *(f"{base}_{position}" for base in BASE_PHONES[NONSPEECH_COUNT:] for position in POSITIONS),
)
"""Every phone of the decoding graph, by its number; number 0 is the empty symbol."""
PHONE_INDEX = {phone: index for index, phone in enumerate(PHONES)}
PHONE_COUNT = len(PHONES) - 1

OUTPUT_COUNT = 2 * BASE_COUNT * BASE_COUNT
"""Outputs of the network: entering and staying, for each pair of phones."""


Lexicon: TypeAlias = Mapping[str, Sequence[Sequence[str]]]
"""Pronunciations of each word, in base phones."""


def base_of(phone: int) -> int:
    """Return the base phone of a phone of the graph (both as numbers)."""
    if phone <= NONSPEECH_COUNT:
        return phone - 1
    return NONSPEECH_COUNT + (phone - 1 - NONSPEECH_COUNT) // len(POSITIONS)


def in_positions(phones: Sequence[str]) -> list[int]:
    """Return a pronunciation as phones of the graph, each with its place in the word.

    Raises:
        KeyError: something is no base phone.
    """
    last = len(phones) - 1
    numbers = []
    for place, phone in enumerate(phones):
        if BASE_INDEX[phone] < NONSPEECH_COUNT:
            numbers.append(PHONE_INDEX[phone])
            continue
        position = "S" if last == 0 else "B" if place == 0 else "E" if place == last else "I"
        numbers.append(PHONE_INDEX[f"{phone}_{position}"])
    return numbers


def enter_output(before: int, base: int) -> int:
    """Return the output for the frame that enters a phone after another (base phones).

    Silence and spoken noise are the same after every phone: they use the slot after silence.
    """
    if base < NONSPEECH_COUNT:
        before = SILENCE_INDEX
    return 2 * (before * BASE_COUNT + base)


def stay_output(before: int, base: int) -> int:
    """Return the output for the further frames of a phone after another (base phones)."""
    return enter_output(before, base) + 1
