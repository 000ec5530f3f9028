"""``voicecoach drill NAME``: one skill, over and over."""

from __future__ import annotations

import argparse

from voicecoach.cli._session import (
    add_hands_free,
    add_session_arguments,
    drill_activity,
    hold_session,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", metavar="NAME", help="see: voicecoach drills")
    parser.add_argument("--soft", action="store_true", help="the opening: no cut at 90 seconds")
    add_hands_free(parser)
    add_session_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the drill."""
    name = "-".join(args.name.lower().split())
    return hold_session(args, drill_activity(args.name, args.soft), name=f"drill-{name}")
