"""How a text is delivered: by whom, with what pauses, breaths and hesitations, and what is heard.

People do not read their answers out. They wait between clauses, breathe, click their tongue, draw
their fillers out, and use words that no dictionary holds. A delivery is a text with all of this
decided, before anything is synthesised: the parts to be put one after another, and the transcript
from which the network is to learn.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from models.recipe.voices import ESPEAK, FESTIVAL, FLITE, SAMPLED, Voice, cast

UNKNOWN = "[unk]"
NOISE = "[noise]"
FILLERS = frozenset({"um", "uh", "er", "hmm", "mm"})
HUMMED = frozenset({"hmm", "mm"})
"""Only espeak-ng reads these as sounds; flite and festival spell them."""

PAUSE_SHARE = 0.3
NOISE_SHARE = 0.1
UNKNOWN_SHARE = 0.2
MADE_UP_SHARE = 0.65
"""Of the unknown words; the others are rare words of the text, missing from the transcript only."""
APART_SHARE = 0.6
"""Fillers that stand by themselves, drawn out; the others are run into the words beside them."""
COMMON_RANK = 1500
"""More frequent words are never made unknown."""

_BEFORE_CLAUSE = frozenset(
    [
        "and", "but", "so", "because", "which", "then", "when", "if", "that", "while", "or",
        "since", "although", "where", "after", "before", "with", "for", "as",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words said in one breath, `stretch` times as long as the voice's other words."""

    words: tuple[str, ...]
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Noise:
    """A sound of the speaker that is no word, `level_db` beside the loudness of speech."""

    kind: Literal["breath", "click"]
    seconds: float
    level_db: float


Part = Spoken | Pause | Noise


@dataclass(frozen=True, slots=True)
class Delivery:
    """An utterance, ready to be synthesised.

    Attributes:
        voice: who says it.
        parts: what is to be heard, in order.
        transcript: the words to learn from: `UNKNOWN` and `NOISE` among them.
        floor_db: level of the room's own noise beside full scale.
    """

    voice: Voice
    parts: tuple[Part, ...]
    transcript: tuple[str, ...]
    floor_db: float


class Director:
    """Decides how utterances are delivered: the same utterance always in the same way."""

    def __init__(
        self,
        texts: Iterable[Sequence[str]],
        seed: int,
        engines: Sequence[str] = (FLITE, FESTIVAL, ESPEAK),
        known: Iterable[str] = (),
    ) -> None:
        """Learn which words are rare in `texts`; words that are `known` are never made up.

        Sampled voices know no word but those of the dictionary, so for them none is made up.
        """
        counts: dict[str, int] = {}
        for text in texts:
            for word in text:
                counts[word] = counts.get(word, 0) + 1
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        self._rank: Mapping[str, int] = {word: rank for rank, word in enumerate(ranked)}
        self._known = frozenset(known) | counts.keys()
        self._seed = seed
        self._engines = tuple(engines)

    def direct(self, name: str, words: Sequence[str]) -> Delivery:
        """Decide how the utterance of this name and text is delivered."""
        rng = random.Random(f"{self._seed}/{name}")
        hummed = HUMMED & set(words) and ESPEAK in self._engines
        voice = cast(rng, (ESPEAK,) if hummed else self._engines)
        said, heard = self._with_unknown_words(words, rng)
        before: dict[int, list[Part]] = {}
        if rng.random() < PAUSE_SHARE and len(words) > 4:
            _add_pauses(said, before, rng)
        noises = _noise_places(said, rng) if rng.random() < NOISE_SHARE else []
        for place in noises:
            before.setdefault(place, []).extend(_noise(rng))
        parts = [Pause(rng.uniform(0.1, 0.6)), *_parts(said, before, rng)]
        parts.append(Pause(rng.uniform(0.1, 0.6)))
        for place in sorted(noises, reverse=True):
            heard.insert(place, NOISE)
        return Delivery(voice, tuple(parts), tuple(heard), rng.uniform(-80, -55))

    def _with_unknown_words(
        self, words: Sequence[str], rng: random.Random
    ) -> tuple[list[str], list[str]]:
        said, heard = list(words), list(words)
        places = [
            place
            for place, word in enumerate(words)
            if len(word) > 3 and word.isalpha() and word not in FILLERS
        ]
        if not places or len(words) < 3 or rng.random() >= UNKNOWN_SHARE:
            return said, heard
        many = 2 if len(places) > 4 and rng.random() < 0.3 else 1
        if rng.random() < MADE_UP_SHARE and SAMPLED not in self._engines:
            chosen = rng.sample(places, many)
            for place in chosen:
                said[place] = self._made_up_word(rng)
        else:
            rarest = sorted(places, key=lambda place: -self._rank.get(words[place], 1 << 30))
            chosen = [p for p in rarest[:many] if self._rank.get(words[p], 1 << 30) > COMMON_RANK]
        for place in chosen:
            heard[place] = UNKNOWN
        return said, heard

    def _made_up_word(self, rng: random.Random) -> str:
        while True:
            style = rng.choice(_STYLES)
            word = "".join(
                rng.choice(style.onsets) + rng.choice(style.vowels)
                for _ in range(rng.choice((1, 2, 2, 2, 3, 3, 4)))
            ) + rng.choice(style.endings)
            if len(word) > 3 and word not in self._known:
                return word


