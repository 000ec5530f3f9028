"""The interviewer's material, typed: questions, plans, probes, drills, phrases, commands.

`voicecoach.content` reads it from YAML; the dialogue only sees these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the bank.

    Attributes:
        id: short, lower case, words joined by hyphens.
        family: one of the question families.
        levels: of ``L4`` to ``L7``.
        type: how its answer is scored, one of `voicecoach.scoring.types.QUESTION_TYPES`.
        principles: leadership principles that it tests.
        text: one or two sentences for the ear.
        context: facts spoken before the question where a case needs them, else ''.
        target_s: length of a good answer, in seconds.
        facets: those that matter most, most important first.
        probes: those that may follow.
        hints: one gentle, one concrete.
        strong_answer: points that a strong answer covers.
    """

    id: str
    family: str
    levels: tuple[str, ...]
    type: str
    principles: tuple[str, ...]
    text: str
    context: str
    target_s: float
    facets: tuple[str, ...]
    probes: tuple[str, ...]
    hints: tuple[str, str]
    strong_answer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A kind of interview.

    Attributes:
        name: as on the command line.
        title: spoken.
        minutes: usual length.
        families: one entry a question: the families it may be drawn from; empty for any.
        probes_each: most probes after a question.
    """

    name: str
    title: str
    minutes: int
    families: tuple[tuple[str, ...], ...]
    probes_each: int


@dataclass(frozen=True, slots=True)
class ProbeWording:
    """How a probe is put.

    Attributes:
        purpose: one line: what it is after.
        resolves: the facet whose level an answer must raise, '' where any answer will do.
        quoting: wordings with a ``{claim}`` slot.
        plain: wordings without one, for when nothing can be quoted safely.
        sharper: second wordings, used once when the first got no answer to the point.
    """

    purpose: str
    resolves: str
    quoting: tuple[str, ...]
    plain: tuple[str, ...]
    sharper: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drill:
    """An exercise with one skill.

    Attributes:
        name: as on the command line.
        title: spoken.
        instructions: spoken at the start.
        prompts: one is chosen for a round.
        rounds: how many rounds a session has at most.
        target_s: length of a round, in seconds.
        phrases: spoken feedback by key, with slots as the drill fills them.
    """

    name: str
    title: str
    instructions: str
    prompts: tuple[str, ...]
    rounds: int
    target_s: float
    phrases: Mapping[str, tuple[str, ...]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Script:
    """All of it.

    Attributes:
        questions: in the order of their files.
        plans: by name.
        probes: by name.
        drills: by name.
        phrases: what else is said, by key, several wordings each, with ``{slots}``.
        commands: by name, the phrases that mean it.
    """

    questions: tuple[Question, ...]
    plans: Mapping[str, Plan] = field(hash=False)
    probes: Mapping[str, ProbeWording] = field(hash=False)
    drills: Mapping[str, Drill] = field(hash=False)
    phrases: Mapping[str, tuple[str, ...]] = field(hash=False)
    commands: Mapping[str, tuple[str, ...]] = field(hash=False)
