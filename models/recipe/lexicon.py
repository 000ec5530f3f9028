"""How words are pronounced: CMUdict from the pocketsphinx wheel, and additions of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

Pronunciation = tuple[str, ...]
"""Base phones of CMUdict without stress, such as ("K", "AE", "T")."""

UNKNOWN = "[unk]"
"""The word for speech that is no word of the vocabulary; its one phone is SPN."""

FILLERS = ("um", "uh", "er", "hmm", "mm")
"""Hesitations, from the most frequent."""

_ADDITIONS = {
    # A hesitation is drawn out. Twice the same phone is a biphone that no other word has, so the
    # network learns what sets "uh" apart from "a".
    "um": ("AH AH M",),
    "uh": ("AH AH",),
    "er": ("ER ER",),
    "hmm": ("HH M M", "M M"),
    "mm": ("M M",),
    "mhm": ("M HH M",),
    "approver": ("approve ER",),
    "backfill": ("back fill",),
    "barcode": ("bar code",),
    "cannibalized": ("cannibalize D",),
    "centric": ("S EH N T R IH K",),
    "classifier": ("K L AE S AH F AY ER",),
    "clickable": ("click able",),
    "confounder": ("K AH N F AW N D ER",),
    "confounders": ("confounder Z",),
    "counterfactual": ("counter F AE K CH UW AH L", "counter F AE K SH AH L"),
    "counterfactuals": ("counterfactual Z",),
    "customization": ("K AH S T AH M AH Z EY SH AH N",),
    "cutover": ("cut over",),
    "debugged": ("debug D",),
    "deduplicate": ("D IY D UW P L AH K EY T",),
    "deliverables": ("deliverable Z",),
    "deprioritize": ("D IY prioritize",),
    "directionally": ("D ER EH K SH AH N AH L IY",),
    "dropdown": ("drop down",),
    "ecommerce": ("IY commerce",),
    "escalations": ("escalation Z",),
    "flywheel": ("fly wheel",),
    "frontend": ("front end",),
    "gamed": ("game D",),
    "granularity": ("G R AE N Y AH L EH R AH T IY",),
    "guardrail": ("guard rail",),
    "guardrails": ("guardrail Z",),
    "handoff": ("hand off",),
    "holdback": ("hold back",),
    "holdbacks": ("holdback S",),
    "holdout": ("hold out",),
    "instrumented": ("IH N S T R AH M EH N T AH D",),
    "iterate": ("IH T ER EY T",),
    "iterated": ("iterate AH D",),
    "iterating": ("iterate IH NG",),
    "learnings": ("learning Z",),
    "messaged": ("message D",),
    "misaligned": ("M IH S aligned",),
    "monetization": ("M AA N AH T AH Z EY SH AH N",),
    "onboard": ("AA N B AO R D",),
    "onboarded": ("onboard AH D",),
    "onboarding": ("onboard IH NG",),
    "personalisation": ("P ER S AH N AH L AH Z EY SH AH N",),
    "personalization": ("personalisation",),
    "personas": ("persona Z",),
    "podcast": ("P AA D K AE S T",),
    "podcasts": ("podcast S",),
    "practising": ("practicing",),
    "prioritise": ("prioritize",),
    "prioritised": ("prioritized",),
    "prioritization": ("P R AY AO R AH T AH Z EY SH AH N",),
    "prototyped": ("prototype T",),
    "pushback": ("push back",),
    "queued": ("K Y UW D",),
    "ramped": ("ramp T",),
    "randomization": ("R AE N D AH M AH Z EY SH AH N",),
    "reframe": ("R IY frame",),
    "reframed": ("reframe D",),
    "reorder": ("R IY order",),
    "reordered": ("reorder D",),
    "reorders": ("reorder Z",),
    "repurchase": ("R IY purchase",),
    "roadmap": ("road map",),
    "roadmaps": ("roadmap S",),
    "rollout": ("roll out",),
    "rollouts": ("rollout S",),
    "scoped": ("scope T",),
    "shortlist": ("short list",),
    "signup": ("sign up",),
    "signups": ("signup S",),
    "skus": ("S K Y UW Z",),
    "smartphone": ("smart phone",),
    "smartphones": ("smartphone Z",),
    "sourced": ("source T",),
    "synced": ("sync T",),
    "timestamp": ("time stamp",),
    "tradeoff": ("trade off",),
    "tradeoffs": ("tradeoff S",),
    "transactional": ("transaction AH L",),
    "transitioned": ("transition D",),
    "unasked": ("AH N asked",),
    "uninstalled": ("AH N installed",),
    "uptime": ("up time",),
    "usability": ("Y UW Z AH B IH L AH T IY",),
    "voicecoach": ("voice coach",),
    "whiteboard": ("white board",),
    "winback": ("win back",),
    "wireframe": ("wire frame",),
    "wireframes": ("wireframe Z",),
    "workaround": ("work around",),
    "workarounds": ("workaround Z",),
}
"""What CMUdict lacks, or has without the way that it is said in thought.

Capitals are phones; a word in small letters stands for how that word is said.
"""

_MARK = re.compile(r"\(\d+\)$")


def dictionary_path() -> Path:
    """Return where the installed pocketsphinx wheel keeps its pronouncing dictionary."""
    import pocketsphinx

    return Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"


@cache
def load_lexicon() -> dict[str, tuple[Pronunciation, ...]]:
    """Return each word's pronunciations, the usual one first, `[unk]` among the words."""
    lexicon: dict[str, list[Pronunciation]] = {}
    with dictionary_path().open(encoding="utf-8") as lines:
        for line in lines:
            written, *phones = line.split()
            word = _MARK.sub("", written)
            if phones and word not in _ADDITIONS:
                lexicon.setdefault(word, []).append(tuple(phones))
    for word, ways in _ADDITIONS.items():
        lexicon[word] = [_join(way, lexicon) for way in ways]
    words = {word: tuple(dict.fromkeys(ways)) for word, ways in lexicon.items()}
    words[UNKNOWN] = (("SPN",),)
    return words


def _join(way: str, lexicon: Mapping[str, Sequence[Pronunciation]]) -> Pronunciation:
    """Return the phones of an addition: its own, and those of the words it is made of."""
    phones: list[str] = []
    for part in way.split():
        phones += [part] if part.isupper() else lexicon[part][0]
    return tuple(phones)
