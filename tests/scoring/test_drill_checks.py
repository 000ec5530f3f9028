"""The points of the drills, against replies that were labelled by hand.

Agreement is counted point by point. All files but the last were mended on; before that, three of
them gave 94%, 83% and 79% of 172, 99 and 130 points, and nearly all errors were points that were
missed. The last one, written when the cues were finished, gives 97% of 120: its author knew the
cues by then, so a stranger's words will be heard less well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.scoring.conftest import DATA
from voicecoach.content.script import load_script
from voicecoach.content.yamlfile import read_yaml
from voicecoach.scoring.drill_checks import CHECKS, measures
from voicecoach.scoring.drill_points import POINTS, Point, Reply, judge_reply
from voicecoach.scoring.plain import PlainLine
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

UNSEEN = "replies_unseen"


@dataclass(frozen=True)
class Labelled:
    """A reply with the points that a careful listener would tick."""

    step: str
    kind: str
    reply: Reply
    heard: frozenset[str]
    unseen: bool


def _steps() -> dict[str, tuple[tuple[str, ...], str]]:
    """By drill and step: names of the points, and how the whole is scored."""
    return {
        f"{drill.name}.{step.name}": (tuple(p.name for p in step.points), step.scored_as)
        for drill in load_script().drills.values()
        for step in drill.steps
    }


STEPS = _steps()


def _labelled() -> Iterator[Labelled]:
    for path in sorted((DATA / "drills").glob("replies_*.yaml")):
        for step, replies in read_yaml(path).mapping(optional=tuple(STEPS)).items():
            for node in replies.items(at_least=1):
                keys = node.mapping(required=("kind", "heard", "text"), optional=("key", "earlier"))
                reply = Reply(
                    keys["text"].text(),
                    keys["key"].text() if "key" in keys else "",
                    keys["earlier"].texts() if "earlier" in keys else (),
                )
                heard = frozenset(keys["heard"].texts(0, one_of=STEPS[step][0]))
                yield Labelled(step, keys["kind"].text(), reply, heard, path.stem == UNSEEN)


LABELLED = tuple(_labelled())


def judged(item: Labelled, rubric: Rubric) -> tuple[Point, ...]:
    points, scored_as = STEPS[item.step]
    reply = item.reply
    if scored_as:
        heard = score(Answer(reply.text), scored_as, rubric).leadership_principles
        reply = Reply(reply.text, reply.key, reply.earlier, heard)
    return judge_reply(reply, [(name, CHECKS[name]) for name in points])


@pytest.fixture(scope="module")
def results(rubric: Rubric) -> list[tuple[Labelled, tuple[Point, ...]]]:
    return [(item, judged(item, rubric)) for item in LABELLED]


def test_every_judge_has_replies_of_all_kinds() -> None:
    kinds = defaultdict(list)
    for item in LABELLED:
        kinds[item.step].append(item.kind)
    assert set(kinds) == set(STEPS)
    for step, found in kinds.items():
        assert len(found) >= 12, step
        assert {"strong", "weak", "off the point", "stuffed"} <= set(found), step


@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_judge_agrees_with_its_labels(
    step: str, results: list[tuple[Labelled, tuple[Point, ...]]]
) -> None:
    own = [(item, points) for item, points in results if item.step == step]
    wrong = [
        (item.reply.text, point.name, point.quote)
        for item, points in own
        for point in points
        if point.heard != (point.name in item.heard)
    ]
    count = sum(len(points) for _, points in own)
    assert len(wrong) <= 0.05 * count, wrong


def test_unseen_replies_are_mostly_heard_right(
    results: list[tuple[Labelled, tuple[Point, ...]]],
) -> None:
    pairs = [
        (point.heard, point.name in item.heard)
        for item, points in results
        if item.unseen
        for point in points
    ]
    assert len(pairs) == 120
    assert sum(heard == gold for heard, gold in pairs) >= 114
    assert sum(heard and not gold for heard, gold in pairs) <= 1, "praise must be deserved"


def test_weak_stuffed_and_stray_replies_show_next_to_nothing(
    results: list[tuple[Labelled, tuple[Point, ...]]],
) -> None:
    for item, points in results:
        if item.kind in ("weak", "stuffed", "off the point"):
            assert not [p.name for p in points if p.heard], item.reply.text


def test_quotes_are_verbatim(results: list[tuple[Labelled, tuple[Point, ...]]]) -> None:
    for item, points in results:
        for point in points:
            if point.heard:
                assert item.reply.text[point.start_char : point.end_char] == point.quote
                assert point.quote.strip(" .,") != ""


def test_every_point_has_a_check() -> None:
    assert sorted(POINTS) == sorted(CHECKS)


@pytest.mark.parametrize("text", ["", " ", ".", "?", "\ufeff", "a" * 5000, "if " * 800, "\ud800"])
@pytest.mark.parametrize("name", sorted(CHECKS))
def test_any_text_can_be_judged(name: str, text: str) -> None:
    (point,) = judge_reply(Reply(text, "vanity", (text, text)), [(name, CHECKS[name])])
    assert not point.heard


def test_a_vanity_metric_is_named_back() -> None:
    check = [("behaviour", CHECKS["behaviour"])]
    (point,) = judge_reply(Reply("Well, monthly active users and downloads."), check)
    assert point.instead == "monthly active users"


def test_one_measure_said_three_times_is_one() -> None:
    line = PlainLine(
        "how many people finish a booking and how many people finish the booking and how many "
        "people then finish their booking"
    )
    assert len(measures(line)) == 1


def test_another_principle_is_named_back() -> None:
    story = (
        "I pulled the raw orders and split them by payment method. The average had hidden it: it "
        "came from one card."
    )
    check = [("principle", CHECKS["principle"])]
    (point,) = judge_reply(Reply(story, key="Think Big"), check)
    assert (point.heard, point.instead) == (False, "Dive Deep")
    (point,) = judge_reply(Reply(story, key="Dive Deep"), check)
    assert point.heard
