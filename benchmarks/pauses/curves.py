"""False cut-ins against the delay of the reply, for three ways to end a turn.

- ``vad``: a fixed silence ends every turn;
- ``text``: the words so far and the silence, at the usual expectation and the usual pauses;
- ``all``: as a session does it, with what was asked and the speaker's own pauses as well.

All hear the same thing; none has learned from the writers of these answers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.pauses.hearing import Heard
from benchmarks.pauses.plan import WRITERS
from models.turn.fit import expected_s, learn, load_told
from voicecoach.endpoint import Hold, TurnPolicy, TurnSettings
from voicecoach.events import Event, Expectation, SegmentTranscribed, VoiceStarted, VoiceStopped
from voicecoach.patience import Pauses
from voicecoach.turn_text import TurnText

ACKNOWLEDGEMENT_S = 0.6
JUDGED = ("ended", "patience")
"""Rules under which a pause may be acknowledged."""

ORDINARY_S = 75.0
"""The expectation where nothing is known of what was asked."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence as a policy met it.

    Attributes:
        kind: of the place: `sentence`, `clause` or `middle` where it was planned, `breath` where
            it was not, `end` after the answer.
        answer: whose.
        start_s: when the speech before it really ended.
        known_s: when voice had been found to stop and the words were there.
        stopped_s: where the detector put the end of speech.
        until_s: when the detector heard the candidate go on.
        hold: what the policy asked for.
    """

    kind: str
    answer: str
    start_s: float
    known_s: float
    stopped_s: float
    until_s: float
    hold: Hold

    def taken_s(self, hold_s: float) -> float:
        """When the floor is taken if so much silence is asked for."""
        return max(self.known_s, self.stopped_s + hold_s)


@functools.cache
def blind_text() -> tuple[TurnText, dict[str, float]]:
    """Return the turn model of the other writers' answers, and how long those were."""
    others = [told for told in load_told() if told.writer not in WRITERS]
    return learn(others), expected_s(others)


def questions() -> dict[str, str]:
    """Return what was asked, by the name of the answer."""
    return {told.name: told.question for told in load_told()}


class Steadfast(Pauses):
    """Learns nothing from a speaker's pauses."""

    def note(self, seconds: float) -> None:
        """Take no notice."""


def silences(
    answers: Sequence[Heard],
    settings: TurnSettings,
    text: TurnText | None,
    expected: Callable[[Heard], float],
    adapts: bool,
) -> list[Silence]:
    """Return every silence of the answers, with what a policy makes of it.

    Answers in one voice are one candidate's session.
    """
    found = []
    policies: dict[str, TurnPolicy] = {}
    for heard in answers:
        voice = heard.planned.voice
        if voice not in policies:
            policies[voice] = TurnPolicy(lambda _: False, settings, text)
            if not adapts:
                policies[voice]._pauses = Steadfast()
        policy = policies[voice]
        policy.listen(Expectation("answer", expected(heard)), 0.0)
        found += _silences(heard, policy)
    return found


def _silences(heard: Heard, policy: TurnPolicy) -> list[Silence]:
    found = []
    stopped: VoiceStopped | None = None
    known_s: float | None = None
    hold = Hold(0.0, "")
    for event in [*heard.events, _Over(heard.labels[-1].end_s)]:
        if isinstance(event, (VoiceStarted, _Over)) and stopped and known_s is not None:
            kind, start_s = _label(heard, stopped.speech_end_s)
            found.append(
                Silence(
                    kind,
                    heard.planned.name,
                    start_s,
                    known_s,
                    stopped.speech_end_s,
                    event.at_s,
                    hold,
                )
            )
            stopped, known_s = None, None
        policy.follow(event)
        if isinstance(event, VoiceStopped):
            stopped = event
        elif isinstance(event, SegmentTranscribed) and stopped:
            known_s, hold = event.at_s, policy.hold
    return found


@dataclass(frozen=True, slots=True)
class _Over(Event):
    """The recording is over."""


def _label(heard: Heard, stopped_s: float) -> tuple[str, float]:
    """Return the kind and the true start of the silence that the detector found."""
    for label in heard.labels:
        if label.start_s - 0.15 <= stopped_s <= min(label.end_s, label.start_s + 0.4):
            return label.kind, label.start_s
    return "breath", stopped_s


