"""Stand-ins for the world around the sound parts: a calendar for virtual time, and a listener."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.clock import Clock, VirtualClock
from voicecoach.loop import Timers


class Calendar(Timers):
    """The session's timers, with a hand on virtual time."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def run_until(self, at_s: float) -> None:
        """Let time pass up to `at_s`."""
        while self.next_s is not None and self.next_s <= at_s:
            self._clock.sleep_until(self.next_s)
            self.run_due(self._clock.now())
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
