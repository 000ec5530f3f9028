"""An interview through a virtual sound card, timed on the recording of both sides of it.

The candidate's recordings are played into the microphone when the coach has spoken and fallen
silent; which one is told by the log, for the rig is no good at understanding questions. When speech
ended and when the first word was heard is read off the recording alone, and compared with what the
log says.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from voicecoach.bench.candidate import BenchCandidate, Recording
from voicecoach.bench.document import Interview
from voicecoach.bench.outcomes import Spoken
from voicecoach.bench.run import Tail, command, failure, interview
from voicecoach.bench.session import Result, Setup
from voicecoach.bench.soundcard import SoundCard, Spell, converse, reply_to
from voicecoach.content.script import load_script
from voicecoach.events import Event, FloorTaken, TaskOpened, UtteranceFinished, UtteranceStarted

SETTLE_S = 0.6
"""The coach has spoken, and been silent for so long: a candidate begins."""

TAIL_S = 8.0
"""Silence after which nothing more is going to come."""

STUTTER_S = 0.05
"""A recording that lasts so much longer than it is was played with gaps."""

NEAR_S = 0.25
"""A sound on the recording and a moment in the log so close to each other are the same."""


def hold_on_card(setup: Setup) -> Interview:
    """Hold an interview on a sound card of its own.

    Raises:
        VoicecoachError: it failed, or there can be no such card here.
    """
    folder = Path(setup.folder)
    tail = Tail(folder)
    candidate = BenchCandidate(load_script(), setup.seed)
    candidate.interview()  # the same questions as in the other process
    said: list[Recording] = []
    with SoundCard() as card:
        begun_s = card.recorder.now_s

        def answers() -> Iterator[Path]:
            while not said or card.recorder.now_s - begun_s < setup.seconds:
                task = tail.read(TaskOpened)[-1]
                assert isinstance(task, TaskOpened)
                said.append(candidate.say(task))
                yield said[-1].path

        held = converse(
            card,
            command(setup),
            answers(),
            settle_s=SETTLE_S,
            limit_s=setup.seconds + 120.0,
            tail_s=TAIL_S,
            ready=lambda: _has_the_floor(tail),
            hang_up=True,
        )
    if held.exit_status not in (0, None):
        raise failure(held.output)
    events = tail.everything()
    result = Result.read(folder)
    first_word_s = held.speech[0].start_s - begun_s if held.speech else None
    lag_s = lag(events, held.speech)
    played = [
        _as_played(recording, reply.answer)
        for recording, reply in zip(said, held.replies, strict=True)
    ]
    stuttered = sum(
        answer.length_s - (recording.span[1] - recording.span[0]) > STUTTER_S
        for recording, answer in zip(said, played, strict=True)
    )
    until = [*(answer.start_s for answer in played), float("inf")][1:]
    heard = [reply_to(one, held.speech, end) for one, end in zip(played, until, strict=True)]
    spoken = [_spoken(one, answer, lag_s) for one, answer in zip(said, played, strict=True)]
    gaps = [reply.gap_s for reply in heard]
    held_so = interview(events, spoken, result, first_word_s, gaps)
    return dataclasses.replace(held_so, stuttered=stuttered)


def _has_the_floor(tail: Tail) -> bool:
    """Whether the coach has had its say since it last took the floor: now the candidate may."""
    moments = (FloorTaken, UtteranceStarted, UtteranceFinished)
    last = next((e for e in reversed(tail.read()) if isinstance(e, moments)), None)
    return isinstance(last, UtteranceFinished)


def _as_played(recording: Recording, heard: Spell) -> Spell:
    """Return when a recording was heard, by its first sample and its own length.

    Its end is not looked for: on the card, at another rate, a peak of its room tone may pass for
    sound. Only where a busy machine has played it with gaps, its end is what was heard.
    """
    begin_s, end_s = recording.span
    length_s = end_s - begin_s
    if heard.length_s > length_s + STUTTER_S:
        return heard
    return Spell(heard.start_s, heard.start_s + length_s)


def _spoken(recording: Recording, heard: Spell, lag_s: float) -> Spoken:
    """Return a recording as it was heard, on the session's clock."""
    begin_s = heard.start_s - lag_s - recording.span[0]
    pauses = tuple((round(begin_s + a, 6), round(begin_s + b, 6)) for a, b in recording.pauses)
    start_s, end_s = heard.start_s - lag_s, heard.end_s - lag_s
    return Spoken(recording.path.name, recording.kind, start_s, end_s, pauses)


def lag(events: Sequence[Event], speech: Sequence[Spell]) -> float:
    """Return the recorder's clock minus the session's, in seconds.

    Both know when the coach was heard to begin. The lag at which most of these moments fall
    together is the right one; what is left between them is what the log is wrong by.
    """
    told = [e.at_s for e in events if isinstance(e, UtteranceStarted)]
    heard = [spell.start_s for spell in speech]
    if not told or not heard:
        return 0.0
    candidates = [h - t for h in heard[:3] for t in told[:3]]

    def near(lag_s: float) -> list[float]:
        distances = [min((h - t for h in heard), key=lambda d: abs(d - lag_s)) for t in told]
        return [d for d in distances if abs(d - lag_s) < NEAR_S]

    best = max(candidates, key=lambda lag_s: len(near(lag_s)))
    return statistics.median(near(best))
