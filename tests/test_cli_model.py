"""``voicecoach model`` through its entry point, against a server on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.model_server import Behaviour, ModelServer, serving, zip_folder
from voicecoach import resources
from voicecoach.cli import main
from voicecoach.clock import SystemClock
from voicecoach.errors import ModelError
from voicecoach.models import chosen, resolve, user_models_dir

NAME = "small-en-us-0.15"
FOLDER = f"vosk-model-{NAME}"
ARCHIVE = f"{FOLDER}.zip"
ENTRY = "import sys; from voicecoach.cli import main; sys.exit(main())"


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def model(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run ``voicecoach model``."""

    def run(*args: str) -> Done:
        try:
            status = main(["model", *args])
        except SystemExit as error:  # argparse's way
            status = int(error.code or 0)
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return run


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The starter, packed as if it were an official model."""
    starter = resources.models_dir() / "starter-en"
    return zip_folder(starter, tmp_path_factory.mktemp("zip") / ARCHIVE, FOLDER).read_bytes()


@pytest.fixture
def server(content: bytes) -> Iterator[ModelServer]:
    with serving() as running:
        running.files[ARCHIVE] = content
        publish(running, content)
        yield running


def publish(server: ModelServer, content: bytes) -> None:
    """Put the list with the checksum beside the archive, as the publisher does."""
    md5 = hashlib.md5(content).hexdigest()
    entry = {"name": FOLDER, "md5": md5, "size": len(content), "obsolete": "false"}
    server.files["model-list.json"] = json.dumps([entry]).encode()


def test_pull_use_verify_remove(model: Command, server: ModelServer) -> None:
    assert f"{NAME}: available" in model("list").out
    done = model("pull", NAME, "--url", server.address)
    assert (done.status, done.out.startswith(f"{NAME} is installed in ")) == (0, True)
    assert "not known" in done.out, "it does not come from its publisher"
    assert f"{NAME}: in use" in model("list").out
    assert "starter-en: installed" in model("list").out
    done = model("verify", NAME)
    assert (done.status, done.out.startswith(f"{NAME}: fine")) == (0, True)
    done = model("pull", NAME, "--url", server.address)
    assert (done.status, "installed already" in done.out) == (0, True)
    assert model("remove", NAME).status == 0
    assert f"{NAME}: available" in model("list").out
    assert model("remove", NAME).status == 1


def test_a_choice_is_remembered_until_it_is_given_back(
    model: Command, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert model("pull", NAME, "--url", server.address).status == 0
    done = model("use", "starter-en")
    assert (done.status, "from now on" in done.out) == (0, True)
    done = model("pull", NAME, "--url", server.address, "--again")
    assert "In use is still starter-en (chosen with voicecoach model use)" in done.out
    assert f"voicecoach model use {NAME}" in done.out
    assert "starter-en: in use (chosen with voicecoach model use)" in model("list").out
    assert resolve().name == "starter-en"
    assert resolve(NAME).name == NAME
    monkeypatch.setenv("VOICECOACH_MODEL", NAME)
    assert f"{NAME}: in use (VOICECOACH_MODEL names it)" in model("list").out
    assert f"{NAME} goes before it" in model("use", "starter-en").out
    monkeypatch.delenv("VOICECOACH_MODEL")
    done = model("use", "--auto")
    assert (done.status, done.out.startswith(f"In use is {NAME} (the best of")) == (0, True)
    assert resolve().name == NAME
    assert model("use", "--auto").status == 0


def test_a_folder_of_ones_own_can_be_chosen(model: Command, tmp_path: Path) -> None:
    own = shutil.copytree(resources.models_dir() / "starter-en", tmp_path / "own")
    assert model("use", str(own)).status == 0
    assert model("list").out.startswith("own: in use (chosen with")
    shutil.rmtree(own)
    done = model("list")
    assert (done.status, "it was chosen with voicecoach model use" in done.out) == (0, True)
    with pytest.raises(ModelError) as caught:
        resolve()
    assert "voicecoach model use --auto" in caught.value.remedy
    assert model("use", "--auto").status == 0
    assert resolve().name == "starter-en"


def test_a_model_that_does_not_load_is_not_chosen(model: Command, tmp_path: Path) -> None:
    own = shutil.copytree(resources.models_dir() / "starter-en", tmp_path / "own")
    os.truncate(own / "graph" / "Gr.fst", 1_000_000)  # no telling from its files
    assert model("use", "starter-en").status == 0
    done = model("use", str(own))
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "Vosk refuses" in done.err
    assert chosen() == "starter-en"


def test_removing_the_chosen_model_gives_the_choice_back(
    model: Command, server: ModelServer
) -> None:
    assert model("pull", NAME, "--url", server.address).status == 0
    assert model("use", NAME).status == 0
    assert "chooses by itself again" in model("remove", NAME).out
    assert resolve().name == "starter-en"


def test_the_address_may_come_from_the_environment(
    model: Command, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICECOACH_MODEL_URL", server.address)
    assert model("pull", NAME).status == 0


def test_a_pull_that_is_stopped_says_so_and_goes_on(model: Command, server: ModelServer) -> None:
    if os.name == "nt":
        pytest.skip("no SIGINT for another process on Windows")
    server.behaviour = Behaviour(stall_at=400_000)
    process = subprocess.Popen(
        [sys.executable, "-c", ENTRY, "model", "pull", NAME, "--url", server.address],
        stderr=subprocess.PIPE,
        text=True,
    )
    part = user_models_dir() / ".downloads" / f"{ARCHIVE}.part"
    deadline_s = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline_s:
        time.sleep(0.02)  # another process writes it
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "goes on from here" in err
    assert "Traceback" not in err
    assert f"{NAME}: fetched to " in model("list").out
    server.behaviour = Behaviour()
    server.requests.clear()
    assert model("pull", NAME, "--url", server.address).status == 0
    assert server.requests[-1][1].startswith("bytes=")


def test_a_terminal_gets_a_bar(server: ModelServer) -> None:
    if not shutil.which("script"):
        pytest.skip("no script(1) to make a terminal with")
    command = f'{sys.executable} -c "{ENTRY}" model pull {NAME} --url {server.address}'
    done = subprocess.run(
        ["script", "--quiet", "--return", "--command", command, os.devnull],
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    assert done.returncode == 0, done.stdout
    assert "━".encode() in done.stdout
    assert b"MB" in done.stdout


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("pull", "small-en-us-0.51"), 2, "small-en-us-0.15"),
        (("pull", "starter-en"), 2, "comes with voicecoach"),
        (("pull", NAME, "--sha256", "abc"), 2, "64 hexadecimal digits"),
        (("pull", NAME, "--url", "nonsense"), 1, "not an address of the web"),
        (("pull", NAME, "--archive", "nowhere.zip"), 1, "no file"),
        (("verify", "no-such-model"), 1, "no model called"),
        (("verify", NAME), 1, "not installed"),
        (("remove", "starter-en"), 1, "not put there by voicecoach"),
        (("use", "starter"), 1, "Perhaps 'starter-en' is meant"),
        (("use", NAME), 1, f"voicecoach model pull {NAME}"),
        (("use", "./nowhere"), 1, "There is no folder"),
        (("use",), 2, "required"),
        (("use", ""), 1, "no model called ''"),
        (("use", NAME, "--auto"), 2, "not allowed with"),
        (("frobnicate",), 2, "invalid choice"),
        ((), 2, "required"),
    ],
)
def test_wrong_wishes_get_one_clear_line(
    model: Command, args: tuple[str, ...], status: int, said: str
) -> None:
    done = model(*args)
    assert done.status == status
    assert said in done.err
    assert done.out == ""
    if status == 1:
        assert done.err.count("\n") == 1


def test_a_wrong_archive_gets_one_clear_line(
    model: Command, server: ModelServer, content: bytes
) -> None:
    del server.files["model-list.json"]
    done = model("pull", NAME, "--url", server.address)
    assert done.status == 1
    assert "not the file that is meant" in done.err
    assert "model-list.json" in done.err
    publish(server, content)
    server.files[ARCHIVE] = content[:-1] + b"?"
    done = model("pull", NAME, "--url", server.address)
    assert (done.status, "wrong md5 checksum" in done.err) == (1, True)
    del server.files[ARCHIVE]
    done = model("pull", NAME, "--url", server.address)
    assert (done.status, "404" in done.err) == (1, True)


def test_a_changed_archive_gets_one_clear_line(
    model: Command, server: ModelServer, content: bytes
) -> None:
    assert model("pull", NAME, "--url", server.address).status == 0
    server.files[ARCHIVE] = content + b"?"
    publish(server, server.files[ARCHIVE])
    done = model("pull", NAME, "--url", server.address, "--again")
    assert (done.status, done.out) == (1, "")
    assert "now offers another archive than on 20" in done.err.splitlines()[-1]
    assert model("verify", NAME).status == 0, "what was there is still there"


def _one_line(done: Done) -> str:
    """The failure as the user sees it; before it only that something is being fetched."""
    lines = [line for line in done.err.splitlines() if not line.startswith("Fetching")]
    assert (done.status, done.out, len(lines)) == (1, "", 1)
    assert "Traceback" not in lines[0]
    return lines[0]


def test_no_network_gets_one_clear_line(model: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(SystemClock, "sleep_until", lambda clock, at_s: None)
    line = _one_line(model("pull", NAME))
    assert "is this machine online?" in line
    assert "--archive" in line


def test_a_folder_that_may_not_be_written_gets_one_clear_line(
    model: Command, server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "protected"
    folder.mkdir(mode=0o500)
    if os.name == "nt" or os.access(folder, os.W_OK):  # nothing is protected from root...
        folder = Path("/sys")  # ...but for this
    if not folder.is_dir():
        pytest.skip("no folder that this user may not write in")
    monkeypatch.setenv("VOICECOACH_HOME", str(folder / "voicecoach"))
    line = _one_line(model("pull", NAME, "--url", server.address))
    assert "Cannot write" in line
    assert "VOICECOACH_HOME" in line
    assert "Cannot write" in _one_line(model("use", "starter-en"))


def test_no_space_gets_one_clear_line(
    model: Command, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1_000_000))
    line = _one_line(model("pull", NAME, "--url", server.address))
    assert "1 MB free" in line
    assert "Make room there" in line


def test_what_is_no_model_gets_one_clear_line(
    model: Command, server: ModelServer, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"jpeg")
    photos = zip_folder(tmp_path / "photos", tmp_path / "photos.zip", "photos")
    digest = hashlib.sha256(photos.read_bytes()).hexdigest()
    line = _one_line(model("pull", NAME, "--archive", str(photos), "--sha256", digest))
    assert "is not a model" in line
    assert "nothing was changed" in line
    publish(server, photos.read_bytes())
    server.files[ARCHIVE] = photos.read_bytes()
    assert "is not a model" in _one_line(model("pull", NAME, "--url", server.address))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("graph/words.txt", None, "lacks graph/words.txt"),
        ("graph/words.txt", b"", "half unpacked"),
        ("conf/mfcc.conf", b"--sample-frequency=8000\n", "8000 Hz"),
        ("am/final.mdl", b"<html>", "damaged"),
    ],
)
def test_a_broken_folder_gets_one_clear_line_wherever_it_is_named(
    model: Command,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    said: str,
) -> None:
    own = shutil.copytree(resources.models_dir() / "starter-en", tmp_path / "own")
    (own / name).unlink()
    if content is not None:
        (own / name).write_bytes(content)
    assert said in _one_line(model("use", str(own)))
    assert said in _one_line(model("verify", str(own)))
    recording = str(resources.demo_dir() / "decision.wav")
    assert main(["hear", recording, "--model", str(own)]) == 1
    assert main(["practice", "--answers", recording, "--fast", "--model", str(own)]) == 1
    heard, held = capsys.readouterr().err.splitlines()
    assert said in heard
    assert said in held


def test_a_model_that_would_take_the_process_down_gets_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = shutil.copytree(resources.models_dir() / "starter-en", tmp_path / "own")
    needed = own / "graph" / "disambig_tid.int"
    needed.write_bytes(b"".join(needed.read_bytes().splitlines(keepends=True)[:4]))
    recording = str(resources.demo_dir() / "decision.wav")
    assert main(["hear", recording, "--model", str(own)]) == 1
    assert main(["score", recording, "--question", "data_story", "--model", str(own)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all("Vosk crashes on the model in" in line for line in lines)


def test_an_archive_on_this_machine_needs_no_network(
    model: Command, content: bytes, tmp_path: Path
) -> None:
    archive = tmp_path / ARCHIVE
    archive.write_bytes(content)
    done = model("pull", NAME, "--archive", str(archive))
    assert (done.status, "wrong sha256 checksum" in done.err) == (1, True)
    digest = hashlib.sha256(content).hexdigest()
    assert model("pull", NAME, "--archive", str(archive), "--sha256", digest).status == 0


def test_a_broken_model_is_listed_with_its_reason_and_mended_by_pull(
    model: Command, server: ModelServer
) -> None:
    assert model("pull", NAME, "--url", server.address).status == 0
    os.truncate(user_models_dir() / FOLDER / "graph" / "Gr.fst", 1_000_000)
    done = model("list")
    assert (done.status, f"{NAME}: broken" in done.out) == (0, True)
    assert "graph/Gr.fst has 1000000 bytes" in done.out
    assert "starter-en: in use" in done.out
    done = model("verify")
    assert done.status == 1
    assert "starter-en: fine" in done.out
    assert model("pull", NAME, "--url", server.address).status == 0
    assert model("verify").status == 0


def test_the_list_as_json(model: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = json.loads(model("list", "--json").out)["models"]
    states = {row["name"]: row["state"] for row in rows}
    assert states["starter-en"] == "in use"
    assert states[NAME] == "available"
    assert all(row["note"] for row in rows)
    small = next(row for row in rows if row["name"] == NAME)
    assert {rate["test_set"]: rate["percent"] for rate in small["error_rates"]} == {
        "LibriSpeech test-clean": 9.85,
        "TED-LIUM": 10.38,
    }
    monkeypatch.setenv("VOICECOACH_MODEL", NAME)
    done = model("list")
    assert (done.status, "is not installed" in done.out) == (0, True)
