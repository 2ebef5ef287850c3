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
from dibs.webhooks.sorting import Destination, Pack, Parcel, joined, packs

Deliver: TypeAlias = Callable[[UUID, UUID, WebhookNews], Awaitable[object]]
"""Hands news to the streams of a connection; returns when what has to last is committed."""
Delivered: TypeAlias = Callable[[int, BaseException | None], None]
"""Told for each part of a row that was handed over, or why it was not."""

_NOT_NOW = (UnavailableError, TryAgainError, *LOST)
_log = structlog.get_logger("dibs.webhooks")


def is_not_now(problem: BaseException | None) -> bool:
    """Whether it may work later. A value that can't be stored looks like a lost connection to the driver; it never
    will be."""
    return isinstance(problem, _NOT_NOW) and not isinstance(problem, ValueError)


@attrs.define(eq=False)
class Lines:
    """A line for each connection that has news under way. What arrives meanwhile goes together in the next pack."""

    deliver: Deliver
    delivered: Delivered
    _waiting: dict[Destination, list[Parcel]] = attrs.field(factory=dict, init=False)
    _tasks: dict[Destination, asyncio.Task[None]] = attrs.field(factory=dict, init=False)

    def queue(self, destination: Destination, parcels: Sequence[Parcel]) -> None:
        """Deliver these behind what the connection has got before."""
        self._waiting.setdefault(destination, []).extend(parcels)
        if destination not in self._tasks:
            self._tasks[destination] = asyncio.create_task(self._work_off(destination), name="webhooks line")

    async def close(self) -> None:
        """Wait for what is under way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def _work_off(self, destination: Destination) -> None:
        try:
            while parcels := self._waiting.pop(destination, None):
                for pack in packs(parcels):
                    await self._hand_over(destination, pack)
        finally:
            del self._tasks[destination]

    async def _hand_over(self, destination: Destination, pack: Pack) -> None:
        problem = await self._try(destination, pack)
        alone = len(pack) == 1 or is_not_now(problem)
        for parcel in pack:  # if one of several is at fault the others must not suffer from it
            again = problem is not None and not alone
            self.delivered(parcel.row, await self._try(destination, [parcel]) if again else problem)

    async def _try(self, destination: Destination, pack: Pack) -> BaseException | None:
        try:
            await self.deliver(destination.workspace_id, destination.connection_id, joined(pack))
        except Exception as error:
            if not is_not_now(error):
                _log.warning("webhook_not_delivered", connection_id=str(destination.connection_id), exc_info=error)
            return error
        return None
