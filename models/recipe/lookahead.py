"""Prepares a graph for look-ahead, by OpenFst's ``fstconvert``.

The Python wheel of OpenFst lacks this kind of graph. Debian and Ubuntu have it as a library that
their ``fstconvert`` does not find by itself, so it is loaded beforehand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "libfst-tools"


class LookAheadMissingError(RuntimeError):
    """OpenFst's tools, or their library for look-ahead, are not installed."""


def write_look_ahead(graph: Any, path: Path) -> dict[int, int]:
    """Write a graph as OpenFst's ``olabel_lookahead``.

    Args:
        graph: a `pywrapfst.VectorFst`; its arcs are sorted by output.
        path: of the file.

    Returns:
        The new number of each output label.

    Raises:
        LookAheadMissingError: the means are not there.
        RuntimeError: OpenFst failed.
    """
    tool = shutil.which("fstconvert")
    library = find_library()
    if tool is None or library is None:
        what = "fstconvert" if tool is None else "libfstlookahead"
        raise LookAheadMissingError(
            f"{what} is missing, which makes graphs for look-ahead. Install OpenFst's tools; on "
            f"Debian and Ubuntu: sudo apt-get install {PACKAGE}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        plain, pairs = Path(scratch, "plain.fst"), Path(scratch, "pairs")
        graph.arcsort("olabel")
        graph.write(str(plain))
        result = subprocess.run(
            [
                tool,
                "--fst_type=olabel_lookahead",
                f"--save_relabel_opairs={pairs}",
                plain,
                path,
            ],
            env={**os.environ, "LD_PRELOAD": str(library)},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode or not path.exists():
            raise RuntimeError(f"fstconvert failed: {result.stderr.strip()}")
        rows = (line.split() for line in pairs.read_text().splitlines())
        return {int(old): int(new) for old, new in rows}


def find_library() -> Path | None:
    """Return OpenFst's library for look-ahead, if it is installed."""
    found = [file for folder in _library_folders() for file in folder.glob("libfstlookahead.so*")]
    return min(found, default=None)


def _library_folders() -> Iterator[Path]:
    """Yield where libraries lie: as told by the environment, beside the tool, and by custom."""
    told = os.environ.get("LD_LIBRARY_PATH", "")
    yield from (Path(folder) for folder in told.split(os.pathsep) if folder)
    tool = shutil.which("fstconvert")
    roots = [Path(tool).resolve().parent.parent] if tool else []
    for root in [*roots, Path("/usr/local"), Path("/usr")]:
        for folder in (root / "lib", root / "lib64"):
            yield folder
            yield from folder.glob("*-linux-gnu")
