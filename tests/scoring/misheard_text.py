"""A recogniser's errors on purpose: words that sound like the right ones, and words left out."""

from __future__ import annotations

import random
import re
from functools import cache

from rapidfuzz.distance import Levenshtein

from voicecoach.resources import models_dir

_SOUNDS = (
    *(("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("x", "ks"), ("wh", "w"), ("kn", "n")),
    *(("gh", ""), ("dge", "j"), ("z", "s"), ("g", "k"), ("d", "t"), ("b", "p"), ("v", "f")),
    ("y", "i"),
)
_LEFT_OUT = 1 / 3
"""Share of the errors in which a word is missing."""

_CHOICES = 5


def misheard(text: str, share: float, seed: int) -> str:
    """Return a text in lower case, without punctuation, with a share of its words wrong."""
    rng = random.Random(seed)
    plain = re.sub(r"[^\w\s'%.$£€]|(?<!\d)\.|\.(?!\d)", " ", text.lower())
    heard = []
    for word in plain.split():
        luck = rng.random()
        if luck < share * _LEFT_OUT:
            continue
        wrong = luck < share and re.fullmatch(r"[a-z']+", word)
        heard.append(rng.choice(_sounds_like(word)) if wrong else word)
    return " ".join(heard)


def _skeleton(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", word)


@cache
def _vocabulary() -> dict[str, list[tuple[str, str]]]:
    """Return the words of the starter model with how they sound, by their first sound."""
    lines = (models_dir() / "starter-en" / "graph" / "words.txt").read_text("utf-8").splitlines()
    words: dict[str, list[tuple[str, str]]] = {}
    for word in (line.split()[0] for line in lines):
        if re.fullmatch(r"[a-z']{2,}", word):
            sound = _skeleton(word)
            words.setdefault(sound[:1], []).append((sound, word))
    return words


@cache
def _sounds_like(word: str) -> list[str]:
    sound = _skeleton(word)
    near = [
        (Levenshtein.distance(sound, other), candidate)
        for other, candidate in _vocabulary().get(sound[:1], [])
        if candidate != word and abs(len(other) - len(sound)) <= 2
    ]
    return [candidate for _, candidate in sorted(near)[:_CHOICES]] or ["the"]
