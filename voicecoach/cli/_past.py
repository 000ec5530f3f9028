"""What was practised before, for those commands that go on from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecoach.dialog.study import Practised
    from voicecoach.events import Event, TaskOpened

REMEMBERED = 200
"""So many of the latest sessions are looked at: they are read before the first word is said."""

_LOOKED_AT = 5
"""So many of the latest sessions are looked at for one of the candidate's own."""

NOT_YOURS = ("demo",)
"""Activities in which somebody else answers."""


def past_sessions(kinds: Collection[type[Event]] = ()) -> list[tuple[Event, ...]]:
    """Return what has to be known of the sessions so far, the latest last.

    A session that cannot be read is left out, and so are all where the folder cannot be: what was
    asked before is no condition for being asked now. Whoever wants to know why asks ``history``.

    Args:
        kinds: of events besides the first; all that a study plan wants to know, if there are none.
    """
    from voicecoach.dialog.study import HISTORY_EVENTS
    from voicecoach.errors import StoreError
    from voicecoach.events import SessionStarted
    from voicecoach.store import SessionStore, read_events

    store = SessionStore()
    wanted: tuple[type[Event], ...] = (SessionStarted, *kinds) if kinds else HISTORY_EVENTS
    try:
        names = store.ids()[:REMEMBERED]
    except StoreError:
        return []
    found = []
    for name in reversed(names):
        try:
            record = read_events(store.root / name, wanted)
        except StoreError:
            continue
        if record.started is not None and record.started.activity not in NOT_YOURS:
            found.append(record.events)
    return found


def next_seed() -> int:
    """Return a seed for a new session: wordings take turns with those of the session before."""
    import random

    from voicecoach.errors import StoreError
    from voicecoach.events import SessionStarted
    from voicecoach.store import SessionStore, read_events

    store = SessionStore()
    try:
        for name in store.ids()[:_LOOKED_AT]:
            started = read_events(store.root / name, (SessionStarted,)).started
            if started is not None and started.activity not in NOT_YOURS:
                return started.seed + 1
    except StoreError:
        pass  # any seed will do
    return random.SystemRandom().randrange(100_000)


def past_questions() -> tuple[Practised, ...]:
    """Return the questions that were practised, the latest last."""
    from voicecoach.dialog.study import practised

    return tuple(each for events in past_sessions() for each in practised(events))


def times_asked() -> Counter[str]:
    """Return how often each question was asked. Quick: the first question waits for it."""
    from voicecoach.events import TaskOpened

    opened = (e for events in past_sessions((TaskOpened,)) for e in events)
    return Counter(e.question_id for e in opened if isinstance(e, TaskOpened) and _is_question(e))


def _is_question(task: TaskOpened) -> bool:
    return task.kind == "question" and bool(task.question_id)
