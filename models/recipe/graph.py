"""The decoding graph: from words and a language model to what Vosk searches while it listens.

Vosk joins two graphs while decoding, so that a grammar can take the place of the language model:

``HCLr.fst``
    from transition ids to words: every word as its phones, every phone after its left neighbour
    as a transition state, every state with its self-loop. Prepared for look-ahead (Allauzen, Riley
    & Schalkwyk, "A generalized composition algorithm for weighted finite-state transducers",
    Interspeech 2009), which numbers the words anew.
``Gr.fst``
    the n-gram language model over words in that numbering.

Beside them lie ``words.txt``, ``phones/word_boundary.int`` and ``disambig_tid.int``. Transition
probabilities are the same everywhere and left out. The work is done in a process of its own; see
`transducers` for the reason, and for the work.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from models.recipe.phones import (
    NONSPEECH_COUNT,
    PHONE_COUNT,
    PHONE_INDEX,
    PHONES,
    SILENCE,
    Lexicon,
)
from models.recipe.transitions import mark_id

NGrams: TypeAlias = Sequence[Mapping[tuple[str, ...], tuple[float, float]]]
"""Unigrams, bigrams, ...: natural logarithms of probability and of back-off weight."""

EPSILON = 0
BEGIN, END = "<s>", "</s>"

_BOUNDARIES = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}


@dataclass(frozen=True)
class GraphSettings:
    """How words follow each other.

    Attributes:
        silence_share: probability of silence before the first word and after each word.
        hesitations: how likely each of these words is at any point. They leave no trace: what
            follows is as likely as if they had not been said.
    """

    silence_share: float = 0.5
    hesitations: tuple[tuple[str, float], ...] = (("um", 0.03), ("uh", 0.03))


@dataclass(frozen=True)
class GraphReport:
    """What came of it.

    Attributes:
        seconds: of work, by step.
        sizes: bytes, by file.
    """

    seconds: dict[str, float]
    sizes: dict[str, int]


@dataclass(frozen=True)
class Made:
    """What `transducers.write_transducers` tells of its work.

    Attributes:
        numbers: of the words, as look-ahead has given them out.
        marks: how many marks the lexicon needed.
        seconds: of work, by step.
    """

    numbers: dict[str, int]
    marks: int
    seconds: dict[str, float]


def write_graph(
    folder: Path,
    words: Sequence[str],
    lexicon: Lexicon,
    ngrams: NGrams,
    settings: GraphSettings | None = None,
) -> GraphReport:
    """Write the graph's files.

    Args:
        folder: ``graph`` of a model; made if need be.
        words: what can be heard; the first word gets no special role.
        lexicon: with a pronunciation for each word.
        ngrams: of a back-off model over these words, ``<s>`` and ``</s>``; of any order.
        settings: how words follow each other.

    Raises:
        ValueError: a word has no pronunciation, or the language model knows a word that is not
            among `words`.
        LookAheadMissingError: a system library is missing; its message says which.
    """
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    task = (folder, words, lexicon, ngrams, settings or GraphSettings())
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        made = process.submit(_work, *task).result()
    _write_lists(folder, made.numbers, made.marks)
    sizes = {p.name: p.stat().st_size for p in sorted(folder.rglob("*")) if p.is_file()}
    return GraphReport(made.seconds, sizes)


def _work(
    folder: Path,
    words: Sequence[str],
    lexicon: Lexicon,
    ngrams: NGrams,
    settings: GraphSettings,
) -> Made:
    """Make the transducers, in the other process: only there may OpenFst be loaded."""
    from models.recipe.transducers import write_transducers

    return write_transducers(folder, words, lexicon, ngrams, settings)


def _write_lists(folder: Path, numbers: Mapping[str, int], marks: int) -> None:
    """Write the lists that tell Vosk what the numbers in the graphs mean."""
    by_number = ["<eps>", *sorted(numbers, key=numbers.__getitem__), "#0", BEGIN, END]
    lines = [f"{word} {numbers.get(word, at)}\n" for at, word in enumerate(by_number)]
    (folder / "words.txt").write_text("".join(lines), encoding="utf-8")
    boundaries = [f"{PHONE_INDEX[SILENCE]} nonword\n"]
    for phone in range(2, PHONE_COUNT + 1):
        kind = "S" if phone <= NONSPEECH_COUNT else PHONES[phone][-1]
        boundaries.append(f"{phone} {_BOUNDARIES[kind]}\n")
    (folder / "phones" / "word_boundary.int").write_text("".join(boundaries), encoding="utf-8")
    # Never empty, used or not: Vosk does not survive an empty list.
    ids = [mark_id(mark) for mark in range(1, max(marks, 1) + 1)]
    text = "".join(f"{number}\n" for number in ids)
    (folder / "disambig_tid.int").write_text(text, encoding="utf-8")
