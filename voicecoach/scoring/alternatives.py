"""Rival explanations that are named and answered.

"It wasn't the weather, the sheds are heated" is one: a rival and a fact that speaks against it.
"It could have been weather, prices or the strike" is none, and neither is "we ruled out
seasonality, marketing and selection bias": naming is not answering. A check that the effect holds
in some group ("it was the same size for people who paid") tests the result and not a rival, so it
does not count here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from voicecoach.scoring.alternative_answers import ANSWERS, Rival, text_of
from voicecoach.scoring.alternative_cues import (
    ABSENT,
    ALSO_ON,
    ANYWAY,
    AT_THE_SAME_TIME,
    CHANCE,
    CHANGED_TOO,
    CHECKED,
    DENIED,
    DOESNT_DO,
    DOUBTED,
    EMPTY,
    ENDS,
    EXCLUDED,
    FRAMED,
    IN_CASE,
    LISTED,
    LISTING,
    LISTING_REACH,
    MIGHT_EXPLAIN,
    MORE_ANYWAY,
    NO_CAUSES,
    NOT_THAT,
    NOTHING_ELSE,
    RULED_OUT,
    SAME_ON_BOTH,
    SAMENESS,
    SO_NOT,
    SUPPOSED,
    SUSPECT,
    TOLD,
    UNEXPLAINED,
)
from voicecoach.scoring.late_patterns import LatePattern, PatternIndex
from voicecoach.scoring.plain import PlainLine
from voicecoach.word_sets import word_set

MOST_COUNTED = 3

_BOTH_SIDES = re.compile(r"\b(?:both|the two|in each|the other (?:half|group|ones|side))\b")

_REACH = 34
"""How many words after a rival its answer may take to come."""


_FORMS: tuple[tuple[str, LatePattern], ...] = (
    ("stated", SAME_ON_BOTH),
    ("stated", ABSENT),
    ("checked", CHECKED),
    ("nothing else", NOTHING_ELSE),
    ("doubted", DOUBTED),
    ("so not", SO_NOT),
    ("in case", IN_CASE),
    ("doubted", MIGHT_EXPLAIN),
    ("told", TOLD),
    ("at the same time", ALSO_ON),
    ("tested", MORE_ANYWAY),
    ("framed", FRAMED),
    ("framed", SUSPECT),
    ("framed", DOESNT_DO),
    ("framed", CHANGED_TOO),
    ("framed", EXCLUDED),
    ("framed", NOT_THAT),
    ("unexplained", UNEXPLAINED),
    ("supposed", SUPPOSED),
    ("denied", DENIED),
    ("at the same time", AT_THE_SAME_TIME),
    ("ruled out", RULED_OUT),
    ("anyway", ANYWAY),
)
"""How a rival is named, and which form that is; what an earlier one takes no later one can."""


@lru_cache(maxsize=1)
def _index() -> PatternIndex:
    return PatternIndex([pattern for _, pattern in _FORMS])


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rival explanation.

    Attributes:
        name: the rival as it was named, verbatim.
        answered: whether a fact or a reason was set against it.
        how: the words that answer it, verbatim; '' where nothing does.
        start_char: offset of the first character of the name or of what leads up to it.
        end_char: offset after the last character of the name, or of the answer.
    """

    name: str
    answered: bool
    how: str
    start_char: int
    end_char: int

    @property
    def by(self) -> str:
        """How it is answered: by ``both_sides`` having had it alike, or in some other way."""
        return "both_sides" if _BOTH_SIDES.search(self.how.lower()) else "answer"


def count_alternatives(text: str) -> int:
    """Return how many rivals are named and answered, 0 to 3."""
    return min(MOST_COUNTED, sum(a.answered for a in find_alternatives(text)))


@lru_cache(maxsize=4)  # the judges of several facets ask for them
def find_alternatives(text: str) -> tuple[Alternative, ...]:
    """Return the rivals named in `text`, in order, each once; answered ones win over repeats."""
    line = PlainLine(text)
    rivals = _rivals(line)
    found: list[tuple[frozenset[str], Alternative]] = []
    for n, rival in enumerate(rivals):
        limit = rivals[n + 1].opener if n + 1 < len(rivals) else len(line.tokens)
        alternative = _read(line, rival, limit)
        if alternative is None:
            continue
        key = _key(alternative.name)
        same = next((j for j, (k, _) in enumerate(found) if _same(k, key)), None)
        if same is None:
            found.append((key, alternative))
        elif alternative.answered and not found[same][1].answered:
            found[same] = (key, alternative)
    return tuple(a for _, a in found)


