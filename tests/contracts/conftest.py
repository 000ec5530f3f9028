"""The virtual sound card as the sound card of the test's own process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from voicecoach.audio.devices import portaudio
from voicecoach.bench.soundcard import SoundCard, missing
from voicecoach.errors import DeviceError


@pytest.fixture(scope="module")
def sound_card() -> Iterator[SoundCard]:
    """A sound card that PortAudio in this process sees as the only one."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    with SoundCard() as card, pytest.MonkeyPatch.context() as patch:
        for name, value in card.env.items():
            patch.setenv(name, value)
        _restart_portaudio()
        yield card
    _restart_portaudio()


def _restart_portaudio() -> None:
    """Have PortAudio look at the environment again, which it does only when it starts."""
    try:
        sounddevice = portaudio()
    except DeviceError as error:
        pytest.skip(str(error))
    sounddevice._terminate()
    sounddevice._initialize()
