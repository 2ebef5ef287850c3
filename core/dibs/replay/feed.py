"""Handing a recording over, in order, with a few pieces on the way so that the lane never waits."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

import attrs

from dibs.clock import monotonic
from dibs.errors import StaleWriterError, UnavailableError
from dibs.lane.lane import PATIENCE_SECONDS
from dibs.lane.lanes import Lanes
from dibs.lane.work import CommentOutcome
from dibs.replay.pacing import Piece

WINDOW = 3
_AGAIN_SECONDS = 0.2
_STALLED_SECONDS = 2.0

Progress = Callable[[int, Counter[str]], None]


@attrs.define(eq=False)
class _Handed:
    """A piece on its way, with the moment at which it was handed over."""

    piece: Piece
    at: float
    task: asyncio.Task[list[CommentOutcome]]


@attrs.define(eq=False)
class Feeder:
    """Feeds one show.

    While another process owns the show (`alone`) one piece at a time goes through the inbox: several at once could
    overtake each other, and the order of the recording is what decides.
    """

    lanes: Lanes
    workspace_id: UUID
    show_id: UUID
    progress: Progress
    say: Callable[[str], None]
    alone: bool = False
    received: int = attrs.field(default=0, init=False)
    seconds: float = attrs.field(default=0.0, init=False)
    latencies: list[tuple[float, int]] = attrs.field(factory=list, init=False)
    _flight: deque[_Handed] = attrs.field(factory=deque, init=False)

    async def feed(self, pieces: AsyncIterator[Piece]) -> None:
        """Hand all pieces over; returns when they are committed.

        Raises:
            UnavailableError: the database, or the owner of the show, did not come back in time.
        """
        began = monotonic()
        try:
            async for piece in pieces:
                while self._flight and (self._flight[0].task.done() or len(self._flight) >= WINDOW):
                    await self._land()
                if self.alone:
                    await self._hand_over(piece, monotonic())
                else:
                    self._launch(piece)
            while self._flight:
                await self._land()
        finally:
            await self._call_back()
            self.seconds = monotonic() - began

    def _launch(self, piece: Piece) -> None:
        lane = self.lanes.lane(self.workspace_id, self.show_id)

        async def deliver() -> list[CommentOutcome]:
            outcomes = await lane.ingest(piece)
            self.latencies.append((monotonic() - at, len(piece)))
            return outcomes

        at = monotonic()
        self._flight.append(_Handed(piece, at, asyncio.create_task(deliver())))

    async def _land(self) -> None:
        """Wait for the oldest piece. If the show is somebody else's, it and the ones behind it go the slow way."""
        handed = self._flight.popleft()
        await self._stalled(handed.task)
        try:
            self._count(await handed.task)
        except UnavailableError:
            raise UnavailableError("The database did not come back.") from None
        except StaleWriterError:
            waiting = [(handed.piece, handed.at), *await self._call_back()]
            self.alone = True
            for piece, at in waiting:
                await self._hand_over(piece, at)

    async def _stalled(self, task: asyncio.Task[list[CommentOutcome]]) -> None:
        """Wait a moment; tell why nothing moves if it takes longer."""
        done, _ = await asyncio.wait([task], timeout=_STALLED_SECONDS)
        if not done:
            self.say("Waiting for the database to answer…")

    async def _hand_over(self, piece: Piece, at: float) -> None:
        deadline = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                result = await self.lanes.ingest(self.workspace_id, self.show_id, piece)
                break
            except UnavailableError:
                if monotonic() > deadline:
                    raise
                await asyncio.sleep(_AGAIN_SECONDS)
        self.latencies.append((monotonic() - at, len(piece)))
        self._count(result.outcomes)
        self.alone = self.lanes.lane(self.workspace_id, self.show_id).fence is None

    async def _call_back(self) -> list[tuple[Piece, float]]:
        """Take back what is on its way: the lane leaves out what nobody waits for any more."""
        waiting = list(self._flight)
        self._flight.clear()
        for handed in waiting:
            handed.task.cancel()
        await asyncio.gather(*(handed.task for handed in waiting), return_exceptions=True)
        return [(handed.piece, handed.at) for handed in waiting]

    def _count(self, outcomes: Sequence[CommentOutcome]) -> None:
        self.received += len(outcomes)
        self.progress(len(outcomes), Counter(outcome.verdict for outcome in outcomes))


def percentile(latencies: Sequence[tuple[float, int]], share: float) -> float:
    """The time within which `share` of the comments were committed; each entry stands for so many comments."""
    ordered = sorted(latencies)
    wanted, seen = share * sum(count for _, count in ordered), 0
    for seconds, count in ordered:
        seen += count
        if seen >= wanted:
            return seconds
    return 0.0
