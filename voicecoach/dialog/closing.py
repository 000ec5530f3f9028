"""The closing words of an interview: strongest moment, weakest layer, one thing to do. Pure.

What they name is found by `voicecoach.dialog.verdict`; here it is put into words, few of them: with
the coach's own figures and the goodbye they stay under forty seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.dialog.activity import Material
from voicecoach.dialog.state import Draft, Judged
from voicecoach.dialog.verdict import LAYERS, Gap, Moment, thin_claim, weigh
from voicecoach.scoring.types import FULL_LEVEL, mean_overall

DRILL_FOR = {
    "isolation": "counterfactual",
    "sensitivity": "counterfactual",
    "structure": "opening",
    "customer": "opening",
    "decision": "opening",
    "metric_quality": "metric-defence",
    "actionability": "stop-decision",
    "quantified_result": "reframe",
    "so_what": "so-what",
    "ownership": "principle-match",
}
"""The drill that trains a facet, of those that there are."""

CLOCK_DRILL = "opening"
"""For somebody who misses nothing: the same, in less time."""

_UNFINISHED = frozenset({"stopped", "out_of_answers"})

Where = Callable[[Judged], str]
"""Names the answer that is meant, such as ``question 2``."""


def say_debrief(material: Material, draft: Draft, where: Where) -> None:
    """Say the rating, the strongest moment, the weakest layer, and the one thing to do next."""
    judged = [j for j in draft.state.judged if j.score.scorable]
    unscored = [j for j in draft.state.judged if not j.score.scorable]
    if not judged:
        for item in unscored[:1]:
            material.say(draft, "not_scored", "closing", why_not=item.score.why_not)
        return
    overall = mean_overall(j.score for j in judged)
    key = "feedback_so_far" if draft.state.ending in _UNFINISHED else "feedback_overall"
    material.say(draft, key, "closing", overall=f"{overall:g}")
    if unscored:
        material.say(draft, "unscored_answers", "closing")
    moment, gap = weigh(judged)
    _say_moment(material, draft, moment, where)
    _say_gap(material, draft, gap, moment)


def _say_moment(material: Material, draft: Draft, moment: Moment | None, where: Where) -> None:
    if moment is None:
        material.say(draft, "feedback_no_strength", "closing")
        return
    facet = material.phrase(f"facet_{moment.facet}", draft)
    if moment.level < FULL_LEVEL:
        material.say(draft, "feedback_beginning", "closing", facet=facet)
    elif moment.quote:
        why = material.phrase(f"strong_{moment.facet}", draft)
        place = where(moment.item)
        material.say(draft, "feedback_moment", "closing", where=place, quote=moment.quote, why=why)
    else:
        material.say(draft, "feedback_strength", "closing", where=where(moment.item), facet=facet)


def _say_gap(material: Material, draft: Draft, gap: Gap | None, moment: Moment | None) -> None:
    """Say what to build up, and one thing to do for it."""
    drills = material.script.drills
    if gap is None:
        material.say(draft, "feedback_no_gap", "closing", drill=drills[CLOCK_DRILL].title)
        return
    facet = material.phrase(f"facet_{gap.facet}", draft)
    if gap.facet in LAYERS:
        material.say(draft, "feedback_layer", "closing", layer=gap.facet, facet=facet)
    else:
        material.say(draft, "feedback_gap", "closing", facet=facet)
    claim = thin_claim(gap, moment)
    missed = gap.item.score.facets[gap.facet]
    if claim:
        add = material.phrase(f"add_{gap.facet}", draft)
        material.say(draft, "next_retell", "closing", claim=claim, add=add)
    elif missed.level:
        material.say(draft, "next_step", "closing", advice=missed.advice)
    else:
        drill = drills[DRILL_FOR[gap.facet]].title
        material.say(draft, "next_drill", "closing", drill=drill)
