"""The turn policy: is the candidate's turn over, or is this a pause to think? Pure.

Owns: how long a silence may last after what was said, in the state the conversation is in.
Must not touch: clocks, devices, models. Time comes with the events and as an argument.

People think in the middle of an answer, and being cut off costs them more than a slow reply, so
patience is the rule and haste needs a reason:

======================  ==========================================================================
rule                    the silence asked for
======================  ==========================================================================
``command``             the last utterance is a command: the fast path
``closing_phrase``      "that's my answer": the candidate has said that it is over
``short_reply``         a yes, a no, a number was asked for
``trailing_word``       ends in "and", "so", "because", "um", "the": the sentence goes on
``no_words``            voice, but nothing understood: perhaps the microphone, perhaps a cough
``early`` to ``late``   an answer of so many words into the time that a good one takes: patience
                        shrinks from `TurnSettings.early_s` to `TurnSettings.late_s`
``time_up``             a timed answer's time is over, silence or not
======================  ==========================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from voicecoach.events import (
    HESITATIONS,
    OPEN_WORDS,
    CloseSegment,
    Command,
    Event,
    Expectation,
    FloorTaken,
    RemindAt,
    SegmentTranscribed,
    SilenceNoticed,
    Span,
    TimeMark,
    VoiceStarted,
    VoiceStopped,
    Word,
)

UTTERANCE_GAP_S = 0.6
"""A silence of this length parts two utterances: a command must stand alone between two of them."""

ADDRESS = "coach"
"""Parts an utterance as a pause does, where a command of several words follows to the end."""

CLOSING_PHRASES = (
    "that's my answer",
    "that is my answer",
    "that's the answer",
    "that's it",
    "that's all",
    "that's everything",
    "that's it from me",
    "that's all from me",
    "that's all i have",
    "that's the story",
    "that's how it went",
    "that's what i did",
    "i'm done",
    "i am done",
    "that's where i'd leave it",
    "does that make sense",
    "does that answer your question",
    "does that answer the question",
    "if that makes sense",
    "happy to go deeper",
)
"""Ways to say that an answer is over; matched at its end."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Silences in seconds, counted from the end of the last voiced frame.

    Attributes:
        command_s: after a command.
        closing_s: after a closing phrase.
        short_s: after a short reply that was asked for.
        open_s: after a word that cannot end a sentence.
        no_words_s: after voice without words.
        early_s: at the start of a long answer. Thinking pauses of up to two and a half seconds
            must not be cut into.
        late_s: once the answer has reached its usual length.
        overdue_s: once it has reached twice that.
        noise_s: voice shorter than this, without words, is a cough and no turn.
        notice_s: silence after which the dialogue is told that nobody speaks.
    """

    command_s: float = 0.35
    closing_s: float = 0.5
    short_s: float = 0.7
    open_s: float = 3.6
    no_words_s: float = 1.6
    early_s: float = 2.9
    late_s: float = 1.9
    overdue_s: float = 1.2
    noise_s: float = 0.5
    notice_s: float = 9.0


@dataclass(frozen=True, slots=True)
class Hold:
    """How long to wait, and why.

    Attributes:
        seconds: silence asked for.
        rule: of the table above.
    """

    seconds: float
    rule: str


def hold_for(
    words: tuple[Word, ...],
    tail_words: int,
    spoken_s: float,
    expectation: Expectation,
    is_command: Callable[[str], bool],
    settings: TurnSettings,
) -> Hold:
    """Return the silence after which the turn is over.

    Args:
        words: of the turn so far.
        tail_words: how many of them make the last utterance.
        spoken_s: seconds from the start of the turn to the end of its last voiced frame.
        expectation: what was asked for.
        is_command: whether a whole utterance is a command.
        settings: the silences.
    """
    texts = [word.text for word in words]
    tail = " ".join(texts[len(texts) - tail_words :])
    if tail and is_command(tail):
        return Hold(settings.command_s, "command")
    if not words:
        return Hold(settings.no_words_s, "no_words")
    if _closes(texts):
        return Hold(settings.closing_s, "closing_phrase")
    if expectation.kind in ("short", "paused"):
        return Hold(settings.short_s, "short_reply")
    if texts[-1] in OPEN_WORDS:
        return Hold(settings.open_s, "trailing_word")
    hold = _hold_by_length(spoken_s / expectation.target_s, settings)
    return Hold(hold.seconds * max(1.0, expectation.patience), hold.rule)


def _closes(texts: list[str]) -> bool:
    tail = " ".join(texts[-8:])
    return any(tail == phrase or tail.endswith(" " + phrase) for phrase in CLOSING_PHRASES)


def _hold_by_length(share: float, settings: TurnSettings) -> Hold:
    """Patience by the share of the usual length that has been spoken."""
    if share >= 2.0:
        return Hold(settings.overdue_s, "overdue")
    if share >= 1.0:
        return Hold(settings.late_s, "late")
    seconds = settings.early_s + (settings.late_s - settings.early_s) * share
    return Hold(seconds, "early")


class TurnPolicy:
    """Follows one candidate's turn after the other.

    Feed it what is heard (`hear`) and the passing of time (`advance`, due at `deadline_s`).

    Args:
        is_command: whether a whole utterance is a command.
        settings: the silences.
    """

    def __init__(
        self, is_command: Callable[[str], bool], settings: TurnSettings | None = None
    ) -> None:
        self._is_command = is_command
        self._settings = settings or TurnSettings()
        self._expectation: Expectation | None = None
        self._begin(0.0)

    def _begin(self, at_s: float) -> None:
        self._listening_since_s = at_s
        self._turn_start_s: float | None = None
        self._voice_start_s: float | None = None  # None while there is silence
        self._speech_end_s = at_s
        self._voice: tuple[Span, ...] = ()
        self._words: tuple[Word, ...] = ()
        self._tail_words = 0
        self._transcribed_to_s = at_s
        self._time_is_up = False
        self._reminders: list[RemindAt] = []
        self._decided: Hold | None = None  # until something is heard that changes it

    @property
    def listening(self) -> bool:
        """Whether the candidate has the floor."""
        return self._expectation is not None

    def listen(self, expectation: Expectation, at_s: float, voiced: bool = False) -> None:
        """Give the floor to the candidate, who may be making sound already."""
        self._expectation = expectation
        self._begin(at_s)
        if voiced:
            self.hear(VoiceStarted(at_s, at_s))

    def stop(self) -> None:
        """Take the floor away, without a word."""
        self._expectation = None

    def remind(self, reminder: RemindAt) -> None:
        """Announce a moment of this turn."""
        self._reminders.append(reminder)

    def hear(self, event: Event) -> list[Event | Command]:
        """Take an event of hearing; return what follows from it at once."""
        if self._expectation is None:
            return []
        if isinstance(event, VoiceStarted):
            if self._turn_start_s is None:
                self._turn_start_s = event.speech_start_s
            self._voice_start_s = event.speech_start_s
        elif isinstance(event, VoiceStopped) and self._voice_start_s is not None:
            self._voice += ((self._voice_start_s, event.speech_end_s),)
            self._speech_end_s = event.speech_end_s
            self._voice_start_s = None
        elif isinstance(event, SegmentTranscribed):
            self._take_words(event)
        if isinstance(event, (VoiceStarted, VoiceStopped, SegmentTranscribed)):
            self._decided = None
        return self.advance(event.at_s)

    def _take_words(self, event: SegmentTranscribed) -> None:
        # When time is up, the words known then have to do: sound goes on coming meanwhile.
        self._transcribed_to_s = math.inf if self._time_is_up else event.through_s
        if not event.words:
            return
        gap_s = event.words[0].start_s - self._words[-1].end_s if self._words else math.inf
        joined = self._tail_words if gap_s < UTTERANCE_GAP_S else 0
        self._words += event.words
        self._tail_words = joined + len(event.words)

    def advance(self, at_s: float) -> list[Event | Command]:
        """Let time pass until `at_s`; return what has become due."""
        if self._expectation is None:
            return []
        due: list[Event | Command] = list(self._due_reminders(at_s))
        if self._time_is_up:
            if self._transcript_is_complete:
                due.append(self._take_floor(at_s, Hold(0.0, "time_up")))
        elif self._turn_start_s is None:
            if at_s >= self._notice_at_s:
                silence_s = at_s - self._listening_since_s
                self.stop()
                due.append(SilenceNoticed(at_s, silence_s))
        elif self._voice_start_s is None and self._transcript_is_complete:
            hold = self._hold()
            if at_s >= self._speech_end_s + hold.seconds - 1e-6:
                due += self._end_turn(at_s, hold)
        return due

    def time_up(self, at_s: float) -> list[Event | Command]:
        """End the turn now, whatever the candidate is saying; the floor is taken with its words."""
        if self._expectation is None or self._time_is_up:
            return []
        self._time_is_up = True
        if self._voice_start_s is not None:
            self._voice += ((self._voice_start_s, at_s),)
            self._speech_end_s, self._voice_start_s = at_s, None
        return [*([] if self._transcript_is_complete else [CloseSegment()]), *self.advance(at_s)]

    @property
    def deadline_s(self) -> float | None:
        """When `advance` should be called next if nothing is heard; None: no need."""
        if self._expectation is None:
            return None
        moments = list(self._reminder_times())
        if self._turn_start_s is None:
            moments.append(self._notice_at_s)
        elif self._voice_start_s is None and self._transcript_is_complete:
            moments.append(self._speech_end_s + self._hold().seconds)
        return min(moments, default=None)

    @property
    def _notice_at_s(self) -> float:
        """When it is noticed that nobody speaks."""
        patience = self._expectation.patience if self._expectation else 1.0
        return self._listening_since_s + self._settings.notice_s * patience

    @property
    def pending_turn(self) -> FloorTaken | None:
        """The turn as it would be if it were over now; None in mid-speech or without words."""
        if not self.listening or self._voice_start_s is not None or not self._words:
            return None
        return self._floor_taken(self._speech_end_s, self._hold())

    @property
    def _transcript_is_complete(self) -> bool:
        return self._transcribed_to_s >= self._speech_end_s

    @property
    def _last_utterance(self) -> int:
        """How many words make the last utterance; 0 for a lone word in the middle of an answer.

        Somebody who gropes for words may well say "stop" between two pauses, and mean a bus.
        """
        lone = self._tail_words == 1 and len(self._words) > 1
        return 0 if lone else self._addressed or self._tail_words

    @property
    def _addressed(self) -> int:
        """How many words make a command behind "coach", in mid-utterance; 0 for none.

        "A third, coach, repeat the question" is one; what "the coach" did is part of a story.
        """
        texts = [word.text for word in self._words[len(self._words) - self._tail_words :]]
        if ADDRESS not in texts[1:]:
            return 0
        at = len(texts) - 1 - texts[::-1].index(ADDRESS)
        said = texts[at:]
        spoken_of = texts[at - 1] in OPEN_WORDS
        return (
            len(said) if len(said) > 2 and not spoken_of and self._is_command(" ".join(said)) else 0
        )

    def _hold(self) -> Hold:
        """Return how long to wait after what was heard last; asked for with every frame."""
        if self._decided is None:
            self._decided = self._decide()
        return self._decided

    def _decide(self) -> Hold:
        assert self._expectation is not None
        start_s = self._speech_end_s if self._turn_start_s is None else self._turn_start_s
        return hold_for(
            self._words,
            self._last_utterance,
            self._speech_end_s - start_s,
            self._expectation,
            self._is_command,
            self._settings,
        )

    @property
    def _voiced_s(self) -> float:
        return sum(end_s - start_s for start_s, end_s in self._voice)

    def _end_turn(self, at_s: float, hold: Hold) -> Iterable[Event]:
        noise = not self._words and self._voiced_s < self._settings.noise_s
        if noise or (self._words and all(word.text in HESITATIONS for word in self._words)):
            # A cough, a door, a lone "um": as if nothing had been heard, and the wait goes on.
            reminders = self._reminders
            self._begin(self._listening_since_s)
            self._reminders = reminders
            return []
        return [self._take_floor(at_s, hold)]

    def _take_floor(self, at_s: float, hold: Hold) -> FloorTaken:
        taken = self._floor_taken(at_s, hold)
        self.stop()
        return taken

    def _floor_taken(self, at_s: float, hold: Hold) -> FloorTaken:
        return FloorTaken(
            at_s=at_s,
            speech_end_s=self._speech_end_s,
            hold_s=hold.seconds,
            rule=hold.rule,
            words=self._words,
            voiced_s=round(self._voiced_s, 3),
            tail_words=self._last_utterance,
            voice=tuple((round(start_s, 3), round(end_s, 3)) for start_s, end_s in self._voice),
        )

    def _reminder_times(self) -> Iterable[float]:
        if self._turn_start_s is not None:
            for reminder in self._reminders:
                yield self._turn_start_s + reminder.after_s

    def _due_reminders(self, at_s: float) -> Iterable[TimeMark]:
        if self._turn_start_s is None:
            return
        for reminder in sorted(self._reminders, key=lambda r: r.after_s):
            if at_s >= self._turn_start_s + reminder.after_s:
                self._reminders.remove(reminder)
                yield TimeMark(at_s, reminder.name)
