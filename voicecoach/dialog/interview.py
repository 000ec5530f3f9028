"""The interview: questions, and the follow-ups that the very answers call for. Pure.

Owns: what comes after an answer. How an answer is judged, and which probes it calls for, is
scoring's; how things are worded is the script's; which question comes next is the agenda's.
"""

from __future__ import annotations

import dataclasses

from voicecoach.dialog.activity import Material, close_task, end, open_task, start_over
from voicecoach.dialog.agenda import Agenda
from voicecoach.dialog.closing import say_debrief
from voicecoach.dialog.personas import Manner, Style
from voicecoach.dialog.plans import Plan
from voicecoach.dialog.script import Question
from voicecoach.dialog.selection import Part, choose_wording, probe_wordings
from voicecoach.dialog.state import Draft, Judged, Task, answer_of, answer_to
from voicecoach.events import (
    AnswerScored,
    Expectation,
    ProbeChosen,
    TimeMark,
    Word,
)
from voicecoach.scoring.types import FULL_LEVEL, ProbeChoice, Score

REPLY_TARGET_S = 30.0
"""Usual length of a good reply to a probe."""

REPLY_TYPE = "counterfactual_followup"
"""Replies are short: they are judged as follow-ups, whatever the question was."""

CAUSAL_PROBES = ("counterfactual", "confounders")
"""Only replies to these get a rating of their own: the others answer one facet, not a question."""


