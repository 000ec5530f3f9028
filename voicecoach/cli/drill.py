"""``voicecoach drill NAME``: one skill, over and over."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from voicecoach.cli._session import add_session_arguments, hold_session

if TYPE_CHECKING:
    from voicecoach.dialog.activity import Activity, Material


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", metavar="NAME", help="see: voicecoach drills")
    add_session_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the drill."""

    def drill(material: Material) -> Activity:
        from voicecoach.dialog.drills import make_drill

        return make_drill(args.name, material)

    return hold_session(args, drill, name=f"drill-{args.name}")
