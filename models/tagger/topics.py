"""Learning which type of question an answer answers: one logistic model of words for each type.

Replies to follow-ups are left out: they may be about anything. What is about nothing that is asked
here (``unrelated.yaml``) speaks against every type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.tagger.answers import UNRELATED, facts_of, load_unrelated, read_words
from models.tagger.fit import Matrix, logistic
from voicecoach.content.labels import load_labels
from voicecoach.content.rubric import load_rubric
from voicecoach.scoring.topic import ANY, AimRule, Topics, aim
from voicecoach.scoring.types import QUESTION_TYPES

FEWEST_ANSWERS = 6
"""Answers that a word must be in to get a weight."""

STRENGTH = 9.0
"""Inverse strength of the penalty on squared weights."""

NOTHING = ""
"""Type of what answers no question."""

LEARNED = tuple(name for name in QUESTION_TYPES if name != "counterfactual_followup")


@dataclass(frozen=True)
class Told:
    """What the model learns from.

    Attributes:
        writer: whose answer it is.
        question: its type, or `NOTHING`.
        hollow: whether it is only terms, or warm air.
        words: lower case.
        facts: how many it tells.
    """

    writer: str
    question: str
    hollow: bool
    words: tuple[str, ...]
    facts: int


def load_told(answers: Sequence[Path], unrelated: Path = UNRELATED) -> list[Told]:
    """Read labelled answers, one file for each writer, and what is about something else."""
    rubric = load_rubric(tagged=False)
    told = [
        Told(
            path.stem,
            each.question,
            each.kind in {"stuffed", "vague"},
            read_words(each.text),
            facts_of(each.text, each.question, rubric),
        )
        for path in answers
        for each in load_labels(path)
        if each.question in LEARNED
    ]
    for number, text in enumerate(load_unrelated(unrelated)):
        facts = facts_of(text, LEARNED[0], rubric)
        told.append(Told(f"unrelated-{number % 5}", NOTHING, False, read_words(text), facts))
    return told


def fit_topics(told: Sequence[Told]) -> Topics:
    """Learn what words speak for."""
    counts = Counter(word for each in told for word in set(each.words))
    words = sorted(word for word, count in counts.items() if count >= FEWEST_ANSWERS)
    features = _features(told, words)
    learned = [
        logistic(features, np.array([each.question == name for each in told]), STRENGTH, True)
        for name in LEARNED
    ]
    answers = np.array([each.question != NOTHING for each in told])
    table = np.array([*learned, logistic(features, answers, STRENGTH, True)])
    rows = table[:, :-1].T.round(2).tolist()
    biases = dict(zip((*LEARNED, ANY), table[:, -1].round(2).tolist(), strict=True))
    return Topics(biases, {word: tuple(row) for word, row in zip(words, rows, strict=True)})


def _features(told: Sequence[Told], words: Sequence[str]) -> Matrix:
    place = {word: n for n, word in enumerate(words)}
    rows = np.zeros((len(told), len(words)))
    for row, each in zip(rows, told, strict=True):
        known = [place[word] for word in set(each.words) if word in place]
        row[known] = 1 / np.sqrt(max(1, len(known)))
    return rows


@dataclass(frozen=True)
class Found:
    """How well it is told who misses the question, on writers that were left out.

    Attributes:
        own: genuine answers under their own type: how many, and how many of those taken for off...
        rather: ...or for another type.
        other: the same answers under each other type, and how many of those taken for off...
        other_rather: ...or for another type.
        unrelated: monologues about something else under every type, and how many taken for off.
    """

    own: tuple[int, int]
    rather: int
    other: tuple[int, int]
    other_rather: int
    unrelated: tuple[int, int]


def try_topics(told: Sequence[Told], rule: AimRule, measured: Collection[str]) -> Found:
    """Leave each writer out in turn and look who is taken for off."""
    counts: Counter[str] = Counter()
    for writer in sorted({each.writer for each in told}):
        topics = fit_topics([each for each in told if each.writer != writer])
        for each in told:
            if each.writer != writer or each.hollow:
                continue
            if each.question != NOTHING and writer not in measured:
                continue
            _count(each, topics, rule, counts)
    return Found(
        (counts["own"], counts["own off"]),
        counts["own rather"],
        (counts["other"], counts["other off"]),
        counts["other rather"],
        (counts["unrelated"], counts["unrelated off"]),
    )


def _count(each: Told, topics: Topics, rule: AimRule, counts: Counter[str]) -> None:
    for asked in LEARNED:
        aimed = aim(each.words, each.facts, asked, topics, rule)
        case = "own" if asked == each.question else "other" if each.question else "unrelated"
        counts[case] += 1
        counts[f"{case} off"] += aimed.off
        counts[f"{case} rather"] += bool(aimed.rather) and not aimed.off
