"""Results and figures claimed in an answer: what moved, which way, by how much, against what.

A transcript may be edited or as a recogniser writes it. The extractor would rather miss a figure
than misread one: what a claim carries is what was said, and `Claim.spoken` is empty where reading
it back might put words into the candidate's mouth.

Left out on purpose: dates, ages, counts of people in a team, how long the project took, how many
got the new version, levels of confidence, and numbers that name things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from voicecoach.scoring.circumstances import circumstances
from voicecoach.scoring.forms import Draft, drafts
from voicecoach.scoring.marked import Item, MarkedLine
from voicecoach.scoring.readback import read_back
from voicecoach.word_sets import word_set

_SURE_ENOUGH = 0.4
_NEAR = 14
"""How many items apart two claims may be for the later to take its unit from the earlier."""
_CARRIED = frozenset({"level", "change to", "change by"})
_PROPORTIONS = frozenset({"percent", "points"})
_READ_BACK_FROM = 0.65
_PLANNED = word_set(
    "if unless would should might will want wants wanted target targets goal aim aimed hope hoped",
    "expect expected expecting plan planned suppose could we'll it'll they'll would've predict",
    "predicted forecast rather assume promised promise need needed",
    "let's imagine assume assuming demanded insisted required suggested proposed recommended",
)
_PAST_AFTER_D = word_set(
    "had been seen got gone done lost made taken said fallen grown left told sent built found kept",
    "bought sold thought brought paid met known written given shown stood held never already just",
)
_NEGATIONS = word_set(
    "not never without didn't doesn't don't wasn't weren't isn't hadn't haven't hasn't won't",
    "cannot can't couldn't wouldn't nobody neither",
)
_NOTHING_OF = word_set("way chance evidence sign proof reason indication")
_DOUBTS = _NEGATIONS | {"doubt", "doubted", "unsure"}
_SAYS = word_set("say claim think believe know prove sure certain show tell pretend mean that if")
_SAYS |= word_set("whether swear promise told me us them said saw proved showed found heard")
_ASKS = frozenset({("asked", "for"), ("called", "for"), ("asking", "for"), ("wished", "for")})
_NAMES_OF_PLANS = word_set("forecast target goal plan promise")
_PARTICIPLES = word_set(
    "risen fallen grown gone dropped increased declined doubled decreased improved climbed jumped",
)
_STOPS = word_set(". and so but because which then although though")
_HEADCOUNT = word_set("team teams headcount group squad org organization organisation staff")


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure claimed.

    Attributes:
        quote: ``text[start_char:end_char]``, verbatim.
        start_char: offset of its first character.
        end_char: offset after its last one.
        metric: what moved or was measured, as a noun phrase without article; '' where only a
            pronoun stood for it or it could not be told.
        direction: ``up``, ``down``, ``level``, or '' for a figure that does not move.
        size: the change ("eight percent", "a third" as 0.333) or the amount; None where only ends
            were said.
        unit: ``percent``, ``points``, ``basis points``, ``share`` (a fraction of 1), ``times``, a
            unit of time or money, ``money`` where the currency was not said, the noun counted, or
            ''. Of `before` and `after` too where there is no size.
        before: where it started, or what it is compared with; in `unit`.
        after: where it ended.
        compared: two ends, or against a comparison, or a share of a stated whole.
        segment: for whom or where, as said right after ("odd dates"); '' otherwise.
        span: over what time, as said right after or before ("in six weeks"); '' otherwise.
        per: ``year``, ``night`` and the like; '' otherwise.
        planned: a target, an expectation or a condition and not a result.
        certainty: 0 to 1.
        spoken: a fragment fit to follow "You said"; '' unless that is safe.
        spoken_chars: where in the text that fragment's words stand: start and end.
        form: which way of putting it was recognised.
    """

    quote: str
    start_char: int
    end_char: int
    metric: str
    direction: str
    size: float | None
    unit: str
    before: float | None
    after: float | None
    compared: bool
    segment: str
    span: str
    per: str
    planned: bool
    certainty: float
    spoken: str
    spoken_chars: tuple[int, int]
    form: str

    @property
    def change(self) -> float | None:
        """After minus before, in `unit`; None where an end is missing."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@lru_cache(maxsize=4)  # the opening of an answer is judged by them, too
def extract_claims(text: str) -> tuple[Claim, ...]:
    """Return the figures claimed in `text`, in the order in which they were said."""
    line = MarkedLine(text)
    chosen: list[Draft] = []
    used: set[int] = set()
    for draft in drafts(line):
        if draft.certainty < _SURE_ENOUGH or used.intersection(_items_of(draft)):
            continue
        if _denied(line.items, draft) or _about_headcount(draft):
            continue
        used.update(_items_of(draft))
        chosen.append(draft)
    chosen.sort(key=lambda d: (d.first, d.last))
    _carry_over(line.items, chosen)
    return tuple(_claim(line, draft) for draft in chosen)


def _items_of(draft: Draft) -> tuple[int, ...]:
    """Return the items that no other claim may use: amounts, and the verb where there are none."""
    return draft.uses or (draft.verb,)


def _denied(items: Sequence[Item], draft: Draft) -> bool:
    if draft.direction == "level" and draft.size is None:
        return False
    start = draft.verb if draft.verb >= 0 else draft.first
    if any(items[k].word in _NEGATIONS for k in range(max(0, start - 3), start)):
        return True
    for k in range(max(0, start - 7), start):
        if items[k].word == "no" and items[k + 1].word in _NOTHING_OF:
            return True
    # "I can't say that sales rose": what is denied stands further on.
    k = min(start, draft.subject.first if draft.subject else start) - 1
    while k > 0 and items[k].word in _SAYS:
        k -= 1
    return k >= 0 and items[k].word in _DOUBTS


def _about_headcount(draft: Draft) -> bool:
    words = draft.subject.words if draft.subject else ()
    return draft.unit in {"", "people"} and bool(_HEADCOUNT.intersection(words))


def _is_planned(items: Sequence[Item], draft: Draft) -> bool:
    """Whether the clause speaks of what may be, not of what was.

    Where nothing marks the start of a clause, no more than three words before its subject are
    taken to belong to it.
    """
    first = draft.verb if draft.verb >= 0 else draft.first
    reach = first - 8
    if draft.subject is not None and draft.subject.first < first:
        reach = draft.subject.first - 4
    if _is_inverted(items, draft):
        return True
    for k in range(first, max(-1, reach), -1):
        word = items[k].word
        following = items[k + 1].word if k + 1 < len(items) else ""
        if (word in _PLANNED and not _inside(items, draft, k)) or (word, following) in _ASKS:
            return True
        if word in {"i'd", "we'd", "you'd", "they'd", "it'd", "that'd", "he'd", "she'd"}:
            return not (following in _PAST_AFTER_D or following.endswith("ed"))
        if word in _STOPS and k < first:
            return False
    return False


def _inside(items: Sequence[Item], draft: Draft, k: int) -> bool:
    """Whether item `k` is part of a name, as in "the forecast error"."""
    named = draft.subject is not None and draft.subject.first <= k < draft.subject.last
    return named and items[k].word in _NAMES_OF_PLANS


def _is_inverted(items: Sequence[Item], draft: Draft) -> bool:
    """Whether it is a condition: "had refunds risen"."""
    if draft.subject is None or draft.subject.first == 0 or draft.verb < draft.subject.first:
        return False
    had = items[draft.subject.first - 1].word == "had"
    return had and items[draft.verb].word in _PARTICIPLES


def _carry_over(items: Sequence[Item], chosen: list[Draft]) -> None:
    """Let "and stayed at 27 on even ones" take its subject and unit from the claim before.

    "It rose by three" takes only the unit: what "it" is remains open.
    """
    for earlier, later in pairwise(chosen):
        between = [items[k].word for k in range(earlier.last + 1, later.first)]
        joined = bool(between) and between[-1] in {"and", "but", "then"} and "." not in between
        if later.subject is None and joined and later.form in _CARRIED:
            later.subject = earlier.subject
            later.verbal = False
        near = later.first - earlier.last <= _NEAR and "." not in between[:-1]
        sized = later.size is not None or later.after is not None
        if sized and not later.unit and later.form in _CARRIED and (joined or near):
            later.unit = earlier.unit if earlier.unit in _PROPORTIONS or joined else ""


def _claim(line: MarkedLine, draft: Draft) -> Claim:
    first = draft.first
    if draft.subject is not None and draft.subject.first < first and draft.verbal:
        first = draft.subject.first
    last = max(draft.last, *draft.uses) if draft.uses else draft.last
    span, segment = circumstances(line, draft, last)
    start, end = line.span(first, last)
    planned = _is_planned(line.items, draft)
    certainty = draft.certainty
    sure = draft.subject is not None and draft.subject.plain and certainty >= _READ_BACK_FROM
    if draft.form == "level" and (draft.subject is None or draft.subject.pronoun):
        sure = False  # "they were the same": who they were is out of reach
    back = read_back(line, draft, first, last) if draft.verbal and not planned and sure else None
    return Claim(
        quote=line.text[start:end],
        start_char=start,
        end_char=end,
        metric=draft.subject.text if draft.subject else "",
        direction=draft.direction,
        size=draft.size,
        unit=draft.unit,
        before=draft.before,
        after=draft.after,
        compared=draft.compared,
        segment=segment,
        span=span,
        per=draft.per,
        planned=planned,
        certainty=certainty,
        spoken=back.spoken if back else "",
        spoken_chars=line.span(back.first, back.last) if back else (start, start),
        form=draft.form,
    )
