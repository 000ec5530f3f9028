"""Stand-ins for the world around the sound parts: a calendar for virtual time, and a listener."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from voicecoach.clock import Clock, VirtualClock


class Calendar:
    """Calls back when virtual time has come, as the runtime does."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()

    def schedule(self, at_s: float, callback: Callable[[], None]) -> None:
        """Call back at `at_s`."""
        heapq.heappush(self._heap, (at_s, next(self._count), callback))

    def run_until(self, at_s: float) -> None:
        """Let time pass up to `at_s`."""
        while self._heap and self._heap[0][0] <= at_s:
            due_s, _, callback = heapq.heappop(self._heap)
            self._clock.sleep_until(due_s)
            callback()
        self._clock.sleep_until(at_s)


@dataclass(frozen=True)
class Told:
    """One thing that a loudspeaker told: what, of which utterance, when it was, when it was told.

    `what` is ``started``, ``finished``, ``cut`` or ``failed`` (then `utterance_id` is the code).
    """

    what: str
    utterance_id: str
    at_s: float
    told_s: float


class Listener:
    """Writes down what a loudspeaker tells."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.told: list[Told] = []

    def started(self, utterance_id: str, at_s: float) -> None:
        """See `PlaybackListener`."""
        self.told.append(Told("started", utterance_id, at_s, self._clock.now()))

    def finished(self, utterance_id: str, at_s: float, cut: bool) -> None:
        """See `PlaybackListener`."""
        what = "cut" if cut else "finished"
        self.told.append(Told(what, utterance_id, at_s, self._clock.now()))

    def failed(self, code: str, message: str) -> None:
        """See `PlaybackListener`."""
        self.told.append(Told("failed", code, self._clock.now(), self._clock.now()))

    def story(self) -> list[tuple[str, str]]:
        """Return what was told, in order, without times."""
        return [(t.what, t.utterance_id) for t in self.told]

    def at_s(self, what: str, utterance_id: str) -> float:
        """Return the moment that was told of."""
        return next(t.at_s for t in self.told if (t.what, t.utterance_id) == (what, utterance_id))
