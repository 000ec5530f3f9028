"""How an answer was spoken, as the report shows it: values in words, and where it halted. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicecoach.figures import duration
from voicecoach.scoring.types import Delivery


@dataclass(frozen=True, slots=True)
class Remark:
    """One value in words; `away` where it lies outside the comfortable band."""

    text: str
    note: str
    away: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer halted: a silence, or voice without words."""

    at: str
    length: str
    after: str
    what: str


@dataclass(frozen=True, slots=True)
class DeliveryRows:
    """What is shown of one answer.

    Attributes:
        remarks: values in words.
        values: by name, where an older record has no words for them.
        places: in order of time.
    """

    remarks: tuple[Remark, ...]
    values: Mapping[str, float | None]
    places: tuple[Place, ...]


def delivery_rows(delivery: Delivery) -> DeliveryRows | None:
    """Return the rows, None where nothing was measured."""
    remarks = tuple(
        Remark(
            text=str(item.get("text", "")),
            note=_note(item),
            away=item.get("standing") not in (None, "comfortable"),
        )
        for item in _listed(delivery, "described")
    )
    numbers = {k: v for k, v in delivery.items() if v is None or isinstance(v, (int, float))}
    if not remarks and not numbers:
        return None
    halts = [(p, _silence(p)) for p in _listed(delivery, "pauses")]
    halts += [(p, "voice without words") for p in _listed(delivery, "voice_without_words_at")]
    places = [_place(item, what) for item, what in sorted(halts, key=lambda h: _seconds(h[0]))]
    return DeliveryRows(remarks, {} if remarks else numbers, tuple(places))


def _note(item: Mapping[str, Any]) -> str:
    """Return what is to be known about a value, and who says so."""
    sources = ", ".join(str(name) for name in item.get("sources") or ())
    parts = [str(item.get("note") or ""), f"after {sources}" if sources else ""]
    return "; ".join(filter(None, parts))


def _listed(delivery: Delivery, name: str) -> Sequence[Mapping[str, Any]]:
    value = delivery.get(name)
    return value if isinstance(value, Sequence) else ()


def _silence(pause: Mapping[str, Any]) -> str:
    return "silence inside a clause" if pause.get("inside_clause") else "silence between clauses"


def _place(item: Mapping[str, Any], what: str) -> Place:
    return Place(
        at=duration(_seconds(item)),
        length=f"{_seconds(item, 'length_s'):.1f} s",
        after=str(item.get("after", "")),
        what=what,
    )


def _seconds(item: Mapping[str, Any], key: str = "start_s") -> float:
    value = item.get(key)
    return float(value) if isinstance(value, (int, float)) else 0.0
