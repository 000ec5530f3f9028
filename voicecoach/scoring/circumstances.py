"""Over what time a claim was made, and for whom or where: "in six weeks", "first time buyers"."""

from __future__ import annotations

from voicecoach.scoring.forms import Draft
from voicecoach.scoring.marked import Item, MarkedLine
from voicecoach.scoring.phrases import BREAKS, DETERMINERS, PRONOUNS
from voicecoach.scoring.quantities import MONEY_UNITS
from voicecoach.word_sets import word_set

_SPAN_STARTS = word_set("in over within after during by for since across through throughout")
_SPAN_WORDS = word_set(
    "week weeks month months quarter quarters year years day days night nights hour hours",
    "january february march april may june july august september october november december",
    "summer winter spring autumn weekend weekends christmas thanksgiving holiday holidays easter",
    "season prime-day overnight",
)
_SELECTED = word_set("that last this next the same following first second third fourth")
_BARE_SPANS = word_set("week month quarter year night weekend summer winter spring autumn")
_EVENTS = word_set("after since before")
_AT_ONCE = frozenset({"overnight"})
_SEGMENT_STARTS = word_set("on for among in at across with")
_INSIDE = word_set("with of without per and")
"""Words that may stand in the middle of a segment: "stores with the new shelf"."""
_NO_SEGMENT = word_set("all least most average total turn fact general course particular the a it")
_COMPARES = word_set("against versus vs compared than")
_STOPS = word_set(". , and but so because which then although though while when where")
_SUBJECTS = word_set("i we he she it they you i'd we'd they'd it's they're that's there")
_LONGEST = 7


def circumstances(line: MarkedLine, draft: Draft, last: int) -> tuple[str, str]:
    """Return the span of time and the segment of a claim, as they were said; '' where none was.

    Args:
        line: of the claim.
        draft: of the claim.
        last: its last item.
    """
    span, segment = _after(line, last + 1)
    if draft.form in {"versus", "sides"} or _compares(line, draft, last):
        segment = ""  # it belongs to what the figure is compared with
    if draft.unit in MONEY_UNITS and line.items[min(last + 1, len(line.items) - 1)].word == "in":
        segment = ""  # "two million dollars in refunds": what the money was
    first = draft.first if draft.subject is None else min(draft.first, draft.subject.first)
    return span or _time_inside(line, draft) or _time_before(line, first), segment


def _compares(line: MarkedLine, draft: Draft, last: int) -> bool:
    words = {line.items[k].word for k in range(draft.first, last + 1)}
    return draft.form == "comparative" and bool(words & _COMPARES)


def _after(line: MarkedLine, start: int) -> tuple[str, str]:
    span = segment = ""
    for _ in range(2):
        length = _time_at(line, start)
        if length and not span:
            span = _text(line, start, start + length - 1)
        elif not length and not segment and (length := _segment_at(line, start)):
            segment = _text(line, start + 1, start + length - 1)
        if not length:
            break
        start += length
    return span, segment


def _text(line: MarkedLine, first: int, last: int) -> str:
    a, b = line.span(first, last)
    return line.text[a:b]


def _time_at(line: MarkedLine, k: int) -> int:
    """Return how many items from `k` on are a span of time: "year over year", "that week"."""
    items = line.items
    words = [item.word for item in items[k : k + _LONGEST]]
    if not words:
        return 0
    amount = items[k].quantity
    if amount is not None and amount.kind == "t":
        return int(line.tokens[amount.first].text in _SPAN_STARTS)  # "over three years"
    if words[0] in _AT_ONCE:
        return 1
    if len(words) > 2 and words[0] == words[2] and words[1] in {"over", "on", "by", "after"}:
        return 3 if words[0] in _SPAN_WORDS else 0
    if words[0] in _SELECTED and words[1:2] and words[1] in _BARE_SPANS:
        return 2
    if words[0] not in _SPAN_STARTS:
        return 0
    timed = 0
    for n in range(1, len(words)):
        item = items[k + n]
        if item.quantity is not None:
            if item.quantity.kind != "t":
                break
            timed = n + 1
        elif item.word in _SPAN_WORDS:
            timed = n + 1
        elif timed and words[0] in _EVENTS and item.word not in _STOPS | BREAKS | _SEGMENT_STARTS:
            return 0  # "after the spring campaign"
        elif timed or item.word in _STOPS | _SUBJECTS | _SPAN_STARTS or item.mark[1:2] == ":":
            break
    return timed


def _segment_at(line: MarkedLine, k: int) -> int:
    """Return how many items from `k` on say for whom or where; 0 where that ends in doubt."""
    items = line.items
    if k >= len(items) or items[k].word not in _SEGMENT_STARTS:
        return 0
    n = 1
    while k + n < len(items) and n <= _LONGEST:
        amount = items[k + n].quantity
        if amount is not None and items[k + n - 1].word != "with":
            return 0 if amount.kind == "n" else n
        if amount is None and _ends_segment(line, k + n):
            break
        n += 1
    while n > 1 and items[k + n - 1].word in _INSIDE | DETERMINERS:
        n -= 1
    words = [items[j].word for j in range(k + 1, k + n)]
    while words and words[0] in DETERMINERS:
        words.pop(0)
    if not words or (len(words) == 1 and words[0] in _NO_SEGMENT | PRONOUNS):
        return 0
    return n


def _ends_segment(line: MarkedLine, k: int) -> bool:
    item = line.items[k]
    word = item.word
    if item.mark[1:2] == ":" or word in _COMPARES | _SUBJECTS | {"who", "that"}:
        return True
    if word == "and":
        return not _goes_on(line.items, k)
    if word in _INSIDE:
        return False
    return word in _STOPS | BREAKS | _SEGMENT_STARTS or _time_at(line, k) > 0


def _goes_on(items: list[Item], k: int) -> bool:
    """Whether "and" joins two names, "germany and france", and no new clause."""
    following = [item.word for item in items[k + 1 : k + 3]]
    return (
        bool(following) and following[0].isalpha() and (len(following) == 1 or following[1] in ".,")
    )


def _time_inside(line: MarkedLine, draft: Draft) -> str:
    """Return "that week" from "donations that week went up"."""
    if draft.subject is None or draft.verb < 0:
        return ""
    start = draft.subject.last + 1
    length = _time_at(line, start) if start < draft.verb else 0
    return _text(line, start, start + length - 1) if length and start + length <= draft.verb else ""


def _time_before(line: MarkedLine, first: int) -> str:
    """Return "in the first quarter" from "in the first quarter refunds fell"."""
    items = line.items
    end = first
    if end and items[end - 1].word == ",":
        end -= 1
    said = ""
    for start in range(end - 1, max(-1, end - _LONGEST), -1):
        if items[start].word in {".", "and", "but"}:
            break
        if start + _time_at(line, start) == end:
            said = _text(line, start, end - 1)
    return said
