"""The one vocabulary: what happened, and what is to be done.

Everything that passes between the parts of a session is one of these frozen values. Events carry
``at_s``, the moment on the session's clock in seconds; commands are carried out at once. Audio
flows beside them, never inside. The same events feed the dialogue, the log, the metrics, the report
and the replay: the log is the truth, and whatever can be computed from it is not stored beside
it.

Words for the moments of a turn (they are the same in code, prompts and reports):

- *speech end*: the end of the last voiced frame of the candidate's turn;
- *floor taken*: the moment the turn policy decides that the turn is over;
- *first word*: the first audible sample of the reply, on the output device's clock.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from voicecoach.word_sets import word_set


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word.

    Attributes:
        text: as the recogniser writes it, usually lower case.
        start_s: start on the session's clock (or in the file), in seconds.
        end_s: end, likewise.
        confidence: 0 to 1.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float


Span = tuple[float, float]
"""A stretch of time: start and end, in seconds on the session's clock (or in the file)."""

HESITATIONS = word_set("um umm uhm uh uhh er err erm ehm hm hmm mm mhm mmm ah eh")
"""Sounds that people make while they think. A recogniser that hears them writes them as words; they
are counted, and neither judged nor read back."""

_OPEN = """
    and but so because or then if when while which who whose where since although though
    unless until than as like a an the this these those my our your their his her its some any
    every each no of to in on at by for with from into over about between through without under
    is are was were be been being am has have had will would could should can may might must does
    i we they he she it's i'm we're they're there's
    very more most really around roughly nearly almost only just also not
"""
OPEN_WORDS = HESITATIONS.union(_OPEN.split())
"""Words that hardly end a sentence: after one of them the candidate is still thinking."""


def text_of(words: Iterable[Word]) -> str:
    """Return the words in a row, as everyone who quotes or counts characters takes them."""
    return " ".join(word.text for word in words)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        at_s: when, in seconds on the session's clock.
    """

    at_s: float


# --- session ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):
    """A session began; what it runs on.

    Attributes:
        session_id: also the name of its folder.
        activity: ``practice``, ``demo``, ``opening`` or ``drill:NAME``.
        plan: name of the plan, empty where there is none.
        seed: what the choice of questions and wordings was seeded with.
        model: name of the recogniser's model.
        model_note: what that model is good for, one sentence.
        voice: name of the coach's voice.
        source: what is listened to: ``microphone``, ``text``, or ``recordings``, with what they are
            in brackets where that is known.
        version: of voicecoach.
        started: date and time, ISO 8601 with zone.
        clock: ``system``, or ``virtual`` where time was only simulated: its latencies are the
            parts' own patience, not what anyone heard.
        rough: whether the model does not know such voices: captions are rough, nothing is scored.
        half_duplex: whether nothing is listened to while the coach speaks, because the microphone
            picks up the loudspeaker: then it cannot be noticed that the candidate goes on.
        microphone: name of the device, or ``recordings`` or ``text``; '' where it was not noted.
        loudspeaker: likewise, or ``none``.
        judge: which judge scored it, as `voicecoach.content.judge` tells them apart; '' in logs of
            before that was noted.
    """

    session_id: str
    activity: str
    plan: str
    seed: int
    model: str
    model_note: str
    voice: str
    source: str
    version: str
    started: str
    clock: str = "system"
    half_duplex: bool = False
    rough: bool = False
    microphone: str = ""
    loudspeaker: str = ""
    judge: str = ""


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    """The session is over.

    Attributes:
        reason: ``finished``, ``stopped`` (the candidate asked), ``interrupted`` (Ctrl-C),
            ``no_answer`` (nobody spoke), ``out_of_answers`` (recordings used up) or ``failed``.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Problem(Event):
    """Something went wrong and the session went on, or ended with everything kept."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RecordingStarted(Event):
    """The first sample of the session's recording was heard at `at_s`."""


@dataclass(frozen=True, slots=True)
class SelfMeasured(Event):
    """The session's own figures so far, for the coach to tell.

    Attributes:
        replies: how many replies were timed.
        ttfw_p50_s: median time to first word, None without replies.
        ttfw_p95_s: its 95th percentile, likewise.
        share_within_gate: share of replies whose first word came within the gate, likewise.
        turns_per_task: candidate turns for a resolved task, None when none was resolved.
    """

    replies: int
    ttfw_p50_s: float | None
    ttfw_p95_s: float | None
    share_within_gate: float | None
    turns_per_task: float | None


# --- hearing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoiceStarted(Event):
    """The candidate began to make sound.

    Attributes:
        speech_start_s: start of the first voiced frame; `at_s` is when that was known.
    """

    speech_start_s: float


