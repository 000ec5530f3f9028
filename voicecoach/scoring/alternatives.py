"""Rival explanations that are named and answered.

"It wasn't the weather, the sheds are heated" is one: a rival and a fact that speaks against it.
"It could have been weather, prices or the strike" is none, and neither is "we ruled out
seasonality, marketing and selection bias": naming is not answering. A check that the effect holds
in some group ("it was the same size for people who paid") tests the result and not a rival, so it
does not count here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicecoach.scoring.plain import PlainLine, word_set

MOST_COUNTED = 3

_REACH = 34
"""How many words after a rival its answer may take to come."""

_IT = r"(?:it|that|this|they|these|those|there|the (?:cause|reason|difference|drop|rise|change|effect))"
_WASNT = r"(?:wasn't|was not|weren't|were not|isn't|is not|ain't|can't have been|couldn't have been|can't be)"
_JUST = r"(?:just|simply|only|even|really|about|because of|due to|down to|caused by|something like)"

_DENIED = re.compile(
    rf" (?:{_IT} {_WASNT}|it's not|that's not|not because of|"
    rf"(?:i|we) (?:don't|do not|didn't|did not) (?:think|believe) (?:it's|it is|it was|that's|that was|it were)|"
    rf"(?:wasn't|was not) (?:down to|caused by|due to|because of)|"
    rf"(?:can't|couldn't) (?:be|have been)) (?:{_JUST} )*"
)
_COULD = (
    r"(?:it|that|this|they|these|there|those|which|some of it|part of it)"
    r" (?:could|might|may)(?:'ve| have)? (?:just |simply |also |well |easily )?"
    r"(?:been|be|come from|reflect|reflected)(?: that)?"
)
_WORRIED = (
    r"(?:i|we) (?:was|were|got) (?:worried|concerned|afraid|nervous|suspicious)(?: that| about)?|"
    r"(?:i|we) (?:worried|wondered|feared|suspected)(?: that| about| if| whether)?|"
    r"you (?:wonder|might wonder|could wonder)(?: if| whether)?"
)
_EXPLANATION = (
    r"(?:my|our|the|one|another|a) (?:[a-z]+ ){0,2}?"
    r"(?:worry|concern|fear|suspicion|objection|alternative|rival|explanation|suspect|culprit|"
    r"theory|candidate|reading|story)s? (?:was|were|is|would be|might be|could be)(?: that)?"
)
_OTHERS_SAY = (
    r"(?:you|someone|somebody|people|anyone|a skeptic|a sceptic|critics|finance|everyone|everybody|"
    r"they|he|she) (?:could|might|may|would|will) (?:say|argue|claim|object|ask|blame|point to|"
    r"put it down to)(?: that| it was| it's)?|"
    r"(?:blamed|credited|suspected|swore it was|(?:was|were) sure it was|thought it was|said it was|"
    r"reckoned it was|put it down to|(?:telling|told) (?:me|us) (?:that )?it was)"
)
_MAKING_SURE = (
    r"(?:to|i|we) (?:make|made|be|making) sure (?:that )?"
    r"(?:it|they|this|that|the [a-z]+(?: [a-z]+)?) (?:wasn't|weren't|was not|were not|isn't|aren't)|"
    r"(?:i|we) (?:checked|tested|verified|confirmed)(?: that| whether| if)? "
    r"(?:it|they|this|that|the [a-z]+) (?:wasn't|weren't|was not|was)|"
    r"(?:i|we) (?:looked|checked)(?: hard| closely| long)?(?: at| into)? (?:whether|if)"
)
_ASKED = r"what if (?:it|they|that) (?:was|were)|(?:could|was|might) it (?:have been |be )?(?=the |a |our )"
_DOUBTED = re.compile(
    rf" (?:{_COULD}|{_WORRIED}|{_EXPLANATION}|{_OTHERS_SAY}|{_MAKING_SURE}|{_ASKED}) ?"
    rf"(?<= )(?:{_JUST} )*(?:that )?"
)
_AT_THE_SAME_TIME = re.compile(
    r" (?:there was (?:also )?(?=an? |some |the )|(?:we|they|i)(?:'d| had)? also (?:had |been )?"
    r"(?:changed|launched|shipped|ran|run|started|added|moved|cut|raised|put)|"
    r"(?:marketing|sales|finance|engineering|another team|the other team) (?:had|ran|launched|started|ran) ) ?"
    r"(?<= )"
)
_NOTHING_ELSE = re.compile(
    r" (?:nothing else|no other|no one else|nobody else|we (?:had )?(?:launched|changed|shipped) nothing else) "
)
_RULED_OUT = re.compile(
    r" (?:(?:i|we) (?:ruled|could rule|were able to rule|was able to rule) out|ruled out|we eliminated|i eliminated) "
)
_CHECKED = re.compile(
    r" (?:i|we) (?:also |then )?(?:checked|looked at|looked into|went through|pulled|compared|verified) "
    r"(?P<rival>(?:(?:the|our|their|any|all|for|whether|if) )?(?:[a-z']+ ){1,7}?)(?:, )?"
    r"(?:and |but )(?:it|they|that|those|these|there|none|nothing|neither) "
    r"(?P<how>(?:hadn't|had not|didn't|did not|hasn't|haven't) (?:really |even )?(?:changed?|moved?|shifted?|run|ran|"
    r"started?|launched?|touch(?:ed)?|gone|been|shown?|any)|(?:was|were|stayed|looked) (?:all |just |exactly )?"
    r"(?:flat|the same|unchanged|normal|identical|steady|equal|level|no different)|"
    r"(?:wasn't|weren't) (?:any|running|live|on|different|there)|agreed)(?: [a-z']+){0,5}"
)
_ANYWAY = re.compile(
    r" (?:also|as well|too|anyway|anyhow|regardless) (?:[a-z0-9'%.,]+ ){0,9}?"
    r"(?:because|since|thanks to|due to|as) "
)
_SO_NOT = re.compile(
    rf" so (?:it's|it was|that's|that was|it is|we know it's|i know it's|i knew it was|we knew it was) "
    rf"(?:not|n't) (?:{_JUST} )*(?:that )?"
)
_UNEXPLAINED = re.compile(
    r" (?P<rival>(?:the |our |their )?(?:[a-z'-]+ ){0,3}?[a-z'-]+ )(?:can't|couldn't|cannot|doesn't|didn't|does not|"
    r"did not|wouldn't|would not) (?:really |fully )?(?:explain|account for) "
)
_SUPPOSED = re.compile(
    r" if (?:it|that|this) (?:was|were|had been|were really|was really)(?: just| only)? (?P<rival>(?:[a-z'-]+ ){1,5}?)"
    r"(?:, )?(?:then )?(?=(?:the|we|they|it|both|you|i|our|those|all|every|other|others) )"
)
_REASON = re.compile(
    r" (?:because|since|as|given|which|who|when|where|but|for|they|it|we|i|both|the|those|that|so|you|our|"
    r"nobody|no|all|neither|every|these|by|there) "
)

_ENDS = word_set("because since but so although though which")
_BELIEFS = re.compile(
    r" (?:felt|feel|feels|confident|believed|believe|comfortable|pretty sure|obviously|clearly|"
    r"don't think|do not think|don't know|don't really|hope|suppose|guess|mostly|i think|"
    r"probably|too big for that|can't rule|couldn't rule|"
    r"controlled for|adjusted for|statistically|significant) "
)
_OPEN = re.compile(
    r" (?:can't rule|couldn't rule|could not rule|cannot rule|didn't (?:look|check|test)|never (?:looked|checked|tested)|"
    r"did not (?:separate|look|check|test)|no (?:idea|way)|don't really (?:know|no)|i don't know|who knows|haven't) "
)
_TESTS = (
    "checked|looked|compared|matched|split|took|pulled|dropped|left|excluded|removed|reran|ran|rang|"
    "asked|called|went|measured|counted|tested|tried|sorted|separated|swapped|repeated|picked|drew|"
    "randomised|randomized|kept|held|limited|restricted|only|redid|did|put|filtered|plotted|moved|"
    "switched|turned|sat|watched|read|listened|cut"
)
_TEST = re.compile(
    rf" (?:i|we|they|someone) (?:also |then |just |had |only |went and )?(?:{_TESTS}) "
)
_FACT = re.compile(
    r" (?:same|still|both|neither|too|also|as well|already|identical|equal|equally|unchanged|flat|agreed|"
    r"before|after|until|ended|started|none|no|nobody|nothing|fewer|less|more|only|never|didn't|did not|hadn't|had|"
    r"weren't|wasn't|not|as much|just as|either|even|alike|held|stayed|moved|up|down|drawn|lot|random|"
    r"all|every|each|without|instead|half|twice|same|similar|different|opposite|other|anyway|"
    r"[a-z]*\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|hundred) "
)
_BUT = re.compile(r" (?:but|except|however|though) ")
_ELSEWHERE = re.compile(
    r" (?:too|also|as well|just as|as much|as fast|same|no different|neither|only (?:in|on|for|ran)|"
    r"nobody|no one|none|nothing|"
    r"never|before|after|already|ended|without|didn't|equally|anyway) "
)
_OUT = re.compile(
    r" so (?:that's|that is|that was|it's|it was) (?:out|not it|not that)|so no |so it wasn't|"
    r" (?:that's|that was) not it "
)
_PRICE = re.compile(r" (?:too (?:expensive|slow|hard|late|big|long)|cost us|budget|afford) ")
"""Why an option was turned down, which says nothing about a cause."""
_OUTCOMES = word_set(
    "retention conversion completion engagement usage revenue sales number numbers metric metrics",
    "rate churn satisfaction result results effect wait dashboard funnel lift drop",
)
_FIGURE = re.compile(
    r" (?:\d[\d.,]*|percent|%|points?|half|third|quarter|from (?:[a-z]+ ){1,3}to) "
)
_FINITE = re.compile(
    r" (?:(?:we|they|i|you|he|she) (?:only |never |also |all |both )?[a-z]{3,}|"
    r"was|were|is|are|had|has|have|did|didn't|hadn't|wasn't|weren't|they're|we're|it's|that's|"
    r"went|fell|rose|got|came|ran|kept|took|paid|met|built|left|lost|held|felt|bought|sent|knew|began|stayed|saw|used|made|sold|cross|crosses|live|lives|"
    r"don't|doesn't|[a-z]{3,}ed|looked|hit|cost|fit|hold|holds|share|shares|work|works|start|starts) "
)
_EMPTY = word_set(
    "the a an of in on at to for and or it was that this just they were our their my some people new "
    "other more less with by from is be been had because simply only really so we i who which one"
)


_CHANCE = word_set(
    "fluke blip coincidence holiday sale promotion bug glitch change campaign launch season strike",
    "competitor discount release update outage storm logo price tv rebrand one-off",
)
_NO_CAUSES = word_set(
    "to going doing working what how until like so as too very my always easy great good bad fair",
    "clear right true enough possible hard perfect causal until if whether when where us me mine",
    "he she not ready done sure able supposed meant allowed worth ideal optimal fun nice much",
    "really significant",
)


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
        ("checked", _CHECKED),
        ("so not", _SO_NOT),
        ("unexplained", _UNEXPLAINED),
        ("supposed", _SUPPOSED),
        ("denied", _DENIED),
        ("doubted", _DOUBTED),
        ("at the same time", _AT_THE_SAME_TIME),
        ("nothing else", _NOTHING_ELSE),
        ("ruled out", _RULED_OUT),
        ("anyway", _ANYWAY),
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
    return [found[k] for k in sorted(found)]


def _read(line: PlainLine, rival: _Rival, limit: int) -> Alternative | None:
    words = [t.text for t in line.tokens]
    if rival.first >= len(words):
        return None
    end = rival.end if rival.end >= 0 else _name_end(words, rival.first, limit)
    if end <= rival.first or not _names_a_cause(words[rival.first : end]):
        return None
    a, b = line.span(rival.first, end - 1)
    name = line.text[a:b]
    answer = _ANSWERS[rival.form](line, rival, end, min(limit, end + _REACH, len(words)))
    start, _ = line.span(rival.opener, rival.opener)
    if answer is None:
        return Alternative(name, False, "", start, b)
    c, d = line.span(answer[0], answer[1] - 1)
    return Alternative(name, True, line.text[c:d], start, max(b, d))


def _name_end(words: list[str], first: int, limit: int) -> int:
    """Return the token after the rival's name: at most nine words, up to a mark or a connective."""
    end = first
    while end < min(len(words), max(limit, first + 1), first + 9):
        if words[end] in {".", ","} or (words[end] in _ENDS | {"either"} and end > first):
            break
        if words[end] == "and" and end > first:
            break
        end += 1
    return end


