"""A web server on this machine that serves archives, well or badly."""

from __future__ import annotations

import hashlib
import sys
import threading
import urllib.parse
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Behaviour:
    """What a `ModelServer` does wrong.

    Attributes:
        ranges: whether it knows ``Range``.
        shift: how far before the byte that was asked for it begins.
        validator: whether it sends an ``ETag``.
        cut_after: bytes after which an answer's connection breaks; None for never.
        cuts: how many answers break so; the others are whole.
        cut_at: byte of the file that it never gets to, as the connection breaks there.
        stall_at: byte of the file before which it falls silent; None for never.
        mute: whether it takes the connection and then never says a word.
        refusal: status with which it answers everything, such as 407; 0 for none.
        drip: bytes that it sends at a time, with `drip_pause_s` in between; 0 for all at once.
        drip_pause_s: see there.
        failures: how many first requests it answers with 503.
        announce: whether it states a length.
        extra: bytes sent beyond the file, where no length is stated.
    """

    ranges: bool = True
    shift: int = 0
    validator: bool = True
    cut_after: int | None = None
    cuts: int = 1
    cut_at: int | None = None
    stall_at: int | None = None
    mute: bool = False
    refusal: int = 0
    drip: int = 0
    drip_pause_s: float = 0.0
    failures: int = 0
    announce: bool = True
    extra: bytes = b""


@dataclass
class ModelServer:
    """Serves `files`; `requests` tells what was asked, as (path, Range header)."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    requests: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving() -> Iterator[ModelServer]:
    """Run a server on a free port of this machine."""
    http = _Server(("127.0.0.1", 0), _Handler)
    server = ModelServer(f"http://127.0.0.1:{http.server_address[1]}/models")
    http.served = server  # type: ignore[attr-defined]  # how a handler finds what it serves
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), name="model server")
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has hung up; that is what is tested."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            raise


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""

    def do_GET(self) -> None:
        server: ModelServer = self.server.served  # type: ignore[attr-defined]  # see `serving`
        self.close_connection = True
        asked = self.headers.get("Range", "")
        server.requests.append((self.path, asked))
        if server.behaviour.mute:
            server.over.wait(30)
            return None
        if server.behaviour.refusal:
            return self._empty(server.behaviour.refusal)
        if server.behaviour.failures:
            server.behaviour.failures -= 1
            return self._empty(503)
        # A proxy is asked for a whole address, a server for a path.
        content = server.files.get(urllib.parse.urlsplit(self.path).path.removeprefix("/models/"))
        if content is None:
            return self._empty(404)
        tag = f'"{hashlib.md5(content).hexdigest()}"'
        fresh = self.headers.get("If-Range", tag) == tag
        start = 0
        if asked and fresh and server.behaviour.ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                return self._empty(416)
            start -= server.behaviour.shift
        self._answer(server, content, start, tag)
        return None

    def _empty(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _answer(self, server: ModelServer, content: bytes, start: int, tag: str) -> None:
        behaviour = server.behaviour
        self.send_response(206 if start else 200)
        if start:
            last = len(content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{len(content)}")
        if behaviour.announce:
            self.send_header("Content-Length", str(len(content) - start))
        if behaviour.validator:
            self.send_header("ETag", tag)
        self.send_header("Connection", "close")
        self.end_headers()
        body = content[start:] + behaviour.extra
        if behaviour.cut_after is not None and behaviour.cuts:
            behaviour.cuts -= 1
            body = body[: behaviour.cut_after]
        if behaviour.cut_at is not None:
            body = body[: max(0, behaviour.cut_at - start)]
        if behaviour.stall_at is not None:
            self.wfile.write(body[: max(0, behaviour.stall_at - start)])
            self.wfile.flush()
            server.over.wait(30)
            return
        step = behaviour.drip or max(1, len(body))
        for offset in range(0, len(body), step):
            self.wfile.write(body[offset : offset + step])
            self.wfile.flush()
            if behaviour.drip and server.over.wait(behaviour.drip_pause_s):
                return


def zip_folder(folder: Path, archive: Path, top: str) -> Path:
    """Pack a folder into an archive, under another name."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, f"{top}/{path.relative_to(folder).as_posix()}")
    return archive
