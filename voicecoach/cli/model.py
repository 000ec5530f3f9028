"""``voicecoach model``: list, fetch, choose, check and remove recogniser models."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from voicecoach.catalog import Catalog, CatalogEntry
    from voicecoach.download import Progress
    from voicecoach.models import Model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``voicecoach model``."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="what there is, what is installed, what is in use")
    listing.add_argument("--json", action="store_true", help="print one JSON document")

    pull = actions.add_parser("pull", help="fetch and install a model")
    pull.add_argument("name", metavar="NAME", help="such as small-en-us-0.15")
    pull.add_argument("--url", default="", help="fetch from here, not from the publisher")
    pull.add_argument("--sha256", default="", metavar="HEX", help="the checksum that you trust")
    pull.add_argument("--archive", metavar="FILE.zip", help="install from this file: no network")
    pull.add_argument("--again", action="store_true", help="even if it is installed already")

    use = actions.add_parser("use", help="choose a model for good, or leave it to voicecoach")
    which = use.add_mutually_exclusive_group(required=True)
    which.add_argument("name", metavar="NAME", nargs="?", help="a name or a folder")
    which.add_argument("--auto", action="store_true", help="the best of those installed")

    verify = actions.add_parser("verify", help="check an installed model, or all of them")
    verify.add_argument("name", metavar="NAME", nargs="?", help="a name or a folder")

    removal = actions.add_parser("remove", help="delete a fetched model")
    removal.add_argument("name", metavar="NAME")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    actions = {"list": _list, "pull": _pull, "use": _use, "verify": _verify, "remove": _remove}
    return actions[args.action](args)


def _list(args: argparse.Namespace) -> int:
    import json

    from voicecoach.catalog import read_catalog
    from voicecoach.errors import ModelError, StoreError
    from voicecoach.models import find_models, resolve

    catalog = read_catalog()
    found = find_models(catalog)
    why_none = ""
    try:
        in_use = resolve()
    except (ModelError, StoreError) as error:
        in_use, why_none = None, str(error)
    used = in_use.path.resolve() if in_use else None
    rows = [
        _installed_row(in_use if in_use and model.path.resolve() == used else model, catalog)
        for model in found
    ]
    if in_use and not any(row["state"] == "in use" for row in rows):
        rows.insert(0, _installed_row(in_use, catalog))  # in a folder that is not searched
    names = {model.name for model in found}
    rows += [_available_row(entry) for entry in catalog.entries if entry.name not in names]
    if args.json:
        print(json.dumps({"models": rows}, indent=2))
        return 0
    for row in rows:
        print(_block(row), end="\n\n")
    print(why_none or "To fetch one: voicecoach model pull NAME.")
    print("To choose one for good: voicecoach model use NAME. For once: --model NAME.")
    return 0


def _installed_row(model: Model, catalog: Catalog) -> dict[str, object]:
    state = "broken" if model.problem else "in use" if model.why else "installed"
    row = {"name": model.name, "state": state, "why": model.why, "path": str(model.path)}
    facts = _facts(catalog.find(model.name))
    return {**row, "problem": model.problem, **facts, "note": model.note}


def _available_row(entry: CatalogEntry) -> dict[str, object]:
    from voicecoach.model_install import fetched_bytes

    fetched = fetched_bytes(entry)
    state = "available" if entry.archive else "missing"
    if fetched:
        state = f"fetched to {100 * fetched // entry.archive_bytes} %"
    row = {"name": entry.name, "state": state, "why": "", "path": None, "problem": ""}
    return {**row, **_facts(entry)}


def _facts(entry: CatalogEntry | None) -> dict[str, object]:
    if entry is None:
        return {}
    return {
        "title": entry.title,
        "download_mb": round(entry.archive_bytes / 1e6),
        "fetch_time": entry.fetch_time if entry.archive else "",
        "disk_mb": entry.unpacked_mb,
        "memory_mb": entry.memory_mb,
        "licence": entry.licence,
        "error_rates": [
            {"test_set": rate.test_set, "percent": rate.percent} for rate in entry.error_rates
        ],
        "note": entry.note,
    }


def _block(row: dict[str, object]) -> str:
    """Return a model's few lines, readable at any width and by ear."""
    why = f" ({row['why']})" if row["why"] else ""
    lines = [f"{row['name']}: {row['state']}{why}"]
    if row["problem"]:
        lines.append(f"{row['problem']}.")
    if "title" in row:
        sizes = f"{row['disk_mb']} MB on disk, about {row['memory_mb']} MB of memory"
        fetch = (
            f"{row['download_mb']} MB to fetch ({row['fetch_time']}), " if row["fetch_time"] else ""
        )
        lines.append(f"{row['title']}. {fetch}{sizes}. {row['licence']}.")
    rates = row.get("error_rates")
    if isinstance(rates, list):
        each = (f"{rate['percent']:.2f} % on {rate['test_set']}" for rate in rates)
        figures = ", ".join(each) or "no figures; ours are in docs/hearing.md"
        lines.append(f"Words wrong, as published: {figures}.")
    lines.append(str(row["note"]))
    if row["path"]:
        lines.append(str(row["path"]))
    return "\n    ".join(lines)


def _pull(args: argparse.Namespace) -> int:
    from voicecoach.catalog import read_catalog
    from voicecoach.models import resolve

    catalog = read_catalog()
    entry = _to_fetch(args.name, catalog)
    _check_digits(args.sha256)
    present = None if args.again else _whole(entry, catalog)
    if present:
        print(
            f"{entry.name} is installed already, in {present.path}. Use --again to fetch it anew."
        )
        return 0
    try:
        path = _installed(args, entry, catalog)
    except KeyboardInterrupt:
        if not args.archive:
            print("\nStopped. Run the same command again: it goes on from here.", file=sys.stderr)
        return 130
    print(f"{entry.name} is installed in {path}. {resolve(str(path)).note}")
    in_use = resolve()
    if in_use.name != entry.name:
        print(
            f"In use is still {in_use.name} ({in_use.why}). "
            f"To choose this one: voicecoach model use {entry.name}"
        )
    return 0


