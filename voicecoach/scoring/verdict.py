"""What an interview comes to: its strongest moment, and the layer that it is weakest in. Pure.

Of several answers the moment comes from one, and the layer is judged over all questions that call
for it. What is praised is never missed in the same breath.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from voicecoach.events import Word
from voicecoach.scoring.types import FULL_LEVEL, Evidence, Score
from voicecoach.scoring.verbatim import MOST_QUOTED, quotable

LAYERS = ("isolation", "sensitivity", "actionability")
"""What a causal story is made of: was it the change, what would break it, what did it change."""

LAYERED_TYPES = frozenset({"data_story", "stop_decision", "voice_product", "pricing_case"})
"""Types of question that call for all three layers; others call for those that they name."""

MOST_READ_BACK = 14
"""Words of praise and of a claim together, so that the closing words stay short."""

SURE = 0.7
"""Mean confidence of words that are read back: a wrong quote is worse than none."""

_ASKED_BY = {
    "isolation": ("counterfactual", "confounders", "baseline"),
    "sensitivity": ("sensitivity", "confounders"),
    "actionability": ("decision", "so_what"),
    "metric_quality": ("metric_why", "against_metric"),
    "decision": ("decision", "tradeoff"),
    "quantified_result": ("baseline", "quantify"),
    "so_what": ("so_what",),
}
"""The follow-ups by which a claim is asked for a facet: for all of `CLAIM_LACKS`."""

_AKIN = (frozenset({"actionability", "decision"}),)
"""Facets that sound alike: praise of the one with blame of the other would be heard as both."""

_NAMED = 2.0
"""How much more a layer counts where the question names it."""

_MOSTLY_SHOWN = 0.75
"""Share of a facet from which, after the first, a gap is not worth a concern of its own."""

_OWN_DOING = frozenset({"i", "we", "my", "our"})
"""What the speaker did stands for itself; "the easy answer was" may be what they refused."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered.

    Attributes:
        task_id: of the question, as in the events.
        question_type: one of `voicecoach.scoring.types.QUESTION_TYPES`.
        facets: those that matter most to the question, most important first.
        score: of the answer with the replies to its follow-ups.
        words: of all that, as they were heard; none where every word counts as sure.
        alone: rating of the answer before the first follow-up; None where none was put, or none
            could be given.
    """

    task_id: str
    question_type: str
    facets: tuple[str, ...]
    score: Score
    words: tuple[Word, ...] = ()
    alone: float | None = None

    @property
    def number(self) -> str:
        """The question's number, as its id has it."""
        return self.task_id.removeprefix("q")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that was done well.

    Attributes:
        item: the answer.
        facet: what was done well.
        level: 1 where it was only begun.
        quote: in which words; '' where none can be read back.
    """

    item: Answered
    facet: str
    level: int
    quote: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What was missed most.

    Attributes:
        item: the answer in which it was missed most.
        facet: what was missed; one of `LAYERS` where the questions call for them.
    """

    item: Answered
    facet: str


def weigh(judged: Sequence[Answered]) -> tuple[Moment | None, Gap | None]:
    """Return the strongest moment and the weakest layer of an interview, never of one kind.

    Args:
        judged: the answers that could be scored; at least one.
    """
    gap = find_gap(judged)
    moment = find_moment(judged)
    if gap is not None and moment is not None and gap.facet in _kind(moment.facet):
        # Praise is found in many places: another one will do, if it is as good.
        other = find_moment(judged, without=_kind(gap.facet))
        if other is not None and other.level == moment.level:
            return other, gap
        gap = find_gap(judged, without=_kind(moment.facet))
    return moment, gap


def find_moment(judged: Sequence[Answered], without: Collection[str] = ()) -> Moment | None:
    """Return what was done best; None where nothing was shown.

    What matters to its question counts before what does not, what can be quoted before what cannot,
    the better answer before the worse one, and what the speaker did before what there was.
    """

    def worth(moment: Moment) -> tuple[float, ...]:
        own = bool(_OWN_DOING & set(moment.quote.lower().split()))
        return (
            moment.level,
            moment.facet in moment.item.facets,
            bool(moment.quote),
            moment.item.score.overall or 0.0,
            -_place(moment.item, moment.facet),
            own,
        )

    found = [m for item in judged for m in _moments(item) if m.facet not in without]
    return max(found, key=worth, default=None)


def find_gap(judged: Sequence[Answered], without: Collection[str] = ()) -> Gap | None:
    """Return the weakest of the layers that are called for; where none is weak, of what matters.

    None where nothing is missing.
    """
    for names, weight in ((LAYERS, _calls_for_layer), (_facets_of(judged), _calls_for)):
        gaps = [
            (share, -called, order, gap)
            for order, name in enumerate(names)
            if name not in without
            for share, called, gap in _missing(judged, name, weight)
        ]
        if gaps:
            return min(gaps, key=lambda g: g[:3])[3]
    return None


