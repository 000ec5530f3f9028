"""What practice, opening, drill and demo share on the command line: options, and the report."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import StoreError, UsageError, VoicecoachError

if TYPE_CHECKING:
    from voicecoach.audio.format import Clip, Samples
    from voicecoach.dialog.activity import Activity, Material
    from voicecoach.drill_results import Trend
    from voicecoach.events import DelayAssigned, Event, TaskOpened
    from voicecoach.session_files import SessionWriter, Tee
    from voicecoach.store import SessionRecord
    from voicecoach.studio import Options, Stage


def add_session_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of every spoken activity."""
    sound = parser.add_argument_group("sound")
    sound.add_argument(
        "--device", default="", metavar="NAME", help="microphone: part of its name, or a number"
    )
    sound.add_argument("--output-device", default="", metavar="NAME", help="loudspeaker, likewise")
    sound.add_argument(
        "--headphones", action="store_true", help="the microphone cannot hear the loudspeaker"
    )
    sound.add_argument(
        "--voice", default="", metavar="NAME", help="the coach's voice; none: captions only"
    )
    sound.add_argument(
        "--no-acknowledgements",
        action="store_true",
        help='no quiet "okay" where an answer seems to be over',
    )
    sound.add_argument(
        "--patience",
        type=_patience,
        default=1.0,
        metavar="X",
        help="so many times the usual silence before an answer is over: 0.5 to 3",
    )
    sound.add_argument("--model", metavar="NAME", help="recogniser model: a name or a folder")
    sound.add_argument(
        "--smart-turn", action="store_true", help="ask Smart Turn, too, whether an answer is over"
    )
    stand_in = parser.add_argument_group("instead of the microphone")
    stand_in.add_argument(
        "--answers", nargs="+", type=Path, metavar="WAV", help="recordings, spoken when asked"
    )
    stand_in.add_argument("--text", action="store_true", help="type the answers; no sound")
    stand_in.add_argument(
        "--fast", action="store_true", help="with --answers: as fast as they can be listened to"
    )
    kept = parser.add_argument_group("record")
    kept.add_argument("--seed", type=int, metavar="N", help="repeat a choice of questions")
    kept.add_argument("--events", type=Path, metavar="FILE", help="write the event log here, too")
    kept.add_argument("--report", type=Path, metavar="FILE", help="write the report here, too")
    kept.add_argument("--explain", action="store_true", help="say why each follow-up was chosen")


def add_hands_free(parser: argparse.ArgumentParser) -> None:
    """Add the option of those activities that a candidate can hold without a key."""
    parser.add_argument(
        "--hands-free", action="store_true", help="no key from start to report: all of it is said"
    )


def check_session_arguments(args: argparse.Namespace) -> None:
    """Refuse what does not go together.

    Raises:
        UsageError: and says what to change.
        StoreError: a file that could not be written at the end.
    """
    if args.report:
        _check_writable(args.report)
    if _hands_free(args) and (args.text or args.voice == "none"):
        raise UsageError(
            "usage.hands_free",
            "--hands-free needs a voice",
            "Leave out --text and --voice none",
        )
    if args.text and args.answers:
        raise UsageError("usage.two_sources", "--text and --answers exclude each other")
    if args.fast and not args.answers:
        raise UsageError(
            "usage.fast_needs_answers",
            "--fast works on recordings, and none are given",
            "Add --answers A.wav B.wav",
        )


def _check_writable(path: Path) -> None:
    """Find out before the interview, not after it, that a file cannot be written.

    Raises:
        StoreError: there is a folder of that name, or none to put the file in, or it is protected.
    """
    folder = path.parent
    if path.is_dir():
        raise StoreError("store.is_folder", f"{path} is a folder", "Name a file")
    if not folder.is_dir():
        raise StoreError("store.no_folder", f"There is no folder {folder}", "Make it first")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise StoreError("store.read_only", f"{path} may not be written", "Name another file")


def _patience(text: str) -> float:
    """Return a factor of patience.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0.5 <= factor <= 3.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not from 0.5 to 3")
    return factor


def options_of(args: argparse.Namespace) -> Options:
    """Return the session's options as they were put on the command line."""
    from voicecoach.settings import setting
    from voicecoach.studio import Options

    wanted = setting("acknowledgements") != "off"
    return Options(
        acknowledgements=wanted and not getattr(args, "no_acknowledgements", False),
        seed=args.seed,
        model=args.model,
        voice=args.voice,
        device=args.device,
        output_device=args.output_device,
        headphones=args.headphones,
        fast=args.fast,
        text=args.text,
        hands_free=_hands_free(args),
        smart_turn=args.smart_turn,
        patience=args.patience,
    )


