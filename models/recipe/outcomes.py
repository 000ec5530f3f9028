"""What was heard beside what was said: errors by voice, fillers, commands, confidence.

Fillers ("um", "uh") are counted by themselves and left out of word error rates: whether somebody
hesitated is another question than what was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.hearing import Counts
from benchmarks.reliability import right_words
from models.recipe.delivery import FILLERS
from models.recipe.listening import HeardWord

_FILLER = "um"


@dataclass
class FillerCounts:
    """Fillers said and heard.

    Attributes:
        said: in the texts.
        heard: by the recogniser.
        found: of those said, at their place; which filler it is does not matter.
    """

    said: int = 0
    heard: int = 0
    found: int = 0

    def add(self, said: Sequence[str], heard: Sequence[str]) -> None:
        """Count one recording."""
        said, heard = _alike(said), _alike(heard)
        self.said += said.count(_FILLER)
        self.heard += heard.count(_FILLER)
        right = right_words(said, heard)
        self.found += sum(
            word == _FILLER for word, at_its_place in zip(heard, right, strict=True) if at_its_place
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "said": self.said,
            "heard": self.heard,
            "found": self.found,
            "precision": _share(self.found, self.heard),
            "recall": _share(self.found, self.said),
        }


@dataclass
class CommandCounts:
    """Commands given and heard.

    Attributes:
        given: phrases said.
        exact: heard to the word.
        understood: taken for the command that they are, as the dialogue would.
        mistaken: taken for another command.
    """

    given: int = 0
    exact: int = 0
    understood: int = 0
    mistaken: int = 0

    def add(self, said: str, heard: str, meant: str | None, taken_for: str | None) -> None:
        """Count one phrase: the words, and the commands they are taken for."""
        self.given += 1
        self.exact += said == heard
        self.understood += meant == taken_for
        self.mistaken += taken_for is not None and taken_for != meant

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "given": self.given,
            "exact": _share(self.exact, self.given),
            "understood": _share(self.understood, self.given),
            "mistaken": _share(self.mistaken, self.given),
        }


def count_words(counts: Counts, said: Sequence[str], heard: Sequence[HeardWord]) -> None:
    """Add a recording to the errors of its group, without fillers."""
    words = [word for word in heard if word.text not in FILLERS]
    counts.add(without_fillers(said), [word.text for word in words])
    counts.heard += len(words)
    counts.confidence += sum(word.confidence or 0.0 for word in words)


def without_fillers(words: Iterable[str]) -> list[str]:
    """Return the words that say something."""
    return [word for word in words if word not in FILLERS]


def sure_and_right(said: Sequence[str], heard: Sequence[HeardWord]) -> list[tuple[float, bool]]:
    """Return each word heard, without fillers: its confidence, and whether it was said there."""
    words = [word for word in heard if word.text not in FILLERS]
    right = right_words(without_fillers(said), [word.text for word in words])
    return [(word.confidence or 0.0, flag) for word, flag in zip(words, right, strict=True)]


def _alike(words: Sequence[str]) -> list[str]:
    return [_FILLER if word in FILLERS else word for word in words]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
