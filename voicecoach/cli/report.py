"""``voicecoach report``: one page about a session."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import VoicecoachError

if TYPE_CHECKING:
    from voicecoach.store import SessionRecord

REPORT_NAME = "report.html"
"""Of the page in a session's own folder."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "session", nargs="?", help="name of a session, a part of it, or a path; else the latest"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the debrief as one JSON document instead"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write it here instead of beside the session"
    )


def run(args: argparse.Namespace) -> int:
    """Write the page and print where it is."""
    from voicecoach.store import SessionStore

    record = SessionStore().load(args.session)
    for problem in record.problems:
        print(f"voicecoach: {record.id}: {problem}", file=sys.stderr)
    if args.json:
        from voicecoach.cli._debrief import debrief_of
        from voicecoach.content.script import load_script

        debrief = debrief_of(record.events, load_script())
        document = {"session": record.id, "debrief": debrief}
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    path = args.out or record.path.with_name(_name(record))
    write_report(record, path)
    print(path)
    return 0


def _name(record: SessionRecord) -> str:
    """In a session's folder there is one report; beside other logs each has its own."""
    in_folder = record.id == record.path.absolute().parent.name
    return REPORT_NAME if in_folder else f"{record.path.stem}.html"


def write_report(record: SessionRecord, path: Path) -> None:
    """Write the page about a session, readable by its user only.

    Raises:
        StoreError: it cannot be written.
    """
    from voicecoach.cli._debrief import debrief_of, drill_command
    from voicecoach.content.script import load_script
    from voicecoach.experiments import running_experiments
    from voicecoach.report import render
    from voicecoach.session_files import write_private

    try:
        script = load_script()
    except VoicecoachError:
        script = None  # whoever broke a content file can still read what was said
    by_facet = script.debrief.drills.items() if script else ()
    page = render(
        record.events,
        session_id=record.id,
        problems=record.problems,
        facet_order={q.id: q.facets for q in script.questions} if script else None,
        drills={facet: drill_command(names[0]) for facet, names in by_facet},
        bar_raiser=debrief_of(record.events, script) if script else None,
        running=running_experiments(),
    )
    write_private(path, page)
