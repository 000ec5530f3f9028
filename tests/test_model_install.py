"""From an archive to an installed model, and everything that must not get that far."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.model_server import Behaviour, ModelServer, serving, zip_folder
from tests.test_models import make_model
from voicecoach import model_install, resources
from voicecoach.catalog import Catalog, CatalogEntry, read_catalog
from voicecoach.clock import VirtualClock
from voicecoach.download import Checksum, Source
from voicecoach.errors import ModelError, VoicecoachError
from voicecoach.http_get import Patience
from voicecoach.model_folder import origin, verify_contents, write_manifest
from voicecoach.model_install import checksum_of_file, install_archive, pull, remove, source_of
from voicecoach.model_pins import pins_file, verify_pin
from voicecoach.models import resolve, user_models_dir

NAME = "small-en-us-0.15"
FOLDER = f"vosk-model-{NAME}"
ARCHIVE = f"{FOLDER}.zip"
STARTER = resources.models_dir() / "starter-en"


@pytest.fixture(scope="session")
def good_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter, packed as if it were an official model."""
    return zip_folder(STARTER, tmp_path_factory.mktemp("archive") / ARCHIVE, FOLDER)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as running:
        yield running


@pytest.fixture
def entry() -> CatalogEntry:
    found = read_catalog().find(NAME)
    assert found is not None
    return found


def sha256(content: bytes) -> Checksum:
    return Checksum("sha256", hashlib.sha256(content).hexdigest())


def pulled(entry: CatalogEntry, server: ModelServer, content: bytes) -> Path:
    """Serve an archive under the model's name, and pull it."""
    server.files[ARCHIVE] = content
    source = Source(f"{server.address}/{ARCHIVE}", 0, 10**8, sha256(content))
    wait = Patience(silence_s=5.0, clock=VirtualClock())
    return pull(entry, source, lambda done, total: None, wait)


def left_over() -> set[str]:
    """Names in the user's folder, apart from the lock and the empty folder of downloads."""
    folder = user_models_dir()
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    return {name.split("/")[0] for name in names - {".lock", ".downloads"}}


def archive_of(tmp_path: Path, fill: Callable[[zipfile.ZipFile], None]) -> bytes:
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        fill(file)
    return path.read_bytes()


def test_a_pulled_model_is_in_use_at_once(
    entry: CatalogEntry, server: ModelServer, good_archive: Path
) -> None:
    path = pulled(entry, server, good_archive.read_bytes())
    assert path == user_models_dir() / FOLDER
    assert resolve().path == path
    assert verify_contents(path) == len([p for p in STARTER.rglob("*") if p.is_file()])
    assert origin(path)["sha256"] == sha256(good_archive.read_bytes()).digest
    assert left_over() == {FOLDER}


def test_an_interrupted_pull_goes_on(
    entry: CatalogEntry, server: ModelServer, good_archive: Path
) -> None:
    server.behaviour = Behaviour(cut_at=300_000)
    size = good_archive.stat().st_size
    server.files[ARCHIVE] = good_archive.read_bytes()
    source = Source(f"{server.address}/{ARCHIVE}", size, size, sha256(good_archive.read_bytes()))
    wait = Patience(silence_s=5.0, clock=VirtualClock())
    with pytest.raises(ModelError) as caught:
        pull(entry, source, lambda done, total: None, wait)
    assert caught.value.code == "model.unreachable"
    assert model_install.fetched_bytes(entry) == 300_000
    assert resolve().kind == "starter"
    server.behaviour = Behaviour()
    server.requests.clear()
    pull(entry, source, lambda done, total: None, wait)
    assert resolve().name == NAME
    assert [asked for _, asked in server.requests] == ["bytes=300000-"]


def test_the_old_model_stays_until_the_new_one_is_in_place(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, tmp_path: Path
) -> None:
    old = make_model(user_models_dir() / FOLDER)
    (old / "old").write_text("old")
    bad = zip_folder(make_model(tmp_path / "fake"), tmp_path / "bad.zip", FOLDER).read_bytes()
    with pytest.raises(ModelError) as caught:  # passes every check but does not load
        pulled(entry, server, bad)
    assert caught.value.code == "model.bad_archive"
    assert ".new-" not in caught.value.message
    assert (old / "old").exists()
    assert left_over() == {FOLDER}
    pulled(entry, server, good_archive.read_bytes())
    assert not (old / "old").exists()
    assert left_over() == {FOLDER}


