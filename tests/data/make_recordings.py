"""Make the recorded candidates: synthesised speech with thinking pauses and the tone of a room.

Run ``python tests/data/make_recordings.py [NAME ...]`` after a change of ``answers.yaml``. It
writes the recordings and ``recordings.yaml``, which says of each what is spoken and when; with
names it makes only those anew. It needs flite and espeak-ng, both from Debian; the same versions
make the same files, to the byte. Nobody was recorded for this: every file is synthesised speech.

A sentence is synthesised whole, so that its melody survives, and its pauses are stretched
afterwards: ``[0.9]`` in a text asks for 0.9 seconds of silence there. Inside a sentence a mark is
spoken as a comma, whose short silence is then found and lengthened.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import yaml
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
RATE_HZ = 16_000
HOP = RATE_HZ // 100
LEAD_S, TAIL_S = 0.25, 0.4
BREATH_S = (0.35, 0.6)
"""Between sentences where the text asks for no pause: drawn from this range."""
SPEECH_DBFS = -23.0
SILENT_DB = 42.0
"""A 10 ms hop this far below the loudest one is silent."""
NOTED_PAUSE_S = 0.3
MOST_BYTES = 17_000_000

Sound = NDArray[np.float64]
PAUSE = re.compile(r"\[(\d+(?:\.\d+)?)\]")


@dataclass(frozen=True)
class Piece:
    """A sentence, with the pauses asked for inside it and after it, in seconds.

    Attributes:
        spoken: with punctuation, pause marks spoken as commas.
        inside: one entry for each comma, colon or semicolon: the pause asked for, or None.
        after_s: the pause asked for behind the sentence, or None.
    """

    spoken: str
    inside: tuple[float | None, ...]
    after_s: float | None


def pieces(text: str) -> list[Piece]:
    """Split a marked text into sentences."""
    result = []
    sentences = re.findall(r".+?[.?!](?:\s*\[[\d.]+\])?(?=\s|$)", " ".join(text.split()))
    for sentence in map(str.strip, sentences):
        after = re.search(r"[.?!]\s*\[([\d.]+)\]$", sentence)
        body = sentence[: after.start() + 1] if after else sentence
        body = re.sub(r"[,;:]?\s*\[([\d.]+)\]", r"<\1>", body)
        marks = re.findall(r"<[\d.]+>|[,;:]", body)
        result.append(
            Piece(
                spoken=re.sub(r"<[\d.]+>", ",", body),
                inside=tuple(float(m[1:-1]) if m[0] == "<" else None for m in marks),
                after_s=float(after[1]) if after else None,
            )
        )
    return result


def plain(text: str) -> str:
    """The text without pause marks."""
    return " ".join(PAUSE.sub("", text).split()).replace(" ,", ",").replace(" .", ".")


def synthesise(text: str, voice: dict[str, Any]) -> Sound:
    """Return a sentence at 16 kHz, −1 to 1."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sentence.wav"
        if voice["engine"] == "flite":
            command = ["flite", "-voice", voice["name"], "-o", str(path)]
            for key, value in voice.get("features", {}).items():
                command += ["--setf", f"{key}={value}"]
            command += ["-t", text]
        else:
            rate, pitch = str(voice.get("rate", 165)), str(voice.get("pitch", 50))
            command = ["espeak-ng", "-v", voice["name"], "-s", rate, "-p", pitch]
            command += ["-w", str(path), text]
        subprocess.run(command, check=True, capture_output=True)
        samples, rate_hz = soundfile.read(path)
    return np.asarray(soxr.resample(samples, rate_hz, RATE_HZ), dtype=np.float64)


