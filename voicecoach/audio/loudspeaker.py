"""The loudspeaker: one output stream that stays open, and the clips that go through it.

Opening a stream takes longer than a short answer may, so it is opened once and plays silence while
there is nothing to say. What was heard when is told by the device's own clock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import numpy as np

from voicecoach.audio.devices import DeviceInfo, HostClock, StreamKeeper, choose, open_first
from voicecoach.audio.format import Clip, Samples, at_rate, first_audible_s
from voicecoach.clock import Clock
from voicecoach.ports import PlaybackListener

BLOCK_S = 0.01
"""What the device asks for at a time; a clip is cut off within one block."""

LATENCIES_S = (0.02, 0.04, 0.08)
"""Sound that waits in the device: as little as possible, more where that leads to gaps."""

_GAPS = 3
_GAPS_WINDOW_S = 5.0
_GAP_S = 0.004
_LATE_BLOCKS = 4
_STOP_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Notice:
    """What `PlaybackListener` will be told when its moment has come.

    Attributes:
        at_s: the moment on the session's clock.
        utterance_id: of the clip.
        what: ``started``, ``finished`` or ``cut``.
    """

    at_s: float
    utterance_id: str
    what: str


@dataclass(eq=False, slots=True)
class _Item:
    """A clip in line, at the device's rate."""

    number: int
    utterance_id: str
    clip: Clip
    samples: Samples
    word_at: int
    position: int = 0
    told: bool = False


class GapWatch:
    """Notices gaps in what is heard, which devices seldom report.

    Blocks that follow each other without a gap begin one block apart. A single report may jitter;
    after a gap all of them are late.
    """

    def __init__(self) -> None:
        self._expected_s: float | None = None
        self._late = 0

    def gap(self, start_s: float, length_s: float) -> bool:
        """Take the next block's start and length; return whether there was a gap before it."""
        expected_s = start_s if self._expected_s is None else self._expected_s
        error_s = start_s - expected_s
        self._late = self._late + 1 if error_s > _GAP_S else 0
        found = self._late >= _LATE_BLOCKS
        if found:
            self._late = 0
        self._expected_s = (start_s if found else expected_s + 0.02 * error_s) + length_s
        return found


