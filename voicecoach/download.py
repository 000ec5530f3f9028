"""Fetch one large file over HTTP, so that nothing is lost and nothing wrong is kept.

An interrupted download goes on where it stopped (``Range`` with ``If-Range``), a stalled one is
given up, a file larger than announced is cut off, and only a file whose checksum fits gets its
name. This is the only place that opens a connection, and only the command that fetches models
comes here.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.errors import ModelError
from voicecoach.http_get import Interrupted, Patience, TooMuch, blocks, get

if TYPE_CHECKING:
    import requests

Progress = Callable[[int, int], None]
"""Told bytes done and bytes in all (0 where not known), often."""

_LIST_LIMIT = 4_000_000  # bytes of model-list.json; the publisher's has about 30,000
_SPARE_BYTES = 50_000_000
_OWN_SERVER = (
    "On a server of your own, put a model-list.json beside the archive or give its --sha256"
)
_TRUST = "If you trust what is offered now, give its checksum with --sha256"
_AGAIN = "Run the same command again: it goes on where it stopped"


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a file must hash to.

    Attributes:
        kind: ``sha256`` or ``md5``.
        digest: in hexadecimal, lower case.
    """

    kind: str
    digest: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file is, and how to know it.

    Attributes:
        url: its address.
        size_bytes: exact size; 0 where not known.
        limit_bytes: more than this is never taken.
        checksum: of the whole file.
        pinned: the day on which this file first came from there; '' where it never did.
    """

    url: str
    size_bytes: int
    limit_bytes: int
    checksum: Checksum
    pinned: str = ""


class _Restart(Exception):  # noqa: N818 - not a failure
    """What has come cannot be continued; begin at the first byte."""


def fetch(
    source: Source, target: Path, progress: Progress, patience: Patience | None = None
) -> None:
    """Bring a file to `target`, continuing what an earlier call left; do nothing if it is there.

    Raises:
        ModelError: the address is wrong, the server cannot be reached, stalls, or offers something
            else; the checksum does not fit; there is no space or no right to write.
    """
    patience = patience or Patience()
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file() and _digest(target, source.checksum.kind) == source.checksum.digest:
            return
        for _ in range(2):  # the file behind the address may have changed between two halves
            continued = _complete(source, part, progress, patience)
            if _digest(part, source.checksum.kind) == source.checksum.digest:
                break
            _discard(part)
            if not continued:
                raise _wrong_checksum(source)
        else:
            raise _wrong_checksum(source)
        part.replace(target)
        _notes_of(part).unlink(missing_ok=True)
    except TooMuch as error:
        _discard(part)
        raise ModelError(
            "model.wrong_size", f"{source.url} sends more than it announced", _OWN_SERVER
        ) from error
    except OSError as error:
        raise cannot_write(error, target.parent) from error


def published(address: str, archive: str, patience: Patience | None = None) -> Source | None:
    """Look a file up in the ``model-list.json`` beside it; None where that does not list it.

    Raises:
        ModelError: the server cannot be reached.
    """
    patience = patience or Patience()
    url = join_url(address, "model-list.json")
    try:
        with get(url, {}, patience) as response:
            if response.status_code != 200:
                return None
            text = b"".join(blocks(response, patience, _LIST_LIMIT))
        entries = {f"{entry['name']}.zip": entry for entry in json.loads(text)}
        entry = entries[archive]
        size, md5 = int(entry["size"]), str(entry["md5"]).lower()
    except Interrupted as error:
        raise _unreachable(url, str(error)) from error
    except (TooMuch, ValueError, KeyError, TypeError):
        return None
    return Source(join_url(address, archive), size, size, Checksum("md5", md5))


def join_url(address: str, name: str) -> str:
    """Return the address of a file under another.

    Raises:
        ModelError: not an address of the web.
    """
    parts = urllib.parse.urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ModelError(
            "model.bad_address",
            f"{address!r} is not an address of the web",
            "Give one that begins with https:// or http://",
        )
    return f"{address.rstrip('/')}/{urllib.parse.quote(name)}"


def check_space(folder: Path, needed_bytes: float) -> None:
    """Refuse before anything is written.

    Raises:
        ModelError: fewer bytes are free there than needed, with a little to spare.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < needed_bytes + _SPARE_BYTES:
        raise ModelError(
            "model.no_space",
            f"{folder} has {free / 1e6:.0f} MB free, {(needed_bytes + _SPARE_BYTES) / 1e6:.0f} MB "
            "are needed",
            "Make room there, or set VOICECOACH_HOME to a folder on a larger disk",
        )


def cannot_write(error: OSError, folder: Path) -> ModelError:
    """Return the error for a file system that refuses."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return ModelError(
            "model.no_space", f"There is no space left in {folder}", f"Make room there. {_AGAIN}"
        )
    reason = error.strerror or str(error)
    return ModelError(
        "model.cannot_write",
        f"Cannot write in {folder}: {reason}",
        "Check the folder's rights, or set VOICECOACH_HOME to a folder of yours",
    )


def checksum_of(path: Path, kind: str) -> Checksum:
    """Return a file's checksum."""
    return Checksum(kind, _digest(path, kind))


