"""One HTTP request whose answer is read as it comes, and given up when it stalls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from voicecoach import __version__
from voicecoach.clock import Clock, SystemClock
from voicecoach.errors import ModelError

if TYPE_CHECKING:
    import requests

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server.

    Attributes:
        connect_s: for a connection.
        silence_s: for the next bytes.
        tries: how often in a row to try without getting a single byte further.
        pause_s: before the second try; doubled before each further one.
        slowest_bytes_per_s: a server slower than this over `window_s` has stalled.
        window_s: see there.
        clock: tells the time and waits.
    """

    connect_s: float = 10.0
    silence_s: float = 30.0
    tries: int = 3
    pause_s: float = 1.0
    slowest_bytes_per_s: float = 1000.0
    window_s: float = 60.0
    clock: Clock = field(default_factory=SystemClock)


class Interrupted(Exception):  # noqa: N818 - not an error until patience has run out
    """The connection failed or ended early; what has come is kept."""


class TooMuch(Exception):  # noqa: N818 - likewise
    """More came than may be."""


def get(url: str, headers: dict[str, str], patience: Patience) -> requests.Response:
    """Ask for a file and return the answer, whatever its status, before its body has come.

    Raises:
        Interrupted: no answer came.
        ModelError: not an address of the web.
    """
    import requests

    headers = {
        "User-Agent": f"voicecoach/{__version__}",
        "Accept-Encoding": "identity",  # or a range would count compressed bytes
        **headers,
    }
    wait = (patience.connect_s, patience.silence_s)
    try:
        return requests.get(url, headers=headers, stream=True, timeout=wait)
    except requests.exceptions.InvalidURL as error:
        raise ModelError("model.bad_address", f"{url} is not an address of the web") from error
    except requests.RequestException as error:
        raise Interrupted(_reason(error)) from error


def blocks(response: requests.Response, patience: Patience, limit: int) -> Iterator[bytes]:
    """Yield what comes, as it comes.

    Raises:
        Interrupted: the connection failed, or has stalled.
        TooMuch: more than `limit` bytes came; what goes beyond is not yielded.
    """
    import urllib3

    # read1 returns what is there, so that a slow server is noticed; old urllib3 lacks it.
    read: Callable[[int], bytes] = getattr(response.raw, "read1", response.raw.read)
    clock = patience.clock
    window_start_s, window_bytes = clock.now(), 0
    while True:
        try:
            block = read(_BLOCK)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Interrupted(_reason(error)) from error
        if not block:
            return
        limit -= len(block)
        if limit < 0:
            raise TooMuch
        yield block
        window_bytes += len(block)
        window_s = clock.now() - window_start_s
        if window_s >= patience.window_s:
            if window_bytes < patience.slowest_bytes_per_s * window_s:
                raise Interrupted("it has almost stopped sending")
            window_start_s, window_bytes = clock.now(), 0


def _reason(error: Exception) -> str:
    """Put a network failure into a few words; the libraries' own take three lines."""
    text = f"{type(error).__name__} {error}"
    known = {
        "NameResolution": "its name is not known (is this machine online?)",
        "gaierror": "its name is not known (is this machine online?)",
        "Connection refused": "it refuses the connection",
        "ReadTimeout": "it has stopped answering",
        "Read timed out": "it has stopped answering",
        "ConnectTimeout": "it does not answer",
        "CERTIFICATE_VERIFY_FAILED": "its certificate cannot be trusted",
        "SSL": "the secure connection failed",
        "ProxyError": "the proxy refuses",
        "IncompleteRead": "the connection ended early",
        "RemoteDisconnected": "the connection ended early",
    }
    return next((words for mark, words in known.items() if mark in text), "the connection failed")
