"""Reads and writes what was learned from labelled answers.

``words.tsv`` and ``steps.json`` are the tagger, ``topics.tsv`` tells types of question apart.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from voicecoach import resources
from voicecoach.errors import ContentError
from voicecoach.scoring.discourse import FEATURES
from voicecoach.scoring.tagger import BEST, FacetWeights, Step, Tagger
from voicecoach.scoring.topic import ANY, Topics
from voicecoach.scoring.types import FACETS, QUESTION_TYPES

FORMAT = 2
"""Goes up when the meaning of the numbers changes."""

HUNDREDTHS = 100
"""The weights of words are written as whole hundredths."""

_BIAS = "(bias)"
"""Stands where a word does in ``topics.tsv``."""


def load_tagger(folder: Path | None = None) -> Tagger:
    """Read a tagger.

    Args:
        folder: None for the one that ships with voicecoach.

    Raises:
        ContentError: a file is missing, cut short, or of another version.
    """
    folder = folder or resources.models_dir() / "tagger-en"
    try:
        steps = json.loads((folder / "steps.json").read_text("utf-8"))
        table = (folder / "words.tsv").read_text("utf-8")
        facets = _facets(steps)
        return Tagger(facets, _Rows(table, len(facets)))
    except OSError as error:
        raise _broken(folder, error.strerror or "it cannot be read") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _broken(folder, str(error)) from error


def _facets(document: Mapping[str, Any]) -> dict[str, FacetWeights]:
    if document["format"] != FORMAT or tuple(document["discourse"]) != FEATURES:
        raise ValueError("it is of another version")
    facets = {name: _facet(value) for name, value in document["facets"].items()}
    if not facets.keys() <= set(FACETS):
        raise ValueError("it has an unknown facet")
    return facets


def _broken(folder: Path, why: str) -> ContentError:
    return ContentError(
        "content.tagger", f"The tagger in {folder} is of no use ({why})", "Reinstall voicecoach"
    )


def _facet(document: Mapping[str, Any]) -> FacetWeights:
    said = tuple(map(float, document["discourse"]))
    first, second = map(_step, document["raising"])
    if len(said) != len(FEATURES):
        raise ValueError("features are missing")
    return FacetWeights(float(document["bias"]), said, (first, second), _step(document["doubting"]))


def _step(document: Mapping[str, Any]) -> Step:
    best = tuple(map(float, document["best"]))
    if len(best) != BEST:
        raise ValueError("clauses are missing")
    cues, questions = (
        {name: (float(a), float(b)) for name, (a, b) in document[key].items()}
        for key in ("cues", "questions")
    )
    if not cues.keys() <= set(FACETS):
        raise ValueError("it has an unknown facet")
    return Step(float(document["bias"]), best, cues, questions)


class _Rows(Mapping[str, Sequence[float]]):
    """The weights of words, each row read when its word is first met: most words never are."""

    def __init__(self, table: str, columns: int) -> None:
        lines = (line.partition("\t") for line in table.splitlines()[1:])
        self._rows = {word: row for word, _, row in lines}
        self._read: dict[str, tuple[float, ...]] = {}
        if not table.endswith("\n") or any(
            row.count("\t") != columns - 1 for row in self._rows.values()
        ):
            raise ValueError("weights are missing")

    def __getitem__(self, word: str) -> Sequence[float]:
        if word not in self._read:
            self._read[word] = tuple(int(cell) / HUNDREDTHS for cell in self._rows[word].split())
        return self._read[word]

    def get(self, word: object, default: Any = None) -> Any:
        """Return a row, or the default; many words have none, and errors take long."""
        return self[word] if isinstance(word, str) and word in self._rows else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def load_topics(folder: Path | None = None) -> Topics:
    """Read what words speak for which type of question.

    Args:
        folder: None for the one that ships with voicecoach.

    Raises:
        ContentError: the file is missing or cut short.
    """
    folder = folder or resources.models_dir() / "tagger-en"
    try:
        table = (folder / "topics.tsv").read_text("utf-8")
        return _topics(table, table.partition("\n")[0].split("\t")[1:])
    except OSError as error:
        raise _broken(folder, error.strerror or "it cannot be read") from error
    except (ValueError, KeyError) as error:
        raise _broken(folder, str(error)) from error


def _topics(table: str, types: Sequence[str]) -> Topics:
    if not {ANY} <= set(types) <= {ANY, *QUESTION_TYPES}:
        raise ValueError("its types of question are others")
    rows = _Rows(table, len(types))
    return Topics(dict(zip(types, rows[_BIAS], strict=True)), rows)


def save_topics(topics: Topics, folder: Path) -> None:
    """Write it."""
    rows = {_BIAS: tuple(topics.biases.values()), **topics.words}
    _write_table(folder / "topics.tsv", list(topics.biases), rows)


def _write_table(path: Path, columns: Sequence[str], rows: Mapping[str, Sequence[float]]) -> None:
    lines = ["\t".join(["word", *columns])]
    for word in sorted(rows):
        cells = (str(round(weight * HUNDREDTHS)) for weight in rows[word])
        lines.append("\t".join([word, *cells]))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def save_tagger(tagger: Tagger, folder: Path) -> None:
    """Write a tagger."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_table(folder / "words.tsv", list(tagger.facets), tagger.words)
    document = {
        "format": FORMAT,
        "discourse": FEATURES,
        "facets": {name: dataclasses.asdict(weights) for name, weights in tagger.facets.items()},
    }
    (folder / "steps.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
