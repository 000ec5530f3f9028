"""The transitions of the acoustic model: what Kaldi numbers and the decoding graph speaks of.

Kaldi's transition model lists a *transition state* for every phone in every context that has
outputs of its own: here for each phone of the graph after each base phone. Such a state has two
transitions: staying (the self-loop) and leaving. Their numbers, the *transition ids*, are the input
labels of the decoding graph. Kaldi calls the transition that enters the next state after
this one "forward"; its graphs put it before the self-loop, and so do ours.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from models.recipe.phones import (
    BASE_COUNT,
    NONSPEECH_COUNT,
    PHONE_COUNT,
    SILENCE_INDEX,
    base_of,
    enter_output,
    stay_output,
)


class TransitionState(NamedTuple):
    """A phone in a context, as Kaldi orders them.

    Attributes:
        phone: number of the phone of the graph.
        enter: output of the network for the frame that enters it.
        stay: output of the network for its further frames.
    """

    phone: int
    enter: int
    stay: int


@cache
def transition_states() -> tuple[TransitionState, ...]:
    """Return every transition state in Kaldi's order; its number is its place plus one."""
    return tuple(
        sorted(
            TransitionState(phone, enter_output(before, base), stay_output(before, base))
            for phone in range(1, PHONE_COUNT + 1)
            for base in [base_of(phone)]
            for before in (range(BASE_COUNT) if base >= NONSPEECH_COUNT else [SILENCE_INDEX])
        )
    )


@cache
def _numbers() -> dict[TransitionState, int]:
    return {state: number for number, state in enumerate(transition_states(), start=1)}


def transition_state(phone: int, before: int) -> int:
    """Return the number of the state of a phone of the graph after a base phone."""
    base = base_of(phone)
    return _numbers()[TransitionState(phone, enter_output(before, base), stay_output(before, base))]


def staying(state: int) -> int:
    """Return the transition id of the self-loop of a state."""
    return 2 * state - 1


def entering(state: int) -> int:
    """Return the transition id that consumes the first frame of a state."""
    return 2 * state


def state_of(transition_id: int) -> TransitionState:
    """Return the state that a transition id belongs to."""
    return transition_states()[(transition_id - 1) // 2]


def transition_count() -> int:
    """How many transition ids there are; they begin with 1."""
    return 2 * len(transition_states())


def mark_id(mark: int) -> int:
    """Return the id, above all transition ids, of a mark of the graph: 1, 2, ...

    Marks tell words of equal sound apart; Vosk takes them out of the graph while decoding.
    """
    return transition_count() + mark
