"""An experiment on oneself: by lot, some replies come later. What was drawn, what followed. Pure.

Owns: how lots are drawn, which turns can be compared, and what is measured on the answer after
each. Must not touch: clocks, files, statistics (`voicecoach.experiment_effects`).

Lots are drawn by turn, for the reply to it. What a delay may change is what the candidate does
next: how long the next answer is, how soon it begins and whether it comes at all, how it is rated.
A turn counts where an answer was called for: not before a farewell, nor after "pause".
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from voicecoach.events import (
    AnswerScored,
    DelayAssigned,
    Event,
    FloorTaken,
    SilenceNoticed,
    TurnTaken,
    UtteranceFinished,
    UtteranceStarted,
)

LONGEST_DELAY_S = 2.0
"""A longer one would be taken for a fault."""

FINEST_SHARE = 20
"""Shares are rounded to a fraction whose denominator is at most this."""

_SHORTEST_BLOCK = 4
"""Lots are drawn in blocks that hold the exact share; two in a block could be guessed."""

GIVING_UP = frozenset({"skip", "next", "stop"})
"""Commands by which no answer comes."""


@dataclass(frozen=True, slots=True)
class Design:
    """What is tried out.

    Attributes:
        name: of the experiment.
        delay_s: added before the reply's first word.
        share: of the turns whose reply is delayed, above 0 and below 1.
        seed: of the lots.
    """

    name: str
    delay_s: float
    share: float
    seed: int

    def is_delayed(self, number: int) -> bool:
        """Return what was drawn for a turn, counted from 0 through all sessions.

        Lots are drawn without replacement in blocks, so that few turns are balanced, too.
        """
        share = Fraction(self.share).limit_denominator(FINEST_SHARE)
        times = -(-_SHORTEST_BLOCK // share.denominator)
        length, delayed = share.denominator * times, share.numerator * times
        block, place = divmod(number, length)
        lots = random.Random(f"{self.seed}/{block}").sample(range(length), delayed)
        return place in lots


class Lots:
    """Draws for one turn after the other; what `voicecoach.runtime.Parts` takes as `delay_for`.

    Args:
        design: of the experiment.
        first: number of the first turn: how many the sessions before had.
    """

    def __init__(self, design: Design, first: int = 0) -> None:
        self._design = design
        self._next = first

    def __call__(self, at_s: float, utterance_id: str) -> DelayAssigned:
        """Draw for the reply that begins with this utterance."""
        number, self._next = self._next, self._next + 1
        delay_s = self._design.delay_s if self._design.is_delayed(number) else 0.0
        return DelayAssigned(at_s, utterance_id, self._design.name, number, delay_s)


@dataclass(frozen=True, slots=True)
class Observation:
    """A turn, what was drawn for the reply to it, and what the candidate did next.

    Attributes:
        session: its number among the experiment's sessions.
        number: of the turn.
        delay_s: that was added.
        latency_s: from the floor taken to the reply's first word, as it was heard.
        answered: whether an answer came; None where a command came that gives nothing up.
        began_s: from the coach's last word to the candidate's first; below 0 for one who did not
            wait; None where none came.
        words: of the next answer, None where none came or nothing was understood.
        rating: of the next answer, None where it was not rated.
    """

    session: int
    number: int
    delay_s: float
    latency_s: float
    answered: bool | None
    began_s: float | None
    words: int | None
    rating: float | None

    @property
    def delayed(self) -> bool:
        """Whether the reply was delayed."""
        return self.delay_s > 0.0


def observe(sessions: Sequence[Sequence[Event]], name: str) -> tuple[Observation, ...]:
    """Return the turns of an experiment that can be compared.

    Args:
        sessions: events of each, in their order.
        name: of the experiment; lots of others are no concern.
    """
    return tuple(
        found
        for number, events in enumerate(sessions)
        for index, event in enumerate(events)
        if isinstance(event, DelayAssigned) and event.experiment == name
        for found in [_after(events, index, event, number)]
        if found is not None
    )


def _after(
    events: Sequence[Event], index: int, lot: DelayAssigned, session: int
) -> Observation | None:
    """Return what followed a reply; None where nothing was to follow or the log breaks off."""
    floor, command = _turn_before(events, index)
    later = _until_next_lot(events[index + 1 :])
    said = [e for e in later if isinstance(e, UtteranceStarted) and e.purpose != "nudge"]
    first = next((e for e in said if e.utterance_id == lot.utterance_id), None)
    if floor is None or first is None or command == "pause":
        return None
    if any(e.purpose == "closing" for e in said):
        return None
    turn = next((e for e in later if isinstance(e, TurnTaken)), None)
    if turn is None and not any(isinstance(e, SilenceNoticed) for e in later):
        return None
    ids = {e.utterance_id for e in said}
    ends = [e.at_s for e in later if isinstance(e, UtteranceFinished) and e.utterance_id in ids]
    return Observation(
        session=session,
        number=lot.number,
        delay_s=lot.delay_s,
        latency_s=round(first.at_s - floor.at_s, 6),
        answered=_answered(turn),
        began_s=_began_s(later, ends),
        words=len(turn.words) if turn and turn.kind == "answer" else None,
        rating=_rating(later, turn),
    )


def _turn_before(events: Sequence[Event], index: int) -> tuple[FloorTaken | None, str]:
    """Return the turn that a reply answers, and its command."""
    command = ""
    for event in reversed(events[:index]):
        if isinstance(event, TurnTaken):
            command = event.command
        elif isinstance(event, FloorTaken):
            return event, command
    return None, ""


def _until_next_lot(events: Sequence[Event]) -> list[Event]:
    """Return the events up to the next reply."""
    found: list[Event] = []
    for event in events:
        if isinstance(event, DelayAssigned):
            break
        found.append(event)
    return found


def _answered(turn: TurnTaken | None) -> bool | None:
    if turn is None or turn.command in GIVING_UP:
        return False
    return None if turn.kind == "command" else True


def _began_s(later: Sequence[Event], ends: Sequence[float]) -> float | None:
    floor = next((e for e in later if isinstance(e, FloorTaken)), None)
    if floor is None or not floor.voice or not ends:
        return None
    return round(floor.voice[0][0] - ends[-1], 3)


def _rating(later: Sequence[Event], turn: TurnTaken | None) -> float | None:
    """Return the rating of the next answer alone, without what was said before."""
    for event in later:
        if turn is not None and isinstance(event, AnswerScored) and not event.with_replies:
            overall = event.score.get("overall")
            if event.task_id == turn.task_id and isinstance(overall, (int, float)):
                return float(overall)
    return None
