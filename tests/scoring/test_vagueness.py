"""The vague sentence that a follow-up reads back: only where it is plain, and turned to "you"."""

from __future__ import annotations

import pytest

from voicecoach.events import Word
from voicecoach.scoring.clauses import read
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer
from voicecoach.scoring.vagueness import vague_clauses

VAGUE = (
    "It was a difficult year for the canteen, so we made a lot of improvements, and everybody was "
    "really happy with how the place felt when the summer came around again."
)


def spoken(text: str) -> list[str]:
    return [clause.spoken for clause in vague_clauses(read(Answer(text)))]


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("We made a lot of improvements, and then summer came.", "you made a lot of improvements"),
        ("so we um we took a step back and we looked", "you took a step back"),
        ("I brought everyone together.", "you brought everyone together"),
        ("And customers were really happy with it.", "customers were really happy"),
        ("Then I changed my approach because of that.", "you changed your approach"),
    ],
)
def test_who_speaks_becomes_you(text: str, turned: str) -> None:
    assert spoken(text) == [turned]


@pytest.mark.parametrize(
    "text",
    [
        "We made three changes to the queue.",
        "We cut the wait by half.",
        "We made no changes.",
        "I think we made improvements it would take a day to list.",
        "He said we got good feedback they never saw.",
        "We built a ramp at the back door.",
        "The improvements we made were small.",
        "We had some data around",
        "We got it to work for us.",
        "",
    ],
)
def test_facts_denials_and_loose_ends_are_left_alone(text: str) -> None:
    assert spoken(text) == []


def clarify(answer: Answer, rubric: Rubric) -> tuple[str, str]:
    """Return what the probe that asks for plain words reads back, and what it rests on."""
    probes = score(answer, "data_story", rubric).probes
    return next((p.claim, p.evidence) for p in probes if p.probe == "clarify")


def test_the_probe_reads_it_back(rubric: Rubric) -> None:
    judged = score(Answer(VAGUE), "data_story", rubric)
    assert judged.probes[0].probe == "clarify"
    assert clarify(Answer(VAGUE), rubric) == (
        "you made a lot of improvements",
        "we made a lot of improvements",
    )


def test_what_was_heard_uncertainly_is_passed_over(rubric: Rubric) -> None:
    words = [word.strip(".,").lower() for word in VAGUE.split()]
    doubted = {"improvements"}
    heard = tuple(
        Word(word, n * 0.4, n * 0.4 + 0.3, 0.5 if word in doubted else 0.99)
        for n, word in enumerate(words)
    )
    answer = Answer(" ".join(words), heard, heard[-1].end_s)
    assert clarify(answer, rubric)[0] == "everybody was really happy"