def _complete(source: Source, part: Path, progress: Progress, patience: Patience) -> bool:
    """Fill the partial file to its end; return whether it holds bytes of more than one answer."""
    continued, failures = _size(part) > 0, 0
    while True:
        before, reason = _size(part), ""
        try:
            _one_answer(source, part, progress, patience)
        except _Restart:
            _discard(part)
            continued, failures = False, failures + 1
            reason = "it does not keep to what it announces"
        except Interrupted as error:
            grown = _size(part) > before
            continued, failures = continued or grown, 0 if grown else failures + 1
            reason = str(error)
            clock = patience.clock
            clock.sleep_until(clock.now() + patience.pause_s * 2 ** max(0, failures - 1))
        else:
            return continued
        if failures >= patience.tries:
            raise _unreachable(source.url, reason)


def _one_answer(source: Source, part: Path, progress: Progress, patience: Patience) -> None:
    """Ask once for what is missing, and write what comes."""
    have = _size(part)
    if have and have == source.size_bytes:
        return
    with get(source.url, _range_headers(source, part, have), patience) as response:
        total = _announced(response, source, have)
        if response.status_code == 200:
            have = 0
        _notes_of(part).write_text(
            json.dumps({"url": source.url, "validator": _validator(response)}), encoding="utf-8"
        )
        with part.open("ab" if have else "wb") as file:
            for block in blocks(response, patience, source.limit_bytes - have):
                file.write(block)
                have += len(block)
                progress(have, total)
    if total and have < total:
        raise Interrupted("the connection ended early")


def _range_headers(source: Source, part: Path, have: int) -> dict[str, str]:
    """Ask for the rest, if it is still the same file; a server that knows no ranges sends all."""
    if not have:
        return {}
    try:
        notes = json.loads(_notes_of(part).read_text(encoding="utf-8"))
        url, validator = notes["url"], notes["validator"]
    except (OSError, ValueError, KeyError, TypeError):
        url, validator = "", ""
    if url != source.url or (source.size_bytes and have > source.size_bytes):
        raise _Restart
    headers = {"Range": f"bytes={have}-"}
    return {**headers, "If-Range": validator} if validator else headers


def _announced(response: requests.Response, source: Source, have: int) -> int:
    """Return the size of the whole file as the server states it, 0 where it does not."""
    status = response.status_code
    if status == 416:
        raise _Restart
    if status >= 500 or status == 429:
        raise Interrupted(f"it answers {status} {response.reason}")
    if status not in (200, 206):
        raise ModelError(
            "model.no_such_file",
            f"{source.url} answers {status} {response.reason}",
            "Check the address and the name: voicecoach model list",
        )
    if status == 206:
        begins, _, total = response.headers.get("Content-Range", "").partition("/")
        if not begins.startswith(f"bytes {have}-"):
            raise _Restart
        size = int(total) if total.isdigit() else 0
    else:
        length = response.headers.get("Content-Length", "")
        size = int(length) if length.isdigit() else 0
    _check_size(size, source)
    return size or source.size_bytes


def _check_size(size: int, source: Source) -> None:
    """Refuse what cannot be the right file before it is fetched."""
    if size and (size > source.limit_bytes or (source.size_bytes and size != source.size_bytes)):
        if source.pinned:
            raise _changed(source)
        expected = source.size_bytes or source.limit_bytes
        raise ModelError(
            "model.wrong_size",
            f"{source.url} has {size} bytes where {'' if source.size_bytes else 'at most '}"
            f"{expected} are expected, so it is not the file that is meant",
            _OWN_SERVER,
        )


def _unreachable(url: str, reason: str) -> ModelError:
    host = urllib.parse.urlsplit(url).netloc
    return ModelError(
        "model.unreachable",
        f"Cannot fetch {url.rpartition('/')[2]} from {host}: {reason}",
        f"{_AGAIN}. Or fetch it elsewhere and give it with --archive",
    )


def _wrong_checksum(source: Source) -> ModelError:
    if source.pinned:
        return _changed(source)
    return ModelError(
        "model.wrong_checksum",
        f"What came from {source.url} has a wrong {source.checksum.kind} checksum and was deleted",
        f"Try again later. {_OWN_SERVER}",
    )


def _changed(source: Source) -> ModelError:
    return ModelError(
        "model.changed",
        f"{source.url} now offers another archive than on {source.pinned}; it was refused",
        _TRUST,
    )


def _validator(response: requests.Response) -> str:
    """Return what tells this version of the file from another; weak tags may not be used so."""
    tag: str = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


def _notes_of(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    _notes_of(part).unlink(missing_ok=True)


def _digest(path: Path, kind: str) -> str:
    # MD5 is all that the publisher states for some files: it finds damage, not malice.
    digest: Any = hashlib.sha256() if kind == "sha256" else hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return str(digest.hexdigest())
