"""The transducers of the decoding graph, made with OpenFst (see `graph` for what they are for).

OpenFst for Python must not meet Vosk in one process: Vosk brings an OpenFst of its own, and the two
get into each other's memory or wait for each other for ever. So only the process that `graph`
starts imports this module.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from math import inf, log
from pathlib import Path
from typing import Any

import pywrapfst as fst

from models.recipe.graph import BEGIN, END, EPSILON, GraphSettings, Made, NGrams
from models.recipe.lookahead import write_look_ahead
from models.recipe.phones import (
    PHONE_COUNT,
    PHONE_INDEX,
    SILENCE,
    SILENCE_INDEX,
    Lexicon,
    base_of,
    in_positions,
)
from models.recipe.transitions import (
    entering,
    mark_id,
    staying,
    transition_state,
    transition_states,
)


def write_transducers(
    folder: Path,
    words: Sequence[str],
    lexicon: Lexicon,
    ngrams: NGrams,
    settings: GraphSettings,
) -> Made:
    """Write ``HCLr.fst`` and ``Gr.fst``; the arguments are those of `graph.write_graph`."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words), start=1)}
    clock = _Clock()
    spoken, marks = lexicon_fst(numbers, lexicon, settings)
    spoken = fst.determinize(spoken)
    clock.lap("lexicon")
    states = minimised(in_context(spoken))
    clock.lap("context")
    decoding = with_self_loops(states)
    clock.lap("self-loops")
    renumbered = write_look_ahead(decoding, folder / "HCLr.fst")
    clock.lap("look-ahead")
    numbers = {word: renumbered[number] for word, number in numbers.items()}
    language_fst(ngrams, numbers, settings.hesitations).write(str(folder / "Gr.fst"))
    clock.lap("language")
    return Made(numbers, marks, clock.laps)


# Words to phones


def lexicon_fst(
    numbers: Mapping[str, int], lexicon: Lexicon, settings: GraphSettings
) -> tuple[Any, int]:
    """Return all words in a loop, from phones to words, and how many marks were needed.

    After a pronunciation that another word shares stands a mark, a label above those of the phones
    (``PHONE_COUNT + 1``, ...), without which the graph could not be made deterministic. Nothing
    but a mark tells such words apart, so the language model decides.
    """
    spellings = [
        (numbers[word], tuple(in_positions(phones)))
        for word in numbers
        for phones in _pronunciations(word, lexicon)
    ]
    shared = Counter(phones for _, phones in spellings)
    used: Counter[tuple[int, ...]] = Counter()
    silence = PHONE_INDEX[SILENCE]
    no_cost, silence_cost = -log(1 - settings.silence_share), -log(settings.silence_share)
    graph = fst.VectorFst()
    start, loop, pause = (graph.add_state() for _ in range(3))
    graph.set_start(start)
    graph.set_final(loop)
    _arc(graph, start, EPSILON, EPSILON, no_cost, loop)
    _arc(graph, start, silence, EPSILON, silence_cost, loop)
    _arc(graph, pause, silence, EPSILON, 0.0, loop)
    marks = 0
    for word, phones in spellings:
        labels = list(phones)
        if shared[phones] > 1:
            used[phones] += 1
            marks = max(marks, used[phones])
            labels.append(PHONE_COUNT + used[phones])
        state, output = loop, word
        for label in labels[:-1]:
            following = graph.add_state()
            _arc(graph, state, label, output, 0.0, following)
            state, output = following, EPSILON
        _arc(graph, state, labels[-1], output, no_cost, loop)
        _arc(graph, state, labels[-1], output, silence_cost, pause)
    return graph, marks


def _pronunciations(word: str, lexicon: Lexicon) -> Sequence[Sequence[str]]:
    pronunciations = lexicon.get(word)
    if not pronunciations or not all(pronunciations):
        raise ValueError(f"the lexicon has no pronunciation of {word}")
    return list(dict.fromkeys(map(tuple, pronunciations)))


# Phones to transition states


def in_context(spoken: Any) -> Any:
    """Return a graph over transition states for one over phones.

    Each state is divided by the base phone that led to it; only where words meet is it more than
    one. Silence precedes the first phone. Marks go on as labels above those of the states.
    """
    graph = fst.VectorFst()
    first_mark = len(transition_states()) + 1
    start = (spoken.start(), SILENCE_INDEX)
    places = {start: graph.add_state()}
    graph.set_start(places[start])
    waiting = [start]
    while waiting:
        state, before = waiting.pop()
        place = places[state, before]
        graph.set_final(place, spoken.final(state))
        for arc in spoken.arcs(state):
            label, after = arc.ilabel, before
            if label > PHONE_COUNT:
                label = first_mark + label - PHONE_COUNT - 1
            elif label != EPSILON:
                after = base_of(label)
                label = transition_state(label, before)
            target = (arc.nextstate, after)
            if target not in places:
                places[target] = graph.add_state()
                waiting.append(target)
            graph.add_arc(place, fst.Arc(label, arc.olabel, arc.weight, places[target]))
    return graph


