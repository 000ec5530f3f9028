"""The experiment on oneself: lots, what is measured after each, and how much of it is believed."""

from __future__ import annotations

import builtins
import dataclasses
import functools
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rehearsal import Rehearsal
from tests.test_conversation import interview
from tests.timeline import QUESTION, Timeline, score
from voicecoach.errors import VoicecoachError
from voicecoach.events import DelayAssigned, Event, SilenceNoticed, UtteranceStarted
from voicecoach.experiment import Design, Lots, Observation, observe
from voicecoach.experiment_effects import FEW, Effect, answered, difference, effects
from voicecoach.experiment_words import heard, means, power, reading, summary
from voicecoach.metrics import compute
from voicecoach.replies import replies
from voicecoach.runtime import Parts

HALF = Design("one", 0.1, 0.5, 7)

# --- lots ---------------------------------------------------------------------------------------


@given(st.sampled_from([0.05, 0.1, 0.25, 0.3, 1 / 3, 0.5, 0.75, 0.95]), st.integers(0, 1000))
def test_lots_hold_the_share_and_are_drawn_again_alike(share: float, seed: int) -> None:
    design = dataclasses.replace(HALF, share=share, seed=seed)
    drawn = [design.is_delayed(n) for n in range(120)]
    assert sum(drawn) == round(120 * share)
    assert drawn == [design.is_delayed(n) for n in range(120)]


def test_few_turns_are_balanced_and_cannot_be_guessed() -> None:
    blocks = {
        tuple(dataclasses.replace(HALF, seed=seed).is_delayed(n) for n in range(4))
        for seed in range(100)
    }
    assert {sum(block) for block in blocks} == {2}
    assert len(blocks) == 6, "every order of two in four comes up"


def test_lots_go_on_from_session_to_session() -> None:
    whole = Lots(HALF)
    drawn = [whole(1.0, f"u{n}") for n in range(8)]
    second = Lots(HALF, 5)
    assert [second(1.0, f"u{n}") for n in range(5, 8)] == drawn[5:]
    assert [lot.number for lot in drawn] == list(range(8))


# --- a rehearsal: the delay is heard, counted, and acted upon -----------------------------------

WORDS = 32
FEWER = 9
"""So many words the candidate of the rehearsals leaves out after a late reply."""


def rehearse(design: Design, first: int, fewer: int, seed: int) -> list[Event]:
    """Hold an interview with a candidate who says less after a late reply, and varies besides."""
    drawn: list[DelayAssigned] = []
    chance = random.Random(seed)

    def answers() -> Iterator[str]:
        while True:
            late = bool(drawn and drawn[-1].delay_s)
            words = WORDS + chance.randrange(-4, 5) - (fewer if late else 0)
            yield " ".join(f"thing{chance.randrange(40)}" for _ in range(words))

    def note(event: Event) -> None:
        if isinstance(event, DelayAssigned):
            drawn.append(event)

    def arrange(parts: Parts) -> Parts:
        return dataclasses.replace(parts, delay_for=Lots(design, first), observers=(note,))

    held = Rehearsal(
        interview("standard", questions=3),
        answers(),
        arrange=arrange,
        seed=seed,
    )
    return held.events


@functools.cache
def rehearsed(fewer: int) -> tuple[tuple[Event, ...], ...]:
    """Some sessions of one experiment."""
    found: list[tuple[Event, ...]] = []
    turns = 0
    for seed in range(4):
        events = rehearse(HALF, turns, fewer, seed)
        turns += sum(isinstance(e, DelayAssigned) for e in events)
        found.append(tuple(events))
    return tuple(found)


def test_a_delay_is_heard_before_the_first_word_and_counted() -> None:
    for events in rehearsed(0):
        lots = [e for e in events if isinstance(e, DelayAssigned)]
        timed = replies(events)
        assert len(lots) == len(timed) >= 4
        for lot, reply in zip(lots, timed, strict=True):
            assert reply.latency_s == pytest.approx(lot.delay_s, abs=1e-3)
            assert reply.ttfw_s == pytest.approx(reply.floor_delay_s + lot.delay_s, abs=1e-3)
        assert {lot.delay_s for lot in lots} == {0.0, 0.1}
        assert compute(events).ttfw.n == len(lots)


