"""Forms that compare: "an 18% increase in", "twice as often", "7% against 4"."""

from __future__ import annotations

import re

from voicecoach.scoring.forms.draft import WORD, Draft, Form, Match, amount, towards, verb_before
from voicecoach.scoring.forms.ends import ends
from voicecoach.scoring.marked import COMPARATIVES, NOUNS_DOWN, NOUNS_UP
from voicecoach.scoring.phrases import Phrase, phrase_after, subject_before
from voicecoach.scoring.quantities import PERIODS, TIMES

_NOUN_AFTER = re.compile(
    rf" {amount('q', 'psxtm')} (?P<o>{WORD}{{0,3}}?)(?P<v>[UD]:[a-z]+) (?P<in>in |of |on |to )?"
)
_NOUN_BEFORE = re.compile(
    rf" (?P<v>[UD]:[a-z]+) (?:(?:in|on|to) (?P<o>{WORD}{{1,6}}?)"
    rf")?of {amount('q', 'psxtm')} (?P<in>in |on |to |for )?"
)
_COMPARATIVE = re.compile(
    rf" {amount('q')} (?P<c>{'|'.join(sorted(COMPARATIVES))}) (?P<adverb>likely |"
    rf"often )?(?P<than>than )?"
)
_AS_MANY = re.compile(
    rf" {amount('q', 'xs')} as (?:many|much|often|likely|fast|long|big|high|quickly|common|good|"
    rf"expensive) "
)
_TIMES_WHAT = re.compile(rf" {amount('q', 'x')} (?:what|the|that|our|its) ")
_VERSUS = re.compile(
    rf" {amount('a')} (?P<m>{WORD}{{0,7}}?)(?:, )?(?:against|versus|vs|compared to|compared with|"
    rf"as opposed to|rather than|instead of) (?P<n>{WORD}{{0,6}}?){amount('b')} "
)
_SIDES = "on|with|for|in|without|before|after|at|among|when"
_PARALLEL = re.compile(
    rf" {amount('a', 'pstmn')} (?P<m>(?:{_SIDES}) {WORD}{{0,5}}?|before |after )(?:, )?(?:and |"
    rf"but |while )?(?:, )?(?:only |just "
    rf")?(?P<x>(?:{_SIDES}) {WORD}{{1,4}}?)?{amount('b', 'pstmn')} (?P<n>(?:{_SIDES}) )?"
)
_OTHERS = re.compile(
    rf" {amount('a', 'pstm')} (?:{WORD}{{0,4}}?)(?:[,.] )?(?:and |but |while |"
    rf"whereas )?(?:{WORD}{{0,4}}?)"
    r"(?:others|rest|other (?:half|ones|sites|group|stores|shops|schools|towns)|without|control|"
    r"controls|untouched|waiting|remaining|everyone else|everybody else|ones (?:that|who|we|"
    r"without)) "
    rf"(?:[a-zA-Z'0-9:-]+ ){{0,7}}?{amount('b')} "
)
_SAME_VERB = re.compile(
    rf" (?P<v>[UD]:[a-z]+|given|sold|missed|spent|paid|used|waited|made|bought) (?:by "
    rf")?{amount('a')} (?:{WORD}{{0,4}}?)(?:[,.] )?(?:and |but |while |whereas )(?:the |ones |"
    rf"those )(?:{WORD}{{0,7}}?)(?P=v) (?:by )?{amount('b')} "
)


def _noun_after(m: Match) -> Draft | None:
    verb, q = m.at("v"), m.quantity("q")
    word = m.items[verb].word
    if word not in NOUNS_UP | NOUNS_DOWN:
        return None
    between = m.objects("o")
    if m.has("o") and between is None:
        return None
    follows = phrase_after(m.items, m.last + 1) if m.has("in") else None
    metric = follows or between
    if metric is None and q.kind in "tm":
        return None
    return Draft(
        "noun of change", m.at("q"), follows.last if follows else verb, verb, metric, (m.at("q"),),
        direction="up" if word in NOUNS_UP else "down", size=abs(q.value), unit=q.unit, per=q.per,
        certainty=0.85 if metric else 0.6, verbal=False,
    )  # fmt: skip


def _noun_before(m: Match) -> Draft | None:
    verb, q = m.at("v"), m.quantity("q")
    word = m.items[verb].word
    if word not in NOUNS_UP | NOUNS_DOWN:
        return None
    metric = m.objects("o")
    last = m.at("q")
    if metric is None and m.has("in"):
        metric = phrase_after(m.items, last + 2)
        last = metric.last if metric else last
    return Draft(
        "noun of change", verb, last, verb, metric, (m.at("q"),),
        direction="up" if word in NOUNS_UP else "down", size=abs(q.value), unit=q.unit, per=q.per,
        certainty=0.85 if metric else 0.6, verbal=False,
    )  # fmt: skip


