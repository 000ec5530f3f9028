"""What an opening has put on the table, and when.

Many interviewers have made up their minds after ninety seconds. By then they should have heard of
a customer with a problem, a decision and whose it was, a measure that moved, and why, or what was
surprising about it. Each is a landmark: the first place where it was heard, or None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voicecoach.events import Word
from voicecoach.scoring.claims import extract_claims
from voicecoach.scoring.late_patterns import LatePattern
from voicecoach.scoring.plain import PlainLine
from voicecoach.scoring.types import LANDMARKS, Landmark
from voicecoach.word_sets import word_set

_PEOPLE = (
    "customers?|users?|people|person|someone|somebody|everyone|anyone|families|family|parents?|"
    "mums?|moms?|dads?|mothers?|fathers?|kids?|child|children|pupils?|students?|teachers?|nurses?|"
    "doctors?|patients?|drivers?|riders?|passengers?|guests?|travell?ers?|tenants?|renters?|"
    "landlords?|owners?|sellers?|buyers?|shoppers?|merchants?|shopkeepers?|growers?|farmers?|"
    "milkers?|workers?|cooks?|chefs?|waiters?|cashiers?|clerks?|agents?|callers?|members?|"
    "subscribers?|viewers?|listeners?|readers?|players?|gamers?|donors?|doners?|volunteers?|"
    "forwarders?|carriers?|dispatchers?|freelancers?|"
    "couriers?|hosts|bakers|pickers|walkers|hikers|gardeners?|joiners?|"
    "accountants?|borrowers?|savers?|cardholders?|commuters?|cyclists?|pilots?|operators?|"
    "technicians?|installers?|electricians?|plumbers?|pharmacists?|chemists?|carers?|caregivers?|"
    "residents?|citizens?|voters?|applicants?|candidates?|recruiters?|employees?|staff|crews?|men|"
    "women|man|woman|girls?|boys?|couples?|pensioners?|elderly|utilities|companies|businesses|"
    "shops|schools|hospitals|clinics|firms|bakery|bakeries|restaurants"
)
_TROUBLE = (
    r"couldn't|can't|could not|cannot|can not|had to|have to|has to|having to|wait|waited|waiting|"
    r"waits|stuck|fail|failed|failing|fails|lost|losing|lose|loses|forgot|forget|forgets|struggle|"
    r"struggled|struggling|gave up|give up|giving up|gives up|quit|quitting|dropp?(?:ed|ing)?|"
    r"drop off|leaving|left|abandon|abandoned|abandoning|complain|complained|complaining|annoyed|"
    r"angry|confused|confusing|frustrated|frustrating|waste|wasted|wasting|too long|too late|too "
    r"slow|to late|late|errors?|mistakes?|missed|missing|misses|problem|pain|hard|difficult|never|"
    r"didn't|don't|doesn't|wouldn't|won't|weren't|without|queue|queued|queu?ing|cueing|afraid|"
    r"worried|scared|cancel|cancelled|canceled|cancelling|stop(?:ped)? (?:using|coming|paying|"
    r"opening)|ditching|ditched|out of|ran out|run out|wrong|broken|broke|slow|unhappy|trouble|"
    r"nothing|nobody|empty|woken|pay twice|by hand|over and over|again and again|ignored?|"
    r"ignoring|rang|call(?:ed)? (?:us|support)|half a|takes them|took them|hours|struggles|give "
    r"up|unsafe|hurt|tired|exhausted|times a (?:night|day|shift)|sorry instead|dry hole|sit there|"
    r"sitting|stand there|burning|no idea|no way"
)
_OWN_TRADE = (
    r"(?<! product )(?<! my )(?<! our )(?<! two )(?<! three )(?<! with )"
    r"(?:engineers?|developers?|analysts?|managers?)"
)
"""They may be customers of an internal tool, but hardly so as "my manager"."""
_CUSTOMER = LatePattern(
    rf" (?P<who>{_PEOPLE}|{_OWN_TRADE}) (?:[a-z0-9'%,-]+ ){{0,18}}?(?P<trouble>{_TROUBLE})"
    r" (?:[a-z0-9'%]+ ){0,6}"
)
_DECIDED = (
    r"decided|chose|stopped|killed|cancelled|canceled|rolled|shut|refused|turned|switched|paused|"
    r"delayed|postponed|rejected|sunset|retired|deferred|slowed|dropped|removed|committed|bet|cut|"
    r"launched|shipped|replaced|recommended|went with|said no(?! shows)|"
    r"moved (?!teams?|on|to a|house)|pulled (?:it|them|that|the plug|the feature|the launch)|"
    r"told (?:[a-z]+ ){1,4}to|made (?:it|them|that|this)|put (?:it|them|the money|the budget)|"
    r"took (?:it|them) (?:off|out|down)|kept (?:it|them) "
)
_DECISION = LatePattern(
    r" (?:(?P<i>i|i'd|i've|my team and i)|(?P<we>we|we'd|we've)|(?P<they>he|she|they|(?:my|our|"
    r"the) (?:boss|director|manager|vp|head of [a-z]+|ceo|lead|leadership|board|team))) (?:then |"
    r"just |also |finally |personally |eventually |therefore |have |had |actually )*"
    rf"(?:{_DECIDED}) ?(?<= )(?:[a-z0-9'%]+ ){{0,9}}"
)
_NAMED_DECISION = LatePattern(
    r" (?:(?P<i>my (?:call|decision|choice|recommendation|bet)|the (?:decision|call) i|"
    r"i made the (?:call|decision)|i had to (?:decide|choose)|i owned the decision|"
    r"i talked (?:[a-z]+ ){1,4}(?:out of|into))|"
    r"(?P<we>our (?:call|decision|choice|recommendation|bet)|the decision (?:was|we))|"
    r"(?P<they>(?:his|her|their) (?:call|decision|choice))) (?:[a-z0-9'%]+ ){0,10}"
)
_SURPRISE = LatePattern(
    r" (?:it turned out|turned out|turns out|to my surprise|to our surprise|surprised|surprising|"
    r"surprise was|unexpected|unexpectedly|(?:i|we|nobody|no one) (?:didn't|did not|hadn't|never) "
    r"expect(?:ed)?|expected the opposite|the opposite|contrary to|contradicted|i was wrong|we "
    r"were wrong|we had it wrong|i had it wrong|what (?:bothered|struck|surprised|shocked) (?:me|"
    r"us)|(?:everyone|everybody|we all|they all|everyone here) (?:believed|thought|assumed|said|"
    r"was sure|were sure|swore)|(?:i|we) (?:wasn't|weren't) sure|but (?:actually|in fact|the "
    r"truth)|in fact|it wasn't the|it was not the|wasn't the real|what (?:i|we) found was|what "
    r"(?:i|we) learned was|nothing bad happened|even though) (?:[a-z0-9'%]+ ){0,14}"
)
_CAUSE = LatePattern(
    r" (?:because|caused by|the reason (?:was|is|they|for)|the cause was|due to|thanks to|that's "
    r"why|which is why|led to|resulted in|drove|driven by|came from|so it was the|so it's the|"
    r"comes down to|came down to) (?:[a-z0-9'%]+ ){1,14}"
)
_NEVER_LAST = word_set("and so the a but , to of")
_MOVEMENT = word_set(
    "rose fell dropped grew went up down fewer more less faster slower lost gained improved",
    "conversion",
    "drop rise increase decrease percent quit quitting leaving missed failed cancelled churn",
    "complaints",
    "wrong late slow errors problem trust ignore booking orders returns calls sales",
)


@dataclass(frozen=True, slots=True)
class OpeningLandmarks:
    """The four things an opening should hold; None for what was never heard.

    Attributes:
        customer: somebody and what goes wrong for them.
        decision: what was decided, and by whom.
        metric: a measure with its movement.
        cause: why it moved, or what was surprising.
    """

    customer: Landmark | None
    decision: Landmark | None
    metric: Landmark | None
    cause: Landmark | None

    @property
    def by_name(self) -> dict[str, Landmark | None]:
        """All four."""
        return {name: getattr(self, name) for name in LANDMARKS}

    @property
    def heard(self) -> dict[str, Landmark]:
        """Those that were heard, by name, in the order in which they came."""
        found = [(name, mark) for name, mark in self.by_name.items() if mark is not None]
        return dict(sorted(found, key=lambda pair: pair[1].start_char))


def opening_landmarks(words: tuple[Word, ...], text: str) -> OpeningLandmarks:
    """Return when what an opening needs was first heard.

    `words`, joined by single spaces, are `text`; they are empty for typed text, whose landmarks
    have a place and no time.
    """
    line = PlainLine(text)
    clock = _Clock(words, text)
    return OpeningLandmarks(
        customer=_first(line, clock, _customers(line)),
        decision=_first(line, clock, _decisions(line)),
        metric=_metric(text, clock),
        cause=_first(line, clock, _causes(line)),
    )


class _Clock:
    """Tells the word and the time at an offset of the text."""

    def __init__(self, words: Sequence[Word], text: str) -> None:
        self._words = words
        self._starts = [m.start() for m in re.finditer(r"\S+", text)]

    def landmark(self, text: str, start: int, end: int, whose: str = "") -> Landmark:
        index = max(0, sum(s <= start for s in self._starts) - 1)
        at_s = None
        if len(self._words) == len(self._starts) and self._words:
            at_s = round(self._words[index].start_s - self._words[0].start_s, 2)
        return Landmark(at_s, index, text[start:end], start, end, whose)


_Found = tuple[int, int, str]
"""Offsets in the line, and whose."""


def _first(line: PlainLine, clock: _Clock, found: Iterator[_Found]) -> Landmark | None:
    best = min(found, default=None)
    if best is None:
        return None
    first = line.token_at(best[0] + 1)
    last = _sentence_end(line, first, line.token_at(best[1] - 2))
    start, end = line.span(first, last)
    return clock.landmark(line.text, start, end, best[2])


def _sentence_end(line: PlainLine, first: int, last: int) -> int:
    for k in range(first, last + 1):
        if line.tokens[k].text == "." and k > first:
            return k - 1
    while last > first and line.tokens[last].text in _NEVER_LAST:
        last -= 1
    return last


def _customers(line: PlainLine) -> Iterator[_Found]:
    for match in _CUSTOMER.finditer(line.line):
        yield match.start(), match.end(), ""


def _decisions(line: PlainLine) -> Iterator[_Found]:
    for pattern in (_DECISION, _NAMED_DECISION):
        for match in pattern.finditer(line.line):
            whose = "I" if match.group("i") else "we" if match.group("we") else "others"
            yield match.start(), match.end(), whose


def _causes(line: PlainLine) -> Iterator[_Found]:
    for match in _SURPRISE.finditer(line.line):
        yield match.start(), match.end(), ""
    for match in _CAUSE.finditer(line.line):
        around = line.line[max(0, match.start() - 90) : match.end()]
        # "Because one had gone on leave" explains nothing that was measured.
        if _MOVEMENT.intersection(around.split()):
            yield match.start(), match.end(), ""


def _metric(text: str, clock: _Clock) -> Landmark | None:
    for claim in extract_claims(text):
        moved = claim.direction in {"up", "down"} or (claim.before is not None and claim.compared)
        if moved and not claim.planned and claim.certainty >= 0.55:
            return clock.landmark(text, claim.start_char, claim.end_char)
    return None
