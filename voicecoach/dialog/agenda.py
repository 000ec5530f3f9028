"""What an interview asks next, in whose round, and when a round is over. Pure."""

from __future__ import annotations

from voicecoach.dialog.activity import Material
from voicecoach.dialog.personas import NEUTRAL, Manner, Style, manner_of
from voicecoach.dialog.plans import Plan
from voicecoach.dialog.script import Question
from voicecoach.dialog.selection import Part
from voicecoach.dialog.state import Draft, Task
from voicecoach.events import RoundBegan

QUESTION_S = 240.0
"""A question is not begun when less than this is left of a round's time box."""


class Agenda:
    """Rounds with their questions, and who holds them.

    Args:
        material: script and seed.
        plan: title, and how many rounds there are in all.
        parts: the rounds to be held now, with their questions.
        style: how to interview; None leaves it to each round's persona.
    """

    def __init__(
        self, material: Material, plan: Plan, parts: tuple[Part, ...], style: Style | None
    ) -> None:
        self._material = material
        self._plan = plan
        self._parts = parts
        self._style = style
        self._entries = tuple((part, question) for part in parts for question in part.questions)
        self.minutes = float(sum(part.round.minutes for part in parts))

    @property
    def title(self) -> str:
        """What is begun, to be spoken: the plan, or one round of it."""
        alone = len(self._parts) == 1 and len(self._plan.rounds) > 1
        return f"{self._plan.title}, {self._parts[0].round.title}" if alone else self._plan.title

    def at(self, place: int) -> tuple[Part, Question] | None:
        """Return a question and its round; None behind the last."""
        return self._entries[place] if place < len(self._entries) else None

    def opens_round(self, place: int) -> bool:
        """Whether a question is the first of its round."""
        return place == 0 or self._entries[place - 1][0] is not self._entries[place][0]

    def next_place(self, draft: Draft) -> int:
        """Return the place of the next question; a round that is nearly over gets no more.

        Only somebody who holds a round looks at the clock: an interview without a persona takes the
        time that it takes.
        """
        place = draft.state.place
        part = self._entries[place - 1][0] if place else None
        if part is not None and part.round.persona:
            left_s = part.round.minutes * 60.0 - (draft.at_s - draft.state.round_started_s)
            while left_s < QUESTION_S and self._belongs(place, part):
                place += 1
        return place

    def _belongs(self, place: int, part: Part) -> bool:
        entry = self.at(place)
        return entry is not None and entry[0] is part

    def name_of(self, draft: Draft, task: Task) -> str:
        """Return how an answer is called when it is spoken of later, such as ``question 2``."""
        number = task.id.removeprefix("q")
        if draft.state.index == 1:
            return self._material.phrase("place_only", draft)
        if draft.state.round <= 1:
            return self._material.phrase("place_question", draft, number=number)
        title = next(part.round.title for part, asked in self._entries if asked is task.question)
        return self._material.phrase("place_round", draft, number=number, title=title)

    def most_probes(self, draft: Draft) -> int:
        """Return how often the question that was asked last may be followed up."""
        most = self._entries[draft.state.place - 1][0].round.probes_each
        # A plan without follow-ups stays without.
        return most + draft.state.manner.more_probes if most else 0

    def manner(self, part: Part) -> Manner:
        """Return how a round is held."""
        script = self._material.script
        persona = script.personas[part.round.persona] if part.round.persona else None
        usual = script.styles[persona.style if persona else NEUTRAL]
        return manner_of(self._style or usual, persona)

    def enter(self, draft: Draft, part: Part) -> str:
        """Begin a round, and return how its interviewer takes over: in one sentence."""
        manner = self.manner(part)
        number = self._plan.rounds.index(part.round) + 1
        goes_on = draft.state.round > 0
        draft.set(
            manner=manner,
            round=number,
            round_started_s=draft.at_s,
            round_minutes=float(part.round.minutes),
        )
        draft.put(RoundBegan(draft.at_s, number, part.round.title, manner.persona, manner.style))
        lead = ""
        if goes_on:
            count = len(self._plan.rounds)
            lead = self._material.phrase(
                "round_lead", draft, number=number, count=count, title=part.round.title
            )
        if not manner.persona:
            return lead
        options = self._material.script.personas[manner.persona].introduction
        return f"{lead} {self._material.wording(options, f'introduce {manner.persona}', draft)}"
