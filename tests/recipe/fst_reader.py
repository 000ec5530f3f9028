"""Reads OpenFst's files without OpenFst, which cannot live in one process with Vosk."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAGIC = 2125659606
NAME_LOOK_AHEAD = "olabel_lookahead"
ALIGNED = 4


@dataclass(frozen=True)
class Arc:
    """An arc: labels, cost, and where it leads."""

    input: int
    output: int
    cost: float
    target: int


@dataclass
class Graph:
    """A transducer: arcs and the cost of ending, by state; infinite where one may not end."""

    start: int
    arcs: list[list[Arc]] = field(default_factory=list)
    final: list[float] = field(default_factory=list)


def read_fst(path: Path) -> Graph:
    """Return the graph of a file: a vector, a constant one, or one for look-ahead."""
    return _Reader(path.read_bytes()).graph()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def graph(self) -> Graph:
        kind, flags, start, states, _ = self._header()
        if kind == NAME_LOOK_AHEAD:
            self._take("<i")  # what is added follows the graph itself, which has its own header
            kind, flags, start, states, _ = self._header()
        graph = Graph(start)
        if kind == "vector":
            for _ in range(states):
                final, count = self._take("<fq")
                graph.final.append(final)
                graph.arcs.append(self._arcs(count))
            return graph
        assert kind == "const", kind
        assert not flags & ALIGNED
        places = [self._take("<fIIII") for _ in range(states)]
        for final, _, count, _, _ in places:
            graph.final.append(final)
            graph.arcs.append(self._arcs(count))
        return graph

    def _header(self) -> tuple[str, int, int, int, int]:
        (magic,) = self._take("<i")
        assert magic == MAGIC
        kind, arc = self._text(), self._text()
        assert arc == "standard"
        _, flags, _, start, states, arcs = self._take("<iiQqqq")
        return kind, flags, start, states, arcs

    def _arcs(self, count: int) -> list[Arc]:
        return [Arc(*self._take("<iifi")) for _ in range(count)]

    def _text(self) -> str:
        (length,) = self._take("<i")
        self._at += length
        return self._data[self._at - length : self._at].decode()

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values
