"""The catalogue of recogniser models: what there is, how large, how good, where from.

It is read from ``models/catalog.yaml``, which a wheel carries along.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicecoach import resources
from voicecoach.content.yamlfile import Node, read_yaml

KINDS = ("starter", "official")
"""The starter comes with voicecoach; an official model is made by the makers of Vosk."""

SUGGESTED = "small-en-us-0.15"
"""The model to fetch first: it hears people, is small, and runs on any laptop."""

_LINE_BITS_PER_S = 10e6  # a slow line at home; said with every time that is reckoned by it


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """A published figure.

    Attributes:
        test_set: the recordings that it was measured on.
        percent: word error rate: words wrong, missing or added, per hundred spoken.
    """

    test_set: str
    percent: float


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One model of the catalogue.

    Attributes:
        name: as on the command line, such as ``small-en-us-0.15``.
        title: for lists.
        kind: one of `KINDS`.
        folder: name of its folder, also inside the archive.
        archive: file name under the catalogue's address; '' for the starter.
        archive_bytes: exact size of the archive; 0 for the starter.
        unpacked_mb: about what it takes on disk, in units of 1,000,000 bytes.
        memory_mb: about what it takes in memory while listening, likewise.
        licence: SPDX identifier.
        error_rates: as published; empty where none are.
        note: what it is good for, one sentence for the ear.
        sha256: of the archive, in hexadecimal; '' where not known.
        md5: likewise.
    """

    name: str
    title: str
    kind: str
    folder: str
    archive: str
    archive_bytes: int
    unpacked_mb: int
    memory_mb: int
    licence: str
    error_rates: tuple[ErrorRate, ...]
    note: str
    sha256: str
    md5: str

    @property
    def fetch_time(self) -> str:
        """About how long it takes to fetch, with the line that this is reckoned by."""
        minutes = self.archive_bytes * 8 / _LINE_BITS_PER_S / 60
        time = "half a minute" if minutes < 0.75 else f"{max(1, round(minutes))} min"
        return f"about {time} at 10 Mbit/s"


@dataclass(frozen=True, slots=True)
class Catalog:
    """All of it.

    Attributes:
        address: where the archives are, without a slash at the end.
        entries: in order of preference.
    """

    address: str
    entries: tuple[CatalogEntry, ...]

    @property
    def suggested(self) -> CatalogEntry:
        """The model to fetch first."""
        return next(entry for entry in self.entries if entry.name == SUGGESTED)

    def find(self, name: str) -> CatalogEntry | None:
        """Return the entry of that name, or of that folder or archive name; None if there is none.

        ``vosk-model-small-en-us-0.15`` and the same with ``.zip`` are what people copy from Vosk's
        own pages.
        """
        for entry in self.entries:
            if name in (entry.name, entry.folder) or (entry.archive and name == entry.archive):
                return entry
        return None


def read_catalog(path: Path | None = None) -> Catalog:
    """Read the catalogue.

    Raises:
        ContentError: the file is missing or says something that is not understood.
    """
    top = read_yaml(path or resources.models_dir() / "catalog.yaml").mapping(("address", "models"))
    entries: dict[str, CatalogEntry] = {}
    for node in top["models"].items(at_least=1):
        entry = _entry(node)
        if entry.name in entries:
            raise node.error(f"{entry.name!r} is there twice", "Keep one of them")
        entries[entry.name] = entry
    if SUGGESTED not in entries:
        raise top["models"].error(f"{SUGGESTED!r} is missing", "It is the one that is suggested")
    return Catalog(top["address"].text().rstrip("/"), tuple(entries.values()))


_ALWAYS = (
    *("name", "title", "kind", "folder", "unpacked_mb", "memory_mb"),
    *("licence", "error_rates", "note"),
)


def _entry(node: Node) -> CatalogEntry:
    """Read one model; what can be fetched needs an archive and its size."""
    has = node.mapping(_ALWAYS, ("archive", "archive_bytes", "sha256", "md5"))
    entry = CatalogEntry(
        name=has["name"].text(),
        title=has["title"].text(),
        kind=has["kind"].text(one_of=KINDS),
        folder=has["folder"].text(),
        archive=has["archive"].text() if "archive" in has else "",
        archive_bytes=has["archive_bytes"].integer(1, 10**11) if "archive_bytes" in has else 0,
        unpacked_mb=has["unpacked_mb"].integer(low=1),
        memory_mb=has["memory_mb"].integer(low=1),
        licence=has["licence"].text(),
        error_rates=tuple(_error_rate(item) for item in has["error_rates"].items()),
        note=has["note"].text(),
        sha256=_checksum(has["sha256"], 64) if "sha256" in has else "",
        md5=_checksum(has["md5"], 32) if "md5" in has else "",
    )
    if entry.kind == "official" and not (entry.archive and entry.archive_bytes):
        raise node.error(f"{entry.name!r} cannot be fetched", "Give its archive and archive_bytes")
    return entry


def _error_rate(node: Node) -> ErrorRate:
    has = node.mapping(("test_set", "percent"))
    return ErrorRate(has["test_set"].text(), has["percent"].number(0.0, 100.0))


def _checksum(node: Node, digits: int) -> str:
    text = node.text().lower()
    if len(text) != digits or set(text) - set("0123456789abcdef"):
        raise node.error(f"not a checksum of {digits} hexadecimal digits", "Copy it again")
    return text
