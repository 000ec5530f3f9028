"""A transcript as the graph of all ways to say it: pronunciations, and silence between words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from models.recipe.objective import TranscriptGraphs
from models.recipe.phones import (
    BASE_INDEX,
    NONSPEECH_COUNT,
    SILENCE_INDEX,
    Lexicon,
    enter_output,
)

MOST_PRONUNCIATIONS = 4
"""Of one word; a word of the dictionary has rarely more, and each makes the sums longer."""


@dataclass(frozen=True)
class TranscriptGraph:
    """The states of one utterance, each after those that it can follow.

    Attributes:
        enter: (U,) output for entering a node, as in `phones.enter_output`.
        arcs: (A, 2) a node, and one after it.
        first: nodes with which an utterance may begin.
        last: nodes with which it may end.
        shortest: output frames that it takes at least.
    """

    enter: NDArray[np.int32]
    arcs: NDArray[np.int32]
    first: tuple[int, ...]
    last: tuple[int, ...]
    shortest: int


class _Builder:
    def __init__(self) -> None:
        self.enter: list[int] = []
        self.arcs: list[tuple[int, int]] = []
        self.first: list[int] = []

    def add(self, context: int, phone: int, sources: Sequence[int], first: bool = False) -> int:
        node = len(self.enter)
        self.enter.append(enter_output(context, phone))
        self.arcs += [(source, node) for source in sources]
        if first:
            self.first.append(node)
        return node


def transcript_graph(words: Sequence[str], lexicon: Lexicon) -> TranscriptGraph:
    """Return the graph of some words, with optional silence before, between and after them.

    Raises:
        KeyError: a word is not in the lexicon.
    """
    builder = _Builder()
    # What the next phone can follow, by base phone; nothing but silence precedes an utterance.
    ends: dict[int, list[int]] = {SILENCE_INDEX: []}
    at_start = True
    shortest = 0
    for word in words:
        silence = builder.add(
            SILENCE_INDEX,
            SILENCE_INDEX,
            [node for nodes in ends.values() for node in nodes],
            first=at_start,
        )
        ends.setdefault(SILENCE_INDEX, []).append(silence)
        following: dict[int, list[int]] = {}
        pronunciations = lexicon[word][:MOST_PRONUNCIATIONS]
        for pronunciation in pronunciations:
            phones = [BASE_INDEX[phone] for phone in pronunciation]
            if phones[0] < NONSPEECH_COUNT:  # the same whatever came before
                everything = [node for nodes in ends.values() for node in nodes]
                nodes = [builder.add(SILENCE_INDEX, phones[0], everything, first=at_start)]
            else:
                nodes = [
                    builder.add(
                        context, phones[0], sources, first=at_start and context == SILENCE_INDEX
                    )
                    for context, sources in ends.items()
                ]
            for context, phone in pairwise(phones):
                nodes = [builder.add(context, phone, nodes)]
            following.setdefault(phones[-1], []).extend(nodes)
        shortest += min(len(pronunciation) for pronunciation in pronunciations)
        ends = following
        at_start = False
    everything = [node for nodes in ends.values() for node in nodes]
    closing = builder.add(SILENCE_INDEX, SILENCE_INDEX, everything, first=at_start)
    return TranscriptGraph(
        enter=np.array(builder.enter, np.int32),
        arcs=np.array(builder.arcs, np.int32).reshape(-1, 2),
        first=tuple(builder.first),
        last=(*everything, closing),
        shortest=shortest,
    )


def _neighbours(arcs: NDArray[np.int32], nodes: int, nowhere: int) -> NDArray[np.int64]:
    """Return a table (nodes, K): for each first of a pair its seconds, filled with `nowhere`."""
    order = np.argsort(arcs[:, 0], kind="stable")
    sources, targets = arcs[order].T
    counts = np.bincount(sources, minlength=nodes)
    table = np.full((nodes, max(1, counts.max(initial=0))), nowhere, np.int64)
    starts = np.cumsum(counts) - counts
    table[sources, np.arange(len(sources)) - starts[sources]] = targets
    return table


def collate(graphs: Sequence[TranscriptGraph]) -> TranscriptGraphs:
    """Return several graphs as one batch."""
    nodes = max(len(graph.enter) for graph in graphs)
    backward = [_neighbours(g.arcs[:, ::-1], len(g.enter), nodes) for g in graphs]
    forward = [_neighbours(g.arcs, len(g.enter), nodes) for g in graphs]

    def padded(tables: Sequence[NDArray[np.int64]]) -> torch.Tensor:
        width = max(table.shape[1] for table in tables)
        batch = np.full((len(tables), nodes, width), nodes, np.int64)
        for row, table in zip(batch, tables, strict=True):
            row[: table.shape[0], : table.shape[1]] = table
        return torch.from_numpy(batch)

    enter = np.zeros((len(graphs), nodes), np.int64)
    first = np.zeros((len(graphs), nodes), np.bool_)
    last = np.zeros((len(graphs), nodes), np.bool_)
    for row, graph in enumerate(graphs):
        enter[row, : len(graph.enter)] = graph.enter
        first[row, list(graph.first)] = True
        last[row, list(graph.last)] = True
    return TranscriptGraphs(
        enter=torch.from_numpy(enter),
        before=padded(backward),
        after=padded(forward),
        first=torch.from_numpy(first),
        last=torch.from_numpy(last),
    )


def phone_trigram(
    transcripts: Sequence[Sequence[str]], lexicon: Lexicon, seed: int = 0, pauses: float = 0.2
) -> torch.Tensor:
    """Return how likely a phone is after two others, for the denominator.

    Args:
        transcripts: words of the training utterances.
        lexicon: pronunciations; of several, one is drawn.
        seed: of the draws.
        pauses: share of the words that a silence follows.

    Returns:
        (P, P, P) probabilities, none of them zero but for silence after silence.
    """
    rng = np.random.default_rng(seed)
    base = len(BASE_INDEX)
    counts = np.zeros((base, base, base))
    for words in transcripts:
        phones = [SILENCE_INDEX]
        for word in words:
            ways = lexicon[word]
            phones += [BASE_INDEX[phone] for phone in ways[int(rng.integers(len(ways)))]]
            if rng.random() < pauses:
                phones.append(SILENCE_INDEX)
        if phones[-1] != SILENCE_INDEX:
            phones.append(SILENCE_INDEX)
        trail = np.array([SILENCE_INDEX, *phones])
        np.add.at(counts, (trail[:-2], trail[1:-1], trail[2:]), 1)
    counts[:, SILENCE_INDEX, SILENCE_INDEX] = 0
    # Pairs smoothed with single phones, then triples with pairs, by pseudo-counts.
    pairs = counts.sum(0)
    singles = counts.sum((0, 1)) + 1
    pairs = pairs + 2.5 * singles / singles.sum() + 0.5
    pairs[SILENCE_INDEX, SILENCE_INDEX] = 0
    pairs /= pairs.sum(1, keepdims=True)
    triples = counts + 8 * pairs[None]
    triples /= triples.sum(2, keepdims=True)
    return torch.from_numpy(triples.astype(np.float32))
