"""``voicecoach practice``: a spoken mock interview."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from voicecoach.cli._session import add_session_arguments, hold_session

if TYPE_CHECKING:
    from voicecoach.dialog.activity import Activity, Material


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--plan", default="quick", metavar="NAME", help="quick, standard, ...")
    parser.add_argument("--question", metavar="TEXT", help="ask this one: its id or words of it")
    parser.add_argument("--family", metavar="NAME", help="only questions of this family")
    parser.add_argument("--level", metavar="L", help="only questions of this level, such as L6")
    parser.add_argument("--principle", metavar="NAME", help="only questions on this principle")
    add_session_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the interview."""

    def interview(material: Material) -> Activity:
        from voicecoach.dialog.interview import Interview
        from voicecoach.dialog.selection import choose_questions, find_plan

        plan = find_plan(material.script, args.plan)
        questions = choose_questions(
            material.script,
            plan,
            material.seed,
            family=args.family,
            level=args.level,
            principle=args.principle,
            question=args.question,
        )
        return Interview(material, plan, questions)

    return hold_session(args, interview, name="practice", plan=args.plan)
