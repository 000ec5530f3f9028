"""The experiments on disk: what is tried out, and whether it is still running.

Owns: ``experiments.json`` in the user's data folder. The lots that were drawn are not in it: they
are in the logs of the sessions, and found through `voicecoach.store`. Must not touch: statistics.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach import resources
from voicecoach.errors import StoreError
from voicecoach.events import DelayAssigned, Event
from voicecoach.experiment import Design
from voicecoach.session_files import failure, write_private
from voicecoach.store import SessionStore, read_events

FILE_NAME = "experiments.json"


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment as it was kept.

    Attributes:
        design: what is tried out.
        began: date and time, ISO 8601.
        ended: likewise; '' while it is running.
    """

    design: Design
    began: str
    ended: str = ""


def load_experiments() -> tuple[Experiment, ...]:
    """Return all experiments, the latest last; none where there was never one.

    Raises:
        StoreError: the file cannot be read.
    """
    path = _path()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_read(each) for each in document)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise failure(error, path, reading=True) from error
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(
            "experiment.unreadable",
            f"{path} is no list of experiments",
            "Put it right, or remove it: the sessions are kept apart from it",
        ) from error


def running() -> Experiment | None:
    """Return the experiment that is not over; there is one at most.

    Raises:
        StoreError: the file cannot be read.
    """
    return next((each for each in load_experiments() if not each.ended), None)


def running_experiments() -> frozenset[str]:
    """Return the name of the experiment that is not over, if there is one.

    Figures are shown even where the file cannot be read: whoever wants to know why asks
    ``experiment``.
    """
    try:
        found = running()
    except StoreError:
        return frozenset()
    return frozenset() if found is None else frozenset({found.design.name})


def begin(design: Design, at: str) -> Experiment:
    """Keep a new experiment.

    Raises:
        StoreError: it cannot be written.
    """
    experiment = Experiment(design, at)
    _write((*load_experiments(), experiment))
    return experiment


def end(name: str, at: str) -> None:
    """Note that an experiment is over.

    Raises:
        StoreError: it cannot be written.
    """
    _write(
        tuple(
            dataclasses.replace(e, ended=at) if e.design.name == name else e
            for e in load_experiments()
        )
    )


def sessions_of(
    experiment: Experiment, only_lots: bool = False
) -> Iterator[tuple[str, tuple[Event, ...]]]:
    """Return the sessions of an experiment, the earliest first: name and events.

    Args:
        experiment: earlier sessions are not even looked at: their names begin with the date.
        only_lots: read nothing but what was drawn, which is quick.

    Raises:
        StoreError: the folder of the sessions cannot be read.
    """
    store, name, first = SessionStore(), experiment.design.name, experiment.began[:10]
    for session in reversed(store.ids()):
        if session[:10] < first:
            continue
        try:
            lots = read_events(store.root / session, (DelayAssigned,)).events
            if not any(isinstance(e, DelayAssigned) and e.experiment == name for e in lots):
                continue
            yield session, lots if only_lots else read_events(store.root / session).events
        except StoreError:
            continue  # it cannot be read, and counts as not held


def turns_drawn(experiment: Experiment) -> int:
    """Return how many turns have drawn their lot so far.

    Raises:
        StoreError: the folder of the sessions cannot be read.
    """
    numbers = [
        e.number
        for _, events in sessions_of(experiment, only_lots=True)
        for e in events
        if isinstance(e, DelayAssigned) and e.experiment == experiment.design.name
    ]
    return max(numbers, default=-1) + 1


def _path() -> Path:
    return resources.user_data_dir() / FILE_NAME


def _read(document: Any) -> Experiment:
    design = Design(
        name=str(document["name"]),
        delay_s=float(document["delay_s"]),
        share=float(document["share"]),
        seed=int(document["seed"]),
    )
    return Experiment(design, str(document["began"]), str(document["ended"] or ""))


def _write(experiments: tuple[Experiment, ...]) -> None:
    path = _path()
    rows = [
        {**dataclasses.asdict(e.design), "began": e.began, "ended": e.ended or None}
        for e in experiments
    ]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise failure(error, path.parent, beginning=True) from error
    write_private(path, json.dumps(rows, indent=2) + "\n")
