"""From nothing to a model that real Vosk loads and that hears: the small recipe, whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the recipe's dependency group is not installed")
from tests.recipe.needs import OPENFST

if not OPENFST:
    pytest.skip("pynini is not installed (there is none for Windows)", allow_module_level=True)

ROOT = Path(__file__).parents[2]
MISSING = [program for program in ("flite", "espeak-ng", "festival") if not shutil.which(program)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def recipe(work: Path, *arguments: str) -> str:
    """Run the recipe of the command words, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "models.recipe", str(work), "--recipe", "commands", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which every stage was done."""
    folder = tmp_path_factory.mktemp("recipe")
    recipe(folder)
    return folder


@pytest.fixture(scope="module")
def report(work: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((work / "evaluation" / "report.json").read_text("utf-8"))
    return content


def test_the_model_is_a_whole_folder(work: Path) -> None:
    from voicecoach.model_folder import verify_folder

    verify_folder(work / "model")


def test_the_model_hears_voices_that_it_was_not_trained_on(report: dict[str, Any]) -> None:
    """Thirty words: a guess would be wrong 97 times of a hundred. Four in ten are usual."""
    for kind, voices in report["vosk"]["word_errors"].items():
        everyone = voices["all"]
        assert everyone["words"] >= 60, kind
        assert everyone["word_error_rate"] < 0.6, (kind, voices)


def test_stages_that_are_done_are_not_done_again(work: Path) -> None:
    printed = recipe(work)
    assert printed.count("done before") == 7


def test_a_training_that_was_interrupted_goes_on(work: Path, tmp_path: Path) -> None:
    copy = tmp_path / "work"
    shutil.copytree(work, copy)
    printed = recipe(copy, "--steps", "410", "--stage", "training")
    assert "steps 401 to 410" in printed
