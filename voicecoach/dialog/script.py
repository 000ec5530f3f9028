"""The interviewer's material, typed: questions, plans, probes, drills, phrases, commands.

`voicecoach.content` reads it from YAML; the dialogue only sees these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicecoach.dialog.drill_script import DRILL_FEEDBACK, Drill
from voicecoach.dialog.personas import Persona, Style
from voicecoach.dialog.plans import Plan, StudyGoal
from voicecoach.scoring.debriefing import DebriefScript
from voicecoach.scoring.leaning import LEANINGS
from voicecoach.scoring.types import FACETS

LEVELS = ("L4", "L5", "L6", "L7")
"""Levels that a question can be meant for."""

CASE_TYPES = frozenset({"voice_product", "pricing_case", "prfaq"})
"""Types of question that are always about something to be done; others are, with a context."""

COMMANDS = (
    "repeat",
    "slower",
    "next",
    "skip",
    "hint",
    "pause",
    "resume",
    "time_left",
    "done",
    "again",
    "start_over",
    "save",
    "progress",
    "stop",
    "help",
    "yes",
    "no",
)
"""What the candidate can ask for by voice."""

CLAIM_LACKS = (
    "isolation",
    "sensitivity",
    "actionability",
    "metric_quality",
    "decision",
    "quantified_result",
    "so_what",
)
"""The facets that a claim can be asked for."""

PHRASES: Mapping[str, frozenset[str]] = {
    "greeting": frozenset({"title"}),
    "question_lead_first": frozenset(),
    "question_lead_next": frozenset(),
    "round_lead": frozenset({"number", "count", "title"}),
    "time_box": frozenset(),
    "probe_lead": frozenset(),
    "nudge_first": frozenset(),
    "nudge_second": frozenset(),
    "moving_on": frozenset(),
    "unclear_first": frozenset(),
    "unclear_second": frozenset(),
    "unclear_give_up": frozenset(),
    "repeat_lead": frozenset(),
    "slower_lead": frozenset(),
    "skip": frozenset(),
    "next": frozenset(),
    "pause": frozenset(),
    "resume": frozenset(),
    "stop": frozenset(),
    "help": frozenset(),
    "hint_lead": frozenset(),
    "hints_used_up": frozenset(),
    "time_left": frozenset({"minutes"}),
    "drop_confirm": frozenset(),
    "drop_kept": frozenset(),
    "save_titled": frozenset({"title"}),
    "save_untitled": frozenset(),
    "save_nothing": frozenset(),
    "progress_answered": frozenset({"count"}),
    "progress_best": frozenset({"facet"}),
    "progress_watch": frozenset({"facet"}),
    "progress_rounds": frozenset({"count", "complete"}),
    "progress_nothing": frozenset(),
    "progress_rough": frozenset(),
    "feedback_overall": frozenset({"overall"}),
    "feedback_so_far": frozenset({"overall"}),
    "not_scored": frozenset({"why_not"}),
    "unscored_answers": frozenset(),
    "place_only": frozenset(),
    "place_question": frozenset({"number"}),
    "place_round": frozenset({"number", "title"}),
    "feedback_moment": frozenset({"where", "quote", "why"}),
    "feedback_strength": frozenset({"where", "facet"}),
    "feedback_beginning": frozenset({"facet"}),
    "feedback_no_strength": frozenset(),
    "feedback_layer": frozenset({"layer", "facet"}),
    "feedback_layer_short": frozenset({"layer"}),
    "feedback_gap": frozenset({"facet"}),
    "feedback_no_gap": frozenset({"drill"}),
    "next_retell": frozenset({"claim", "add"}),
    "next_step": frozenset({"advice"}),
    "next_drill": frozenset({"drill"}),
    "next_lift": frozenset({"hint"}),
    **{f"lean_{name}": frozenset({"overall", "count"}) for name in LEANINGS},
    "self_metrics": frozenset({"ttfw", "share"}),
    "self_metrics_turns": frozenset({"turns"}),
    "goodbye": frozenset(),
    "goodbye_no_answer": frozenset(),
    "goodbye_stopped": frozenset(),
    "rough_model": frozenset(),
    "hands_free": frozenset(),
    **DRILL_FEEDBACK,
    **{f"facet_{name}": frozenset() for name in FACETS},
    **{f"strong_{name}": frozenset() for name in FACETS if name != "structure"},
    **{f"add_{name}": frozenset() for name in CLAIM_LACKS},
}
"""What else the coach says, with the slots that every wording of it has.

``facet_NAME`` is how a facet is called inside a sentence: "your weakest layer was {facet}";
``strong_NAME`` says why a quote was good, and ``add_NAME`` what a claim lacks.
"""


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

    @property
    def spoken(self) -> str:
        """The context, if there is one, and the question."""
        return f"{self.context} {self.text}".strip()

    @property
    def is_case(self) -> bool:
        """Whether it is about something to be done, and not about something that was done."""
        return bool(self.context) or self.type in CASE_TYPES


@dataclass(frozen=True, slots=True)
class Wordings:
    """How a probe is put.

    Attributes:
        quoting: wordings with a ``{claim}`` slot.
        plain: wordings without one, for when nothing can be quoted safely.
        sharper: second wordings, used once when the first got no answer to the point.
        case: wordings for cases, where nothing has been done yet; first and second time alike.
    """

    quoting: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    sharper: tuple[str, ...] = ()
    case: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeWording(Wordings):
    """A probe, and how it is put.

    Attributes:
        purpose: one line: what it is after.
        resolves: the facet whose level an answer must raise, '' where any answer will do.
        styles: by the name of a style, its own wordings; the usual ones where it has none.
    """

    purpose: str = ""
    resolves: str = ""
    styles: Mapping[str, Wordings] = field(default_factory=dict, hash=False)


NO_GOAL = StudyGoal("", 0, 0, 0, ())


@dataclass(frozen=True, slots=True)
class Script:
    """All of it.

    Attributes:
        questions: in the order of their files.
        plans: by name.
        probes: by name.
        drills: by name.
        phrases: what else is said, by key, several wordings each, with ``{slots}``.
        commands: by name, the phrases that mean it, in lower case and without punctuation.
        debrief: what the end of an interview is judged by.
        families: titles of the question families, by their name in `Question.family`.
        personas: the interviewers, by name.
        styles: manners of interviewing, by name.
        study: what the study plan aims at.
    """

    questions: tuple[Question, ...]
    plans: Mapping[str, Plan] = field(hash=False)
    probes: Mapping[str, ProbeWording] = field(hash=False)
    drills: Mapping[str, Drill] = field(hash=False)
    phrases: Mapping[str, tuple[str, ...]] = field(hash=False)
    commands: Mapping[str, tuple[str, ...]] = field(hash=False)
    debrief: DebriefScript
    families: Mapping[str, str] = field(default_factory=dict, hash=False)
    personas: Mapping[str, Persona] = field(default_factory=dict, hash=False)
    styles: Mapping[str, Style] = field(default_factory=dict, hash=False)
    study: StudyGoal = NO_GOAL
