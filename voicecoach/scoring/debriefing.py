"""The written debrief in a bar raiser's form: strengths, concerns, level, leaning, next drills.

What is put into words here is found by `voicecoach.scoring.verdict` and by
`voicecoach.scoring.leaning`; the same finds are said aloud at the end of an interview, in fewer
words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from voicecoach.scoring.leaning import (
    ALTERNATIVES,
    CANT_SAY,
    LEANINGS,
    LEVELS_SHOWN,
    Leaning,
    LeaningRules,
    LevelSignal,
    Reason,
    lean,
    level_shown,
    scored_of,
)
from voicecoach.scoring.types import FACETS, FULL_LEVEL
from voicecoach.scoring.verdict import Answered, Gap, Moment, strengths_and_concerns

MOST = 3
"""Strengths, concerns and drills: more is not kept in mind."""

REASONS: Mapping[str, frozenset[str]] = {
    "rough": frozenset(),
    "nothing": frozenset(),
    "too_few": frozenset(),
    "rating": frozenset({"mean", "count"}),
    "weak_answer": frozenset({"number", "overall"}),
    "weak_answers": frozenset({"count"}),
    "never_shown": frozenset({"facet"}),
    "never_full": frozenset({"facet"}),
    "follow_ups_helped": frozenset({"risen", "count"}),
    "follow_ups_unused": frozenset({"risen", "count"}),
    "uneven": frozenset({"low", "high"}),
    "close": frozenset({"other"}),
    "unscored": frozenset({"count"}),
}
"""The reasons of a leaning, with the slots of their wordings."""

_WHERE = frozenset({"number"})

DEBRIEF_WORDS: Mapping[str, frozenset[str]] = {
    **{f"verdict_{name}": frozenset() for name in (*LEANINGS, CANT_SAY)},
    **{f"named_{name}": frozenset() for name in LEANINGS},
    **{f"reason_{rule}": slots for rule, slots in REASONS.items()},
    **{f"level_{name}": frozenset() for name in (*LEVELS_SHOWN, CANT_SAY)},
    **{f"sign_{name}": frozenset() for name in (*FACETS, ALTERNATIVES)},
    "how_sure": frozenset({"count"}),
    "how_sure_few": frozenset({"count"}),
    "note": frozenset(),
    "concern_missing": _WHERE,
    "concern_begun": _WHERE,
    "drill_for": frozenset({"facet", "number"}),
    "drill_also": frozenset({"facet"}),
    "drill_clock": frozenset(),
}
"""What the debrief says, with its slots; ``named_NAME`` is a leaning inside a sentence."""

_FEW = 3
"""From so many answers on, a little more can be told."""


@dataclass(frozen=True, slots=True)
class DebriefScript:
    """What a debrief goes by.

    Attributes:
        leaning: how ratings become a leaning and a level.
        drills: by facet, the drills that train it, the fittest first.
        clock_drill: for somebody who misses nothing: the same, in less time.
        words: by the keys of `DEBRIEF_WORDS`.
    """

    leaning: LeaningRules
    drills: Mapping[str, tuple[str, ...]] = field(hash=False)
    clock_drill: str
    words: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class NextDrill:
    """A drill to take next, and why."""

    name: str
    why: str


def write_debrief(
    answers: Sequence[Answered],
    script: DebriefScript,
    phrases: Mapping[str, Sequence[str]],
    rough: bool = False,
) -> dict[str, Any]:
    """Return the debrief as one document, for the page, the terminal and ``--json``.

    Args:
        answers: to the questions of an interview, in their order; scored or not.
        script: rules and wordings.
        phrases: with ``facet_NAME``, how a facet is called inside a sentence, and ``strong_NAME``,
            why a quote was good.
        rough: whether nobody could tell what was said.
    """
    return _Writer(script, phrases).document(answers, rough)


class _Writer:
    """Puts finds into words."""

    def __init__(self, script: DebriefScript, phrases: Mapping[str, Sequence[str]]) -> None:
        self._script = script
        self._phrases = phrases

    def document(self, answers: Sequence[Answered], rough: bool) -> dict[str, Any]:
        rules = self._script.leaning
        scored = [] if rough else scored_of(answers)
        leaning = lean(answers, rules, rough)
        moments, gaps = strengths_and_concerns(scored, MOST) if scored else ((), ())
        return {
            "asked": len(answers),
            "scored": len(scored),
            "leaning": self._leaning(leaning),
            "level": self._level(level_shown(answers, rules, rough)),
            "how_sure": self._how_sure(leaning),
            "note": self._say("note"),
            "strengths": [self._strength(each) for each in moments if each.level == FULL_LEVEL],
            "concerns": [self._concern(each) for each in gaps],
            "drills": [
                {"name": drill.name, "why": drill.why}
                for drill in self.next_drills(gaps, some=bool(scored))
            ],
        }

    def next_drills(self, gaps: Sequence[Gap], some: bool) -> list[NextDrill]:
        """Return the next drills: for each concern the fittest, then others for the same."""
        if not some:
            return []
        found: dict[str, NextDrill] = {}
        rounds = zip_longest(*(self._drills_for(gap) for gap in gaps))
        for each in (drill for together in rounds for drill in together if drill):
            found.setdefault(each.name, each)
        clock = self._script.clock_drill
        found.setdefault(clock, NextDrill(clock, self._say("drill_clock")))
        return list(found.values())[:MOST]

    def _drills_for(self, gap: Gap) -> Iterator[NextDrill]:
        facet = self._facet(gap.facet)
        for place, name in enumerate(self._script.drills[gap.facet]):
            if place == 0:
                why = self._say("drill_for", facet=facet, number=gap.item.number)
            else:
                why = self._say("drill_also", facet=facet)
            yield NextDrill(name, why)

    def _leaning(self, leaning: Leaning) -> dict[str, Any]:
        return {
            "verdict": leaning.verdict,
            "text": self._say(f"verdict_{leaning.verdict}"),
            "value": None if leaning.value is None else round(leaning.value, 2),
            "reasons": [self._reason(reason) for reason in leaning.reasons],
        }

    def _reason(self, reason: Reason) -> dict[str, str]:
        slots = dict(reason.slots)
        if "facet" in slots:
            slots["facet"] = self._facet(slots["facet"])
        if "other" in slots:
            slots["other"] = self._say(f"named_{slots['other']}")
        return {"rule": reason.rule, "text": self._say(f"reason_{reason.rule}", **slots)}

    def _level(self, signal: LevelSignal) -> dict[str, Any]:
        signs = [
            {"sign": name, "text": self._say(f"sign_{name}"), "shown": shown, "of": signal.of[name]}
            for name, shown in signal.shown.items()
        ]
        known = signal.level != CANT_SAY
        text = self._say(f"level_{signal.level}")
        return {"level": signal.level, "text": text, "signs": signs if known else []}

    def _how_sure(self, leaning: Leaning) -> str:
        if leaning.verdict == CANT_SAY:
            return ""
        key = "how_sure_few" if leaning.scored < _FEW else "how_sure"
        return self._say(key, count=leaning.scored)

    def _strength(self, moment: Moment) -> dict[str, Any]:
        evidence = moment.item.score.facets[moment.facet].evidence
        why = self._phrases.get(f"strong_{moment.facet}", ("",))[0]
        return {
            "facet": moment.facet,
            "number": moment.item.number,
            "quote": moment.quote or (evidence[0].quote if evidence else ""),
            "why": why,
        }

    def _concern(self, gap: Gap) -> dict[str, Any]:
        score = gap.item.score
        missed = score.facets[gap.facet]
        lifts = score.lift is not None and score.lift.facets[:1] == (gap.facet,)
        key = "concern_begun" if missed.level else "concern_missing"
        return {
            "facet": gap.facet,
            "number": gap.item.number,
            "level": missed.level,
            "where": self._say(key, number=gap.item.number),
            "quote": missed.evidence[0].quote if missed.evidence else "",
            "advice": missed.advice,
            "hint": score.lift.hint if lifts and score.lift else "",
        }

    def _facet(self, name: str) -> str:
        return self._phrases[f"facet_{name}"][0]

    def _say(self, key: str, **slots: object) -> str:
        return self._script.words[key].format(**slots)
