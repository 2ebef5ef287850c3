"""Cutting a recording into the pieces that are handed over, as fast as it goes or at a multiple of real time."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias

from dibs.clock import monotonic
from dibs.models.comments import IncomingComment

PIECE = 400
TICK_SECONDS = 0.02

Piece: TypeAlias = Sequence[IncomingComment]


async def pieces(comments: Piece, speed: float, stop: asyncio.Event) -> AsyncIterator[Piece]:
    """Pieces in order. Speed 0 is as fast as they are taken, 1 is real time, 8 is eight times as fast."""
    if speed <= 0:
        for start in range(0, len(comments), PIECE):
            if stop.is_set():
                return
            yield comments[start : start + PIECE]
        return
    first = comments[0].posted_at
    due = [(comment.posted_at - first).total_seconds() / speed for comment in comments]
    began, place = monotonic(), 0
    while place < len(comments) and not stop.is_set():
        end = bisect_right(due, monotonic() - began, lo=place)
        if end == place:
            await _wait(stop, max(due[place] - (monotonic() - began), TICK_SECONDS))
            continue
        end = min(end, place + PIECE)
        yield comments[place:end]
        place = end


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
