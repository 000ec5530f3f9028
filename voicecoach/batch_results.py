"""Where the results of a batch go, so that an interrupted batch goes on where it stopped.

Owns: the output file. Finished lines stand in the order of the input and are only ever appended. A
line that power cut, full disk or Ctrl-C left half is cut off. While the input is the one of before,
nothing is moved: its finished lines are passed over. From the first line that is another one, what
the file holds goes to ``NAME.earlier-results``, to be taken up line by line where it still fits;
that file is gone when the batch is through.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from pathlib import Path
from typing import BinaryIO, Protocol

from voicecoach.errors import VoicecoachError

_FINGERPRINT = re.compile(rb', "fingerprint": "([0-9a-f]{16})", ')
_OURS = re.compile(rb'\{"id": .*("fingerprint": "|"error": \{)')
_NO_SPACE = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class Results(Protocol):
    """Takes finished lines, in order."""

    def write(self, lines: bytes) -> None:
        """Take whole lines."""
        ...


class StreamResults:
    """Results into a pipe or onto the terminal."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, lines: bytes) -> None:
        """Take whole lines and pass them on at once."""
        self._stream.write(lines)
        self._stream.flush()


class ResultFile:
    """Results into a file: `next_is` for each line until one is not there, `begin`, and the rest.

    Args:
        path: made if it is not there.

    Raises:
        VoicecoachError: it cannot be written, holds something else than results, or is just being
            written by another process (which Windows does not tell).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._earlier = path.with_name(path.name + ".earlier-results")
        try:
            self._file = _open(path)
        except BlockingIOError as error:
            raise VoicecoachError(
                "batch.in_use",
                f"{path} is just being written by another run",
                "Wait for it, or choose another name for --out",
            ) from error
        except OSError as error:
            raise self._failed(error) from error
        self._end = 0  # of what is known to belong there
        self._places: dict[int, int] = {}  # of finished lines in the earlier file
        self._old: BinaryIO | None = None
        self._lines = path.open("rb")
        first = self._lines.readline()
        if first and not _may_be_ours(first):
            self.close()
            raise VoicecoachError(
                "batch.not_results",
                f"{path} is there already, and holds no results",
                "Choose another name for --out",
            )
        self._lines.seek(0)

    def next_is(self, beginning: bytes) -> bytes | None:
        """Return the next line that is there if it is whole and begins so."""
        line = self._lines.readline()
        if line.startswith(beginning) and _is_whole(line):
            self._end += len(line)
            return line
        return None

    def begin(self) -> None:
        """Make way for new lines behind those that `next_is` has found.

        Raises:
            VoicecoachError: the disk is full, or the like.
        """
        try:
            self._lines.seek(self._end)
            if _is_whole(self._lines.readline()):
                self._lines.seek(self._end)
                with self._earlier.open("ab") as old:
                    shutil.copyfileobj(self._lines, old, 1 << 20)
                    old.write(b"\n")  # behind a torn line, if that is its last
            self._lines.close()
            os.truncate(self._file.fileno(), self._end)
            self._file.seek(self._end)
            if self._earlier.exists():
                self._old = self._earlier.open("rb")
                self._places = _places(self._old)
        except OSError as error:
            raise self._failed(error) from error

    def has_earlier(self) -> bool:
        """Whether there is anything that `take` could find."""
        return bool(self._places)

    def take(self, fingerprint: str, beginning: bytes) -> bytes | None:
        """Return the line that was finished before its neighbours changed, if there is one."""
        place = self._places.get(int(fingerprint, 16))
        if place is None or self._old is None:
            return None
        self._old.seek(place)
        line = self._old.readline()
        return line if line.startswith(beginning) else None

    def write(self, lines: bytes) -> None:
        """Take whole lines; what cannot be written whole is cut off again.

        Raises:
            VoicecoachError: the disk is full, or the like.
        """
        written = 0
        try:
            while written < len(lines):
                written += self._file.write(lines[written:])
        except BaseException as error:
            self._end += lines.rfind(b"\n", 0, written) + 1
            self.cut()
            if isinstance(error, OSError):
                raise self._failed(error) from error
            raise
        self._end += len(lines)

    def cut(self) -> None:
        """Leave nothing but whole lines."""
        os.truncate(self._file.fileno(), self._end)
        self._file.seek(self._end)

    def finish(self) -> None:
        """See to it that all is on the disk; what is left of earlier results fits nothing."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed(error) from error
        self.close()
        self._earlier.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the files."""
        for file in (self._file, self._lines, self._old):
            if file is not None:
                file.close()

    def _failed(self, error: OSError) -> VoicecoachError:
        if error.errno in _NO_SPACE:
            return VoicecoachError(
                "batch.disk_full",
                f"The disk is full; {self.path} keeps what was finished",
                "Free some space and run the same command again: it goes on where it stopped",
            )
        return VoicecoachError(
            "batch.cannot_write",
            f"{self.path} cannot be written: {error.strerror or error}",
            "Choose another name or folder for --out",
        )


def _open(path: Path) -> BinaryIO:
    """Open a file for writing, for us alone, without touching what it holds; without a buffer."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags, 0o666), "r+b", buffering=0)
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise
        except OSError:  # some network file systems know no locks
            pass
    return file


def _may_be_ours(first: bytes) -> bool:
    """Whether a file that begins with this line holds results; of a torn line less is asked."""
    start = b'{"id": '
    return bool(_OURS.match(first)) or (
        not first.endswith(b"\n") and first[: len(start)] == start[: len(first)]
    )


def _is_whole(line: bytes) -> bool:
    """Whether nothing of a line is lost: a power cut can leave zeros for what was not written."""
    return line.endswith(b"}\n") and b"\0" not in line


def _places(file: BinaryIO) -> dict[int, int]:
    """Return where each finished line begins, by its fingerprint."""
    places = {}
    place = 0
    for line in file:
        found = _FINGERPRINT.search(line)
        if found and _is_whole(line):
            places[int(found.group(1), 16)] = place
        place += len(line)
    return places
