"""Cepstra over time from Gaussians of cepstra, deltas and double deltas.

Maximum-likelihood parameter generation (Tokuda et al., ICASSP 2000), with the differences that
`sphinx_acoustics.with_deltas` defines. Seen as a Gaussian over whole trajectories, the model also
tells how they vary around the likeliest one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_WINDOWS: Final = (
    ((0, 1.0),),
    ((-2, -1.0), (2, 1.0)),
    ((-3, 1.0), (-1, -1.0), (1, -1.0), (3, 1.0)),
)
"""Offset in frames and factor of each term of the three streams."""
_BAND: Final = 6


def draw(means: Floats, precisions: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The likeliest trajectory and a random deviation from it, both (n_frames, 13).

    Args:
        means: Of each frame, (n_frames, 3, 13): cepstra, deltas, double deltas.
        precisions: Their reciprocal variances, the same shape.
        rng: Draws the deviation.
    """
    from scipy.linalg import cholesky_banded

    frames, _, dimensions = means.shape
    band = np.zeros((dimensions, _BAND + 1, frames))
    target = np.zeros((dimensions, frames))
    for stream, window in enumerate(_WINDOWS):
        reach = window[-1][0]
        inside = slice(reach, frames - reach)
        precision = precisions[inside, stream].T
        pull = precision * means[inside, stream].T
        for first, factor in window:
            target[:, reach + first : frames - reach + first] += factor * pull
            for second, other in window:
                if second >= first:
                    start = reach + second
                    band[:, _BAND - (second - first), start : start + precision.shape[1]] += (
                        factor * other * precision
                    )
    noise = rng.standard_normal((dimensions, frames))
    likeliest, deviation = np.empty((2, frames, dimensions))
    for d in range(dimensions):
        upper = cholesky_banded(band[d], check_finite=False)
        likeliest[:, d], deviation[:, d] = _solve(upper, target[d], noise[d])
    return likeliest, deviation


def _solve(upper: Floats, target: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Solves U'U x = target and U y = noise, for a banded upper triangle U."""
    from scipy.linalg import solve_banded

    lower = np.zeros_like(upper)
    for row in range(_BAND + 1):
        lower[row, : upper.shape[1] - row] = upper[_BAND - row, row:]
    half = solve_banded((_BAND, 0), lower, target, check_finite=False)
    both = solve_banded((0, _BAND), upper, np.stack([half, noise], axis=1), check_finite=False)
    return both[:, 0], both[:, 1]
