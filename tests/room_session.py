"""A whole session in the room of `tests.room`, heard by the fakes of `tests.scripted`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from tests.rehearsal import MemoryLog, ToneVoice
from tests.room import Acoustics, RoomMicrophone, RoomSpeaker
from tests.scripted import ScriptedDetector, ScriptedRecognizer, speak
from voicecoach.audio.format import RATE_HZ, Clip
from voicecoach.clock import VirtualClock
from voicecoach.events import Event, SessionStarted
from voicecoach.loop import InlineWorker, Timers, VirtualInbox
from voicecoach.ports import Voice
from voicecoach.runtime import Dialogue, Parts, Session


def hold_in_room(
    said: Iterable[tuple[float, str]],
    dialogue: Dialogue,
    acoustics: Acoustics,
    voice: Voice | None = None,
    arrange: Callable[[Parts], Parts] = lambda parts: parts,
) -> list[Event]:
    """Hold a session; return what was noted.

    Args:
        said: by the candidate, with the moments at which it begins, in seconds.
        dialogue: what the coach does.
        acoustics: of the room.
        voice: the coach's; None for tones.
        arrange: changes the parts before they are put together.
    """
    clock, timers = VirtualClock(), Timers()
    inbox = VirtualInbox(clock)
    speaker = RoomSpeaker(clock, timers.schedule)
    microphone = RoomMicrophone(acoustics, speaker, clock, timers.schedule)
    for at_s, text in said:
        microphone.say(at_s, Clip(speak(text), RATE_HZ))
    parts = Parts(
        clock=clock,
        inbox=inbox,
        timers=timers,
        worker=InlineWorker(inbox.put),
        microphone=microphone,
        detector=ScriptedDetector(),
        recognizer=ScriptedRecognizer,
        command_recognizer=None,
        voice=voice or ToneVoice(),
        speaker=speaker,
        log=MemoryLog(),
        tone=lambda name: Clip(np.zeros(160, np.float32), RATE_HZ),
    )
    started = SessionStarted(
        at_s=0.0,
        session_id="",
        activity="test",
        plan="",
        seed=0,
        model="scripted",
        model_note="",
        voice="tone",
        source="microphone",
        version="0",
        started="2026-01-01T00:00:00+00:00",
        clock="virtual",
    )
    return Session(arrange(parts), dialogue, started).run()
