"""Prints progress: small tables with a strip for each figure, in 80 columns, ASCII where asked."""

from __future__ import annotations

import os
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecoach.progress import FamilyCoverage, PrincipleCoverage, Progress
    from voicecoach.progress_series import Series

_WIDTH = 80
_STRIP = 16
"""Sessions in a strip: the latest."""

_BARS = "▁▂▃▄▅▆▇█"
_DIGITS = "0123456789"

_LISTED = 6
"""So many families that were never practised are named."""


def print_progress(progress: Progress) -> None:
    """Print what moved, where the candidate stands, and what is next."""
    plain = not _draws_bars()
    for line in _lines(progress, _DIGITS if plain else _BARS):
        print(_to_ascii(line) if plain else line)


def _draws_bars() -> bool:
    """Whether somebody looks at a terminal that can show them, and minds no signs."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return False
    try:
        _BARS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _to_ascii(line: str) -> str:
    for sign, plain in (("→", "->"), ("–", "-"), ("±", "+-"), ("“", '"'), ("”", '"')):
        line = line.replace(sign, plain)
    return unicodedata.normalize("NFKD", line).encode("ascii", "ignore").decode("ascii")


def _lines(progress: Progress, signs: str) -> Iterable[str]:
    yield from _head(progress)
    sessions = _latest_sessions(progress)
    judged = (*((progress.rating,) if progress.rating else ()), *progress.facets)
    for title, series in (
        ("Rating of 5, facets of 2", judged),
        ("Delivery", progress.delivery),
        ("Drills, % of points heard", progress.drills),
    ):
        if series:
            yield from ("", f"{title:<28}    n   mean spread  {'by session':<{_STRIP}}  change")
            yield from (_row(each, _strip(each, sessions, signs)) for each in series)
    if progress.series:
        yield ""
        yield from _legend(signs)
    if any(answer.scored for answer in progress.answers):
        yield from ("", *_changes(progress), "", *_principles(progress.principles))
    if progress.answers:
        yield from _families(progress.families)
    step = progress.next_step
    yield from ("", f"Next: {step.command}", *_wrapped(step.why))


def _head(progress: Progress) -> Iterable[str]:
    from voicecoach.figures import count

    practices, answers = progress.practices, progress.answers
    scored = sum(answer.scored for answer in answers)
    yield (
        f"{count(len(answers), 'answer')} ({scored} scored) in "
        f"{count(len(practices), 'session')}, {practices[0].date} to {practices[-1].date}"
    )
    if progress.left_out:
        yield from _wrapped(
            f"The judge changed on {progress.judged_since}. Figures before and after do not "
            f"compare: {_left_out(progress.left_out)} left out below."
        )


def _left_out(number: int) -> str:
    from voicecoach.figures import count

    return f"{count(number, 'earlier score')} {'is' if number == 1 else 'are'}"


def _latest_sessions(progress: Progress) -> list[str]:
    """Those that the strips have a column for, the earliest first."""
    told = {point.session for series in progress.series for point in series.points}
    return [p.session for p in progress.practices if p.session in told][-_STRIP:]


def _row(series: Series, strip: str) -> str:
    from voicecoach.figures import NOTHING

    digits = series.digits
    spread = NOTHING if series.spread is None else f"{series.spread:.{digits}f}"
    return (
        f"{series.label[:28]:<28} {len(series.values):>4} {series.mean:>6.{digits}f} {spread:>6}"
        f"  {strip:<{_STRIP}}  {_change(series)}"
    ).rstrip()


def _strip(series: Series, sessions: Sequence[str], signs: str) -> str:
    """One sign a session, a blank where it has no value.

    A figure whose scale has no ends is drawn from its own lowest session to its highest.
    """
    means = {point.session: point.mean for point in series.points}
    low, high = series.scale or (min(means.values()), max(means.values()))
    last = len(signs) - 1

    def sign(session: str) -> str:
        if session not in means:
            return " "
        height = (means[session] - low) / (high - low) if high > low else 0.5
        return signs[round(last * min(max(height, 0.0), 1.0))]

    return "".join(map(sign, sessions))


def _change(series: Series) -> str:
    from voicecoach.progress_series import MOVED

    if series.halves is None:
        return "too few"
    if series.verdict != MOVED:
        return "within spread"
    earlier, later = series.halves.earlier, series.halves.later
    return f"{earlier:.{series.digits}f} → {later:.{series.digits}f}"


def _legend(signs: str) -> Iterable[str]:
    how = ", 0 lowest to 9 highest" if signs == _DIGITS else ""
    yield from _wrapped(
        f"spread: standard deviation. by session: mean of each of the latest {_STRIP}{how}. "
        "change: earlier half of all sessions, and later half."
    )


def _changes(progress: Progress) -> Iterable[str]:
    from voicecoach.progress_change import FEWEST
    from voicecoach.progress_series import MOVED

    moved = [series for series in progress.series if series.verdict == MOVED]
    for series in moved:
        sentence = series.sentence()
        yield from _wrapped(sentence[0].upper() + sentence[1:])
    if moved:
        return
    if any(series.halves for series in progress.series):
        yield "Nothing has moved by more than your usual spread."
    else:
        most = max((len(series.points) for series in progress.series), default=0)
        yield from _wrapped(
            f"Too few answers to say whether anything has moved: it takes {FEWEST} sessions with "
            f"the same figure, and there are {most}."
        )


def _principles(principles: Sequence[PrincipleCoverage]) -> Iterable[str]:
    shown = sorted((p for p in principles if p.shown), key=lambda p: -p.shown)
    asked = [p.name for p in principles if p.asked and not p.shown]
    never = [p.name for p in principles if not p.asked and not p.shown]
    yield f"Leadership principles: {len(shown)} of {len(principles)} acted out"
    if shown:
        yield from _item("in answers", [f"{p.name} {p.shown}" for p in shown])
    if asked:
        yield from _item("asked for only", asked)
    if never:
        yield from _item("never", never)


def _families(families: Sequence[FamilyCoverage]) -> Iterable[str]:
    practised = sorted((f for f in families if f.answered), key=lambda f: -f.answered)
    never = [f.title for f in families if not f.answered]
    yield f"Question families: {len(practised)} of {len(families)} practised"
    if practised:
        yield from _item("answers", [_family(family) for family in practised])
    if never:
        more = [f"{len(never) - _LISTED} more"] if len(never) > _LISTED else []
        yield from _item("never", [*never[:_LISTED], *more])


def _family(family: FamilyCoverage) -> str:
    if not family.ratings:
        return f"{family.title} {family.answered}"
    mean = sum(family.ratings) / len(family.ratings)
    return f"{family.title} {family.answered} ({mean:.1f} of 5)"


def _item(name: str, parts: Sequence[str]) -> list[str]:
    return _wrapped(f"{name}: {' | '.join(parts)}", "  ")


def _wrapped(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=lead, subsequent_indent=lead + lead)
