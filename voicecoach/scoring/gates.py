"""Whether an answer can be judged at all."""

from __future__ import annotations

from voicecoach.scoring.findings import Findings
from voicecoach.scoring.profile import Profile
from voicecoach.scoring.rubric import Gates, Rubric
from voicecoach.scoring.tagger import told_words
from voicecoach.scoring.tokens import runs
from voicecoach.scoring.topic import Aim, aim

_LAST_LATIN = "\u024f"

_RUN = 4
"""Words in a row that are compared when repetition is looked for."""


def closed_gate(findings: Findings, gates: Gates) -> str | None:
    """Return the name of the gate that an answer does not pass, or None."""
    reading = findings.reading
    words = reading.words
    if _foreign_letters(reading.answer.text):
        return "not_english"
    if not words:
        return "read_back" if reading.recited_words else "silence"
    heard = reading.answer.words
    if heard and gates.rough:
        return "rough_model"
    if heard and sum(w.confidence for w in heard) / len(heard) < gates.lowest_confidence:
        return "low_confidence"
    followup = findings.question_type in gates.followup_types
    fewest = gates.fewest_words_followup if followup else gates.fewest_words
    if reading.spoken_words < fewest:
        return "too_short"
    if reading.spoken_words > gates.longest_words:
        return "too_long"
    own_words = reading.spoken_words - reading.recited_words
    if own_words < fewest:
        return "read_back"
    if sum(w in gates.common_english for w in words) / len(words) < gates.fewest_english_share:
        return "not_english"
    if len(words) < (1 - gates.most_repetition) * own_words:
        return "repetition"
    in_a_row = list(runs(words, _RUN))
    if in_a_row and 1 - len(set(in_a_row)) / len(in_a_row) > gates.most_repetition:
        return "repetition"
    return None


def _foreign_letters(text: str) -> bool:
    """Whether most letters are none of the Latin alphabet; they need not stand in words."""
    letters = [c for c in text if c.isalpha()]
    latin = sum(c <= _LAST_LATIN for c in letters)
    return latin < len(letters) / 2


def aim_of(findings: Findings, talk: Profile, rubric: Rubric) -> Aim:
    """Return how well an answer aims at its question; a reply to a follow-up aims at anything."""
    if findings.followup or rubric.topics is None:
        return Aim()
    words = told_words(findings.reading, findings.zones)
    rule = rubric.gates.off_topic
    return aim(words, talk.facts, findings.question_type, rubric.topics, rule)
