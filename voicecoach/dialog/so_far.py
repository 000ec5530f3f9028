"""How it is going, asked in the middle of a session: one short word on it. Pure.

It tells what is known and no more: nothing of an answer that is still being given, and nothing
where nobody could judge what was heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from voicecoach.dialog.activity import Material
from voicecoach.dialog.state import Draft, Judged
from voicecoach.scoring.types import FULL_LEVEL


def say_so_far(material: Material, draft: Draft) -> None:
    """Say how many questions were answered and how they came through, or rounds of a drill."""
    rounds = [taken for taken in draft.state.drill.rounds if taken.of]
    judged = [item for item in draft.state.judged if item.score.scorable]
    if material.rough:
        material.say(draft, "progress_rough", "reply")
    elif rounds:
        complete = sum(taken.heard == taken.of for taken in rounds)
        count = _counted(len(rounds), "round")
        material.say(draft, "progress_rounds", "reply", count=count, complete=complete or "none")
    elif judged:
        draft.say(" ".join(_on_answers(material, draft, judged)), "reply")
    else:
        material.say(draft, "progress_nothing", "reply")


def _on_answers(material: Material, draft: Draft, judged: Sequence[Judged]) -> list[str]:
    count = _counted(len(draft.state.judged), "question")
    said = [material.phrase("progress_answered", draft, count=count)]
    levels = _mean_levels(judged)
    best = max(levels, key=lambda name: levels[name])
    if levels[best] > 0:
        facet = material.phrase(f"facet_{best}", draft)
        said.append(material.phrase("progress_best", draft, facet=facet))
    others = [name for name in levels if name != best or levels[best] == 0]
    watch = min(others, key=lambda name: levels[name])
    if levels[watch] < FULL_LEVEL:
        facet = material.phrase(f"facet_{watch}", draft)
        said.append(material.phrase("progress_watch", draft, facet=facet))
    return said


def _mean_levels(judged: Sequence[Judged]) -> dict[str, float]:
    """Return each facet's mean level; those come first that mattered most to the last question."""
    latest = judged[-1]
    question = latest.task.question
    first = question.facets if question else ()
    names = sorted(latest.score.facets, key=lambda n: first.index(n) if n in first else len(first))
    return {
        name: fmean(item.score.facets[name].level for item in judged if name in item.score.facets)
        for name in names
    }


def _counted(number: int, what: str) -> str:
    """Return a number with its noun, for the ear."""
    return f"one {what}" if number == 1 else f"{number} {what}s"
