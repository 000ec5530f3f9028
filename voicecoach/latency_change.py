"""Why replies came later, or sooner, than before: other turns, or slower ones? Pure.

Owns: how a change of the mean time to first word is shared out, and how that is put into words.

A mean changes because other turns were held (the *mix*: more long answers, which are slower), or
because turns of the same slice became slower (*within*). Both add up to the change (Kitagawa's
decomposition, weighted alike from both sides), by each dimension anew. A slice that one side lacks
is all mix. The mean, and no percentile, is shared out because only means add up.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voicecoach.latency_slices import DIMENSIONS, FEW, TimedTurn, cut_ins, ms
from voicecoach.metrics import Rate, percentile
from voicecoach.replies import PARTS

WAITING = "waiting for you to go on"
RESPONSE = "response"
SAVED = "acknowledged earlier"

LEAST_S = 0.001
"""A smaller change of a part is not worth telling."""

MOST = 0.5
"""A share of the change from which the mix of turns is said to explain it, and share of the turns
that has to be in slices which both sides have."""

STANDS_OUT = 0.2
"""A slice is named if its share of the change is by so much above its share of the turns."""


@dataclass(frozen=True, slots=True)
class SliceChange:
    """What one slice had to do with it.

    Attributes:
        name: of the slice.
        n_before: replies in it before.
        n_after: now.
        mean_before_s: their mean time to first word; None without any.
        mean_after_s: likewise.
        mix_s: change of the whole mean because this slice became more or less frequent.
        within_s: because its replies became slower or quicker.
    """

    name: str
    n_before: int
    n_after: int
    mean_before_s: float | None
    mean_after_s: float | None
    mix_s: float
    within_s: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The change by one dimension."""

    dimension: str
    slices: tuple[SliceChange, ...]

    @property
    def mix_s(self) -> float:
        """What other turns account for."""
        return sum(s.mix_s for s in self.slices)

    @property
    def within_s(self) -> float:
        """What slower or quicker replies to the same turns account for."""
        return sum(s.within_s for s in self.slices)


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the time had to do with it.

    Parts vary much less than the whole, so a slower one is certain long before the whole is.

    Attributes:
        name: ``waiting for you to go on``, one of `voicecoach.replies.PARTS`, ...
        change_s: of its mean; all parts add up to the whole change.
        chance_s: as of the whole.
    """

    name: str
    change_s: float
    chance_s: float | None

    @property
    def clear(self) -> bool:
        """Whether chance alone would not do as an explanation."""
        return self.chance_s is not None and abs(self.change_s) > max(self.chance_s, LEAST_S)


@dataclass(frozen=True, slots=True)
class Change:
    """Two sets of replies compared.

    Attributes:
        n_before: how many there were.
        n_after: and are now.
        mean_before_s: mean time to first word.
        mean_after_s: likewise.
        p95_before_s: its 95th percentile; None below `FEW` replies.
        p95_after_s: likewise.
        chance_s: chance alone moves the difference of the means by hardly more (two standard
            errors); None where a side has a single reply.
        parts: what each part of the time contributes to the change, the most first.
        cuts: by each dimension.
        cut_ins_before: false cut-ins.
        cut_ins_after: likewise.
    """

    n_before: int
    n_after: int
    mean_before_s: float
    mean_after_s: float
    p95_before_s: float | None
    p95_after_s: float | None
    chance_s: float | None
    parts: tuple[Part, ...]
    cuts: tuple[Cut, ...]
    cut_ins_before: Rate
    cut_ins_after: Rate

    @property
    def total_s(self) -> float:
        """By how much the mean changed."""
        return self.mean_after_s - self.mean_before_s

    @property
    def by_chance(self) -> bool:
        """Whether chance alone would do as an explanation, or nobody can tell."""
        return self.chance_s is None or abs(self.total_s) <= self.chance_s


def compare(before: Sequence[TimedTurn], after: Sequence[TimedTurn]) -> Change | None:
    """Compare two sets of replies; None where one of them is empty."""
    if not before or not after:
        return None
    old, new = _ttfw(before), _ttfw(after)
    return Change(
        n_before=len(old),
        n_after=len(new),
        mean_before_s=statistics.fmean(old),
        mean_after_s=statistics.fmean(new),
        p95_before_s=percentile(old, 95) if len(old) >= FEW else None,
        p95_after_s=percentile(new, 95) if len(new) >= FEW else None,
        chance_s=_chance_s(old, new),
        parts=_part_changes(before, after),
        cuts=tuple(_cut(before, after, dimension) for dimension in DIMENSIONS),
        cut_ins_before=cut_ins(before),
        cut_ins_after=cut_ins(after),
    )


def _chance_s(old: Sequence[float], new: Sequence[float]) -> float | None:
    """Return two standard errors of the difference of two means; None where one is of one value."""
    if len(old) < 2 or len(new) < 2:
        return None
    squared = statistics.variance(old) / len(old) + statistics.variance(new) / len(new)
    return 2.0 * math.sqrt(squared)


def _ttfw(turns: Sequence[TimedTurn]) -> list[float]:
    return [turn.reply.ttfw_s for turn in turns]


def _cut(before: Sequence[TimedTurn], after: Sequence[TimedTurn], dimension: str) -> Cut:
    overall_s = (statistics.fmean(_ttfw(before)) + statistics.fmean(_ttfw(after))) / 2
    names = sorted({turn.slice_of(dimension) for turn in (*before, *after)})
    found = []
    for name in names:
        old = _ttfw([turn for turn in before if turn.slice_of(dimension) == name])
        new = _ttfw([turn for turn in after if turn.slice_of(dimension) == name])
        old_s = statistics.fmean(old) if old else None
        new_s = statistics.fmean(new) if new else None
        share_before, share_after = len(old) / len(before), len(new) / len(after)
        known = [mean_s for mean_s in (old_s, new_s) if mean_s is not None]
        within_s = 0.0
        if old_s is not None and new_s is not None:
            within_s = (share_before + share_after) / 2 * (new_s - old_s)
        mix_s = (share_after - share_before) * (statistics.fmean(known) - overall_s)
        found.append(SliceChange(name, len(old), len(new), old_s, new_s, mix_s, within_s))
    return Cut(dimension, tuple(sorted(found, key=lambda s: -abs(s.mix_s + s.within_s))))


def _part_changes(before: Sequence[TimedTurn], after: Sequence[TimedTurn]) -> tuple[Part, ...]:
    """Share the change out to the parts of the time, which add up to it."""
    every = (*before, *after)
    if any(turn.blinded for turn in every):
        return ()  # an experiment's delay could be read off
    whole = all(turn.reply.parts_s is not None for turn in every)
    old, new = _part_times(before, whole), _part_times(after, whole)
    parts = [
        Part(
            name, statistics.fmean(new[name]) - statistics.fmean(times), _chance_s(times, new[name])
        )
        for name, times in old.items()
    ]
    changed = [part for part in parts if abs(part.change_s) > 1e-9]
    return tuple(sorted(changed, key=lambda part: -abs(part.change_s)))


def _part_times(turns: Sequence[TimedTurn], whole: bool) -> dict[str, list[float]]:
    """Return the length of each part in every reply, by its name."""
    found: dict[str, list[float]] = {}
    for turn in turns:
        reply = turn.reply
        row = {WAITING: reply.floor_delay_s}
        if whole and reply.parts_s is not None:
            row.update(zip(PARTS, reply.parts_s, strict=True))
        else:
            row[RESPONSE] = reply.latency_s
        row[SAVED] = reply.ttfw_s - reply.floor_delay_s - reply.latency_s
        for name, length_s in row.items():
            found.setdefault(name, []).append(length_s)
    return found


# --- in words -----------------------------------------------------------------------------------


def explain(change: Change) -> tuple[str, ...]:
    """Return what happened, and which slice explains it, in a few sentences."""
    lines = [_what_happened(change)]
    if change.by_chance:
        lines.append(_by_chance(change))
    slices = _which_slice(change)
    lines += (
        [f"If it is one: {line[:1].lower()}{line[1:]}" for line in slices]
        if change.by_chance
        else slices
    )
    lines += _which_part(change)
    lines.append(_at_what_price(change))
    return tuple(lines)


def _what_happened(change: Change) -> str:
    n = f"n = {change.n_after} and {change.n_before}"
    how = "later" if change.total_s > 0 else "sooner"
    if abs(change.total_s) < 0.0005:
        return f"First words came as before, after {_ms(change.mean_after_s)} on average ({n})."
    return (
        f"First words came {_ms(abs(change.total_s))} {how} on average: after "
        f"{_ms(change.mean_after_s)}, against {_ms(change.mean_before_s)} before ({n})."
    )


def _by_chance(change: Change) -> str:
    if change.chance_s is None:
        return "One reply on a side is too few to tell a change from chance."
    return (
        f"With so few replies chance alone moves this by up to {_ms(change.chance_s)}: on the "
        "whole it may be no change at all."
    )


def _which_slice(change: Change) -> list[str]:
    if abs(change.total_s) < 0.0005:
        return []
    cut = max(change.cuts, key=lambda c: _clarity(change, c))
    if _clarity(change, cut) < STANDS_OUT:
        return ["No slice stands out: replies changed alike everywhere."]
    if cut.mix_s / change.total_s >= MOST:
        # Of two that say the same, the one that there is more of now is easier to picture.
        leader = max(
            cut.slices, key=lambda s: (round(s.mix_s / change.total_s, 6), s.n_after - s.n_before)
        )
        return [
            f"Mostly the mix: by {cut.dimension}, other turns were held, and that is "
            f"{_signed(cut.mix_s)} of the {_signed(change.total_s)}. The most by “{leader.name}”: "
            f"{_share(leader.n_after, change.n_after)} of the turns, "
            f"{_share(leader.n_before, change.n_before)} before."
        ]
    leader = _leader(change, cut)
    assert leader.mean_before_s is not None
    assert leader.mean_after_s is not None
    apart_s = leader.mean_after_s - leader.mean_before_s
    how = "later" if apart_s > 0 else "sooner"
    text = (
        f"By {cut.dimension}, “{leader.name}” explains {_signed(leader.within_s)} of the "
        f"{_signed(change.total_s)}: replies there came {_ms(abs(apart_s))} {how} (n = "
        f"{leader.n_after} and {leader.n_before}). That other turns were held accounts for "
        f"{_signed(cut.mix_s)}."
    )
    if min(leader.n_before, leader.n_after) < FEW:
        text += " That is too few to build on."
    return [text]


def _leader(change: Change, cut: Cut) -> SliceChange:
    """The slice whose own change went furthest in the direction of the whole."""
    return max(cut.slices, key=lambda s: s.within_s / change.total_s)


def _clarity(change: Change, cut: Cut) -> float:
    """How well a dimension explains the change: what one slice, or the mix, stands out by.

    A slice that holds half of the turns and half of the change stands out by nothing, and where the
    two sides hardly have a slice in common, such as other questions, nothing can be compared.
    """
    common = [s for s in cut.slices if s.n_before and s.n_after]
    of_before = sum(s.n_before for s in common) / change.n_before
    of_after = sum(s.n_after for s in common) / change.n_after
    if len(cut.slices) == 1 or min(of_before, of_after) < MOST:
        return 0.0
    leader = _leader(change, cut)
    weight = (leader.n_before / change.n_before + leader.n_after / change.n_after) / 2
    by_slice = min(leader.within_s / change.total_s, 1.0) - weight
    by_mix = min(cut.mix_s / change.total_s, 1.0)
    return max(by_slice, by_mix if by_mix >= MOST else 0.0)


def _which_part(change: Change) -> list[str]:
    told = [part for part in change.parts if abs(part.change_s) >= LEAST_S]
    clear = ", ".join(f"{p.name} {_signed(p.change_s)}" for p in told if p.clear)
    rest = ", ".join(f"{p.name} {_signed(p.change_s)}" for p in told if not p.clear)
    lines = [f"By part of the time, beyond chance: {clear}."] if clear else []
    return [*lines, *([f"By part of the time, within chance: {rest}."] if rest else [])]


def _at_what_price(change: Change) -> str:
    before, after = change.cut_ins_before, change.cut_ins_after
    if not before.of or not after.of:
        return "False cut-ins were not noticed on both sides, so speed may have been bought."
    return f"False cut-ins: {after.count} of {after.of}, {before.count} of {before.of} before."


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.2f} s"


def _signed(seconds: float) -> str:
    return f"{'+' if seconds >= 0 else '−'}{_ms(abs(seconds))}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}"


# --- JSON ---------------------------------------------------------------------------------------


def to_json(change: Change) -> dict[str, Any]:
    """Return the comparison as a document; times in milliseconds."""
    return {
        "n": {"before": change.n_before, "after": change.n_after},
        "mean_ms": {"before": ms(change.mean_before_s), "after": ms(change.mean_after_s)},
        "p95_ms": {"before": ms(change.p95_before_s), "after": ms(change.p95_after_s)},
        "change_ms": ms(change.total_s),
        "chance_ms": ms(change.chance_s),
        "may_be_chance": change.by_chance,
        "parts": [
            {
                "part": part.name,
                "change_ms": ms(part.change_s),
                "chance_ms": ms(part.chance_s),
                "may_be_chance": not part.clear,
            }
            for part in change.parts
        ],
        "by": {
            cut.dimension: {
                "mix_ms": ms(cut.mix_s),
                "within_ms": ms(cut.within_s),
                "slices": [_slice_json(each) for each in cut.slices],
            }
            for cut in change.cuts
        },
        "false_cut_ins": {
            "before": {"count": change.cut_ins_before.count, "of": change.cut_ins_before.of},
            "after": {"count": change.cut_ins_after.count, "of": change.cut_ins_after.of},
        },
        "explanation": list(explain(change)),
    }


def _slice_json(each: SliceChange) -> dict[str, Any]:
    return {
        "slice": each.name,
        "n": {"before": each.n_before, "after": each.n_after},
        "mean_ms": {"before": ms(each.mean_before_s), "after": ms(each.mean_after_s)},
        "mix_ms": ms(each.mix_s),
        "within_ms": ms(each.within_s),
    }
