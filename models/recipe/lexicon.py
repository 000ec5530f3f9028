"""How words are pronounced: CMUdict from the pocketsphinx wheel, and additions of our own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

Pronunciation = tuple[str, ...]
"""Base phones of CMUdict without stress, such as ("K", "AE", "T")."""

UNKNOWN = "[unk]"
"""The word for speech that is no word of the vocabulary; its one phone is SPN."""

FILLERS = ("um", "uh", "er", "hmm", "mm")
"""Hesitations, from the most frequent."""

_ADDITIONS = {
    "um": ("AH M", "AH"),
    "uh": ("AH",),
    "er": ("ER", "EH R"),
    "hmm": ("HH M", "M"),
    "mm": ("M",),
    "mhm": ("M HH M",),
    "backlogs": ("B AE K L AO G Z",),
    "baseline's": ("B EY S L AY N Z",),
    "counterfactual": ("K AW N T ER F AE K CH UW AH L", "K AW N T ER F AE K SH AH L"),
    "counterfactuals": ("K AW N T ER F AE K CH UW AH L Z",),
    "confounder": ("K AH N F AW N D ER",),
    "confounders": ("K AH N F AW N D ER Z",),
    "dropdown": ("D R AA P D AW N",),
    "flywheel": ("F L AY W IY L",),
    "gamed": ("G EY M D",),
    "practising": ("P R AE K T IH S IH NG",),
    "unasked": ("AH N AE S K T",),
    "guardrail": ("G AA R D R EY L",),
    "guardrails": ("G AA R D R EY L Z",),
    "holdback": ("HH OW L D B AE K",),
    "holdbacks": ("HH OW L D B AE K S",),
    "holdout": ("HH OW L D AW T",),
    "onboarding": ("AA N B AO R D IH NG",),
    "optout": ("AA P T AW T",),
    "personalisation": ("P ER S AH N AH L AH Z EY SH AH N",),
    "personalization": ("P ER S AH N AH L AH Z EY SH AH N",),
    "prioritise": ("P R AY AO R AH T AY Z",),
    "prioritised": ("P R AY AO R AH T AY Z D",),
    "reorder": ("R IY AO R D ER",),
    "reordered": ("R IY AO R D ER D",),
    "reorders": ("R IY AO R D ER Z",),
    "repurchase": ("R IY P ER CH AH S",),
    "rollout": ("R OW L AW T",),
    "rollouts": ("R OW L AW T S",),
    "skus": ("S K Y UW Z",),
    "smartphone": ("S M AA R T F OW N",),
    "smartphones": ("S M AA R T F OW N Z",),
    "tradeoff": ("T R EY D AO F",),
    "tradeoffs": ("T R EY D AO F S",),
    "voicecoach": ("V OY S K OW CH",),
    "workaround": ("W ER K ER AW N D",),
    "workarounds": ("W ER K ER AW N D Z",),
}
"""Written by hand: what CMUdict lacks, with phones separated by spaces."""

_MARK = re.compile(r"\(\d+\)$")
_VOICELESS = frozenset(["P", "T", "K", "F", "TH"])
_SIBILANTS = frozenset(["S", "Z", "SH", "ZH", "CH", "JH"])


def dictionary_path() -> Path:
    """Return where the installed pocketsphinx wheel keeps its pronouncing dictionary."""
    import pocketsphinx

    return Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"


@cache
def load_lexicon() -> dict[str, tuple[Pronunciation, ...]]:
    """Return each word's pronunciations, the usual one first, `[unk]` among the words."""
    lexicon: dict[str, list[Pronunciation]] = {
        word: [tuple(phones.split()) for phones in spoken] for word, spoken in _ADDITIONS.items()
    }
    additions = frozenset(lexicon)
    with dictionary_path().open(encoding="utf-8") as lines:
        for line in lines:
            written, *phones = line.split()
            word = _MARK.sub("", written)
            if phones and word not in additions:
                lexicon.setdefault(word, []).append(tuple(phones))
    words = {word: tuple(dict.fromkeys(spoken)) for word, spoken in lexicon.items()}
    words[UNKNOWN] = (("SPN",),)
    return words


def pronounce(word: str) -> tuple[Pronunciation, ...]:
    """Return a word's pronunciations, made from its parts if need be; empty if that fails.

    The parts are those that English adds without changing the stem: the possessive, the plural and
    `un`, `re`, `non`, `over`, `under` before a known word, and two known words written as one.
    """
    lexicon = load_lexicon()
    if word in lexicon:
        return lexicon[word]
    for ending in ("'s", "s"):
        stem = word.removesuffix(ending)
        if stem != word and stem in lexicon:
            return tuple(phones + _plural(phones) for phones in lexicon[stem])
    for prefix in ("un", "re", "non", "over", "under", "mis", "pre"):
        stem = word.removeprefix(prefix)
        if stem != word and len(stem) > 3 and stem in lexicon:
            return (_PREFIXES[prefix] + lexicon[stem][0],)
    for cut in range(len(word) - 3, 2, -1):
        first, second = word[:cut], word[cut:]
        if first in lexicon and second in lexicon:
            return (lexicon[first][0] + lexicon[second][0],)
    return ()


_PREFIXES: dict[str, Pronunciation] = {
    "un": ("AH", "N"),
    "re": ("R", "IY"),
    "non": ("N", "AA", "N"),
    "over": ("OW", "V", "ER"),
    "under": ("AH", "N", "D", "ER"),
    "mis": ("M", "IH", "S"),
    "pre": ("P", "R", "IY"),
}


def _plural(phones: Pronunciation) -> Pronunciation:
    """The sound of -s after a stem: as in cats, dogs, boxes."""
    if phones[-1] in _SIBILANTS:
        return ("AH", "Z")
    return ("S",) if phones[-1] in _VOICELESS else ("Z",)
