"""Interviews told as stories, written down as the events that a session would have logged.

Times are made up but hang together: 0.35 s a word, a pause after each sentence-sized segment, and
the delays that the story names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from voicecoach.events import (
    AnswerDropped,
    AnswerScored,
    DrillResult,
    Event,
    FloorTaken,
    PartialTranscript,
    ProbeChosen,
    RecordingStarted,
    SegmentTranscribed,
    SessionEnded,
    SessionStarted,
    SilenceNoticed,
    TaskClosed,
    TaskOpened,
    TurnTaken,
    UtteranceFinished,
    UtteranceReady,
    UtteranceStarted,
    VoiceStarted,
    VoiceStopped,
    Word,
)
from voicecoach.scoring.types import FACETS, Evidence, FacetScore, ProbeChoice, Score

WORD_S = 0.35
"""Length of a word with the gap after it: 171 words a minute."""


def score(
    text: str,
    overall: float | None,
    facets: Mapping[str, tuple[int, Sequence[str]]] | None = None,
    why_not: str | None = None,
    probes: Sequence[str] = ("counterfactual", "so_what"),
) -> dict[str, Any]:
    """Return the document of a judgement; quotes must be in the text.

    Args:
        text: what is judged.
        overall: None for an answer that cannot be judged, or for a reply.
        facets: level and quotes by name; the others are at level 0.
        why_not: why it cannot be judged.
        probes: what to ask next.
    """
    given = facets or {}
    levels = {}
    for name in FACETS:
        level, quotes = given.get(name, (0, ()))
        found = tuple(Evidence(q, text.index(q), text.index(q) + len(q)) for q in quotes)
        levels[name] = FacetScore(level, found, f"Advice on {name.replace('_', ' ')}.")
    return Score(
        scorable=why_not is None,
        why_not=why_not,
        overall=overall,
        facets=levels,
        alternatives_ruled_out=1,
        leadership_principles=("Dive Deep",),
        probes=tuple(ProbeChoice(p, f"rule_of_{p}", "", "", 1.0) for p in probes),
        delivery={"words_per_minute": 148.0, "fillers_per_minute": None, "hedges": 2},
        words=len(text.split()),
    ).to_json()


class Timeline:
    """A session in the making. `events` is its log so far, `now_s` its clock.

    Args:
        activity: as in `SessionStarted`, like the rest.
    """

    def __init__(
        self,
        activity: str = "practice",
        plan: str = "quick",
        source: str = "microphone",
        clock: str = "system",
        half_duplex: bool = False,
        started: str = "2026-05-04T13:12:40+02:00",
    ) -> None:
        self.now_s = 0.0
        self.events: list[Event] = []
        self._utterances = 0
        self._task_id = ""
        self._questions = 0
        self._probes = 0
        self._turns = 0
        self._add(
            SessionStarted(
                at_s=0.0,
                session_id="2026-05-04-1312-practice-o0",
                activity=activity,
                plan=plan,
                seed=7,
                model="starter-en",
                model_note="Hears the bundled synthetic voices and command words, not people.",
                voice="English (America)",
                source=source,
                version="0.1.0",
                started=started,
                clock=clock,
                half_duplex=half_duplex,
            )
        )
        self._add(RecordingStarted(0.1))

    def _add(self, event: Event) -> None:
        self.events.append(event)

    # --- the coach ------------------------------------------------------------------------------

    def says(self, text: str, purpose: str = "reply", latency_s: float = 0.04) -> str:
        """Have the coach say something, `latency_s` from now; return the utterance's id."""
        self._utterances += 1
        name = f"u{self._utterances}"
        decided_s = self.now_s + 0.1 * latency_s
        ready_s = self.now_s + 0.4 * latency_s
        self._add(UtteranceReady(ready_s, name, decided_s, cached=True))
        self.now_s += latency_s
        self._add(UtteranceStarted(self.now_s, name, purpose, text))
        self.now_s += 0.32 * len(text.split())
        self._add(UtteranceFinished(self.now_s, name, cut=False))
        return name

    def asks(
        self,
        text: str,
        question_type: str = "data_story",
        question_id: str = "fewer-tickets",
        latency_s: float = 0.04,
    ) -> str:
        """Open the next question and put it; return the task's id."""
        self._questions += 1
        self._probes = self._turns = 0
        self._task_id = f"q{self._questions}"
        self._add(
            TaskOpened(self.now_s, self._task_id, "question", question_id, question_type, "", text)
        )
        self.says(text, "question", latency_s)
        return self._task_id

    def opens_round(self, text: str) -> str:
        """Open a round of a drill and put it."""
        self._questions += 1
        self._turns = 0
        self._task_id = f"r{self._questions}"
        self._add(TaskOpened(self.now_s, self._task_id, "drill", "", "", "", text))
        self.says(text, "question")
        return self._task_id

    def probes(
        self,
        probe: str,
        text: str,
        evidence: str = "",
        runners_up: Sequence[str] = ("decision", "so_what"),
        latency_s: float = 0.04,
    ) -> str:
        """Open a follow-up and put it; return the task's id."""
        self._probes += 1
        self._turns = 0
        self._task_id = f"q{self._questions}.p{self._probes}"
        rule = "result_without_comparison"
        self._add(ProbeChosen(self.now_s, self._task_id, probe, rule, evidence, tuple(runners_up)))
        self._add(
            TaskOpened(
                self.now_s, self._task_id, "probe", "fewer-tickets", "data_story", probe, text
            )
        )
        self.says(text, "probe", latency_s)
        return self._task_id

    def nudges(self, text: str = "Take your time.", after_s: float = 9.0) -> None:
        """Let nobody speak until the coach does."""
        self.now_s += after_s
        self._add(SilenceNoticed(self.now_s, after_s))
        self.says(text, "nudge")

    # --- the candidate --------------------------------------------------------------------------

    def speaks(self, text: str, after_s: float = 0.8) -> tuple[Word, ...]:
        """Have the candidate speak, without ending the turn; return the words."""
        self.now_s += after_s
        start_s = self.now_s
        words = tuple(
            Word(w, start_s + i * WORD_S, start_s + i * WORD_S + 0.3, 0.93)
            for i, w in enumerate(text.split())
        )
        self.now_s = words[-1].end_s if words else start_s + 0.7
        self._add(VoiceStarted(start_s + 0.06, start_s))
        if words:
            self._add(PartialTranscript(start_s + 0.6, words[0].text))
        self._add(VoiceStopped(self.now_s + 0.1, self.now_s))
        self._add(SegmentTranscribed(self.now_s + 0.22, words, self.now_s + 0.2))
        return words

    def answers(
        self,
        text: str,
        kind: str = "answer",
        command: str = "",
        floor_delay_s: float = 0.5,
        rule: str = "late",
        after_s: float = 0.8,
    ) -> str:
        """Have the candidate take a turn; ``|`` in the text is a pause. Return the words."""
        words: tuple[Word, ...] = ()
        tail = 0
        start_s = self.now_s + after_s
        for part in text.split("|"):
            spoken = self.speaks(part, after_s)
            words, tail = words + spoken, len(spoken)
            after_s = 1.2
        speech_end_s = self.now_s
        voiced_s = round(speech_end_s - start_s, 3)
        self.now_s += floor_delay_s
        self._turns += 1
        self._add(FloorTaken(self.now_s, speech_end_s, floor_delay_s, rule, words, voiced_s, tail))
        self._add(TurnTaken(self.now_s, self._task_id, kind, command, words, speech_end_s))
        return " ".join(w.text for w in words)

    def commands(self, text: str, command: str) -> None:
        """Have the candidate give a command."""
        self.answers(text, "command", command, floor_delay_s=0.22, rule="command")

    def starts_over(self, text: str) -> None:
        """Have the candidate drop what was said to the open task."""
        self.commands(text, "start_over")
        self._add(AnswerDropped(self.now_s, self._task_id))

    def mumbles(self) -> None:
        """Have the candidate say something that nobody understands."""
        self.answers("", "unclear", rule="no_words")
        self.says("Sorry, I didn't catch that.", "unclear")

    # --- the judge ------------------------------------------------------------------------------

    def scores(
        self, document: Mapping[str, Any], task_id: str = "", with_replies: bool = False
    ) -> None:
        """Note a judgement of the open task, or of another."""
        self._add(AnswerScored(self.now_s, task_id or self._task_id, document, with_replies))

    def closes(self, outcome: str = "resolved") -> None:
        """Close the open task."""
        self._add(TaskClosed(self.now_s, self._task_id, outcome, self._turns))

    def drill_result(self, drill: str, number: int, result: Mapping[str, Any]) -> None:
        """Note what a drill counted."""
        self._add(DrillResult(self.now_s, drill, number, result))

    def ends(self, reason: str = "finished") -> list[Event]:
        """End the session and return its events."""
        self.now_s += 0.05
        self._add(SessionEnded(self.now_s, reason))
        return self.events


