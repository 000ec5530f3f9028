"""The counterfactual drill: one result, three other explanations, each ruled out. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from voicecoach.dialog.drill_rounds import UNSCORED_TYPE, RoundsDrill
from voicecoach.dialog.drill_state import StepTaken
from voicecoach.dialog.state import Draft, Task, answer_to
from voicecoach.events import text_of
from voicecoach.scoring.drill_points import Point
from voicecoach.scoring.planned_checks import find_explanations
from voicecoach.scoring.types import Score

GOAL = 3
"""Distinct alternatives that a round asks for."""


class CounterfactualDrill(RoundsDrill):
    """Results to be explained away; counts the distinct alternatives that are really answered."""

    def judge(self, draft: Draft, task: Task) -> tuple[StepTaken, Score | None]:
        """Count what was ruled out: a point for each of the three."""
        text = text_of(task.words)
        answered = [a for a in find_explanations(text) if a.answered][:GOAL]
        heard = [Point("alternative", True, a.name, a.start_char, a.end_char) for a in answered]
        missed = [Point("alternative", heard=False)] * (GOAL - len(heard))
        score = self._material.judge(answer_to(task), UNSCORED_TYPE)
        return StepTaken("alternatives", text, (*heard, *missed)), score

    def feedback(self, draft: Draft, taken: StepTaken) -> None:
        """Say how many there were and which, and name one that was left open."""
        found = find_explanations(taken.text)
        names = [a.name for a in found if a.answered]
        count = min(len(names), GOAL)
        draft.say(self._wording(f"count_{count}", draft, alternatives=", ".join(names)), "feedback")
        left_open = [a.name for a in found if not a.answered]
        if left_open and count < GOAL:
            draft.say(self._wording("unanswered", draft, name=left_open[0]), "feedback")

    def result(self, draft: Draft, steps: Sequence[StepTaken]) -> dict[str, Any]:
        """Keep every explanation that was named, and how it was ruled out."""
        found = find_explanations(steps[-1].text)
        answered = sum(a.answered for a in found)
        return {
            "prompt": self._prompt(draft).text,
            "alternatives": [dataclasses.asdict(a) for a in found],
            "answered": answered,
            "goal": GOAL,
            "heard": min(answered, GOAL),
            "of": GOAL,
        }

    def close(self, draft: Draft) -> None:
        """Say what to do with it."""
        self._close_round(draft)
        if draft.state.drill.rounds:
            draft.say(self._wording("done", draft), "closing")

    def _wording(self, key: str, draft: Draft, **slots: object) -> str:
        return self._material.wording(self._drill.phrases[key], key, draft, **slots)
