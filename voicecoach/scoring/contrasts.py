"""Who got a change and who did not: sentences that tell two groups apart by what was done to them.

"Eight get the new price and eight keep the flat one", "we put it in Hull and left Grimsby as it
was", "a bug hid it at one of our two centres": the groups can be anything, so what is looked for is
the build of the sentence and no list of nouns. Phrases of the rubric cannot say "the same word as
before" or "not followed by", which these need.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from voicecoach.scoring.clauses import Reading
from voicecoach.scoring.contrast_cues import contrasts_among
from voicecoach.scoring.cues import Hit
from voicecoach.scoring.numbers import read_at

_PAIR = re.compile(
    r" # (?:(?!and |but |in |on |at )\S+ )?(?:in (?:a |every )?# |out of (?:a )?# |per # )?(?:\S+ "
    r")?(?:down |up )?(?:to|then|and then|became) (?:about |just |only |nearly |roughly |around "
    r")?(?=#)"
)
_STAYED = re.compile(
    r" (?:stayed|remained|held|stuck|still|stays|didn't (?:move|budge|change) from)(?: put| flat| "
    r"still| steady)? (?:at |on |around |about |near |just |there at )*(?=#)"
)
_SECOND_WITHIN = 34
"""Tokens between the figures of two groups."""

_SAME_BASE = 0.15
"""How far their starting figures may lie apart, relatively."""


def treated_and_not(reading: Reading) -> list[Hit]:
    """Return where one group is said to have got the change and another to have gone without."""
    words = ["#" if t.number else t.word for t in reading.tokens]
    starts = list(accumulate((len(word) + 1 for word in words), initial=1))[:-1]
    line = f" {' '.join(words)} "
    hits = []
    for cue, pattern in contrasts_among(words):
        for found in pattern.finditer(line):
            first = bisect_right(starts, found.start() + 1) - 1
            last = bisect_right(starts, max(found.start() + 1, found.end() - 2)) - 1
            hits.append(Hit(cue, max(0, first), min(len(starts), last + 1)))
    return [*hits, *_moved_against_still(reading, line, starts)]


def _moved_against_still(reading: Reading, line: str, starts: list[int]) -> list[Hit]:
    """Return where two groups start alike and only one moves: "40 to 24, and 40 then 39"."""
    moves = []
    for found in _PAIR.finditer(line):
        first = bisect_right(starts, found.start() + 1) - 1
        last = bisect_right(starts, found.end()) - 1
        before, after = _value(reading, first), _value(reading, last)
        if before is not None and after is not None:
            moves.append((first, last, before, after))
    still = [(a, b, before, after) for a, b, before, after in moves]
    for found in _STAYED.finditer(line):
        at = bisect_right(starts, found.end()) - 1
        value = _value(reading, at)
        if value is not None:
            still.append((at, at, value, value))
    return [
        Hit("isolation.strong.parallel_figures", min(a, c), max(b, d) + 1)
        for a, b, before, after in moves
        for c, d, base, end in still
        if (b < c or (d < a and base != end))
        and max(a, c) - min(b, d) <= _SECOND_WITHIN
        and abs(base - before) <= _SAME_BASE * abs(before)
        and abs(end - base) <= abs(after - before) / 2
    ]


def _value(reading: Reading, at: int) -> float | None:
    read = read_at(reading.tokens[at].word.split(), 0)
    return read.value if read else None
