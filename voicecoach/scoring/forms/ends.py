"""Forms with two ends: "from forty to twenty two minutes", "now 11%, down from 19"."""

from __future__ import annotations

import re

from voicecoach.scoring.forms.draft import (
    PARTICLES,
    VERB,
    WORD,
    Draft,
    Form,
    Match,
    amount,
    towards,
)
from voicecoach.scoring.marked import NOUNS_DOWN, NOUNS_UP, MarkedLine
from voicecoach.scoring.phrases import object_between, subject_before
from voicecoach.scoring.quantities import SHARE, Quantity

_FROM_TO = re.compile(
    rf" (?:{VERB} (?P<o>{WORD}{{0,7}}?)(?:, )?)?from {amount('a')} (?P<m>{WORD}{{0,4}}?)(?:, )?"
    rf"(?:all the way |right )?(?:up |down |back )?to (?:to )?{amount('b')} "
)
_TO_FROM = re.compile(
    rf" {VERB} (?P<o>{WORD}{{0,6}}?)(?:to|at) {amount('b')} (?P<m>{WORD}{{0,3}}?)(?:, )?"
    rf"(?:up |down )?from {amount('a')} "
)
_UP_FROM = re.compile(
    rf" {amount('b')} (?P<m>{WORD}{{0,3}}?)(?:, )?(?:up|down) from {amount('a')} "
)
_BY_FROM_TO = re.compile(
    rf" {VERB} (?P<o>)(?:by )?{amount('q')} (?:, )?from {amount('a')} to (?:to )?{amount('b')} "
)
_PLAIN_TO = re.compile(
    rf" {VERB} (?P<o>{WORD}{{0,3}}?){amount('a')} (?:, )?to (?:to )?{amount('b')} "
)
_BEFORE_AFTER = re.compile(
    rf" before (?:{WORD}{{0,7}}?){amount('a')} (?:{WORD}{{0,4}}?)(?:[,.] )?(?:and |but )?(?:[,.] )?"
    rf"(?:then )?(?:after|afterwards) (?:{WORD}{{0,4}}?)(?:, )?(?:{WORD}{{0,4}}?){amount('b')} "
)
_SECONDS = {
    "milliseconds": 0.001,
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
    "days": 86400.0,
    "weeks": 604800.0,
}
_IS = frozenset({"is", "was", "are", "were", "stands", "sits"})
_COINS = {"pounds": {"pence": 0.01}, "dollars": {"cents": 0.01}, "euros": {"cents": 0.01}}


def ends(line: MarkedLine, a: Quantity, b: Quantity) -> tuple[float, float, str] | None:
    """Return two ends in one unit; what was said once counts for both ("from 9% to six")."""
    one, two = a.value, b.value
    if a.unit == SHARE and a.whole and b.kind == "n":
        return one, two / a.whole, SHARE
    if b.unit == SHARE and b.whole and a.kind == "n":
        return one / b.whole, two, SHARE
    if a.kind != "n" and b.kind == "n":
        return one, _scaled(line, two, a), a.unit
    if b.kind != "n" and a.kind == "n":
        return _scaled(line, one, b), two, b.unit
    if a.kind != b.kind:
        return None
    if a.unit != b.unit and a.kind in "tm":
        return _finer(a, b)
    if a.kind == "n":
        return _scaled(line, one, b), _scaled(line, two, a), b.unit or a.unit
    return one, two, b.unit or a.unit


def _finer(a: Quantity, b: Quantity) -> tuple[float, float, str] | None:
    """Return "four hours" and "forty minutes", or pounds and pence, in the finer unit."""
    if a.unit in _SECONDS and b.unit in _SECONDS:
        worth = _SECONDS
    else:
        whole = a.unit if a.unit in _COINS else b.unit
        worth = {whole: 1.0} | _COINS.get(whole, {})
        if a.unit not in worth or b.unit not in worth:
            return None
    unit = min(a.unit, b.unit, key=lambda u: worth[u])
    one, two = a.value * worth[a.unit] / worth[unit], b.value * worth[b.unit] / worth[unit]
    return round(one, 6), round(two, 6), unit


