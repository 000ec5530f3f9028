"""Which archive an address gave the first time, so that another one is refused later.

The catalogue states a SHA-256 where one is known. Elsewhere the publisher's own list is believed
when a model is first fetched, and from then on only that very archive is: its SHA-256 is *pinned*.
An address whose archive is exchanged, by whomever, is found out then.

Owns: ``model-pins.json`` in the user's folder. It stays when models are removed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from voicecoach import resources
from voicecoach.clock import SystemClock
from voicecoach.errors import ModelError
from voicecoach.model_folder import origin
from voicecoach.settings import read_object, write_object

_REMEDY = "Delete it if you trust the addresses that you fetch models from"


@dataclass(frozen=True, slots=True)
class Pin:
    """An archive as it came the first time.

    Attributes:
        sha256: in hexadecimal.
        size_bytes: of the archive.
        since: the day, ISO 8601.
    """

    sha256: str
    size_bytes: int
    since: str


def pins_file() -> Path:
    """Where the pins are; the file need not exist."""
    return resources.user_data_dir() / "model-pins.json"


def pin_of(url: str) -> Pin | None:
    """Return what an address gave the first time, None where that is not known.

    Raises:
        StoreError: the file of pins is damaged; nothing is fetched on a guess.
        ModelError: likewise.
    """
    noted = read_object(pins_file(), _REMEDY).get(url)
    if noted is None:
        return None
    try:
        return Pin(str(noted["sha256"]), int(noted["size_bytes"]), str(noted["since"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError("model.pins", f"{pins_file()} is damaged", _REMEDY) from error


def pin(url: str, sha256: str, size_bytes: int) -> None:
    """Note what an address gives from now on.

    Raises:
        StoreError: the file of pins is damaged.
        OSError: it cannot be written.
    """
    pins = read_object(pins_file(), _REMEDY)
    since = SystemClock().date().date().isoformat()
    write_object(pins_file(), {**pins, url: asdict(Pin(sha256, size_bytes, since))})


def verify_pin(folder: Path) -> None:
    """Compare an installed model with the pin of the address that it says it came from.

    Raises:
        ModelError: it was unpacked from another archive.
        StoreError: the file of pins is damaged.
    """
    came = origin(folder)
    pinned = pin_of(str(came.get("url", "")))
    if pinned is not None and came.get("sha256") != pinned.sha256:
        raise ModelError(
            "model.changed",
            f"The model in {folder} is not from the archive that was fetched on {pinned.since}",
            f"Fetch it again: voicecoach model pull {came.get('name', 'NAME')} --again",
        )
