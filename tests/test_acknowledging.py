"""The quiet "okay": when it is heard, when it is not, and how it gives way."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Calendar, Listener
from tests.rehearsal import ToneVoice
from tests.room import Acoustics
from tests.room_session import hold_in_room
from voicecoach.acknowledging import LONGEST_S, QUIETER_DB, Acknowledger
from voicecoach.audio.format import RATE_HZ, Clip, level_dbfs
from voicecoach.audio.sinks import NullSpeaker
from voicecoach.cli import build_parser
from voicecoach.cli._session import options_of
from voicecoach.clock import VirtualClock
from voicecoach.content.acknowledgements import load_acknowledgements
from voicecoach.dialog.acknowledgements import AcknowledgementTexts
from voicecoach.errors import ContentError, VoiceError
from voicecoach.events import (
    Acknowledge,
    Acknowledged,
    Command,
    End,
    Event,
    Expectation,
    FloorTaken,
    Listen,
    RemindAt,
    SessionStarted,
    SilenceNoticed,
    Speak,
    TaskOpened,
    TimeMark,
    UtteranceFinished,
)
from voicecoach.runtime import Parts
from voicecoach.settings import set_setting

TEXTS = AcknowledgementTexts(("okay", "right", "a longer one"), ("take your time", "no hurry"))


class Voice(ToneVoice):
    """Takes 0.3 s a word."""

    def render(self, text: str, slow: bool = False) -> Clip:
        n = round(0.3 * len(text.split()) * RATE_HZ)
        return Clip(np.full(n, 0.1, dtype=np.float32), RATE_HZ)


class Asker:
    """Asks, and acknowledges at given moments of the answer.

    Args:
        moments_s: since its start; a negative one asks for a nudge.
        kind: of the expectation.
    """

    command_phrases: Sequence[str] = ()
    interruptible = True

    def __init__(self, moments_s: Sequence[float], kind: str) -> None:
        self._moments_s = moments_s
        self._kind = kind

    def is_command(self, utterance: str) -> bool:
        return False

    def handle(self, event: Event) -> Sequence[Event | Command]:
        if isinstance(event, SessionStarted):
            task = TaskOpened(0.0, "q1", "question", "", "", "", "why")
            return [task, Speak("u1", "why did you do that", "question")]
        if isinstance(event, UtteranceFinished):
            marks = [RemindAt(abs(at_s), f"{at_s}") for at_s in self._moments_s]
            return [Listen(Expectation(self._kind, 60.0)), *marks]
        if isinstance(event, TimeMark):
            return [Acknowledge(event.at_s, nudge=event.name.startswith("-"))]
        return [End("finished")] if isinstance(event, (FloorTaken, SilenceNoticed)) else []

    def preview(self, event: Event) -> Sequence[Event | Command]:
        return ()


def hold(
    said: str, moments_s: Sequence[float], kind: str = "answer", *, echo_db: float | None = None
) -> list[Event]:
    """Have something answered from the second second on; return what was noted."""
    acoustics = Acoustics(echo_db, delay_s=0.02, reverb_s=0.0, noise_dbfs=-np.inf)

    def arrange(parts: Parts) -> Parts:
        acknowledger = Acknowledger(TEXTS, parts.voice, parts.speaker)
        return dataclasses.replace(
            parts, hears_itself=echo_db is not None, acknowledger=acknowledger
        )

    return hold_in_room([(2.0, said)], Asker(moments_s, kind), acoustics, Voice(), arrange)


def heard(events: Sequence[Event]) -> list[Acknowledged]:
    return [e for e in events if isinstance(e, Acknowledged)]


STORY = "we stopped the old project and told everybody why"  # 2.9 seconds


def test_an_answer_that_seems_to_be_over_is_acknowledged() -> None:
    events = hold(STORY, [3.1])
    (okay,) = heard(events)
    assert okay.start_s == pytest.approx(5.1, abs=0.1)
    assert okay.end_s - okay.start_s == pytest.approx(0.3)
    assert not okay.cut
    (floor,) = [e for e in events if isinstance(e, FloorTaken)]
    assert floor.text == STORY, "it takes no floor and is no part of the answer"


def test_it_gives_way_as_soon_as_speech_goes_on() -> None:
    events = hold(f"{STORY} [0.4] and then we went home", [3.1])
    (okay,) = heard(events)
    assert okay.cut
    assert okay.end_s - (2.0 + 2.88 + 0.4) < 0.11, "what the detector takes to know"
    (floor,) = [e for e in events if isinstance(e, FloorTaken)]
    assert floor.text == f"{STORY} and then we went home"


def test_nobody_is_acknowledged_while_speaking_nor_twice_in_a_turn() -> None:
    assert not heard(hold(STORY, [1.0]))
    assert len(heard(hold(f"{STORY} [1.5] and more of it [3.0]", [3.1, 3.8, 5.9]))) == 1


def test_a_nudge_is_no_acknowledgement() -> None:
    events = hold(f"{STORY} [2.5] and more", [3.1, -4.0])
    assert [round(e.end_s - e.start_s, 1) for e in heard(events)] == [0.3, 0.9]


@pytest.mark.parametrize("kind", ["opening", "short", "paused"])
def test_only_answers_are_acknowledged(kind: str) -> None:
    assert not heard(hold(STORY, [3.1], kind))


def test_the_coach_does_not_take_its_own_okay_for_speech() -> None:
    events = hold(STORY, [3.1], echo_db=-6.0)
    assert len(heard(events)) == 1
    (floor,) = [e for e in events if isinstance(e, FloorTaken)]
    assert floor.text == STORY
    assert floor.speech_end_s == pytest.approx(2.0 + 2.88, abs=0.1)


# --- the clips ------------------------------------------------------------------------------------


def played(voice: ToneVoice, count: int) -> tuple[list[Clip], list[Acknowledged | None]]:
    """Play so many in a row; return the sounds, and what was noted."""
    clock = VirtualClock()
    calendar = Calendar(clock)
    clips: list[Clip] = []

    class Speaker(NullSpeaker):
        def play(self, utterance_id: str, clip: Clip) -> None:
            clips.append(clip)
            super().play(utterance_id, clip)

    speaker = Speaker(clock, calendar.schedule)
    speaker.start(Listener(clock))
    acknowledger = Acknowledger(TEXTS, voice, speaker)
    acknowledger.prepare()
    noted = []
    for _ in range(count):
        acknowledger.play(nudge=False)
        acknowledger.started(clock.now())
        calendar.run_until(clock.now() + 1.0)
        noted.append(acknowledger.finished(clock.now(), cut=False))
    return clips, noted


def test_they_are_short_quiet_and_vary() -> None:
    clips, _ = played(Voice(), 4)
    assert max(clip.duration_s for clip in clips) < LONGEST_S, "the longer one is left out"
    speech = level_dbfs(Voice().render("okay").samples)
    assert level_dbfs(clips[0].samples) == pytest.approx(speech - QUIETER_DB, abs=0.1)
    assert clips[0] is not clips[1]
    assert clips[1] is not clips[2]


def test_without_a_voice_there_are_none() -> None:
    class Hoarse(ToneVoice):
        def render(self, text: str, slow: bool = False) -> Clip:
            raise VoiceError("voice.failed", "no")

    assert played(Hoarse(), 1) == ([], [None])


def test_the_shipped_ones_load() -> None:
    texts = load_acknowledgements()
    assert len(texts.acknowledgements) >= 3
    assert len(texts.nudges) >= 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("acknowledgements: [Okay., Right.]", "nudges"),
        ("acknowledgements: [Okay.]\nnudges: [Take your time., No hurry.]", "acknowledgements"),
        ("acknowledgements: [Okay., That is a very good point.]\nnudges: [a, b]", "too long"),
        ("acknowledgements: [Okay., Right.]\nnudges: [a, b]\nmore: [c]", "more"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "acknowledgements.yaml"
    path.write_text(text)
    with pytest.raises(ContentError, match=message):
        load_acknowledgements(path)


def test_they_can_be_switched_off_for_once_and_for_good() -> None:
    args = build_parser().parse_args(["practice"])
    assert options_of(args).acknowledgements
    args = build_parser().parse_args(["practice", "--no-acknowledgements"])
    assert not options_of(args).acknowledgements
    set_setting("acknowledgements", "off")
    assert not options_of(build_parser().parse_args(["practice"])).acknowledgements