def test_only_the_first_utterance_of_a_reply_is_late() -> None:
    for events in rehearsed(0):
        late = {e.utterance_id for e in events if isinstance(e, DelayAssigned)}
        said = [e for e in events if isinstance(e, UtteranceStarted)]
        assert said[0].utterance_id not in late, "the greeting answers nobody"
        assert len(late) < len(said)


def test_a_candidate_who_says_less_is_found_out() -> None:
    observations = observe(rehearsed(FEWER), "one")
    effect = difference("words", 0.5, observations)
    assert effect.sessions == 4
    assert effect.low is not None
    assert effect.high is not None
    assert effect.low < -FEWER < effect.high < 0.0
    assert effect.found
    assert "words longer, give or take" in reading(effect)
    assert reading(effect).endswith("that is a finding.")
    assert "100 ms with the delay" in heard(HALF, observations).replace("\N{NO-BREAK SPACE}", " ")


def test_a_candidate_who_does_not_care_is_left_alone() -> None:
    effect = difference("words", 0.5, observe(rehearsed(0), "one"))
    assert not effect.found
    assert reading(effect).endswith("that is no finding.")


# --- what is measured ---------------------------------------------------------------------------


def story_of(*turns: Callable[[Timeline], None], delays: Sequence[float] = (0.1,)) -> Timeline:
    """A session in which each reply draws a lot; a turn is what is done before the next reply."""
    story = Timeline()
    story.asks(QUESTION)
    for number, turn in enumerate(turns):
        turn(story)
        delay_s = delays[number % len(delays)]
        name = f"u{number + 2}"
        story.events.append(DelayAssigned(story.now_s, name, "one", number, delay_s))
        assert story.says("And then?", "probe", latency_s=0.04 + delay_s) == name
    return story


def says(text: str, **how: Any) -> Callable[[Timeline], None]:
    return lambda story: void(story.answers(text, **how))


def void(_: object) -> None:
    """Forget a result."""


def with_voice(events: Sequence[Event]) -> list[Event]:
    """The same log with the stretches of voice that a newer version notes."""
    from voicecoach.events import FloorTaken

    return [
        dataclasses.replace(e, voice=((e.words[0].start_s, e.speech_end_s),))
        if isinstance(e, FloorTaken) and e.words
        else e
        for e in events
    ]


def test_after_each_reply_the_next_answer_is_measured() -> None:
    story = story_of(says("it fell"), says("one two three", after_s=0.7))
    story.answers("yes", after_s=0.5)
    story.scores(score("yes", 3.5))
    story.closes()
    first, second = observe([with_voice(story.events)], "one")
    assert (first.words, first.answered, first.rating) == (3, True, None)
    assert first.began_s == pytest.approx(0.7)
    assert first.latency_s == pytest.approx(0.14)
    assert (second.words, second.rating) == (1, 3.5)
    assert second.began_s == pytest.approx(0.5)


def test_a_rating_of_everything_together_is_not_that_of_the_answer() -> None:
    story = story_of(says("it fell"))
    story.answers("a third")
    story.scores(score("a third", 4.5), with_replies=True)
    story.scores(score("a third", None))
    (only,) = observe([story.events], "one")
    assert only.rating is None


@pytest.mark.parametrize(
    ("command", "answer"), [("skip", False), ("stop", False), ("repeat", None), ("slower", None)]
)
def test_commands_are_no_answers_and_some_give_up(command: str, answer: bool | None) -> None:
    story = story_of(says("it fell"))
    story.commands("a command", command)
    (only,) = observe([with_voice(story.events)], "one")
    assert (only.answered, only.words) == (answer, None)
    assert only.began_s is not None, "they spoke all the same"


def test_speech_that_was_not_understood_is_an_answer_of_unknown_length() -> None:
    story = story_of(says("it fell"))
    story.answers("", "unclear", rule="no_words")
    (only,) = observe([story.events], "one")
    assert (only.answered, only.words, only.began_s) == (True, None, None)


def test_silence_is_no_answer() -> None:
    story = story_of(says("it fell"))
    story.events.append(SilenceNoticed(story.now_s + 9, 9.0))
    (only,) = observe([story.events], "one")
    assert (only.answered, only.words) == (False, None)


def test_a_nudge_is_not_where_the_wait_begins() -> None:
    story = story_of(says("it fell"))
    story.nudges(after_s=9.0)
    story.answers("a third", after_s=1.0)
    (only,) = observe([with_voice(story.events)], "one")
    assert only.began_s is not None
    assert only.began_s > 10.0


