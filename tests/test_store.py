"""Sessions on disk: names, crashes, full and vanished disks, and old logs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.timeline import interview
from voicecoach.audio.format import RATE_HZ
from voicecoach.errors import StoreError
from voicecoach.events import (
    AnswerScored,
    Event,
    OutOfAnswers,
    PartialTranscript,
    SessionEnded,
    SessionStarted,
    TaskOpened,
)
from voicecoach.scoring.types import read_score
from voicecoach.session_files import (
    HEADER_EVERY_S,
    SCHEMA,
    EventFile,
    SessionWriter,
    Tee,
    write_private,
)
from voicecoach.store import SessionStore, read_events, session_name

NOON = dt.datetime(2026, 5, 4, 13, 12, 40, tzinfo=dt.timezone.utc)
SESSIONS = Path(__file__).parent / "data" / "sessions"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and signals")


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "sessions")


@pytest.fixture
def writer(store: SessionStore) -> Iterator[SessionWriter]:
    writer = store.create("practice", NOON)
    yield writer
    writer.close()


def noise(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    generator = np.random.default_rng(1)
    return generator.uniform(-0.5, 0.5, round(seconds * RATE_HZ)).astype(np.float32)


# --- writing and reading ------------------------------------------------------------------------


def test_a_session_is_read_as_it_was_written(store: SessionStore, writer: SessionWriter) -> None:
    events = interview()
    for event in events:
        writer.append(event)
    sound = noise(1.7)
    for start in range(0, len(sound), 512):
        writer.audio(sound[start : start + 512])
    writer.close()
    record = store.load()
    assert record.id == writer.id
    assert record.events == tuple(events)
    assert record.complete
    assert record.problems == ()
    assert record.started is not None
    assert record.audio_path is not None
    heard, rate_hz = soundfile.read(record.audio_path, dtype="float32")
    assert rate_hz == RATE_HZ
    assert np.allclose(heard, sound, atol=1e-4)


def test_only_some_kinds_of_events_can_be_read(writer: SessionWriter) -> None:
    events = interview()
    for event in events:
        writer.append(event)
    kinds = (SessionStarted, TaskOpened)
    wanted = tuple(e for e in events if isinstance(e, kinds))
    assert 1 < len(wanted) < len(events)
    assert read_events(writer.folder, kinds).events == wanted


def test_events_are_on_disk_before_the_session_is_closed(
    store: SessionStore, writer: SessionWriter
) -> None:
    for number, event in enumerate(interview()[:5], start=1):
        writer.append(event)
        assert len(store.load().events) == number
    assert not store.load().complete


def test_a_recording_is_readable_while_it_grows(writer: SessionWriter) -> None:
    path = writer.folder / "candidate.wav"
    sound = noise(3.0)
    for end in range(512, len(sound), 512):
        writer.audio(sound[end - 512 : end])
        readable_s = soundfile.info(path).duration
        assert end / RATE_HZ - readable_s <= HEADER_EVERY_S


def test_closing_twice_is_harmless(writer: SessionWriter) -> None:
    writer.audio(noise(0.1))
    writer.close()
    writer.close()
    assert soundfile.info(writer.folder / "candidate.wav").frames == 1600


@posix
def test_only_the_user_may_read_a_session(store: SessionStore, writer: SessionWriter) -> None:
    writer.append(OutOfAnswers(1.0))
    writer.audio(noise(0.1))
    modes = {p: stat.S_IMODE(p.stat().st_mode) for p in (store.root, *store.root.rglob("*"))}
    assert {m for p, m in modes.items() if p.is_dir()} == {0o700}
    assert {m for p, m in modes.items() if p.is_file()} == {0o600}


@pytest.mark.parametrize(
    "text", ["naïve – “quotes”", "two\nlines", "nul \x00", "lone \ud800", "😀"]
)
def test_any_text_survives(writer: SessionWriter, store: SessionStore, text: str) -> None:
    writer.append(PartialTranscript(1.0, text))
    assert store.load().events == (PartialTranscript(1.0, text),)


# --- killed -------------------------------------------------------------------------------------

KILLED = """
    import datetime as dt, sys
    from pathlib import Path
    import numpy as np
    from voicecoach.events import PartialTranscript
    from voicecoach.store import SessionStore

    writer = SessionStore(Path(sys.argv[1])).create("practice", dt.datetime(2026, 5, 4))
    chunk = np.full(512, 0.25, dtype=np.float32)
    number = 0
    while True:
        writer.append(PartialTranscript(float(number), f"words {number}"))
        writer.audio(chunk)
        print(number, flush=True)
        number += 1
