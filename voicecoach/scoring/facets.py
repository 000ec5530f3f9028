"""The judges of the ten facets: from what was found in an answer to a level with its evidence.

All follow one rule: what is done counts, what is named does not. A strong cue is somebody doing it,
and earns level 2; a weak cue names it, and earns level 1. Where a judge asks for more than that, it
says so. A stuffed answer and a vague one never get beyond level 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from voicecoach.scoring.cues import Hit
from voicecoach.scoring.findings import Findings, merged
from voicecoach.scoring.measures import counted, moved, named
from voicecoach.scoring.plights import in_general, in_trouble
from voicecoach.scoring.profile import Profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.types import FACETS, FacetScore

_Verdict = tuple[int, Sequence[Hit]]

_NOTHING: _Verdict = (0, ())

_SHORT_ANSWER = 80
"""Words; in a shorter answer positions mean little."""

_CONSEQUENCE_FROM = 1 / 3
"""A so-what that comes earlier than this share of the answer is part of the premise."""

_TOLD_LATE = {
    "so_what.strong.closing_scene": 0.8,
    "so_what.strong.general_truth": 0.6,
    "so_what.strong.afterwards": 0.6,
}
"""A scene from somebody's life closes a story; earlier it is the problem. So with what holds for
everybody, and with what came of it later."""

_POINT_WITHIN = 45
"""Words (without fillers) within which an orderly answer comes to its first fact."""

_MOST_ASIDES = 2
_NO_STORY_BY = 140
"""Words by which an answer has either come to its story or has none."""

_FACTS_OF_A_THREAD = 3
_FULL_OF_FACTS = 5
"""Kinds of fact and figures, see `Profile.facts`."""

_SEVERAL_PLANS = 2
"""Choices of one's own that show an own part in a hypothetical where nothing else is said."""

_ANNOUNCED = ("prfaq",)
"""Questions that are answered by announcing something, so that an act says nothing of data."""

_ARGUED = ("argue_against_metric",)
_BETWEEN_PEOPLE = ("leadership_conflict",)
_FIGURE_OF_A_LOOK = 30
"""Words within which a look into something comes to its figure."""

_STORIES = ("data_story", "opening_90s", "leadership_conflict", "stop_decision")
"""Questions about what was done, in which a measure that is only named measured nothing."""

_ABOUT_MEASURES = ("metric_choice", "argue_against_metric")
"""Questions in which a rival that is answered speaks about the measure and not about a cause."""

_SAME_MATTER = 30
"""Words between two cues that speak of the same comparison: groups that chose themselves spoil the
comparison they are part of, not another one."""


def judge_facets(
    findings: Findings, talk: Profile, rubric: Rubric
) -> tuple[dict[str, FacetScore], frozenset[str]]:
    """Return the level of every facet, with evidence and advice, and which are only named.

    A facet is only named where its level 1 rests on lists of terms alone.
    """
    scores, named = {}, set()
    for facet in FACETS:
        level, hits = _JUDGES[facet](findings, talk)
        if level == 1 and facet != "structure" and findings.only_named(hits):
            named.add(facet)
        evidence = findings.quote(hits) if level else ()
        scores[facet] = FacetScore(level, evidence, rubric.advice[facet][level])
    return scores, frozenset(named)


def _strong_or_weak(findings: Findings, talk: Profile, facet: str) -> _Verdict:
    strong = findings.of(f"{facet}.strong")
    weak = findings.of(f"{facet}.weak")
    if strong:
        return (1 if talk.hollow else 2), strong
    return (1, weak) if weak else _NOTHING


def _isolation(findings: Findings, talk: Profile) -> _Verdict:
    """Groups that chose themselves are a weak comparison, however it came out.

    Who has answered a rival explanation has at least tried to separate the causes; and who says
    that the rival was alike on both sides has two sides.
    """
    level, hits = _strong_or_weak(findings, talk, "isolation")
    fair = findings.concepts("isolation.strong") & {
        "isolation.strong.drawn_by_chance",
        "isolation.strong.side_by_side",
        "isolation.strong.blind_sharing",
        "isolation.strong.mishap",
        "isolation.strong.withheld",
    }
    if level == 2 and not fair and _near(findings.of("isolation.self_chosen"), hits):
        return 1, hits
    named_only = findings.concepts("isolation.weak") <= {"isolation.weak.named_method"}
    if level == 1 and named_only and findings.of("isolation.denied"):
        level, hits = _NOTHING
    asks_why = findings.question_type not in _ABOUT_MEASURES
    if level == 2 or not asks_why or talk.hollow:
        return level, hits
    rivals = findings.rivals_answered
    alike = [hit for hit in rivals if hit.cue == "rival.both_sides"]
    if alike and not findings.of("isolation.self_chosen"):
        return 2, alike
    if level == 0 and rivals:
        return 1, rivals
    return level, hits


