"""Asking before something would be lost: a command that waits for its yes. Pure.

There is one such question at a time, `State.asked`. Yes carries the command out, and so does the
same command once more; no drops it, and so does whoever simply goes on talking. What was said
before the question stays in either case until the yes.
"""

from __future__ import annotations

from voicecoach.dialog.activity import Material
from voicecoach.dialog.drill_calls import PREFIX
from voicecoach.dialog.state import Draft, Task

WORTH_ASKING_WORDS = 25
"""So many words are worth a question before they are dropped: about ten seconds of speech."""

DROPPING = frozenset({"again", "start_over", "skip", "next"})
"""Commands after which what was said to the open task counts no more."""

STILL_ASKED = frozenset(
    {"yes", "no", "pause", "resume", "repeat", "slower", "help", "time_left", "progress"}
)
"""Commands that leave the question open, or answer it themselves."""


def must_ask(draft: Draft, command: str) -> bool:
    """Whether a command would lose something, and nobody has agreed to that yet."""
    state = draft.state
    if state.asked == command or state.task is None or state.task.kind == "offer":
        return False
    if command.startswith(PREFIX):
        return state.heard_answer or bool(state.held)
    return command in DROPPING and _at_stake(state.task, draft, command) >= WORTH_ASKING_WORDS


def _at_stake(task: Task, draft: Draft, command: str) -> int:
    """Count the words that a command would drop; what was judged already outlives a skip."""
    judged = 0 if command in ("skip", "next") else len(task.words)
    return len(draft.state.held) + judged


def ask(material: Material, draft: Draft, command: str) -> None:
    """Let a command wait for its yes."""
    draft.set(asked=command)
    draft.say(question(material, draft), "reply")


def question(material: Material, draft: Draft) -> str:
    """Return the question that is open, worded anew."""
    asked = draft.state.asked
    if asked.startswith(PREFIX):
        title = material.script.drills[asked.removeprefix(PREFIX)].title
        return material.phrase("drill_confirm", draft, drill=title)
    return material.phrase("drop_confirm", draft)


def keep(material: Material, draft: Draft) -> None:
    """Go on as if the command had never come."""
    key = "drill_stay" if draft.state.asked.startswith(PREFIX) else "drop_kept"
    draft.set(asked="")
    material.say(draft, key, "reply")
