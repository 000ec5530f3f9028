"""How a clause is said, apart from what it is about: who acts, what is denied or compared."""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.word_sets import word_set

_SIGNS = (
    ("denial", word_set("not never didn't don't doesn't hadn't haven't wasn't weren't couldn't",
                        "can't won't no nobody nothing none without")),
    ("condition", word_set("if unless when whether would could should might will")),
    ("self", word_set("i i'd i've i'm i'll my me myself")),
    ("group", word_set("we we'd we've we're our us")),
    ("others", word_set("they she he who them her him his their people customer customers someone",
                        "somebody anyone")),
    ("contrast", word_set("but although though while whereas instead except only still rather")),
    ("cause", word_set("because so which meant therefore since why")),
    ("comparison", word_set("than same other others half against compared versus both between")),
)  # fmt: skip

FEATURES = (*(name for name, _ in _SIGNS), "number", "percent", "past", "length")
"""Names of what `discourse` returns, in its order."""

_MOST_PAST = 2
_USUAL_WORDS = 15


def discourse(words: Sequence[str], numbers: int) -> tuple[float, ...]:
    """Return the features of a clause, each about 0 to 1.

    Args:
        words: of the clause, lower case.
        numbers: how many of them are numbers.
    """
    said = frozenset(words)
    signs = (float(not said.isdisjoint(group)) for _, group in _SIGNS)
    past = min(_MOST_PAST, sum(word.endswith("ed") for word in words))
    return (
        *signs,
        float(numbers > 0),
        float("percent" in said),
        past / _MOST_PAST,
        len(words) / _USUAL_WORDS,
    )
