"""Sessions on disk: the sole writer and reader of them.

Owns: the folder of a session, the form of its files, their names, and the schema's version.
Must not touch: devices, models, the dialogue, the clock (dates are handed in).

A session is a folder that only its user may read::

    2026-05-04-1312-practice-x7/
        events.jsonl    a header line, then one event a line, each written out at once
        candidate.wav   what the microphone heard, 16 kHz mono

Nothing is held back in buffers, so that a process killed at any moment loses no event and at most
`HEADER_EVERY_S` of sound. A line that the end cut short is left out on reading, and told.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from voicecoach import resources
from voicecoach.errors import StoreError
from voicecoach.events import Event, SessionEnded, SessionStarted, from_json, to_json

if TYPE_CHECKING:
    from voicecoach.audio.format import Samples
    from voicecoach.ports import EventLog

SCHEMA = 1
"""Version of the event log. Raised when an old log could no longer be read as it stands."""

EVENTS_NAME = "events.jsonl"
AUDIO_NAME = "candidate.wav"

HEADER_EVERY_S = 0.5
"""Seconds of sound after which a recording's header is brought up to date."""

_LOG_NAME = "voicecoach-events"
_HEADER_BYTES = 65_536  # no header is longer: a file without a line end is not read in whole
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SUFFIX_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as it was kept.

    Attributes:
        id: name of the session, or of the file that its events were read from.
        path: of the event log.
        events: in the order in which they were written.
        audio_path: the candidate's sound, None where none was kept.
        complete: whether the session came to its end; a killed one did not.
        problems: what could not be read, one line each; empty when all is well.
    """

    id: str
    path: Path
    events: tuple[Event, ...]
    audio_path: Path | None
    complete: bool
    problems: tuple[str, ...] = ()

    @property
    def started(self) -> SessionStarted | None:
        """The first event, None in a session that was cut off before it."""
        return next((e for e in self.events if isinstance(e, SessionStarted)), None)


class SessionStore:
    """The folder with the user's sessions.

    Args:
        root: the folder, made when the first session is; None for the user's own.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or resources.user_data_dir() / "sessions"

    def create(
        self, activity: str, started: dt.datetime, session_id: str | None = None
    ) -> SessionWriter:
        """Begin a session and return its writer; the caller closes it.

        Args:
            activity: ``practice``, ``opening``, ``drill:NAME``, ...: part of the name.
            started: local date and time: the rest of the name.
            session_id: a name of one's own instead.

        Raises:
            StoreError: the folder cannot be made or written, or the name is taken or no name.
        """
        if session_id is not None and not _NAME.fullmatch(session_id):
            raise StoreError(
                "store.bad_name",
                f"{session_id!r} is no name for a session",
                "Use letters, digits, dots and hyphens",
            )
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = self._make_folder(activity, started, session_id)
        except OSError as error:
            raise _failure(error, self.root) from error
        return SessionWriter(folder)

    def _make_folder(self, activity: str, started: dt.datetime, session_id: str | None) -> Path:
        if session_id is not None:
            folder = self.root / session_id
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError as error:
                raise StoreError(
                    "store.name_taken", f"There is a session named {session_id} already"
                ) from error
            return folder
        step = 0
        while True:
            folder = self.root / session_name(activity, started, step)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                return folder
            step += 1

    def ids(self) -> tuple[str, ...]:
        """Names of the sessions, the latest first; none where the folder is missing.

        Raises:
            StoreError: the folder cannot be read.
        """
        try:
            names = [p.name for p in self.root.iterdir() if (p / EVENTS_NAME).is_file()]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise _failure(error, self.root, reading=True) from error
        return tuple(sorted(names, key=_age_key, reverse=True))

    def load_all(
        self, limit: int | None = None
    ) -> tuple[tuple[SessionRecord, ...], tuple[str, ...]]:
        """Return the sessions that can be read, the latest first, and why the others cannot be.

        Args:
            limit: no more than so many of the latest.

        Raises:
            StoreError: the folder cannot be read.
        """
        read = [_record_or_error(self.root / name) for name in self.ids()[:limit]]
        records = tuple(r for r in read if isinstance(r, SessionRecord))
        return records, tuple(str(r) for r in read if isinstance(r, StoreError))

    def load(self, session: str | Path | None = None) -> SessionRecord:
        """Read a session.

        Args:
            session: its name, the beginning or the last part of its name, the path of its folder
                or of an event log; None for the latest.

        Raises:
            StoreError: there is none, there are several, or it cannot be read.
        """
        if session is None:
            return read_events(self._latest())
        text = str(session)
        if isinstance(session, str) and os.sep not in text and not text.endswith(".jsonl"):
            named = self._named(text)
            if named is not None:
                return read_events(named)
        return read_events(Path(session))

    def _latest(self) -> Path:
        ids = self.ids()
        if not ids:
            raise StoreError("store.none", "There are no sessions yet", "Run: voicecoach practice")
        return self.root / ids[0]

    def _named(self, text: str) -> Path | None:
        """The folder meant by a name or a part of one; None where it may be a path instead."""
        ids = self.ids()
        if text in ids:
            return self.root / text
        found = [i for i in ids if text and (i.startswith(text) or i.endswith(f"-{text}"))]
        if len(found) == 1:
            return self.root / found[0]
        if found:
            some = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
            raise StoreError(
                "store.ambiguous", f"{text!r} fits {len(found)} sessions: {some}", "Say which one"
            )
        if Path(text).exists():
            return None
        raise StoreError(
            "store.unknown", f"There is no session {text!r}", "See them all: voicecoach history"
        )


