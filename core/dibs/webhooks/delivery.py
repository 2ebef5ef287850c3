"""Handing news to connections: in order for each of them, and none waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import attrs
import structlog

from dibs.db import LOST
from dibs.errors import UnavailableError
from dibs.models.platform import TryAgainError, WebhookNews
from dibs.webhooks.sorting import Destination, Pack, joined

Deliver: TypeAlias = Callable[[UUID, UUID, WebhookNews], Awaitable[object]]
"""Hands news to the streams of a connection; returns when what has to last is committed."""
Delivered: TypeAlias = Callable[[int, BaseException | None], None]
"""Told for each part of a row that was handed over, or why it was not."""

NOT_NOW = (UnavailableError, TryAgainError, *LOST)
_log = structlog.get_logger("dibs.webhooks")


@attrs.define(eq=False)
class Lines:
    """A line for each connection that has news under way."""

    deliver: Deliver
    delivered: Delivered
    _lines: dict[Destination, asyncio.Task[None]] = attrs.field(factory=dict, init=False)

    def queue(self, destination: Destination, packs: Sequence[Pack]) -> None:
        """Deliver these behind what the connection has got before."""
        before = self._lines.get(destination)
        task = asyncio.create_task(self._hand_over(destination, packs, before))
        self._lines[destination] = task
        task.add_done_callback(lambda _: self._ended(destination, task))

    async def close(self) -> None:
        """Wait for what is under way."""
        while self._lines:
            await asyncio.wait(list(self._lines.values()))

    def _ended(self, destination: Destination, task: asyncio.Task[None]) -> None:
        if self._lines.get(destination) is task:
            del self._lines[destination]

    async def _hand_over(
        self, destination: Destination, packs: Sequence[Pack], before: asyncio.Task[None] | None
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        for pack in packs:
            problem = await self._try(destination, pack)
            if problem is not None and len(pack) > 1 and not isinstance(problem, NOT_NOW):
                for parcel in pack:  # one of them is at fault: the others must not suffer from it
                    self.delivered(parcel.row, await self._try(destination, [parcel]))
            else:
                for parcel in pack:
                    self.delivered(parcel.row, problem)

    async def _try(self, destination: Destination, pack: Pack) -> BaseException | None:
        try:
            await self.deliver(destination.workspace_id, destination.connection_id, joined(pack))
        except Exception as error:
            if not isinstance(error, NOT_NOW):
                _log.warning("webhook_not_delivered", connection_id=str(destination.connection_id), exc_info=error)
            return error
        return None
