"""The end of a session on the terminal."""

from __future__ import annotations

import io

from tests.rehearsal import Rehearsal
from voicecoach.dialog.drills import make_drill
from voicecoach.terminal import summarise

ROUND = (
    "it could have been the season because people order more before christmas but last year it was "
    "flat and it could have been a promotion but the control group saw it too"
)


def test_a_round_of_a_drill_is_not_blamed_for_what_it_does_not_train() -> None:
    held = Rehearsal(lambda material: make_drill("counterfactual", material), [ROUND])
    out = io.StringIO()
    summarise(held.events, out)
    lines = out.getvalue().splitlines()
    assert lines[1].startswith("r1: ")
    assert "the answer alone" not in lines[1]
    assert len(lines) > 2
    assert not [line for line in lines if "○○" in line]
