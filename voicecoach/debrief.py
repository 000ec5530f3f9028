"""An interview put together again from its events: what was asked, said, judged and why. Pure.

Owns: which utterances, turns, scores and follow-ups belong to which question, and where in the
transcript a quote stands. Must not touch: files, clocks, layout.

A log may end anywhere and may have been edited by hand, so nothing here takes for granted that the
next event came, or that a score is whole: what cannot be read is None.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from voicecoach.events import (
    AnswerDropped,
    AnswerScored,
    DrillResult,
    Event,
    FloorTaken,
    ProbeChosen,
    RoundBegan,
    SegmentTranscribed,
    SessionEnded,
    SessionStarted,
    StorySaved,
    TaskClosed,
    TaskOpened,
    TurnTaken,
    UtteranceStarted,
    Word,
    text_of,
)
from voicecoach.scoring.types import FACETS, FacetScore, Score, mean_overall, read_score

UNFINISHED = "unfinished"
"""Kind of a turn whose end the log does not have."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a line that is evidence.

    Attributes:
        start: first character in the line's text.
        end: character after the last.
        facet: what it is evidence of.
    """

    start: int
    end: int
    facet: str


@dataclass(slots=True)
class Line:
    """Something that was said.

    Attributes:
        at_s: when it began, in seconds; when it ended where no words were understood.
        speaker: ``coach`` or ``candidate``.
        kind: the utterance's purpose, or the turn's kind, or `UNFINISHED`.
        text: what was said.
        command: of a command turn, else ''.
        answer_chars: so many characters of `text`, from its start, belong to the answer.
        words: those of them, as they were heard.
        marks: evidence in it.
    """

    at_s: float
    speaker: str
    kind: str
    text: str
    command: str = ""
    answer_chars: int = 0
    words: tuple[Word, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Task:
    """A question, a probe or a round of a drill, with all that was said on it.

    Attributes:
        opened: what was asked.
        chosen: why, for a probe.
        lines: in their order.
        closed: how it ended, None where the log does not tell.
        score: the judgement of its own answer, None without one.
    """

    opened: TaskOpened
    chosen: ProbeChosen | None = None
    lines: list[Line] = field(default_factory=list)
    closed: TaskClosed | None = None
    score: Score | None = None


@dataclass(slots=True)
class Question:
    """A question with its probes, or a round of a drill.

    Attributes:
        task: the question itself.
        probes: its follow-ups, in their order.
        score: the latest judgement, replies included; None without one.
        drill: what the drill counted, None outside a drill.
        held: the round of a loop that it belongs to, None outside one.
        saved: that it is to be kept as a story, and as which; None where nobody asked for it.
    """

    task: Task
    probes: list[Task] = field(default_factory=list)
    score: Score | None = None
    drill: DrillResult | None = None
    held: RoundBegan | None = None
    saved: StorySaved | None = None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The question and its probes."""
        return (self.task, *self.probes)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of its answer and of the replies, in their order."""
        return tuple(word for task in self.tasks for line in task.lines for word in line.words)

    @property
    def first_score(self) -> Score | None:
        """The judgement of the answer alone, where replies have changed it since."""
        return self.task.score if self.task.score is not self.score else None


@dataclass(slots=True)
class Story:
    """A whole session.

    Attributes:
        started: what it ran on, None where the log does not tell.
        ended: why it ended, None where the log breaks off.
        questions: in their order.
        opening: what the coach said before the first question.
        closing: the coach's closing words.
        duration_s: from the first to the last event, in seconds.
    """

    started: SessionStarted | None = None
    ended: SessionEnded | None = None
    questions: list[Question] = field(default_factory=list)
    opening: list[Line] = field(default_factory=list)
    closing: list[Line] = field(default_factory=list)
    duration_s: float = 0.0

    @property
    def overall(self) -> float | None:
        """Mean of the questions' ratings to the next half point; None when none was rated."""
        return mean_overall(q.score for q in self.questions if q.score is not None)


def tell(events: Sequence[Event]) -> Story:
    """Put a session together from its events."""
    return _Teller().tell(events)


def overall(events: Sequence[Event]) -> float | None:
    """Return a session's rating: see `Story.overall`."""
    return tell(events).overall


def strongest_and_weakest(
    score: Score, order: Iterable[str] = ()
) -> tuple[tuple[str, FacetScore] | None, tuple[str, FacetScore] | None]:
    """Return the facet shown best and the one that is missed most.

    Args:
        score: of an answer.
        order: the facets that matter most to its question, most important first.

    Returns:
        The best by level, the most important of equals, None when nothing was shown; and the worst
        likewise, None when nothing is missing.
    """
    first = [name for name in order if name in score.facets]
    ranked = [(name, score.facets[name]) for name in (*first, *FACETS) if name in score.facets]
    if not ranked or not score.scorable:
        return None, None
    best = max(ranked, key=lambda r: r[1].level)
    worst = min(ranked, key=lambda r: r[1].level)
    return (best if best[1].level > 0 else None), (worst if worst[1].level < 2 else None)


