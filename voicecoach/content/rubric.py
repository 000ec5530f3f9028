"""Builds the judge's rubric from the YAML under ``prompts/rubric/``.

``words.yaml`` holds word classes, ``facets/*.yaml`` the cue phrases of a facet, ``signs.yaml``
those of no facet, and ``overall.yaml``, ``gates.yaml``, ``principles.yaml``, ``probes.yaml``,
``advice.yaml`` and ``lift.yaml`` the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voicecoach import resources
from voicecoach.content.delivery import load_delivery_guide
from voicecoach.content.lift import load_lift
from voicecoach.content.prompt_texts import prompt_runs
from voicecoach.content.questions import own_questions_dir
from voicecoach.content.tagger import load_tagger, load_topics
from voicecoach.content.yamlfile import Node, read_yaml, suggest
from voicecoach.errors import ContentError
from voicecoach.scoring.cue_language import PhraseError
from voicecoach.scoring.cues import Matcher
from voicecoach.scoring.rubric import (
    HEARD_BY,
    Call,
    Cap,
    Gates,
    PrincipleRule,
    QuestionRule,
    Rubric,
)
from voicecoach.scoring.topic import AimRule
from voicecoach.scoring.types import FACETS, PRINCIPLES, PROBES, QUESTION_TYPES

_STRENGTHS = ("strong", "weak", "but_not", "against", "denied")
_GROUPS = (*_STRENGTHS, "self_chosen", "colleague", "looked_into")
_GATES = (
    "silence",
    "too_short",
    "too_long",
    "read_back",
    "off_topic",
    "not_english",
    "low_confidence",
    "rough_model",
    "repetition",
)
_MEASURES = (*FACETS, "alternatives", "other_side")
_TALK = ("stuffed", "vague", "hollow")
_COUNTED_WORDS = ("jargon", "vanity")
"""Word classes that are looked for by themselves, not only inside phrases."""


def load_rubric(
    folder: Path | None = None,
    *,
    heard_by: str = "other",
    rough: bool = False,
    tagged: bool = True,
) -> Rubric:
    """Read everything the judge goes by.

    Args:
        folder: with the files named above; None for those that ship with voicecoach.
        heard_by: the kind of model that answers are heard by, of `HEARD_BY`.
        rough: whether that model does not know the voice, so that nothing heard is judged.
        tagged: whether there is a second reader beside the cues.

    Raises:
        ContentError: a file is missing or says something we do not understand.
    """
    folder = folder or resources.prompts_dir() / "rubric"
    overall = read_yaml(folder / "overall.yaml").mapping(
        required=(
            "half_level",
            "cap_give",
            "alternatives_worth",
            "stuffed_cap",
            "vague_cap",
            "weights",
            "caps",
        )
    )
    principles = read_yaml(folder / "principles.yaml").mapping(required=PRINCIPLES)
    principle_rules, cues = {}, {}
    for name, node in principles.items():
        principle_rules[name], cues[f"principle.{name}"] = _principle(node)
    advice = read_yaml(folder / "advice.yaml").mapping(required=FACETS)
    questions = _questions(overall, read_yaml(folder / "probes.yaml"))
    return Rubric(
        matcher=_matcher(folder, cues),
        gates=_gates(read_yaml(folder / "gates.yaml"), heard_by, rough),
        questions=questions,
        alternatives_worth=_worth(overall["alternatives_worth"]),
        half_level=overall["half_level"].number(0, 1),
        cap_give=overall["cap_give"].number(0, 1),
        stuffed_cap=overall["stuffed_cap"].number(1, 5),
        vague_cap=overall["vague_cap"].number(1, 5),
        principles=principle_rules,
        advice={name: _advice(node) for name, node in advice.items()},
        lift=load_lift(folder / "lift.yaml", {p for q in questions.values() for p in q.stretch}),
        delivery=load_delivery_guide(),
        tagger=load_tagger() if tagged else None,
        topics=load_topics() if tagged else None,
        prompts=prompt_runs(folder.parent, own_questions_dir()),
    )


def _matcher(folder: Path, cues: dict[str, tuple[str, ...]]) -> Matcher:
    words = read_yaml(folder / "words.yaml").entries()
    classes = {name: node.texts() for name, node in words.items()}
    cues = dict(cues)
    for name in _COUNTED_WORDS:
        if name not in classes:
            raise ContentError(
                "content.missing_key",
                f"{folder / 'words.yaml'}: missing key {name}",
                f"Add {name}",
            )
        cues[f"words.{name}"] = (f"<{name}>",)
    for name, node in read_yaml(folder / "signs.yaml").entries().items():
        cues[name] = node.texts()
    _refuse_unknown_facets(folder / "facets")
    for facet in FACETS:
        node = read_yaml(folder / "facets" / f"{facet}.yaml")
        for strength, concepts in node.mapping(optional=_GROUPS).items():
            if concepts.is_list():
                cues[f"{facet}.{strength}"] = concepts.texts()
                continue
            for concept, phrases in concepts.entries().items():
                cues[f"{facet}.{strength}.{concept}"] = phrases.texts()
    try:
        return Matcher(classes, cues)
    except PhraseError as error:
        raise ContentError(
            "content.bad_phrase",
            f"{folder}: {error}",
            "Look at its brackets and at the names in <angle brackets>",
        ) from error


def _refuse_unknown_facets(folder: Path) -> None:
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in FACETS:
            raise ContentError(
                "content.unknown_facet",
                f"{path}: there is no facet {path.stem}",
                suggest(path.stem, FACETS, "Facets"),
            )


def _by_kind_of_model(node: Node) -> dict[str, float]:
    return {kind: value.number(0, 1) for kind, value in node.mapping(required=HEARD_BY).items()}


def _gates(node: Node, heard_by: str, rough: bool) -> Gates:
    keys = tuple(name for name in Gates.__dataclass_fields__ if name != "rough")
    values = node.mapping(required=keys)
    lowest = _by_kind_of_model(values["lowest_confidence"])
    to_quote = _by_kind_of_model(values["quote_confidence"])
    return Gates(
        fewest_words=values["fewest_words"].integer(1),
        fewest_words_followup=values["fewest_words_followup"].integer(1),
        followup_types=values["followup_types"].texts(one_of=QUESTION_TYPES),
        longest_words=values["longest_words"].integer(100),
        lowest_confidence=lowest[heard_by],
        quote_confidence=to_quote[heard_by],
        hears_fillers=heard_by in values["hears_fillers"].texts(one_of=HEARD_BY, at_least=0),
        fewest_english_share=values["fewest_english_share"].number(0, 1),
        most_repetition=values["most_repetition"].number(0, 1),
        off_topic=_off_topic(values["off_topic"]),
        stuffed_jargon_per_100=values["stuffed_jargon_per_100"].number(0),
        facts_of_a_story=values["facts_of_a_story"].integer(0),
        stuffed_jargon_anyway=values["stuffed_jargon_anyway"].number(0),
        vague_facts=values["vague_facts"].integer(0),
        vague_numbers=values["vague_numbers"].integer(0),
        common_english=frozenset(values["common_english"].texts()),
        why_not={
            name: text.text() for name, text in values["why_not"].mapping(required=_GATES).items()
        },
        rough=rough,
    )


def _off_topic(node: Node) -> AimRule:
    values = node.mapping(required=tuple(AimRule.__dataclass_fields__))
    return AimRule(
        fewest_words=values["fewest_words"].integer(1),
        off_below=values["off_below"].number(),
        alike=tuple(
            frozenset(group.texts(at_least=2, one_of=QUESTION_TYPES))
            for group in values["alike"].items()
        ),
        nothing_below=values["nothing_below"].number(),
        nothing_facts=values["nothing_facts"].integer(0),
        rather_by=values["rather_by"].number(0),
    )


def _questions(overall: Mapping[str, Node], probes: Node) -> dict[str, QuestionRule]:
    weights = overall["weights"].mapping(required=QUESTION_TYPES)
    caps = overall["caps"].mapping(optional=QUESTION_TYPES)
    follow = probes.mapping(required=QUESTION_TYPES)
    rules = {}
    for name in QUESTION_TYPES:
        order = follow[name].mapping(required=("calls", "stretch"))
        weight_nodes = weights[name].mapping(optional=(*FACETS, "alternatives"))
        rules[name] = QuestionRule(
            weights={facet: node.number(0) for facet, node in weight_nodes.items()},
            caps=tuple(_cap(node) for node in caps[name].items()) if name in caps else (),
            calls=tuple(_call(node) for node in order["calls"].items(at_least=1)),
            stretch=order["stretch"].texts(one_of=PROBES),
        )
    return rules


def _call(node: Node) -> Call:
    values = node.mapping(required=("ask",), optional=("talk", "if"))
    if "talk" not in values and "if" not in values:
        raise node.error("neither talk nor if is given", "Say when to ask")
    levels = values["if"].mapping(optional=_MEASURES) if "if" in values else {}
    return Call(
        ask=values["ask"].text(one_of=PROBES),
        talk=values["talk"].text(one_of=_TALK) if "talk" in values else "",
        at_most={name: level.integer(0, 3) for name, level in levels.items()},
    )


def _worth(node: Node) -> tuple[float, float, float, float]:
    values = [item.number(0, 1) for item in node.items(at_least=4)]
    if len(values) > 4:
        raise node.error("more than four values", "Give one for each of 0, 1, 2 and 3")
    return (values[0], values[1], values[2], values[3])


def _cap(node: Node) -> Cap:
    values = node.mapping(required=("facet", "below", "at_most"))
    return Cap(
        facet=values["facet"].text(one_of=_MEASURES),
        below=values["below"].integer(1, 3),
        at_most=values["at_most"].number(1, 5),
    )


def _principle(node: Node) -> tuple[PrincipleRule, tuple[str, ...]]:
    values = node.mapping(required=("facets", "cues"))
    facets = values["facets"].mapping(optional=FACETS)
    cues = values["cues"].texts(at_least=0)
    levels = {name: level.integer(1, 2) for name, level in facets.items()}
    return PrincipleRule(levels, bool(cues)), cues


def _advice(node: Node) -> tuple[str, str, str]:
    values = node.mapping(required=("0", "1", "2"))
    return (values["0"].text(), values["1"].text(), values["2"].text())
