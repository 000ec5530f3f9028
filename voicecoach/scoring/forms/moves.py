"""Forms in which something moves or stays: "fell by a third", "fell to 15%", "doubled"."""

from __future__ import annotations

import re

from voicecoach.scoring.forms.draft import (
    BE,
    GIVES_TO,
    PARTICLES,
    TEST_WORDS,
    TIME_GOES_ON,
    VERB,
    WORD,
    Draft,
    Form,
    Match,
    amount,
)
from voicecoach.scoring.forms.ends import ends
from voicecoach.scoring.marked import COMPARATIVES, DOWN_VERBS, UP_VERBS
from voicecoach.scoring.phrases import BREAKS, DETERMINERS, Phrase, phrase_after, subject_before
from voicecoach.scoring.quantities import POINTS, SHARE, TIMES, Quantity
from voicecoach.word_sets import word_set

_BY = re.compile(
    rf" {VERB} (?P<o>{WORD}{{0,8}}?)(?P<p>up |down )?(?P<by>by )?{amount('q')} "
    rf"(?:(?:, )?to {amount('b')} )?"
)
_BE_UP = re.compile(rf" (?P<v>{BE}) (?:{WORD}{{0,1}})(?P<p>up|down) (?:by )?{amount('q')} ")
_TO = re.compile(
    rf" {VERB} (?P<o>{WORD}{{0,6}}?)(?P<p>up |down |back |out )?(?P<to>to |at )"
    rf"(?:to )?{amount('b')} "
)
_REACHED = re.compile(rf" (?P<v>G:reached|G:hit|G:settled) {amount('b', 'psmt')} ")
_LEVEL = re.compile(
    rf" (?P<v>L:[a-z]+|(?:{BE}) (?:still|unchanged|L:flat|L:steady)) (?P<o>{WORD}{{0,3}}?)"
    rf"(?:at )?{amount('q')} (?!to )"
)
_UNMOVED = re.compile(
    r" (?P<v>(?:did not|didn't|had not|hadn't|has not|hasn't|had hardly|hardly|barely|never|had "
    r"barely) (?:really |actually |even )?(?:G:(?:move|moved|change|changed|shifted)|budge|"
    r"budged)|(?:L:(?:stayed|stay|remained|held|stays) |was |were |is |are )(?:completely |"
    r"basically |pretty much )?(?:L:flat|L:steady|unchanged|level|the same(?= (?:[.,]|and|but|for|"
    r"in|on|after|before|at|$) )))(?! at <)(?: at all)? "
    rf"(?:, )?(?:{amount('a')} before (?:, )?(?:and )?{amount('b')} (?:after|afterwards) )?"
)
_MULTIPLIED = re.compile(
    rf" (?P<v>[UD]:(?:doubled|tripled|quadrupled|halved|halving)) (?P<o>{WORD}{{0,6}})"
)
_IN_HALF = re.compile(rf" (?P<v>[DG]:[a-z]+) (?P<o>{WORD}{{0,6}}?)in {amount('q', 's')} ")
_OFF = re.compile(
    rf" (?P<v>[DG]:(?:took|take|takes|shaved|shave|knocked|cut|trimmed)) {amount('q')} off "
)
_BETTER_BY = re.compile(
    rf" (?P<v>G:got|became|was|were|is|are) (?P<c>{'|'.join(sorted(COMPARATIVES))}) by "
    rf"{amount('q', 'psxtm')} "
)
_UP_ALONE = re.compile(rf" (?P<p>up|down) (?:by )?{amount('q', 'pstm')} (?!from )")
_SIGNED = re.compile(rf" {amount('q', 'pmt')} ")
_GO_WITH_TO = word_set(
    "went gone go goes going came come comes got get brought bring took take settled ended",
    "finished",
    "crept edged moved pushed drove ticked inched landed",
)
_UNCOUNTABLE_VERBS = word_set("cut cuts cutting dropped drop added raised lifted saved lift lost")
_POINTS = frozenset({POINTS, "basis points"})
_FACTORS = {"doubled": 2.0, "tripled": 3.0, "quadrupled": 4.0}