class _Teller:
    """Goes through the events once; mutable while it does."""

    def __init__(self) -> None:
        self._story = Story()
        self._tasks: dict[str, Task] = {}
        self._questions: dict[str, Question] = {}  # by the id of any of its tasks
        self._current: Task | None = None
        self._round: RoundBegan | None = None
        self._last_closed: Task | None = None
        self._chosen: dict[str, ProbeChosen] = {}
        self._marked: dict[str, AnswerScored] = {}  # whose evidence is shown, by task
        self._tail_words = 0
        self._heard: list[Word] = []  # words of the turn that is not over yet

    def tell(self, events: Sequence[Event]) -> Story:
        for event in events:
            self._take(event)
        if self._heard and self._current is not None:
            words = tuple(self._heard)
            self._current.lines.append(
                Line(words[0].start_s, "candidate", UNFINISHED, text_of(words))
            )
        times = [e.at_s for e in events]
        self._story.duration_s = max(times) - min(times) if times else 0.0
        for question in self._story.questions:
            self._place_marks(question)
        return self._story

    def _take(self, event: Event) -> None:
        if isinstance(event, SessionStarted):
            self._story.started = event
        elif isinstance(event, SessionEnded):
            self._story.ended = event
        elif isinstance(event, RoundBegan):
            self._round = event if event.title else None
        elif isinstance(event, ProbeChosen):
            self._chosen[event.task_id] = event
        elif isinstance(event, TaskOpened):
            self._open(event)
        elif isinstance(event, UtteranceStarted):
            self._coach_speaks(event)
        elif isinstance(event, SegmentTranscribed):
            self._heard += event.words
        elif isinstance(event, FloorTaken):
            self._tail_words = event.tail_words
            self._heard = []
        elif isinstance(event, TurnTaken):
            self._candidate_spoke(event)
        elif isinstance(event, AnswerDropped) and event.task_id in self._tasks:
            for line in self._tasks[event.task_id].lines:
                line.answer_chars, line.words = 0, ()
        elif isinstance(event, AnswerScored):
            self._judged(event)
        elif isinstance(event, DrillResult) and self._current is not None:
            self._questions[self._current.opened.task_id].drill = event
        elif isinstance(event, StorySaved):
            question = self._questions.get(event.task_id)
            if question is not None:
                before = question.saved.title if question.saved else ""
                question.saved = dataclasses.replace(event, title=event.title or before)
        elif isinstance(event, TaskClosed) and event.task_id in self._tasks:
            self._last_closed = self._tasks[event.task_id]
            self._last_closed.closed = event

    def _open(self, event: TaskOpened) -> None:
        task = Task(event, self._chosen.get(event.task_id))
        parent = self._questions.get(event.task_id.partition(".")[0])
        if event.kind == "probe" and parent is not None:
            parent.probes.append(task)
        else:
            parent = Question(task, held=self._round)
            self._story.questions.append(parent)
        self._tasks[event.task_id] = task
        self._questions[event.task_id] = parent
        self._current = task

    def _coach_speaks(self, event: UtteranceStarted) -> None:
        line = Line(event.at_s, "coach", event.purpose, event.text)
        if event.purpose == "closing":
            self._story.closing.append(line)
        elif event.purpose == "feedback" and self._last_closed is not None:
            self._last_closed.lines.append(line)  # said when the next round is open already
        elif self._current is not None:
            self._current.lines.append(line)
        else:
            self._story.opening.append(line)

    def _candidate_spoke(self, event: TurnTaken) -> None:
        task = self._tasks.get(event.task_id)
        if task is None:
            return
        answer = event.words if event.kind == "answer" else ()
        if event.kind == "command":
            # What was said before the command, in the same turn, belongs to the answer.
            answer = event.words[: max(0, len(event.words) - self._tail_words)]
        task.lines.append(
            Line(
                at_s=event.words[0].start_s if event.words else event.speech_end_s,
                speaker="candidate",
                kind=event.kind,
                text=event.text,
                command=event.command,
                answer_chars=len(text_of(answer)),
                words=answer,
            )
        )

    def _judged(self, event: AnswerScored) -> None:
        question = self._questions.get(event.task_id)
        score = read_score(event.score)
        if question is None or score is None:
            return
        if event.task_id == question.task.opened.task_id:
            question.score = score
        if not event.with_replies:
            self._tasks[event.task_id].score = score
        self._marked[event.task_id] = event

    # --- evidence -------------------------------------------------------------------------------

    def _place_marks(self, question: Question) -> None:
        """Put the evidence of the latest judgements where it was said."""
        judged = self._marked.get(question.task.opened.task_id)
        if judged is not None and judged.with_replies and question.score is not None:
            _mark(question.score, [line for task in question.tasks for line in task.lines])
            return
        for task in question.tasks:
            if task.score is not None:
                _mark(task.score, task.lines)


def _mark(score: Score, lines: Sequence[Line]) -> None:
    """Find each quote in the answers, which are joined by single spaces."""
    answers = [line for line in lines if line.answer_chars]
    whole = " ".join(line.text[: line.answer_chars] for line in answers)
    for name, facet in score.facets.items():
        for evidence in facet.evidence:
            start = evidence.start_char
            if not evidence.quote or whole[start : evidence.end_char] != evidence.quote:
                start = whole.find(evidence.quote) if evidence.quote else -1
            if start >= 0:
                _spread(start, start + len(evidence.quote), name, answers)


def _spread(start: int, end: int, facet: str, lines: Sequence[Line]) -> None:
    """Mark a stretch of the joined answers in the lines that it runs through."""
    offset = 0
    for line in lines:
        first, last = max(start - offset, 0), min(end - offset, line.answer_chars)
        if first < last:
            line.marks = (*line.marks, Mark(first, last, facet))
        offset += line.answer_chars + 1


def pieces(line: Line) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Cut a line where its evidence begins and ends; marks may overlap.

    Returns:
        Pieces in their order: text, facets that it is evidence of, facets whose evidence ends here.
        Their texts joined are the line's text.
    """
    cuts = sorted({0, len(line.text), *(e for m in line.marks for e in (m.start, m.end))})
    found = []
    for start, end in itertools.pairwise(cuts):
        over = [m for m in line.marks if m.start <= start and end <= m.end]
        facets = tuple(f for f in FACETS if any(m.facet == f for m in over))
        ending = tuple(f for f in FACETS if any(m.facet == f and m.end == end for m in over))
        found.append((line.text[start:end], facets, ending))
    return tuple(found)
