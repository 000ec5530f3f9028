"""The synthesiser's own process: takes lines of JSON, renders speech to files with pyttsx3.

Speech engines hang, crash and print; here they can, for `voicecoach.tts` kills this process and
starts another. It imports as little as it can, because the first question waits for it.

One request a line, one answer a line, in order:

- when ready: ``{"voice": {"id", "name", "languages"}, "voices": [...]}``, else ``{"error": text}``,
  with ``"voices"`` where there are some but not the one that was asked for
- ``{"text": ..., "path": ..., "rate_wpm": ...}`` → ``{"path": ...}`` or ``{"error": text}``

It ends when its standard input does, and then removes the folder that it was given.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from typing import IO, Any

PREFERRED = ("gmw/en-us", "samantha", "zira", "daniel", "hazel", "david", "gmw/en")
"""English voices in the order of liking, as parts of id or name; then any English one."""

NOVELTY = (
    "whisper",
    "bells",
    "boing",
    "bubbles",
    "cellos",
    "zarvox",
    "trinoids",
    "jester",
    "organ",
)
"""System voices that say they are English and that nobody wants to be interviewed by."""

ESPEAK_PACE = 0.8
"""espeak-ng 1.51 speaks 206 words a minute of interview English when told 165, and 162 at 130."""

ATTEMPTS = 3
SETTLE_S, SETTLE_POLLS = 0.002, 50


def describe(voice: Any) -> dict[str, Any]:
    """Return a pyttsx3 voice as plain values; drivers differ in what they fill in."""
    languages = []
    for language in voice.languages or ():
        if isinstance(language, bytes):
            # espeak puts a priority byte before the name.
            language = language.lstrip(bytes(range(32))).decode("utf-8", "replace")
        if language:
            languages.append(str(language).replace("_", "-").lower())
    return {"id": str(voice.id), "name": str(voice.name), "languages": languages}


def is_english(voice: dict[str, Any]) -> bool:
    """Whether a described voice speaks English."""
    if voice["languages"]:
        return any(str(language).split("-")[0] == "en" for language in voice["languages"])
    return "en" in str(voice["id"]).lower().replace("_", "-").replace("/", "-").split("-")


def pick(voices: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """Return the voice that `wanted` names, else the English voice liked best, else None.

    Args:
        voices: as `describe` makes them.
        wanted: an id, or part of an id or a name, in any case; empty for no wish. espeak's voices
            take a variant, as in ``en-us+f3``.
    """
    wish, plus, variant = wanted.casefold().partition("+")
    if wish:
        named = [v for v in voices if wish in (v["id"].casefold(), v["name"].casefold())]
        near = [v for v in voices if wish in v["id"].casefold() or wish in v["name"].casefold()]
        for voice in named + near:
            return {**voice, "id": voice["id"] + plus + variant} if plus else voice
        return None
    english = [v for v in voices if is_english(v)]
    serious = [v for v in english if not any(n in v["id"].lower() for n in NOVELTY)]
    for liked in PREFERRED:
        for voice in serious:
            name = voice["name"].casefold()
            if voice["id"].casefold() == liked or name == liked or liked in name.split():
                return voice
    return next(iter(serious or english), None)


class NoSuchVoice(Exception):  # noqa: N818 - it is what it says
    """The engine works but lacks the voice."""


class Engine:
    """pyttsx3, reduced to rendering a text to a file."""

    def __init__(self) -> None:
        """Start the system's engine.

        Raises:
            Exception: whatever the driver raises when there is no engine.
        """
        import pyttsx3

        self._engine = pyttsx3.init()
        self._pace = ESPEAK_PACE if self._engine.driver_name == "espeak" else 1.0
        self._setting = 0
        self._errors: list[str] = []
        # pyttsx3 swallows what goes wrong in a driver unless someone listens.
        self._engine.connect("error", lambda exception, **_: self._errors.append(str(exception)))
        self.voices = [describe(v) for v in self._engine.getProperty("voices")]
        # A fresh engine queues what it is told until it has run once.
        self._engine.runAndWait()

    def use(self, wanted: str) -> dict[str, Any]:
        """Choose a voice and return it.

        Raises:
            NoSuchVoice: there is none that fits.
        """
        chosen = pick(self.voices, wanted)
        if chosen is None:
            raise NoSuchVoice(f"no voice fits {wanted!r}" if wanted else "no English voice")
        self._engine.setProperty("voice", chosen["id"])
        if self._errors:
            raise NoSuchVoice(self._errors.pop())
        return chosen

    def render(self, text: str, path: str, rate_wpm: int) -> None:
        """Write `text` as sound to `path`, in the format that the system's engine likes.

        Raises:
            RuntimeError: nothing was written.
        """
        self._set_rate(round(rate_wpm * self._pace))
        for _ in range(ATTEMPTS):
            self._engine.save_to_file(text, path)
            self._engine.runAndWait()
            if self._errors:
                raise RuntimeError(self._errors.pop())
            if os.path.exists(path) and os.path.getsize(path):  # noqa: PTH110, PTH202 - start-up
                return
        raise RuntimeError("the synthesiser wrote nothing")

    def _set_rate(self, setting: int) -> None:
        """Change the rate and wait until it has changed.

        espeak takes new parameters in a thread of its own, and pyttsx3 begins each utterance by
        cancelling what that thread has not done yet: an early utterance would keep the old rate or
        be lost.
        """
        if setting == self._setting:
            return
        for _ in range(ATTEMPTS):
            self._engine.setProperty("rate", setting)
            for _ in range(SETTLE_POLLS):
                time.sleep(SETTLE_S)
                if round(self._engine.getProperty("rate") or 0) == setting:
                    time.sleep(SETTLE_S)
                    self._setting = setting
                    return


def serve(requests: IO[str], answers: IO[str], wanted: str) -> None:
    """Answer requests until there are no more."""

    def answer(**values: Any) -> None:
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    try:
        engine = Engine()
    except Exception as error:  # drivers raise anything: OSError, RuntimeError, COM errors
        answer(error=str(error) or type(error).__name__)
        return
    try:
        voice = engine.use(wanted)
    except NoSuchVoice as error:
        answer(error=str(error), voices=engine.voices)
        return
    answer(voice=voice, voices=engine.voices)
    for line in requests:
        request = json.loads(line)
        try:
            engine.render(request["text"], request["path"], request["rate_wpm"])
        except Exception as error:  # as above; the process lives on for the next request
            answer(error=str(error) or type(error).__name__)
        else:
            answer(path=request["path"])


def main() -> None:
    """Serve standard input and output: ``tts_worker FOLDER VOICE``."""
    folder, wanted = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    # Drivers print to standard output; the answers go where they cannot reach.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests = os.fdopen(0, encoding="utf-8")
    with contextlib.suppress(BrokenPipeError):
        serve(requests, answers, wanted)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
