"""A room on virtual time: the microphone hears a candidate, and the loudspeaker with its echo.

What the speaker plays goes through the response of a room into the microphone, together with what
the candidate says and a little noise; when the speaker is hushed, so is its echo. So a whole
session can be held in which the coach hears itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio.format import FRAME_S, FRAME_SAMPLES, RATE_HZ, AudioChunk, Clip, at_rate
from voicecoach.audio.sinks import NullSpeaker
from voicecoach.clock import Clock
from voicecoach.events import Event
from voicecoach.ports import Schedule

FADE = round(0.01 * RATE_HZ)
LONGEST_S = 90.0
"""No session in a room is longer."""


@dataclass(frozen=True)
class Acoustics:
    """How the loudspeaker reaches the microphone.

    Attributes:
        echo_db: level of the coach's voice there, against what is played; None with headphones.
        delay_s: of the air and the devices.
        reverb_s: until the room's echo has fallen by 60 dB.
        noise_dbfs: of the microphone itself.
        seed: of the room's response and the noise.
    """

    echo_db: float | None
    delay_s: float = 0.06
    reverb_s: float = 0.3
    noise_dbfs: float = -65.0
    seed: int = 0

    def response(self) -> NDArray[np.float64]:
        """Return the room's response, of unit energy: a direct sound and a tail."""
        rng = np.random.default_rng(self.seed)
        n = max(2, round(self.reverb_s * RATE_HZ))
        tail = 0.25 * rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
        tail[: round(0.002 * RATE_HZ)] = 0.0
        tail[0] = 1.0
        late = np.concatenate([np.zeros(round(self.delay_s * RATE_HZ)), tail])
        response: NDArray[np.float64] = late / np.sqrt(np.sum(late**2))
        return response


class RoomSpeaker(NullSpeaker):
    """A loudspeaker that keeps what it played, at 16 kHz."""

    def __init__(self, clock: Clock, schedule: Schedule) -> None:
        super().__init__(clock, schedule)
        self.sound = np.zeros(round(RATE_HZ * LONGEST_S), dtype=np.float64)

    def play(self, utterance_id: str, clip: Clip) -> None:
        """Queue a clip and keep its sound."""
        super().play(utterance_id, clip)
        at = round(self._line[-1].start_s * RATE_HZ)
        samples = at_rate(clip, RATE_HZ)
        self.sound[at : at + len(samples)] += samples

    def hush(self) -> None:
        """Stop at once, with a fade."""
        at = round(self._clock.now() * RATE_HZ)
        self.sound[at : at + FADE] *= np.linspace(1.0, 0.0, FADE)
        self.sound[at + FADE :] = 0.0
        super().hush()


class RoomMicrophone:
    """Hears the speaker through the room, and the candidate, frame by frame.

    Args:
        acoustics: of the room.
        speaker: heard through it; None for nobody.
        clock: the session's.
        schedule: the session's timers.
    """

    name = "room"

    def __init__(
        self, acoustics: Acoustics, speaker: RoomSpeaker, clock: Clock, schedule: Schedule
    ) -> None:
        self._acoustics = acoustics
        self._speaker = speaker
        self._clock = clock
        self._schedule = schedule
        self._deliver: Callable[[AudioChunk], None] | None = None
        self._response = acoustics.response()
        self._rng = np.random.default_rng(acoustics.seed + 1)
        self._air = np.zeros(round(RATE_HZ * LONGEST_S), dtype=np.float64)
        self._next = 0

    def say(self, at_s: float, clip: Clip, gain: float = 1.0) -> None:
        """Have the candidate, or anybody, say something at a moment."""
        samples = gain * at_rate(clip, RATE_HZ)
        at = round(at_s * RATE_HZ)
        self._air[at : at + len(samples)] += samples

    def start(self, deliver: Callable[[AudioChunk], None], fail: Callable[[Event], None]) -> None:
        """Begin to hear."""
        self._deliver = deliver
        self._schedule(self._clock.now() + FRAME_S, self._tick)

    def stop(self) -> None:
        """End."""
        self._deliver = None

    def _tick(self) -> None:
        if self._deliver is None:
            return
        begin, end = self._next, self._next + FRAME_SAMPLES
        sound = self._air[begin:end] + self._echo(begin, end)
        noise = 10.0 ** (self._acoustics.noise_dbfs / 20.0)
        sound = sound + noise * self._rng.standard_normal(FRAME_SAMPLES)
        self._next = end
        self._deliver(AudioChunk(np.clip(sound, -1, 1).astype(np.float32), begin / RATE_HZ))
        self._schedule((end + FRAME_SAMPLES) / RATE_HZ, self._tick)

    def _echo(self, begin: int, end: int) -> NDArray[np.float64]:
        """Return what comes back of the speaker in a frame."""
        tail = len(self._response) - 1
        heard = self._speaker.sound[max(0, begin - tail) : end]
        if self._acoustics.echo_db is None or not heard.any():
            return np.zeros(end - begin)
        heard = np.pad(heard, (tail - (begin - max(0, begin - tail)), 0))
        size = 1 << (len(heard) + tail).bit_length()
        whole = np.fft.irfft(np.fft.rfft(heard, size) * np.fft.rfft(self._response, size), size)
        echo: NDArray[np.float64] = whole[tail : tail + end - begin]
        echo *= 10.0 ** (self._acoustics.echo_db / 20.0)
        return echo