def _rivals(line: PlainLine) -> list[Rival]:
    found: dict[int, Rival] = {}
    taken: list[tuple[int, int]] = []
    for number in _index().possible(token.text for token in line.tokens):
        form, pattern = _FORMS[number]
        for match in pattern.finditer(line.line):
            opener = line.token_at(match.start() + 1)
            last = line.token_at(match.end() - 2)
            if any(a <= last and opener <= b for a, b in taken):
                continue
            taken.append((opener, last))
            named = "rival" in match.re.groupindex
            first = line.token_at(match.start("rival")) if named else last + 1
            end = line.token_at(match.end("rival") - 1) + 1 if named else -1
            found[opener] = Rival(opener, first, end, form)
    for listed in _listed(line):
        found.setdefault(listed.opener, listed)
    return [found[k] for k in sorted(found)]


_TO_COME = frozenset({"would", "will", "should", "won't", "wouldn't"})
"""In a rival's name these show a fear of what may come and no explanation of what was."""


_NO_NAMES = word_set(
    "is was are were be ever it that this you i we hundred so who what more but and or if went",
    "goes at in on of from to they he she there not never had has have by than then",
)
"""Words with which nothing that could be a cause is named."""

_NO_MATTER = frozenset({"question", "matter", "solution", "idea", "best", "point", "decision"})
"""Words for what is thought about, which causes nothing."""


def _listed(line: PlainLine) -> Iterator[Rival]:
    """Yield what follows "three other things could explain it", one by one."""
    for listing in LISTING.finditer(line.line):
        first = line.token_at(listing.end() - 2) + 1
        stop = line.offset(min(len(line.tokens), first + LISTING_REACH)) + 1
        for match in LISTED.compiled.finditer(line.line, listing.end() - 1, stop):
            start = line.token_at(match.start() + 1)
            end = line.token_at(match.end("rival") - 1) + 1
            yield Rival(start, start, end, "listed")


def _read(line: PlainLine, rival: Rival, limit: int) -> Alternative | None:
    words = [t.text for t in line.tokens]
    if rival.first >= len(words):
        return None
    end = rival.end if rival.end >= 0 else _name_end(words, rival.first, limit)
    if (
        end <= rival.first
        or _TO_COME.intersection(words[rival.first : end])
        or not _names_a_cause(words[rival.first : end])
    ):
        return None
    if rival.end >= 0 and rival.form != "tested" and words[rival.first] in _NO_NAMES:
        return None
    unheard = words[rival.first] in {"a", "an"} and not CHANCE.intersection(
        words[rival.first : end]
    )
    a, b = line.span(rival.first, end - 1)
    name = line.text[a:b]
    answer = ANSWERS[rival.form](line, rival, end, min(limit, end + _REACH, len(words)))
    start, _ = line.span(rival.opener, rival.opener)
    if unheard and not (answer and SAMENESS.search(text_of(line, *answer))):
        return None
    if answer is None:
        return Alternative(name, False, "", start, b)
    c, d = line.span(answer[0], answer[1] - 1)
    return Alternative(name, True, line.text[c:d], start, max(b, d))


def _name_end(words: list[str], first: int, limit: int) -> int:
    """Return the token after the rival's name: at most nine words, up to a mark or a connective."""
    end = first
    while end < min(len(words), max(limit, first + 1), first + 9):
        if words[end] in {".", ","} or (words[end] in ENDS | {"either"} and end > first):
            break
        if end > first and (words[end] in {"and", "that"} or words[end] in {"i", "we"}):
            break
        end += 1
    return end


def _names_a_cause(words: list[str]) -> bool:
    """Whether a rival may be named so: "easy", "going to", "to retrofit" may not."""
    return not (words[0] in NO_CAUSES or words[0].endswith("ly") or _NO_MATTER.intersection(words))


def _key(name: str) -> frozenset[str]:
    words = re.findall(r"[a-z']+", name.lower())
    return frozenset(w.rstrip("s") for w in words if w not in EMPTY)


def _same(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a & b) or a == b
