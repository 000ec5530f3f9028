"""Is everything in place for an interview aloud? Each thing is tried, not only looked for.

The answers hold nothing personal: no user's name, no home folder, no owner of a headset. They can
be pasted into a bug report as they are.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach import __version__, resources
from voicecoach.clock import Clock, SystemClock
from voicecoach.errors import VoicecoachError

if TYPE_CHECKING:
    from voicecoach.audio.devices import DeviceInfo, Kind

OK, WARN, FAIL = "ok", "warn", "fail"

_SLOW_OUTPUT_S = 0.1  # more than a third of the 300 ms in which a reply should be heard
_LITTLE_SPACE = 500e6  # an hour's sound takes 115 MB
_NO_SPACE = 50e6


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried.

    Attributes:
        name: what.
        status: ``ok``; ``warn`` where practice works but could be better; ``fail`` where something
            needed for an interview aloud is missing.
        detail: what was found, one line.
        remedy: one thing to do; '' when ok.
    """

    name: str
    status: str
    detail: str
    remedy: str = ""


def examine(model: str | None = None) -> Iterator[Check]:
    """Try everything, one after the other; no trial stops the next.

    Args:
        model: name or folder of the recogniser's model; None for the one in use.
    """
    trials: dict[str, Callable[[], Iterator[Check]]] = {
        "software": _software,
        "libraries": _libraries,
        "sound": _sound,
        "voice": lambda: _voice(SystemClock()),
        "hearing": _hearing,
        "model": lambda: _model(model),
        "content": _content,
        "data folder": _data_folder,
    }
    for name, trial in trials.items():
        for check in _tried(name, trial):
            yield replace(check, detail=private(check.detail), remedy=private(check.remedy))


