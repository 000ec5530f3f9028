"""How well the judge agrees with readers, written into the document that tells it.

Run ``python -m benchmarks.scoring --write docs/scoring.md "NAME=PATH" ...`` with a set of labelled
answers behind each name: a file, or a folder with an ``answers.yaml``. What stands between the two
marks in the document is written anew, so that no figure is copied by hand; without ``--write`` the
tables are printed. Beside the judge stand its cues alone and a judge that only counts words.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from voicecoach.cli._agreement import Row, headline, number
from voicecoach.cli.evaluate import BASELINES, measure
from voicecoach.content.labels import load_labels
from voicecoach.errors import UsageError, VoicecoachError
from voicecoach.scoring.bootstrap import DRAWS
from voicecoach.workers import cores

BEGIN = "<!-- Written by python -m benchmarks.scoring; do not edit by hand. -->"
END = "<!-- End of what benchmarks.scoring wrote. -->"

Sets = dict[str, dict[str, Any]]
"""By name, what `voicecoach.cli.evaluate.measure` returns."""


def tables(sets: Sets) -> str:
    """Return the tables as Markdown."""
    lines = [
        f"In brackets: the 95% interval of {DRAWS:,} bootstrap draws over the answers of the set.",
        "*Cues alone* is the judge without its second reader; *length alone* counts words, by",
        "lines fitted to the very labels that it is measured on.",
    ]
    for name, figures in sets.items():
        judges = [figures, *(figures["baselines"][other] for other in BASELINES)]
        head = (f"{name}, n = {figures['n']}", "voicecoach", "cues alone", "length alone")
        lines += ["", *_markdown([head, *headline(judges)])]
    lines += ["", "Quadratic kappa by facet, in brackets that of the cues alone:", ""]
    return "\n".join([*lines, *_markdown(_kappas(sets))])


def _kappas(sets: Sets) -> list[Row]:
    def cell(figures: dict[str, Any], facet: str) -> str:
        both = (figures, figures["baselines"]["cues"])
        found = [f["facets"][facet]["kappa"] if facet else f["mean_facet_kappa"] for f in both]
        return f"{number(found[0])} ({number(found[1])})"

    facets = next(iter(sets.values()))["facets"]
    rows = [(name, *(cell(figures, name) for figures in sets.values())) for name in facets]
    return [("facet", *sets), *rows, ("mean", *(cell(figures, "") for figures in sets.values()))]


def _markdown(rows: Sequence[Row]) -> list[str]:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return [head, "|---" * len(rows[0]) + "|", *body]


def rewritten(document: str, name: str, text: str) -> str:
    """Return a document with `text` between the two marks.

    Args:
        document: the whole of it.
        name: what it is called, for the error.

    Raises:
        VoicecoachError: the marks are not there, once each and in order.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise VoicecoachError(
            "benchmark.no_marks",
            f"{name} does not have the marks between which tables are written",
            f"Put {BEGIN} and {END} on lines of their own",
        )
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def read_set(given: str) -> tuple[str, Path]:
    """Return name and file of what was given as ``NAME=PATH``.

    Raises:
        UsageError: it is of another form.
    """
    name, _, path = given.partition("=")
    if not name.strip() or not path:
        raise UsageError("usage.set", f"{given!r} is no set of answers", "Give NAME=PATH")
    file = Path(path)
    return name.strip(), file / "answers.yaml" if file.is_dir() else file


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print or write."""
    parser = argparse.ArgumentParser(description="How well the judge agrees with readers.")
    parser.add_argument("sets", nargs="+", metavar="NAME=PATH", help="a set of labelled answers")
    parser.add_argument("--write", type=Path, metavar="FILE.md", help="write the tables there")
    args = parser.parse_args(argv)
    try:
        chosen = [read_set(given) for given in args.sets]
        document = args.write and args.write.read_text("utf-8")
        if document is not None:
            rewritten(document, args.write.name, "")  # before anything is measured
        found = {name: measure(load_labels(path), True, cores()) for name, path in chosen}
        if document is None:
            print(tables(found))
        else:
            args.write.write_text(rewritten(document, args.write.name, tables(found)), "utf-8")
    except VoicecoachError as error:
        print(f"scoring: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"scoring: {args.write}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
