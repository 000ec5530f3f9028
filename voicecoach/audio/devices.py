"""The sound card, through PortAudio: which devices there are, and streams that stay alive.

What the microphone and the loudspeaker share lives here. What PortAudio does badly is made good:

- its list of devices is frozen when it starts, so the list is read anew when a device is lost;
- a stream may end without a word (a pulled plug, an ALSA underrun, an error in a callback), so a
  watchdog opens it again when no callback has come for a second;
- its clock is not ours, so `HostClock` relates the two.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from voicecoach.clock import Clock
from voicecoach.errors import DeviceError

Kind = Literal["input", "output"]

STALL_S = 1.0
"""Time without a callback after which a stream counts as dead, in seconds."""

RETURN_S = 20.0
"""How long a device that is gone may take to return: somebody has to find the plug."""

SWITCH_INTERVAL_S = 0.0005
"""How long a thread that computes in Python may keep an audio callback waiting, in seconds.

Measured with a callback every 10 ms and 20 ms of sound in the device while another thread computed:
30 gaps in 8 s of speech at Python's own 5 ms, none at 0.5 ms.
"""

_TICK_S = 0.25
_CLOSE_TIMEOUT_S = 1.0

_PORTAUDIO = threading.RLock()
"""PortAudio must not open, close or list devices from two threads at once."""

_NAMES = {"input": "microphone", "output": "loudspeaker"}
_keepers: list[StreamKeeper] = []
_alsa_handler: Any = None


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """One device as PortAudio sees it.

    Attributes:
        index: its number, good until the list is read anew.
        name: as the system calls it.
        host: the sound system it belongs to, such as ALSA, Core Audio or Windows WASAPI.
        inputs: number of input channels.
        outputs: number of output channels.
        rate_hz: the rate it prefers.
        default_input: whether it is the system's microphone.
        default_output: whether it is the system's loudspeaker.
    """

    index: int
    name: str
    host: str
    inputs: int
    outputs: int
    rate_hz: int
    default_input: bool
    default_output: bool

    def channels(self, kind: Kind) -> int:
        """Number of channels in that direction."""
        return self.inputs if kind == "input" else self.outputs

    def is_default(self, kind: Kind) -> bool:
        """Whether it is the system's choice for that direction."""
        return self.default_input if kind == "input" else self.default_output


def portaudio() -> Any:
    """Return the sounddevice module, with PortAudio running.

    Raises:
        DeviceError: the PortAudio library is missing.
    """
    with _PORTAUDIO:
        # This variable overrides every program's own latency. Under it, a stream whose buffer is
        # longer than the variable says never gets a single callback (seen with PulseAudio 16.1).
        os.environ["PULSE_LATENCY_MSEC"] = ""
        _silence_alsa()
        try:
            import sounddevice
        except OSError as error:
            remedy = {
                "linux": "Install it: sudo apt install libportaudio2",
                "darwin": "Install it: pip install --force-reinstall sounddevice",
                "win32": "Install it: pip install --force-reinstall sounddevice",
            }.get(sys.platform, "Install PortAudio")
            raise DeviceError(
                "device.no_portaudio", "The sound library PortAudio is missing", remedy
            ) from error
        except Exception as error:  # whatever it raises when PortAudio cannot start
            raise DeviceError(
                "device.portaudio_failed", f"The sound library does not start: {error}"
            ) from error
        return sounddevice


def list_devices() -> list[DeviceInfo]:
    """Return every device; an empty list where there is no sound card.

    Raises:
        DeviceError: the PortAudio library is missing or does not start.
    """
    sounddevice = portaudio()
    with _PORTAUDIO:
        hosts = sounddevice.query_hostapis()
        default_input, default_output = default_devices(hosts, sounddevice.default.device)
        return [
            DeviceInfo(
                index=index,
                name=str(info["name"]),
                host=str(hosts[info["hostapi"]]["name"]),
                inputs=int(info["max_input_channels"]),
                outputs=int(info["max_output_channels"]),
                rate_hz=round(info["default_samplerate"]),
                default_input=index == default_input,
                default_output=index == default_output,
            )
            for index, info in enumerate(sounddevice.query_devices())
        ]


