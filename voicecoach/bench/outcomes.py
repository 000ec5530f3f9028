"""What became of each recording that was spoken, held against the recording itself. Pure.

Owns: what is true of a turn when one knows what was said in it. A session alone never knows for
sure whether the candidate would have gone on; here it is known, to the sample.

The words are those of `voicecoach.events` and `voicecoach.replies`. *Speech end* is the last sample
of the recording above −40 dBFS, so that a voice detector that is late, or early, shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.events import Acknowledged, Event, FloorTaken, Span, UtteranceStarted

PAUSE_S = 0.4
"""A silence within a recording that lasts so long is a pause for thought."""

SHORT_S = 5.0
"""Commands, "yes" and one short sentence last no longer than this."""

_SETTLED_S = 0.1
"""A floor that is taken so shortly before the last sound, a breath or the room, cuts nothing."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording of the candidate's as it was spoken, on the session's clock.

    Attributes:
        name: of its file.
        kind: ``command``, ``reply`` (to a follow-up) or ``answer`` (to a question).
        start_s: its first sample above −40 dBFS.
        end_s: its last one.
        pauses: silences of at least `PAUSE_S` between them.
    """

    name: str
    kind: str
    start_s: float
    end_s: float
    pauses: tuple[Span, ...]

    @property
    def short(self) -> bool:
        """Whether a listener would expect the reply at once."""
        return self.end_s - self.start_s <= SHORT_S


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the coach did about one of them.

    Attributes:
        spoken: the recording.
        cut_pauses: in how many of its pauses the floor was taken.
        cut_in: whether the floor was taken before its end, in a pause or not.
        over_speech: acknowledgements that sounded while the candidate spoke.
        acknowledgements: how many there were until the reply.
        acknowledged: whether the first word after its end was an acknowledgement.
        ttfw_s: speech end to first word; None where the turn was cut, or not replied to.
        floor_s: speech end to floor taken, likewise.
        speech_end_error_s: how much later than the truth the voice detector has the speech end.
    """

    spoken: Spoken
    cut_pauses: int
    cut_in: bool
    over_speech: int
    acknowledgements: int
    acknowledged: bool
    ttfw_s: float | None
    floor_s: float | None
    speech_end_error_s: float | None

    @property
    def answered(self) -> bool:
        """Whether a first word was heard after it."""
        return self.ttfw_s is not None


def outcomes(events: Sequence[Event], spoken: Sequence[Spoken]) -> tuple[Outcome, ...]:
    """Return what became of each recording, in their order."""
    until = [*(s.start_s for s in spoken), float("inf")][1:]
    return tuple(_outcome(events, one, end_s) for one, end_s in zip(spoken, until, strict=True))


def _outcome(events: Sequence[Event], spoken: Spoken, until_s: float) -> Outcome:
    """Return what happened from a recording's start up to the next one's."""
    floors = [e for e in events if isinstance(e, FloorTaken) and spoken.start_s < e.at_s < until_s]
    early = [f for f in floors if f.at_s < spoken.end_s - _SETTLED_S]
    said = [
        e for e in events if isinstance(e, Acknowledged) and spoken.start_s < e.start_s < until_s
    ]
    words = [
        e.at_s
        for e in events
        if isinstance(e, UtteranceStarted)
        and e.purpose != "nudge"
        and spoken.end_s <= e.at_s < until_s
    ]
    due = next((f for f in floors if f not in early), None)
    before = [e.start_s for e in said if e.start_s >= spoken.end_s]
    first_s = min([*words, *before], default=None)
    heard = first_s is not None and due is not None and not early
    return Outcome(
        spoken=spoken,
        cut_pauses=len({_pause(spoken, f.at_s) for f in early} - {None}),
        cut_in=bool(early),
        over_speech=sum(_over_speech(spoken, e) for e in said),
        acknowledgements=len(said),
        acknowledged=heard and bool(before) and min(before) == first_s,
        ttfw_s=round(first_s - spoken.end_s, 6) if heard and first_s is not None else None,
        floor_s=round(due.at_s - spoken.end_s, 6) if due is not None and not early else None,
        speech_end_error_s=(
            round(due.speech_end_s - spoken.end_s, 6) if due is not None and not early else None
        ),
    )


def _pause(spoken: Spoken, at_s: float) -> Span | None:
    """Return the pause in which something happened, or that was just over then."""
    return next((p for p in reversed(spoken.pauses) if p[0] <= at_s), None)


def _over_speech(spoken: Spoken, said: Acknowledged) -> bool:
    """Whether an acknowledgement and the candidate's voice sounded together."""
    if said.start_s >= spoken.end_s:
        return False
    return not any(a <= said.start_s and said.end_s <= b for a, b in spoken.pauses)
