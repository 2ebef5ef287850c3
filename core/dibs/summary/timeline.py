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
    """Add up what was counted in slots of ten seconds. What came after the end of the show is left out."""
    comments = [(_second(row["at"]), row["verdict"], row["comments"]) for row in slots if not row["late"]]
    if not comments:
        return Timeline(None, FINEST, [], [], [])
    begin, end = min(comments)[0], max(comments)[0]
    width = width_for(end - begin)
    first, last = begin // width, end // width
    rows = [[0] * (last - first + 1) for _ in range(3)]
    for second, verdict, count in comments:
        rows[0][second // width - first] += count
        rows[1][second // width - first] += count if verdict == "claim" else 0
    for row in wins:
        place = _second(row["at"]) // width
        if first <= place <= last:
            rows[2][place - first] += row["wins"]
    return Timeline(datetime.fromtimestamp(first * width, UTC), width, *rows)


def _second(at: datetime) -> int:
    return int(at.timestamp())