def default_devices(hosts: Sequence[dict[str, Any]], portaudio_s: Sequence[int]) -> tuple[int, int]:
    """Return the indexes of the usual microphone and loudspeaker; -1 where there is none."""
    # On Windows PortAudio would take MME, whose sound comes a tenth of a second late and more.
    for host in hosts:
        if host["name"] == "Windows WASAPI":
            return int(host["default_input_device"]), int(host["default_output_device"])
    return int(portaudio_s[0]), int(portaudio_s[1])


def choose(kind: Kind, wanted: str = "") -> DeviceInfo:
    """Return the device that `wanted` means.

    Args:
        kind: ``input`` for a microphone, ``output`` for a loudspeaker.
        wanted: a number, or part of a name in any case; empty for the system's default.

    Raises:
        DeviceError: there is no device of this kind, or nothing fits.
    """
    return choose_from(list_devices(), kind, wanted)


def choose_from(devices: Sequence[DeviceInfo], kind: Kind, wanted: str) -> DeviceInfo:
    """Do what `choose` says, on a given list."""
    able = [d for d in devices if d.channels(kind) > 0]
    if not able:
        raise DeviceError(
            f"device.no_{_NAMES[kind]}",
            f"There is no {_NAMES[kind]}",
            "Plug one in, or hear the recorded candidate: voicecoach demo",
        )
    default = next((d for d in able if d.is_default(kind)), able[0])
    if not wanted.strip():
        return default
    fitting = [d for d in able if _fits(d, wanted)]
    if fitting:
        # Systems show one device several times, once for each host: take the default's host first.
        return min(fitting, key=lambda d: (d.host != default.host, d.index))
    names = ", ".join(dict.fromkeys(d.name for d in able))
    raise DeviceError("device.unknown", f"No {_NAMES[kind]} fits {wanted!r}", f"There is: {names}")


def _fits(device: DeviceInfo, wanted: str) -> bool:
    wanted = wanted.strip()
    if wanted.isdecimal():
        return device.index == int(wanted)
    return wanted.casefold() in device.name.casefold()


def open_first(kind: Kind, device: DeviceInfo, tries: Iterable[dict[str, Any]]) -> Any:
    """Open and start the first stream that the device accepts.

    Args:
        kind: which way the sound goes.
        device: from `choose`.
        tries: keyword arguments for sounddevice's stream, best first; taken one by one.

    Raises:
        DeviceError: it accepts none of them.
    """
    sounddevice = portaudio()
    stream_class = sounddevice.InputStream if kind == "input" else sounddevice.OutputStream
    reason: Exception | None = None
    for options in tries:
        stream = None
        try:
            stream = stream_class(device=device.index, dtype="float32", **options)
            stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            reason = reason or error
            if stream is not None:
                stream.close()
            continue
        return stream
    # PortAudio's own words come first, its numbers in brackets after them.
    words = str(reason).split(" [")[0].removeprefix(f"Error opening {stream_class.__name__}: ")
    raise DeviceError(
        f"device.cannot_open_{_NAMES[kind]}",
        f"The {_NAMES[kind]} {device.name} cannot be opened: {words}",
        "Close other programs that use it, or choose another with --device",
    ) from reason


class HostClock:
    """Relates PortAudio's clock to the session's.

    A callback that had to wait for its turn reads our clock too late, never too early, so the
    smallest difference seen is the best; it may rise slowly, as clocks drift, and starts anew when
    one of the clocks was set.
    """

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def update(self, now_s: float, host_now_s: float) -> None:
        """Learn from a pair of readings taken at the same moment."""
        seen = now_s - host_now_s
        known = self._offset_s
        if known is None or seen < known or seen - known > STALL_S:
            self._offset_s = seen
        else:
            self._offset_s = known + 0.001 * (seen - known)

    def to_session(self, host_s: float) -> float:
        """Return the moment on the session's clock."""
        return host_s + (self._offset_s or 0.0)


