"""What each spoken command does. Pure."""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.dialog.activity import Activity, Material, end, take_answer
from voicecoach.dialog.drill_calls import PREFIX, begin_drill, call_drill
from voicecoach.dialog.state import Draft, Phase

Obey = Callable[[Activity, Material, Draft], None]


def obey(activity: Activity, material: Material, draft: Draft, command: str) -> None:
    """Carry out a command that was heard; one without a meaning here gets the help."""
    if command.startswith(PREFIX):
        call_drill(material, draft, command.removeprefix(PREFIX))
    else:
        COMMANDS.get(command, _help)(activity, material, draft)


def _repeat(activity: Activity, material: Material, draft: Draft) -> None:
    _repeat_task(material, draft, "repeat_lead", slow=False)


def _slower(activity: Activity, material: Material, draft: Draft) -> None:
    _repeat_task(material, draft, "slower_lead", slow=True)


def _repeat_task(material: Material, draft: Draft, lead: str, slow: bool) -> None:
    task = draft.task
    purpose = {"drill": "question", "offer": "reply"}.get(task.kind, task.kind)
    draft.say(f"{material.phrase(lead, draft)} {task.spoken}", purpose, slow)


def _skip(activity: Activity, material: Material, draft: Draft) -> None:
    activity.give_up(draft, "skipped", whole_question=False)


def _next(activity: Activity, material: Material, draft: Draft) -> None:
    activity.give_up(draft, "skipped", whole_question=True)


def _hint(activity: Activity, material: Material, draft: Draft) -> None:
    given = draft.state.hints
    hints = activity.hints(draft)
    if given >= len(hints):
        material.say(draft, "hints_used_up", "reply")
        return
    draft.set(hints=given + 1)
    draft.say(f"{material.phrase('hint_lead', draft)} {hints[given]}", "reply")


def _pause(activity: Activity, material: Material, draft: Draft) -> None:
    draft.set(phase=Phase.PAUSED, paused_s=draft.at_s)
    material.say(draft, "pause", "reply")


def _resume(activity: Activity, material: Material, draft: Draft) -> None:
    task = draft.task
    lead = material.phrase("resume", draft)
    # After an interrupted answer the candidate knows the question; otherwise it is asked again.
    draft.say(lead if draft.state.held else f"{lead} {task.spoken}", "reply")


def _time_left(activity: Activity, material: Material, draft: Draft) -> None:
    state = draft.state
    minutes, since_s = state.round_minutes, state.round_started_s
    if not state.round:
        minutes, since_s = activity.minutes, state.started_s
    rest_min = round(minutes - (draft.at_s - since_s) / 60.0)
    unit = "a minute or less" if rest_min < 1 else "one minute" if rest_min == 1 else ""
    material.say(draft, "time_left", "reply", minutes=unit or f"{rest_min} minutes")


def _done(activity: Activity, material: Material, draft: Draft) -> None:
    if not draft.state.held and not draft.task.words:
        material.say(draft, "nudge_first", "nudge")
    else:
        take_answer(activity, draft, draft.state.held)


def _again(activity: Activity, material: Material, draft: Draft) -> None:
    activity.again(draft)


def _yes(activity: Activity, material: Material, draft: Draft) -> None:
    if draft.state.asked_drill:
        begin_drill(draft, draft.state.asked_drill)
    else:
        activity.again(draft)


def _no(activity: Activity, material: Material, draft: Draft) -> None:
    if draft.state.asked_drill:
        draft.set(asked_drill="")
        material.say(draft, "drill_stay", "reply")
    else:
        activity.give_up(draft, "skipped", whole_question=True)


def _stop(activity: Activity, material: Material, draft: Draft) -> None:
    end(draft, "stopped")


def _help(activity: Activity, material: Material, draft: Draft) -> None:
    material.say(draft, "help", "reply")


COMMANDS: dict[str, Obey] = {
    "repeat": _repeat,
    "slower": _slower,
    "skip": _skip,
    "next": _next,
    "hint": _hint,
    "pause": _pause,
    "resume": _resume,
    "time_left": _time_left,
    "done": _done,
    "again": _again,
    "stop": _stop,
    "yes": _yes,  # asked for only by the offer to go again, and before a drill begins
    "no": _no,
    "help": _help,
}
"""By name of the command."""
