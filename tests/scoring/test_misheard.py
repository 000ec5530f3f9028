"""Words that were misheard or taken back, and words that are left alone."""

from __future__ import annotations

import pytest

from voicecoach.scoring.corrections import corrected
from voicecoach.scoring.misheard import mended
from voicecoach.scoring.plain import plain


def words(text: str) -> str:
    return " ".join(t.text for t in mended(corrected(text)))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("it rose by eight, no, nine percent", "it rose by nine percent"),
        ("it fell fifteen sorry fifty percent", "it fell fifty percent"),
        ("twelve i mean eleven percent left", "eleven percent left"),
        ("churn fell, sorry, rose by two", "churn rose by two"),
        ("it went up i mean down by two", "it went down by two"),
        ("it went down, not up, by nine", "it went down by nine"),
        ("from thirty uh from forty to ten", "from forty to ten"),
        ("it grew by i think it was six percent", "it grew by six percent"),
        ("it is three turns per task no sorry two", "it is two turns per task"),
        ("our seller churn i should say new seller churn fell", "our new seller churn fell"),
    ],
)
def test_the_last_saying_counts(said: str, meant: str) -> None:
    assert words(said) == meant


@pytest.mark.parametrize(
    ("heard", "spoken"),
    [
        ("completion feel three per sent", "completion fell three percent"),
        ("we saved too million", "we saved two million"),
        ("it went up for dollars", "it went up four dollars"),
        ("to for point eight percent", "to four point eight percent"),
        ("six point too percent", "six point two percent"),
        ("it went from thirty percent too twenty", "it went from thirty percent to twenty"),
        ("one in for sellers", "one in four sellers"),
        ("it fell buy a third", "it fell by a third"),
        ("up twelve bases points", "up twelve basis points"),
        ("revenue grow ten percent", "revenue grew ten percent"),
        ("it dropped fifteen person", "it dropped fifteen percent"),
    ],
)
def test_what_could_not_stand_there_is_put_right(heard: str, spoken: str) -> None:
    assert words(heard) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "the site was down for days and up for hours",
        "we went to percentages instead",
        "prices went from hundred to thousand rupees",
        "we won two awards and ate lunch",
        "searches with no result fell by ten percent",
        "i am sorry two of them left",
        "no one bought a second one",
        "the ten percent actually stayed",
        "they feel three times safer",
        "sellers grow ten percent a year",
        "we buy ten vans a year",
        "it is open for two weeks",
        "one person in ten left",
        "since may we ship to four countries",
    ],
)
def test_what_may_stand_as_it_is_is_left_alone(text: str) -> None:
    assert words(text) == " ".join(t.text for t in plain(text))


def test_places_in_the_transcript_are_kept() -> None:
    text = "refunds, um, fell from nine per sent to too percent"
    tokens = mended(corrected(text))
    assert [text[t.start : t.end] for t in tokens if t.text == "percent"] == ["per sent", "percent"]
    assert [text[t.start : t.end] for t in tokens if t.text == "two"] == ["too"]


@pytest.mark.parametrize("text", ["", "no", "sorry no actually", "no no no no two", "too " * 400])
def test_odd_texts_are_survived(text: str) -> None:
    assert isinstance(words(text), str)
