"""The coach's replies in a log of events: when each was due, and when it was heard. Pure.

Owns: what a reply is, the parts of its latency, and what counts as going on. Must not touch:
clocks, files, devices. The words are those of `voicecoach.events`:

Reply
    The first `UtteranceStarted` after a `FloorTaken`, with no other `FloorTaken` between. A nudge
    answers silence and not a turn: with it the turn counts as not replied to. What is said before
    the candidate has spoken (a greeting, the question) is no reply and has no time to first word.
Time to first word (TTFW)
    First word − the turn's speech end: the silence that the candidate hears. Where an
    acknowledgement was heard in it, that was the first word. Not known where answers are typed.
Floor delay
    Floor taken − speech end: the patience of the turn policy, a part of the TTFW.
Response latency
    The reply's own first word − floor taken: the machine's share, with what an experiment adds. Its
    parts follow each other and add up to it:
    *recognition* until the turn's last words were final (0 where they were before the floor was
    taken), *decision* until the dialogue had decided what to say, *synthesis* until the sound was
    handed to the output, *output* until the first word left the device.
False cut-in
    A reply during which the candidate goes on: the candidate's voice starts between the speech end
    and one second after the reply's first word, before the reply has ended. Voice whose words turn
    out to be none, or the coach's own (the microphone hears the loudspeaker), is no candidate.
Acknowledgement over speech
    One during which the candidate's voice starts, or that fell silent for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.events import (
    Acknowledged,
    Event,
    FloorTaken,
    SegmentTranscribed,
    TurnTaken,
    UtteranceFinished,
    UtteranceReady,
    UtteranceStarted,
    VoiceStarted,
)

CUT_IN_WINDOW_S = 1.0
"""Voice that starts later than this after the reply's first word is an interruption of the coach,
not the rest of a turn."""

ECHO_SHARE = 0.6
"""Share of a stretch's words that are in what the coach is saying from which it is an echo."""

PARTS = ("recognition", "decision", "synthesis", "output")
"""Of the response latency, in their order."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A turn of the candidate's and the first word of the coach's reply to it.

    Attributes:
        speech_end_s: end of the turn's last voiced frame.
        floor_s: when the floor was taken.
        first_word_s: when the reply was first heard.
        acknowledged_s: when an acknowledgement before it was heard; None without one.
        end_s: when that utterance ended; infinity where the log does not tell.
        turn_kind: ``answer``, ``command`` or ``unclear``, '' where the turn was not noted.
        task_id: the task that was open, '' likewise.
        words: how many the turn had.
        rule: by which the floor was taken.
        text: of the reply's first utterance.
        parts_s: length of each of `PARTS`, in seconds; None where the log does not tell.
        cut_in: whether the candidate went on.
    """

    speech_end_s: float
    floor_s: float
    first_word_s: float
    end_s: float
    acknowledged_s: float | None
    turn_kind: str
    task_id: str
    words: int
    rule: str
    text: str
    parts_s: tuple[float, ...] | None
    cut_in: bool

    @property
    def ttfw_s(self) -> float:
        """Time to first word in seconds."""
        heard_s = self.first_word_s if self.acknowledged_s is None else self.acknowledged_s
        return _between(self.speech_end_s, heard_s)

    @property
    def floor_delay_s(self) -> float:
        """Speech end to floor taken, in seconds."""
        return _between(self.speech_end_s, self.floor_s)

    @property
    def latency_s(self) -> float:
        """Response latency in seconds."""
        return _between(self.floor_s, self.first_word_s)


def _between(begin_s: float, end_s: float) -> float:
    """To the microsecond: 1.3 − 1.0 is 0.30000000000000004, which is not beyond the gate."""
    return round(end_s - begin_s, 6)


