"""The rig must be right before anything that it measures can be."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicecoach.bench.soundcard import (
    RATE_HZ,
    Conversation,
    Pcm,
    Reply,
    SoundCard,
    Spell,
    converse,
    missing,
    reply_to,
    spells,
)


def recording(*stretches: tuple[float, int]) -> Pcm:
    """Return sound made of stretches of (seconds, amplitude)."""
    return np.concatenate([np.full(round(s * RATE_HZ), a, np.int16) for s, a in stretches])


def test_spells_are_found_and_short_pauses_belong_to_them() -> None:
    sound = recording((1.0, 0), (0.5, 5_000), (0.2, 0), (0.5, 5_000), (0.5, 0), (0.3, 5_000))
    found = spells(sound)
    assert [(s.start_s, s.end_s) for s in found] == [
        pytest.approx((1.0, 2.2)),
        pytest.approx((2.7, 3.0)),
    ]


def test_noise_below_the_floor_is_silence() -> None:
    assert spells(recording((1.0, 150))) == ()
    assert spells(np.zeros(0, np.int16)) == ()


ANSWER = Spell(10.0, 20.0)


def test_a_reply_is_timed_from_the_end_of_the_answer() -> None:
    speech = [Spell(5.0, 9.0), Spell(20.25, 24.0)]
    assert reply_to(ANSWER, speech) == Reply(ANSWER, 0.25, 0.25, cut_in=False, overlaps=0)


def test_an_acknowledgement_fills_the_gap_but_does_not_take_the_floor() -> None:
    speech = [Spell(20.25, 20.5), Spell(21.0, 24.0)]
    assert reply_to(ANSWER, speech) == Reply(ANSWER, 0.25, 1.0, cut_in=False, overlaps=0)


def test_speaking_into_the_answer_is_a_cut_in() -> None:
    speech = [Spell(15.0, 18.0), Spell(20.5, 24.0)]
    assert reply_to(ANSWER, speech) == Reply(ANSWER, None, None, cut_in=True, overlaps=0)


def test_an_acknowledgement_within_the_answer_is_an_overlap() -> None:
    speech = [Spell(15.0, 15.3), Spell(20.5, 24.0)]
    assert reply_to(ANSWER, speech) == Reply(ANSWER, 0.5, 0.5, cut_in=False, overlaps=1)


def test_silence_is_no_reply() -> None:
    assert reply_to(ANSWER, [Spell(31.0, 32.0)], until_s=30.0).gap_s is None


# --- with a real daemon ---------------------------------------------------------------------------

PARTNER = """
    import sys, time
    import numpy as np
    from voicecoach.audio.format import Clip, level_dbfs
    from voicecoach.audio.loudspeaker import DeviceLoudspeaker
    from voicecoach.audio.microphone import DeviceMicrophone
    from voicecoach.clock import SystemClock

    class Quiet:
        def started(self, utterance_id, at_s): pass
        def finished(self, utterance_id, at_s, cut): pass
        def failed(self, code, message): print(code, message)

    delay_s, rude = float(sys.argv[1]), sys.argv[2:] == ["rude"]
    beep = Clip((0.3 * np.cos(np.arange(22_050) * 0.1)).astype(np.float32), 22_050)
    clock, chunks = SystemClock(), []
    speaker, microphone = DeviceLoudspeaker(clock), DeviceMicrophone(clock)
    speaker.start(Quiet())
    microphone.start(chunks.append, print)
    speaker.play("question", beep)
    for answer in range(2):
        heard_s = None
        while heard_s is None or clock.now() < heard_s + delay_s:
            time.sleep(0.002)
            while chunks:
                chunk = chunks.pop(0)
                if level_dbfs(chunk.samples) > -30:
                    if rude and heard_s is None:
                        speaker.play("rude", beep)
                    heard_s = chunk.end_s
        speaker.play("reply", beep)
    time.sleep(1.3)
    speaker.stop()
    microphone.stop()
    print("goodbye")
    sys.exit(7)
"""


@pytest.fixture(scope="module")
def card() -> Iterator[SoundCard]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    with SoundCard() as card:
        yield card


def talk(card: SoundCard, folder: Path, *arguments: str) -> Conversation:
    """Let the partner converse about two answers of one second."""
    program = folder / "partner.py"
    program.write_text(textwrap.dedent(PARTNER))
    answer = folder / "answer.wav"
    soundfile.write(answer, 0.3 * np.cos(np.arange(16_000) * 0.1), 16_000)
    command = [sys.executable, str(program), *arguments]
    return converse(card, command, [answer, answer], settle_s=0.5, limit_s=30, tail_s=5)


@pytest.mark.sound
@pytest.mark.realtime
def test_a_program_converses_through_the_card(card: SoundCard, tmp_path: Path) -> None:
    conversation = talk(card, tmp_path, "0.3")
    assert conversation.exit_status == 7, conversation.output
    assert conversation.output == "goodbye\n"
    assert [s.length_s for s in conversation.speech] == pytest.approx([1.0] * 3, abs=0.03)
    assert conversation.cut_ins == 0
    # It replies 0.3 s after the sound's end as the microphone tells it, plus the way out.
    for gap_s in conversation.gaps:
        assert gap_s == pytest.approx(0.34, abs=0.06)


@pytest.mark.sound
@pytest.mark.realtime
def test_a_rude_program_is_found_out(card: SoundCard, tmp_path: Path) -> None:
    conversation = talk(card, tmp_path, "0.3", "rude")
    assert conversation.cut_ins == 2
    assert conversation.gaps == (None, None)


@pytest.mark.sound
@pytest.mark.realtime
def test_a_program_that_says_nothing_is_ended(card: SoundCard) -> None:
    conversation = converse(
        card, [sys.executable, "-c", "import time; time.sleep(60)"], [], tail_s=1
    )
    assert conversation.exit_status is None
    assert conversation.speech == ()
    assert conversation.replies == ()
