"""Learn where answers end, measure it on writers left out, and write ``models/turn-en``.

python -m models.turn [--out FOLDER]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.turn.fit import SHARES, UNKNOWN, Told, expected_s, learn, load_told
from voicecoach.content.turn import save_turn_text
from voicecoach.turn_text import TurnText

LEFT_OUT = (("a", "b"), ("c", "e"), ("f", "g"), ("h", "i"))
FALSE_SHARES = (0.01, 0.02, 0.05, 0.10, 0.20)


def measure(answers: Sequence[Told]) -> dict[str, object]:
    """Return how well ends are told from pauses, each writer judged by the others' answers."""
    usual = expected_s(answers)
    ends: list[float] = []
    earlier: dict[str, list[float]] = {kind: [] for kind in SHARES if kind != UNKNOWN}
    for letters in LEFT_OUT:
        out = {f"writer-{letter}" for letter in letters}
        text = learn([told for told in answers if told.writer not in out])
        for told in answers:
            if told.writer in out and UNKNOWN not in told.places:
                _take(told, text, usual, ends, earlier)
    p = np.array(ends)
    sure = np.concatenate([np.sort(v) for v in earlier.values()])
    share = np.concatenate([np.full(len(v), SHARES[k] / len(v)) for k, v in earlier.items()])
    order = np.argsort(-sure)
    limits = np.searchsorted(np.cumsum(share[order]), FALSE_SHARES)
    return {
        "ends": len(ends),
        "places": {kind: len(values) for kind, values in earlier.items()},
        "area_under_curve": {k: round(_area(p, np.array(v)), 3) for k, v in earlier.items()},
        "ends_found_at_false_share": {
            str(false): round(float(np.mean(p > sure[order][at])), 3)
            for false, at in zip(FALSE_SHARES, limits, strict=True)
        },
    }


def _take(
    told: Told,
    text: TurnText,
    usual: Mapping[str, float],
    ends: list[float],
    earlier: dict[str, list[float]],
) -> None:
    ends.append(text.log_odds(told.words, usual[told.question]))
    for after in range(3, len(told.words) - 1):
        log_odds = text.log_odds(told.words[:after], usual[told.question])
        earlier[told.places[after - 1]].append(log_odds)


def _area(ends: NDArray[np.float64], earlier: NDArray[np.float64]) -> float:
    """How often an end has the higher log-odds."""
    return float(np.mean(np.searchsorted(np.sort(earlier), ends) / len(earlier)))


def main() -> int:
    """Learn, measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = Path(__file__).resolve().parent.parent / "turn-en"
    parser.add_argument("--out", type=Path, default=default)
    args = parser.parse_args()
    answers = load_told()
    figures = measure(answers)
    save_turn_text(learn(answers), args.out)
    document = {"answers": len(answers), **figures}
    (args.out / "figures.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(json.dumps(document, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
