"""The training stage: as many processes as there are cores, which train one network together."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import torch.distributed
from torch.multiprocessing.spawn import spawn

from models.recipe.delivery import NOISE
from models.recipe.features import FrameStore, read_manifest
from models.recipe.lexicon import UNKNOWN, load_lexicon
from models.recipe.settings import Settings
from models.recipe.train import Corpus, Team, train

Report = Callable[[str], None]


def train_with(settings: Settings, work: Path, workers: int, report: Report) -> None:
    """Train in a work folder, whose speech and features are there.

    Args:
        settings: of the recipe.
        work: folder of the stages; the network is written into ``training``.
        workers: processes.
        report: is given a line now and then; it must be a function of some module.
    """
    (work / "training").mkdir(exist_ok=True)
    if workers == 1:
        _train_as(0, settings, work, 1, report)
        return
    (work / "training" / "meeting").unlink(missing_ok=True)
    spawn(  # type: ignore[no-untyped-call]  # torch leaves it untyped
        _train_as, (settings, work, workers, report), nprocs=workers
    )


def _train_as(rank: int, settings: Settings, work: Path, workers: int, report: Report) -> None:
    """Train as one of several processes, which meet at a file."""
    torch.set_num_threads(1)
    if workers > 1:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        torch.distributed.init_process_group(
            "gloo",
            init_method=f"file://{(work / 'training' / 'meeting').resolve()}",
            rank=rank,
            world_size=workers,
        )
    lexicon = load_lexicon()
    corpus = Corpus(
        read_manifest(work / "speech" / "manifest.tsv"),
        [FrameStore(work / "features" / f"copy{number}.npz") for number in range(settings.copies)],
        {**lexicon, NOISE: lexicon[UNKNOWN]},  # breaths and clicks: heard, but no word
        settings,
    )
    train(corpus, settings, work / "training", report, Team(rank, workers))
    if workers > 1:
        torch.distributed.destroy_process_group()
