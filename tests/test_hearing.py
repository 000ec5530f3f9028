"""From frames of sound to voice and words: what the recogniser gets to hear, and when."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scripted import ScriptedDetector, ScriptedRecognizer, speak
from voicecoach.audio.format import FRAME_S, FRAME_SAMPLES, RATE_HZ, AudioChunk, Samples
from voicecoach.events import (
    Event,
    PartialTranscript,
    SegmentTranscribed,
    VoiceStarted,
    VoiceStopped,
    Word,
)
from voicecoach.hearing import CLOSE_AFTER_S, PRE_ROLL_S, Ears, SecondHearing, Transcriber
from voicecoach.loop import Job
from voicecoach.vad import VoiceSpells


class Room:
    """Ears with their jobs run at once, on the time of the sound."""

    def __init__(self, start_s: float = 10.0) -> None:
        self.now_s = start_s
        self.happened: list[Event] = []
        self.recognizer = ScriptedRecognizer()
        self.fed = 0
        transcriber = Transcriber(lambda: self.recognizer, lambda: self.now_s)
        self.ears = Ears(ScriptedDetector(), transcriber, self._run)

    def _run(self, job: Job) -> None:
        event = job()
        if event is not None:
            self.happened.append(event)

    def hears(self, samples: Samples) -> Room:
        samples = np.concatenate([samples, np.zeros(-len(samples) % FRAME_SAMPLES, np.float32)])
        for i in range(0, len(samples), FRAME_SAMPLES):
            chunk = AudioChunk(samples[i : i + FRAME_SAMPLES], self.now_s)
            self.now_s = chunk.end_s
            event = self.ears.hear(chunk)
            if event is not None:
                self.happened.append(event)
        return self

    def of(self, kind: type[Event]) -> list[Event]:
        return [e for e in self.happened if isinstance(e, kind)]

    @property
    def text(self) -> str:
        return " ".join(e.text for e in self.happened if isinstance(e, SegmentTranscribed))


def test_words_come_with_session_time() -> None:
    room = Room(start_s=10.0)
    room.ears.listen()
    room.hears(speak("[1.0] we stopped [1.0]"))
    segment = next(e for e in room.happened if isinstance(e, SegmentTranscribed))
    assert [w.text for w in segment.words] == ["we", "stopped"]
    assert segment.words[0].start_s == pytest.approx(11.0, abs=0.001)
    assert segment.words[1].end_s == pytest.approx(11.64, abs=0.001)
    assert segment.through_s == pytest.approx(11.64 + CLOSE_AFTER_S, abs=2 * FRAME_S)


def test_a_pause_closes_the_segment_and_the_next_one_keeps_the_time() -> None:
    room = Room(start_s=0.0)
    room.ears.listen()
    room.hears(speak("[0.5] we stopped [2.0] and shipped [1.0]"))
    assert room.text == "we stopped and shipped"
    last = [e for e in room.happened if isinstance(e, SegmentTranscribed)][-1]
    assert last.words[0].start_s == pytest.approx(0.5 + 0.64 + 2.0, abs=0.04)
    assert [type(e) for e in room.happened if not isinstance(e, PartialTranscript)] == [
        VoiceStarted,
        VoiceStopped,
        SegmentTranscribed,
    ] * 2


def test_a_breath_between_words_closes_nothing() -> None:
    room = Room()
    room.ears.listen()
    room.hears(speak("[0.5] we [0.15] stopped [1.0]"))
    assert len(room.of(SegmentTranscribed)) == 1
    assert room.text == "we stopped"


def test_the_recogniser_hears_no_silence() -> None:
    room = Room()
    room.ears.listen()
    heard: list[int] = []
    accept = room.recognizer.accept
    room.recognizer.accept = lambda s: heard.append(len(s)) or accept(s)  # type: ignore[assignment,func-returns-value]
    room.hears(speak("[30.0] yes [30.0]"))
    assert sum(heard) / RATE_HZ <= PRE_ROLL_S + 0.32 + CLOSE_AFTER_S + 4 * FRAME_S


def test_partial_words_are_told_as_they_change() -> None:
    room = Room()
    room.ears.listen()
    room.hears(speak("[0.5] one two three [1.0]"))
    texts = [e.text for e in room.happened if isinstance(e, PartialTranscript)]
    assert texts[-1] == "one two three"
    assert len(texts) == len(set(texts))


def test_while_the_coach_speaks_voice_is_noticed_but_no_words_are_taken() -> None:
    room = Room()
    room.ears.listen()
    room.hears(speak("[0.5] we"))
    room.ears.watch()
    room.hears(speak("went on [1.0]"))
    assert room.text == ""
    assert len(room.of(VoiceStopped)) == 1
    room.ears.listen()
    room.hears(speak("[0.5] again [1.0]"))
    assert room.text == "again", "nothing is left over from before"


def test_deaf_ears_forget_that_somebody_was_speaking() -> None:
    room = Room()
    room.ears.listen()
    room.hears(speak("[0.5] we"))
    room.ears.deafen()
    assert not room.ears.voiced
    room.ears.listen()
    room.hears(speak("[0.5] fresh [1.0]"))
    assert room.text == "fresh"


def test_the_segment_can_be_closed_in_mid_speech() -> None:
    room = Room()
    room.ears.listen()
    room.hears(speak("[0.5] ninety seconds are"))
    room.ears.close_segment(room.now_s)
    assert room.text == "ninety seconds are"


@pytest.mark.parametrize(
    ("probabilities", "kinds"),
    [
        ([0.9] * 5, [VoiceStarted]),
        ([0.9, 0.1, 0.9, 0.1], []),
        ([0.9, 0.9, 0.1, 0.1, 0.9, 0.1, 0.1], [VoiceStarted]),
        ([0.9, 0.9, 0.1, 0.1, 0.1], [VoiceStarted, VoiceStopped]),
        ([0.9, 0.9, 0.4, 0.4, 0.4, 0.4], [VoiceStarted]),
    ],
)
def test_spells_have_hysteresis(probabilities: list[float], kinds: list[type[Event]]) -> None:
    spells = VoiceSpells()
    events = [spells.feed(p, (i + 1) * FRAME_S) for i, p in enumerate(probabilities)]
    assert [type(e) for e in events if e] == kinds


def test_a_spell_begins_and_ends_with_its_voiced_frames() -> None:
    spells = VoiceSpells()
    probabilities = [0.0] * 10 + [0.9] * 10 + [0.0] * 10
    events = [e for i, p in enumerate(probabilities) if (e := spells.feed(p, (i + 1) * FRAME_S))]
    started, stopped = events
    assert isinstance(started, VoiceStarted)
    assert isinstance(stopped, VoiceStopped)
    assert started.speech_start_s == pytest.approx(10 * FRAME_S)
    assert stopped.speech_end_s == pytest.approx(20 * FRAME_S)


def test_dead_silence_is_not_worth_a_question() -> None:
    asked = 0

    class Counting(ScriptedDetector):
        def probability(self, frame: Samples) -> float:
            nonlocal asked
            asked += 1
            return super().probability(frame)

    ears = Ears(Counting(), Transcriber(ScriptedRecognizer, lambda: 0.0), lambda job: None)
    ears.listen()
    silence = np.zeros(FRAME_SAMPLES, dtype=np.float32)
    for _ in range(100):
        ears.hear(AudioChunk(silence, 0.0))
    assert asked == 0
    ears.hear(AudioChunk(silence + 0.001, 0.0))
    assert asked == 1


class Parrot(ScriptedRecognizer):
    """Hears one phrase, whatever is said."""

    def __init__(self, phrase: str, confidence: float) -> None:
        super().__init__()
        self._phrase = phrase
        self._confidence = confidence

    def flush(self) -> tuple[Word, ...]:
        texts = self._phrase.split()
        return tuple(Word(t, 0.1 * i, 0.1 * i + 0.1, self._confidence) for i, t in enumerate(texts))


PHRASES = ("end the interview", "skip")


@pytest.mark.parametrize(
    ("said", "phrase", "confidence", "understood"),
    [
        ("and the interview", "end the interview", 1.0, "end the interview"),
        ("and the interview", "end the interview", 0.5, "and the interview"),
        ("we shipped it in march", "skip", 1.0, "we shipped it in march"),
        ("and the interview", "end the", 1.0, "and the interview"),
        ("skip", "end the interview", 1.0, "skip"),
    ],
)
def test_a_short_segment_is_heard_again_as_a_command_if_it_sounds_like_one(
    said: str, phrase: str, confidence: float, understood: str
) -> None:
    room = Room()
    second = SecondHearing(lambda phrases: Parrot(phrase, confidence), PHRASES)
    transcriber = Transcriber(lambda: room.recognizer, lambda: room.now_s, second)
    room.ears = Ears(ScriptedDetector(), transcriber, room._run)
    room.ears.listen()
    room.hears(speak(f"[1.0] {said} [1.0]"))
    assert room.text == understood
    segment = next(e for e in room.happened if isinstance(e, SegmentTranscribed))
    assert segment.words[0].start_s == pytest.approx(11.0, abs=PRE_ROLL_S + 0.1)


def test_a_long_segment_is_not_heard_again() -> None:
    room = Room()
    second = SecondHearing(lambda phrases: Parrot("skip", 1.0), PHRASES)
    transcriber = Transcriber(lambda: room.recognizer, lambda: room.now_s, second)
    room.ears = Ears(ScriptedDetector(), transcriber, room._run)
    room.ears.listen()
    room.hears(speak("[1.0] " + "skip it " * 6 + "[1.0]"))
    assert room.text == "skip it " * 5 + "skip it"
