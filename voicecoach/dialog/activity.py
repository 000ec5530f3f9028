"""What an activity (an interview, a drill) decides, and what it gets to decide it with. Pure.

The machine owns everything that all activities share: turns, commands, silences, not understanding.
An activity owns what is asked, and what follows from an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from voicecoach.dialog.script import Script
from voicecoach.dialog.selection import choose_wording
from voicecoach.dialog.state import Draft, Task
from voicecoach.events import AnswerDropped, TaskClosed, TaskOpened, TimeMark, Word
from voicecoach.scoring.types import Answer, Score

Judge = Callable[[Answer, str], Score]
"""Judges an answer to a question of a type; pure."""

STRAY_WORDS = 2
"""So few words are no answer to a whole question: something was overheard."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the interviewer has at hand.

    Attributes:
        script: questions, probes, phrases.
        judge: the scorer.
        seed: of the choice of wordings.
        rough: whether the recogniser's model does not know the candidate's voice. Then nobody can
            tell how good an answer was: nothing is said of it, and no task counts as failed.
    """

    script: Script
    judge: Judge
    seed: int
    rough: bool = False

    def outcome(self, shown: bool) -> str:
        """Return how a task ended that was answered, for `TaskClosed`."""
        if self.rough:
            return "unjudged"
        return "resolved" if shown else "abandoned"

    def phrase(self, key: str, draft: Draft, **slots: object) -> str:
        """Return one of the wordings of a phrase, with its slots filled.

        Whoever interviews now may have wordings of their own.
        """
        own = draft.state.manner.phrases.get(key)
        return self.wording(own or self.script.phrases[key], key, draft, **slots)

    def wording(self, options: Sequence[str], key: str, draft: Draft, **slots: object) -> str:
        """Return one of several wordings of anything, with its slots filled."""
        last = dict(draft.state.worded)
        chosen = choose_wording(options, self.seed, key, previous=last.get(key, ""))
        draft.set(worded=tuple({**last, key: chosen}.items()))
        return chosen.format(**slots)

    def say(self, draft: Draft, key: str, purpose: str, **slots: object) -> None:
        """Have one of the wordings of a phrase said."""
        draft.say(self.phrase(key, draft, **slots), purpose)


class Activity(Protocol):
    """An interview or a drill."""

    name: str
    minutes: float

    def begin(self, draft: Draft) -> None:
        """Say the first words and open the first task."""
        ...

    def answered(self, draft: Draft) -> None:
        """Go on from the open task's answer, ``draft.state.task.words``.

        When the session is ending already (``draft.state.ending``) it is judged, and nothing more
        is asked.
        """
        ...

    def give_up(self, draft: Draft, outcome: str, whole_question: bool) -> None:
        """Close the open task as ``skipped`` or ``abandoned`` and go on.

        Args:
            draft: the step.
            outcome: for the record.
            whole_question: whether its further probes are dropped, too.
        """
        ...

    def hints(self, draft: Draft) -> tuple[str, ...]:
        """Return what may help with the open task, gentle first."""
        ...

    def marked(self, draft: Draft, mark: TimeMark) -> None:
        """A moment that the open task had asked to be reminded of."""
        ...

    def again(self, draft: Draft) -> None:
        """Do the open task once more from its start."""
        ...

    def begun_again(self, draft: Draft) -> None:
        """The candidate took up an offer to go again by simply beginning to answer."""
        ...

    def close(self, draft: Draft) -> None:
        """Say what is to be said at the end, before the coach's own figures and goodbye."""
        ...


def open_task(draft: Draft, task: Task) -> None:
    """Make a task the open one, and note it."""
    draft.set(task=task, unclear=0, notices=0, hints=0, held=(), asked="")
    question = task.question
    draft.put(
        TaskOpened(
            at_s=draft.at_s,
            task_id=task.id,
            kind=task.kind,
            question_id=question.id if question else "",
            question_type=question.type if question else "",
            probe=task.probe,
            text=task.spoken,
        )
    )


def close_task(draft: Draft, outcome: str) -> None:
    """Note how the open task ended; there is none afterwards."""
    task = draft.state.task
    if task is not None and task.kind != "offer":
        draft.put(TaskClosed(draft.at_s, task.id, outcome, task.turns))
    draft.set(task=None)


def start_over(draft: Draft) -> None:
    """Forget what was answered to the open task so far, and note that it was."""
    state, task = draft.state, draft.task
    if state.held or task.words:
        draft.put(AnswerDropped(draft.at_s, task.id))
    draft.set(held=(), answer=state.answer[: len(state.answer) - task.kept])
    draft.change_task(words=(), kept=0, voice=(), breaks=(), asked_s=None)


def take_answer(activity: Activity, draft: Draft, words: tuple[Word, ...]) -> None:
    """Add words to the open task's answer and go on from it."""
    if draft.task.kind == "offer":
        activity.begun_again(draft)
    draft.change_task(words=draft.task.words + words)
    draft.set(held=(), unclear=0, asked="", heard_answer=True, told=draft.task.root_id)
    activity.answered(draft)


def end(draft: Draft, reason: str) -> None:
    """Have the machine say the closing words after this step."""
    if not draft.state.ending:
        draft.set(ending=reason)