def _tried(name: str, trial: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from trial()
    except VoicecoachError as error:
        yield Check(name, FAIL, error.message, error.remedy)
    except Exception as error:
        # Whatever a broken installation raises, the other trials still tell something.
        detail = f"unexpected: {type(error).__name__}: {error}"
        yield Check(name, FAIL, " ".join(detail.split()), "Install voicecoach again")


def private(text: str) -> str:
    """Return a text without the user's home folder, name, and belongings."""
    homes = {os.path.expanduser("~"), os.path.realpath(os.path.expanduser("~"))}  # noqa: PTH111 - Path.home() raises where there is none
    for home in sorted(homes, key=len, reverse=True):
        if len(home) > 1:
            text = re.sub(rf"{re.escape(home)}(?![\w.-])", "~", text)
    try:
        user = re.escape(getpass.getuser())
    except (KeyError, OSError, ImportError):  # a user without a name
        return text
    # As a part of a path only: some are called root, or test.
    return re.sub(rf"(?<=[\\/]){user}(?=[\\/]|$)", "(user)", text)


def nobodys(name: str) -> str:
    """Return a device's name without its owner's: "Ann's AirPods" becomes "someone's AirPods"."""
    return re.sub(r"[\w.-]+(?='s\b|’s\b)", "someone", name)


def _software() -> Iterator[Check]:
    version = platform.python_version()
    system = f"{platform.system()} {platform.release()} on {platform.machine()}"
    detail = f"voicecoach {__version__}, Python {version}, {system}"
    known = (3, 10) <= sys.version_info[:2] <= (3, 13)
    remedy = "" if known else "Use Python 3.10 to 3.13: nothing else was tried"
    yield Check("software", OK if known else WARN, detail, remedy)


def _libraries() -> Iterator[Check]:
    """Look for what the package says it needs; optional extras are left out."""
    try:
        wanted = metadata.requires("voicecoach") or []
    except metadata.PackageNotFoundError:
        yield Check("libraries", WARN, "voicecoach runs without being installed", "Use script/run")
        return
    names = [re.split(r"[^\w.-]", text)[0] for text in wanted if "extra ==" not in text]
    versions = {name: _version(name) for name in names}
    missing = [name for name, version in versions.items() if not version]
    if missing:
        remedy = f"Install with: {Path(sys.executable).name} -m pip install {' '.join(missing)}"
        yield Check("libraries", FAIL, f"missing: {', '.join(missing)}", remedy)
    else:
        detail = ", ".join(f"{name} {version}" for name, version in versions.items())
        yield Check("libraries", OK, detail)


def _version(name: str) -> str:
    """Return the version of an installed library, '' where it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _sound() -> Iterator[Check]:
    from voicecoach.audio.devices import list_devices, portaudio

    devices = list_devices()
    version = portaudio().get_portaudio_version()[1].partition(",")[0]
    yield Check("sound library", OK, f"{version}, {len(devices)} devices")
    yield _default_device(devices, "input", "microphone")
    yield _default_device(devices, "output", "loudspeaker")
    for device in devices:
        if device.default_output:
            yield _latency(device.index)


def _default_device(devices: Sequence[DeviceInfo], kind: Kind, name: str) -> Check:
    from voicecoach.audio.devices import choose_from

    try:
        device = choose_from(devices, kind, "")
    except VoicecoachError as error:
        return Check(name, FAIL, error.message, error.remedy)
    return Check(name, OK, f"{nobodys(device.name)} ({device.host}, {device.rate_hz} Hz)")


def _latency(index: int) -> Check:
    """Say what the system states, which is a guess: the figures of a session are measured."""
    from voicecoach.audio.devices import portaudio

    latency_s = float(portaudio().query_devices(index)["default_low_output_latency"])
    detail = f"the loudspeaker says it takes {1000 * latency_s:.0f} ms to be heard"
    if latency_s <= _SLOW_OUTPUT_S:
        return Check("latency", OK, detail)
    remedy = "A wire is faster than Bluetooth; a session's own figures: voicecoach metrics"
    return Check("latency", WARN, detail, remedy)


def _voice(clock: Clock) -> Iterator[Check]:
    from voicecoach.tts import Pyttsx3Voice

    voice = Pyttsx3Voice()
    try:
        voice.render("Ready.")  # starts the synthesiser
        start_s = clock.now()
        clip = voice.render("Tell me about a decision that data made you change.")
        took_ms = 1000 * (clock.now() - start_s)
        detail = f"{voice.name}; a sentence of {clip.duration_s:.1f} s is ready in {took_ms:.0f} ms"
        yield Check("voice", OK, detail)
    finally:
        voice.close()


def _hearing() -> Iterator[Check]:
    import numpy as np

    from voicecoach.audio.format import FRAME_SAMPLES
    from voicecoach.vad import SileroDetector

    quiet = SileroDetector().probability(np.zeros(FRAME_SAMPLES, dtype=np.float32))
    if quiet < 0.5:
        yield Check("voice detector", OK, "tells silence from voice")
    else:
        yield Check("voice detector", FAIL, "takes silence for voice", "Install voicecoach again")


def _model(wanted: str | None) -> Iterator[Check]:
    """Load the model in a process that may die, and compare its needs with the machine."""
    from voicecoach.catalog import read_catalog
    from voicecoach.model_probe import prove
    from voicecoach.models import better_model, find_models, resolve

    for other in find_models(read_catalog()):
        if other.problem:
            yield Check("model", WARN, other.problem, "Fetch it again, or delete its folder")
    model = resolve(wanted)
    proof = prove(model.path)
    memory = f", {proof.memory_mb:.0f} MB of memory" if proof.memory_mb else ""
    detail = f"{model.name}, loads in {proof.load_s:.2f} s{memory}. {model.note}"
    free_mb = _free_memory_mb()
    if model.kind == "starter":
        yield Check("model", WARN, detail, better_model())
    elif free_mb and model.memory_mb and model.memory_mb > free_mb:
        detail += f" It may need {model.memory_mb} MB, and {free_mb:.0f} MB are free"
        yield Check("model", WARN, detail, "Close other programs, or take a smaller model")
    else:
        yield Check("model", OK, detail)


def _free_memory_mb() -> float | None:
    """Return the memory that programs may still have, where the system says so (Linux)."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else None


def _content() -> Iterator[Check]:
    from voicecoach.content.rubric import load_rubric
    from voicecoach.content.script import load_script

    script = load_script()
    load_rubric()
    detail = f"{len(script.questions)} questions, {len(script.drills)} drills, the rubric"
    yield Check("content", OK, detail)


def _data_folder() -> Iterator[Check]:
    """Write where sessions go, without making the folder before it is needed."""
    folder = resources.user_data_dir()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    remedy = "Set VOICECOACH_HOME to a folder of yours with room in it"
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(b"voicecoach")
    except OSError as error:
        detail = f"{folder} cannot be written: {error.strerror or error}"
        yield Check("data folder", FAIL, detail, remedy)
        return
    free = shutil.disk_usage(existing).free
    detail = f"{folder}, {free / 1e9:.1f} GB free"
    if free < _NO_SPACE:
        yield Check("data folder", FAIL, detail, remedy)
    elif free < _LITTLE_SPACE:
        yield Check("data folder", WARN, detail, remedy)
    else:
        yield Check("data folder", OK, detail)
