"""The turn policy on told time: nobody waits, nothing is heard."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.endpoint import TurnPolicy, TurnSettings
from voicecoach.events import (
    Acknowledge,
    CloseSegment,
    Command,
    Event,
    Expectation,
    FloorTaken,
    RemindAt,
    SegmentTranscribed,
    SilenceNoticed,
    TimeMark,
    TurnEstimated,
    VoiceStarted,
    VoiceStopped,
    Word,
)
from voicecoach.turn_text import TurnText

ANSWER = Expectation("answer", 90.0)
SHORT = Expectation("short", 5.0)
COMMANDS = {"repeat the question", "skip", "stop the interview"}
STOP_LAG_S = 0.096  # the detector needs three frames to be sure
WORDS_LAG_S = 0.3  # the segment is closed and decoded


class Turn:
    """A candidate's turn, told from the outside."""

    def __init__(self, expectation: Expectation = ANSWER, at_s: float = 0.0) -> None:
        self.policy = TurnPolicy(COMMANDS.__contains__)
        self.policy.listen(expectation, at_s)
        self.happened: list[Event | Command] = []

    def says(self, text: str, start_s: float, end_s: float) -> Turn:
        """The candidate says something, and its words are known a little later."""
        self.until(start_s)
        self.hears(VoiceStarted(start_s + 0.064, start_s))
        self.until(end_s)
        self.hears(VoiceStopped(end_s + STOP_LAG_S, end_s))
        asked = bool(self.happened) and isinstance(self.happened[-1], CloseSegment)
        if asked:
            self.happened.pop()
        self.hears(self.words(text, start_s, end_s, STOP_LAG_S + 0.02 if asked else WORDS_LAG_S))
        return self

    def words(
        self, text: str, start_s: float, end_s: float, lag_s: float = WORDS_LAG_S
    ) -> SegmentTranscribed:
        texts = text.split()
        step = (end_s - start_s) / max(1, len(texts))
        words = tuple(
            Word(t, start_s + i * step, start_s + (i + 1) * step, 0.9) for i, t in enumerate(texts)
        )
        return SegmentTranscribed(end_s + lag_s, words, end_s + min(lag_s, 0.22))

    def hears(self, event: Event) -> None:
        self.until(event.at_s)
        self.happened += self.policy.hear(event)

    def until(self, at_s: float) -> Turn:
        """Let time pass, stopping at each deadline as a session does."""
        while (due_s := self.policy.deadline_s) is not None and due_s <= at_s:
            before = len(self.happened)
            self.happened += self.policy.advance(due_s)
            if len(self.happened) == before and self.policy.deadline_s == due_s:
                pytest.fail(f"the policy is due at {due_s} and does nothing")
        self.happened += self.policy.advance(at_s)
        return self

    @property
    def taken(self) -> FloorTaken | None:
        return next((e for e in self.happened if isinstance(e, FloorTaken)), None)


def test_a_command_takes_the_fast_path() -> None:
    turn = Turn().says("skip", 1.0, 1.4).until(2.0)
    assert turn.taken is not None
    assert turn.taken.rule == "command"
    assert turn.taken.at_s - turn.taken.speech_end_s <= 0.15


def test_a_closing_phrase_is_believed_at_once() -> None:
    turn = Turn().says("so we shipped it that's my answer", 1.0, 5.0).until(6.0)
    assert turn.taken is not None
    assert turn.taken.rule == "closing_phrase"
    assert turn.taken.at_s - turn.taken.speech_end_s <= 0.6


@pytest.mark.parametrize("ending", ["and", "so", "because", "um", "the", "it rose by about"])
def test_an_open_ending_is_waited_for(ending: str) -> None:
    story = f"we changed the page {ending}"
    assert Turn().says(story, 1.0, 5.0).until(8.4).taken is None
    closed = Turn().says("we changed the page last spring", 1.0, 5.0).until(8.4).taken
    assert closed is not None


