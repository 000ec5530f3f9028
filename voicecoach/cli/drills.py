"""``voicecoach drills``: which drills there are, and how to start them."""

from __future__ import annotations

import argparse
import json
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.dialog.drill_script import Step


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="as one JSON document")


def run(args: argparse.Namespace) -> int:
    """List the drills."""
    from voicecoach.content.script import load_script

    drills = load_script().drills.values()
    if args.json:
        listed = [
            {
                "name": drill.name,
                "title": drill.title,
                "instructions": drill.instructions,
                "rounds": drill.rounds,
                "target_s": drill.target_s,
                "called": list(drill.called),
                "steps": [_step_row(step) for step in drill.steps],
                "prompts": [prompt.text for prompt in drill.prompts],
            }
            for drill in drills
        ]
        print(json.dumps({"drills": listed}, ensure_ascii=False, indent=2))
        return 0
    for drill in drills:
        print(f"{drill.name}: {drill.title}, up to {drill.rounds} rounds of {drill.target_s:.0f} s")
        print(
            textwrap.fill(drill.instructions, 80, initial_indent="    ", subsequent_indent="    ")
        )
    print("\nStart one with: voicecoach drill NAME")
    print("or by voice, in any session: coach, start the opening drill")
    return 0


def _step_row(step: Step) -> dict[str, Any]:
    return {"name": step.name, "points": [point.name for point in step.points]}
