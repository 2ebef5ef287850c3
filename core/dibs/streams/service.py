"""The streams that this process reads: taken on when nobody reads them, held, given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, Final
from uuid import UUID

import attrs
import structlog

from dibs.db import LOST
from dibs.errors import DibsError
from dibs.models.platform import WebhookNews
from dibs.streams import lease, sql
from dibs.streams.delivering import Delivered, deliver
from dibs.streams.model import StreamRow, stream_of
from dibs.streams.operators import Operators
from dibs.streams.parts import Parts
from dibs.streams.reader import Reader

_SWEEP_SECONDS: Final = 1.0
log = structlog.get_logger("dibs.streams")


@attrs.define(eq=False)
class Streams:
    """Each stream of a running show is read by exactly one process; this is one of them."""

    parts: Parts
    operators: Operators = attrs.field(init=False)
    _readers: dict[UUID, tuple[Reader, asyncio.Task[None]]] = attrs.field(factory=dict, init=False)
    _tasks: list[asyncio.Task[None]] = attrs.field(factory=list, init=False)
    _wake: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    def __attrs_post_init__(self) -> None:
        self.operators = Operators(self.parts, self.wake)

    async def start(self) -> None:
        """Begin to look for streams that nobody reads."""
        self._tasks = [
            asyncio.create_task(self._forever(self._sweep, self._sweep_pause), name="streams sweep"),
            asyncio.create_task(self._forever(self._renew, self._renew_pause), name="streams renew"),
        ]

    async def close(self) -> None:
        """Stop reading; other processes go on at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        running = [task for _, task in self._readers.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def wake(self) -> None:
        """Look at once: something has changed."""
        self._wake.set()

    @property
    def reading(self) -> frozenset[UUID]:
        """The streams that this process reads."""
        return frozenset(self._readers)

    async def of_show(self, workspace_id: UUID, show_id: UUID) -> list[StreamRow]:
        """The streams of a show, the first added first."""
        return [stream_of(row) for row in await self.parts.db.hot_fetch(sql.STREAMS, workspace_id, show_id)]

    async def deliver(self, workspace_id: UUID, connection_id: UUID, news: WebhookNews) -> Delivered:
        """Take what a platform tells about an account by itself; see `dibs.streams.delivering`."""
        found = await deliver(self.parts, workspace_id, connection_id, news)
        if found.woken:
            self.wake()
        return found

    async def _sweep(self) -> None:
        there: set[UUID] = set()
        for row in await self.parts.db.hot_fetch(sql.TO_READ):
            stream = stream_of(row)
            there.add(stream.id)
            reader = self._readers.get(stream.id)
            if reader is not None:
                reader[0].saw(stream)
            elif not row["leased"] or row["owner"] == self.parts.lanes.owner:
                await self._take_on(stream)
        for stream_id in self._readers.keys() - there:  # taken off their shows, or ended
            self._readers[stream_id][1].cancel()

    async def _take_on(self, stream: StreamRow) -> None:
        fence = await lease.acquire(self.parts.db, stream.workspace_id, stream.id, self.parts.lanes.owner)
        if fence is not None:
            reader = Reader(self.parts, stream.workspace_id, stream.id, fence, stream)
            task = asyncio.create_task(self._run(reader), name=f"stream {stream.id}", context=Context())
            self._readers[stream.id] = (reader, task)

    async def _run(self, reader: Reader) -> None:
        """Read until there is no more to read, then give the stream up. What is in hand is written first."""
        try:
            await reader.run()
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("reader_failed", stream_id=str(reader.stream_id))
            await asyncio.sleep(self.parts.pace.backoff)  # the sweep takes it on again
        finally:
            self._readers.pop(reader.stream_id, None)
            await self._give_up(reader)

    async def _give_up(self, reader: Reader) -> None:
        owner = self.parts.lanes.owner
        try:
            await lease.release(self.parts.db, reader.workspace_id, reader.stream_id, owner, reader.fence)
        except (*LOST, DibsError):
            log.info("lease_left_to_expire", stream_id=str(reader.stream_id))

    async def _renew(self) -> None:
        held = [(reader.workspace_id, reader.stream_id, reader.fence) for reader, _ in self._readers.values()]
        kept = await lease.renew(self.parts.db, self.parts.lanes.owner, held)
        for _, stream_id, fence in held:
            found = self._readers.get(stream_id)
            if stream_id not in kept and found is not None and found[0].fence == fence:
                found[1].cancel()  # somebody else reads it now

    async def _sweep_pause(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), _SWEEP_SECONDS)
        except TimeoutError:
            return
        finally:
            self._wake.clear()

    async def _renew_pause(self) -> None:
        await asyncio.sleep(lease.RENEW_SECONDS)

    async def _forever(self, step: Callable[[], Awaitable[Any]], pause: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except (DibsError, *LOST) as error:
                log.warning("streams_step_failed", step=step.__name__, problem=str(error)[:200])
            except Exception:
                log.exception("streams_step_failed", step=step.__name__)
            await pause()
