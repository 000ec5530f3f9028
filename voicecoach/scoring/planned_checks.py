"""Rival explanations of a case, each with how one would rule it out.

About one's own story a rival is answered by a fact (`alternatives`). In an exercise nothing has
happened yet: "Christmas; I would compare with the same weeks last year" is as good an answer as
there can be, and it counts here. A check without a rival before it does not, nor does a rival
without a check.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from voicecoach.scoring.alternatives import Alternative, find_alternatives

_CHECK = re.compile(
    r"\b(?:i'd|i would|we'd|we would|i could|we could|i will|i'll|you could|you would)"
    r"(?: also| then| first| just| simply| again)?"
    r" (?:ask|check|compare|compute|count|divide|draw|drop|exclude|find out|hold|keep|leave|look|"
    r"match|measure|plot|pull|randomi[sz]e|read|repeat|rule|run|see|separate|split|take|test|wait|"
    r"watch)\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"[.;?!]| (?:first|second|secondly|third|thirdly|finally|another|next|maybe|perhaps|"
    r"or (?:it|the)|and (?:it|the third|the second)|it (?:could|might|may)) ",
    re.IGNORECASE,
)
"""Where a check ends, and the next rival may begin."""

_LEAD = re.compile(
    r"(?:[\s,.:;?!]*(?:and|so|but|or|also|then|well|um|uh|okay|firstly|secondly|thirdly|finally|next|"
    r"(?:the |one |an)?(?:first|second|third|other|last|one|another)(?: (?:one|thing|cause|reason|"
    r"explanation))?(?: (?:is|was|could be|might be|would be))?(?: that)?|"
    r"it (?:could|might|may) (?:also |just |simply )?(?:be|have been)(?: that)?|"
    r"maybe|perhaps|possibly|there (?:is|was)|i think)\b[\s,:]*)+",
    re.IGNORECASE,
)
"""What leads up to a rival's name."""

_NAME_END = re.compile(
    r"[,.:;?!]| (?:so|because|since|which|but|then|and (?:i|we)|i'd|i would|we'd|we would) ",
    re.IGNORECASE,
)
_LONGEST_NAME = 8
_LONGEST_CHECK = 20
"""Words."""


def find_explanations(text: str) -> tuple[Alternative, ...]:
    """Return the rivals named in `text`, in order; a planned check answers one like a fact."""
    found = list(find_alternatives(text))
    for planned in _planned(text):
        told = [a for a in found if planned.start_char <= a.start_char < planned.end_char]
        if not told:
            found.append(planned)
        elif not told[-1].answered:
            found[found.index(told[-1])] = dataclasses.replace(
                told[-1], answered=True, how=planned.how, end_char=planned.end_char
            )
    return tuple(sorted(found, key=lambda a: a.start_char))


def _planned(text: str) -> Iterator[Alternative]:
    """Yield each stretch of talk that ends in a check, with what it begins with as the rival."""
    start = 0
    for check in _CHECK.finditer(text):
        if check.start() < start:
            continue  # a second check of the same rival
        stop = _NEXT.search(text, check.end())
        end = min(stop.start() if stop else len(text), _after(text, check.start(), _LONGEST_CHECK))
        named = _name(text, start, check.start())
        if named is not None:
            first, last = named
            how = text[check.start() : end].strip()
            yield Alternative(text[first:last], True, how, start, end)
        start = end


def _name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the rival's name stands between the last check and this one."""
    lead = _LEAD.match(text, start, end)
    first = lead.end() if lead else start
    while first < end and not text[first].isalnum():
        first += 1
    stop = _NAME_END.search(text, first, end)
    last = min(stop.start() if stop else end, _after(text, first, _LONGEST_NAME))
    name = re.sub(r"\s+(?:and|so|but|then|which)$", "", text[first:last].rstrip())
    if not re.search(r"[A-Za-z]{4}", name):
        return None
    return first, first + len(name)


def _after(text: str, start: int, words: int) -> int:
    """Return the offset after so many words."""
    found = re.match(rf"\s*(?:\S+\s+){{0,{words - 1}}}\S+", text[start:])
    return start + (found.end() if found else 0)
