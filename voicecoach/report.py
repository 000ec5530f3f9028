"""A session as one page of HTML that needs nothing else: no script, no network, no file. Pure.

Owns: what a reader is told, in which order and in which words. How it looks is the template's.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicecoach import debrief, timeline
from voicecoach.debrief import Question, Story, Task
from voicecoach.events import DrillResult, Event, SessionStarted, StorySaved
from voicecoach.figures import NOTHING, count, duration, figures, milliseconds, remarks
from voicecoach.histogram import histograms
from voicecoach.latency_figures import slice_rows, slowest_rows
from voicecoach.latency_slices import timed_turns
from voicecoach.metrics import GATE_S, compute
from voicecoach.replies import Reply, replies
from voicecoach.report_delivery import delivery_rows
from voicecoach.scoring.types import FACETS, LANDMARKS, OPENING_S, Evidence, FacetScore, Score

FACET_QUESTIONS = {
    "isolation": "Was it the change, or something else?",
    "sensitivity": "What would break the conclusion?",
    "actionability": "What was done because of it?",
    "metric_quality": "Does the measure show that the job got done?",
    "customer": "Who had which difficulty?",
    "decision": "What was chosen, and at what price?",
    "ownership": "What did you do yourself?",
    "quantified_result": "How much, from where to where?",
    "so_what": "Why did it matter?",
    "structure": "Could a listener follow it?",
}
"""What each facet asks of an answer, in the order of reports."""

_LANDMARK_LABELS = {
    "customer": "Customer and problem",
    "decision": "Decision, and whose",
    "metric": "Measure and its movement",
    "cause": "Cause or surprise",
}

ENDINGS = {
    "finished": "",
    "stopped": "You stopped it before its end; what was said until then is here.",
    "interrupted": "It was interrupted before its end; what was said until then is here.",
    "no_answer": "Nobody answered, so it ended early.",
    "out_of_answers": "The recordings were used up before its end.",
    "failed": "Something failed, and it ended early; what was said until then is here.",
}
"""What a reader is told, by the reason for which a session ended."""

ROUGH = (
    "The model that listened does not know people's voices: what stands here as your words is "
    "rough, and nothing was scored."
)

BROKEN_OFF = "It broke off; what was said until then is here."


# --- what the template shows --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is told first about a question."""

    text: str
    rating: str
    points: str
    change: str
    why_not: str
    strength: str
    strength_quote: str
    gap: str
    advice: str
    lift: str
    drill: str
    kept: str


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point that a round of a drill waited for."""

    step: str
    label: str
    heard: bool
    quote: str


@dataclass(frozen=True, slots=True)
class FacetRow:
    """One facet of an answer."""

    name: str
    label: str
    asks: str
    level: int
    before: int | None
    evidence: tuple[Evidence, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Landmark:
    """One thing that an opening has to hold; `at` is None where the time is not known."""

    label: str
    heard: bool
    at: str
    percent: float | None
    late: bool
    quote: str


def render(
    events: Sequence[Event],
    *,
    session_id: str = "",
    problems: Sequence[str] = (),
    facet_order: Mapping[str, Sequence[str]] | None = None,
    drills: Mapping[str, str] | None = None,
    bar_raiser: Mapping[str, Any] | None = None,
    running: Collection[str] = (),
) -> str:
    """Return the page.

    Args:
        events: of the session, which may end anywhere.
        session_id: its name, where the events do not tell.
        problems: what could not be read, one line each.
        facet_order: for each question's id the facets that matter most to it, most important first.
        drills: by facet, the drill that trains it.
        bar_raiser: the debrief of the whole interview, as it is made by
            `voicecoach.scoring.debriefing.write_debrief`, with commands of drills; None without it.
        running: experiments that are not over: what would tell their lots is left out.
    """
    import jinja2  # late: it takes longer to load than most commands to run

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("voicecoach"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        label=_label, clock=duration, ms=milliseconds, pieces=debrief.pieces, amount=_amount
    )
    page = _page(events, session_id, problems, facet_order or {}, drills or {}, running)
    return environment.get_template("report.html").render(page, bar_raiser=bar_raiser)


def _page(
    events: Sequence[Event],
    session_id: str,
    problems: Sequence[str],
    facet_order: Mapping[str, Sequence[str]],
    drills: Mapping[str, str],
    running: Collection[str],
) -> dict[str, Any]:
    story = debrief.tell(events)
    metrics = compute(events, running)
    started = story.started
    typed = bool(metrics.typed)
    answered = () if typed else replies(events)
    return {
        "title": _title(started),
        "session": (started.session_id if started else "") or session_id,
        "started": started,
        "date": _date(started.started) if started else "",
        "length": duration(story.duration_s),
        "notices": _notices(story, problems),
        "synthetic": started is not None and _is_synthetic(started),
        "overall": _rating(story.overall),
        "verdicts": [_verdict(q, facet_order, drills) for q in story.questions],
        "opening": story.opening,
        "closing": story.closing,
        "questions": [
            _question(story, index, events, answered) for index in range(len(story.questions))
        ],
        "figures": figures(metrics),
        **_latencies(events, answered, running),
        "remarks": remarks(metrics),
        "gate": GATE_S,
        "nothing": NOTHING,
    }


def _latencies(
    events: Sequence[Event], answered: Sequence[Reply], running: Collection[str]
) -> dict[str, Any]:
    """Where the time of the replies went; no picture of it where it would tell an open lot."""
    turns = timed_turns(events, running=running)
    slowest, held_back = slowest_rows(turns)
    return {
        "slices": slice_rows(turns),
        "slowest": slowest,
        "held_back": held_back,
        "histograms": () if held_back else histograms(answered),
    }


# --- head ---------------------------------------------------------------------------------------


def _title(started: SessionStarted | None) -> str:
    activity = started.activity if started else ""
    if activity.startswith("drill:"):
        return f"Drill: {activity.removeprefix('drill:')}"
    known = {
        "practice": "Practice interview",
        "opening": "The 90-second opening",
        "demo": "Demo interview",
    }
    return known.get(activity, _label(activity) or "Session")


def _date(text: str) -> str:
    """Return a date for people, or the text itself where it is none."""
    try:
        date = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{date.day} {date:%B %Y}, {date:%H:%M}"


def _is_synthetic(started: SessionStarted) -> bool:
    return started.activity == "demo" or "synth" in started.source.lower()


def _notices(story: Story, problems: Sequence[str]) -> list[str]:
    """What a reader has to know before the rest."""
    found = []
    ending = ENDINGS.get(story.ended.reason, "") if story.ended else BROKEN_OFF
    if ending:
        found.append(ending)
    if story.started and story.started.rough:
        found.append(ROUGH)
    spoken = [ln for q in story.questions for t in q.tasks for ln in t.lines]
    if not any(line.speaker == "candidate" for line in spoken):
        found.append("Nothing was said, so there is nothing to judge.")
    if problems:
        found.append(f"Parts of the record could not be read: {'; '.join(problems)}.")
    return found


# --- questions ----------------------------------------------------------------------------------


def _verdict(
    question: Question, facet_order: Mapping[str, Sequence[str]], drills: Mapping[str, str]
) -> Verdict:
    score, first = question.score, question.first_score
    order = facet_order.get(question.task.opened.question_id, ())
    best, worst = debrief.strongest_and_weakest(score, order) if score else (None, None)
    if _is_round(question):
        worst = None  # a round trains one skill, and its own findings say what was missing
    missing, advice = (worst[0], worst[1].advice) if worst else ("", "")
    lift = score.lift if score and not _is_round(question) else None
    if lift:
        missing, advice = (lift.facets or ("",))[0], lift.hint
    quote = best[1].evidence[0].quote if best and best[1].evidence else ""
    change = ""
    if score and first and first.overall is not None and first.overall != score.overall:
        change = f"{_rating(first.overall)} before the follow-ups"
    unanswered = "It was not answered."
    return Verdict(
        text=question.task.opened.text,
        rating=_rating(score.overall if score else None),
        points=_points_heard(question.drill),
        change=change,
        why_not=(score.why_not or "") if score else unanswered,
        strength=_label(best[0]) if best else "",
        strength_quote=quote,
        gap=_label(missing),
        advice=advice,
        lift=lift.sentence if lift else "",
        drill=drills.get(missing, ""),
        kept=_kept(question.saved),
    )


def _kept(saved: StorySaved | None) -> str:
    """Say that it was to be kept, and as what; '' where nobody asked for it."""
    if saved is None:
        return ""
    return f"Kept as your story “{saved.title}”." if saved.title else "Kept as one of your stories."


def _question(
    story: Story, index: int, events: Sequence[Event], answered: Sequence[Reply]
) -> dict[str, Any]:
    question = story.questions[index]
    begin_s, end_s = _begin_s(question, answered), _end_s(story, index, events, answered)
    return {
        "number": index + 1,
        "round": _is_round(question),
        "text": question.task.opened.text,
        "type": question.task.opened.question_type,
        "held_in": question.held.title if question.held else "",
        "score": question.score,
        "rating": _rating(question.score.overall if question.score else None),
        "facets": [
            row
            for row in _facet_rows(question.score, question.first_score)
            if row.level or not _is_round(question)
        ],
        "tasks": [_task(task) for task in question.tasks],
        "strips": timeline.strips(events, answered, begin_s, end_s),
        "landmarks": _landmarks(question.drill, question.score),
        "delivery": delivery_rows(question.score.delivery) if question.score else None,
        "alternatives": _alternatives(question.drill),
        "points": _points(question.drill),
    }


def _is_round(question: Question) -> bool:
    return question.task.opened.kind == "drill"


def _begin_s(question: Question, answered: Sequence[Reply]) -> float:
    """When a question's part of the timeline begins: with the silence that it broke, if any."""
    opened_s = question.task.opened.at_s
    before = [r.speech_end_s for r in answered if r.floor_s <= opened_s < r.first_word_s]
    return max(before, default=opened_s)


