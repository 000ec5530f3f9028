"""The closing words of an interview: strongest moment, weakest layer, one thing to do. Pure.

What they name is found by `voicecoach.scoring.verdict` and `voicecoach.scoring.leaning`; here it is
put into words, few of them: with the coach's own figures and the goodbye they stay under forty
seconds. All of it, concerns and drills included, stands in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voicecoach.dialog.activity import Material
from voicecoach.dialog.state import Draft, Judged
from voicecoach.events import Speak
from voicecoach.scoring.leaning import CANT_SAY, POSITIVE, Leaning, lean
from voicecoach.scoring.types import FULL_LEVEL, mean_overall
from voicecoach.scoring.verdict import LAYERS, Answered, Gap, Moment, thin_claim, weigh

_UNFINISHED = frozenset({"stopped", "out_of_answers"})

_MOST_WORDS = 62
"""Of the debrief; figures and goodbye come to 26 at most, and forty seconds are about 90."""

_HOLLOW = 2.0
"""Rating that no answer without facts exceeds."""

_NAMED_SHORT, _NAMED_LONG = 7, 15
"""Words that name a layer without what it means, or what else is weak."""

Where = Callable[[Judged], str]
"""Names the answer that is meant, such as ``question 2``."""


def say_debrief(material: Material, draft: Draft, where: Where) -> None:
    """Say the rating, the leaning, the strongest moment, the weakest layer, and what to do next."""
    judged = [j for j in draft.state.judged if j.score.scorable]
    unscored = [j for j in draft.state.judged if not j.score.scorable]
    if not judged:
        for item in unscored[:1]:
            material.say(draft, "not_scored", "closing", why_not=item.score.why_not)
        return
    overall = f"{mean_overall(j.score for j in judged):g}"
    leaning = _leaning(material, draft)
    if leaning is not None:
        _say_leaning(material, draft, leaning, overall)
    else:
        key = "feedback_so_far" if draft.state.ending in _UNFINISHED else "feedback_overall"
        material.say(draft, key, "closing", overall=overall)
        if unscored:
            material.say(draft, "unscored_answers", "closing")
    places = {j.task.id: j for j in judged}
    moment, gap = weigh(_answered(judged))
    _say_moment(material, draft, moment, lambda item: where(places[item.task_id]))
    _say_gap(material, draft, gap, moment)


def _answered(judged: Sequence[Judged]) -> list[Answered]:
    """Return the answers as they are weighed."""
    found = []
    for item in judged:
        question = item.task.question
        assert question is not None
        alone = item.alone if item.followed else None
        found.append(
            Answered(
                item.task.id, question.type, question.facets, item.score, item.task.words, alone
            )
        )
    return found


def _leaning(material: Material, draft: Draft) -> Leaning | None:
    """Return the leaning, None where it is not said.

    A bad one is said only by those who were asked to be hard; it stands in the report anyhow.
    """
    leaning = lean(_answered(draft.state.judged), material.script.debrief.leaning, material.rough)
    welcome = leaning.verdict in POSITIVE or draft.state.manner.tells_leaning == "always"
    unfinished = draft.state.ending in _UNFINISHED
    return None if leaning.verdict == CANT_SAY or not welcome or unfinished else leaning


def _say_leaning(material: Material, draft: Draft, leaning: Leaning, overall: str) -> None:
    """Say rating and leaning in one sentence, and from how many answers."""
    count = _spoken_count(leaning.scored)
    if leaning.scored < len(draft.state.judged):
        count = f"{count} scored"
    key = f"lean_{leaning.verdict}"
    material.say(draft, key, "closing", overall=overall, count=count)


def _spoken_count(number: int) -> str:
    words = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number - 2] if 2 <= number <= 10 else str(number)


def _say_moment(
    material: Material, draft: Draft, moment: Moment | None, where: Callable[[Answered], str]
) -> None:
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
    debrief = material.script.debrief
    if gap is None:
        clock = material.script.drills[debrief.clock_drill].title
        material.say(draft, "feedback_no_gap", "closing", drill=clock)
        return
    said = _in_their_words(material, draft, gap, moment)
    # Of a hollow answer it asks for facts, and does not tell what the layer means.
    short = gap.facet in LAYERS and (gap.item.score.overall or 0.0) > _HOLLOW
    named = _NAMED_SHORT if short else _NAMED_LONG
    if said and _room(draft) >= named + len(said.split()):
        _say_facet(material, draft, gap.facet, short)
        draft.say(said, "closing")
        return
    _say_facet(material, draft, gap.facet)
    drill = material.script.drills[debrief.drills[gap.facet][0]].title
    material.say(draft, "next_drill", "closing", drill=drill)


def _in_their_words(material: Material, draft: Draft, gap: Gap, moment: Moment | None) -> str:
    """Return how to say it next time, best made of their own words; '' where a drill helps more."""
    hint = hint_for(gap, moment)
    if hint:
        return material.phrase("next_lift", draft, hint=hint)
    claim = thin_claim(gap, moment)
    if claim:
        add = material.phrase(f"add_{gap.facet}", draft)
        return material.phrase("next_retell", draft, claim=claim, add=add)
    missed = gap.item.score.facets[gap.facet]
    return material.phrase("next_step", draft, advice=missed.advice) if missed.level else ""


def _say_facet(material: Material, draft: Draft, name: str, short: bool = False) -> None:
    """Name what to build up, with what it means unless that follows."""
    if short:
        material.say(draft, "feedback_layer_short", "closing", layer=name)
        return
    facet = material.phrase(f"facet_{name}", draft)
    if name in LAYERS:
        material.say(draft, "feedback_layer", "closing", layer=name, facet=facet)
    else:
        material.say(draft, "feedback_gap", "closing", facet=facet)


def _room(draft: Draft) -> int:
    """Return how many words there is still time for, before figures and goodbye."""
    said = [e.text for e in draft.outputs if isinstance(e, Speak) and e.purpose == "closing"]
    return _MOST_WORDS - sum(len(text.split()) for text in said)


def hint_for(gap: Gap, moment: Moment | None) -> str:
    """Return how to say that answer instead, '' where it takes up what was just praised.

    Only where what would lift the answer is what it is weakest in; and only made of their own
    words, for without these a drill helps more.
    """
    lift = gap.item.score.lift
    if lift is None or lift.facets[:1] != (gap.facet,) or not lift.hint.startswith("You said"):
        return ""
    said = set(lift.hint.split(".")[0].lower().split())
    praised = set(moment.quote.lower().split()) if moment is not None else set()
    return lift.hint if len(praised & said) <= len(praised) / 2 else ""