def test_patience_shrinks_as_the_answer_grows() -> None:
    early = Turn().says("it started last spring", 1.0, 4.0).until(20.0).taken
    late = Turn().says("it started last spring", 1.0, 95.0).until(120.0).taken
    overdue = Turn().says("it started last spring", 1.0, 185.0).until(220.0).taken
    assert early and late and overdue
    assert early.hold_s > late.hold_s > overdue.hold_s


def test_a_thinking_pause_of_two_and_a_half_seconds_is_no_end() -> None:
    turn = Turn().says("we looked at the funnel", 1.0, 4.0)
    turn.says("and found the step", 6.5, 9.0)
    assert turn.taken is None
    turn.until(12.0)
    assert turn.taken is not None
    assert turn.taken.text == "we looked at the funnel and found the step"
    assert turn.taken.speech_end_s == 9.0
    assert turn.taken.voiced_s == pytest.approx(5.5)


def test_the_floor_is_not_taken_before_the_words_are_known() -> None:
    turn = Turn()
    turn.hears(VoiceStarted(1.064, 1.0))
    turn.hears(VoiceStopped(4.096, 4.0))
    turn.until(30.0)
    assert turn.taken is None, "the recogniser is behind: wait for it"
    turn.hears(
        SegmentTranscribed(30.0, (Word("late", 1.0, 4.0, 0.9), Word("words", 3.0, 4.0, 0.9)), 4.22)
    )
    assert turn.taken is not None
    assert turn.taken.text == "late words"


def test_only_the_last_utterance_is_compared_with_commands() -> None:
    turn = Turn().says("we decided to cut the scope", 1.0, 4.0)
    turn.says("stop the interview", 5.5, 6.5).until(8.0)
    assert turn.taken is not None
    assert turn.taken.rule == "command"
    assert turn.taken.tail_words == 3


def test_a_lone_word_in_the_middle_of_an_answer_is_no_command() -> None:
    turn = Turn().says("we came to a full", 1.0, 4.0)
    turn.says("skip", 5.5, 6.0).until(7.5)
    assert turn.taken is None
    turn.until(10.0)
    assert turn.taken is not None
    assert (turn.taken.rule, turn.taken.tail_words) == ("patience", 0)


def test_words_that_follow_closely_are_one_utterance() -> None:
    turn = Turn().says("we decided to", 1.0, 2.0).says("skip", 2.4, 2.8).until(9.0)
    assert turn.taken is not None
    assert turn.taken.tail_words == 4
    assert turn.taken.rule != "command"


def test_a_short_reply_is_answered_soon() -> None:
    turn = Turn(SHORT).says("yes please", 1.0, 1.6).until(4.0)
    assert turn.taken is not None
    assert turn.taken.rule == "short_reply"


def test_voice_without_words_is_a_turn_that_was_not_understood() -> None:
    turn = Turn().says("", 1.0, 3.0).until(6.0)
    assert turn.taken is not None
    assert (turn.taken.rule, turn.taken.words) == ("no_words", ())


def test_a_cough_is_no_turn_and_the_wait_goes_on() -> None:
    turn = Turn().says("", 1.0, 1.3).until(8.0)
    assert turn.taken is None
    turn.until(9.5)
    assert [type(e) for e in turn.happened] == [SilenceNoticed]


@pytest.mark.parametrize("said", ["um", "uh um", "hmm"])
def test_a_lone_um_is_no_turn_and_the_wait_goes_on(said: str) -> None:
    turn = Turn().says(said, 1.0, 1.6).until(8.0)
    assert turn.happened == []
    taken = turn.says("we stopped it", 8.5, 9.5).until(20.0).taken
    assert taken is not None
    assert [w.text for w in taken.words] == ["we", "stopped", "it"]


def test_an_um_in_an_answer_belongs_to_it() -> None:
    taken = Turn().says("um", 1.0, 1.3).says("we stopped it", 2.5, 3.5).until(20.0).taken
    assert taken is not None
    assert [w.text for w in taken.words] == ["um", "we", "stopped", "it"]


