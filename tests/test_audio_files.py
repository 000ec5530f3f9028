"""Any recording is read into the one format; every bad one gives one clear line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach.audio.files import read_audio
from voicecoach.audio.format import RATE_HZ, Samples
from voicecoach.errors import AudioFileError


def tone(rate_hz: int, seconds: float = 1.0, hz: float = 440.0) -> Samples:
    """A sine at half of full scale."""
    at_s = np.arange(int(rate_hz * seconds)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * hz * at_s)).astype(np.float32)


def strongest_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum)) * RATE_HZ / len(samples)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [
        ("wav", "PCM_U8"),
        ("wav", "PCM_16"),
        ("wav", "PCM_24"),
        ("wav", "PCM_32"),
        ("wav", "FLOAT"),
        ("wav", "DOUBLE"),
        ("wav", "ULAW"),
        ("flac", "PCM_16"),
        ("flac", "PCM_24"),
        ("aiff", "PCM_16"),
        ("ogg", "VORBIS"),
    ],
)
def test_every_rate_and_format_becomes_16_khz_mono(
    tmp_path: Path, rate_hz: int, suffix: str, subtype: str
) -> None:
    path = tmp_path / f"tone.{suffix}"
    soundfile.write(path, tone(rate_hz), rate_hz, subtype=subtype)

    clip = read_audio(path)

    assert clip.rate_hz == RATE_HZ
    assert clip.samples.dtype == np.float32
    assert clip.samples.ndim == 1
    assert clip.duration_s == pytest.approx(1.0, abs=0.01)
    assert strongest_hz(clip.samples) == pytest.approx(440, abs=2)
    middle = clip.samples[4000:12000]
    assert float(np.sqrt(np.mean(middle**2))) == pytest.approx(0.5 / np.sqrt(2), rel=0.03)


@pytest.mark.parametrize("channels", [2, 6])
def test_channels_are_averaged(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "many.wav"
    levels = np.arange(1, channels + 1) / (2 * channels)
    soundfile.write(path, np.outer(np.ones(1600), levels), RATE_HZ)

    assert read_audio(path).samples == pytest.approx(levels.mean(), abs=1e-3)


def test_a_file_louder_than_full_scale_is_made_quieter_not_clipped(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, 8 * tone(RATE_HZ), RATE_HZ, subtype="FLOAT")

    samples = read_audio(path).samples

    assert float(np.max(np.abs(samples))) == pytest.approx(1.0)
    assert float(np.sqrt(np.mean(samples**2))) == pytest.approx(1 / np.sqrt(2), rel=0.01)


def test_the_content_counts_not_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "flac-inside.wav"
    soundfile.write(path, tone(RATE_HZ), RATE_HZ, format="FLAC")

    assert read_audio(path).duration_s == pytest.approx(1.0)


class FakeStdin:
    """Standard input as far as a reader of bytes goes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def wav_bytes(seconds: float = 1.0) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone(RATE_HZ, seconds), RATE_HZ, format="WAV")
    return file.getvalue()


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", FakeStdin(wav_bytes()))

    assert read_audio("-").duration_s == pytest.approx(1.0)


@pytest.mark.parametrize("size", [0x7FFF_F000, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_header_left_unfinished_by_a_pipe_is_forgiven(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    data = bytearray(wav_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = size.to_bytes(4, "little")
    data[4:8] = size.to_bytes(4, "little")
    monkeypatch.setattr(sys, "stdin", FakeStdin(bytes(data)))

    assert read_audio("-").duration_s == pytest.approx(1.0, abs=0.01)


def bad_file(folder: Path, kind: str) -> Path:
    """Make a file that cannot be used."""
    path = folder / f"{kind}.wav"
    good = wav_bytes(2.0)
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("This is a letter, not a recording.\n" * 50, encoding="utf-8")
    elif kind == "truncated":
        path.write_bytes(good[: len(good) // 2])
    elif kind == "truncated-in-header":
        path.write_bytes(good[:30])
    elif kind == "truncated-flac":
        soundfile.write(path, np.random.default_rng(1).normal(0, 0.1, 32000), 16000, format="FLAC")
        path.write_bytes(path.read_bytes()[:20000])
    elif kind == "no-samples":
        soundfile.write(path, np.zeros(0), RATE_HZ)
    elif kind == "nan":
        soundfile.write(path, np.full(1600, np.nan), RATE_HZ, subtype="FLOAT")
    elif kind == "infinite":
        soundfile.write(path, np.full(1600, np.inf), RATE_HZ, subtype="FLOAT")
    elif kind == "slow-rate":
        soundfile.write(path, np.zeros(100), 10)
    elif kind == "fast-rate":
        soundfile.write(path, np.zeros(100), 2_000_000)
    elif kind == "raw":
        path = path.with_suffix(".raw")
        path.write_bytes(b"\0" * 3200)
    elif kind == "video":
        path.write_bytes(b"\0\0\0\x20ftypisom" + bytes(range(256)) * 20)
    return path


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("missing", "audio.missing"),
        ("folder", "audio.folder"),
        ("empty", "audio.empty"),
        ("text", "audio.not_audio"),
        ("truncated", "audio.breaks_off"),
        ("truncated-in-header", "audio.not_audio"),
        ("truncated-flac", "audio.not_audio"),
        ("no-samples", "audio.no_samples"),
        ("nan", "audio.not_finite"),
        ("infinite", "audio.not_finite"),
        ("slow-rate", "audio.rate"),
        ("fast-rate", "audio.rate"),
        ("raw", "audio.not_audio"),
        ("video", "audio.not_audio"),
    ],
)
def test_a_bad_file_gives_one_clear_line(tmp_path: Path, kind: str, code: str) -> None:
    path = bad_file(tmp_path, kind)

    with pytest.raises(AudioFileError) as caught:
        read_audio(path)

    assert caught.value.code == code
    assert str(path) in caught.value.message
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


def test_a_file_that_breaks_off_says_how_much_is_there(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match=r"1\.0 of 2\.0 seconds are there"):
        read_audio(bad_file(tmp_path, "truncated"))


def test_nothing_on_standard_input_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", FakeStdin(b""))

    with pytest.raises(AudioFileError, match="Nothing came on standard input"):
        read_audio("-")


def test_a_name_with_a_null_character_is_a_clear_line() -> None:
    with pytest.raises(AudioFileError, match="cannot be read"):
        read_audio("a\0b.wav")