def _names_a_cause(words: list[str]) -> bool:
    """Whether a rival may be named so: "easy", "going to", "to retrofit", "a big team" may not."""
    if words[0] in {"a", "an"}:
        return bool(_CHANCE.intersection(words))
    return not (words[0] in _NO_CAUSES or words[0].endswith("ly"))


def _text(line: PlainLine, first: int, end: int) -> str:
    return line.line[line.offset(first) : line.offset(end) + 1]


def _clause_end(line: PlainLine, first: int, end: int) -> int:
    """Return where the answer's sentence ends; a transcript without marks ends at `end`."""
    for k in range(first, end):
        if line.tokens[k].text == "." and k > first + 2:
            return k
    return end


_Answer = tuple[int, int]


def _answer_to_denial(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """A denial needs a reason: a clause with a verb that is more than a belief."""
    del rival
    k = start
    while k < end and line.tokens[k].text in {",", ".", "and", "either"}:
        k += 1
    marked = k > start or (k < end and line.tokens[k].text in _ENDS)
    if not marked:
        return None
    stop = min(_clause_end(line, k, end), k + 14)
    clause = _text(line, k, stop)
    opens = _REASON.match(clause)
    if not opens or len(clause.split()) < 3 or _weak(_text(line, k, min(stop, k + 10))):
        return None
    if line.tokens[k].text == "so" or not _FINITE.search(clause):
        return (k, stop) if _TEST.search(clause) and _FACT.search(clause) else None
    return k, stop


def _answer_to_doubt(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """A doubt needs a test with an outcome, "but" and a fact, or a sentence that settles it."""
    del rival
    window = _text(line, start, end)
    test = _TEST.search(window)
    but = _BUT.search(window)
    if test:
        first = line.token_at(line.offset(start) + test.start() + 1)
        rest = _text(line, first + 2, end)
        if _FACT.search(rest) and not _OPEN.search(window):
            return first, min(end, _second_clause_end(line, first, end))
    if but:
        first = line.token_at(line.offset(start) + but.start() + 1)
        stop = min(_clause_end(line, first, end), first + 24)
        rest = _text(line, first + 1, stop)
        if _FACT.search(rest) and _FINITE.search(rest) and not _weak(rest):
            return first, stop
    return _next_sentence(line, start, end)


def _answer_to_coincidence(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """Something else that happened is answered by where or when it could not have mattered."""
    del rival
    window = _text(line, start, min(_clause_end(line, start, end), start + 30))
    but = _BUT.search(window)
    if not but or _weak(window[but.start() :]) or not _ELSEWHERE.search(window[but.end() - 1 :]):
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
    if _weak(clause) or not (_FACT.search(clause) or denied) or len(clause.split()) < 2:
        return None
    return (first, stop) if denied or _ELSEWHERE.search(clause) or _OUT.search(clause) else None


def _second_clause_end(line: PlainLine, first: int, end: int) -> int:
    stop = _clause_end(line, first, end)
    return min(stop, first + 26)


def _answer_nothing_else(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "Nothing else launched that week" needs the look that showed it."""
    window = _text(line, rival.opener, min(_clause_end(line, rival.opener, end), rival.opener + 16))
    test = _TEST.search(window) or re.search(r" (?:because|since|so) ", window)
    if not test or _weak(window):
        return None
    first = line.token_at(line.offset(rival.opener) + test.start() + 1)
    return first, max(first + 1, _clause_end(line, first, end))


def _answer_to_ruling_out(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "Ruled out X" needs "because", "by" or a fact in the same breath."""
    del rival
    window = _text(line, start, _clause_end(line, start, end))
    reason = re.search(r" (?:because|since|by|as|which) ", window)
    if not reason or _weak(window[reason.start() :]) or _PRICE.search(window):
        return None
    rest = window[reason.end() - 1 :]
    if not (_FACT.search(rest) and len(rest.split()) >= 3):
        return None
    first = line.token_at(line.offset(start) + reason.start() + 1)
    return first, _clause_end(line, first, end)


def _answer_checked(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """The form itself holds the finding: "we checked the prices and they hadn't changed"."""
    match = _CHECKED.match(line.line, line.offset(rival.opener))
    if match is None or _OUTCOMES.intersection(match.group("rival").split()):
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
    figure = _FIGURE.search(around)
    if not (untouched and figure) or _OPEN.search(around):
        return None
    return before, after


def _answer_so_not(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "... so it's not just that they were richer": the fact stands before."""
    before = max(0, rival.opener - 22)
    window = _text(line, before, rival.opener)
    if not (_TEST.search(window) or " compare " in window) or not _FACT.search(window):
        return None
    return before, rival.opener


def _answer_unexplained(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "Seasonality can't explain it" needs a reason like any denial."""
    for k in range(start, min(end, start + 10)):
        if line.tokens[k].text in {".", ",", "because", "since"}:
            return _answer_to_denial(line, rival, k, end)
    return None


def _answer_to_supposing(line: PlainLine, rival: _Rival, start: int, end: int) -> _Answer | None:
    """ "If it had been X, the others would have moved too, and they didn't": both halves."""
    window = _text(line, start, end)
    would = re.search(r" (?:would|would've|wouldn't|wouldn't've|should) ", window)
    if not would:
        return None
    outcome = re.search(
        r" (?:and|but|yet|instead) (?:[a-z']+ ){0,3}(?:didn't|did not|hadn't|had not|wasn't|weren't|was|were|"
        r"stayed|did|fell|rose|moved|went|had) ",
        window[would.end() - 1 :],
    )
    if not outcome:
        return None
    return start, min(end, _clause_end(line, start, end))


def _weak(clause: str) -> bool:
    return bool(_BELIEFS.search(clause) or _OPEN.search(clause))


_ANSWERS = {
    "denied": _answer_to_denial,
    "doubted": _answer_to_doubt,
    "at the same time": _answer_to_coincidence,
    "nothing else": _answer_nothing_else,
    "ruled out": _answer_to_ruling_out,
    "checked": _answer_checked,
    "anyway": _answer_anyway,
    "so not": _answer_so_not,
    "unexplained": _answer_unexplained,
    "supposed": _answer_to_supposing,
}


def _key(name: str) -> frozenset[str]:
    words = re.findall(r"[a-z']+", name.lower())
    return frozenset(w.rstrip("s") for w in words if w not in _EMPTY)


def _same(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a & b) or a == b