def _use(args: argparse.Namespace) -> int:
    import os

    from voicecoach.models import choose, choose_none, resolve

    if args.auto:
        choose_none()
        model = resolve()
        print(f"In use is {model.name} ({model.why}). {model.note}")
        return 0
    model = choose(args.name)
    memory = f" It needs about {model.memory_mb} MB of memory." if model.memory_mb else ""
    print(f"{model.name} is in use from now on. {model.note}{memory}")
    if named := os.environ.get("VOICECOACH_MODEL"):
        print(f"But while VOICECOACH_MODEL is set, {named} goes before it.")
    return 0


def _installed(args: argparse.Namespace, entry: CatalogEntry, catalog: Catalog) -> Path:
    """Install from the archive that was given, else from the net; return the model's folder."""
    from pathlib import Path

    from voicecoach.download import Checksum
    from voicecoach.model_install import checksum_of_file, install_archive, pull, source_of

    if args.archive:
        given = Checksum("sha256", args.sha256.lower()) if args.sha256 else None
        archive = Path(args.archive).expanduser()
        return install_archive(entry, archive, given or checksum_of_file(entry, catalog))
    source = source_of(entry, catalog, args.url, args.sha256)
    with _progress(entry.name, source.size_bytes) as progress:
        return pull(entry, source, progress)


def _to_fetch(name: str, catalog: Catalog) -> CatalogEntry:
    from voicecoach.content.yamlfile import suggest
    from voicecoach.errors import UsageError

    entry = catalog.find(name)
    names = [entry.name for entry in catalog.entries if entry.archive]
    if entry is None:
        raise UsageError(
            "model.unknown", f"There is no model called {name!r}", suggest(name, names, "Models")
        )
    if not entry.archive:
        raise UsageError(
            "model.not_fetched", f"{entry.name} comes with voicecoach", "There is nothing to fetch"
        )
    return entry


def _check_digits(sha256: str) -> None:
    from voicecoach.errors import UsageError

    if sha256 and (len(sha256) != 64 or set(sha256.lower()) - set("0123456789abcdef")):
        raise UsageError(
            "model.bad_checksum",
            "--sha256 takes 64 hexadecimal digits",
            "Print them with: sha256sum FILE.zip",
        )


def _whole(entry: CatalogEntry, catalog: Catalog) -> Model | None:
    from voicecoach.models import find_models

    models = find_models(catalog)
    return next((m for m in models if m.name == entry.name and not m.problem), None)


@contextmanager
def _progress(name: str, size_bytes: int) -> Iterator[Progress]:
    """Show a bar on a terminal, and a line elsewhere."""
    if not sys.stderr.isatty():
        size = f" ({size_bytes / 1e6:.0f} MB)" if size_bytes else ""
        print(f"Fetching {name}{size} ...", file=sys.stderr)
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar("{task.description}", *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None)

        def show(done: int, total: int) -> None:
            finished = total and done >= total
            bar.update(
                task,
                completed=done,
                total=total or None,
                description=f"{name}: checking" if finished else name,
            )

        yield show


def _verify(args: argparse.Namespace) -> int:
    from voicecoach.catalog import read_catalog
    from voicecoach.models import find_models, resolve

    models = [resolve(args.name)] if args.name else find_models(read_catalog())
    if not models:
        resolve()  # says what to do
    fine = [_is_fine(model) for model in models]  # each is checked, also after a broken one
    return 0 if all(fine) else 1


def _is_fine(model: Model) -> bool:
    """Check one model and print what was found."""
    from voicecoach.errors import ModelError, StoreError

    try:
        print(f"{model.name}: {_checked(model)}", flush=True)
    except (ModelError, StoreError) as error:
        print(f"{model.name}: {error}", flush=True)
        return False
    return True


def _checked(model: Model) -> str:
    """Check a model in every way there is, and say what was found."""
    from voicecoach.model_folder import verify_contents
    from voicecoach.model_pins import verify_pin
    from voicecoach.model_probe import prove
    from voicecoach.models import verify_folder

    verify_folder(model.path)
    verify_pin(model.path)
    compared = verify_contents(model.path)
    proof = prove(model.path)
    facts = [f"loads in {proof.load_s:.1f} s"]
    if proof.memory_mb is not None:
        facts.append(f"{proof.memory_mb:.0f} MB of memory")
    if compared:
        facts.append(f"{compared} files as they were unpacked")
    return f"fine ({', '.join(facts)}). {model.note}"


def _remove(args: argparse.Namespace) -> int:
    from voicecoach.catalog import read_catalog
    from voicecoach.errors import ModelError
    from voicecoach.model_install import remove
    from voicecoach.models import choose_none, chosen, find_models, user_models_dir

    catalog = read_catalog()
    entry = catalog.find(args.name)
    name = entry.name if entry else args.name
    found = [model for model in find_models(catalog) if model.name == name]
    # A broken one may be removed as well, and ours before one that another program put there.
    ours = [m for m in found if m.path.parent.resolve() == user_models_dir().resolve()]
    if not found:
        raise ModelError(
            "model.not_installed", f"{name} is not installed", "See: voicecoach model list"
        )
    model = (ours or found)[0]
    remove(model.path)
    print(f"{model.name} is gone from {model.path}.")
    left = [m for m in find_models(catalog) if m.name == model.name]
    if chosen() == model.name and not left:
        choose_none()
        print("It was the one that you had chosen; voicecoach chooses by itself again.")
    return 0
