"""How long the scorer takes, and how many answers a core scores in a second.

Run ``python -m benchmarks.scoring_speed [LABELS.yaml] [--rounds N]``. The labelled answers, by
default those of ``tests/data/judged_answers.yaml``, are scored one after the other in one process,
so many rounds long, and as many answers of 250 words, cut from the same texts run together. Times
are those of the process, so that waiting for other processes does not count; of an answer it is
the median of its rounds. A first round that is not counted reads patterns and words for the first
time. Then the rubric is loaded in new processes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voicecoach.content.labels import load_labels
from voicecoach.content.rubric import load_rubric
from voicecoach.errors import VoicecoachError
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

USUAL = Path(__file__).parents[1] / "tests" / "data" / "judged_answers.yaml"

LENGTH = 250
"""Words of the answers that are cut to one length: two minutes of speech."""

_TIMED_LOADS = """
import time
started = time.perf_counter()
from voicecoach.content.rubric import load_rubric
from voicecoach.scoring.score import score
imported = time.perf_counter()
load_rubric()
print(imported - started, time.perf_counter() - imported)
"""

FloatArray = npt.NDArray[np.float64]

Asked = tuple[Answer, str]
"""An answer, and the type of question that it answers."""


def of_length(asked: Sequence[Asked], words: int) -> list[Asked]:
    """Return as many answers of so many words each, cut from the texts run together.

    A text that is shorter goes on with the texts after it.
    """
    cut = []
    for place, (_, question) in enumerate(asked):
        said: list[str] = []
        for answer, _ in cycle([*asked[place:], *asked[:place]]):
            said += answer.text.split()
            if len(said) >= words:
                break
        cut.append((Answer(" ".join(said[:words])), question))
    return cut


def times_ms(asked: Sequence[Asked], rubric: Rubric, rounds: int) -> FloatArray:
    """Return how long each answer took, by round and answer."""
    for answer, question in asked:
        score(answer, question, rubric)
    times = np.empty((rounds, len(asked)))
    for one_round in times:
        for place, (answer, question) in enumerate(asked):
            started_ns = time.process_time_ns()
            score(answer, question, rubric)
            one_round[place] = (time.process_time_ns() - started_ns) / 1e6
    return times


def row(name: str, asked: Sequence[Asked], times: FloatArray) -> str:
    """Return a line of the table."""
    words = sum(len(answer.text.split()) for answer, _ in asked) / len(asked)
    of_answers = np.median(times, axis=0)
    a_second = 1e3 * len(asked) / np.median(times.sum(axis=1))
    p50, p95 = np.percentile(of_answers, [50, 95])
    return f"{name:24}{len(asked):5}{words:7.0f}{p50:8.1f}{p95:8.1f}{a_second:10.0f}"


def loads_ms(processes: int) -> tuple[float, float]:
    """Return how long importing the scorer and loading the rubric take, medians."""
    command = [sys.executable, "-c", _TIMED_LOADS]
    printed = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        for _ in range(processes)
    ]
    imported, loaded = np.median(np.array(printed, dtype=float), axis=0) * 1e3
    return float(imported), float(loaded)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", nargs="?", type=Path, default=USUAL, metavar="LABELS.yaml")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(argv)
    try:
        asked = [(Answer(a.text), a.question) for a in load_labels(options.labels)]
        rubric = load_rubric()
    except VoicecoachError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(f"{'answers':24}{'n':>5}{'words':>7}{'p50 ms':>8}{'p95 ms':>8}{'a second':>10}")
    for name, answers in ((options.labels.name, asked), ("250 words", of_length(asked, LENGTH))):
        print(row(name[:23], answers, times_ms(answers, rubric, options.rounds)), flush=True)
    imported, loaded = loads_ms(options.rounds)
    print(f"importing the scorer {imported:.0f} ms, loading the rubric {loaded:.0f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
