"""What each spoken command does. Pure."""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.dialog import confirmation, drill_calls, story_calls
from voicecoach.dialog.activity import Activity, Material, end, take_answer
from voicecoach.dialog.so_far import say_so_far
from voicecoach.dialog.state import Draft, Phase

Obey = Callable[[Activity, Material, Draft], None]


def obey(activity: Activity, material: Material, draft: Draft, command: str) -> None:
    """Carry out a command that was heard, or ask first where it would lose something."""
    if confirmation.must_ask(draft, command):
        confirmation.ask(material, draft, command)
        return
    if command not in confirmation.STILL_ASKED:
        draft.set(asked="")
    _carry_out(activity, material, draft, command)


def _carry_out(activity: Activity, material: Material, draft: Draft, command: str) -> None:
    """Do it; a command without a meaning here gets the help."""
    if command.startswith(drill_calls.PREFIX):
        drill_calls.begin_drill(draft, command.removeprefix(drill_calls.PREFIX))
    elif command.startswith(story_calls.PREFIX):
        title = command.removeprefix(story_calls.PREFIX)
        story_calls.save_story(activity, material, draft, title)
    else:
        COMMANDS.get(command, _help)(activity, material, draft)


def _repeat(activity: Activity, material: Material, draft: Draft) -> None:
    _repeat_task(material, draft, "repeat_lead", slow=False)


def _slower(activity: Activity, material: Material, draft: Draft) -> None:
    _repeat_task(material, draft, "slower_lead", slow=True)


def _repeat_task(material: Material, draft: Draft, lead: str, slow: bool) -> None:
    task = draft.task
    if draft.state.asked:
        draft.say(confirmation.question(material, draft), "reply", slow)
        return
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
    if draft.state.phase is not Phase.PAUSED:
        draft.set(phase=Phase.PAUSED, paused_s=draft.at_s)
    material.say(draft, "pause", "reply")


def _resume(activity: Activity, material: Material, draft: Draft) -> None:
    asked = draft.state.asked
    if asked and draft.state.phase is not Phase.PAUSED:
        confirmation.keep(material, draft)  # "go on" means: with what I was saying
        return
    lead = material.phrase("resume", draft)
    # After an interrupted answer the candidate knows the question; otherwise it is asked again.
    rest = "" if draft.state.held else draft.task.spoken
    draft.say(f"{lead} {confirmation.question(material, draft) if asked else rest}", "reply")


def _time_left(activity: Activity, material: Material, draft: Draft) -> None:
    state = draft.state
    minutes, since_s = state.round_minutes, state.round_started_s
    if not state.round:
        minutes, since_s = activity.minutes, state.started_s
    now_s = state.paused_s if state.phase is Phase.PAUSED else draft.at_s
    rest_min = round(minutes - (now_s - since_s) / 60.0)
    unit = "a minute or less" if rest_min < 1 else "one minute" if rest_min == 1 else ""
    material.say(draft, "time_left", "reply", minutes=unit or f"{rest_min} minutes")


def _done(activity: Activity, material: Material, draft: Draft) -> None:
    if not draft.state.held and not draft.task.words:
        material.say(draft, "nudge_first", "nudge")
    else:
        take_answer(activity, draft, draft.state.held)


def _again(activity: Activity, material: Material, draft: Draft) -> None:
    activity.again(draft)


def _start_over(activity: Activity, material: Material, draft: Draft) -> None:
    """As `_again`; but where nothing was said yet it cannot mean what came before."""
    if draft.state.held or draft.task.words or draft.task.kind == "offer":
        activity.again(draft)
    else:
        _repeat(activity, material, draft)


def _save(activity: Activity, material: Material, draft: Draft) -> None:
    story_calls.save_story(activity, material, draft, title="")


def _progress(activity: Activity, material: Material, draft: Draft) -> None:
    say_so_far(material, draft)


def _yes(activity: Activity, material: Material, draft: Draft) -> None:
    if asked := draft.state.asked:
        draft.set(asked="")
        _carry_out(activity, material, draft, asked)
    else:
        activity.again(draft)


def _no(activity: Activity, material: Material, draft: Draft) -> None:
    if draft.state.asked:
        confirmation.keep(material, draft)
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
    "start_over": _start_over,
    "save": _save,
    "progress": _progress,
    "stop": _stop,
    "yes": _yes,  # asked for only by the offer to go again, and before something would be lost
    "no": _no,
    "help": _help,
}
"""By name of the command."""