def _scaled(line: MarkedLine, value: float, other: Quantity) -> float:
    """Return `value` in the thousands or millions in which the other end was said.

    Beside five dollars "three eighty" is three dollars and eighty.
    """
    if other.kind == "m" and other.value < 20 and 100 <= value < 2000:
        return value / 100
    scales = {"million": 1e6, "billion": 1e9, "thousand": 1e3, "grand": 1e3, "k": 1e3, "m": 1e6}
    for k in range(other.core, other.last + 1):
        scale = scales.get(line.tokens[k].text)
        if scale and value < 1000 <= other.value:
            scaled = value * scale
            return scaled if 0.1 <= scaled / other.value <= 10 else value
    return value


def _contradicts(m: Match, verb: int, direction: str) -> bool:
    """Whether the verb goes the other way than the ends: then these are no two ends."""
    item = m.items[verb]
    if item.word.startswith(("improv", "recover", "chang", "mov")):
        return False  # a better wait is a shorter one
    said = {"U": "up", "D": "down"}.get(item.mark[0], "")
    words = m.word("o").split()
    if not said and ("up" in words) != ("down" in words):
        said = "up" if "up" in words else "down"
    return bool(said) and direction != said


def _two_ends(m: Match) -> Draft | None:
    a, b = m.quantity("a"), m.quantity("b")
    pair = ends(m.line, a, b)
    verb = m.at("v") if m.takes("v") else -1
    if pair is None or (verb < 0 and a.kind in "nt" and b.kind in "nt"):
        return None
    before, after, unit = pair
    if verb >= 0 and _contradicts(m, verb, towards(before, after)):
        return None
    if not m.takes("v") and m.previous_word(m.first) in {"at", "now", *_IS}:
        verb = _linking_verb(m)
    subject = m.objects("o", drop=PARTICLES) if m.takes("v") and verb >= 0 else None
    transitive = subject is not None
    if verb >= 0 and subject is None:
        subject = subject_before(m.items, verb)
    if verb >= 0 and m.items[verb].word in NOUNS_UP | NOUNS_DOWN and m.word("o").startswith("in "):
        subject = object_between(m.items, m.at("o") + 1, m.at("o") + len(m.word("o").split()) - 1)
    size, uses = None, [m.at("a"), m.at("b")]
    if m.takes("q"):
        step = m.quantity("q")
        size, unit = step.value, step.unit or unit
        uses.append(m.at("q"))
    return Draft(
        "two ends",
        m.first,
        m.last,
        verb,
        subject,
        tuple(uses),
        direction=towards(before, after),
        size=size,
        unit=unit,
        before=before,
        after=after,
        compared=True,
        per=b.per or a.per,
        certainty=0.9 if verb >= 0 and subject else 0.6,
        verbal=verb >= 0 and (transitive or subject is not None),
    )


def _linking_verb(m: Match) -> int:
    """Return the item of "is" in "the error rate is now six percent, down from eleven"."""
    k = m.first - 1
    while k > 0 and m.items[k].word in {"at", "now", "just", "only"}:
        k -= 1
    return k if m.items[k].word in _IS else -1


def _before_after(m: Match) -> Draft | None:
    pair = ends(m.line, m.quantity("a"), m.quantity("b"))
    if pair is None:
        return None
    return Draft(
        "two ends", m.first, m.at("b"), -1, None, (m.at("a"), m.at("b")),
        direction=towards(pair[0], pair[1]), unit=pair[2], before=pair[0], after=pair[1],
        compared=True, per=m.quantity("b").per, certainty=0.7, verbal=False,
    )  # fmt: skip


BY_FROM_TO = Form(_BY_FROM_TO, _two_ends)
FROM_TO = Form(_FROM_TO, _two_ends)
TO_FROM = Form(_TO_FROM, _two_ends)
UP_FROM = Form(_UP_FROM, _two_ends)
PLAIN_TO = Form(_PLAIN_TO, _two_ends)
BEFORE_AFTER = Form(_BEFORE_AFTER, _before_after)
