"""Is this folder a model that Vosk can load? Asked before Vosk is.

Vosk 0.3.45 answers a broken folder in three ways: it refuses (good), it refuses only when the first
recogniser is made, or it takes the whole process down. Seen: an empty ``model.conf`` aborts, an
empty or cut ``disambig_tid.int`` is a segmentation fault. So what can be known from the files is
checked here, in milliseconds and without Vosk; what cannot is tried in a process that may die (see
`voicecoach.model_probe`).

Two layouts are in use. The present one has ``am/``, ``conf/`` and ``graph/``; the older one has all
files side by side.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach.audio.format import RATE_HZ
from voicecoach.catalog import SUGGESTED
from voicecoach.errors import ModelError

MANIFEST = "voicecoach.json"
"""Written into a folder when its archive was unpacked whole; see `write_manifest`."""

_FST_MAGIC = b"\xd6\xfd\xb2\x7e"  # OpenFst's number 2125659606, first in every graph file
_REMEDY = f"Unpack its archive again, or fetch a model with: voicecoach model pull {SUGGESTED}"
_WORD_LINE = re.compile(rb"\S+[ \t]+\d+\s*\n?")
_IVECTOR_PARTS = (
    "final.dubm",
    "final.ie",
    "final.mat",
    "global_cmvn.stats",
    "online_cmvn.conf",
    "splice.conf",
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a layout keeps its files, relative to the model's folder.

    Attributes:
        acoustic: the acoustic model.
        settings: the decoder's settings, '' where the layout has none.
        features: the settings of the features, of which one is there.
        graph: the folder of the graph's files, with a slash at the end where it is not the top.
    """

    acoustic: str
    settings: str
    features: tuple[str, ...]
    graph: str


_PRESENT = _Layout(
    "am/final.mdl", "conf/model.conf", ("conf/mfcc.conf", "conf/fbank.conf"), "graph/"
)
_OLDER = _Layout("final.mdl", "", ("mfcc.conf", "fbank.conf"), "")


def looks_like_model(folder: Path) -> bool:
    """Whether the folder was meant to be a model, whole or not."""
    return (folder / "final.mdl").is_file() or any(
        (folder / name).is_dir() for name in ("am", "conf", "graph")
    )


