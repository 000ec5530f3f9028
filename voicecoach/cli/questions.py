"""``voicecoach questions``: the question bank, and a check of a coach's own questions."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import ContentError, UsageError

if TYPE_CHECKING:
    from voicecoach.dialog.script import Question, Script

_INDENT = "    "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("search", nargs="*", metavar="WORD", help="words that the question holds")
    parser.add_argument("--family", metavar="NAME", help="only this family")
    parser.add_argument("--level", metavar="L", help="only this level, such as L6")
    parser.add_argument("--principle", metavar="NAME", help="only this leadership principle")
    parser.add_argument("--new", action="store_true", help="only those that you were never asked")
    parser.add_argument("--json", action="store_true", help="as one JSON document")
    alone = parser.add_mutually_exclusive_group()
    alone.add_argument("--show", metavar="ID", help="one question with its hints, in full")
    alone.add_argument(
        "--check", type=Path, metavar="FILE.yaml", help="are these questions of yours in order?"
    )


def run(args: argparse.Namespace) -> int:
    """List, show or check."""
    if args.check is not None:
        return _check(args.check)

    from voicecoach.content.script import load_script

    script = load_script()
    if args.show is not None:
        _show(script, args)
    else:
        _list(script, args)
    return 0


def _list(script: Script, args: argparse.Namespace) -> None:
    from voicecoach.cli._past import times_asked
    from voicecoach.dialog.selection import filter_questions, search_questions

    questions: Sequence[Question] = filter_questions(
        script, family=args.family, level=args.level, principle=args.principle
    )
    if args.search:
        questions = search_questions(questions, " ".join(args.search))
    asked = times_asked()
    if args.new:
        questions = [q for q in questions if not asked[q.id]]
    if args.json:
        rows = [{**dataclasses.asdict(q), "asked": asked[q.id]} for q in questions]
        _print_json({"questions": rows})
    elif not questions:
        raise UsageError("usage.no_question_fits", "No question fits", "Ask for less, or for all")
    elif args.search:
        _print_questions(questions, asked)
    else:
        _print_families(script, questions, asked)


def _print_families(
    script: Script, questions: Sequence[Question], asked: Mapping[str, int]
) -> None:
    for family, title in script.families.items():
        members = [q for q in questions if q.family == family]
        if members:
            print(f"{title[0].upper()}{title[1:]} ({family})")
            _print_questions(members, asked)
            print()
    print(f"{len(questions)} questions. One in full: voicecoach questions --show ID")


def _print_questions(questions: Iterable[Question], asked: Mapping[str, int]) -> None:
    for question in questions:
        times = asked.get(question.id, 0)
        note = f"  asked {'once' if times == 1 else f'{times} times'}" if times else ""
        print(f"  {question.id}  {' '.join(question.levels)}{note}")
        print(_filled(question.spoken))


def _show(script: Script, args: argparse.Namespace) -> None:
    from voicecoach.dialog.selection import find_question

    question = find_question(script.questions, args.show)
    if args.json:
        _print_json(dataclasses.asdict(question))
        return
    print(f"{question.id}  ({script.families[question.family]}, {', '.join(question.levels)})\n")
    print(_filled(question.spoken))
    print(f"\n  A good answer takes about {question.target_s:.0f} seconds. It covers:")
    for point in question.strong_answer:
        print(_filled(f"- {point}", hanging="  "))
    print(f"\n  It is judged as: {question.type}")
    print(f"  What counts most: {', '.join(question.facets)}")
    print(f"  What may be asked next: {', '.join(question.probes)}")
    if question.principles:
        print(f"  Leadership principles: {' · '.join(question.principles)}")
    print("\n  Hints:")
    for hint in question.hints:
        print(_filled(f"- {hint}", hanging="  "))


def _check(path: Path) -> int:
    """Say all that is wrong with a file, or that it is fine and what could be better."""
    from voicecoach import resources
    from voicecoach.content.check import find_remarks
    from voicecoach.content.questions import load_bank, load_questions, own_questions_dir

    try:
        _, title, questions = load_questions(path)
    except ContentError as error:
        return _print_mistakes(path, error)
    shipped = resources.prompts_dir()
    own = shipped.resolve() in path.resolve().parents
    bank = () if own else load_bank(shipped / "questions")[0]
    for remark in find_remarks(path, bank):
        print(f"{path}, {remark}")
    count = "1 question" if len(questions) == 1 else f"{len(questions)} questions"
    print(f"{path}: fine, {count} in the family {title!r}")
    if own_questions_dir().resolve() not in path.resolve().parents:
        print(f"To have them asked, put the file into {own_questions_dir()}")
    return 0


def _print_mistakes(path: Path, error: ContentError) -> int:
    mistakes = sorted((error, *error.also), key=_line_of)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    count = "one mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    print(f"voicecoach: {count} in {path}", file=sys.stderr)
    return 1


def _line_of(error: ContentError) -> int:
    found = re.search(r", line (\d+)", error.message)
    return int(found.group(1)) if found else 0


def _filled(text: str, hanging: str = "") -> str:
    width = min(shutil.get_terminal_size().columns, 100)
    return textwrap.fill(text, width, initial_indent=_INDENT, subsequent_indent=_INDENT + hanging)


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))
