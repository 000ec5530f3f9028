"""The trials with which the echo guard is measured: two of them, with all their real parts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.echo import Bench

pytestmark = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="no espeak-ng")


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


def test_the_coach_does_not_answer_itself(bench: Bench) -> None:
    trial = bench.run(np.random.default_rng(1), "alone", -6.0, seed=1)
    assert not trial.yielded
    assert trial.turn == ""


def test_whoever_speaks_over_its_echo_is_heard(bench: Bench) -> None:
    trial = bench.run(np.random.default_rng(2), "answer", -12.0, seed=2)
    assert trial.yielded
    assert trial.silent_s is not None
    assert trial.silent_s < 0.15
    assert trial.decided_s is not None
    assert 0.0 < trial.decided_s < 1.6
    assert trial.kept is not None
    assert trial.kept > 80
