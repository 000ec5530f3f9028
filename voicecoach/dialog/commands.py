"""Spoken commands: is this whole utterance one of them? Pure.

A command is recognised only when it stands alone between two pauses, so that "we decided to skip
the next release" is never one. Recognisers mishear, so phrases are compared loosely; a loose match
of a short phrase is a false command, so the shorter the phrase, the closer the match must be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from voicecoach.dialog import story_calls
from voicecoach.events import HESITATIONS

MAX_WORDS = 8
"""Nobody needs more words for a command; longer utterances are answers."""

_PRELUDE = re.compile(
    r"^(?:(?:okay|ok|coach|hey|please|sorry|well|so|right|now|just|and)\s+)+",
    re.IGNORECASE,
)
_SHORT_FORMS = (
    (re.compile(r"\b(i) am\b"), r"\1'm"),
    (re.compile(r"\b(that|what) is\b"), r"\1's"),
    (re.compile(r"\b(let) us\b"), r"\1's"),
    (re.compile(r"\b(i) would\b"), r"\1'd"),
    (re.compile(r"\b(i) will\b"), r"\1'll"),
    (re.compile(r"\b(i) have (?=\w)"), r"\1've "),
    (re.compile(r"\b(you) are\b"), r"\1're"),
    (re.compile(r"\b(do|did) not\b"), r"\1n't"),
)
"""A recogniser writes "I am" for "I'm", and the other way round."""

_CODA = re.compile(r"(?:\s+(?:please|now|thanks|thank you|coach))+$", re.IGNORECASE)


def normalise(text: str) -> str:
    """Return the bare phrase: lower case, short forms, no punctuation, no "um, coach, please"."""
    text = re.sub(r"[^a-z' ]+", " ", text.lower().replace("’", "'"))
    for long_form, short_form in _SHORT_FORMS:
        text = long_form.sub(short_form, " ".join(text.split()))
    return _bare(text)


def _bare(text: str) -> str:
    """Return a text, spelt as it is, without punctuation, hesitations and "coach, please"."""
    words = re.sub(r"[^\w' &-]+", " ", text.replace("’", "'")).split()
    text = " ".join(word for word in words if word.lower() not in HESITATIONS)
    return _CODA.sub("", _PRELUDE.sub("", text))


class CommandMatcher:
    """Finds the command that an utterance is, if it is one.

    Args:
        phrases: by command, the ways to say it.
        optional: commands that count only where the dialogue asks for them, such as ``yes``.
    """

    def __init__(
        self,
        phrases: Mapping[str, tuple[str, ...]],
        optional: tuple[str, ...] = ("yes", "no"),
    ) -> None:
        self._command_of = {
            normalise(phrase) or phrase: name for name, group in phrases.items() for phrase in group
        }
        self._optional = optional
        self._saves = story_calls.SAVE in phrases

    def match(self, utterance: str, asked: bool = False) -> str | None:
        """Return the command's name, or None; a story's title follows its name: ``save:checkout``.

        Args:
            utterance: a whole utterance, between two pauses.
            asked: whether the optional commands count.
        """
        if self._saves:
            title = story_calls.find_title(_bare(utterance))
            if title is not None:
                return story_calls.PREFIX + title if title else story_calls.SAVE
        phrase = normalise(utterance)
        words = len(phrase.split())
        if not phrase or words > MAX_WORDS:
            return None
        # One wrong letter in "skip" is another word; two in "stop the interview" are an accent.
        cutoff = 100.0 if words == 1 else 92.0 if words == 2 else 86.0
        found = process.extractOne(
            phrase, self._command_of.keys(), scorer=fuzz.ratio, score_cutoff=cutoff
        )
        if found is None:
            return None
        name = self._command_of[found[0]]
        return None if name in self._optional and not asked else name
