"""Smart Turn: does the voice sound as if the turn were over? A model that others have trained.

Owns: where its file is, that it is the right one, and how it is asked. It is no part of voicecoach:
the extra ``smart-turn`` brings what runs it (``onnxruntime``), and the file lies in the wheel of
``pipecat-ai``, which is looked into and never imported: its own 47 dependencies are of no use
here (``pip install --no-deps pipecat-ai``). Whoever lacks either is told so in one line.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voicecoach.errors import ModelError
from voicecoach.logmel import log_mel

if TYPE_CHECKING:
    from voicecoach.audio.format import Samples

VARIABLE = "VOICECOACH_SMART_TURN"
"""Names the file, where it is not in an installed ``pipecat-ai``."""

IN_PIPECAT = Path("audio", "turn", "smart_turn", "data", "smart-turn-v3.2-cpu.onnx")

KNOWN = {"2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f": "smart-turn-v3.2"}
"""SHA-256 of the files that were measured. Another is tried before it is used."""

_INPUT = "input_features"


def find_smart_turn() -> Path:
    """Return the model's file.

    Raises:
        ModelError: there is none, or nothing that could run it.
    """
    file = _named() or _in_pipecat()
    runs = importlib.util.find_spec("onnxruntime") is not None
    if file is not None and runs:
        return file
    missing = {} if runs else {"onnxruntime": "pip install onnxruntime"}
    if file is None:
        missing[IN_PIPECAT.name] = "pip install --no-deps pipecat-ai"
    raise ModelError(
        "prosody.not_installed",
        f"Smart Turn is not installed: there is no {' and no '.join(missing)}",
        f"Type: {', then: '.join(missing.values())}",
    )


def _named() -> Path | None:
    """Return the file that the environment names, if it does."""
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    if Path(name).is_file():
        return Path(name)
    raise ModelError(
        "prosody.no_file", f"{VARIABLE} names {name}, which is no file", "Mend it or unset it"
    )


def _in_pipecat() -> Path | None:
    """Return the file in an installed ``pipecat-ai``, which is not imported for it."""
    package = importlib.util.find_spec("pipecat")
    folders = (package.submodule_search_locations or ()) if package else ()
    files = (Path(folder) / IN_PIPECAT for folder in folders)
    return next((file for file in files if file.is_file()), None)


class SmartTurn:
    """Smart Turn on one thread of the processor. Loaded when it is first asked, in 0.2 s.

    Args:
        path: of the model; None for the one that is found.

    Raises:
        ModelError: there is no such file, or it is something else.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = find_smart_turn() if path is None else path
        self._session: Any = None
        known = KNOWN.get(_sha256(self._path))
        self.name = known or self._path.name
        if known is None:
            self._try()

    def probability(self, sound: Samples) -> float:
        """Probability that the turn is over after this sound (16 kHz; the last 8 s count).

        Raises:
            ModelError: the file is none of Smart Turn's.
        """
        if self._session is None:
            self._session = self._load()
        try:
            (answer, *_) = self._session.run(None, {_INPUT: log_mel(sound)[None]})
            probability = float(np.asarray(answer).reshape(1)[0])
        except Exception as error:  # onnxruntime has a dozen of its own, and tells them badly
            raise self._wrong("it does not answer as Smart Turn does") from error
        if not 0.0 <= probability <= 1.0:
            raise self._wrong(f"it answers {probability:.3g}, which is no probability")
        return probability

    def _load(self) -> Any:
        import onnxruntime

        onnxruntime.disable_telemetry_events()  # which its builds for Windows would send
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what it has to say comes as an exception, too
        try:
            return onnxruntime.InferenceSession(
                str(self._path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # likewise
            raise self._wrong("onnxruntime cannot load it") from error

    def _try(self) -> None:
        """Ask about a second of faint noise, so that a wrong file is found before the interview."""
        noise = np.random.default_rng(1).normal(0.0, 0.01, 16_000)
        self.probability(noise.astype(np.float32))

    def _wrong(self, why: str) -> ModelError:
        return ModelError(
            "prosody.wrong_file",
            f"{self._path} is not Smart Turn v3: {why}",
            f"Take {IN_PIPECAT.name} from pipecat-ai",
        )


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            "prosody.no_file", f"Cannot read {path}: {error.strerror or error}", "Mend that"
        ) from error