def test_somebody_who_only_hesitates_is_encouraged() -> None:
    turn = Turn().says("um", 1.0, 1.6).says("uh", 7.0, 7.6).until(20.0)
    assert [type(e) for e in turn.happened] == [SilenceNoticed]


def test_silence_is_noticed_once() -> None:
    turn = Turn().until(60.0)
    assert turn.happened == [SilenceNoticed(9.0, 9.0)]
    assert not turn.policy.listening


def test_reminders_count_from_the_first_word() -> None:
    turn = Turn(Expectation("opening", 90.0))
    turn.policy.remind(RemindAt(60.0, "mark_60"))
    turn.policy.remind(RemindAt(90.0, "time_up"))
    turn.hears(VoiceStarted(3.064, 3.0))
    turn.until(63.5)
    assert turn.happened == [TimeMark(63.0, "mark_60")]


def test_time_up_takes_the_floor_in_mid_word_once_the_words_are_known() -> None:
    turn = Turn(Expectation("opening", 90.0))
    turn.hears(VoiceStarted(1.064, 1.0))
    turn.until(50.0)
    assert turn.policy.time_up(50.0) == [CloseSegment()]
    assert turn.policy.time_up(50.1) == []
    turn.hears(turn.words("the parents gave up", 1.0, 50.0))
    assert turn.taken is not None
    assert turn.taken.rule == "time_up"
    assert turn.taken.voiced_s == pytest.approx(49.0)


def test_the_pending_turn_is_what_the_turn_would_be() -> None:
    turn = Turn().says("we stopped the project", 1.0, 4.0)
    pending = turn.policy.pending_turn
    assert pending is not None
    assert turn.until(9.0).taken is not None
    assert turn.taken is not None
    assert pending.words == turn.taken.words
    assert turn.policy.pending_turn is None


def test_nothing_happens_while_the_coach_has_the_floor() -> None:
    turn = Turn()
    turn.policy.stop()
    turn.says("talking over the coach", 1.0, 2.0).until(30.0)
    assert turn.happened == []
    assert turn.policy.deadline_s is None


def test_a_monologue_of_half_an_hour_is_followed() -> None:
    turn = Turn()
    for minute in range(30):
        turn.says("and then we did the next thing and", 60.0 * minute + 1, 60.0 * minute + 58)
    assert turn.taken is None
    turn.until(2000.0)
    assert turn.taken is not None
    assert len(turn.taken.words) == 30 * 8


# --- words, silence and the speaker ---------------------------------------------------------------

