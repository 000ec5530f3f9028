"""How well scores agree with labels: every figure with its n."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicecoach.scoring.agreement import quadratic_kappa, share, spearman
from voicecoach.scoring.types import FACETS, Evidence, Score

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
        pair: for the two members of a pair, ``pair-`` and the facet that flips; else ''.
        text: the answer.
        levels: by facet, 0 to 2.
        alternatives_ruled_out: 0 to 3.
        leadership_principles: in any order.
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
    alternatives_ruled_out: int
    leadership_principles: tuple[str, ...]
    overall: float
    next_probes: tuple[str, ...]
    evidence: Mapping[str, str] = field(hash=False)


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
        "mean_facet_kappa": _mean([f["kappa"] for f in facets.values()]),
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
    given = [_rated(score) for _, score in judged]
    errors = [abs(a - b) for a, b in zip(gold, given, strict=True)]
    return {
        "n": len(judged),
        "not_scorable": sum(not score.scorable for _, score in judged),
        "spearman": spearman(gold, given),
        "mean_absolute_error": _mean(errors),
        "within_half": share([e <= _HALF for e in errors]),
        "within_one": share([e <= 1 for e in errors]),
    }


def _rated(score: Score) -> float:
    """An answer that is not scorable counts as the lowest score, for no label is "none"."""
    return 1.0 if score.overall is None else score.overall


_Levels = Callable[[LabelledAnswer, Score], tuple[int, int]]


def _level_of(facet: str) -> _Levels:
    return lambda answer, score: (answer.levels[facet], score.facets[facet].level)


def _alternatives_of(answer: LabelledAnswer, score: Score) -> tuple[int, int]:
    return answer.alternatives_ruled_out, score.alternatives_ruled_out


def _levels(judged: Sequence[Judged], levels: _Levels, highest: int) -> _Document:
    both = [levels(answer, score) for answer, score in judged]
    gold, given = [g for g, _ in both], [s for _, s in both]
    return {
        "n": len(both),
        "kappa": quadratic_kappa(gold, given, highest),
        "exact": share([g == s for g, s in both]),
    }


def _principles(judged: Sequence[Judged]) -> _Document:
    """Mean overlap of the two sets (Jaccard), both empty counting as 1."""
    overlaps = []
    for answer, score in judged:
        gold, given = set(answer.leadership_principles), set(score.leadership_principles)
        overlaps.append(len(gold & given) / len(gold | given) if gold | given else 1.0)
    return {"n": len(overlaps), "mean_overlap": _mean(overlaps)}


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
    }


def _evidence(judged: Sequence[Judged]) -> _Document:
    """Whether a quote given for a facet covers half of the label's quote or lies half inside it."""
    overlaps = [
        _overlaps(answer.text, quote, score.facets[facet].evidence)
        for answer, score in judged
        for facet, quote in answer.evidence.items()
        if answer.levels[facet] == 2 and score.facets[facet].level == 2
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
        "mean_label": _mean([answer.overall for answer, _ in judged]),
        "mean_score": _mean([_rated(score) for _, score in judged]),
        "scored_above_2": sum(_rated(score) > 2 for _, score in judged),
        "scored_3_or_more": sum(_rated(score) >= 3 for _, score in judged),
        "scored_below_4": sum(_rated(score) < 4 for _, score in judged),
    }


def _pairs(judged: Sequence[Judged]) -> _Document:
    """Whether the facet that flips moves the right way, and whether it alone does."""
    members: dict[str, list[Judged]] = {}
    for answer, score in judged:
        if answer.pair:
            members.setdefault(answer.pair, []).append((answer, score))
    flips = {name: _flip(name, both) for name, both in members.items() if len(both) == 2}
    return {
        "n": len(flips),
        "flipped": share([f["flipped"] for f in flips.values()]),
        "flipped_alone": share([f["flipped"] and not f["also"] for f in flips.values()]),
        "each": flips,
    }


def _flip(name: str, both: Sequence[Judged]) -> _Document:
    facet = name.removeprefix("pair-").replace("-", "_")
    (first, first_score), (second, second_score) = both
    levels = _alternatives_of if facet == "alternatives_ruled_out" else _level_of(facet)
    (gold_a, given_a), (gold_b, given_b) = levels(first, first_score), levels(second, second_score)
    moved = [
        other
        for other in FACETS
        if other != facet and first_score.facets[other].level != second_score.facets[other].level
    ]
    return {
        "labels": [gold_a, gold_b],
        "levels": [given_a, given_b],
        "flipped": (given_a - given_b) * (gold_a - gold_b) > 0,
        "also": moved,
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
