"""Speaking over the coach: what stops it, what does not, and that nothing said is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest

from tests.rehearsal import Rehearsal, ToneVoice
from tests.room import Acoustics, RoomMicrophone, RoomSpeaker
from tests.room_session import hold_in_room
from tests.scripted import speak
from tests.test_conversation import drill, interview
from voicecoach.audio.format import RATE_HZ, Clip
from voicecoach.events import (
    BargedIn,
    Command,
    DrillResult,
    End,
    Event,
    Expectation,
    FloorTaken,
    InterruptionFaded,
    Listen,
    PartialTranscript,
    SegmentTranscribed,
    SessionEnded,
    SessionStarted,
    SilenceNoticed,
    Speak,
    TaskOpened,
    UtteranceFinished,
    UtteranceStarted,
    VoiceStarted,
    VoiceStopped,
    Word,
)
from voicecoach.overhearing import VOICE_S, Overhearing
from voicecoach.runtime import Parts

QUESTION = " ".join(["tell me about a time when you changed your mind"] * 10)  # six seconds
SAID_S = 6.0


class Asker:
    """Asks, listens once, and leaves.

    Args:
        interruptible: see `Dialogue`.
        commands: what counts as one.
    """

    command_phrases: Sequence[str] = ()

    def __init__(self, *, interruptible: bool = True, commands: Sequence[str] = ()) -> None:
        self.interruptible = interruptible
        self._commands = commands
        self._said = 0

    def is_command(self, utterance: str) -> bool:
        return utterance in self._commands

    def handle(self, event: Event) -> Sequence[Event | Command]:
        if isinstance(event, SessionStarted):
            return [TaskOpened(0.0, "q1", "question", "", "", "", QUESTION), *self._ask(QUESTION)]
        if isinstance(event, UtteranceFinished):
            return [Listen(Expectation("answer", 60.0))]
        if isinstance(event, InterruptionFaded):
            return self._ask(event.text)
        if isinstance(event, (FloorTaken, SilenceNoticed)):
            return [End("finished")]
        return []

    def _ask(self, text: str) -> Sequence[Command]:
        self._said += 1
        return [Speak(f"u{self._said}", text, "question")]

    def preview(self, event: Event) -> Sequence[Event | Command]:
        return ()


def hold(said: Sequence[tuple[float, str]], dialogue: Asker | None = None) -> list[Event]:
    """Hold a session with headphones, in which the candidate says things at certain moments."""
    quiet = Acoustics(echo_db=None, noise_dbfs=-np.inf)
    return hold_in_room(said, dialogue or Asker(), quiet)


def floor(events: Sequence[Event]) -> FloorTaken:
    return next(e for e in events if isinstance(e, FloorTaken))


def test_who_speaks_over_the_coach_is_heard_from_the_first_word() -> None:
    events = hold([(2.0, "i have a better story it is about a checkout")])
    (barged,) = [e for e in events if isinstance(e, BargedIn)]
    assert 2.0 < barged.at_s < 3.2, "words decide, and they take their time"
    assert 0.0 <= barged.silent_s - barged.at_s <= 0.15
    (finished,) = [e for e in events if isinstance(e, UtteranceFinished)]
    assert finished.cut
    assert finished.at_s == barged.silent_s
    taken = floor(events)
    assert taken.text == "i have a better story it is about a checkout"
    assert taken.words[0].start_s == pytest.approx(2.0, abs=0.04)
    assert taken.voice[0][0] == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("sign", ["okay", "yeah yeah", "uh um", "~", "i see"])
def test_signs_of_listening_stop_nobody_and_are_no_answer(sign: str) -> None:
    events = hold([(2.0, sign), (8.0, "we stopped the project and nobody missed it")])
    assert not [e for e in events if isinstance(e, BargedIn)]
    assert floor(events).text == "we stopped the project and nobody missed it"
    assert floor(events).at_s > 8.0


def test_a_command_of_one_word_stops_the_coach() -> None:
    events = hold([(2.0, "stop")], Asker(commands=["stop"]))
    (barged,) = [e for e in events if isinstance(e, BargedIn)]
    assert barged.at_s - 2.32 < 0.5, "as soon as it stands alone"
    assert floor(events).text == "stop"
    assert floor(events).rule == "command"
    assert floor(events).at_s < SAID_S


def test_where_only_commands_count_speech_stops_nobody() -> None:
    closing = Asker(interruptible=False, commands=["stop"])
    events = hold([(1.0, "that is really very kind of you")], closing)
    assert not [e for e in events if isinstance(e, BargedIn)]
    events = hold([(1.0, "stop")], closing)
    assert [e for e in events if isinstance(e, BargedIn)]


def test_an_answer_that_begins_before_the_coach_has_finished_is_whole() -> None:
    events = hold([(SAID_S - 0.3, "we stopped the project and nobody missed it")])
    assert floor(events).text == "we stopped the project and nobody missed it"


def test_a_short_answer_just_before_the_end_counts() -> None:
    events = hold([(SAID_S - 0.5, "never")])
    assert floor(events).text == "never"


def test_what_was_no_interruption_is_gone_back_from() -> None:
    """Voice without a word: the coach stops, waits, and says it once more."""
    events = hold([(2.0, "~ ~ ~ ~ ~")])
    (barged,) = [e for e in events if isinstance(e, BargedIn)]
    assert barged.at_s == pytest.approx(2.0 + VOICE_S, abs=0.1)
    (faded,) = [e for e in events if isinstance(e, InterruptionFaded)]
    assert faded.text == QUESTION
    assert faded.at_s - barged.silent_s < 4.0
    assert [e.text for e in events if isinstance(e, UtteranceStarted)] == [QUESTION, QUESTION]


def test_whoever_goes_on_when_time_is_up_does_not_stop_the_coach() -> None:
    answer = " ".join(["we", "changed", "the", "page"] * 90)  # much longer than the drill
    held = Rehearsal(drill("opening"), [answer, "no"])
    assert held.of(DrillResult)
    assert not held.of(BargedIn)


def test_after_a_false_cut_in_the_coach_yields() -> None:
    """A candidate who thought for too long goes on while the coach replies."""

    class Slow(ToneVoice):
        def render(self, text: str, slow: bool = False) -> Clip:
            return Clip(np.repeat(super().render(text, slow).samples, 5), RATE_HZ)

    first, then = (
        "our customers left because the page was slow",
        "and so i cut it to three steps then",
    )
    held = Rehearsal(interview(), [f"{first} [3.6] {then}"], voice=Slow())
    assert [text for _, text in held.turns] == [first, then]
    assert held.of(BargedIn)


def test_the_same_interruption_gives_the_same_session() -> None:
    one, other = (hold([(2.0, "i have a better story than that")]) for _ in range(2))
    assert one == other


def test_an_interview_goes_on_from_an_interruption() -> None:
    def arrange(parts: Parts) -> Parts:
        speaker = RoomSpeaker(parts.clock, parts.timers.schedule)
        quiet = Acoustics(echo_db=None, noise_dbfs=-np.inf)
        microphone = RoomMicrophone(quiet, speaker, parts.clock, parts.timers.schedule)
        microphone.say(1.0, Clip(speak("repeat the question"), RATE_HZ))
        microphone.say(9.0, Clip(speak("stop the interview"), RATE_HZ))
        return dataclasses.replace(parts, speaker=speaker, microphone=microphone, cue=None)

    held = Rehearsal(interview(), [], arrange=arrange)
    assert [kind for kind, _ in held.turns] == ["repeat", "stop"]
    assert held.of(BargedIn)
    question = held.of(TaskOpened)[0].text
    assert sum(question in said for said in held.said) >= 1
    assert held.of(SessionEnded)[0].reason == "stopped"


# --- what counts, piece by piece ------------------------------------------------------------------


def overhearing(*, echoes: bool = True, commands: Sequence[str] = ()) -> Overhearing:
    made = Overhearing(lambda text: text in commands, echoes)
    made.says("tell me how you would measure success in the first month", 10.0, 4.0)
    return made


def segment(text: str, start_s: float, end_s: float) -> SegmentTranscribed:
    texts = text.split()
    step_s = (end_s - start_s) / len(texts)
    words = tuple(
        Word(t, start_s + i * step_s, start_s + (i + 1) * step_s, 1.0) for i, t in enumerate(texts)
    )
    return SegmentTranscribed(end_s + 0.3, words, end_s + 0.25)


def test_the_coachs_own_words_are_nobodys() -> None:
    over = overhearing()
    over.hear(VoiceStarted(11.1, 11.0))
    over.hear(PartialTranscript(11.8, "you would measure success"))
    assert not over.reason(11.9)
    over.hear(PartialTranscript(11.9, "would measure because my manager left"))
    assert over.reason(12.0) == "words"


def test_the_coachs_words_of_another_moment_are_the_candidates() -> None:
    over = overhearing()
    over.hear(VoiceStarted(17.1, 17.0))
    over.hear(PartialTranscript(17.8, "you would measure success"))
    assert over.reason(17.9) == "words"


def test_a_command_that_the_coach_is_saying_is_not_obeyed() -> None:
    over = overhearing(commands=["tell me", "skip"])
    over.hear(VoiceStarted(10.1, 10.0))
    over.hear(VoiceStopped(10.7, 10.6))
    over.hear(segment("tell me", 10.0, 10.6))
    assert not over.reason(10.9)
    over.hear(VoiceStarted(12.1, 12.0))
    over.hear(VoiceStopped(12.7, 12.6))
    over.hear(segment("skip", 12.0, 12.6))
    assert over.reason(12.9) == "command"


def test_an_echo_at_the_end_does_not_begin_the_answer() -> None:
    over = overhearing()
    over.hear(VoiceStarted(13.6, 13.5))
    over.hear(VoiceStopped(14.1, 14.0))
    over.hear(segment("first month", 13.5, 14.0))
    assert over.beginning(14.1, interrupted=False) == ()
