"""From frames of sound to voice and words: what the recogniser gets to hear, and when."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from tests.scripted import ScriptedDetector, ScriptedRecognizer, speak
from voicecoach.audio.format import FRAME_S, FRAME_SAMPLES, RATE_HZ, AudioChunk, Samples
from voicecoach.events import (
    Event,
    PartialTranscript,
    RecognizerBehind,
    RecognizerCaughtUp,
    SegmentTranscribed,
    VoiceStarted,
    VoiceStopped,
    Word,
)
from voicecoach.hearing import (
    CLOSE_AFTER_S,
    LONGEST_SEGMENT_S,
    PRE_ROLL_S,
    BacklogWatch,
    Ears,
    SecondHearing,
    Transcriber,
)
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


def test_words_before_a_fresh_start_are_forgotten() -> None:
    room = Room()
    room.ears.listen()
    room.hears(speak("[0.5] we"))
    room.ears.start_afresh()
    room.hears(speak("went on [1.0]"))
    assert room.text == "went on"
    assert len(room.of(VoiceStarted)) == len(room.of(VoiceStopped)) == 1


def test_speech_without_end_comes_in_pieces_and_none_of_it_is_lost() -> None:
    room = Room()
    text = " ".join(["one two three four five"] * 100)
    room.hears(speak(f"[0.5] {text} [1.0]"))
    segments = [e for e in room.happened if isinstance(e, SegmentTranscribed)]
    assert len(segments) >= 2
    assert max(e.words[-1].end_s - e.words[0].start_s for e in segments) <= LONGEST_SEGMENT_S + 1.0
    # A word that is cut in two may be read twice, or not at all.
    assert len(room.text.split()) == pytest.approx(500, abs=len(segments))


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


PHRASES = ("end the interview", "skip", "skip this one", "keep this one")


@pytest.mark.parametrize(
    ("said", "phrase", "confidence", "understood"),
    [
        ("and the interview", "end the interview", 1.0, "end the interview"),
        ("and the interview", "end the interview", 0.5, "and the interview"),
        ("we shipped it in march", "skip", 1.0, "we shipped it in march"),
        ("and the interview", "end the", 1.0, "and the interview"),
        ("skip", "end the interview", 1.0, "skip"),
        ("skip this one", "keep this one", 1.0, "keep this one"),
        ("skip this one", "keep this one", 0.5, "skip this one"),
        ("keep this one as my own story", "keep this one", 1.0, "keep this one as my own story"),
    ],
)
def test_a_short_segment_is_heard_again_as_a_command_if_it_sounds_like_one(
    said: str, phrase: str, confidence: float, understood: str
) -> None:
    room = Room()
    second = SecondHearing(
        lambda phrases: Parrot(phrase, confidence), PHRASES, lambda text: text.endswith("own story")
    )
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


# --- yes, no, and none of them ------------------------------------------------------------------


def second_room(*, asked: bool) -> Room:
    room = Room()
    second = SecondHearing(ScriptedRecognizer, PHRASES)
    # What a large vocabulary makes of a short word: something longer that sounds like it.
    mishears = {"yes": "yet", "nope": "hope"}

    class Mishearing(ScriptedRecognizer):
        def flush(self) -> tuple[Word, ...]:
            words = super().flush()
            return tuple(dataclasses.replace(w, text=mishears.get(w.text, w.text)) for w in words)

    transcriber = Transcriber(Mishearing, lambda: room.now_s, second)
    room.ears = Ears(ScriptedDetector(), transcriber, room._run)
    room.ears.listen((*PHRASES, "yes", "nope") if asked else PHRASES)
    return room


@pytest.mark.parametrize(("said", "alike"), [("yes", "yet"), ("nope", "hope")])
def test_yes_and_no_are_listened_for_only_where_they_are_asked(said: str, alike: str) -> None:
    assert second_room(asked=True).hears(speak(f"[1.0] {said} [1.0]")).text == said
    assert second_room(asked=False).hears(speak(f"[1.0] {said} [1.0]")).text == alike


def test_what_counts_may_change_from_turn_to_turn() -> None:
    room = second_room(asked=True)
    room.hears(speak("[1.0] yes [1.0]"))
    room.ears.listen(PHRASES)
    room.hears(speak("yes [1.0]"))
    room.ears.listen()  # as before
    room.hears(speak("yes [1.0]"))
    room.ears.listen((*PHRASES, "yes"))
    room.hears(speak("yes [1.0]"))
    assert room.text == "yes yet yet yes"


def test_a_phrase_in_the_middle_of_something_else_is_no_command() -> None:
    room = second_room(asked=False)
    assert room.hears(speak("[1.0] we skip it [1.0]")).text == "we skip it"


# --- captions and a slow recogniser -------------------------------------------------------------


class Fickle(ScriptedRecognizer):
    """Changes its mind about the first word with every frame, and about the others not."""

    def accept(self, samples: Samples) -> str:
        text = super().accept(samples)
        self._frames = getattr(self, "_frames", 0) + 1
        return text and f"{'we' if self._frames % 20 < 10 else 'he'} {text.partition(' ')[2]}"


def test_captions_come_to_rest() -> None:
    room = Room()
    transcriber = Transcriber(Fickle, lambda: room.now_s)
    room.ears = Ears(ScriptedDetector(), transcriber, room._run)
    room.ears.listen()
    room.hears(speak("[0.5] we " + "stopped it in march " * 4 + "[1.0]"))
    captions = [e for e in room.happened if isinstance(e, PartialTranscript)]
    first = [e.text.split()[0] for e in captions if e.text]
    assert len(first) > 8
    assert len(set(first[4:])) == 1
    assert min(b.at_s - a.at_s for a, b in pairwise(captions)) >= 0.2 - 1e-6


def test_a_backlog_is_told_as_it_doubles_and_when_it_is_over() -> None:
    watch = BacklogWatch()
    waiting = [0.0, 0.9, 1.0, 1.9, 2.1, 3.9, 4.2, 3.0, 0.6, 0.5, 0.4, 0.9]
    told = [event for at_s, w in enumerate(waiting) if (event := watch.watch(w, float(at_s)))]
    assert told == [
        RecognizerBehind(2.0, 1.0),
        RecognizerBehind(4.0, 2.1),
        RecognizerBehind(6.0, 4.2),
        RecognizerCaughtUp(9.0, behind_s=7.0, most_s=4.2),
    ]
    assert watch.watch(1.0, 20.0) == RecognizerBehind(20.0, 1.0)


def test_sound_that_waits_is_counted_and_none_of_it_is_lost() -> None:
    room = Room()
    jobs: list[Job] = []
    transcriber = Transcriber(lambda: room.recognizer, lambda: room.now_s)
    room.ears = Ears(ScriptedDetector(), transcriber, jobs.append)
    room.ears.listen()
    room.hears(speak("[1.0] we stopped it in march [1.0]"))
    assert room.ears.waiting_s == pytest.approx(5 * 0.32 + PRE_ROLL_S + CLOSE_AFTER_S, abs=0.1)
    for job in jobs:
        room._run(job)
    assert room.ears.waiting_s == pytest.approx(0.0)
    assert room.text == "we stopped it in march"
