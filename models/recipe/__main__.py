"""Make the starter model: ``python -m models.recipe WORK`` (or ``script/train-starter``).

Stages: text, speech, features, training, graph, export, evaluation. Call it again after an
interruption, and it goes on. The model is in ``WORK/model`` when it ends.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from models.recipe.settings import RECIPES, Settings
from models.recipe.stages import Stage, run_stages, say


def _text(settings: Settings, work: Path) -> None:
    from models.recipe.text import write_text

    write_text(work / "text", settings.text)


def _speech(settings: Settings, work: Path, workers: int) -> None:
    from models.recipe.speech import read_text, synthesise
    from models.recipe.voices import ESPEAK, FESTIVAL, FLITE, SAMPLED

    lines = read_text(work / "text" / "train.tsv")
    known = (work / "text" / "vocabulary.txt").read_text("utf-8").split()
    first, last = settings.synthesised, settings.synthesised + settings.sampled
    synthesised = lines[:first]
    sampled = [
        (f"s{number:05d}", words) for number, (_, words) in enumerate(lines[first:last], first)
    ]
    for texts, engines in ((synthesised, (FLITE, FESTIVAL, ESPEAK)), (sampled, (SAMPLED,))):
        failures = synthesise(
            texts,
            work / "speech",
            seed=settings.seed,
            workers=workers,
            engines=engines,
            known=known,
        )
        if failures > 0.01 * len(texts):
            sys.exit(f"speech: {failures} of {len(texts)} utterances could not be made")


def _features(settings: Settings, work: Path, workers: int) -> None:
    from models.recipe.features import extract_copy, read_manifest

    utterances = read_manifest(work / "speech" / "manifest.tsv")
    names = [utterance.name for utterance in utterances]
    (work / "features").mkdir(exist_ok=True)
    for number in range(settings.copies):
        out = work / "features" / f"copy{number}.npz"
        hours = extract_copy(names, work / "speech", out, number, settings.seed, workers)
        say(f"features: copy {number}, {hours:.1f} hours")


def _training(settings: Settings, work: Path, workers: int) -> None:
    from models.recipe.workers import train_with

    train_with(settings, work, workers, say)


def _graph(settings: Settings, work: Path) -> None:
    from models.recipe.graph import write_graph
    from models.recipe.language import write_language
    from models.recipe.lexicon import UNKNOWN, load_lexicon

    words = (work / "text" / "vocabulary.txt").read_text("utf-8").split()
    language = write_language(work, settings.language)
    report = write_graph(
        work / "model" / "graph",
        [*words, UNKNOWN],
        load_lexicon(),
        language.ngrams,
        settings.graph,
    )
    say(f"graph: {sum(report.sizes.values()) / 1e6:.1f} MB")


def _export(work: Path) -> None:
    from models.recipe.export import write_acoustics
    from models.recipe.train import load_network

    write_acoustics(load_network(work / "training" / "network.pt"), work / "model")


def _evaluation(settings: Settings, work: Path) -> None:
    from models.recipe.evaluate import evaluate

    evaluate(work, settings.name)


def make_stages(settings: Settings, work: Path, workers: int) -> list[Stage]:
    """Return the stages of a recipe, to be done in a work folder."""
    speech = repr((settings.seed, settings.synthesised, settings.sampled))
    network = repr((settings.seed, settings.shape, settings.variation, settings.training))
    graph = repr((settings.language, settings.graph))
    copies = repr((settings.seed, settings.copies))
    return [
        Stage("text", (), repr(settings.text), partial(_text, settings, work)),
        Stage("speech", ("text",), speech, partial(_speech, settings, work, workers)),
        Stage("features", ("speech",), copies, partial(_features, settings, work, workers)),
        Stage("training", ("features",), network, partial(_training, settings, work, workers)),
        Stage("graph", ("text",), graph, partial(_graph, settings, work)),
        Stage("export", ("training",), "", partial(_export, work)),
        Stage("evaluation", ("graph", "export"), "", partial(_evaluation, settings, work)),
    ]


def _needs_room(work: Path, gigabytes: float) -> None:
    work.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(work).free / 1e9
    if free < gigabytes:
        sys.exit(f"{work} has {free:.1f} GB left; the recipe takes {gigabytes:.0f} GB")


def main(arguments: list[str] | None = None) -> int:
    """Run the recipe."""
    parser = argparse.ArgumentParser(prog="train-starter", description=__doc__)
    parser.add_argument("work", type=Path, help="folder for everything that is made")
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="full")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processor cores")
    parser.add_argument("--steps", type=int, help="of training, instead of the recipe's")
    parser.add_argument("--stage", action="append", default=[], help="only this one (repeatable)")
    chosen = parser.parse_args(arguments)
    settings = RECIPES[chosen.recipe]
    if chosen.steps is not None:
        settings = replace(settings, training=replace(settings.training, steps=chosen.steps))
    _needs_room(chosen.work, settings.gigabytes)
    try:
        run_stages(
            make_stages(settings, chosen.work, chosen.workers), chosen.work, say, chosen.stage
        )
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is missing. Install what the recipe needs: script/train-starter")
    except KeyboardInterrupt:
        sys.exit("Stopped. The same command goes on where this one was.")
    say(f"The model is in {chosen.work / 'model'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
