"""``voicecoach plans``: kinds of interview, their rounds and interviewers, and styles."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecoach.dialog.plans import Plan
    from voicecoach.dialog.script import Script


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """List them."""
    from voicecoach.content.script import load_script

    script = load_script()
    if args.json:
        document = {
            "plans": [{**dataclasses.asdict(p), "minutes": p.minutes} for p in _plans(script)],
            "personas": [dataclasses.asdict(p) for p in script.personas.values()],
            "styles": [dataclasses.asdict(s) for s in script.styles.values()],
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    print("Plans: voicecoach practice --plan NAME")
    width = max(len(name) for name in script.plans)
    for plan in _plans(script):
        print(f"  {plan.name:<{width}}  {plan.minutes:>3} min  {plan.about}")
        _print_rounds(script, plan, " " * (width + 4))
    print("\nStyles: --style NAME, instead of each interviewer's own; never the scoring")
    for style in script.styles.values():
        print(f"  {style.name:<{width}}  {style.about}")
    return 0


def _plans(script: Script) -> tuple[Plan, ...]:
    return tuple(script.plans.values())


def _print_rounds(script: Script, plan: Plan, indent: str) -> None:
    if len(plan.rounds) == 1:
        return
    for number, each in enumerate(plan.rounds, 1):
        count = len(each.questions)
        who = script.personas[each.persona].title
        by = "" if who == each.title else f", {who}"
        print(f"{indent}{number} {each.title}{by}: {count} questions, {each.minutes} min")
