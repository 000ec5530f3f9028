"""The rubric that ships, and the labelled answers of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.content.labels import load_labels
from voicecoach.content.rubric import load_rubric
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.rubric import Rubric

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric()


@pytest.fixture(scope="session")
def cues() -> Rubric:
    """The rubric without the second reader: what the cues say by themselves."""
    return load_rubric(tagged=False)


@pytest.fixture(scope="session")
def labelled() -> tuple[LabelledAnswer, ...]:
    """Answers that the cues were written with in sight."""
    return load_labels(DATA / "judged_answers.yaml")


@pytest.fixture(scope="session")
def held_out() -> tuple[LabelledAnswer, ...]:
    """Answers that no cue was written for."""
    return load_labels(DATA / "judged_answers_held_out.yaml")
