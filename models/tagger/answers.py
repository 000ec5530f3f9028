"""Labelled answers as the tagger learns from them: clauses with what they are evidence of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicecoach.content.labels import load_labels
from voicecoach.content.rubric import load_rubric
from voicecoach.content.yamlfile import read_yaml
from voicecoach.resources import models_dir
from voicecoach.scoring.clauses import Reading, read
from voicecoach.scoring.discourse import discourse
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.facets import judge_facets
from voicecoach.scoring.findings import find
from voicecoach.scoring.profile import profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.second_reading import cue_levels
from voicecoach.scoring.tagger import Span, told_spans, told_words
from voicecoach.scoring.tokens import tokenise
from voicecoach.scoring.types import Answer

ANSWERS = Path(__file__).resolve().parent / "answers"
"""The labelled answers that the tagger learns from, a file for each writer."""

UNRELATED = ANSWERS.parent / "unrelated.yaml"
"""Monologues that answer nothing that is asked here."""

NOBODY = "unrelated"
"""Writer of what shows nothing: everyday words by themselves are no evidence."""

UNKNOWN = -1
"""Neither evidence of a facet nor surely none."""

_HALF = 0.5


@dataclass(frozen=True)
class Clause:
    """One clause of a labelled answer.

    Attributes:
        words: lower case.
        discourse: its features, see `voicecoach.scoring.discourse`.
        evidence: by facet, 1 if it holds the label's quote, 0 if the answer shows nothing of the
            facet, `UNKNOWN` otherwise.
    """

    words: tuple[str, ...]
    discourse: tuple[float, ...]
    evidence: Mapping[str, int]


@dataclass(frozen=True)
class Example:
    """A labelled answer.

    Attributes:
        writer: whose it is: answers of one writer are never on both sides of a measurement.
        question: the question type.
        levels: by facet, as labelled.
        cues: by facet, as the cues alone judge.
        clauses: in order.
    """

    writer: str
    question: str
    levels: Mapping[str, int]
    cues: Mapping[str, int]
    clauses: tuple[Clause, ...]


def load_examples(paths: Sequence[Path], facets: Sequence[str]) -> list[Example]:
    """Read labelled answers, one file for each writer.

    Raises:
        ContentError: a file is not as it should be.
    """
    rubric = load_rubric(tagged=False)
    return [
        _example(answer, path.stem, rubric, facets)
        for path in paths
        for answer in load_labels(path)
    ]


def load_unrelated(path: Path = UNRELATED) -> list[str]:
    """Return monologues that answer nothing that is asked here.

    Raises:
        ContentError: the file is not as it should be.
    """
    keys = ("id", "kind", "style", "text")
    return [entry.mapping(required=keys)["text"].text() for entry in read_yaml(path).items()]


def nothing_shown(texts: Sequence[str], facets: Sequence[str]) -> list[Example]:
    """Return texts, by `NOBODY`, as examples in which no clause is evidence of any facet."""
    nothing = dict.fromkeys(facets, 0)
    return [
        Example(NOBODY, "", nothing, nothing, _clauses_of(read(Answer(text)), nothing))
        for text in texts
    ]


def _clauses_of(reading: Reading, evidence: Mapping[str, int]) -> tuple[Clause, ...]:
    return tuple(Clause(*_said(reading, span), evidence) for span in told_spans(reading))


def _said(reading: Reading, span: Span) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the words of a clause, and its discourse."""
    tokens = reading.tokens[span[0] : span[1]]
    words = tuple(token.word for token in tokens)
    return words, discourse(words, sum(token.number for token in tokens))


def _example(answer: LabelledAnswer, writer: str, rubric: Rubric, facets: Sequence[str]) -> Example:
    findings = find(Answer(answer.text), answer.question, rubric)
    judged, named = judge_facets(findings, profile(findings, rubric.gates), rubric)
    reading = findings.reading
    return Example(
        writer=writer,
        question=answer.question,
        levels=answer.levels,
        cues=cue_levels(judged, named),
        clauses=tuple(_clause(answer, reading, span, facets) for span in told_spans(reading)),
    )


def _clause(answer: LabelledAnswer, reading: Reading, span: Span, facets: Sequence[str]) -> Clause:
    tokens = reading.tokens[span[0] : span[1]]
    start, end = tokens[0].start_char, tokens[-1].end_char
    evidence = {}
    for name in facets:
        quoted = _holds(answer.text, answer.evidence.get(name, ""), start, end)
        nothing = answer.levels[name] == 0
        evidence[name] = 1 if quoted and answer.levels[name] == 2 else 0 if nothing else UNKNOWN
    return Clause(*_said(reading, span), evidence)


def _holds(text: str, quote: str, start: int, end: int) -> bool:
    """Whether a stretch of text and a quote have half of the shorter one in common."""
    at = text.find(quote) if quote else -1
    common = min(end, at + len(quote)) - max(start, at)
    return at >= 0 and common > _HALF * min(end - start, len(quote))


def read_words(text: str) -> tuple[str, ...]:
    """Return the words in which an answer tells something."""
    return told_words(read(Answer(text)))


def facts_of(text: str, question: str, rubric: Rubric) -> int:
    """Return how many facts an answer tells."""
    return profile(find(Answer(text), question, rubric), rubric.gates).facts


def known_words(paths: Sequence[Path]) -> list[str]:
    """Return the words that get weights: those of the starter model and of labelled answers."""
    lines = (models_dir() / "starter-en" / "graph" / "words.txt").read_text("utf-8").splitlines()
    words = {line.split()[0] for line in lines}
    for path in paths:
        for answer in load_labels(path):
            words.update(token.word for token in tokenise(answer.text, len(answer.text))[0])
    return sorted(word for word in words if word.replace("'", "").isalpha() and word.isascii())


def word_weights(
    words: Sequence[str], examples: Sequence[Example], rare: float = 1e-2
) -> NDArray[np.float64]:
    """Return how much each word counts in the mean of a clause, shape ``(n_words,)``.

    Smooth inverse frequency (Arora, Liang and Ma 2017): `rare` / (`rare` + share of the words).
    """
    counts: dict[str, int] = {}
    for example in examples:
        for clause in example.clauses:
            for word in clause.words:
                counts[word] = counts.get(word, 0) + 1
    total = sum(counts.values())
    shares = np.array([counts.get(word, 0.3) / total for word in words])
    weights: NDArray[np.float64] = rare / (rare + shares)
    return weights