@dataclass(frozen=True, slots=True)
class _Style:
    """Of what the syllables of a language's names are made, roughly."""

    onsets: tuple[str, ...]
    vowels: tuple[str, ...]
    endings: tuple[str, ...]


def _style(onsets: str, vowels: str, endings: str) -> _Style:
    return _Style(tuple(onsets.split()), tuple(vowels.split()), ("", *endings.split()))


_STYLES = (
    _style(
        "b bl br d dr f fl g gl gr h j k kl l m n p pl pr s sk sl st str t tr v w z th sh ch",
        "a e i o u ee oo ai ou oi",
        "b d f g k l m n p r s t nd nt st sh x lk rm",
    ),
    _style("k s t n h m y r w g z d b sh ch ky", "a i u e o a o", "n"),
    _style("b br d dr g k kr l m n p r s sv t v z vl zd st", "a e i o u a o", "ov sky nik mir va"),
    _style("b d j k l m n p r s sh t v bh dh kh ch", "a aa i u e o", "n m r ndra sh ya pur"),
    _style("b c d f g l m n p r s t v qu ll tr br", "a e i o u ia io", "s r n do dez no"),
    _style("b d f g h k l m n p r s sch t w z st kr", "a e i o u au ei", "en er ch tz mann burg"),
)


def _add_pauses(said: Sequence[str], before: dict[int, list[Part]], rng: random.Random) -> None:
    """Put one or two pauses between words, rather before a clause than elsewhere."""
    inside = range(1, len(said))
    clauses = [place for place in inside if said[place] in _BEFORE_CLAUSE]
    for _ in range(rng.choice((1, 1, 1, 2))):
        place = rng.choice(clauses if clauses and rng.random() < 0.7 else inside)
        before.setdefault(place, []).append(Pause(rng.uniform(0.2, 1.5)))


def _noise_places(said: Sequence[str], rng: random.Random) -> list[int]:
    places = range(len(said) + 1)
    return rng.sample(places, min(len(places), rng.choice((1, 1, 2))))


def _noise(rng: random.Random) -> list[Part]:
    if rng.random() < 0.65:
        noise = Noise("breath", rng.uniform(0.2, 0.5), rng.uniform(-26, -8))
    else:
        noise = Noise("click", rng.uniform(0.03, 0.12), rng.uniform(-14, 2))
    return [Pause(rng.uniform(0.03, 0.25)), noise, Pause(rng.uniform(0.03, 0.25))]


def _parts(said: Sequence[str], before: Mapping[int, list[Part]], rng: random.Random) -> list[Part]:
    parts: list[Part] = []
    run: list[str] = []

    def breathe(*more: Part) -> None:
        if run:
            parts.append(Spoken(tuple(run)))
            run.clear()
        parts.extend(more)

    for place, word in enumerate(said):
        if place in before:
            breathe(*before[place])
        if word in FILLERS and rng.random() < APART_SHARE:
            breathe(*_filler(word, rng))
        else:
            run.append(word)
    breathe(*before.get(len(said), ()))
    return parts


def _filler(word: str, rng: random.Random) -> list[Part]:
    """A filler drawn out, often with silence around it."""
    parts: list[Part] = [Spoken((word,), stretch=rng.triangular(0.9, 2.6, 1.5))]
    if rng.random() < 0.6:
        parts.insert(0, Pause(rng.uniform(0.05, 0.5)))
    if rng.random() < 0.7:
        parts.append(Pause(rng.uniform(0.05, 0.8)))
    return parts
