"""How well scores agree with labels: every figure with its n."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicecoach.scoring.agreement import confusion, kappa_of, mean, share, spearman
from voicecoach.scoring.types import FACETS, Evidence, Score

ALTERNATIVES = "alternatives_ruled_out"
"""What is counted beside the facets."""

_MOST_ALTERNATIVES = 3
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """An answer with what a reader made of it.

    Attributes:
        id: unique in its file.
        question: the question type.
        style: ``clean``, ``asr``, ``disfluent``, or any other word.
        kind: ``genuine``, ``stuffed``, ``vague``, ``plain_excellent``, ``pair``, or any other word.
        pair: for the two members of a pair, ``pair-`` and the facet that flips, with a number
            behind it where there are several such pairs; else ''.
        text: the answer.
        levels: by facet, 0 to 2; facets that the reader did not judge are left out.
        alternatives_ruled_out: 0 to 3; None where not judged.
        leadership_principles: in any order; None where not judged.
        overall: 1 to 5.
        next_probes: best first; may be empty.
        evidence: by facet, a verbatim quote; may be empty.
    """

    id: str
    question: str
    style: str
    kind: str
    pair: str
    text: str
    levels: Mapping[str, int] = field(hash=False)
    alternatives_ruled_out: int | None
    leadership_principles: tuple[str, ...] | None
    overall: float
    next_probes: tuple[str, ...]
    evidence: Mapping[str, str] = field(hash=False)


NAMED_KINDS = ("stuffed", "vague", "plain_excellent")
"""Kinds whose answers are listed one by one: each says what the judge can be talked into."""

Judged = tuple[LabelledAnswer, Score]
_Document = dict[str, Any]


def evaluate(judged: Sequence[Judged]) -> _Document:
    """Return all figures of agreement as one plain document."""
    document: _Document = _agreement(judged)
    document["kinds"] = {
        kind: _kind([pair for pair in judged if pair[0].kind == kind])
        for kind in dict.fromkeys(answer.kind for answer, _ in judged)
    }
    document["styles"] = {
        style: _brief([pair for pair in judged if pair[0].style == style])
        for style in dict.fromkeys(answer.style for answer, _ in judged)
    }
    document["questions"] = {
        question: _brief([pair for pair in judged if pair[0].question == question])
        for question in dict.fromkeys(answer.question for answer, _ in judged)
    }
    document["by_name"] = {
        kind: [_named(*pair) for pair in judged if pair[0].kind == kind] for kind in NAMED_KINDS
    }
    document["pairs"] = _pairs(judged)
    document["answers"] = [
        {"id": answer.id, "label": answer.overall, "score": score.overall}
        for answer, score in judged
    ]
    return document


def _agreement(judged: Sequence[Judged]) -> _Document:
    facets = {name: _levels(judged, _level_of(name), 2) for name in FACETS}
    return {
        "n": len(judged),
        "overall": _overall(judged),
        "length_alone": {
            "n": len(judged),
            "spearman": spearman([a.overall for a, _ in judged], [s.words for _, s in judged]),
        },
        "facets": facets,
        "mean_facet_kappa": mean(f["kappa"] for f in facets.values()),
        "alternatives_ruled_out": _levels(judged, _alternatives_of, _MOST_ALTERNATIVES),
        "leadership_principles": _principles(judged),
        "probes": _probes(judged),
        "evidence": _evidence(judged),
    }


def _brief(judged: Sequence[Judged]) -> _Document:
    whole = _agreement(judged)
    keys = ("n", "overall", "mean_facet_kappa", "probes", "evidence")
    return {key: whole[key] for key in keys}


def _overall(judged: Sequence[Judged]) -> _Document:
    gold = [answer.overall for answer, _ in judged]
    given = [rated(score) for _, score in judged]
    counts = Counter(zip(gold, given, strict=True))
    errors = [abs(a - b) for a, b in zip(gold, given, strict=True)]
    return {
        "n": len(judged),
        "not_scorable": sum(not score.scorable for _, score in judged),
        "spearman": spearman(gold, given),
        "mean_absolute_error": mean(errors),
        "within_half": share([e <= _HALF for e in errors]),
        "within_one": share([e <= 1 for e in errors]),
        "confusion": [
            {"label": label, "score": rating, "n": n}
            for (label, rating), n in sorted(counts.items())
        ],
    }


def rated(score: Score) -> float:
    """An answer that is not scorable counts as the lowest score, for no label is "none"."""
    return 1.0 if score.overall is None else score.overall


_Levels = Callable[[LabelledAnswer, Score], "tuple[int, int] | None"]
"""Label and level given; None where there is no label."""


def _level_of(facet: str) -> _Levels:
    def levels(answer: LabelledAnswer, score: Score) -> tuple[int, int] | None:
        label = answer.levels.get(facet)
        return None if label is None else (label, score.facets[facet].level)

    return levels


def _alternatives_of(answer: LabelledAnswer, score: Score) -> tuple[int, int] | None:
    label = answer.alternatives_ruled_out
    return None if label is None else (label, score.alternatives_ruled_out)


def _levels(judged: Sequence[Judged], levels: _Levels, highest: int) -> _Document:
    both = [pair for pair in (levels(*one) for one in judged) if pair is not None]
    table = confusion([g for g, _ in both], [s for _, s in both], highest)
    return {
        "n": len(both),
        "kappa": kappa_of(table),
        "exact": share([g == s for g, s in both]),
        "confusion": table,
    }


def _principles(judged: Sequence[Judged]) -> _Document:
    """Mean overlap of the two sets (Jaccard), both empty counting as 1."""
    overlaps = []
    for answer, score in judged:
        if answer.leadership_principles is not None:
            gold, given = set(answer.leadership_principles), set(score.leadership_principles)
            overlaps.append(len(gold & given) / len(gold | given) if gold | given else 1.0)
    return {"n": len(overlaps), "mean_overlap": mean(overlaps)}


def _probes(judged: Sequence[Judged]) -> _Document:
    asked = [
        (answer.next_probes, [p.probe for p in score.probes])
        for answer, score in judged
        if answer.next_probes
    ]
    return {
        "n": len(asked),
        "first_in_two": share([given[:1] != [] and given[0] in gold for gold, given in asked]),
        "one_of_first_two": share([bool(set(given[:2]) & set(gold)) for gold, given in asked]),
        "first_is_first": share([given[:1] == [gold[0]] for gold, given in asked]),
        "by_probe": {
            probe: _probe(probe, asked) for probe in sorted({gold[0] for gold, _ in asked})
        },
    }


def _probe(probe: str, asked: Sequence[tuple[Sequence[str], Sequence[str]]]) -> _Document:
    """Return how often what a label puts first is asked first, or is one of the first two."""
    wanted = [given for gold, given in asked if gold[0] == probe]
    return {
        "n": len(wanted),
        "first": share([given[:1] == [probe] for given in wanted]),
        "one_of_first_two": share([probe in given[:2] for given in wanted]),
        "asked_first": sum(given[:1] == [probe] for _, given in asked),
    }


def _evidence(judged: Sequence[Judged]) -> _Document:
    """Whether a quote given for a facet covers half of the label's quote or lies half inside it."""
    overlaps = [
        _overlaps(answer.text, quote, score.facets[facet].evidence)
        for answer, score in judged
        for facet, quote in answer.evidence.items()
        if answer.levels.get(facet) == 2 and score.facets[facet].level == 2
    ]
    return {"n": len(overlaps), "overlap": share(overlaps)}


