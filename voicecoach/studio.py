"""Putting a session together: which parts, in which order, for which way of practising.

Owns: the choice of real parts and stand-ins. Everything slow is begun early and awaited late: the
synthesiser's process starts first, the recogniser's model loads on its worker while the coach is
already speaking.
"""

from __future__ import annotations

import dataclasses
import functools
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from voicecoach import __version__
from voicecoach.acknowledging import Acknowledger
from voicecoach.audio.format import Clip
from voicecoach.clock import Clock, SystemClock, VirtualClock
from voicecoach.content.judge import judge_digest
from voicecoach.content.script import load_script
from voicecoach.content.turn import load_turn_text
from voicecoach.dialog.activity import Activity, Judge, Material
from voicecoach.dialog.lobby import Lobby, LobbyScript
from voicecoach.dialog.machine import Conversation
from voicecoach.endpoint import TurnSettings
from voicecoach.errors import VoicecoachError
from voicecoach.events import DelayAssigned, Event, SessionStarted, TaskOpened
from voicecoach.loop import Inbox, InlineWorker, LiveInbox, ThreadWorker, Timers, VirtualInbox
from voicecoach.models import Model, better_model, ensure_loads, resolve
from voicecoach.ports import (
    Loudspeaker,
    Microphone,
    Recognizer,
    SessionLog,
    Voice,
    VoiceActivityDetector,
)
from voicecoach.prosody import PauseListener
from voicecoach.runtime import Parts, Session
from voicecoach.scoring.types import Answer, Score

TYPED_MODEL_NOTE = "Answers are typed; nothing is listened to."

GO_ON = "Or simply go on: then your captions are rough, and nothing is scored."
"""What else there is, for a person on a microphone whom the model does not know."""

PLAYING_S = 2.0
"""A device that plays takes no longer than this beyond the sound itself."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to practise, as asked for on the command line.

    Attributes:
        seed: of questions and wordings; None for a new one.
        model: name or folder of the recogniser's model; None for the best there is.
        voice: name of the coach's voice, ``none`` for captions only; '' for the usual one.
        device: part of the microphone's name, or its number; '' for the usual one.
        output_device: the loudspeaker's, likewise.
        headphones: the microphone cannot hear the loudspeaker.
        fast: on virtual time: as fast as the recogniser can listen.
        text: typed answers, no sound.
        hands_free: nobody looks at the screen, so what stands there is said.
        unheard: nothing is played, but the time of it passes.
        smart_turn: a model of prosody is asked about each pause, too.
        patience: so many times the usual silence is waited for in an answer.
        acknowledgements: a quiet "okay" is said where an answer seems to be over.
    """

    seed: int | None = None
    model: str | None = None
    voice: str = ""
    device: str = ""
    output_device: str = ""
    headphones: bool = False
    fast: bool = False
    text: bool = False
    hands_free: bool = False
    unheard: bool = False
    smart_turn: bool = False
    acknowledgements: bool = True
    patience: float = 1.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a session needs and that the caller decides.

    Attributes:
        activity: makes the activity from the material.
        log: where events and sound are kept.
        observers: who is shown the events.
        answers: chooses the recording for a task; None to listen to the microphone.
        audible: whether the recorded candidate is played on the loudspeaker, too.
        source: what the recordings are, for the record; '' for whatever is listened to.
        read_line: for typed answers.
        delay_for: draws by how much a reply is late, as in `Parts`; None outside an experiment.
    """

    activity: Callable[[Material], Activity]
    log: SessionLog
    observers: tuple[Callable[[Event], None], ...] = field(default_factory=tuple)
    answers: Callable[[TaskOpened], Clip | None] | None = None
    audible: bool = False
    source: str = ""
    read_line: Callable[[], str | None] | None = None
    delay_for: Callable[[float, str], DelayAssigned] | None = None


def run_session(options: Options, stage: Stage, plan: str = "") -> list[Event]:
    """Put a session together, run it to its end, and return its events.

    Raises:
        VoicecoachError: a part is missing or failed; what had happened is in the log.
    """
    with closing(_voice(options)) as voice:
        model = None if options.text else resolve(options.model)
        parts = _parts(options, stage, voice, model)
        source = _source(options, stage)
        # Recordings may be of voices that the starter knows; whoever speaks into a microphone is
        # none.
        rough = model is not None and model.kind == "starter" and source == "microphone"
        judge = LateJudge(model.kind if model else "other", rough)
        seed = _seed(options)
        material = Material(load_script(), judge, seed, rough)
        activity = stage.activity(material)
        hands_free = options.hands_free
        remarks = (*("rough_model",) * rough, *("hands_free",) * hands_free)
        conversation = Conversation(activity, material, remarks, tells_problems=hands_free)
        began = _began(parts, activity.name, plan, seed, model, source)
        if model is not None and rough:
            note = f"{model.note} {better_model()} {GO_ON}"
            began = dataclasses.replace(began, rough=True, model_note=note)
        session = Session(parts, conversation, began)
        parts.worker.submit(judge.prepare)
        return _run(session, options)


def run_lobby(
    options: Options,
    stage: Stage,
    script: LobbyScript,
    news: Sequence[str],
    details: Sequence[str],
) -> list[Event]:
    """Ask, after a hands-free session, what is to come next; return what happened.

    Args:
        options: of the session before.
        stage: likewise; the activity is not asked.
        script: what can be said.
        news: what is said at once.
        details: what is said on demand.

    Raises:
        VoicecoachError: a part is missing or failed.
    """
    with closing(_voice(options)) as voice:
        model = resolve(options.model)
        parts = _parts(options, stage, voice, model)
        seed = _seed(options)
        lobby = Lobby(script, news, details, seed)
        began = _began(parts, "lobby", "", seed, model, _source(options, stage))
        return _run(Session(parts, lobby, began), options)


def say_aloud(text: str, options: Options) -> None:
    """Say a line outside any session, if there is a voice and a loudspeaker for it."""
    clock = SystemClock()
    heard = _Heard(clock)
    with suppress(VoicecoachError), closing(_voice(options)) as voice:
        clip = voice.render(text)
        speaker = _speaker(options, clock, Timers())
        speaker.start(heard)
        try:
            speaker.play("line", clip)
            heard.wait(clip.duration_s + PLAYING_S)
        finally:
            speaker.stop()


class _Heard:
    """Waits until a line was played, or cannot be."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._inbox = LiveInbox(clock)

    def wait(self, seconds: float) -> None:
        """Return when the line has ended, or after so many seconds."""
        self._inbox.get(self._clock.now() + seconds)

    def started(self, utterance_id: str, at_s: float) -> None:
        """It has only begun."""

    def finished(self, utterance_id: str, at_s: float, cut: bool) -> None:
        """It was heard."""
        self._inbox.put(utterance_id)

    def failed(self, code: str, message: str) -> None:
        """It never will be."""
        self._inbox.put(code)