def _near(some: Sequence[Hit], others: Sequence[Hit]) -> bool:
    """Whether one of these hits stands within a sentence or two of one of those."""
    return any(
        max(a.start, b.start) - min(a.end, b.end) <= _SAME_MATTER for a in some for b in others
    )


def _sensitivity(findings: Findings, talk: Profile) -> _Verdict:
    """Where a measure is argued against, looking into it and finding a figure is the attempt.

    What somebody did not know in a conflict is no limit of a conclusion. A rule for the result is,
    in reply to a follow-up: in a whole answer it is what was decided.
    """
    level, hits = _strong_or_weak(findings, talk, "sensitivity")
    rules = findings.of("actionability.strong.rule_for_the_result")
    if level < 2 and rules and findings.followup:
        return 2, rules
    if level < 2 and not talk.hollow and findings.question_type in _ARGUED:
        figures = [i for i, token in enumerate(findings.reading.tokens) if token.number]
        looked = [
            look
            for look in findings.of("sensitivity.looked_into")
            if any(0 < at - look.end <= _FIGURE_OF_A_LOOK for at in figures)
        ]
        if looked:
            return 2, looked
    if level == 1 and findings.question_type in _BETWEEN_PEOPLE:
        return _NOTHING
    return level, hits


def _actionability(findings: Findings, talk: Profile) -> _Verdict:
    """An act counts from the first finding on; before it, it is what was tried.

    What a press release announces follows from no data, so only its rules count. A follow-up answer
    is about causes; an act in it counts only where one is drawn from what was said.
    """
    rules = findings.of("actionability.strong.rule_for_the_result")
    announced = findings.question_type in _ANNOUNCED
    acts = [] if announced else _acts_after_finding(findings)
    weak = findings.of("actionability.weak")
    if announced:
        weak = [hit for hit in weak if talk.hollow and findings.only_named([hit])]
    if findings.followup:
        rules, weak = [], []
        acts = [hit for hit in acts if findings.follows(hit)]
    if rules or acts:
        if talk.hollow or (talk.vanity_alone and not findings.of("isolation.strong")):
            return 1, rules or acts
        return 2, [*rules, *acts[-2:]]
    return (1, weak) if weak else _NOTHING


def _acts_after_finding(findings: Findings) -> list[Hit]:
    """Return the acts told after something was found out, in order."""
    told = [
        *findings.of("actionability.strong.act"),
        *findings.of("actionability.strong.standing_rule"),
    ]
    return sorted((h for h in told if h.start > findings.first_finding), key=lambda h: h.start)


def _metric_quality(findings: Findings, talk: Profile) -> _Verdict:
    """What moved from one figure to another, and is no stand-in, was defined closely enough.

    A count of presence earns nothing; a measure named in a list or beside such a count earns
    little, and where a story was asked for, nothing. A follow-up answer takes its measure for
    granted.
    """
    loose: Sequence[Hit] = named(findings)
    if talk.vanity or talk.hollow:
        if talk.stuffed:
            loose = findings.of("metric_quality.weak.of_use")
        told = talk.vague or findings.question_type in _STORIES
        return (1, loose) if loose and not told else _NOTHING
    if strong := counted(findings) or moved(findings):
        return (1 if findings.followup else 2), strong
    hits = loose or findings.two_ended_spans
    return (1, hits) if hits else _NOTHING


def _customer(findings: Findings, talk: Profile) -> _Verdict:
    """Judged on who is in trouble; a follow-up answer is about causes and not about anybody."""
    if findings.followup:
        return _NOTHING
    if strong := in_trouble(findings):
        return (1 if talk.hollow else 2), strong
    general = in_general(findings)
    return (1, general) if general else _NOTHING