def _seeded(options: Options) -> Options:
    """Return the options with a seed: sessions in a row are not to sound alike."""
    from voicecoach.cli._past import next_seed

    return options if options.seed is not None else dataclasses.replace(options, seed=next_seed())


def hold_session(
    args: argparse.Namespace,
    activity: Callable[[Material], Activity],
    *,
    name: str,
    plan: str = "",
    options: Options | None = None,
    answers: Callable[[TaskOpened], Clip | None] | None = None,
    audible: bool = False,
    source: str = "",
    candidate: str = "You",
    delay_for: Callable[[float, str], DelayAssigned] | None = None,
) -> int:
    """Hold a session, show it, keep it, and write its report; return the exit status.

    A drill that was asked for in it follows as a session of its own; so does, hands-free, another
    one of the same kind.
    """
    from voicecoach.studio import Stage, recordings, run_session
    from voicecoach.terminal import Terminal, summarise

    check_session_arguments(args)
    if args.answers:
        answers = recordings(tuple(args.answers))
    options = options or options_of(args)
    stage = Stage(
        activity=activity,
        log=_Nowhere(),
        observers=(Terminal(candidate=candidate, explain=args.explain),),
        answers=answers,
        audible=audible,
        source=source,
        read_line=_read_line if args.text else None,
        delay_for=delay_for,
    )
    report, copy = args.report, args.events
    while True:
        options = _seeded(options)
        with _said_aloud(args, options):
            with contextlib.closing(LazyLog(name, copy)) as log, _stories_kept(log):
                events = run_session(options, dataclasses.replace(stage, log=log), plan)
            summarise(events)
            record = _finish(log, report)
            if _hands_free(args) and _ended_well(events):
                events = _hold_lobby(options, stage, record)
        drill = _requested_drill(events)
        if drill:
            name, plan = f"drill-{drill}", ""
            stage = dataclasses.replace(stage, activity=drill_activity(drill))
        elif not _wants_another(events):
            return 0
        print()
        # The files that were asked for belong to the first session, and so does its choice.
        report = copy = args.seed = None
        options = dataclasses.replace(options, seed=None)


def _hands_free(args: argparse.Namespace) -> bool:
    return getattr(args, "hands_free", False)


@contextlib.contextmanager
def _stories_kept(log: LazyLog) -> Iterator[None]:
    """Keep the stories that the candidate asked to keep, whatever way the session ends."""
    from voicecoach.cli._stories import keep_stories

    try:
        yield
    finally:
        if log.writer is not None:
            for line in keep_stories(log.writer.folder):
                print(f"\nStory    {line}")


def drill_activity(name: str, soft: bool = False) -> Callable[[Material], Activity]:
    """Return what makes a drill of the material."""

    def drill(material: Material) -> Activity:
        from voicecoach.dialog.drills import make_drill

        return make_drill(name, material, soft)

    return drill


@contextlib.contextmanager
def _said_aloud(args: argparse.Namespace, options: Options) -> Iterator[None]:
    """Let whoever does not look at the screen hear why a session failed, too."""
    try:
        yield
    except VoicecoachError as error:
        if _hands_free(args):
            from voicecoach.studio import say_aloud

            print(f"Coach  {error}", flush=True)
            say_aloud(str(error), options)
        raise


def _ended_well(events: Sequence[Event]) -> bool:
    """Whether somebody is there who may want to go on."""
    from voicecoach.events import SessionEnded

    return any(e.reason in ("finished", "stopped") for e in events if isinstance(e, SessionEnded))


def _hold_lobby(options: Options, stage: Stage, record: SessionRecord) -> list[Event]:
    """Ask by voice what is to come next; nothing of it is kept."""
    from voicecoach.content.hands_free import load_lobby
    from voicecoach.content.script import load_script
    from voicecoach.spoken_report import spoken_details, spoken_trend
    from voicecoach.studio import run_lobby
    from voicecoach.terminal import Terminal

    script = load_lobby(load_script())
    print()
    return run_lobby(
        options,
        dataclasses.replace(stage, observers=(Terminal(heading=False),), delay_for=None),
        script,
        spoken_trend(_held_drills(record), script.phrases),
        spoken_details(record.events, script.phrases),
    )