def silent_runs(sound: Sound) -> list[tuple[int, int]]:
    """Stretches of silence, in samples, whole hops."""
    hops = sound[: len(sound) // HOP * HOP].reshape(-1, HOP)
    level = 10 * np.log10(np.mean(hops**2, axis=1) + 1e-12)
    quiet = np.concatenate([[False], level < level.max() - SILENT_DB, [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(int)))
    return [(int(a) * HOP, int(b) * HOP) for a, b in edges.reshape(-1, 2)]


def trim(sound: Sound) -> Sound:
    """Drop silence before and after."""
    runs = silent_runs(sound)
    start = runs[0][1] if runs and runs[0][0] == 0 else 0
    whole = len(sound) // HOP * HOP
    end = runs[-1][0] if runs and runs[-1][1] == whole else len(sound)
    return fade(sound[start:end])


def fade(sound: Sound) -> Sound:
    """Soften both edges by 5 ms, so that a join does not click."""
    ramp = np.linspace(0, 1, RATE_HZ // 200)
    sound = sound.copy()
    sound[: len(ramp)] *= ramp
    sound[-len(ramp) :] *= ramp[::-1]
    return sound


def speak(piece: Piece, voice: dict[str, Any]) -> Sound:
    """Return the sentence with its inner pauses stretched as asked."""
    sound = trim(synthesise(piece.spoken, voice))
    if not any(piece.inside):
        return sound
    gaps = sorted(silent_runs(sound), key=lambda run: run[0] - run[1])[: len(piece.inside)]
    if len(gaps) < len(piece.inside) or any(b - a < 4 * HOP for a, b in gaps):
        raise SystemExit(f"no silence to stretch at some comma of: {piece.spoken}")
    parts, at = [], 0
    for (start, end), asked_s in zip(sorted(gaps), piece.inside, strict=True):
        if asked_s is None:
            continue
        parts += [fade(sound[at:start]), np.zeros(int(asked_s * RATE_HZ))]
        at = end
    return np.concatenate([*parts, fade(sound[at:])])


def room_tone(samples: int, level_dbfs: float, rng: np.random.Generator) -> Sound:
    """Noise that falls by about 3 dB an octave, as a quiet room's does."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    hz = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 60.0)), samples)
    return np.asarray(noise * 10 ** (level_dbfs / 20) / np.sqrt(np.mean(noise**2)))


def record(entry: dict[str, Any], voices: dict[str, Any]) -> tuple[Sound, dict[str, Any]]:
    """Return the sound of an entry and what is to be noted about it."""
    rng = np.random.default_rng(zlib.crc32(entry["file"].encode()))
    noise_dbfs = SPEECH_DBFS - float(rng.uniform(30, 35))
    if entry["kind"] == "noise":
        sound = room_tone(int(entry["seconds"] * RATE_HZ), noise_dbfs, rng)
        return sound, {"text": "", "speech_start_s": None, "speech_end_s": None, "pauses": []}
    parts: list[Sound] = []
    for piece in pieces(entry["text"]):
        pause_s = piece.after_s if piece.after_s is not None else float(rng.uniform(*BREATH_S))
        parts += [speak(piece, voices[entry["voice"]]), np.zeros(int(pause_s * RATE_HZ))]
    speech = np.concatenate(parts[:-1])
    voiced = np.concatenate(parts[::2])
    speech *= 10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(voiced**2))
    speech *= min(1.0, 0.9 / float(np.abs(speech).max()))
    pauses = [
        [round(LEAD_S + a / RATE_HZ, 2), round(LEAD_S + b / RATE_HZ, 2)]
        for a, b in silent_runs(speech)
        if b - a >= NOTED_PAUSE_S * RATE_HZ
    ]
    end_s = round(LEAD_S + len(speech) / RATE_HZ, 2)
    lead, tail = np.zeros(int(LEAD_S * RATE_HZ)), np.zeros(int(TAIL_S * RATE_HZ))
    sound = np.concatenate([lead, speech, tail])
    notes = {
        "text": plain(entry["text"]),
        "speech_start_s": LEAD_S,
        "speech_end_s": end_s,
        "pauses": pauses,
    }
    return sound + room_tone(len(sound), noise_dbfs, rng), notes


def main(names: list[str]) -> None:
    """Make the recordings that are named, or all, and write what is in them."""
    answers = yaml.safe_load((FOLDER / "answers.yaml").read_text(encoding="utf-8"))
    notes_path = FOLDER / "recordings.yaml"
    known: dict[str, Any] = {}
    if names and notes_path.exists():
        notes = yaml.safe_load(notes_path.read_text(encoding="utf-8"))
        known = {e["file"]: e for e in notes["recordings"]}
    documents = []
    for entry in answers["recordings"]:
        if names and entry["file"] in known and Path(entry["file"]).stem not in names:
            documents.append(known[entry["file"]])
            continue
        sound, notes = record(entry, answers["voices"])
        path = FOLDER / entry["file"]
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, sound, RATE_HZ, subtype="PCM_16")
        kept = {k: v for k, v in entry.items() if k not in ("text", "seconds")}
        documents.append({**kept, "duration_s": round(len(sound) / RATE_HZ, 2), **notes})
        print(f"{entry['file']}  {len(sound) / RATE_HZ:.1f} s", flush=True)
    header = (
        "# Written by make_recordings.py from answers.yaml: do not edit.\n"
        "# All of it is synthesised speech; pauses are [start, end] in seconds.\n"
    )
    body = yaml.safe_dump(
        {"label": "synthesised speech", "recordings": documents},
        sort_keys=False,
        default_flow_style=None,
        width=100,
        allow_unicode=True,
    )
    notes_path.write_text(header + body, encoding="utf-8")
    size = sum((FOLDER / e["file"]).stat().st_size for e in documents)
    print(f"{len(documents)} recordings, {size / 1e6:.2f} MB")
    if size > MOST_BYTES:
        raise SystemExit(f"that is more than {MOST_BYTES / 1e6:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
