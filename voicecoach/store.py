"""Sessions on disk: the folder that holds them, and reading them back.

Owns: the folder of a session and its name, and what is made of a log that broke off. How the files
in it are written is `voicecoach.session_files`'. Must not touch: devices, models, the dialogue, the
clock (dates are handed in).

A session is a folder that only its user may read::

    2026-05-04-1312-practice-x7/
        events.jsonl    a header line, then one event a line, each written out at once
        candidate.wav   what the microphone heard, 16 kHz mono

A line that the end cut short is left out on reading, and told.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach import resources
from voicecoach.errors import StoreError
from voicecoach.events import Event, SessionEnded, SessionStarted, from_json
from voicecoach.session_files import (
    AUDIO_NAME,
    EVENTS_NAME,
    LOG_NAME,
    SCHEMA,
    SessionWriter,
    failure,
)

_HEADER_BYTES = 65_536  # no header is longer: a file without a line end is not read in whole
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SUFFIX_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


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
            raise failure(error, self.root, beginning=True) from error
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
            raise failure(error, self.root, reading=True) from error
        return tuple(sorted(names, key=_age_key, reverse=True))

    def load_all(
        self, limit: int | None = None, only: Collection[type[Event]] = ()
    ) -> tuple[tuple[SessionRecord, ...], tuple[str, ...]]:
        """Return the sessions that can be read, the latest first, and why the others cannot be.

        Args:
            limit: no more than so many of the latest.
            only: kinds of events that are wanted, as in `read_events`.

        Raises:
            StoreError: the folder cannot be read.
        """
        read = [_record_or_error(self.root / name, only) for name in self.ids()[:limit]]
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


def _record_or_error(folder: Path, only: Collection[type[Event]]) -> SessionRecord | StoreError:
    try:
        return read_events(folder, only)
    except StoreError as error:
        return error


def read_events(path: Path, only: Collection[type[Event]] = ()) -> SessionRecord:
    """Read an event log, or the one in a session's folder.

    Args:
        path: of the log, or of the folder.
        only: kinds of events that are wanted; the others are passed over, which is much quicker.
            Empty for all.

    Raises:
        StoreError: it is missing, cannot be read, is no event log, or is of another version.
    """
    log = path / EVENTS_NAME if path.is_dir() else path
    try:
        with log.open("rb") as file:
            _check_header(file.readline(_HEADER_BYTES), log)
            lines = _wanted(file.read().split(b"\n"), only)
    except OSError as error:
        raise failure(error, log, reading=True) from error
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


def _wanted(lines: list[bytes], only: Collection[type[Event]]) -> list[bytes]:
    """Lines of these kinds of events, and the last one, which may be cut short."""
    if not only:
        return lines
    heads = tuple(b'{"event":"%s"' % kind.__name__.encode() for kind in only)
    return [line for line in lines[:-1] if line.startswith(heads)] + lines[-1:]


def _check_header(line: bytes, log: Path) -> None:
    try:
        header: Any = json.loads(line.decode("utf-8"))
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("log") != LOG_NAME:
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
