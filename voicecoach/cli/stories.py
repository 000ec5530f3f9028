"""``voicecoach stories``: the candidate's own stories, and which principles have none yet."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.dialog.script import Question
    from voicecoach.scoring.types import Score
    from voicecoach.stories import Bank, Story

HOW_TO_FILL = (
    "No stories yet. Tell one in an interview, and then say: save this as my checkout story. "
    "Begin with: voicecoach practice --plan stories"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options and the actions; without an action the stories are listed."""
    parser.add_argument("--json", action="store_true", help="list them as one JSON document")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")

    show = actions.add_parser("show", help="one story in full, with its best telling")
    show.add_argument("title", nargs="+", metavar="TITLE", help="or a part of it")
    # Where the option is not given here, the one before the action counts.
    show.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="as one JSON document"
    )

    adding = actions.add_parser("add", help="score a story that you have written, and keep it")
    adding.add_argument(
        "file", metavar="FILE", help="a text, a recording, or - for a text on stdin"
    )
    adding.add_argument("--title", required=True, help="the same title is the same story again")
    adding.add_argument(
        "--question",
        default="data_story",
        metavar="TYPE",
        help="type of the question that it answers (default: %(default)s)",
    )
    adding.add_argument("--model", metavar="NAME", help="recogniser's model, for a recording")

    renaming = actions.add_parser("rename", help="give a story another title")
    renaming.add_argument("title", metavar="TITLE", help="or a part of it")
    renaming.add_argument("new", metavar="NEW", help="in quotes if it has several words")

    setting = actions.add_parser("principles", help="say yourself which principles a story shows")
    setting.add_argument("title", metavar="TITLE", help="or a part of it")
    setting.add_argument("names", nargs="*", metavar="PRINCIPLE", help="none: it shows no one")

    removal = actions.add_parser("remove", help="take a story out, for good")
    removal.add_argument("title", nargs="+", metavar="TITLE", help="or a part of it")


def run(args: argparse.Namespace) -> int:
    """List the stories, or do what is asked with one of them."""
    actions = {
        "show": _show,
        "add": _add,
        "rename": _rename,
        "principles": _set_principles,
        "remove": _remove,
    }
    if args.json and args.action not in (None, "show"):
        raise UsageError("usage.no_json", "--json is for the list, and for show", "Leave it out")
    bank = _bank()
    if args.action is None:
        return _list(bank, args.json)
    return actions[args.action](bank, args)


def _bank() -> Bank:
    """Return the bank, with the stories of sessions that never came to their end."""
    from voicecoach.cli._stories import caught_up
    from voicecoach.errors import ContentError

    try:
        bank, found = caught_up()
    except ContentError as error:
        *before, last = (error, *error.also)
        for mistake in before:
            print(f"voicecoach: {mistake}", file=sys.stderr)
        raise last from error
    for taken in found:
        story = taken.story
        print(f"Taken in from {story.session}: {story.title}", file=sys.stderr)
    return bank


def _find(bank: Bank, written: str) -> Story:
    """Return the story of a title that is written loosely.

    Raises:
        UsageError: there is none, or more than one.
    """
    from voicecoach.dialog.selection import find_name

    if not bank.stories:
        raise UsageError("usage.no_such_story", f"There is no story {written!r}", HOW_TO_FILL)
    by_title = {story.title: story for story in bank.stories}
    return by_title[find_name("story", written, by_title)]


# --- the list -----------------------------------------------------------------------------------


def _list(bank: Bank, as_json: bool) -> int:
    practice = _questions_for(bank.missing)
    if as_json:
        missing = [_missing_row(name, question) for name, question in practice.items()]
        document = {"stories": [_row(s) for s in bank.stories], "missing_principles": missing}
        print(json.dumps(document, indent=2, ensure_ascii=False))
    elif not bank.stories:
        print(HOW_TO_FILL)
    else:
        _print_table(bank.stories)
        _print_missing(practice)
    return 0


def _row(story: Story) -> dict[str, Any]:
    return {
        "title": story.title,
        "overall": story.overall,
        "tellings": story.tellings,
        "metrics": list(story.metrics),
        "principles": list(story.principles),
        "told": story.told,
        "session": story.session or None,
        "date": story.date or None,
    }


def _missing_row(principle: str, question: Question | None) -> dict[str, Any]:
    return {
        "principle": principle,
        "question": question.id if question else None,
        "text": question.text if question else None,
        "practise": _command(principle),
    }


def _questions_for(principles: Sequence[str]) -> dict[str, Question | None]:
    """Return a question to practise each with: of those on it alone the one asked least."""
    from voicecoach.cli._past import times_asked
    from voicecoach.content.script import load_script

    questions, asked = load_script().questions, times_asked()
    tested: dict[str, set[str]] = {}  # by family: what its questions test first of all
    for question in questions:
        tested.setdefault(question.family, set()).update(question.principles[:1])
    found = {}
    for principle in principles:
        about = [q for q in questions if principle in q.principles]
        own = [q for q in about if tested[q.family] == {principle}] or about
        found[principle] = min(own, key=lambda q: asked[q.id], default=None)
    return found


def _command(principle: str) -> str:
    short = principle.partition(";")[0].replace("'", "").lower()
    quote = '"' if " " in short else ""
    return f"voicecoach practice --principle {quote}{short}{quote}"


