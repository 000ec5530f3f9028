"""Keeping a story by voice: "save this as my checkout story". Pure.

The title is whatever was said between "as my" and "story": no grammar is laid over it, for nobody
can know beforehand what a story will be called. Around it the words must be those of the command,
from the first of the utterance to the last, so that "we had to save this as our last option" stays
part of an answer.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from voicecoach.dialog.activity import STRAY_WORDS, Activity, Material, take_answer
from voicecoach.dialog.state import Draft, Phase
from voicecoach.events import HESITATIONS, StorySaved

SAVE = "save"
"""The command without a title; with one, the title follows `PREFIX`."""

PREFIX = "save:"

MAX_TITLE_WORDS = 6
"""A longer title is a sentence that only sounds like a command."""

_TITLED = re.compile(
    r"(?P<head>.+?) as (?:my|the|a|an|our)(?: (?P<title>.+?))?(?P<story> (?:story|answer|example))"
    r"(?: (?:please|now|thanks|thank you|coach))*",
    re.IGNORECASE,
)
_STORY_FIRST = re.compile(
    r"(?P<head>.+? (?:story|answer|example)) as (?:(?:my|the|a|an|our) )?(?P<title>.+?)(?: one)?"
    r"(?: (?:please|now|thanks|thank you|coach))*",
    re.IGNORECASE,
)
"""That it is a story may be said at the end or at the start, but it must be said."""

_HEADS = tuple(
    f"{asking}{verb} {what}"
    for asking in ("", "can you ", "could you ", "i'd like to ", "i want to ", "let's ")
    for verb in ("save", "keep", "store", "remember")
    for what in (
        *("this", "that", "it", "this one", "that one", "this story", "that story", "my story"),
        *("this answer", "that answer", "my answer", "the story", "the answer"),
    )
)
_HEAD_ALIKE = 88.0
"""How alike one of the heads must be (0 to 100): "saved this" will do, "kept it" will not."""


def split_title(utterance: str) -> tuple[str, str] | None:
    """Return what stands before "as my ... story", and the title; None for other forms."""
    cleaned = re.sub(r"[^\w' &-]+", " ", utterance.replace("’", "'"))
    words = [word for word in cleaned.split() if word.lower() not in HESITATIONS]
    text = " ".join(words)
    found = _TITLED.fullmatch(text) or _STORY_FIRST.fullmatch(text)
    if found is None:
        return None
    title = found["title"] or ""
    return (found["head"], title) if len(title.split()) <= MAX_TITLE_WORDS else None


def begins_a_call(head: str) -> bool:
    """Whether a normalised utterance, but for its title, asks to keep a story."""
    found = process.extractOne(head, _HEADS, scorer=fuzz.ratio, score_cutoff=_HEAD_ALIKE)
    return found is not None


def save_story(activity: Activity, material: Material, draft: Draft, title: str) -> None:
    """Note that what was told is to be kept, and say so.

    Whoever asks for it in the middle of a turn has told the story: that ends the answer, but for a
    break that is being taken. With nothing told to the open task it means what was told before.
    """
    state = draft.state
    telling = len(state.held) > STRAY_WORDS
    task_id = draft.task.root_id if telling else state.told
    if not task_id:
        material.say(draft, "save_nothing", "reply")
        return
    draft.put(StorySaved(draft.at_s, task_id, title))
    if title:
        material.say(draft, "save_titled", "reply", title=title)
    else:
        material.say(draft, "save_untitled", "reply")
    if telling and state.phase is not Phase.PAUSED:
        take_answer(activity, draft, state.held)