FLAT = TurnText(0.0, {}, {}, (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def judged(log_odds: float, settings: TurnSettings | None = None) -> Turn:
    """A turn whose words say so much for its end, whatever they are."""
    turn = Turn()
    text = dataclasses.replace(FLAT, bias=log_odds)
    turn.policy = TurnPolicy(COMMANDS.__contains__, settings, text)
    turn.policy.listen(ANSWER, 0.0)
    return turn


def taken_after(turn: Turn, said: str = "we launched it last spring") -> float:
    taken = turn.says(said, 1.0, 4.0).until(30.0).taken
    assert taken is not None
    return taken.at_s - taken.speech_end_s


def test_the_surer_the_words_the_shorter_the_wait() -> None:
    waits = [taken_after(judged(log_odds)) for log_odds in (-4.0, -1.0, 0.0, 1.0, 2.0, 4.0)]
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] <= 0.6
    assert waits[0] >= 2.5


@given(a=st.floats(0.0, 8.0), b=st.floats(0.0, 8.0))
def test_silence_never_lowers_the_probability(a: float, b: float) -> None:
    turn = judged(-1.0).says("we launched it last spring", 1.0, 4.0)
    early, late = sorted((a, b))
    assert turn.policy.probability(4.0 + early) <= turn.policy.probability(4.0 + late)


@pytest.mark.parametrize("ending", ["and", "because", "um", "the", "rose by twenty"])
@pytest.mark.parametrize("log_odds", [-2.0, 0.5, 5.0])
def test_an_open_word_never_speeds_up(ending: str, log_odds: float) -> None:
    story = "we launched it last spring"
    assert taken_after(judged(log_odds), f"{story} {ending}") >= taken_after(judged(log_odds))


def test_a_long_silence_in_mid_thought_is_met_with_a_nudge_before_the_coach_moves_on() -> None:
    turn = judged(-2.0).says("we launched it because", 1.0, 4.0).until(7.9)
    (nudge,) = [e for e in turn.happened if isinstance(e, Acknowledge)]
    assert nudge.nudge
    assert nudge.at_s - 4.0 >= 2.5
    assert turn.taken is None
    assert turn.until(8.1).taken is not None


def acknowledged(turn: Turn) -> list[float]:
    return [e.at_s for e in turn.happened if isinstance(e, Acknowledge) and not e.nudge]


def test_a_likely_end_is_acknowledged_and_the_next_pause_is_not() -> None:
    turn = judged(TurnSettings().likely + 0.1)
    turn.says("we launched it last spring", 1.0, 4.0).says("and sold it again", 5.0, 30.0)
    turn.says("and the next year too", 31.0, 55.0)
    assert len(acknowledged(turn)) == 2
    first, second = acknowledged(turn)
    assert first - 4.0 <= 0.35
    assert second - 55.0 <= 0.35


def test_an_unlikely_end_is_not_acknowledged() -> None:
    turn = judged(TurnSettings().likely - 0.1).says("we launched it last spring", 1.0, 4.0)
    assert acknowledged(turn.until(6.0)) == []


def test_an_opening_is_never_acknowledged() -> None:
    turn = judged(TurnSettings().likely + 0.1)
    turn.policy.listen(Expectation("opening", 90.0), 0.0)
    assert acknowledged(turn.says("we launched it", 1.0, 4.0).until(6.0)) == []


def test_a_quick_thinker_is_answered_sooner() -> None:
    def wait(pause_s: float) -> float:
        turn = judged(0.5)
        at_s = 1.0
        for _ in range(40):
            turn.says("we launched it", at_s, at_s + 1.0)
            at_s += 1.0 + pause_s
        taken = turn.says("and sold it", at_s, at_s + 1.0).until(at_s + 20.0).taken
        assert taken is not None
        return taken.hold_s

    assert wait(0.4) < wait(0.9)


def test_patience_is_a_factor_for_answers_and_nothing_else() -> None:
    patient = TurnSettings(bias=2.0)
    assert taken_after(judged(0.5, patient)) == pytest.approx(2 * taken_after(judged(0.5)), abs=0.2)
    assert taken_after(judged(0.5, patient), "skip") == taken_after(judged(0.5), "skip")


def test_the_estimate_is_noted_where_it_decides() -> None:
    turn = judged(1.0).says("we launched it last spring", 1.0, 4.0).until(9.0)
    noted = [e for e in turn.happened if isinstance(e, TurnEstimated)]
    assert [e.rule for e in noted] == ["acknowledge", "ended"]
    assert noted[0].probability < noted[1].probability < 1.0


@pytest.mark.parametrize("said", ["yes", "no thanks", "twenty", "okay"])
def test_a_complete_reply_is_taken_at_once(said: str) -> None:
    taken = Turn(SHORT).says(said, 1.0, 1.5).until(4.0).taken
    assert taken is not None
    assert taken.at_s - taken.speech_end_s <= 0.15


def test_words_are_asked_for_early_only_where_they_may_be_a_command() -> None:
    short, long = Turn(), Turn()
    for turn, end_s in ((short, 2.0), (long, 9.0)):
        turn.hears(VoiceStarted(1.064, 1.0))
        turn.hears(VoiceStopped(end_s + STOP_LAG_S, end_s))
    assert [type(e) for e in short.happened] == [CloseSegment]
    assert long.happened == []
