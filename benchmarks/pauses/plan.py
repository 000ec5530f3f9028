"""Who says what, and where they pause to think: drawn once, committed as ``plan.tsv``.

The texts are those of two writers of labelled answers whom the turn model for this measurement has
not learned from. Where people pause, and for how long, is drawn from what is published and from a
set of hard pauses (median 0.75 s; 58% above 0.7 s, 32% above 1.0, 19% above 1.5, 7.5% above 2.0).

    python -m benchmarks.pauses.plan        # writes plan.tsv anew
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicecoach.content.yamlfile import read_yaml
from voicecoach.events import HESITATIONS, OPEN_WORDS

HERE = Path(__file__).resolve().parent
PLAN = HERE / "plan.tsv"
ANSWERS = HERE.parent.parent / "models" / "tagger" / "answers"

WRITERS = ("writer-h", "writer-i")
"""Left out when the turn model is learned for this measurement."""

PER_WRITER = 32
SEED = 6

SENTENCE, CLAUSE, MIDDLE = "sentence", "clause", "middle"
SHARES = {SENTENCE: 0.40, CLAUSE: 0.25, MIDDLE: 0.35}
"""About 55 to 70% of the pauses of unprepared speech are at grammatical joints; see docs."""

WORDS_PER_PAUSE = 30
LEAST_APART = 5  # words
MEDIAN_S, SPREAD = 0.62, 0.8  # log-normal, before the ends are cut off
SPEAKERS = (0.65, 1.5, 0.9, 1.1, 0.75, 1.3, 1.0, 0.8)
"""How long each voice thinks, compared with the others: people differ, and keep to themselves."""
SHORTEST_S, LONGEST_S = 0.4, 2.5

VOICES = (
    "en-gb-x-gbcwmd+f4", "en-gb-x-gbcwmd+m7", "en-us+Mario", "en-us+f4",
    "en-gb-x-rp+f4", "en-gb-x-rp+m7", "en-us+m7", "en-gb-scotland+f4",
)  # fmt: skip
"""Accents or variants that the starter model was not trained on."""

RATES_WPM = (120, 145)  # espeak-ng speaks about 1.25 times as fast as it is told
SNRS_DB = (45.0, 30.0, 18.0)
"""Loudness of speech over the noise of the room: a third of the answers each."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause to think.

    Attributes:
        after: so many words of the answer have been said.
        kind: `SENTENCE`, `CLAUSE` or `MIDDLE`.
        seconds: of silence.
    """

    after: int
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Planned:
    """An answer as it is to be spoken."""

    name: str
    voice: str
    rate_wpm: int
    snr_db: float
    pauses: tuple[Pause, ...]
    text: str

    def line(self) -> str:
        """The line of the plan."""
        pauses = " ".join(f"{p.after}:{p.kind}:{p.seconds:.2f}" for p in self.pauses)
        return "\t".join(
            (self.name, self.voice, str(self.rate_wpm), str(self.snr_db), pauses, self.text)
        )


def read_plan(path: Path = PLAN) -> list[Planned]:
    """Read what `main` wrote."""
    planned = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name, voice, rate, snr, pauses, text = line.split("\t")
        marks = (mark.split(":") for mark in pauses.split())
        told = tuple(Pause(int(after), kind, float(seconds)) for after, kind, seconds in marks)
        planned.append(Planned(name, voice, int(rate), float(snr), told, text))
    return planned


def kind_after(word: str) -> str:
    """Return what kind of place the end of a written word is; "um, the" is no joint."""
    mark = word.rstrip("\"')")[-1:]
    if mark in ".?!":
        return SENTENCE
    return CLAUSE if mark in ",;:-–—" and bare(word) not in HESITATIONS else MIDDLE


def bare(word: str) -> str:
    """Return a written word without its punctuation, in lower case."""
    return re.sub(r"[^\w']", "", word.lower())


def places(words: Sequence[str]) -> dict[str, list[int]]:
    """Return after how many words a pause of each kind may come: not near either end."""
    found: dict[str, list[int]] = {kind: [] for kind in SHARES}
    for after in range(3, len(words) - 2):
        found[kind_after(words[after - 1])].append(after)
    return found


def draw_pauses(words: Sequence[str], pace: float, rng: random.Random) -> tuple[Pause, ...]:
    """Draw the pauses of an answer, in order; `pace` is one of `SPEAKERS`."""
    open_places = places(words)
    wanted = max(2, round(len(words) / WORDS_PER_PAUSE))
    taken: dict[int, str] = {}
    for _ in range(wanted * 20):
        if len(taken) == wanted:
            break
        kind = rng.choices(list(SHARES), list(SHARES.values()))[0]
        free = [at for at in open_places[kind] if all(abs(at - t) >= LEAST_APART for t in taken)]
        if free:
            weights = [_likely(words[at - 1]) for at in free]
            taken[rng.choices(free, weights)[0]] = kind
    return tuple(Pause(at, kind, _seconds(pace, rng)) for at, kind in sorted(taken.items()))


def _likely(word: str) -> float:
    """How likely somebody pauses after a word: "um" and "the" are where thinking is heard."""
    said = bare(word)
    return 3.0 if said in HESITATIONS else 2.0 if said in OPEN_WORDS else 1.0


def _seconds(pace: float, rng: random.Random) -> float:
    while True:
        seconds = pace * MEDIAN_S * rng.lognormvariate(0.0, SPREAD)
        if SHORTEST_S <= seconds <= LONGEST_S:
            return round(seconds, 2)


def draw_plan() -> list[Planned]:
    """Draw answers, voices and pauses."""
    rng = random.Random(SEED)
    planned: list[Planned] = []
    for writer in WRITERS:
        texts = []
        for node in read_yaml(ANSWERS / f"{writer}.yaml").items():
            keys = node.entries()
            spoken = keys["style"].text() != "asr"  # those have no punctuation to speak by
            if spoken and keys["kind"].text() != "stuffed":
                texts.append((keys["id"].text(), " ".join(keys["text"].text().split())))
        for name, text in sorted(rng.sample(texts, PER_WRITER)):
            number = len(planned)
            planned.append(
                Planned(
                    name=name,
                    voice=VOICES[number % len(VOICES)],
                    rate_wpm=rng.randint(*RATES_WPM),
                    snr_db=SNRS_DB[number % len(SNRS_DB)],
                    pauses=draw_pauses(text.split(), SPEAKERS[number % len(VOICES)], rng),
                    text=text,
                )
            )
    return planned


def main() -> None:
    """Write the plan."""
    planned = draw_plan()
    PLAN.write_text("".join(f"{each.line()}\n" for each in planned), encoding="utf-8")
    pauses = [pause for each in planned for pause in each.pauses]
    counts = {kind: sum(p.kind == kind for p in pauses) for kind in SHARES}
    print(f"{len(planned)} answers, {len(pauses)} pauses: {counts}")
    lengths = sorted(p.seconds for p in pauses)
    above = {s: round(sum(x > s for x in lengths) / len(lengths), 3) for s in (0.7, 1.0, 1.5, 2.0)}
    print(f"median {lengths[len(lengths) // 2]} s; above: {above}")


if __name__ == "__main__":
    main()
