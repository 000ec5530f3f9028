"""The closing words of an interview: what was strong, what was missing, what to do next. Pure."""

from __future__ import annotations

from voicecoach.dialog.activity import Material
from voicecoach.dialog.state import Draft, Judged
from voicecoach.events import HESITATIONS
from voicecoach.scoring.types import FacetScore, mean_overall

MAX_QUOTE_WORDS = 14
"""A longer quote is no longer heard as one."""

_OWN_DOING = frozenset({"i", "we", "my", "our"})
"""What the speaker did stands for itself; "the easy answer was" may be what they refused."""

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


def say_debrief(material: Material, draft: Draft) -> None:
    """Say the rating, the strongest facet with its words, and the gap that matters most."""
    judged = [j for j in draft.state.judged if j.score.scorable]
    if not judged:
        for item in draft.state.judged[:1]:
            material.say(draft, "not_scored", "closing", why_not=item.score.why_not)
        return
    material.say(draft, "closing_intro", "closing")
    overall = mean_overall(j.score for j in judged)
    if overall is not None:
        material.say(draft, "feedback_overall", "closing", overall=f"{overall:g}")
    praised = _say_strength(material, draft, judged)
    _say_gap(material, draft, judged, praised)


def _ranked(judged: list[Judged]) -> list[tuple[str, FacetScore]]:
    """Facets of all questions, those first that matter most to their question."""
    ranked = []
    for item in judged:
        question = item.task.question
        assert question is not None
        for name, facet in item.score.facets.items():
            place = question.facets.index(name) if name in question.facets else len(question.facets)
            ranked.append((place, name, facet))
    return [(name, facet) for _, name, facet in sorted(ranked, key=lambda r: r[0])]


def _say_strength(material: Material, draft: Draft, judged: list[Judged]) -> str:
    """Praise one facet and return its name, '' if nothing could be praised."""
    ranked = _ranked(judged)
    name, facet = max(ranked, key=lambda r: r[1].level)
    if facet.level == 0:
        return ""
    spoken = material.phrase(f"facet_{name}", draft)
    quotes = [_fluent(e.quote) for e in facet.evidence]
    quotes = [quote for quote in quotes if 3 <= len(quote.split()) <= MAX_QUOTE_WORDS]
    if facet.level == 1:
        material.say(draft, "feedback_beginning", "closing", facet=spoken)
    elif quotes:
        quote = next((q for q in quotes if _OWN_DOING & set(q.lower().split())), quotes[0])
        material.say(draft, "feedback_strength", "closing", facet=spoken, quote=quote)
    else:
        material.say(draft, "feedback_strength_plain", "closing", facet=spoken)
    return name


def _fluent(quote: str) -> str:
    """Return a quote as it is read back: nobody wants to hear their own "um"."""
    words = quote.split()
    return " ".join(word for word in words if word.strip(",.").lower() not in HESITATIONS)


def _say_gap(material: Material, draft: Draft, judged: list[Judged], praised: str) -> None:
    """Say what to work on; what was just praised in one answer is not asked for in another."""
    others = [(name, facet) for name, facet in _ranked(judged) if name != praised]
    name, facet = min(others, key=lambda r: r[1].level)
    if facet.level == 2:
        return
    material.say(draft, "feedback_gap", "closing", advice=facet.advice)
    if name in DRILL_FOR:
        drill = material.script.drills[DRILL_FOR[name]]
        material.say(draft, "next_step", "closing", drill=drill.title)
