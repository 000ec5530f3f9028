"""The turn policy: is the candidate's turn over, or is this a pause to think? Pure.

Owns: how long a silence may last after what was said, in the state the conversation is in.
Must not touch: clocks, devices, models. Time comes with the events and as an argument.

People think in the middle of an answer, and being cut off costs them more than a slow reply, so
patience is the rule and haste needs a reason:

======================  ==========================================================================
rule                    when the floor is taken
======================  ==========================================================================
``command``             at once: the last utterance is a command
``short_reply``         at once after a yes, a no or a number where that was asked for, soon after
                        anything else
``closing_phrase``      soon: "that's my answer", the candidate has said that it is over
``trailing_word``       late: it ends in "and", "so", "because", "um", "the", or in half a number;
                        the candidate is told to take their time before the coach moves on
``no_words``            voice, but nothing understood: perhaps the microphone, perhaps a cough
``ended``               when words and silence together make it probable enough
``patience``            when a pause has become longer than people's pauses are; the more of the
                        usual length has been told, the sooner
``time_up``             a timed answer's time is over, silence or not
======================  ==========================================================================

The probability that a turn is over is that of its words (`voicecoach.turn_text`), raised by each
moment of silence as much as pauses of that length are rare (`voicecoach.patience`). It can be asked
for at any moment; since silence only ever raises it, the moment at which it will be high enough is
known as soon as the words are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from voicecoach.events import (
    HESITATIONS,
    OPEN_WORDS,
    Acknowledge,
    CloseSegment,
    Command,
    Event,
    Expectation,
    FloorTaken,
    ProsodyHeard,
    RemindAt,
    SegmentTranscribed,
    SilenceNoticed,
    Span,
    TimeMark,
    TurnEstimated,
    VoiceStarted,
    VoiceStopped,
    Word,
)
from voicecoach.patience import Pauses
from voicecoach.turn_text import COUNTS, TurnText, closes, is_open

UTTERANCE_GAP_S = 0.6
"""A silence of this length parts two utterances: a command must stand alone between two of them."""

ADDRESS = "coach"
"""Parts an utterance as a pause does, where a command of several words follows to the end."""

COMMAND_VOICE_S = 2.5
"""An utterance of no more voice than this may be a command or a short reply: its words are asked
for as soon as it pauses."""

REPLIES = COUNTS | {
    *("yes", "yeah", "yep", "no", "nope", "okay", "ok", "sure", "please", "thanks", "zero", "one")
}
"""A short reply of nothing else is complete."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Silences in seconds, counted from the end of the last voiced frame.

    Attributes:
        command_s: after a command that is the whole turn, or a yes or no that was asked for.
        late_command_s: after a command behind something else.
        closing_s: after a closing phrase.
        short_s: after another short reply.
        nudge_s: after a word that cannot end a sentence, before "take your time" is said...
        open_s: ...and before the coach moves on.
        unsure_s: before it does where all the rest says that the answer is over: even a good
            recogniser may have got the last word wrong.
        no_words_s: after voice without words.
        soonest_s: no answer ends sooner without a closing phrase.
        early_s: the longest wait at the start of an answer. Thinking pauses of two seconds and a
            half must not be cut into.
        late_s: once the answer has reached its usual length.
        overdue_s: once it has reached twice that.
        sure: log-odds at which the floor is taken.
        likely: log-odds at which the end is acknowledged.
        acknowledge_s: silence before that.
        apart_s: least time between two acknowledgements.
        prosody: log-odds that the sound of a voice can add or take away at most; log 2 doubles or
            halves the odds. Measured on no conversation of people, it must not decide alone.
        noise_s: voice shorter than this, without words, is a cough and no turn.
        notice_s: silence after which the dialogue is told that nobody speaks.
        bias: so many times as patient with answers; never counts for commands.
    """

    command_s: float = 0.1
    late_command_s: float = 0.35
    closing_s: float = 0.3
    short_s: float = 0.6
    nudge_s: float = 2.8
    open_s: float = 4.0
    unsure_s: float = 3.2
    no_words_s: float = 1.6
    soonest_s: float = 0.35
    early_s: float = 2.9
    late_s: float = 2.5
    overdue_s: float = 1.9
    sure: float = 2.5
    likely: float = 0.3
    acknowledge_s: float = 0.25
    apart_s: float = 15.0
    prosody: float = 0.7
    noise_s: float = 0.5
    notice_s: float = 9.0
    bias: float = 1.0


@dataclass(frozen=True, slots=True)
class Hold:
    """How long to wait, and why.

    Attributes:
        seconds: silence asked for.
        rule: of the table above.
        log_odds: that the turn is over, by its words alone.
    """

    seconds: float
    rule: str
    log_odds: float = -math.inf


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn holds so far.

    Attributes:
        texts: its words.
        tail_words: how many of them make the last utterance.
        spoken_s: seconds from its start to the end of its last voiced frame.
        final: how final it sounded, -1 (goes on) to 1 (over); 0 where nobody was asked.
    """

    texts: tuple[str, ...]
    tail_words: int
    spoken_s: float
    final: float = 0.0


