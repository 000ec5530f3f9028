"""The candidate's own stories, as they are told in sessions. Pure.

Owns: what of a session is a telling of a story, when two tellings are of the same story, and which
of them is kept. Must not touch: files (see `voicecoach.story_bank`), the clock.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from voicecoach import debrief
from voicecoach.events import AnswerDropped, Event, StorySaved
from voicecoach.scoring.types import PRINCIPLES, Score
from voicecoach.story_figures import main_metric, metrics_of

LONGEST_TITLE = 60
"""Characters of a title; what was heard as one may run on."""

_SAME_TITLE = 88.0
"""How alike (0 to 100) two titles are that mean one story: "slot" and "slots" (89), but not
"search" and "research" (86)."""

_SAME_STORY = 0.5
"""Share of the rarer words of the shorter telling that are in the other one, too, if nobody said
that it is the same story. Different answers of the labelled set share 0.44 at most."""

_FEWEST_WORDS = 12
"""With fewer rare words than this, what was told may be part of any story."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story of the candidate's, by its best telling.

    Attributes:
        title: as the candidate calls it.
        told: the best telling, word for word.
        principles: leadership principles that it shows.
        metrics: its figures, such as ``checkout completion up 8 percent``; the foremost first.
        overall: rating of that telling alone, without replies to follow-ups; None without one.
        session: in which it was told that way, '' where it was not in one.
        task: of that session, likewise.
        date: when, ISO 8601, such as ``2026-05-04``.
        tellings: how often it was told.
        by_hand: whether the candidate has set the principles: then they stay.
    """

    title: str
    told: str
    principles: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    overall: float | None = None
    session: str = ""
    task: str = ""
    date: str = ""
    tellings: int = 1
    by_hand: bool = False

    @property
    def key(self) -> str:
        """Names the telling that is kept, '' where it was not told in a session."""
        return telling_key(self.session, self.task) if self.session else ""


@dataclass(frozen=True, slots=True)
class Bank:
    """All stories.

    Attributes:
        stories: in the order in which they came.
        taken: keys of the tellings that have been taken in; what the candidate removes afterwards
            does not come back.
    """

    stories: tuple[Story, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Leadership principles that no story shows."""
        shown = {name for story in self.stories for name in story.principles}
        return tuple(name for name in PRINCIPLES if name not in shown)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a telling.

    Attributes:
        story: that it belongs to, as it is now.
        kept: whether this telling is the one that is kept.
    """

    story: Story
    kept: bool


# --- what was told ------------------------------------------------------------------------------


def telling_key(session: str, task: str) -> str:
    """Return what names one telling, by the question or by any of its follow-ups."""
    return f"{session} {task.partition('.')[0]}"


def tellings(events: Sequence[Event], session: str) -> tuple[Story, ...]:
    """Return what a session's candidate asked to keep, in order; one story for each telling.

    A title is '' where none was said. What has no words is left out.

    Args:
        events: of the session, which may end anywhere.
        session: its name.
    """
    asked = [question for question in debrief.tell(events).questions if question.saved]
    found = (_telling(events, session, question) for question in asked)
    return tuple(story for story in found if story.told)


def _telling(events: Sequence[Event], session: str, asked: debrief.Question) -> Story:
    task_id = asked.task.opened.task_id
    held = debrief.tell(_until_begun_again(events, task_id))
    question = next(q for q in held.questions if q.task.opened.task_id == task_id)
    told = _readable(" ".join(_answer(line) for line in question.task.lines))
    score = question.task.score
    return Story(
        title=_title(asked.saved.title if asked.saved else ""),
        told=told,
        principles=_principles(question),
        metrics=metrics_of(told),
        overall=score.overall if score else None,
        session=session,
        task=task_id,
        date=held.started.started[:10] if held.started else "",
    )


def _until_begun_again(events: Sequence[Event], task_id: str) -> Sequence[Event]:
    """Leave out what was told over what was to be kept."""
    wishes = [i for i, e in enumerate(events) if isinstance(e, StorySaved) and _of(e, task_id)]
    for later, event in enumerate(events[max(wishes) :], max(wishes)):
        if isinstance(event, AnswerDropped) and event.task_id == task_id:
            return events[:later]
    return events


def _of(saved: StorySaved, task_id: str) -> bool:
    """Whether a question is meant; whoever keeps a reply to a follow-up means the question."""
    return saved.task_id.partition(".")[0] == task_id


def _answer(line: debrief.Line) -> str:
    """Return what of a line was told; the last words of a session that broke off, too."""
    if line.kind == debrief.UNFINISHED:
        return line.text
    return line.text[: line.answer_chars]


def _principles(question: debrief.Question) -> tuple[str, ...]:
    """Return the principles that were acted out, in the telling or in what was asked about it."""
    scores = (question.task.score, question.score)
    shown = {name for score in scores if score for name in score.leadership_principles}
    return tuple(name for name in PRINCIPLES if name in shown)


def written(text: str, title: str, date: str, score: Score) -> Story:
    """Return a story that was written down, with its judgement."""
    told = _readable(text)
    principles = tuple(name for name in PRINCIPLES if name in score.leadership_principles)
    return Story(_title(title), told, principles, metrics_of(told), score.overall, date=date)


def _readable(text: str) -> str:
    """Return text in one line, without what a file or a terminal could not show."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _title(text: str) -> str:
    plain = _readable(text)
    if len(plain) > LONGEST_TITLE:
        plain = plain[:LONGEST_TITLE].rpartition(" ")[0] or plain[:LONGEST_TITLE]
    return plain[:1].upper() + plain[1:]


