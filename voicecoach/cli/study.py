"""``voicecoach study``: how far the preparation has come, and what is next."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.dialog.study import Standing, Step

SEED = 1
"""Of what is shown as next, where several questions would do alike."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Print where the time went, and what comes next."""
    from voicecoach.cli._past import past_questions
    from voicecoach.content.script import load_script
    from voicecoach.dialog.study import standings, study_steps, weakest_facet

    script, past = load_script(), past_questions()
    areas = standings(script.study, script.questions, past)
    steps = study_steps(script.study, script.questions, past, SEED)
    if args.json:
        document = {
            "areas": [_row(standing) for standing in areas],
            "weakest_facet": weakest_facet(past) or None,
            "next": [_next(step) for step in steps],
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    _print_areas(areas)
    lacks = weakest_facet(past)
    if lacks:
        print(f"\nWhat your answers show least: {lacks.replace('_', ' ')}")
    print("\nNext")
    for step in steps:
        title = script.families[step.question.family]
        print(f"  {step.area.name}: {title} ({step.reason})")
    print("\nBegin: voicecoach practice --plan study")
    return 0


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "area": standing.area.name,
        "goal": standing.area.share,
        "share": None if standing.share is None else round(standing.share, 3),
        "seconds": round(standing.seconds, 1),
        "asked": standing.asked,
        "overall": None if standing.overall is None else round(standing.overall, 2),
        "weakest_family": standing.weakest,
    }


def _next(step: Step) -> dict[str, Any]:
    return {
        "question": step.question.id,
        "family": step.question.family,
        "area": step.area.name,
        "reason": step.reason,
    }


def _print_areas(areas: Sequence[Standing]) -> None:
    width = max(len(standing.area.name) for standing in areas)
    print(f"{'':<{width}}  goal   so far  minutes  asked  of 5 lately")
    for standing in areas:
        share = "-" if standing.share is None else f"{100 * standing.share:.0f}%"
        rating = "-" if standing.overall is None else f"{standing.overall:.1f}"
        print(
            f"{standing.area.name:<{width}}  {100 * standing.area.share:>3.0f}%  {share:>7}"
            f"  {standing.seconds / 60:>7.0f}  {standing.asked:>5}  {rating:>11}"
        )
