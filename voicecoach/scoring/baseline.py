"""A judge that only counts words: what a real one has to beat.

It is given more than it deserves: its lines are fitted to the very labels it is measured on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from voicecoach.scoring.agreement import line_through
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.types import FACETS, FULL_LEVEL, PROBES, FacetScore, ProbeChoice, Score

_MOST_ALTERNATIVES = 3


def judge_by_length(labelled: Sequence[LabelledAnswer]) -> list[Score]:
    """Return for each answer what its number of words suggests.

    Ratings are not rounded, so that nothing of the order is lost. Asked next is what the labels
    ask for most, of every answer the same.
    """
    words = [len(answer.text.split()) for answer in labelled]
    overall = _fitted(words, [answer.overall for answer in labelled])
    levels = {
        name: _fitted(words, [answer.levels.get(name) for answer in labelled]) for name in FACETS
    }
    rivals = _fitted(words, [answer.alternatives_ruled_out for answer in labelled])
    wanted = Counter(probe for answer in labelled for probe in answer.next_probes)
    order = sorted(PROBES, key=lambda probe: -wanted[probe])
    probes = tuple(ProbeChoice(probe, "most_wanted", "", "", urgency=0.0) for probe in order)
    return [
        Score(
            scorable=True,
            why_not=None,
            overall=min(5.0, max(1.0, overall(n))),
            facets={
                name: FacetScore(_whole(level(n), FULL_LEVEL), (), "")
                for name, level in levels.items()
            },
            alternatives_ruled_out=_whole(rivals(n), _MOST_ALTERNATIVES),
            leadership_principles=(),
            probes=probes,
            delivery={},
            words=n,
        )
        for n in words
    ]


def _fitted(words: Sequence[int], labels: Sequence[float | None]) -> Callable[[int], float]:
    known = [(n, label) for n, label in zip(words, labels, strict=True) if label is not None]
    if not known:
        return lambda n: 0.0
    start, slope = line_through([n for n, _ in known], [label for _, label in known])
    return lambda n: start + slope * n


def _whole(level: float, highest: int) -> int:
    return min(highest, max(0, round(level)))
