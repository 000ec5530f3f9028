"""The conversation as a table: in this phase, on this event, do that. Pure.

Owns: whose turn it is to speak, what a turn of the candidate's is (answer, command or not
understood), silences, pausing, stopping. Must not touch: clocks, threads, files, devices, models.

`TABLE` is the whole of it: a pair that is not listed raises `UnexpectedEvent` and leaves the state
as it was. What is asked, and what follows from an answer, is decided by the `Activity`.

Because a step has no effects, it can be taken on trial: `Conversation.preview` tells what the coach
would say if the turn were over now, so that its sound can be rendered while the candidate may still
be thinking. Nothing of a trial is kept.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence

from voicecoach.dialog import spoken_commands
from voicecoach.dialog.activity import (
    STRAY_WORDS,
    Activity,
    Material,
    close_task,
    end,
    take_answer,
)
from voicecoach.dialog.commands import CommandMatcher
from voicecoach.dialog.drill_calls import drill_calls, listened_calls
from voicecoach.dialog.state import Draft, Phase, State, Task
from voicecoach.errors import UnexpectedEvent
from voicecoach.events import (
    Command,
    End,
    Event,
    Expectation,
    FloorTaken,
    Hush,
    InterruptionFaded,
    Listen,
    MeasureSelf,
    OutOfAnswers,
    Problem,
    SelfMeasured,
    SessionStarted,
    SilenceNoticed,
    StopRequested,
    TimeMark,
    TurnTaken,
    UtteranceFinished,
    Word,
    text_of,
)

UNCLEAR_CONFIDENCE = 0.45
"""Mean word confidence below which a short turn counts as not understood."""

UNCLEAR_WORDS = 4
"""A longer turn is an answer, however badly it was heard: its score abstains by itself."""

MAX_UNCLEAR = 3
"""So many turns in a row without understanding, and the coach moves on."""

MAX_NOTICES = 3
"""So many silences in a row, and the coach moves on; with nothing ever said, it says goodbye."""

ASKED_COMMANDS = ("yes", "no")

Outputs = tuple["Event | Command", ...]


class Conversation:
    """A dialogue in progress: the state, and the only ways to move it.

    Args:
        activity: what is asked.
        material: script, judge and seed.
        opening_remarks: keys of phrases said before the activity begins, such as a warning.
        tells_problems: whether problems are said, too, because nobody looks at the screen.
    """

    def __init__(
        self,
        activity: Activity,
        material: Material,
        opening_remarks: Sequence[str] = (),
        tells_problems: bool = False,
    ) -> None:
        self.activity = activity
        self.material = material
        self.opening_remarks = opening_remarks
        self.tells_problems = tells_problems
        script = material.script
        phrases = {**script.commands, **drill_calls(script.drills)}
        self.matcher = CommandMatcher(phrases, ASKED_COMMANDS)
        self.state = State()

    def is_command(self, utterance: str) -> bool:
        """Whether a whole utterance would be taken as a command."""
        return self.match(utterance) is not None

    def match(self, utterance: str) -> str | None:
        """Return the command that a whole utterance is; yes and no count where they are asked."""
        return self.matcher.match(utterance, asked=self._is_asked)

    @property
    def _is_asked(self) -> bool:
        """Whether what was said last is a question to be answered by yes or no."""
        task = self.state.task
        return bool(self.state.asked) or (task is not None and task.kind == "offer")

    @property
    def interruptible(self) -> bool:
        """Whether anybody may speak over the coach; its closing words yield to commands only."""
        return self.state.phase is not Phase.CLOSING

    @property
    def command_phrases(self) -> tuple[str, ...]:
        """Everything that is a command now; what counts only where asked only then."""
        left_out = () if self._is_asked else ASKED_COMMANDS
        script = self.material.script
        groups = script.commands.items()
        own = tuple(p for name, group in groups if name not in left_out for p in group)
        return (*own, *listened_calls(script.drills))

    def handle(self, event: Event) -> Outputs:
        """Take one step; return the events and commands that come of it, in order.

        Raises:
            UnexpectedEvent: the table lacks the pair; the state is unchanged.
        """
        self.state, outputs = self._step(event)
        return outputs

    def preview(self, event: Event) -> Outputs:
        """Return what `handle` would return, and change nothing."""
        return self._step(event)[1]

    def _step(self, event: Event) -> tuple[State, Outputs]:
        handler = TABLE.get((self.state.phase, type(event)))
        if handler is None:
            raise UnexpectedEvent(
                "dialog.unexpected_event",
                f"{type(event).__name__} does not belong in the phase {self.state.phase.value}",
            )
        draft = Draft(self.state, event.at_s)
        if isinstance(event, (FloorTaken, SilenceNoticed)):
            draft.say(draft.state.untold, "reply")
            draft.set(untold="")
        handler(self, draft, event)
        if draft.state.ending and draft.state.phase not in (Phase.CLOSING, Phase.ENDED):
            self._begin_closing(draft)
        return draft.state, tuple(draft.outputs)

    def _begin_closing(self, draft: Draft) -> None:
        held = draft.state.held
        if draft.state.task is not None and len(held) > STRAY_WORDS:
            take_answer(self.activity, draft, held)  # what was said before it was broken off
        close_task(draft, "abandoned")
        draft.set(phase=Phase.CLOSING)
        self.activity.close(draft)
        draft.put(MeasureSelf())


Handler = Callable[[Conversation, Draft, "Event"], None]


# --- the coach has the floor --------------------------------------------------------------------


def begin(talk: Conversation, draft: Draft, event: Event) -> None:
    """Say the first words."""
    draft.set(phase=Phase.SPEAKING, started_s=event.at_s)
    for key in talk.opening_remarks:
        talk.material.say(draft, key, "reply")
    talk.activity.begin(draft)


def give_floor(talk: Conversation, draft: Draft, event: Event) -> None:
    """The coach has said all it had to say: listen."""
    assert isinstance(event, UtteranceFinished)
    if event.utterance_id == draft.state.last_utterance and draft.state.task is not None:
        if draft.task.asked_s is None:
            draft.change_task(asked_s=event.at_s)
        listen(draft, draft.task)


def listen(draft: Draft, task: Task) -> None:
    """Give the floor to the candidate."""
    draft.set(phase=Phase.LISTENING)
    draft.put(Listen(task.expectation))
    if not draft.state.held:
        draft.put(*task.reminders)


def interrupt(talk: Conversation, draft: Draft, event: Event) -> None:
    """Ctrl-C: no debrief, no goodbye; everything so far is kept."""
    close_task(draft, "abandoned")
    draft.set(phase=Phase.ENDED, ending="interrupted")
    draft.put(Hush(), End("interrupted"))


def say_again(talk: Conversation, draft: Draft, event: Event) -> None:
    """The coach was stopped by something that was no speech: go back to what it was saying."""
    assert isinstance(event, InterruptionFaded)
    draft.set(phase=Phase.SPEAKING)
    draft.say(event.text, "reply")


# --- the candidate has the floor ----------------------------------------------------------------


def understand(talk: Conversation, draft: Draft, event: Event) -> None:
    """Find out what a turn was: a command, an answer, or nothing that was understood."""
    assert isinstance(event, FloorTaken)
    task = draft.task
    draft.set(phase=Phase.SPEAKING, notices=0)
    task = dataclasses.replace(task, turns=task.turns + 1)
    draft.set(task=task)
    split = len(event.words) - event.tail_words
    command = talk.match(text_of(event.words[split:]))
    if command is not None:
        _note_turn(draft, event, "command", command)
        _take_voice(draft, event, event.words[split].start_s)
        draft.set(held=draft.state.held + event.words[:split], unclear=0)
        spoken_commands.obey(talk.activity, talk.material, draft, command)
    elif _is_unclear(task, event.words) and (draft.state.asked or not draft.state.held):
        _note_turn(draft, event, "unclear", "")
        _ask_again(talk, draft)
    else:
        if task.kind == "offer":
            talk.activity.begun_again(draft)
        _note_turn(draft, event, "answer", "")
        _take_voice(draft, event)
        take_answer(talk.activity, draft, draft.state.held + event.words)


def _is_unclear(task: Task, words: tuple[Word, ...]) -> bool:
    if not words or (task.kind == "question" and len(words) <= STRAY_WORDS):
        return True
    confidence = sum(word.confidence for word in words) / len(words)
    return len(words) <= UNCLEAR_WORDS and confidence < UNCLEAR_CONFIDENCE


def _take_voice(draft: Draft, event: FloorTaken, before_s: float = math.inf) -> None:
    """Keep where there was voice in an answer, and where the coach has spoken in between.

    Args:
        draft: the step, before the turn's words are taken.
        event: the turn.
        before_s: when a command began that is no part of the answer.
    """
    task, said = draft.task, len(draft.task.words) + len(draft.state.held)
    spans = ((start_s, min(end_s, before_s)) for start_s, end_s in event.voice)
    draft.change_task(
        voice=(*task.voice, *(span for span in spans if span[0] < span[1])),
        breaks=(*task.breaks, said) if said else task.breaks,
    )


def _note_turn(draft: Draft, event: FloorTaken, kind: str, command: str) -> None:
    turn = TurnTaken(event.at_s, draft.task.id, kind, command, event.words, event.speech_end_s)
    draft.put(turn)


def _ask_again(talk: Conversation, draft: Draft) -> None:
    """The fallback: say that nothing was understood; after the third time, move on."""
    unclear = draft.state.unclear + 1
    draft.set(unclear=unclear)
    if unclear < MAX_UNCLEAR:
        key = "unclear_first" if unclear == 1 else "unclear_second"
        talk.material.say(draft, key, "unclear")
    elif draft.state.held:
        take_answer(talk.activity, draft, draft.state.held)
    else:
        talk.material.say(draft, "unclear_give_up", "unclear")
        talk.activity.give_up(draft, "abandoned", whole_question=False)


def notice_silence(talk: Conversation, draft: Draft, event: Event) -> None:
    """Nobody speaks: encourage, then offer a way out, then move on."""
    state = draft.state
    notices = state.notices + 1
    draft.set(phase=Phase.SPEAKING, notices=notices)
    if draft.task.kind == "offer":
        talk.activity.give_up(draft, "skipped", whole_question=True)
    elif notices < MAX_NOTICES:
        key = "nudge_first" if notices == 1 else "nudge_second"
        talk.material.say(draft, key, "nudge")
    elif state.held:
        take_answer(talk.activity, draft, state.held)
    elif not state.heard_answer and not draft.task.turns:
        end(draft, "no_answer")
    else:
        talk.activity.give_up(draft, "abandoned", whole_question=False)


def mark(talk: Conversation, draft: Draft, event: Event) -> None:
    """A moment of a timed answer."""
    assert isinstance(event, TimeMark)
    talk.activity.marked(draft, event)


def run_out(talk: Conversation, draft: Draft, event: Event) -> None:
    """The recordings are used up: close with what there is."""
    end(draft, "out_of_answers")


def resume_listening(talk: Conversation, draft: Draft, event: Event) -> None:
    """While paused, silence is what was asked for."""
    draft.put(Listen(PAUSED_EXPECTATION))


def understand_in_pause(talk: Conversation, draft: Draft, event: Event) -> None:
    """While paused, only a command ends the pause; anything else is not for the coach."""
    assert isinstance(event, FloorTaken)
    command = talk.match(text_of(event.words))
    if command is None:
        draft.put(Listen(PAUSED_EXPECTATION))
        return
    _note_turn(draft, event, "command", command)
    goes_on = command.partition(":")[0] in PAUSE_GOES_ON
    if not goes_on:
        state, gone_s = draft.state, event.at_s - draft.state.paused_s
        draft.set(
            started_s=state.started_s + gone_s, round_started_s=state.round_started_s + gone_s
        )
    spoken_commands.obey(talk.activity, talk.material, draft, command)
    if not goes_on:
        draft.set(phase=Phase.SPEAKING)


PAUSE_GOES_ON = frozenset({"pause", "help", "time_left", "progress", "save"})
"""Commands that are answered in a pause without ending it."""

PAUSED_EXPECTATION = Expectation("paused", 5.0)


# --- the end ------------------------------------------------------------------------------------


def say_goodbye(talk: Conversation, draft: Draft, event: Event) -> None:
    """Tell the coach's own figures, then say goodbye."""
    assert isinstance(event, SelfMeasured)
    material, reason = talk.material, draft.state.ending
    if draft.state.next_drill:
        title = material.script.drills[draft.state.next_drill].title
        material.say(draft, "drill_begin", "closing", drill=title)
        return
    if event.ttfw_p50_s is not None and event.share_within_gate is not None:
        material.say(
            draft,
            "self_metrics",
            "closing",
            ttfw=_spoken_seconds(event.ttfw_p50_s),
            share=round(100 * event.share_within_gate),
        )
    if event.turns_per_task is not None:
        turns = _spoken_turns(event.turns_per_task)
        material.say(draft, "self_metrics_turns", "closing", turns=turns)
    key = {"no_answer": "goodbye_no_answer", "stopped": "goodbye_stopped"}.get(reason, "goodbye")
    material.say(draft, key, "closing")


