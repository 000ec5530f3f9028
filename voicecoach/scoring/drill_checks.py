"""The points that a drill can wait for, by name: how each is recognised in a reply.

What is told counts, what is only named does not: every check needs a clause with somebody or
something in it. A drill is a choice of these in its file under ``prompts/drills``; a new drill
needs code only where none of them fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from voicecoach.scoring.claims import extract_claims
from voicecoach.scoring.drill_cues import (
    BELIEF,
    BENEFIT,
    BLIND_SPOT,
    CHOICE,
    COST,
    DISPROOF,
    GUARDRAIL,
    HYPOTHESIS,
    LIMITS,
    MEASURE,
    MEASURE_STOPWORDS,
    METHOD,
    OWN_ACT,
    PRICE,
    REPAIR,
    RULING,
    STAND,
    STOP_LINE,
    STOPPED,
    TRIAL,
    TRIAL_SIGN,
    VANITY,
    WORTH,
    WRONG_WAY,
)
from voicecoach.scoring.drill_points import Check, Found, Missed, Reply
from voicecoach.scoring.drill_principles import principle_signs
from voicecoach.scoring.opening import opening_landmarks
from voicecoach.scoring.plain import PlainLine
from voicecoach.scoring.quantities import Quantity, find_quantities
from voicecoach.scoring.types import Landmark
from voicecoach.word_sets import word_set

_FIRST_WORDS = 14
"""A figure after more words than these no longer opens an answer."""

_MEASURE_WORDS = 10
"""A measure is quoted up to so many words."""

_METHOD_SHARE = 0.08
"""Share of words of method from which a story is about the method."""

_TOLD_WORDS = 9
"""A repair of so many words says how, whatever words it takes."""

_STORY_WORDS = 12
"""Fewer words are no story, however little method they hold."""

_TELLING = 2
"""So many signs of a principle, and a listener would name it."""

_ATTITUDES = word_set("heard know like likes happy satisfied aware recommend love trust")
"""What people feel or know is no act of theirs."""

_NO_FIGURE = word_set("things points ideas reasons questions parts cases examples steps ways")
_PLAN = re.compile(r" (?:i'd|i would|we'd|we would|i could|we could|let's|i will|we will) ")
_RELIEVED = re.compile(r" (?:(?:are|is) able to|can now|can|no longer (?:have|has|need|needs)) ")
_SIDES = re.compile(
    r" (?P<not>(?:not|isn't|never|hardly|no) (?:a |really |just )*)?"
    r"(?P<side>vanity|vanities|behaviou?r|behaviou?rs|behaviou?ral) "
)
_LINKING = word_set(
    "would could should that this they them their there these those what which when where while",
    "with within without from into only also then just have been were because about after before",
    "count measure take read look more less than every each people number rate share next would",
    "instead those same everyone even better",
)


def _span(line: PlainLine, start: int, end: int) -> Found:
    """Return the words between two offsets of the line, without what only leads on."""
    first, last = line.token_at(start + 1), line.token_at(end - 2)
    while last > first and line.tokens[last].text in {"and", "so", "but", ".", ",", "the", "a"}:
        last -= 1
    return Found(*line.span(first, last))


def _cue(pattern: re.Pattern[str]) -> Check:
    """Return the check that a pattern is found at all."""

    def check(reply: Reply) -> Found | Missed:
        match = pattern.search(reply.line.line)
        return _span(reply.line, match.start(), match.end()) if match else Missed()

    return check


# --- measures -----------------------------------------------------------------------------------


def measures(line: PlainLine) -> list[Found]:
    """Return the different measures of behaviour in a reply, in order."""
    heads = [(m.start(), m.end()) for m in MEASURE.finditer(line.line)]
    found: list[Found] = []
    keys: list[frozenset[str]] = []
    for n, (start, end) in enumerate(heads):
        first = line.token_at(start + 1)
        stop = line.token_at(heads[n + 1][0] + 1) if n + 1 < len(heads) else len(line.tokens)
        last = min(stop, max(first + _MEASURE_WORDS, line.token_at(end - 2) + 1))
        words = [t.text for t in line.tokens[first:last]]
        key = frozenset(w for w in words if w not in MEASURE_STOPWORDS and w not in ".,")
        if key & _ATTITUDES:
            continue
        if any(len(key & other) >= 0.6 * len(key | other) for other in keys):
            continue
        keys.append(key)
        found.append(_span(line, start, line.offset(last) + 1))
    return found


def _behaviour(reply: Reply) -> Found | Missed:
    found = measures(reply.line)
    if found:
        return found[0]
    vanity = VANITY.search(reply.line.line)
    return Missed(vanity.group("what") if vanity else "")


def _three_measures(reply: Reply) -> Found | Missed:
    found = measures(reply.line)
    return Found(found[0].start_char, found[-1].end_char) if len(found) >= 3 else Missed()


def _blind_spot(reply: Reply) -> Found | Missed:
    for match in BLIND_SPOT.finditer(reply.line.line):
        # "I don't know, ..." is about the speaker; "we would never know, ..." is not.
        if match.group("rest")[0] != "," or " never " in match.group():
            return _span(reply.line, match.start(), match.end())
    return Missed()


def _repair(reply: Reply) -> Found | Missed:
    """A new way of counting: with a limit, or told at some length."""
    for match in REPAIR.finditer(reply.line.line):
        told = len(match.group("rest").split()) >= _TOLD_WORDS and "look at it" not in match.group()
        if told or LIMITS.search(f" {match.group().strip()} "):
            return _span(reply.line, match.start(), match.end())
    return Missed()


def _answers_flaw(reply: Reply) -> Found | Missed:
    """A repair that takes up words of the objection, and not only those of the measure."""
    repaired = _repair(reply)
    if isinstance(repaired, Missed) or not reply.earlier:
        return Missed()
    objection = _stems(reply.earlier[-1])
    measure = _stems(" ".join(reply.earlier[:-1]))
    shared = _stems(reply.text) & objection
    return repaired if shared - measure or len(shared) >= 2 else Missed()


def _stems(text: str) -> frozenset[str]:
    words = (t.text for t in PlainLine(text).tokens)
    return frozenset(w[:4] for w in words if len(w) >= 4 and w not in _LINKING)


def _verdict(reply: Reply) -> Found | Missed:
    """The side that is taken; "not vanity" is the other one, and both at once are none."""
    sides: dict[str, re.Match[str]] = {}
    for match in _SIDES.finditer(reply.line.line):
        is_vanity = match.group("side").startswith("vanit")
        side = "vanity" if is_vanity != bool(match.group("not")) else "behaviour"
        sides.setdefault(side, match)
    if list(sides) != [reply.key]:
        return Missed()
    return _span(reply.line, sides[reply.key].start(), sides[reply.key].end())


# --- stories ------------------------------------------------------------------------------------


def _found(landmark: Landmark | None) -> Found | Missed:
    return Found(landmark.start_char, landmark.end_char) if landmark else Missed()


def _customer(reply: Reply) -> Found | Missed:
    """Somebody in trouble; who "can do it without trouble" is not."""
    landmark = opening_landmarks((), reply.text).customer
    if landmark is None or _RELIEVED.search(f" {landmark.quote.lower()} "):
        return Missed()
    return _found(landmark)


def _choice(reply: Reply) -> Found | Missed:
    """What was decided; where nothing is called so, the act by which it was."""
    decided = opening_landmarks((), reply.text).decision
    told = CHOICE.search(reply.line.line) if decided is None else None
    # An act of method decides nothing.
    if told and not METHOD.intersection(told.group().split()):
        return _span(reply.line, told.start(), told.end())
    return _found(decided)


def _outcome(reply: Reply) -> Found | Missed:
    """What moved, or a figure claimed for somebody."""
    moved = opening_landmarks((), reply.text).metric
    if moved is not None:
        return _found(moved)
    for claim in extract_claims(reply.text):
        if not claim.planned:
            return Found(claim.start_char, claim.end_char)
    for quantity in _figures(reply.line):
        if quantity.per:
            return Found(*reply.line.span(quantity.first, quantity.last))
    return Missed()


def _contrary(reply: Reply) -> Found | Missed:
    """A figure that was measured; how long it took is none."""
    moved = opening_landmarks((), reply.text).metric
    if moved is not None:
        return _found(moved)
    for quantity in _figures(reply.line):
        if quantity.unit in {"percent", "points", "basis points", "share", "times"}:
            return Found(*reply.line.span(quantity.first, quantity.last))
    return Missed()


def _brief_method(reply: Reply) -> Found | Missed:
    words = [t.text for t in reply.line.tokens if t.text not in ".,"]
    method = sum(word in METHOD for word in words)
    if len(words) < _STORY_WORDS or method > _METHOD_SHARE * len(words):
        return Missed()
    return _span(reply.line, 0, len(reply.line.line)) if _tells(reply) else Missed()


def _tells(reply: Reply) -> bool:
    """Whether there is a story at all in which method could have been too long."""
    marks = opening_landmarks((), reply.text)
    return bool(marks.customer or marks.decision or marks.metric)


def _figures(line: PlainLine) -> Iterator[Quantity]:
    for quantity in find_quantities(line.tokens):
        after = line.tokens[quantity.last + 1].text if quantity.last + 1 < len(line.tokens) else ""
        if after not in _NO_FIGURE:
            yield quantity


def _number_first(reply: Reply) -> Found | Missed:
    """A figure in the first breath, and before any plan."""
    planned = _PLAN.search(reply.line.line)
    reach = reply.line.token_at(planned.start() + 1) if planned else len(reply.line.tokens)
    for quantity in _figures(reply.line):
        early = quantity.core < min(_FIRST_WORDS, reach)
        if early and (quantity.value != 1 or quantity.unit):
            return Found(*reply.line.span(quantity.first, quantity.last))
    return Missed()


def _trial(reply: Reply) -> Found | Missed:
    for match in TRIAL.finditer(reply.line.line):
        if TRIAL_SIGN.search(f" {match.group().strip()} "):
            return _span(reply.line, match.start(), match.end())
    return Missed()


# --- principles ---------------------------------------------------------------------------------


def _principle(reply: Reply) -> Found | Missed:
    """The principle asked for, if it shows at least as much as any other, or nearly so.

    What the scorer hears in the whole answer counts as one more sign.
    """
    shown = principle_signs(reply.text)
    for name in reply.principles:
        shown[name] = shown.get(name, 0) + 1
    most = max(shown.values(), default=0)
    if reply.key in shown and shown[reply.key] >= max(1, most - 1):
        return Found(0, len(reply.text))
    others = [name for name, count in shown.items() if count == most and most >= _TELLING]
    return Missed(others[0] if others else "")


CHECKS: Mapping[str, Check] = {
    "behaviour": _behaviour,
    "three_measures": _three_measures,
    "blind_spot": _blind_spot,
    "wrong_way": _cue(WRONG_WAY),
    "repair": _repair,
    "answers_flaw": _answers_flaw,
    "verdict": _verdict,
    "customer": _customer,
    "choice": _choice,
    "outcome": _outcome,
    "brief_method": _brief_method,
    "benefit": _cue(BENEFIT),
    "disproof": _cue(DISPROOF),
    "number_first": _number_first,
    "hypothesis": _cue(HYPOTHESIS),
    "trial": _trial,
    "belief": _cue(BELIEF),
    "contrary": _contrary,
    "stopped": _cue(STOPPED),
    "price": _cue(PRICE),
    "worth": _cue(WORTH),
    "cost": _cue(COST),
    "ruling": _cue(RULING),
    "stand": _cue(STAND),
    "guardrail": _cue(GUARDRAIL),
    "stop_line": _cue(STOP_LINE),
    "principle": _principle,
    "own_act": _cue(OWN_ACT),
    "stakes": _cue(PRICE),
}
"""How each of `voicecoach.scoring.drill_points.POINTS` is recognised."""
