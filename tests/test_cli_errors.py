"""Whatever is missing, broken or full: one clear line, status 1, and nothing lost."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from voicecoach.errors import StoreError
from voicecoach.events import SessionEnded
from voicecoach.store import SessionStore

DEMO = Path(__file__).parent / "data" / "demo"
ANSWER = DEMO / "answer.wav"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX means to break things")


def run(
    *args: object,
    env: Mapping[str, str] | None = None,
    prefix: tuple[str, ...] = (),
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "voicecoach", *map(str, args)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **(env or {})},
        preexec_fn=before,
    )


def the_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line of a proper failure."""
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("voicecoach: ")
    assert "Traceback" not in done.stdout
    return lines[0]


@pytest.fixture
def no_cards() -> dict[str, str]:
    """An environment without a sound server, on a machine without a sound card."""
    cards = Path("/proc/asound/cards")
    if cards.exists() and "no soundcards" not in cards.read_text():
        pytest.skip("this machine has a sound card")
    return {"PULSE_SERVER": "unix:/nonexistent", "PIPEWIRE_REMOTE": "/nonexistent"}


def test_no_sound_card(no_cards: dict[str, str]) -> None:
    line = the_line(run("practice", env=no_cards))
    assert "loudspeaker" in line or "microphone" in line
    assert SessionStore().ids() == (), "a start that failed leaves no session behind"


def test_no_microphone_but_a_voice_to_be_read(no_cards: dict[str, str]) -> None:
    line = the_line(run("practice", "--voice", "none", env=no_cards))
    assert "microphone" in line


def test_a_device_that_is_not_there() -> None:
    line = the_line(run("practice", "--voice", "none", "--device", "no such thing"))
    assert "microphone" in line


def test_the_demo_needs_no_sound_card(no_cards: dict[str, str]) -> None:
    done = run("demo", env=no_cards)
    assert done.returncode == 0, done.stderr
    assert "no loudspeaker" in done.stdout


@pytest.fixture
def hidden(tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    """A way to run a command as if a system library were not installed."""

    def hide(pattern: str) -> tuple[str, ...]:
        libraries = [str(p) for p in Path("/usr/lib").glob(f"*/{pattern}*") if p.is_file()]
        unshare = shutil.which("unshare")
        if not libraries or not unshare or os.geteuid() != 0:
            pytest.skip(f"hiding {pattern} needs root, unshare and the library")
        empty = tmp_path / "empty"
        empty.touch()
        mounts = " && ".join(f"mount --bind {empty} {library}" for library in libraries)
        prefix = (unshare, "--mount", "sh", "-c", f'{mounts} && exec "$@"', "sh")
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
            pytest.skip("this machine lets nobody mount")
        return prefix

    return hide


def test_no_espeak(hidden: Callable[[str], tuple[str, ...]]) -> None:
    prefix = hidden("libespeak-ng.so")
    line = the_line(run("practice", "--fast", "--answers", ANSWER, prefix=prefix))
    assert "espeak-ng" in line


def test_no_portaudio(hidden: Callable[[str], tuple[str, ...]]) -> None:
    line = the_line(run("practice", prefix=hidden("libportaudio.so")))
    assert "PortAudio" in line


def test_no_such_model() -> None:
    line = the_line(run("practice", "--fast", "--model", "nonesuch", "--answers", ANSWER))
    assert "nonesuch" in line


def test_a_model_folder_that_lacks_a_file(tmp_path: Path) -> None:
    from voicecoach import resources

    broken = tmp_path / "half"
    shutil.copytree(resources.models_dir() / "starter-en", broken)
    (broken / "am" / "final.mdl").unlink()
    line = the_line(run("practice", "--fast", "--model", broken, "--answers", ANSWER))
    assert "final.mdl" in line


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.wav", b""),
        ("text.wav", b"this is no sound at all\n"),
        ("header.wav", b"RIFF\x24\x00\x00\x00WAVEfmt "),
    ],
)
@pytest.mark.parametrize("command", ["practice", "hear", "score"])
def test_a_recording_that_is_none(command: str, name: str, content: bytes, tmp_path: Path) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)
    arguments: dict[str, tuple[object, ...]] = {
        "practice": ("--fast", "--answers", bad),
        "hear": (bad,),
        "score": (bad, "--question", "data_story"),
    }
    line = the_line(run(command, *arguments[command]))
    assert name in line


def test_a_missing_recording(tmp_path: Path) -> None:
    line = the_line(run("practice", "--fast", "--answers", tmp_path / "nowhere.wav"))
    assert "nowhere.wav" in line


def test_broken_yaml_of_the_users_own(voicecoach_home: Path) -> None:
    folder = voicecoach_home / "questions"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("family: mine\nquestions:\n  - id: [\n")
    line = the_line(run("practice", "--fast", "--voice", "none", "--answers", ANSWER))
    assert "mine.yaml" in line
    assert "line" in line


def test_a_question_that_nobody_knows() -> None:
    done = run("practice", "--fast", "--answers", ANSWER, "--question", "xyzzy plugh")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_full_disk_ends_the_session_and_keeps_what_was_written() -> None:
    def almost_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    done = run("practice", "--fast", "--voice", "none", "--answers", ANSWER, before=almost_full)
    line = the_line(done)
    assert "full" in line.lower() or "space" in line.lower()
    record = SessionStore().load(None)
    assert record.problems == ()
    assert [e.reason for e in record.events if isinstance(e, SessionEnded)] == ["failed"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("in the way")
    line = the_line(
        run(
            "practice", "--fast", "--voice", "none", "--answers", ANSWER,
            env={"VOICECOACH_HOME": str(nowhere)},
        )
    )  # fmt: skip
    assert "file" in line


def test_no_sessions_yet() -> None:
    for command in ("metrics", "report"):
        assert "session" in the_line(run(command)).lower()


@pytest.mark.parametrize(
    ("path", "word"),
    [("nowhere/r.html", "There is no folder"), (".", "is a folder")],
)
def test_a_report_that_cannot_be_written_is_said_before_the_interview(
    tmp_path: Path, path: str, word: str
) -> None:
    done = run("practice", "--text", "--report", tmp_path / path)
    assert word in the_line(done)
    assert done.stdout == ""


def test_an_event_log_in_no_folder(tmp_path: Path) -> None:
    line = the_line(run("practice", "--text", "--events", tmp_path / "nowhere" / "e.jsonl"))
    assert f"There is no folder {tmp_path / 'nowhere'}" in line


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    line = the_line(run("practice", "--text", env={"VOICECOACH_HOME": str(tmp_path / "home")}))
    assert "There is no folder" in line


def test_a_remedy_that_is_a_question_ends_as_one() -> None:
    error = StoreError("store.vanished", "It is gone", "Was it moved?")
    assert str(error) == "It is gone. Was it moved?"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_goes_to_a_full_disk() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "voicecoach", "questions"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "voicecoach: the disk is full, and the output could not be written. Free some space."
    )
