"""Which drills there are, by name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.counterfactual import CounterfactualDrill
from voicecoach.dialog.opening import OpeningDrill
from voicecoach.dialog.script import Drill
from voicecoach.errors import UsageError

DRILLS: Mapping[str, Callable[[Material, Drill], Activity]] = {
    "opening": OpeningDrill,
    "counterfactual": CounterfactualDrill,
}
"""How each drill is made. Its wording is content, under the same name."""


def make_drill(name: str, material: Material) -> Activity:
    """Return the drill of a name.

    Raises:
        UsageError: there is none.
    """
    make = DRILLS.get(name)
    if make is None:
        known = ", ".join(DRILLS)
        raise UsageError("usage.no_such_drill", f"There is no drill {name!r}", f"Choose: {known}")
    return make(material, material.script.drills[name])
