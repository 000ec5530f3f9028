"""Builds rules and wordings of the debrief from ``prompts/debrief.yaml``."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from voicecoach.content.texts import filled
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.scoring.debriefing import DEBRIEF_WORDS, DebriefScript
from voicecoach.scoring.leaning import ALTERNATIVES, LEANINGS, LEVELS_SHOWN, LeaningRules
from voicecoach.scoring.types import FACETS, QUESTION_TYPES


def load_debrief(prompts: Path, drills: Collection[str]) -> DebriefScript:
    """Read them; which type of question weighs which facet is the rubric's.

    Args:
        prompts: folder with ``debrief.yaml`` and ``rubric/overall.yaml``.
        drills: names of the drills that there are.

    Raises:
        ContentError: a file says something we do not understand.
    """
    keys = read_yaml(prompts / "debrief.yaml").mapping(
        required=("leaning", "level", "drills", "clock_drill", "words")
    )
    by_facet = keys["drills"].mapping(required=FACETS)
    words = keys["words"].mapping(required=tuple(DEBRIEF_WORDS))
    called_for = {name: frozenset(facets) for name, facets in facet_weights(prompts).items()}
    return DebriefScript(
        leaning=_leaning(keys["leaning"], keys["level"], called_for),
        drills={facet: node.texts(one_of=drills) for facet, node in by_facet.items()},
        clock_drill=keys["clock_drill"].text(one_of=drills),
        words={key: filled(node, DEBRIEF_WORDS[key]) for key, node in words.items()},
    )


def _leaning(node: Node, level: Node, called_for: dict[str, frozenset[str]]) -> LeaningRules:
    keys = node.mapping(
        required=(
            *("fewest_answers", "alone", "at_least", "close", "weak_answer", "uneven", "needed"),
        )
    )
    levels = level.mapping(required=("signs", "at_least"))
    return LeaningRules(
        fewest_answers=keys["fewest_answers"].integer(1),
        alone=keys["alone"].number(0, 1),
        at_least=_falling(keys["at_least"], LEANINGS[:-1], 1, 5),
        close=keys["close"].number(0, 1),
        weak_answer=keys["weak_answer"].number(1, 5),
        uneven=keys["uneven"].number(0, 4),
        needed=keys["needed"].texts(at_least=0, one_of=FACETS),
        signs=levels["signs"].texts(one_of=(*FACETS, ALTERNATIVES)),
        signs_for=_falling(levels["at_least"], LEVELS_SHOWN[:-1], 0, 1),
        called_for=called_for,
    )


def _falling(node: Node, names: tuple[str, ...], low: float, high: float) -> dict[str, float]:
    """Read a threshold for each name, the best first; none may be above the one before it."""
    values = {name: value.number(low, high) for name, value in node.mapping(required=names).items()}
    ordered = [values[name] for name in names]
    if ordered != sorted(ordered, reverse=True):
        raise node.error("the thresholds do not fall", f"Make them fall: {', '.join(names)}")
    return values


def facet_weights(prompts: Path) -> dict[str, dict[str, float]]:
    """Return what each type of question weighs: the facets above zero, with their weights.

    Raises:
        ContentError: ``rubric/overall.yaml`` says something we do not understand.
    """
    weights = read_yaml(prompts / "rubric" / "overall.yaml").entries()["weights"]
    return {
        name: {f: weight.number() for f, weight in node.entries().items() if weight.number() > 0}
        for name, node in weights.mapping(required=QUESTION_TYPES).items()
    }
