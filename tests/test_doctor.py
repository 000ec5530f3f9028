"""The doctor tries everything, stops at nothing, and tells nothing personal."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.test_models import make_model
from voicecoach import doctor, model_probe, models, resources
from voicecoach.audio import devices
from voicecoach.audio.devices import DeviceInfo
from voicecoach.cli.doctor import run
from voicecoach.doctor import Check, examine, nobodys, private
from voicecoach.errors import DeviceError
from voicecoach.model_probe import Proof, prove

NEEDED = {"software", "libraries", "sound library", "microphone", "loudspeaker"}
NEEDED |= {"voice", "voice detector", "model", "content", "data folder"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a headset, a voice and a model; tests break one thing at a time."""
    sound_card(monkeypatch, "Ann's AirPods", latency_s=0.02)
    monkeypatch.setattr(model_probe, "prove", lambda folder: Proof(0.5, 200.0))
    monkeypatch.setattr(
        doctor, "_voice", lambda clock: iter([Check("voice", doctor.OK, "english")])
    )


def sound_card(monkeypatch: pytest.MonkeyPatch, name: str, latency_s: float) -> None:
    device = DeviceInfo(0, name, "ALSA", 1, 2, 48_000, True, True)
    library = SimpleNamespace(
        get_portaudio_version=lambda: (1, "PortAudio V19.6.0, revision unknown"),
        query_devices=lambda index: {"default_low_output_latency": latency_s},
    )
    monkeypatch.setattr(devices, "portaudio", lambda: library)
    monkeypatch.setattr(devices, "list_devices", lambda: [device])


def checks() -> dict[str, Check]:
    """Return the results by name; the worst where there are several."""
    order = (doctor.OK, doctor.WARN, doctor.FAIL)
    return {check.name: check for check in sorted(examine(), key=lambda c: order.index(c.status))}


def failed() -> set[str]:
    return {name for name, check in checks().items() if check.status == doctor.FAIL}


def test_everything_is_looked_at() -> None:
    found = checks()
    assert set(found) == NEEDED | {"latency"}
    assert failed() == set()
    assert all(check.remedy for check in found.values() if check.status != doctor.OK)
    assert "vosk " in found["libraries"].detail
    assert "questions" in found["content"].detail


def test_the_starter_model_is_a_warning_that_says_what_it_hears() -> None:
    check = checks()["model"]
    assert check.status == doctor.WARN
    assert "synthetic voices" in check.detail
    assert "voicecoach model pull" in check.remedy


def test_an_official_model_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    make_model(models.user_models_dir() / "vosk-model-small-en-us-0.15")
    check = checks()["model"]
    assert check.status == doctor.OK
    assert "small-en-us-0.15, loads in 0.50 s, 200 MB" in check.detail
    monkeypatch.setattr(doctor, "_free_memory_mb", lambda: 250.0)
    check = checks()["model"]
    assert (check.status, "may need 300 MB" in check.detail) == (doctor.WARN, True)


def test_a_model_that_does_not_load_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_probe, "prove", prove)
    make_model(models.user_models_dir() / "vosk-model-small-en-us-0.15")
    check = checks()["model"]
    assert check.status == doctor.FAIL
    assert "vosk-model-small-en-us-0.15" in check.detail


def test_a_broken_model_that_was_passed_over_is_mentioned() -> None:
    path = make_model(models.user_models_dir() / "vosk-model-small-en-us-0.15")
    (path / "am" / "final.mdl").unlink()
    found = [check for check in examine() if check.name == "model"]
    assert [check.status for check in found] == [doctor.WARN, doctor.WARN]
    assert "am/final.mdl" in found[0].detail


def test_no_sound_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "list_devices", list)
    assert failed() == {"microphone", "loudspeaker"}


def test_no_portaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> list[DeviceInfo]:
        raise DeviceError("device.no_portaudio", "PortAudio is missing", "apt install it")

    monkeypatch.setattr(devices, "list_devices", missing)
    check = checks()["sound"]
    assert (check.status, check.remedy) == (doctor.FAIL, "apt install it")
    assert {"model", "content", "data folder"} <= set(checks())


