"""The forms in which figures are claimed, one function each, over a marked line.

A form proposes drafts; `voicecoach.scoring.claims` decides which of them stand. A form may be
eager, but it must be right about direction, size and unit where it speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voicecoach.scoring.marked import (
    COMPARATIVES,
    DOWN_VERBS,
    NOUNS_DOWN,
    NOUNS_UP,
    UP_VERBS,
    MarkedLine,
)
from voicecoach.scoring.phrases import (
    DETERMINERS,
    Phrase,
    object_between,
    phrase_after,
    subject_before,
)
from voicecoach.scoring.plain import word_set
from voicecoach.scoring.quantities import POINTS, SHARE, TIMES, Quantity

_VERB = r"(?P<v>[UDGL]:[a-z]+)"
_WORD = r"(?:[a-z'0-9-]+ )"
_BE = r"(?:was|were|is|are|be|been|being|it's|that's|they're|came in|come in)"


def _q(name: str, kinds: str = "a-z") -> str:
    return rf"(?P<{name}><[{kinds}]\d+>)"


_FROM_TO = re.compile(
    rf" (?:{_VERB} (?P<o>{_WORD}{{0,7}}?)(?:, )?)?from {_q('a')} (?P<m>{_WORD}{{0,4}}?)(?:, )?"
    rf"(?:all the way |right )?(?:up |down |back )?to (?:to )?{_q('b')} "
)
_TO_FROM = re.compile(
    rf" {_VERB} (?P<o>{_WORD}{{0,6}}?)(?:to|at) {_q('b')} (?P<m>{_WORD}{{0,3}}?)(?:, )?"
    rf"(?:up |down )?from {_q('a')} "
)
_UP_FROM = re.compile(rf" {_q('b')} (?P<m>{_WORD}{{0,3}}?)(?:, )?(?:up|down) from {_q('a')} ")
_BY_FROM_TO = re.compile(
    rf" {_VERB} (?P<o>)(?:by )?{_q('q')} (?:, )?from {_q('a')} to (?:to )?{_q('b')} "
)
_PLAIN_TO = re.compile(rf" {_VERB} (?P<o>{_WORD}{{0,3}}?){_q('a')} (?:, )?to (?:to )?{_q('b')} ")
_BY = re.compile(
    rf" {_VERB} (?P<o>{_WORD}{{0,8}}?)(?P<p>up |down )?(?P<by>by )?{_q('q')} "
    rf"(?:(?:, )?to {_q('b')} )?"
)
_BE_UP = re.compile(rf" (?P<v>{_BE}) (?:{_WORD}{{0,1}})(?P<p>up|down) (?:by )?{_q('q')} ")
_TO = re.compile(
    rf" {_VERB} (?P<o>{_WORD}{{0,6}}?)(?P<p>up |down |back |out )?(?P<to>to |at )(?:to )?{_q('b')} "
)
_REACHED = re.compile(rf" (?P<v>G:reached|G:hit|G:settled) {_q('b', 'psmt')} ")
_LEVEL = re.compile(
    rf" (?P<v>L:[a-z]+|(?:{_BE}) (?:still|unchanged|L:flat|L:steady)) (?P<o>{_WORD}{{0,3}}?)"
    rf"(?:at )?{_q('q')} (?!to )"
)
_UNMOVED = re.compile(
    r" (?P<v>(?:did not|didn't|had not|hadn't|has not|hasn't|had hardly|hardly|barely|never|had barely) "
    r"(?:really |actually |even )?(?:G:(?:move|moved|change|changed|shifted)|budge|budged)"
    r"|(?:L:(?:stayed|stay|remained|held|stays) |was |were |is |are )(?:completely |basically |pretty much )?"
    r"(?:L:flat|L:steady|unchanged|level|the same(?= (?:[.,]|and|but|for|in|on|after|before|at|$) )))"
    r"(?: at all)? "
    rf"(?:, )?(?:{_q('a')} before (?:, )?(?:and )?{_q('b')} (?:after|afterwards) )?"
)
_MULTIPLIED = re.compile(
    rf" (?P<v>[UD]:(?:doubled|tripled|quadrupled|halved|halving)) (?P<o>{_WORD}{{0,6}})"
)
_IN_HALF = re.compile(rf" (?P<v>[DG]:[a-z]+) (?P<o>{_WORD}{{0,6}}?)in {_q('q', 's')} ")
_OFF = re.compile(
    rf" (?P<v>[DG]:(?:took|take|takes|shaved|shave|knocked|cut|trimmed)) {_q('q')} off "
)
_NOUN_AFTER = re.compile(
    rf" {_q('q', 'psxtm')} (?P<o>{_WORD}{{0,3}}?)(?P<v>[UD]:[a-z]+) (?P<in>in |of |on |to )?"
)
_NOUN_BEFORE = re.compile(
    rf" (?P<v>[UD]:[a-z]+) (?:(?:in|on|to) (?P<o>{_WORD}{{1,6}}?))?of {_q('q', 'psxtm')} (?P<in>in |on |to |for )?"
)
_COMPARATIVE = re.compile(
    rf" {_q('q')} (?P<c>{'|'.join(sorted(COMPARATIVES))}) (?P<adverb>likely |often )?(?P<than>than )?"
)
_AS_MANY = re.compile(
    rf" {_q('q', 'xs')} as (?:many|much|often|likely|fast|long|big|high|quickly|common|good|expensive) "
)
_TIMES_WHAT = re.compile(rf" {_q('q', 'x')} (?:what|the|that|our|its) ")
_VERSUS = re.compile(
    rf" {_q('a')} (?P<m>{_WORD}{{0,7}}?)(?:, )?(?:against|versus|vs|compared to|compared with|"
    rf"as opposed to|rather than|instead of) (?P<n>{_WORD}{{0,6}}?){_q('b')} "
)
_SIDES = "on|with|for|in|without|before|after|at|among|when"
_PARALLEL = re.compile(
    rf" {_q('a', 'pstmn')} (?P<m>(?:{_SIDES}) {_WORD}{{0,5}}?|before |after )(?:, )?(?:and |but |while )?"
    rf"(?:, )?(?:only |just )?(?P<x>(?:{_SIDES}) {_WORD}{{1,4}}?)?{_q('b', 'pstmn')} "
    rf"(?P<n>(?:{_SIDES}) )?"
)
_BEFORE_AFTER = re.compile(
    rf" before (?:{_WORD}{{0,7}}?){_q('a')} (?:{_WORD}{{0,4}}?)(?:[,.] )?(?:and |but )?(?:[,.] )?"
    rf"(?:then )?(?:after|afterwards) (?:{_WORD}{{0,4}}?)(?:, )?(?:{_WORD}{{0,4}}?){_q('b')} "
)
_OTHERS = re.compile(
    rf" {_q('a', 'pstm')} (?:{_WORD}{{0,4}}?)(?:[,.] )?(?:and |but |while |whereas )?(?:{_WORD}{{0,4}}?)"
    r"(?:others|rest|other (?:half|ones|sites|group|stores|shops|schools|towns)|without|control|"
    r"controls|untouched|waiting|remaining|everyone else|everybody else|ones (?:that|who|we|without)) "
    rf"(?:[a-zA-Z'0-9:-]+ ){{0,7}}?{_q('b')} "
)
_SAME_VERB = re.compile(
    rf" (?P<v>[UD]:[a-z]+|given|sold|missed|spent|paid|used|waited|made|bought) (?:by )?{_q('a')} "
    rf"(?:{_WORD}{{0,4}}?)(?:[,.] )?(?:and |but |while |whereas )(?:the |ones |those )"
    rf"(?:{_WORD}{{0,7}}?)(?P=v) (?:by )?{_q('b')} "
)
_UP_ALONE = re.compile(rf" (?P<p>up|down) (?:by )?{_q('q', 'pstm')} (?!from )")
_SHARE_OF = re.compile(rf" {_q('q', 'ps')} (?P<of>of )?")
_VALUE = re.compile(
    rf" (?P<v>{_BE}|stood at|sat at|averaged|averages|G:took|G:takes|hovered at|ran at|running at) "
    rf"(?:at )?{_q('q', 'pstm')} "
)
_MONEY = re.compile(
    r" (?P<v>cost|costs|costing|worth|made|makes|making|earned|earns|generated|generates|"
    rf"generating|G:(?:brought|brings|bring) in|yielded|recovered) (?P<o>{_WORD}{{0,3}}?){_q('q', 'mn')} "
)
_SIGNED = re.compile(rf" {_q('q', 'pmt')} ")

_GO_WITH_TO = word_set(
    "went gone go goes going came come comes got get brought bring took take settled ended finished",
    "crept edged moved pushed drove ticked inched landed",
)
_UNCOUNTABLE_VERBS = word_set("cut cuts cutting dropped drop added raised lifted saved lift lost")
_GIVES_TO = word_set("us them me him her you everyone customers people")
_TIME_GOES_ON = word_set("later ago after in into before earlier out away old running straight")
_TEST_WORDS = word_set(
    "confidence confident interval intervals level power sure certain significance significant",
    "credible agree agreed bound",
)
_PROJECT = word_set(
    "project test trial experiment pilot launch rollout migration build sprint deadline timeline",
    "window phase work development release contract study meeting team story answer question roadmap",
)
_NOT_BEFORE_SHARE = word_set("to on for with in at from within across by than")
_BEFORE_A_SHARE = word_set(
    ", . and but so because that then where when was were is had saw found see which said yet still",
    "nearly only almost just",
) | {""}
_PICKS = word_set(
    "drew picked gave took chose selected leave left sampled put sent asked invited give pick draw",
    "tried try rang",
)
_FACTORS = {"doubled": 2.0, "tripled": 3.0, "quadrupled": 4.0}


@dataclass(slots=True)
class Draft:
    """A claim in the making; indexes are of items in the line.

    Attributes:
        form: name of the form that proposed it.
        first: first item of the core.
        last: last item of the core.
        verb: item of the verb, −1 where there is none.
        subject: what moved, None where it could not be told.
        uses: items of the amounts it is made of.
        direction: ``up``, ``down``, ``level`` or ''.
        size: the change or the amount as it was said.
        unit: of `size`, or of the two ends where there is no size.
        before: where it started, or what it is compared with.
        after: where it ended.
        compared: whether there is something to weigh it against.
        per: ``year``, ``night`` and the like.
        certainty: 0 to 1.
        verbal: whether subject, verb and amount make a clause that can be read back.
    """

    form: str
    first: int
    last: int
    verb: int
    subject: Phrase | None
    uses: tuple[int, ...]
    direction: str = ""
    size: float | None = None
    unit: str = ""
    before: float | None = None
    after: float | None = None
    compared: bool = False
    per: str = ""
    certainty: float = 0.8
    verbal: bool = True


class _Match:
    """A regular expression's match, read as items."""

    def __init__(self, line: MarkedLine, match: re.Match[str]) -> None:
        self.line = line
        self.items = line.items
        self.match = match
        self.first = line.item_at(match.start() + 1)
        self.last = line.item_at(match.end() - 2)

    def at(self, group: str) -> int:
        """Return the item at which a group begins, −1 if it did not take part."""
        start = self.match.start(group)
        return -1 if start < 0 else self.line.item_at(start)

    def quantity(self, group: str) -> Quantity:
        found = self.items[self.at(group)].quantity
        assert found is not None, "a quantity group matches only quantities"
        return found

    def word(self, group: str) -> str:
        return (self.match.group(group) or "").strip()

    def has(self, group: str) -> bool:
        return bool(self.match.group(group))

    def next_word(self, item: int) -> str:
        return self.items[item + 1].word if item + 1 < len(self.items) else ""

    def previous_word(self, item: int) -> str:
        return self.items[item - 1].word if item > 0 else ""

    def objects(self, group: str, *, drop: tuple[str, ...] = ()) -> Phrase | None:
        """Return the noun phrase that a group is, particles at its end left out."""
        if not self.has(group):
            return None
        first = self.at(group)
        last = first + len(self.word(group).split()) - 1
        while last >= first and self.items[last].word in drop:
            last -= 1
        return object_between(self.items, first, last) if last >= first else None


