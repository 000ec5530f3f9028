"""Fetching one file: from good servers, bad ones, and ones that change their mind."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.model_server import Behaviour, ModelServer, serving
from voicecoach.clock import VirtualClock
from voicecoach.download import Checksum, Source, check_space, fetch, join_url, published
from voicecoach.errors import ModelError
from voicecoach.http_get import Patience

CONTENT = bytes(range(256)) * 1000
NAME = "thing.zip"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as running:
        running.files[NAME] = CONTENT
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / NAME


def source(server: ModelServer, content: bytes = CONTENT, size: int | None = None) -> Source:
    size = len(content) if size is None else size
    checksum = Checksum("sha256", hashlib.sha256(content).hexdigest())
    return Source(f"{server.address}/{NAME}", size, max(size, 10**6), checksum)


def patience(silence_s: float = 5.0) -> Patience:
    """Waits between tries take no time; only the server's silence is real."""
    return Patience(connect_s=5.0, silence_s=silence_s, clock=VirtualClock())


def quietly(done: int, total: int) -> None:
    """Show no progress."""


def failing_fetch(wanted: Source, target: Path, wait: Patience | None = None) -> ModelError:
    with pytest.raises(ModelError) as caught:
        fetch(wanted, target, quietly, wait or patience())
    assert not target.exists()
    return caught.value


def test_a_file_arrives_with_its_name_and_leaves_nothing_else(
    server: ModelServer, target: Path
) -> None:
    seen: list[tuple[int, int]] = []
    fetch(source(server), target, lambda done, total: seen.append((done, total)), patience())
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_file_that_is_there_is_not_fetched_again(server: ModelServer, target: Path) -> None:
    fetch(source(server), target, quietly, patience())
    server.requests.clear()
    fetch(source(server), target, quietly, patience())
    assert server.requests == []


