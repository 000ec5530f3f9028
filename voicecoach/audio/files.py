"""Recordings on disk: any of them is read into the one format.

Reading is strict on purpose. A recording that breaks off is refused rather than judged as far as it
goes: a score for half an answer would be wrong without looking wrong. Only a header that was never
completed, as programs leave it that write into a pipe, is not held against its file.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from voicecoach.audio.format import RATE_HZ, Clip, Samples
from voicecoach.errors import AudioFileError

if TYPE_CHECKING:
    import soundfile

STDIN = "-"
"""Stands for standard input where a path is expected."""

MIN_RATE_HZ, MAX_RATE_HZ = 4_000, 384_000
"""Below, speech is no longer speech; above, the header is not to be believed."""

MAX_DURATION_S = 2 * 3600
"""Longest recording that is read: 2 hours take 460 MB at 16 kHz float."""

_BLOCK_FRAMES = 1 << 16
_BREAKS_OFF_S = 0.1
"""How much sound a header may announce in vain: sloppy writers are off by a few samples."""

_UNFINISHED_HEADER_BYTES = 0x7FFF_0000
"""Data sizes from here on stand for 'not known yet' in files written into a pipe."""

_DATA_SIZE = re.compile(r"^\s*(?:data|SSND|Data Size)\s*:\s*(\d+) \(should be (\d+)\)", re.M)
"""How libsndfile's log tells a data size that the file does not have."""

_CONVERT = "Convert it first, for example with: ffmpeg -i FILE -ac 1 -ar 16000 answer.wav"


def read_audio(path: Path | str) -> Clip:
    """Read a whole recording, whatever its rate, channels and sample format.

    Args:
        path: a WAV, FLAC, AIFF, OGG or MP3 file, or ``-`` for one on standard input.

    Returns:
        16 kHz mono, the mean of the channels; made quieter where it would exceed full scale.

    Raises:
        AudioFileError: it is missing, not a recording, empty, broken, or breaks off.
    """
    import soundfile

    name = "standard input" if str(path) == STDIN else str(path)
    try:
        with soundfile.SoundFile(_source(path, name)) as file:
            samples = _read_all(file, name)
            _refuse_if_it_breaks_off(file, len(samples) / RATE_HZ, name)
    except (soundfile.LibsndfileError, TypeError) as error:
        # TypeError: soundfile wants more arguments for what is called *.raw.
        raise AudioFileError(
            "audio.not_audio",
            f"{name} is not a recording that can be read, or it is damaged",
            f"WAV, FLAC, AIFF, OGG and MP3 are read. {_CONVERT}",
        ) from error
    except MemoryError as error:
        raise AudioFileError("audio.too_long", f"{name} does not fit into memory") from error
    if len(samples) == 0:
        raise AudioFileError("audio.no_samples", f"{name} holds no sound", "Record it again")
    peak = float(np.max(np.abs(samples)))
    if not np.isfinite(peak):
        raise AudioFileError(
            "audio.not_finite",
            f"{name} holds samples that are not numbers",
            "Export it again as 16-bit WAV",
        )
    return Clip(samples / peak if peak > 1.0 else samples, RATE_HZ)


def _source(path: Path | str, name: str) -> BinaryIO | str:
    """Return what soundfile can open, having told the plain mistakes apart."""
    if str(path) == STDIN:
        data = sys.stdin.buffer.read()
        if not data:
            raise AudioFileError(
                "audio.empty", "Nothing came on standard input", "Pipe a recording into it"
            )
        return io.BytesIO(data)
    try:
        with Path(path).open("rb") as file:
            if not file.read(1):
                raise AudioFileError("audio.empty", f"{name} is an empty file", "Record it again")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioFileError(
            "audio.missing", f"There is no file {name}", "Check the path"
        ) from error
    except IsADirectoryError as error:
        raise AudioFileError(
            "audio.folder", f"{name} is a folder, not a recording", "Name one file"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or error
        raise AudioFileError(
            "audio.not_readable", f"{name} cannot be read: {reason}", "Check its permissions"
        ) from error
    return str(path)


def _read_all(file: soundfile.SoundFile, name: str) -> Samples:
    """Read block by block, so that only the 16 kHz mono result is ever held whole."""
    import soxr

    rate_hz = int(file.samplerate)
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise AudioFileError(
            "audio.rate",
            f"{name} claims {rate_hz} samples a second, which cannot be speech",
            "Export it again, best as 16 kHz mono WAV",
        )
    resample = (
        None if rate_hz == RATE_HZ else soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="float32")
    )
    parts: list[Samples] = []
    frames = 0
    while len(block := file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)):
        frames += len(block)
        if frames > MAX_DURATION_S * rate_hz:
            raise AudioFileError(
                "audio.too_long",
                f"{name} is longer than {MAX_DURATION_S // 3600} hours",
                "Cut it into single answers",
            )
        mono = block.mean(axis=1, dtype=np.float32)
        parts.append(mono if resample is None else resample.resample_chunk(mono))
    if resample is not None and frames:
        parts.append(resample.resample_chunk(np.zeros(0, np.float32), last=True))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _refuse_if_it_breaks_off(file: soundfile.SoundFile, read_s: float, name: str) -> None:
    """Raise when the header announces clearly more sound than was there."""
    announced_s = 0.0
    if 0 < file.frames < MAX_DURATION_S * file.samplerate:
        announced_s = file.frames / file.samplerate
    if size := _DATA_SIZE.search(file.extra_info):
        announced, present = int(size[1]), int(size[2])
        if present and announced < _UNFINISHED_HEADER_BYTES:
            announced_s = read_s * announced / present
    if announced_s > read_s + _BREAKS_OFF_S:
        raise AudioFileError(
            "audio.breaks_off",
            f"{name} breaks off: {read_s:.1f} of {announced_s:.1f} seconds are there",
            "Copy or export it again",
        )