def _overlaps(text: str, quote: str, given: Sequence[Evidence]) -> bool:
    start = text.find(quote)
    end = start + len(quote)
    for evidence in given:
        common = min(end, evidence.end_char) - max(start, evidence.start_char)
        if common >= _HALF * min(len(quote), len(evidence.quote)):
            return True
    return False


def _kind(judged: Sequence[Judged]) -> _Document:
    return {
        "n": len(judged),
        "mean_label": mean(answer.overall for answer, _ in judged),
        "mean_score": mean(rated(score) for _, score in judged),
        "scored_above_2": sum(rated(score) > 2 for _, score in judged),
        "scored_3_or_more": sum(rated(score) >= 3 for _, score in judged),
        "scored_below_4": sum(rated(score) < 4 for _, score in judged),
    }


def _named(answer: LabelledAnswer, score: Score) -> _Document:
    return {
        "id": answer.id,
        "question": answer.question,
        "label": answer.overall,
        "score": score.overall,
        "why_not": score.why_not,
        "labels": dict(answer.levels),
        "levels": {name: facet.level for name, facet in score.facets.items()},
    }


def _pairs(judged: Sequence[Judged]) -> _Document:
    """Whether the facet that flips moves the right way, and whether it alone does."""
    members: dict[str, list[Judged]] = {}
    for answer, score in judged:
        if answer.pair:
            members.setdefault(answer.pair, []).append((answer, score))
    flips = {
        name: flip
        for name, both in members.items()
        if len(both) == 2 and (flip := _flip(flipped_facet(name), both))
    }
    return {
        "n": len(flips),
        "flipped": share([f["flipped"] for f in flips.values()]),
        "flipped_alone": share([f["flipped"] and not f["also"] for f in flips.values()]),
        "another_by_two": sum(bool(f["also_by_two"]) for f in flips.values()),
        "each": flips,
    }


def flipped_facet(pair: str) -> str:
    """Return what the name of a pair says: ``pair-so-what-2`` is one of ``so_what``."""
    return pair.removeprefix("pair-").rstrip("0123456789").rstrip("-").replace("-", "_")


def _flip(facet: str, both: Sequence[Judged]) -> _Document | None:
    """Return how a pair moved; None where its facet has no labels."""
    levels = _alternatives_of if facet == ALTERNATIVES else _level_of(facet)
    first, second = (levels(*one) for one in both)
    if first is None or second is None:
        return None
    one, other = (score.facets for _, score in both)
    moves = {name: abs(one[name].level - other[name].level) for name in FACETS if name != facet}
    return {
        "labels": [first[0], second[0]],
        "levels": [first[1], second[1]],
        "flipped": (first[1] - second[1]) * (first[0] - second[0]) > 0,
        "also": [name for name, by in moves.items() if by],
        "also_by_two": [name for name, by in moves.items() if by == 2],
    }
