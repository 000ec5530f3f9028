"""The lines of a batch: what comes in, what goes out, and how a finished line is known again.

Owns: the format of both files. A line in is ``{"id", "question", "text" or "wav"}``; other keys are
left alone. A line out is the same id and question with a fingerprint and the document of
`voicecoach.scoring.types.Score.to_json`; of a recording also ``"heard"``, its words and who heard
them. A bad line comes out as ``{"id", "line", "error": {"code", "message", "remedy"}}``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from voicecoach.content.yamlfile import suggest
from voicecoach.errors import AudioFileError, VoicecoachError
from voicecoach.scoring.types import QUESTION_TYPES

_LONGEST = 4 << 20
"""Bytes of a line that are read: an answer of two hours has about 150,000."""

_KEYS = ("id", "question", "text", "wav")


@dataclass(frozen=True, slots=True)
class Task:
    """An answer to be judged.

    Attributes:
        number: of its line, from 1.
        end: bytes of the input up to and with its line.
        id: whatever its owner calls it.
        question: its type.
        text: what was said; None for a recording.
        wav: the recording; None for a text.
    """

    number: int
    end: int
    id: str | int
    question: str
    text: str | None
    wav: Path | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no task.

    Attributes:
        number: of the line, from 1.
        end: bytes of the input up to and with it.
        id: None where it does not tell.
        error: what is wrong, and what to do.
    """

    number: int
    end: int
    id: str | int | None
    error: VoicecoachError


def read_lines(stream: BinaryIO, folder: Path) -> Iterator[Task | BadLine]:
    """Yield what each line asks for. Empty lines are passed over.

    Of the ids eight bytes each are kept, to notice one that comes twice.

    Args:
        stream: JSONL in UTF-8.
        folder: what the paths of recordings start from.
    """
    seen: set[int] = set()
    end = 0
    for number, line in enumerate(_raw_lines(stream), 1):
        end += line.bytes
        if line.content == b"":
            continue
        given: str | int | None = None
        try:
            document = _parsed(line)
            given = _id(document)
            task = _task(document, given, number, end, folder)
            key = _short(_encoded(given))
            if key in seen:
                raise _bad(
                    "duplicate_id", f"The id {given!r} was there before", "Give each line its own"
                )
            seen.add(key)
            yield task
        except VoicecoachError as error:
            yield BadLine(number, end, given, error)


@dataclass(frozen=True, slots=True)
class _RawLine:
    """A line without white space around it; None where it was too long to be kept."""

    content: bytes | None
    bytes: int


def _raw_lines(stream: BinaryIO) -> Iterator[_RawLine]:
    start = b"\xef\xbb\xbf"  # the mark with which some editors begin a file in UTF-8
    while line := stream.readline(_LONGEST):
        size = len(line)
        content: bytes | None = line.removeprefix(start).strip()
        while len(line) == _LONGEST and not line.endswith(b"\n"):
            line = stream.readline(_LONGEST)
            size += len(line)
            content = None
        start = b""
        yield _RawLine(content, size)


def _parsed(line: _RawLine) -> Mapping[str, Any]:
    if line.content is None:
        raise _bad("too_long", f"The line is longer than {_LONGEST >> 20} MB", "Split the answer")
    try:
        document = json.loads(line.content.decode("utf-8"))
    except UnicodeDecodeError:
        raise _bad("not_utf8", "The line is not text in UTF-8", "Save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise _bad(
            "not_json",
            f"The line is not JSON: {error.msg} at character {error.pos + 1}",
            "Write one object on each line, without line breaks in it",
        ) from None
    except (ValueError, RecursionError):  # a number of thousands of digits; a very deep nesting
        raise _bad("not_json", "The line is no JSON that can be read", "Look at it") from None
    if not isinstance(document, dict):
        raise _bad(
            "not_an_object",
            "The line is JSON, but no object",
            'Write {"id": ..., "question": ..., "text": ...}',
        )
    return document


def _id(document: Mapping[str, Any]) -> str | int:
    given = document.get("id")
    if given is None:
        raise _bad("no_id", "The line has no id", 'Add "id", a name or a number of its own')
    if isinstance(given, bool) or not isinstance(given, (str, int)) or given == "":
        raise _bad("wrong_type", "The id is neither a name nor a whole number", "Change it")
    return given


def _task(
    document: Mapping[str, Any], given: str | int, number: int, end: int, folder: Path
) -> Task:
    question, text, wav = (_text(document, key) for key in _KEYS[1:])
    if question is None:
        raise _bad("no_question", "The line has no question", f"Types: {', '.join(QUESTION_TYPES)}")
    if question not in QUESTION_TYPES:
        raise _bad(
            "unknown_question",
            f"There is no question type {question[:80]!r}",
            suggest(question[:80], QUESTION_TYPES, "Types"),
        )
    if text is None and wav is None:
        raise _bad("no_text", "The line has neither text nor wav", f"Keys: {', '.join(_KEYS)}")
    if text is not None and wav is not None:
        raise _bad("text_and_wav", "The line has both text and wav", "Take one of them out")
    return Task(number, end, given, question, text, None if wav is None else _file(folder, wav))


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise AudioFileError(
            "audio.missing",
            f"There is no file {path}",
            "Name a recording by its way from the folder of the JSONL",
        )
    return path


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    if value is None or isinstance(value, str):
        return value
    raise _bad("wrong_type", f"What {key} is given is no text", "Put it into quotation marks")


def _bad(code: str, message: str, remedy: str) -> VoicecoachError:
    return VoicecoachError(f"batch.{code}", message, remedy)


# --- out ---


def head(task: Task, fingerprint: str) -> bytes:
    """Return how the finished line of a task begins."""
    known = {"id": task.id, "question": task.question, "fingerprint": fingerprint}
    return _encoded(known)[:-1] + b", "


def scored_line(task: Task, fingerprint: str, document: Mapping[str, Any]) -> bytes:
    """Return the finished line of a task."""
    return head(task, fingerprint) + _encoded(document)[1:] + b"\n"


def bad_line(number: int, given: str | int | None, error: VoicecoachError) -> bytes:
    """Return the line that says what is wrong with one."""
    told = {"code": error.code, "message": error.message, "remedy": error.remedy}
    return _encoded({"id": given, "line": number, "error": told}) + b"\n"


def fingerprint_of(task: Task, judge: str, ears: str) -> str:
    """Return what tells whether a task was done before: by the same judge, on the same content.

    Args:
        judge: what `voicecoach.content.judge.judge_digest` returns.
        ears: name of the recogniser's model, for a recording.

    Raises:
        OSError: the recording cannot be read.
    """
    if task.wav is None:
        content = [task.text]
    else:
        digest = hashlib.sha256()
        with task.wav.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        content = [digest.hexdigest(), ears]
    return hashlib.sha256(_encoded([judge, task.id, task.question, *content])).hexdigest()[:16]


def _encoded(value: object) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can escape and UTF-8 cannot
        return json.dumps(value).encode("ascii")


def _short(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big")