def test_a_broken_connection_is_taken_up_where_it_broke(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(cut_after=100_000, cuts=2)
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == ["", "bytes=100000-", "bytes=200000-"]


def test_an_earlier_call_is_continued(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(cut_at=70_000)
    assert failing_fetch(source(server), target).code == "model.unreachable"
    server.behaviour = Behaviour()
    server.requests.clear()
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert server.requests == [(f"/models/{NAME}", "bytes=70000-")]


def test_a_server_that_falls_silent_is_given_up(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(stall_at=70_000)
    error = failing_fetch(source(server), target, patience(silence_s=0.2))
    assert error.code == "model.unreachable"
    assert "stopped answering" in error.message
    assert "it goes on where it stopped" in error.remedy


def test_a_server_without_ranges_is_asked_from_the_start(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(ranges=False, cut_after=100_000)
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert len(server.requests) == 2


def test_a_server_without_ranges_that_always_breaks_is_given_up(
    server: ModelServer, target: Path
) -> None:
    server.behaviour = Behaviour(ranges=False, cut_after=100_000, cuts=1000)
    assert failing_fetch(source(server), target).code == "model.unreachable"
    assert len(server.requests) <= 5


def test_a_server_that_begins_elsewhere_is_asked_for_everything(
    server: ModelServer, target: Path
) -> None:
    server.behaviour = Behaviour(cut_at=100_000)
    failing_fetch(source(server), target)
    server.behaviour = Behaviour(shift=10)
    server.requests.clear()
    seen: list[int] = []
    fetch(source(server), target, lambda done, total: seen.append(done), patience())
    assert target.read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == ["bytes=100000-", ""]
    assert seen[0] < 100_000, "nothing of the wrong piece was taken"


def test_an_early_end_is_noticed_also_where_no_length_was_announced(
    server: ModelServer, target: Path
) -> None:
    server.behaviour = Behaviour(announce=False, cut_after=100_000)
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == ["", "bytes=100000-"]


def test_a_file_that_changed_in_between_is_fetched_anew(server: ModelServer, target: Path) -> None:
    server.files[NAME] = b"older" * 40_000
    server.behaviour = Behaviour(cut_at=50_000)
    failing_fetch(source(server, size=0), target)
    server.files[NAME] = CONTENT
    server.behaviour = Behaviour()
    server.requests.clear()
    fetch(source(server), target, quietly, patience())  # If-Range does not fit: 200, all of it
    assert target.read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == ["bytes=50000-"]


def test_halves_of_two_files_are_found_out_and_fetched_anew(
    server: ModelServer, target: Path
) -> None:
    server.files[NAME] = b"x" * len(CONTENT)
    server.behaviour = Behaviour(validator=False, cut_at=50_000)
    failing_fetch(source(server), target)
    server.files[NAME] = CONTENT
    server.behaviour = Behaviour(validator=False)
    server.requests.clear()
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert server.requests[0][1].startswith("bytes=")
    assert server.requests[1][1] == ""


def test_a_partial_file_of_another_address_is_dropped(server: ModelServer, target: Path) -> None:
    target.parent.mkdir(parents=True)
    target.with_name(f"{NAME}.part").write_bytes(b"something else")
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert server.requests == [(f"/models/{NAME}", "")]


def test_a_whole_partial_file_needs_no_server(server: ModelServer, target: Path) -> None:
    target.parent.mkdir(parents=True)
    target.with_name(f"{NAME}.part").write_bytes(CONTENT)
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert server.requests == []


def test_a_wrong_checksum_is_refused_and_the_file_deleted(
    server: ModelServer, target: Path
) -> None:
    server.files[NAME] = CONTENT[:-1] + b"!"
    error = failing_fetch(source(server), target)
    assert error.code == "model.wrong_checksum"
    assert "sha256" in error.message
    assert list(target.parent.iterdir()) == []


def test_a_missing_file_is_said_to_be_missing(server: ModelServer, target: Path) -> None:
    del server.files[NAME]
    error = failing_fetch(source(server), target)
    assert (error.code, "404" in error.message) == ("model.no_such_file", True)
    assert len(server.requests) == 1


def test_a_busy_server_is_asked_again(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(failures=2)
    fetch(source(server), target, quietly, patience())
    assert len(server.requests) == 3


def test_a_server_that_stays_busy_is_given_up(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(failures=1000)
    error = failing_fetch(source(server), target)
    assert (error.code, "503" in error.message) == ("model.unreachable", True)
    assert len(server.requests) == Patience().tries


def test_another_size_than_expected_is_refused_before_it_is_fetched(
    server: ModelServer, target: Path
) -> None:
    error = failing_fetch(source(server, size=len(CONTENT) - 5), target)
    assert error.code == "model.wrong_size"
    assert str(len(CONTENT)) in error.message


def test_an_endless_answer_is_cut_off(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(announce=False, extra=bytes(2_000_000))
    error = failing_fetch(source(server, size=0), target)
    assert error.code == "model.wrong_size"
    assert list(target.parent.iterdir()) == []


class _Jumps(VirtualClock):
    """A clock on which a minute passes whenever it is read."""

    def now(self) -> float:
        self.sleep_until(super().now() + 61.0)
        return super().now()


def test_a_server_that_drips_is_given_up(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(drip=50, drip_pause_s=0.01, ranges=False)
    wait = Patience(silence_s=5.0, clock=_Jumps())
    error = failing_fetch(source(server), target, wait)
    assert "almost stopped" in error.message


def test_a_server_that_never_says_a_word_is_given_up(server: ModelServer, target: Path) -> None:
    server.behaviour = Behaviour(mute=True)
    error = failing_fetch(source(server), target, patience(silence_s=0.2))
    assert (error.code, "stopped answering" in error.message) == ("model.unreachable", True)
    assert len(server.requests) == Patience().tries


def test_a_connection_that_is_never_taken_is_given_up(target: Path) -> None:
    with socket.socket() as deaf:  # listens, but its queue is full: a connection hangs
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        with ExitStack() as waiting:
            for _ in range(3):
                caller = waiting.enter_context(socket.socket())
                caller.setblocking(False)
                caller.connect_ex(deaf.getsockname())
            url = f"http://127.0.0.1:{deaf.getsockname()[1]}/models/{NAME}"
            wanted = Source(url, 0, 10**6, Checksum("md5", "0" * 32))
            wait = Patience(connect_s=0.1, silence_s=0.1, clock=VirtualClock())
            error = failing_fetch(wanted, target, wait)
    assert error.code == "model.unreachable"
    assert "answer" in error.message


def test_a_proxy_is_asked_where_there_is_one(
    server: ModelServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is known to nobody here, and the proxy does the looking up."""
    monkeypatch.setenv("http_proxy", server.address.removesuffix("/models"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    wanted = dataclasses.replace(source(server), url=f"http://models.example/models/{NAME}")
    server.behaviour = Behaviour(cut_after=100_000)
    fetch(wanted, target, quietly, patience())
    assert target.read_bytes() == CONTENT
    assert server.requests == [(wanted.url, ""), (wanted.url, "bytes=100000-")]


def test_a_proxy_that_refuses_is_named(
    server: ModelServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.address.removesuffix("/models"))
    monkeypatch.setenv("https_proxy", server.address.removesuffix("/models"))
    server.behaviour = Behaviour(refusal=407)
    for scheme, said in (("http", "407"), ("https", "the proxy refuses")):
        url = f"{scheme}://models.example/models/{NAME}"
        error = failing_fetch(dataclasses.replace(source(server), url=url), target)
        assert said in error.message
        assert "\n" not in str(error)


def test_a_proxy_is_passed_by_where_the_environment_says_so(
    server: ModelServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    fetch(source(server), target, quietly, patience())
    assert target.read_bytes() == CONTENT


def test_a_name_that_nobody_knows(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    wanted = Source(f"https://models.example/{NAME}", 0, 10**6, Checksum("md5", "0" * 32))
    error = failing_fetch(wanted, target)
    assert error.code == "model.unreachable"
    assert "is this machine online?" in error.message


def test_nobody_at_the_address(target: Path) -> None:
    with serving() as gone:
        wanted = source(gone)
    error = failing_fetch(wanted, target)
    assert error.code == "model.unreachable"
    assert "refuses the connection" in error.message
    assert "--archive" in error.remedy


@pytest.mark.parametrize("address", ["", "nonsense", "file:///etc", "ftp://host/x", "https://"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ModelError) as caught:
        join_url(address, "x.zip")
    assert caught.value.code == "model.bad_address"


def test_names_are_quoted_in_addresses() -> None:
    assert join_url("http://host/a/", "b c.zip") == "http://host/a/b%20c.zip"


def test_a_file_in_the_way_of_the_folder(server: ModelServer, target: Path) -> None:
    target.parent.write_text("not a folder")
    assert failing_fetch(source(server), target).code == "model.cannot_write"


def test_a_full_disk_keeps_what_has_come(server: ModelServer, target: Path) -> None:
    def full(done: int, total: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelError) as caught:
        fetch(source(server), target, full, patience())
    assert caught.value.code == "model.no_space"
    assert target.with_name(f"{NAME}.part").exists()


def test_space_is_looked_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=100_000_000))
    check_space(tmp_path / "not" / "yet" / "made", 40_000_000)
    with pytest.raises(ModelError) as caught:
        check_space(tmp_path, 60_000_000)
    assert caught.value.code == "model.no_space"
    assert "100 MB free" in caught.value.message


def test_the_publishers_list_gives_size_and_checksum(server: ModelServer) -> None:
    server.files["model-list.json"] = (
        b'[{"name": "thing", "md5": "0123456789ABCDEF0123456789abcdef", "size": 12}]'
    )
    found = published(server.address, NAME, patience())
    assert found is not None
    assert found.checksum == Checksum("md5", "0123456789abcdef0123456789abcdef")
    assert (found.size_bytes, found.limit_bytes) == (12, 12)
    assert published(server.address, "other.zip", patience()) is None


@pytest.mark.parametrize(
    "text", [b"", b"<html>", b"{}", b'[{"name": "thing"}]', b"[1]", b" " * 5_000_000]
)
def test_a_list_that_is_none(server: ModelServer, text: bytes) -> None:
    server.files["model-list.json"] = text
    assert published(server.address, NAME, patience()) is None


def test_no_list(server: ModelServer) -> None:
    assert published(server.address, NAME, patience()) is None