class StreamKeeper:
    """Keeps one stream alive: a watchdog opens it again when its callbacks cease."""

    def __init__(
        self,
        clock: Clock,
        open_stream: Callable[[], Any],
        lost: Callable[[str], None],
        due: Callable[[], bool] = lambda: False,
        away: Callable[[bool], None] = lambda gone: None,
    ) -> None:
        """Prepare.

        Args:
            clock: the session's.
            open_stream: opens and starts the stream, or raises `DeviceError`.
            lost: told once, on another thread, why the stream could not be opened again.
            due: asked now and then whether the stream had better be opened anew.
            away: told, on another thread, that the device is gone and may return, and that it has.
        """
        self._clock = clock
        self._open = open_stream
        self._lost = lost
        self._due = due
        self._away = away
        self._beat_s = 0.0
        self._stream: Any = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the stream and watch it.

        Raises:
            DeviceError: it cannot be opened.
        """
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_INTERVAL_S))
        with _PORTAUDIO:
            self._stream = self._open()
            self.beat()
            _keepers.append(self)
        self._stopped.clear()
        self._thread = threading.Thread(target=self._watch, name="stream watchdog", daemon=True)
        self._thread.start()

    def beat(self) -> None:
        """The stream is alive; every callback says so."""
        self._beat_s = self._clock.now()

    def stop(self) -> None:
        """Close the stream; harmless when it is not open."""
        self._stopped.set()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(_CLOSE_TIMEOUT_S)
        self._thread = None
        # A driver that hangs may hold the lock for ever; leaving must work all the same.
        locked = _PORTAUDIO.acquire(timeout=_CLOSE_TIMEOUT_S)
        try:
            if self in _keepers:
                _keepers.remove(self)
            self.close_stream()
        finally:
            if locked:
                _PORTAUDIO.release()

    def alive(self) -> bool:
        """Whether callbacks come."""
        return self._stream is not None and self._clock.now() - self._beat_s < STALL_S

    def close_stream(self) -> None:
        """Close the stream, which the watchdog will notice; do not wait for a driver that hangs."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        closer = threading.Thread(target=_close, args=(stream,), name="stream closer", daemon=True)
        closer.start()
        closer.join(_CLOSE_TIMEOUT_S)

    def _watch(self) -> None:
        while not self._stopped.wait(_TICK_S):
            if self.alive() and not self._due():
                continue
            reason = self._reopen()
            if reason and not self._stopped.is_set():
                self._lost(reason)
                return

    def _reopen(self) -> str:
        """Open the stream again; return '' or why it failed."""
        began_s, reason = self._clock.now(), ""
        while True:
            with _PORTAUDIO:
                self.close_stream()
                if reason:
                    _refresh_devices()
                try:
                    self._stream = self._open()
                except DeviceError as error:
                    failure = error.message
                else:
                    failure = "it gives no sign of life"
            if self._stream is not None:
                self._beat_s = float("-inf")
                if self._stopped.wait(STALL_S / 2) or self.alive():
                    if reason:
                        self._away(False)
                    return ""
            elif self._stopped.wait(STALL_S):
                return ""
            if not reason:
                self._away(True)
            reason = failure
            if self._clock.now() - began_s >= RETURN_S:
                return reason


def _refresh_devices() -> None:
    """Make PortAudio look for devices again, unless that would end a stream that works."""
    if any(keeper.alive() for keeper in _keepers):
        return
    for keeper in _keepers:
        keeper.close_stream()
    sounddevice = portaudio()
    with contextlib.suppress(sounddevice.PortAudioError):
        # sounddevice has no public way; its authors recommend these two for it.
        sounddevice._terminate()
        sounddevice._initialize()


def _close(stream: Any) -> None:
    stream.abort(ignore_errors=True)
    stream.close(ignore_errors=True)


def _silence_alsa() -> None:
    """Keep ALSA from writing to the terminal; what matters reaches us as an error anyway."""
    global _alsa_handler
    if sys.platform != "linux" or _alsa_handler is not None:
        return
    with contextlib.suppress(OSError, AttributeError):
        handler = ctypes.CFUNCTYPE(
            None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
        )(lambda *_: None)
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
        _alsa_handler = handler  # ALSA keeps the pointer, so the function must live on
