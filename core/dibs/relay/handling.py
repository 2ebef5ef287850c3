"""Handing one event to one plugin, with all that it writes kept or undone together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import attrs
import orjson
from asyncpg.transaction import Transaction

from dibs.audit_log import Actor
from dibs.hooks.workspace import CAUGHT, HookCall, answer_of
from dibs.models.events import CommittedEvent
from dibs.relay.positions import StoredEvent
from dibs.trading.telling import Telling

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import TransactionParts


NOBODYS_FAULT = (
    asyncpg.TransactionRollbackError,
    asyncpg.PostgresConnectionError,
    asyncpg.LockNotAvailableError,
    asyncpg.InsufficientResourcesError,
)
"""What the database raises when the same will work later: the page is read again."""


@attrs.frozen(eq=False)
class Listener:
    """A plugin that follows events in a workspace; `kinds` are those that it waits for, none for all."""

    call: HookCall
    kinds: frozenset[str]
    settings: Any

    def waits_for(self, kind: str) -> bool:
        """Whether it wants to see such events."""
        return not self.kinds or kind in self.kinds


@attrs.frozen
class Failure:
    """What a plugin did wrong."""

    plugin: str
    words: str


@attrs.define(eq=False)
class _Savepoint:
    """Opened before the first statement only: most events make no plugin write anything."""

    connection: RawConnection
    opened: Transaction | None = attrs.field(default=None, init=False)

    async def begin(self) -> None:
        if self.opened is None:
            self.opened = self.connection.transaction()
            await self.opened.start()

    async def keep(self) -> None:
        if self.opened is not None:
            await self.opened.commit()

    async def undo(self) -> None:
        if self.opened is not None:
            await self.opened.rollback()


@attrs.frozen(eq=False)
class Handling:
    """Calls `handle_event` in the transaction of a connection; `telling` gets what the plugins tell."""

    workspace_id: UUID
    connection: RawConnection
    parts: TransactionParts
    telling: Telling
    limit: float

    async def hand_out(self, event: CommittedEvent, listeners: Sequence[Listener]) -> list[Failure]:
        """Give an event to everybody who waits for it; what went wrong with whom.

        Raises what the database raises when the connection is gone: then nothing of it happened.
        """
        failures = []
        for listener in listeners:
            if listener.waits_for(event.kind):
                words = await self._call(listener, event)
                if words is not None:
                    failures.append(Failure(listener.call.plugin, words))
        return failures

    async def _call(self, listener: Listener, event: CommittedEvent) -> str | None:
        savepoint, telling = _Savepoint(self.connection), Telling(self.workspace_id)
        context = self.parts.context(
            self.workspace_id,
            self.connection,
            listener.settings,
            Actor.system(),
            telling,
            savepoint.begin,
        )
        try:
            await answer_of("handle_event", listener.call, (context, event), self.limit)
        except CAUGHT as error:
            if isinstance(error.__cause__, NOBODYS_FAULT):
                raise error.__cause__ from error
            await savepoint.undo()
            return str(error)
        await savepoint.keep()
        self.telling.take(telling)
        return None


def committed(workspace_id: UUID, topic: str, epoch: str, stored: StoredEvent) -> CommittedEvent:
    """An event as plugins see it."""
    data = orjson.loads(stored.payload)
    return CommittedEvent(workspace_id, topic, epoch, stored.seq, stored.kind, data, stored.at)
