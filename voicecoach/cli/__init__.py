"""The command line: which commands there are, and how a failure looks.

Each command is a module here with ``add_arguments(parser)`` and ``run(args)``. Those modules import
what they need inside ``run``, so that ``voicecoach --help`` stays quick.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence

from voicecoach import __version__
from voicecoach.errors import VoicecoachError

COMMANDS = {
    "practice": "a spoken mock interview",
    "opening": "the 90-second opening, against the clock",
    "drill": "one skill, over and over",
    "demo": "an interview with the recorded candidate",
    "hear": "what a recording says",
    "score": "judge one answer, text or recording, or a file of many",
    "evaluate": "how well the scores agree with labels of your own",
    "metrics": "how fast and how well the coach answered",
    "experiment": "what a delay does to your own answers, found out by lot",
    "report": "one page about a session",
    "history": "your sessions",
    "progress": "what has changed over your sessions, and what to practise next",
    "stories": "your own stories, and which principles have none yet",
    "study": "how far your preparation has come, and what is next",
    "plans": "kinds of interview, who holds them, and how",
    "questions": "the question bank",
    "drills": "the drills",
    "model": "list, fetch, choose and check recogniser models",
    "doctor": "is everything in place?",
    "bench": "how soon it speaks, how often too soon, and what it costs",
}
"""Name and one line of every command, in the order in which help shows them."""


def build_parser() -> argparse.ArgumentParser:
    """Return the whole command line."""
    parser = argparse.ArgumentParser(
        prog="voicecoach",
        description="An offline interviewer that listens, asks the next question, and keeps score.",
    )
    parser.add_argument("--version", action="version", version=f"voicecoach {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:])
        module = importlib.import_module(f"voicecoach.cli.{name}")
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 success, 1 failure, 2 wrong usage."""
    _print_on_any_console()
    args = build_parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except VoicecoachError as error:
        print(f"voicecoach: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing, and keep Python from saying it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            print(f"voicecoach: {_full_disk(error)}", file=sys.stderr)
            return 1
        if os.environ.get("VOICECOACH_DEBUG"):
            raise
        print(f"voicecoach: {_own_mistake(error)}", file=sys.stderr)
        return 1
    return status


def _full_disk(error: OSError) -> str:
    """Name the disk that is full, and give up what is still to be printed on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    where = error.filename or "the output"
    return f"the disk is full, and {where} could not be written. Free some space."


def _print_on_any_console() -> None:
    """Let a console or a pipe that lacks a character show a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _own_mistake(error: Exception) -> str:
    """Keep the details of a mistake of ours where a bug report can find them; return one line."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="voicecoach-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    return (
        f"something went wrong that should not have ({type(error).__name__}). "
        f"What was recorded is kept; the details for a bug report are in {file.name}."
    )
