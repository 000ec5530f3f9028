"""The benchmark of spoken commands counts what a session would take, on the real recogniser."""

from __future__ import annotations

import re
import shutil

import pytest

from benchmarks import commands
from voicecoach.models import resolve

GOAL = 0.98
VOICE = "us-man"  # of espeak-ng


@pytest.mark.parametrize(
    ("said", "heard", "counts"),
    [
        ("skip this one", "skip that one", True),
        ("skip this one", "save this one", False),
        ("yes", "yes please", True),
        ("start the opening drill", "start the opening drill", True),
        ("save this as my checkout story", "save this as my check out story", True),
        ("save this as my checkout story", "save this story", False),
        ("save this story", "save this as my checkout story", False),
        ("help", "", False),
    ],
)
def test_what_counts_is_the_command_and_that_a_title_was_heard(
    said: str, heard: str, counts: bool
) -> None:
    assert commands.right(said, heard) is counts


def test_every_kind_of_command_is_spoken_and_there_are_more_than_two_hundred() -> None:
    said = commands.phrases(())
    assert len(said) >= 200
    assert {"save", "titled", "start_over", "progress", "drill", "yes"} <= {n for n, _ in said}
    assert all(commands.matcher().match(p, asked=True) for _, p in said)
    assert {n for n, _ in commands.phrases(("titled",))} == {"titled"}


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng speaks the commands")
def test_the_starter_model_takes_the_commands_of_a_story() -> None:
    pytest.importorskip("vosk", reason="Vosk is not installed")
    ears = commands.listeners(resolve("starter-en"))
    first, *rest = commands.heard_share(ears, (VOICE,), ("save", "titled"))
    found = re.match(rf"{VOICE}: ([\d.]+)% of (\d+) understood", first)
    assert found
    assert int(found[2]) >= 40
    assert float(found[1]) / 100 >= GOAL, rest
