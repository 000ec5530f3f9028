"""Makes clean speech worse, as rooms, microphones, telephones and neighbours do.

A synthesiser is heard in no room, through no microphone, beside no one. `spoil` puts speech
somewhere: another speaker's rate and size of head, a room, noise, a microphone and a line, a codec,
a loudness. What happens to an utterance depends on the generator of random numbers alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from voicecoach.audio.format import RATE_HZ

Samples = NDArray[np.int16]
"""16 kHz mono, shape ``(n_samples,)``."""

Floats = NDArray[np.float32]

FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True)
class Chances:
    """How often each thing befalls an utterance, and how bad it gets.

    Attributes:
        speed: share that is played faster or slower, pitch and formants with it.
        tempo: share whose tempo alone is changed.
        room: share that is heard in a room.
        noise: share with noise.
        microphone: share through a microphone that colours.
        narrow: share through something that cuts bands off, such as a telephone.
        codec: share that is coded and decoded.
        overdriven: share that is clipped.
        snr_db: lowest and highest ratio of speech to noise.
        speeds: slowest and fastest.
        tempos: slowest and fastest.
        reverberation_s: shortest and longest time in which a room's sound decays by 60 dB.
        level_db: lowest and highest loudness of the result beside full scale.
    """

    speed: float = 0.6
    tempo: float = 0.2
    room: float = 0.5
    noise: float = 0.65
    microphone: float = 0.6
    narrow: float = 0.3
    codec: float = 0.15
    overdriven: float = 0.06
    snr_db: tuple[float, float] = (5.0, 30.0)
    speeds: tuple[float, float] = (0.85, 1.18)
    tempos: tuple[float, float] = (0.88, 1.12)
    reverberation_s: tuple[float, float] = (0.1, 0.7)
    level_db: tuple[float, float] = (-42.0, -14.0)


USUAL = Chances()


def spoil(
    samples: Samples,
    rng: np.random.Generator,
    chances: Chances = USUAL,
    others: Sequence[Samples] = (),
) -> Samples:
    """Return the speech as it might have been recorded.

    Args:
        samples: 16 kHz mono, int16; any loudness.
        rng: decides what happens.
        chances: how often and how badly.
        others: utterances of other people, for babble; without them it is made of the speech.

    Returns:
        16 kHz mono, int16; longer or shorter where speed or tempo changed.
    """
    if len(samples) < RATE_HZ // 20:
        return np.array(samples)
    speech = samples.astype(np.float32) / np.float32(FULL_SCALE)
    if rng.random() < chances.speed:
        speech = at_speed(speech, rng.uniform(*chances.speeds))
    if rng.random() < chances.tempo:
        speech = at_tempo(speech, rng.uniform(*chances.tempos))
    speech = _placed(speech, rng, chances, others)
    if rng.random() < chances.codec:
        speech = coded(speech, str(rng.choice(list(_CODECS), p=_CODEC_SHARES)))
    return _recorded(speech, rng, chances)


def _placed(
    speech: Floats, rng: np.random.Generator, chances: Chances, others: Sequence[Samples]
) -> Floats:
    """In a room, with noise, through a microphone: all linear, so done in one transform."""
    loudness = _loudness(speech)
    reverberated = rng.random() < chances.room
    response = room(rng, rng.uniform(*chances.reverberation_s)) if reverberated else None
    size = scipy.fft.next_fast_len(len(speech) + (0 if response is None else len(response)), True)
    spectrum = scipy.fft.rfft(speech, size)
    if response is not None:
        spectrum *= scipy.fft.rfft(response, size)
    if rng.random() < chances.noise:
        snr_db = rng.uniform(*chances.snr_db)
        sound = noise(rng, speech, others)
        sound *= np.float32(loudness * 10 ** (-snr_db / 20) / (_power(sound) ** 0.5 + 1e-9))
        spectrum += scipy.fft.rfft(sound, size)
    curve_db = np.zeros(len(_CURVE_HZ))
    if rng.random() < chances.microphone:
        curve_db += _microphone_db(rng)
    if rng.random() < chances.narrow:
        curve_db += _narrow_db(rng)
    if curve_db.any():
        hz = np.linspace(0, RATE_HZ / 2, len(spectrum), dtype=np.float32)
        spectrum *= np.interp(hz, _CURVE_HZ, 10 ** (curve_db / 20)).astype(np.float32)
    placed: Floats = scipy.fft.irfft(spectrum, size)[: len(speech)]
    return placed


def _recorded(speech: Floats, rng: np.random.Generator, chances: Chances) -> Samples:
    """At some loudness, which may be too much, and in whole numbers."""
    level = 10 ** (rng.uniform(*chances.level_db) / 20)
    gain = level / (_loudness(speech) + 1e-6)
    peak = float(np.abs(speech).max()) + 1e-6
    if rng.random() < chances.overdriven:
        gain = 10 ** (rng.uniform(1, 12) / 20) / peak
    else:
        gain = min(gain, 0.99 / peak)
    scaled = np.clip(speech * np.float32(gain * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    recorded: Samples = np.rint(scaled).astype(np.int16)
    return recorded


def _power(samples: Floats) -> float:
    return float(np.dot(samples, samples)) / max(1, len(samples))


def _loudness(speech: Floats, block: int = 400) -> float:
    """Root mean square of the louder half of the blocks (25 ms): that of speech, not of pauses."""
    blocks = speech[: len(speech) // block * block].reshape(-1, block)
    powers = np.einsum("ij,ij->i", blocks, blocks) / block
    powers.sort()
    return float(np.sqrt(powers[len(powers) // 2 :].mean()))


# --- speaker ---


def at_speed(speech: Floats, factor: float) -> Floats:
    """Speech as of a head `factor` times smaller: faster, higher, formants and all."""
    import soxr

    resampled: Floats = soxr.resample(speech, RATE_HZ * factor, RATE_HZ, quality="MQ")
    return resampled


def at_tempo(speech: Floats, factor: float) -> Floats:
    """Speech `factor` times as fast, its pitch as it was.

    WSOLA (Verhelst and Roelands, 1993): frames are laid one over the other where they fit best.
    """
    frame, reach, step = 512, 128, 4
    hop = frame // 2
    count = int(len(speech) / factor) // hop
    padded = np.pad(speech, (reach, frame + 2 * reach))
    out = np.zeros((count + 2) * hop, np.float32)
    window = np.hanning(frame + 1)[:frame].astype(np.float32)
    thin = padded[::step]
    at = 0
    for number in range(count):
        if number:
            target = min(int(number * hop * factor), len(speech))  # start of the search, as padded
            follow = (at + hop) // step
            region = thin[target // step : (target + 2 * reach + frame) // step]
            scores = np.correlate(region, thin[follow : follow + frame // step], "valid")
            at = target // step * step + int(scores.argmax()) * step
        piece = padded[at : at + frame]
        out[number * hop : number * hop + len(piece)] += window[: len(piece)] * piece
    return out[: count * hop]


# --- surroundings ---


def room(rng: np.random.Generator, reverberation_s: float) -> Floats:
    """The response of a room: the direct sound, then reflections that decay, high ones sooner.

    After J. A. Moorer, "About this reverberation business" (1979): late reverberation is much like
    noise that decays.
    """
    count = int(reverberation_s * RATE_HZ)
    times = np.arange(count, dtype=np.float32) / np.float32(RATE_HZ)
    high = rng.standard_normal(count, dtype=np.float32)
    low = high.copy()
    low[1:] += high[:-1]  # a zero at 8 kHz
    decay = np.float32(6.9 / reverberation_s)  # 60 dB
    tail = low * np.exp(-decay * times) + high * np.exp(-decay * np.float32(2) * times)
    tail[: int(rng.uniform(0.001, 0.008) * RATE_HZ)] = 0
    for _ in range(rng.integers(2, 8)):  # early reflections
        tail[rng.integers(16, min(count, 800))] += rng.normal(0, 4)
    direct_db = rng.uniform(-3, 14)  # direct sound beside all the rest
    tail *= np.float32(10 ** (-direct_db / 20) / (np.sqrt(np.dot(tail, tail)) + 1e-9))
    tail[0] = 1
    response: Floats = tail
    return response


def noise(rng: np.random.Generator, speech: Floats, others: Sequence[Samples] = ()) -> Floats:
    """Noise as long as the speech, of one kind or of two, at no particular loudness."""
    makers: tuple[Callable[[], Floats], ...] = (
        lambda: _coloured(rng, len(speech)),
        lambda: _babble(rng, speech, others),
        lambda: _hum(rng, len(speech)),
        lambda: _keyboard(rng, len(speech)),
    )
    weights = np.array([0.5, 0.25, 0.1, 0.15])
    sound = makers[rng.choice(len(makers), p=weights)]()
    sound /= np.float32(_power(sound) ** 0.5 + 1e-9)
    if rng.random() < 0.4:
        more = _coloured(rng, len(speech))
        sound += more * np.float32(rng.uniform(0.1, 0.7) / (_power(more) ** 0.5 + 1e-9))
    return sound


def _coloured(rng: np.random.Generator, count: int) -> Floats:
    """Noise from white to brown, sometimes with a resonance, sometimes rising and falling."""
    size = scipy.fft.next_fast_len(count, True)
    half = size // 2 + 1
    spectrum = rng.standard_normal(2 * half, dtype=np.float32).view(np.complex64)
    hz = np.linspace(0, RATE_HZ / 2, half, dtype=np.float32)
    slope = np.float32(rng.choice([0.0, 0.5, 1.0, rng.uniform(0, 1.2)]))
    grid = np.maximum(_CURVE_HZ, 40.0)
    shape = grid**-slope
    if rng.random() < 0.4:
        shape *= 1 + rng.uniform(1, 8) * np.exp(
            -((np.log(grid / rng.uniform(100, 5000)) / rng.uniform(0.1, 0.5)) ** 2)
        )
    spectrum *= np.interp(hz, _CURVE_HZ, shape).astype(np.float32)
    sound: Floats = scipy.fft.irfft(spectrum, size)[:count]
    if rng.random() < 0.4:
        sound *= _swell(rng, count)
    return sound


def _swell(rng: np.random.Generator, count: int) -> Floats:
    """Loudness that drifts by some decibels, twice a second or slower."""
    knots = max(2, int(count / RATE_HZ * rng.uniform(0.5, 2.5)) + 2)
    drift_db = rng.normal(0, rng.uniform(1, 7), knots)
    at = np.linspace(0, knots - 1, count, dtype=np.float32)
    swell: Floats = np.interp(at, np.arange(knots), 10 ** (drift_db / 20)).astype(np.float32)
    return swell


def _babble(rng: np.random.Generator, speech: Floats, others: Sequence[Samples]) -> Floats:
    """A few people talking at once; of the speech itself, backwards, where there are no others."""
    sound = np.zeros(len(speech), np.float32)
    for _ in range(rng.integers(2, 6)):
        if others:
            voice = others[int(rng.integers(len(others)))].astype(np.float32) / np.float32(
                FULL_SCALE
            )
        else:
            voice = speech[::-1]
        voice = _coarsely_resampled(voice, rng.uniform(0.8, 1.25))
        voice = np.resize(voice, len(speech))
        sound += np.roll(voice, int(rng.integers(len(speech)))) * np.float32(rng.uniform(0.3, 1))
    return sound


def _coarsely_resampled(samples: Floats, factor: float) -> Floats:
    """By the nearest lower sample and the next: good enough for what is half heard."""
    at = np.arange(0, len(samples) - 2, factor, dtype=np.float32)
    whole = at.astype(np.int32)
    part = at - whole
    first = samples[whole]
    resampled: Floats = first + part * (samples[whole + 1] - first)
    return resampled


def _hum(rng: np.random.Generator, count: int) -> Floats:
    """The mains, with harmonics, made for one period and repeated."""
    mains_hz = float(rng.choice([50.0, 60.0]))
    period = 1600 if mains_hz == 50.0 else 1600 * 50 // 60 // 4 * 4  # a few whole periods
    phase = 2 * np.pi * np.arange(period) * (round(period * mains_hz / RATE_HZ) / period)
    sound = np.zeros(period)
    for harmonic in range(1, int(rng.integers(3, 30))):
        level = rng.uniform(0.2, 1) / harmonic ** rng.uniform(0.3, 1.2)
        sound += level * np.sin(harmonic * phase + rng.uniform(0, 6.28))
    return np.resize(sound.astype(np.float32), count)


def _keyboard(rng: np.random.Generator, count: int) -> Floats:
    """Someone types: each key is heard going down and coming up."""
    sound: Floats = rng.standard_normal(count, dtype=np.float32) * np.float32(0.01)
    at_s = rng.uniform(0, 0.5)
    while (start := int(at_s * RATE_HZ)) < count:
        for delay_s, level in ((0.0, 1.0), (rng.uniform(0.05, 0.12), rng.uniform(0.2, 0.7))):
            length = int(rng.uniform(0.004, 0.03) * RATE_HZ)
            burst = rng.standard_normal(length, dtype=np.float32)
            burst *= np.exp(np.linspace(0, -5, length, dtype=np.float32))
            if rng.random() < 0.5:
                burst[1:] += burst[:-1]
            first = start + int(delay_s * RATE_HZ)
            room_left = max(0, min(length, count - first))
            sound[first : first + room_left] += burst[:room_left] * np.float32(level)
        at_s += rng.gamma(2, 0.12) + (rng.uniform(0.5, 2) if rng.random() < 0.1 else 0)
    return sound


# --- equipment ---

_CURVE_HZ = np.linspace(0, RATE_HZ / 2, 401)
_NOTHING_DB = -60.0


def _microphone_db(rng: np.random.Generator) -> NDArray[np.float64]:
    """Decibels over `_CURVE_HZ` of a microphone: a rough curve, a bass that is missing, a tilt."""
    octaves = np.log2(np.maximum(_CURVE_HZ, 30) / 30)
    knots = np.linspace(0, octaves[-1], 9)
    curve = np.interp(octaves, knots, rng.normal(0, rng.uniform(1, 5), 9))
    curve += rng.uniform(-2.5, 2) * (octaves - 5)
    if rng.random() < 0.5:
        curve += _edge_db(rng.uniform(60, 300), rng.uniform(6, 18), rising=True)
    return curve


def _narrow_db(rng: np.random.Generator) -> NDArray[np.float64]:
    """Decibels over `_CURVE_HZ` of a line that lets a band through."""
    if rng.random() < 0.4:  # telephone
        low = _edge_db(rng.uniform(200, 350), 40, rising=True)
        return low + _edge_db(rng.uniform(3200, 3800), 150, rising=False)
    return _edge_db(rng.choice([4000, rng.uniform(4500, 7800)]) - 100, 120, rising=False)


def _edge_db(hz: float, per_octave_db: float, rising: bool) -> NDArray[np.float64]:
    octaves = np.log2(np.maximum(_CURVE_HZ, 10) / hz)
    beyond = np.maximum(0, -octaves if rising else octaves)
    edge: NDArray[np.float64] = np.maximum(_NOTHING_DB, -per_octave_db * beyond)
    return edge


_CODECS = {
    "mu-law": ("WAV", "ULAW", 8000),
    "a-law": ("WAV", "ALAW", 8000),
    "gsm": ("WAV", "GSM610", 8000),
    "adpcm": ("WAV", "IMA_ADPCM", 8000),
    "opus": ("OGG", "OPUS", 16000),
    "vorbis": ("OGG", "VORBIS", 16000),
    "mp3": ("MP3", "MPEG_LAYER_III", 16000),
}
"""Format and coding in libsndfile's names, and the rate that each is used at, in hertz."""
_CODEC_SHARES = (0.2, 0.1, 0.2, 0.15, 0.03, 0.2, 0.12)  # opus takes ten times as long as others


def coded(speech: Floats, codec: str) -> Floats:
    """Speech coded, decoded, and as long as it was; untouched where libsndfile lacks the codec."""
    import soundfile
    import soxr

    container, coding, rate_hz = _CODECS[codec]
    if not soundfile.check_format(container, coding):
        return speech
    line = speech / np.float32(max(1.0, float(np.abs(speech).max())))
    if rate_hz != RATE_HZ:
        line = soxr.resample(line, RATE_HZ, rate_hz, quality="MQ")
    file = io.BytesIO()
    soundfile.write(file, line, rate_hz, format=container, subtype=coding)
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    if rate_hz != RATE_HZ:
        decoded = soxr.resample(decoded, rate_hz, RATE_HZ, quality="MQ")
    out: Floats = np.zeros(len(speech), np.float32)
    length = min(len(out), len(decoded))
    out[:length] = decoded[:length]
    return out
