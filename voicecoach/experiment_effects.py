"""What a delay did, and with how much doubt: from observations to estimates. Pure.

Owns: which comparison is made, when there are too few turns for one, and how many it would take.
The statistics are scipy's. How it is said is `voicecoach.experiment_words`'.

Turns of one session resemble each other, so each is compared with the others of its own session: a
regression on the delay with a level of its own for each session, whose estimate and interval are
those of least squares with Student's t. Lots are drawn by turn, so turns, and not sessions, are the
independent units. Beside it Mann and Whitney's test looks at ranks alone: where the two disagree, a
few extreme values carry the difference. Whether an answer came at all is compared by Newcombe's
interval of two Wilson intervals, and Fisher's exact test. Intervals hold 95%, power is 80%.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.errors import VoicecoachError
from voicecoach.experiment import Design, Observation

CONFIDENCE = 0.95
POWER = 0.80

FEW = 5
"""With fewer turns on a side no effect is estimated."""

WORTH_SHARE = 0.1
"""A change of a tenth is worth knowing of: what 100 ms once cost a voice assistant's sessions."""

WORTH_POINTS = 0.5
"""Of a rating: the next half point."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the delay did to one thing.

    Attributes:
        outcome: ``words``, ``began_s``, ``rating`` or ``answered``.
        n_delayed: turns with a delay of which it is known.
        n_prompt: turns without.
        sessions: in how many sessions they were.
        mean_delayed: mean after a delay, None without turns.
        mean_prompt: mean without.
        effect: with the delay − without; None with too few turns, as the rest.
        low: lower end of its interval.
        high: upper end.
        rank_p: chance of ranks at least so far apart if the delay did nothing.
        worth: the smallest change that is worth knowing of.
        needed: turns in all that would show it; None where nothing varies.
    """

    outcome: str
    n_delayed: int
    n_prompt: int
    sessions: int
    mean_delayed: float | None
    mean_prompt: float | None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    rank_p: float | None = None
    worth: float | None = None
    needed: int | None = None

    @property
    def n(self) -> int:
        """Turns in all."""
        return self.n_delayed + self.n_prompt

    @property
    def found(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def scipy_missing() -> VoicecoachError:
    """Return what whoever lacks scipy is told."""
    return VoicecoachError(
        "experiment.no_scipy",
        "Experiments need scipy, which is not installed",
        "Type: pip install 'voicecoach[experiment]', or scipy alone",
    )


def effects(design: Design, observations: Sequence[Observation]) -> tuple[Effect, ...]:
    """Return what the delay did to the next answer: the first named is what it is about.

    Raises:
        VoicecoachError: scipy is missing.
    """
    try:
        import scipy.stats  # noqa: F401 - whether it is there is the question
    except ImportError as error:
        raise scipy_missing() from error
    return (
        difference("words", design.share, observations),
        difference("began_s", design.share, observations),
        difference("rating", design.share, observations),
        answered(design.share, observations),
    )


# --- means --------------------------------------------------------------------------------------


def difference(outcome: str, share: float, observations: Sequence[Observation]) -> Effect:
    """Compare the means of an outcome with and without delay, within sessions."""
    known = [(o, float(v)) for o in observations if (v := getattr(o, outcome)) is not None]
    delayed = [v for o, v in known if o.delayed]
    prompt = [v for o, v in known if not o.delayed]
    sessions = len({o.session for o, _ in known})
    means = (_mean(delayed), _mean(prompt))
    freedom = len(known) - sessions - 1
    if min(len(delayed), len(prompt)) < FEW or freedom < 1:
        return Effect(outcome, len(delayed), len(prompt), sessions, *means)
    lots = _within([(o.session, float(o.delayed)) for o, _ in known])
    values = _within([(o.session, v) for o, v in known])
    fit = _regression(lots, values, freedom)
    if fit is None:
        return Effect(outcome, len(delayed), len(prompt), sessions, *means)
    effect, half, spread = fit
    worth = WORTH_POINTS if outcome == "rating" else WORTH_SHARE * abs(means[1] or 0.0)
    return Effect(
        outcome,
        len(delayed),
        len(prompt),
        sessions,
        *means,
        effect=effect,
        low=effect - half,
        high=effect + half,
        rank_p=_rank_p([o.delayed for o, _ in known], values),
        worth=worth,
        needed=_turns_needed(spread**2, share, worth),
    )


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _within(rows: Sequence[tuple[int, float]]) -> list[float]:
    """Return the values less the mean of their own session."""
    by_session: dict[int, list[float]] = {}
    for session, value in rows:
        by_session.setdefault(session, []).append(value)
    means = {session: statistics.fmean(values) for session, values in by_session.items()}
    return [value - means[session] for session, value in rows]


def _regression(
    lots: Sequence[float], values: Sequence[float], freedom: int
) -> tuple[float, float, float] | None:
    """Return slope, half its interval, and the spread around it; None where nothing varies within
    a session, be it what was drawn or what came of it.

    Regressing what is left after the sessions' means gives the slope of the regression with those
    means in it (Frisch, Waugh and Lovell); only the degrees of freedom that they took are unknown
    to `linregress`, which counts n − 2.
    """
    from scipy import stats

    if min(max(map(abs, lots)), max(map(abs, values))) < 1e-9:
        return None
    fit = stats.linregress(lots, values)
    error = float(fit.stderr) * math.sqrt((len(lots) - 2) / freedom)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom)) * error
    spread = error * math.sqrt(sum(lot * lot for lot in lots))
    return float(fit.slope), half, spread


