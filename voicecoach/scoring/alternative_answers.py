"""What answers a rival explanation, for each of the forms in which one is named."""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicecoach.scoring.alternative_cues import (
    ABSENT,
    BEGINS,
    BELIEFS,
    BUT,
    CAME_OUT_ALIKE,
    CHECKED,
    ELSEWHERE,
    ENDS,
    EXONERATED,
    FACT,
    FIGURE,
    FINITE,
    OPEN,
    OUT,
    OUTCOMES,
    PRICE,
    REASON,
    SAME_ON_BOTH,
    SAMENESS,
    TEST,
)
from voicecoach.scoring.plain import PlainLine


@dataclass(frozen=True, slots=True)
class Rival:
    """Where a rival is named, and in which form; `end` is −1 where the form leaves that open."""

    opener: int
    first: int
    end: int
    form: str


def text_of(line: PlainLine, first: int, end: int) -> str:
    """Return the words from token `first` up to `end`, between spaces."""
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


def _answer_to_denial(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """A denial needs a reason: a clause with a verb that is more than a belief."""
    k = start
    while k < end and line.tokens[k].text in {",", ".", "and", "either"}:
        k += 1
    relative = k == start and k < end and line.tokens[k].text == "that"
    if not (relative or k > start or (k < end and line.tokens[k].text in ENDS)):
        return _answer_without_marks(line, rival, end)
    stop = min(_clause_end(line, k, end), k + 14)
    clause = text_of(line, k, stop)
    if relative and not FACT.search(text_of(line, k, min(stop, k + 5))):
        return None  # "the result that we wanted", where "the ad that ran in both" would do
    opens = REASON.match(clause) or BEGINS.match(clause)
    if not opens or len(clause.split()) < 2 or _weak(text_of(line, k, min(stop, k + 10))):
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


def _answer_without_marks(line: PlainLine, rival: Rival, end: int) -> _Answer | None:
    """A reason that a transcript runs on with: "it wasn't a dead day the total was normal"."""
    window = text_of(line, rival.first + 1, min(end, rival.first + 14))
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


def _answer_in_case(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "I left those out in case it was them, and it was still double": the test stands before."""
    before = max(0, rival.opener - 16)
    test = TEST.search(text_of(line, before, rival.opener))
    after = text_of(line, start, min(end, start + 22))
    return (before, min(end, start + 22)) if test and FACT.search(after) else None


def _answer_to_what_was_told(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """What others hold is answered by a look with its outcome, or by "but" and a figure."""
    stop = min(end, start + 24)
    window = text_of(line, start, stop)
    test, but = TEST.search(window), BUT.search(window)
    if OPEN.search(window):
        return None
    if test and (CAME_OUT_ALIKE.search(window) or FIGURE.search(window[test.end() - 1 :])):
        return start, min(_clause_end(line, start, end), stop)
    near = text_of(line, start, min(end, start + 9))
    if but and (FIGURE.search(near) or CAME_OUT_ALIKE.search(near)):
        return start, min(_clause_end(line, start, end), stop)
    return None


def _answer_framed(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """A rival set up to be answered: what follows says it was alike everywhere, or not there."""
    k = start
    while k < end and line.tokens[k].text in {",", ".", "well", "no"}:
        k += 1
    stop = min(end, k + 24)
    window = text_of(line, k, stop)
    if _weak(window) or len(window.split()) < 3:
        return None
    settled = EXONERATED.search(window)
    tested = TEST.search(window)
    if not settled and not (tested and FIGURE.search(window)):
        return None
    return k, stop


def _answer_tested(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "Big orders break more anyway, so I took only small ones and it was the same"."""
    window = text_of(line, start, min(end, start + 30))
    test = TEST.search(window)
    if test is None or test.start() > 16 or OPEN.search(window):
        return None
    rest = window[test.end() - 1 :]
    if not (FIGURE.search(rest) or CAME_OUT_ALIKE.search(rest) or SAMENESS.search(rest)):
        return None
    return start, min(end, start + 30)


def _answer_to_doubt(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """A doubt needs a test with an outcome, "but" and a fact, or a sentence that settles it."""
    window = text_of(line, start, end)
    backed = window.startswith((" because ", " since ", " , because ", " , since "))
    if backed and not re.search(
        r" but (?:[a-z']+ ){0,3}(?:both|all|every|neither|last year|same) ", window
    ):
        return None  # a reason for the rival, and none against it
    test = TEST.search(window)
    but = BUT.search(window)
    if test:
        first = line.token_at(line.offset(start) + test.start() + 1)
        rest = text_of(line, first + 2, end)
        if FACT.search(rest) and not OPEN.search(window):
            return first, min(_clause_end(line, first, end), first + 26)
    if but:
        first = line.token_at(line.offset(start) + but.start() + 1)
        stop = min(_clause_end(line, first, end), first + 24)
        rest = text_of(line, first + 1, stop)
        if FACT.search(rest) and FINITE.search(rest) and not _weak(rest):
            return first, stop
    if but and EXONERATED.search(window, but.end() - 1) and not _weak(window):
        first = line.token_at(line.offset(start) + but.start() + 1)
        return first, min(_clause_end(line, first, end), first + 24)
    near = text_of(line, start, min(end, start + 16))
    if (alike := CAME_OUT_ALIKE.search(near)) and not _weak(near):
        stop = line.token_at(line.offset(start) + alike.end() - 2) + 1
        return start, max(start + 1, stop)
    return _next_sentence(line, start, end)


def _answer_to_coincidence(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """Something else that happened is answered by where or when it could not have mattered."""
    window = text_of(line, start, min(_clause_end(line, start, end), start + 30))
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
    clause = text_of(line, first, stop)
    if _weak(clause) or not (FACT.search(clause) or denied) or len(clause.split()) < 2:
        return None
    return (first, stop) if denied or ELSEWHERE.search(clause) or OUT.search(clause) else None


def _answer_nothing_else(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "Nothing else launched that week" needs the look that showed it."""
    window = text_of(
        line, rival.opener, min(_clause_end(line, rival.opener, end), rival.opener + 16)
    )
    test = TEST.search(window) or re.search(r" (?:because|since|so) ", window)
    if not test or _weak(window):
        return None
    first = line.token_at(line.offset(rival.opener) + test.start() + 1)
    return first, max(first + 1, _clause_end(line, first, end))


def _answer_to_ruling_out(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "Ruled out X" needs "because", "by" or a fact in the same breath."""
    window = text_of(line, start, _clause_end(line, start, end))
    reason = re.search(r" (?:because|since|by|as|which) ", window)
    if not reason or _weak(window[reason.start() :]) or PRICE.search(window):
        return None
    rest = window[reason.end() - 1 :]
    if not (FACT.search(rest) and len(rest.split()) >= 3):
        return None
    first = line.token_at(line.offset(start) + reason.start() + 1)
    return first, _clause_end(line, first, end)


def _answer_checked(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """The form itself holds the finding: "we checked the prices and they hadn't changed"."""
    match = CHECKED.match(line.line, line.offset(rival.opener))
    if match is None or OUTCOMES.intersection(match.group("rival").split()):
        return None  # a result that did not move is no rival
    return line.token_at(match.start("how")), line.token_at(match.end("how") - 1) + 1


def _answer_anyway(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """A cause that moved the untouched ones too is answered by what those did: a figure."""
    before = max(0, rival.opener - 16)
    after = min(len(line.tokens), start + 20)
    around = text_of(line, before, after)
    untouched = re.search(
        r" (?:kept|untouched|didn't|did not|without|other|others|next door|old|not|control|left|"
        r"elsewhere|neighbouring|neighboring|who never|that never) ",
        around,
    )
    figure = FIGURE.search(around)
    if not (untouched and figure) or OPEN.search(around):
        return None
    return before, after


def _answer_so_not(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "... so it's not just that they were richer": the fact stands before."""
    before = max(0, rival.opener - 36)
    window = text_of(line, before, rival.opener)
    near = max(0, rival.opener - 14)
    if EXONERATED.search(text_of(line, near, rival.opener)):
        return near, rival.opener
    if not (TEST.search(window) or " compare " in window) or not FACT.search(window):
        return None
    return before, rival.opener


def _answer_stated(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "The weather was the same in both groups": rival and answer in one."""
    at = line.offset(rival.opener)
    match = SAME_ON_BOTH.match(line.line, at) or ABSENT.match(line.line, at)
    if match is None or OUTCOMES.intersection(match.group("rival").split()):
        return None
    return line.token_at(match.start("how")), line.token_at(match.end("how") - 1) + 1


def _answer_listed(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """One of a list of explanations, each with its "but" or "which"."""
    k = start
    while k < end and line.tokens[k].text in {",", "."}:
        k += 1
    stop = min(_clause_end(line, k, end), k + 14)
    clause = text_of(line, k, stop)
    return (k, stop) if FACT.search(clause) and not _weak(clause) else None


def _answer_unexplained(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "Seasonality can't explain it" needs a reason like any denial."""
    for k in range(start, min(end, start + 10)):
        if line.tokens[k].text in {".", ",", "because", "since"}:
            return _answer_to_denial(line, rival, k, end)
    return None


def _answer_to_supposing(line: PlainLine, rival: Rival, start: int, end: int) -> _Answer | None:
    """ "If it had been X, the others would have moved too, and they didn't": both halves."""
    window = text_of(line, start, end)
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


ANSWERS = {
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
