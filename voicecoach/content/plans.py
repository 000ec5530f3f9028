"""Reads how interviews are built up and who holds them: plans, personas, styles, the study plan."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from voicecoach.content.texts import spoken, with_slots
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.personas import INSISTS, NEUTRAL, TELLS, Persona, Style
from voicecoach.dialog.plans import Area, Families, Plan, Round, StudyGoal
from voicecoach.dialog.script import PHRASES
from voicecoach.scoring.types import PROBES

_ANY_FAMILY = "any"
_ROUND = ("minutes", "probes_each", "questions")


def load_plans(path: Path, families: Collection[str], personas: Collection[str]) -> dict[str, Plan]:
    """Read the plans: each a single round, or a list of rounds.

    Raises:
        ContentError: it says something we do not understand.
    """
    plans = {}
    for name, node in read_yaml(path).entries().items():
        if "rounds" in node.entries():
            keys = node.mapping(required=("title", "about", "rounds"))
            rounds = tuple(_round(n, families, personas) for n in keys["rounds"].items(at_least=1))
        else:
            keys = node.mapping(required=("title", "about", *_ROUND))
            rounds = (_questions_of(keys, families),)
        plans[name] = Plan(name, spoken(keys["title"]), keys["about"].text(), rounds)
    return plans


def _round(node: Node, families: Collection[str], personas: Collection[str]) -> Round:
    keys = node.mapping(required=("title", "persona", *_ROUND))
    title, persona = spoken(keys["title"]), keys["persona"].text(one_of=personas)
    return _questions_of(keys, families, title, persona)


def _questions_of(
    keys: dict[str, Node], families: Collection[str], title: str = "", persona: str = ""
) -> Round:
    return Round(
        title=title,
        persona=persona,
        minutes=keys["minutes"].integer(1, 240),
        questions=tuple(_slot(slot, families) for slot in keys["questions"].items(at_least=1)),
        probes_each=keys["probes_each"].integer(0, 6),
    )


def _slot(node: Node, families: Collection[str]) -> Families:
    if node.is_text():
        node.text(one_of=(_ANY_FAMILY,))
        return ()
    return node.texts(one_of=families)


def load_styles(path: Path) -> dict[str, Style]:
    """Read the styles; one of them is `NEUTRAL`.

    Raises:
        ContentError: it says something we do not understand.
    """
    top = read_yaml(path)
    entries = top.entries()
    if NEUTRAL not in entries:
        raise top.error(f"there is no style {NEUTRAL!r}", "Add it: it is the usual one")
    return {name: _style(name, node) for name, node in entries.items()}


def _style(name: str, node: Node) -> Style:
    keys = node.mapping(
        required=("about", "patience", "insists", "more_probes", "tells_leaning"),
        optional=("phrases",),
    )
    return Style(
        name=name,
        about=keys["about"].text(),
        patience=keys["patience"].number(0.5, 2.0),
        insists=keys["insists"].text(one_of=INSISTS),
        more_probes=keys["more_probes"].integer(0, 3),
        tells_leaning=keys["tells_leaning"].text(one_of=TELLS),
        phrases=_own_phrases(keys),
    )


def load_personas(path: Path, styles: Collection[str]) -> dict[str, Persona]:
    """Read the interviewers.

    Raises:
        ContentError: it says something we do not understand.
    """
    return {name: _persona(name, node, styles) for name, node in read_yaml(path).entries().items()}


def _persona(name: str, node: Node, styles: Collection[str]) -> Persona:
    keys = node.mapping(
        required=("title", "introduction", "style", "patience", "favours"),
        optional=("leaves", "phrases"),
    )
    return Persona(
        name=name,
        title=spoken(keys["title"]),
        introduction=with_slots(keys["introduction"], frozenset()),
        style=keys["style"].text(one_of=styles),
        patience=keys["patience"].number(0.5, 2.0),
        favours=keys["favours"].texts(one_of=PROBES),
        leaves=keys["leaves"].texts(one_of=PROBES) if "leaves" in keys else (),
        phrases=_own_phrases(keys),
    )


def _own_phrases(keys: dict[str, Node]) -> dict[str, tuple[str, ...]]:
    """Read wordings that take the place of the usual ones: any of their keys, with their slots."""
    if "phrases" not in keys:
        return {}
    own = keys["phrases"].mapping(optional=tuple(PHRASES))
    return {key: with_slots(value, PHRASES[key]) for key, value in own.items()}


def load_study(path: Path, families: Collection[str]) -> StudyGoal:
    """Read what a study plan aims at.

    Raises:
        ContentError: it says something we do not understand, or the shares are not a whole.
    """
    keys = read_yaml(path).mapping(
        required=("title", "minutes", "questions", "probes_each", "areas")
    )
    areas = []
    for name, node in keys["areas"].entries().items():
        area = node.mapping(required=("percent", "families"))
        share = area["percent"].integer(1, 100) / 100.0
        areas.append(Area(name, share, area["families"].texts(one_of=families)))
    total = round(100 * sum(area.share for area in areas))
    if total != 100:
        raise keys["areas"].error(f"the shares add up to {total} percent", "Make it a hundred")
    return StudyGoal(
        title=spoken(keys["title"]),
        minutes=keys["minutes"].integer(1, 240),
        questions=keys["questions"].integer(1, 20),
        probes_each=keys["probes_each"].integer(0, 6),
        areas=tuple(areas),
    )
