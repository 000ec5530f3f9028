"""``voicecoach history``: the sessions so far, the latest first."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.store import SessionRecord

SHOWN = 20
"""Sessions that are listed unless all are asked for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--all", action="store_true", help=f"all of them, not only the last {SHOWN}"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    from voicecoach.store import SessionStore

    records, problems = SessionStore().load_all(None if args.all else SHOWN)
    rows = [_summary(record) for record in records]
    for problem in problems:
        print(f"voicecoach: {problem}", file=sys.stderr)
    if args.json:
        print(json.dumps({"sessions": rows}, indent=2, ensure_ascii=False))
    elif rows:
        _print_table(rows)
    else:
        print("No sessions yet. Begin with: voicecoach practice")
    return 0


def _summary(record: SessionRecord) -> dict[str, Any]:
    """One session in a row of plain values; None for what is not known."""
    from voicecoach.debrief import overall
    from voicecoach.events import SessionEnded
    from voicecoach.metrics import compute

    figures = compute(record.events)
    document = figures.to_json()
    started = record.started
    ended = [e.reason for e in record.events if isinstance(e, SessionEnded)]
    return {
        "session": record.id,
        "started": started.started if started else None,
        "activity": started.activity if started else None,
        "plan": (started.plan or None) if started else None,
        "questions": figures.questions,
        "overall": overall(record.events),
        "ttfw_ms": document["ttfw_ms"],
        "turns_per_task": document["turns_per_task"],
        "duration_s": document["duration_s"],
        "state": ended[-1] if ended else "cut short",
        "simulated": bool(figures.simulated),
    }


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicecoach.figures import NOTHING, milliseconds

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("session", "plan", "asked", "of 5", "reply", "turns", "state"):
        right = name in ("asked", "of 5", "reply", "turns")
        table.add_column(name, justify="right" if right else "left", no_wrap=name == "session")
    for row in rows:
        p50 = row["ttfw_ms"]["p50"]
        cells = (
            row["session"],
            row["plan"],
            row["questions"],
            None if row["overall"] is None else f"{row['overall']:.1f}",
            None if p50 is None else milliseconds(p50 / 1000) + ("*" if row["simulated"] else ""),
            None if row["turns_per_task"] is None else f"{row['turns_per_task']:.1f}",
            row["state"].replace("_", " "),
        )
        table.add_row(*(Text(NOTHING if cell is None else str(cell)) for cell in cells))
    console = Console(highlight=False)
    console.print(table)
    console.print(Text("reply: median time to first word; turns: for a resolved task", "dim"))
    if any(row["simulated"] for row in rows):
        console.print(Text("* on a simulated clock: nobody heard these delays.", "dim"))
