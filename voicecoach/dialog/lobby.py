"""Where a hands-free session goes after its last word: the details, another one, a drill. Pure.

A conversation of its own, much smaller than an interview: nothing is answered here and nothing is
judged. Whoever says nothing, or nothing that is known here, three times, is wished a good day.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from voicecoach.dialog.commands import CommandMatcher
from voicecoach.dialog.drill_calls import PREFIX, drill_calls, listened_calls
from voicecoach.dialog.drill_script import Drill
from voicecoach.dialog.selection import choose_wording
from voicecoach.events import (
    AnotherRequested,
    Command,
    DrillRequested,
    End,
    Event,
    Expectation,
    FloorTaken,
    Hush,
    InterruptionFaded,
    Listen,
    OutOfAnswers,
    SessionStarted,
    SilenceNoticed,
    Speak,
    StopRequested,
    TaskOpened,
    TurnTaken,
    UtteranceFinished,
    text_of,
)

BORROWED: Mapping[str, tuple[str, ...]] = {
    "details": ("progress",),
    "another": ("again", "start_over", "yes"),
    "repeat": ("repeat", "help"),
    "slower": ("slower",),
    "leave": ("stop", "done", "no"),
}
"""What can be said, besides the name of a drill, and the interview's commands that mean it, too."""

OWN_COMMANDS = ("details", "another", "leave")
"""Commands with phrases of their own."""

LOBBY_PHRASES: Mapping[str, frozenset[str]] = {
    "kept": frozenset(),
    "offer": frozenset(),
    "offer_shorter": frozenset(),
    "unclear": frozenset(),
    "nothing": frozenset(),
    "another": frozenset(),
    "drill": frozenset({"drill"}),
    "goodbye": frozenset(),
    "question": frozenset({"number", "overall"}),
    "question_unscored": frozenset({"number", "why_not"}),
    "shown": frozenset({"facets"}),
    "thin": frozenset({"facets"}),
    "missing": frozenset({"facets"}),
    "round": frozenset({"number", "heard", "of"}),
    "round_missing": frozenset({"points"}),
    "trend": frozenset({"course"}),
}
"""What is said in a hands-free session besides, with the slots that every wording has."""

PATIENCE = 3
"""So many silences, or turns that were not understood, and the session is over."""

_TASK = TaskOpened(0.0, "lobby", "offer", "", "", "", "")
_ANSWER = Expectation("short", 3.0)

Outputs = tuple["Event | Command", ...]


@dataclass(frozen=True, slots=True)
class LobbyScript:
    """What can be said in the lobby, by either side.

    Attributes:
        commands: by name, the phrases that mean it.
        phrases: by key, several wordings each.
        drills: that can be asked for.
    """

    commands: Mapping[str, tuple[str, ...]] = field(hash=False)
    phrases: Mapping[str, tuple[str, ...]] = field(hash=False)
    drills: Mapping[str, Drill] = field(hash=False)


@dataclass(frozen=True, slots=True)
class _Here:
    """Where it stands.

    Attributes:
        said: utterances so far.
        last: what was said last, to be repeated.
        missed: silences and turns not understood, in a row.
        detailed: whether the details were told, or there are none.
        leaving: whether it ends when the coach has finished speaking.
    """

    said: int = 0
    last: str = ""
    missed: int = 0
    detailed: bool = False
    leaving: bool = False


