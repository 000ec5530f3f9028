"""The counterfactual drill: one result, three other explanations, each ruled out. Pure."""

from __future__ import annotations

import dataclasses

from voicecoach.dialog.activity import Material, close_task, end, open_task, start_over
from voicecoach.dialog.script import Drill
from voicecoach.dialog.state import Draft, Task, answer_of
from voicecoach.events import AnswerScored, DrillResult, Expectation, TimeMark, text_of
from voicecoach.scoring.alternatives import Alternative
from voicecoach.scoring.planned_checks import find_explanations

GOAL = 3
"""Distinct alternatives that a round asks for."""


class CounterfactualDrill:
    """Results to be explained away; counts the distinct alternatives that are really answered.

    Args:
        material: script, judge and seed.
        drill: prompts and phrases.
    """

    name = "drill:counterfactual"

    def __init__(self, material: Material, drill: Drill) -> None:
        self._material = material
        self._drill = drill
        self.minutes = drill.rounds * (drill.target_s + 40.0) / 60.0

    def begin(self, draft: Draft) -> None:
        """Explain, and give the first result."""
        self._next_round(draft, self._drill.instructions)

    def answered(self, draft: Draft) -> None:
        """Count what was ruled out, name what was left open, and go on."""
        task = draft.task
        found = find_explanations(text_of(task.words))
        answered = [a for a in found if a.answered]
        score = self._material.judge(answer_of(task.words), "counterfactual_followup")
        draft.put(AnswerScored(draft.at_s, task.id, score.to_json()))
        result = {
            "alternatives": [dataclasses.asdict(a) for a in found],
            "answered": len(answered),
            "goal": GOAL,
        }
        if not self._material.rough:
            draft.put(DrillResult(draft.at_s, "counterfactual", draft.state.index, result))
        close_task(draft, self._material.outcome(len(answered) >= GOAL))
        if not self._material.rough:
            self._feedback(draft, found, len(answered))
        elif draft.state.index == 1:
            self._material.say(draft, "not_scored", "feedback", why_not=score.why_not)
        self._go_on(draft, "")

    def _feedback(self, draft: Draft, found: tuple[Alternative, ...], count: int) -> None:
        names = ", ".join(a.name for a in found if a.answered)
        key = f"count_{min(count, GOAL)}"
        draft.say(self._wording(key, draft, alternatives=names), "feedback")
        left_open = [a.name for a in found if not a.answered]
        if left_open and count < GOAL:
            draft.say(self._wording("unanswered", draft, name=left_open[0]), "feedback")

    def _go_on(self, draft: Draft, lead: str) -> None:
        if draft.state.index >= self._drill.rounds:
            draft.say(f"{lead} {self._wording('done', draft)}", "feedback")
            end(draft, "finished")
        else:
            following = self._material.phrase("question_lead_next", draft)
            self._next_round(draft, f"{lead} {following}")

    def _wording(self, key: str, draft: Draft, **slots: object) -> str:
        return self._material.wording(self._drill.phrases[key], key, draft, **slots)

    def _next_round(self, draft: Draft, lead: str) -> None:
        index = draft.state.index
        prompts = self._drill.prompts
        prompt = prompts[(self._material.seed + index) % len(prompts)]
        draft.set(index=index + 1)
        task = Task(
            id=f"r{index + 1}",
            kind="drill",
            spoken=prompt,
            expectation=Expectation("answer", self._drill.target_s),
        )
        open_task(draft, task)
        draft.say(f"{lead} {prompt}", "question")

    def give_up(self, draft: Draft, outcome: str, whole_question: bool) -> None:
        """Leave this result and take the next."""
        close_task(draft, outcome)
        self._go_on(draft, self._material.phrase("skip", draft) if outcome == "skipped" else "")

    def hints(self, draft: Draft) -> tuple[str, ...]:
        """Where to look for rival explanations."""
        return self._drill.phrases["hint"]

    def marked(self, draft: Draft, mark: TimeMark) -> None:
        """This drill has no clock."""

    def again(self, draft: Draft) -> None:
        """The same result once more."""
        start_over(draft)
        draft.say(draft.task.spoken, "question")

    def begun_again(self, draft: Draft) -> None:
        """Nothing is offered here."""

    def close(self, draft: Draft) -> None:
        """The feedback has been given with each round."""
