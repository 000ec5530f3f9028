"""Claims against labelled phrases, and the promises that a claim makes about itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from voicecoach.scoring.claims import Claim, extract_claims

PHRASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "data" / "claims.yaml").read_text(encoding="utf-8")
)


def agrees(claim: Claim, label: dict[str, Any]) -> bool:
    """Whether a claim is right as a whole: direction, figures, unit and what moved."""
    if claim.direction != label.get("direction", "") or claim.unit != label.get("unit", ""):
        return False
    for name in ("size", "before", "after"):
        wanted, got = label.get(name), getattr(claim, name)
        if (wanted is None) != (got is None):
            return False
        if wanted is not None and got != pytest.approx(wanted, rel=1e-3):
            return False
    if "metric" not in label:
        return True
    return label["metric"] in claim.metric.split() if label["metric"] else not claim.metric


def compare(phrases: list[dict[str, Any]]) -> tuple[int, int, int, list[str]]:
    """Return how many claims are right, found and labelled, and a line for every miss."""
    right = found = labelled = 0
    misses = []
    for phrase in phrases:
        claims = [c for c in extract_claims(phrase["text"]) if not c.planned]
        labels = list(phrase["claims"])
        found += len(claims)
        labelled += len(labels)
        for claim in claims:
            label = next((one for one in labels if agrees(claim, one)), None)
            if label is None:
                misses.append(f"wrong: {phrase['text']!r}: {claim}")
            else:
                labels.remove(label)
                right += 1
        misses += [f"missed: {phrase['text']!r}: {label}" for label in labels]
    return right, found, labelled, misses


@pytest.mark.parametrize("part", ["development", "held_out"])
def test_labelled_phrases_are_read_rightly(part: str) -> None:
    right, found, labelled, misses = compare(PHRASES[part])
    report = "\n".join(misses)
    assert right / found >= 0.95, f"precision {right}/{found}\n{report}"
    assert right / labelled >= 0.85, f"recall {right}/{labelled}\n{report}"
