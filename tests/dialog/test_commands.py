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
    ],
)
def test_answers_are_not_commands(matcher: CommandMatcher, utterance: str) -> None:
    assert matcher.match(utterance) is None


def test_yes_and_no_count_only_where_they_are_asked_for(matcher: CommandMatcher) -> None:
    assert matcher.match("yes") is None
    assert matcher.match("yes", asked=True) == "yes"


def test_politeness_is_no_part_of_a_phrase() -> None:
    assert normalise("Um, okay, coach, could we pause, please?") == "could we pause"
    assert normalise("please") == "please"
