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

from voicecoach.scoring.alternative_cues import (
    ABSENT,
    ALSO_ON,
    ANYWAY,
    AT_THE_SAME_TIME,
    BEGINS,
    BELIEFS,
    BUT,
    CAME_OUT_ALIKE,
    CHANCE,
    CHANGED_TOO,
    CHECKED,
    DENIED,
    DOESNT_DO,
    DOUBTED,
    ELSEWHERE,
    EMPTY,
    ENDS,
    EXCLUDED,
    EXONERATED,
    FACT,
    FIGURE,
    FINITE,
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
    OPEN,
    OUT,
    OUTCOMES,
    PRICE,
    REASON,
    RULED_OUT,
    SAME_ON_BOTH,
    SAMENESS,
    SO_NOT,
    SUPPOSED,
    SUSPECT,
    TEST,
    TOLD,
    UNEXPLAINED,
)
from voicecoach.scoring.plain import PlainLine, word_set

MOST_COUNTED = 3

_BOTH_SIDES = re.compile(r"\b(?:both|the two|in each|the other (?:half|group|ones|side))\b")

_REACH = 34
"""How many words after a rival its answer may take to come."""


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


@dataclass(frozen=True, slots=True)
class _Rival:
    """Where a rival is named, and in which form; `end` is −1 where the form leaves that open."""

    opener: int
    first: int
    end: int
    form: str


def count_alternatives(text: str) -> int:
    """Return how many rivals are named and answered, 0 to 3."""
    return min(MOST_COUNTED, sum(a.answered for a in find_alternatives(text)))


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


