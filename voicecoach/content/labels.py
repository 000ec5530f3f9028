"""Reads answers with labels, to measure the judge against.

A file is a list. Each entry has an id, a question type, the text, and the labels of whoever read
it: ``overall``, and as many of the facets as were judged. What the levels mean is in
docs/scoring.md.
"""

from __future__ import annotations

from pathlib import Path

from voicecoach.content.yamlfile import Node, Problems, read_yaml, suggest
from voicecoach.scoring.evaluation import ALTERNATIVES, LabelledAnswer, flipped_facet
from voicecoach.scoring.types import FACETS, PRINCIPLES, PROBES, QUESTION_TYPES

_OTHER_LABELS = (ALTERNATIVES, "leadership_principles")
_OPTIONAL = ("style", "kind", "pair", "next_probes", "evidence", "rationale")
_FLIPPED = (*FACETS, ALTERNATIVES)


def load_labels(path: Path) -> tuple[LabelledAnswer, ...]:
    """Read a file of labelled answers, a list.

    Raises:
        ContentError: the file is missing or says something we do not understand; further mistakes
            are in its ``also``.
    """
    answers: dict[str, LabelledAnswer] = {}
    places: dict[str, Node] = {}
    problems = Problems()
    for node in read_yaml(path).items(at_least=1):
        with problems.noted():
            answer = _answer(node)
            if answer.id in places:
                raise node.error(
                    f"the id {answer.id!r} is given twice",
                    f"Give each answer its own; the first is on line {places[answer.id].line}",
                )
            places[answer.id] = node
            answers[answer.id] = answer
    problems.raise_any()
    _check_pairs(answers, places)
    return tuple(answers.values())


def _answer(node: Node) -> LabelledAnswer:
    values = node.mapping(required=("id", "question", "text", "labels"), optional=_OPTIONAL)
    labels = values["labels"].mapping(required=("overall",), optional=(*FACETS, *_OTHER_LABELS))
    text = values["text"].text()
    rivals, principles = (labels.get(name) for name in _OTHER_LABELS)
    return LabelledAnswer(
        id=values["id"].text(),
        question=values["question"].text(one_of=QUESTION_TYPES),
        style=values["style"].text() if "style" in values else "clean",
        kind=values["kind"].text() if "kind" in values else "genuine",
        pair=_pair(values["pair"]) if "pair" in values else "",
        text=text,
        levels={name: labels[name].integer(0, 2) for name in FACETS if name in labels},
        alternatives_ruled_out=None if rivals is None else rivals.integer(0, 3),
        leadership_principles=None if principles is None else principles.texts(0, PRINCIPLES),
        overall=labels["overall"].number(1, 5),
        next_probes=values["next_probes"].texts(0, one_of=PROBES)
        if "next_probes" in values
        else (),
        evidence=_evidence(values["evidence"], text) if "evidence" in values else {},
    )


def _pair(node: Node) -> str:
    name = node.text()
    facet = flipped_facet(name)
    if not name.startswith("pair-") or facet not in _FLIPPED:
        names = [f"pair-{flipped.replace('_', '-')}" for flipped in _FLIPPED]
        raise node.error(f"{name!r} names no facet that flips", suggest(name, names, "Pairs"))
    return name


def _check_pairs(answers: dict[str, LabelledAnswer], places: dict[str, Node]) -> None:
    members: dict[str, list[str]] = {}
    for answer in answers.values():
        if answer.pair:
            members.setdefault(answer.pair, []).append(answer.id)
    for name, ids in members.items():
        if len(ids) != 2:
            raise places[ids[0]].error(
                f"{name!r} has {len(ids)} members instead of two: {', '.join(ids)}",
                f"Give a second pair of this facet a name such as {name}-2",
            )


def _evidence(node: Node, text: str) -> dict[str, str]:
    quotes = {}
    for facet, value in node.mapping(optional=FACETS).items():
        quote = value.text()
        if quote not in text:
            raise value.error("this quote is not in the text", "Copy it word for word")
        quotes[facet] = quote
    return quotes
