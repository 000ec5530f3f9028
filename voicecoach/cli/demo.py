"""``voicecoach demo``: an interview with the recorded candidate."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING

from voicecoach.cli._session import add_session_arguments, hold_session, options_of
from voicecoach.errors import DeviceError

if TYPE_CHECKING:
    from voicecoach.dialog.activity import Activity, Material

SEED = 7
"""The demo is the same each time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--plan", default="quick", metavar="NAME", help="quick (one question) or standard (three)"
    )
    parser.add_argument(
        "--style", metavar="NAME", help="how to interview: warm, neutral or bar-raiser"
    )
    add_session_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the interview: audibly where there is a loudspeaker, else as fast as possible."""
    from voicecoach.demo import load_candidate

    candidate = load_candidate()
    options = dataclasses.replace(options_of(args), seed=SEED if args.seed is None else args.seed)
    if not options.fast and not _has_loudspeaker(args.output_device):
        print("There is no loudspeaker here, so the interview runs in fast motion, unheard.")
        options = dataclasses.replace(options, fast=True)
    args.fast = False  # the recorded candidate needs no --answers

    def interview(material: Material) -> Activity:
        from voicecoach.dialog.interview import Interview
        from voicecoach.dialog.selection import find_plan, find_style

        script = material.script
        plan = find_plan(script, args.plan)
        style = find_style(script, args.style) if args.style is not None else None
        parts = candidate.arrange(script, plan, material.seed)
        print(f"The candidate is a recording: {candidate.label} ({candidate.voice}).\n")
        held = Interview(material, plan, parts, style)
        held.name = "demo"  # in the record it is no practice of the user's
        return held

    return hold_session(
        args,
        interview,
        name="demo",
        plan=args.plan,
        options=options,
        answers=candidate.choose,
        audible=not options.fast,
        candidate="Candidate",
        source=f"recordings ({candidate.label})",
    )


def _has_loudspeaker(name: str) -> bool:
    from voicecoach.audio.devices import choose

    try:
        choose("output", name)
    except DeviceError:
        return False
    return True