def _run(session: Session, options: Options) -> list[Event]:
    if options.text:
        return session.run()  # Ctrl-C must reach the prompt
    with _stopping_on_signals(session):
        return session.run()


def _source(options: Options, stage: Stage) -> str:
    """Return what is listened to, for the record."""
    if stage.source:
        return stage.source
    return "recordings" if stage.answers else "text" if options.text else "microphone"


def _seed(options: Options) -> int:
    return options.seed if options.seed is not None else random.SystemRandom().randrange(100_000)


def _parts(options: Options, stage: Stage, voice: Voice, model: Model | None) -> Parts:
    virtual = options.fast or options.text
    clock: Clock = VirtualClock() if virtual else SystemClock()
    inbox = VirtualInbox(clock) if virtual else LiveInbox(clock)
    timers = Timers()
    worker = InlineWorker(inbox.put) if virtual else ThreadWorker(inbox.put, "recogniser")
    speaker = _speaker(options, clock, timers)
    microphone, cue = _microphone(options, stage, clock, timers, speaker)
    recognizers = _Recognizers(model) if model else None
    return Parts(
        clock=clock,
        inbox=inbox,
        timers=timers,
        worker=worker,
        microphone=microphone,
        detector=_detector() if model else None,
        recognizer=functools.partial(recognizers.make, None) if recognizers else None,
        command_recognizer=recognizers.make if recognizers else None,
        voice=voice,
        speaker=speaker,
        log=stage.log,
        tone=_tone,
        hears_itself=cue is None and not options.headphones,
        cue=cue,
        observers=stage.observers,
        delay_for=stage.delay_for,
        pauses=_pauses(clock, inbox) if model and options.smart_turn else None,
        acknowledger=_acknowledger(voice, speaker) if model and options.acknowledgements else None,
        turn_text=load_turn_text,
        turn_settings=TurnSettings(bias=options.patience),
    )


def _began(
    parts: Parts, activity: str, plan: str, seed: int, model: Model | None, source: str
) -> SessionStarted:
    """Return what the log begins with."""
    return SessionStarted(
        at_s=parts.clock.now(),
        session_id="",  # the log knows it
        activity=activity,
        plan=plan,
        seed=seed,
        model=model.name if model else "",
        model_note=model.note if model else TYPED_MODEL_NOTE,
        voice=parts.voice.name,
        source=source,
        version=__version__,
        started=parts.clock.date().isoformat(timespec="seconds"),
        clock="virtual" if isinstance(parts.clock, VirtualClock) else "system",
        half_duplex=parts.hears_itself,
        judge=judge_digest(),
    )


