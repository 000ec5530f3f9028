"""Which drills there are, by name. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.counterfactual import CounterfactualDrill
from voicecoach.dialog.drill_rounds import RoundsDrill
from voicecoach.dialog.drill_script import Drill
from voicecoach.dialog.opening import OpeningDrill
from voicecoach.errors import UsageError


def find_drill(drills: Mapping[str, Drill], wanted: str) -> Drill:
    """Return the drill of a name; ``So what`` and ``so_what`` are as good as ``so-what``.

    Raises:
        UsageError: there is none.
    """
    name = "-".join(wanted.lower().replace("_", " ").replace("-", " ").split())
    for drill in drills.values():
        if name in (drill.name, drill.title.lower().replace(" ", "-")):
            return drill
    known = ", ".join(drills)
    raise UsageError("usage.no_such_drill", f"There is no drill {wanted!r}", f"Choose: {known}")


def make_drill(wanted: str, material: Material, soft: bool = False) -> Activity:
    """Return the drill of a name.

    Args:
        wanted: its name.
        material: script, judge and seed.
        soft: do not cut the candidate off when the time is up.

    Raises:
        UsageError: there is none, or it has no clock to be soft about.
    """
    drill = find_drill(material.script.drills, wanted)
    if drill.name == "opening":
        return OpeningDrill(material, drill, soft)
    if soft:
        raise UsageError("usage.not_timed", f"The {drill.title} drill has no clock", "Omit --soft")
    if drill.name == "counterfactual":
        return CounterfactualDrill(material, drill)
    return RoundsDrill(material, drill)