_PARTICLES = ("down", "up", "back", "out", "all", "the", "way", "right", "again", "from", "off")


def drafts(line: MarkedLine) -> Iterator[Draft]:
    """Yield what every form proposes, surest forms first."""
    for pattern, read in _FORMS:
        for match in pattern.finditer(line.line):
            draft = read(_Match(line, match))
            if draft is not None:
                yield draft


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


_SECONDS = {
    "milliseconds": 0.001,
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
    "days": 86400.0,
    "weeks": 604800.0,
}


_COINS = {"pounds": {"pence": 0.01}, "dollars": {"cents": 0.01}, "euros": {"cents": 0.01}}


def _finer(a: Quantity, b: Quantity) -> tuple[float, float, str] | None:
    """Return "four hours" and "forty minutes", "two pounds" and "sixty pence", in the finer unit."""
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
    """Return `value` in the thousands or millions in which the other end was said."""
    scales = {"million": 1e6, "billion": 1e9, "thousand": 1e3, "grand": 1e3, "k": 1e3, "m": 1e6}
    for k in range(other.core, other.last + 1):
        scale = scales.get(line.tokens[k].text)
        if scale and value < 1000 <= other.value:
            scaled = value * scale
            return scaled if 0.1 <= scaled / other.value <= 10 else value
    return value


