"""Captions that hold still: what a recogniser makes of a segment, steadied for its reader. Pure.

A recogniser may change its mind about any word until the segment is over, and a line whose words
keep changing cannot be read. So a word that has been shown three times in a row at its place stays,
and with it all the words before it. What comes after them goes on changing as it likes. The final
words of the segment are the recogniser's own: they may correct the caption, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

STAYS_AFTER = 3
"""Times that a word is shown at its place before it stays there."""


class SteadyText:
    """The text shown for one segment after the other."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin a new segment."""
        self._shown: list[str] = []
        self._times: list[int] = []  # in a row, that each word has been shown at its place
        self._settled = 0  # so many words at the start stay

    def show(self, heard: str) -> str:
        """Return what to show of a segment, given what the recogniser now makes of it."""
        words = heard.split()
        settled = self._shown[: self._settled]
        shown = settled + words[_end_of(settled, words) :]
        pairs = zip_longest(shown, self._shown[: len(shown)], self._times[: len(shown)])
        self._times = [(times or 0) + 1 if word == before else 1 for word, before, times in pairs]
        self._shown = shown
        steady = [i for i, times in enumerate(self._times, 1) if times >= STAYS_AFTER]
        self._settled = max([self._settled, *steady])
        return " ".join(shown)


def _end_of(settled: Sequence[str], words: Sequence[str]) -> int:
    """Return how many of the `words` stand for the settled ones: the fewest edits between them.

    Of several that fit equally well one that ends in the same word is taken, and of those the one
    nearest to their number.
    """
    if list(words[: len(settled)]) == list(settled):
        return len(settled)
    costs = list(range(len(words) + 1))  # of making the settled words so far from words[:j]
    for i, word in enumerate(settled, 1):
        row = [i]
        for j, other in enumerate(words, 1):
            row.append(min(costs[j] + 1, row[j - 1] + 1, costs[j - 1] + (word != other)))
        costs = row
    last = settled[-1]
    return min(
        range(len(costs)),
        key=lambda j: (costs[j], j == 0 or words[j - 1] != last, abs(j - len(settled))),
    )
