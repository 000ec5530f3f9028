"""The most memory that this process has held."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_memory_mib() -> float | None:
    """Return it in MiB; None where the system does not tell.

    Linux carries the figure of `getrusage` over from the process that started this one, so there
    the process table is read instead.
    """
    if sys.platform == "win32":
        return None
    try:
        status = Path("/proc/self/status").read_text("utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) / 2**10
    except (OSError, ValueError, IndexError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (2**20 if sys.platform == "darwin" else 2**10)