def _towards(before: float, after: float) -> str:
    if before == after:
        return "level"
    return "up" if after > before else "down"


def _mark_direction(mark: str) -> str:
    return {"U": "up", "D": "down", "L": "level"}.get(mark[0], "") if mark[1:2] == ":" else ""


# --- two ends -----------------------------------------------------------------------------------


def _two_ends(m: _Match) -> Draft | None:
    a, b = m.quantity("a"), m.quantity("b")
    pair = ends(m.line, a, b)
    verb = m.at("v") if "v" in m.match.groupdict() else -1
    if pair is None or (verb < 0 and a.kind in "nt" and b.kind in "nt"):
        return None
    before, after, unit = pair
    subject = m.objects("o", drop=_PARTICLES) if verb >= 0 else None
    transitive = subject is not None
    if verb >= 0 and subject is None:
        subject = subject_before(m.items, verb)
    if verb >= 0 and m.items[verb].word in NOUNS_UP | NOUNS_DOWN and m.word("o").startswith("in "):
        subject = object_between(m.items, m.at("o") + 1, m.at("o") + len(m.word("o").split()) - 1)
    size, uses = None, [m.at("a"), m.at("b")]
    if "q" in m.match.groupdict():
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
        direction=_towards(before, after),
        size=size,
        unit=unit,
        before=before,
        after=after,
        compared=True,
        per=b.per or a.per,
        certainty=0.9 if verb >= 0 and subject else 0.6,
        verbal=verb >= 0 and (transitive or subject is not None),
    )


