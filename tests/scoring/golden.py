"""Writes the golden scores of a few answers: ``python -m tests.scoring.golden``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from voicecoach.content.labels import load_labels
from voicecoach.content.rubric import load_rubric
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

_DATA = Path(__file__).parents[1] / "data"
_CHOSEN = ("own-01", "own-04", "own-08", "own-19", "new-05", "new-06", "third-13", "third-21")


def golden_scores(rubric: Rubric, answers: Sequence[LabelledAnswer]) -> dict[str, Any]:
    """Return overall, levels, the first two follow-ups and the lift of the chosen answers."""
    scores = {}
    for answer in answers:
        if answer.id in _CHOSEN:
            judged = score(Answer(answer.text), answer.question, rubric)
            scores[answer.id] = {
                "overall": judged.overall,
                "levels": {name: facet.level for name, facet in judged.facets.items()},
                "alternatives": judged.alternatives_ruled_out,
                "principles": list(judged.leadership_principles),
                "probes": [p.probe for p in judged.probes[:2]],
                "lift": {"facets": list(judged.lift.facets), "to": judged.lift.to}
                if judged.lift
                else None,
            }
    return scores


if __name__ == "__main__":
    document = golden_scores(load_rubric(), load_labels(_DATA / "judged_answers.yaml"))
    text = json.dumps(document, indent=1) + "\n"
    (_DATA / "scores_golden.json").write_text(text, encoding="utf-8")
