"""What counts as a spoken command, and what must never."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from voicecoach.content.script import load_script
from voicecoach.dialog.commands import CommandMatcher, normalise


@pytest.fixture(scope="module")
def matcher() -> CommandMatcher:
    return CommandMatcher(load_script().commands)


def test_every_phrase_of_the_script_is_its_own_command(matcher: CommandMatcher) -> None:
    for name, phrases in load_script().commands.items():
        for phrase in phrases:
            assert matcher.match(phrase, asked=True) == name, phrase


@pytest.mark.parametrize(
    ("utterance", "command"),
    [
        ("um repeat the question please", "repeat"),
        ("Coach, repeat the question.", "repeat"),
        ("okay skip", "skip"),
        ("coach repeat the question", "repeat"),
        ("hey coach how long have i got", "time_left"),
        ("can you um repeat the question", "repeat"),
        ("how am i doing on time", "time_left"),
        ("how am i doing", "progress"),
        ("okay how am i doing so far", "progress"),
        ("let me start over please", "start_over"),
        ("coach save this", "save"),
        ("repeat that question", "repeat"),
        ("stop the interview now", "stop"),
        ("thats my answer", "done"),
        ("that is all", "done"),
        ("I am ready.", "resume"),
        ("I’m back", "resume"),
        ("let us stop", "stop"),
        ("i would like a hint", "hint"),
        ("i do not know where to start", "hint"),
    ],
)
def test_variants_and_slips_are_taken(
    matcher: CommandMatcher, utterance: str, command: str
) -> None:
    assert matcher.match(utterance) == command


def test_the_recorded_commands_are_commands(matcher: CommandMatcher) -> None:
    listed = Path(__file__).parents[1] / "data" / "recordings.yaml"
    recordings = yaml.safe_load(listed.read_text(encoding="utf-8"))["recordings"]
    commands = [r for r in recordings if r["kind"] == "command"]
    assert len(commands) >= 8
    assert [matcher.match(r["text"]) for r in commands] == [r["command"] for r in commands]


@pytest.mark.parametrize(
    "utterance",
    [
        "",
        "um",
        "we decided to skip the next release",
        "the next question we asked was whether customers would repeat",
        "so i had to stop the project",
        "skipper",
        "this is it",
        "that is in",
        "i am done with that team by then",
        "i have nothing against it",
        "ship",
        "help desk tickets fell by a third",
        "we paused it for a week in march",
        "i asked for a hint of what customers wanted",
        "stop it there said my manager and we did",
        "the coach said skip this one",
        "my coach told me to repeat the question",
        "we had to save this as our last option",
        "save this as our last option",
        "we kept it as the main story",
        "say this is the only story",
        "keep the story as it is",
        "this is my checkout story",
        "that was how i was doing",
        "keep it",
        "so we had to start over with a new team",
    ],
)
def test_answers_are_not_commands(matcher: CommandMatcher, utterance: str) -> None:
    assert matcher.match(utterance) is None


@pytest.mark.parametrize(
    ("utterance", "title"),
    [
        ("save this as my checkout story", "checkout"),
        ("keep this one as the returns story", "returns"),
        ("Coach, save this as my Q3 checkout story, please.", "Q3 checkout"),
        ("okay save this as um my first launch story now", "first launch"),
        ("can you save this story as my pricing answer", "pricing"),
        ("save this story as checkout", "checkout"),
        ("save this as my story", ""),
        # what a recogniser may make of it
        ("save this is my checkout story", "checkout"),
        ("skip this one of the returns story", "returns"),
        ("say this has my customer story", "customer"),
        ("saved this as my team story", "team"),
    ],
)
def test_a_title_is_whatever_was_said_for_one(
    matcher: CommandMatcher, utterance: str, title: str
) -> None:
    command = matcher.match(utterance)
    assert command == (f"save:{title}" if title else "save")


def test_a_sentence_is_no_title(matcher: CommandMatcher) -> None:
    assert matcher.match("save this as the one that we would tell to every new team story") is None


def test_nothing_is_saved_where_that_is_no_command() -> None:
    assert CommandMatcher({"repeat": ("repeat that",)}).match("save this as my own story") is None


def test_yes_and_no_count_only_where_they_are_asked_for(matcher: CommandMatcher) -> None:
    assert matcher.match("yes") is None
    assert matcher.match("yes", asked=True) == "yes"


def test_politeness_is_no_part_of_a_phrase() -> None:
    assert normalise("Um, okay, coach, could we pause, please?") == "could we pause"
    assert normalise("please") == "please"