"""


@posix
def test_kill_loses_no_event_and_less_than_a_second_of_sound(store: SessionStore) -> None:
    program = [sys.executable, "-c", textwrap.dedent(KILLED), str(store.root)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = 0
        while told < 200:
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split("\n")[:-1]  # the last line may be cut
        told = int(rest[-1]) if rest else told
    record = store.load()
    assert not record.complete
    assert len(record.events) >= told + 1
    assert [e.at_s for e in record.events] == [float(n) for n in range(len(record.events))]
    assert record.audio_path is not None
    kept = soundfile.info(record.audio_path).frames
    assert (told + 1) * 512 - kept <= RATE_HZ
    samples, _ = soundfile.read(record.audio_path, dtype="float32")
    assert np.allclose(samples, 0.25, atol=1e-3)


def test_a_line_that_was_cut_short_is_left_out_and_told(
    store: SessionStore, writer: SessionWriter
) -> None:
    events = interview()
    for event in events:
        writer.append(event)
    whole = writer.path.read_bytes()
    last = len(whole.rstrip(b"\n").rpartition(b"\n")[2]) + 1
    for cut in (1, 2, last // 2, last - 1):
        writer.path.write_bytes(whole[:-cut])
        record = store.load()
        if cut == 1:  # only the line's end is missing
            assert (record.events, record.problems) == (tuple(events), ())
            continue
        assert record.events == tuple(events[:-1])
        (problem,) = record.problems
        assert problem == f"line {len(events) + 1} was cut short and is left out"


@pytest.mark.parametrize(
    "line",
    [b"{", b"[1]", b"null", b'{"event":"Nonsense","at_s":1}', b"\xff\xfe", b"", b"[" * 100_000],
)
def test_a_damaged_line_is_left_out_and_told(
    store: SessionStore, writer: SessionWriter, line: bytes
) -> None:
    writer.append(OutOfAnswers(1.0))
    with writer.path.open("ab") as file:
        file.write(line + b"\n")
    writer.close()
    with writer.path.open("ab") as file:
        file.write(b'{"event":"SessionEnded","at_s":2,"reason":"finished"}\n')
    record = store.load()
    assert record.events == (OutOfAnswers(1.0), SessionEnded(2.0, "finished"))
    (problem,) = record.problems
    assert problem.startswith("line 3 is left out")


# --- what cannot be written ---------------------------------------------------------------------


def once(action: Callable[[], None], times: int = 5) -> StoreError:
    """The one error of an action that is repeated."""
    raised = [failure for _ in range(times) if (failure := failure_of(action))]
    assert len(raised) == 1
    assert "\n" not in str(raised[0])
    return raised[0]


def failure_of(action: Callable[[], None]) -> StoreError | None:
    try:
        action()
    except StoreError as error:
        return error
    return None


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_once_and_what_was_written_stays(tiny_disk: Path) -> None:
    store = SessionStore(tiny_disk / "sessions")
    writer = store.create("practice", NOON)
    event = PartialTranscript(1.0, "x" * 900)
    error = once(lambda: writer.append(event), times=100)
    assert error.code == "store.disk_full"
    assert "disk is full" in str(error)
    writer.close()
    record = store.load()
    assert record.problems == ()
    assert 40 <= len(record.events) <= 72
    assert set(record.events) == {event}


def test_sound_that_fills_the_disk_leaves_a_readable_recording(tiny_disk: Path) -> None:
    store = SessionStore(tiny_disk / "sessions")
    writer = store.create("practice", NOON)
    writer.append(OutOfAnswers(1.0))
    error = once(lambda: writer.audio(noise(0.2)), times=30)
    assert error.code == "store.disk_full"
    writer.append(OutOfAnswers(2.0))  # told already: the second failure is silent
    writer.close()
    record = store.load()
    assert record.audio_path is not None
    assert soundfile.info(record.audio_path).duration >= 1.0
    assert record.events[0] == OutOfAnswers(1.0)


LIMITED = """
    import datetime as dt, resource, sys
    from pathlib import Path
    from voicecoach.errors import StoreError
    from voicecoach.events import PartialTranscript
    from voicecoach.store import SessionStore

    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    writer = SessionStore(Path(sys.argv[1])).create("practice", dt.datetime(2026, 5, 4))
    for number in range(100):
        try:
            writer.append(PartialTranscript(float(number), "x" * 300))
        except StoreError as error:
            print(error.code)
    writer.close()
