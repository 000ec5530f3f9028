"""The files of a session, as they are written.

Owns: the form of an event log and of a recording, and what the user is told when the disk refuses.
Must not touch: the folder of all sessions (see `voicecoach.store`), devices, the clock.

Nothing is held back in buffers, so that a process killed at any moment loses no event and at most
`HEADER_EVERY_S` of sound.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from voicecoach.errors import StoreError
from voicecoach.events import Event, to_json

if TYPE_CHECKING:
    from voicecoach.audio.format import Samples
    from voicecoach.ports import EventLog

SCHEMA = 1
"""Version of the event log. Raised when an old log could no longer be read as it stands."""

LOG_NAME = "voicecoach-events"
"""What a log's header says that it is."""

EVENTS_NAME = "events.jsonl"
AUDIO_NAME = "candidate.wav"

HEADER_EVERY_S = 0.5
"""Seconds of sound after which a recording's header is brought up to date."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}


class EventFile:
    """An event log in a file of any name.

    Args:
        path: replaced when it exists, unless it must be `new`.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, path: Path, new: bool = False) -> None:
        self.path = path
        self._lost = False
        try:
            self._file = _open(path, new)
        except OSError as error:
            raise failure(error, path, beginning=True) from error
        try:
            self._write({"log": LOG_NAME, "schema": SCHEMA})
        except StoreError:
            self._file.close()
            raise

    def append(self, event: Event) -> None:
        """Write one event out.

        Raises:
            StoreError: it could not be written; what was written before stays readable. Raised
                once: later events are dropped, for a log with a hole would tell a wrong story.
        """
        if not self._lost:
            self._write(to_json(event))

    def _write(self, document: dict[str, Any]) -> None:
        line = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
        # A lone surrogate, which UTF-8 cannot hold, becomes the escape that JSON has for it.
        data = line.encode("utf-8", errors="backslashreplace")
        try:
            _write_all(self._file, data)
        except OSError as error:
            self._lost = True
            raise failure(error, self.path) from error

    def close(self) -> None:
        """Let the file go; harmless when done twice."""
        self._file.close()


def write_private(path: Path, text: str) -> None:
    """Write a text file that only its user may read; an old one is replaced in one step.

    Raises:
        StoreError: it cannot be written; an old one is left as it was.
    """
    data = text.encode("utf-8", errors="replace")  # a lone surrogate has no form in a file
    plain = path.is_file() or not path.exists()  # a pipe or /dev/null is never replaced
    draft = path.with_name(f".{path.name}.{os.getpid()}") if plain else path
    try:
        with _open(draft, new=False) as file:
            _write_all(file, data)
        if plain:
            draft.replace(path)
    except OSError as error:
        if plain:
            with contextlib.suppress(OSError):
                draft.unlink()
        raise failure(error, path, beginning=True) from error


class Tee:
    """Several event logs as one.

    Args:
        logs: each gets every event, even when another fails.
    """

    def __init__(self, *logs: EventLog) -> None:
        self._logs = logs

    def append(self, event: Event) -> None:
        """Give the event to all of them.

        Raises:
            StoreError: the first that was raised, after all have been given it.
        """
        failures = [failure for log in self._logs if (failure := _failed_append(log, event))]
        if failures:
            raise failures[0]


def _failed_append(log: EventLog, event: Event) -> StoreError | None:
    try:
        log.append(event)
    except StoreError as error:
        return error
    return None


