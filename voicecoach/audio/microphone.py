"""The microphone: frames of 16 kHz mono with the moment at which each was heard."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

import numpy as np

from voicecoach.audio.devices import (
    RETURN_S,
    DeviceInfo,
    HostClock,
    StreamKeeper,
    choose,
    open_first,
)
from voicecoach.audio.format import FRAME_SAMPLES, RATE_HZ, AudioChunk, Samples
from voicecoach.clock import Clock
from voicecoach.events import Event, Problem

BLOCK_S = 0.01
"""What the device hands over at a time: short, so that a frame arrives soon after its end."""

_LATENCY_S = 0.06
_JUMP_S = 0.1
_MAX_FILL_S = 30.0  # longer than a device may be away
_STOP_TIMEOUT_S = 1.0


class SampleTimeline:
    """Says when each block of a gapless stream began, from reports that jitter.

    The stream's own pace is trusted from block to block, the reports only in the long run. A report
    that is far off means that sound was lost, and counts at once.
    """

    def __init__(self, rate_hz: int, resume_s: float | None = None) -> None:
        """Prepare.

        Args:
            rate_hz: of the stream.
            resume_s: where the stream that this one continues broke off; None for a first one.
        """
        self._rate_hz = rate_hz
        self._next_s = resume_s or 0.0
        self._blocks = 0 if resume_s is None else 1

    def place(self, n_samples: int, reported_s: float) -> tuple[float, float]:
        """Return the start of the next block and how much is missing before it, in seconds."""
        if self._blocks == 0:
            self._next_s = reported_s
        error_s = reported_s - self._next_s
        missing_s = 0.0
        if abs(error_s) > _JUMP_S:
            missing_s = max(0.0, error_s)
            self._next_s = reported_s
            self._blocks = 0
        else:
            # The mean of the first reports, then an average over the last fifty.
            self._next_s += error_s / min(self._blocks + 1, 50)
        self._blocks += 1
        start_s = self._next_s
        self._next_s += n_samples / self._rate_hz
        return start_s, missing_s


class Framer:
    """Cuts blocks of any rate and length into frames of `FRAME_SAMPLES` at 16 kHz.

    Sound that the device lost is replaced by silence, so that sample count and time stay together.
    """

    def __init__(self, rate_hz: int, resume_s: float | None = None) -> None:
        """Prepare; the arguments are those of `SampleTimeline`."""
        self.rate_hz = rate_hz
        self._timeline = SampleTimeline(rate_hz, resume_s)
        self._taken = 0
        self._given = 0
        self._rest: Samples = np.zeros(0, np.float32)
        self._resampler: Any = None
        if rate_hz != RATE_HZ:
            import soxr

            # Medium quality loses nothing that speech has and delays it least.
            self._resampler = soxr.ResampleStream(
                rate_hz, RATE_HZ, 1, dtype="float32", quality="MQ"
            )

    def frames(self, block: Samples, reported_s: float) -> Iterator[AudioChunk]:
        """Take a block, return what frames it completes."""
        start_s, missing_s = self._timeline.place(len(block), reported_s)
        fill = round(min(missing_s, _MAX_FILL_S) * self.rate_hz)
        if fill:
            block = np.concatenate([np.zeros(fill, np.float32), block])
            start_s -= fill / self.rate_hz
        # Frame k begins k frames after the stream's first sample, at either rate.
        zero_s = start_s - self._taken / self.rate_hz
        self._taken += len(block)
        if self._resampler is not None:
            block = self._resampler.resample_chunk(block)
        self._rest = np.concatenate([self._rest, block])
        while len(self._rest) >= FRAME_SAMPLES:
            frame, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
            yield AudioChunk(frame, zero_s + self._given / RATE_HZ)
            self._given += FRAME_SAMPLES


class DeviceMicrophone:
    """The system's microphone, or the one that was asked for.

    The device's callback copies and returns; a thread of its own makes frames and delivers them.
    """

    def __init__(self, clock: Clock, device: str = "") -> None:
        """Prepare; nothing is opened yet.

        Args:
            clock: the session's.
            device: number or part of the name; empty for the default.
        """
        self.name = "microphone"
        self._clock = clock
        self._wanted = device
        self._blocks: SimpleQueue[tuple[Samples, float, int] | None] = SimpleQueue()
        self._keeper: StreamKeeper | None = None
        self._thread: threading.Thread | None = None

    def start(self, deliver: Callable[[AudioChunk], None], fail: Callable[[Event], None]) -> None:
        """Open the device and deliver frames, on another thread, until `stop`.

        Raises:
            DeviceError: there is no such device, or it cannot be opened.
        """

        def lost(reason: str) -> None:
            message = f"The microphone is gone: {reason}"
            fail(Problem(self._clock.now(), "device.microphone_lost", message))

        def away(gone: bool) -> None:
            if gone:
                message = f"The microphone is gone. Plug it in again within {RETURN_S:.0f} seconds."
                fail(Problem(self._clock.now(), "device.microphone_away", message))
            else:
                message = "The microphone is back. What was said in between was not heard."
                fail(Problem(self._clock.now(), "device.microphone_back", message))

        self._keeper = StreamKeeper(self._clock, self._open, lost, away=away)
        self._keeper.start()
        self._thread = threading.Thread(
            target=self._pump, args=(deliver,), name="microphone", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End and let the device go; harmless when not started."""
        keeper, self._keeper = self._keeper, None
        if keeper:
            keeper.stop()
        thread, self._thread = self._thread, None
        if thread:
            self._blocks.put(None)
            thread.join(_STOP_TIMEOUT_S)

    def _open(self) -> Any:
        device = choose("input", self._wanted)
        self.name = device.name
        return open_first("input", device, self._tries(device))

    def _tries(self, device: DeviceInfo) -> Iterator[dict[str, Any]]:
        for rate_hz in dict.fromkeys((RATE_HZ, device.rate_hz, 48_000, 44_100)):
            for channels in dict.fromkeys((1, min(2, device.inputs), device.inputs)):
                yield {
                    "samplerate": rate_hz,
                    "channels": channels,
                    "blocksize": round(rate_hz * BLOCK_S),
                    "latency": _LATENCY_S,
                    "callback": self._callback(rate_hz),
                }

    def _callback(self, rate_hz: int) -> Callable[[Any, int, Any, Any], None]:
        """Return the callback for a stream of this rate."""
        host_clock = HostClock()

        def callback(data: Any, n_samples: int, times: Any, _status: Any) -> None:
            now_s = self._clock.now()
            host_clock.update(now_s, times.currentTime)
            lag_s = times.currentTime - times.inputBufferAdcTime
            if not 0.0 < lag_s < 2.0:  # some hosts report nothing, or nonsense
                lag_s = n_samples / rate_hz
            heard_s = host_clock.to_session(times.currentTime - lag_s)
            self._blocks.put((data[:, 0].copy(), heard_s, rate_hz))
            if keeper := self._keeper:
                keeper.beat()

        return callback

    def _pump(self, deliver: Callable[[AudioChunk], None]) -> None:
        framer: Framer | None = None
        end_s: float | None = None
        while (item := self._blocks.get()) is not None:
            block, heard_s, rate_hz = item
            if framer is None or framer.rate_hz != rate_hz:
                framer = Framer(rate_hz, end_s)
            for chunk in framer.frames(block, heard_s):
                deliver(chunk)
                end_s = chunk.end_s
