"""``voicecoach score --batch``: order, bad lines, and going on where it stopped."""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from voicecoach import batch, batch_worker, resources, workers
from voicecoach.batch_lines import BadLine, read_lines
from voicecoach.batch_results import ResultFile
from voicecoach.cli import main
from voicecoach.content.judge import judge_digest
from voicecoach.errors import ContentError, VoicecoachError
from voicecoach.scoring.score import score as judge

SCORE = (sys.executable, "-m", "voicecoach", "score")
DEMO = Path(__file__).parent / "data" / "demo" / "answer.wav"
STORY = (
    "So we put it in at six shops and left six alone, and the wait went from nine minutes to"
    " five and stayed at nine in the rest, so I rolled it out everywhere."
)


def task(name: str | int, text: str = STORY, **more: Any) -> dict[str, Any]:
    return {"id": name, "question": "data_story", "text": text, **more}


def written(path: Path, *lines: object) -> Path:
    """Write a JSONL; what is bytes is a line as it stands."""
    content = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"".join(line + b"\n" for line in content))
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Twenty answers, no two alike."""
    tasks = [task(f"a{i}", f"{STORY} That was in year {i}.") for i in range(20)]
    return written(tmp_path / "in.jsonl", *tasks)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def score(source: Path, out: Path, *options: str) -> int:
    return main(["score", "--batch", str(source), "--out", str(out), *options])


# --- what comes out ---


def test_a_line_is_the_document_that_one_answer_gives(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path / "in.jsonl", task("é", meta=[1]), task(7, "Too short."))
    assert score(source, out) == 0
    assert "Scored 2 of 2 lines" in capsys.readouterr().err
    first, second = read(out)
    alone = tmp_path / "answer.txt"
    alone.write_text(STORY, encoding="utf-8")
    assert main(["score", str(alone), "--question", "data_story", "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)
    assert (first.pop("id"), first.pop("question"), len(first.pop("fingerprint"))) == (
        "é",
        "data_story",
        16,
    )
    assert first == expected
    assert (second["id"], second["scorable"]) == (7, False)


def test_from_standard_input_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = (
        b"\xef\xbb\xbf"
        + json.dumps(task("a")).encode()
        + b"\r\n\r\n"
        + json.dumps(task("b")).encode()
    )
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert main(["score", "--batch", "-"]) == 0
    shown = capsysbinary.readouterr().out
    assert [json.loads(line)["id"] for line in shown.splitlines()] == ["a", "b"]


def test_many_processes_write_what_one_writes(tmp_path: Path) -> None:
    texts = (f"{STORY} We asked {i} people." if i % 7 else "" for i in range(150))
    lines = [task(i, text) if i % 11 else b"{" for i, text in enumerate(texts)]
    source = written(tmp_path / "in.jsonl", *lines)
    assert score(source, tmp_path / "one.jsonl", "--jobs", "1") == 1
    assert score(source, tmp_path / "two.jsonl", "--jobs", "2") == 1
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert [line["id"] for line in read(tmp_path / "two.jsonl") if "error" not in line] == [
        i for i in range(150) if i % 11
    ]


def test_a_few_answers_start_no_process(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(workers, "ProcessPoolExecutor")
    assert score(source, out, "--jobs", "8") == 0
    assert len(read(out)) == 20


def test_half_a_surrogate_pair_harms_nobody(tmp_path: Path, out: Path) -> None:
    source = written(tmp_path / "in.jsonl", task("\ud800", f"{STORY} It was \ud83d fine."))
    assert score(source, out) == 0
    assert read(out)[0]["id"] == "\ud800"
    before = out.read_bytes()
    assert score(source, out) == 0
    assert out.read_bytes() == before


def test_recordings_are_found_beside_the_file_and_heard(tmp_path: Path, out: Path) -> None:
    pytest.importorskip("vosk", reason="Vosk is not installed")
    with wave.open(str(DEMO)) as whole, wave.open(str(tmp_path / "answer.wav"), "wb") as part:
        part.setparams(whole.getparams())
        part.writeframes(whole.readframes(12 * whole.getframerate()))
    said = [{"id": n, "question": "data_story", "wav": "answer.wav"} for n in (1, 2)]
    (tmp_path / "noise.wav").write_bytes(b"RIFF")
    noise = {"id": 3, "question": "data_story", "wav": "noise.wav"}
    source = written(tmp_path / "in.jsonl", said[0], noise, said[1])
    assert score(source, out, "--jobs", "2") == 1
    first, bad, second = read(out)
    assert first["heard"]["model"] == "starter-en"
    assert len(first["heard"]["text"].split()) == first["words"]
    assert first["delivery"]["words_per_minute"] > 60
    assert bad["error"]["code"].startswith("audio.")
    differing = {"id", "fingerprint"}
    assert {k: v for k, v in first.items() if k not in differing} == {
        k: v for k, v in second.items() if k not in differing
    }
    alone = tmp_path / "one.jsonl"
    assert score(source, alone, "--jobs", "1") == 1
    assert alone.read_bytes() == out.read_bytes()


# --- bad lines ---


BAD: tuple[tuple[object, str], ...] = (
    (b"not json", "batch.not_json"),
    (b"[" * 100_000, "batch.not_json"),
    (b'{"id": "x", "n": ' + b"9" * 5000 + b"}", "batch.not_json"),
    (b"\xff\xfe", "batch.not_utf8"),
    (b"x" * (5 << 20), "batch.too_long"),
    (b"[1]", "batch.not_an_object"),
    ({"question": "data_story", "text": STORY}, "batch.no_id"),
    (task(""), "batch.wrong_type"),
    ({**task("x"), "id": True}, "batch.wrong_type"),
    ({**task("x"), "text": 7}, "batch.wrong_type"),
    ({"id": "x", "text": STORY}, "batch.no_question"),
    ({**task("x"), "question": "data_storey"}, "batch.unknown_question"),
    ({"id": "x", "question": "data_story", "text": None}, "batch.no_text"),
    (task("x", wav="answer.wav"), "batch.text_and_wav"),
    ({"id": "x", "question": "data_story", "wav": "none.wav"}, "audio.missing"),
    ({"id": "x", "question": "data_story", "wav": "nul\0.wav"}, "audio.missing"),
    ({"id": "x", "question": "data_story", "wav": "."}, "audio.missing"),
    (task("first"), "batch.duplicate_id"),
)


def test_bad_lines_are_told_and_the_others_are_scored(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(
        tmp_path / "in.jsonl", task("first"), b"", *(line for line, _ in BAD), task("last")
    )
    assert score(source, out) == 1
    first, *bad, last = read(out)
    assert (first["id"], last["id"]) == ("first", "last")
    assert [line["error"]["code"] for line in bad] == [code for _, code in BAD]
    assert [line["line"] for line in bad] == list(range(3, 3 + len(BAD)))
    for line in bad:
        assert set(line["error"]) == {"code", "message", "remedy"}
        assert line["error"]["message"]
        assert line["error"]["remedy"]
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"{len(BAD)} bad: line 3 (batch.not_json), line 4" in told
    assert f"and {len(BAD) - 5} more." in told


def test_a_mistake_of_ours_costs_one_line(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = judge

    def clumsy(answer: Any, *rest: Any) -> Any:
        return 1 / 0 if "year 3." in answer.text else real(answer, *rest)

    monkeypatch.setattr(batch_worker, "score", clumsy)
    assert score(source, out) == 1
    assert [line["id"] for line in read(out) if "error" not in line] == [
        f"a{i}" for i in range(20) if i != 3
    ]
    assert read(out)[3]["error"]["code"] == "batch.own_mistake"


def test_of_a_long_file_little_is_held(tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        def readline(self, size: int | None = -1) -> bytes:
            return b"x\n"

    lines = read_lines(Endless(), tmp_path)  # type: ignore[arg-type]  # all that is asked of it
    assert all(isinstance(next(lines), BadLine) for _ in range(1000))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--batch", "in.jsonl", "--jobs", "0"], "--jobs is a number from 1"),
        (["--batch", "in.jsonl", "--jobs", "two"], "--jobs is a number from 1"),
        (["--batch", "in.jsonl", "--question", "prfaq"], "--question does not go with --batch"),
        (["--batch", "in.jsonl", "answer.txt"], "FILE does not go with --batch"),
        (["--batch", "in.jsonl", "--out", "in.jsonl"], "is the input as well"),
        (["answer.txt", "--question", "prfaq", "--out", "x"], "--out does not go with"),
        (["answer.txt"], "--question TYPE"),
        ([], "What is to be scored?"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: list[str],
    says: str,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(source.parent)
    assert main(["score", *arguments]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


def test_what_is_no_result_is_not_written_over(
    source: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out.write_text("my notes\n")
    assert score(source, out) == 1
    assert "holds no results" in capsys.readouterr().err
    assert out.read_text() == "my notes\n"
    assert score(source, out.parent) == 1
    assert score(out.parent / "none.jsonl", out.parent / "new.jsonl") == 1
    assert "none.jsonl cannot be read" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_two_runs_do_not_write_one_file(
    source: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ResultFile(out)
    assert score(source, out) == 1
    assert "being written by another run" in capsys.readouterr().err
    first.close()
    assert score(source, out) == 0


# --- going on ---


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are judged from now on."""
    texts: list[str] = []
    real = judge

    def noting(answer: Any, *rest: Any) -> Any:
        texts.append(answer.text)
        return real(answer, *rest)

    monkeypatch.setattr(batch_worker, "score", noting)
    return texts