def hold_for(
    said: Said,
    expectation: Expectation,
    is_command: Callable[[str], bool],
    settings: TurnSettings,
    pauses: Pauses,
    text: TurnText | None = None,
) -> Hold:
    """Return the silence after which the turn is over.

    Args:
        said: what the turn holds.
        expectation: what was asked for.
        is_command: whether a whole utterance is a command.
        settings: the silences.
        pauses: the candidate's own.
        text: what words are evidence of; without it, only the length of an answer counts.
    """
    texts = said.texts
    tail = " ".join(texts[len(texts) - said.tail_words :])
    if tail and is_command(tail):
        alone = said.tail_words == len(texts)
        return Hold(settings.command_s if alone else settings.late_command_s, "command")
    if HESITATIONS.issuperset(texts):
        return Hold(settings.no_words_s, "no_words")
    if expectation.kind in ("short", "paused"):
        complete = REPLIES.issuperset(texts)
        return Hold(settings.command_s if complete else settings.short_s, "short_reply")
    patience = max(1.0, expectation.patience) * settings.bias
    if closes(texts):
        return Hold(settings.closing_s * patience, "closing_phrase")
    log_odds = -math.inf if text is None else text.log_odds(texts, expectation.target_s)
    if is_open(texts):
        seconds = settings.unsure_s if log_odds > 0.0 else settings.open_s
        return Hold(seconds * patience, "trailing_word", log_odds)
    longest = _longest(said.spoken_s / expectation.target_s, settings) * patience
    if text is None:
        return Hold(longest, "patience")
    log_odds += settings.prosody * said.final
    seconds = pauses.silence_for(settings.sure - log_odds) * patience
    seconds = max(settings.soonest_s, seconds)
    if seconds < longest:
        return Hold(seconds, "ended", log_odds)
    return Hold(longest, "patience", log_odds)


def _longest(share: float, settings: TurnSettings) -> float:
    """The longest wait by the share of the usual length that has been spoken."""
    if share >= 2.0:
        return settings.overdue_s
    if share >= 1.0:
        return settings.late_s
    return settings.early_s + (settings.late_s - settings.early_s) * share