def test_a_slow_loudspeaker(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks()["latency"].status == doctor.OK
    sound_card(monkeypatch, "speaker", latency_s=0.25)
    check = checks()["latency"]
    assert (check.status, "250 ms" in check.detail) == (doctor.WARN, True)


def test_a_trial_that_breaks_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[DeviceInfo]:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(devices, "list_devices", broken)
    check = checks()["sound"]
    assert (check.status, check.detail) == (doctor.FAIL, "unexpected: RuntimeError: two lines")
    assert "data folder" in checks()


def test_broken_content(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copytree(resources.prompts_dir(), tmp_path / "prompts")
    plans = tmp_path / "prompts" / "plans.yaml"
    plans.write_text(plans.read_text(encoding="utf-8") + "\nsurprise: 1\n", encoding="utf-8")
    monkeypatch.setattr(resources, "prompts_dir", lambda: tmp_path / "prompts")
    check = checks()["content"]
    assert check.status == doctor.FAIL
    assert "plans.yaml, line " in check.detail


def test_a_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda name: ["vosk>=0.3", "no-such-thing>1; x"])
    check = checks()["libraries"]
    assert (check.status, check.detail) == (doctor.FAIL, "missing: no-such-thing")
    assert "pip install no-such-thing" in check.remedy


def test_an_unknown_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert checks()["software"].status == doctor.WARN


def test_a_data_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    check = checks()["data folder"]
    assert (check.status, "Permission denied" in check.detail) == (doctor.FAIL, True)


@pytest.mark.parametrize(
    ("free", "status"), [(10e6, doctor.FAIL), (100e6, doctor.WARN), (1e9, doctor.OK)]
)
def test_space_on_the_disk(monkeypatch: pytest.MonkeyPatch, free: float, status: str) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=int(free)))
    assert checks()["data folder"].status == status


def test_looking_makes_no_folder(voicecoach_home: Path) -> None:
    assert "data folder" in checks()
    assert not voicecoach_home.exists()


# --- nothing personal ---------------------------------------------------------------------------


def test_the_home_folder_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    home = os.path.join(os.sep, "home", "ann")  # noqa: PTH118 - as text, not as this system's path
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("USERPROFILE", home)
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    assert private(f"{home}/.local and {home}") == "~/.local and ~"
    assert private(f"{home}-marie/x") == f"{home}-marie/x"
    assert private("/data/ann/models of ann") == "/data/(user)/models of ann"
    assert private(r"D:\ann\models") == r"D:\(user)\models"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann's AirPods", "someone's AirPods"),
        ("Anna-Maria’s iPhone Microphone", "someone’s iPhone Microphone"),
        ("HDA Intel PCH: ALC295 Analog (hw:0,0)", "HDA Intel PCH: ALC295 Analog (hw:0,0)"),
    ],
)
def test_devices_lose_their_owner(name: str, shown: str) -> None:
    assert nobodys(name) == shown


def test_nothing_personal_in_the_results() -> None:
    text = json.dumps([check.detail for check in examine()])
    assert "Ann" not in text
    assert "someone's AirPods" in text
    assert os.path.expanduser("~") not in text  # noqa: PTH111 - as text


# --- the command --------------------------------------------------------------------------------


def run_doctor(capsys: pytest.CaptureFixture[str], json: bool = False) -> tuple[int, str]:
    status = run(SimpleNamespace(model=None, json=json))  # type: ignore[arg-type]  # has all it asks for
    return status, capsys.readouterr().out


def test_lines_and_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out = run_doctor(capsys)
    assert status == 0
    assert "ok    software: voicecoach" in out
    assert "warn  model: starter-en" in out
    assert "You can practise" in out
    monkeypatch.setattr(devices, "list_devices", list)
    status, out = run_doctor(capsys)
    assert status == 1
    assert "fail  microphone:" in out
    assert "2 of " in out


def test_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    status, out = run_doctor(capsys, json=True)
    document = json.loads(out)
    assert (status, document["ok"]) == (0, True)
    assert {"name", "status", "detail", "remedy"} == set(document["checks"][0])
    monkeypatch.setattr(devices, "list_devices", list)
    status, out = run_doctor(capsys, json=True)
    assert (status, json.loads(out)["ok"]) == (1, False)


def test_a_wish_for_a_model_that_is_not_there() -> None:
    found = {check.name: check for check in examine("small-en-us-0.15")}
    assert found["model"].status == doctor.FAIL
    assert "model pull" in found["model"].remedy


def test_on_this_machine_as_it_is() -> None:
    """Whatever is missing here, each trial gives its line and nothing breaks."""
    entry = "import sys; from voicecoach.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", entry, "doctor", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    document = json.loads(done.stdout)
    assert done.returncode == (0 if document["ok"] else 1)
    assert not [c for c in document["checks"] if c["detail"].startswith("unexpected")]
    assert {"software", "voice", "model", "content"} <= {c["name"] for c in document["checks"]}