@dataclass(frozen=True, slots=True)
class VoiceStopped(Event):
    """The candidate fell silent, perhaps only to think.

    Attributes:
        speech_end_s: end of the last voiced frame; `at_s` is when that was known.
    """

    speech_end_s: float


@dataclass(frozen=True, slots=True)
class ProsodyHeard(Event):
    """How final the last seconds sounded; once in a pause at most, and only where it is asked for.

    Attributes:
        speech_end_s: of the pause that was asked about, as in its `VoiceStopped`; the answer may
            come when the candidate speaks again.
        probability: that the turn is over, 0 to 1, by the sound alone.
    """

    speech_end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class PartialTranscript(Event):
    """What the recogniser makes of the segment that is being spoken; may still change."""

    text: str


@dataclass(frozen=True, slots=True)
class SegmentTranscribed(Event):
    """The words of a stretch of speech between two pauses; they will not change any more.

    Attributes:
        words: with times on the session's clock; empty when nothing was recognised.
        through_s: sound up to this moment has been taken into account.
    """

    words: tuple[Word, ...]
    through_s: float

    @property
    def text(self) -> str:
        """The words in a row."""
        return text_of(self.words)


@dataclass(frozen=True, slots=True)
class RecognizerBehind(Event):
    """The recogniser is slower than speech; sound waits for it, and none of it is lost.

    Told once it is noticed, and again each time that twice as much is waiting.

    Attributes:
        waiting_s: seconds of sound that wait.
    """

    waiting_s: float


@dataclass(frozen=True, slots=True)
class RecognizerCaughtUp(Event):
    """The recogniser keeps up again.

    Attributes:
        behind_s: seconds since it was first noticed to be behind.
        most_s: seconds of sound that waited when it was worst.
    """

    behind_s: float
    most_s: float


