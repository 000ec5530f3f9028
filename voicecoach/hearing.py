"""Ears: what the microphone delivers, made into events of voice and of words.

Owns: which sound the recogniser gets to hear, and the session's time of each word.
Must not touch: turns, threads. Recognition blocks, so every call to the recogniser is handed as a
job to whoever runs jobs in order: a worker thread in a live session, the caller itself on virtual
time.

The recogniser hears voice only, from a little before it starts until a little after it stops: in
silence it would make up words and burn the battery. At each pause its segment is closed, so that
the words are final, with confidences, before anyone has to decide whether the turn is over.
"""

from __future__ import annotations

import dataclasses
import math
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz

from voicecoach.asr import PARTIAL_STEP_S
from voicecoach.audio.format import FRAME_S, RATE_HZ, AudioChunk, Samples
from voicecoach.captions import SteadyText
from voicecoach.echo import EchoGuard
from voicecoach.events import (
    Event,
    PartialTranscript,
    RecognizerBehind,
    RecognizerCaughtUp,
    SegmentTranscribed,
    VoiceStarted,
    VoiceStopped,
    Word,
    text_of,
)
from voicecoach.loop import Job
from voicecoach.ports import Recognizer, VoiceActivityDetector
from voicecoach.sound_watch import DEAD_AMPLITUDE
from voicecoach.vad import VoiceSpells, sound_end_s

OUTSIDE_S = (0.12, 0.05)
"""While the coach is heard, too, words whose middle lies so long before the candidate's voice, or
later than so long before its end, are the coach's: the guard notices a voice a little late, and
lets go of it late."""

PRE_ROLL_S = 0.32
"""Sound before the detected start of voice that the recogniser gets: soft onsets are words too."""

CLOSE_AFTER_S = 0.22
"""Silence after which a segment is closed: the acoustic model looks 0.21 s ahead, so closing sooner
would cost the last word."""

LONG_SEGMENT_S = 60.0
LONGEST_SEGMENT_S = 75.0
"""Speech without a pause, or a fan that passes for it, is cut into segments from the first of these
on at the next weak moment, at the second wherever it is: what is kept of it must have bounds."""

WEAK_PROBABILITY = 0.6
"""Of voice in a frame; no word is cut in two where it is lower, or only a soft one."""

VOICED_PROBABILITY = 0.5
"""Of voice, whoever's, from which the echo guard is asked whose it is."""

BEHIND_S = 1.0
"""Sound waiting for the recogniser from which it counts as slower than speech: no reply is quick
any more. That it has caught up again counts from half of it."""

COMMAND_S = 3.0
"""Longer segments are no commands."""

ALIKE = 50.0
"""How alike (0 to 100) a command phrase must be to what was heard without knowing the phrases.
Measured on 1,164 spoken phrases in four voices and 49 short stretches of answers: hearing them a
second time raised the commands understood from 91.3 to 98.8%, and took no answer for a command."""

SURE = 0.8
"""Mean confidence that the words of such a phrase must have; measured likewise."""


class SecondHearing:
    """Hears a short segment once more, listening for commands only.

    Short phrases fare badly among all the words that there are: "and the interview". Among the few
    phrases that count at the moment they are heard well, but so is everything else: not every model
    can answer "none of them". What it hears must therefore be one of the phrases from end to end,
    surely heard, and not too far from what was heard at first. A phrase is heard again, too: among
    all words "keep this one" may come out as "skip this one". A command that is none of the phrases
    is not: it may hold something of the candidate's own ("save this as my checkout story").

    Args:
        make: makes a recogniser of only the phrases given to it.
        phrases: those that count at any time.
        is_command: whether what was heard at first is a command already.
    """

    def __init__(
        self,
        make: Callable[[Sequence[str]], Recognizer],
        phrases: Sequence[str] = (),
        is_command: Callable[[str], bool] = lambda text: False,
    ) -> None:
        self._make = make
        self._is_command = is_command
        self._made: dict[tuple[str, ...], Recognizer] = {}
        self.expect(phrases)

    def expect(self, phrases: Sequence[str]) -> None:
        """Listen for these from now on."""
        self._phrases = tuple(phrases)

    def prepare(self) -> Recognizer:
        """Return the recogniser of the phrases that count now; there are few such sets."""
        if self._phrases not in self._made:
            self._made[self._phrases] = self._make(self._phrases)
        return self._made[self._phrases]

    def words(self, sound: Samples, heard: tuple[Word, ...]) -> tuple[Word, ...]:
        """Return the phrase that a segment is, with times from its start, or `heard` itself."""
        text = text_of(heard)
        if not heard or (text not in self._phrases and self._is_command(text)):
            return heard
        recognizer = self.prepare()
        recognizer.reset()
        recognizer.accept(sound)
        words = recognizer.flush()
        phrase = text_of(words)
        if phrase not in self._phrases:
            return heard
        confidence = sum(word.confidence for word in words) / len(words)
        return words if confidence >= SURE and fuzz.ratio(text, phrase) >= ALIKE else heard


