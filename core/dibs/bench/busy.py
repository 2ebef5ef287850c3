"""A lane that always has more to do than it can, and how much of it was done when."""

from __future__ import annotations

import asyncio
from time import monotonic
from types import TracebackType
from uuid import UUID

import attrs

from dibs.bench.arena import ITEMS, Arena
from dibs.bench.feeding import IN_FLIGHT, PIECE, settle_memory
from dibs.bench.workload import codes, make_comments

_RECORDING = 20_000


@attrs.define(eq=False)
class BusyLane:
    """An async context manager: inside, comments are handed to one show after another without a pause."""

    _arena: Arena
    _committed: list[tuple[float, int]] = attrs.field(factory=list, init=False)
    _feeders: list[asyncio.Task[None]] = attrs.field(factory=list, init=False)
    _next: int = attrs.field(default=_RECORDING, init=False)
    _show_id: UUID | None = attrs.field(default=None, init=False)
    _turn: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)

    def per_second(self, begun: float, ended: float) -> float:
        """Comments committed in a second, between two instants of the monotonic clock."""
        return sum(count for at, count in self._committed if begun <= at < ended) / (ended - begun)

    async def __aenter__(self) -> BusyLane:
        comments = make_comments(_RECORDING, codes(ITEMS))
        pieces = [comments[i : i + PIECE] for i in range(0, _RECORDING, PIECE)]
        settle_memory()

        async def hand_over() -> None:
            while True:
                show_id, start = await self._take()
                await self._arena.ingest(show_id, pieces[start // PIECE])
                self._committed.append((monotonic(), PIECE))

        self._feeders = [asyncio.create_task(hand_over()) for _ in range(IN_FLIGHT)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for feeder in self._feeders:
            feeder.cancel()
        await asyncio.gather(*self._feeders, return_exceptions=True)

    async def _take(self) -> tuple[UUID, int]:
        """The next piece: its show, and where in the recording it begins. A recording that is through starts anew."""
        async with self._turn:
            if self._show_id is None or self._next >= _RECORDING:
                self._show_id, self._next = await self._arena.show(), 0
            start, self._next = self._next, self._next + PIECE
            return self._show_id, start
