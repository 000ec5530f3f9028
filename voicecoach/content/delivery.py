"""Reads what values of delivery are compared with: ``prompts/delivery.yaml``."""

from __future__ import annotations

from pathlib import Path

from voicecoach import resources
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.scoring.delivery_guide import DESCRIBED, Band, DeliveryGuide, Measure, Source
from voicecoach.scoring.first_content import index_preambles

_MOST_S = 600.0


def load_delivery_guide(path: Path | None = None) -> DeliveryGuide:
    """Read the file.

    Args:
        path: of another file than the one that ships with voicecoach.

    Raises:
        ContentError: it is missing, or says something that we do not understand.
    """
    top = read_yaml(path or resources.prompts_dir() / "delivery.yaml")
    keys = top.mapping(required=("measures", "preambles"))
    measures = keys["measures"].mapping(optional=DESCRIBED)
    return DeliveryGuide(
        measures={name: _measure(measures[name]) for name in DESCRIBED if name in measures},
        preambles=index_preambles(keys["preambles"].texts(at_least=0)),
    )


def _measure(node: Node) -> Measure:
    keys = node.mapping(required=("text",), optional=("band", "note", "sources"))
    if "band" in keys and "sources" not in keys:
        raise keys["band"].error("a band without sources", "Say under sources whose band it is")
    sources = keys["sources"].items(at_least=1) if "sources" in keys else []
    return Measure(
        text=_with_value(keys["text"]),
        band=_band(keys["band"]) if "band" in keys else None,
        note=keys["note"].text() if "note" in keys else "",
        sources=tuple(_source(item) for item in sources),
    )


def _with_value(node: Node) -> str:
    """Return a text with the slot ``{value}``, which may have a format behind a colon."""
    text = node.text()
    try:
        told = text.format(value=1.25)
    except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
        raise node.error(
            f"{text!r} cannot be filled in",
            "The only slot is {value}, with its decimals: {value:.0f}",
        ) from error
    if told == text.format(value=1000.0):
        raise node.error(f"{text!r} does not tell the value", "Write {value:.0f} where it goes")
    return text


def _band(node: Node) -> Band:
    keys = node.mapping(
        required=("comfortable", "edges", "below", "above", "norm"), optional=("shortest_s",)
    )
    low, high = _pair(keys["comfortable"])
    lowest, highest = _pair(keys["edges"])
    if lowest > low or highest < high:
        raise keys["edges"].error(
            f"the edges {lowest:g} to {highest:g} are inside the comfortable band "
            f"{low:g} to {high:g}",
            "Edges are where values stop being tolerable: outside the band, or on its ends",
        )
    return Band(
        low=low,
        high=high,
        lowest=lowest,
        highest=highest,
        below=keys["below"].text(may_be_empty=True),
        above=keys["above"].text(may_be_empty=True),
        norm=keys["norm"].text(),
        shortest_s=keys["shortest_s"].number(0, _MOST_S) if "shortest_s" in keys else 0.0,
    )


def _pair(node: Node) -> tuple[float, float]:
    numbers = [item.number(0) for item in node.items(at_least=2)]
    if len(numbers) > 2 or numbers[0] > numbers[1]:
        raise node.error("these are not two ends", "Write the lower and the upper: [120, 160]")
    return numbers[0], numbers[1]


def _source(node: Node) -> Source:
    keys = node.mapping(required=("name", "says", "where"))
    return Source(keys["name"].text(), keys["says"].text(), keys["where"].text())