def session_name(activity: str, started: dt.datetime, step: int = 0) -> str:
    """Return a name that can be read and that sorts by time, such as 2026-05-04-1312-practice-x7.

    The two last characters are the seconds of the minute in units of 60/1296 s, to base 36: names
    of the same minute still sort. `step` is added to them, to evade a name that is taken.
    """
    units = int((started.second + started.microsecond / 1e6) * 1296 / 60) + step
    last = len(_SUFFIX_DIGITS) - 1
    head, tail = min(units // 36, last), units % 36 if units < 1296 else last
    suffix = _SUFFIX_DIGITS[head] + _SUFFIX_DIGITS[tail]
    if units >= 1296:  # more sessions than the minute has names: zz000, zz001, ...
        suffix += f"{units - 1296:03d}"
    slug = re.sub(r"[^a-z0-9]+", "-", activity.lower()).strip("-") or "session"
    return f"{started:%Y-%m-%d-%H%M}-{slug}-{suffix}"


def _age_key(name: str) -> tuple[str, str, str]:
    """Order of names by time: the minute, then the seconds in the last part."""
    return name[:15], name.rpartition("-")[2], name


def _record_or_error(folder: Path) -> SessionRecord | StoreError:
    try:
        return read_events(folder)
    except StoreError as error:
        return error


def read_events(path: Path) -> SessionRecord:
    """Read an event log, or the one in a session's folder.

    Raises:
        StoreError: it is missing, cannot be read, is no event log, or is of another version.
    """
    log = path / EVENTS_NAME if path.is_dir() else path
    try:
        with log.open("rb") as file:
            _check_header(file.readline(_HEADER_BYTES), log)
            lines = file.read().split(b"\n")
    except OSError as error:
        raise _failure(error, log, reading=True) from error
    events, problems = _parse(lines)
    in_folder = log.name == EVENTS_NAME
    audio = log.with_name(AUDIO_NAME)
    return SessionRecord(
        id=log.absolute().parent.name if in_folder else log.stem,
        path=log,
        events=tuple(events),
        audio_path=audio if in_folder and audio.is_file() else None,
        complete=any(isinstance(e, SessionEnded) for e in events),
        problems=tuple(problems),
    )


def _check_header(line: bytes, log: Path) -> None:
    try:
        header: Any = json.loads(line.decode("utf-8"))
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("log") != _LOG_NAME:
        raise StoreError("store.not_a_log", f"{log} is not a voicecoach session")
    if header.get("schema") != SCHEMA:
        raise StoreError(
            "store.version",
            f"{log} was written in version {header.get('schema')!r} of the session format, and"
            f" this voicecoach reads version {SCHEMA}",
            "Use the voicecoach that wrote it",
        )


def _parse(lines: list[bytes]) -> tuple[list[Event], list[str]]:
    """Events of the lines that can be read, and a line of complaint for each that cannot."""
    events: list[Event] = []
    problems: list[str] = []
    last = len(lines) - 1  # what follows the last line end: nothing, unless the writer was killed
    for index, line in enumerate(lines):
        read = _event(line) if line or index != last else None
        if isinstance(read, Event):
            events.append(read)
        elif read is not None:
            what = "was cut short and is left out" if index == last else f"is left out: {read}"
            problems.append(f"line {index + 2} {what}")
    return events, problems


def _event(line: bytes) -> Event | str:
    """The event of a line, or why there is none."""
    try:
        document = json.loads(line.decode("utf-8"))
        return from_json(document) if isinstance(document, dict) else "it is no event"
    except (ValueError, RecursionError) as error:  # JSON's and UTF-8's errors are ValueErrors
        return str(error)


# --- writing ------------------------------------------------------------------------------------


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
            raise _failure(error, path) from error
        try:
            self._write({"log": _LOG_NAME, "schema": SCHEMA})
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
            raise _failure(error, self.path) from error

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
        raise _failure(error, path) from error


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
            raise _failure(error, path) from error
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
            raise _failure(error, self._path) from error

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
    if os.fstat(file.fileno()).st_nlink == 0:
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


def _failure(error: OSError, path: Path, reading: bool = False) -> StoreError:
    """The error that the user sees for one of the system's."""
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
    if code in _GONE:
        return StoreError(
            "store.vanished", f"{path} is not there any more", "Was the folder moved or removed?"
        )
    if code == errno.EEXIST:
        return StoreError("store.exists", f"{path} exists already", "Choose another name")
    return StoreError("store.failed", f"{path} cannot be written: {error.strerror or error}")
