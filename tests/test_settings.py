"""The settings file: what is in it, and that it is never half written."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from voicecoach.errors import StoreError
from voicecoach.settings import set_setting, setting, settings_file


def test_nothing_is_set_at_first_and_asking_writes_nothing(voicecoach_home: Path) -> None:
    assert setting("model") == ""
    assert not voicecoach_home.exists()


def test_a_setting_is_remembered_and_forgotten(voicecoach_home: Path) -> None:
    set_setting("model", "small-en-us-0.15")
    assert setting("model") == "small-en-us-0.15"
    set_setting("model", "")
    assert setting("model") == ""
    assert json.loads(settings_file().read_text()) == {}
    assert [path.name for path in voicecoach_home.iterdir()] == ["settings.json"]


def test_settings_that_nobody_knows_are_kept() -> None:
    set_setting("model", "x")
    settings_file().write_text('{"model": "x", "colour": {"of": "captions"}}')
    set_setting("model", "y")
    assert json.loads(settings_file().read_text())["colour"] == {"of": "captions"}


@pytest.mark.parametrize("text", ["", "[", "[1]", '{"model": 7}', "\x00"])
def test_a_damaged_file_is_named_in_one_line_and_left_alone(text: str) -> None:
    settings_file().parent.mkdir()
    settings_file().write_text(text)
    with pytest.raises(StoreError) as caught:
        setting("model")
    assert str(settings_file()) in caught.value.message
    assert "\n" not in str(caught.value)
    assert settings_file().read_text() == text


@pytest.mark.parametrize(("where", "what"), [(os, "fsync"), (Path, "replace")])
def test_the_old_file_is_still_there_after_a_write_that_failed(
    monkeypatch: pytest.MonkeyPatch, voicecoach_home: Path, where: object, what: str
) -> None:
    set_setting("model", "old")
    with monkeypatch.context() as patch:
        patch.setattr(where, what, _refuse)
        with pytest.raises(StoreError, match="No space left"):
            set_setting("model", "new")
    assert setting("model") == "old"
    assert [path.name for path in voicecoach_home.iterdir()] == ["settings.json"]


def _refuse(*args: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_in_the_way_of_the_folder_gets_one_clear_line(voicecoach_home: Path) -> None:
    voicecoach_home.write_text("not a folder")
    with pytest.raises(StoreError) as caught:
        set_setting("model", "x")
    assert "VOICECOACH_HOME" in caught.value.remedy
    assert setting("model") == "", "there is none"
