"""``voicecoach opening``: the first ninety seconds, against the clock."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from voicecoach.cli._session import add_session_arguments, hold_session

if TYPE_CHECKING:
    from voicecoach.dialog.activity import Activity, Material


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_session_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the drill."""

    def opening(material: Material) -> Activity:
        from voicecoach.dialog.opening import OpeningDrill

        return OpeningDrill(material, material.script.drills["opening"])

    return hold_session(args, opening, name="opening")