# --- turns --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FloorTaken(Event):
    """The candidate's turn is over.

    Attributes:
        speech_end_s: end of its last voiced frame.
        hold_s: silence that the policy asked for here.
        rule: why it asked for so much, such as ``trailing_word`` or ``closing_phrase``.
        words: of the whole turn; empty when there was voice but no words.
        voiced_s: seconds of voice in the turn.
        tail_words: how many of the words make its last utterance, which may be a command; 0 for a
            lone word in the middle of an answer.
        voice: the stretches of voice in the turn, in order; empty where only their sum is known.
    """

    speech_end_s: float
    hold_s: float
    rule: str
    words: tuple[Word, ...]
    voiced_s: float
    tail_words: int = 0
    voice: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The words in a row."""
        return text_of(self.words)


@dataclass(frozen=True, slots=True)
class TurnEstimated(Event):
    """What the turn policy makes of a silence; noted where it changes what is done.

    Attributes:
        silence_s: since the end of the last voiced frame.
        probability: that the turn is over, 0 to 1.
        rule: what decided, as in `FloorTaken`.
    """

    silence_s: float
    probability: float
    rule: str


@dataclass(frozen=True, slots=True)
class Acknowledged(Event):
    """A short "okay" was heard; the candidate kept the floor.

    Attributes:
        start_s: its first audible sample.
        end_s: its last one.
        cut: whether it fell silent before its end, because the candidate spoke on.
    """

    start_s: float
    end_s: float
    cut: bool


@dataclass(frozen=True, slots=True)
class BargedIn(Event):
    """The candidate spoke over the coach.

    Attributes:
        silent_s: when the coach fell silent.
    """

    silent_s: float


@dataclass(frozen=True, slots=True)
class InterruptionFaded(Event):
    """What the coach had fallen silent for was nobody speaking: no word followed.

    Attributes:
        text: what was cut off, to be said again.
    """

    text: str


@dataclass(frozen=True, slots=True)
class SilenceNoticed(Event):
    """Nobody has spoken since the coach fell silent.

    Attributes:
        silence_s: for how long.
    """

    silence_s: float


@dataclass(frozen=True, slots=True)
class TimeMark(Event):
    """A moment that the dialogue had asked to be told of.

    Attributes:
        name: as in the `RemindAt` that asked for it.
    """

    name: str


@dataclass(frozen=True, slots=True)
class OutOfAnswers(Event):
    """The recordings that stand in for the microphone are used up."""


@dataclass(frozen=True, slots=True)
class StopRequested(Event):
    """The user wants to end it from outside the conversation (Ctrl-C)."""


# --- dialogue -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundBegan(Event):
    """An interviewer took over.

    Attributes:
        number: of the round in its plan, from 1.
        title: of the round, '' where the plan is a single one.
        persona: name of the interviewer, '' for nobody in particular.
        style: in which it is interviewed.
    """

    number: int
    title: str
    persona: str
    style: str


@dataclass(frozen=True, slots=True)
class TaskOpened(Event):
    """The interviewer opened a task: a question or a probe.

    Attributes:
        task_id: ``q1``, ``q1.p1``, ``q1.p2``, ``q2``, ...; in a drill ``r1``, ``r1.STEP``, ...
        kind: ``question``, ``probe`` or ``drill``.
        question_id: of the bank.
        question_type: the type by which the answer is scored, such as ``data_story``.
        probe: name of the probe, or of a drill's step after the first; empty for a question.
        text: as it is spoken.
    """

    task_id: str
    kind: str
    question_id: str
    question_type: str
    probe: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnTaken(Event):
    """A turn of the candidate's, understood.

    Attributes:
        task_id: the open task.
        kind: ``answer``, ``command`` or ``unclear`` (a turn of which nothing was understood).
        command: its name, empty unless `kind` is ``command``.
        words: of the turn.
        speech_end_s: end of its last voiced frame.
    """

    task_id: str
    kind: str
    command: str
    words: tuple[Word, ...]
    speech_end_s: float

    @property
    def text(self) -> str:
        """The words in a row."""
        return text_of(self.words)


@dataclass(frozen=True, slots=True)
class TaskClosed(Event):
    """A task ended.

    Attributes:
        outcome: ``resolved`` (the facet it asked for is shown), ``skipped``, ``abandoned`` (its
            turn limit is reached, or the session ended), or ``unjudged`` (the recogniser's model
            does not know the voice, so nobody can tell).
        turns: candidate turns spent on it.
    """

    task_id: str
    outcome: str
    turns: int


@dataclass(frozen=True, slots=True)
class AnswerDropped(Event):
    """The candidate starts over: what was said to the open task so far counts no more.

    Attributes:
        task_id: the open task.
    """

    task_id: str


@dataclass(frozen=True, slots=True)
class AnswerScored(Event):
    """An answer was judged.

    Attributes:
        task_id: the task that was answered; the judged text is that of its `TurnTaken` answers,
            joined by single spaces.
        score: the document of `voicecoach.scoring.types.Score.to_json`.
        with_replies: the question's answer was judged once more, together with the replies to its
            probes so far: the judged text is that of all of them, in order.
    """

    task_id: str
    score: Mapping[str, Any] = field(hash=False)
    with_replies: bool = False


@dataclass(frozen=True, slots=True)
class ProbeChosen(Event):
    """Why this follow-up and no other.

    Attributes:
        task_id: of the probe about to be opened.
        probe: its name.
        rule: what made it first.
        evidence: the candidate's words that it rests on; may be empty.
        runners_up: names of the next best, best first.
    """

    task_id: str
    probe: str
    rule: str
    evidence: str
    runners_up: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrillResult(Event):
    """The outcome of one round of a drill.

    Attributes:
        drill: its name.
        round_number: from 1.
        result: plain values by name, as the drill defines them.
    """

    drill: str
    round_number: int
    result: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class DrillRequested(Event):
    """The candidate asked for a drill: this session ends, and one with that drill follows.

    Attributes:
        drill: its name.
    """

    drill: str


@dataclass(frozen=True, slots=True)
class AnotherRequested(Event):
    """The candidate asked, after a session, for another one of the same kind."""


@dataclass(frozen=True, slots=True)
class StorySaved(Event):
    """The candidate asked to keep what was told.

    Attributes:
        task_id: the question, or the round of a drill, whose answer it is.
        title: as it was said, such as "checkout"; '' if none was.
    """

    task_id: str
    title: str


# --- voice --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DelayAssigned(Event):
    """By lot, the reply to the turn that just ended is heard so much later than it could be.

    Attributes:
        utterance_id: of the reply's first utterance.
        experiment: name of the experiment for which lots are drawn.
        number: of the turn within the experiment, all its sessions together, from 0.
        delay_s: added before the first word, 0 for a reply that comes as soon as it can.
    """

    utterance_id: str
    experiment: str
    number: int
    delay_s: float


@dataclass(frozen=True, slots=True)
class UtteranceReady(Event):
    """The coach's next utterance is rendered and handed to the output.

    Attributes:
        utterance_id: as in the `Speak` that asked for it.
        decided_s: when the dialogue had decided what to say.
        cached: whether the sound was rendered beforehand.
    """

    utterance_id: str
    decided_s: float
    cached: bool


@dataclass(frozen=True, slots=True)
class UtteranceStarted(Event):
    """First word: `at_s` is when its first audible sample left the device.

    Attributes:
        purpose: as in `Speak`.
        text: what is said.
    """

    utterance_id: str
    purpose: str
    text: str


@dataclass(frozen=True, slots=True)
class UtteranceFinished(Event):
    """The coach stopped speaking.

    Attributes:
        cut: whether it was stopped before its end.
    """

    utterance_id: str
    cut: bool


# --- commands -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do, now."""


