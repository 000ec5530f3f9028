"""A session running: everything that happens, taken one after the other, and what follows from it.

Sound from the microphone, words from the recogniser's worker, moments from the loudspeaker, timers,
Ctrl-C: all of it comes to one inbox, and one loop takes it out, asks the turn policy and the
dialogue what follows, and does it. Nothing else decides anything, so a session is as deterministic
as what is put into the inbox. `voicecoach.loop` has the two kinds of inbox, live and virtual.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from voicecoach.acknowledging import PREFIX as ACKNOWLEDGEMENT_PREFIX
from voicecoach.acknowledging import Acknowledger
from voicecoach.audio.format import AudioChunk, Clip, after_silence, first_audible_s
from voicecoach.clock import Clock
from voicecoach.dialog.machine import DIALOG_EVENTS
from voicecoach.echo import EchoGuard
from voicecoach.endpoint import TurnPolicy, TurnSettings
from voicecoach.errors import DeviceError, UnexpectedEvent, VoicecoachError
from voicecoach.events import (
    Acknowledge,
    BargedIn,
    CloseSegment,
    Command,
    DelayAssigned,
    End,
    Event,
    Expectation,
    FloorTaken,
    Hush,
    InterruptionFaded,
    Listen,
    MeasureSelf,
    PartialTranscript,
    Problem,
    RecordingStarted,
    RemindAt,
    SegmentTranscribed,
    SelfMeasured,
    SessionEnded,
    SessionStarted,
    Speak,
    StopRequested,
    TakeFloor,
    TaskOpened,
    Tone,
    UtteranceFinished,
    UtteranceReady,
    UtteranceStarted,
    VoiceStarted,
    VoiceStopped,
)
from voicecoach.hearing import BacklogWatch, Ears, SecondHearing, Transcriber
from voicecoach.loop import Failed, Inbox, Timers, Worker
from voicecoach.overhearing import Overhearing
from voicecoach.ports import (
    Loudspeaker,
    Microphone,
    Recognizer,
    RecognizerMaker,
    RendersAhead,
    SessionLog,
    Voice,
    VoiceActivityDetector,
)
from voicecoach.prosody import PauseListener
from voicecoach.sound_watch import SoundWatch
from voicecoach.turn_text import TurnText

BACKLOG_S = 3.0
"""Sound waiting for the recogniser from which the user is told."""

TONE_PREFIX = "tone:"
"""Marks sounds that are no utterances."""

FADED_S = 1.2
"""Silence after an interruption without a word, from which it was none: sooner than the turn policy
would take it for something that was not understood."""


@dataclass(frozen=True, slots=True)
class _Sounded:
    """What the loudspeaker tells of a sound that is no utterance: `end` None while it begins."""

    at_s: float
    end: str | None = None


class Dialogue(Protocol):
    """Decides what is said: `voicecoach.dialog.machine.Conversation`, or the lobby after it."""

    @property
    def command_phrases(self) -> Sequence[str]:
        """Everything that is a command now."""
        ...

    @property
    def interruptible(self) -> bool:
        """Whether the coach falls silent for anybody who speaks, or only for a command."""
        ...

    def is_command(self, utterance: str) -> bool:
        """Whether a whole utterance would be taken as a command."""
        ...

    def handle(self, event: Event) -> Sequence[Event | Command]:
        """Take one step; return the events and commands that come of it, in order.

        Raises:
            UnexpectedEvent: it does not belong here; nothing has changed.
        """
        ...

    def preview(self, event: Event) -> Sequence[Event | Command]:
        """Return what `handle` would return, and change nothing."""
        ...


@dataclass(slots=True)
class Parts:
    """What a session is made of.

    Attributes:
        clock: system or virtual.
        inbox: on the same clock.
        timers: those of the parts that own no thread.
        worker: runs the recogniser's jobs.
        microphone: or recordings, or a keyboard.
        detector: of voice; None for typed answers.
        recognizer: makes the recogniser; None for typed answers.
        command_recognizer: makes one that knows only the phrases given to it; None to do without.
        voice: text to sound.
        speaker: plays it.
        log: keeps everything.
        tone: the sound of a mark, by name.
        hears_itself: whether the microphone picks up the loudspeaker; then only what stands out
            from the coach's own voice is listened to.
        cue: called with the open task whenever the candidate gets the floor; recordings and
            keyboards wait for it.
        observers: called with each event, for whoever shows them.
        pauses: asks how final each pause sounds; None to do without.
        acknowledger: says a quiet "okay" where the turn policy finds it due; None to do without.
        delay_for: draws, now and for the utterance of this id, by how much a reply is to be heard
            later than it could be; None outside an experiment.
        turn_text: reads what words are evidence of at the end of a turn; None to go by length.
        turn_settings: how patient the turn policy is.
    """

    clock: Clock
    inbox: Inbox
    timers: Timers
    worker: Worker
    microphone: Microphone
    detector: VoiceActivityDetector | None
    recognizer: Callable[[], Recognizer] | None
    command_recognizer: RecognizerMaker | None
    voice: Voice
    speaker: Loudspeaker
    log: SessionLog
    tone: Callable[[str], Clip]
    hears_itself: bool = False
    cue: Callable[[TaskOpened], None] | None = None
    observers: Sequence[Callable[[Event], None]] = field(default_factory=tuple)
    pauses: PauseListener | None = None
    acknowledger: Acknowledger | None = None
    delay_for: Callable[[float, str], DelayAssigned] | None = None
    turn_text: Callable[[], TurnText] | None = None
    turn_settings: TurnSettings = field(default_factory=TurnSettings)


class Session:
    """One conversation, from the first word to the last.

    Args:
        parts: what it is made of.
        conversation: what is said.
        opening_event: what the log begins with; it is completed by the devices' names, which are
            known when they are open.
    """

    def __init__(self, parts: Parts, conversation: Dialogue, opening_event: SessionStarted) -> None:
        self._parts = parts
        self._conversation = conversation
        self._opening_event = opening_event
        self._policy = TurnPolicy(conversation.is_command, parts.turn_settings)
        self._echo = EchoGuard() if parts.hears_itself else None
        self._ears = self._make_ears()
        self._overhearing = Overhearing(conversation.is_command, echoes=parts.hears_itself)
        self._interrupted_s: float | None = None
        self._cut: list[str] = []  # texts that an interruption has cut off
        self._acknowledged = {False: False, True: False}  # this turn: by an "okay", by a nudge
        self._ahead = parts.voice if isinstance(parts.voice, RendersAhead) else None
        self._said: dict[str, tuple[Speak, Clip]] = {}
        self._task: TaskOpened | None = None
        self._listening = False
        self._reply_due = False
        self._turns = 0
        self._prepared = False
        self._expectation = Expectation("answer", 1.0)
        self._heard_until_s = 0.0
        self._voice_end_s = self._transcribed_to_s = 0.0
        self._recording = False
        self._sound = SoundWatch()
        self._backlog = BacklogWatch()
        self._told_backlog = False
        self._running = True
        self.events: list[Event] = []
        self._do_command: dict[type[Command], Callable[[Any], None]] = {
            Speak: self._speak,
            Hush: lambda _: parts.speaker.hush(),
            Listen: self._listen,
            RemindAt: self._policy.remind,
            Acknowledge: self._acknowledge,
            Tone: lambda c: parts.speaker.play(TONE_PREFIX + c.name, parts.tone(c.name)),
            TakeFloor: lambda _: self._carry_out(self._policy.time_up(parts.clock.now())),
            CloseSegment: lambda _: self._close_segment(),
            MeasureSelf: lambda _: self._measure(),
            End: self._end,
        }

    def _make_ears(self) -> Ears | None:
        parts = self._parts
        if parts.detector is None or parts.recognizer is None:
            return None
        second = None
        if parts.command_recognizer is not None:
            talk = self._conversation
            second = SecondHearing(parts.command_recognizer, talk.command_phrases, talk.is_command)
        transcriber = Transcriber(parts.recognizer, parts.clock.now, second)
        parts.worker.submit(transcriber.prepare)
        if parts.turn_text is not None:
            load = parts.turn_text
            parts.worker.submit(lambda: self._policy.know(load()))
        return Ears(parts.detector, transcriber, parts.worker.submit, self._echo)

    def request_stop(self) -> None:
        """End the session from outside, keeping everything; may be called from a signal handler."""
        self._parts.inbox.put(StopRequested(self._parts.clock.now()))

    def run(self) -> list[Event]:
        """Run to the end and return the events.

        Raises:
            VoicecoachError: a part failed; everything up to then is kept.
        """
        parts = self._parts
        try:
            parts.speaker.start(self)
            parts.microphone.start(parts.inbox.put, parts.inbox.put)
            self._note(
                dataclasses.replace(
                    self._opening_event,
                    microphone=parts.microphone.name,
                    loudspeaker=parts.speaker.name,
                )
            )
            while self._running:
                self._step()
        except VoicecoachError as error:
            self._fail(error.code, error.message)
            raise
        except Exception as error:
            self._fail("session.mistake", f"{type(error).__name__} inside voicecoach")
            raise
        finally:
            parts.microphone.stop()
            parts.speaker.stop()
            parts.worker.stop()
            if parts.pauses is not None:
                parts.pauses.stop()
        return self.events

    def _step(self) -> None:
        """Wait for the next thing to happen, and let everything follow from it that does."""
        parts = self._parts
        moments = [m for m in (parts.timers.next_s, self._policy.deadline_s) if m is not None]
        item = parts.inbox.get(min(moments, default=None))
        now_s = parts.clock.now()
        if isinstance(item, SegmentTranscribed):
            self._transcribed_to_s = item.through_s
        if isinstance(item, AudioChunk):
            self._hear(item)
        elif isinstance(item, (PartialTranscript, SegmentTranscribed)) and not self._listening:
            self._overhearing.hear(item)  # nobody's words yet
            self._yield_if_interrupted()
        elif isinstance(item, Problem) and item.code == "device.microphone_lost":
            raise DeviceError(item.code, item.message, "Plug it in; everything so far is kept")
        elif isinstance(item, Event):
            self._note(item)
        elif isinstance(item, _Sounded):
            self._follow_acknowledgement(item)
        elif isinstance(item, Failed):
            raise item.error
        parts.timers.run_due(now_s)
        self._carry_out(self._policy.advance(now_s))

    # --- events ---------------------------------------------------------------------------------

    def _note(self, event: Event) -> None:
        """Keep an event, show it, and do what follows from it."""
        if isinstance(event, UtteranceStarted):
            self._follow_utterance(event)
        elif isinstance(event, UtteranceFinished) and event.cut:
            self._follow_cut(event)
        self.events.append(event)
        self._parts.log.append(event)
        for observer in self._parts.observers:
            observer(event)
        if isinstance(event, TaskOpened):
            self._task = event
        if isinstance(event, FloorTaken):
            self._reply_due = True
        self._carry_out(self._policy.hear(event))
        if type(event) in DIALOG_EVENTS and self._running:
            try:
                outputs = self._conversation.handle(event)
            except UnexpectedEvent as error:
                # A moment that came too late, such as the end of a sound that was just cut off.
                self._parts.log.append(Problem(event.at_s, error.code, error.message))
            else:
                self._carry_out(outputs)
        if isinstance(event, SegmentTranscribed):
            self._prepare_reply()

    def _carry_out(self, outputs: Sequence[Event | Command]) -> None:
        for output in outputs:
            if isinstance(output, Event):
                self._note(output)
            else:
                self._do_command[type(output)](output)

    def _fail(self, code: str, message: str) -> None:
        """Write down why the session ends here, if it has begun and writing is still possible."""
        at_s = self._parts.clock.now()
        for event in (Problem(at_s, code, message), SessionEnded(at_s, "failed")):
            if not self.events:
                return
            self.events.append(event)
            try:
                self._parts.log.append(event)
            except VoicecoachError:
                return

    # --- hearing --------------------------------------------------------------------------------

    def _hear(self, chunk: AudioChunk) -> None:
        if not self._recording:
            self._recording = True
            self._note(RecordingStarted(chunk.start_s))
        self._parts.log.audio(chunk.samples)
        self._heard_until_s = chunk.end_s
        if self._ears is None:
            return
        event = self._ears.hear(chunk)
        if self._listening and self._parts.pauses is not None:
            self._parts.pauses.hear(chunk, event)
        if event is not None:
            if isinstance(event, VoiceStopped):
                self._voice_end_s = event.speech_end_s
            if not self._listening:
                self._overhearing.hear(event)
            elif isinstance(event, VoiceStopped) and self._cut:
                self._await_words(event.speech_end_s)
            elif isinstance(event, VoiceStarted) and self._parts.acknowledger is not None:
                self._parts.acknowledger.give_way()
            self._note(event)
        self._yield_if_interrupted()
        self._watch_sound(self._ears, chunk)
        self._watch_backlog(self._ears)

    def _watch_sound(self, ears: Ears, chunk: AudioChunk) -> None:
        """Say what is wrong with the microphone, while it is the candidate's turn."""
        if self._listening and self._parts.cue is None:
            fault = self._sound.take(chunk, voiced=ears.voiced)
            if fault is not None:
                self._note(Problem(self._parts.clock.now(), *fault))

    def _watch_backlog(self, ears: Ears) -> None:
        """Note that the recogniser is slower than speech; tell the user once, when it matters."""
        waiting_s, now_s = ears.waiting_s, self._parts.clock.now()
        event = self._backlog.watch(waiting_s, now_s)
        if event is not None:
            self._note(event)
        if waiting_s >= BACKLOG_S and not self._told_backlog:
            self._told_backlog = True
            message = (
                f"Recognition is {waiting_s:.0f} s behind. Nothing is lost, but replies come late; "
                "a smaller model would keep up."
            )
            self._note(Problem(now_s, "asr.behind", message))

    def _listen(self, command: Listen) -> None:
        now_s = self._parts.clock.now()
        self._listening = True
        self._expectation = command.expectation
        self._turns += 1
        self._acknowledged = dict.fromkeys(self._acknowledged, False)
        if self._ears is not None:
            if self._parts.pauses is not None:
                self._parts.pauses.listen()
            self._ears.listen(self._conversation.command_phrases)
            self._begin_turn(self._ears, command.expectation, now_s)
        if self._parts.cue is not None and self._task is not None:
            self._parts.cue(self._task)

    def _begin_turn(self, ears: Ears, expectation: Expectation, now_s: float) -> None:
        """Have the policy follow a turn that may have begun while the coach was speaking."""
        interrupted, self._interrupted_s = self._interrupted_s is not None, None
        if self._overhearing.stale:
            ears.start_afresh()
            self._policy.listen(expectation, now_s, voiced=ears.voiced)
            return
        self._policy.listen(expectation, now_s)
        for event in self._overhearing.beginning(now_s, interrupted=interrupted):
            if isinstance(event, SegmentTranscribed):
                self._note(dataclasses.replace(event, at_s=now_s))  # only now it is the candidate's
            else:
                self._carry_out(self._policy.hear(dataclasses.replace(event, at_s=now_s)))
        if interrupted and not ears.voiced:
            self._await_words(now_s)

    def _await_words(self, silent_since_s: float) -> None:
        """See, some time after an interruption, whether there were words in it."""
        turn = self._turns
        self._parts.timers.schedule(silent_since_s + FADED_S, lambda: self._say_again(turn))

    def _say_again(self, turn: int) -> None:
        """Go back to what was cut off, if the interruption was none and the wait is the same."""
        if not self._listening or turn != self._turns or self._ears is None or self._ears.voiced:
            return
        now_s = self._parts.clock.now()
        if self._transcribed_to_s < self._voice_end_s:
            self._await_words(now_s)  # the recogniser is slow, and may still find some
        elif self._policy.pending_turn is None:
            self._note(InterruptionFaded(now_s, " ".join(self._cut)))

    def _close_segment(self) -> None:
        if self._ears is not None:
            self._ears.close_segment(self._heard_until_s)

    def _prepare_reply(self) -> None:
        """Render what the coach would say if the turn were over now; say nothing."""
        turn = self._policy.pending_turn
        if turn is None or self._ahead is None:
            return
        outputs = self._conversation.preview(turn)
        self._ahead.prefetch([(o.text, o.slow) for o in outputs if isinstance(o, Speak)])

    # --- speaking -------------------------------------------------------------------------------

    def _speak(self, command: Speak) -> None:
        parts = self._parts
        if self._listening:
            self._stop_listening()
        decided_s = parts.clock.now()
        cached = self._ahead is not None and self._ahead.is_cached(command.text, command.slow)
        clip = parts.voice.render(command.text, command.slow)
        clip = after_silence(clip, self._added_delay_s(command))
        self._said[command.utterance_id] = command, clip
        self._note(UtteranceReady(parts.clock.now(), command.utterance_id, decided_s, cached))
        parts.speaker.play(command.utterance_id, clip)

    def _added_delay_s(self, command: Speak) -> float:
        """Return how much later a reply is to be heard for the sake of an experiment."""
        due, self._reply_due = self._reply_due, False
        if not due or self._parts.delay_for is None or command.purpose == "nudge":
            return 0.0
        drawn = self._parts.delay_for(self._parts.clock.now(), command.utterance_id)
        self._note(drawn)
        return drawn.delay_s

    def _stop_listening(self) -> None:
        self._listening = False
        self._interrupted_s, self._cut = None, []
        if self._ears is not None:
            self._overhearing.begin(voiced=self._ears.voiced)
            self._ears.start_afresh()

    def _yield_if_interrupted(self) -> None:
        """Fall silent if the candidate speaks over the coach and means it."""
        if self._listening or self._interrupted_s is not None or not self._said:
            return
        now_s = self._parts.clock.now()
        reason = self._overhearing.reason(now_s)
        if reason == "command" or (reason and self._conversation.interruptible):
            self._interrupted_s = now_s
            self._parts.speaker.hush()

    def _follow_utterance(self, event: UtteranceStarted) -> None:
        """Know what may be heard of the coach from now on."""
        _, clip = self._said[event.utterance_id]
        start_s = event.at_s - (first_audible_s(clip) or 0.0)
        self._overhearing.says(event.text, start_s, clip.duration_s)
        if self._echo is not None:
            self._echo.plays(clip, start_s)
        if self._parts.acknowledger is not None and not self._prepared:
            self._prepared = True
            self._parts.worker.submit(self._parts.acknowledger.prepare)

    def _follow_cut(self, event: UtteranceFinished) -> None:
        """Note when an interrupted coach fell silent, and what was not said to its end."""
        if self._echo is not None:
            self._echo.cut(event.at_s)
        if self._interrupted_s is not None:
            if not self._cut:
                self._note(BargedIn(self._interrupted_s, event.at_s))
            self._cut.append(self._said[event.utterance_id][0].text)

    def _acknowledge(self, command: Acknowledge) -> None:
        """Say "okay" without taking the floor, where that can do no harm."""
        acknowledger, ears = self._parts.acknowledger, self._ears
        if acknowledger is None or ears is None or ears.voiced or not self._listening:
            return
        if self._expectation.kind != "answer" or self._acknowledged[command.nudge]:
            return
        self._acknowledged[command.nudge] = acknowledger.play(nudge=command.nudge)

    def _follow_acknowledgement(self, sounded: _Sounded) -> None:
        acknowledger = self._parts.acknowledger
        assert acknowledger is not None
        if sounded.end is None:
            playing = acknowledger.started(sounded.at_s)
            if playing is not None and self._echo is not None:
                self._echo.plays(*playing)
            return
        event = acknowledger.finished(sounded.at_s, cut=sounded.end == "cut")
        if self._echo is not None:
            self._echo.cut(sounded.at_s)
        if event is not None:
            self._note(event)

    def started(self, utterance_id: str, at_s: float) -> None:
        """The loudspeaker's word that a first word was heard; from its own thread."""
        if utterance_id.startswith(ACKNOWLEDGEMENT_PREFIX):
            self._parts.inbox.put(_Sounded(at_s))
        elif utterance_id in self._said:
            said, _ = self._said[utterance_id]
            event = UtteranceStarted(at_s, utterance_id, said.purpose, said.text)
            self._parts.inbox.put(event)

    def finished(self, utterance_id: str, at_s: float, cut: bool) -> None:
        """The loudspeaker's word that an utterance has ended; from its own thread."""
        if utterance_id.startswith(ACKNOWLEDGEMENT_PREFIX):
            self._parts.inbox.put(_Sounded(at_s, "cut" if cut else "finished"))
        elif utterance_id in self._said:
            self._parts.inbox.put(UtteranceFinished(at_s, utterance_id, cut))

    def failed(self, code: str, message: str) -> None:
        """The loudspeaker's word that it is gone; from its own thread."""
        self._parts.inbox.put(Problem(self._parts.clock.now(), code, message))

    # --- figures and end ------------------------------------------------------------------------

    def _measure(self) -> None:
        from voicecoach import metrics  # late: nothing is measured at the start

        figures = metrics.compute(self.events)
        self._note(
            SelfMeasured(
                at_s=self._parts.clock.now(),
                replies=figures.ttfw.n,
                ttfw_p50_s=figures.ttfw.p50_s,
                ttfw_p95_s=figures.ttfw.p95_s,
                share_within_gate=figures.ttfw.share_within_gate,
                turns_per_task=figures.turns_per_task,
            )
        )

    def _end(self, command: End) -> None:
        self._running = False
        self._note(SessionEnded(self._parts.clock.now(), command.reason))