class BacklogWatch:
    """Notices that the recogniser is slower than speech, and when it no longer is.

    Nothing is lost meanwhile: the sound waits. Each doubling is told, so that the record shows how
    bad it became without an entry for every frame.
    """

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._most_s = 0.0
        self._tell_s = BEHIND_S

    def watch(self, waiting_s: float, at_s: float) -> Event | None:
        """Take how much sound waits now, in seconds; return what is worth telling."""
        if waiting_s >= self._tell_s:
            self._since_s = at_s if self._since_s is None else self._since_s
            self._most_s = max(self._most_s, waiting_s)
            self._tell_s = 2.0 * waiting_s
            return RecognizerBehind(at_s, round(waiting_s, 3))
        if self._since_s is None:
            return None
        self._most_s = max(self._most_s, waiting_s)
        if waiting_s > BEHIND_S / 2:
            return None
        event = RecognizerCaughtUp(at_s, round(at_s - self._since_s, 3), round(self._most_s, 3))
        self._since_s, self._most_s, self._tell_s = None, 0.0, BEHIND_S
        return event


class Transcriber:
    """A recogniser with its words put on the session's clock. Only its jobs touch it.

    Attributes:
        taken_s: sound that the recogniser has taken in all, in seconds; others may read it.

    Args:
        make: makes the recogniser, in the first job, for that may take a while.
        now: the session's clock.
        second: hears short segments once more, for commands.
    """

    def __init__(
        self,
        make: Callable[[], Recognizer],
        now: Callable[[], float],
        second: SecondHearing | None = None,
    ) -> None:
        self._make = make
        self._made: Recognizer | None = None
        self._now = now
        self._second = second
        self._segment: list[Samples] = []  # kept for a second hearing while it is short enough
        self._segment_start_s = 0.0  # in the recogniser's own time
        self._fed_s = 0.0  # the recogniser's own time
        self._offset_s: float | None = None  # session time of the recogniser's zero, this segment
        self._caption = SteadyText()
        self._shown = ""
        self._next_caption_s = 0.0  # in the recogniser's own time
        self._own_from_s = -math.inf  # session time
        self.taken_s = 0.0

    @property
    def _recognizer(self) -> Recognizer:
        if self._made is None:
            self._made = self._make()
        return self._made

    def prepare(self) -> None:
        """Have the recognisers ready before they are needed."""
        assert self._recognizer
        if self._second is not None:
            self._second.prepare()

    def expect(self, phrases: Sequence[str]) -> None:
        """Take these for commands from now on."""
        if self._second is not None:
            self._second.expect(phrases)

    def feed(self, chunk: AudioChunk) -> Event | None:
        """Take more of the segment; return what it reads like, if that has changed."""
        if self._offset_s is None:
            self._offset_s = chunk.start_s - self._fed_s
            self._segment_start_s = self._fed_s
        if self._fed_s - self._segment_start_s <= COMMAND_S:
            self._segment.append(chunk.samples)
        text = self._recognizer.accept(chunk.samples)
        duration_s = len(chunk.samples) / RATE_HZ
        self._fed_s += duration_s
        self.taken_s += duration_s
        if self._fed_s < self._next_caption_s:
            return None
        self._next_caption_s = self._fed_s + PARTIAL_STEP_S
        text = self._caption.show(text)
        if text == self._shown:
            return None
        self._shown = text
        return PartialTranscript(self._now(), text)

    def own_from(self, start_s: float) -> None:
        """In the segment that begins, words before this moment are the coach's."""
        self._own_from_s = start_s

    def close(self, through_s: float, own_to_s: float = math.inf) -> Event:
        """End the segment; return its final words, but for the coach's after `own_to_s`."""
        offset_s, own_from_s = self._offset_s or 0.0, self._own_from_s
        words = tuple(
            dataclasses.replace(
                word,
                start_s=round(word.start_s + offset_s, 3),
                end_s=round(word.end_s + offset_s, 3),
            )
            for word in self._heard()
            if own_from_s <= offset_s + (word.start_s + word.end_s) / 2 <= own_to_s
        )
        self._begin_segment()
        return SegmentTranscribed(self._now(), words, through_s)

    def _begin_segment(self) -> None:
        self._offset_s, self._shown, self._segment = None, "", []
        self._own_from_s = -math.inf
        self._caption.clear()
        self._next_caption_s = self._fed_s

    def _heard(self) -> tuple[Word, ...]:
        """Return the segment's words, in the recogniser's own time."""
        words = self._recognizer.flush()
        sound = np.concatenate(self._segment) if self._segment else np.zeros(0, dtype=np.float32)
        if self._second is None or len(sound) > COMMAND_S * RATE_HZ:
            return words
        again = self._second.words(sound, words)
        if again is words:
            return words
        shift_s = self._segment_start_s
        return tuple(
            dataclasses.replace(w, start_s=w.start_s + shift_s, end_s=w.end_s + shift_s)
            for w in again
        )

    def drop(self) -> None:
        """Forget everything heard."""
        self._recognizer.reset()
        self._fed_s = 0.0
        self._begin_segment()