class TurnPolicy:
    """Follows one candidate's turn after the other.

    Feed it what is heard (`hear`) and the passing of time (`advance`, due at `deadline_s`).

    Args:
        is_command: whether a whole utterance is a command.
        settings: the silences.
        text: what words are evidence of; without it, only the length of an answer counts.
    """

    def __init__(
        self,
        is_command: Callable[[str], bool],
        settings: TurnSettings | None = None,
        text: TurnText | None = None,
    ) -> None:
        self._is_command = is_command
        self._settings = settings or TurnSettings()
        self._text = text
        self._pauses = Pauses()  # of the whole session
        self._expectation: Expectation | None = None
        self._acknowledged_s = -math.inf
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
        self._final = 0.0  # how this pause sounded
        self._decided: Hold | None = None  # until something is heard that changes it
        self._encouraged = True  # in this pause: nothing was said yet that it could follow
        self._quiet_next = False  # after a pause that was acknowledged

    def know(self, text: TurnText) -> None:
        """Take what words are evidence of, from now on; from any thread."""
        self._text = text

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
        self.follow(event)
        close = [CloseSegment()] if self._wants_words(event) else []
        return [*close, *self.advance(event.at_s)]

    def follow(self, event: Event) -> None:
        """Take an event of hearing, and decide nothing yet."""
        if isinstance(event, VoiceStarted):
            if self._turn_start_s is None:
                self._turn_start_s = event.speech_start_s
            else:
                self._pauses.note(event.speech_start_s - self._speech_end_s)
            self._voice_start_s = event.speech_start_s
        elif isinstance(event, VoiceStopped) and self._voice_start_s is not None:
            self._voice += ((self._voice_start_s, event.speech_end_s),)
            self._speech_end_s = event.speech_end_s
            self._voice_start_s = None
            self._encouraged = False
            self._final = 0.0
        elif isinstance(event, SegmentTranscribed):
            self._take_words(event)
        elif isinstance(event, ProsodyHeard) and event.speech_end_s == self._speech_end_s:
            self._final = 2.0 * event.probability - 1.0
        if isinstance(event, (VoiceStarted, VoiceStopped, SegmentTranscribed, ProsodyHeard)):
            self._decided = None

    def _wants_words(self, event: Event) -> bool:
        """Whether what has just paused may be a command or a short reply."""
        if not isinstance(event, VoiceStopped) or self._transcript_is_complete or self._time_is_up:
            return False
        start_s, end_s = self._voice[-1]
        alone = len(self._voice) == 1 or start_s - self._voice[-2][1] >= UTTERANCE_GAP_S
        return alone and end_s - start_s <= COMMAND_VOICE_S

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
            hold = self.hold
            if at_s >= self._speech_end_s + hold.seconds - 1e-6:
                due += self._end_turn(at_s, hold)
            elif not self._encouraged and at_s >= self._encourage_at_s - 1e-6:
                due += self._encourage(at_s)
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
            moments.append(self._speech_end_s + self.hold.seconds)
            if not self._encouraged:
                moments.append(self._encourage_at_s)
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
        return self._floor_taken(self._speech_end_s, self.hold)

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

    @property
    def hold(self) -> Hold:
        """How long to wait after what was heard last; asked for with every frame."""
        if self._decided is None:
            self._decided = self._decide()
        return self._decided

    def _decide(self) -> Hold:
        assert self._expectation is not None
        start_s = self._speech_end_s if self._turn_start_s is None else self._turn_start_s
        texts = tuple(word.text for word in self._words)
        return hold_for(
            Said(texts, self._last_utterance, self._speech_end_s - start_s, self._final),
            self._expectation,
            self._is_command,
            self._settings,
            self._pauses,
            self._text,
        )

    def probability(self, at_s: float) -> float:
        """Return how probable it is that an answer is over, if nothing is heard until `at_s`."""
        log_odds = self.hold.log_odds + self._pauses.evidence(at_s - self._speech_end_s)
        return 0.0 if log_odds < -700.0 else 1.0 / (1.0 + math.exp(-log_odds))

    # --- encouragement --------------------------------------------------------------------------

    @property
    def _encourage_at_s(self) -> float:
        """When this pause is answered by a sound that leaves the candidate the floor."""
        open_end = self.hold.rule == "trailing_word"
        wait_s = self._settings.nudge_s if open_end else self._settings.acknowledge_s
        return self._speech_end_s + wait_s

    def _encourage(self, at_s: float) -> Iterable[Event | Command]:
        """Say "take your time" in mid-thought, or a quiet "okay" where the end is likely."""
        self._encouraged = True
        assert self._expectation is not None
        hold, settings = self.hold, self._settings
        if hold.rule == "trailing_word":
            yield from self._sound(at_s, nudge=True)
            return
        followed, self._quiet_next = self._quiet_next, False
        if self._expectation.kind != "answer" or hold.rule not in ("ended", "patience"):
            return
        rested = at_s - self._acknowledged_s >= settings.apart_s
        if hold.log_odds >= settings.likely and rested and not followed:
            self._quiet_next = True
            yield from self._sound(at_s, nudge=False)

    def _sound(self, at_s: float, nudge: bool) -> Iterable[Event | Command]:
        self._acknowledged_s = at_s
        silence_s = round(at_s - self._speech_end_s, 3)
        rule = "nudge" if nudge else "acknowledge"
        yield TurnEstimated(at_s, silence_s, round(self.probability(at_s), 3), rule)
        yield Acknowledge(at_s, nudge)

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
        probability = self.probability(at_s)
        taken = self._take_floor(at_s, hold)
        if hold.rule not in ("ended", "patience"):
            return [taken]
        silence_s = round(at_s - self._speech_end_s, 3)
        return [TurnEstimated(at_s, silence_s, round(probability, 3), hold.rule), taken]

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