class SessionWriter:
    """Writes one session. Made by `SessionStore.create`; used by one thread.

    A failure is raised once: whatever can still be kept is kept quietly after that.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self._events = EventFile(folder / EVENTS_NAME, new=True)
        self._recording: _Recording | None = None
        self._sound_lost = False
        self._told = False

    @property
    def path(self) -> Path:
        """Of the event log."""
        return self._events.path

    def append(self, event: Event) -> None:
        """Keep one event: it is on its way to the disk when this returns.

        Raises:
            StoreError: it could not be written, told for the first time.
        """
        self._once(lambda: self._events.append(event))

    def audio(self, samples: Samples) -> None:
        """Keep more of the candidate's sound, without a gap: shape ``(n_samples,)``, 16 kHz.

        Raises:
            StoreError: it could not be written, told for the first time.
        """
        self._once(lambda: self._record(samples))

    def _record(self, samples: Samples) -> None:
        if self._sound_lost:
            return
        try:
            if self._recording is None:
                self._recording = _Recording(self.folder / AUDIO_NAME)
            self._recording.write(samples)
        except StoreError:
            self._sound_lost = True  # a recording with a hole would put words at wrong times
            raise

    def _once(self, action: Callable[[], None]) -> None:
        try:
            action()
        except StoreError:
            if not self._told:
                self._told = True
                raise

    def close(self) -> None:
        """Bring everything up to date and let it go; harmless when done twice."""
        if self._recording is not None:
            self._recording.close()
        self._events.close()


class _Recording:
    """A WAV file that can be read at any moment, for its header keeps up.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        from voicecoach.audio import format as sound  # late: it brings numpy, reading does not

        self._path = path
        self._rate_hz = sound.RATE_HZ
        self._to_bytes = sound.to_pcm16
        self._data_bytes = 0
        self._told_bytes = 0
        try:
            self._file = _open(path, new=True)
        except OSError as error:
            raise failure(error, path) from error
        self._append(self._header())

    def write(self, samples: Samples) -> None:
        """Append samples.

        Raises:
            StoreError: it cannot be written; what was written before stays readable.
        """
        data = self._to_bytes(samples)
        self._append(data)
        self._data_bytes += len(data)
        if self._data_bytes - self._told_bytes >= HEADER_EVERY_S * self._rate_hz * 2:
            self._update_header()

    def _append(self, data: bytes) -> None:
        try:
            _write_all(self._file, data)
        except OSError as error:
            self.close()
            raise failure(error, self._path) from error

    def close(self) -> None:
        """Bring the header up to date and close; harmless when done twice."""
        if not self._file.closed:
            self._update_header()
            self._file.close()

    def _update_header(self) -> None:
        with contextlib.suppress(OSError):  # the sound is there, and readers cope with an old one
            self._file.seek(0)
            self._file.write(self._header())
            self._told_bytes = self._data_bytes
        self._file.seek(0, os.SEEK_END)

    def _header(self) -> bytes:
        """RIFF header of 16-bit mono PCM (Microsoft, Multimedia Programming Interface, 1991)."""
        size = min(self._data_bytes, 0xFFFFFFFF - 36)  # 37 hours: then the field is full
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            *(b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1),
            *(self._rate_hz, self._rate_hz * 2, 2, 16, b"data", size),
        )


def _open(path: Path, new: bool) -> BinaryIO:
    """Open an unbuffered file that only its user may read."""

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    return open(path, "xb" if new else "wb", buffering=0, opener=opener)


def _write_all(file: BinaryIO, data: bytes) -> None:
    """Append all of it or, as far as that can be helped, nothing. Raises OSError."""
    state = os.fstat(file.fileno())
    if stat.S_ISREG(state.st_mode) and state.st_nlink == 0:  # pipes have no links on some systems
        # Writing would go well, and to nowhere: somebody has removed the file.
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    start = file.tell() if file.seekable() else None
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        if start is not None:
            with contextlib.suppress(OSError):
                file.truncate(start)
                file.seek(start)
        raise


def failure(
    error: OSError, path: Path, reading: bool = False, beginning: bool = False
) -> StoreError:
    """Return the error that the user sees for one of the system's.

    Args:
        error: what the system said.
        path: of what.
        reading: nothing was to be written.
        beginning: the file was to be made, so nothing can have vanished.
    """
    code = error.errno
    if reading:
        if code in _GONE:
            return StoreError(
                "store.missing", f"There is no session at {path}", "See: voicecoach history"
            )
        reason = error.strerror or str(error)
        return StoreError("store.unreadable", f"{path} cannot be read: {reason}")
    if code in _FULL:
        return StoreError(
            "store.disk_full",
            f"The disk is full, and {path} cannot grow; what was written is kept",
            "Free some space",
        )
    if code in _FORBIDDEN:
        return StoreError(
            "store.read_only",
            f"{path} may not be written",
            "Change its permissions, or set VOICECOACH_HOME to another folder",
        )
    if code in _GONE and beginning:
        return StoreError(
            "store.no_folder", f"There is no folder {path.parent}", "Make it, or name another"
        )
    if code in _GONE:
        return StoreError(
            "store.vanished", f"{path} is not there any more", "Was the folder moved or removed?"
        )
    if code == errno.EEXIST:
        return StoreError("store.exists", f"{path} exists already", "Choose another name")
    return StoreError("store.failed", f"{path} cannot be written: {error.strerror or error}")
