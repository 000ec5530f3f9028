"""What can be said without taking the floor. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AcknowledgementTexts:
    """What can be said without taking the floor, several wordings each.

    Attributes:
        acknowledgements: where a turn is likely to be over.
        nudges: in a long silence in the middle of a thought.
    """

    acknowledgements: tuple[str, ...]
    nudges: tuple[str, ...]