def _wants_another(events: Sequence[Event]) -> bool:
    from voicecoach.events import AnotherRequested

    return any(isinstance(event, AnotherRequested) for event in events)


def _requested_drill(events: Sequence[Event]) -> str:
    """Return the drill that was asked for by voice, '' for none."""
    from voicecoach.events import DrillRequested

    return next((e.drill for e in events if isinstance(e, DrillRequested)), "")


def _read_line() -> str | None:
    """Read a typed answer; None at the end of the input."""
    print("You    ", end="", flush=True)
    line = sys.stdin.readline()
    while line.isspace():
        line = sys.stdin.readline()  # Enter was pressed, and nothing said
    if not sys.stdin.isatty():
        print(line.strip())  # a script does not echo what it types
    return line or None


class _Nowhere:
    """Keeps nothing: what is said in the lobby belongs to no session."""

    def append(self, event: Event) -> None:
        """Let it go."""

    def audio(self, samples: Samples) -> None:
        """Let it go."""


class LazyLog:
    """A session on disk that is begun with its first event: a failed start leaves nothing behind.

    Args:
        name: of the activity.
        copy: where the events are written, too; None for nowhere.
    """

    def __init__(self, name: str, copy: Path | None) -> None:
        from voicecoach.clock import SystemClock

        self._name = name
        self._copy = copy
        self._date = SystemClock().date()
        self._stack = contextlib.ExitStack()
        self.writer: SessionWriter | None = None
        self._sinks: Tee | None = None

    def append(self, event: Event) -> None:
        """Keep an event; the first one is told under which name."""
        from voicecoach.events import SessionStarted

        writer = self._open()
        if isinstance(event, SessionStarted):
            event = dataclasses.replace(event, session_id=writer.id)
        assert self._sinks is not None
        self._sinks.append(event)

    def audio(self, samples: Samples) -> None:
        """Keep the candidate's sound."""
        self._open().audio(samples)

    def _open(self) -> SessionWriter:
        if self.writer is None:
            from voicecoach.session_files import EventFile, Tee
            from voicecoach.store import SessionStore

            # The copy first: if it cannot be made, nothing has been begun.
            copies = [EventFile(self._copy, new=True)] if self._copy is not None else []
            for copy in copies:
                self._stack.callback(copy.close)
            self.writer = SessionStore().create(self._name, self._date)
            self._stack.callback(self.writer.close)
            self._sinks = Tee(self.writer, *copies)
        return self.writer

    def close(self) -> None:
        """Let the files go."""
        self._stack.close()


def _finish(log: LazyLog, report_path: Path | None) -> SessionRecord:
    """Print debrief and the session's own figures, write its report, return what was kept."""
    from voicecoach.cli._debrief import debrief_of, print_debrief
    from voicecoach.cli.metrics import print_metrics
    from voicecoach.cli.report import write_report
    from voicecoach.content.script import load_script
    from voicecoach.store import SessionStore

    assert log.writer is not None
    record = SessionStore().load(log.writer.id)
    debrief = debrief_of(record.events, load_script())
    if debrief is not None:
        print_debrief(debrief)
    print()
    print_metrics(record.events)
    paths = [log.writer.folder / "report.html", *([report_path] if report_path else [])]
    for path in paths:
        write_report(record, path)
    for trend in _held_drills(record):
        from voicecoach.cli.history import trend_line

        print(f"\nTrend    {trend_line(trend)}")
    print(f"\nReport   {paths[-1]}")
    print(f"Session  {record.id}")
    return record


def _held_drills(record: SessionRecord) -> tuple[Trend, ...]:
    """Return how the drills of a session went from session to session."""
    from voicecoach.cli.history import SHOWN, drill_trends
    from voicecoach.drill_results import rounds_of
    from voicecoach.store import SessionStore

    held = {each.drill for each in rounds_of(record.events)}
    if not held:
        return ()
    records, _ = SessionStore().load_all(SHOWN)
    return tuple(trend for trend in drill_trends(records) if trend.drill in held)