def _end_s(story: Story, index: int, events: Sequence[Event], answered: Sequence[Reply]) -> float:
    if index + 1 < len(story.questions):
        return _begin_s(story.questions[index + 1], answered)
    return max(event.at_s for event in events)


def _task(task: Task) -> dict[str, Any]:
    closed = task.closed
    outcome = f"{closed.outcome} after {count(closed.turns, 'turn')}" if closed else "left open"
    reason = task.score.why_not if task.score and not task.score.scorable else ""
    return {
        "probe": task.opened.probe,
        "chosen": task.chosen,
        "lines": task.lines,
        "outcome": outcome,
        "rating": _rating(task.score.overall if task.score else None),
        "why_not": reason or "",
    }


def _facet_rows(score: Score | None, first: Score | None) -> list[FacetRow]:
    if score is None or not score.scorable:
        return []
    rows = []
    for name in FACETS:
        facet: FacetScore = score.facets[name]
        before = first.facets[name].level if first and first.scorable else None
        rows.append(
            FacetRow(
                name=name,
                label=_label(name),
                asks=FACET_QUESTIONS[name],
                level=facet.level,
                before=before if before != facet.level else None,
                evidence=facet.evidence,
                advice=facet.advice,
            )
        )
    return rows


# --- drills -------------------------------------------------------------------------------------


