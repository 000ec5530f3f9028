"""Unpack a model's archive without trusting it.

An archive is a list of wishes: to write outside the folder, through a link, or without end. Only
plain files and folders inside one top folder are unpacked, and never more bytes than the limit.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from voicecoach.errors import ModelError

_MOST_FILES = 1000  # the largest official model has about 40
_BLOCK = 1 << 20


def unpacked_bytes(archive: Path) -> int:
    """Return how many bytes the archive's files will take.

    Raises:
        ModelError: not a whole zip archive.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            return sum(member.file_size for member in file.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _bad(archive, "is not a whole zip archive") from error


def unpack(archive: Path, into: Path, limit_bytes: int) -> tuple[Path, dict[str, int]]:
    """Unpack all files into an empty folder.

    Args:
        archive: a zip file with one folder at its top.
        into: must exist.
        limit_bytes: more than this is refused.

    Returns:
        The folder that was at the top, and each file's CRC-32 by its path inside that folder.

    Raises:
        ModelError: not a zip archive, damaged, too large, or it has no business here.
        OSError: the file system refuses.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = file.infolist()
            tops = {_safe_path(archive, member).parts[0] for member in members}
            if len(tops) != 1 or all(member.is_dir() for member in members):
                raise _bad(archive, "does not hold one folder with a model in it")
            _check_size(archive, members, limit_bytes)
            top = into / tops.pop()
            checksums = {}
            for member in members:
                path = into / _safe_path(archive, member)
                if member.is_dir():
                    path.mkdir(parents=True, exist_ok=True)
                else:
                    _write(file, member, path)
                    checksums[path.relative_to(top).as_posix()] = member.CRC
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise _bad(archive, f"is not a whole zip archive ({error})") from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise _bad(archive, "holds the same file twice") from error
    return top, checksums


def _safe_path(archive: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a member goes, if that is a plain place inside the folder."""
    name = member.filename
    path = PurePosixPath(name)
    if (
        not path.parts
        or path.is_absolute()
        or ".." in path.parts
        or any(character in name for character in '\\:*?"<>|')
        or not name.isprintable()
    ):
        raise _bad(archive, f"wants to write to {name!r}, outside its folder")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _bad(archive, f"holds {name!r}, which is a link or a device and not a file")
    if member.flag_bits & 1:
        raise _bad(archive, "is protected by a password")
    return path


def _check_size(archive: Path, members: list[zipfile.ZipInfo], limit_bytes: int) -> None:
    """Trust the sizes stated: zipfile reads no further than them, and then checks the CRC."""
    if len(members) > _MOST_FILES:
        raise _bad(archive, f"holds {len(members)} files; a model has a few dozen")
    size = sum(member.file_size for member in members)
    if size > limit_bytes:
        raise _bad(
            archive, f"would unpack to {size / 1e6:.0f} MB; at most {limit_bytes / 1e6:.0f} MB fit"
        )


def _write(file: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with file.open(member) as source, path.open("xb") as target:
        while block := source.read(_BLOCK):
            target.write(block)


def _bad(archive: Path, what: str) -> ModelError:
    return ModelError(
        "model.bad_archive",
        f"The archive {archive.name} {what}; nothing was changed",
        "Take the archive from its publisher: voicecoach model pull",
    )