def _change_by(m: Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    word, mark = m.items[verb].word, m.items[verb].mark
    said_words = m.word("o").split()
    direction = _direction(m, verb, said_words)
    if not direction or said_words[-1:] == ["from"]:
        return None  # "fell from nine": where it began, not by how much
    particles = [w for w in said_words if w not in PARTICLES]
    object_phrase = m.objects("o", drop=PARTICLES)
    given = _given_to(m, said_words, word)
    if particles and not (m.has("by") or given) and (mark[0] != "G" or object_phrase is None):
        return None
    if not _counts_as_change(m, q, word):
        return None
    if given:
        object_phrase = None
    elif particles and object_phrase is None:
        return None
    subject = object_phrase or _object_of(m, m.at("q")) or subject_before(m.items, verb)
    after = None
    if m.has("b"):
        b = m.quantity("b")
        after = b.value if b.kind == "n" or b.kind == q.kind or q.kind in "psx" else None
    return Draft(
        "change by",
        verb,
        m.at("b") if m.has("b") else m.at("q"),
        verb,
        subject,
        (m.at("q"), m.at("b")) if m.has("b") else (m.at("q"),),
        direction=direction,
        size=abs(q.value),
        unit=q.unit,
        after=after,
        per=q.per,
        certainty=0.9 if subject else 0.55,
    )


def _direction(m: Match, verb: int, said_words: list[str]) -> str:
    """Return which way the verb goes: by itself, or with "up" or "down"; '' for neither."""
    item = m.items[verb]
    if item.mark[0] == "G":
        particle = m.word("p") or (said_words or [""])[-1]
        return particle if particle in {"up", "down"} else ""
    moves = item.word in UP_VERBS or item.word in DOWN_VERBS
    return _mark_direction(item.mark) if moves and item.mark[0] != "L" else ""


def _given_to(m: Match, words: list[str], verb: str) -> bool:
    """Whether `words` say whom something was saved or cost: "us", "the clinic"."""
    if len(words) == 1 and words[0] in GIVES_TO:
        return True
    gives = verb.startswith(("sav", "gain", "los")) and m.quantity("q").kind in "mt"
    return gives and 0 < len(words) <= 3 and words[0] in DETERMINERS


def _object_of(m: Match, item: int) -> Phrase | None:
    """Return what "four percent of listings" is of."""
    if m.next_word(item) != "of":
        return None
    return phrase_after(m.items, item + 2)


def _counts_as_change(m: Match, q: Quantity, verb: str) -> bool:
    after = m.next_word(m.at("q"))
    if q.kind == "t" and (
        verb == "slipped" or after in TIME_GOES_ON or m.word("o").endswith(("for", "in"))
    ):
        return False
    if q.kind == "n":
        if m.has("by") or m.has("p") or q.per:
            return True
        return verb not in _UNCOUNTABLE_VERBS
    return after not in TEST_WORDS


def _mark_direction(mark: str) -> str:
    return {"U": "up", "D": "down", "L": "level"}.get(mark[0], "") if mark[1:2] == ":" else ""


def _be_up(m: Match) -> Draft | None:
    q = m.quantity("q")
    if m.next_word(m.at("q")) in TEST_WORDS:
        return None
    verb = m.at("v")
    return Draft(
        "change by",
        verb,
        m.at("q"),
        verb,
        subject_before(m.items, verb),
        (m.at("q"),),
        direction=m.word("p"),
        size=q.value,
        unit=q.unit,
        per=q.per,
        certainty=0.85,
    )


def _change_to(m: Match) -> Draft | None:
    b, verb = m.quantity("b"), m.at("v")
    item = m.items[verb]
    direction = _mark_direction(item.mark)
    particle = m.word("p") or (m.word("o").split() or [""])[-1]
    if item.mark[0] == "G":
        if item.word not in _GO_WITH_TO:
            return None
        direction = particle if particle in {"up", "down"} else ""
        if b.kind == "n" and not direction and (b.unit or m.word("to") == "at"):
            return None
        if b.kind == "t" and not direction and m.word("to") == "to":
            return None
    elif item.mark[0] != "L" and not (item.word in UP_VERBS or item.word in DOWN_VERBS):
        return None
    if b.kind == "t" and m.next_word(m.at("b")) in TIME_GOES_ON:
        return None
    words = [w for w in m.word("o").split() if w not in PARTICLES]
    object_phrase = m.objects("o", drop=PARTICLES)
    if words and object_phrase is None:
        return None
    subject = object_phrase or subject_before(m.items, verb)
    return Draft(
        "change to",
        verb,
        m.at("b"),
        verb,
        subject,
        (m.at("b"),),
        direction=direction,
        unit=b.unit,
        after=b.value,
        per=b.per,
        # Points are how far, not where to: "went up to two points" may have been "up two points".
        certainty=0.8 if subject and direction and b.unit not in _POINTS else 0.6,
    )


def _reached(m: Match) -> Draft | None:
    b, verb = m.quantity("b"), m.at("v")
    if m.next_word(m.at("b")) in TIME_GOES_ON:
        return None
    subject = subject_before(m.items, verb)
    return Draft(
        "change to", verb, m.at("b"), verb, subject, (m.at("b"),),
        unit=b.unit, after=b.value, per=b.per, certainty=0.65,
    )  # fmt: skip


def _level_at(m: Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    if q.kind == "t" and m.next_word(m.at("q")) in TIME_GOES_ON:
        return None
    if m.items[verb].mark == "L:held" and m.has("o"):
        return None
    if any(w in BREAKS or w.endswith("ing") for w in m.word("o").split()):
        return None  # "the small ones stay free and half of the others", "still waiting an hour"
    return Draft(
        "level", verb, m.at("q"), verb, subject_before(m.items, verb), (m.at("q"),),
        direction="level", unit=q.unit, after=q.value, per=q.per, certainty=0.75,
    )  # fmt: skip


def _unmoved(m: Match) -> Draft | None:
    verb = m.at("v")
    subject = subject_before(m.items, verb)
    if subject is None:
        return None
    if not m.has("a"):
        last = verb + len(m.word("v").split()) - 1
        return Draft("level", verb, last, verb, subject, (), direction="level", certainty=0.7)
    pair = ends(m.line, m.quantity("a"), m.quantity("b"))
    if pair is None:
        return None
    return Draft(
        "level", verb, m.at("b"), verb, subject, (m.at("a"), m.at("b")), direction="level",
        unit=pair[2], before=pair[0], after=pair[1], compared=True, certainty=0.85,
    )  # fmt: skip


def _multiplied(m: Match) -> Draft | None:
    verb = m.at("v")
    word = m.items[verb].word
    factor = _FACTORS.get(word)
    subject = subject_before(m.items, verb)
    follows = phrase_after(m.items, verb + 1)
    last = verb
    # "We halved the wait": who did it is not what moved.
    if follows is not None and (subject is None or subject.pronoun):
        subject, last = follows, follows.last
    return Draft(
        "factor", verb, last, verb, subject, (),
        direction="up" if factor else "down", size=factor or 0.5, unit=TIMES if factor else SHARE,
        certainty=0.85 if subject else 0.5,
    )  # fmt: skip


def _in_half(m: Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    subject = m.objects("o")
    if q.value != 0.5 or m.items[verb].word not in {"cut", "cuts", "cutting", "slashed", "went"}:
        return None
    return Draft(
        "change by", verb, m.at("q"), verb, subject or subject_before(m.items, verb), (m.at("q"),),
        direction="down", size=0.5, unit=SHARE, certainty=0.85,
    )  # fmt: skip


def _off(m: Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    return Draft(
        "change by", verb, m.at("q") + 1, verb, phrase_after(m.items, m.at("q") + 2), (m.at("q"),),
        direction="down", size=q.value, unit=q.unit, per=q.per, certainty=0.85,
    )  # fmt: skip


def _better_by(m: Match) -> Draft | None:
    """Read "page speed got better by 300 milliseconds"."""
    q, verb = m.quantity("q"), m.at("v")
    return Draft(
        "change by", verb, m.at("q"), verb, subject_before(m.items, verb), (m.at("q"),),
        direction=COMPARATIVES[m.word("c")], size=abs(q.value), unit=q.unit, per=q.per,
        certainty=0.8,
    )  # fmt: skip


def _up_alone(m: Match) -> Draft | None:
    """Read "they sold more that month, up 6%": what moved was said before."""
    q, at = m.quantity("q"), m.at("q")
    if m.previous_word(m.first) not in {",", ".", ""} or m.next_word(at) in TEST_WORDS:
        return None
    return Draft(
        "change by", m.first, at, -1, None, (at,), direction=m.word("p"), size=q.value, unit=q.unit,
        per=q.per, certainty=0.6, verbal=False,
    )  # fmt: skip


def _signed(m: Match) -> Draft | None:
    q, at = m.quantity("q"), m.at("q")
    sign = m.line.tokens[q.core].text
    if sign not in {"+", "-", "−", "plus", "minus"}:
        return None
    metric = subject_before(m.items, at) or phrase_after(m.items, at + 1)
    if metric is None or metric.pronoun:
        return None
    return Draft(
        "change by", at, at, -1, metric, (at,), direction="down" if q.value < 0 else "up",
        size=abs(q.value), unit=q.unit, per=q.per, certainty=0.75, verbal=False,
    )  # fmt: skip


UNMOVED = Form(_UNMOVED, _unmoved)
OFF = Form(_OFF, _off)
IN_HALF = Form(_IN_HALF, _in_half)
BY = Form(_BY, _change_by)
BETTER_BY = Form(_BETTER_BY, _better_by)
BE_UP = Form(_BE_UP, _be_up)
LEVEL = Form(_LEVEL, _level_at)
TO = Form(_TO, _change_to)
REACHED = Form(_REACHED, _reached)
MULTIPLIED = Form(_MULTIPLIED, _multiplied)
SIGNED = Form(_SIGNED, _signed)
UP_ALONE = Form(_UP_ALONE, _up_alone)
