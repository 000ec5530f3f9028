"""``voicecoach evaluate``: how well the scores agree with labels."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.cli._agreement import Figures, Row
    from voicecoach.scoring.evaluation import LabelledAnswer
    from voicecoach.scoring.types import Score

BASELINES = ("cues", "length")
"""What the judge is compared with: its cues alone, and nothing but the number of words."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("labels", type=Path, metavar="LABELS.yaml", help="answers with labels")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--baselines",
        action="store_true",
        help="the same figures for the cues alone, and for the number of words, beside",
    )
    parser.add_argument(
        "--jobs", metavar="N", help="processes at most (default: one for each core)"
    )


def run(args: argparse.Namespace) -> int:
    """Score every answer and print the agreement."""
    from voicecoach.cli._batch import number_of_jobs

    jobs = number_of_jobs(args.jobs)
    labelled = _labels(args.labels)
    figures = measure(labelled, args.baselines, jobs)
    if args.json:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        _print_tables(figures)
    return 0


def measure(labelled: Sequence[LabelledAnswer], baselines: bool, jobs: int) -> dict[str, Any]:
    """Judge the answers and return all figures, if asked with those of what has to be beaten."""
    from voicecoach.judging import judge_all
    from voicecoach.scoring.baseline import judge_by_length

    figures = _figures(labelled, judge_all(labelled, jobs=jobs))
    if baselines:
        by_cues = judge_all(labelled, tagged=False, jobs=jobs)
        others = (by_cues, judge_by_length(labelled))
        figures["baselines"] = {
            name: _figures(labelled, scores) for name, scores in zip(BASELINES, others, strict=True)
        }
    return figures


def _figures(labelled: Sequence[LabelledAnswer], scores: Sequence[Score]) -> dict[str, Any]:
    from voicecoach.scoring.bootstrap import intervals
    from voicecoach.scoring.evaluation import evaluate

    judged = list(zip(labelled, scores, strict=True))
    return evaluate(judged) | {"intervals": intervals(judged)}


def _labels(path: Path) -> tuple[LabelledAnswer, ...]:
    """Read the labels; of many mistakes tell each on a line of its own."""
    from voicecoach.content.labels import load_labels
    from voicecoach.errors import ContentError

    try:
        return load_labels(path)
    except ContentError as error:
        *before, last = (error, *error.also)
        for mistake in before:
            print(f"voicecoach: {mistake}", file=sys.stderr)
        raise last from error


def _print_tables(figures: Figures) -> None:
    from voicecoach.cli import _agreement as tables

    judges = [figures, *figures.get("baselines", {}).values()]
    names = ("voicecoach", "cues alone", "length alone")[: len(judges)]
    bounds = figures["intervals"]
    print(f"answers, n = {figures['n']}; not scorable: {figures['overall']['not_scorable']}")
    print(f"in brackets: 95% interval by bootstrap over answers, {bounds['draws']} draws\n")
    if len(judges) == 1:
        length = tables.number(figures["length_alone"]["spearman"])
        print(f"rank correlation of the overall label with length alone: {length}\n")
    _print_rows([("", *names), *tables.headline(judges)])
    print("\nby facet: of each label (0, 1, 2, ...), how often level 0, 1, 2 was given")
    head = ("", "kappa", "exact", "n", *(f"label {label}" for label in range(4)))
    _print_rows([head, *tables.facet_confusion(figures)])
    if len(judges) > 1:
        print("\nkappa")
        _print_rows([("", *names), *tables.kappas(judges)])
    print("\noverall: label down, rating across")
    _print_rows(tables.overall_confusion(figures))
    _print_probes(figures["probes"])
    _print_kinds(figures["kinds"])
    for kind, answers in figures["by_name"].items():
        _print_named(kind, answers)
    _print_briefs("style", figures["styles"])
    _print_briefs("question", figures["questions"])
    _print_pairs(figures["pairs"])


def _print_probes(probes: Mapping[str, Any]) -> None:
    from voicecoach.cli._agreement import percent

    if not probes["n"]:
        return
    rows: list[Row] = [("next probe, by the label's first", "n", "first", "of two", "asked first")]
    for name, probe in probes["by_probe"].items():
        hits = (percent(probe["first"]), percent(probe["one_of_first_two"]))
        rows.append((name, str(probe["n"]), *hits, str(probe["asked_first"])))
    print()
    _print_rows(rows)


def _print_kinds(kinds: Mapping[str, Any]) -> None:
    from voicecoach.cli._agreement import number

    rows: list[Row] = [("kind", "n", "label", "score", "above 2", "3 up", "under 4")]
    for name, kind in kinds.items():
        means = (number(kind["mean_label"]), number(kind["mean_score"]))
        counts = (kind["scored_above_2"], kind["scored_3_or_more"], kind["scored_below_4"])
        rows.append((name, str(kind["n"]), *means, *map(str, counts)))
    print()
    _print_rows(rows)


def _print_named(kind: str, answers: Sequence[Mapping[str, Any]]) -> None:
    """List answers by name: what label and score say, and the sum of their levels."""
    if not answers:
        return
    rows: list[Row] = [(kind, "question", "label", "score", "levels", "labels")]
    for answer in answers:
        score = "none" if answer["score"] is None else f"{answer['score']:g}"
        sums = (sum(answer["levels"][f] for f in answer["labels"]), sum(answer["labels"].values()))
        label = f"{answer['label']:g}"
        rows.append((answer["id"], answer["question"], label, score, *map(str, sums)))
    print()
    _print_rows(rows)


def _print_briefs(title: str, groups: Mapping[str, Any]) -> None:
    from voicecoach.cli._agreement import number, percent

    rows: list[Row] = [(title, "n", "rank corr.", "mean kappa", "probe in two", "one of first two")]
    for name, group in groups.items():
        probes = group["probes"]
        cells = (
            number(group["overall"]["spearman"]),
            number(group["mean_facet_kappa"]),
            percent(probes["first_in_two"]),
            percent(probes["one_of_first_two"]),
        )
        rows.append((name, str(group["n"]), *cells))
    print()
    _print_rows(rows)


def _print_pairs(pairs: Mapping[str, Any]) -> None:
    if not pairs["n"]:
        return
    rows: list[Row] = [("pair", "levels", "labels", "flips", "what else moved")]
    for name, flip in pairs["each"].items():
        given, gold = (" and ".join(map(str, flip[key])) for key in ("levels", "labels"))
        moved = ", ".join(f"{f} by 2" if f in flip["also_by_two"] else f for f in flip["also"])
        rows.append((name, given, gold, "yes" if flip["flipped"] else "no", moved or "nothing"))
    print()
    _print_rows(rows)


def _print_rows(rows: Sequence[Row]) -> None:
    """Print a table: what is a word stands left, what is a figure right."""
    columns = range(max(map(len, rows)))
    cells = [[row[i] if i < len(row) else "" for i in columns] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in columns]
    wordy = [all(not _is_figure(row[i]) for row in cells[1:]) for i in columns]
    for row in cells:
        shown = [
            cell.ljust(width) if words else cell.rjust(width)
            for cell, width, words in zip(row, widths, wordy, strict=True)
        ]
        print("  ".join(shown).rstrip())


def _is_figure(cell: str) -> bool:
    return cell[:1].isdigit() or cell[:1] in "–.- "
