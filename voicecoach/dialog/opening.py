"""The 90-second opening: against a real clock, then what was heard, and when. Pure.

The marks sound at 60 and 85 seconds of the candidate's own speech; at 90 the floor is taken, unless
it was asked to be soft. Each go has the same prompt, so that they can be compared.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from voicecoach.dialog.activity import Material, close_task, end, open_task, start_over
from voicecoach.dialog.drill_rounds import in_a_row
from voicecoach.dialog.drill_script import Drill
from voicecoach.dialog.drill_state import RoundTaken
from voicecoach.dialog.selection import choose_wording
from voicecoach.dialog.state import Draft, Task, answer_to
from voicecoach.events import (
    AnswerScored,
    DrillResult,
    Expectation,
    RemindAt,
    TakeFloor,
    TimeMark,
    Tone,
    text_of,
)
from voicecoach.scoring.opening import opening_landmarks
from voicecoach.scoring.types import LANDMARKS, Landmark

MARKS = (RemindAt(60.0, "mark_60"), RemindAt(85.0, "mark_85"))
"""A soft tone when two thirds are over, and one shortly before the end."""

TIME_UP = "time_up"

AT_ONCE_S = 2.0
"""What is heard within so many seconds is heard at once."""


class OpeningDrill:
    """One prompt, 90 seconds, four things that must be heard; "again" for another go.

    Args:
        material: script, judge and seed.
        drill: prompts and phrases.
        soft: let the candidate finish when the time is up.
    """

    name = "opening"

    def __init__(self, material: Material, drill: Drill, soft: bool = False) -> None:
        self._material = material
        self._drill = drill
        self._soft = soft
        self.minutes = drill.rounds * (drill.target_s + 60.0) / 60.0

    @property
    def _reminders(self) -> tuple[RemindAt, ...]:
        return (*MARKS, RemindAt(self._drill.target_s, TIME_UP))

    def begin(self, draft: Draft) -> None:
        """Explain, and put the first prompt."""
        self._open_round(draft)
        draft.say(f"{self._drill.instructions} {draft.task.spoken}", "question")

    def answered(self, draft: Draft) -> None:
        """Say what was heard and when, what was not, and offer another go."""
        task = draft.task
        score = self._material.judge(answer_to(task), "opening_90s")
        heard = opening_landmarks(task.words, text_of(task.words)).heard
        result = {name: dataclasses.asdict(mark) for name, mark in heard.items()}
        draft.put(AnswerScored(draft.at_s, task.id, score.to_json()))
        if not self._material.rough:
            draft.put(DrillResult(draft.at_s, "opening", draft.state.index, result))
        in_time = [name for name, mark in heard.items() if self._in_time(mark)]
        missed = tuple(name for name in LANDMARKS if name not in in_time)
        close_task(draft, self._material.outcome(not missed))
        if not task.reminders:
            self._say_time(draft, task)
        if not self._material.rough:
            self._feedback(draft, heard)
            self._say_trend(draft, RoundTaken(len(in_time), len(LANDMARKS), missed))
        elif draft.state.index == 1:
            self._material.say(draft, "not_scored", "feedback", why_not=score.why_not)
        if draft.state.index >= self._drill.rounds:
            end(draft, "finished")
        elif not draft.state.ending:
            self._offer(draft, task)

    def _in_time(self, mark: Landmark) -> bool:
        return mark.at_s is None or mark.at_s <= self._drill.target_s

    def _say_time(self, draft: Draft, task: Task) -> None:
        """The time was up: say so, or how long it took in the end."""
        if not self._soft:
            draft.say(self._wording("time_up", draft), "feedback")
            return
        seconds = round(task.words[-1].end_s - task.words[0].start_s)
        draft.say(self._wording("over", draft, seconds=seconds), "feedback")

    def _say_trend(self, draft: Draft, taken: RoundTaken) -> None:
        """Compare a go with the one before it."""
        rounds = draft.state.drill.rounds
        draft.set(drill=dataclasses.replace(draft.state.drill, rounds=(*rounds, taken)))
        if rounds:
            better = taken.heard - rounds[-1].heard
            key = "drill_better" if better > 0 else "drill_worse" if better < 0 else "drill_same"
            self._material.say(draft, key, "feedback")

    def _offer(self, draft: Draft, task: Task) -> None:
        """Ask whether to go again; the clock runs if the candidate does so without a word."""
        spoken = self._wording("again", draft)
        offer = dataclasses.replace(
            task, kind="offer", spoken=spoken, words=(), turns=0, reminders=self._reminders
        )
        draft.set(task=offer)
        draft.say(spoken, "reply")

    def _feedback(self, draft: Draft, heard: Mapping[str, Landmark]) -> None:
        if not heard:
            draft.say(self._wording("nothing_heard", draft), "feedback")
            return
        # One way of telling the time in a sentence: three of them are hard to follow.
        at = choose_wording(self._drill.phrases["at"], self._material.seed, draft.state.said)
        points = [self._point(draft, name, mark.at_s, at) for name, mark in heard.items()]
        draft.say(self._wording("heard", draft, points=in_a_row(points)), "feedback")
        missing = [self._point(draft, name) for name in LANDMARKS if name not in heard]
        if missing:
            draft.say(self._wording("missing", draft, points=in_a_row(missing)), "feedback")

    def _point(self, draft: Draft, name: str, at_s: float | None = None, at: str = "") -> str:
        """Return how a point is spoken of, with the second at which it came, if that is known."""
        point = self._wording(f"point_{name}", draft)
        if at_s is None:
            return point
        if at_s < AT_ONCE_S:
            return self._wording("at_once", draft, point=point)
        return at.format(point=point, seconds=round(at_s))

    def _wording(self, key: str, draft: Draft, **slots: object) -> str:
        return self._material.wording(self._drill.phrases[key], key, draft, **slots)

    def _open_round(self, draft: Draft) -> None:
        """Start a go; the prompt is the same each time, so that the goes can be compared."""
        draft.set(index=draft.state.index + 1)
        prompts = [prompt.text for prompt in self._drill.prompts]
        task = Task(
            id=f"r{draft.state.index}",
            kind="drill",
            spoken=choose_wording(prompts, self._material.seed, "opening"),
            expectation=Expectation("opening", self._drill.target_s),
            reminders=self._reminders,
        )
        open_task(draft, task)

    def give_up(self, draft: Draft, outcome: str, whole_question: bool) -> None:
        """There is one prompt only: leaving it ends the drill."""
        close_task(draft, outcome)
        end(draft, "finished")

    def hints(self, draft: Draft) -> tuple[str, ...]:
        """The points that the listener waits for are the hint."""
        return self._drill.hints

    def marked(self, draft: Draft, mark: TimeMark) -> None:
        """Sound the tone, or take the floor when the time is up."""
        if mark.name == TIME_UP:
            draft.change_task(reminders=())
            draft.put(Tone(TIME_UP))
            if not self._soft:
                draft.put(TakeFloor())
        else:
            draft.put(Tone(mark.name))

    def again(self, draft: Draft) -> None:
        """Start the clock anew: on the go at hand, or on another one."""
        if draft.task.kind == "offer":
            self._open_round(draft)
        else:
            start_over(draft)
        draft.say(draft.task.spoken, "question")

    def begun_again(self, draft: Draft) -> None:
        """Another go, without a word; its turn is being taken."""
        self._open_round(draft)
        draft.change_task(turns=1)

    def close(self, draft: Draft) -> None:
        """The feedback has been given with each round."""
