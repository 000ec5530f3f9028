"""Put a model into the user's folder, or take one out.

An archive is unpacked beside its future place, checked, loaded once in a process of its own, and
only then moved there by a rename. Until that moment the model that was there stays in use; a crash
in between leaves it, or is mended by the next call.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from voicecoach.catalog import Catalog, CatalogEntry, read_catalog
from voicecoach.download import (
    Checksum,
    Progress,
    Source,
    cannot_write,
    check_space,
    checksum_of,
    fetch,
    join_url,
    published,
)
from voicecoach.errors import ModelError
from voicecoach.http_get import Patience
from voicecoach.model_folder import verify_folder, write_manifest
from voicecoach.model_pins import pin, pin_of
from voicecoach.model_probe import prove
from voicecoach.models import user_models_dir
from voicecoach.unpack import unpack, unpacked_bytes

_MOST_ARCHIVE_BYTES = 4_000_000_000  # where only a checksum is known


def source_of(
    entry: CatalogEntry,
    catalog: Catalog,
    address: str = "",
    sha256: str = "",
    patience: Patience | None = None,
) -> Source:
    """Return where a model comes from and how to know it.

    A checksum given by the user counts before all. The catalogue's SHA-256 holds for its own
    address. Else the archive must be the one that came from there before, if one did; the first
    time, what the ``model-list.json`` of that address says of it, or else the catalogue.

    Args:
        address: instead of ``VOICECOACH_MODEL_URL`` and the catalogue's.
        sha256: of the archive, in hexadecimal, where the user knows better.

    Raises:
        ModelError: a bad address, one that cannot be reached, or nobody states a checksum.
        StoreError: what came before is not readable.
    """
    address = (address or os.environ.get("VOICECOACH_MODEL_URL") or catalog.address).rstrip("/")
    url = join_url(address, entry.archive)
    own = address == catalog.address
    if sha256:
        return Source(url, 0, _MOST_ARCHIVE_BYTES, Checksum("sha256", sha256.lower()))
    if not (own and entry.sha256) and (known := pin_of(url)):
        size = known.size_bytes
        return Source(url, size, size, Checksum("sha256", known.sha256), pinned=known.since)
    stated = checksum_in_catalog(entry)
    if not own or stated is None:
        listed = published(address, entry.archive, patience)
        if listed:
            return listed
    if stated is None:
        raise _no_checksum(entry)
    return Source(url, entry.archive_bytes, entry.archive_bytes, stated)


def checksum_in_catalog(entry: CatalogEntry) -> Checksum | None:
    """Return the best checksum that the catalogue has for an archive; None where it has none."""
    if entry.sha256:
        return Checksum("sha256", entry.sha256)
    return Checksum("md5", entry.md5) if entry.md5 else None


def checksum_of_file(entry: CatalogEntry, catalog: Catalog) -> Checksum:
    """Return what an archive that was fetched by other means must hash to.

    Raises:
        ModelError: that is not known.
        StoreError: what came before is not readable.
    """
    known = None if entry.sha256 else pin_of(join_url(catalog.address, entry.archive))
    stated = Checksum("sha256", known.sha256) if known else checksum_in_catalog(entry)
    if stated is None:
        raise _no_checksum(entry)
    return stated


def _no_checksum(entry: CatalogEntry) -> ModelError:
    return ModelError(
        "model.no_checksum",
        f"No checksum is known for {entry.archive}, so it could be anything",
        "Give one that you trust with --sha256",
    )


def pull(
    entry: CatalogEntry, source: Source, progress: Progress, patience: Patience | None = None
) -> Path:
    """Fetch a model and install it; return its folder.

    Raises:
        ModelError: it cannot be fetched, is not what it should be, or cannot be written.
    """
    folder = user_models_dir()
    archive = folder / ".downloads" / entry.archive
    with _only_one(folder):
        size = source.size_bytes or entry.archive_bytes
        check_space(folder, size + entry.unpacked_mb * 1e6)
        fetch(source, archive, progress, patience)
        try:
            installed = _install(entry, archive, folder, source.checksum, source.url)
        except ModelError as error:
            if error.code != "model.no_space":
                # Its checksum was right, so a second try would fetch the same useless bytes.
                archive.unlink(missing_ok=True)
            raise
        archive.unlink(missing_ok=True)
        return installed


def fetched_bytes(entry: CatalogEntry) -> int:
    """Return how much of a model's archive an interrupted `pull` has left, in bytes."""
    part = user_models_dir() / ".downloads" / f"{entry.archive}.part"
    return part.stat().st_size if part.is_file() else 0


