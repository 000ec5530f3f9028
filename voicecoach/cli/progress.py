"""``voicecoach progress``: what has changed over the sessions, and what to practise next."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.progress_next import Syllabus
    from voicecoach.progress_sessions import Practice


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--facet", action="append", metavar="NAME", help="only this facet; may be given again"
    )
    parser.add_argument(
        "--since", type=_date, metavar="DATE", help="only sessions from this day on: 2026-05-04"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON document")
    form.add_argument("--csv", action="store_true", help="print one row for each answer")


def _date(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = f"{text!r} is no date: write it as 2026-05-04"
        raise argparse.ArgumentTypeError(message) from error


def run(args: argparse.Namespace) -> int:
    """Print it."""
    from voicecoach.cli._progress import print_progress
    from voicecoach.progress import measure_progress

    facets = _facets(args.facet or ())
    practices = _practices(args.since or "")
    syllabus = _syllabus()
    if args.csv:
        _print_csv(practices, syllabus, facets)
        return 0
    progress = measure_progress(practices, syllabus, facets)
    if args.json:
        document = {"since": args.since, **progress.to_json()}
        print(json.dumps(document, indent=2, ensure_ascii=False))
    elif any(practice.answers or practice.rounds for practice in practices):
        print_progress(progress)
    elif args.since:
        print(f"Nothing was practised since {args.since}. See: voicecoach history --all")
    else:
        print("Nothing practised yet. Begin with: voicecoach practice")
    return 0


def _facets(written: Sequence[str]) -> tuple[str, ...]:
    """Return the facets that are meant, in the usual order; all where none is named.

    Raises:
        UsageError: there is no such facet.
    """
    from voicecoach.dialog.selection import find_name
    from voicecoach.scoring.types import FACETS

    meant = {find_name("facet", each, FACETS) for each in written}
    return tuple(facet for facet in FACETS if facet in meant or not meant)


def _practices(since: str) -> list[Practice]:
    """Return the candidate's own sessions, the earliest first; tell what cannot be read.

    Raises:
        StoreError: the folder cannot be read.
    """
    from voicecoach.cli._past import NOT_YOURS
    from voicecoach.progress_sessions import PRACTICE_EVENTS, read_practice
    from voicecoach.store import SessionStore

    records, problems = SessionStore().load_all(only=PRACTICE_EVENTS)
    for problem in problems:
        print(f"voicecoach: {problem}", file=sys.stderr)
    found = [read_practice(record.id, record.events) for record in reversed(records)]
    return [p for p in found if p.activity not in NOT_YOURS and p.date >= since]


def _syllabus() -> Syllabus:
    """Return what there is to practise, as the content has it."""
    from voicecoach import resources
    from voicecoach.cli._debrief import drill_command
    from voicecoach.content.debrief import facet_weights
    from voicecoach.content.script import load_script
    from voicecoach.progress_next import Syllabus
    from voicecoach.scoring.delivery_guide import DESCRIBED

    script = load_script()
    goal = [name for area in script.study.areas for name in area.families]
    there = {question.family for question in script.questions}
    families = [name for name in dict.fromkeys((*goal, *script.families)) if name in there]
    return Syllabus(
        families={name: script.families[name] for name in families},
        family_of={question.id: question.family for question in script.questions},
        principles={question.id: question.principles for question in script.questions},
        weights=facet_weights(resources.prompts_dir()),
        drills=script.debrief.drills,
        commands={name: drill_command(name) for name in script.drills},
        delivery=DESCRIBED,
    )


# --- one row an answer --------------------------------------------------------------------------


def _print_csv(practices: Sequence[Practice], syllabus: Syllabus, facets: Sequence[str]) -> None:
    rows = [
        _row(practice, number, syllabus, facets)
        for practice in practices
        for number in range(len(practice.answers))
    ]
    writer = csv.DictWriter(sys.stdout, _columns(syllabus, facets), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


_HEAD = (
    *("date", "session", "activity", "plan", "source", "judge", "task", "question", "family"),
    *("type", "words", "overall", "overall_before_follow_ups"),
)


def _columns(syllabus: Syllabus, facets: Sequence[str]) -> list[str]:
    return [*_HEAD, *facets, "leadership_principles", *syllabus.delivery]


def _row(
    practice: Practice, number: int, syllabus: Syllabus, facets: Sequence[str]
) -> dict[str, Any]:
    """One answer; what is not known is left empty."""
    answer = practice.answers[number]
    about = (
        *(practice.started, practice.session, practice.activity, practice.plan, practice.source),
        *(practice.judge, answer.task_id, answer.question_id),
        *(syllabus.family_of.get(answer.question_id), answer.question_type, answer.words),
        *(answer.overall, answer.alone),
    )
    return {
        **dict(zip(_HEAD, about, strict=True)),
        **{facet: answer.levels.get(facet) for facet in facets},
        "leadership_principles": "; ".join(name.replace("; ", ", ") for name in answer.principles),
        **{name: answer.delivery.get(name) for name in syllabus.delivery},
    }
