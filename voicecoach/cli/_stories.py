"""How stories get from sessions into the bank: at a session's end, or later if it had none."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from voicecoach.dialog.script import Script
    from voicecoach.events import Event
    from voicecoach.store import SessionRecord
    from voicecoach.stories import Bank, Story, Taken


def keep_stories(folder: Path) -> tuple[str, ...]:
    """Take into the bank what a session's candidate asked to keep; return a line on each.

    A bank that cannot be read or written is no reason to lose the rest of the session's end: the
    line says what to do, and ``voicecoach stories`` takes the stories in afterwards.

    Args:
        folder: of the session, which may have ended in any way.
    """
    from voicecoach.errors import ContentError, StoreError
    from voicecoach.events import SessionStarted, StorySaved
    from voicecoach.store import read_events

    try:
        asked = read_events(folder, (SessionStarted, StorySaved))
        if not _keys_of(asked) or _of_somebody_else(asked):
            return ()
        record = read_events(folder)
    except StoreError:
        return ()  # whoever reads the session next is told why
    from voicecoach.stories import tellings
    from voicecoach.story_bank import load_bank, save_bank

    told = tellings(record.events, record.id)
    if not told:
        return ("nothing was said that could be kept",)
    try:
        bank, taken = _take_in_all(load_bank(), told, record.events)
        save_bank(bank)
    except (ContentError, StoreError) as error:
        return (f"not kept yet. {error} Then it is kept by: voicecoach stories",)
    return tuple(story_line(each) for each in taken)


def caught_up() -> tuple[Bank, tuple[Taken, ...]]:
    """Return the bank with the stories of those sessions that never came to their end.

    Returns:
        The bank, as it is on disk, and what became of those stories.

    Raises:
        ContentError: the bank cannot be read.
        StoreError: it cannot be written.
    """
    from voicecoach.stories import tellings
    from voicecoach.story_bank import load_bank, save_bank

    bank = load_bank()
    found: list[Taken] = []
    for record in _not_taken(bank):
        told = tellings(record.events, record.id)
        bank, taken = _take_in_all(bank, told, record.events)
        found += taken
    if found:
        save_bank(bank)
    return bank, tuple(found)


def without_a_story(script: Script) -> frozenset[str]:
    """Return the ids of those questions that first of all test a principle without a story."""
    from voicecoach.errors import ContentError
    from voicecoach.story_bank import load_bank

    try:
        missing = load_bank().missing
    except ContentError:
        return frozenset()  # an interview needs no bank
    about = (question for question in script.questions if question.principles)
    return frozenset(question.id for question in about if question.principles[0] in missing)


def _not_taken(bank: Bank) -> Iterable[SessionRecord]:
    """Sessions with something to keep that the bank does not know of, the oldest first."""
    from voicecoach.errors import StoreError
    from voicecoach.events import SessionStarted, StorySaved
    from voicecoach.store import SessionStore, read_events

    store = SessionStore()
    for name in reversed(store.ids()):
        with contextlib.suppress(StoreError):  # whoever wants to know why asks for the session
            record = read_events(store.root / name, (SessionStarted, StorySaved))
            if _keys_of(record) - set(bank.taken) and not _of_somebody_else(record):
                yield read_events(store.root / name)


def _take_in_all(
    bank: Bank, told: Iterable[Story], events: Iterable[Event]
) -> tuple[Bank, list[Taken]]:
    from voicecoach.stories import take_in

    titles = _titles_of(events)
    found = []
    for telling in told:
        bank, taken = take_in(bank, telling, titles.get(telling.task, ""))
        if taken is not None:
            found.append(taken)
    return bank, found


def _titles_of(events: Iterable[Event]) -> dict[str, str]:
    """Return a title for each task that asked a question of the bank, made of the question's id."""
    from voicecoach.events import TaskOpened

    opened = (e for e in events if isinstance(e, TaskOpened) and e.question_id)
    return {e.task_id: e.question_id.replace("-", " ").capitalize() for e in opened}


def _keys_of(record: SessionRecord) -> set[str]:
    """Names of the tellings that were to be kept."""
    from voicecoach.events import StorySaved
    from voicecoach.stories import telling_key

    return {telling_key(record.id, e.task_id) for e in record.events if isinstance(e, StorySaved)}


def _of_somebody_else(record: SessionRecord) -> bool:
    from voicecoach.cli._past import NOT_YOURS

    return record.started is not None and record.started.activity in NOT_YOURS


def story_line(taken: Taken) -> str:
    """Return what became of a story, one line."""
    story = taken.story
    rating = "not rated"
    if story.overall is not None:
        rating = f"{story.overall:g} of 5 (the answer alone)"
    if story.tellings == 1:
        return f"{story.title}: kept, {rating}"
    times = f"told {story.tellings} times"
    which = "this is the best telling" if taken.kept else f"the one of {story.date} stays the best"
    return f"{story.title}: {times}; {which}, {rating}"