def _missing(
    judged: Sequence[Answered], name: str, weight: Callable[[Answered, str], float]
) -> Iterator[tuple[float, float, Gap]]:
    """Yield how much of a facet was shown (0 to 1), how much it was called for, and where not."""
    called = [(weight(item, name), item) for item in judged]
    called = [(much, item) for much, item in called if much]
    total = sum(much for much, _ in called)
    shown = sum(much * item.score.facets[name].level for much, item in called)
    if called and shown < FULL_LEVEL * total:
        worst = min(called, key=lambda c: (c[1].score.facets[name].level, -c[0]))[1]
        yield shown / (FULL_LEVEL * total), total, Gap(worst, name)


def strengths_and_concerns(
    answers: Sequence[Answered], most: int
) -> tuple[tuple[Moment, ...], tuple[Gap, ...]]:
    """Return what was done best and what was missed most, the first of each as by `weigh`.

    No facet is among both: in which answers it was missed, and in which it was not, is told by the
    table of an answer.

    Args:
        answers: that could be scored; at least one.
        most: of each. Strengths after the first are fully shown.
    """
    moment, gap = weigh(answers)
    moments = [moment] if moment else []
    gaps = [gap] if gap else []
    while True:
        named = [m.facet for m in moments] + [g.facet for g in gaps]
        taken = frozenset().union(*(_kind(facet) for facet in named))
        before = len(moments) + len(gaps)
        more = find_moment(answers, without=taken) if len(moments) < most else None
        if more is not None and more.level == FULL_LEVEL:
            moments.append(more)
            taken |= _kind(more.facet)
        further = _find_any_gap(answers, taken) if len(gaps) < most else None
        if further is not None:
            gaps.append(further)
        if len(moments) + len(gaps) == before:
            return tuple(moments), tuple(gaps)


def _find_any_gap(answers: Sequence[Answered], without: Collection[str]) -> Gap | None:
    """Return what was missed most of layers and of what matters alike; None where hardly any."""

    def weight(item: Answered, facet: str) -> float:
        return max(
            _calls_for_layer(item, facet) if facet in LAYERS else 0.0, _calls_for(item, facet)
        )

    found = [
        (share, -called, order, gap)
        for order, name in enumerate(dict.fromkeys((*LAYERS, *_facets_of(answers))))
        if name not in without
        for share, called, gap in _missing(answers, name, weight)
        if share <= _MOSTLY_SHOWN
    ]
    return min(found, key=lambda g: g[:3])[3] if found else None


def _calls_for_layer(item: Answered, layer: str) -> float:
    if layer in item.facets:
        return _NAMED
    return 1.0 if item.question_type in LAYERED_TYPES else 0.0


def _calls_for(item: Answered, facet: str) -> float:
    return 1.0 / (1 + _place(item, facet)) if facet in item.facets else 0.0


def _facets_of(judged: Iterable[Answered]) -> tuple[str, ...]:
    """Return the facets that matter to the questions, most important first."""
    places = [(p, name) for j in judged for p, name in enumerate(j.facets)]
    return tuple(dict.fromkeys(name for _, name in sorted(places)))


def _place(item: Answered, facet: str) -> int:
    return item.facets.index(facet) if facet in item.facets else len(item.facets)


def _kind(facet: str) -> frozenset[str]:
    return next((kind for kind in _AKIN if facet in kind), frozenset({facet}))


# --- what is read back --------------------------------------------------------------------------


def _moments(item: Answered) -> Iterator[Moment]:
    """Yield what an answer shows; how it is built cannot be quoted."""
    for name, facet in item.score.facets.items():
        if facet.level:
            quotes = [] if name == "structure" else [*_quotes(facet.evidence, item.words)]
            for quote in quotes or [""]:
                yield Moment(item, name, facet.level, quote)


def _quotes(evidence: Iterable[Evidence], words: Sequence[Word]) -> Iterator[str]:
    """Yield what is short and clear enough to be read back."""
    for each in evidence:
        quote = quotable(each.quote)
        if quote and _confidence(each, words) >= SURE:
            yield quote


def _confidence(evidence: Evidence, words: Sequence[Word]) -> float:
    """Return the mean confidence of the words that a quote stands on; typed words are certain."""
    heard, at = [], 0
    for word in words:
        if at < evidence.end_char and evidence.start_char < at + len(word.text):
            heard.append(word.confidence)
        at += len(word.text) + 1
    return sum(heard) / len(heard) if heard else 1.0


def thin_claim(gap: Gap, moment: Moment | None) -> str:
    """Return the claim that lacks what is missed, to be read back; '' where there is none.

    What was just praised is not taken up again.
    """
    wanted = _ASKED_BY.get(gap.facet, ())
    praised = moment.quote.lower().split() if moment is not None else []
    most = min(MOST_QUOTED, MOST_READ_BACK - len(praised))
    for choice in gap.item.score.probes:
        said = choice.claim.lower().split()
        new = len(set(said) - set(praised)) >= len(set(said)) / 2
        if choice.probe in wanted and len(said) <= most and new:
            return choice.claim
    return ""