class Interview:
    """Rounds of questions, each question with its follow-ups.

    Args:
        material: script, judge and seed.
        plan: title, and how many rounds there are in all.
        parts: the rounds to be held now, with their questions.
        style: how to interview; None leaves it to each round's persona.
    """

    name = "practice"

    def __init__(
        self, material: Material, plan: Plan, parts: tuple[Part, ...], style: Style | None = None
    ) -> None:
        self._material = material
        self._first = parts[0]
        self._agenda = Agenda(material, plan, parts, style)
        self.minutes = self._agenda.minutes

    def begin(self, draft: Draft) -> None:
        """Greet and ask the first question."""
        draft.set(manner=self._agenda.manner(self._first))
        self._ask_next(draft, self._material.phrase("greeting", draft, title=self._agenda.title))

    def answered(self, draft: Draft) -> None:
        """Judge the answer; press once more, probe, or ask the next question."""
        task = draft.task
        if task.kind == "question":
            self._question_answered(draft, task)
        else:
            self._probe_answered(draft, task)

    def give_up(self, draft: Draft, outcome: str, whole_question: bool) -> None:
        """Leave the open task; with nothing to probe, go on to the next question."""
        close_task(draft, outcome)
        key = "next" if outcome == "skipped" and whole_question else "skip"
        lead = self._material.phrase(key if outcome == "skipped" else "moving_on", draft)
        if whole_question or not draft.state.answer:
            self._ask_next(draft, lead)
        else:
            self._probe_or_go_on(draft, lead)

    def hints(self, draft: Draft) -> tuple[str, ...]:
        """Return what the probe's facet lacks; where it lacks nothing, the question's hints."""
        task = draft.task
        assert task.question is not None
        if task.resolves:
            facet = draft.state.judged[-1].score.facets[task.resolves]
            if facet.level < FULL_LEVEL:
                return (facet.advice,)
        return task.question.hints

    def marked(self, draft: Draft, mark: TimeMark) -> None:
        """Interviews set no marks."""

    def again(self, draft: Draft) -> None:
        """Forget the answer so far and put the same task once more."""
        start_over(draft)
        task = draft.task
        draft.say(f"{self._material.phrase('repeat_lead', draft)} {task.spoken}", task.kind)

    def begun_again(self, draft: Draft) -> None:
        """Nothing is offered here."""

    def close(self, draft: Draft) -> None:
        """Name the strongest moment, the weakest layer, and one thing to do about it."""
        say_debrief(self._material, draft, lambda item: self._agenda.name_of(draft, item.task))

    # --- questions ------------------------------------------------------------------------------

    def _ask_next(self, draft: Draft, lead: str) -> None:
        place = self._agenda.next_place(draft)
        if place > draft.state.place:
            lead = f"{lead} {self._material.phrase('time_box', draft)}"
        entry = self._agenda.at(place)
        if entry is None:
            draft.say(lead, "reply")
            end(draft, "finished")
            return
        part, question = entry
        key = "question_lead_next"
        if self._agenda.opens_round(place):
            key = "question_lead_first"
            lead = f"{lead} {self._agenda.enter(draft, part)}"
        index = draft.state.index + 1
        draft.set(
            index=index, place=place + 1, probes=(), quoted=(), follow_ups=0, pressed=0, answer=()
        )
        task = Task(
            id=f"q{index}",
            kind="question",
            spoken=question.spoken,
            expectation=self._expectation(draft, question.target_s),
            question=question,
        )
        open_task(draft, task)
        draft.say(f"{lead} {self._material.phrase(key, draft)} {question.spoken}", "question")

    @staticmethod
    def _expectation(draft: Draft, target_s: float) -> Expectation:
        return Expectation("answer", target_s, draft.state.manner.patience)

    def _question_answered(self, draft: Draft, task: Task) -> None:
        question = task.question
        assert question is not None
        score = self._material.judge(answer_to(task), question.type)
        draft.put(AnswerScored(draft.at_s, task.id, score.to_json()))
        draft.set(answer=task.words)
        self._remember(draft, task, score)
        shown = score.scorable and score.facets[question.facets[0]].level > 0
        close_task(draft, self._material.outcome(shown))
        self._probe_or_go_on(draft, self._material.phrase("probe_lead", draft))

    def _remember(self, draft: Draft, task: Task, score: Score) -> None:
        """Keep the question's latest judgement, with all the words that it judges."""
        assert task.question is not None
        task = dataclasses.replace(task, words=draft.state.answer)
        others = [j for j in draft.state.judged if j.task.question is not task.question]
        before = [j for j in draft.state.judged if j.task.question is task.question]
        alone = before[0].alone if before else score.overall
        draft.set(judged=(*others, Judged(task, score, alone, followed=bool(before))))

    # --- probes ---------------------------------------------------------------------------------

    def _probe_answered(self, draft: Draft, task: Task) -> None:
        """Judge the reply by itself, and what it adds to the question's answer."""
        assert task.question is not None
        reply = self._material.judge(answer_to(task), REPLY_TYPE)
        if task.probe not in CAUSAL_PROBES:
            reply = dataclasses.replace(reply, overall=None)
        asked = draft.state.judged[-1]
        before = draft.state.answer[: len(draft.state.answer) - task.kept]
        draft.set(answer=before + task.words)
        whole = self._material.judge(answer_of(draft.state.answer), task.question.type)
        # Between answer and reply it was the coach who spoke: no pause, and no slowness, of theirs.
        whole = dataclasses.replace(
            whole, delivery=asked.score.delivery, opening=asked.score.opening
        )
        draft.put(AnswerScored(draft.at_s, asked.task.id, whole.to_json(), with_replies=True))
        self._remember(draft, asked.task, whole)
        shown = self._shows(task, reply) or (
            bool(task.resolves) and _adds(task.resolves, asked.score, whole, before)
        )
        missing = self._insists(draft, task, shown, whole) and not self._material.rough
        if missing and self._may_follow_up(draft) and not draft.state.ending:
            self._press(draft, task)
            return
        draft.put(AnswerScored(draft.at_s, task.id, reply.to_json()))
        close_task(draft, self._material.outcome(shown))
        self._probe_or_go_on(draft, self._material.phrase("probe_lead", draft))

    def _may_follow_up(self, draft: Draft) -> bool:
        """Whether the question's share of follow-ups, second wordings counted, is not used up."""
        return draft.state.follow_ups < self._agenda.most_probes(draft)

    @staticmethod
    def _insists(draft: Draft, task: Task, shown: bool, whole: Score) -> bool:
        """Whether a follow-up is put once more, as hard as whoever interviews presses."""
        insists = draft.state.manner.insists
        if task.pressed or (insists == "rarely" and draft.state.pressed):
            return False
        if insists == "until_shown" and task.resolves in whole.facets and whole.scorable:
            return not shown or whole.facets[task.resolves].level < FULL_LEVEL
        return not shown

    @staticmethod
    def _shows(task: Task, reply: Score) -> bool:
        """Whether a reply, by itself, is what the probe is after.

        A rival explanation that is ruled out answers a causal probe as well as a comparison.
        """
        if not reply.scorable or not task.resolves:
            return reply.scorable
        causal = task.probe in CAUSAL_PROBES and reply.alternatives_ruled_out > 0
        return causal or reply.facets[task.resolves].level > 0

    def _press(self, draft: Draft, task: Task) -> None:
        """Put the probe a second time, sharper."""
        wording = self._material.script.probes[task.probe]
        style = draft.state.manner.style
        options = probe_wordings(wording, task.question, sharper=True, style=style)
        spoken = choose_wording(
            options, self._material.seed, task.id, "sharper", previous=task.spoken
        )
        pressed = dataclasses.replace(task, pressed=True, spoken=spoken, kept=len(task.words))
        draft.set(
            task=pressed,
            unclear=0,
            notices=0,
            follow_ups=draft.state.follow_ups + 1,
            pressed=draft.state.pressed + 1,
        )
        draft.say(spoken, "probe")

    def _probe_or_go_on(self, draft: Draft, lead: str) -> None:
        """Ask what the answer, with the replies so far, still calls for; or go on."""
        state = draft.state
        if state.ending:
            return
        asked = state.judged[-1]
        question = asked.task.question
        assert question is not None
        choices = [
            choice
            for choice in asked.score.probes
            if choice.probe not in state.probes and choice.probe in question.probes
        ]
        if not self._may_follow_up(draft) or not choices:
            self._ask_next(draft, lead)
        else:
            self._probe(draft, question, choices, lead)

    def _probe(
        self, draft: Draft, question: Question, choices: list[ProbeChoice], lead: str
    ) -> None:
        first, choices = choices[0], draft.state.manner.order(choices)
        choice = choices[0]
        wording = self._material.script.probes[choice.probe]
        task_id = f"q{draft.state.index}.p{len(draft.state.probes) + 1}"
        # Reading the same words back twice sounds like a machine.
        claim = "" if choice.claim in draft.state.quoted else choice.claim
        options = probe_wordings(wording, question, claim, style=draft.state.manner.style)
        # A probe has several lists of wordings, and each of them takes turns by itself.
        spoken = self._material.wording(options, options[0], draft, claim=claim)
        draft.put(
            ProbeChosen(
                at_s=draft.at_s,
                task_id=task_id,
                probe=choice.probe,
                rule=_rule(choice, first, draft.state.manner),
                evidence=choice.evidence,
                runners_up=tuple(c.probe for c in choices[1:3]),
            )
        )
        draft.set(
            probes=(*draft.state.probes, choice.probe),
            quoted=(*draft.state.quoted, choice.claim),
            follow_ups=draft.state.follow_ups + 1,
        )
        task = Task(
            id=task_id,
            kind="probe",
            spoken=spoken,
            expectation=self._expectation(draft, REPLY_TARGET_S),
            question=question,
            probe=choice.probe,
            resolves=wording.resolves,
        )
        open_task(draft, task)
        draft.say(f"{lead} {spoken}", "probe")


def _rule(choice: ProbeChoice, first: ProbeChoice, manner: Manner) -> str:
    """Name the rule; where a persona put another probe first than the answer did, say so."""
    if choice is first:
        return choice.rule
    return f"{choice.rule}, before {first.probe} with a {manner.persona.replace('-', ' ')}"


def _adds(facet: str, before: Score, after: Score, words: tuple[Word, ...]) -> bool:
    """Whether a facet is shown by what was said after these words of an answer.

    A few words can be all that was asked for ("from sixty to sixty-seven percent"), and some facets
    are judged only in a whole answer. Where nothing was missing, nothing can be added.
    """
    shown = after.facets[facet]
    since = len(" ".join(word.text for word in words))
    return after.scorable and (
        shown.level > before.facets[facet].level
        or before.facets[facet].level == FULL_LEVEL
        or any(quote.start_char >= since for quote in shown.evidence)
    )
