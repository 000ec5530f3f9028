"""Hands-free: what comes after the last word, by voice, and everything said that is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.rehearsal import Rehearsal
from voicecoach.bench.soundcard import SoundCard, converse, missing
from voicecoach.content.hands_free import load_lobby
from voicecoach.content.script import load_script
from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.drills import make_drill
from voicecoach.dialog.lobby import PATIENCE, Lobby
from voicecoach.drill_results import Trend
from voicecoach.endpoint import UTTERANCE_GAP_S
from voicecoach.errors import ContentError
from voicecoach.events import (
    AnotherRequested,
    AnswerScored,
    Command,
    DrillRequested,
    DrillResult,
    End,
    Event,
    FloorTaken,
    Hush,
    Listen,
    OutOfAnswers,
    Problem,
    SessionStarted,
    SilenceNoticed,
    Speak,
    StopRequested,
    TaskOpened,
    TurnTaken,
    UtteranceFinished,
    UtteranceStarted,
    Word,
)
from voicecoach.loop import Timers
from voicecoach.runtime import Session
from voicecoach.scoring.types import FACETS
from voicecoach.spoken_report import spoken_details, spoken_trend

RECORDINGS = Path(__file__).parent / "data" / "recordings"
SCRIPT = load_lobby(load_script())
DETAILS = ("Question 1, 3.5 out of five.",)


class Visit:
    """Somebody in the lobby, who hears each utterance out."""

    def __init__(self, details: tuple[str, ...] = DETAILS, news: tuple[str, ...] = ()) -> None:
        self.lobby = Lobby(SCRIPT, news, details, seed=1)
        self.outputs: list[Event | Command] = []
        self.said: list[Speak] = []
        self.take(
            SessionStarted(0.0, "", "lobby", "", 1, "", "", "", "microphone", "0", "", "system")
        )

    def take(self, event: Event) -> list[Event | Command]:
        """Let something happen; return what comes of it, once the coach has spoken."""
        begun = len(self.outputs)
        outputs = list(self.lobby.handle(event))
        while outputs:
            self.outputs += outputs
            spoken = [o for o in outputs if isinstance(o, Speak)]
            self.said += spoken
            outputs = [
                o
                for each in spoken
                for o in self.lobby.handle(UtteranceFinished(1.0, each.utterance_id, False))
            ]
        return self.outputs[begun:]

    def say(self, text: str) -> list[Event | Command]:
        """Say something as a whole utterance."""
        words = tuple(Word(w, n / 2, n / 2 + 0.4, 1.0) for n, w in enumerate(text.split()))
        return self.take(FloorTaken(2.0, 1.65, 0.35, "command", words, 0.5, len(words)))

    @property
    def over(self) -> bool:
        """Whether the conversation has ended."""
        return isinstance(self.outputs[-1], End)


def test_the_lobby_tells_the_news_and_what_can_be_said_then_listens() -> None:
    visit = Visit(news=("From time to time, 50, 75 percent.",))
    assert visit.said[0].text.startswith("From time to time, 50, 75 percent. ")
    assert "details" in visit.said[0].text
    assert isinstance(visit.outputs[-1], Listen)
    assert "details" not in Visit(details=()).said[0].text, "nothing is offered that is not there"


def test_the_details_are_told_on_demand_and_then_offered_no_more() -> None:
    visit = Visit()
    outputs = visit.say("tell me the scores")
    assert [o.command for o in outputs if isinstance(o, TurnTaken)] == ["details"]
    assert visit.said[-1].text.startswith(DETAILS[0])
    assert "details" not in visit.said[-1].text.lower().removeprefix(DETAILS[0].lower())
    visit.say("say that again")
    assert visit.said[-1].text == visit.said[-2].text
    visit.say("slower please")
    assert visit.said[-1].slow
    assert not visit.over


def test_another_one_and_a_drill_are_passed_on() -> None:
    visit = Visit()
    outputs = visit.say("coach another interview please")
    assert [type(o) for o in outputs] == [TurnTaken, AnotherRequested, Speak, End]
    visit = Visit()
    outputs = visit.say("start the opening drill")
    assert [o.drill for o in outputs if isinstance(o, DrillRequested)] == ["opening"]
    assert "ninety-second opening" in visit.said[-1].text
    assert visit.over


@pytest.mark.parametrize("text", ["stop", "no thank you", "that's all", "goodbye"])
def test_a_goodbye_ends_it(text: str) -> None:
    visit = Visit()
    visit.say(text)
    assert visit.over
    assert not [o for o in visit.outputs if isinstance(o, (AnotherRequested, DrillRequested))]


def test_whoever_is_not_there_is_not_waited_for() -> None:
    visit = Visit()
    for _ in range(PATIENCE):
        assert not visit.over
        visit.take(SilenceNoticed(3.0, 9.0))
    assert visit.over


def test_what_is_not_understood_is_said_so_and_forgotten_with_the_next_command() -> None:
    visit = Visit()
    for text in ("the weather is nice", "what a day", "details", "we shipped it", "and then"):
        visit.say(text)
        assert not visit.over
    visit.say("oh well")
    assert visit.over


def test_no_more_recordings_and_an_interruption_end_it() -> None:
    visit = Visit()
    visit.take(OutOfAnswers(3.0))
    assert visit.over
    assert [type(o) for o in Visit().take(StopRequested(3.0))] == [Hush, End]


def test_a_step_on_trial_changes_nothing() -> None:
    visit = Visit()
    word = Word("details", 0.0, 0.4, 1.0)
    event = FloorTaken(2.0, 1.65, 0.35, "command", (word,), 0.5, 1)
    assert visit.lobby.preview(event) == visit.lobby.preview(event)
    assert visit.lobby.is_command("details")
    assert not visit.lobby.is_command("the details of the launch")
    assert "details" in visit.lobby.command_phrases


def test_a_broken_file_is_named_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "hands-free.yaml"
    path.write_text("commands:\n  details: [details]\nphrases: {}\n", "utf-8")
    with pytest.raises(ContentError, match=r"hands-free.yaml, line 1, commands: missing keys"):
        load_lobby(load_script(), path)


# --- the report for the ear ---------------------------------------------------------------------


def scored(task_id: str, overall: float | None, levels: dict[str, int], why_not: str) -> Event:
    """Return a judgement."""
    facets = {name: {"level": levels.get(name, 0), "evidence": [], "advice": ""} for name in FACETS}
    score: dict[str, Any] = {
        "scorable": overall is not None,
        "why_not": why_not or None,
        "overall": overall,
        "facets": facets,
        "alternatives_ruled_out": 0,
        "leadership_principles": [],
        "next_probes": [],
        "delivery": {},
        "words": 100,
    }
    return AnswerScored(5.0, task_id, score)


def test_every_question_is_told_with_all_that_the_screen_shows() -> None:
    levels = dict.fromkeys(FACETS, 1) | {"decision": 2, "so_what": 2, "customer": 0}
    events = [
        TaskOpened(0.0, "q1", "question", "x", "data_story", "", "Why?"),
        scored("q1", 3.5, levels, ""),
        TaskOpened(9.0, "q2", "question", "y", "data_story", "", "How?"),
        scored("q2", None, {}, "That was too short to score."),
    ]
    first, second = spoken_details(events, SCRIPT.phrases)
    assert first.startswith("Question 1, 3.5 out of five. All there, decision and so what. Half")
    assert first.endswith("Not there yet, customer.")
    assert all(name.replace("_", " ") in first for name in FACETS)
    assert second == "Question 2, no score. That was too short to score."


def test_what_would_lift_an_answer_is_told_after_it() -> None:
    judged = scored("q1", 3.5, dict.fromkeys(FACETS, 1), "")
    hint = "You said it fell. Say it again with the twin."
    lift = {"facets": ["isolation"], "to": 4.5, "sentence": "A twin lifts it.", "hint": hint}
    assert isinstance(judged, AnswerScored)
    told = AnswerScored(judged.at_s, judged.task_id, {**judged.score, "lift": lift})
    opened = TaskOpened(0.0, "q1", "question", "x", "data_story", "", "Why?")
    (only,) = spoken_details([opened, told], SCRIPT.phrases)
    assert only.endswith(f"A twin lifts it. {hint}")


def test_rounds_of_a_drill_and_their_trend_are_told() -> None:
    points = [
        {"name": "cost", "heard": True, "quote": "it cost us"},
        {"name": "next_step", "heard": False, "quote": ""},
    ]
    event = DrillResult(1.0, "so-what", 1, {"heard": 1, "of": 2, "points": points})
    assert spoken_details([event], SCRIPT.phrases) == (
        "Round 1, 1 of 2 points. Missing, next step.",
    )
    trends = [Trend("so-what", (0.5, 0.75), 4, ""), Trend("opening", (0.5,), 1, "")]
    assert spoken_trend(trends, SCRIPT.phrases) == ("From time to time, 50, 75 percent.",)


# --- what is wrong ------------------------------------------------------------------------------


def drill(material: Material) -> Activity:
    """Return a drill of the so-what."""
    return make_drill("so-what", material)


@pytest.mark.parametrize("tells", [True, False])
def test_a_problem_is_said_when_the_candidate_has_finished(tells: bool) -> None:
    answers = ["we changed the queue and the wait fell by two minutes " * 4] * 2
    text = "Recognition is 4 s behind."
    problem = Problem(12.0, "asr.behind", text)

    def interfere(session: Session, timers: Timers) -> None:
        timers.schedule(12.0, lambda: session._parts.inbox.put(problem))

    held = Rehearsal(drill, answers, tells_problems=tells, during=interfere)
    told = [e for e in held.of(UtteranceStarted) if text in e.text]
    assert len(told) == tells
    if told:
        answered = next(e for e in held.of(FloorTaken) if e.at_s > 12.0)
        assert answered.words[0].start_s < 12.0 < answered.at_s <= told[0].at_s
    assert held.of(Problem) == [problem], "nothing about it was unexpected"


# --- the command --------------------------------------------------------------------------------


def practise(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``voicecoach`` with a home of its own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "VOICECOACH"))}
    return subprocess.run(
        [sys.executable, "-m", "voicecoach", *arguments],
        env={**env, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def spoken(text: str, folder: Path) -> Path:
    """Return a command in espeak-ng's voice, as the real synthesiser renders it."""
    from voicecoach.tts import Pyttsx3Voice

    voice = Pyttsx3Voice("")
    try:
        clip = voice.render(text)
    finally:
        voice.close()
    path = folder / f"{text.replace(' ', '-')}.wav"
    soundfile.write(path, clip.samples, clip.rate_hz)
    return path


