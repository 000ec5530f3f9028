"""``voicecoach score --batch``: a file of answers, on all cores."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from voicecoach.errors import UsageError, VoicecoachError

if TYPE_CHECKING:
    from voicecoach.batch import Progress, Summary
    from voicecoach.batch_results import Results

STDIN = "-"


def run(args: argparse.Namespace) -> int:
    """Score the batch; return 1 if a line was bad."""
    from voicecoach.batch import Summary, score_batch
    from voicecoach.clock import SystemClock

    jobs = number_of_jobs(args.jobs)
    clock = SystemClock()
    summary = Summary()
    try:
        with _input(args.batch) as stream, _output(args.out, args.batch) as results:
            folder = Path() if args.batch == STDIN else Path(args.batch).parent
            with _progress(args.batch, summary) as progress:
                score_batch(stream, folder, results, jobs, args.model, progress, summary)
    except KeyboardInterrupt:
        print(f"voicecoach: {_stopped(summary, args.out)}", file=sys.stderr)
        return 130
    print(f"voicecoach: {_told(summary, clock.now())}", file=sys.stderr)
    return 1 if summary.bad_count else 0


def number_of_jobs(given: str | None) -> int:
    """Return how many processes are wanted: one for each core where nothing is said.

    Raises:
        UsageError: it is no number from 1.
    """
    from voicecoach.workers import cores

    if given is None:
        return cores()
    if not given.isdecimal() or int(given[:9]) < 1:
        raise UsageError(
            "usage.jobs", f"--jobs is a number from 1, not {given!r}", f"Here are {cores()} cores"
        )
    return int(given[:9])


@contextlib.contextmanager
def _input(name: str) -> Iterator[BinaryIO]:
    if name == STDIN:
        yield sys.stdin.buffer
        return
    with contextlib.ExitStack() as files:
        try:
            stream = files.enter_context(Path(name).open("rb"))
        except OSError as error:
            reason = error.strerror or str(error)
            raise VoicecoachError(
                "batch.unreadable", f"{name} cannot be read: {reason}", "Check the name"
            ) from error
        yield stream


@contextlib.contextmanager
def _output(name: str | None, source: str) -> Iterator[Results]:
    from voicecoach.batch_results import ResultFile, StreamResults

    if name is None or name == "-":
        yield StreamResults(sys.stdout.buffer)
        return
    path = Path(name)
    if path.exists() and not path.is_file() and not path.is_dir():  # a pipe, or /dev/null
        with path.open("wb") as stream:
            yield StreamResults(stream)
        return
    if source != STDIN and path.exists() and path.samefile(source):
        raise UsageError(
            "usage.same_file", f"{name} is the input as well", "Give --out a name of its own"
        )
    results = ResultFile(path)
    try:
        yield results
        results.finish()
    finally:
        results.close()


@contextlib.contextmanager
def _progress(name: str, summary: Summary) -> Iterator[Progress]:
    """Show a bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, so_far: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TextColumn("{task.fields[lines]:,} lines"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    total = None if name == STDIN else Path(name).stat().st_size
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, lines=0, rate="")

        def show(done: int, so_far: Summary) -> None:
            elapsed_s = bar.tasks[0].elapsed or 0.0
            rate = f"{so_far.scored / elapsed_s:.0f} a second" if elapsed_s > 0.5 else ""
            bar.update(task, completed=done, lines=so_far.lines, rate=rate)

        yield show


def _told(summary: Summary, took_s: float) -> str:
    """Return how it went, in one line."""
    rate = f" ({summary.scored / took_s:.3g} a second)" if summary.scored and took_s > 0 else ""
    told = [f"Scored {summary.scored:,} of {summary.lines:,} lines in {took_s:.1f} s{rate}."]
    if summary.before:
        told.append(f"{summary.before:,} had been scored before.")
    if summary.unscorable:
        told.append(f"{summary.unscorable:,} held too little to be judged.")
    if summary.bad_count:
        named = ", ".join(f"line {number} ({code})" for number, code in summary.bad)
        more = summary.bad_count - len(summary.bad)
        others = f" and {more:,} more" if more else ""
        told.append(f"{summary.bad_count:,} bad: {named}{others}.")
    return " ".join(told)


def _stopped(summary: Summary, out: str | None) -> str:
    done = summary.scored + summary.before
    if out is None:
        return f"Stopped after {summary.lines:,} lines. With --out, the next run would go on there."
    return f"Stopped. {out} holds {done:,} scores; the same command goes on where it stopped."
