"""``python -m models.tagger``: learn the tagger of ``models/tagger-en`` from labelled answers.

One run takes about a minute. It prints how well each facet agrees with writers that were left out,
and keeps those facets for which the second reader earns its place.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.tagger.answers import (
    ANSWERS,
    NOBODY,
    Example,
    load_examples,
    load_unrelated,
    nothing_shown,
    word_weights,
)
from models.tagger.fit import Agreement, Words, cross_validate, fit, prepare
from models.tagger.topics import fit_topics, load_told, try_topics
from models.tagger.vectors import load_vectors
from voicecoach.content.rubric import load_rubric
from voicecoach.content.tagger import save_tagger, save_topics
from voicecoach.resources import models_dir
from voicecoach.scoring.types import FACETS

CUES_KNOW = ("writer-a", "writer-b")
"""Writers whose answers were in sight when the cues were widened: levels are not learned there."""

LEARNED_FROM = (2, 3, 4)
"""Numbers of writers of the learning curve, which ends with all but the one who is left out."""

SPREAD = 3.0
"""Of the vectors' entries: the wider, the less their weights are held back."""

EARNED = 0.01
"""A facet is judged by both readers where that raises kappa on unseen writers by so much."""


def make_words(examples: Sequence[Example]) -> Words:
    """Return the words with their vectors, the rarer the longer."""
    words, vectors = load_vectors()
    weighed = vectors * word_weights(words, examples)[:, None]
    spread = SPREAD * weighed / np.std(weighed)
    return Words({word: n for n, word in enumerate(words)}, spread)


def main(argv: Sequence[str] | None = None) -> int:
    """Learn, measure and write."""
    parser = argparse.ArgumentParser(prog="python -m models.tagger", description=__doc__)
    parser.add_argument("--out", type=Path, default=models_dir() / "tagger-en")
    parser.add_argument("--answers", type=Path, default=ANSWERS, help="a file for each writer")
    args = parser.parse_args(argv)
    files = sorted(args.answers.glob("*.yaml"))
    told = load_told(files)
    save_topics(fit_topics(told), args.out)
    examples = load_examples(files, FACETS)
    words = make_words(examples)
    writers = [file.stem for file in files]
    examples += nothing_shown(load_unrelated(), FACETS)
    data = prepare(examples, words)
    unseen = [writer for writer in writers if writer not in CUES_KNOW] or writers
    agreements = cross_validate(data, words, FACETS, unseen)
    earned = [a.facet for a in agreements if (a.both or 0) >= (a.cues or 0) + EARNED]
    _print(agreements, earned)
    save_tagger(fit(data, words, earned, data.writers, unseen), args.out)
    figures = [{**vars(a), "used": a.facet in earned} for a in agreements]
    found = try_topics(told, load_rubric(tagged=False).gates.off_topic, writers)
    print(found)
    curve = {
        most: _mean(cross_validate(data, words, FACETS, unseen, most)) for most in LEARNED_FROM
    }
    curve[len(unseen) - 1] = _mean(cross_validate(data, words, FACETS, unseen, len(unseen) - 1))
    print("mean kappa when learned from so many writers:", curve)
    document = {
        "answers": sum(e.writer != NOBODY for e in examples),
        "measured_on": unseen,
        "facets": figures,
        "learned_from": curve,
        "off_topic": dataclasses.asdict(found),
    }
    (args.out / "figures.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return 0


def _mean(agreements: Sequence[Agreement]) -> float:
    return float(np.mean([each.both or 0 for each in agreements]))


def _print(agreements: Sequence[Agreement], earned: Sequence[str]) -> None:
    print(f"{'facet':<20}{'cues':>6}{'both':>6}{'n':>6}")
    for each in agreements:
        mark = "" if each.facet in earned else "  cues alone"
        print(f"{each.facet:<20}{each.cues or 0:>6.2f}{each.both or 0:>6.2f}{each.n:>6}{mark}")
    cues = np.mean([a.cues or 0 for a in agreements])
    both = np.mean([(a.both if a.facet in earned else a.cues) or 0 for a in agreements])
    print(f"{'mean':<20}{cues:>6.2f}{both:>6.2f}")


if __name__ == "__main__":
    sys.exit(main())
