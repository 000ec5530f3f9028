"""Who interviews, and how: styles, personas, and the manner that comes of both. Pure.

A style is chosen by the candidate, a persona comes with a round. Both change wording, patience and
how hard a claim is pressed. Neither is ever shown to the judge, so that neither changes a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voicecoach.scoring.types import ProbeChoice

NEUTRAL = "neutral"
"""The style of an interview that asks for none: the usual wordings."""

TELLS = ("always", "when_good")
"""When the leaning to hire or not is said aloud. It always stands in the report."""

INSISTS = ("rarely", "once", "until_shown")
"""How hard a follow-up is pressed that was not answered.

``rarely``: one second wording a question; ``once``: one for each follow-up; ``until_shown``: also
where what was asked for is only half shown.
"""

CALLED_FOR = 3
"""A persona chooses among so many of the follow-ups that an answer calls for most."""

Phrases = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Style:
    """A manner of interviewing.

    Attributes:
        name: as on the command line.
        about: one line for those who choose.
        patience: how many times the usual silence it waits before it says something; above one it
            also leaves more time to think in an answer. An impatient one nudges, and cuts nobody
            off.
        insists: one of `INSISTS`.
        more_probes: follow-ups to a question above the plan's number.
        tells_leaning: one of `TELLS`.
        phrases: wordings instead of the usual ones, by key.
    """

    name: str
    about: str
    patience: float
    insists: str
    more_probes: int
    tells_leaning: str
    phrases: Phrases = field(hash=False)


@dataclass(frozen=True, slots=True)
class Persona:
    """An interviewer.

    Attributes:
        name: as in the plans.
        title: what the candidate calls them, such as ``bar raiser``.
        introduction: one sentence each, in the first person.
        style: theirs, unless the candidate asked for another.
        patience: times the style's.
        favours: probes that they put first, where the answer calls for them.
        leaves: probes that they leave to others.
        phrases: wordings of their own, by key.
    """

    name: str
    title: str
    introduction: tuple[str, ...]
    style: str
    patience: float
    favours: tuple[str, ...]
    leaves: tuple[str, ...]
    phrases: Phrases = field(hash=False)


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is interviewed at a moment: a style, and a persona where there is one.

    Attributes:
        style: name of the style: which wordings of probes are used.
        persona: name of the persona, '' for none.
        patience: see `Style`.
        insists: see `Style`.
        more_probes: see `Style`.
        tells_leaning: see `Style`.
        favours: see `Persona`.
        leaves: see `Persona`.
        phrases: wordings instead of the usual ones, by key.
    """

    style: str = NEUTRAL
    persona: str = ""
    patience: float = 1.0
    insists: str = "once"
    more_probes: int = 0
    tells_leaning: str = "when_good"
    favours: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    phrases: Phrases = field(default_factory=dict, hash=False)

    def order(self, choices: Sequence[ProbeChoice]) -> list[ProbeChoice]:
        """Return follow-ups in the order in which this interviewer would put them.

        Only among the first `CALLED_FOR` a favoured one moves up: what an answer does not call for
        is not asked because somebody likes to ask it.
        """
        mine = [c for c in choices if c.probe not in self.leaves] or list(choices)
        first, rest = mine[:CALLED_FOR], mine[CALLED_FOR:]
        return [*sorted(first, key=lambda c: c.probe not in self.favours), *rest]


def manner_of(style: Style, persona: Persona | None = None) -> Manner:
    """Return the manner of somebody in a style; a persona's own phrases go before the style's."""
    return Manner(
        style=style.name,
        persona=persona.name if persona else "",
        patience=style.patience * (persona.patience if persona else 1.0),
        insists=style.insists,
        more_probes=style.more_probes,
        tells_leaning=style.tells_leaning,
        favours=persona.favours if persona else (),
        leaves=persona.leaves if persona else (),
        phrases={**style.phrases, **(persona.phrases if persona else {})},
    )