def _spoken_seconds(seconds: float) -> str:
    """Say milliseconds below a second and tenths of a second above."""
    if seconds < 1.0:
        return f"{round(seconds * 1000, -1):.0f} milliseconds"
    return f"{seconds:.1f} seconds"


def _spoken_turns(turns: float) -> str:
    """Say a whole number without its decimals."""
    return "one turn" if round(turns, 1) == 1.0 else f"{round(turns, 1):g} turns"


def leave(talk: Conversation, draft: Draft, event: Event) -> None:
    """The goodbye has been heard."""
    assert isinstance(event, UtteranceFinished)
    if event.utterance_id == draft.state.last_utterance:
        draft.set(phase=Phase.ENDED)
        draft.put(End(draft.state.ending))


def tell_problem(talk: Conversation, draft: Draft, event: Event) -> None:
    """Something is wrong: say it at once, or when the candidate has finished."""
    assert isinstance(event, Problem)
    if not talk.tells_problems:
        return
    if draft.state.phase is Phase.SPEAKING:
        draft.say(event.message, "reply")
    else:
        draft.set(untold=f"{draft.state.untold} {event.message}")


def ignore(talk: Conversation, draft: Draft, event: Event) -> None:
    """Too late to matter."""


TABLE: Mapping[tuple[Phase, type[Event]], Handler] = {
    (Phase.IDLE, SessionStarted): begin,
    (Phase.IDLE, Problem): ignore,
    (Phase.SPEAKING, UtteranceFinished): give_floor,
    (Phase.SPEAKING, Problem): tell_problem,
    (Phase.SPEAKING, StopRequested): interrupt,
    (Phase.LISTENING, FloorTaken): understand,
    (Phase.LISTENING, SilenceNoticed): notice_silence,
    (Phase.LISTENING, InterruptionFaded): say_again,
    (Phase.LISTENING, TimeMark): mark,
    (Phase.LISTENING, OutOfAnswers): run_out,
    (Phase.LISTENING, Problem): tell_problem,
    (Phase.LISTENING, UtteranceFinished): ignore,
    (Phase.LISTENING, StopRequested): interrupt,
    (Phase.PAUSED, UtteranceFinished): resume_listening,
    (Phase.PAUSED, FloorTaken): understand_in_pause,
    (Phase.PAUSED, SilenceNoticed): resume_listening,
    (Phase.PAUSED, InterruptionFaded): ignore,
    (Phase.PAUSED, OutOfAnswers): run_out,
    (Phase.PAUSED, Problem): tell_problem,
    (Phase.PAUSED, StopRequested): interrupt,
    (Phase.CLOSING, SelfMeasured): say_goodbye,
    (Phase.CLOSING, UtteranceFinished): leave,
    (Phase.CLOSING, Problem): ignore,
    (Phase.CLOSING, StopRequested): interrupt,
    (Phase.ENDED, UtteranceFinished): ignore,
    (Phase.ENDED, Problem): ignore,
    (Phase.ENDED, StopRequested): ignore,
}
"""Every step that there is: (phase, event) to handler. Transitions belong nowhere else."""

DIALOG_EVENTS = frozenset(event for _, event in TABLE)
"""The events that the dialogue takes; all others pass it by."""
