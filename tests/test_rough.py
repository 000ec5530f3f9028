"""A person on a microphone with the starter model: told so, offered a better one, never judged."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal import MemoryLog, Rehearsal
from tests.test_conversation import CONTROL, DECISION, STORY, drill, interview
from tests.test_models import make_model
from voicecoach import report, studio
from voicecoach.audio.recordings import RecordedCandidate
from voicecoach.catalog import read_catalog
from voicecoach.content.rubric import load_rubric
from voicecoach.content.script import load_script
from voicecoach.demo import load_candidate
from voicecoach.events import (
    AnswerScored,
    DrillResult,
    Event,
    ProbeChosen,
    SessionStarted,
    TaskClosed,
    TurnTaken,
    UtteranceStarted,
)
from voicecoach.metrics import compute
from voicecoach.models import better_model, user_models_dir
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer
from voicecoach.studio import LateJudge, Options, Stage, run_session
from voicecoach.terminal import Terminal, summarise

OFFER = (
    "voicecoach model pull small-en-us-0.15 (41 MB, about half a minute at 10 Mbit/s, Apache-2.0)"
)
WHY_NOT = load_rubric().gates.why_not["rough_model"]


def rough(activity: Any, answers: list[str]) -> Rehearsal:
    return Rehearsal(activity, answers, judge=LateJudge("starter", rough=True), rough=True)


def test_it_is_said_first_and_answers_are_asked_on_but_not_judged() -> None:
    held = rough(interview("standard"), [STORY, CONTROL, DECISION])
    assert held.said[0] in load_script().phrases["rough_model"]
    probes = held.of(ProbeChosen)
    assert probes, "practising goes on"
    assert {p.rule for p in probes} == {"gate_rough_model"}
    assert {p.evidence for p in probes} == {""}
    assert "clarify" not in {p.probe for p in probes}
    assert not any(e.score["scorable"] for e in held.of(AnswerScored))
    assert {e.outcome for e in held.of(TaskClosed)} <= {"unjudged", "abandoned"}
    assert held.of(TaskClosed)[0].outcome == "unjudged"
    assert sum(WHY_NOT in text for text in held.said) == 1, "once, and kindly"
    assert not any(" of five" in text or "out of five" in text for text in held.said)


def test_a_follow_up_is_not_pressed_for_what_nobody_can_hear() -> None:
    held = rough(interview("standard"), [STORY, "well it was like that", "and so it went"])
    texts = [text for text in held.said if text.endswith("?")]
    assert len(texts) == len(set(texts))
    ids = [e.task_id for e in held.of(TaskClosed)]
    assert len(ids) == len(set(ids))
    assert [kind for kind, _ in held.turns[:3]] == ["answer"] * 3


def test_what_nobody_judged_counts_as_no_failure() -> None:
    held = rough(interview(), [STORY])
    assert held.of(TaskClosed)[0].outcome == "unjudged"
    unjudged = [e for e in held.events if getattr(e, "outcome", "") in ("", "unjudged")]
    assert compute(unjudged).task_resolution.share is None


@pytest.mark.parametrize("name", load_script().drills)
def test_a_drill_says_nothing_of_what_it_cannot_know(name: str) -> None:
    held = rough(drill(name), [STORY, "again", STORY, CONTROL])
    assert held.of(DrillResult) == []
    assert sum(WHY_NOT in text for text in held.said) == 1


def test_typed_answers_are_judged_all_the_same() -> None:
    rubric = load_rubric(heard_by="starter", rough=True)
    assert score(
        Answer(STORY.replace("[0.8]", "").replace("[1.2]", "")), "data_story", rubric
    ).scorable


# --- end to end, on real Vosk -------------------------------------------------------------------


def session(monkeypatch: pytest.MonkeyPatch, model: str | None = None) -> tuple[list[Event], str]:
    """Hold an interview through a microphone into which somebody speaks."""
    pytest.importorskip("vosk", reason="Vosk is not installed")
    somebody = load_candidate()

    def microphone(options: Options, stage: Stage, clock: Any, timers: Any, speaker: Any) -> Any:
        heard = RecordedCandidate(somebody.choose, clock, timers.schedule)
        return heard, heard.cue

    monkeypatch.setattr(studio, "_microphone", microphone)

    out = io.StringIO()
    activity = interview(question=somebody.questions[0])
    stage = Stage(activity=activity, log=MemoryLog(), observers=(Terminal(out),))
    events = run_session(Options(seed=1, voice="none", fast=True, model=model), stage)
    summarise(events, out)
    return events, out.getvalue()


def test_a_session_at_the_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    events, shown = session(monkeypatch)
    started = events[0]
    assert isinstance(started, SessionStarted)
    assert (started.rough, started.source) == (True, "microphone")
    unwrapped = " ".join(shown.split())
    assert "not yet people" in unwrapped
    assert OFFER in unwrapped
    assert "Or simply go on: then your captions are rough, and nothing is scored." in unwrapped
    assert any(line.startswith("You (roughly)  ") for line in shown.splitlines())
    assert "q1: no score. " + WHY_NOT in unwrapped
    spoken = [e.text for e in events if isinstance(e, UtteranceStarted)]
    assert spoken[0] in load_script().phrases["rough_model"]
    assert len([e for e in events if isinstance(e, TurnTaken)]) > 1
    page = report.render(events)
    assert report.ROUGH.replace("'", "&#39;") in page
    assert "You, roughly" in " ".join(page.split())
    assert "out of 5" not in page


def test_with_another_model_nothing_of_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import shutil

    from voicecoach import resources

    own = shutil.copytree(resources.models_dir() / "starter-en", tmp_path / "own")
    events, shown = session(monkeypatch, str(own))
    assert isinstance(events[0], SessionStarted)
    assert not events[0].rough
    assert "roughly" not in shown
    assert report.ROUGH.replace("'", "&#39;") not in report.render(events)
    assert any(isinstance(e, AnswerScored) and e.score["scorable"] for e in events)


# --- the offer ----------------------------------------------------------------------------------


def test_the_offer_names_size_time_and_licence() -> None:
    assert OFFER in better_model()


def test_who_has_a_better_one_is_told_to_use_it() -> None:
    path = make_model(user_models_dir() / "vosk-model-small-en-us-0.15")
    assert "voicecoach model use small-en-us-0.15" in better_model()
    (path / "graph/words.txt").unlink()
    assert OFFER in better_model(), "a broken one is none"


def test_times_are_reckoned_by_a_line_that_is_named() -> None:
    small = read_catalog().suggested
    times = [
        dataclasses.replace(small, archive_bytes=size).fetch_time
        for size in (10_000_000, 75_000_000, 1_900_000_000)
    ]
    assert times == [f"about {t} at 10 Mbit/s" for t in ("half a minute", "1 min", "25 min")]
