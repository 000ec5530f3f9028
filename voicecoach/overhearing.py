"""What is heard while the coach has the floor: interruption, "mm-hm", or the coach itself? Pure.

Owns: when the coach falls silent because the candidate speaks, and what of it begins the turn.
Must not touch: clocks, devices, models. Time comes with the events and as an argument.

To stop at every sound would make the coach stutter; not to stop makes it deaf. So it takes words:

=============  ===================================================================================
reason         the evidence
=============  ===================================================================================
``command``    an utterance of its own that is a command, such as "stop" or "repeat that"
``words``      two words that are neither the coach's own nor a sign of listening; one, if the
               voice goes on
``voice``      voice for longer than a cough or a "mm-hm" takes, whatever the words
=============  ===================================================================================

Voice that was there when the coach began is no interruption: it is what the coach has interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from voicecoach.events import (
    HESITATIONS,
    Event,
    PartialTranscript,
    SegmentTranscribed,
    VoiceStarted,
    VoiceStopped,
)
from voicecoach.word_sets import word_set

VOICE_S = 1.2
"""Voice of this length, small gaps counted, is somebody speaking. A cough is over in half a second;
"mm-hm, mm-hm" takes a second."""

GAP_S = 0.3
"""Silence that may lie within it."""

WORDS = 2
"""So many words of one's own are speech: recognisers make one out of a cough."""

WORDS_VOICE_S = 0.25
"""And so much voice, for words are not made of less."""

WORD_VOICE_S = 0.5
"""One word will do where there is so much voice: by now a cough is over."""

ECHO_WORDS_VOICE_S = 0.8
"""Through the coach's own voice, what recognisers make of a cough has several words: there so much
voice is wanted, and in words that are final so much confidence. Measured on 48 interruptions and 84
coughs and hums: the words of the ones were heard with 0.95, those of the others with 0.5."""

SURE = 0.75

LISTENING_WORDS = word_set(
    """ah aha all good got great hey him hm hmm huh i it m me mhm mm mmm nice no oh ok okay one
    right see sure thanks the um uh well wow yeah yep yes you"""
)
"""Words with which people show that they listen, or which recognisers make of a hum or a cough."""

ALIKE = 80.0
"""How alike (0 to 100) a word must be to one of the coach's to be taken for it."""

WINDOW_S = (1.5, 0.5)
"""The coach's words that may be heard in a stretch of sound: said so long before it and after it,
for nobody speaks at an even pace."""

KEPT_S = 1.0
"""What was said this shortly before the coach had finished begins the answer."""


@dataclass(frozen=True, slots=True)
class _Said:
    """An utterance of the coach's, with its place in time."""

    words: tuple[str, ...]
    start_s: float
    end_s: float

    def between(self, start_s: float, end_s: float) -> Iterator[str]:
        """Its words that may be heard between two moments; letters take equal time."""
        letters = sum(len(word) + 1 for word in self.words)
        at_s, pace_s = self.start_s, (self.end_s - self.start_s) / max(1, letters)
        for word in self.words:
            word_end_s = at_s + (len(word) + 1) * pace_s
            if word_end_s >= start_s and at_s <= end_s:
                yield word
            at_s = word_end_s


