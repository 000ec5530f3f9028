"""Measure the turn policy on labelled thinking pauses, and draw what comes of it.

    python -m benchmarks.pauses [--answers N] [--model NAME] [--picture FILE.svg]

The answers are synthesised and heard when they are first needed (about 10 minutes), and kept in the
user's cache folder. Learning the turn model without the writers of the answers needs scipy.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pauses.curves import (
    Point,
    acknowledgements,
    fixed,
    learned,
    point,
    session_silences,
)
from benchmarks.pauses.hearing import Heard, heard
from benchmarks.pauses.picture import drawing
from benchmarks.pauses.plan import read_plan
from voicecoach.endpoint import TurnSettings

FIGURES = Path(__file__).resolve().parent / "figures.json"


def measure(answers: Sequence[Heard]) -> tuple[dict[str, list[Point]], dict[str, object]]:
    """Return the curves, and the figures of the settings that ship."""
    settings = TurnSettings()
    curves = {
        "silence alone": fixed(answers),
        "words and silence": learned(answers, settings, whole=False),
        "with state and speaker": learned(answers, settings, whole=True),
    }
    met = session_silences(answers, settings)
    shipped = point(settings.sure, met, [s.hold.seconds for s in met])
    return curves, {
        "answers": len(answers),
        "pauses": sum(len(each.labels) - 1 for each in answers),
        "shipped": dataclasses.asdict(shipped),
        "acknowledgements": acknowledgements(met, settings),
    }


def main() -> None:
    """Measure, print, and draw."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--answers", type=int, help="only the first so many")
    parser.add_argument("--model", metavar="NAME", help="recogniser model")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg")
    args = parser.parse_args()
    answers = list(heard(read_plan()[: args.answers], args.model))
    curves, figures = measure(answers)
    for name, points in curves.items():
        print(name)
        for p in points:
            print(
                f"  {p.setting:5.1f}: cut {p.cut_pauses:6.1%} of pauses, {p.cut_answers:6.1%} of "
                f"answers; floor taken p50 {p.p50_s:.2f} s, p95 {p.p95_s:.2f} s"
            )
    print(json.dumps(figures, indent=1))
    if args.picture:
        title = f"How soon the floor is taken: {figures['answers']} answers"
        args.picture.write_text(drawing(curves, title), encoding="utf-8")
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
