"""Storing what a platform sent before it is told 200: what arrives together is stored by one statement."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping

import asyncpg
import attrs
import structlog

from dibs.clock import utc_now
from dibs.db import LOST, Database
from dibs.errors import DibsError, UnavailableError
from dibs.models.platform import WebhookRequest
from dibs.webhooks.rows import InboxRows, NewDelivery

MOST_ROWS = 200
MOST_BYTES = 16 * 1024 * 1024
MOST_WAITING_BYTES = 64 * 1024 * 1024
WRITE_SECONDS = 4.0
_MOST_HEADERS = 20
_LONGEST_HEADER = 500
_NOT_KEPT = ("x-forwarded", "x-real", "x-request")
_log = structlog.get_logger("dibs.webhooks")


@attrs.frozen(eq=False)
class _Waiting:
    """A delivery whose sender waits."""

    new: NewDelivery
    stored: asyncio.Future[None]


@attrs.define(eq=False)
class WebhookInbox:
    """Takes verified deliveries of one process; `arrived` is called when some were stored."""

    db: Database
    arrived: Callable[[], None]
    _queue: deque[_Waiting] = attrs.field(factory=deque, init=False)
    _bytes: int = attrs.field(default=0, init=False)
    _writer: asyncio.Task[None] | None = attrs.field(default=None, init=False)
    _closed: bool = attrs.field(default=False, init=False)

    async def put(self, platform: str, request: WebhookRequest) -> None:
        """Store one delivery; returns when it is committed.

        Raises:
            UnavailableError: it is not known to be stored; the platform has to send it again.
        """
        if self._closed or self._bytes + len(request.body) > MOST_WAITING_BYTES:
            raise _not_now()
        received_at = request.received_at or utc_now()
        new = NewDelivery(platform, kept_headers(request.headers), request.body, received_at)
        waiting = _Waiting(new, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._bytes += len(new.body)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all(), name="webhooks inbox")
        await waiting.stored

    async def close(self) -> None:
        """Store what was handed in; take no more."""
        self._closed = True
        if self._writer is not None:
            await asyncio.wait([self._writer])

    async def _write_all(self) -> None:
        while self._queue:
            batch = self._next_batch()
            problem = await self._write(batch)
            for waiting in batch:
                self._bytes -= len(waiting.new.body)
                if waiting.stored.done():  # its sender has hung up
                    continue
                if problem is None:
                    waiting.stored.set_result(None)
                else:
                    waiting.stored.set_exception(problem)

    def _next_batch(self) -> list[_Waiting]:
        batch, size = [self._queue.popleft()], 0
        size = len(batch[0].new.body)
        while self._queue and len(batch) < MOST_ROWS and size + len(self._queue[0].new.body) <= MOST_BYTES:
            batch.append(self._queue.popleft())
            size += len(batch[-1].new.body)
        return batch

    async def _write(self, batch: list[_Waiting]) -> UnavailableError | None:
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await InboxRows(self.db).put([waiting.new for waiting in batch])
        except (*LOST, DibsError, asyncpg.PostgresError) as error:
            _log.warning("webhooks_not_stored", deliveries=len(batch), problem=type(error).__name__)
            return _not_now()
        self.arrived()
        return None


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that an adapter may need for decoding: the content type and the platform's own (`x-…`), without
    signatures and what proxies add."""
    kept: dict[str, str] = {}
    for name, value in headers.items():
        own = name.startswith("x-") and not name.startswith(_NOT_KEPT) and "signature" not in name
        if (own or name == "content-type") and len(value) <= _LONGEST_HEADER and f"{name}{value}".isprintable():
            kept[name] = value
    return dict(list(kept.items())[:_MOST_HEADERS])


def _not_now() -> UnavailableError:
    return UnavailableError("This can't be stored now; send it again.", retry_after=2)