@pytest.mark.parametrize("torn", [b"", b'{"id": "a7", "ques', b'{"id": "a7"' + b"\0" * 90, b"\0\n"])
def test_it_goes_on_behind_the_last_whole_line(
    torn: bytes, source: Path, out: Path, judged: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert score(source, out) == 0
    whole = out.read_bytes()
    kept = b"".join(whole.splitlines(keepends=True)[:7])
    out.write_bytes(kept + torn)
    judged.clear()
    assert score(source, out) == 0
    assert out.read_bytes() == whole
    assert len(judged) == 13
    assert "Scored 13 of 20 lines" in capsys.readouterr().err
    assert not list(out.parent.glob("*.earlier-results"))


def test_what_is_finished_is_not_judged_again(source: Path, out: Path, judged: list[str]) -> None:
    lines = source.read_bytes().splitlines()
    written(source, *lines[:5], b"{", *lines[5:])
    assert score(source, out) == 1
    whole = out.read_bytes()
    judged.clear()
    assert score(source, out) == 1, "the bad line is still there"
    assert (judged, out.read_bytes()) == ([], whole)


def test_after_an_edit_only_what_changed_is_judged(
    source: Path, out: Path, judged: list[str], tmp_path: Path
) -> None:
    assert score(source, out) == 0
    lines = source.read_bytes().splitlines()
    lines[2] = json.dumps(task("a2", "Now a better answer. " + STORY)).encode()
    written(source, task("new"), *lines[:10], *reversed(lines[12:]))
    judged.clear()
    assert score(source, out) == 0
    assert judged == [STORY, "Now a better answer. " + STORY]
    assert not list(out.parent.glob("*.earlier-results"))
    assert score(source, tmp_path / "anew.jsonl") == 0
    assert out.read_bytes() == (tmp_path / "anew.jsonl").read_bytes()


def test_an_interrupted_run_after_an_edit_loses_nothing(
    source: Path, out: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert score(source, out) == 0
    lines = source.read_bytes().splitlines()
    written(source, task("new"), *lines)
    with monkeypatch.context() as patch:
        patch.setattr(ResultFile, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert score(source, out) == 130
    assert list(out.parent.glob("*.earlier-results"))
    judged.clear()
    assert score(source, out) == 0
    assert judged == [STORY]


def test_another_judge_judges_all_anew(
    source: Path, out: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert score(source, out) == 0
    before = read(out)
    monkeypatch.setattr(batch, "judge_digest", lambda: "another")
    judged.clear()
    assert score(source, out) == 0
    assert len(judged) == 20
    after = read(out)
    assert all(
        a.pop("fingerprint") != b.pop("fingerprint") for a, b in zip(after, before, strict=True)
    )
    assert after == before


def test_the_judge_is_another_one_when_its_rubric_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = judge_digest()
    assert before == judge_digest()
    prompts = shutil.copytree(resources.prompts_dir(), tmp_path / "prompts")
    monkeypatch.setattr(resources, "prompts_dir", lambda: prompts)
    assert judge_digest() == before
    with (prompts / "rubric" / "gates.yaml").open("a") as file:
        file.write("# a remark\n")
    assert judge_digest() != before


# --- trouble ---


def run(
    *arguments: object, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SCORE, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=before,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_full_disk_keeps_whole_lines_and_says_how_to_go_on(source: Path, out: Path) -> None:
    limit = 20_000
    done = run(
        *("--batch", source, "--out", out),
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The disk is full" in done.stderr
    assert "run the same command again" in done.stderr
    kept = out.read_bytes()
    assert kept.endswith(b"}\n")
    assert 10_000 < len(kept) <= limit
    assert score(source, out) == 0
    assert out.read_bytes().startswith(kept)
    assert len(read(out)) == 20


def children_of(pid: int) -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return {int(word) for word in found.stdout.split()}


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    pytest.fail("it did not come to pass in half a minute")


@pytest.fixture
def running(tmp_path: Path, out: Path) -> Iterator[subprocess.Popen[str]]:
    """A batch on two processes that has written something and has much to do."""
    tasks = [task(i, f"{STORY} We asked {i} people. " * 20) for i in range(2000)]
    source = written(tmp_path / "in.jsonl", *tasks)
    process = subprocess.Popen(
        [*SCORE, "--batch", str(source), "--out", str(out), "--jobs", "2"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: out.exists() and out.stat().st_size > 0)
    yield process
    process.kill()
    process.communicate()


posix = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")


@posix
def test_ctrl_c_is_one_line_and_leaves_whole_lines(
    running: subprocess.Popen[str], out: Path
) -> None:
    crew = children_of(running.pid)
    assert len(crew) >= 2
    os.killpg(running.pid, signal.SIGINT)  # a terminal sends it to all of them
    _, told = running.communicate(timeout=30)
    assert running.returncode == 130
    assert told.count("\n") == 1, told
    assert "goes on where it stopped" in told
    lines = read(out)
    assert [line["id"] for line in lines] == list(range(len(lines)))
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in crew))


@posix
def test_nobody_is_left_when_it_is_killed(running: subprocess.Popen[str]) -> None:
    crew = children_of(running.pid)
    running.kill()
    running.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in crew))


@posix
def test_when_a_worker_is_killed_it_goes_on(running: subprocess.Popen[str], out: Path) -> None:
    os.kill(max(children_of(running.pid)), signal.SIGKILL)
    under_way = 2 * (4 + 1) * 16
    enough = len(read(out)) + under_way + 1
    wait_until(lambda: out.read_bytes().count(b"\n") > enough)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert told.count("\n") == 1, told
    lines = read(out)
    assert [line["id"] for line in lines] == list(range(len(lines)))
    assert not [line for line in lines if "error" in line]


# --- the workers themselves ---


def _squares() -> Callable[[int], int]:
    return lambda number: number * number


def _mortal() -> Callable[[int], int]:
    return lambda number: os._exit(9) if number in (7, 30) else number


def _lost(number: int) -> int:
    return -number


def _no_rubric() -> Callable[[int], int]:
    raise ContentError("content.bad_value", "a line of YAML", "mend it")


def _refusing() -> Callable[[int], int]:
    return _refuse


def _refuse(number: int) -> int:
    raise VoicecoachError("some.code", f"not {number}", "another")


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_work(jobs: int) -> None:
    results = workers.work_in_order(_squares, range(50), jobs, _lost)
    assert list(results) == [n * n for n in range(50)]


def test_what_kills_its_worker_is_given_up_and_the_rest_is_done() -> None:
    results = list(workers.work_in_order(_mortal, range(40), 2, _lost))
    assert results == [-n if n in (7, 30) else n for n in range(40)]


def test_work_is_taken_as_it_is_needed() -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            taken.append(len(taken))
            yield taken[-1]

    results = workers.work_in_order(_squares, endless(), 2, _lost)
    assert [next(results) for _ in range(3)] == [0, 1, 4]
    assert len(taken) < 30
    results.close()


@pytest.mark.parametrize(
    ("prepare", "says"), [(_no_rubric, "a line of YAML"), (_refusing, "not 0")]
)
def test_what_goes_wrong_in_a_worker_is_told_here(
    prepare: Callable[[], Callable[[int], int]], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(VoicecoachError, match=says) as caught:
        list(workers.work_in_order(prepare, range(5), 2, _lost))
    assert caught.value.remedy in ("mend it", "another")
    assert capfd.readouterr().err == ""
