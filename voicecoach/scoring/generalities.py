"""Truths of the present that close a story: "a wrong box is a care home without milk".

Told late, of somebody or of the thing that the story was about, such a sentence is what the story
comes to. No list of phrases holds them, for their words are the story's own; what they share is
their form: one of a kind, and what it does now.
"""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.scoring.clauses import Reading
from voicecoach.scoring.cues import Hit
from voicecoach.scoring.rubric import Rubric
from voicecoach.word_sets import word_set

_CUE = "so_what.strong.general_truth"

_OF_A_KIND = word_set("a an every each one someone somebody anyone people")
_FAR = 12
"""Words from the kind to its verb, with a relative clause in between; half of it without."""

_RELATIVES = word_set("who who's that that's which whose")

_PRESENT = word_set(
    "is isn't doesn't can't won't never means costs saves loses pays buys keeps comes trusts waits",
    "stays sleeps eats walks leaves stops dies quits cancels switches orders renews returns hurts",
    "matters breaks spoils rarely seldom falls learns knows gets has goes drives",
)
_PRESENT_OF_MANY = word_set(
    "are aren't don't can can't won't never have get lose pay buy keep go come stop stay leave",
    "wait spend walk drive switch quit cancel order renew forget trust rarely seldom",
)
_ELSEWHERE = word_set(
    "i i'd i'll i've i'm we we'd we'll we've we're was were had did didn't would wouldn't could",
    "couldn't should might may will because but so if then went fell rose stayed said told asked",
    "it's that's there's there it he she they when what how whether",
)
"""Words that no such sentence has before its verb: another sentence has begun, or another time."""

_NO_OPENING = word_set(
    "of in on at with to from by into for about like as than per without had have has",
    "was were is are be it's that's there's put got get took take made make gave give sent wrote",
    "told bought add added use used write build want need such not just only quite what pick if",
    "whether unless dollars pounds euros percent times that which",
)
"""Words after which "a ..." is no subject."""

_OF_THE_WORK = word_set(
    "count measure metric number figure rule test comparison cap rate share question reason plan",
    "lesson thing lot bit few couple way case risk result third half quarter year month week while",
    "story point answer decision one kind sort version feature trial pilot lift gap product pm",
)
"""A kind of these is what the speaker works with and nobody's life."""

_DEFINED = word_set(
    "counted complete defined called measured marked drawn picked assigned shown done good bad",
    "counts count fine important hard easy difficult great",
)
_SHORT = 4
"""A shorter word carries no matter from one sentence to another."""

_STEM = 5


def general_truths(reading: Reading, rubric: Rubric) -> list[Hit]:
    """Return where one of a kind is said to do or to be something now."""
    hits = []
    told = _first_told(reading.words)
    for start, word in enumerate(reading.words):
        if word not in _OF_A_KIND or (start and reading.words[start - 1] in _NO_OPENING):
            continue
        verb = _verb_after(reading.words, start)
        if verb and _concerns_the_story(reading, rubric, told, start, verb):
            hits.append(Hit(_CUE, start, min(verb + 6, len(reading.words))))
    return hits


def _verb_after(words: Sequence[str], start: int) -> int:
    """Return where the verb in the present stands that belongs to the subject at `start`, or 0."""
    many = words[start] == "people"
    if many and words[start + 1 : start + 2] not in (("who",), ("whose",)):
        return 0  # "people don't like change" is said of everything
    verbs = _PRESENT_OF_MANY if many else _PRESENT
    reach, relative = _FAR // 2, -1
    for at in range(start + 1, min(start + _FAR + 1, len(words))):
        word = words[at]
        if word in _RELATIVES:
            reach, relative = _FAR, at
        elif word in verbs and (at > start + 1 or words[start].endswith(("one", "body"))):
            if relative == at - 1 and not words[relative].endswith("'s"):
                continue  # the verb of the relative clause
            following = words[at + 1 : at + 3]
            return 0 if _DEFINED.intersection(following) or len(following) < 2 else at
        elif word in _ELSEWHERE or at - start > reach:
            return 0
    return 0


def _concerns_the_story(
    reading: Reading, rubric: Rubric, told: dict[str, int], start: int, verb: int
) -> bool:
    """Whether the subject is a person, or something that was spoken of before."""
    subject = range(start + 1, verb)
    if any(reading.words[at] in _OF_THE_WORK for at in subject):
        return False
    if reading.words[start] in {"someone", "somebody", "anyone", "people"}:
        return True
    return any(
        rubric.matcher.in_class("person", reading.tokens[at])
        or (len(reading.words[at]) >= _SHORT and told[reading.words[at][:_STEM]] < start)
        for at in subject
    )


def _first_told(words: Sequence[str]) -> dict[str, int]:
    """Return where each stem was first said."""
    first: dict[str, int] = {}
    for at, word in enumerate(words):
        first.setdefault(word[:_STEM], at)
    return first