def _rivals(line: PlainLine) -> list[_Rival]:
    forms = (
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
    found: dict[int, _Rival] = {}
    taken: list[tuple[int, int]] = []
    for form, pattern in forms:
        for match in pattern.finditer(line.line):
            opener = line.token_at(match.start() + 1)
            last = line.token_at(match.end() - 2)
            if any(a <= last and opener <= b for a, b in taken):
                continue
            taken.append((opener, last))
            named = "rival" in pattern.groupindex
            first = line.token_at(match.start("rival")) if named else last + 1
            end = line.token_at(match.end("rival") - 1) + 1 if named else -1
            found[opener] = _Rival(opener, first, end, form)
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


def _listed(line: PlainLine) -> Iterator[_Rival]:
    """Yield what follows "three other things could explain it", one by one."""
    for listing in LISTING.finditer(line.line):
        first = line.token_at(listing.end() - 2) + 1
        stop = line.offset(min(len(line.tokens), first + LISTING_REACH)) + 1
        for match in LISTED.finditer(line.line, listing.end() - 1, stop):
            start = line.token_at(match.start() + 1)
            end = line.token_at(match.end("rival") - 1) + 1
            yield _Rival(start, start, end, "listed")


def _read(line: PlainLine, rival: _Rival, limit: int) -> Alternative | None:
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
    answer = _ANSWERS[rival.form](line, rival, end, min(limit, end + _REACH, len(words)))
    start, _ = line.span(rival.opener, rival.opener)
    if unheard and not (answer and SAMENESS.search(_text(line, *answer))):
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


def _text(line: PlainLine, first: int, end: int) -> str:
    return line.line[line.offset(first) : line.offset(end) + 1]


def _clause_end(line: PlainLine, first: int, end: int) -> int:
    """Return where the answer's sentence ends; a transcript without marks ends at `end`."""
    for k in range(first, end):
        if line.tokens[k].text == "." and k > first + 2:
            return k
    return end


_Answer = tuple[int, int]
"""The tokens that answer a rival: first, and one past the last. Each form has its own reader below;
all take the line, the rival, and the tokens from its name's end to where its answer must have come.
"""


def _answer_to_denial(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """A denial needs a reason: a clause with a verb that is more than a belief."""
    k = start
    while k < end and line.tokens[k].text in {",", ".", "and", "either"}:
        k += 1
    relative = k == start and k < end and line.tokens[k].text == "that"
    if not (relative or k > start or (k < end and line.tokens[k].text in ENDS)):
        return _answer_without_marks(line, rival, end)
    stop = min(_clause_end(line, k, end), k + 14)
    clause = _text(line, k, stop)
    if relative and not FACT.search(_text(line, k, min(stop, k + 5))):
        return None  # "the result that we wanted", where "the ad that ran in both" would do
    opens = REASON.match(clause) or BEGINS.match(clause)
    if not opens or len(clause.split()) < 2 or _weak(_text(line, k, min(stop, k + 10))):
        return None
    if SAMENESS.search(clause) and line.tokens[k].text != "but":
        return k, stop
    if not REASON.match(clause):
        return None
    if len(clause.split()) < 3:
        return None
    if line.tokens[k].text == "so" or not FINITE.search(clause):
        return (k, stop) if TEST.search(clause) and FACT.search(clause) else None
    return k, stop


def _answer_without_marks(line: PlainLine, rival: _Rival, end: int) -> _Answer | None:
    """A reason that a transcript runs on with: "it wasn't a dead day the total was normal"."""
    window = _text(line, rival.first + 1, min(end, rival.first + 14))
    clause = re.search(
        r" (?:the|we|they|that's|it's|both|our|he|she|there|i|you|all|every|those) "
        r"(?:[a-z0-9']+ ){1,8}",
        window,
    )
    if clause is None or _weak(window):
        return None
    same = SAMENESS.search(window, clause.start()) or re.search(r" (?:we|i) only ", window)
    if same is None or not FINITE.search(window[clause.start() :]):
        return None
    first = line.token_at(line.offset(rival.first + 1) + clause.start() + 1)
    return first, max(first + 1, min(_clause_end(line, first, end), first + 12))


def _answer_in_case(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "I left those out in case it was them, and it was still double": the test stands before."""
    before = max(0, rival.opener - 16)
    test = TEST.search(_text(line, before, rival.opener))
    after = _text(line, start, min(end, start + 22))
    return (before, min(end, start + 22)) if test and FACT.search(after) else None


def _answer_to_what_was_told(
    line: PlainLine, rival: _Rival, start: int, end: int
) -> _Answer | None:
    """What others hold is answered by a look with its outcome, or by "but" and a figure."""
    stop = min(end, start + 24)
    window = _text(line, start, stop)
    test, but = TEST.search(window), BUT.search(window)
    if OPEN.search(window):
        return None
    if test and (CAME_OUT_ALIKE.search(window) or FIGURE.search(window[test.end() - 1 :])):
        return start, min(_clause_end(line, start, end), stop)
    near = _text(line, start, min(end, start + 9))
    if but and (FIGURE.search(near) or CAME_OUT_ALIKE.search(near)):
        return start, min(_clause_end(line, start, end), stop)
    return None


def _answer_framed(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """A rival set up to be answered: what follows says it was alike everywhere, or not there."""
    k = start
    while k < end and line.tokens[k].text in {",", ".", "well", "no"}:
        k += 1
    stop = min(end, k + 24)
    window = _text(line, k, stop)
    if _weak(window) or len(window.split()) < 3:
        return None
    settled = EXONERATED.search(window)
    tested = TEST.search(window)
    if not settled and not (tested and FIGURE.search(window)):
        return None
    return k, stop


def _answer_tested(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "Big orders break more anyway, so I took only small ones and it was the same"."""
    window = _text(line, start, min(end, start + 30))
    test = TEST.search(window)
    if test is None or test.start() > 16 or OPEN.search(window):
        return None
    rest = window[test.end() - 1 :]
    if not (FIGURE.search(rest) or CAME_OUT_ALIKE.search(rest) or SAMENESS.search(rest)):
        return None
    return start, min(end, start + 30)


def _answer_to_doubt(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """A doubt needs a test with an outcome, "but" and a fact, or a sentence that settles it."""
    window = _text(line, start, end)
    backed = window.startswith((" because ", " since ", " , because ", " , since "))
    if backed and not re.search(r" but (?:[a-z']+ ){0,3}(?:both|all|every|neither) ", window):
        return None  # a reason for the rival, and none against it
    test = TEST.search(window)
    but = BUT.search(window)
    if test:
        first = line.token_at(line.offset(start) + test.start() + 1)
        rest = _text(line, first + 2, end)
        if FACT.search(rest) and not OPEN.search(window):
            return first, min(_clause_end(line, first, end), first + 26)
    if but:
        first = line.token_at(line.offset(start) + but.start() + 1)
        stop = min(_clause_end(line, first, end), first + 24)
        rest = _text(line, first + 1, stop)
        if FACT.search(rest) and FINITE.search(rest) and not _weak(rest):
            return first, stop
    if but and EXONERATED.search(window, but.end() - 1) and not _weak(window):
        first = line.token_at(line.offset(start) + but.start() + 1)
        return first, min(_clause_end(line, first, end), first + 24)
    near = _text(line, start, min(end, start + 16))
    if (alike := CAME_OUT_ALIKE.search(near)) and not _weak(near):
        stop = line.token_at(line.offset(start) + alike.end() - 2) + 1
        return start, max(start + 1, stop)
    return _next_sentence(line, start, end)


def _answer_to_coincidence(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """Something else that happened is answered by where or when it could not have mattered."""
    window = _text(line, start, min(_clause_end(line, start, end), start + 30))
    but = BUT.search(window)
    if not but or _weak(window[but.start() :]):
        return None
    rest = window[but.end() - 1 :].replace(" still ", " ")
    if not (ELSEWHERE.search(rest) or EXONERATED.search(rest)):
        return None
    first = line.token_at(line.offset(start) + but.start() + 1)
    return first, min(_clause_end(line, first, end), start + 30)


def _next_sentence(line: PlainLine, start: int, end: int) -> _Answer | None:
    """An answer that stands by itself: "No. The two houses share a boiler", "... so that's out"."""
    k = start
    while k < end and line.tokens[k].text != "." and k < start + 6:
        k += 1
    if k >= end or line.tokens[k].text != ".":
        return None
    first = k + 1
    denied = first < end and line.tokens[first].text == "no"
    while first < end and line.tokens[first].text in {"no", ".", ","}:
        first += 1
    stop = _clause_end(line, first, end)
    clause = _text(line, first, stop)
    if _weak(clause) or not (FACT.search(clause) or denied) or len(clause.split()) < 2:
        return None
    return (first, stop) if denied or ELSEWHERE.search(clause) or OUT.search(clause) else None


def _answer_nothing_else(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "Nothing else launched that week" needs the look that showed it."""
    window = _text(line, rival.opener, min(_clause_end(line, rival.opener, end), rival.opener + 16))
    test = TEST.search(window) or re.search(r" (?:because|since|so) ", window)
    if not test or _weak(window):
        return None
    first = line.token_at(line.offset(rival.opener) + test.start() + 1)
    return first, max(first + 1, _clause_end(line, first, end))


def _answer_to_ruling_out(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "Ruled out X" needs "because", "by" or a fact in the same breath."""
    window = _text(line, start, _clause_end(line, start, end))
    reason = re.search(r" (?:because|since|by|as|which) ", window)
    if not reason or _weak(window[reason.start() :]) or PRICE.search(window):
        return None
    rest = window[reason.end() - 1 :]
    if not (FACT.search(rest) and len(rest.split()) >= 3):
        return None
    first = line.token_at(line.offset(start) + reason.start() + 1)
    return first, _clause_end(line, first, end)


def _answer_checked(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """The form itself holds the finding: "we checked the prices and they hadn't changed"."""
    match = CHECKED.match(line.line, line.offset(rival.opener))
    if match is None or OUTCOMES.intersection(match.group("rival").split()):
        return None  # a result that did not move is no rival
    return line.token_at(match.start("how")), line.token_at(match.end("how") - 1) + 1


def _answer_anyway(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """A cause that moved the untouched ones too is answered by what those did: a figure."""
    before = max(0, rival.opener - 16)
    after = min(len(line.tokens), start + 20)
    around = _text(line, before, after)
    untouched = re.search(
        r" (?:kept|untouched|didn't|did not|without|other|others|next door|old|not|control|left|"
        r"elsewhere|neighbouring|neighboring|who never|that never) ",
        around,
    )
    figure = FIGURE.search(around)
    if not (untouched and figure) or OPEN.search(around):
        return None
    return before, after


def _answer_so_not(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "... so it's not just that they were richer": the fact stands before."""
    before = max(0, rival.opener - 36)
    window = _text(line, before, rival.opener)
    near = max(0, rival.opener - 14)
    if EXONERATED.search(_text(line, near, rival.opener)):
        return near, rival.opener
    if not (TEST.search(window) or " compare " in window) or not FACT.search(window):
        return None
    return before, rival.opener


def _answer_stated(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "The weather was the same in both groups": rival and answer in one."""
    at = line.offset(rival.opener)
    match = SAME_ON_BOTH.match(line.line, at) or ABSENT.match(line.line, at)
    if match is None or OUTCOMES.intersection(match.group("rival").split()):
        return None
    return line.token_at(match.start("how")), line.token_at(match.end("how") - 1) + 1


def _answer_listed(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """One of a list of explanations, each with its "but" or "which"."""
    k = start
    while k < end and line.tokens[k].text in {",", "."}:
        k += 1
    stop = min(_clause_end(line, k, end), k + 14)
    clause = _text(line, k, stop)
    return (k, stop) if FACT.search(clause) and not _weak(clause) else None


def _answer_unexplained(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "Seasonality can't explain it" needs a reason like any denial."""
    for k in range(start, min(end, start + 10)):
        if line.tokens[k].text in {".", ",", "because", "since"}:
            return _answer_to_denial(line, rival, k, end)
    return None


def _answer_to_supposing(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "If it had been X, the others would have moved too, and they didn't": both halves."""
    window = _text(line, start, end)
    would = re.search(
        r" (?:you'd|we'd|they'd|i'd|it'd|would|would've|wouldn't|wouldn't've|should) ", window
    )
    if not would:
        return None
    outcome = re.search(
        r" (?:and|but|yet|instead) (?:[a-z']+ ){0,4}(?:never|didn't|did not|hadn't|had not|wasn't|"
        r"weren't|was|were|"
        r"stayed|did|fell|rose|moved|went|had) ",
        window[would.end() - 1 :],
    )
    if not outcome:
        return None
    return start, min(end, _clause_end(line, start, end))


def _weak(clause: str) -> bool:
    return bool(BELIEFS.search(clause) or OPEN.search(clause))


_ANSWERS = {
    "denied": _answer_to_denial,
    "doubted": _answer_to_doubt,
    "at the same time": _answer_to_coincidence,
    "nothing else": _answer_nothing_else,
    "ruled out": _answer_to_ruling_out,
    "checked": _answer_checked,
    "stated": _answer_stated,
    "listed": _answer_listed,
    "in case": _answer_in_case,
    "framed": _answer_framed,
    "told": _answer_to_what_was_told,
    "tested": _answer_tested,
    "anyway": _answer_anyway,
    "so not": _answer_so_not,
    "unexplained": _answer_unexplained,
    "supposed": _answer_to_supposing,
}


def _key(name: str) -> frozenset[str]:
    words = re.findall(r"[a-z']+", name.lower())
    return frozenset(w.rstrip("s") for w in words if w not in EMPTY)


def _same(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a & b) or a == b
