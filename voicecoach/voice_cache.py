"""Rendered speech, kept: what was said once need not be rendered again.

In memory everything is kept for a session. On disk only what two sessions had to say: questions and
phrases recur, whereas a sentence that quotes the candidate's own words should leave no trace here.
The disk only ever makes things quicker; when it is full, read-only or damaged, speech is rendered.
"""

from __future__ import annotations

import hashlib
import json
import struct
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from voicecoach import resources
from voicecoach.audio.format import Clip, from_pcm16, to_pcm16
from voicecoach.errors import VoiceError
from voicecoach.ports import Voice

MEMORY_SAMPLES = 8_000_000
"""Bound on the clips in memory: 32 MB, six minutes of speech."""

DISK_BYTES = 32_000_000
DISK_FILES = 2_000
"""Bounds on the folder: twelve minutes of speech, and names of what was said once."""

_RECIPE = 1  # to be raised when `tts.polished` makes something else of the same speech
_HEADER = struct.Struct("<32sI")
_NAMES = "names.json"
_CLOSE_TIMEOUT_S = 1.0


class Synthesiser(Voice, Protocol):
    """What the cache needs to know of a voice whose start takes time."""

    wanted: str
    rate_wpm: int

    def ready(self) -> bool:
        """Whether it has started, and `name` is therefore final."""
        ...

    def wait(self) -> object:
        """Return when it has started.

        Raises:
            VoiceError: it does not.
        """
        ...


class CachedVoice:
    """A voice with a memory. Any thread may call; rendering ahead happens on its own thread."""

    def __init__(self, voice: Synthesiser, folder: Path | None = None) -> None:
        """Prepare.

        Args:
            voice: renders what is not kept yet; closed with this.
            folder: where to keep clips; None for a place in the user's cache folder.
        """
        self._voice = voice
        self._disk = _Disk(resources.user_cache_dir() / "voice" if folder is None else folder)
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._changed = threading.Condition()
        self._ahead: deque[tuple[str, bool]] = deque()
        self._rendered: deque[tuple[str, Clip]] = deque()
        self._under_way: set[str] = set()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._name = ""
        self._remembered = self._disk.name_of(voice.wanted)

    @property
    def name(self) -> str:
        """The voice's name, remembered from the last time, or as soon as it has started."""
        if not self._name:
            if not self._voice.ready():
                if self._remembered:
                    return self._remembered
                self._voice.wait()
            self._name = self._voice.name
            if self._name != self._remembered:
                self._disk.remember_name(self._voice.wanted, self._name)
        return self._name

    def render(self, text: str, slow: bool = False) -> Clip:
        """Return the sound of `text`; see `Voice.render`."""
        key = self._key(text, slow)
        with self._changed:
            self._changed.wait_for(lambda: key not in self._under_way)
        return self._look_up(key) or self._render(key, text, slow)

    def is_cached(self, text: str, slow: bool = False) -> bool:
        """Whether `render` would return at once."""
        return self._look_up(self._key(text, slow)) is not None

    def prefetch(self, texts: Iterable[tuple[str, bool]]) -> None:
        """Render these (text, slow) in the background, instead of what was still waiting for it."""
        with self._changed:
            self._ahead = deque(texts)
            self._wake()

    def close(self) -> None:
        """Let the synthesiser go, and write down what is still to be kept."""
        with self._changed:
            self._closed = True
            self._ahead.clear()
            self._changed.notify_all()
        if self._thread:
            self._thread.join(_CLOSE_TIMEOUT_S)
        self._voice.close()

    def _key(self, text: str, slow: bool) -> str:
        facts = [_RECIPE, self.name, self._voice.rate_wpm, slow, text]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def _look_up(self, key: str) -> Clip | None:
        with self._changed:
            clip = self._clips.get(key)
            if clip is not None:
                self._clips.move_to_end(key)
                return clip
        clip = self._disk.read(key)
        if clip is not None:
            self._hold(key, clip)
        return clip

    def _render(self, key: str, text: str, slow: bool) -> Clip:
        with self._changed:
            self._under_way.add(key)
        try:
            clip = self._voice.render(text, slow)
            self._hold(key, clip)
        finally:
            with self._changed:
                self._under_way.discard(key)
                self._changed.notify_all()
        with self._changed:
            self._rendered.append((key, clip))
            self._wake()
        return clip

    def _hold(self, key: str, clip: Clip) -> None:
        with self._changed:
            self._clips[key] = clip
            while sum(len(c.samples) for c in self._clips.values()) > MEMORY_SAMPLES:
                self._clips.popitem(last=False)

    def _wake(self) -> None:
        """Have the background thread look; called with the lock held."""
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._work, name="voice cache", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        """Render ahead first, then write to disk what was rendered, until closed."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ahead or self._rendered or self._closed)
                ahead = self._ahead.popleft() if self._ahead else None
                rendered = self._rendered.popleft() if self._rendered and not ahead else None
            if ahead:
                # Whoever needs this text will be told by `render` what is wrong with it.
                with suppress(VoiceError):
                    self.render(*ahead)
            elif rendered:
                self._disk.write(*rendered)
            else:
                return


class _Disk:
    """Clips in a folder, one file each. Never raises: what cannot be kept is not kept.

    A file without content says that the clip was rendered once before.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._usable = True
        self._session: set[str] = set()

    def read(self, key: str) -> Clip | None:
        path = self._folder / key
        try:
            data = path.read_bytes()
            if not data:
                return None
            digest, rate_hz = _HEADER.unpack_from(data)
            pcm = data[_HEADER.size :]
            if hashlib.sha256(pcm).digest() == digest and len(pcm) % 2 == 0 and rate_hz > 0:
                path.touch()  # so that the oldest are those not used for longest
                return Clip(from_pcm16(pcm), rate_hz)
        except (OSError, struct.error):
            pass
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return None

    def write(self, key: str, clip: Clip) -> None:
        if not self._usable or key in self._session:
            return
        self._session.add(key)
        path = self._folder / key
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.exists():
                pcm = to_pcm16(clip.samples)
                digest = hashlib.sha256(pcm).digest()
                _replace(path, _HEADER.pack(digest, clip.rate_hz) + pcm)
            else:
                path.touch()
            if len(self._session) == 1:
                self._prune()
        except OSError:
            self._usable = False

    def name_of(self, wanted: str) -> str:
        return self._names().get(wanted, "")

    def remember_name(self, wanted: str, name: str) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            names = json.dumps({**self._names(), wanted: name})
            _replace(self._folder / _NAMES, names.encode())
        except OSError:
            self._usable = False

    def _names(self) -> dict[str, str]:
        try:
            names = json.loads((self._folder / _NAMES).read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in names.items()} if isinstance(names, dict) else {}

    def _prune(self) -> None:
        """Remove what was not used for longest, down to the bounds."""
        files = [(p, p.stat()) for p in self._folder.iterdir() if p.name != _NAMES]
        files.sort(key=lambda file: file[1].st_mtime, reverse=True)
        total = 0
        for count, (path, stat) in enumerate(files):
            total += stat.st_size
            if count >= DISK_FILES or total > DISK_BYTES:
                path.unlink(missing_ok=True)


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
