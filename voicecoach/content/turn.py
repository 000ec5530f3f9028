"""Reads and writes what was learned of how answers end: ``models/turn-en/weights.tsv``."""

from __future__ import annotations

from pathlib import Path

from voicecoach import resources
from voicecoach.errors import ContentError
from voicecoach.turn_text import TurnText, read_weights, written

NAME = "weights.tsv"


def load_turn_text(folder: Path | None = None) -> TurnText:
    """Read the weights.

    Args:
        folder: None for the one that ships with voicecoach.

    Raises:
        ContentError: the file is missing or damaged.
    """
    folder = folder or resources.models_dir() / "turn-en"
    try:
        with (folder / NAME).open(encoding="utf-8") as lines:
            return read_weights(lines)
    except OSError as error:
        raise _broken(folder, error.strerror or "it cannot be read") from error
    except (ValueError, TypeError) as error:
        raise _broken(folder, str(error)) from error


def save_turn_text(weights: TurnText, folder: Path) -> None:
    """Write the weights; the same ones give the same file.

    Raises:
        OSError: the file system refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text("".join(written(weights)), encoding="utf-8")


def _broken(folder: Path, why: str) -> ContentError:
    return ContentError(
        "content.turn", f"The turn model in {folder} is of no use ({why})", "Reinstall voicecoach"
    )