def verify_folder(folder: Path) -> int:
    """Check all that can be known of a model without loading it.

    Returns:
        Its sampling rate in hertz.

    Raises:
        ModelError: it is no model, a file is missing, empty or cut short, or it was made for
            another sampling rate than ours; the message names the file.
    """
    try:
        _check_is_model(folder)
        layout = _OLDER if (folder / _OLDER.acoustic).is_file() else _PRESENT
        _check_acoustic(folder, layout.acoustic)
        _check_settings(folder, layout.settings)
        rate_hz = _check_features(folder, layout.features)
        _check_graph(folder, layout.graph)
        _check_ivectors(folder)
        _check_sizes(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise _broken(folder, f"cannot be read: {error.filename}: {reason}") from error
    return rate_hz


def verify_contents(folder: Path) -> int:
    """Compare each file with what was unpacked, if that is on record: a second for a gigabyte.

    Returns:
        The number of files compared; 0 for a folder that voicecoach did not unpack.

    Raises:
        ModelError: a file differs or cannot be read.
    """
    files = _recorded_files(folder)
    for name, facts in files.items():
        try:
            crc32 = _crc32(folder / name)
        except OSError as error:
            raise _broken(folder, f"cannot be read: {name}: {error.strerror}") from error
        if f"{crc32:08x}" != facts["crc32"]:
            raise _broken(folder, f"is damaged: {name} is not what was unpacked")
    return len(files)


def origin(folder: Path) -> dict[str, Any]:
    """Return what is on record of where a model came from; nothing where that was not us.

    Raises:
        ModelError: the record is damaged.
    """
    manifest = _manifest(folder)
    manifest.pop("files", None)
    return manifest


def write_manifest(
    folder: Path, about: Mapping[str, object], crc32_by_name: Mapping[str, int]
) -> None:
    """Record what was unpacked, so that a file which is cut short later is found at once.

    Args:
        folder: the model's.
        about: where it came from.
        crc32_by_name: checksum of each file, by its path inside the folder.
    """
    files = {
        name: {"bytes": (folder / name).stat().st_size, "crc32": f"{crc32:08x}"}
        for name, crc32 in sorted(crc32_by_name.items())
    }
    document = json.dumps({**about, "files": files}, indent=1)
    (folder / MANIFEST).write_text(document + "\n", encoding="utf-8")


def _broken(folder: Path, what: str, remedy: str = _REMEDY) -> ModelError:
    return ModelError("model.broken", f"The model in {folder} {what}", remedy)


def _check_is_model(folder: Path) -> None:
    if folder.is_file():
        remedy = "Unpack it and give the folder" if folder.suffix == ".zip" else "Give its folder"
        raise ModelError("model.not_a_folder", f"{folder} is a file, not a model's folder", remedy)
    if not folder.is_dir():
        raise ModelError(
            "model.missing", f"There is no folder {folder}", "See: voicecoach model list"
        )
    if looks_like_model(folder):
        return
    inner = [child for child in sorted(folder.iterdir()) if looks_like_model(child)]
    if inner:
        raise ModelError(
            "model.nested", f"{folder} is not itself a model", f"One lies inside it: {inner[0]}"
        )
    raise ModelError(
        "model.not_a_model",
        f"{folder} is not a model: it has neither am/final.mdl nor final.mdl",
        "Give a folder that has am, conf and graph in it",
    )


def _need(folder: Path, name: str) -> Path:
    """Return the path of a file that is there and not empty."""
    path = folder / name
    if not path.is_file():
        raise _broken(folder, f"lacks {name}: it is only half unpacked")
    if path.stat().st_size == 0:
        raise _broken(folder, f"is only half unpacked: {name} is empty")
    return path


def _check_acoustic(folder: Path, name: str) -> None:
    start = _start(_need(folder, name), 64)
    if b"<TransitionModel>" not in start:
        raise _broken(folder, f"is damaged: {name} is not a Kaldi acoustic model")


def _check_settings(folder: Path, name: str) -> None:
    """Without silence phones Vosk aborts the process when the first sound comes in."""
    if name and not _options(_need(folder, name)).get("endpoint.silence-phones"):
        raise _broken(folder, f"is damaged: {name} names no endpoint.silence-phones")


def _check_features(folder: Path, names: tuple[str, ...]) -> int:
    name = next((name for name in names if (folder / name).is_file()), names[0])
    written = _options(_need(folder, name)).get("sample-frequency", str(RATE_HZ))
    try:
        rate_hz = int(float(written))
    except (ValueError, OverflowError):
        raise _broken(folder, f"is damaged: {name} says sample-frequency={written}") from None
    if rate_hz != RATE_HZ:
        raise ModelError(
            "model.wrong_rate",
            f"The model in {folder} is made for sound at {rate_hz} Hz ({name}); "
            f"voicecoach listens at {RATE_HZ} Hz",
            "Take another model: voicecoach model list",
        )
    return rate_hz


def _check_graph(folder: Path, graph: str) -> None:
    """One graph made ready, or two that are joined while listening, and the list of words."""
    static = f"{graph}HCLG.fst"
    joined = (f"{graph}HCLr.fst", f"{graph}Gr.fst")
    if not any((folder / name).is_file() for name in (static, *joined)):
        raise _broken(folder, f"lacks its graph: neither {static} nor {' and '.join(joined)}")
    names = (static,) if (folder / static).is_file() else joined
    for name in names:
        if _start(_need(folder, name), 4) != _FST_MAGIC:
            raise _broken(folder, f"is damaged: {name} is not a graph")
    if names is joined:
        _check_disambiguation(folder, f"{graph}disambig_tid.int")
    _check_words(folder, f"{graph}words.txt")
    boundaries = f"{graph}phones/word_boundary.int"
    if graph and (folder / boundaries).exists():  # without it word times are only less exact
        _need(folder, boundaries)


def _check_disambiguation(folder: Path, name: str) -> None:
    """Vosk takes the process down over an empty or cut list."""
    text = _need(folder, name).read_bytes()
    if not text.endswith(b"\n") or not all(line.strip().isdigit() for line in text.splitlines()):
        raise _broken(folder, f"is damaged: {name} is cut short")


def _check_words(folder: Path, name: str) -> None:
    """Look at both ends of the list: Vosk takes an empty one and then hears nothing."""
    path = _need(folder, name)
    with path.open("rb") as file:
        first = file.readline(1000)
        file.seek(max(0, path.stat().st_size - 1000))
        last = file.read().splitlines(keepends=True)[-1]
    if not (_WORD_LINE.fullmatch(first) and _WORD_LINE.fullmatch(last)):
        raise _broken(folder, f"is damaged: {name} is not a whole list of words")


def _check_ivectors(folder: Path) -> None:
    """An extractor for speaker vectors is all there or not there at all."""
    if (folder / "ivector").is_dir():
        for part in _IVECTOR_PARTS:
            _need(folder, f"ivector/{part}")


def _check_sizes(folder: Path) -> None:
    for name, facts in _recorded_files(folder).items():
        path = folder / name
        if not path.is_file():
            raise _broken(folder, f"lacks {name}, which was unpacked")
        size = path.stat().st_size
        if size != facts["bytes"]:
            raise _broken(
                folder, f"is damaged: {name} has {size} bytes where {facts['bytes']} were unpacked"
            )


def _manifest(folder: Path) -> dict[str, Any]:
    """Return the record of what was unpacked; nothing where there is none."""
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return dict(document)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (ValueError, TypeError) as error:
        raise _broken(folder, f"is damaged: {MANIFEST} is not readable") from error


def _recorded_files(folder: Path) -> dict[str, Any]:
    """Return the size and checksum of each file that was unpacked, by its name."""
    try:
        files = _manifest(folder).get("files", {})
        return {name: {"bytes": f["bytes"], "crc32": f["crc32"]} for name, f in files.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise _broken(folder, f"is damaged: {MANIFEST} is not readable") from error


def _options(path: Path) -> dict[str, str]:
    """Return a Kaldi configuration file's options: lines of ``--name=value``, ``#`` comments."""
    options = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition("#")[0].strip().lstrip("-").partition("=")
        options[name.strip()] = value.strip()
    return options


def _start(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _crc32(path: Path) -> int:
    crc32 = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc32 = zlib.crc32(block, crc32)
    return crc32
