"""Prints how an answer was spoken, and when an opening held what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from voicecoach.scoring.types import Delivery, Landmark

_MOST_PLACES = 5
"""So many places of a kind are listed: the longest."""

_LANDMARKS = {
    "customer": "a customer and what goes wrong for them",
    "decision": "a decision, and whose",
    "metric": "a measure and its movement",
    "cause": "a cause, or a surprise",
}


def print_delivery(out: Console, delivery: Delivery) -> None:
    """Print the described values, and where the answer halted."""
    from rich.markup import escape

    described = _places(delivery, "described")
    if not described:
        return
    out.print("\n[bold]Delivery[/bold] (not part of the score)")
    for item in described:
        out.print(f"  {escape(str(item['text']))}")
    _print_places(
        out, "Silences of a second or more", _places(delivery, "pauses"), _inside_or_at_end
    )
    _print_places(
        out,
        "Voice without words: an um not written down, a word not recognised, or a laugh",
        _places(delivery, "voice_without_words_at"),
        lambda item: "",
    )


def _places(delivery: Delivery, name: str) -> Sequence[Mapping[str, object]]:
    value = delivery.get(name)
    return value if isinstance(value, Sequence) else ()


def _inside_or_at_end(item: Mapping[str, object]) -> str:
    return ", inside a clause" if item["inside_clause"] else ""


def _print_places(
    out: Console,
    title: str,
    places: Sequence[Mapping[str, object]],
    more: Callable[[Mapping[str, object]], str],
) -> None:
    from rich.markup import escape

    if not places:
        return
    longest = sorted(places, key=_length_s, reverse=True)[:_MOST_PLACES]
    rest = len(places) - len(longest)
    out.print(f"  {title}{f' (the {_MOST_PLACES} longest of {len(places)})' if rest else ''}:")
    for item in places:
        if item in longest:
            after = f" after “{escape(str(item['after']))}”" if item["after"] else ""
            out.print(f"    {_length_s(item):.1f} s at {item['start_s']:.0f} s{after}{more(item)}")


def _length_s(item: Mapping[str, object]) -> float:
    length_s = item["length_s"]
    return length_s if isinstance(length_s, (int, float)) else 0.0


def print_opening(out: Console, opening: Mapping[str, Landmark | None]) -> None:
    """Print when each landmark was first heard."""
    from rich.markup import escape

    out.print("\n[bold]The first 90 seconds[/bold]")
    for name, mark in opening.items():
        label = _LANDMARKS[name]
        if mark is None:
            out.print(f"  not heard: {label}")
            continue
        at = f" at {mark.at_s:.0f} s" if mark.at_s is not None else ""
        out.print(f"  {label}{at}: “{escape(mark.quote)}”")
