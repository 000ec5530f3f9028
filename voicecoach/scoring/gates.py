"""Whether an answer can be judged at all."""

from __future__ import annotations

from voicecoach.scoring.findings import Findings
from voicecoach.scoring.rubric import Gates

_RUN = 4
"""Words in a row that are compared when repetition is looked for."""


def closed_gate(findings: Findings, gates: Gates) -> str | None:
    """Return the name of the gate that an answer does not pass, or None."""
    words = findings.reading.words
    followup = findings.question_type in gates.followup_types
    if not words:
        return "silence"
    heard = findings.reading.answer.words
    if heard and gates.rough:
        return "rough_model"
    if heard and sum(w.confidence for w in heard) / len(heard) < gates.lowest_confidence:
        return "low_confidence"
    if findings.reading.spoken_words < (
        gates.fewest_words_followup if followup else gates.fewest_words
    ):
        return "too_short"
    if sum(w in gates.common_english for w in words) / len(words) < gates.fewest_english_share:
        return "not_english"
    if len(words) < (1 - gates.most_repetition) * findings.reading.spoken_words:
        return "repetition"
    runs = [words[i : i + _RUN] for i in range(len(words) - _RUN + 1)]
    if runs and 1 - len(set(runs)) / len(runs) > gates.most_repetition:
        return "repetition"
    return None
