"""Stages are done once, in order, and again when what they depend on has changed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from models.recipe.stages import Stage, run_stages


class Log:
    """Stages that note when they are done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done: list[str] = []
        self.lines: list[str] = []

    def run(self, only: tuple[str, ...] = (), **settings: str) -> list[str]:
        self.done = []
        names: dict[str, tuple[str, ...]] = {
            "text": (),
            "speech": ("text",),
            "graph": ("text",),
            "export": ("speech",),
        }
        stages = [
            Stage(name, needs, settings.get(name, ""), partial(self.done.append, name))
            for name, needs in names.items()
        ]
        run_stages(stages, self.folder, self.lines.append, only)
        return self.done


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "work")


def test_everything_once(log: Log) -> None:
    assert log.run() == ["text", "speech", "graph", "export"]
    assert log.run() == []
    assert log.lines[-1] == "export: done before"


def test_a_change_does_again_what_depends_on_it(log: Log) -> None:
    log.run()
    assert log.run(speech="slower") == ["speech", "export"]
    assert log.run(speech="slower") == []
    assert log.run(text="more", speech="slower") == ["text", "speech", "graph", "export"]


def test_only_some(log: Log) -> None:
    assert log.run(only=("graph",)) == ["graph"]


def test_a_stage_that_fails_is_done_again(log: Log, tmp_path: Path) -> None:
    tries: list[int] = []

    def fails_once() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no space")

    stage = Stage("text", (), "", fails_once)
    with pytest.raises(OSError, match="no space"):
        run_stages([stage], tmp_path, print)
    run_stages([stage], tmp_path, print)
    run_stages([stage], tmp_path, print)
    assert len(tries) == 2
