"""The wheel, built and installed somewhere else: everything that ships is inside and is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest

from voicecoach import __version__

SHIPPED = {
    "prompts": "prompts",
    "models/starter-en": "models/starter-en",
    "tests/data/demo": "demo",
}
"""Folders of the checkout, and what they are called under ``voicecoach/data`` in a wheel."""


def run(*command: str | Path, folder: Path) -> str:
    """Run a command that must succeed; return what it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(target: str, source: Path, out: Path) -> Path:
    """Build an sdist or a wheel without a network: the build backend is a development tool."""
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", out, folder=source)
    (built,) = out.glob("*.tar.gz" if target == "sdist" else "*.whl")
    return built


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", checkout, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as an index would get it: from the sdist, not from the checkout."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        # Python 3.10.12, 3.11.4 and 3.12 have filters; from then on they ask for one.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
    (source,) = folder.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a fresh environment that holds the wheel and our own dependencies."""
    builder = venv.EnvBuilder(symlinks=os.name != "nt")
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    builder.create(folder)
    context = builder.ensure_directories(folder)
    pip = ("-m", "pip", "--python", context.env_exe, "--disable-pip-version-check", "install")
    run(sys.executable, *pip, "--quiet", "--no-index", "--no-deps", wheel, folder=folder)
    # A path in a .pth file leads to the dependencies, but does not follow the .pth files there,
    # so the checkout's own editable voicecoach stays out.
    purelib = run(
        context.env_exe, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))",
        folder=folder,
    ).strip()  # fmt: skip
    (Path(purelib) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return Path(context.bin_path)


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.mark.parametrize(("folder", "inside"), SHIPPED.items())
def test_wheel_holds_every_file_of(folder: str, inside: str, wheel: Path, checkout: Path) -> None:
    root = checkout / folder
    files = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    assert files
    names = names_in(wheel)
    assert {f for f in files if f"voicecoach/data/{inside}/{f}" not in names} == set()


def test_wheel_holds_every_module_template_and_the_catalogue(wheel: Path, checkout: Path) -> None:
    package = checkout / "voicecoach"
    files = {
        f"voicecoach/{p.relative_to(package).as_posix()}"
        for p in package.rglob("*")
        if p.is_file() and p.suffix in {".py", ".html", ".typed"}
    }
    assert files | {"voicecoach/data/models/catalog.yaml"} <= names_in(wheel)


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {PurePosixPath(name).parts[0] for name in names_in(wheel)}
    assert tops == {"voicecoach", f"voicecoach-{__version__}.dist-info"}
    assert not [name for name in names_in(wheel) if "__pycache__" in name or "/tests/" in name]
    assert wheel.stat().st_size < 40e6


def test_sdist_holds_no_tests_but_the_demo(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = [PurePosixPath(*PurePosixPath(n).parts[1:]) for n in archive.getnames()]
    tests = {str(n) for n in names if n.parts[:1] == ("tests",)}
    assert tests
    assert all(name.startswith("tests/data/demo/") for name in tests), tests
    assert not {n.parts[0] for n in names} & {"script", ".ci", ".venv", "build", "dist"}


def test_metadata_says_what_pip_must_know(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folder = f"voicecoach-{__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode())
        assert f"{folder}/licenses/LICENSE" in archive.namelist()
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == "<3.14,>=3.10"
    assert metadata["License-Expression"] == "Apache-2.0"


def test_installed_command_is_not_the_checkout(bin_folder: Path, tmp_path: Path) -> None:
    assert run(bin_folder / "voicecoach", "--version", folder=tmp_path) == (
        f"voicecoach {__version__}\n"
    )
    where = run(
        bin_folder / "python", "-c", "import voicecoach; print(voicecoach.__file__)",
        folder=tmp_path,
    )  # fmt: skip
    assert Path(where.strip()).is_relative_to(bin_folder.parent)


def test_installed_command_finds_its_questions(bin_folder: Path, tmp_path: Path) -> None:
    questions = json.loads(run(bin_folder / "voicecoach", "questions", "--json", folder=tmp_path))
    assert questions


def test_installed_command_finds_its_model(bin_folder: Path, tmp_path: Path) -> None:
    listing = run(bin_folder / "voicecoach", "model", "list", folder=tmp_path)
    assert "starter-en" in listing


def test_installed_demo_holds_an_interview(
    bin_folder: Path, tmp_path: Path, voicecoach_home: Path
) -> None:
    """Content, model, recordings and the page's template, all from inside the wheel."""
    run(bin_folder / "voicecoach", "demo", "--fast", folder=tmp_path)
    (report,) = voicecoach_home.glob("sessions/*/report.html")
    assert "</html>" in report.read_text(encoding="utf-8")