QUESTION = "Tell me about a time when a number looked good, and you did not trust it."

ANSWER = (
    "we run a help desk for dental clinics and the receptionists were waiting forty minutes "
    "for a reply on monday mornings | so i shipped a search box above the ticket form in march "
    "and tickets fell by thirty percent | i decided to keep it and move two people from the "
    "queue to the search index"
)
REPLY = (
    "about a third of the clinics had an old page without the box | their tickets fell four "
    "percent in the same weeks so the box itself was worth twenty six points"
)
SECOND_REPLY = "it would be wrong if the clinics with the old page were smaller and i checked size"


def interview() -> list[Event]:
    """A whole interview: one question, a repetition, two probes, a debrief."""
    story = Timeline()
    question = story.asks(QUESTION)
    story.commands("could you repeat the question", "repeat")
    story.says(f"Gladly. {QUESTION}", "reply")
    text = story.answers(ANSWER, floor_delay_s=0.9)
    first = {
        "customer": (2, ["the receptionists were waiting forty minutes for a reply"]),
        "ownership": (2, ["i shipped a search box", "i decided to keep it"]),
        "decision": (
            1,
            ["i decided to keep it and move two people from the queue to the search index"],
        ),
        "quantified_result": (1, ["tickets fell by thirty percent"]),
    }
    story.scores(score(text, 2.5, first))
    story.closes()
    story.probes(
        "counterfactual",
        "I see. You said tickets fell by thirty percent. What would have happened without it?",
        evidence="tickets fell by thirty percent",
    )
    reply = story.answers(REPLY, floor_delay_s=0.24)
    isolation = {"isolation": (2, ["about a third of the clinics had an old page without the box"])}
    story.scores(score(reply, 4.0, isolation))
    story.closes()
    both = f"{text} {reply}"
    later = {
        **first,
        **isolation,
        "quantified_result": (2, ["their tickets fell four percent in the same weeks"]),
    }
    story.scores(score(both, 3.5, later, probes=("sensitivity",)), question, with_replies=True)
    story.probes("sensitivity", "Okay. Where would that conclusion break?", latency_s=0.41)
    story.mumbles()
    last = story.answers(SECOND_REPLY, floor_delay_s=0.2)
    story.scores(score(last, None))
    story.closes("abandoned")
    story.scores(score(f"{both} {last}", 3.5, later), question, with_replies=True)
    story.says("That was the last question. Here is what I heard.", "closing")
    story.says("Overall, 3.5 out of five.", "closing", latency_s=0.0)
    return story.ends()