def test_if_the_last_step_fails_the_old_model_comes_back(
    entry: CatalogEntry, good_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_model(user_models_dir() / FOLDER)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".new-"):
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(ModelError) as caught:
        install_archive(entry, good_archive, sha256(good_archive.read_bytes()))
    assert caught.value.code == "model.cannot_write"
    assert (old / "am/final.mdl").exists()
    assert left_over() == {FOLDER}


def test_a_pull_that_was_killed_half_way_is_mended(entry: CatalogEntry, good_archive: Path) -> None:
    folder = user_models_dir()
    make_model(folder / ".old-my-model")  # it had stepped aside, and its successor never came
    make_model(folder / f".old-{FOLDER}")
    make_model(folder / ".new-abc" / FOLDER)
    install_archive(entry, good_archive, sha256(good_archive.read_bytes()))
    assert left_over() == {FOLDER, "my-model"}


# --- archives that are not what they should be --------------------------------------------------


def _outside(name: str) -> Callable[[zipfile.ZipFile], None]:
    def fill(file: zipfile.ZipFile) -> None:
        file.writestr(f"{FOLDER}/am/final.mdl", "x")
        file.writestr(name, "out")

    return fill


def _link(file: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo(f"{FOLDER}/am")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    file.writestr(info, "/etc")


def _twice(file: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        file.writestr(f"{FOLDER}/a", "x")
        file.writestr(f"{FOLDER}/a", "y")


def _file_as_folder(file: zipfile.ZipFile) -> None:
    file.writestr(f"{FOLDER}/am", "x")
    file.writestr(f"{FOLDER}/am/final.mdl", "x")


def _bomb(file: zipfile.ZipFile) -> None:
    with file.open(f"{FOLDER}/am/final.mdl", "w", force_zip64=True) as member:
        for _ in range(150):
            member.write(bytes(1_000_000))


def _many(file: zipfile.ZipFile) -> None:
    for number in range(1001):
        file.writestr(f"{FOLDER}/{number}", "")


def _two_tops(file: zipfile.ZipFile) -> None:
    file.writestr("one/am/final.mdl", "x")
    file.writestr("two/am/final.mdl", "x")


def _not_a_model(file: zipfile.ZipFile) -> None:
    file.writestr(f"{FOLDER}/README", "hello")


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (_outside("../evil"), "outside"),
        (_outside(f"{FOLDER}/../../evil"), "outside"),
        (_outside("/tmp/evil"), "outside"),
        (_outside("C:\\evil"), "outside"),
        (_outside(f"{FOLDER}/..\\evil"), "outside"),
        (_outside(f"{FOLDER}/a\nb"), "outside"),
        (_link, "link"),
        (_twice, "twice"),
        (_file_as_folder, "twice"),
        (_bomb, "150 MB"),
        (_many, "1001 files"),
        (_two_tops, "one folder"),
        (lambda file: None, "one folder"),
        (_not_a_model, "is not a model"),
    ],
)
def test_an_archive_that_is_up_to_something(
    entry: CatalogEntry,
    server: ModelServer,
    tmp_path: Path,
    fill: Callable[[zipfile.ZipFile], None],
    said: str,
) -> None:
    with pytest.raises(ModelError) as caught:
        pulled(entry, server, archive_of(tmp_path, fill))
    assert caught.value.code == "model.bad_archive"
    assert said in caught.value.message
    assert "nothing was changed" in caught.value.message
    assert left_over() == set()
    assert not list(tmp_path.rglob("evil*"))


def test_a_bomb_that_lies_about_its_size(
    entry: CatalogEntry, server: ModelServer, tmp_path: Path
) -> None:
    content = archive_of(tmp_path, lambda file: file.writestr(f"{FOLDER}/x", bytes(5_000_000)))
    lying = content.replace(struct.pack("<L", 5_000_000), struct.pack("<L", 10))
    assert lying != content
    with pytest.raises(ModelError) as caught:
        pulled(entry, server, lying)
    assert "not a whole zip archive" in caught.value.message
    assert left_over() == set()


def test_what_is_not_a_zip(entry: CatalogEntry, server: ModelServer, good_archive: Path) -> None:
    for content in (b"", b"<html>no</html>", good_archive.read_bytes()[:100_000]):
        with pytest.raises(ModelError) as caught:
            pulled(entry, server, content)
        assert "zip" in caught.value.message
    assert left_over() == set()


def test_a_damaged_member(entry: CatalogEntry, server: ModelServer, good_archive: Path) -> None:
    content = bytearray(good_archive.read_bytes())
    content[200_000] ^= 0xFF
    with pytest.raises(ModelError) as caught:
        pulled(entry, server, bytes(content))
    assert caught.value.code == "model.bad_archive"
    assert left_over() == set()


