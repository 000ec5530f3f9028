"""``voicecoach practice``: a spoken mock interview."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from voicecoach.cli._session import add_hands_free, add_session_arguments, hold_session
from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.dialog.activity import Activity, Material
    from voicecoach.dialog.personas import Style
    from voicecoach.dialog.plans import Plan
    from voicecoach.dialog.selection import Part

NEXT = "next"
"""Instead of the number of a round: the one after that which was held last."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--plan",
        default="quick",
        metavar="NAME",
        help="quick, standard, stories, general-loop, voice-loop or study",
    )
    parser.add_argument(
        "--round", metavar="N", help="of a loop only this round: its number, its name, or next"
    )
    parser.add_argument(
        "--style", metavar="NAME", help="how to interview: warm, neutral or bar-raiser"
    )
    parser.add_argument("--question", metavar="TEXT", help="ask this one: its id or words of it")
    parser.add_argument("--family", metavar="NAME", help="only questions of this family")
    parser.add_argument("--level", metavar="L", help="only questions of this level, such as L6")
    parser.add_argument("--principle", metavar="NAME", help="only questions on this principle")
    add_hands_free(parser)
    add_session_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Hold the interview."""
    return hold_session(args, interview_of(args), name="practice", plan=args.plan)


def interview_of(args: argparse.Namespace) -> Callable[[Material], Activity]:
    """Return what makes the interview that was asked for."""

    def interview(material: Material) -> Activity:
        from voicecoach.dialog.interview import Interview
        from voicecoach.dialog.plans import STUDY
        from voicecoach.dialog.selection import find_plan, find_style

        plan = find_plan(material.script, args.plan)
        style = find_style(material.script, args.style) if args.style is not None else None
        if plan.name == STUDY and args.question is None:
            return _study(args, material, plan, style)
        return Interview(material, plan, _arrange(args, material, plan), style)

    return interview


def _arrange(args: argparse.Namespace, material: Material, plan: Plan) -> tuple[Part, ...]:
    """Return the rounds to be held; a given seed repeats a choice, whatever was asked since."""
    from voicecoach.cli._past import times_asked
    from voicecoach.cli._stories import without_a_story
    from voicecoach.dialog.plans import STORIES
    from voicecoach.dialog.selection import NEVER_ASKED, arrange

    number = _round_number(args.round, plan) if args.round is not None else None
    script = material.script
    fills_gaps = plan.name == STORIES and args.seed is None
    parts = arrange(
        script,
        plan,
        material.seed,
        family=args.family,
        level=args.level,
        principle=args.principle,
        question=args.question,
        asked=times_asked() if args.seed is None else NEVER_ASKED,
        wanted=without_a_story(script) if fills_gaps else (),
    )
    if number is None:
        return parts
    return tuple(part for part in parts if part.round is plan.rounds[number - 1]) or parts[:1]


def _round_number(written: str, plan: Plan) -> int:
    """Return the number of a round, from 1.

    Raises:
        UsageError: the plan has no rounds, or none that is called so.
    """
    from voicecoach.cli._past import past_sessions
    from voicecoach.dialog.selection import find_round
    from voicecoach.dialog.study import next_round
    from voicecoach.events import RoundBegan

    if len(plan.rounds) == 1:
        raise UsageError(
            "usage.no_rounds",
            f"The plan {plan.name} is a single round",
            "Rounds are for general-loop and voice-loop",
        )
    if written.lower() == NEXT:
        return next_round(plan, past_sessions((RoundBegan,)))
    return find_round(plan, written)


def _study(
    args: argparse.Namespace, material: Material, plan: Plan, style: Style | None
) -> Activity:
    """Return the session that the study plan has next; its areas are said in the greeting.

    Raises:
        UsageError: a filter was given, too.
    """
    import dataclasses

    from voicecoach.cli._past import past_questions
    from voicecoach.dialog.drill_rounds import in_a_row
    from voicecoach.dialog.interview import Interview
    from voicecoach.dialog.study import study_parts, study_steps

    if args.family or args.level or args.principle or args.round:
        raise UsageError(
            "usage.study_chooses",
            "The study plan chooses its questions itself",
            "Leave out --family, --level, --principle and --round, or take another plan",
        )
    script = material.script
    steps = study_steps(script.study, script.questions, past_questions(), material.seed)
    areas = list(dict.fromkeys(step.area.name for step in steps))
    plan = dataclasses.replace(plan, title=f"{plan.title} on {in_a_row(areas)}")
    return Interview(material, plan, study_parts(plan, steps), style)
