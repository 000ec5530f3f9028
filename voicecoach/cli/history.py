"""``voicecoach history``: the sessions so far, the latest first, and how the drills went."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.drill_results import Round, Trend
    from voicecoach.store import SessionRecord

SHOWN = 20
"""Sessions that are listed unless all are asked for."""

TREND_SHOWN = 6
"""Sessions whose figures stand in a drill's line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--all", action="store_true", help=f"all of them, not only the last {SHOWN}"
    )
    parser.add_argument("--drill", metavar="NAME", help="only this drill, round by round")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    from voicecoach.store import SessionStore

    records, problems = SessionStore().load_all(None if args.all or args.drill else SHOWN)
    for problem in problems:
        print(f"voicecoach: {problem}", file=sys.stderr)
    if args.drill:
        return _show_drill(args.drill, records, args.json)
    rows = [_summary(record) for record in records]
    drills = drill_trends(records)
    if args.json:
        document = {"sessions": rows, "drills": [_trend_row(trend) for trend in drills]}
        print(json.dumps(document, indent=2, ensure_ascii=False))
    elif rows:
        _print_table(rows)
        if drills:
            print()
        for trend in drills:
            print(f"{trend.drill:<18} {trend_line(trend)}")
    else:
        print("No sessions yet. Begin with: voicecoach practice")
    return 0


# --- drills -------------------------------------------------------------------------------------


def drill_trends(records: Sequence[SessionRecord]) -> tuple[Trend, ...]:
    """Return how each drill went over these sessions, given the latest first."""
    from voicecoach.drill_results import trends

    return trends([record.events for record in reversed(records)])


def trend_line(trend: Trend) -> str:
    """Return a drill's course in one line: share of the points heard, session by session."""
    from voicecoach.figures import count

    course = " → ".join(f"{share:.0%}" for share in trend.shares[-TREND_SHOWN:])
    missing = f"; most often missing: {trend.missing.replace('_', ' ')}" if trend.missing else ""
    return f"{course} of the points, {count(trend.rounds, 'round')}{missing}"


def _trend_row(trend: Trend) -> dict[str, Any]:
    shares = [round(share, 3) for share in trend.shares]
    return {
        "drill": trend.drill,
        "shares": shares,
        "rounds": trend.rounds,
        "missing": trend.missing or None,
    }


def _show_drill(wanted: str, records: Sequence[SessionRecord], as_json: bool) -> int:
    """Print every round of a drill, the oldest first."""
    from voicecoach.content.script import load_script
    from voicecoach.dialog.drills import find_drill
    from voicecoach.drill_results import rounds_of

    name = find_drill(load_script().drills, wanted).name
    held = [(rec, r) for rec in reversed(records) for r in rounds_of(rec.events) if r.drill == name]
    if as_json:
        rounds = [_round_row(record, each) for record, each in held]
        print(json.dumps({"drill": name, "rounds": rounds}, indent=2, ensure_ascii=False))
        return 0
    for record, each in held:
        print(
            f"{record.id}  round {each.number}  {each.heard} of {each.of}  {_marks(each)}".rstrip()
        )
    for trend in drill_trends(records):
        if trend.drill == name:
            print(f"\n{trend_line(trend)}")
    if not held:
        print(f"No rounds of it yet. Begin with: voicecoach drill {name}")
    return 0


def _marks(each: Round) -> str:
    """Return the points with a mark each, and the second where it is known."""
    marks = []
    for point in each.points:
        at = "" if point.at_s is None else f" {point.at_s:.0f} s"
        marks.append(f"{'●' if point.heard else '○'} {point.name.replace('_', ' ')}{at}")
    return "  ".join(marks)


def _round_row(record: SessionRecord, each: Round) -> dict[str, Any]:
    import dataclasses

    row = dataclasses.asdict(each)
    return {"session": record.id, **{key: value for key, value in row.items() if key != "drill"}}


# --- sessions -----------------------------------------------------------------------------------


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
