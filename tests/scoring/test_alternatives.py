"""Rivals count when they are named and answered, however plainly; naming alone counts nothing."""

from __future__ import annotations

import pytest

from voicecoach.scoring.alternatives import count_alternatives, find_alternatives

ANSWERED = [
    ("It wasn't the weather, the sheds are heated.", 1),
    ("it wasn't the weather because the sheds are heated", 1),
    (
        "it could have been the school holidays but the shops near no school went up just as much",
        1,
    ),
    ("We checked the ad budget and it hadn't changed.", 1),
    (
        "someone could say that only keen people switched it on so i picked the houses by lot and "
        "the gap was still four points",
        1,
    ),
    (
        "my worry was that the cold week did it so i took that week out and it was still nine "
        "percent",
        1,
    ),
    (
        "It was not the new staff, who started after the numbers had already moved. It was not the "
        "price either, because both regions paid the same.",
        2,
    ),
    (
        "um it wasn't, it wasn't the courier strike because that ended in May and, uh, it could've "
        "been the new packaging but the depot without it fell as well",
        2,
    ),
    ("We ruled out the heat wave because the coast never had one and it fell there too.", 1),
    ("Nothing else shipped that month, I went through the release log with the lead.", 1),
    (
        "the villages we left alone also went up four percent because the road had reopened so i "
        "only claim the other five",
        1,
    ),
    (
        "Finance said it was the tax rebate. I looked at people who got no rebate and they had "
        "moved by the same six points.",
        1,
    ),
    ("if it had been the campaign then the app without it would have moved too and it didn't", 1),
    ("Seasonality can't explain it, because last year the same weeks were flat.", 1),
    ("I checked that it wasn't just bots, so I dropped anything under a second and it held.", 1),
]

NOT_ANSWERED = [
    "We ruled out seasonality, marketing, selection bias and novelty effects.",
    "It could have been the weather, the prices or the strike, I don't really know.",
    "We controlled for confounders and isolated the effect with a holdback.",
    "There are always other things going on, but we felt confident that it was us.",
    "it wasn't easy because the team was spread over three sites",
    "I checked it separately for new customers and the drop was the same size.",
    "We drew the stores by lot, so half of them got the new shelf.",
    "It wasn't the weather, the marketing, the holidays.",
    "what i can't rule out is that the keen ones signed up first",
    "It wasn't marketing, I'm confident of that.",
    "it wasn't going the way we wanted because engineering had left",
    "My concern is that growers need the probe for five months, so I would lend it to them.",
    "",
]


@pytest.mark.parametrize(("text", "count"), ANSWERED)
def test_named_and_answered_rivals_count(text: str, count: int) -> None:
    assert count_alternatives(text) == count, find_alternatives(text)


@pytest.mark.parametrize("text", NOT_ANSWERED)
def test_names_methods_and_beliefs_do_not_count(text: str) -> None:
    assert count_alternatives(text) == 0, find_alternatives(text)
