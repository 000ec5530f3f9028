"""Finding the vague sentence that is worth asking about: "we made a lot of improvements".

Only plain clauses are found, with nothing in them that could be a fact, because they are read
back: "You said you made a lot of improvements. What happened, exactly?" Who speaks becomes "you";
all else stays as it was said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voicecoach.scoring.clauses import Reading
from voicecoach.scoring.readback import TURNED
from voicecoach.word_sets import word_set

_SPEAKER = word_set("i we")
_DID = word_set(
    "made improved drove delivered aligned leveraged optimized optimised enhanced worked",
    "collaborated focused prioritized prioritised moved pushed saw achieved unlocked streamlined",
    "transformed addressed tackled handled built created took had got did brought found learned",
    "learnt gained changed fixed solved established provided supported managed ran added looked",
    "listened talked sat came discussed explored considered reviewed iterated started tried",
)
_EMPTY_THINGS = word_set(
    "change changes improvement improvements things thing stuff issues issue results result impact",
    "alignment picture direction progress movement engagement experience value success solution",
    "solutions effort efforts process processes approach feedback momentum insights insight",
    "learnings opportunities opportunity outcomes outcome stakeholders data analysis strategy",
    "actions action steps initiatives initiative priorities metrics numbers synergies buy-in back",
    "together look conversations conversation ground balance lot difference customers people team",
    "everyone everybody needs options journey common best well closely",
)
_OTHERS = word_set(
    "things results numbers metrics feedback morale engagement everyone everybody customers users",
    "people leadership stakeholders satisfaction performance adoption collaboration",
)
_CAME_OUT = word_set(
    "got became was were went improved looked felt loved seemed responded increased grew changed"
)
_PRAISE = word_set(
    "better great good happy happier well positive positively encouraging energized energised",
    "aligned strong stronger amazing successful successfully fantastic excited pleased impressed",
    "significantly dramatically massively hugely tremendously smoother easier improved engaged",
)
_ENDS = word_set(
    "and but because then which until when while with over across in for during after by from",
    "before where since although though as at through throughout than",
)
_UNSAFE = word_set(
    "if not no never me us myself ourselves it who what that this those these he she they it's",
    "that's there's i'd we'd i'm",
    "we're said say think guess would could should might will can't didn't don't his her their",
)
_SOFTENERS = word_set("really very pretty quite super so all just also actually then basically")
_LOOSE_ENDS = word_set("around a an the of to on about into more some any very our my i we you")
"""Words with which no clause ends: something is missing behind them."""

_FEWEST = 3
_LONGEST = 9


@dataclass(frozen=True, slots=True)
class VagueClause:
    """A clause with nothing in it.

    Attributes:
        start: its first token.
        end: the token after its last.
        spoken: fit to follow "You said".
    """

    start: int
    end: int
    spoken: str


def vague_clauses(reading: Reading) -> Iterator[VagueClause]:
    """Yield the vague clauses of an answer, in order."""
    for start, word in enumerate(reading.words):
        if word in _SPEAKER or word in _OTHERS:
            found = _clause_at(reading, start)
            if found is not None:
                yield found


def _clause_at(reading: Reading, start: int) -> VagueClause | None:
    if not _begins_there(reading, start):
        return None
    end = _end_of(reading, start)
    words = reading.words[start:end]
    kept = [word for word in words if word not in _SOFTENERS]
    if not _FEWEST <= len(kept) <= _LONGEST or not _UNSAFE.isdisjoint(kept):
        return None
    if kept[-1] in _LOOSE_ENDS or any(token.number for token in reading.tokens[start:end]):
        return None
    subject, verb, rest = kept[0], kept[1], kept[2:]
    empty = (
        verb in _DID and not _EMPTY_THINGS.isdisjoint(rest)
        if subject in _SPEAKER
        else verb in _CAME_OUT and not _PRAISE.isdisjoint(rest)
    )
    if not empty:
        return None
    spoken = " ".join(TURNED.get(word, word) for word in words)
    return VagueClause(start, end, spoken)


def _begins_there(reading: Reading, start: int) -> bool:
    """Whether a clause can begin at a token: at the start, or behind a joint of sentences."""
    if start == 0 or reading.starts_clause[start] or reading.tokens[start].sentence:
        return True
    return reading.words[start - 1] in {"and", "so", "but", "then", "because"}


def _end_of(reading: Reading, start: int) -> int:
    end = start + 1
    while end < len(reading.tokens) and end - start <= _LONGEST + 2:
        token = reading.tokens[end]
        if token.sentence or token.word in _ENDS:
            break
        if token.word == "so":
            following = reading.words[end + 1] if end + 1 < len(reading.words) else ""
            if following in _SPEAKER | _OTHERS | {"that", "the", "it"}:
                break
        end += 1
    return end