def test_what_calls_for_no_answer_is_left_out() -> None:
    broken_off = story_of(says("it fell"))
    paused = story_of(says("pause", kind="command", command="pause"))
    paused.answers("it fell")
    closing = Timeline()
    closing.asks(QUESTION)
    closing.answers("it fell")
    closing.events.append(DelayAssigned(closing.now_s, "u2", "one", 0, 0.1))
    closing.says("Goodbye.", "closing")
    for story in (broken_off, paused, closing):
        assert observe([story.ends()], "one") == ()


def test_lots_of_another_experiment_are_no_concern() -> None:
    story = story_of(says("it fell"))
    story.answers("a third")
    assert observe([story.events], "two") == ()


@given(st.integers(0, 400))
def test_a_log_may_end_anywhere(length: int) -> None:
    for event in observe([rehearsed(0)[0][:length]], "one"):
        assert event.delay_s in (0.0, 0.1)


# --- statistics ---------------------------------------------------------------------------------


def world(
    seed: int,
    effect: float,
    sessions: int = 4,
    turns: int = 6,
    share: float = 0.5,
    skewed: bool = False,
) -> list[Observation]:
    """Turns of a candidate whose days differ more than the delay does anything."""
    chance = random.Random(seed)
    design = Design("one", 0.1, share, seed)
    found: list[Observation] = []
    for session in range(sessions):
        day = chance.gauss(0, 20)
        for _ in range(turns):
            number = len(found)
            late = design.is_delayed(number)
            words = chance.lognormvariate(3.5, 0.6) if skewed else chance.gauss(60, 12)
            value = round(words + day + effect * late)
            answered = chance.random() < (0.75 if late else 0.9)
            delay_s = 0.1 if late else 0.0
            found.append(
                Observation(session, number, delay_s, 0.04 + delay_s, answered, 0.8, value, None)
            )
    return found


@pytest.mark.parametrize(
    ("shape"),
    [
        {"sessions": 1, "turns": 18},
        {"sessions": 6, "turns": 4},
        {"sessions": 3, "turns": 12, "share": 0.3, "skewed": True},
    ],
    ids=["one session", "many short ones", "unequal and skewed"],
)
def test_intervals_hold_the_truth_as_often_as_they_say(shape: dict[str, Any]) -> None:
    share = shape.get("share", 0.5)
    held = 0
    for seed in range(200):
        effect = difference("words", share, world(seed, -8.0, **shape))
        assert effect.low is not None
        assert effect.high is not None
        held += effect.low <= -8.0 <= effect.high
    assert 0.91 <= held / 200 <= 0.985


def test_the_interval_of_shares_holds_the_truth() -> None:
    held = 0
    for seed in range(200):
        effect = answered(0.5, world(seed, 0.0, sessions=5, turns=8))
        assert effect.low is not None
        assert effect.high is not None
        assert -1.0 <= effect.low <= effect.high <= 1.0
        held += effect.low <= 0.75 - 0.9 <= effect.high
    assert 0.91 <= held / 200 <= 1.0


def test_without_an_effect_one_in_twenty_is_found() -> None:
    found = sum(difference("words", 0.5, world(seed, 0.0)).found for seed in range(200))
    assert 2 <= found <= 20


def test_differences_between_days_are_taken_out() -> None:
    effect = difference("words", 0.5, world(1, 0.0, sessions=8))
    assert effect.low is not None
    assert effect.high is not None
    moved = [
        dataclasses.replace(o, words=(o.words or 0) + 1000 * o.session)
        for o in world(1, 0.0, sessions=8)
    ]
    same = difference("words", 0.5, moved)
    assert same.effect == pytest.approx(effect.effect)
    assert same.low == pytest.approx(effect.low)


def test_the_power_that_is_promised_is_there() -> None:
    """So many turns as are said to be needed show such a change four times in five."""
    needed = difference("words", 0.5, world(0, 0.0, sessions=20, turns=12)).needed
    assert needed is not None
    sessions = round(needed / 12)
    shown = [difference("words", 0.5, world(s, -6.0, sessions=sessions, turns=12)) for s in
             range(100)]  # fmt: skip
    assert 0.70 <= sum(e.found for e in shown) / 100 <= 0.90


