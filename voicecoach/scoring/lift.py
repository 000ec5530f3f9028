"""What would lift a rating by a point: which facet is missing, and how to say it instead.

Which one is found mechanically: each facet that is not full is tried at its full level through the
very rule that made the rating, caps included. How to say it is made of the candidate's own claim or
words, where these can safely be read back.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from voicecoach.scoring.claims import Claim
from voicecoach.scoring.findings import Findings
from voicecoach.scoring.overall import Standing, worth
from voicecoach.scoring.quoting import CLARIFY, heard_surely, quote_for, sure_claim
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import FULL_LEVEL, FacetScore, Lift, to_half_point
from voicecoach.scoring.verbatim import quotable
from voicecoach.word_sets import word_set

HIGHEST = 5.0
"""There is nothing to lift above it."""

_AT_ONCE = 2
"""So many things are kept in mind; a longer list is no hint."""

_QUESTION = "question"
"""Raised by answering what was asked, see `Standing.rather`."""

_STARTING_POINTS = ("decision", "actionability", "ownership", "metric_quality")
"""Facets whose words can be gone on from when nothing was said of what is missing."""

_OWN_DOING = frozenset({"i", "we"})

_BELONGS_BEFORE = word_set("it them him her us me to of than that what as")
"""Words that a quote does not stop before: what they begin belongs to it."""

_PROBE_FOR = {"quantified_result": "baseline"}
"""Facets that do not fit every claim: a figure with both ends lacks none."""


def find_lift(
    standing: Standing, facets: Mapping[str, FacetScore], findings: Findings, rubric: Rubric
) -> Lift:
    """Return what would lift an answer by a point, or as near to it as two things can.

    Args:
        standing: what its rating depends on.
        facets: with the words that show them.
        findings: with its claims.
        rubric: with the rule of its rating, and the wordings.
    """
    missing, to = missing_for_a_point(standing, rubric)
    return _Wording(facets, findings, rubric).of(standing, missing, to)


def missing_for_a_point(standing: Standing, rubric: Rubric) -> tuple[tuple[str, ...], float]:
    """Return what is missing for one point more, and the rating with it.

    One thing if it is enough, the one that lifts most; else the two that lift most together, if
    they come farther than that one. Nothing where the rating is the highest. Raised is to what is
    full; of rival explanations to one more. An answer with hardly any facts is taken to hold facts
    with it.
    """
    now = to_half_point(worth(standing, rubric))
    if now >= HIGHEST:
        return (), now
    goal = min(HIGHEST, now + 1)
    raised = _raised(standing, rubric)
    best: tuple[tuple[str, ...], float] = ((), now)
    for size in range(1, _AT_ONCE + 1):
        sets = list(combinations(raised, size))
        values = [worth(_with(standing, {name: raised[name] for name in s}), rubric) for s in sets]
        if not values:
            break
        most = max(range(len(sets)), key=values.__getitem__)
        to = to_half_point(values[most])
        if to > best[1] or not best[0]:
            best = (sets[most], to)
        if to >= goal:
            break
    names, to = best
    alone = {n: worth(_with(standing, {n: raised[n]}), rubric) for n in names}
    return tuple(sorted(names, key=lambda n: -alone[n])), to


def _raised(standing: Standing, rubric: Rubric) -> dict[str, int]:
    """Return what the rating depends on and is not full, with the level it is raised to.

    In the order of the rubric's weights, the heaviest first: of equals the first is named.
    """
    rule, levels = rubric.questions[standing.question_type], standing.levels
    weighed = sorted(rule.weights, key=lambda name: -rule.weights[name])
    names = dict.fromkeys([*weighed, *(cap.facet for cap in rule.caps)])
    full = {"alternatives": min(levels["alternatives"] + 1, 3), "other_side": 1}
    targets = {name: full.get(name, FULL_LEVEL) for name in names}
    raised = {name: level for name, level in targets.items() if levels[name] < level}
    return {_QUESTION: 1, **raised} if standing.rather else raised


def _with(standing: Standing, raised: Mapping[str, int]) -> Standing:
    rather = "" if _QUESTION in raised else standing.rather
    return Standing(standing.question_type, {**standing.levels, **raised}, rather=rather)


class _Wording:
    """Words a lift; the same answer is always worded alike."""

    def __init__(
        self, facets: Mapping[str, FacetScore], findings: Findings, rubric: Rubric
    ) -> None:
        self._facets = facets
        self._findings = findings
        self._rubric = rubric
        self._script = rubric.lift
        self._is_case = findings.question_type in rubric.lift.cases
        self._seed = zlib.crc32(findings.reading.answer.text.encode("utf-8", "replace"))

    def of(self, standing: Standing, missing: Sequence[str], to: float) -> Lift:
        script = self._script
        rating = f"{to:g}"
        if not missing:
            asked = self._pick(self._rubric.questions[standing.question_type].stretch)
            return Lift((), to, self._pick(script.full), self._pick(script.stretch[asked]))
        what = [self._pick(script.measures[name].what) for name in missing]
        if standing.stuffed or standing.vague:
            sentence = self._pick(script.hollow, what=what[0])
            return Lift(tuple(missing), to, sentence, self._concrete())
        if len(missing) == 1:
            sentence = self._pick(script.one, what=what[0], to=rating)
        else:
            sentence = self._pick(script.two, first=what[0], second=what[1], to=rating)
        return Lift(tuple(missing), to, sentence, self._hint(missing[0]))

    def _pick(self, options: Sequence[str], **slots: str) -> str:
        chosen = options[self._seed % len(options)]
        return chosen.format(**slots) if slots else chosen

    def _concrete(self) -> str:
        """Ask for one fact behind a sentence that has none."""
        if self._is_case:
            return self._pick(self._script.hollow_case)
        said = quote_for(CLARIFY, self._findings, self._rubric.gates)
        if said:
            return self._pick(self._script.hollow_claim, claim=said)
        return self._pick(self._script.hollow_plain)

    def _hint(self, name: str) -> str:
        """Return how to say it, by the candidate's claim, else by their words, else plainly."""
        wordings = self._script.measures[name]
        if not self._is_case:
            claim = sure_claim(_PROBE_FOR.get(name, "so_what"), self._findings, self._rubric.gates)
            thing = _moved(claim) if claim else ""
            if claim and thing and wordings.thing:
                return self._pick(wordings.thing, claim=claim.spoken, thing=thing)
            if claim and wordings.claim:
                return self._pick(wordings.claim, claim=claim.spoken)
        for options, found in (
            (wordings.own, self._words([name])),
            (wordings.beside, self._words([n for n in _STARTING_POINTS if n != name])),
        ):
            if options and found:
                return self._pick(options, words=found)
        return self._pick(wordings.case if self._is_case else wordings.plain)

    def _words(self, names: Sequence[str]) -> str:
        """Return words that show one of these facets and can be read back, '' for none.

        Only what the speaker did stands for itself: "the easy answer was" does not.
        """
        return next(self._quotes(names), "")

    def _quotes(self, names: Sequence[str]) -> Iterator[str]:
        gates, text = self._rubric.gates, self._findings.reading.answer.text
        for name in names:
            for said in self._facets[name].evidence if name in self._facets else ():
                quote = quotable(said.quote)
                own = quote.partition(" ")[0].lower() in _OWN_DOING
                follows = text[said.end_char :].partition(".")[0].lower().split(maxsplit=1)
                whole = not follows or follows[0].strip(",;:") not in _BELONGS_BEFORE
                sure = heard_surely(said.start_char, said.end_char, self._findings, gates)
                if own and whole and sure:
                    yield quote


def _moved(claim: Claim) -> str:
    """Return what moved, as it stands in the claim, with its article: "the wait"; '' if not so."""
    if not claim.metric or "'" in claim.metric:  # "it'd gone from" names nothing
        return ""
    pattern = rf"(?:\b(?:the|your|their|its)\s+)?\b{re.escape(claim.metric)}\b"
    found = re.search(pattern, claim.spoken)
    return found.group() if found else ""
