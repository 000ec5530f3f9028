"""Loudspeakers without a device: one that swallows the sound, one that writes it to a file.

They keep the time that the sound would take, on whatever clock they are given, and own no thread:
the runtime's `schedule` calls them back. On a virtual clock an interview is therefore told the same
moments as on a real one, only sooner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voicecoach.audio.format import Clip, at_rate, first_audible_s
from voicecoach.clock import Clock
from voicecoach.errors import AudioFileError
from voicecoach.ports import PlaybackListener

if TYPE_CHECKING:
    import soundfile

Schedule = Callable[[float, Callable[[], None]], None]
"""Calls the second argument when the clock has reached the first, in seconds; never earlier."""

FADE_S = 0.01
"""Length of the fade with which a cut clip ends, in seconds."""


@dataclass(eq=False, slots=True)
class _Played:
    """A clip with its place in time: it sounds from `start_s` to `end_s`, audibly from `word_s`."""

    utterance_id: str
    clip: Clip
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
        item = _Played(utterance_id, clip, start_s, word_s, start_s + clip.duration_s)
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
        self._keep(item, at_s)
        if self._listener:
            self._listener.finished(item.utterance_id, at_s, cut=at_s < item.end_s)

    def _keep(self, item: _Played, until_s: float) -> None:
        """Do something with the part of the clip that sounded before `until_s`."""


class FileSpeaker(NullSpeaker):
    """Writes what is said, when it is said, to one WAV file (16-bit mono).

    The file's first sample is the moment of `start`; between clips there is silence, so that the
    file can be laid beside a recording of the candidate.
    """

    def __init__(self, path: Path, clock: Clock, schedule: Schedule, rate_hz: int = 22_050) -> None:
        super().__init__(clock, schedule)
        self.name = path.name
        self._path = path
        self._rate_hz = rate_hz
        self._file: soundfile.SoundFile | None = None
        self._zero_s = 0.0

    def start(self, listener: PlaybackListener) -> None:
        """Open the file.

        Raises:
            AudioFileError: it cannot be written.
        """
        import soundfile

        try:
            self._file = soundfile.SoundFile(
                self._path, "w", self._rate_hz, 1, subtype="PCM_16", format="WAV"
            )
        except soundfile.LibsndfileError as error:
            raise AudioFileError(
                "audio.not_written",
                f"The coach's voice cannot be written to {self._path}",
                "Choose a folder that can be written, with some space left",
            ) from error
        super().start(listener)
        self._zero_s = self._clock.now()

    def stop(self) -> None:
        """Stop, and close the file."""
        super().stop()
        if self._file:
            self._file.close()
        self._file = None

    def _keep(self, item: _Played, until_s: float) -> None:
        samples = at_rate(item.clip, self._rate_hz)
        heard = samples[: max(0, round((until_s - item.start_s) * self._rate_hz))].copy()
        if len(heard) < len(samples):
            fade = min(len(heard), round(FADE_S * self._rate_hz))
            heard[len(heard) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
        if len(heard) == 0 or self._file is None:
            return
        gap = max(0, round((item.start_s - self._zero_s) * self._rate_hz) - self._file.frames)
        try:
            self._file.write(np.concatenate([np.zeros(gap, np.float32), heard]))
            self._file.flush()
        except RuntimeError as error:  # LibsndfileError: the disk is full
            self._file = None  # the conversation matters more than its copy
            if self._listener:
                self._listener.failed(
                    "audio.not_written", f"The coach's voice is no longer written: {error}"
                )
