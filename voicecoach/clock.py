"""Time: the one place that reads the system's clock.

Pure parts never ask what time it is: they are told. The rim asks a `Clock`. On a `VirtualClock` an
interview of ten minutes runs as fast as its parts can think.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol


class Clock(Protocol):
    """Seconds on a scale that never jumps back, and the date for the record."""

    def now(self) -> float:
        """Seconds since an arbitrary start."""
        ...

    def sleep_until(self, at_s: float) -> None:
        """Return when `now()` has reached `at_s`."""
        ...

    def date(self) -> dt.datetime:
        """The wall clock's date and time, with its zone."""
        ...


class SystemClock:
    """The real clock. Zero is the moment of its making, so that logs are easy to read.

    It reads the performance counter: on Windows `time.monotonic` ticks only every 16 ms, and
    PortAudio's clock is the same counter.
    """

    def __init__(self) -> None:
        self._zero = time.perf_counter()

    def now(self) -> float:
        """Seconds since this clock was made."""
        return time.perf_counter() - self._zero

    def sleep_until(self, at_s: float) -> None:
        """Sleep until `at_s`."""
        rest = at_s - self.now()
        if rest > 0:
            time.sleep(rest)

    def date(self) -> dt.datetime:
        """Local date and time."""
        return dt.datetime.now().astimezone()


class VirtualClock:
    """A clock that stands still until it is moved, then is at once where it was moved to."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._now = start_s

    def now(self) -> float:
        """Seconds since the start, as moved."""
        return self._now

    def sleep_until(self, at_s: float) -> None:
        """Jump to `at_s`; never back."""
        self._now = max(self._now, at_s)

    def date(self) -> dt.datetime:
        """The real date: records should say when they were made."""
        return dt.datetime.now().astimezone()
