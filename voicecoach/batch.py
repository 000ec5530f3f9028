"""Scores answers by the thousand: each judged in a worker, written in order, none judged twice."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from voicecoach.batch_lines import BadLine, Task, bad_line, fingerprint_of, head, read_lines
from voicecoach.batch_results import ResultFile, Results
from voicecoach.batch_worker import Finished, Line, Outcome, Work, Worker, given_up
from voicecoach.content.judge import judge_digest
from voicecoach.workers import work_in_order

if TYPE_CHECKING:
    from voicecoach.models import Model

_CHUNK = 16
"""Texts that a worker is given at a time: carrying them to and fro costs little beside them."""

_SMALL = 96
"""Texts that are judged before a second process has started and read its rubric."""

_RECORDING = 50
"""Texts that take as long as one recording, about."""

_MOST_FIRST = 1000
"""Lines that are looked at before that is decided: most may be finished already."""

_UNSCORABLE = b'"scorable": false'
_MOST_NAMED = 5


@dataclass
class Summary:
    """How a batch went.

    Attributes:
        scored: lines that were judged now.
        before: lines that had been judged by an earlier run.
        unscorable: of both, those that held too little to be judged.
        bad: number of each bad line, and the code of its error; the first few.
        bad_count: all of them.
        jobs: processes that worked.
    """

    scored: int = 0
    before: int = 0
    unscorable: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    bad_count: int = 0
    jobs: int = 1

    @property
    def lines(self) -> int:
        """Lines that are through."""
        return self.scored + self.before + self.bad_count

    def note_bad(self, number: int, error: str) -> None:
        """Count a bad line."""
        self.bad_count += 1
        if len(self.bad) < _MOST_NAMED:
            self.bad.append((number, error))


Progress = Callable[[int, Summary], None]
"""Told often how many bytes of the input are through, and how it goes."""


def score_batch(
    stream: BinaryIO,
    folder: Path,
    results: Results,
    jobs: int,
    model: str | None,
    progress: Progress,
    summary: Summary,
) -> None:
    """Score every line of a JSONL, in its order.

    Args:
        stream: lines of the form that `voicecoach.batch_lines` describes.
        folder: what the paths of recordings start from.
        results: where lines go; a `ResultFile` that holds some already is gone on with.
        jobs: processes at most; what is soon done is done in this one.
        model: the recogniser's, for recordings; None for the one in use.
        progress: told after every few lines.
        summary: kept up to date, so that it is true also when this ends by an exception.

    Raises:
        VoicecoachError: the results cannot be written, or a recording needs a model that is not
            there.
    """
    batch = _Batch(results, _Ears(model), judge_digest(), progress, summary)
    batch.run(read_lines(stream, folder), jobs)


class _Batch:
    def __init__(
        self, results: Results, ears: _Ears, judge: str, progress: Progress, summary: Summary
    ) -> None:
        self._results = results
        self._ears = ears
        self._judge = judge
        self._progress = progress
        self._summary = summary

    def run(self, lines: Iterator[Task | BadLine], jobs: int) -> None:
        results = self._results
        rest: Iterator[Line] = lines
        if isinstance(results, ResultFile):
            rest = self._after_those_there(lines, results)
            results.begin()
            if results.has_earlier():
                rest = self._taken_up(rest, results)
        first = list(_up_to(_SMALL, rest))
        small = sum(map(_weight, first)) <= _SMALL and len(first) < _MOST_FIRST
        self._summary.jobs = 1 if small else jobs
        work = work_in_order(
            functools.partial(Worker, self._judge),
            self._with_ears(_chunks(chain(first, rest))),
            self._summary.jobs,
            given_up,
        )
        with contextlib.closing(work):
            for outcomes in work:
                results.write(b"".join(outcome.line for outcome in outcomes))
                self._count(outcomes)

    def _after_those_there(
        self, lines: Iterator[Task | BadLine], results: ResultFile
    ) -> Iterator[Line]:
        """Pass over the lines that are finished in the file; return those from there on."""
        for line in lines:
            there = results.next_is(self._beginning(line))
            if there is None:
                return chain([line], lines)
            error = line.error.code if isinstance(line, BadLine) else ""
            self._count([Outcome(line.number, line.end, there, not error, error)])
        return iter(())

    def _taken_up(self, lines: Iterator[Line], results: ResultFile) -> Iterator[Line]:
        """Put what is finished already in place of the task."""
        for line in lines:
            if isinstance(line, Task):
                fingerprint = self._fingerprint(line)
                there = fingerprint and results.take(fingerprint, head(line, fingerprint))
                yield Finished(line.number, line.end, there) if there else line
            else:
                yield line

    def _beginning(self, line: Task | BadLine) -> bytes:
        """Return how the finished line begins; a line break where it cannot be known."""
        if isinstance(line, BadLine):
            return bad_line(line.number, line.id, line.error)
        fingerprint = self._fingerprint(line)
        return head(line, fingerprint) if fingerprint else b"\n"

    def _fingerprint(self, task: Task) -> str:
        """Return the fingerprint; '' of a recording that cannot be read, which is told later."""
        try:
            if task.wav is None:
                return fingerprint_of(task, self._judge, "")
            return fingerprint_of(task, self._judge, self._ears.model().name)
        except (OSError, ValueError):
            return ""

    def _with_ears(self, chunks: Iterable[Sequence[Line]]) -> Iterator[Work]:
        for chunk in chunks:
            recorded = any(isinstance(line, Task) and line.wav for line in chunk)
            yield Work(tuple(chunk), self._ears.model() if recorded else None)

    def _count(self, outcomes: Sequence[Outcome]) -> None:
        summary = self._summary
        for outcome in outcomes:
            if outcome.error:
                summary.note_bad(outcome.number, outcome.error)
                continue
            summary.before += outcome.before
            summary.scored += not outcome.before
            summary.unscorable += _UNSCORABLE in outcome.line
        self._progress(outcomes[-1].end, summary)


class _Ears:
    """The model that hears recordings, looked for when the first one comes."""

    def __init__(self, name: str | None) -> None:
        self._name = name
        self._model: Model | None = None

    def model(self) -> Model:
        if self._model is None:
            from voicecoach.models import ensure_loads, resolve  # texts need neither it nor numpy

            model = resolve(self._name)
            ensure_loads(model)
            self._model = model
        return self._model


def _weight(line: Line) -> int:
    """Return how long a line takes, in texts."""
    if not isinstance(line, Task):
        return 0
    return 1 if line.wav is None else _RECORDING


def _up_to(weight: int, lines: Iterator[Line]) -> Iterator[Line]:
    """Yield lines until they are together heavier than that, or many."""
    for line in islice(lines, _MOST_FIRST):
        yield line
        weight -= _weight(line)
        if weight < 0:
            return


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield a few lines at a time; a recording comes alone, and takes nothing with it."""
    chunk: list[Line] = []
    weight = 0
    for line in lines:
        if chunk and _weight(line) == _RECORDING:
            yield chunk
            chunk, weight = [], 0
        chunk.append(line)
        weight += _weight(line)
        if weight >= _CHUNK or len(chunk) >= 4 * _CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk
