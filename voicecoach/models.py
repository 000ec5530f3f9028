"""Which recogniser model is used, where it is, and what it is good for.

What was asked for counts, as a name or a path: by ``--model``, else ``VOICECOACH_MODEL``, else the
choice that `choose` has remembered. When nothing was asked for, the model that the catalogue
prefers among those that are whole is taken, and the starter only where there is no other. Names are
looked for in the user's data folder, Vosk's own folders, and what ships with voicecoach.

Vosk itself is never asked to find a model: it would download one unasked, and end the process on a
name that it does not know.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from voicecoach import resources
from voicecoach.audio.format import RATE_HZ
from voicecoach.catalog import SUGGESTED, Catalog, CatalogEntry, read_catalog
from voicecoach.errors import ModelError
from voicecoach.model_folder import looks_like_model, origin, verify_folder
from voicecoach.settings import set_setting, setting

__all__ = [
    "Model",
    "better_model",
    "choose",
    "choose_none",
    "chosen",
    "ensure_loads",
    "find_models",
    "resolve",
    "search_folders",
    "user_models_dir",
    "verify_folder",
]

_UNKNOWN_NOTE = "This model is not in the catalogue, so how well it hears you is not known."
_OTHER_SOURCE_NOTE = (
    "This model is not the one that its publisher offers under this name, "
    "so how well it hears you is not known."
)
_PREFIX = "vosk-model-"
_SETTING = "model"


@dataclass(frozen=True, slots=True)
class Model:
    """A recogniser model on this machine.

    Attributes:
        name: as in the catalogue, else its folder's name without ``vosk-model-``.
        path: its folder.
        kind: ``starter``, ``official``, or ``other`` for one that the catalogue does not know.
        note: what it is good for, one sentence for the ear.
        licence: SPDX identifier, '' where not known.
        rate_hz: sampling rate that it listens at.
        memory_mb: about what it takes in memory; None where not known.
        problem: why it cannot be used, one line; '' for a whole model.
        why: why it is the one in use, for a list; '' where that was not asked.
    """

    name: str
    path: Path
    kind: str
    note: str
    licence: str
    rate_hz: int
    memory_mb: int | None
    problem: str = ""
    why: str = ""


def user_models_dir() -> Path:
    """The folder that fetched models go to."""
    return resources.user_data_dir() / "models"


def search_folders() -> tuple[Path, ...]:
    """Folders whose subfolders may be models, first to last."""
    folders = [user_models_dir()]
    if os.environ.get("VOSK_MODEL_PATH"):
        folders.append(Path(os.environ["VOSK_MODEL_PATH"]))
    folders.append(Path("/usr/share/vosk"))
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    if sys.platform == "win32":
        folders.append(home / "AppData" / "Local" / "vosk")
    folders += [home / ".cache" / "vosk", resources.models_dir()]
    return tuple(dict.fromkeys(folders))


def resolve(name_or_path: str | None = None) -> Model:
    """Return the model to use, checked as far as its files tell.

    Args:
        name_or_path: what the user asked for; None or '' leaves it to ``VOICECOACH_MODEL``, that to
            the choice that was remembered, and that in turn to the catalogue's preference.

    Raises:
        ModelError: what was asked for is not there or is broken, or there is no model at all.
        StoreError: the choice that was remembered cannot be read.
    """
    catalog = read_catalog()
    if name_or_path:
        return _wanted(name_or_path, catalog, "asked for by name")
    if named := os.environ.get("VOICECOACH_MODEL"):
        return _wanted(named, catalog, "VOICECOACH_MODEL names it")
    if remembered := chosen():
        try:
            return _wanted(remembered, catalog, "chosen with voicecoach model use")
        except ModelError as error:
            raise ModelError(
                error.code,
                f"{error.message} (it was chosen with voicecoach model use)",
                "Choose another: voicecoach model use NAME, or leave it to voicecoach: "
                "voicecoach model use --auto",
            ) from error
    return _preferred(catalog)


def chosen() -> str:
    """Return the name or folder of the model that the user has chosen for good; '' for none.

    Raises:
        StoreError: it cannot be read.
    """
    return setting(_SETTING)


def choose(name_or_path: str) -> Model:
    """Use a model from now on, wherever nothing else is asked for; return it.

    Raises:
        ModelError: there is no such model, or it does not load; nothing was changed.
        StoreError: it cannot be remembered.
    """
    model = _wanted(name_or_path, read_catalog(), "chosen")
    ensure_loads(model)
    folder = model.path.resolve()
    found = any(folder == other.path.resolve() for other in find_models(read_catalog()))
    set_setting(_SETTING, model.name if found else str(folder))
    return model


def choose_none() -> None:
    """Leave the choice to the catalogue again.

    Raises:
        StoreError: the settings cannot be read or written.
    """
    if chosen():
        set_setting(_SETTING, "")


def _wanted(name_or_path: str, catalog: Catalog, why: str) -> Model:
    """Return the model of that name or folder, if it is whole."""
    named = _is_path(name_or_path)
    path = Path(name_or_path).expanduser() if named else _by_name(name_or_path, catalog)
    verify_folder(path)
    return replace(_described(path, catalog), why=why)


def better_model() -> str:
    """Return one sentence that offers a model which hears people, with what that costs."""
    catalog = read_catalog()
    for model in find_models(catalog):
        if model.kind == "official" and not model.problem:
            return f"{model.name} is installed and hears people: voicecoach model use {model.name}."
    entry = catalog.suggested
    return (
        f"To begin with: voicecoach model pull {entry.name} "
        f"({entry.archive_bytes / 1e6:.0f} MB, {entry.fetch_time}, {entry.licence})."
    )


def ensure_loads(model: Model) -> None:
    """Make sure that Vosk survives loading a model that voicecoach did not install itself.

    Files can look right and still take the process down. Such a model is loaded once in a process
    of its own, and remembered; with the same files later calls return at once.

    Raises:
        ModelError: Vosk refuses it, dies of it, or takes too long.
    """
    if model.kind == "starter" or origin(model.path):
        return  # proved before it was shipped, or when it was installed
    files = sorted(path for path in model.path.rglob("*") if path.is_file())
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    fingerprint = hashlib.sha256(repr(seen).encode("utf-8", "surrogateescape")).hexdigest()
    stamp = resources.user_cache_dir() / "proved-models" / fingerprint
    if stamp.exists():
        return
    from voicecoach.model_probe import prove

    prove(model.path)
    with contextlib.suppress(OSError):  # then it is proved again next time
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()


def find_models(catalog: Catalog) -> tuple[Model, ...]:
    """Return every model in the search folders, whole or broken, in the order of the search."""
    models = []
    for path in _candidates():
        problem = ""
        try:
            verify_folder(path)
        except ModelError as error:
            problem = error.message
        models.append(_described(path, catalog, problem))
    return tuple(models)


def _candidates() -> list[Path]:
    """Return the folders that are meant to be models, each once."""
    found: dict[Path, Path] = {}
    for folder in search_folders():
        try:
            children = sorted(folder.iterdir())
        except OSError:  # not there, or not ours to read: then nothing in it can be used
            continue
        # VOSK_MODEL_PATH is meant to be the folder above, but people point it at the model.
        for path in (folder, *children):
            if not path.name.startswith(".") and looks_like_model(path):
                found.setdefault(path.resolve(), path)
    return list(found.values())


def _described(path: Path, catalog: Catalog, problem: str = "") -> Model:
    """Return what the catalogue knows of a model in a folder of that name."""
    folder_name = path.resolve().name
    entry = catalog.find(folder_name)
    if entry is None:
        name = folder_name.removeprefix(_PREFIX)
        return Model(name, path, "other", _UNKNOWN_NOTE, "", RATE_HZ, None, problem)
    as_published = problem or origin(path).get("published", True)
    return Model(
        name=entry.name,
        path=path,
        kind=entry.kind if as_published else "other",
        note=entry.note if as_published else _OTHER_SOURCE_NOTE,
        licence=entry.licence if as_published else "",
        rate_hz=RATE_HZ,
        memory_mb=entry.memory_mb,
        problem=problem,
    )


def _preferred(catalog: Catalog) -> Model:
    """Return the best whole model: of the catalogue, else any English one, else the starter.

    A model for another language is used only when it is asked for.
    """
    order = [entry.name for entry in catalog.entries if entry.kind != "starter"]

    def rank(model: Model) -> int:
        if model.kind == "starter":
            return len(order) + 1
        return order.index(model.name) if model.kind == "official" else len(order)

    models = [m for m in find_models(catalog) if m.kind != "other" or _is_english(m.name)]
    whole = [model for model in models if not model.problem]
    if whole:
        best = min(whole, key=rank)
        alone = "no other that hears English is installed"
        return replace(best, why=alone if len(whole) == 1 else "the best of those installed")
    broken = f" that works: {models[0].problem}" if models else ""
    raise ModelError(
        "model.none",
        f"There is no speech recogniser model{broken}",
        f"Fetch one with: voicecoach model pull {SUGGESTED}",
    )


def _is_english(name: str) -> bool:
    """Whether a model is named as Vosk names English ones: ``en-us-0.42``, ``small-en-gb-0.15``."""
    return name.removeprefix("small-").startswith("en-")


def _is_path(wanted: str) -> bool:
    separators = {"/", os.sep, os.altsep or "/"}
    return wanted.startswith(("~", ".")) or any(mark in wanted for mark in separators)


def _by_name(wanted: str, catalog: Catalog) -> Path:
    """Return the folder of an installed model, a whole one if there is one."""
    entry = catalog.find(wanted)
    names = {entry.name} if entry else {wanted, wanted.removeprefix(_PREFIX)}
    models = [model for model in find_models(catalog) if model.name in names]
    for model in sorted(models, key=lambda model: bool(model.problem)):
        return model.path
    if entry is None and wanted and Path(wanted).is_dir():
        return Path(wanted)
    raise _not_found(wanted, entry, catalog)


def _not_found(wanted: str, entry: CatalogEntry | None, catalog: Catalog) -> ModelError:
    if entry:
        return ModelError(
            "model.not_installed",
            f"The model {entry.name} is not installed",
            f"Fetch it with: voicecoach model pull {entry.name}",
        )
    from voicecoach.content.yamlfile import suggest

    return ModelError(
        "model.unknown",
        f"There is no model called {wanted!r}",
        suggest(wanted, [entry.name for entry in catalog.entries], "Models"),
    )