def _print_table(stories: Sequence[Story]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicecoach.figures import NOTHING

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("story", "of 5", "told", "figures", "principles"):
        table.add_column(name, justify="right" if name in ("of 5", "told") else "left")
    for story in stories:
        cells = (
            story.title,
            NOTHING if story.overall is None else f"{story.overall:g}",
            f"{story.tellings}×",
            "\n".join(story.metrics) or NOTHING,
            "\n".join(story.principles) or NOTHING,
        )
        table.add_row(*(Text(cell) for cell in cells))
    console = Console(highlight=False)
    console.print(table)
    note = "of 5: the best telling alone, without replies; all of it: voicecoach stories show TITLE"
    console.print(Text(note, "dim"))


def _print_missing(practice: Mapping[str, Question | None]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voicecoach.scoring.types import PRINCIPLES

    console = Console(highlight=False)
    if not practice:
        console.print(f"\nAll {len(PRINCIPLES)} leadership principles have a story.")
        return
    first = next(iter(practice))
    console.print(f"\nNo story yet for {len(practice)} of the {len(PRINCIPLES)} principles.")
    console.print(Text(f"Practise one, such as the first: {_command(first)}\n"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("principle")
    table.add_column("a question on it")
    for principle, question in practice.items():
        table.add_row(Text(principle), Text(question.text if question else ""))
    console.print(table)


def _filled(text: str, indent: str = "      ") -> str:
    width = max(40, min(shutil.get_terminal_size().columns, 100))
    return textwrap.fill(text, width - 1, initial_indent=indent, subsequent_indent=indent)


# --- one story ----------------------------------------------------------------------------------


def _show(bank: Bank, args: argparse.Namespace) -> int:
    from voicecoach.figures import count

    story = _find(bank, " ".join(args.title))
    if args.json:
        print(json.dumps(_row(story), indent=2, ensure_ascii=False))
        return 0
    rating = "not rated" if story.overall is None else f"{story.overall:g} of 5"
    times = "" if story.tellings == 1 else f"{count(story.tellings, 'time')}, best "
    told = f", told {times}on {story.date}" if story.date else ""
    print(f"{story.title}  ({rating}{told})\n")
    print(_filled(story.told, indent="  "))
    if story.metrics:
        print(f"\n  Figures: {' · '.join(story.metrics)}")
    if story.principles:
        print(f"  Leadership principles: {' · '.join(story.principles)}")
    if story.session:
        print(f"  Session: {story.session}")
    return 0


def _remove(bank: Bank, args: argparse.Namespace) -> int:
    from voicecoach.stories import replaced
    from voicecoach.story_bank import save_bank

    story = _find(bank, " ".join(args.title))
    save_bank(replaced(bank, story, None))
    where = f" The session stays: {story.session}." if story.session else ""
    print(f"{story.title} is gone from your stories.{where}")
    return 0


def _rename(bank: Bank, args: argparse.Namespace) -> int:
    from voicecoach.stories import renamed, replaced
    from voicecoach.story_bank import save_bank

    story = _find(bank, args.title)
    new = renamed(story, args.new)
    if not new.title:
        raise UsageError("usage.empty_title", "A story needs a title", "Write it in quotes")
    if any(other.title == new.title for other in bank.stories if other is not story):
        raise UsageError(
            "usage.title_taken", f"There is a story {new.title!r} already", "Choose another title"
        )
    save_bank(replaced(bank, story, new))
    print(f"{story.title} is {new.title} from now on.")
    return 0


def _set_principles(bank: Bank, args: argparse.Namespace) -> int:
    import dataclasses

    from voicecoach.dialog.selection import find_name
    from voicecoach.scoring.types import PRINCIPLES
    from voicecoach.stories import replaced
    from voicecoach.story_bank import save_bank

    story = _find(bank, args.title)
    meant = {find_name("principle", name, PRINCIPLES) for name in args.names}
    names = tuple(name for name in PRINCIPLES if name in meant)
    save_bank(replaced(bank, story, dataclasses.replace(story, principles=names, by_hand=True)))
    print(
        f"{story.title} shows {', '.join(names) or 'no principle'}. No later telling changes that."
    )
    return 0


def _add(bank: Bank, args: argparse.Namespace) -> int:
    from voicecoach.cli._stories import story_line
    from voicecoach.clock import SystemClock
    from voicecoach.stories import take_in, written
    from voicecoach.story_bank import save_bank

    text, judgement = _judged(args)
    today = SystemClock().date().date().isoformat()
    story = written(text, args.title, today, judgement)
    if not story.title or not story.told:
        what = "title" if story.told else "text"
        raise UsageError("usage.empty_story", f"The story has no {what}", "Write one")
    bank, taken = take_in(bank, story)
    save_bank(bank)
    if judgement.why_not:
        print(judgement.why_not)
    if taken is not None:
        print(story_line(taken))
    return 0


def _judged(args: argparse.Namespace) -> tuple[str, Score]:
    """Return the text of a story in a file, and its judgement."""
    from voicecoach.cli.score import judge_file

    answer, judgement, _ = judge_file(args.file, args.question, args.model)
    return answer.text, judgement