@dataclass(frozen=True, slots=True)
class Speak(Command):
    """Say this; several in a row are said without a gap.

    Attributes:
        utterance_id: unique in the session.
        text: for the ear.
        purpose: ``question``, ``probe``, ``nudge``, ``unclear``, ``reply``, ``feedback`` or
            ``closing``.
        slow: speak slower than usual, as asked.
    """

    utterance_id: str
    text: str
    purpose: str
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Hush(Command):
    """Stop speaking at once and forget what was still to be said."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What kind of turn the coach waits for; the turn policy's patience depends on it.

    Attributes:
        kind: ``answer`` (a story or an argument), ``short`` (a command, a yes or no, a number),
            ``opening`` (the timed 90 seconds) or ``paused`` (only commands are listened for).
        target_s: usual length of a good answer, in seconds.
        patience: of who asks. So many times the usual silence is waited for before it is noticed;
            above one there is also more time to think in an answer. Below one nobody is cut off.
    """

    kind: str
    target_s: float
    patience: float = 1.0


@dataclass(frozen=True, slots=True)
class Listen(Command):
    """Give the floor to the candidate."""

    expectation: Expectation


@dataclass(frozen=True, slots=True)
class RemindAt(Command):
    """Send a `TimeMark` of this name after so many seconds of the candidate's turn.

    Attributes:
        after_s: counted from the start of the candidate's speech.
        name: any.
    """

    after_s: float
    name: str


@dataclass(frozen=True, slots=True)
class Tone(Command):
    """Play a short, quiet tone that does not take the floor."""

    name: str


@dataclass(frozen=True, slots=True)
class Acknowledge(Command):
    """Say a short, quiet "okay" that does not take the floor and yields at once.

    Attributes:
        at_s: when that was decided.
        nudge: a "take your time" instead, in a long silence in the middle of a thought.
    """

    at_s: float
    nudge: bool = False


@dataclass(frozen=True, slots=True)
class TakeFloor(Command):
    """End the candidate's turn now: its time is over."""


@dataclass(frozen=True, slots=True)
class CloseSegment(Command):
    """Have the words of the speech so far, without waiting for a pause."""


@dataclass(frozen=True, slots=True)
class MeasureSelf(Command):
    """Compute the session's own figures and send them as `SelfMeasured`."""


@dataclass(frozen=True, slots=True)
class End(Command):
    """The conversation is over: finish the sound and close the session."""

    reason: str


# --- JSON ---------------------------------------------------------------------------------------


def _subclasses(base: type[Event]) -> dict[str, type[Event]]:
    return {cls.__name__: cls for cls in base.__subclasses__()}


EVENT_TYPES: dict[str, type[Event]] = _subclasses(Event)
"""Every class of event, by name."""


def to_json(event: Event) -> dict[str, Any]:
    """Return a plain document: ``{"event": class name, field: value, ...}``."""
    return {"event": type(event).__name__, **dataclasses.asdict(event)}


def from_json(document: Mapping[str, Any]) -> Event:
    """Return the event of a document made by `to_json`.

    Raises:
        ValueError: the document is not an event: unknown name, missing, extra or mistyped field.
    """
    cls = EVENT_TYPES.get(str(document.get("event")))
    if cls is None:
        raise ValueError(f"unknown event {document.get('event')!r}")
    values = {k: v for k, v in document.items() if k != "event"}
    try:
        return _build(cls, values)
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"bad {cls.__name__}: {error}") from error


_T = TypeVar("_T")

_hints: Callable[[Any], dict[str, Any]] = functools.cache(typing.get_type_hints)  # it is slow


def _build(cls: type[_T], values: Any) -> _T:
    """Return a `cls` of its fields as JSON gave them."""
    if not isinstance(values, Mapping):
        raise TypeError(f"{values!r} is not a {cls.__name__}")
    hints = _hints(cls)
    return cls(**{k: _decode(hints[k], v) for k, v in values.items()})


def _decode(hint: Any, value: Any) -> Any:
    """Return `value`, as JSON gave it, as the type that a field is declared with."""
    if hint is str and isinstance(value, str):
        return value
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise TypeError(f"{value!r} is not a number")
        return float(value)
    if hint == float | None:
        return None if value is None else _decode(float, value)
    if typing.get_origin(hint) is tuple and isinstance(value, (list, tuple)):
        kind = typing.get_args(hint)[0]
        return tuple(_build(Word, v) if kind is Word else _decode(kind, v) for v in value)
    origin = typing.get_origin(hint) or hint
    if not isinstance(value, origin) or (origin is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is not {getattr(origin, '__name__', origin)}")
    return value
