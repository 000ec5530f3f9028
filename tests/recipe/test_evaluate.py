"""Evaluation: what is counted, what is spoken, and a small one of a real model from end to end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="the recipe's libraries are not installed")

from benchmarks.commands import utterances
from benchmarks.hearing import Counts
from models.recipe.evaluate import (
    GRAMMAR,
    SETTINGS,
    false_commands,
    known_words,
    main,
    table,
)
from models.recipe.held_out import (
    ANSWER,
    COMMAND,
    DISFLUENT,
    NOISY,
    QUIET,
    WORDS,
    HeldOutSettings,
    Item,
    answers,
    scripts,
    speak_all,
)
from models.recipe.listening import SPHINX, HeardWord, listen
from models.recipe.outcomes import CommandCounts, FillerCounts, count_words, sure_and_right
from models.recipe.voices import HELD_OUT, is_held_out
from voicecoach.audio.files import read_audio
from voicecoach.dialog.commands import CommandMatcher

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "models" / "starter-en"
COMMANDS = {"repeat": ("say that again", "repeat that"), "yes": ("yes",), "stop": ("stop now",)}

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"
)


def heard(text: str, confidence: float = 1.0) -> list[HeardWord]:
    """Return words one after another."""
    return [HeardWord(word, n / 2, n / 2 + 0.4, confidence) for n, word in enumerate(text.split())]


def test_fillers_are_found_at_their_place_whichever_they_are() -> None:
    counts = FillerCounts()
    said = ["um", "we", "uh", "shipped", "it", "today"]
    counts.add(said, ["uh", "we", "shipped", "it", "today", "um"])
    assert counts.to_json() == {
        "said": 2,
        "heard": 2,
        "found": 1,
        "precision": 0.5,
        "recall": 0.5,
    }


def test_without_fillers_nothing_is_shared_out() -> None:
    assert FillerCounts().to_json()["precision"] is None


def test_fillers_are_no_word_errors() -> None:
    counts = Counts()
    count_words(counts, ["um", "we", "shipped"], heard("we uh ship", 0.5))
    assert (counts.words, counts.substitutions, counts.deletions, counts.insertions) == (2, 1, 0, 0)
    assert counts.heard == 2
    assert counts.confidence == 1.0


def test_a_word_is_right_only_where_it_was_said() -> None:
    words = heard("we um shipped the rest")
    right = sure_and_right(["so", "we", "shipped", "it"], words)
    assert right == [(1.0, True), (1.0, True), (1.0, False), (1.0, False)]
    assert sure_and_right([], heard("noise")) == [(1.0, False)]


def test_a_command_may_be_understood_inexactly_or_mistaken() -> None:
    counts = CommandCounts()
    counts.add("say that again", "say that again", "repeat", "repeat")
    counts.add("say that again", "say that a gain", "repeat", "repeat")
    counts.add("stop now", "", "stop", None)
    counts.add("yes", "stop now", "yes", "stop")
    assert counts.to_json() == {"given": 4, "exact": 0.25, "understood": 0.5, "mistaken": 0.25}


def test_an_answer_is_cut_at_its_pauses_and_a_lone_word_is_no_command() -> None:
    at_s = {"we": 0.0, "did": 0.5, "say": 2.5, "that": 3.0, "again": 3.5, "stop": 6.0}
    words = [HeardWord(text, start, start + 0.4, 1.0) for text, start in at_s.items()]
    assert utterances(words) == ["we did", "say that again", "stop"]
    item = Item(Path("a.wav"), ANSWER, "ked", QUIET, tuple(at_s))
    matcher = CommandMatcher({"repeat": ("say that again",), "stop": ("stop",)})
    found = false_commands([item], [words], matcher)
    assert found == {"utterances": 3, "found": ["say that again: repeat"]}


def test_every_voice_says_the_same_answers_and_commands_of_its_own() -> None:
    settings = HeldOutSettings(voices=("ked", "us-f4"), answers=2, noisy_answers=1, commands=2)
    wanted = scripts(settings, COMMANDS, [])
    of_ked = [script for script in wanted if script.voice == "ked"]
    kinds = [(script.kind, script.room) for script in of_ked]
    assert sorted(kinds) == sorted(
        [
            (ANSWER, QUIET),
            (ANSWER, QUIET),
            (ANSWER, NOISY),
            (DISFLUENT, QUIET),
            (DISFLUENT, QUIET),
            (COMMAND, QUIET),
            (COMMAND, NOISY),
        ]
    )
    fluent = next(script for script in of_ked if script.kind == ANSWER)
    hesitant = next(script for script in of_ked if script.kind == DISFLUENT)
    assert len(hesitant.words) > len(fluent.words)
    assert fluent.sentences == answers(1)[0]
    assert wanted == scripts(settings, COMMANDS, [])
    other = scripts(HeldOutSettings(seed=8, voices=("ked",), answers=2), COMMANDS, [])
    assert {script.name for script in other}.isdisjoint({hesitant.name})


def test_a_model_of_few_words_is_asked_those() -> None:
    wanted = scripts(SETTINGS["commands"], COMMANDS, ["yes", "no"])
    assert {script.kind for script in wanted} == {WORDS}
    assert {word for script in wanted for word in script.words} == {"yes", "no"}


def test_no_voice_of_evaluation_is_trained_on() -> None:
    assert all(is_held_out(HELD_OUT[name]) for name in HeldOutSettings().voices)


@needs_espeak
def test_sound_is_made_once_and_the_same_again(tmp_path: Path) -> None:
    settings = HeldOutSettings(voices=("us-f4",), answers=0, noisy_answers=0, commands=2)
    wanted = scripts(settings, COMMANDS, [])
    items = speak_all(wanted, tmp_path / "one", settings.seed)
    again = speak_all(wanted, tmp_path / "two", settings.seed)
    for one, two in zip(items, again, strict=True):
        assert one.path.read_bytes() == two.path.read_bytes()
        assert 0.5 < read_audio(one.path).duration_s < 6
    written = [item.path.stat().st_mtime_ns for item in items]
    speak_all(wanted, tmp_path / "one", settings.seed)
    assert written == [item.path.stat().st_mtime_ns for item in items]


@needs_espeak
def test_a_model_is_evaluated_from_end_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = HeldOutSettings(voices=("us-f4",), answers=1, noisy_answers=0, commands=4)
    monkeypatch.setitem(SETTINGS, "full", small)
    human = tmp_path / "human"
    human.mkdir()
    shutil.copy(ROOT / "tests/data/recordings/command-time-left.wav", human / "someone-1.wav")
    (human / "transcripts.tsv").write_text("someone-1.wav\thow much time is left\n", "utf-8")

    assert main([str(STARTER), "--out", str(tmp_path), "--human", str(human)]) == 0

    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    figures = report["vosk"]
    answer = figures["word_errors"]["answers, quiet"]["us-f4"]
    assert answer["words"] > 100
    assert 0 < answer["word_error_rate"] < 0.6
    assert figures["word_errors"]["human"]["someone"]["recordings"] == 1
    assert figures["commands"]["all"]["given"] == figures[GRAMMAR]["all"]["given"] == 4
    assert figures["fillers"]["all"]["said"] > 3
    curve = figures["reliability"]["answers"]
    assert curve["n"] == sum(b["n"] for b in curve["bins"]) > 80
    assert 0 < figures["real_time_factor"] < 1
    assert 20 < figures["memory_mb"] < 400
    assert table(report) in capsys.readouterr().out
    assert (tmp_path / "report.md").read_text("utf-8") == table(report)


def test_a_model_that_cannot_listen_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "graph"
    empty.mkdir()
    (empty / "words.txt").write_text("<eps> 0\nyes 1\n", "utf-8")
    with pytest.raises(RuntimeError, match="could not listen"):
        listen(tmp_path, [], tmp_path / "scratch")
    assert known_words(tmp_path) == {"yes"}


def test_pocketsphinx_listens_to_the_same(tmp_path: Path) -> None:
    pytest.importorskip("pocketsphinx", reason="PocketSphinx is not installed")
    recording = ROOT / "tests/data/recordings/command-time-left.wav"
    free = listen(SPHINX, [recording], tmp_path)
    closed = listen(SPHINX, [recording], tmp_path, ["how much time is left", "stop now"])
    assert [word.text for word in free.words[0]]
    assert " ".join(word.text for word in closed.words[0]) == "how much time is left"
    assert free.words[0][0].confidence is None
    assert free.audio_s == pytest.approx(read_audio(recording).duration_s, abs=0.01)