def _change_by(m: _Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    word, mark = m.items[verb].word, m.items[verb].mark
    direction = {"up": "up", "down": "down"}.get(m.word("p"), "")
    said_words = m.word("o").split()
    if not direction and said_words and said_words[-1] in {"up", "down"}:
        direction = said_words[-1]
    if mark[0] == "G":
        if not direction:
            return None
    elif mark[0] == "L" or not (word in UP_VERBS or word in DOWN_VERBS):
        return None
    else:
        direction = _mark_direction(mark)
    particles = [w for w in said_words if w not in _PARTICLES]
    object_phrase = m.objects("o", drop=_PARTICLES)
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


def _given_to(m: _Match, words: list[str], verb: str) -> bool:
    """Whether `words` say whom something was saved or cost: "us", "the clinic"."""
    if len(words) == 1 and words[0] in _GIVES_TO:
        return True
    gives = verb.startswith(("sav", "gain", "los")) and m.quantity("q").kind in "mt"
    return gives and 0 < len(words) <= 3 and words[0] in DETERMINERS


def _object_of(m: _Match, item: int) -> Phrase | None:
    """Return what "four percent of listings" is of."""
    if m.next_word(item) != "of":
        return None
    return phrase_after(m.items, item + 2)


def _counts_as_change(m: _Match, q: Quantity, verb: str) -> bool:
    after = m.next_word(m.at("q"))
    if q.kind == "t" and (after in _TIME_GOES_ON or m.word("o").endswith(("for", "in"))):
        return False
    if q.kind == "n":
        if m.has("by") or m.has("p") or q.per:
            return True
        return verb not in _UNCOUNTABLE_VERBS
    return after not in _TEST_WORDS


def _be_up(m: _Match) -> Draft | None:
    q = m.quantity("q")
    if m.next_word(m.at("q")) in _TEST_WORDS:
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


def _change_to(m: _Match) -> Draft | None:
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
    if b.kind == "t" and m.next_word(m.at("b")) in _TIME_GOES_ON:
        return None
    words = [w for w in m.word("o").split() if w not in _PARTICLES]
    object_phrase = m.objects("o", drop=_PARTICLES)
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
        certainty=0.8 if subject and direction else 0.6,
    )