def minimised(graph: Any) -> Any:
    """Return a deterministic graph with states of equal future joined."""
    encoder = fst.EncodeMapper("standard", encode_labels=True, encode_weights=True)
    graph.encode(encoder)
    graph.minimize()
    graph.decode(encoder)
    return graph


def with_self_loops(graph: Any) -> Any:
    """Return a graph over transition ids for one over transition states.

    The arc into a state of the transition model takes its first frame; the self-loop that takes the
    others sits on the state of the graph behind that arc. Where several such arcs meet, each
    gets a state of its own in between. Marks become ids above the real ones.
    """
    first_mark = len(transition_states()) + 1
    incoming: list[set[int]] = [set() for _ in range(graph.num_states())]
    incoming[graph.start()].add(EPSILON)
    for state in graph.states():
        for arc in graph.arcs(state):
            label = arc.ilabel if arc.ilabel < first_mark else EPSILON
            incoming[arc.nextstate].add(label)
    looped = fst.VectorFst()
    looped.add_states(graph.num_states())
    looped.set_start(graph.start())
    entrance: dict[tuple[int, int], int] = {}
    for state, labels in enumerate(incoming):
        for label in sorted(labels - {EPSILON}):
            place = state if len(labels) == 1 else looped.add_state()
            entrance[state, label] = place
            _arc(looped, place, staying(label), EPSILON, 0.0, place)
            if place != state:
                _arc(looped, place, EPSILON, EPSILON, 0.0, state)
    for state in graph.states():
        looped.set_final(state, graph.final(state))
        for arc in graph.arcs(state):
            label, target = arc.ilabel, arc.nextstate
            if label >= first_mark:
                label = mark_id(label - first_mark + 1)
            elif label != EPSILON:
                label, target = entering(label), entrance[target, label]
            looped.add_arc(state, fst.Arc(label, arc.olabel, arc.weight, target))
    return looped.connect()


# The language model


def language_fst(
    ngrams: NGrams,
    numbers: Mapping[str, int],
    hesitations: Sequence[tuple[str, float]] = (),
) -> Any:
    """Return a back-off model as an acceptor: a state for each history, backing off by epsilon.

    Args:
        ngrams: of any order.
        numbers: label of each word.
        hesitations: words that may come anywhere and leave the history as it is, each with its
            probability; those that the vocabulary lacks are passed over.

    Raises:
        ValueError: a word has no number.
    """
    histories: dict[tuple[str, ...], int] = {}
    graph = fst.VectorFst()
    for history in [(), *(ngram[:-1] for level in ngrams for ngram in level)]:
        if history not in histories:
            histories[history] = graph.add_state()
    graph.set_start(histories.get((BEGIN,), histories[()]))
    for level in ngrams:
        for ngram, (log_probability, _) in level.items():
            *_, word = ngram
            state = histories[ngram[:-1]]
            if word == END:
                graph.set_final(state, -log_probability)
            elif word != BEGIN:
                target = _longest(ngram, histories)
                _arc(graph, state, _number(word, numbers), None, -log_probability, target)
    for history, state in histories.items():
        if history:
            weight = 0.0
            while True:
                # An epsilon does not ask whether the word was there already: a weight above one
                # would make the way round cheaper than the word's own arc, or than nothing.
                weight -= min(0.0, _back_off(history, ngrams))
                history = history[1:]
                if history in histories:
                    break
            _arc(graph, state, EPSILON, None, weight, histories[history])
    for word, probability in hesitations:
        if word in numbers:
            for state in histories.values():
                _arc(graph, state, numbers[word], None, -log(probability), state)
    return graph.connect().arcsort("ilabel")


def _longest(ngram: tuple[str, ...], histories: Mapping[tuple[str, ...], int]) -> int:
    """Return the state of the longest end of an n-gram that is a history; the empty one is."""
    return next(histories[ngram[i:]] for i in range(len(ngram) + 1) if ngram[i:] in histories)


def _back_off(history: tuple[str, ...], ngrams: NGrams) -> float:
    return ngrams[len(history) - 1].get(history, (-inf, 0.0))[1]


def _number(word: str, numbers: Mapping[str, int]) -> int:
    try:
        return numbers[word]
    except KeyError:
        raise ValueError(f"the language model has {word}, the vocabulary has not") from None


def _arc(
    graph: Any, state: int, label: int, output: int | None, weight: float, target: int
) -> None:
    """Add an arc; without an output it puts out its label."""
    output = label if output is None else output
    graph.add_arc(state, fst.Arc(label, output, fst.Weight("tropical", weight), target))


class _Clock:
    """Notes how long each step took."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 2)
        self._last = now