def _landmarks(result: DrillResult | None, score: Score | None) -> list[Landmark]:
    """What an opening was heard to hold, in the order in which it is told."""
    found: Mapping[str, object]
    if result is not None and result.drill == "opening":
        found = result.result
    elif score is not None and score.opening is not None:
        found = {k: dataclasses.asdict(mark) for k, mark in score.opening.items() if mark}
    else:
        return []
    return [_landmark(_LANDMARK_LABELS[name], found.get(name)) for name in LANDMARKS]


def _landmark(label: str, found: object) -> Landmark:
    if not isinstance(found, Mapping):
        return Landmark(label, heard=False, at="", percent=None, late=False, quote="")
    quote = str(found.get("quote", ""))
    at_s = found.get("at_s")
    if not isinstance(at_s, (int, float)) or at_s < 0:
        return Landmark(label, heard=True, at="", percent=None, late=False, quote=quote)
    late = at_s > OPENING_S
    percent = None if late else round(100.0 * at_s / OPENING_S, 2)
    return Landmark(label, True, duration(at_s), percent, late, quote)


def _alternatives(result: DrillResult | None) -> list[dict[str, Any]] | None:
    """Rival explanations of a round of the counterfactual drill; None in any other."""
    found = result.result.get("alternatives") if result else None
    if result is None or result.drill != "counterfactual" or not isinstance(found, (list, tuple)):
        return None
    return [
        {
            "name": str(item.get("name", "")),
            "answered": bool(item.get("answered")),
            "how": str(item.get("how", "")),
        }
        for item in found
        if isinstance(item, Mapping)
    ]


def _points(result: DrillResult | None) -> list[PointRow]:
    """What a round of any other drill waited for, step by step."""
    found = result.result.get("points") if result else None
    if not isinstance(found, (list, tuple)):
        return []
    return [
        PointRow(
            step=_label(str(item.get("step", ""))),
            label=_label(str(item.get("name", ""))),
            heard=bool(item.get("heard")),
            quote=str(item.get("quote", "")),
        )
        for item in found
        if isinstance(item, Mapping)
    ]


def _points_heard(result: DrillResult | None) -> str:
    """Return ``2 of 3 points``, '' where a drill counts otherwise."""
    if result is None or not _points(result):
        return ""
    return f"{result.result.get('heard', 0)} of {result.result.get('of', 0)} points"


# --- words --------------------------------------------------------------------------------------


def _plain(value: object) -> object:
    """Return text without what would upset the rest of the page; other values as they are.

    Control characters have no place in HTML, a lone surrogate none in a file, and a character that
    reverses the direction of writing would reverse our words, too.
    """
    if type(value) is not str:  # markup of our own is a subclass
        return value
    return "".join(c for c in value if unicodedata.category(c) not in _UNPRINTABLE or c == "\n")


_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs"})


def _label(name: str) -> str:
    """Return ``Quantified result`` for ``quantified_result``; a figure's unit in brackets."""
    words = name.replace("_", " ").strip()
    words = words.replace("articulation rate wpm", "words per minute, pauses left out")
    if words.endswith(" s"):
        words = f"{words[:-2]} (s)"
    return words[:1].upper() + words[1:]


def _rating(overall: float | None) -> str:
    return "" if overall is None else f"{overall:g}"


def _amount(value: float | None, name: str) -> str:
    """Return a measured value for people; a share as a percentage."""
    if value is None:
        return "not known"
    return f"{value:.0%}" if name.endswith("share") else f"{value:.4g}"
