"""``voicecoach evaluate``: how well the scores agree with labels."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("labels", type=Path, metavar="LABELS.yaml", help="answers with labels")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Score every answer and print the agreement."""
    from voicecoach.content.labels import load_labels
    from voicecoach.content.rubric import load_rubric
    from voicecoach.scoring.evaluation import evaluate
    from voicecoach.scoring.score import score
    from voicecoach.scoring.types import Answer

    labelled = load_labels(args.labels)
    rubric = load_rubric()
    figures = evaluate([(a, score(Answer(a.text), a.question, rubric)) for a in labelled])
    if args.json:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        _print_tables(figures)
    return 0


def _print_tables(figures: dict[str, Any]) -> None:
    overall, probes = figures["overall"], figures["probes"]
    print(f"answers                      n = {figures['n']}")
    print(f"overall, rank correlation    {_number(overall['spearman'])}")
    print(f"  length alone               {_number(figures['length_alone']['spearman'])}")
    print(f"  within half a point        {_percent(overall['within_half'])}")
    print(f"  within one point           {_percent(overall['within_one'])}")
    print(f"  mean absolute error        {_number(overall['mean_absolute_error'])}")
    print(f"  not scorable               {overall['not_scorable']}")
    print(f"\n{'facet':<24}{'kappa':>7}{'exact':>7}{'n':>5}")
    levels = {**figures["facets"], "alternatives_ruled_out": figures["alternatives_ruled_out"]}
    for name, facet in levels.items():
        row = f"{_number(facet['kappa']):>7}{_percent(facet['exact']):>7}{facet['n']:>5}"
        print(f"{name:<24}{row}")
    print(f"{'mean of the ten facets':<24}{_number(figures['mean_facet_kappa']):>7}")
    principles = figures["leadership_principles"]
    print(f"principles, mean overlap of the sets {_number(principles['mean_overlap'])}")
    print(f"\nnext probe, n = {probes['n']}")
    print(f"  first choice among the two {_percent(probes['first_in_two'])}")
    print(f"  one of the first two       {_percent(probes['one_of_first_two'])}")
    print(f"  first choice is the first  {_percent(probes['first_is_first'])}")
    evidence = figures["evidence"]
    print(f"evidence overlaps the label's, at level 2  {_percent(evidence['overlap'])}", end="")
    print(f"  n = {evidence['n']}")
    _print_groups(figures)


def _print_groups(figures: dict[str, Any]) -> None:
    print(f"\n{'kind':<18}{'n':>4}{'label':>7}{'score':>7}{'above 2':>9}{'3 up':>6}{'under 4':>9}")
    for name, kind in figures["kinds"].items():
        means = f"{_number(kind['mean_label']):>7}{_number(kind['mean_score']):>7}"
        counts = f"{kind['scored_above_2']:>9}{kind['scored_3_or_more']:>6}"
        print(f"{name:<18}{kind['n']:>4}{means}{counts}{kind['scored_below_4']:>9}")
    _print_briefs("style", figures["styles"])
    _print_briefs("question", figures["questions"])
    pairs = figures["pairs"]
    if pairs["n"]:
        flipped = f"{_percent(pairs['flipped'])} flip the right way"
        print(f"\npairs, n = {pairs['n']}: {flipped}, {_percent(pairs['flipped_alone'])} alone")
        for name, flip in pairs["each"].items():
            given, gold = flip["levels"], flip["labels"]
            also = f", also {', '.join(flip['also'])}" if flip["also"] else ""
            print(f"  {name:<30}{given[0]} and {given[1]} (labels {gold[0]} and {gold[1]}){also}")


def _print_briefs(title: str, groups: dict[str, Any]) -> None:
    heads = ("rank corr.", "mean kappa", "probe in two", "one of first two")
    print(f"\n{title:<24}{'n':>4}" + "".join(f"{head:>{len(head) + 2}}" for head in heads))
    for name, group in groups.items():
        probes = group["probes"]
        cells = (
            _number(group["overall"]["spearman"]),
            _number(group["mean_facet_kappa"]),
            _percent(probes["first_in_two"]),
            _percent(probes["one_of_first_two"]),
        )
        row = "".join(f"{c:>{len(h) + 2}}" for h, c in zip(heads, cells, strict=True))
        print(f"{name:<24}{group['n']:>4}{row}")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f}%"
