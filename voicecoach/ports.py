"""The seams: what the runtime needs from the world, as small protocols.

Each has a real part and a fake that passes the same contract tests (``tests/contracts``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from voicecoach.audio.format import AudioChunk, Clip, Samples
from voicecoach.events import Event, Word

Schedule = Callable[[float, Callable[[], None]], None]
"""Calls the second argument when the clock has reached the first, in seconds; never earlier."""


class Microphone(Protocol):
    """Delivers sound as it comes, in chunks of `FRAME_SAMPLES`, without gaps."""

    name: str

    def start(self, deliver: Callable[[AudioChunk], None], fail: Callable[[Event], None]) -> None:
        """Begin. `deliver` and `fail` may be called from another thread; both return at once.

        Raises:
            DeviceError: there is no such device, or it cannot be opened.
        """
        ...

    def stop(self) -> None:
        """End and let the device go; harmless when not started."""
        ...


class Loudspeaker(Protocol):
    """Plays clips through one stream that stays open, and tells a `PlaybackListener` of it.

    Every `play` is answered by exactly one `finished`, also when the clip is dropped unheard.
    """

    name: str

    def start(self, listener: PlaybackListener) -> None:
        """Open the stream.

        Raises:
            DeviceError: there is no such device, or it cannot be opened.
        """
        ...

    def play(self, utterance_id: str, clip: Clip) -> None:
        """Queue a clip behind what is already playing; return at once. Any thread may call."""
        ...

    def hush(self) -> None:
        """Stop within one block, without a click, and drop what is queued."""
        ...

    def stop(self) -> None:
        """Let what is queued play out no further and close the stream."""
        ...


class PlaybackListener(Protocol):
    """Told by a loudspeaker what its listener hears; calls come from another thread."""

    def started(self, utterance_id: str, at_s: float) -> None:
        """The first audible sample (above −40 dBFS) leaves the device at `at_s`."""
        ...

    def finished(self, utterance_id: str, at_s: float, cut: bool) -> None:
        """The last sample has left at `at_s`, or the clip was cut there."""
        ...

    def failed(self, code: str, message: str) -> None:
        """The device is gone or could not be reopened."""
        ...


class VoiceActivityDetector(Protocol):
    """Tells voice from everything else, frame by frame."""

    def probability(self, frame: Samples) -> float:
        """Probability of voice in the next frame: shape ``(FRAME_SAMPLES,)``, 16 kHz."""
        ...

    def reset(self) -> None:
        """Forget what was heard."""
        ...


class TurnProsody(Protocol):
    """Tells by the sound of a voice whether its turn is over. One worker owns it."""

    name: str

    def probability(self, sound: Samples) -> float:
        """Probability that the turn is over at the end of this sound.

        Args:
            sound: any length, 16 kHz, the silence so far included; only its last 8 s count.

        Raises:
            ModelError: it turns out to be of no use.
        """
        ...


class Recognizer(Protocol):
    """Turns a stream of sound into words. Not thread-safe: one worker owns it.

    The stream is cut into segments by `flush`. Word times count from the stream's first sample
    since `reset`, in seconds. Words are what was spoken, small letters and apostrophes, "um" and
    "uh" among them if the engine hears them; marks such as ``[noise]`` are not handed out.

    `RecognizerMaker` makes it; another engine has to offer nothing else.
    """

    name: str

    def accept(self, samples: Samples) -> str:
        """Take more sound (any length, 16 kHz); return the segment's text so far, perhaps ''."""
        ...

    def flush(self) -> tuple[Word, ...]:
        """End the segment and return its final words; the next sound begins a new one."""
        ...

    def reset(self) -> None:
        """Drop everything heard; time starts again at zero."""
        ...


class RecognizerMaker(Protocol):
    """Makes recognisers on one loaded model; called on the worker that will own them."""

    def __call__(self, phrases: Sequence[str] | None, /) -> Recognizer:
        """Return a recogniser of everything, or of only these phrases.

        One of given phrases returns ``[unk]`` as a word for speech that is none of them, or the
        phrase that sounds most like it; it may also take no notice of the phrases. Its words are
        believed only where they are one of the phrases from end to end.

        Raises:
            ModelError: the model cannot be loaded.
        """
        ...


class Voice(Protocol):
    """Renders text to sound."""

    @property
    def name(self) -> str:
        """What the voice is called; may wait for the synthesiser to start."""
        ...

    def render(self, text: str, slow: bool = False) -> Clip:
        """Return the sound of `text`, leading and trailing silence trimmed.

        Raises:
            VoiceError: the synthesiser is missing or does not answer.
        """
        ...

    def close(self) -> None:
        """Let the synthesiser go."""
        ...


@runtime_checkable
class RendersAhead(Protocol):
    """What a voice can do besides, if it keeps what it has rendered."""

    def is_cached(self, text: str, slow: bool = False) -> bool:
        """Whether `Voice.render` would return at once."""
        ...

    def prefetch(self, texts: Iterable[tuple[str, bool]]) -> None:
        """Render these (text, slow) in the background, instead of what was still waiting for it."""
        ...


class EventLog(Protocol):
    """Where events are kept, as they happen."""

    def append(self, event: Event) -> None:
        """Keep one event.

        Raises:
            StoreError: it cannot be written.
        """
        ...


class SessionLog(EventLog, Protocol):
    """Where a session is kept: its events, and the candidate's sound as it comes."""

    def audio(self, samples: Samples) -> None:
        """Keep sound, 16 kHz mono, that follows on what was kept before.

        Raises:
            StoreError: it cannot be written.
        """
        ...
