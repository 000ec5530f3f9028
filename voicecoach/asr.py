"""Sound to words: the one place that knows Vosk.

Traps that this file keeps from the rest (vosk 0.3.45):

- ``Model()`` calls ``sys.exit`` on a name that it does not know and crashes the process on some
  broken folders, so only a folder that `voicecoach.models.verify_folder` has passed comes in here;
- it has no endpointer settings, so turns are ended by our own policy through `flush`;
- ``SetMaxAlternatives`` drops the confidence of words, so it stays off;
- ``AcceptWaveform`` blocks, so the runtime calls it on a worker;
- decoding moves in steps of 0.2 s, so asking for a partial result more often is work for nothing;
- among the words it returns are marks that nobody spoke, such as ``[unk]`` and ``[noise]``. They
  are dropped here, so that nobody counts, judges or quotes them. What is lost with them is that
  something was said there; the words around are no surer for it, and say so by their confidence.
  Only a recogniser of given phrases keeps `UNKNOWN`: there it is the answer "none of these".
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from voicecoach.audio.format import RATE_HZ, Samples, to_pcm16
from voicecoach.errors import ModelError
from voicecoach.events import Word

PARTIAL_STEP_S = 0.2
"""Vosk decodes in steps of this length; more frequent partial results would show nothing new."""

UNKNOWN = "[unk]"
"""What a recogniser of given phrases returns for speech that is none of them, if its model can. It
is named alike in all models that have it; the others leave it out."""


def is_spoken(word: str) -> bool:
    """Whether a recogniser's word is one, and not a mark such as ``[unk]``, ``<unk>``, ``!SIL``."""
    return word[:1].isalnum() or word[:1] == "'"


def load_model(folder: Path) -> Any:
    """Return the Vosk model in a folder that has been verified.

    Raises:
        ModelError: Vosk is not installed, or refuses the folder.
    """
    try:
        import vosk
    except (ImportError, OSError) as error:
        raise ModelError(
            "model.no_vosk",
            f"The speech recogniser Vosk cannot be loaded ({error})",
            "Install it with: pip install vosk",
        ) from error
    vosk.SetLogLevel(-2)  # Kaldi's levels: errors alone, no warnings between the captions
    try:
        return vosk.Model(str(folder))
    except (Exception, SystemExit) as error:
        raise ModelError(
            "model.refused",
            f"Vosk refuses the model in {folder}",
            "Check it with: voicecoach model verify",
        ) from error


def _grammar(model: Any, phrases: Sequence[str]) -> str:
    """Return the phrases that a model can hear, as Vosk wants them.

    Vosk itself leaves out single words that it does not know, with a warning on the terminal, and
    would hear what is left of a phrase as if it were the whole.
    """
    known = functools.cache(lambda word: model.vosk_model_find_word(word) >= 0)
    return json.dumps([p for p in phrases if all(map(known, p.split()))])


class VoskRecognizer:
    """A stream of sound to segments of words, by Vosk.

    Word times count from the first sample since `reset`. Not thread-safe: one worker owns it.

    Args:
        model: what `load_model` returned; several recognisers can share one.
        name: of the model, for the record.
        phrases: if given, only these are recognised, and `UNKNOWN` (the model must allow grammars).
        forced: take all speech for one of the phrases, without `UNKNOWN`.
    """

    def __init__(
        self,
        model: Any,
        name: str,
        phrases: Sequence[str] | None = None,
        *,
        forced: bool = False,
    ) -> None:
        import vosk

        self.name = name
        none_of_them = () if forced or phrases is None else (UNKNOWN,)
        grammar = [] if phrases is None else [_grammar(model, [*phrases, *none_of_them])]
        self._marks = none_of_them
        self._recognizer = vosk.KaldiRecognizer(model, RATE_HZ, *grammar)
        self._recognizer.SetWords(True)
        self._fed = 0  # samples since Vosk's zero
        self._zero = 0  # Vosk's time of our zero, in samples
        self._begin_segment()

    def _begin_segment(self) -> None:
        self._done: list[Word] = []  # words that Vosk's own endpointer has already closed
        self._partial = ""
        self._next_partial = self._fed

    def accept(self, samples: Samples) -> str:
        """Take more sound and return the segment's text so far."""
        self._fed += len(samples)
        if self._recognizer.AcceptWaveform(to_pcm16(samples)):
            # Vosk's endpointer has closed a stretch on its own account; ours is not over.
            self._done += self._words(self._recognizer.Result())
            self._partial = ""
        elif self._fed >= self._next_partial:
            self._next_partial = self._fed + int(PARTIAL_STEP_S * RATE_HZ)
            partial = json.loads(self._recognizer.PartialResult())["partial"]
            self._partial = " ".join(filter(self._is_told, partial.split()))
        return " ".join([*(w.text for w in self._done), *filter(None, [self._partial])])

    def flush(self) -> tuple[Word, ...]:
        """End the segment and return its words."""
        words = self._done + self._words(self._recognizer.FinalResult())
        self._begin_segment()
        return tuple(words)

    def reset(self) -> None:
        """Drop everything heard; time starts again at zero."""
        self._recognizer.Reset()
        self._zero = self._fed
        self._begin_segment()

    def _words(self, document: str) -> list[Word]:
        offset_s = self._zero / RATE_HZ
        return [
            Word(
                text=item["word"],
                start_s=round(max(0.0, item["start"] - offset_s), 3),
                end_s=round(max(0.0, item["end"] - offset_s), 3),
                confidence=float(item["conf"]),
            )
            for item in json.loads(document).get("result", ())
            if self._is_told(item["word"])
        ]

    def _is_told(self, word: str) -> bool:
        return is_spoken(word) or word in self._marks
