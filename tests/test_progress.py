"""What has changed over the sessions: the rule, the document, and ``voicecoach progress``."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
import random
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from tests.rehearsal import Rehearsal
from tests.timeline import ANSWER, QUESTION, REPLY, SECOND_REPLY, Timeline, interview, score
from voicecoach.cli import main
from voicecoach.content.judge import judge_digest
from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.interview import Interview
from voicecoach.dialog.selection import arrange, find_plan
from voicecoach.drill_results import Round
from voicecoach.events import AnswerScored, Event, SessionStarted
from voicecoach.progress import Progress, measure_progress
from voicecoach.progress_change import FALSE_CLAIMS, FEWEST, claimed, compare
from voicecoach.progress_next import Syllabus
from voicecoach.progress_series import MOVED, TOO_FEW, WITHIN_SPREAD, Series
from voicecoach.progress_sessions import Practice, PractisedAnswer, read_practice
from voicecoach.scoring.types import FACETS, PRINCIPLES
from voicecoach.store import SessionStore

SYLLABUS = Syllabus(
    families={"data-stories": "data stories", "pricing-case": "pricing case"},
    family_of={"fewer-tickets": "data-stories", "dear-storage": "pricing-case"},
    principles={"fewer-tickets": ("Dive Deep", "Earn Trust")},
    weights={
        "data_story": dict.fromkeys(FACETS, 1.0) | {"isolation": 3.0},
        "leadership_conflict": {"ownership": 4.0},
    },
    drills=dict.fromkeys(FACETS, ("so-what", "reframe")) | {"isolation": ("counterfactual",)},
    commands={
        name: f"voicecoach drill {name}" for name in ("so-what", "reframe", "counterfactual")
    },
    delivery=("words_per_minute", "hedges"),
)


def answer(
    levels: dict[str, int] | None = None,
    overall: float | None = 3.0,
    question: str = "fewer-tickets",
    question_type: str = "data_story",
    principles: tuple[str, ...] = (),
    **delivery: float | None,
) -> PractisedAnswer:
    given = dict.fromkeys(FACETS, 1) | (levels or {}) if overall is not None else {}
    return PractisedAnswer(
        "q1", question, question_type, overall, overall, given, principles, delivery, 50
    )


def practice(
    day: int, *answers: PractisedAnswer, judge: str = "a", rounds: tuple[Round, ...] = ()
) -> Practice:
    date = (dt.date(2026, 5, 1) + dt.timedelta(days=day)).isoformat()
    return Practice(f"s{day}", date, "practice", "quick", "text", judge, answers, rounds)


def facet(progress: Progress, name: str) -> Series:
    return next(series for series in progress.facets if series.name == name)


# --- the rule -----------------------------------------------------------------------------------


def test_a_clear_change_has_the_p_value_of_its_orders() -> None:
    """Of the 252 ways to halve ten sessions, this one and its mirror differ as much."""
    halves = compare([(0.0,)] * 5 + [(2.0,)] * 5, "x")
    assert halves is not None
    assert (halves.earlier, halves.later) == (0.0, 2.0)
    assert (halves.n_earlier, halves.n_later) == (5, 5)
    assert halves.p == pytest.approx(2 / 252, abs=0.006)
    assert compare([(0.0,)] * 5 + [(2.0,)] * 5, "x") == halves


def test_means_are_of_the_values_and_not_of_the_sessions() -> None:
    halves = compare([(0.0, 0.0, 0.0), (4.0,), (), *[(1.0,)] * 6], "x")
    assert halves is not None
    assert halves.earlier == pytest.approx(6 / 6)
    assert (halves.n_earlier, halves.n_later) == (6, 4)


def test_with_fewer_sessions_nothing_is_compared() -> None:
    """However many answers they have, and however clear it is."""
    assert compare([(0.0,) * 9] * 3 + [(2.0,) * 9] * (FEWEST - 4), "x") is None
    assert compare([(0.0,) * 9] * 3 + [(2.0,) * 9] * (FEWEST - 3), "x") is not None


def test_fewest_is_where_a_change_could_be_told_at_all() -> None:
    clear = compare([(0.0,)] * (FEWEST // 2) + [(2.0,)] * (FEWEST // 2), "x")
    assert clear is not None
    assert clear.p < FALSE_CLAIMS


def test_what_never_varies_is_certain_not_to_have_moved() -> None:
    halves = compare([(1.0,)] * 20, "x")
    assert halves is not None
    assert halves.p == 1.0


def test_of_many_figures_one_low_p_value_is_no_claim() -> None:
    assert claimed([0.04]) == [True]
    assert claimed([0.04, *[0.5] * 9]) == [False] * 10
    assert claimed([0.004, *[0.5] * 9]) == [True, *[False] * 9]
    assert claimed([0.04] * 10) == [True] * 10
    assert claimed([]) == []


def noise(seed: int, sessions: int, moods: float, shift: float = 0.0) -> list[Practice]:
    """Sessions of up to three answers whose facets only go up and down; each has its mood.

    From the middle on isolation is higher by `shift`.
    """
    dice = random.Random(seed)

    def level(mood: float, more: float) -> int:
        return min(2, max(0, round(0.8 + more + mood + dice.gauss(0, 0.6))))

    held = []
    for day in range(sessions):
        mood = dice.gauss(0, moods)
        later = shift if day >= sessions // 2 else 0.0
        answers = [
            answer(
                {name: level(mood, later * (name == "isolation")) for name in FACETS},
                overall=min(5.0, max(1.0, 3.0 + mood + dice.gauss(0, 0.7))),
                words_per_minute=150 + 20 * mood + dice.gauss(0, 12),
                hedges=float(dice.randrange(6)),
            )
            for _ in range(dice.choice((1, 2, 3)))
        ]
        held.append(practice(day, *answers))
    return held


@pytest.mark.parametrize(("sessions", "moods"), [(9, 0.4), (16, 0.0), (16, 0.4)])
def test_noise_is_not_claimed_to_be_change(sessions: int, moods: float) -> None:
    """A page counts as false if any of its thirteen figures is said to have moved."""
    pages = [measure_progress(noise(seed, sessions, moods), SYLLABUS) for seed in range(200)]
    false = sum(any(s.verdict == MOVED for s in page.series) for page in pages)
    assert all(len(page.series) == 13 for page in pages)
    assert false / len(pages) <= FALSE_CLAIMS


def test_a_large_change_is_found_and_is_the_only_one() -> None:
    pages = [measure_progress(noise(seed, 24, 0.2, shift=0.9), SYLLABUS) for seed in range(40)]
    found = sum(facet(page, "isolation").verdict == MOVED for page in pages)
    others = sum(s.verdict == MOVED and s.name != "isolation" for p in pages for s in p.series)
    assert found >= 32
    assert others <= 40 * 12 * FALSE_CLAIMS


# --- the document -------------------------------------------------------------------------------


def moved_isolation(sessions: int = 12) -> list[Practice]:
    """Isolation from 0 or 1 to 1 or 2; nothing else varies."""
    half = sessions // 2
    return [
        practice(day, answer({"isolation": day % 2 + (day >= half)}), answer({"isolation": 1}))
        if day % 3
        else practice(day, answer({"isolation": 2 * (day >= half)}))
        for day in range(sessions)
    ]


def test_a_change_is_told_with_its_figures_and_how_many_answers_it_rests_on() -> None:
    progress = measure_progress(moved_isolation(), SYLLABUS)
    series = facet(progress, "isolation")
    assert series.verdict == MOVED
    assert series.sentence() == (
        "isolation moved from 0.6 to 1.4 over 20 answers in 12 sessions; more than your usual "
        "spread."
    )
    assert facet(progress, "customer").verdict == WITHIN_SPREAD
    document = series.to_json()
    assert document["change"]["verdict"] == "moved"
    assert (document["change"]["n_earlier"], document["change"]["n_later"]) == (10, 10)
    assert document["points"][0] == {"session": "s0", "date": "2026-05-01", "n": 1, "mean": 0.0}


def test_few_sessions_are_told_to_be_few() -> None:
    series = facet(measure_progress(moved_isolation(6), SYLLABUS), "isolation")
    assert series.verdict == TOO_FEW
    assert series.sentence() == (
        "isolation: too few answers to say (6 sessions of the 8 that it takes)."
    )


def test_mean_and_spread() -> None:
    levels = (0, 1, 1, 2)
    held = [practice(day, answer({"isolation": level})) for day, level in enumerate(levels)]
    series = facet(measure_progress(held, SYLLABUS), "isolation")
    assert series.mean == 1.0
    assert series.spread == pytest.approx((2 / 3) ** 0.5)
    alone = facet(measure_progress(held[:1], SYLLABUS), "isolation")
    assert alone.spread is None


def test_a_facet_counts_only_where_its_question_weighs_it() -> None:
    held = [
        practice(0, answer({"isolation": 2, "ownership": 2})),
        practice(1, answer({"isolation": 0, "ownership": 0}, question_type="leadership_conflict")),
    ]
    progress = measure_progress(held, SYLLABUS)
    assert facet(progress, "isolation").values == (2.0,)
    assert facet(progress, "ownership").values == (2.0, 0.0)


def test_what_could_not_be_scored_is_no_zero() -> None:
    progress = measure_progress([practice(0, answer(overall=None, hedges=3.0))], SYLLABUS)
    assert progress.series == ()
    assert [f.answered for f in progress.families] == [1, 0]
    assert progress.next_step.kind == "begin"


def test_counts_of_delivery_are_told_for_a_hundred_words() -> None:
    progress = measure_progress([practice(0, answer(hedges=3.0, words_per_minute=None))], SYLLABUS)
    (hedges,) = progress.delivery
    assert (hedges.label, hedges.values) == ("hedges per 100 words", (6.0,))


def test_drills_are_counted_by_round() -> None:
    rounds = (Round("so-what", 1, 1, 4), Round("so-what", 2, 3, 4), Round("customer", 1, 1, 1))
    progress = measure_progress([practice(0, rounds=rounds)], SYLLABUS)
    assert [(s.name, s.values) for s in progress.drills] == [
        ("customer", (100.0,)),
        ("so-what", (25.0, 75.0)),
    ]
    assert progress.facets == ()


def test_figures_of_two_judges_are_not_thrown_together() -> None:
    old = [practice(day, answer({"isolation": 0}), judge="old") for day in range(8)]
    new = [practice(day, answer({"isolation": 2}), judge="new") for day in range(8, 16)]
    unscored = practice(16, answer(overall=None), judge="newest")
    progress = measure_progress([*old, *new, unscored], SYLLABUS)
    series = facet(progress, "isolation")
    assert set(series.values) == {2.0}
    assert series.verdict == WITHIN_SPREAD
    assert (progress.judged_since, progress.left_out) == ("2026-05-09", 8)


def test_what_is_claimed_does_not_depend_on_what_is_shown() -> None:
    held = noise(3, 24, 0.2, shift=0.9)
    every = facet(measure_progress(held, SYLLABUS), "isolation")
    alone = measure_progress(held, SYLLABUS, ("isolation",))
    assert alone.facets == (every,)


def test_coverage_counts_what_was_asked_and_what_was_shown() -> None:
    held = [
        practice(0, answer(principles=("Dive Deep",))),
        practice(1, answer(principles=("Ownership",)), answer(question="unknown")),
    ]
    progress = measure_progress(held, SYLLABUS)
    rows = {p.name: (p.asked, p.shown, p.sessions) for p in progress.principles}
    assert len(rows) == len(PRINCIPLES)
    assert rows["Dive Deep"] == (2, 1, (1.0, 0.0))
    assert rows["Ownership"] == (0, 1, (0.0, 0.5))
    assert rows["Earn Trust"] == (2, 0, (0.0, 0.0))
    assert [(f.family, f.answered) for f in progress.families] == [
        ("data-stories", 2),
        ("pricing-case", 0),
    ]


# --- what is next -------------------------------------------------------------------------------


def step(*held: Practice) -> tuple[str, str]:
    found = measure_progress(held, SYLLABUS).next_step
    assert found.why.endswith(".")
    assert found.command.startswith("voicecoach ")
    return found.kind, found.name


FULL = dict.fromkeys(FACETS, 2)


def test_next_is_the_drill_for_the_gap_that_weighs_most() -> None:
    """Structure is the weaker one, and isolation weighs three times as much."""
    assert step(practice(0, answer({**FULL, "isolation": 1, "structure": 0}))) == (
        "drill",
        "counterfactual",
    )


def test_only_the_latest_answers_tell_what_is_next() -> None:
    old = [practice(day, answer({**FULL, "isolation": 0})) for day in range(5)]
    new = [practice(day, answer({**FULL, "structure": 0})) for day in range(5, 15)]
    assert step(*old, *new) == ("drill", "so-what")


def test_after_its_drill_comes_a_family_that_was_never_practised() -> None:
    weak = answer({**FULL, "isolation": 0})
    drill = (Round("counterfactual", 1, 1, 3),)
    assert step(practice(0, weak), practice(1, rounds=drill)) == ("family", "pricing-case")
    assert step(practice(0, weak), practice(1, rounds=drill), practice(2, weak)) == (
        "drill",
        "counterfactual",
    )


def test_then_a_principle_that_no_answer_acted_out_and_then_the_plan() -> None:
    both = (answer(FULL), answer(FULL, question="dear-storage"))
    assert step(practice(0, *both)) == ("principle", "Customer Obsession")
    shown = dataclasses.replace(both[0], principles=PRINCIPLES)
    assert step(practice(0, shown, both[1])) == ("plan", "study")


# --- on stored sessions -------------------------------------------------------------------------


def keep(events: Sequence[Event], day: int, judge: str = "") -> str:
    """Store a session of that day of May."""
    date = dt.datetime(2026, 5, day, 13, 12, 40, tzinfo=dt.timezone.utc)
    began = events[0]
    assert isinstance(began, SessionStarted)
    began = dataclasses.replace(began, started=date.isoformat(), judge=judge or began.judge)
    writer = SessionStore().create("practice", date)
    for event in (began, *events[1:]):
        writer.append(event)
    writer.close()
    return writer.id


def rehearsed(answers: Sequence[str], seed: int = 1) -> Rehearsal:
    def make(material: Material) -> Activity:
        plan = find_plan(material.script, "quick")
        return Interview(material, plan, arrange(material.script, plan, seed))

    return Rehearsal(make, [*answers, "stop the interview"], seed=seed)


WEAK = [
    "so we launched the new page for our customers and it went up a lot and everybody in the "
    "office was really very happy about it and so was my manager",
    "well i would say that it was just a good page and people said they liked it very much",
    "there were some other things that happened that spring but i do not remember all of them",
]
STRONG = f"{ANSWER} | {REPLY}".replace("|", "[0.5]")


def out_of(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["progress", *args]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_rehearsed_sessions_are_read_as_they_were_judged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    held = [rehearsed(WEAK), rehearsed([STRONG, REPLY, SECOND_REPLY])]
    for day, rehearsal in enumerate(held, 4):
        keep(rehearsal.events, day)
    document = json.loads(out_of(capsys, "--json"))
    assert (document["sessions"], document["scored"]) == (2, 2)
    last = [r.of(AnswerScored) for r in held]
    ratings = [[e for e in scores if e.task_id == "q1"][-1].score["overall"] for scores in last]
    assert [p["mean"] for p in document["rating"]["points"]] == ratings
    assert ratings[0] < ratings[1]
    assert document["rating"]["change"]["verdict"] == "too_few"
    rows = list(csv.DictReader(io.StringIO(out_of(capsys, "--csv"))))
    assert [float(row["overall"]) for row in rows] == ratings
    first = next(e for e in last[1] if e.task_id == "q1").score
    assert float(rows[1]["words_per_minute"]) == first["delivery"]["words_per_minute"]
    assert rows[1]["isolation"] == str(last[1][-1].score["facets"]["isolation"]["level"])
    assert rows[1]["date"].startswith("2026-05-05")
    assert (
        rows[1]["family"]
        == document["families"][[f["answered"] for f in document["families"]].index(2)]["family"]
    )


def test_delivery_is_of_the_answer_and_levels_are_of_all_of_it() -> None:
    read = read_practice("s", interview())
    (told,) = read.answers
    assert (told.overall, told.alone) == (3.5, 2.5)
    assert told.levels["isolation"] == 2
    assert told.words == len(ANSWER.replace("| ", "").split())
    assert told.delivery == {"words_per_minute": 148.0, "fillers_per_minute": None, "hedges": 2.0}


def test_a_log_without_a_judge_counts_as_judged_by_its_version() -> None:
    assert read_practice("s", interview()).judge == "version 0.1.0"
    assert read_practice("2026-05-04-x", []).date == "2026-05-04"


def test_an_earlier_judge_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    keep(interview(), 4)
    keep(interview(), 5, judge="newer")
    out = out_of(capsys)
    assert "The judge changed on 2026-05-05." in out
    assert "1 earlier score is left out below" in " ".join(out.split())


def test_on_a_pipe_it_is_ascii_in_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    for day in range(1, 20):
        keep(interview(), day)
    out = out_of(capsys)
    assert out.isascii()
    assert max(map(len, out.splitlines())) <= 80
    assert "isolation                      19    2.0    0.0  9999999999999999" in out
    assert "Nothing has moved by more than your usual spread." in out
    assert "Next: voicecoach " in out


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("variable", "bars"), [("", True), ("NO_COLOR", False)])
def test_a_terminal_is_shown_bars_unless_it_minds(
    variable: str, bars: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(interview(), 4)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    if variable:
        monkeypatch.setenv(variable, "1")
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["progress"]) == 0
    assert ("█" in terminal.getvalue()) is bars
    assert max(map(len, terminal.getvalue().splitlines())) <= 80


def test_what_moved_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    for day in range(1, 15):
        story = Timeline()
        story.asks(QUESTION)
        facets: dict[str, tuple[int, list[str]]] = {"isolation": (2 if day > 7 else 0, [])}
        story.scores(score(story.answers(ANSWER), 3.0, facets))
        keep(story.ends(), day)
    out = " ".join(out_of(capsys).split())
    assert "Isolation moved from 0.0 to 2.0 over 14 answers in 14 sessions;" in out
    assert "0.0 -> 2.0" in out


def test_some_facets_and_some_days(capsys: pytest.CaptureFixture[str]) -> None:
    for day in (4, 5, 9):
        keep(interview(), day)

    def document(*args: str) -> Any:
        return json.loads(out_of(capsys, "--json", *args))

    assert document("--since", "2026-05-05")["sessions"] == 2
    some = document("--facet", "so what", "--facet", "isolation")
    assert [f["name"] for f in some["facets"]] == ["isolation", "so_what"]
    header = out_of(capsys, "--csv", "--facet", "isolation").splitlines()[0].split(",")
    assert [name for name in header if name in FACETS] == ["isolation"]


@pytest.mark.parametrize(
    "args", [("--since", "monday"), ("--json", "--csv"), ("--facet", "telepathy")]
)
def test_what_is_not_understood_is_wrong_usage(
    args: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: Any = main(["progress", *args])
    except SystemExit as end:  # argparse leaves by itself
        status = end.code
    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    assert "Traceback" not in captured.err


def test_the_demos_answers_are_somebody_elses(capsys: pytest.CaptureFixture[str]) -> None:
    story = Timeline(activity="demo")
    story.asks(QUESTION)
    story.scores(score(story.answers(ANSWER), 3.0))
    keep(story.ends(), 4)
    assert out_of(capsys) == "Nothing practised yet. Begin with: voicecoach practice\n"


def test_without_sessions_there_is_one_kind_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of(capsys) == "Nothing practised yet. Begin with: voicecoach practice\n"
    assert json.loads(out_of(capsys, "--json"))["next"]["kind"] == "begin"
    assert len(out_of(capsys, "--csv").splitlines()) == 1
    keep(interview(), 4)
    assert out_of(capsys, "--since", "2026-06-01") == (
        "Nothing was practised since 2026-06-01. See: voicecoach history --all\n"
    )


def test_a_session_notes_who_judged_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{ANSWER}\nstop the interview\n"))
    assert main(["practice", "--text", "--seed", "3"]) == 0
    capsys.readouterr()
    (row,) = csv.DictReader(io.StringIO(out_of(capsys, "--csv")))
    assert row["judge"] == judge_digest()
    assert row["source"] == "text"
