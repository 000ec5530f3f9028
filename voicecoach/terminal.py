"""A session on the terminal: what is said, what is heard, and how it went.

Live captions rewrite their line on a terminal; anywhere else each turn is one plain line.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

from voicecoach.events import (
    AnswerScored,
    DrillResult,
    Event,
    PartialTranscript,
    ProbeChosen,
    Problem,
    SegmentTranscribed,
    SessionStarted,
    TaskOpened,
    TurnTaken,
    UtteranceStarted,
)


class Terminal:
    """Shows events as they come.

    Args:
        out: where to write.
        candidate: how the candidate is called in front of the captions.
        explain: say why each follow-up was chosen.
        heading: say at the start what is listened with.
    """

    def __init__(
        self,
        out: TextIO | None = None,
        candidate: str = "You",
        explain: bool = False,
        heading: bool = True,
    ) -> None:
        self._out = out or sys.stdout
        self._live = self._out.isatty() and _understands_escapes()
        self._colour = self._live and "NO_COLOR" not in os.environ
        self._candidate = candidate
        self._gutter = max(len(candidate), len("Coach")) + 2
        self._explain = explain
        self._heading = heading
        self._typed = False
        self._heard: list[str] = []
        self._caption_shown = False
        self._show: dict[type[Event], Callable[[Any], None]] = {
            SessionStarted: self._started,
            UtteranceStarted: self._coach,
            PartialTranscript: self._partial,
            SegmentTranscribed: self._segment,
            TurnTaken: self._turn,
            ProbeChosen: self._probe,
            Problem: self._problem,
        }

    def __call__(self, event: Event) -> None:
        """Show an event, if it is one to be shown."""
        show = self._show.get(type(event))
        if show:
            show(event)
            self._out.flush()

    def _started(self, event: SessionStarted) -> None:
        self._typed = event.source == "text"
        if event.rough:
            self._candidate += " (roughly)"
            self._gutter = max(self._gutter, len(self._candidate) + 2)
        if not self._heading:
            return
        if event.model:
            self._say("", f"Listening with {event.model}. {event.model_note}", dim=True)
        else:
            self._say("", event.model_note, dim=True)
        self._say("", f"Seed {event.seed}. Ctrl-C stops and keeps everything.", dim=True)
        print(file=self._out)

    def _coach(self, event: UtteranceStarted) -> None:
        self._say("Coach", event.text, bold=event.purpose in ("question", "probe"))

    def _partial(self, event: PartialTranscript) -> None:
        self._caption(" ".join([*self._heard, event.text]))

    def _segment(self, event: SegmentTranscribed) -> None:
        if event.words:
            self._heard.append(event.text)
            self._caption(" ".join(self._heard))

    def _caption(self, text: str) -> None:
        """Rewrite the line with the end of what has been heard so far."""
        if not self._live:
            return
        room = shutil.get_terminal_size().columns - self._gutter - 2
        tail = text if len(text) <= room else "…" + text[-room + 1 :]
        self._out.write(f"\r\x1b[K{self._label(self._candidate)}{tail}")
        self._caption_shown = True

    def _turn(self, event: TurnTaken) -> None:
        self._heard = []
        if self._typed:
            return  # it stands there already
        text = event.text or "(nothing that I could understand)"
        note = f"  [{event.command}]" if event.kind == "command" else ""
        self._say(self._candidate, text + note)

    def _probe(self, event: ProbeChosen) -> None:
        if self._explain:
            evidence = f' because of "{event.evidence}"' if event.evidence else ""
            others = ", ".join(event.runners_up)
            self._say("", f"{event.probe}: {event.rule}{evidence}; next best {others}", dim=True)

    def _problem(self, event: Problem) -> None:
        self._say("!", event.message)

    def _label(self, who: str) -> str:
        return f"{who:<{self._gutter}}"

    def _say(self, who: str, text: str, bold: bool = False, dim: bool = False) -> None:
        if self._caption_shown:
            self._out.write("\r\x1b[K")
            self._caption_shown = False
        lines = textwrap.wrap(text, _width() - self._gutter) or [""]
        for number, line in enumerate(lines):
            if self._colour and (bold or dim):
                line = f"\x1b[{1 if bold else 2}m{line}\x1b[0m"
            print(self._label(who if number == 0 else "") + line, file=self._out)


def summarise(events: Sequence[Event], out: TextIO | None = None) -> None:
    """Print the judgement of each question, with the words that earned it.

    A round of a drill trains one skill: what else it does not show is no fault of it.
    """
    out = out or sys.stdout
    drills = {e.task_id for e in events if isinstance(e, TaskOpened) and e.kind == "drill"}
    latest: dict[str, AnswerScored] = {}
    for event in events:
        if isinstance(event, AnswerScored) and "." not in event.task_id:
            latest[event.task_id] = event
    for event in events:
        if isinstance(event, DrillResult):
            _print_points(event, out)
    for task_id, scored in latest.items():
        print(file=out)
        scope = " (with the follow-ups)" if scored.with_replies else " (the answer alone)"
        drill = task_id in drills
        _print_score(task_id, scored.score, "" if drill else scope, drill, out)


def _print_points(event: DrillResult, out: TextIO) -> None:
    """Print which points a round of a drill has shown, with the words."""
    points = event.result.get("points")
    if not isinstance(points, (list, tuple)):
        return  # a drill that says it in a form of its own
    heard, of = event.result.get("heard"), event.result.get("of")
    print(f"\nr{event.round_number}: {heard} of {of} points", file=out)
    for point in points:
        mark = "●" if point["heard"] else "○"
        quote = f"“{point['quote']}”" if point["heard"] else ""
        label = f"  {mark} {point['name'].replace('_', ' '):<18} "
        print(_shorten(f"{label}{quote}".rstrip(), _width()), file=out)


def _print_score(
    task_id: str, score: Mapping[str, Any], scope: str, shown_only: bool, out: TextIO
) -> None:
    if not score["scorable"]:
        print(f"{task_id}: no score. {score['why_not']}", file=out)
        return
    print(f"{task_id}: {score['overall']:g} of 5{scope}", file=out)
    for name, facet in score["facets"].items():
        if shown_only and not facet["level"]:
            continue
        quotes = [e["quote"] for e in facet["evidence"]]
        reason = f"“{quotes[0]}”" if quotes else facet["advice"]
        marks = "●" * facet["level"] + "○" * (2 - facet["level"])
        label = f"  {marks} {name.replace('_', ' '):<18} "
        print(_shorten(label + reason, _width()), file=out)
    for item in score["delivery"].get("described", ()):
        if item["standing"]:
            print(_shorten(f"     {'(delivery)':<18} {item['text']}", _width()), file=out)


def _understands_escapes() -> bool:
    """Whether a terminal can rewrite its line; Windows' older console prints the codes instead."""
    if sys.platform == "win32":
        return "WT_SESSION" in os.environ or "TERM" in os.environ
    return os.environ.get("TERM") != "dumb"


def _width() -> int:
    return max(40, min(100, shutil.get_terminal_size((100, 24)).columns))


def _shorten(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
