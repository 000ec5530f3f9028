"""How an interview is built up: plans, their rounds, and what a study plan aims at. Pure."""

from __future__ import annotations

from dataclasses import dataclass

STUDY = "study"
"""Name of the plan whose questions are chosen by what was practised before."""

STORIES = "stories"
"""Name of the plan that fills the story bank: principles without a story come first."""

Families = tuple[str, ...]
"""The families that a question may be drawn from; empty for any."""


@dataclass(frozen=True, slots=True)
class Round:
    """A part of an interview that is held by one interviewer.

    Attributes:
        title: spoken, such as ``product sense on execution``; '' where the plan is this one round.
        persona: who holds it, a name in `Script.personas`; '' for nobody in particular.
        minutes: its time box: no question is begun when it is nearly over.
        questions: one entry a question: the families that it may be drawn from.
        probes_each: most follow-ups to a question, a probe's second wording counted.
    """

    title: str
    persona: str
    minutes: int
    questions: tuple[Families, ...]
    probes_each: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A kind of interview.

    Attributes:
        name: as on the command line.
        title: spoken.
        about: for whom or what it is, one line; not spoken.
        rounds: in their order.
    """

    name: str
    title: str
    about: str
    rounds: tuple[Round, ...]

    @property
    def minutes(self) -> int:
        """Usual length, in minutes."""
        return sum(each.minutes for each in self.rounds)

    @property
    def families(self) -> tuple[Families, ...]:
        """One entry a question, of all rounds."""
        return tuple(families for each in self.rounds for families in each.questions)


@dataclass(frozen=True, slots=True)
class Area:
    """A field of preparation.

    Attributes:
        name: such as ``product sense``; spoken.
        share: of the preparation time, 0 to 1.
        families: of questions that belong to it.
    """

    name: str
    share: float
    families: Families


@dataclass(frozen=True, slots=True)
class StudyGoal:
    """What a study plan aims at.

    Attributes:
        title: of a session, spoken.
        minutes: usual length of a session.
        questions: in a session.
        probes_each: as in `Round`.
        areas: whose shares add up to one.
    """

    title: str
    minutes: int
    questions: int
    probes_each: int
    areas: tuple[Area, ...]

    @property
    def plan(self) -> Plan:
        """A session as a plan; which questions it takes is for `voicecoach.dialog.study`."""
        slots: tuple[Families, ...] = ((),) * self.questions
        only = Round("", "", self.minutes, slots, self.probes_each)
        return Plan(STUDY, self.title, "goes on where you are weakest: voicecoach study", (only,))