def _decision(findings: Findings, talk: Profile) -> _Verdict:
    """A cost counts only behind a choice: before it, it is the problem.

    An act that followed from something found out is a choice too. Where there is nothing behind the
    words, what would be done is a choice only if it has a name, and an option refused is a phrase.
    """
    if findings.followup:
        drawn = _actionability(findings, talk)[1]
        return (1, drawn) if drawn else _NOTHING
    told = findings.of("decision.weak.choice_told")
    planned = findings.of("decision.weak.choice_planned")
    acts = [] if findings.question_type in _ANNOUNCED else _acts_after_finding(findings)
    chosen = [] if talk.stuffed else findings.of("decision.weak.choice_named")
    if talk.hollow:
        return (1, [*told, *chosen]) if told or chosen else _NOTHING
    planned = [*chosen, *planned]
    choices = [hit.start for hit in (*told, *planned, *acts)]
    strong = [
        hit
        for hit in findings.of("decision.strong")
        if not hit.cue.endswith("cost_borne") or any(start < hit.start for start in choices)
    ]
    if strong:
        return 2, strong
    weak = [*told, *acts] or planned
    return (1, weak) if weak else _NOTHING


def _ownership(findings: Findings, talk: Profile) -> _Verdict:
    """One act that was done, or an answer given for something; a plan is only one's own choice.

    Plans earn nothing where terms are listed, and where there is hardly anything it takes several.
    """
    looked = findings.of("ownership.strong.looked_into")
    acts = findings.of("ownership.strong.own_act")
    answered = findings.of("ownership.strong.answered_for")
    if (answered or acts or len(merged(looked)) >= 2) and not talk.hollow:
        return 2, [*answered, *acts, *looked]
    generic = findings.of("ownership.weak.generic_act")
    planned = findings.of("ownership.weak.planned")
    if talk.stuffed or (talk.vague and len(merged(planned)) < _SEVERAL_PLANS):
        planned = []
    hits = [*answered, *acts, *looked, *generic] or planned
    return (1, hits) if hits else _NOTHING


def _quantified_result(findings: Findings, talk: Profile) -> _Verdict:
    if findings.two_ended_spans:
        return (1 if talk.stuffed else 2), findings.two_ended_spans
    level, hits = _strong_or_weak(findings, talk, "quantified_result")
    if level:
        return level, hits
    return (1, findings.outcome_spans) if findings.outcome_spans else _NOTHING


def _so_what(findings: Findings, talk: Profile) -> _Verdict:
    """A consequence follows from the story, so it does not stand at its start.

    What is called important before anything was told is the question read back. A follow-up answer
    is about causes and draws none.
    """
    if findings.followup:
        return _NOTHING
    progress = findings.progress
    strong = [
        hit
        for hit in findings.of("so_what.strong")
        if talk.words < _SHORT_ANSWER or progress(hit) >= _told_from(hit)
    ]
    if strong:
        return (1 if talk.hollow or talk.vanity_alone else 2), strong[::-1]
    weak = [hit for hit in findings.of("so_what.weak") if progress(hit) >= 0]
    return (1, weak) if weak else _NOTHING


def _told_from(hit: Hit) -> float:
    """Return how far a story must have come before a hit is one of its consequences."""
    return _TOLD_LATE.get(hit.cue, _CONSEQUENCE_FROM)


def _structure(findings: Findings, talk: Profile) -> _Verdict:
    """An early point, little wandering, and an end that is reached.

    A long answer in which no story starts has no thread. One that is full of facts has one, even
    if its point was not heard early; and where it was, a single aside does not break it.
    """
    headline = findings.of("structure.strong.headline")
    wandering = len(merged(findings.of("structure.against.wandering")))
    opening = findings.span_of_first_clause()
    early = [hit for hit in headline if hit.start < _POINT_WITHIN]
    thread = early[:1] or opening
    if wandering > _MOST_ASIDES or (talk.vague and talk.words > _NO_STORY_BY):
        return _NOTHING
    arrives = findings.first_fact <= _POINT_WITHIN or bool(early)
    full = talk.facts >= _FULL_OF_FACTS
    lost = wandering > (1 if full and arrives else 0)
    if talk.hollow or lost or not (arrives or full) or talk.facts < _FACTS_OF_A_THREAD:
        return 1, thread
    return 2, thread


_JUDGES: Mapping[str, Callable[[Findings, Profile], _Verdict]] = {
    "isolation": _isolation,
    "sensitivity": _sensitivity,
    "actionability": _actionability,
    "metric_quality": _metric_quality,
    "customer": _customer,
    "decision": _decision,
    "ownership": _ownership,
    "quantified_result": _quantified_result,
    "so_what": _so_what,
    "structure": _structure,
}
