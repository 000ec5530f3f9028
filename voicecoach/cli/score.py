"""``voicecoach score``: judge one answer, text or recording, or a whole file of them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError, VoicecoachError

if TYPE_CHECKING:
    from rich.console import Console

    from voicecoach.models import Model
    from voicecoach.scoring.types import Answer, Score

_TEXT_SUFFIXES = {".txt", ".md", ".text"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="a text, a recording, or - for a text on stdin"
    )
    parser.add_argument(
        "--question", metavar="TYPE", help="type of the question, such as data_story"
    )
    parser.add_argument("--model", metavar="NAME", help="recogniser's model, for a recording")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    many = parser.add_argument_group("many answers")
    many.add_argument(
        "--batch",
        metavar="IN.jsonl",
        help="score lines of {id, question, text|wav}; - for stdin",
    )
    many.add_argument(
        "--out", metavar="OUT.jsonl", help="write results there, and go on where it stopped before"
    )
    many.add_argument("--jobs", metavar="N", help="processes at most (default: one for each core)")


def run(args: argparse.Namespace) -> int:
    """Score the answer and print the judgement, or score a batch."""
    if args.batch is not None:
        from voicecoach.cli import _batch

        _refuse(args, "--batch", "file", "question", "json")
        return _batch.run(args)
    _refuse(args, "a single answer", "out", "jobs")
    if args.file is None or args.question is None:
        raise UsageError(
            "usage.score",
            "What is to be scored?",
            "Give FILE --question TYPE for one answer, or --batch IN.jsonl for many",
        )
    _, judgement, ears = judge_file(args.file, args.question, args.model)
    if args.json:
        print(json.dumps(judgement.to_json(), indent=2, ensure_ascii=False))
        return 0
    _print_score(judgement)
    if ears:
        print(f"\nHeard by {ears.name}. {ears.note}")
    return 0


def _refuse(args: argparse.Namespace, what: str, *options: str) -> None:
    for name in options:
        if getattr(args, name):
            option = "FILE" if name == "file" else f"--{name}"
            raise UsageError("usage.score", f"{option} does not go with {what}", "Leave it out")


def judge_file(file: str, question: str, model: str | None) -> tuple[Answer, Score, Model | None]:
    """Judge the answer in a file: see `read_answer`.

    Args:
        file: a text, a recording, or ``-``.
        question: type of the question that it answers.
        model: the recogniser's, for a recording; None for the one in use.

    Returns:
        The answer, its judgement, and the model that heard it; None for a text.

    Raises:
        UsageError: there is no such type of question.
        VoicecoachError: the file cannot be read, or is not what its name says.
    """
    from voicecoach.content.rubric import load_rubric
    from voicecoach.scoring.score import score
    from voicecoach.scoring.types import QUESTION_TYPES

    if question not in QUESTION_TYPES:
        from voicecoach.content.yamlfile import suggest

        raise UsageError(
            "usage.question_type",
            f"There is no question type {question!r}",
            suggest(question, QUESTION_TYPES, "Types"),
        )
    answer = read_answer(file, model)
    ears = _ears(model) if answer.words else None
    rubric = load_rubric(heard_by=ears.kind) if ears else load_rubric()
    return answer, score(answer, question, rubric), ears


def read_answer(file: str, model: str | None) -> Answer:
    """Return the answer in a text file, on standard input (``-``), or in a recording.

    Raises:
        VoicecoachError: it cannot be read, or is not what its name says.
    """
    from voicecoach.scoring.types import Answer

    if file == "-":
        return Answer(_decoded(sys.stdin.buffer.read(), "standard input"))
    path = Path(file)
    if path.suffix.lower() in _TEXT_SUFFIXES:
        try:
            return Answer(_decoded(path.read_bytes(), file))
        except OSError as error:
            reason = error.strerror or str(error)
            raise VoicecoachError(
                "score.unreadable", f"{file} cannot be read: {reason}", "Check the name"
            ) from error
    from voicecoach.transcribe import transcribe_file

    return transcribe_file(path, model)


def _ears(model: str | None) -> Model:
    """Return the model that a recording is heard by."""
    from voicecoach.models import resolve

    return resolve(model)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise VoicecoachError(
            "score.not_text",
            f"{name} is not text in UTF-8",
            "Give a recording a name that ends in .wav",
        ) from error


def _print_score(score: Score) -> None:
    from rich.console import Console
    from rich.markup import escape

    from voicecoach.cli._delivery import print_delivery, print_opening

    out = Console(highlight=False, soft_wrap=False)
    if not score.scorable:
        out.print(f"Not scored ({score.words} words). {escape(score.why_not or '')}")
        if score.opening:
            print_opening(out, score.opening)
        print_delivery(out, score.delivery)
        return
    out.print(f"[bold]Overall {score.overall:g} of 5[/bold]  ({score.words} words)")
    for name, facet in score.facets.items():
        out.print(f"\n[bold]{_spoken(name)}[/bold]  {facet.level} of 2")
        for evidence in facet.evidence:
            at = f" (at {evidence.start_s:.0f} s)" if evidence.start_s is not None else ""
            out.print(f"  “{escape(evidence.quote)}”{at}", style="italic")
        out.print(f"  {facet.advice}")
    out.print(f"\n[bold]Alternatives ruled out[/bold]  {score.alternatives_ruled_out} of 3")
    if score.leadership_principles:
        out.print(f"[bold]Principles acted out[/bold]  {'; '.join(score.leadership_principles)}")
    _print_probes(out, score)
    if score.lift:
        out.print(f"[bold]What would lift it[/bold]  {escape(score.lift.sentence)}")
        out.print(f"  {escape(score.lift.hint)}")
    if score.opening:
        print_opening(out, score.opening)
    print_delivery(out, score.delivery)


def _print_probes(out: Console, score: Score) -> None:
    from rich.markup import escape

    first, second = score.probes[:2]
    because = f": “{escape(first.evidence)}”" if first.evidence else ""
    reason = _spoken(first.rule).lower()
    asked = (
        f"{_spoken(first.probe).lower()} ({reason}{because}), then {_spoken(second.probe).lower()}"
    )
    out.print(f"[bold]Next, an interviewer would ask about[/bold]  {asked}")


def _spoken(name: str) -> str:
    words = name.replace("_", " ")
    return words[0].upper() + words[1:]
