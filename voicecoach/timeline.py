"""Who spoke when, cut into strips for a page. Pure.

Owns: which stretches and moments are drawn, and where, in percent of a strip's width. Must not
touch: layout, colours, files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicecoach.events import (
    Event,
    FloorTaken,
    UtteranceFinished,
    UtteranceStarted,
    VoiceStarted,
    VoiceStopped,
)
from voicecoach.figures import milliseconds
from voicecoach.metrics import GATE_S
from voicecoach.replies import Reply

STRIP_S = 60.0
"""Seconds of one strip: long enough to see turns, short enough to see a gap of 300 ms."""

LABEL_WIDTH = 12.0
"""Room that the label of a gap takes, in percent of the strip; closer ones move up."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of speech, or the gap before a reply.

    Attributes:
        left: in percent of the strip's width.
        width: likewise.
        what: ``coach``, ``candidate``, ``gap`` or ``late`` (a gap beyond the gate).
        label: of a gap that begins here, else ''.
        raised: whether the label has to keep clear of the one before it.
    """

    left: float
    width: float
    what: str
    label: str = ""
    raised: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """A minute.

    Attributes:
        begin_s: of the minute, in seconds.
        bars: coach's and candidate's speech, then gaps.
        floors: moments at which the floor was taken, in percent.
        summary: the same in words, for those who do not see it.
    """

    begin_s: float
    bars: tuple[Bar, ...]
    floors: tuple[float, ...]
    summary: str


Stretch = tuple[float, float]


def strips(
    events: Sequence[Event], replies: Sequence[Reply], begin_s: float, end_s: float
) -> tuple[Strip, ...]:
    """Return the minutes between two moments in which something was said.

    Args:
        events: the whole session's.
        replies: likewise.
        begin_s: from this moment on.
        end_s: up to this one.
    """
    coach = _clip(_coach(events), begin_s, end_s)
    candidate = _clip(_candidate(events), begin_s, end_s)
    gaps = [r for r in replies if begin_s <= r.first_word_s <= end_s]
    floors = [e.at_s for e in events if isinstance(e, FloorTaken) and begin_s <= e.at_s <= end_s]
    made = []
    for index in range(math.ceil(max(0.0, end_s - begin_s) / STRIP_S)):
        first_s = begin_s + index * STRIP_S
        strip = _strip(coach, candidate, gaps, floors, first_s)
        if strip.bars:
            made.append(strip)
    return tuple(made)


def _coach(events: Sequence[Event]) -> list[Stretch]:
    """The coach's utterances; one that the log does not end is left out."""
    ends = {e.utterance_id: e.at_s for e in events if isinstance(e, UtteranceFinished)}
    begun = [e for e in events if isinstance(e, UtteranceStarted) and e.utterance_id in ends]
    return [(e.at_s, ends[e.utterance_id]) for e in begun]


def _candidate(events: Sequence[Event]) -> list[Stretch]:
    """The candidate's voice from pause to pause; one that the log does not end is left out."""
    found: list[Stretch] = []
    start_s: float | None = None
    for event in events:
        if isinstance(event, VoiceStarted):
            start_s = event.speech_start_s
        elif isinstance(event, VoiceStopped) and start_s is not None:
            found.append((start_s, event.speech_end_s))
            start_s = None
    return found


def _clip(stretches: Iterable[Stretch], begin_s: float, end_s: float) -> list[Stretch]:
    cut = [(max(a, begin_s), min(b, end_s)) for a, b in stretches]
    return [(a, b) for a, b in cut if a < b]


def _strip(
    coach: Sequence[Stretch],
    candidate: Sequence[Stretch],
    replies: Sequence[Reply],
    floors: Sequence[float],
    first_s: float,
) -> Strip:
    last_s = first_s + STRIP_S
    spoken = {
        "coach": _clip(coach, first_s, last_s),
        "candidate": _clip(candidate, first_s, last_s),
    }
    bars = [
        Bar(_percent(a - first_s), _percent(b - a), who)
        for who, stretches in spoken.items()
        for a, b in stretches
    ]
    gaps = _gaps(replies, first_s, last_s)
    return Strip(
        begin_s=first_s,
        bars=(*bars, *gaps),
        floors=tuple(_percent(f - first_s) for f in floors if first_s <= f < last_s),
        summary=_summary(spoken, gaps),
    )


def _gaps(replies: Sequence[Reply], first_s: float, last_s: float) -> list[Bar]:
    bars: list[Bar] = []
    labelled_at, raised = -LABEL_WIDTH, False
    for reply in replies:
        for begin_s, end_s in _clip([(reply.speech_end_s, reply.first_word_s)], first_s, last_s):
            left, label = _percent(begin_s - first_s), ""
            if begin_s == reply.speech_end_s:
                label = milliseconds(reply.ttfw_s)
                raised = left - labelled_at < LABEL_WIDTH and not raised
                labelled_at = left
            what = "gap" if reply.ttfw_s <= GATE_S else "late"
            bars.append(Bar(left, _percent(end_s - begin_s), what, label, raised))
    return bars


def _percent(seconds: float) -> float:
    return round(100.0 * seconds / STRIP_S, 3)


def _summary(spoken: dict[str, list[Stretch]], gaps: Sequence[Bar]) -> str:
    seconds = {who: sum(b - a for a, b in found) for who, found in spoken.items()}
    text = f"Interviewer speaks {seconds['coach']:.0f} s, you {seconds['candidate']:.0f} s"
    waits = [bar.label for bar in gaps if bar.label]
    return f"{text}; silence before the reply: {', '.join(waits)}" if waits else text
