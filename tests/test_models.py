"""Which model is used, and what is wrong with a broken one, said before Vosk sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from voicecoach import resources
from voicecoach.catalog import read_catalog
from voicecoach.errors import ContentError, ModelError
from voicecoach.model_folder import (
    MANIFEST,
    origin,
    verify_contents,
    verify_folder,
    write_manifest,
)
from voicecoach.model_probe import Proof, prove
from voicecoach.models import ensure_loads, find_models, resolve, search_folders, user_models_dir

STARTER = resources.models_dir() / "starter-en"
MAGIC = b"\xd6\xfd\xb2\x7e rest of a graph"


def make_model(folder: Path, older: bool = False) -> Path:
    """Make a folder that passes every check short of loading."""
    graph, conf, am = ("", "", "") if older else ("graph/", "conf/", "am/")
    files = {
        f"{am}final.mdl": b"\0B<TransitionModel> rest",
        f"{conf}mfcc.conf": b"# features\n--sample-frequency=16000\n",
        f"{graph}HCLG.fst": MAGIC,
        f"{graph}words.txt": b"<eps> 0\nword 1\n#0 2\n",
    }
    if not older:
        files["conf/model.conf"] = b"--beam=13\n--endpoint.silence-phones=1:2:3\n"
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def with_joined_graph(folder: Path) -> None:
    (folder / "graph/HCLG.fst").unlink()
    for name in ("HCLr.fst", "Gr.fst"):
        (folder / "graph" / name).write_bytes(MAGIC)
    (folder / "graph/disambig_tid.int").write_bytes(b"315\n316\n")


def rejected(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        verify_folder(folder)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


# --- folders ------------------------------------------------------------------------------------


def test_the_starter_is_whole_and_loads() -> None:
    assert verify_folder(STARTER) == 16_000
    proof = prove(STARTER)
    assert 0 < proof.load_s < 20
    assert proof.memory_mb is None or 10 < proof.memory_mb < 500


@pytest.mark.parametrize("older", [False, True])
def test_both_layouts_pass(tmp_path: Path, older: bool) -> None:
    assert verify_folder(make_model(tmp_path / "m", older)) == 16_000


def test_a_joined_graph_passes(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    with_joined_graph(model)
    assert verify_folder(model) == 16_000


NEEDED = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLG.fst", "graph/words.txt")


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    model = make_model(tmp_path / "m")
    (model / name).unlink()
    assert name in rejected(model).message


@pytest.mark.parametrize("name", NEEDED)
def test_an_empty_file_is_named(tmp_path: Path, name: str) -> None:
    model = make_model(tmp_path / "m")
    (model / name).write_bytes(b"")
    assert f"{name} is empty" in rejected(model).message


@pytest.mark.parametrize("name", ["final.mdl", "mfcc.conf", "HCLG.fst", "words.txt"])
def test_a_missing_file_is_named_in_the_older_layout(tmp_path: Path, name: str) -> None:
    model = make_model(tmp_path / "m", older=True)
    (model / name).unlink()
    assert name in rejected(model).message


@pytest.mark.parametrize("name", ["HCLr.fst", "Gr.fst", "disambig_tid.int"])
def test_a_joined_graph_needs_all_its_parts(tmp_path: Path, name: str) -> None:
    model = make_model(tmp_path / "m")
    with_joined_graph(model)
    (model / "graph" / name).unlink()
    assert name in rejected(model).message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("am/final.mdl", b"<html>404</html>", "not a Kaldi acoustic model"),
        ("conf/model.conf", b"--beam=13\n", "endpoint.silence-phones"),
        ("conf/mfcc.conf", b"--sample-frequency=8000\n", "8000 Hz"),
        ("conf/mfcc.conf", b"--sample-frequency=44100 # hi-fi\n", "44100 Hz"),
        ("conf/mfcc.conf", b"--sample-frequency=loud\n", "sample-frequency=loud"),
        ("conf/mfcc.conf", b"--sample-frequency=inf\n", "sample-frequency=inf"),
        ("graph/HCLG.fst", b"not a graph", "not a graph"),
        ("graph/words.txt", b"\xd1\xff\x00\x01", "not a whole list of words"),
        ("graph/words.txt", b"<eps> 0\nword 1\nhal", "not a whole list of words"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    model = make_model(tmp_path / "m")
    (model / name).write_bytes(content)
    error = rejected(model)
    assert said in error.message
    assert name in error.message


@pytest.mark.parametrize("content", [b"315\n31", b"315\nx\n"])
def test_a_cut_list_that_would_take_the_process_down(tmp_path: Path, content: bytes) -> None:
    model = make_model(tmp_path / "m")
    with_joined_graph(model)
    (model / "graph/disambig_tid.int").write_bytes(content)
    assert "disambig_tid.int is cut short" in rejected(model).message


def test_a_half_unpacked_extractor(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    (model / "ivector").mkdir()
    (model / "ivector/final.dubm").write_bytes(b"x")
    assert "ivector/final.ie" in rejected(model).message


def test_what_is_no_folder_of_a_model(tmp_path: Path) -> None:
    assert rejected(tmp_path / "nowhere").code == "model.missing"
    (tmp_path / "empty").mkdir()
    assert rejected(tmp_path / "empty").code == "model.not_a_model"
    (tmp_path / "m.zip").write_bytes(b"PK")
    assert "Unpack it" in rejected(tmp_path / "m.zip").remedy
    inner = make_model(tmp_path / "outer" / "inner")
    assert str(inner) in rejected(tmp_path / "outer").remedy


def test_a_file_cut_short_after_unpacking_is_found(tmp_path: Path) -> None:
    model = make_model(tmp_path / "m")
    (model / "README").write_bytes(b"")
    write_manifest(model, {"name": "m"}, {"graph/words.txt": 0, "README": 0})
    assert verify_folder(model) == 16_000
    assert origin(model) == {"name": "m"}
    (model / "graph/words.txt").write_bytes(b"<eps> 0\nword 1\n")
    assert "graph/words.txt has 15 bytes where 20 were unpacked" in rejected(model).message
    (model / MANIFEST).write_text("[1, 2")
    assert MANIFEST in rejected(model).message
    (model / MANIFEST).write_text('{"files": {"README": 7}}')
    assert MANIFEST in rejected(model).message


def test_changed_contents_are_found(tmp_path: Path) -> None:
    import zlib

    model = make_model(tmp_path / "m")
    assert verify_contents(model) == 0
    name = "conf/model.conf"
    write_manifest(model, {}, {name: zlib.crc32((model / name).read_bytes())})
    assert verify_contents(model) == 1
    content = (model / name).read_bytes()
    (model / name).write_bytes(content.replace(b"13", b"14"))
    verify_folder(model)
    with pytest.raises(ModelError, match=r"model\.conf is not what was unpacked"):
        verify_contents(model)


# --- what only loading shows --------------------------------------------------------------------


def broken_copy(tmp_path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    model = shutil.copytree(STARTER, tmp_path / "broken")
    (model / name).write_bytes(change((model / name).read_bytes()))
    return model


def test_a_graph_cut_in_half_is_refused(tmp_path: Path) -> None:
    model = broken_copy(tmp_path, "graph/Gr.fst", lambda content: content[: len(content) // 2])
    verify_folder(model)  # no telling from its start
    with pytest.raises(ModelError) as caught:
        prove(model)
    assert caught.value.code == "model.refused"
    assert "\n" not in caught.value.message


def test_vosk_may_crash_without_taking_us_along(tmp_path: Path) -> None:
    model = broken_copy(tmp_path, "graph/disambig_tid.int", lambda content: content[:16])
    with pytest.raises(ModelError) as caught:
        prove(model)
    assert caught.value.code == "model.crash"


def test_a_load_that_takes_too_long_is_killed() -> None:
    with pytest.raises(ModelError) as caught:
        prove(STARTER, timeout_s=0.001)
    assert caught.value.code == "model.slow"


def test_a_model_of_ones_own_is_tried_once_before_it_may_take_us_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []

    def counted(folder: Path) -> Proof:
        tried.append(folder)
        return prove(folder)

    monkeypatch.setattr("voicecoach.model_probe.prove", counted)
    ensure_loads(resolve("starter-en"))
    assert tried == []
    own = shutil.copytree(STARTER, tmp_path / "own")
    model = resolve(str(own))
    ensure_loads(model)
    ensure_loads(model)
    assert tried == [own]
    (own / "graph/disambig_tid.int").write_bytes(b"315\n316\n317\n318\n")
    with pytest.raises(ModelError):
        ensure_loads(model)


def test_an_installed_model_was_tried_when_it_was_installed(
    tmp_path: Path,
) -> None:
    own = make_model(tmp_path / "own")
    write_manifest(own, {"name": "own"}, {})
    ensure_loads(resolve(str(own)))  # though Vosk would refuse it


# --- which one is used --------------------------------------------------------------------------


def install(name: str, parent: Path | None = None) -> Path:
    return make_model((parent or user_models_dir()) / name)


def test_without_any_other_the_starter_is_used_and_says_what_it_is() -> None:
    model = resolve()
    assert (model.name, model.kind, model.rate_hz) == ("starter-en", "starter", 16_000)
    assert "synthetic voices" in model.note
    assert "not yet people" in model.note


def test_official_models_are_preferred_in_the_catalogues_order() -> None:
    install("vosk-model-en-us-0.22")
    assert resolve().name == "en-us-0.22"
    install("vosk-model-small-en-us-0.15")
    assert resolve().name == "small-en-us-0.15"
    install("vosk-model-en-us-0.22-lgraph")
    assert (resolve().name, resolve().kind) == ("en-us-0.22-lgraph", "official")


def test_a_broken_official_model_does_not_stand_in_the_way() -> None:
    path = install("vosk-model-small-en-us-0.15")
    (path / "graph/words.txt").unlink()
    assert resolve().name == "starter-en"
    with pytest.raises(ModelError, match=r"graph/words\.txt"):
        resolve("small-en-us-0.15")


def test_a_whole_model_of_a_name_goes_before_a_broken_one() -> None:
    (install("vosk-model-small-en-us-0.15") / "graph/words.txt").unlink()
    whole = install("vosk-model-small-en-us-0.15", Path.home() / ".cache" / "vosk")
    try:
        assert resolve("small-en-us-0.15").path == whole
        assert resolve().path == whole
    finally:
        shutil.rmtree(whole)  # the home is shared with other tests


def test_another_english_model_is_preferred_to_the_starter_but_its_quality_is_not_claimed() -> None:
    install("vosk-model-fr-0.22")
    assert resolve().name == "starter-en"
    install("vosk-model-en-us-0.42-gigaspeech")
    model = resolve()
    assert (model.name, model.kind) == ("en-us-0.42-gigaspeech", "other")
    assert "not known" in model.note
    assert resolve("fr-0.22").name == "fr-0.22"


def test_a_model_from_elsewhere_does_not_borrow_the_publishers_figures() -> None:
    path = install("vosk-model-small-en-us-0.15")
    write_manifest(path, {"published": False}, {})
    model = resolve()
    assert (model.name, model.kind) == ("small-en-us-0.15", "other")
    assert "not known" in model.note


def test_names_paths_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install("vosk-model-small-en-us-0.15")
    own = make_model(tmp_path / "elsewhere" / "my-model")
    assert resolve("starter-en").name == "starter-en"
    assert resolve("vosk-model-small-en-us-0.15").name == "small-en-us-0.15"
    assert resolve(str(own)).name == "my-model"
    monkeypatch.setenv("VOICECOACH_MODEL", "starter-en")
    assert resolve().name == "starter-en"
    assert resolve("small-en-us-0.15").name == "small-en-us-0.15"
    monkeypatch.chdir(own.parent)
    assert resolve("my-model").path.resolve() == own
    assert resolve("./my-model").path.resolve() == own


def test_the_order_of_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path / "vosk"))
    folders = search_folders()
    assert folders[:2] == (user_models_dir(), tmp_path / "vosk")
    assert folders[-2:] == (home / ".cache" / "vosk", resources.models_dir())
    name = "vosk-model-small-en-us-0.15"
    expected = [install(name, home / ".cache" / "vosk")]
    expected.insert(0, install(name, tmp_path / "vosk"))
    assert resolve("small-en-us-0.15").path == expected[0]
    expected.insert(0, install(name))
    assert resolve("small-en-us-0.15").path == expected[0]
    found = [model.path for model in find_models(read_catalog()) if model.kind == "official"]
    assert found == expected


def test_vosks_variable_may_also_name_the_model_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_model(tmp_path / "vosk-model-small-en-us-0.15")
    monkeypatch.setenv("VOSK_MODEL_PATH", str(path))
    assert resolve().path == path


def test_a_link_to_a_model_counts_once() -> None:
    path = install("vosk-model-small-en-us-0.15")
    try:
        (path.parent / "mine").symlink_to(path)
    except OSError as error:
        pytest.skip(f"links are not allowed here: {error}")
    found = [model for model in find_models(read_catalog()) if model.kind == "official"]
    assert len(found) == 1


def test_what_is_not_installed_says_how_to_get_it() -> None:
    with pytest.raises(ModelError) as caught:
        resolve("small-en-us-0.15")
    assert "voicecoach model pull small-en-us-0.15" in caught.value.remedy
    with pytest.raises(ModelError) as caught:
        resolve("small-en-us-0.51")
    assert "small-en-us-0.15" in caught.value.remedy


def test_no_model_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(resources.models_dir() / "catalog.yaml", tmp_path)
    monkeypatch.setattr(resources, "models_dir", lambda: tmp_path)
    with pytest.raises(ModelError) as caught:
        resolve()
    assert caught.value.code == "model.none"
    assert "voicecoach model pull" in caught.value.remedy


def test_finding_a_model_needs_no_recogniser() -> None:
    code = "import sys, voicecoach.models as m; m.resolve(); print('vosk' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "False"


# --- the catalogue ------------------------------------------------------------------------------


def test_the_catalogue_has_what_was_promised() -> None:
    catalog = read_catalog()
    official = {entry.name for entry in catalog.entries if entry.kind == "official"}
    assert official == {"small-en-us-0.15", "en-us-0.22-lgraph", "en-us-0.22", "small-en-in-0.4"}
    for entry in catalog.entries:
        assert entry.note.endswith(".")
        assert not any(character.isdigit() for character in entry.note), "notes are spoken"
        if entry.kind == "official":
            assert entry.archive == f"{entry.folder}.zip"
            assert entry.error_rates
    assert catalog.find("vosk-model-small-en-us-0.15.zip") == catalog.find("small-en-us-0.15")


def test_the_readme_tells_the_catalogues_figures(checkout: Path) -> None:
    text = (checkout / "models" / "README.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.count("|") > 4}
    for entry in read_catalog().entries:
        for rate in entry.error_rates:
            assert f"{rate.percent:.2f} % {rate.test_set}" in rows[entry.name]
        size = f"{entry.archive_bytes / 1e6:.0f} MB"
        if entry.archive_bytes > 1e9:
            size = f"{entry.archive_bytes / 1e9:.1f} GB"
        assert size in rows[entry.name] or entry.kind == "starter"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("md5: 62fd", "md5: 62fg", "32 hexadecimal digits"),
        ("    archive_bytes: 37573330\n", "", "cannot be fetched"),
        ("percent: 49.05", "percent: 490.5", "from 0 to 100"),
        ("kind: starter", "kind: startup", "starter"),
        ("memory_mb: 120", "memory: 120", "memory"),
        ("name: en-us-0.22\n", "name: small-en-us-0.15\n", "twice"),
    ],
)
def test_a_bad_catalogue_names_the_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (resources.models_dir() / "catalog.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "catalog.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_catalog(path)
    assert said in str(caught.value)
    assert "line " in str(caught.value)
