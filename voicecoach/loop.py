"""Inboxes, timers and workers: how a session's parts are kept in order, on real or on virtual time.

Live, the inbox is a thread-safe queue on the system's clock and the recogniser has a thread of its
own. On virtual time the inbox is a plain queue that moves the clock to the next timer whenever it
is empty, jobs run where they are submitted, and there is no thread at all: the same loop runs a
whole interview as fast as the recogniser can listen, and always in the same order.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from voicecoach.clock import Clock
from voicecoach.events import Event

Job = Callable[[], "Event | None"]
"""Work for a worker; the event that it returns is posted."""


class Inbox(Protocol):
    """Where everything that happens arrives."""

    def put(self, item: object) -> None:
        """Add an item; from any thread in a live session."""
        ...

    def get(self, until_s: float | None) -> object | None:
        """Return the next item, or None when the clock has reached `until_s` without one."""
        ...


class LiveInbox:
    """A thread-safe queue on the system's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: queue.SimpleQueue[object] = queue.SimpleQueue()

    def put(self, item: object) -> None:
        """Add an item."""
        self._queue.put(item)

    def get(self, until_s: float | None) -> object | None:
        """Wait for the next item until `until_s`."""
        try:
            if until_s is None:
                return self._queue.get()
            return self._queue.get(timeout=max(0.0, until_s - self._clock.now()))
        except queue.Empty:
            return None


class VirtualInbox:
    """A plain queue that moves its clock instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._items: deque[object] = deque()

    def put(self, item: object) -> None:
        """Add an item."""
        self._items.append(item)

    def get(self, until_s: float | None) -> object | None:
        """Return the next item, or jump to `until_s`."""
        if self._items:
            return self._items.popleft()
        if until_s is None:
            raise RuntimeError("nothing is going to happen any more: no item and no timer")
        self._clock.sleep_until(until_s)
        return None


class Timers:
    """Callbacks by the moment at which they are due; equal moments in the order of their making."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def schedule(self, at_s: float, callback: Callable[[], None]) -> None:
        """Call back when the clock has reached `at_s`."""
        heapq.heappush(self._heap, (at_s, next(self._count), callback))

    @property
    def next_s(self) -> float | None:
        """When the next one is due."""
        return self._heap[0][0] if self._heap else None

    def run_due(self, now_s: float) -> None:
        """Call everything that is due."""
        while self._heap and self._heap[0][0] <= now_s:
            heapq.heappop(self._heap)[2]()


@dataclass(frozen=True, slots=True)
class Failed:
    """A job raised; the loop shall raise it where the session can be closed properly."""

    error: BaseException


class Worker(Protocol):
    """Runs jobs one after the other, in order."""

    def submit(self, job: Job) -> None:
        """Run the job, now or later, and post the event that it returns."""
        ...

    def stop(self) -> None:
        """Take no more jobs."""
        ...


class InlineWorker:
    """Runs each job at once, in the caller."""

    def __init__(self, post: Callable[[object], None]) -> None:
        self._post = post

    def submit(self, job: Job) -> None:
        """Run the job and post what it returns."""
        event = job()
        if event is not None:
            self._post(event)

    def stop(self) -> None:
        """Nothing to stop."""


class ThreadWorker:
    """Runs jobs one after the other on a thread of its own."""

    def __init__(self, post: Callable[[object], None], name: str) -> None:
        self._post = post
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job; what it returns is posted when it is done."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Finish the job at hand and end."""
        self._jobs.put(None)
        self._thread.join(timeout=2.0)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            outcome = _outcome(job)
            if outcome is not None:
                self._post(outcome)


def _outcome(job: Job) -> Event | Failed | None:
    try:
        return job()
    except BaseException as error:
        return Failed(error)