def install_archive(entry: CatalogEntry, archive: Path, checksum: Checksum) -> Path:
    """Install a model from an archive on this machine; return its folder.

    Raises:
        ModelError: there is no such file, it is not what it should be, or cannot be written.
    """
    if not archive.is_file():
        raise ModelError("model.no_such_file", f"There is no file {archive}", "Check its name")
    if checksum_of(archive, checksum.kind) != checksum:
        raise ModelError(
            "model.wrong_checksum",
            f"{archive} has a wrong {checksum.kind} checksum for {entry.name}",
            "Fetch it again, or give the checksum that you trust with --sha256",
        )
    folder = user_models_dir()
    with _only_one(folder):
        return _install(entry, archive, folder, checksum)


def remove(folder: Path) -> None:
    """Delete an installed model; it disappears at once or not at all.

    Raises:
        ModelError: it is not in the user's folder, or cannot be deleted.
    """
    models = user_models_dir()
    if folder.parent.resolve() != models.resolve():
        raise ModelError(
            "model.not_ours",
            f"The model in {folder} was not put there by voicecoach",
            "Delete the folder yourself if you want it gone",
        )
    with _only_one(models):
        try:
            aside = Path(tempfile.mkdtemp(prefix=".gone-", dir=models))
            folder.rename(aside / folder.name)
        except OSError as error:
            raise cannot_write(error, models) from error
        shutil.rmtree(aside, ignore_errors=True)


def _install(
    entry: CatalogEntry, archive: Path, folder: Path, verified: Checksum, url: str = ""
) -> Path:
    """Unpack, check, load once, put in place, and pin what the address gave."""
    sha256 = _hashed(archive, "sha256", verified).digest
    about = {
        "name": entry.name,
        "published": _is_published(entry, archive, verified, url),
        "sha256": sha256,
        "url": url,
    }
    limit_bytes = 2 * entry.unpacked_mb * 1_000_000
    check_space(folder, min(unpacked_bytes(archive), limit_bytes))
    try:
        with tempfile.TemporaryDirectory(
            prefix=".new-", dir=folder, ignore_cleanup_errors=True
        ) as staging:
            unpacked, crc32_by_name = unpack(archive, Path(staging), limit_bytes)
            _check(unpacked, archive)
            write_manifest(unpacked, about, crc32_by_name)
            installed = _put_in_place(unpacked, folder / entry.folder)
        if url:
            pin(url, sha256, archive.stat().st_size)
    except OSError as error:
        raise cannot_write(error, folder) from error
    return installed


def _is_published(entry: CatalogEntry, archive: Path, verified: Checksum, url: str) -> bool:
    """Whether this is the publisher's archive, so that the catalogue's figures are about it."""
    stated = checksum_in_catalog(entry)
    if stated is None:
        return url.startswith(f"{read_catalog().address}/")
    return _hashed(archive, stated.kind, verified) == stated


def _hashed(archive: Path, kind: str, verified: Checksum) -> Checksum:
    """Return the checksum of an archive that is known to hash to `verified`.

    The largest takes seconds to read, so it is not read for what is known.
    """
    return verified if kind == verified.kind else checksum_of(archive, kind)


def _check(unpacked: Path, archive: Path) -> None:
    """Refuse what is not a model that loads; speak of the archive, not of the staging folder."""
    try:
        verify_folder(unpacked)
        prove(unpacked, timeout_s=60.0 + archive.stat().st_size / 10e6)
    except ModelError as error:
        what = error.message.replace(str(unpacked), archive.name)
        raise ModelError(
            "model.bad_archive",
            f"{what}; nothing was changed",
            "Take another: voicecoach model list",
        ) from error


def _put_in_place(unpacked: Path, target: Path) -> Path:
    """Move a folder to its place; it cannot replace a full one, so the old one steps aside."""
    old = target.with_name(f".old-{target.name}")
    if target.exists():
        target.rename(old)
    try:
        unpacked.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return target


def _mend(folder: Path) -> None:
    """Clear up after a call that was killed."""
    for path in folder.glob(".*"):
        target = path.with_name(path.name.removeprefix(".old-"))
        if path.name.startswith(".old-") and not target.exists():
            path.rename(target)
        elif path.name.startswith((".new-", ".old-", ".gone-")):
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Keep a second pull out; the system lets go of the lock when a process dies."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("ab")
    except OSError as error:
        raise cannot_write(error, folder) from error
    with lock:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ModelError(
                "model.busy", "Another command is changing the models", "Wait until it is done"
            ) from error
        with contextlib.suppress(OSError):  # what cannot be cleared up now can be later
            _mend(folder)
        yield
