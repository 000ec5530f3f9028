"""Forms that state a figure: "one in five people", "the gap was 13 minutes", "costs us $11"."""

from __future__ import annotations

import re

from voicecoach.scoring.forms.draft import (
    BE,
    GIVES_TO,
    TEST_WORDS,
    TIME_GOES_ON,
    WORD,
    Draft,
    Form,
    Match,
    amount,
)
from voicecoach.scoring.phrases import DETERMINERS, VERBS, Phrase, phrase_after, subject_before
from voicecoach.scoring.quantities import POINTS
from voicecoach.word_sets import word_set

_SHARE_OF = re.compile(rf" {amount('q', 'ps')} (?P<of>of )?")
_VALUE = re.compile(
    rf" (?P<v>{BE}|stood at|sat at|averaged|averages|G:took|G:takes|hovered at|ran at|running at) "
    rf"(?:now )?(?:at )?{amount('q', 'pstm')} "
)
_MONEY = re.compile(
    r" (?P<v>cost|costs|costing|worth|made|makes|making|earned|earns|generated|generates|"
    rf"generating|G:(?:brought|brings|bring) in|yielded|recovered)"
    rf" (?P<o>{WORD}{{0,3}}?){amount('q', 'mn')} "
)
_COST = re.compile(rf" (?P<v>cost|costs|costing) (?:us |them |me |you )?{amount('q', 'ps')} of ")
_FAILED = re.compile(
    rf" (?P<v>failed|fails|broke|worked|works|succeeded|errored|[DU]:fell back|crashed) "
    rf"(?:on|in|for) {amount('q', 'ps')} "
)
_PROJECT = word_set(
    "project test trial experiment pilot launch rollout migration build sprint deadline timeline",
    "window phase work development release contract study meeting team story answer question",
    "roadmap",
)
_NOT_BEFORE_SHARE = word_set("to on for with in at from within across by than")
_BEFORE_A_SHARE = word_set(
    ", . and but so because that then where when was were is had saw found see which said yet",
    "still",
    "nearly only almost just",
) | {""}
_PICKS = word_set(
    "drew picked gave took chose selected leave left sampled put sent asked invited give pick draw",
    "tried try rang",
)


def _share_of(m: Match) -> Draft | None:
    q, at = m.quantity("q"), m.at("q")
    if m.previous_word(at) in _NOT_BEFORE_SHARE or q.unit in {POINTS, "basis points"}:
        return None
    if m.next_word(at) in TEST_WORDS or q.value > (100 if q.kind == "p" else 1):
        return None
    plain_fraction = q.kind == "s" and not q.whole
    before = m.previous_word(at)
    if before not in _BEFORE_A_SHARE and (plain_fraction or before in _PICKS | VERBS):
        return None
    if not m.has("of") and (q.kind == "p" or plain_fraction):
        return None
    start = at + 2 if m.has("of") else at + 1
    if not m.has("of") and m.next_word(at) in DETERMINERS:
        return None
    if q.kind == "s" and q.whole and m.line.tokens[m.items[at].last].text.isalpha():
        inner = _counted_inside(m, at)
        whole = inner or phrase_after(m.items, start)
    else:
        whole = phrase_after(m.items, start)
    if (
        whole is None
        and (plain_fraction or q.kind == "p")
        and m.next_word(start - 1) not in {"them"}
    ):
        return None
    return Draft(
        "share", at, whole.last if whole and whole.last > at else m.last, -1, whole, (at,),
        size=q.value, unit=q.unit, compared=True,
        certainty=0.45 if plain_fraction else 0.65, verbal=False,
    )  # fmt: skip


def _counted_inside(m: Match, at: int) -> Phrase | None:
    """Return "dry holes" from "74 dry holes in a hundred"."""
    item = m.items[at]
    assert item.quantity is not None
    words = []
    for token in m.line.tokens[item.quantity.core + 1 : item.last + 1]:
        if token.text in {"in", "out"}:
            break
        words.append(token.text)
    words = [w for w in words if w.isalpha() and w.endswith("s")] and words
    return Phrase(at, at, False, tuple(words)) if words else None


def _value(m: Match) -> Draft | None:
    q, verb, at = m.quantity("q"), m.at("v"), m.at("q")
    subject = subject_before(m.items, verb)
    after = m.next_word(at)
    if subject is None or after in TEST_WORDS or after in TIME_GOES_ON | {"long", "left", "of"}:
        return None
    if subject.pronoun and not (q.kind == "p" and subject.words[0] in {"it", "that", "this"}):
        return None
    if q.kind == "t" and set(subject.words) & _PROJECT:
        return None
    return Draft(
        "value", verb, at, verb, subject, (at,), size=q.value, unit=q.unit, per=q.per,
        certainty=0.65 if not subject.pronoun else 0.55,
    )  # fmt: skip


def _money(m: Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    if q.kind == "n" and (q.value < 1000 or q.unit):
        return None
    who = m.word("o").split()
    given = bool(who) and (who[0] in DETERMINERS or who[0] in GIVES_TO)
    if who and not given and who[-1] not in {"an", "about"}:
        return None
    subject = subject_before(m.items, verb)
    return Draft(
        "money", verb, m.at("q"), verb, subject, (m.at("q"),), size=q.value, unit=q.unit, per=q.per,
        certainty=0.7 if subject else 0.5, verbal=m.items[verb].word not in {"worth", "costing"},
    )  # fmt: skip


def _cost(m: Match) -> Draft | None:
    """Read "cost us two percent of orders": they went down."""
    q, at = m.quantity("q"), m.at("q")
    lost = phrase_after(m.items, at + 2)
    if lost is None:
        return None
    return Draft(
        "change by", m.at("v"), lost.last, m.at("v"), lost, (at,), direction="down", size=q.value,
        unit=q.unit, per=q.per, certainty=0.85,
    )  # fmt: skip


def _failed(m: Match) -> Draft | None:
    """Read "device discovery failed on 22% of requests": how often something came out so."""
    q, verb = m.quantity("q"), m.at("v")
    subject = subject_before(m.items, verb)
    if subject is None:
        return None
    return Draft(
        "value", verb, m.at("q"), verb, subject, (m.at("q"),), size=q.value, unit=q.unit, per=q.per,
        certainty=0.65,
    )  # fmt: skip


COST = Form(_COST, _cost)
FAILED = Form(_FAILED, _failed)
MONEY = Form(_MONEY, _money)
SHARE_OF = Form(_SHARE_OF, _share_of)
VALUE = Form(_VALUE, _value)