def replies(events: Sequence[Event]) -> tuple[Reply, ...]:
    """Return the replies of a session, in their order."""
    ready = {e.utterance_id: e for e in events if isinstance(e, UtteranceReady)}
    ends = {e.utterance_id: e.at_s for e in events if isinstance(e, UtteranceFinished)}
    said = [e.start_s for e in events if isinstance(e, Acknowledged)]
    voices = _voices(events)
    found: list[Reply] = []
    floor: FloorTaken | None = None
    turn: TurnTaken | None = None
    final_s = 0.0
    for event in events:
        if isinstance(event, FloorTaken):
            floor, turn, final_s = event, None, event.at_s
        elif floor is None:
            continue
        elif isinstance(event, TurnTaken):
            turn = event
        elif isinstance(event, SegmentTranscribed) and event.words:
            final_s = event.at_s
        elif isinstance(event, UtteranceStarted):
            if event.purpose != "nudge":
                end_s = ends.get(event.utterance_id, float("inf"))
                parts = _parts(floor, final_s, ready.get(event.utterance_id), event.at_s)
                cut_in = any(_goes_on(voice, floor, event, end_s) for voice in voices)
                before = [s for s in said if floor.speech_end_s <= s < event.at_s]
                found.append(
                    Reply(
                        speech_end_s=floor.speech_end_s,
                        floor_s=floor.at_s,
                        first_word_s=event.at_s,
                        end_s=end_s,
                        acknowledged_s=min(before, default=None),
                        turn_kind=turn.kind if turn else "",
                        task_id=turn.task_id if turn else "",
                        words=len(floor.words),
                        rule=floor.rule,
                        text=event.text,
                        parts_s=parts,
                        cut_in=cut_in,
                    )
                )
            floor = None
    return tuple(found)


def _parts(
    floor: FloorTaken, final_s: float, ready: UtteranceReady | None, first_word_s: float
) -> tuple[float, ...] | None:
    """Lengths of the parts: moments before the part's begin or after the first word are cut."""
    if ready is None:
        return None
    lengths = []
    begin_s = floor.at_s
    for moment_s in (final_s, ready.decided_s, ready.at_s, first_word_s):
        end_s = max(begin_s, min(moment_s, first_word_s))
        lengths.append(_between(begin_s, end_s))
        begin_s = end_s
    return tuple(lengths)


def acknowledgements(events: Sequence[Event]) -> tuple[int, int]:
    """Return how many acknowledgements went over the candidate's speech, and how many there were.

    Voice that was in the room already when one began does not count: it is the very end of what was
    acknowledged.
    """
    said = [e for e in events if isinstance(e, Acknowledged)]
    starts = [e.speech_start_s for e in events if isinstance(e, VoiceStarted)]
    over = sum(e.cut or any(e.start_s < s < e.end_s for s in starts) for e in said)
    return over, len(said)


@dataclass(frozen=True, slots=True)
class _Voice:
    """The candidate's side making sound, and what it turned out to be (None: never transcribed)."""

    start_s: float
    words: tuple[str, ...] | None


def _voices(events: Sequence[Event]) -> tuple[_Voice, ...]:
    voices: list[_Voice] = []
    for event in events:
        if isinstance(event, VoiceStarted):
            voices.append(_Voice(event.speech_start_s, None))
        elif isinstance(event, SegmentTranscribed) and voices and voices[-1].words is None:
            if event.through_s <= voices[-1].start_s:
                continue  # the words of the stretch before it, come late
            words = tuple(word.text for word in event.words)
            voices[-1] = dataclasses.replace(voices[-1], words=words)
    return tuple(voices)


def _goes_on(voice: _Voice, floor: FloorTaken, reply: UtteranceStarted, end_s: float) -> bool:
    last_s = min(reply.at_s + CUT_IN_WINDOW_S, end_s)
    if not floor.speech_end_s < voice.start_s < last_s:
        return False
    if voice.words is None:
        return True
    said = set(_bare(reply.text).split())
    echoed = sum(_bare(word) in said for word in voice.words)
    return bool(voice.words) and echoed < ECHO_SHARE * len(voice.words)


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum() or c in " '")