def _reached(m: _Match) -> Draft | None:
    b, verb = m.quantity("b"), m.at("v")
    if m.next_word(m.at("b")) in _TIME_GOES_ON:
        return None
    subject = subject_before(m.items, verb)
    return Draft(
        "change to", verb, m.at("b"), verb, subject, (m.at("b"),),
        unit=b.unit, after=b.value, per=b.per, certainty=0.65,
    )  # fmt: skip


# --- no change ----------------------------------------------------------------------------------


def _level_at(m: _Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    if q.kind == "t" and m.next_word(m.at("q")) in _TIME_GOES_ON:
        return None
    if m.items[verb].mark == "L:held" and m.has("o"):
        return None
    return Draft(
        "level", verb, m.at("q"), verb, subject_before(m.items, verb), (m.at("q"),),
        direction="level", unit=q.unit, after=q.value, per=q.per, certainty=0.75,
    )  # fmt: skip


def _unmoved(m: _Match) -> Draft | None:
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


# --- factors ------------------------------------------------------------------------------------


def _multiplied(m: _Match) -> Draft | None:
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


def _in_half(m: _Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    subject = m.objects("o")
    if q.value != 0.5 or m.items[verb].word not in {"cut", "cuts", "cutting", "slashed", "went"}:
        return None
    return Draft(
        "change by", verb, m.at("q"), verb, subject or subject_before(m.items, verb), (m.at("q"),),
        direction="down", size=0.5, unit=SHARE, certainty=0.85,
    )  # fmt: skip


def _off(m: _Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    return Draft(
        "change by", verb, m.at("q") + 1, verb, phrase_after(m.items, m.at("q") + 2), (m.at("q"),),
        direction="down", size=q.value, unit=q.unit, per=q.per, certainty=0.85,
    )  # fmt: skip


# --- nouns of change, comparatives --------------------------------------------------------------


def _noun_after(m: _Match) -> Draft | None:
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


def _noun_before(m: _Match) -> Draft | None:
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


def _comparative(m: _Match) -> Draft | None:
    q, word = m.quantity("q"), m.word("c")
    at = m.at("c")
    follows = m.next_word(m.last)
    if q.kind == "n" and (word not in {"fewer", "less"} and not m.has("than")):
        return None
    if q.kind == "t" and word in {"later", "earlier", "more", "up", "down"}:
        return None
    metric = None
    if word in {"more", "fewer", "less", "higher", "lower", "better"} and not m.has("than"):
        metric = phrase_after(m.items, m.last + 1)
    last = metric.last if metric else m.last
    per = q.per or _per_after(m, last)
    if follows in {"weeks", "months", "days"} and q.kind == "n":
        return None
    verb = _verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 and metric is None else metric
    return Draft(
        "comparative", m.first, last, verb, subject, (m.at("q"),), direction=COMPARATIVES[word],
        size=q.value, unit=q.unit or _plural(metric), per=per, compared=True,
        certainty=0.75 if subject else 0.55, verbal=metric is None and verb == m.first - 1 and at > 0,
    )  # fmt: skip


def _as_many(m: _Match) -> Draft | None:
    q = m.quantity("q")
    verb = _verb_before(m, m.first)
    metric = phrase_after(m.items, m.last + 1)
    if metric is None and verb >= 0:
        metric = subject_before(m.items, verb)
    return Draft(
        "factor", m.first, m.last, verb, metric, (m.at("q"),),
        direction="up" if q.value > 1 else "down", size=q.value, unit=TIMES, compared=True,
        certainty=0.7, verbal=verb == m.first - 1,
    )  # fmt: skip


def _times_what(m: _Match) -> Draft | None:
    q, verb = m.quantity("q"), _verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 else None
    return Draft(
        "factor", m.first, m.at("q"), verb, subject, (m.at("q"),), direction="up", size=q.value,
        unit=TIMES, compared=True, certainty=0.6, verbal=False,
    )  # fmt: skip


def _verb_before(m: _Match, first: int) -> int:
    """Return the item of a plain verb within three items before `first`, −1 if none is there."""
    for k in range(first - 1, max(-1, first - 4), -1):
        word = m.items[k].word
        if word in _LINKING:
            return k
        if not word or word in ",.":
            break
    return -1


_LINKING = word_set(
    "was were is are be been got became came ran run took takes gets get had have has"
)


def _per_after(m: _Match, last: int) -> str:
    a, b = m.next_word(last), m.next_word(last + 1)
    periods = {"second", "minute", "hour", "day", "night", "week", "month", "quarter", "year"}
    return b if a in {"a", "an", "per", "each", "every"} and b in periods else ""


def _plural(phrase: Phrase | None) -> str:
    if phrase is None:
        return ""
    return next((w for w in phrase.words if w.endswith("s") and not w.endswith("ss")), "")


# --- comparisons, shares, values ----------------------------------------------------------------


def _versus(m: _Match) -> Draft | None:
    a, b = m.quantity("a"), m.quantity("b")
    pair = ends(m.line, a, b)
    if pair is None:
        return None
    verb = _verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 else None
    return Draft(
        "versus", m.first, m.at("b"), verb, subject, (m.at("a"), m.at("b")),
        direction=_towards(pair[1], pair[0]), unit=pair[2], before=pair[1], after=pair[0],
        compared=True, per=a.per, certainty=0.8 if pair[2] else 0.55,
        verbal=verb >= 0 and verb == m.first - 1,
    )  # fmt: skip


def _parallel(m: _Match) -> Draft | None:
    a, b = m.quantity("a"), m.quantity("b")
    first_side = m.word("m").split()
    second_side = (m.word("x") or m.word("n")).split()
    if not second_side or a.kind == "n" or (a.kind == "t" and second_side[0] not in first_side):
        return None
    pair = ends(m.line, a, b)
    if pair is None:
        return None
    verb = _verb_before(m, m.first)
    subject = subject_before(m.items, verb) if verb >= 0 else None
    before, after = pair[0], pair[1]
    direction = ""
    if (
        first_side[0] == "before"
        or second_side[0] in {"after", "with"}
        and first_side[0] == "without"
    ):
        direction = _towards(before, after)
    elif first_side[0] in {"after", "with"} and second_side[0] in {"before", "without"}:
        before, after = after, before
        direction = _towards(before, after)
    return Draft(
        "sides", m.first, m.last, verb, subject, (m.at("a"), m.at("b")), direction=direction,
        unit=pair[2], before=before, after=after, compared=True, certainty=0.75, verbal=False,
    )  # fmt: skip


def _before_after(m: _Match) -> Draft | None:
    pair = ends(m.line, m.quantity("a"), m.quantity("b"))
    if pair is None:
        return None
    return Draft(
        "two ends", m.first, m.at("b"), -1, None, (m.at("a"), m.at("b")),
        direction=_towards(pair[0], pair[1]), unit=pair[2], before=pair[0], after=pair[1],
        compared=True, per=m.quantity("b").per, certainty=0.7, verbal=False,
    )  # fmt: skip


def _others(m: _Match) -> Draft | None:
    """Read "with it they saved ninety pounds and the others twenty five"."""
    a, b = m.quantity("a"), m.quantity("b")
    pair = ends(m.line, a, b)
    if pair is None or (a.kind == "t" and b.kind == "t" and a.unit != b.unit):
        return None
    verb = m.at("v") if "v" in m.match.groupdict() else _verb_before(m, m.first)
    return Draft(
        "sides", m.first, m.at("b"), verb, None, (m.at("a"), m.at("b")), unit=pair[2],
        before=pair[0], after=pair[1], compared=True, per=a.per, certainty=0.65, verbal=False,
    )  # fmt: skip


def _up_alone(m: _Match) -> Draft | None:
    """Read "they sold more that month, up 6%": what moved was said before."""
    q, at = m.quantity("q"), m.at("q")
    if m.previous_word(m.first) not in {",", ".", ""} or m.next_word(at) in _TEST_WORDS:
        return None
    return Draft(
        "change by", m.first, at, -1, None, (at,), direction=m.word("p"), size=q.value, unit=q.unit,
        per=q.per, certainty=0.6, verbal=False,
    )  # fmt: skip


def _share_of(m: _Match) -> Draft | None:
    q, at = m.quantity("q"), m.at("q")
    if m.previous_word(at) in _NOT_BEFORE_SHARE or q.unit in {POINTS, "basis points"}:
        return None
    if m.next_word(at) in _TEST_WORDS or q.value > (100 if q.kind == "p" else 1):
        return None
    plain_fraction = q.kind == "s" and not q.whole
    before = m.previous_word(at)
    if before not in _BEFORE_A_SHARE and (plain_fraction or q.kind == "p" or before in _PICKS):
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


def _counted_inside(m: _Match, at: int) -> Phrase | None:
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


def _value(m: _Match) -> Draft | None:
    q, verb, at = m.quantity("q"), m.at("v"), m.at("q")
    subject = subject_before(m.items, verb)
    after = m.next_word(at)
    if subject is None or after in _TEST_WORDS or after in _TIME_GOES_ON | {"long", "left", "of"}:
        return None
    if subject.pronoun and not (q.kind == "p" and subject.words[0] in {"it", "that", "this"}):
        return None
    if q.kind == "t" and set(subject.words) & _PROJECT:
        return None
    return Draft(
        "value", verb, at, verb, subject, (at,), size=q.value, unit=q.unit, per=q.per,
        certainty=0.65 if not subject.pronoun else 0.55,
    )  # fmt: skip


def _money(m: _Match) -> Draft | None:
    q, verb = m.quantity("q"), m.at("v")
    if q.kind == "n" and (q.value < 1000 or q.unit):
        return None
    who = m.word("o").split()
    given = bool(who) and (who[0] in DETERMINERS or who[0] in _GIVES_TO)
    if who and not given and who[-1] not in {"an", "about"}:
        return None
    subject = subject_before(m.items, verb)
    return Draft(
        "money", verb, m.at("q"), verb, subject, (m.at("q"),), size=q.value, unit=q.unit, per=q.per,
        certainty=0.7 if subject else 0.5, verbal=m.items[verb].word not in {"worth", "costing"},
    )  # fmt: skip


def _signed(m: _Match) -> Draft | None:
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


_FORMS: tuple[tuple[re.Pattern[str], Callable[[_Match], Draft | None]], ...] = (
    (_BY_FROM_TO, _two_ends),
    (_FROM_TO, _two_ends),
    (_TO_FROM, _two_ends),
    (_UP_FROM, _two_ends),
    (_PLAIN_TO, _two_ends),
    (_UNMOVED, _unmoved),
    (_VERSUS, _versus),
    (_PARALLEL, _parallel),
    (_BEFORE_AFTER, _before_after),
    (_AS_MANY, _as_many),
    (_SAME_VERB, _others),
    (_OFF, _off),
    (_IN_HALF, _in_half),
    (_BY, _change_by),
    (_BE_UP, _be_up),
    (_NOUN_AFTER, _noun_after),
    (_NOUN_BEFORE, _noun_before),
    (_LEVEL, _level_at),
    (_TO, _change_to),
    (_REACHED, _reached),
    (_MULTIPLIED, _multiplied),
    (_COMPARATIVE, _comparative),
    (_TIMES_WHAT, _times_what),
    (_SIGNED, _signed),
    (_MONEY, _money),
    (_SHARE_OF, _share_of),
    (_OTHERS, _others),
    (_VALUE, _value),
    (_UP_ALONE, _up_alone),
)
"""Surest first: an amount that a form has used is not read again by a later one."""