# --- taking it in -------------------------------------------------------------------------------


def take_in(bank: Bank, telling: Story, made_title: str = "") -> tuple[Bank, Taken | None]:
    """Add a telling to the bank, or let it count for the story that it is of.

    A title like that of a story in the bank means that story; without a title it is the one that is
    told alike. Of two tellings the one with the higher rating is kept, one without a rating never
    against one with, and the later of equals. A telling that was taken in before does not count
    again; if it is the one that is kept, it is brought up to date.

    Args:
        bank: as it is.
        telling: its title may be ''.
        made_title: what a new story without a title and without figures is called.

    Returns:
        The bank as it is then, and what became of the telling: None where it was taken in before,
        and has been removed or outdone since.
    """
    if telling.key and telling.key in bank.taken:
        return _bring_up_to_date(bank, telling)
    taken = (*bank.taken, telling.key) if telling.key else bank.taken
    old = _same_story(bank, telling)
    if old is None:
        title = telling.title or _new_title(bank, telling, made_title)
        new = dataclasses.replace(telling, title=title)
        return Bank((*bank.stories, new), taken), Taken(new, kept=True)
    better = _rank(telling) >= _rank(old)
    story = _told_again(old, telling, better)
    story = dataclasses.replace(story, tellings=old.tellings + 1)
    return dataclasses.replace(replaced(bank, old, story), taken=taken), Taken(story, better)


def replaced(bank: Bank, old: Story, new: Story | None) -> Bank:
    """Return the bank with a story changed, or removed."""
    stories = [new if story is old else story for story in bank.stories]
    return Bank(tuple(story for story in stories if story is not None), bank.taken)


def renamed(story: Story, title: str) -> Story:
    """Return the story under another title."""
    return dataclasses.replace(story, title=_title(title))


def same_title(first: str, second: str) -> bool:
    """Whether two titles mean one story, written or heard in slightly different ways."""
    if _numbers_in(first) != _numbers_in(second):
        return False  # "pricing test one" is not "pricing test two", however alike
    return fuzz.ratio(_bare(first), _bare(second)) >= _SAME_TITLE


def _bring_up_to_date(bank: Bank, telling: Story) -> tuple[Bank, Taken | None]:
    old = next((story for story in bank.stories if story.key == telling.key), None)
    if old is None:
        return bank, None
    story = _told_again(old, telling, better=True)
    return replaced(bank, old, story), Taken(story, kept=True)


def _told_again(old: Story, telling: Story, better: bool) -> Story:
    """Return a story with the better of its two tellings; it shows what either of them shows."""
    shown = {*old.principles, *telling.principles}
    principles = old.principles if old.by_hand else tuple(p for p in PRINCIPLES if p in shown)
    best = telling if better else old
    return dataclasses.replace(
        best,
        title=old.title,
        principles=principles,
        tellings=old.tellings,
        by_hand=old.by_hand,
    )


def _rank(story: Story) -> tuple[float, str]:
    return (story.overall or 0.0, story.date)


def _same_story(bank: Bank, telling: Story) -> Story | None:
    if not telling.title:
        alike = [(_told_alike(story, telling), story) for story in bank.stories]
        near = [(share, story) for share, story in alike if share >= _SAME_STORY]
        return max(near, key=lambda pair: pair[0], default=(0.0, None))[1]
    close = [story for story in bank.stories if same_title(story.title, telling.title)]
    wanted = _bare(telling.title)
    return max(close, key=lambda story: fuzz.ratio(_bare(story.title), wanted), default=None)


def _told_alike(first: Story, second: Story) -> float:
    shorter, longer = sorted((_rare_words(first.told), _rare_words(second.told)), key=len)
    return len(shorter & longer) / max(len(shorter), _FEWEST_WORDS)


def _rare_words(text: str) -> set[str]:
    """Return the words that tell stories apart: the longer ones, without their endings."""
    return {word[:6] for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= 5}


def _bare(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower())
    return " ".join(w for w in words if w not in _IDLE) or " ".join(words)


def _numbers_in(title: str) -> list[str]:
    return [w for w in re.findall(r"[a-z]+|[0-9]+", title.lower()) if w.isdigit() or w in _NUMBERS]


_NUMBERS = frozenset(
    {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
    | {"first", "second", "third", "fourth", "last", "next", "new", "old"}
)
_IDLE = frozenset({"a", "an", "my", "our", "story", "the"})
"""Words of a title that do not tell it from another."""


def _new_title(bank: Bank, telling: Story, made: str) -> str:
    """Return a title that no story of the bank has: what it is about, or what was asked."""
    about = _title(main_metric(telling.told)) or _title(made)
    first = about or f"Story of {telling.date}".strip()
    return next(
        t for t in _numbered(first) if not any(same_title(t, s.title) for s in bank.stories)
    )


def _numbered(title: str) -> Iterator[str]:
    yield title
    number = 2
    while True:
        yield f"{title}, number {number}"
        number += 1