def _comparative(m: Match) -> Draft | None:
    q, word = m.quantity("q"), m.word("c")
    follows = m.next_word(m.last)
    if q.kind == "t" and word in {"later", "earlier", "more", "up", "down"}:
        return None
    metric = None
    if word in {"more", "fewer", "less", "higher", "lower", "better"} and not m.has("than"):
        metric = phrase_after(m.items, m.last + 1)
    last = metric.last if metric else m.last
    per = q.per or _per_after(m, last)
    if q.kind == "n" and not (word in {"fewer", "less"} or m.has("than") or per):
        return None  # "two more stores": a count and no comparison
    if follows in {"weeks", "months", "days"} and q.kind == "n":
        return None
    verb = verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 and metric is None else metric
    return Draft(
        "comparative", m.first, last, verb, subject, (m.at("q"),), direction=COMPARATIVES[word],
        size=q.value, unit=q.unit or _plural(metric), per=per, compared=True,
        certainty=0.75 if subject else 0.55, verbal=metric is None and 0 <= verb == m.first - 1,
    )  # fmt: skip


def _as_many(m: Match) -> Draft | None:
    q = m.quantity("q")
    verb = verb_before(m, m.first)
    metric = phrase_after(m.items, m.last + 1)
    if metric is None and verb >= 0:
        metric = subject_before(m.items, verb)
    return Draft(
        "factor", m.first, m.last, verb, metric, (m.at("q"),),
        direction="up" if q.value > 1 else "down", size=q.value, unit=TIMES, compared=True,
        certainty=0.7, verbal=verb == m.first - 1,
    )  # fmt: skip


def _times_what(m: Match) -> Draft | None:
    q, verb = m.quantity("q"), verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 else None
    return Draft(
        "factor", m.first, m.at("q"), verb, subject, (m.at("q"),), direction="up", size=q.value,
        unit=TIMES, compared=True, certainty=0.6, verbal=False,
    )  # fmt: skip


def _per_after(m: Match, last: int) -> str:
    a, b = m.next_word(last), m.next_word(last + 1)
    return b if a in {"a", "an", "per", "each", "every"} and b in PERIODS else ""


def _plural(phrase: Phrase | None) -> str:
    if phrase is None:
        return ""
    return next((w for w in phrase.words if w.endswith("s") and not w.endswith("ss")), "")


def _versus(m: Match) -> Draft | None:
    a, b = m.quantity("a"), m.quantity("b")
    pair = ends(m.line, a, b)
    if pair is None:
        return None
    verb = verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 else None
    return Draft(
        "versus", m.first, m.at("b"), verb, subject, (m.at("a"), m.at("b")),
        direction=towards(pair[1], pair[0]), unit=pair[2], before=pair[1], after=pair[0],
        compared=True, per=a.per, certainty=0.8 if pair[2] else 0.55,
        verbal=verb >= 0 and verb == m.first - 1,
    )  # fmt: skip


def _parallel(m: Match) -> Draft | None:
    a, b = m.quantity("a"), m.quantity("b")
    first_side = m.word("m").split()
    second_side = (m.word("x") or m.word("n")).split()
    if not second_side or a.kind == "n" or (a.kind == "t" and second_side[0] not in first_side):
        return None
    pair = ends(m.line, a, b)
    if pair is None:
        return None
    verb = verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 else None
    before, after = pair[0], pair[1]
    direction = ""
    if first_side[0] == "before" or (first_side[0], second_side[0]) == ("without", "with"):
        direction = towards(before, after)
    elif first_side[0] in {"after", "with"} and second_side[0] in {"before", "without"}:
        before, after = after, before
        direction = towards(before, after)
    return Draft(
        "sides", m.first, m.last, verb, subject, (m.at("a"), m.at("b")), direction=direction,
        unit=pair[2], before=before, after=after, compared=True, certainty=0.75, verbal=False,
    )  # fmt: skip


def _others(m: Match) -> Draft | None:
    """Read "with it they saved ninety pounds and the others twenty five"."""
    a, b = m.quantity("a"), m.quantity("b")
    pair = ends(m.line, a, b)
    if pair is None or (a.kind == "t" and b.kind == "t" and a.unit != b.unit):
        return None
    verb = m.at("v") if m.takes("v") else verb_before(m, m.first)
    return Draft(
        "sides", m.first, m.at("b"), verb, None, (m.at("a"), m.at("b")), unit=pair[2],
        before=pair[0], after=pair[1], compared=True, per=a.per, certainty=0.65, verbal=False,
    )  # fmt: skip


VERSUS = Form(_VERSUS, _versus)
PARALLEL = Form(_PARALLEL, _parallel)
AS_MANY = Form(_AS_MANY, _as_many)
SAME_VERB = Form(_SAME_VERB, _others)
NOUN_AFTER = Form(_NOUN_AFTER, _noun_after)
NOUN_BEFORE = Form(_NOUN_BEFORE, _noun_before)
COMPARATIVE = Form(_COMPARATIVE, _comparative)
TIMES_WHAT = Form(_TIMES_WHAT, _times_what)
OTHERS = Form(_OTHERS, _others)
