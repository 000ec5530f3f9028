"""The form of nearly all drills: rounds of a prompt, and after each reply what was heard. Pure.

What is asked, which points a reply is looked through for, and how they are spoken of is content
(`voicecoach.dialog.drill_script`); how a point is recognised is scoring's
(`voicecoach.scoring.drill_checks`). This module owns the order of things: steps within a round,
rounds within a session, "again", skipping, and the words at the end.
"""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from voicecoach.dialog.activity import Material, close_task, end, open_task, start_over
from voicecoach.dialog.drill_script import Drill, PointWording, Prompt, Step
from voicecoach.dialog.drill_state import RoundTaken, StepTaken
from voicecoach.dialog.selection import choose_wording
from voicecoach.dialog.state import Draft, Task, answer_to
from voicecoach.events import AnswerScored, DrillResult, Expectation, TimeMark
from voicecoach.scoring.drill_checks import CHECKS
from voicecoach.scoring.drill_points import Point, Reply, judge_reply
from voicecoach.scoring.types import Score

UNSCORED_TYPE = "counterfactual_followup"
"""Question type of a short reply, to learn why it cannot be scored on a model that hears nobody."""

_OVERHEAD_S = 25.0
"""What a step takes besides the reply: the prompt, and the feedback."""


class RoundsDrill:
    """Prompts in the session's own order, each with its steps.

    A drill with a judge of its own overrides `judge`, `feedback` and `result`.

    Args:
        material: script, judge and seed.
        drill: what its file says.
    """

    def __init__(self, material: Material, drill: Drill) -> None:
        self._material = material
        self._drill = drill
        order = random.Random(f"prompts {drill.name} {material.seed}")
        self._prompts = order.sample(drill.prompts, len(drill.prompts))
        self.name = f"drill:{drill.name}"
        self._points = sum(len(step.points) for step in drill.steps)
        steps_s = [drill.target_s, *(step.target_s for step in drill.steps[1:])]
        self.minutes = drill.rounds * sum(s + _OVERHEAD_S for s in steps_s) / 60.0

    # --- what an activity does ------------------------------------------------------------------

    def begin(self, draft: Draft) -> None:
        """Explain, and give the first prompt."""
        self._open_round(draft, 0, self._drill.instructions)

    def answered(self, draft: Draft) -> None:
        """Say what was heard and what was missed; then the next step, or the next round."""
        task = draft.task
        taken, score = self.judge(draft, task)
        steps = (*draft.state.drill.steps, taken)
        self._remember(draft, steps=steps)
        if score is not None:
            draft.put(AnswerScored(draft.at_s, task.id, score.to_json()))
        last = len(steps) >= len(self._drill.steps)
        if last:
            self._close_round(draft)
        close_task(draft, self._material.outcome(all(p.heard for p in taken.points)))
        if not self._material.rough:
            self.feedback(draft, taken)
        elif draft.state.index == 1 and len(steps) == 1:
            unscored = self._material.judge(answer_to(task), UNSCORED_TYPE)
            self._material.say(draft, "not_scored", "feedback", why_not=unscored.why_not)
        if draft.state.ending:
            return
        if last:
            self._go_on(draft, "")
        else:
            self._open_step(draft, self._drill.steps[len(steps)])

    def give_up(self, draft: Draft, outcome: str, whole_question: bool) -> None:
        """Leave this round, its further steps too, and take the next."""
        self._close_round(draft)
        close_task(draft, outcome)
        key = "skip" if outcome == "skipped" else "moving_on"
        self._go_on(draft, self._material.phrase(key, draft))

    def hints(self, draft: Draft) -> tuple[str, ...]:
        """The drill's own."""
        return self._drill.hints

    def marked(self, draft: Draft, mark: TimeMark) -> None:
        """These drills have no clock."""

    def again(self, draft: Draft) -> None:
        """Once more: what is being answered, or, with a fresh prompt before us, the one before."""
        state = draft.state
        fresh = not (state.held or draft.task.words or state.drill.steps)
        if fresh and state.drill.place > 0:
            close_task(draft, "skipped")
            self._open_round(draft, state.drill.place - 1, "")
        else:
            start_over(draft)
            draft.say(draft.task.spoken, "question")

    def begun_again(self, draft: Draft) -> None:
        """Nothing is offered here."""

    def close(self, draft: Draft) -> None:
        """Keep what was shown in a round that was broken off, and sum up."""
        self._close_round(draft)
        if self._material.rough:
            return
        rounds = [taken for taken in draft.state.drill.rounds if taken.of]
        complete = sum(taken.heard == taken.of for taken in rounds)
        missed = Counter(name for taken in rounds for name in taken.missed)
        if len(rounds) < 2:
            return  # the feedback has said it all
        if complete == len(rounds):
            self._material.say(draft, "drill_complete", "closing", count=len(rounds))
            return
        if not missed:
            return  # a round was left before anything could be missed
        self._material.say(
            draft,
            "drill_summary",
            "closing",
            complete=complete or "none",
            count=len(rounds),
            point=self._called(missed.most_common(1)[0][0]),
        )

    # --- what a drill of its own kind may do otherwise ------------------------------------------

    def judge(self, draft: Draft, task: Task) -> tuple[StepTaken, Score | None]:
        """Return what a reply shows, and its score where the step has one."""
        taken = draft.state.drill.steps
        step = self._drill.steps[len(taken)]
        answer = answer_to(task)
        score = self._material.judge(answer, step.scored_as) if step.scored_as else None
        reply = Reply(
            text=answer.text,
            key=self._prompt(draft).key,
            earlier=tuple(t.text for t in taken),
            principles=score.leadership_principles if score else (),
        )
        points = judge_reply(reply, [(p.name, CHECKS[p.name]) for p in step.points])
        return StepTaken(step.name, answer.text, points), score

    def feedback(self, draft: Draft, taken: StepTaken) -> None:
        """Say what was heard, and the first thing that was missed; two sentences at most."""
        step = next(step for step in self._drill.steps if step.name == taken.step)
        wordings = {point.name: point for point in step.points}
        heard = [self._part(draft, wordings[p.name]) for p in taken.points if p.heard]
        missed = [p for p in taken.points if not p.heard]
        tell = self._prompt(draft).tell
        if not missed and tell:
            said = self._material.phrase("drill_right", draft)
        elif not missed:
            said = self._material.phrase("drill_all", draft, points=in_a_row(heard))
        else:
            advice = tell or self._advice(draft, missed[0], wordings[missed[0].name])
            said = f"{self._lead(draft, heard, missed[0])} {advice}"
        draft.say(said, "feedback")

    def _lead(self, draft: Draft, heard: Sequence[str], missed: Point) -> str:
        if heard:
            return self._material.phrase("drill_heard", draft, points=in_a_row(heard))
        return "" if missed.instead else self._material.phrase("drill_nothing", draft)

    def result(self, draft: Draft, steps: Sequence[StepTaken]) -> dict[str, Any]:
        """Return what is kept of a round."""
        points = [
            {"step": taken.step, **dataclasses.asdict(point)}
            for taken in steps
            for point in taken.points
        ]
        return {
            "prompt": self._prompt(draft).text,
            "heard": sum(bool(point["heard"]) for point in points),
            "of": self._points,
            "points": points,
        }

    # --- rounds and steps -----------------------------------------------------------------------

    def _prompt(self, draft: Draft) -> Prompt:
        return self._prompts[draft.state.drill.place % len(self._prompts)]

    def _open_round(self, draft: Draft, place: int, lead: str) -> None:
        draft.set(index=draft.state.index + 1)
        self._remember(draft, place=place, steps=())
        task = Task(
            id=f"r{draft.state.index}",
            kind="drill",
            spoken=self._prompt(draft).text,
            expectation=Expectation("answer", self._drill.target_s),
        )
        open_task(draft, task)
        draft.say(f"{lead} {task.spoken}", "question")

    def _open_step(self, draft: Draft, step: Step) -> None:
        task = Task(
            id=f"r{draft.state.index}.{step.name}",
            kind="probe",
            spoken=choose_wording(step.ask, self._material.seed, step.name, draft.state.index),
            expectation=Expectation("answer", step.target_s),
            probe=step.name,
        )
        open_task(draft, task)
        draft.say(task.spoken, "probe")

    def _close_round(self, draft: Draft) -> None:
        """Note what the open round has shown, if anything was said in it."""
        steps = draft.state.drill.steps
        if not steps:
            return
        points = [point for taken in steps for point in taken.points]
        missed = tuple(point.name for point in points if not point.heard)
        taken = RoundTaken(len(points) - len(missed), self._points or len(points), missed)
        if not self._material.rough:
            number = draft.state.index
            result = self.result(draft, steps)
            draft.put(DrillResult(draft.at_s, self._drill.name, number, result))
        self._remember(draft, steps=(), rounds=(*draft.state.drill.rounds, taken))

    def _go_on(self, draft: Draft, lead: str) -> None:
        place = draft.state.drill.place + 1
        if place >= self._drill.rounds:
            draft.say(lead, "reply")
            end(draft, "finished")
        else:
            following = self._material.phrase("question_lead_next", draft)
            self._open_round(draft, place, f"{lead} {following}")

    def _remember(self, draft: Draft, **changes: Any) -> None:
        draft.set(drill=dataclasses.replace(draft.state.drill, **changes))

    # --- words ----------------------------------------------------------------------------------

    def _part(self, draft: Draft, wording: PointWording) -> str:
        return self._material.wording(wording.heard, f"{wording.name} heard", draft)

    def _advice(self, draft: Draft, point: Point, wording: PointWording) -> str:
        if point.instead and wording.instead:
            key = f"{wording.name} instead"
            return self._material.wording(wording.instead, key, draft, instead=point.instead)
        return self._material.wording(wording.missing, f"{wording.name} missing", draft)

    def _called(self, name: str) -> str:
        """Return how a point is spoken of."""
        points = [point for step in self._drill.steps for point in step.points]
        return next(point.heard[0] for point in points if point.name == name)


def in_a_row(parts: Sequence[str]) -> str:
    """Return a spoken list: "this, that and the other"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
