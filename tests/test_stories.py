"""The candidate's own stories: from what is told in sessions to the file, and to the terminal."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rehearsal import Rehearsal
from tests.timeline import ANSWER, QUESTION, Timeline, score
from voicecoach import resources
from voicecoach.cli import main
from voicecoach.cli._session import LazyLog, _stories_kept
from voicecoach.cli._stories import caught_up, keep_stories, without_a_story
from voicecoach.content.script import load_script
from voicecoach.dialog.activity import Material
from voicecoach.dialog.interview import Interview
from voicecoach.dialog.selection import arrange, filter_questions, find_plan
from voicecoach.errors import ContentError, DeviceError, StoreError
from voicecoach.events import AnswerDropped, Event, SessionEnded, StorySaved, TurnTaken, Word
from voicecoach.report import render
from voicecoach.scoring.types import PRINCIPLES
from voicecoach.store import SessionStore
from voicecoach.stories import Bank, Story, same_title, take_in, tellings
from voicecoach.story_bank import bank_file, load_bank, save_bank
from voicecoach.story_figures import metrics_of

MONDAY = dt.datetime(2026, 5, 4, 13, 12, 40, tzinfo=dt.timezone.utc)

CHECKOUT = (
    "i owned the checkout page for a grocery delivery service busy parents told support that the "
    "page felt slow and i thought that speed was the problem then i went through every step of "
    "the funnel and i found that one in five people left when we asked them to choose a delivery "
    "time so i worked with our engineers to show the three best times at the top we launched it "
    "in march and checkout completion went up by eight percent support tickets fell by a third"
)
BETTER = (
    f"{CHECKOUT} we kept the old page for ten percent of customers in that control group "
    "completion also went up by three percent because of a holiday so five percent came from the "
    "new page i decided to ship it to everyone and five percent more orders is worth two million "
    "dollars a year"
)
HELP_DESK = ANSWER.replace("|", "")


def rehearse(*answers: str) -> list[Event]:
    """Hold an interview of one question with the real scorer; return its log."""

    def activity(material: Material) -> Interview:
        plan = find_plan(material.script, "quick")
        parts = arrange(material.script, plan, 7, question="data-changed-plan")
        return Interview(material, plan, parts)

    return Rehearsal(activity, answers).events


def saying(events: Sequence[Event], title: str, task: str = "q1") -> list[Event]:
    """Return a log in which the candidate asks, after the first answer, to keep the story."""
    first = next(i for i, e in enumerate(events) if isinstance(e, TurnTaken) and e.task_id == task)
    return [*events[: first + 1], StorySaved(events[first].at_s, task, title), *events[first + 1 :]]


def keep(events: Sequence[Event], day: int = 0, activity: str = "practice") -> Path:
    """Write a log down as a session; return its folder."""
    writer = SessionStore().create(activity, MONDAY + dt.timedelta(days=day))
    for event in events:
        writer.append(event)
    writer.close()
    return writer.folder


def told(*texts: str, title: str = "", overall: float | None = None, saved: int = 0) -> list[Event]:
    """Return a log in which one answer is given in several turns, and kept after one of them."""
    story = Timeline()
    story.asks(QUESTION)
    for number, text in enumerate(texts):
        story.answers(text)
        if number == saved:
            story.events.append(StorySaved(story.now_s, "q1", title))
    if overall is not None:
        story.scores(score(" ".join(texts), overall))
    return story.events


def named(title: str, text: str, overall: float | None, session: str, date: str = "") -> Story:
    return Story(title, text, overall=overall, session=session, task="q1", date=date)


def bank_of(*found: Story) -> Bank:
    bank = Bank()
    for story in found:
        bank, _ = take_in(bank, story)
    return bank


def out_of(capsys: pytest.CaptureFixture[str], *args: str, status: int = 0) -> tuple[str, str]:
    assert main(["stories", *args]) == status
    captured = capsys.readouterr()
    return captured.out, captured.err


# --- what is told in a session ------------------------------------------------------------------


def test_a_story_has_the_answer_its_figures_its_rating_and_its_principles() -> None:
    events = saying(
        rehearse(BETTER, "we kept the old page for ten percent of customers"), "checkout"
    )
    (story,) = tellings(events, "s1")
    assert (story.title, story.told) == ("Checkout", BETTER)
    assert story.metrics[0] == "checkout completion up 8 percent"
    assert story.overall is not None
    assert 2.0 <= story.overall <= 4.5
    assert "Customer Obsession" in story.principles
    assert (story.session, story.task, story.date) == ("s1", "q1", "2026-01-01")


def test_a_story_is_kept_by_voice() -> None:
    control = "we kept the old page for ten percent of customers and completion rose there too"
    events = rehearse(CHECKOUT, "save this as my delivery slots story", control)
    (story,) = tellings(events, "s1")
    assert (story.title, story.told) == ("Delivery slots", CHECKOUT)
    assert story.overall is not None
    (held,) = tellings(rehearse(f"{CHECKOUT} [0.8] save this as my checkout story"), "s1")
    assert (held.title, held.told, held.overall) == ("Checkout", CHECKOUT, story.overall)


def test_what_follows_the_wish_belongs_to_the_answer_and_the_command_does_not() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("i cut the form | save this as my form story", "command", "save:form")
    story.events.append(StorySaved(story.now_s, "q1", "form"))
    story.answers("and half the tickets went away")
    (found,) = tellings(story.events, "s1")
    assert found.told == "i cut the form and half the tickets went away"


def test_what_is_told_over_a_kept_answer_does_not_take_its_place() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("i cut the form")
    story.events.append(StorySaved(story.now_s, "q1", "form"))
    story.commands("start over", "start_over")
    story.events.append(AnswerDropped(story.now_s, "q1"))
    story.answers("well it was like this")
    (found,) = tellings(story.events, "s1")
    assert found.told == "i cut the form"


def test_the_latest_wish_counts_and_keeps_the_title_that_was_said() -> None:
    events = told("i cut", "the form", title="form")
    events.append(StorySaved(99.0, "q1", ""))
    assert [s.title for s in tellings(events, "s1")] == ["Form"]
    events.append(StorySaved(100.0, "q1.p1", "long form"))
    assert [s.title for s in tellings(events, "s1")] == ["Form"], "no such follow-up was asked"
    events.append(StorySaved(101.0, "q1", "long form"))
    assert [s.title for s in tellings(events, "s1")] == ["Long form"]


def test_a_wish_in_a_follow_up_means_the_story() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("i cut the form")
    story.probes("counterfactual", "And without it?")
    story.answers("nothing would have changed")
    story.events.append(StorySaved(story.now_s, "q1.p1", "form"))
    (found,) = tellings(story.events, "s1")
    assert (found.task, found.told) == ("q1", "i cut the form")


def test_nothing_said_is_no_story(capsys: pytest.CaptureFixture[str]) -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.events.append(StorySaved(story.now_s, "q1", "form"))
    assert tellings(story.events, "s1") == ()
    assert keep_stories(keep(story.events)) == ("nothing was said that could be kept",)
    assert not bank_file().exists()


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("tickets fell by thirty percent", ("tickets down 30 percent",)),
        ("our median wait fell from 52 minutes to 31", ("median wait from 52 to 31 minutes",)),
        ("dry holes fell from seven in ten to four in ten", ("dry holes from 70 to 40 percent",)),
        (
            "tickets fell by thirty percent and then tickets rose by two percent and signups rose "
            "by one percent and returns fell by four percent and visits rose by five percent",
            ("tickets down 30 percent", "signups up 1 percent", "returns down 4 percent"),
        ),
        (
            "a visit costs four pounds and visits rose by nine percent",
            ("visits up 9 percent", "visit: 4 pounds"),
        ),
        ("revenue went up by two million dollars", ("revenue up 2 million dollars",)),
        ("they dropped by a third", ("“they dropped by a third”",)),
        ("we hoped that tickets would fall by thirty percent", ()),
        ("i asked around and nobody knew", ()),
    ],
)
def test_figures_in_words(text: str, figures: tuple[str, ...]) -> None:
    assert metrics_of(text) == figures


# --- the same story again -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Checkout", "my checkout story", True),
        ("Checkout", "check out", True),
        ("Delivery slots", "the delivery slot", True),
        ("Search", "Research", False),
        ("Checkout", "Returns", False),
        ("Holiday pricing test one", "Holiday pricing test two", False),
        ("Story 2", "Story 3", False),
    ],
)
def test_titles_that_mean_one_story(first: str, second: str, same: bool) -> None:
    assert same_title(first, second) is same


@pytest.mark.parametrize(
    ("ratings", "dates", "kept"),
    [
        ((2.0, 3.5), ("2026-05-04", "2026-05-05"), "second"),
        ((3.5, 2.0), ("2026-05-04", "2026-05-05"), "first"),
        ((3.0, 3.0), ("2026-05-04", "2026-05-05"), "second"),
        ((3.0, 3.0), ("2026-05-05", "2026-05-04"), "first"),
        ((1.0, None), ("2026-05-04", "2026-05-05"), "first"),
        ((None, 1.0), ("2026-05-04", "2026-05-05"), "second"),
        ((None, None), ("2026-05-04", "2026-05-05"), "second"),
    ],
)
def test_the_better_telling_is_kept(
    ratings: tuple[float | None, float | None], dates: tuple[str, str], kept: str
) -> None:
    first = named("Checkout", "first", ratings[0], "s1", dates[0])
    second = named("checkout story", "second", ratings[1], "s2", dates[1])
    (story,) = bank_of(first, second).stories
    assert (story.title, story.told, story.tellings) == ("Checkout", kept, 2)
    assert story.session == {"first": "s1", "second": "s2"}[kept]


def test_a_story_shows_what_any_of_its_tellings_showed_unless_set_by_hand() -> None:
    first = Story("A", "x", principles=("Dive Deep",), session="s1", task="q1")
    second = Story("A", "y", principles=("Ownership",), session="s2", task="q1")
    assert bank_of(first, second).stories[0].principles == ("Ownership", "Dive Deep")
    by_hand = Story("A", "x", principles=("Frugality",), session="s1", task="q1", by_hand=True)
    (story,) = bank_of(by_hand, second).stories
    assert (story.principles, story.by_hand) == (("Frugality",), True)
    assert story.told == "y"


def test_without_a_title_it_is_the_story_that_is_told_alike() -> None:
    bank = bank_of(named("Checkout", CHECKOUT, 2.0, "s1"), named("Help", HELP_DESK, 2.0, "s2"))
    bank, taken = take_in(bank, named("", BETTER, 3.0, "s3"))
    assert taken is not None
    assert (taken.story.title, taken.story.told, taken.kept) == ("Checkout", BETTER, True)
    assert [s.tellings for s in bank.stories] == [2, 1]


def test_without_a_title_other_words_will_do_and_another_story_will_not() -> None:
    bank = bank_of(named("Checkout", CHECKOUT, 2.0, "s1"))
    again = (
        "so this was the checkout of a grocery service that delivers parents complained to support "
        "that it was slow and everybody took it for a matter of speed but in the funnel i saw that "
        "people left at the choice of a delivery time so with the engineers i put the three best "
        "times on top and completion went up by eight percent"
    )
    bank, _ = take_in(bank, named("", again, 3.0, "s2"))
    assert [(s.title, s.tellings) for s in bank.stories] == [("Checkout", 2)]
    other = (
        "i owned the returns page for a clothes shop customers told support that they never knew "
        "when the money came and i thought that speed was the problem then i found in the tickets "
        "that they only wanted a date so i worked with our engineers to show one and tickets fell "
        "by a third"
    )
    bank, _ = take_in(bank, named("", other, 3.0, "s3"))
    assert [s.tellings for s in bank.stories] == [2, 1]
    bank, _ = take_in(bank, named("", "customers told support about delivery", None, "s4"))
    assert [s.tellings for s in bank.stories] == [2, 1, 1], "a few words may be of any story"


def test_a_story_without_a_title_is_called_by_what_it_is_about() -> None:
    assert bank_of(named("", CHECKOUT, 2.0, "s1")).stories[0].title == "Checkout completion"
    bank, taken = take_in(Bank(), named("", "i asked", None, "s1"), "Data changed plan")
    assert taken is not None
    assert taken.story.title == "Data changed plan"
    bank, _ = take_in(bank, named("", "we moved to leeds", None, "s2"), "Data changed plan")
    bank, _ = take_in(bank, named("", "nobody hired anyone", None, "s3"), "Data changed plan")
    titles = [s.title for s in bank.stories]
    assert titles == [
        "Data changed plan", "Data changed plan, number 2", "Data changed plan, number 3",
    ]  # fmt: skip


def test_a_telling_counts_once_and_grows_with_its_session() -> None:
    half = named("Checkout", "half of it", None, "s1")
    whole = named("Checkout", "all of it", 3.0, "s1")
    bank, taken = take_in(bank_of(half), whole)
    assert taken is not None
    assert [(s.told, s.tellings) for s in bank.stories] == [("all of it", 1)]
    other = bank_of(half, named("Checkout", "better", 4.0, "s2"))
    assert take_in(other, whole) == (other, None)


# --- the file -----------------------------------------------------------------------------------


def test_the_file_gives_back_what_was_written() -> None:
    odd = "no: 'yes' # and \"so\" \N{SNOWMAN} - *it* went ~ {a} [b] & !c | > % @"
    bank = Bank(
        (
            Story(
                "no", odd, ("Are Right, A Lot",), ("a: b",), 2.5, "s1", "q1", "2026-05-04", 3, True
            ),
            Story("Null", BETTER * 3),
            Story("12", "1e3"),
        ),
        ("s1 q1", "s2 q1"),
    )
    save_bank(bank)
    assert load_bank() == bank
    if sys.platform != "win32":
        assert bank_file().stat().st_mode & 0o077 == 0, "others may read it"
    assert all(len(line) <= 110 for line in bank_file().read_text(encoding="utf-8").splitlines())


@given(title=st.text(), text=st.text(), figure=st.text())
def test_whatever_was_said_can_be_written_and_read(title: str, text: str, figure: str) -> None:
    story = Timeline()
    story.asks(QUESTION)
    words = tuple(Word(w, 0.0, 0.1, 0.9) for w in (f"so {text}", "it was"))
    story.events.append(TurnTaken(1.0, "q1", "answer", "", words, 0.1))
    story.events.append(StorySaved(1.0, "q1", title))
    (telling,) = tellings(story.events, "s1")
    bank, taken = take_in(Bank(), telling, figure.strip())
    assert taken is not None
    save_bank(bank)
    assert load_bank() == bank


def test_control_characters_and_broken_unicode_do_not_reach_the_file() -> None:
    events = told("i\x1b[31m cut\x00 the\ud800 form", title="re\ud800d\n\nform")
    bank = bank_of(*tellings(events, "s1"))
    save_bank(bank)
    assert load_bank() == bank
    assert bank.stories[0].told == "i [31m cut the form"


def test_a_file_edited_by_hand_is_taken_as_it_is() -> None:
    bank_file().parent.mkdir(parents=True)
    bank_file().write_text(
        "stories:\n- title: Fees\n  told: I cut\n    the fees.\n  principles: [Frugality]\n",
        encoding="utf-8",
    )
    assert load_bank().stories == (Story("Fees", "I cut the fees.", ("Frugality",)),)
    bank_file().write_text("stories:\ntaken:\n", encoding="utf-8")
    assert load_bank() == Bank()


@pytest.mark.parametrize(
    ("entry", "wrong", "remedy"),
    [
        ("{title: A}", "line 2, stories[1]: missing key told", "Add told"),
        ("{title: A, told: x, priciples: []}", "unknown key 'priciples'", "'principles' is meant"),
        ("{title: A, told: x, principles: [Dive deep]}", "'Dive deep' is not one", "'Dive Deep'"),
        ("{title: A, told: x, overall: 7}", "7 is out of range", "from 1 to 5"),
        ("{title: A, told: x, by_hand: yes}", "'yes' is not one of those", "true"),
        ("{title: A, told: ''}", "stories[1].told: empty", "Write a text"),
        ("{title: A, told: [", "not YAML", "indentation"),
    ],
)
def test_a_broken_file_names_the_place_and_the_remedy(
    capsys: pytest.CaptureFixture[str], entry: str, wrong: str, remedy: str
) -> None:
    bank_file().parent.mkdir(parents=True)
    text = f"stories:\n  - {entry}\n"
    bank_file().write_text(text, encoding="utf-8")
    _, err = out_of(capsys, status=1)
    assert wrong in err
    assert remedy in err
    assert str(bank_file()) in err
    folder = keep(told("i cut the form", title="form"))
    (line,) = keep_stories(folder)
    assert line.startswith("not kept yet. ")
    assert wrong in line
    assert bank_file().read_text(encoding="utf-8") == text
    bank_file().write_text("stories: []\n", encoding="utf-8")
    out, err = out_of(capsys)
    assert "Form" in out
    assert "Taken in from" in err


def test_every_mistake_of_the_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    bank_file().parent.mkdir(parents=True)
    bank_file().write_text(
        "stories:\n- {title: A, told: x, overall: 7}\n- {title: A, told: y}\n- {told: y}\n",
        encoding="utf-8",
    )
    _, err = out_of(capsys, status=1)
    first, second, third = err.splitlines()
    assert "line 2, stories[1].overall: 7 is out of range" in first
    assert "'A' is there twice" in second
    assert "missing key title" in third
    with pytest.raises(ContentError, match="line 2"):
        load_bank()


@pytest.mark.skipif(
    sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="permissions do not stop this user",
)
def test_a_folder_that_may_not_be_written_by_its_permissions() -> None:
    resources.user_data_dir().mkdir(parents=True)
    resources.user_data_dir().chmod(0o500)
    try:
        with pytest.raises(StoreError, match="may not be written"):
            save_bank(Bank())
    finally:
        resources.user_data_dir().chmod(0o700)


def test_a_disk_that_refuses_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save_bank(bank_of(named("Fees", "i cut the fees", 3.0, "s1")))
    before = bank_file().read_bytes()
    folder = keep(told("i cut the form", title="form"))

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        (line,) = keep_stories(folder)
        assert "may not be written" in line
        assert "voicecoach stories" in line
        out_of(capsys, status=1)
    assert bank_file().read_bytes() == before
    assert sorted(p.name for p in bank_file().parent.iterdir()) == ["sessions", "stories.yaml"]
    out_of(capsys)
    assert [s.title for s in load_bank().stories] == ["Fees", "Form"]


# --- sessions -----------------------------------------------------------------------------------


def test_a_story_outlives_its_session() -> None:
    folder = keep([*told(CHECKOUT, title="checkout", overall=3.0), SessionEnded(99.0, "finished")])
    assert keep_stories(folder) == ("Checkout: kept, 3 of 5 (the answer alone)",)
    shutil.rmtree(folder)
    bank, found = caught_up()
    assert ([s.title for s in bank.stories], found) == (["Checkout"], ())


def test_the_session_tells_which_telling_is_kept() -> None:
    keep_stories(keep(told(CHECKOUT, title="checkout", overall=3.0)))
    (line,) = keep_stories(keep(told("i forgot", title="checkout", overall=1.0), day=1))
    assert (
        line
        == "Checkout: told 2 times; the one of 2026-05-04 stays the best, 3 of 5 (the answer alone)"
    )
    (line,) = keep_stories(keep(told(BETTER, title="check out", overall=4.0), day=2))
    assert line == "Checkout: told 3 times; this is the best telling, 4 of 5 (the answer alone)"


def test_a_killed_session_is_caught_up_and_what_is_removed_stays_removed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = keep(told("i cut the form", "and half of", title="form"))
    log = folder / "events.jsonl"
    written = log.read_bytes()
    log.write_bytes(written[: written.rindex(b"FloorTaken") + 40])  # killed while it wrote
    out, err = out_of(capsys)
    assert err == f"Taken in from {folder.name}: Form\n"
    assert "Form" in out
    assert load_bank().stories[0].told == "i cut the form and half of"
    out, err = out_of(capsys, "remove", "form")
    assert out.startswith("Form is gone from your stories.")
    out, err = out_of(capsys)
    assert (err, out.startswith("No stories yet.")) == ("", True)


def test_a_story_taken_out_in_an_editor_stays_out() -> None:
    keep_stories(keep(told("i cut the form", title="form")))
    text = bank_file().read_text(encoding="utf-8")
    begin, end = text.index("  - title"), text.index("taken:")
    bank_file().write_text(text[:begin] + text[end:], encoding="utf-8")
    assert caught_up()[0].stories == ()


def test_a_session_that_goes_on_while_it_is_looked_at_is_kept_whole() -> None:
    events = told("i cut the form", "and tickets fell by thirty percent", title="form", overall=2.5)
    writer = SessionStore().create("practice", MONDAY)
    at = next(i for i, e in enumerate(events) if isinstance(e, StorySaved)) + 1
    for event in events[:at]:
        writer.append(event)
    assert caught_up()[0].stories[0].told == "i cut the form"
    for event in events[at:]:
        writer.append(event)
    writer.close()
    assert keep_stories(writer.folder) == ("Form: kept, 2.5 of 5 (the answer alone)",)
    (story,) = load_bank().stories
    assert (story.told, story.tellings) == ("i cut the form and tickets fell by thirty percent", 1)


def test_the_stories_of_the_recorded_candidate_are_not_yours() -> None:
    story = Timeline("demo")
    story.asks(QUESTION)
    story.answers("i cut the form")
    story.events.append(StorySaved(story.now_s, "q1", "form"))
    assert keep_stories(keep(story.events, activity="demo")) == ()
    assert caught_up()[0] == Bank()


def test_a_session_without_a_wish_writes_nothing() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("i cut the form")
    assert keep_stories(keep(story.ends())) == ()
    assert not bank_file().exists()


def test_the_report_shows_what_is_kept() -> None:
    assert "Kept as your story “form”." in render(told("i cut the form", title="form"))
    assert "Kept as one of your stories." in render(told("i cut the form"))
    assert "Kept as" not in render(told("i cut the form", saved=9))


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def _two_stories() -> None:
    keep_stories(keep(saying(rehearse(BETTER), "checkout")))
    keep_stories(keep(told(HELP_DESK, title="help desk"), day=1))


def test_an_empty_bank_tells_how_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = out_of(capsys)
    assert "save this as my checkout story" in out
    assert "voicecoach practice --plan stories" in out
    _, err = out_of(capsys, "show", "anything", status=2)
    assert "There is no story 'anything'" in err


@pytest.mark.usefixtures("_two_stories")
def test_the_list_shows_stories_and_the_principles_without_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, _ = out_of(capsys)
    assert "Checkout" in out
    assert "checkout completion up 8" in out
    document = json.loads(out_of(capsys, "--json")[0])
    first, second = document["stories"]
    assert (first["title"], first["told"], first["tellings"]) == ("Checkout", BETTER, 1)
    assert (second["title"], second["overall"]) == ("Help desk", None)
    missing = [row["principle"] for row in document["missing_principles"]]
    shown = {*first["principles"], *second["principles"]}
    assert shown
    assert missing == [name for name in PRINCIPLES if name not in shown]
    assert f"No story yet for {len(missing)} of the 16 principles" in out


@pytest.mark.usefixtures("_two_stories")
def test_each_principle_without_a_story_comes_with_a_command_that_works(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = load_script()
    for row in json.loads(out_of(capsys, "--json")[0])["missing_principles"]:
        *_, option, name = shlex.split(row["practise"])
        assert option == "--principle"
        asked = filter_questions(script, principle=name)
        assert {row["principle"]} <= {p for q in asked for p in q.principles}
        assert row["question"] in [q.id for q in asked]
        assert all(row["principle"] in q.principles for q in asked)


@pytest.mark.usefixtures("_two_stories")
def test_one_story_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = out_of(capsys, "show", "chekout")
    assert " ".join(out.split()).count(BETTER[:200]) == 1
    assert out.startswith("Checkout  (")
    document = json.loads(out_of(capsys, "show", "checkout", "--json")[0])
    assert document == json.loads(out_of(capsys, "--json", "show", "checkout")[0])
    assert document["told"] == BETTER
    out_of(capsys, "--json", "remove", "checkout", status=2)
    _, err = out_of(capsys, "show", "pricing", "test", status=2)
    assert "Choose: Checkout · Help desk" in err


@pytest.mark.usefixtures("_two_stories")
def test_a_story_gets_another_title_and_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = out_of(capsys, "rename", "check", "delivery times")
    assert out == "Checkout is Delivery times from now on.\n"
    _, err = out_of(capsys, "rename", "delivery", "Help desk", status=2)
    assert "There is a story 'Help desk' already" in err
    out_of(capsys, "rename", "delivery", " ", status=2)
    keep_stories(keep(told(CHECKOUT, title="delivery time", overall=1.5), day=2))
    assert [(s.title, s.tellings) for s in load_bank().stories] == [
        ("Delivery times", 2),
        ("Help desk", 1),
    ]


@pytest.mark.usefixtures("_two_stories")
def test_principles_set_by_hand_stay(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = out_of(capsys, "principles", "checkout", "disagree and commit", "frugality")
    assert "Frugality, Have Backbone; Disagree and Commit" in out
    keep_stories(keep(saying(rehearse(BETTER), "checkout"), day=2))
    first = load_bank().stories[0]
    assert first.principles == ("Frugality", "Have Backbone; Disagree and Commit")
    assert first.tellings == 2
    out, _ = out_of(capsys, "principles", "checkout")
    assert "no principle" in out
    _, err = out_of(capsys, "principles", "checkout", "punctuality", status=2)
    assert "There is no principle 'punctuality'" in err


def test_a_written_story_is_scored_and_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "story.txt"
    file.write_text(BETTER.replace(" we kept", ".\n\nWe kept"), encoding="utf-8")
    out, _ = out_of(capsys, "add", str(file), "--title", "checkout")
    (story,) = load_bank().stories
    assert out == f"Checkout: kept, {story.overall:g} of 5 (the answer alone)\n"
    assert (story.session, story.told[:20]) == ("", BETTER[:20])
    assert story.metrics[0] == "checkout completion up 8 percent"
    assert "Customer Obsession" in story.principles
    file.write_text("too short", encoding="utf-8")
    out, _ = out_of(capsys, "add", str(file), "--title", "checkout")
    assert "told 2 times; the one of" in out
    assert load_bank().stories[0].told == story.told
    file.write_text(" \n", encoding="utf-8")
    _, err = out_of(capsys, "add", str(file), "--title", "checkout", status=2)
    assert "has no text" in err
    _, err = out_of(capsys, "add", str(tmp_path / "none.txt"), "--title", "checkout", status=1)
    assert "cannot be read" in err
    out_of(capsys, "add", str(file), "--title", "x", "--question", "riddle", status=2)


# --- round about --------------------------------------------------------------------------------


def test_a_session_that_fails_keeps_its_stories(capsys: pytest.CaptureFixture[str]) -> None:
    events = told("i cut the form", title="form")
    log = LazyLog("practice", None)
    with pytest.raises(DeviceError), contextlib.closing(log), _stories_kept(log):
        for event in events:
            log.append(event)
        raise DeviceError("device.gone", "The microphone is gone")
    assert capsys.readouterr().out == "\nStory    Form: kept, not rated\n"
    assert [s.session for s in load_bank().stories] == list(SessionStore().ids())


def test_a_session_that_never_began_keeps_nothing() -> None:
    with contextlib.closing(LazyLog("practice", None)) as log, _stories_kept(log):
        pass
    assert not resources.user_data_dir().exists()


def test_the_plan_of_stories_asks_first_for_principles_without_one() -> None:
    script = load_script()
    plan = find_plan(script, "stories")
    every = [name for name in PRINCIPLES if name != "Frugality"]
    save_bank(Bank((Story("All but one", "x", tuple(every)),)))
    wanted = without_a_story(script)
    for seed in range(20):
        parts = arrange(script, plan, seed, wanted=wanted)
        (asked,) = [q for part in parts for q in part.questions[1:2]]
        assert asked.principles[0] == "Frugality"
    bank_file().write_text("stories: nonsense\n", encoding="utf-8")
    assert without_a_story(script) == frozenset()