@pytest.mark.parametrize("late", [FEW - 1, FEW])
def test_a_handful_is_too_few(late: int) -> None:
    row = Observation(0, 0, 0.1, 0.14, True, 0.8, 40, 3.0)
    prompt = dataclasses.replace(row, delay_s=0.0)
    values = [
        dataclasses.replace(o, words=40 + n, began_s=0.1 * n, rating=3.0 + 0.5 * (n % 2))
        for n, o in enumerate([row] * late + [prompt] * (FEW + 3))
    ]
    for effect in effects(HALF, values):
        assert (effect.effect is not None) is (late == FEW)
        assert ("Too few to tell: 4 turns" in reading(effect)) is (late < FEW)
        assert (power(effect) == "") is (late < FEW or effect.needed is None)
        assert means(effect)


def test_everything_alike_needs_no_statistics_to_fail() -> None:
    alike = [dataclasses.replace(o, words=50, answered=True) for o in world(1, 0.0)]
    effect = difference("words", 0.5, alike)
    assert (effect.effect, effect.needed) == (None, None)
    assert not effect.found
    assert reading(effect).startswith("Nothing to compare")
    sure = answered(0.5, alike)
    assert not sure.found
    assert sure.needed is not None, "that everybody answered so far is no proof"


def test_each_session_all_late_or_all_prompt_tells_nothing() -> None:
    sorted_out = [
        dataclasses.replace(o, session=int(o.delayed)) for o in world(2, -8.0, sessions=6)
    ]
    effect = difference("words", 0.5, sorted_out)
    assert effect.effect is None
    assert reading(effect).startswith("Nothing to compare")


# --- in words -----------------------------------------------------------------------------------

EIGHTEEN = Effect("words", 9, 9, 2, 41.0, 45.0, -4.0, -15.0, 7.0, 0.4, 4.5, 140)


def test_the_counterfactual_is_read_out() -> None:
    assert reading(EIGHTEEN) == (
        "Without the delay the same answers would have been about 4.0 words longer, give or take "
        "11: with 18 turns that is no finding."
    )
    assert power(EIGHTEEN) == ("You would need about 140 turns to see a change of 4.5 words.")


def test_every_outcome_has_its_words() -> None:
    def of(outcome: str, effect: float) -> str:
        return reading(dataclasses.replace(EIGHTEEN, outcome=outcome, effect=effect))

    assert "would have been about 20 words shorter" in of("words", 20.0)
    assert "begun about 0.30 s sooner, give or take 11.00:" in of("began_s", 0.3)
    assert "begun about 0.30 s later" in of("began_s", -0.3)
    assert "you would have begun as soon, give or take 11.00 s" in of("began_s", 0.004)
    assert "rated about 0.5 points higher" in of("rating", -0.5)
    shares = dataclasses.replace(EIGHTEEN, outcome="answered", effect=-0.1, low=-0.3, high=0.08)
    assert reading(shares).startswith(
        "Without the delay about 10 more in 100 turns would have been answered, somewhere between "
        "8 fewer and 30 more"
    )


def test_a_finding_that_ranks_do_not_bear_out_says_so() -> None:
    sure = dataclasses.replace(EIGHTEEN, low=-7.0, high=-1.0, rank_p=0.01)
    assert reading(sure).endswith("with 18 turns that is a finding.")
    assert "a few far-off values" in reading(dataclasses.replace(sure, rank_p=0.2))


def test_enough_turns_are_said_to_be_enough() -> None:
    assert power(dataclasses.replace(EIGHTEEN, needed=18)).startswith("These are enough turns")


def test_a_delay_that_was_not_heard_is_told() -> None:
    turns = world(1, 0.0)
    assert "That is not" not in heard(HALF, turns)
    assert "That is not" in heard(HALF, [dataclasses.replace(o, latency_s=0.04) for o in turns])
    assert heard(HALF, []) == ""


def test_the_document_is_plain_json() -> None:
    import json

    turns = [dataclasses.replace(o, rating=o.number % 3) for o in world(1, -8.0)]
    document = summary(HALF, turns, effects(HALF, turns))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["effects"]["words"]["interval"][0] < document["effects"]["words"]["effect"]


def test_without_scipy_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "scipy":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(VoicecoachError, match=r"need scipy.*voicecoach\[experiment\]"):
        effects(HALF, world(1, 0.0))