class LateJudge:
    """The scorer, loaded when it is first needed: nobody has answered yet when the coach begins.

    Args:
        heard_by: kind of the recogniser's model.
        rough: whether that model does not know the voice, so that nothing heard is judged.
    """

    def __init__(self, heard_by: str = "other", rough: bool = False) -> None:
        self._heard_by = heard_by
        self._rough = rough
        self._score: Judge | None = None

    def prepare(self) -> None:
        """Load it, off the beat."""
        from voicecoach.content.rubric import load_rubric
        from voicecoach.scoring.score import score

        if self._score is None:
            rubric = load_rubric(heard_by=self._heard_by, rough=self._rough)

            # Cached because a turn is judged on trial before it is judged for good.
            @functools.lru_cache(maxsize=32)
            def judge(answer: Answer, question_type: str) -> Score:
                return score(answer, question_type, rubric)

            self._score = judge

    def __call__(self, answer: Answer, question_type: str) -> Score:
        """Judge an answer."""
        self.prepare()
        assert self._score is not None
        return self._score(answer, question_type)


def _voice(options: Options) -> Voice:
    if options.text or options.voice == "none":
        from voicecoach.tts import NoVoice

        return NoVoice()
    from voicecoach.tts import Pyttsx3Voice
    from voicecoach.voice_cache import CachedVoice

    return CachedVoice(Pyttsx3Voice(options.voice))


def _speaker(options: Options, clock: Clock, timers: Timers) -> Loudspeaker:
    if options.fast or options.text or options.unheard or options.voice == "none":
        from voicecoach.audio.sinks import NullSpeaker

        return NullSpeaker(clock, timers.schedule)
    from voicecoach.audio.loudspeaker import DeviceLoudspeaker

    return DeviceLoudspeaker(clock, options.output_device)


def _microphone(
    options: Options, stage: Stage, clock: Clock, timers: Timers, speaker: Loudspeaker
) -> tuple[Microphone, Callable[[TaskOpened], None] | None]:
    """Return what is listened to, and what to call when it may speak (None for a microphone)."""
    from voicecoach.audio.recordings import Keyboard, RecordedCandidate

    if stage.read_line is not None:
        keyboard = Keyboard(stage.read_line, clock, SystemClock())
        return keyboard, keyboard.cue
    if stage.answers is not None:
        on_speak = functools.partial(speaker.play, "candidate") if stage.audible else None
        candidate = RecordedCandidate(stage.answers, clock, timers.schedule, on_speak)
        return candidate, candidate.cue
    from voicecoach.audio.microphone import DeviceMicrophone

    return DeviceMicrophone(clock, options.device), None


def _pauses(clock: Clock, inbox: Inbox) -> PauseListener:
    """Return what asks Smart Turn.

    Raises:
        ModelError: its file, or what runs it, is missing or wrong.
    """
    from voicecoach.smart_turn import SmartTurn

    prosody = SmartTurn()
    virtual = isinstance(clock, VirtualClock)
    worker = InlineWorker(inbox.put) if virtual else ThreadWorker(inbox.put, "prosody")
    return PauseListener(prosody, worker, clock.now)


def _acknowledger(voice: Voice, speaker: Loudspeaker) -> Acknowledger:
    from voicecoach.content.acknowledgements import load_acknowledgements

    return Acknowledger(load_acknowledgements(), voice, speaker)


def _detector() -> VoiceActivityDetector:
    from voicecoach.vad import SileroDetector

    return SileroDetector()


class _Recognizers:
    """Makes recognisers on one model, which is loaded for the first of them."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._loaded: Any = None

    def make(self, phrases: Sequence[str] | None) -> Recognizer:
        """Return a recogniser, of only these phrases if any are given."""
        from voicecoach.asr import VoskRecognizer, load_model

        if self._loaded is None:
            ensure_loads(self._model)
            self._loaded = load_model(self._model.path)
        return VoskRecognizer(self._loaded, self._model.name, phrases)


def _tone(name: str) -> Clip:
    from voicecoach.tts import tone

    return tone(name)


@contextmanager
def _stopping_on_signals(session: Session) -> Iterator[None]:
    """Let the first Ctrl-C (or termination) end the session properly, and the second at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        session.request_stop()

    names = ("SIGINT", "SIGTERM", "SIGHUP")  # the last when the terminal is closed; not on Windows
    wanted = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def recordings(paths: tuple[Path, ...]) -> Callable[[TaskOpened], Clip | None]:
    """Return a chooser that speaks recordings in their order, whatever is asked.

    Raises:
        AudioFileError: one of them cannot be read; said before the session begins.
    """
    from voicecoach.audio.files import read_audio

    clips = iter([read_audio(path) for path in paths])
    return lambda task: next(clips, None)
