"""``voicecoach metrics``: how fast and how well the coach answered."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.events import Event
    from voicecoach.latency_slices import TimedTurn
    from voicecoach.metrics import Metrics
    from voicecoach.store import SessionRecord

WIDTH = 96

WHICH = "name of a session, a part of it, a path, or dates: 2026-05-04..2026-05-10"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("session", nargs="?", help=f"{WHICH}; else the latest")
    parser.add_argument("--all", action="store_true", help="all sessions together")
    parser.add_argument(
        "--slices", action="store_true", help="by turn type, question, length and device"
    )
    parser.add_argument(
        "--against", metavar="SESSION", help="which slice explains the change since then; likewise"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    from voicecoach.errors import UsageError
    from voicecoach.experiments import running_experiments
    from voicecoach.metrics import compute_many

    if args.all and args.session:
        raise UsageError("usage.metrics", "Say one session or --all, not both")
    running = running_experiments()
    title, records = _chosen(None if args.all else args.session, args.all)
    if args.against is not None:
        return _print_change(args, title, records, running)
    figures = compute_many([record.events for record in records], running)
    turns = _turns(records, running) if args.slices else ()
    if args.json:
        document = {"session": title, **figures.to_json()}
        if args.slices:
            from voicecoach import latency_slices

            document.update(latency_slices.to_json(turns))
        _print_json(document)
        return 0
    print(title, end="\n\n")
    _print_table(figures)
    if args.slices:
        _print_slices(turns)
    return 0


def print_metrics(events: Sequence[Event]) -> None:
    """Print the figures of one session, for people."""
    from voicecoach.experiments import running_experiments
    from voicecoach.metrics import compute

    _print_table(compute(events, running_experiments()))


def _print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, indent=2, ensure_ascii=False))


# --- which sessions -----------------------------------------------------------------------------


def _chosen(which: str | None, every: bool = False) -> tuple[str, list[SessionRecord]]:
    """Return the sessions that are meant, and what they are called; tell what cannot be read.

    Raises:
        UsageError: dates that are none.
        StoreError: there is no such session, or none in that time.
    """
    from voicecoach.store import SessionStore

    store = SessionStore()
    if not every and (which is None or ".." not in which or "/" in which):
        record = store.load(which)
        _tell(record.id, record.problems)
        return record.id, [record]
    records, problems = store.load_all()
    title = "all sessions"
    if which is not None:
        first, last = _dates(which)
        title = which
        records = tuple(r for r in records if first <= _date_of(r) <= last)
        _need(records, which)
    _tell(title, problems)
    return title, list(records)


def _dates(which: str) -> tuple[str, str]:
    """Return the first and the last day of ``FIRST..LAST``; either may be left out."""
    import datetime as dt

    from voicecoach.errors import UsageError

    first, _, last = which.partition("..")
    try:
        days = [dt.date.fromisoformat(day) for day in (first, last) if day]
    except ValueError as error:
        raise UsageError(
            "usage.dates",
            f"{which!r} are no two dates",
            "Write them as 2026-05-04..2026-05-10; one of them may be left out",
        ) from error
    if days != sorted(days):
        raise UsageError("usage.dates", f"{which} ends before it begins", "Turn the dates round")
    return first, last or "9999-12-31"


def _date_of(record: SessionRecord) -> str:
    """The day of a session, as its name begins with it where the log does not tell."""
    return (record.started.started if record.started else record.id)[:10]


def _need(records: Sequence[SessionRecord], which: str) -> None:
    from voicecoach.errors import StoreError

    if not records:
        raise StoreError(
            "store.none_then",
            f"There are no sessions in this time ({which})",
            "See: voicecoach history --all",
        )


def _tell(title: str, problems: Sequence[str]) -> None:
    for problem in problems:
        print(f"voicecoach: {title}: {problem}", file=sys.stderr)


def _turns(records: Sequence[SessionRecord], running: Collection[str]) -> list[TimedTurn]:
    from voicecoach.latency_slices import timed_turns

    return [turn for r in records for turn in timed_turns(r.events, r.id, running)]


# --- tables -------------------------------------------------------------------------------------


def _print_table(metrics: Metrics) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicecoach.figures import figures, remarks

    table = Table(box=None, show_header=False, pad_edge=False)
    for style in (None, "bold", "dim"):
        table.add_column(style=style)
    for line in figures(metrics):
        value = Text(line.value)
        if line.gate:
            verdict = {True: "met", False: "missed", None: "not measured"}[line.met]
            colour = {True: "green", False: "yellow", None: "dim"}[line.met]
            value.append(f", gate {line.gate}: ", "not bold").append(verdict, colour)
        table.add_row(Text("  " * line.detail + line.name), value, Text(line.basis))
    console = Console(highlight=False)
    console.print(table)
    for remark in remarks(metrics):
        console.print(Text(remark, "dim"))


def _print_slices(turns: Sequence[TimedTurn]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicecoach.latency_figures import slice_rows, slowest_rows

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    names = ("", "n", "first word", "p95", "response", "p95", "cut-ins")
    for index, name in enumerate(names):
        table.add_column(
            name, justify="right" if index else "left", no_wrap=index > 0, overflow="fold"
        )
    for dimension, rows in slice_rows(turns):
        table.add_row(Text(f"by {dimension}", "bold"))
        for row in rows:
            table.add_row(*(Text(cell) for cell in (f"  {row.name}", *row.cells)))
    console.print()
    console.print(table)
    slowest, held_back = slowest_rows(turns)
    if slowest:
        console.print()
        console.print(Text("The slowest, in milliseconds after the end of your speech", "bold"))
    for line in slowest:
        console.print(Text(f"{line.where}: {line.what}"))
        console.print(Text(f"    {line.timeline}", "dim"))
    if held_back:
        console.print(Text(held_back, "dim"))


# --- compared -----------------------------------------------------------------------------------


def _print_change(
    args: argparse.Namespace,
    title: str,
    records: Sequence[SessionRecord],
    running: Collection[str],
) -> int:
    """Print which slice explains the change between two sets of sessions.

    Raises:
        UsageError: the earlier sessions are not said, or --slices is asked for, too.
        StoreError: a side has no replies that were heard.
    """
    from voicecoach import latency_change
    from voicecoach.errors import StoreError, UsageError

    if args.slices:
        raise UsageError("usage.metrics", "--against shows the slices itself", "Leave out --slices")
    then, earlier = _chosen(args.against)
    now = {record.id for record in records}  # dates may well include what is compared with them
    earlier = [record for record in earlier if record.id not in now]
    change = latency_change.compare(_turns(earlier, running), _turns(records, running))
    if change is None:
        raise StoreError(
            "metrics.no_replies",
            f"Replies by voice are wanted on both sides, and {title} or {then} has none",
            "Choose other sessions: voicecoach history",
        )
    if args.json:
        document = latency_change.to_json(change)
        _print_json({"session": title, "against": then, "change": document})
        return 0
    print(f"{title}, against {then}\n")
    for line in latency_change.explain(change):
        print(textwrap.fill(line, WIDTH))
    _print_cuts(change.cuts)
    return 0


def _print_cuts(cuts: Sequence[Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicecoach.latency_figures import change_rows

    table = Table(box=None, pad_edge=False, header_style="dim")
    names = ("", "n then", "now", "mean then", "now", "slower", "mix")
    for index, name in enumerate(names):
        table.add_column(
            name, justify="right" if index else "left", no_wrap=index > 0, overflow="fold"
        )
    for cut in cuts:
        table.add_row(Text(f"by {cut.dimension}", "bold"))
        for row in change_rows(cut):
            table.add_row(*(Text(cell) for cell in (f"  {row.name}", *row.cells)))
    print()
    Console(highlight=False).print(table)
