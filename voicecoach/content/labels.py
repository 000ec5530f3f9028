"""Reads answers with labels, to measure the judge against."""

from __future__ import annotations

from pathlib import Path

from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.types import FACETS, PRINCIPLES, PROBES, QUESTION_TYPES

_OTHER_LABELS = ("alternatives_ruled_out", "leadership_principles", "overall")


def load_labels(path: Path) -> tuple[LabelledAnswer, ...]:
    """Read a file of labelled answers, a list.

    Raises:
        ContentError: the file is missing or says something we do not understand.
    """
    answers: dict[str, LabelledAnswer] = {}
    for node in read_yaml(path).items(at_least=1):
        answer = _answer(node)
        if answer.id in answers:
            raise node.error(f"the id {answer.id!r} is given twice", "Give each answer its own")
        answers[answer.id] = answer
    return tuple(answers.values())


def _answer(node: Node) -> LabelledAnswer:
    values = node.mapping(
        required=("id", "question", "text", "labels"),
        optional=("style", "kind", "pair", "next_probes", "evidence", "rationale"),
    )
    labels = values["labels"].mapping(required=(*FACETS, *_OTHER_LABELS))
    text = values["text"].text()
    return LabelledAnswer(
        id=values["id"].text(),
        question=values["question"].text(one_of=QUESTION_TYPES),
        style=values["style"].text() if "style" in values else "clean",
        kind=values["kind"].text() if "kind" in values else "genuine",
        pair=values["pair"].text() if "pair" in values else "",
        text=text,
        levels={name: labels[name].integer(0, 2) for name in FACETS},
        alternatives_ruled_out=labels["alternatives_ruled_out"].integer(0, 3),
        leadership_principles=labels["leadership_principles"].texts(0, one_of=PRINCIPLES),
        overall=labels["overall"].number(1, 5),
        next_probes=values["next_probes"].texts(0, one_of=PROBES)
        if "next_probes" in values
        else (),
        evidence=_evidence(values["evidence"], text) if "evidence" in values else {},
    )


def _evidence(node: Node, text: str) -> dict[str, str]:
    quotes = {}
    for facet, value in node.mapping(optional=FACETS).items():
        quote = value.text()
        if quote not in text:
            raise value.error("this quote is not in the text", "Copy it word for word")
        quotes[facet] = quote
    return quotes
