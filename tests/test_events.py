"""The vocabulary: every event survives being written down, and nothing else is taken for one."""

from __future__ import annotations

import dataclasses
import json
import math
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach import events
from voicecoach.events import EVENT_TYPES, Event, FloorTaken, TurnTaken, Word, from_json, to_json

times = st.floats(0, 1e6, allow_nan=False)
texts = st.text(max_size=20)
words = st.builds(Word, texts, times, times, st.floats(0, 1))
plain: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | times | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field by its type; a type that nobody has thought of fails the test."""
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return st.lists(values_of(inner), max_size=3).map(tuple)
    if hint == float | None:
        return st.none() | times
    if hint is Word:
        return words
    known: dict[Any, st.SearchStrategy[Any]] = {
        str: texts,
        float: times,
        int: st.integers(),
        bool: st.booleans(),
    }
    if hint in known:
        return known[hint]
    if str(hint).startswith("collections.abc.Mapping"):
        return st.dictionaries(texts, plain, max_size=3)
    raise AssertionError(f"no values for a field of type {hint}")


def any_of(cls: type[Event]) -> st.SearchStrategy[Event]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{f.name: values_of(hints[f.name]) for f in dataclasses.fields(cls)})


any_event = st.one_of([any_of(cls) for cls in EVENT_TYPES.values()])


def test_the_table_has_every_event_of_the_module() -> None:
    declared = {
        name
        for name, value in vars(events).items()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    }
    assert set(EVENT_TYPES) == declared


@pytest.mark.parametrize("cls", EVENT_TYPES.values(), ids=EVENT_TYPES)
@given(data=st.data())
def test_every_event_survives_being_written_down(cls: type[Event], data: st.DataObject) -> None:
    event = data.draw(any_of(cls))
    document = json.loads(json.dumps(to_json(event)))
    back = from_json(document)
    assert type(back) is cls
    assert back == event
    assert to_json(back) == to_json(event)


@pytest.mark.parametrize("cls", EVENT_TYPES.values(), ids=EVENT_TYPES)
@given(data=st.data())
def test_a_missing_or_an_extra_field_is_refused(cls: type[Event], data: st.DataObject) -> None:
    document = to_json(data.draw(any_of(cls)))
    with pytest.raises(ValueError, match=cls.__name__):
        from_json({**document, "colour": "red"})
    needed = [f.name for f in dataclasses.fields(cls) if f.default is dataclasses.MISSING]
    for name in needed:
        with pytest.raises(ValueError, match=cls.__name__):
            from_json({k: v for k, v in document.items() if k != name})


@pytest.mark.parametrize("cls", EVENT_TYPES.values(), ids=EVENT_TYPES)
@given(data=st.data())
def test_a_field_of_another_type_is_refused(cls: type[Event], data: st.DataObject) -> None:
    document = to_json(data.draw(any_of(cls)))
    for name in (f.name for f in dataclasses.fields(cls)):
        with pytest.raises(ValueError, match=cls.__name__):
            from_json({**document, name: object()})


TURN = {"event": "TurnTaken", "at_s": 1, "task_id": "q1", "kind": "answer", "command": ""}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"event": None},
        {"event": "Event", "at_s": 1.0},
        {"event": "Speak", "utterance_id": "u1", "text": "", "purpose": "", "slow": False},
        {"event": "OutOfAnswers", "at_s": "1"},
        {"event": "OutOfAnswers", "at_s": True},
        {"event": "OutOfAnswers", "at_s": math.nan},
        {"event": "OutOfAnswers", "at_s": math.inf},
        {"event": "OutOfAnswers", "at_s": 10**400},
        {"event": "SessionEnded", "at_s": 1.0, "reason": None},
        {**TURN, "words": [], "speech_end_s": None},
        {**TURN, "words": "hello", "speech_end_s": 1.0},
        {**TURN, "words": ["hello"], "speech_end_s": 1.0},
        {**TURN, "words": [{"text": "hello"}], "speech_end_s": 1.0},
        {**TURN, "words": [{"text": 3, "start_s": 0, "end_s": 1, "confidence": 1}]},
        {"event": "TaskClosed", "at_s": 1.0, "task_id": "q1", "outcome": "", "turns": True},
        {"event": "TaskClosed", "at_s": 1.0, "task_id": "q1", "outcome": "", "turns": 1.5},
        {"event": "AnswerScored", "at_s": 1.0, "task_id": "q1", "score": [1]},
    ],
)
def test_what_is_no_event_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"unknown event|bad "):
        from_json(document)


def test_a_whole_number_is_a_time() -> None:
    turn = from_json({**TURN, "words": [], "speech_end_s": 2})
    assert turn == TurnTaken(1.0, "q1", "answer", "", (), 2.0)


def test_a_log_from_before_a_field_was_added_is_read() -> None:
    old = {"event": "FloorTaken", "at_s": 2.0, "speech_end_s": 1.5, "hold_s": 0.5, "rule": "late"}
    assert from_json({**old, "words": [], "voiced_s": 1.0}) == FloorTaken(
        2.0, 1.5, 0.5, "late", (), 1.0, tail_words=0
    )
