"""Keeping a story by voice: "save this as my checkout story". Pure.

The title is whatever was said between "as my" and "story": no grammar is laid over it, for nobody
can know beforehand what a story will be called. Around it the words must be those of the command,
from the first of the utterance to the last, so that "we had to save this as our last option" stays
part of an answer.
"""

from __future__ import annotations

import re

from voicecoach.dialog.activity import STRAY_WORDS, Activity, Material, take_answer
from voicecoach.dialog.state import Draft, Phase
from voicecoach.events import StorySaved

SAVE = "save"
"""The command without a title; with one, the title follows `PREFIX`."""

PREFIX = "save:"

MAX_TITLE_WORDS = 6
"""A longer title is a sentence that only sounds like a command."""

_ASKING = r"(?:(?:can|could) you |i'd like to |i would like to |i want to |let's |let us )?"
_CALL = re.compile(
    rf"{_ASKING}(?P<verb>saved?|safe|same|keep|store|remember|say|skip)"
    r" (?P<what>this|that|it|the|my)(?P<kind> (?:one|story|answer|example))?"
    r" (?P<link>as|is|of|us|has)(?: (?P<whose>my|the|a|an|our))?(?: (?P<title>.+?))??"
    r"(?P<end> (?:one|story|answer|example))?",
    re.IGNORECASE,
)
"""Around the title. "Save" and "keep" are said so rarely that a recogniser may write "say" and
"skip" for them, and "is" or "of" for "as": so near to "as my ... story" nothing else is meant."""

_VERBS = frozenset({"save", "keep", "store", "remember"})
_STORIES = frozenset({"story", "answer", "example"})


def find_title(utterance: str) -> str | None:
    """Return the title under which a story is to be kept, '' for none; None for anything else.

    Args:
        utterance: a whole utterance, without "coach" and "please" around it.
    """
    found = _CALL.fullmatch(utterance)
    if found is None:
        return None
    verb, link = found["verb"].lower(), found["link"].lower()
    named = {(found[part] or "").strip().lower() for part in ("kind", "end")}
    whose, title = (found["whose"] or "").lower(), found["title"] or ""
    if not named & _STORIES or len(title.split()) > MAX_TITLE_WORDS:
        return None  # that it is a story must be said, or anything may be meant
    if not whose and (not title or not verb.startswith("sa")):
        return None  # "keep the story as it is"
    if verb in ("say", "same") and link != "as" and whose != "my":
        return None  # "say that is the whole story"
    return title if title or verb in _VERBS else None


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
