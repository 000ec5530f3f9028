"""``voicecoach report``: one page about a session."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import VoicecoachError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voicecoach.store import SessionRecord

REPORT_NAME = "report.html"
"""Of the page in a session's own folder."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "session", nargs="?", help="name of a session, a part of it, or a path; else the latest"
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
    from voicecoach.report import render
    from voicecoach.session_files import write_private

    page = render(
        record.events,
        session_id=record.id,
        problems=record.problems,
        facet_order=_facet_order(),
        drills=_drills(),
    )
    write_private(path, page)


def _facet_order() -> Mapping[str, Sequence[str]]:
    """What matters most to each question; nothing where the content is broken."""
    from voicecoach.content.script import load_script

    try:
        return {question.id: question.facets for question in load_script().questions}
    except VoicecoachError:
        return {}  # whoever broke a content file can still read what was said


def _drills() -> Mapping[str, str]:
    """The command that trains a facet."""
    from voicecoach.dialog.closing import DRILL_FOR

    own = {"opening": "voicecoach opening"}
    return {facet: own.get(name, f"voicecoach drill {name}") for facet, name in DRILL_FOR.items()}
