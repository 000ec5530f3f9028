"""An experiment's result in plain words, the way a decision would be argued from it. Pure.

Owns: the counterfactual reading, what it would take to know more, and what has to be said beside.
The estimates are `voicecoach.experiment_effects`'.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from voicecoach.experiment import Design, Observation
from voicecoach.experiment_effects import FEW, Effect
from voicecoach.figures import NOTHING, count, milliseconds

TITLES = {
    "words": "Answer length",
    "began_s": "Time until you began",
    "rating": "Rating",
    "answered": "Whether you answered",
}
"""What each outcome is called."""

OFF_S = 0.02
"""A delay that was heard differs from the one that was meant by no more than this."""

UNLIKELY = 0.05
"""A chance below which ranks are said to agree with a finding."""

NOTES = (
    "Answer length was the question. Of four things compared, one stands out by chance alone in "
    "about one experiment of five.",
    "Lots were drawn turn by turn, and turns are compared within their session. What it says, it "
    "says of you and of these questions.",
)


def described(design: Design) -> str:
    """Return what is tried out, such as ``100 ms before the reply to 50% of the turns``."""
    return (
        f"{milliseconds(design.delay_s)} more before the reply to {design.share:.0%} of the turns"
    )


def heard(design: Design, observations: Sequence[Observation]) -> str:
    """Say whether the delay arrived at the loudspeaker, '' where one side has no turns."""
    late = [o.latency_s for o in observations if o.delayed]
    prompt = [o.latency_s for o in observations if not o.delayed]
    if not late or not prompt:
        return ""
    means = (statistics.fmean(late), statistics.fmean(prompt))
    text = (
        f"Heard after the floor was taken: the reply after {milliseconds(means[0])} with the delay,"
        f" {milliseconds(means[1])} without."
    )
    if abs(means[0] - means[1] - design.delay_s) > OFF_S:
        text += f" That is not the {milliseconds(design.delay_s)} that were meant."
    return text


# --- one outcome --------------------------------------------------------------------------------


def means(effect: Effect) -> str:
    """Return both means, such as ``41 words with the delay (n = 9), 45 without (n = 9)``."""
    sides = ((effect.mean_delayed, effect.n_delayed), (effect.mean_prompt, effect.n_prompt))
    late, prompt = (
        f"{NOTHING if mean is None else amount(effect.outcome, mean)} {{}} (n = {n})"
        for mean, n in sides
    )
    return f"{late.format('with the delay')}, {prompt.format('without')}"


def reading(effect: Effect) -> str:
    """Say what would have happened without the delay, and whether that is a finding."""
    enough = min(effect.n_delayed, effect.n_prompt) >= FEW
    if enough and effect.effect is None:
        return "Nothing to compare: within a session they were all alike, or all drawn alike."
    if effect.effect is None or effect.low is None or effect.high is None:
        return (
            f"Too few to tell: {count(effect.n_delayed, 'turn')} with the delay and "
            f"{effect.n_prompt} without; it takes {FEW} of each."
        )
    turns = count(effect.n, "turn")
    if not effect.found:
        return f"{_counterfactual(effect)}: with {turns} that is no finding."
    text = f"{_counterfactual(effect)}: with {turns} that is a finding."
    if effect.rank_p is not None and effect.rank_p > UNLIKELY:
        text += (
            f" Ranks alone do not bear it out (p = {effect.rank_p:.2f}): a few far-off values may "
            "carry it."
        )
    return text


_COMPARED = {
    "words": (
        "Without the delay the same answers would have been",
        *("longer", "shorter", "as long"),
    ),
    "began_s": ("Without the delay you would have begun", "later", "sooner", "as soon"),
    "rating": (
        "Without the delay the same answers would have been rated",
        *("higher", "lower", "alike"),
    ),
}
"""How an outcome is compared: the beginning, then more of it, less, and as much."""


def _counterfactual(effect: Effect) -> str:
    assert effect.effect is not None
    assert effect.low is not None
    assert effect.high is not None
    change = -effect.effect  # what leaving the delay out would have done
    half = (effect.high - effect.low) / 2
    if effect.outcome in _COMPARED:
        beginning, longer, shorter, same = _COMPARED[effect.outcome]
        size, unit = amount(effect.outcome, abs(change)).split()
        doubt = amount(effect.outcome, half)
        if not float(size):
            return f"{beginning} {same}, give or take {doubt}"
        how = longer if change > 0 else shorter
        return f"{beginning} about {size} {unit} {how}, give or take {doubt.split()[0]}"
    low, high = (round(-100 * end) for end in (effect.high, effect.low))
    return (
        f"Without the delay about {_more(round(100 * change))} in 100 turns would have been "
        f"answered, somewhere between {_more(low)} and {_more(high)}"
    )


def _more(turns: int) -> str:
    return f"{abs(turns)} {'more' if turns >= 0 else 'fewer'}"


def power(effect: Effect) -> str:
    """Say how many turns it takes, '' where that cannot be told."""
    if effect.needed is None or effect.worth is None:
        return ""
    change = amount(effect.outcome, effect.worth)
    if effect.needed <= effect.n:
        return f"These are enough turns to see a change of {change}."
    return f"You would need about {_about(effect.needed)} turns to see a change of {change}."


def _about(turns: int) -> int:
    """Round a number that is no better known than to its second digit."""
    digits = max(0, len(str(turns)) - 2)
    return round(turns, -digits)


def amount(outcome: str, value: float) -> str:
    """Return a value with its unit."""
    if outcome == "words":
        return f"{value:.0f} words" if value >= 9.5 else f"{value:.1f} words"
    if outcome == "began_s":
        return f"{value:.2f} s"
    if outcome == "rating":
        return f"{value:.1f} points"
    return f"{value:.0%}"


# --- all together -------------------------------------------------------------------------------


def summary(
    design: Design, observations: Sequence[Observation], effects: Sequence[Effect]
) -> dict[str, Any]:
    """Return the result as a document."""
    return {
        "experiment": design.name,
        "delay_ms": round(design.delay_s * 1000),
        "share": design.share,
        "seed": design.seed,
        "turns": {
            "delayed": sum(o.delayed for o in observations),
            "prompt": sum(not o.delayed for o in observations),
        },
        "sessions": len({o.session for o in observations}),
        "heard": heard(design, observations),
        "effects": {effect.outcome: _document(effect) for effect in effects},
        "notes": list(NOTES),
    }


def _document(effect: Effect) -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    interval = None if effect.low is None else [rounded(effect.low), rounded(effect.high)]
    return {
        "n": {"delayed": effect.n_delayed, "prompt": effect.n_prompt},
        "mean": {"delayed": rounded(effect.mean_delayed), "prompt": rounded(effect.mean_prompt)},
        "effect": rounded(effect.effect),
        "interval": interval,
        "rank_p": rounded(effect.rank_p),
        "finding": effect.found,
        "worth_knowing": rounded(effect.worth),
        "turns_needed": effect.needed,
        "reading": reading(effect),
        "power": power(effect),
    }
