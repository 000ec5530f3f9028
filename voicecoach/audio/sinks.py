"""A loudspeaker without a device.

It keeps the time that the sound would take, on whatever clock it is given, and owns no thread: the
session's timers call it back. On a virtual clock an interview is therefore told the same moments as
on a real one, only sooner.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.audio.format import Clip, first_audible_s
from voicecoach.clock import Clock
from voicecoach.ports import PlaybackListener, Schedule


@dataclass(eq=False, slots=True)
class _Played:
    """A clip with its place in time: it sounds from `start_s` to `end_s`, audibly from `word_s`."""

    utterance_id: str
    start_s: float
    word_s: float
    end_s: float
    begun: bool = False


class NullSpeaker:
    """Swallows the sound, but takes the time of it.

    Not thread-safe: `schedule` has to call back on the thread that plays.
    """

    name = "none"

    def __init__(self, clock: Clock, schedule: Schedule) -> None:
        self._clock = clock
        self._schedule = schedule
        self._listener: PlaybackListener | None = None
        self._line: list[_Played] = []

    def start(self, listener: PlaybackListener) -> None:
        """Tell `listener` from now on."""
        self._listener = listener

    def play(self, utterance_id: str, clip: Clip) -> None:
        """Queue a clip behind what is already playing; return at once."""
        start_s = max(self._clock.now(), self._line[-1].end_s if self._line else 0.0)
        word_s = start_s + (first_audible_s(clip) or 0.0)
        item = _Played(utterance_id, start_s, word_s, start_s + clip.duration_s)
        self._line.append(item)
        self._schedule(item.word_s, lambda: self._begin(item))
        self._schedule(item.end_s, lambda: self._end(item, item.end_s))

    def hush(self) -> None:
        """Stop at once and drop what is queued."""
        now = self._clock.now()
        for item in list(self._line):
            self._end(item, min(now, item.end_s))

    def stop(self) -> None:
        """Stop, and tell nobody any more."""
        self.hush()
        self._listener = None

    def _begin(self, item: _Played) -> None:
        if item in self._line and not item.begun:
            item.begun = True
            if self._listener:
                self._listener.started(item.utterance_id, item.word_s)

    def _end(self, item: _Played, at_s: float) -> None:
        if item not in self._line:
            return  # hushed before this moment came
        if item.word_s <= at_s:
            self._begin(item)
        self._line.remove(item)
        if self._listener:
            self._listener.finished(item.utterance_id, at_s, cut=at_s < item.end_s)