"""


@posix
def test_a_file_that_may_not_grow_ends_in_a_whole_line(store: SessionStore) -> None:
    program = [sys.executable, "-c", textwrap.dedent(LIMITED), str(store.root)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert done.stdout == "store.disk_full\n"
    record = store.load()
    assert record.problems == ()
    size = record.path.stat().st_size
    longest = max(len(line) for line in record.path.read_bytes().splitlines(keepends=True))
    assert 10_000 - longest <= size <= 10_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_device_is_one_clear_line() -> None:
    with pytest.raises(StoreError, match=r"The disk is full, and /dev/full cannot grow"):
        EventFile(Path("/dev/full"))


@posix
def test_a_vanished_folder_is_told_once(store: SessionStore, writer: SessionWriter) -> None:
    import shutil

    writer.append(OutOfAnswers(1.0))
    writer.audio(noise(0.1))
    shutil.rmtree(store.root)
    error = once(lambda: writer.append(OutOfAnswers(2.0)))
    assert error.code == "store.vanished"
    writer.audio(noise(0.1))
    writer.close()


READ_ONLY = """
    import datetime as dt, os, sys
    from pathlib import Path
    from voicecoach.errors import StoreError
    from voicecoach.store import SessionStore

    if os.geteuid() == 0:
        os.setuid(65534)  # root may write anywhere
    try:
        SessionStore(Path(sys.argv[1])).create("practice", dt.datetime(2026, 5, 4))
    except StoreError as error:
        print(error.code)
