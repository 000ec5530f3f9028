"""Rules for a result: a line that a figure may cross, and what the speaker does on each side of it.

"If repeats slip any further I stop it, whatever the vans say": a condition that can be measured,
and after it somebody of the speaker's side who acts. "Fewer than ninety, and we go back" has no
"if"; "I'd ship it only if under five in a hundred go wrong" says the act first. To look, ask or
check again is no act, and a condition that nobody could measure ("if it works") is no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicecoach.scoring.clauses import Reading
from voicecoach.scoring.cues import Hit
from voicecoach.word_sets import word_set

_WITH_FIGURE = ("actionability.strong.rule_for_the_result", "decision.strong.line_drawn")
_WITHOUT = ("actionability.weak.rule_without_figure", "decision.weak.choice_planned")

_IF = word_set("if when once unless until should whenever had")
_BARE = word_set("fewer less below under above over past beyond anything")
_MEASURED = word_set(
    "worse better up down more less flat fewer between nothing nobody most none half third",
    "quarter double twice past above below under over beyond higher lower drops drop falls fall",
    "slips slip rises rise dips dip climbs climb grows shrinks moves move budges budge hits",
    "reaches passes passed misses doubles halves stays stay holds",
)
_SHARES = word_set("half third thirds quarter fifth tenth double twice")
_ASKS = word_set("is are was were does do did will would can could")
"""Words that make a question of "when"."""

_SELF = word_set("i we i'd we'd i'll we'll you'd you'll")
_WILL = word_set("i'd we'd i'll we'll you'd you'll would will won't wouldn't")
_BETWEEN = word_set(
    "would will won't wouldn't don't do can should must have to just also simply then only not",
    "never immediately probably certainly happily straight go ahead and start still quietly",
)
_ACTS = word_set(
    "ship shipping stop end ends roll launch leave go pull keep drop switch turn put kill open",
    "close hold raise cut cancel refund extend expand scrap charge remove pause revert reverse",
    "halve double buy hire move bin shelve dump ditch hand return give increase introduce cap",
    "limit delay add replace rewrite rework retire fix narrow widen walk withdraw sell freeze",
    "lower take bring abandon unwind suspend release build redesign redo invest spend shut call",
    "scale renew sign offer restore reinstate mothball park settle change discontinue lift set",
    "make carry let wind pay send back swap shrink postpone commit use",
)
_NO_ACT = frozenset(
    [
        ("go", "and"),
        ("go", "with"),
        ("keep", "monitoring"),
        ("keep", "watching"),
        ("keep", "an"),
        ("keep", "looking"),
        ("take", "a"),
        ("make", "sure"),
        ("put", "up"),
        ("add", "that"),
        ("call", "it"),
        ("make", "a"),
        ("set", "up"),
        ("hold", "my"),
        ("leave", "with"),
    ]
)
"""Verbs that with the next word are talk, looking or preparation."""

_THINGS = word_set("it that this would will it'd that'd it'll")
_ENDS = word_set("ends stops dies end stop")
"""What becomes of a thing when the line is crossed."""

_GOES = word_set("go goes come comes")
_SOMEWHERE = word_set("back to off out down home elsewhere live everywhere ahead")

_PASSED = word_set("passed reached fallen dropped gone come been hit risen moved slipped stayed")
_TURNS = word_set("if because when so what which")
"""Words behind a condition at which something else begins."""

_LONGEST_CONDITION = 18
_ACT_WITHIN = 20
_BARE_ACT_WITHIN = 7
_BARE_WITHIN = 3
_CONDITION_AFTER_ACT = 8
_LONGEST_WAY_TO_ACT = 4


def result_rules(reading: Reading) -> list[Hit]:
    """Return where a rule for a result stands, once for each facet that it shows.

    Where the line has no figure ("if more of them pay I'd keep it"), the rule is only half one.
    """
    words = reading.words
    hits = []
    for at, word in enumerate(words):
        if word in _IF or word in _BARE:
            line = _condition_first(reading, at)
        elif word in _SELF:
            line = _act_first(reading, at)
        else:
            continue
        if line:
            start, end = line
            cues = _WITH_FIGURE if _figure(reading, at, end) else _WITHOUT
            hits += [Hit(cue, start, end) for cue in cues]
    return hits


def _condition_first(reading: Reading, at: int) -> tuple[int, int] | None:
    """Return the span of a condition that begins at `at` and of the act that follows from it."""
    words = reading.words
    measured = _measured(reading, at)
    if not measured or words[at + 1] in _ASKS:
        return None
    past = words[at] == "had"
    if past and (words[at + 1] in _SELF or not _PASSED & set(words[at + 2 : at + 6])):
        return None
    within = _BARE_ACT_WITHIN if words[at] in _BARE else _ACT_WITHIN
    for start in range(measured, min(measured + within, len(words))):
        if words[start] in _TURNS:
            return None
        if end := _act(words, start, past):
            return at, end
    return None


def _measured(reading: Reading, at: int) -> int:
    """Return the place behind the first figure or comparison of a condition, or 0."""
    words = reading.words
    bare = words[at] in _BARE
    reach = _BARE_WITHIN if bare else _LONGEST_CONDITION
    for place in range(at + 1, min(at + 1 + reach, len(words))):
        if words[place] in _TURNS:
            return 0
        if _is_figure(reading, place) or (not bare and words[place] in _MEASURED):
            return place + 1
        if bare and place == at + 1 and words[place] in {"that", "half"}:
            return place + 1
    return 0


def _figure(reading: Reading, start: int, end: int) -> bool:
    """Whether a figure stands in a span, or a word that refers to one: "below that"."""
    words = reading.words
    return (
        any(_is_figure(reading, place) for place in range(start, min(end + 4, len(words))))
        or not _SHARES.isdisjoint(words[start:end])
        or words[start] in _BARE
    )


def _is_figure(reading: Reading, at: int) -> bool:
    """Whether a number stands here that is no mere "one"; "one in fifty" is."""
    if not reading.tokens[at].number:
        return False
    following = reading.tokens[at + 1 : at + 3]
    share = len(following) == 2 and following[0].word == "in" and following[1].number
    return reading.words[at] != "one" or share


def _act(words: Sequence[str], start: int, past: bool = False) -> int:
    """Return the end of an act of the speaker's side that begins at `start`, or 0.

    Args:
        words: of the answer.
        start: where the act would begin.
        past: whether the line was never crossed: "I would have cut it".
    """
    following = words[start + 1] if start + 1 < len(words) else ""
    if words[start] in _ENDS and words[start - 1] in _THINGS:
        return start + 1
    if words[start] in _GOES and following in _SOMEWHERE:
        return start + 2
    if words[start] not in _SELF:
        return 0
    if past:
        return start + 4 if "have" in words[start + 1 : start + 3] else 0
    for place, word in _way_to_verb(words, start):
        if word in _ACTS:
            pair = (word, words[place + 1] if place + 1 < len(words) else "")
            return 0 if pair in _NO_ACT else min(place + 2, len(words))
    return 0


def _way_to_verb(words: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    """Yield the words behind a subject as far as its verb."""
    for place in range(start + 1, min(start + 1 + _LONGEST_WAY_TO_ACT, len(words))):
        yield place, words[place]
        if words[place] not in _BETWEEN:
            return


def _act_first(reading: Reading, at: int) -> tuple[int, int] | None:
    """Return the span of an announced act and of the condition behind it."""
    words = reading.words
    if not _WILL & set(words[at : at + 2]):
        return None
    end = _act(words, at)
    if not end:
        return None
    for place in range(end - 1, min(end + _CONDITION_AFTER_ACT, len(words))):
        if words[place] in {"if", "unless", "until", "when", "once"}:
            measured = _measured(reading, place)
            return (at, measured) if measured else None
        if words[place] in _TURNS:
            return None
    return None
