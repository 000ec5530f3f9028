"""The debrief of a session, made from its events, and as it is printed."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.debrief import Question
    from voicecoach.dialog.script import Script
    from voicecoach.events import Event
    from voicecoach.scoring.verdict import Answered

_WIDTH = 96


def debrief_of(events: Sequence[Event], script: Script) -> dict[str, Any] | None:
    """Return the debrief of an interview (`write_debrief`), with titles and commands of drills.

    None where no question was answered: of a drill, and of a session that broke off before.
    """
    from voicecoach.debrief import tell
    from voicecoach.scoring.debriefing import write_debrief

    story = tell(events)
    order = {question.id: question.facets for question in script.questions}
    answers = [
        _answered(question, order)
        for question in story.questions
        if question.task.opened.kind == "question" and question.score is not None
    ]
    if not answers:
        return None
    rough = story.started is not None and story.started.rough
    debrief = write_debrief(answers, script.debrief, script.phrases, rough)
    for drill in debrief["drills"]:
        drill["title"] = script.drills[drill["name"]].title
        drill["command"] = drill_command(drill["name"])
    return debrief


def drill_command(name: str) -> str:
    """Return how a drill is started on the command line."""
    return "voicecoach opening" if name == "opening" else f"voicecoach drill {name}"


def _answered(question: Question, order: Mapping[str, Sequence[str]]) -> Answered:
    from voicecoach.scoring.verdict import Answered

    opened = question.task.opened
    assert question.score is not None
    return Answered(
        task_id=opened.task_id,
        question_type=opened.question_type,
        facets=tuple(order.get(opened.question_id, ())),
        score=question.score,
        words=question.words,
        alone=question.first_score.overall if question.first_score else None,
    )


def print_debrief(debrief: Mapping[str, Any]) -> None:
    """Print what a bar raiser would take along, the page's debrief in short."""
    leaning, level = debrief["leaning"], debrief["level"]
    print("\nDebrief")
    _print("", leaning["text"])
    for reason in leaning["reasons"]:
        _print("- ", reason["text"])
    _print("", level["text"])
    for title, found, lines in (
        ("Strengths", debrief["strengths"], _strength_lines),
        ("Concerns", debrief["concerns"], _concern_lines),
        ("Next drills", debrief["drills"], _drill_lines),
    ):
        if found:
            print(f"  {title}")
        for each in found:
            first, *rest = lines(each)
            _print("  - ", first)
            for line in rest:
                _print("    ", line)
    _print("", f"{debrief['how_sure']} {debrief['note']}".strip())


def _strength_lines(strength: Mapping[str, Any]) -> list[str]:
    said = f"“{strength['quote']}” (question {strength['number']})" if strength["quote"] else ""
    name = str(strength["facet"]).replace("_", " ")
    return [f"{name}: {said or 'question ' + strength['number']}", strength["why"]]


def _concern_lines(concern: Mapping[str, Any]) -> list[str]:
    name = str(concern["facet"]).replace("_", " ")
    return [f"{name}: {concern['where']}", concern["hint"] or concern["advice"]]


def _drill_lines(drill: Mapping[str, Any]) -> list[str]:
    return [f"{drill['command']}: {drill['why']}"]


def _print(mark: str, text: str) -> None:
    if text:
        lead = f"  {mark}"
        print(textwrap.fill(text, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)))