class Lobby:
    """The conversation after a hands-free session.

    Args:
        script: what can be said.
        news: what is said at once, such as the trend of a drill.
        details: what is said on demand; empty where nothing was judged.
        seed: of the choice of wordings.
    """

    def __init__(
        self, script: LobbyScript, news: Sequence[str], details: Sequence[str], seed: int
    ) -> None:
        self._script = script
        self._news = " ".join(news)
        self._details = " ".join(details)
        self._seed = seed
        self._matcher = CommandMatcher({**script.commands, **drill_calls(script.drills)}, ())
        self._here = _Here(detailed=not details)

    @property
    def interruptible(self) -> bool:
        """Whether anybody may speak over the coach: not over its goodbye."""
        return not self._here.leaving

    @property
    def command_phrases(self) -> tuple[str, ...]:
        """Everything that means something here."""
        own = tuple(phrase for group in self._script.commands.values() for phrase in group)
        return (*own, *listened_calls(self._script.drills))

    def is_command(self, utterance: str) -> bool:
        """Whether a whole utterance means something here."""
        return self._matcher.match(utterance) is not None

    def handle(self, event: Event) -> Outputs:
        """Take one step; return the events and commands that come of it, in order."""
        self._here, outputs = self._step(event)
        return outputs

    def preview(self, event: Event) -> Outputs:
        """Return what `handle` would return, and change nothing."""
        return self._step(event)[1]

    def _step(self, event: Event) -> tuple[_Here, Outputs]:
        take = _STEPS.get(type(event))
        return take(self, event) if take else (self._here, ())

    def _begin(self, event: Event) -> tuple[_Here, Outputs]:
        opening = f"{self._news} {self._wording('kept')} {self._offer(self._here)}"
        here, spoken = self._say(self._here, opening)
        return here, (dataclasses.replace(_TASK, at_s=event.at_s), *spoken)

    def _heard(self, event: Event) -> tuple[_Here, Outputs]:
        assert isinstance(event, UtteranceFinished)
        if event.utterance_id != _id(self._here.said):
            return self._here, ()
        return self._here, (End("finished") if self._here.leaving else Listen(_ANSWER),)

    def _understand(self, event: Event) -> tuple[_Here, Outputs]:
        assert isinstance(event, FloorTaken)
        name = self._matcher.match(text_of(event.words)) or ""
        kind = "command" if name else "unclear"
        turn = TurnTaken(event.at_s, _TASK.task_id, kind, name, event.words, event.speech_end_s)
        here, outputs = self._obey(name, event.at_s) if name else self._missed("unclear")
        return here, (turn, *outputs)

    def _obey(self, name: str, at_s: float) -> tuple[_Here, Outputs]:
        here = dataclasses.replace(self._here, missed=0)
        if name == "details":
            told = self._details or self._wording("nothing")
            here = dataclasses.replace(here, detailed=True)
            return self._say(here, f"{told} {self._offer(here)}")
        if name in ("repeat", "slower"):
            return self._say(here, here.last, slow=name == "slower")
        if name == "leave":
            return self._leave(here, self._wording("goodbye"))
        if name == "another":
            here, spoken = self._leave(here, self._wording("another"))
            return here, (AnotherRequested(at_s), *spoken)
        drill = name.removeprefix(PREFIX)
        title = self._script.drills[drill].title
        here, spoken = self._leave(here, self._wording("drill").format(drill=title))
        return here, (DrillRequested(at_s, drill), *spoken)

    def _silence(self, event: Event) -> tuple[_Here, Outputs]:
        return self._missed("")

    def _missed(self, lead: str) -> tuple[_Here, Outputs]:
        here = dataclasses.replace(self._here, missed=self._here.missed + 1)
        if here.missed >= PATIENCE:
            return self._leave(here, self._wording("goodbye"))
        return self._say(here, f"{self._wording(lead) if lead else ''} {self._offer(here)}")

    def _say_again(self, event: Event) -> tuple[_Here, Outputs]:
        assert isinstance(event, InterruptionFaded)
        return self._say(self._here, event.text)

    def _run_out(self, event: Event) -> tuple[_Here, Outputs]:
        return self._leave(self._here, self._wording("goodbye"))

    def _interrupt(self, event: Event) -> tuple[_Here, Outputs]:
        return self._here, (Hush(), End("interrupted"))

    def _offer(self, here: _Here) -> str:
        return self._wording("offer_shorter" if here.detailed else "offer")

    def _leave(self, here: _Here, text: str) -> tuple[_Here, Outputs]:
        return self._say(dataclasses.replace(here, leaving=True), text)

    def _say(self, here: _Here, text: str, slow: bool = False) -> tuple[_Here, Outputs]:
        text = " ".join(text.split())
        here = dataclasses.replace(here, said=here.said + 1, last=text)
        return here, (Speak(_id(here.said), text, "reply", slow),)

    def _wording(self, key: str) -> str:
        options = self._script.phrases[key]
        return choose_wording(options, self._seed, f"lobby {key}", self._here.said)


def _id(number: int) -> str:
    return f"l{number}"


_STEPS: Mapping[type[Event], Callable[[Lobby, Event], tuple[_Here, Outputs]]] = {
    SessionStarted: Lobby._begin,
    UtteranceFinished: Lobby._heard,
    FloorTaken: Lobby._understand,
    SilenceNoticed: Lobby._silence,
    InterruptionFaded: Lobby._say_again,
    OutOfAnswers: Lobby._run_out,
    StopRequested: Lobby._interrupt,
}