def _rank_p(delayed: Sequence[bool], values: Sequence[float]) -> float:
    from scipy import stats

    with_delay = [v for d, v in zip(delayed, values, strict=True) if d]
    without = [v for d, v in zip(delayed, values, strict=True) if not d]
    return float(stats.mannwhitneyu(with_delay, without).pvalue)


def _turns_needed(variance: float, share: float, worth: float) -> int | None:
    """Return how many turns show a change of `worth`, at the usual two error rates."""
    from scipy import stats

    if variance <= 0 or worth <= 0:
        return None
    reach = float(stats.norm.ppf((1 + CONFIDENCE) / 2) + stats.norm.ppf(POWER))
    return math.ceil(reach**2 * variance / (share * (1 - share) * worth**2))


# --- shares -------------------------------------------------------------------------------------


def answered(share: float, observations: Sequence[Observation]) -> Effect:
    """Compare how often an answer came at all."""
    from scipy import stats

    known = [o for o in observations if o.answered is not None]
    delayed = [bool(o.answered) for o in known if o.delayed]
    prompt = [bool(o.answered) for o in known if not o.delayed]
    sessions = len({o.session for o in known})
    means = (_mean(delayed), _mean(prompt))
    if min(len(delayed), len(prompt)) < FEW or means[0] is None or means[1] is None:
        return Effect("answered", len(delayed), len(prompt), sessions, *means)
    effect = means[0] - means[1]
    one = stats.binomtest(sum(delayed), len(delayed)).proportion_ci(CONFIDENCE, "wilson")
    two = stats.binomtest(sum(prompt), len(prompt)).proportion_ci(CONFIDENCE, "wilson")
    table = [
        [sum(delayed), len(delayed) - sum(delayed)],
        [sum(prompt), len(prompt) - sum(prompt)],
    ]
    # Where everybody answered, the share is still not known to be one.
    usual = (sum(delayed) + sum(prompt) + 1) / (len(known) + 2)
    return Effect(
        "answered",
        len(delayed),
        len(prompt),
        sessions,
        *means,
        effect=effect,
        low=effect - math.hypot(means[0] - float(one.low), float(two.high) - means[1]),
        high=effect + math.hypot(float(one.high) - means[0], means[1] - float(two.low)),
        rank_p=float(stats.fisher_exact(table).pvalue),
        worth=WORTH_SHARE,
        needed=_turns_needed(usual * (1 - usual), share, WORTH_SHARE),
    )
