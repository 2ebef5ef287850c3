"""Buckets of equal width over the time of a show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from dibs.summary.model import Timeline

Row: TypeAlias = Any
MOST_BUCKETS = 240
FINEST = 10
WIDTHS = (10, 20, 30, 60, 120, 300)


def width_for(seconds: float) -> int:
    """The finest width with which so long a time has at most 240 buckets; it doubles beyond five minutes."""
    for width in WIDTHS:
        if seconds < width * (MOST_BUCKETS - 1):
            return width
    width = WIDTHS[-1]
    while seconds >= width * (MOST_BUCKETS - 1):
        width *= 2
    return width


def make_timeline(slots: Iterable[Row], wins: Iterable[Row]) -> Timeline:
    """Add up what was counted in slots of ten seconds."""
    comments = [(_second(row["at"]), row["verdict"], row["comments"]) for row in slots]
    won = [(_second(row["at"]), row["wins"]) for row in wins]
    seconds = [*(slot[0] for slot in comments), *(slot[0] for slot in won)]
    if not seconds:
        return Timeline(None, FINEST, [], [], [])
    width = width_for(max(seconds) - min(seconds))
    first = min(seconds) // width
    rows = [[0] * (max(seconds) // width - first + 1) for _ in range(3)]
    for second, verdict, count in comments:
        rows[0][second // width - first] += count
        rows[1][second // width - first] += count if verdict == "claim" else 0
    for second, count in won:
        rows[2][second // width - first] += count
    return Timeline(datetime.fromtimestamp(first * width, UTC), width, *rows)


def _second(at: datetime) -> int:
    return int(at.timestamp())
