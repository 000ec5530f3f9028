"""Curves as a drawing: false cut-ins across, the delay upwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.pauses.curves import Point

_WIDTH, _HEIGHT = 640, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 60, 40, 20, 50
_MOST_CUT, _MOST_S = 0.30, 3.0
_COLOURS = ("#9a9a9a", "#d17a00", "#0a5fa8")


def drawing(curves: Mapping[str, Sequence[Point]], title: str) -> str:
    """Return an SVG of the median delay against the share of pauses that are cut."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{title}</text>',
        *_axes(),
    ]
    for number, (name, points) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        kept = sorted((p for p in points if p.cut_pauses <= _MOST_CUT), key=lambda p: p.p50_s)
        line = " ".join(f"{_x(p.cut_pauses):.1f},{_y(p.p50_s):.1f}" for p in kept)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{_x(p.cut_pauses):.1f}" cy="{_y(p.p50_s):.1f}" r="2.5" fill="{colour}"/>'
            for p in kept
        ]
        y = _TOP + 18 * number + 8
        parts.append(
            f'<rect x="{_WIDTH - 230}" y="{y - 8}" width="14" height="4" fill="{colour}"/>'
        )
        parts.append(f'<text x="{_WIDTH - 210}" y="{y}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _x(cut: float) -> float:
    return _LEFT + cut / _MOST_CUT * (_WIDTH - _LEFT - _RIGHT)


def _y(seconds: float) -> float:
    share = min(1.0, seconds / _MOST_S)
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _axes() -> list[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = []
    for step in range(7):
        cut = step * 0.05
        parts.append(
            f'<line x1="{_x(cut)}" y1="{_TOP}" x2="{_x(cut)}" y2="{bottom}" stroke="#e6e6e6"/>'
            f'<text x="{_x(cut)}" y="{bottom + 16}" text-anchor="middle">{cut:.0%}</text>'
        )
    for step in range(7):
        seconds = step * 0.5
        parts.append(
            f'<line x1="{_LEFT}" y1="{_y(seconds)}" x2="{right}" y2="{_y(seconds)}" '
            'stroke="#e6e6e6"/>'
            f'<text x="{_LEFT - 8}" y="{_y(seconds) + 4}" text-anchor="end">{seconds:.1f} s</text>'
        )
    middle = (_LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">'
        "pauses in which the floor is taken, of those that were labelled</text>"
    )
    return parts
