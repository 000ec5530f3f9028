"""Claims against labelled phrases, and the promises that a claim makes about itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from voicecoach.scoring.claims import Claim, extract_claims

PHRASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent.parent / "data" / "claims.yaml").read_text(encoding="utf-8")
)


PARTS = tuple(PHRASES)
SLOTS = ("segment", "span")


def agrees(claim: Claim, label: dict[str, Any]) -> bool:
    """Whether a claim is right in what it must have: direction, figures, unit and what moved."""
    if claim.direction != label.get("direction", "") or claim.unit != label.get("unit", ""):
        return False
    for name in ("size", "before", "after"):
        wanted, got = label.get(name), getattr(claim, name)
        if (wanted is None) != (got is None):
            return False
        if wanted is not None and got != pytest.approx(wanted, rel=1e-3):
            return False
    if "metric" not in label:
        return True
    if not label["metric"]:
        return not claim.metric
    return set(label["metric"].split()) <= set(claim.metric.split())


def bare_slot(said: str) -> str:
    """A circumstance without articles, and without the preposition of a segment."""
    return " ".join(w for w in said.lower().split() if w not in {"a", "an", "the"})


def slot_agrees(claim: Claim, label: dict[str, Any], name: str) -> bool:
    wanted = label.get(name, "")
    allowed = wanted if isinstance(wanted, list) else [wanted]
    return bare_slot(getattr(claim, name)) in map(bare_slot, allowed)


@dataclass
class Tally:
    """What was found among labelled things, and what of it is right."""

    right: int = 0
    found: int = 0
    labelled: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.labelled)


def compare(phrases: list[dict[str, Any]]) -> tuple[Tally, Tally, list[str]]:
    """Return claims, their segments and spans as tallies, and a line for every miss.

    A claim is right where all of it is, but a segment or a span may be missing: that is counted
    among the segments and spans.
    """
    claims, slots, misses = Tally(), Tally(), []
    for phrase in phrases:
        found = [c for c in extract_claims(phrase["text"]) if not c.planned]
        labels = list(phrase["claims"])
        claims.found += len(found)
        claims.labelled += len(labels)
        for claim in found:
            label = next((one for one in labels if agrees(claim, one)), None)
            if label is None:
                misses.append(f"wrong: {phrase['text']!r}: {claim}")
                continue
            labels.remove(label)
            wrong = False
            for name in SLOTS:
                agreed, got = slot_agrees(claim, label, name), bool(getattr(claim, name))
                slots.right += agreed and got
                slots.found += got
                slots.labelled += isinstance(label.get(name), str)
                wrong |= got and not agreed
                if not agreed:
                    misses.append(f"{name}: {phrase['text']!r}: {getattr(claim, name)!r}")
            claims.right += not wrong
        misses += [f"missed: {phrase['text']!r}: {label}" for label in labels]
    return claims, slots, misses


@pytest.mark.parametrize("part", PARTS)
def test_labelled_phrases_are_read_rightly(part: str) -> None:
    claims, _, misses = compare(PHRASES[part])
    report = "\n".join([f"{claims}", *misses])
    assert claims.precision >= 0.95, report
    assert claims.recall >= 0.85, report


def test_time_spans_and_segments_are_read_rightly() -> None:
    _, slots, misses = compare([phrase for part in PARTS for phrase in PHRASES[part]])
    report = "\n".join([f"{slots}", *misses])
    assert slots.precision >= 0.95, report
    assert slots.recall >= 0.85, report


LONG = (
    "So, um, night nurses, uh, they waited for beds. We, we put a button on beds on odd floors. "
    "Over six weeks the wait went from three hours to, like, forty minutes on odd floors, and the "
    "even floors stayed at three hours. Calls to the desk fell by a third. If it had risen I would "
    "have stopped. It cost us about $1.2M a year, and 27% of porters said they slept better."
)


def bare(text: str) -> str:
    """The text as a recogniser writes it: lower case, no punctuation, no symbols."""
    kept = text.lower().replace("$1.2m", "one point two million dollars").replace("%", " percent")
    return " ".join(kept.translate(str.maketrans("", "", ".,;:?!")).split())


def figures(text: str) -> list[tuple[str, float | None, float | None, float | None]]:
    return [(c.direction, c.size, c.before, c.after) for c in extract_claims(text)]


def test_quotes_are_verbatim_and_in_order() -> None:
    for text in (LONG, bare(LONG)):
        claims = extract_claims(text)
        assert len(claims) >= 4
        for claim in claims:
            assert text[claim.start_char : claim.end_char] == claim.quote
        starts = [c.start_char for c in claims]
        assert starts == sorted(starts)


def test_punctuation_and_case_change_no_figure() -> None:
    assert figures(bare(LONG)) == figures(LONG)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (
            "um so checkout completion fell, uh, three percent",
            "checkout completion fell three percent",
        ),
        (
            "the, the wait went from forty to twenty two minutes",
            "the wait went from forty to twenty two minutes",
        ),
        ("and we cut our wait by a third", "you cut your wait by a third"),
        (
            "I got it down from four hours to forty minutes.",
            "you got it down from four hours to forty minutes",
        ),
        (
            "our revenue grew from $1.2M to $1.9M",
            "your revenue grew from 1.2 million dollars to 1.9 million dollars",
        ),
        (
            "the onboarding flow lost, like, 40% of people",
            "the onboarding flow lost 40 percent of people",
        ),
    ],
)
def test_a_claim_is_read_back_in_words_fit_for_the_ear(text: str, spoken: str) -> None:
    assert [c.spoken for c in extract_claims(text)] == [spoken]


@pytest.mark.parametrize(
    "text",
    [
        "if the wait falls by a third we ship it",  # a condition
        "the shops that were due but didn't because the van broke town lost seven in a hundred",
        "over there it was flat and ours rose nine percent",  # nine percent more of what
        "they stayed flat",  # who stayed flat is out of reach
        "the share that dropped by half",  # no clause
        "sales didn't fall by ten percent",  # denied
        "we expected churn to fall by two points",
        "about one in five people just didn't come",  # where the clause ends can't be told
    ],
)
def test_nothing_doubtful_is_read_back(text: str) -> None:
    assert [c.spoken for c in extract_claims(text) if c.spoken] == []


def test_circumstances_said_right_after_are_kept() -> None:
    (claim,) = extract_claims("no shows fell to eleven percent on even dates within ten weeks")
    assert (claim.segment, claim.span) == ("even dates", "within ten weeks")


def test_a_plan_is_marked_as_one() -> None:
    (claim,) = extract_claims("if conversion drops by two percent we roll back")
    assert claim.planned


def test_ends_in_different_units_meet_in_the_finer_one() -> None:
    (claim,) = extract_claims("the cost went from two pounds to sixty pence")
    assert (claim.before, claim.after, claim.unit) == (200, 60, "pence")
    assert claim.change == -140


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "um",
        "\x00\ufffd🙂",
        "percent percent from to by",
        "minus " * 500,
        "from one to two and " * 2000,
    ],
)
def test_odd_texts_are_survived(text: str) -> None:
    for claim in extract_claims(text):
        assert claim.quote