class Playlist:
    """The clips in line, poured into blocks of sound. Knows no device and reads no clock.

    `fill` is called on the audio thread, the rest on others. With them it shares only a deque and
    plain numbers, whose operations are atomic in Python: the audio thread never waits for a lock.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._line: deque[_Item] = deque()
        self._tuning = threading.Lock()  # among the other threads
        self._added = 0
        self._dropped = 0

    def add(self, utterance_id: str, clip: Clip) -> None:
        """Queue a clip."""
        with self._tuning:
            samples = at_rate(clip, self._rate_hz)
            word_at = round((first_audible_s(clip) or 0.0) * self._rate_hz)
            self._added += 1
            self._line.append(_Item(self._added, utterance_id, clip, samples, word_at))

    def drop(self) -> None:
        """Have everything that was added so far cut or left out in the next block."""
        self._dropped = self._added

    def idle(self) -> bool:
        """Whether nothing is left to play."""
        return not self._line

    def retune(self, rate_hz: int) -> None:
        """Go on at another rate; no stream may be calling `fill`."""
        with self._tuning:
            for item in self._line if rate_hz != self._rate_hz else ():
                item.position = round(item.position * rate_hz / self._rate_hz)
                item.word_at = round(item.word_at * rate_hz / self._rate_hz)
                item.samples = at_rate(item.clip, rate_hz)
            self._rate_hz = rate_hz

    def fill(self, block: Samples, start_s: float) -> list[Notice]:
        """Write the next sound into a silent block.

        Args:
            block: zeros, shape ``(n_samples,)``; written in place.
            start_s: when its first sample is heard, on the session's clock.

        Returns:
            What happens within this block, in order.
        """
        notices: list[Notice] = []
        at = 0
        while self._line:
            item = self._line[0]
            cut = item.number <= self._dropped
            room = len(block) - at
            if room <= 0 and not (cut and item.position == 0):
                break
            n = min(room, len(item.samples) - item.position)
            if cut and item.position == 0:
                n = 0
            part = item.samples[item.position : item.position + n]
            block[at : at + n] = part * np.linspace(1, 0, n, dtype=np.float32) if cut else part
            if n and not item.told and item.position + n > item.word_at:
                item.told = True
                word_s = start_s + (at + max(0, item.word_at - item.position)) / self._rate_hz
                notices.append(Notice(word_s, item.utterance_id, "started"))
            item.position += n
            at += n
            ended = item.position >= len(item.samples)
            if not (ended or cut):
                break
            self._line.popleft()
            what = "finished" if ended else "cut"
            notices.append(Notice(start_s + at / self._rate_hz, item.utterance_id, what))
        return notices

    def abandon(self, at_s: float) -> list[Notice]:
        """Drop everything without playing; no stream may be calling `fill`."""
        with self._tuning:
            notices = [Notice(at_s, item.utterance_id, "cut") for item in self._line]
            self._line.clear()
        return notices


class DeviceLoudspeaker:
    """The system's loudspeaker, or the one that was asked for.

    Each `play` is answered by exactly one `finished`, also when the clip is dropped unheard. The
    listener is told things when they are heard, not when they are handed to the device.
    """

    def __init__(self, clock: Clock, device: str = "") -> None:
        """Prepare; nothing is opened yet.

        Args:
            clock: the session's.
            device: number or part of the name; empty for the default.
        """
        self.name = "loudspeaker"
        self.latency_s = 0.0
        self._clock = clock
        self._wanted = device
        self._playlist = Playlist(48_000)
        self._open_for_play = False
        self._notices: SimpleQueue[Notice | None] = SimpleQueue()
        self._keeper: StreamKeeper | None = None
        self._teller: threading.Thread | None = None
        self._gaps: deque[float] = deque(maxlen=_GAPS)
        self._latency_step = 0

    def start(self, listener: PlaybackListener) -> None:
        """Open the stream.

        Raises:
            DeviceError: there is no such device, or it cannot be opened.
        """

        def lost(reason: str) -> None:
            self._open_for_play = False
            self._abandon()
            listener.failed(
                "device.loudspeaker_lost",
                f"The loudspeaker is gone: {reason}. What is said can still be read here.",
            )

        self._keeper = StreamKeeper(self._clock, self._open, lost, self._needs_more_latency)
        self._keeper.start()
        self._open_for_play = True
        self._teller = threading.Thread(
            target=self._tell, args=(listener,), name="loudspeaker", daemon=True
        )
        self._teller.start()

    def play(self, utterance_id: str, clip: Clip) -> None:
        """Queue a clip behind what is already playing; return at once."""
        self._playlist.add(utterance_id, clip)
        if not self._open_for_play:
            self._abandon()

    def hush(self) -> None:
        """Fade out within one block and drop what is queued."""
        self._playlist.drop()

    def stop(self) -> None:
        """Close the stream; harmless when not started."""
        self._open_for_play = False
        keeper, self._keeper = self._keeper, None
        if keeper:
            keeper.stop()
        self._abandon()
        teller, self._teller = self._teller, None
        if teller:
            self._notices.put(None)
            teller.join(_STOP_TIMEOUT_S)

    def _abandon(self) -> None:
        for notice in self._playlist.abandon(self._clock.now()):
            self._notices.put(notice)

    def _open(self) -> Any:
        device = choose("output", self._wanted)
        self.name = device.name
        stream = open_first("output", device, self._tries(device))
        self.latency_s = float(stream.latency)
        return stream

    def _tries(self, device: DeviceInfo) -> Iterator[dict[str, Any]]:
        for rate_hz in dict.fromkeys((device.rate_hz, 48_000, 44_100)):
            for channels in dict.fromkeys((min(2, device.outputs), 1, device.outputs)):
                yield {
                    "samplerate": rate_hz,
                    "channels": channels,
                    "blocksize": round(rate_hz * BLOCK_S),
                    "latency": LATENCIES_S[self._latency_step],
                    "callback": self._callback(rate_hz),
                }

    def _callback(self, rate_hz: int) -> Callable[[Any, int, Any, Any], None]:
        """Return the callback for a stream of this rate, which is about to be opened."""
        playlist = self._playlist
        playlist.retune(rate_hz)
        host_clock = HostClock()
        watch: GapWatch | None = None
        mono = np.zeros(round(rate_hz * BLOCK_S), np.float32)

        def callback(out: Any, n_samples: int, times: Any, _status: Any) -> None:
            nonlocal mono, watch
            now_s = self._clock.now()
            host_clock.update(now_s, times.currentTime)
            if playlist.idle():
                out.fill(0.0)
                watch = None
            else:
                lead_s = times.outputBufferDacTime - times.currentTime
                if not 0.0 < lead_s < 2.0:  # some hosts report nothing, or nonsense
                    lead_s = self.latency_s
                start_s = host_clock.to_session(times.currentTime + lead_s)
                if n_samples != len(mono):
                    mono = np.zeros(n_samples, np.float32)
                mono.fill(0.0)
                for notice in playlist.fill(mono, start_s):
                    self._notices.put(notice)
                out[:] = mono[:, np.newaxis]
                watch = watch or GapWatch()
                if watch.gap(start_s, n_samples / rate_hz):
                    self._gaps.append(now_s)
            if keeper := self._keeper:
                keeper.beat()

        return callback

    def _needs_more_latency(self) -> bool:
        """Whether gaps have been so frequent that the stream should be opened with more latency."""
        if len(self._gaps) < _GAPS or not self._playlist.idle():
            return False
        frequent = self._gaps[-1] - self._gaps[0] < _GAPS_WINDOW_S
        self._gaps.clear()
        if not frequent or self._latency_step + 1 >= len(LATENCIES_S):
            return False
        self._latency_step += 1
        return True

    def _tell(self, listener: PlaybackListener) -> None:
        """Tell the listener of each notice when its moment has come."""
        while (notice := self._notices.get()) is not None:
            self._clock.sleep_until(notice.at_s)
            if notice.what == "started":
                listener.started(notice.utterance_id, notice.at_s)
            else:
                listener.finished(notice.utterance_id, notice.at_s, cut=notice.what == "cut")
