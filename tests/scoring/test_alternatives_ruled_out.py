"""Rivals named and answered in everyday words, beside those that are only named."""

from __future__ import annotations

import pytest

from voicecoach.scoring.alternatives import count_alternatives

ANSWERED = [
    "Marketing thinks it was their poster, but the poster went up a week after the queue got"
    " shorter.",
    "The price cut is the obvious suspect, and it only ran in Fife, where nothing moved.",
    "There'd been a strike in the spring, but the drop began weeks before anyone walked out.",
    "As for the bank holiday, it hit the untouched ferries just the same.",
    "I can rule out the fare, because we never changed it.",
    "The fare was held the whole year so it isn't the fare.",
    "A mild winter could have caused it, so I took the two cold years and it was still six points.",
    "Maybe it's just the commuters, so I left those out, and it was the same.",
    "It wasn't the regatta the boats were just as full the week before",
    "Nor was it the new captain, because she sails both routes.",
    "I left out season tickets in case commuters were doing it and it was still double.",
]
OPEN = [
    "It could have been the weather, the fare or the strike.",
    "Everyone said the app was slow so we rebuilt it in March.",
    "I was worried that we would miss the date so I cut two features.",
    "It isn't just about the fare, it's about trust.",
    "It wasn't the best answer, but it was the same fare.",
    "The other thing was the budget, which was cut in June.",
    "Maybe it's the regatta, I don't know, we never looked.",
    "It could've been the weather, because it was a mild winter.",
]


@pytest.mark.parametrize("told", ANSWERED)
def test_a_rival_with_its_answer_counts(told: str) -> None:
    assert count_alternatives(told) == 1


@pytest.mark.parametrize("told", OPEN)
def test_a_rival_without_an_answer_does_not(told: str) -> None:
    assert count_alternatives(told) == 0


def test_two_rivals_with_two_answers_are_two() -> None:
    told = "It wasn't the fare, because we held it. It wasn't the tide, since both piers share it."
    assert count_alternatives(told) == 2