class Overhearing:
    """Follows what is heard while the coach has the floor.

    Args:
        is_command: whether a whole utterance is a command.
        echoes: whether the microphone hears the coach, too.
    """

    def __init__(self, is_command: Callable[[str], bool], echoes: bool) -> None:
        self._is_command = is_command
        self._echoes = echoes
        self.begin(voiced=False)

    def begin(self, *, voiced: bool) -> None:
        """The coach takes the floor, perhaps from somebody who is still speaking."""
        self.stale = voiced
        self._said: list[_Said] = []
        self._heard: list[Event] = []
        self._started_s: float | None = None  # of the voice that is going on
        self._stopped_s = 0.0
        self._since_s = 0.0  # start of voice without gaps to speak of
        self._caption = ""
        self._command = False
        self._counts = False

    def says(self, text: str, start_s: float, duration_s: float) -> None:
        """The coach begins to say this."""
        self._said.append(_Said(_bare(text), start_s, start_s + duration_s))

    def hear(self, event: Event) -> None:
        """Take what was heard."""
        if isinstance(event, VoiceStarted):
            self.stale = False
            if event.speech_start_s - self._stopped_s > GAP_S or not self._since_s:
                self._since_s = event.speech_start_s
            self._started_s = event.speech_start_s
        elif isinstance(event, VoiceStopped):
            self._stopped_s, self._started_s = event.speech_end_s, None
            self.stale = False
        elif isinstance(event, PartialTranscript):
            self._caption = event.text
            return
        elif isinstance(event, SegmentTranscribed):
            self._caption = ""
            if self.stale:
                return
            if self._is_sure(event) and not self._is_echo(event):
                own = self._own_words(event.text, *_span(event))
                voiced_s = max(self._stopped_s, self._started_s or 0.0) - self._since_s
                enough = not self._echoes or voiced_s >= ECHO_WORDS_VOICE_S
                self._counts = self._counts or (enough and len(own) >= WORDS)
                self._command = self._command or self._is_command(event.text)
        self._heard.append(event)

    def reason(self, at_s: float) -> str:
        """Return why the coach should stop, '' if it need not."""
        if self._command:
            return "command"
        if self.stale:
            return ""
        if self._counts:
            return "words"
        if self._started_s is None:
            return ""
        voiced_s = at_s - self._since_s
        if voiced_s >= VOICE_S:
            return "voice"
        if voiced_s < (ECHO_WORDS_VOICE_S if self._echoes else WORDS_VOICE_S) or not self._caption:
            return ""
        wanted = WORDS if self._echoes or voiced_s < WORD_VOICE_S else 1
        own = self._own_words(self._caption, self._started_s, at_s)
        return "words" if len(own) >= wanted else ""

    def beginning(self, at_s: float, *, interrupted: bool) -> tuple[Event, ...]:
        """Return what was heard that belongs to the turn beginning at `at_s`, in order.

        Voice that goes on belongs to it, and what was said just now; all of an interruption does.
        """
        since_s = self._since_s if interrupted else at_s - KEPT_S
        kept: list[Event] = []
        spells: list[Event] = []  # whose words are not known yet
        for event in self._heard:
            if isinstance(event, SegmentTranscribed):
                if event.words and not self._is_echo(event) and _span(event)[1] >= since_s:
                    kept += [*spells, event]
                spells = []
            elif isinstance(event, VoiceStopped) and event.speech_end_s < since_s:
                spells = []
            else:
                spells.append(event)
        return (*kept, *spells)

    def _own_words(self, text: str, start_s: float, end_s: float) -> Sequence[str]:
        """Return the words that neither the coach says nor somebody who only listens."""
        words = [w for w in _bare(text) if w not in LISTENING_WORDS and w not in HESITATIONS]
        if not self._echoes or not words:
            return words
        said = self._around(start_s, end_s)
        if said and fuzz.partial_ratio(" ".join(_bare(text)), " ".join(said)) >= ALIKE:
            return ()
        return [w for w in words if all(fuzz.ratio(w, s) < ALIKE for s in said)]

    def _is_sure(self, segment: SegmentTranscribed) -> bool:
        """Whether its words are what was said, as far as the recogniser knows."""
        confidence = sum(word.confidence for word in segment.words)
        return not self._echoes or confidence >= SURE * len(segment.words)

    def _is_echo(self, segment: SegmentTranscribed) -> bool:
        """Whether most of its words are what the coach says at that time."""
        if not self._echoes:
            return False
        said, words = self._around(*_span(segment)), _bare(segment.text)
        echoed = sum(any(fuzz.ratio(w, s) >= ALIKE for s in said) for w in words)
        return echoed >= 0.6 * len(words)

    def _around(self, start_s: float, end_s: float) -> list[str]:
        before_s, after_s = WINDOW_S
        return [w for s in self._said for w in s.between(start_s - before_s, end_s + after_s)]


def _span(segment: SegmentTranscribed) -> tuple[float, float]:
    """Return from when to when words were heard."""
    words = segment.words
    return (words[0].start_s, words[-1].end_s) if words else (0.0, 0.0)


def _bare(text: str) -> tuple[str, ...]:
    letters = "".join(c for c in text.lower().replace("’", "'") if c.isalnum() or c in " '-")
    return tuple(letters.replace("-", " ").split())
