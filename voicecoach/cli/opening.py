"""``voicecoach opening``: the first ninety seconds, against the clock."""

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
    parser.add_argument("--soft", action="store_true", help="no cut at 90 seconds")
    add_hands_free(parser)
    add_session_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the drill."""
    return hold_session(args, drill_activity("opening", args.soft), name="opening")
