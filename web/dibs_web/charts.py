"""Small charts as plain SVG: numbers into points and bars, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import attrs


@attrs.frozen
class Bar:
    """One bar in a box 100 high: where it stands, how tall it is, how wide."""

    x: float
    y: float
    width: float
    height: float


def bars(values: Sequence[float], width: float = 240.0, gap: float = 6.0, slots: int = 4) -> list[Bar]:
    """Bars of equal width, the largest as tall as the box; a value of 0 is a line at the foot."""
    step = width / max(slots, len(values), 1)
    largest = max(values, default=0) or 1
    made = []
    for place, value in enumerate(values):
        height = max(2.0, round(100 * value / largest, 1))
        made.append(Bar(round(place * step + gap / 2, 1), round(100 - height, 1), round(step - gap, 1), height))
    return made


def line_points(values: Sequence[float], width: float = 240.0, height: float = 40.0) -> str:
    """The points of a line through the values, for `<polyline points>`."""
    largest = max(values, default=0) or 1
    step = width / max(len(values) - 1, 1)
    return " ".join(
        f"{place * step:.1f},{height - 1 - value / largest * (height - 2):.1f}" for place, value in enumerate(values)
    )
