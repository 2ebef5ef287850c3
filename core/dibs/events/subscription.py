"""One client's view of a topic: first what it missed, then what happens, never a gap and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from types import TracebackType
from typing import Protocol, TypeAlias

from dibs.errors import UnavailableError
from dibs.events.channel import Channel
from dibs.events.frames import HEARTBEAT, SILENT_END, Frame, Notice, cut, joined, reset
from dibs.events.model import Position

MOST_FRAMES = 256
MOST_BYTES = 1024 * 1024

Piece: TypeAlias = Frame | Notice


class Guard(Hashable, Protocol):
    """Whether a client may still listen; equal guards are asked once for all their streams.

    Attributes:
        farewell: the reason that `bye` gives once it may not.
    """

    @property
    def farewell(self) -> str: ...

    async def valid(self) -> bool:
        """False ends the stream with `bye`."""


class Subscription:
    """An async context manager and iterator of frames. Made by `Hub.subscribe`.

    While it catches up it takes page after page from the outbox at the client's own pace and holds nothing.
    Once it has reached the present it joins the channel and gets the frames that all others get. What waits
    for the client is bounded; at the bound it is thrown away and the client is told to reset.
    """

    __slots__ = (
        "__weakref__",
        "_channel",
        "_in_flight",
        "_join",
        "_last",
        "_leave",
        "_live",
        "_position",
        "_queue",
        "_queued_bytes",
        "_task",
        "_waiter",
        "guard",
    )

    def __init__(
        self,
        join: Callable[[Subscription], Awaitable[Channel]],
        leave: Callable[[Subscription, Channel], None],
        after: Position | None,
        guard: Guard | None,
    ) -> None:
        self._join = join
        self._leave = leave
        self._position = after
        self.guard = guard
        self._channel: Channel | None = None
        self._queue: list[Piece] = []
        self._queued_bytes = self._in_flight = 0
        self._waiter: asyncio.Future[None] | None = None
        self._task: asyncio.Task[object] | None = None
        self._last: Notice | None = None
        self._live = False

    async def __aenter__(self) -> Subscription:
        """Where the database does not answer the stream is over before it began."""
        self._task = asyncio.current_task()
        try:
            self._channel = await self._join(self)
        except UnavailableError:
            self._last = SILENT_END
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        channel, self._channel, self._task = self._channel, None, None
        self._queue, self._last = [], SILENT_END
        if channel is not None:
            self._leave(self, channel)

    async def __aiter__(self) -> AsyncIterator[Piece]:
        while pieces := await self.take():
            for piece in pieces:
                yield piece

    async def take(self) -> list[Piece]:
        """Everything that waits for the client, or the next thing that comes. Empty means that the stream is
        over."""
        self._in_flight = 0
        while True:
            if self._queue:
                pieces, self._queue = self._queue, []
                self._in_flight, self._queued_bytes = self._queued_bytes, 0
                return pieces
            if self._last is not None:
                return self._farewell()
            if self._live:
                await self._wait()
            else:
                await self._catch_up()

    def put(self, piece: Piece) -> None:
        """Give the client a piece. At the bound everything that waits is dropped and the client is reset."""
        if self._last is not None or (piece is HEARTBEAT and (self._queue or not self._live)):
            return  # a heartbeat says nothing to a client that has something to read
        if isinstance(piece, Frame):
            rest = piece.after(self._position.seq) if self._live and self._position else None
            if rest is None:
                return
            piece, self._position = rest, Position(rest.epoch, rest.last_seq)
        self._queue.append(piece)
        self._queued_bytes += len(piece.sse)
        if len(self._queue) > MOST_FRAMES or self._queued_bytes + self._in_flight > MOST_BYTES:
            self.finish(reset("behind", self._here()), drop=True)
        self._wake()

    def finish(self, last: Notice, *, drop: bool = False) -> None:
        """End the stream with this notice, after what is waiting or, with `drop`, in place of it."""
        if drop:
            self._queue, self._queued_bytes = [], 0
        if self._last is None:
            self._last = last
        self._wake()

    def abandon(self) -> None:
        """Give up a client that has not even taken its farewell."""
        if self._task is not None:
            self._task.cancel()

    @property
    def stuck(self) -> bool:
        """True when it was told to end and does not read."""
        return self._last is not None and self._waiter is None

    def _here(self) -> Position:
        assert self._channel is not None
        return self._channel.position

    def _farewell(self) -> list[Piece]:
        last, self._last = self._last, SILENT_END
        self._live = True
        return [last] if last is not None and last is not SILENT_END else []

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)

    async def _wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def _catch_up(self) -> None:
        channel = self._channel
        assert channel is not None, "use it as a context manager"
        if self._position is None:
            self._position, self._live = channel.position, True
            self._queue.append(joined(self._position))
        elif not self._joins(channel, self._position):
            try:
                await self._read(channel, self._position)
            except UnavailableError:
                self._last = SILENT_END

    def _joins(self, channel: Channel, position: Position) -> bool:
        """Go live if the channel's memory reaches from this position to the present."""
        tail = channel.tail(position)
        if tail is not None:
            self._go_live(tail)
        return tail is not None

    async def _read(self, channel: Channel, position: Position) -> None:
        page = await channel.read(position.seq)
        newest = Position(page.epoch, page.last_seq)
        if page.epoch != position.epoch:
            self.finish(reset("epoch", newest))
        elif page.gap:
            self.finish(reset("gap", newest))
        elif page.events:
            self._queue.extend(cut(page.epoch, page.first_seq, page.events))
            self._position = Position(page.epoch, page.first_seq + len(page.events) - 1)
        elif not self._joins(channel, position):
            await self._reach(channel, position, newest)

    async def _reach(self, channel: Channel, position: Position, newest: Position) -> None:
        """The client knows all that the outbox has, and the channel stands elsewhere."""
        if channel.epoch != newest.epoch or channel.last_seq < position.seq:
            self._go_live([])
            channel.learn(newest)
        elif not (await channel.read(position.seq)).events and not self._joins(channel, position):
            self.finish(reset("gap", newest))  # the channel was told of numbers that the outbox does not have

    def _go_live(self, tail: list[Frame]) -> None:
        """From here on the channel delivers; what it delivers twice is dropped by number."""
        self._live = True
        if tail:
            self._queue.extend(tail)
            self._position = Position(tail[-1].epoch, tail[-1].last_seq)
