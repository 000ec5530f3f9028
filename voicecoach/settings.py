"""What the user has chosen once and for all: ``settings.json`` in the user's folder.

Owns: that file, and how a small file is replaced without ever being half written. What a setting
means is for those to say who ask for it; settings that nobody here knows are kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicecoach import resources
from voicecoach.errors import StoreError


def settings_file() -> Path:
    """Where the settings are; the file need not exist."""
    return resources.user_data_dir() / "settings.json"


def setting(name: str) -> str:
    """Return a setting, '' where it was never made.

    Raises:
        StoreError: the file cannot be read, or is not what we wrote.
    """
    value = read_object(settings_file(), "Mend it or delete it").get(name, "")
    if isinstance(value, str):
        return value
    raise StoreError(
        "settings.damaged",
        f"{settings_file()} is damaged: {name} is not a text",
        "Mend it or delete it",
    )


def set_setting(name: str, value: str) -> None:
    """Remember a setting from now on; '' forgets it. All of it is written, or nothing.

    Raises:
        StoreError: the file cannot be read or written.
    """
    settings = read_object(settings_file(), "Mend it or delete it")
    settings[name] = value
    kept = {key: value for key, value in settings.items() if value != ""}
    try:
        write_object(settings_file(), kept)
    except OSError as error:
        raise StoreError(
            "settings.cannot_write",
            f"Cannot write {settings_file()}: {error.strerror or error}",
            "Check the folder's rights, or set VOICECOACH_HOME to a folder of yours",
        ) from error


def read_object(path: Path, remedy: str) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one where there is no file.

    Args:
        path: of the file.
        remedy: what to do about a file that is damaged.

    Raises:
        StoreError: it cannot be read, or holds something else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise StoreError(
            "settings.cannot_read", f"Cannot read {path}: {error.strerror or error}", remedy
        ) from error
    except ValueError as error:
        raise StoreError("settings.damaged", f"{path} is damaged: it is no JSON", remedy) from error
    if not isinstance(document, dict):
        raise StoreError("settings.damaged", f"{path} is damaged: it is no JSON object", remedy)
    return document


def write_object(path: Path, document: Mapping[str, Any]) -> None:
    """Replace a file by a JSON object: whoever reads it sees the old one or the new one.

    Raises:
        OSError: the file system refuses; the old file is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
