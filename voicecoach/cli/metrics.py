"""``voicecoach metrics``: how fast and how well the coach answered."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecoach.events import Event
    from voicecoach.metrics import Metrics


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "session", nargs="?", help="name of a session, a part of it, or a path; else the latest"
    )
    parser.add_argument("--all", action="store_true", help="all sessions together")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    title, problems, figures = _measure(args)
    for problem in problems:
        print(f"voicecoach: {title}: {problem}", file=sys.stderr)
    if args.json:
        print(json.dumps({"session": title, **figures.to_json()}, indent=2, ensure_ascii=False))
    else:
        print(title, end="\n\n")
        _print_table(figures)
    return 0


def print_metrics(events: Sequence[Event]) -> None:
    """Print the figures of one session, for people."""
    from voicecoach.metrics import compute

    _print_table(compute(events))


def _measure(args: argparse.Namespace) -> tuple[str, Sequence[str], Metrics]:
    from voicecoach.errors import UsageError
    from voicecoach.metrics import compute, compute_many
    from voicecoach.store import SessionStore

    if args.all and args.session:
        raise UsageError("usage.metrics", "Say one session or --all, not both")
    if args.all:
        records, problems = SessionStore().load_all()
        return "all sessions", problems, compute_many(record.events for record in records)
    record = SessionStore().load(args.session)
    return record.id, record.problems, compute(record.events)


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
