"""What is wrong with the sound of a microphone, in words. Pure but for its arrays.

Owns: the signs of a muted or overdriven microphone, of mains hum, and of a second voice. Each is
told once: whoever knows of it can mend it, and whoever cannot should not hear of it again.
"""

from __future__ import annotations

import numpy as np

from voicecoach.audio.format import FRAME_S, RATE_HZ, AudioChunk, Samples, level_dbfs

DEAD_AMPLITUDE = 1e-4
"""No microphone in a room is this quiet (-80 dBFS): a muted one, a pause between recordings. Nobody
needs to ask a neural network whether that is a voice."""

MUTED_S = 6.0
"""Silence of this kind, with nothing else ever heard, before the candidate's patience ends."""

CLIPPED_AMPLITUDE = 0.985
CLIPPED_SHARE = 0.02
CLIPPED_S = 1.0
"""So many seconds of frames with so many samples at the end of the scale are too loud a voice."""

HUM_SHARE = 0.7
HUM_DBFS = -50.0
HUM_S = 2.0
"""Of the power of so much sound without voice, so loud, so much lies at the mains' harmonics."""

FAINT_DB = 15.0
FAINT_S = 3.0
KNOWN_S = 8.0
"""Voice this much fainter than the candidate's, of whom so much was heard, is somebody else's."""

_WINDOW = 8  # frames for the hum: its lines are 4 Hz wide then

Fault = tuple[str, str]
"""A code and the words for it."""

MUTED: Fault = (
    "microphone.silent",
    "The microphone delivers nothing but silence. It may be muted, or another one may be meant: "
    "voicecoach doctor shows which there are.",
)
CLIPPED: Fault = (
    "microphone.too_loud",
    "Your voice is too loud for the microphone and comes out torn. Turn its level down, or move "
    "back a little.",
)
FAINT: Fault = (
    "microphone.second_voice",
    "Another voice is heard in the room. What it says may be taken for yours.",
)


def _hum(mains_hz: int) -> Fault:
    return (
        "microphone.hum",
        f"The microphone hums at {mains_hz} hertz, as a bad cable or charger does. You are heard "
        "all the same, but less well.",
    )


class SoundWatch:
    """Listens for what is wrong, frame by frame."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._dead_s = 0.0
        self._alive = False
        self._clipped_s = 0.0
        self._quiet: list[Samples] = []
        self._hum_s = {50: 0.0, 60: 0.0}
        self._levels: list[float] = []
        self._faint_s = 0.0

    def take(self, chunk: AudioChunk, *, voiced: bool) -> Fault | None:
        """Take the next frame of the candidate's turn; return what is now known to be wrong."""
        found = self._muted(chunk) or (self._loud(chunk) if voiced else self._humming(chunk))
        if found is None and voiced:
            found = self._faint(chunk)
        if found is None or found[0] in self._told:
            return None
        self._told.add(found[0])
        return found

    def _muted(self, chunk: AudioChunk) -> Fault | None:
        if float(np.abs(chunk.samples).max(initial=0.0)) >= DEAD_AMPLITUDE:
            self._alive = True
        self._dead_s = 0.0 if self._alive else self._dead_s + FRAME_S
        return MUTED if self._dead_s >= MUTED_S else None

    def _loud(self, chunk: AudioChunk) -> Fault | None:
        self._quiet.clear()
        if float(np.mean(np.abs(chunk.samples) >= CLIPPED_AMPLITUDE)) >= CLIPPED_SHARE:
            self._clipped_s += FRAME_S
        return CLIPPED if self._clipped_s >= CLIPPED_S else None

    def _humming(self, chunk: AudioChunk) -> Fault | None:
        self._quiet.append(chunk.samples)
        if len(self._quiet) < _WINDOW:
            return None
        sound = np.concatenate(self._quiet)
        self._quiet.clear()
        if level_dbfs(sound) < HUM_DBFS:
            return None
        power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
        hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
        for mains_hz in self._hum_s:
            off_hz = np.abs(hz - mains_hz * np.clip(np.round(hz / mains_hz), 1, 8))
            share = float(power[off_hz < 8.0].sum() / (power.sum() + 1e-12))
            self._hum_s[mains_hz] += len(sound) / RATE_HZ if share >= HUM_SHARE else 0.0
        worst = max(self._hum_s, key=lambda mains_hz: self._hum_s[mains_hz])
        return _hum(worst) if self._hum_s[worst] >= HUM_S else None

    def _faint(self, chunk: AudioChunk) -> Fault | None:
        """Compare with the candidate's own level: whoever speaks first, and longest, is that."""
        level = level_dbfs(chunk.samples)
        if len(self._levels) * FRAME_S < KNOWN_S:
            self._levels.append(level)
            return None
        # Between words everybody is quiet: a voice is as loud as its loud frames.
        own = float(np.quantile(self._levels, 0.75))
        loud_enough = level > own - FAINT_DB
        self._faint_s = 0.0 if loud_enough else self._faint_s + FRAME_S
        return FAINT if self._faint_s >= FAINT_S else None
