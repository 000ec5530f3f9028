"""Everything that can go wrong in a way the user can act on.

One tree, so that the command line catches one class::

    VoicecoachError          exit status 1; `code`, `message`, `remedy`
    ├── UsageError           exit status 2
    ├── AudioFileError       a recording that cannot be read
    ├── DeviceError          microphone, loudspeaker, PortAudio
    ├── ModelError           a recogniser model that is missing, broken or cannot be fetched
    ├── VoiceError           no synthesiser, no English voice, a synthesiser that hangs
    ├── ContentError         a YAML file that says something we do not understand
    ├── StoreError           a session that cannot be written or read
    └── UnexpectedEvent      a programming error: a pair of phase and event that the table lacks

A message is one line in plain words, a remedy is one thing to do. Third-party exceptions are
wrapped at the rim, with ``raise ... from``.
"""

from __future__ import annotations


class VoicecoachError(Exception):
    """A failure with one clear line: what is wrong, and what to do.

    Attributes:
        code: stable, dotted, for scripts and bug reports, such as ``device.no_microphone``.
        message: what is wrong, one line, no full stop needed.
        remedy: one thing the user can do; may be empty.
    """

    exit_status = 1

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        self.code = code
        self.message = " ".join(message.split()).rstrip(".")
        self.remedy = " ".join(remedy.split()).rstrip(".")
        super().__init__(str(self))

    def __reduce__(self) -> tuple[object, ...]:
        """Let it be carried from one process to another."""
        return type(self), (self.code, self.message, self.remedy), self.__dict__

    def __str__(self) -> str:
        return " ".join(_sentence(text) for text in (self.message, self.remedy) if text)


def _sentence(text: str) -> str:
    return text if text.endswith(("?", "!")) else f"{text}."


class UsageError(VoicecoachError):
    """The command was put wrongly."""

    exit_status = 2


class AudioFileError(VoicecoachError):
    """A recording that cannot be read or written."""


class DeviceError(VoicecoachError):
    """A microphone, a loudspeaker or the sound library is missing, busy or gone."""


class ModelError(VoicecoachError):
    """A recogniser model is missing, broken, or cannot be fetched."""


class VoiceError(VoicecoachError):
    """The synthesiser is missing, has no suitable voice, or does not answer."""


class ContentError(VoicecoachError):
    """A content file has an unknown key, a bad value, or is not YAML at all.

    Attributes:
        also: whatever else was found wrong in the same reading.
    """

    also: tuple[ContentError, ...] = ()


class StoreError(VoicecoachError):
    """A session cannot be written or read."""


class UnexpectedEvent(VoicecoachError):  # noqa: N818 - the field's word for it
    """An event that the dialogue does not expect in its phase. The state is left unchanged."""
