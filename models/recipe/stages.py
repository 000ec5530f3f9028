"""Stages that build on each other, each done once: what is done and still holds is passed over."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


def say(line: str) -> None:
    """Print a line at once: a stage takes long."""
    print(line, flush=True)


@dataclass(frozen=True)
class Stage:
    """One step of the recipe.

    Attributes:
        name: and the folder of its own, unless it writes into another's.
        needs: names of the stages whose results it reads.
        settings: everything that its result depends on besides, as text.
        work: does it; it may be called again after an interruption, and goes on where it can.
    """

    name: str
    needs: tuple[str, ...]
    settings: str
    work: Callable[[], None]


def run_stages(
    stages: Sequence[Stage],
    folder: Path,
    report: Callable[[str], None],
    only: Sequence[str] = (),
) -> None:
    """Do the stages in order, leaving out what was done with the same settings.

    A stage leaves a mark, ``<name>.done``, with a digest of its settings and of the marks of the
    stages that it needs: change an early setting, and what follows from it is done anew.

    Args:
        stages: each after those that it needs.
        folder: of the work.
        report: is given a line for each stage.
        only: names of the stages to do, the others being taken as they are; all if empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digests: dict[str, str] = {}
    for stage in stages:
        inputs = [digests[name] for name in stage.needs]
        digest = hashlib.sha256(json.dumps([stage.name, stage.settings, inputs]).encode())
        digests[stage.name] = digest.hexdigest()
        mark = folder / f"{stage.name}.done"
        if only and stage.name not in only:
            continue
        if mark.exists() and json.loads(mark.read_text("utf-8"))["digest"] == digest.hexdigest():
            report(f"{stage.name}: done before")
            continue
        report(f"{stage.name}: begins")
        began = time.monotonic()
        stage.work()
        seconds = time.monotonic() - began
        mark.write_text(
            json.dumps({"digest": digest.hexdigest(), "seconds": round(seconds, 1)}) + "\n", "utf-8"
        )
        report(f"{stage.name}: done in {seconds / 60:.1f} min")
