"""Builds the interviewer's script from the YAML under ``prompts/``.

The files below ``questions`` hold one family each (see `voicecoach.content.questions`);
those below ``drills`` one drill each (see `voicecoach.content.drills`); ``plans.yaml``,
``personas.yaml``, ``styles.yaml`` and ``study.yaml`` say how interviews are built up (see
`voicecoach.content.plans`); ``probes.yaml``, ``phrases.yaml`` and ``commands.yaml`` the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from voicecoach import resources
from voicecoach.content.debrief import load_debrief
from voicecoach.content.drills import load_drills, own_drills_dir
from voicecoach.content.plans import load_personas, load_plans, load_study, load_styles
from voicecoach.content.questions import load_bank, own_questions_dir
from voicecoach.content.texts import refuse_twice, utterance, with_slots, wordings
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.plans import STUDY
from voicecoach.dialog.script import (
    COMMANDS,
    PHRASES,
    ProbeWording,
    Script,
    Wordings,
)
from voicecoach.errors import ContentError
from voicecoach.scoring.types import FACETS, PROBES

_WORDINGS = ("quoting", "plain", "sharper", "case")


def load_script(folder: Path | None = None) -> Script:
    """Read everything the interviewer can say.

    Args:
        folder: with the files named above; None for those that ship with voicecoach, together with
            the user's own questions.

    Raises:
        ContentError: a file is missing or says something we do not understand.
    """
    prompts = folder or resources.prompts_dir()
    own = own_questions_dir() if folder is None else None
    questions, families = load_bank(prompts / "questions", own)
    if not questions:
        raise ContentError(
            "content.no_questions",
            f"There are no questions in {prompts / 'questions'}",
            "Reinstall voicecoach",
        )
    styles = load_styles(prompts / "styles.yaml")
    personas = load_personas(prompts / "personas.yaml", styles)
    study = load_study(prompts / "study.yaml", families)
    plans = load_plans(prompts / "plans.yaml", families, personas)
    drills = load_drills(prompts / "drills", own_drills_dir() if folder is None else None)
    return Script(
        questions=questions,
        plans={**plans, STUDY: study.plan},
        probes=_load_probes(prompts / "probes.yaml", styles),
        drills=drills,
        phrases=wordings(read_yaml(prompts / "phrases.yaml"), PHRASES, at_least=1),
        commands=_load_commands(prompts / "commands.yaml"),
        debrief=load_debrief(prompts, drills),
        families=families,
        personas=personas,
        styles=styles,
        study=study,
    )


def _load_probes(path: Path, styles: Collection[str]) -> dict[str, ProbeWording]:
    probes = {}
    for name, node in read_yaml(path).mapping(required=PROBES).items():
        keys = node.mapping(
            required=("purpose", "resolves", "plain", "sharper", "case"),
            optional=("quoting", "styles"),
        )
        own = keys["styles"].mapping(optional=tuple(styles)) if "styles" in keys else {}
        probes[name] = ProbeWording(
            purpose=keys["purpose"].text(),
            resolves=keys["resolves"].text(one_of=("", *FACETS), may_be_empty=True),
            styles={
                style: Wordings(**_probe_wordings(value.mapping(optional=_WORDINGS)))
                for style, value in own.items()
            },
            **_probe_wordings(keys),
        )
    return probes


def _probe_wordings(keys: dict[str, Node]) -> dict[str, tuple[str, ...]]:
    slots = {"quoting": frozenset({"claim"})}
    return {
        name: with_slots(keys[name], slots.get(name, frozenset()))
        for name in _WORDINGS
        if name in keys
    }


def _load_commands(path: Path) -> dict[str, tuple[str, ...]]:
    commands = {}
    seen: dict[str, Node] = {}
    for name, node in read_yaml(path).mapping(required=COMMANDS).items():
        for item in node.items(at_least=1):
            refuse_twice(utterance(item), item, seen)
        commands[name] = node.texts()
    return commands
