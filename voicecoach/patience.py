"""How long this candidate pauses to think: what a silence of so many seconds is worth. Pure.

Pauses in speech are about log-normal. What is usual is known before anybody has spoken; each pause
that this candidate ends by going on counts for as much as the usual ones, up to their number, so
that a fast thinker is answered sooner and a slow one is let alone.
"""

from __future__ import annotations

import math
from statistics import NormalDist

USUAL_S = 0.75
"""Median of a thinking pause."""

SPREAD = 0.75
"""Standard deviation of its logarithm."""

USUAL_COUNT = 20
"""The usual is worth so many pauses of the candidate's own."""

COUNTED_S = 0.35
"""Shorter silences are breaths and the ends of sentences, and say nothing about thinking."""

QUICKEST_S, SLOWEST_S = 0.6, 1.5
"""No candidate is taken for one whose median pause lies beyond these: of the long pauses of
somebody who was cut off, nobody knows."""

_NORMAL = NormalDist()


class Pauses:
    """What is known of a candidate's pauses."""

    def __init__(self) -> None:
        self._total = USUAL_COUNT * math.log(USUAL_S)
        self._count = USUAL_COUNT

    def note(self, seconds: float) -> None:
        """Take a pause after which the candidate went on."""
        if seconds >= COUNTED_S:
            self._total += math.log(seconds)
            self._count += 1

    @property
    def median_s(self) -> float:
        """Half of this candidate's pauses are longer."""
        return min(SLOWEST_S, max(QUICKEST_S, math.exp(self._total / self._count)))

    def evidence(self, silence_s: float) -> float:
        """Return what a silence adds to the log-odds that the turn is over; never falls.

        It is the negative logarithm of the share of pauses that last longer.
        """
        if silence_s <= 0.0:
            return 0.0
        at = math.log(silence_s / self.median_s) / SPREAD
        return -math.log(max(1e-12, 0.5 * math.erfc(at / math.sqrt(2))))

    def silence_for(self, evidence: float) -> float:
        """Return the silence that is worth so much: the inverse of `evidence`."""
        if evidence <= 0.0:
            return 0.0
        share = min(1 - 1e-9, max(1e-12, math.exp(-evidence)))
        return self.median_s * math.exp(-SPREAD * _NORMAL.inv_cdf(share))