def test_a_drill_follows_an_interview_without_a_key(tmp_path: Path) -> None:
    """Real Vosk, from the first answer to the last goodbye."""
    stop = str(RECORDINGS / "command-stop.wav")
    done = practise(
        *(tmp_path, "practice", "--hands-free", "--fast", "--seed", "3", "--answers"),
        str(RECORDINGS / "evidence-first.wav"),
        stop,
        str(spoken("details", tmp_path)),
        str(spoken("start the opening drill", tmp_path)),
        *(stop, stop),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Coach  Question 1, " in done.stdout
    assert "[drill:opening]" in done.stdout
    assert "[leave]" in done.stdout
    assert done.stdout.count("\nSession  ") == 2, "the lobby is no session of its own"
    assert done.stdout.count("Listening with") == 2


@pytest.mark.parametrize("extra", [("--text",), ("--voice", "none")])
def test_without_a_voice_there_is_no_hands_free(tmp_path: Path, extra: tuple[str, ...]) -> None:
    done = practise(tmp_path, "practice", "--hands-free", *extra)
    assert done.returncode == 2
    assert done.stderr.startswith("voicecoach: --hands-free needs a voice. Leave out --text")
    assert done.stdout == ""


@pytest.mark.sound
@pytest.mark.realtime
@pytest.mark.skipif(bool(missing()), reason=missing() or "all there")
def test_a_failure_is_said_aloud(tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "voicecoach", "practice", "--hands-free"),
        *("--model", str(tmp_path / "none")),
    ]
    with SoundCard() as card:
        held = converse(card, command, [])
    assert held.exit_status == 1
    assert sum(spell.length_s for spell in held.speech) > 1.0, held.output
    assert "Traceback" not in held.output


@pytest.mark.sound
@pytest.mark.realtime
@pytest.mark.skipif(bool(missing()), reason=missing() or "all there")
def test_a_whole_visit_through_a_sound_card(tmp_path: Path) -> None:
    """Stop the interview, hear what there is to hear, and leave."""
    stop = RECORDINGS / "command-stop.wav"
    command = [sys.executable, "-m", "voicecoach", "practice", "--hands-free", "--seed", "1"]
    with SoundCard() as card:
        # The third is for a busy machine, on which one may fall into the coach's own words.
        held = converse(card, command, [stop, stop, stop], settle_s=UTTERANCE_GAP_S + 0.6)
    assert held.exit_status == 0, held.output
    assert "[stop]" in held.output
    assert "[leave]" in held.output
    assert None not in held.gaps