@dataclass(frozen=True, slots=True)
class Point:
    """How one setting fares.

    Attributes:
        setting: the silence asked for, or the log-odds.
        cut_pauses: share of the labelled pauses in which the floor is taken (breaths count there,
            too, where they are cut).
        cut_answers: share of the answers that are cut anywhere.
        p50_s: median time from the end of speech to the floor taken.
        p95_s: its 95th percentile.
    """

    setting: float
    cut_pauses: float
    cut_answers: float
    p50_s: float
    p95_s: float


def point(setting: float, met: Sequence[Silence], holds: Sequence[float]) -> Point:
    """Return how holds fare on silences."""
    pauses = [s for s in met if s.kind not in ("breath", "end")]
    cut = [
        s
        for s, hold_s in zip(met, holds, strict=True)
        if s.kind != "end" and s.taken_s(hold_s) < s.until_s
    ]
    delays = sorted(
        s.taken_s(hold_s) - s.start_s
        for s, hold_s in zip(met, holds, strict=True)
        if s.kind == "end"
    )
    answers = {s.answer for s in met}
    return Point(
        setting,
        len(cut) / len(pauses),
        len({s.answer for s in cut}) / len(answers),
        delays[len(delays) // 2],
        delays[min(len(delays) - 1, int(0.95 * len(delays)))],
    )


def fixed(answers: Sequence[Heard]) -> list[Point]:
    """Return the curve of a fixed silence."""
    met = silences(answers, TurnSettings(), None, lambda _: ORDINARY_S, False)
    holds = [0.2 + 0.1 * step for step in range(28)]
    return [point(hold_s, met, [hold_s] * len(met)) for hold_s in holds]


def learned(answers: Sequence[Heard], settings: TurnSettings, whole: bool) -> list[Point]:
    """Return the curve of the policy by how sure it has to be.

    Args:
        answers: as they were heard.
        settings: all but `sure`.
        whole: whether what was asked and the speaker's own pauses count.
    """
    text, _ = blind_text()
    points = []
    for step in range(-2, 17):
        tried = replace(settings, sure=step / 2.0)
        if whole:
            met = session_silences(answers, tried)
        else:
            met = silences(answers, tried, text, lambda _: ORDINARY_S, False)
        points.append(point(tried.sure, met, [s.hold.seconds for s in met]))
    return points


def session_silences(answers: Sequence[Heard], settings: TurnSettings) -> list[Silence]:
    """Return the silences as a session meets them, what was asked and who speaks included."""
    text, usual = blind_text()
    asked = questions()
    return silences(answers, settings, text, lambda h: usual[asked[h.planned.name]], True)


def acknowledgements(met: Sequence[Silence], settings: TurnSettings) -> dict[str, float]:
    """Return how often an end and a pause are acknowledged, and how often that meets speech."""
    pauses = [s for s in met if s.kind not in ("breath", "end")]
    ends = [s for s in met if s.kind == "end"]
    heard = list(_acknowledged(met, settings))
    over = [s for s, at_s in heard if s.kind != "end" and s.until_s < at_s + ACKNOWLEDGEMENT_S]
    delays = sorted(at_s - s.start_s for s, at_s in heard if s.kind == "end")
    return {
        "ends": len(delays) / len(ends),
        "pauses": sum(s.kind != "end" for s, _ in heard) / len(pauses),
        "over_speech": len(over) / len(pauses),
        "p50_s": delays[len(delays) // 2] if delays else 0.0,
        "p95_s": delays[int(0.95 * len(delays))] if delays else 0.0,
    }


def _acknowledged(
    met: Sequence[Silence], settings: TurnSettings
) -> Iterator[tuple[Silence, float]]:
    """Yield the silences that are acknowledged, and when: never two in a row, nor too close."""
    answer, last_s, followed = "", 0.0, False
    for silence in met:
        if silence.answer != answer:
            answer, last_s, followed = silence.answer, -settings.apart_s, False
        at_s = silence.taken_s(settings.acknowledge_s)
        if at_s >= silence.until_s:
            continue
        quiet, followed = followed, False
        likely = silence.hold.log_odds >= settings.likely and silence.hold.rule in JUDGED
        if likely and not quiet and at_s - last_s >= settings.apart_s:
            last_s, followed = at_s, True
            yield silence, at_s