# --- the machine --------------------------------------------------------------------------------


def test_no_space_for_the_model(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=120_000_000))
    with pytest.raises(ModelError) as caught:
        pulled(entry, server, good_archive.read_bytes())
    assert caught.value.code == "model.no_space"
    assert server.requests == [], "known before anything is fetched"


def test_no_space_to_unpack_keeps_what_was_fetched(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(model_install, "unpack", full)
        with pytest.raises(ModelError) as caught:
            pulled(entry, server, good_archive.read_bytes())
    assert caught.value.code == "model.no_space"
    assert left_over() == {".downloads"}
    server.requests.clear()
    pulled(entry, server, good_archive.read_bytes())
    assert server.requests == []


def test_a_folder_that_may_not_be_written(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, voicecoach_home: Path
) -> None:
    voicecoach_home.write_text("a file where the folder should be")
    with pytest.raises(ModelError) as caught:
        pulled(entry, server, good_archive.read_bytes())
    assert caught.value.code == "model.cannot_write"
    assert "VOICECOACH_HOME" in caught.value.remedy


def test_two_pulls_at_once(entry: CatalogEntry, server: ModelServer, good_archive: Path) -> None:
    with (
        model_install._only_one(user_models_dir()),
        pytest.raises(ModelError) as caught,
    ):
        pulled(entry, server, good_archive.read_bytes())
    assert caught.value.code == "model.busy"


# --- from a file, and away again ----------------------------------------------------------------


def test_an_archive_from_a_memory_stick(entry: CatalogEntry, good_archive: Path) -> None:
    before = good_archive.stat()
    path = install_archive(entry, good_archive, sha256(good_archive.read_bytes()))
    assert resolve().path == path
    assert good_archive.stat().st_size == before.st_size, "it is not ours to delete"
    with pytest.raises(ModelError) as caught:
        install_archive(entry, good_archive, Checksum("md5", "0" * 32))
    assert caught.value.code == "model.wrong_checksum"
    with pytest.raises(ModelError, match="There is no file"):
        install_archive(entry, good_archive.with_name("no.zip"), Checksum("md5", "0" * 32))


def test_only_fetched_models_are_removed(tmp_path: Path) -> None:
    path = make_model(user_models_dir() / FOLDER)
    remove(path)
    assert left_over() == set()
    for other in (STARTER, make_model(tmp_path / FOLDER)):
        with pytest.raises(ModelError) as caught:
            remove(other)
        assert caught.value.code == "model.not_ours"
        assert other.exists()


# --- which checksum counts ----------------------------------------------------------------------


def test_at_the_publishers_address_the_catalogue_counts(entry: CatalogEntry) -> None:
    source = source_of(entry, read_catalog())
    assert source.url == f"https://alphacephei.com/vosk/models/{ARCHIVE}"
    assert source.checksum == Checksum("sha256", entry.sha256)
    assert source.size_bytes == source.limit_bytes == entry.archive_bytes
    only_md5 = dataclasses.replace(entry, sha256="")
    assert source_of(only_md5, read_catalog()).checksum == Checksum("md5", entry.md5)


def test_at_another_address_its_list_counts_and_else_still_the_catalogue(
    entry: CatalogEntry, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICECOACH_MODEL_URL", server.address)
    source = source_of(entry, read_catalog())
    assert source.url == f"{server.address}/{ARCHIVE}"
    assert source.checksum == Checksum("sha256", entry.sha256)
    server.files["model-list.json"] = (
        f'[{{"name": "{FOLDER}", "md5": "{"0" * 32}", "size": 7}}]'.encode()
    )
    assert source_of(entry, read_catalog()).checksum == Checksum("md5", "0" * 32)
    own = source_of(entry, read_catalog(), address="http://other/", sha256="A" * 64)
    assert own.checksum == Checksum("sha256", "a" * 64)
    assert own.url == f"http://other/{ARCHIVE}"


def publish(server: ModelServer, content: bytes) -> None:
    """Serve an archive, with the list that states its checksum."""
    server.files[ARCHIVE] = content
    md5 = hashlib.md5(content).hexdigest()
    server.files["model-list.json"] = (
        f'[{{"name": "{FOLDER}", "md5": "{md5}", "size": {len(content)}}}]'.encode()
    )


def offering(server: ModelServer, entry: CatalogEntry) -> tuple[CatalogEntry, Catalog]:
    """A catalogue of that server alone, which states no checksum."""
    without = dataclasses.replace(entry, sha256="", md5="")
    return without, Catalog(server.address, (without,))


def fetched(server: ModelServer, entry: CatalogEntry, sha256: str = "") -> Path:
    without, catalog = offering(server, entry)
    wait = Patience(silence_s=5.0, clock=VirtualClock())
    source = source_of(without, catalog, sha256=sha256, patience=wait)
    return pull(without, source, lambda done, total: None, wait)


def test_where_the_catalogue_knows_no_checksum_the_publishers_list_does(
    entry: CatalogEntry, server: ModelServer, good_archive: Path
) -> None:
    publish(server, good_archive.read_bytes())
    assert fetched(server, entry) == user_models_dir() / FOLDER
    del server.files["model-list.json"]
    other = dataclasses.replace(entry, archive="other.zip")
    with pytest.raises(ModelError) as caught:
        source_of(*offering(server, other))
    assert caught.value.code == "model.no_checksum"
    assert "--sha256" in caught.value.remedy
    with pytest.raises(ModelError) as caught:
        checksum_of_file(*offering(server, other))
    assert caught.value.code == "model.no_checksum"


# --- what came first is pinned ------------------------------------------------------------------


def repacked(archive: Path, tmp_path: Path) -> bytes:
    """The same model in another archive."""
    path = shutil.copy(archive, tmp_path / "repacked.zip")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(f"{FOLDER}/EXTRA", "something else")
    return Path(path).read_bytes()


def test_another_archive_is_refused_though_the_list_has_changed_with_it(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, tmp_path: Path
) -> None:
    good = good_archive.read_bytes()
    publish(server, good)
    path = fetched(server, entry)
    for other in (repacked(good_archive, tmp_path), good[:-1] + b"!"):
        publish(server, other)
        with pytest.raises(ModelError) as caught:
            fetched(server, entry)
        assert caught.value.code == "model.changed"
        assert "another archive than on 20" in caught.value.message
        assert "--sha256" in caught.value.remedy
        assert origin(path)["sha256"] == sha256(good).digest
    server.files[ARCHIVE] = good
    fetched(server, entry)


def test_the_pin_outlives_the_model_and_yields_to_a_checksum_that_the_user_gives(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, tmp_path: Path
) -> None:
    publish(server, good_archive.read_bytes())
    remove(fetched(server, entry))
    other = repacked(good_archive, tmp_path)
    publish(server, other)
    with pytest.raises(ModelError):
        fetched(server, entry)
    path = fetched(server, entry, sha256(other).digest)
    assert (path / "EXTRA").exists()
    fetched(server, entry)  # what the user trusted is what is expected now


def test_a_model_of_another_archive_does_not_pass_verification(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, tmp_path: Path
) -> None:
    publish(server, good_archive.read_bytes())
    path = fetched(server, entry)
    verify_pin(path)
    write_manifest(path, {**origin(path), "sha256": "0" * 64}, {})
    with pytest.raises(ModelError) as caught:
        verify_pin(path)
    assert caught.value.code == "model.changed"
    assert "--again" in caught.value.remedy
    verify_pin(make_model(tmp_path / "own"))  # nothing is known of it


def test_an_archive_with_an_md5_alone_is_pinned_by_a_better_checksum(
    entry: CatalogEntry, server: ModelServer, good_archive: Path, tmp_path: Path
) -> None:
    good = good_archive.read_bytes()
    server.files[ARCHIVE] = good
    weak = dataclasses.replace(
        entry, sha256="", md5=hashlib.md5(good).hexdigest(), archive_bytes=len(good)
    )
    catalog = Catalog(server.address, (weak,))
    assert source_of(weak, catalog).checksum.kind == "md5"
    assert checksum_of_file(weak, catalog).kind == "md5"
    path = pull(weak, source_of(weak, catalog), lambda done, total: None)
    assert origin(path)["published"] is True
    assert source_of(weak, catalog).checksum == sha256(good)
    assert checksum_of_file(weak, catalog) == sha256(good)
    assert source_of(entry, catalog).checksum == Checksum("sha256", entry.sha256)


@pytest.mark.parametrize("text", ["[", "[]", '{"URL": 7}', '{"URL": {"sha256": "x"}}'])
def test_damaged_pins_are_not_passed_over(
    entry: CatalogEntry, server: ModelServer, text: str
) -> None:
    without, catalog = offering(server, entry)
    pins_file().parent.mkdir(parents=True)
    pins_file().write_text(text.replace("URL", f"{server.address}/{ARCHIVE}"))
    with pytest.raises(VoicecoachError) as caught:
        source_of(without, catalog)
    assert str(pins_file()) in caught.value.message
    assert caught.value.remedy