class Ears:
    """The microphone's sound to `VoiceStarted`, `VoiceStopped` and jobs for the transcriber.

    Args:
        detector: owned from now on.
        transcriber: owned by the jobs.
        submit: runs jobs one after the other, in order, and posts the events they return.
        echo: tells the candidate's voice from the coach's; None where the microphone cannot hear
            the coach.
    """

    def __init__(
        self,
        detector: VoiceActivityDetector,
        transcriber: Transcriber,
        submit: Callable[[Job], None],
        echo: EchoGuard | None = None,
    ) -> None:
        self._detector = detector
        self._transcriber = transcriber
        self._submit = submit
        self._echo = echo
        self._spells = VoiceSpells()
        self._recent: deque[AudioChunk] = deque(maxlen=round(PRE_ROLL_S / FRAME_S))
        self._open = False  # whether the recogniser is in the middle of a segment
        self._open_s = 0.0  # length of that segment so far
        self._dead = True
        self._speech_end_s = 0.0
        self._peak = 0.0  # of the spell of voice so far
        self._handed_s = 0.0  # sound handed to the transcriber in all

    @property
    def waiting_s(self) -> float:
        """Seconds of sound that the recogniser has still to take."""
        return max(0.0, self._handed_s - self._transcriber.taken_s)

    @property
    def voiced(self) -> bool:
        """Whether the candidate is making sound now."""
        return self._spells.voiced

    def listen(self, phrases: Sequence[str] | None = None) -> None:
        """The candidate has the floor; `phrases` are the commands that count, if that changes."""
        if phrases is not None:
            self._submit(lambda: self._transcriber.expect(phrases))

    def start_afresh(self) -> None:
        """Forget the words so far of the segment that is being spoken."""
        if self._open:
            self._submit(self._transcriber.drop)
            self._open = False
        self._recent.clear()

    def hear(self, chunk: AudioChunk) -> VoiceStarted | VoiceStopped | None:
        """Take the next frame; return the start or stop of voice that it completes."""
        probability = self._probability(chunk)
        loudest = float(np.abs(chunk.samples).max(initial=0.0))
        self._peak = max(self._peak, loudest) if self._spells.voiced else loudest
        event = self._spells.feed(probability, chunk.end_s)
        if isinstance(event, VoiceStopped):
            self._speech_end_s = event.speech_end_s
            end_s = sound_end_s((*self._recent, chunk), event.speech_end_s, self._peak)
            event = VoiceStopped(event.at_s, end_s)
        if self._spells.voiced and not self._open:
            self._open, self._open_s = True, 0.0
            if self._echo is not None and self._echo.heard and isinstance(event, VoiceStarted):
                own_from_s = event.speech_start_s - OUTSIDE_S[0]
                self._submit(lambda: self._transcriber.own_from(own_from_s))
            for earlier in self._recent:
                self._feed(earlier)
        if self._open:
            self._feed(chunk)
            paused = chunk.end_s - self._speech_end_s >= CLOSE_AFTER_S and not self._spells.voiced
            bound_s = LONG_SEGMENT_S if probability < WEAK_PROBABILITY else LONGEST_SEGMENT_S
            if paused or self._open_s >= bound_s:
                self.close_segment(chunk.end_s)
        self._recent.append(chunk)
        return event

    def _probability(self, chunk: AudioChunk) -> float:
        """Return how probable it is that the candidate's voice is in the frame."""
        dead = float(np.abs(chunk.samples).max(initial=0.0)) < DEAD_AMPLITUDE
        if self._dead and not dead:
            self._detector.reset()  # what it remembers is long past
        self._dead = dead
        probability = 0.0 if dead else self._detector.probability(chunk.samples)
        if self._echo is None or self._echo.lets_pass(chunk, probability >= VOICED_PROBABILITY):
            return probability
        return 0.0

    def close_segment(self, through_s: float) -> None:
        """Have the words so far now; `through_s` is the end of the last frame heard."""
        self._open = False
        self._recent.clear()  # already heard: not once more as the next segment's pre-roll
        echoed = self._echo is not None and self._echo.heard and not self._spells.voiced
        own_to_s = self._speech_end_s - OUTSIDE_S[1] if echoed else math.inf
        self._submit(lambda: self._transcriber.close(through_s, own_to_s))

    def _feed(self, chunk: AudioChunk) -> None:
        duration_s = len(chunk.samples) / RATE_HZ
        self._handed_s += duration_s
        self._open_s += duration_s
        self._submit(lambda: self._transcriber.feed(chunk))