"""


@posix
def test_a_read_only_folder_is_one_clear_line(tmp_path: Path) -> None:
    import tempfile

    # Not below tmp_path, which others than root may not enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        program = [sys.executable, "-c", textwrap.dedent(READ_ONLY), f"{folder}/sessions"]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
    if "No module named 'voicecoach'" in done.stderr or "Permission denied" in done.stderr:
        pytest.skip("another user may not read this checkout")
    assert (done.stdout, done.stderr) == ("store.read_only\n", "")


def test_a_file_in_the_way_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError):
        SessionStore(tmp_path / "file" / "sessions").create("practice", NOON)
    with pytest.raises(StoreError, match="exists already"):
        SessionStore(tmp_path / "file").create("practice", NOON)


def test_a_tee_serves_the_others_when_one_fails(tmp_path: Path) -> None:
    class Broken:
        def append(self, event: Event) -> None:
            raise StoreError("store.failed", "It broke")

    good = EventFile(tmp_path / "good.jsonl")
    with pytest.raises(StoreError, match="It broke"):
        Tee(Broken(), good).append(OutOfAnswers(1.0))
    good.close()
    assert read_events(good.path).events == (OutOfAnswers(1.0),)


# --- private files ------------------------------------------------------------------------------


def test_a_page_replaces_the_old_one_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_private(path, "old")
    write_private(path, "new – \ud800")
    assert path.read_text(encoding="utf-8") == "new – ?"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_page_that_cannot_be_written_leaves_the_old_one(tiny_disk: Path) -> None:
    path = tiny_disk / "report.html"
    write_private(path, "old")
    with pytest.raises(StoreError, match="disk is full"):
        write_private(path, "x" * 200_000)
    assert path.read_text() == "old"
    assert [p.name for p in tiny_disk.iterdir()] == ["report.html"]


@posix
def test_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write_private(pipe, "page")
        assert reader.stdout is not None
        assert reader.stdout.read() == b"page"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


# --- names --------------------------------------------------------------------------------------


def test_names_can_be_read_and_sort_by_time() -> None:
    assert session_name("practice", NOON) == "2026-05-04-1312-practice-o0"
    assert session_name("drill:counterfactual", NOON).startswith("2026-05-04-1312-drill-counter")
    moments = [NOON + dt.timedelta(seconds=0.5 * n) for n in range(-80, 300)]
    names = [session_name("practice", m) for m in moments]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def test_sessions_of_the_same_moment_have_names_of_their_own(store: SessionStore) -> None:
    late = NOON.replace(second=59, microsecond=999_999)
    made = []
    for _ in range(40):
        writer = store.create("practice", late)
        writer.close()
        made.append(writer.id)
    assert list(store.ids()) == made[::-1]


def test_the_latest_is_the_latest_whatever_it_was(store: SessionStore) -> None:
    for activity, second in (("practice", 5), ("demo", 20), ("opening", 10)):
        store.create(activity, NOON.replace(second=second)).close()
    assert [i.split("-")[4] for i in store.ids()] == ["demo", "opening", "practice"]
    assert "demo" in store.load().id


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".hidden", "a b"])
def test_a_name_that_is_none_is_refused(store: SessionStore, name: str) -> None:
    with pytest.raises(StoreError, match="is no name"):
        store.create("practice", NOON, session_id=name)


def test_a_name_of_ones_own(store: SessionStore) -> None:
    store.create("practice", NOON, session_id="rehearsal").close()
    assert store.load("rehearsal").id == "rehearsal"
    with pytest.raises(StoreError, match="named rehearsal already"):
        store.create("practice", NOON, session_id="rehearsal")


# --- finding ------------------------------------------------------------------------------------


def test_a_session_is_found_by_parts_of_its_name_and_by_path(store: SessionStore) -> None:
    first = store.create("practice", NOON)
    second = store.create("demo", NOON + dt.timedelta(days=1, seconds=7))
    for writer in (first, second):
        writer.close()
    assert store.load("2026-05-05").id == second.id
    assert store.load(first.id[-2:]).id == first.id
    assert store.load(str(first.folder)).id == first.id
    assert store.load(first.path).id == first.id
    with pytest.raises(StoreError, match=r"fits 2 sessions: .*practice.*Say which one"):
        store.load("2026-05")


def test_nothing_to_find_is_one_clear_line(store: SessionStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no sessions yet. Run: voicecoach practice"):
        store.load()
    with pytest.raises(StoreError, match=r"no session 'yesterday'"):
        store.load("yesterday")
    with pytest.raises(StoreError, match="There is no session at"):
        store.load(tmp_path / "gone.jsonl")
    assert store.ids() == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a voicecoach session"),
        (b"RIFF\x00\xff\x00", "is not a voicecoach session"),
        (b'{"some":"json"}\n', "is not a voicecoach session"),
        (b"[1]\n", "is not a voicecoach session"),
        (b'{"log":"voicecoach-events","schema":999}\n', "version 999 of the session format"),
        (b'{"log":"voicecoach-events"}\n', "version None of the session format"),
    ],
)
def test_a_foreign_file_is_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=message):
        SessionStore().load(path)


def test_unreadable_sessions_do_not_hide_the_others(store: SessionStore) -> None:
    good = store.create("practice", NOON)
    bad = store.create("practice", NOON + dt.timedelta(minutes=1))
    for writer in (good, bad):
        writer.close()
    bad.path.write_text("nonsense")
    records, problems = store.load_all()
    assert [r.id for r in records] == [good.id]
    assert len(problems) == 1
    assert bad.id in problems[0]
    assert store.load_all(limit=0) == ((), ())


# --- old logs -----------------------------------------------------------------------------------


def test_a_log_of_this_schema_from_a_file_stays_readable() -> None:
    path = SESSIONS / f"schema-{SCHEMA}.jsonl"
    record = read_events(path)
    assert record.problems == ()
    assert record.complete
    assert len(record.events) == len(interview())
    for stored, now in zip(record.events, interview(), strict=True):
        if isinstance(stored, AnswerScored) and isinstance(now, AnswerScored):
            # What a score tells has grown since: lift, the opening, more of delivery.
            assert read_score(stored.score) is not None
            assert stored.score["facets"] == now.score["facets"]
            assert stored == dataclasses.replace(now, score=stored.score)
        else:
            assert stored == now
    header = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    assert header == {"log": "voicecoach-events", "schema": SCHEMA}


def test_a_year_of_history_is_read_quickly(store: SessionStore) -> None:
    events = interview()
    for day in range(50):
        writer = store.create("practice", NOON + dt.timedelta(days=day))
        for event in events:
            writer.append(event)
        writer.close()
    begin = time.perf_counter()
    records, problems = store.load_all()
    assert (len(records), problems) == (50, ())
    assert time.perf_counter() - begin < 5.0  # generous: a shared machine
