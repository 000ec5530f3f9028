"""The coach's "okay" and "mm-hm": short, quiet, rendered beforehand, and gone when speech goes on.

Owns: which of them is played next, and what was heard of it. When one is due is the turn policy's
to say; whether one may be played now, the session's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voicecoach.audio.format import Clip, first_audible_s
from voicecoach.dialog.acknowledgements import AcknowledgementTexts
from voicecoach.errors import VoiceError
from voicecoach.events import Acknowledged
from voicecoach.ports import Loudspeaker, Voice

PREFIX = "ack:"
"""Marks sounds that take no floor."""

QUIETER_DB = 8.0
"""By so much softer than speech: meant for the corner of the ear."""

LONGEST_S = 0.6
LONGEST_NUDGE_S = 1.5
"""What is longer than this, in the voice at hand, is left out."""


@dataclass(slots=True)
class _Playing:
    """One that was handed to the loudspeaker, and since when it is heard."""

    number: int
    clip: Clip
    started_s: float | None = None


class Acknowledger:
    """Has them ready, plays one at a time, and tells what was heard of it.

    `prepare` may run on any thread, the rest belongs to the session's.

    Args:
        texts: what can be said.
        voice: the coach's.
        speaker: the coach's.
    """

    def __init__(self, texts: AcknowledgementTexts, voice: Voice, speaker: Loudspeaker) -> None:
        self._texts = texts
        self._voice = voice
        self._speaker = speaker
        self._played = 0
        self._clips: dict[bool, tuple[Clip, ...]] = {}
        self._playing: _Playing | None = None

    def prepare(self) -> None:
        """Render them; one that fails is done without, for it is only a courtesy."""
        self._clips = {
            False: self._render(self._texts.acknowledgements, LONGEST_S),
            True: self._render(self._texts.nudges, LONGEST_NUDGE_S),
        }

    def _render(self, texts: Sequence[str], longest_s: float) -> tuple[Clip, ...]:
        clips = []
        for text in texts:
            try:
                clip = self._voice.render(text)
            except VoiceError:
                return ()
            if clip.duration_s < longest_s and first_audible_s(quieter(clip)) is not None:
                clips.append(quieter(clip))
        return tuple(clips)

    @property
    def playing(self) -> bool:
        """Whether one is on its way or being heard."""
        return self._playing is not None

    def play(self, *, nudge: bool) -> bool:
        """Play the next one, if it is ready; return whether it is played."""
        clips = self._clips.get(nudge, ())
        if self._playing is not None or not clips:
            return False
        self._played += 1
        clip = clips[self._played % len(clips)]
        self._playing = _Playing(self._played, clip)
        self._speaker.play(f"{PREFIX}{self._played}", clip)
        return True

    def give_way(self) -> None:
        """Fall silent within one block: the candidate speaks on."""
        if self._playing is not None:
            self._speaker.hush()

    def started(self, at_s: float) -> tuple[Clip, float] | None:
        """Its first word is heard; return the clip and when its first sample was."""
        if self._playing is None:
            return None
        self._playing.started_s = at_s
        clip = self._playing.clip
        return clip, at_s - (first_audible_s(clip) or 0.0)

    def finished(self, at_s: float, cut: bool) -> Acknowledged | None:
        """It has ended; return what was heard, None if nothing was."""
        playing, self._playing = self._playing, None
        if playing is None or playing.started_s is None:
            return None
        return Acknowledged(at_s, playing.started_s, at_s, cut)


def quieter(clip: Clip) -> Clip:
    """Return a clip at the level of an acknowledgement."""
    gain = np.float32(10.0 ** (-QUIETER_DB / 20.0))
    return Clip(clip.samples * gain, clip.rate_hz)
