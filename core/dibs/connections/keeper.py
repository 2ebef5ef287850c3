"""What is done in the background for connections, once an hour in every process; the rows say whose turn it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import attrs
import structlog

from dibs.errors import DibsError

if TYPE_CHECKING:
    from dibs.connections.service import Connections

_FIRST_SECONDS = 60.0
_EVERY_SECONDS = 3600.0
log = structlog.get_logger("dibs.connections")


async def look_after(connections: Connections) -> int:
    """Check what is due, forget dialogs that are over; how many connections were checked."""
    await connections.consents.sweep()
    return await connections.checks.check_due()


@attrs.define(eq=False)
class ConnectionKeeper:
    """Looks after the connections from `start` to `close`."""

    connections: Connections
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)

    async def start(self) -> None:
        """Begin; the first look is a minute away, so that a start is quick."""
        self._task = asyncio.create_task(self._keep(), name="connections")

    async def close(self) -> None:
        """Stop; a check that is under way is left for another time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        await asyncio.sleep(_FIRST_SECONDS)
        while True:
            try:
                await look_after(self.connections)
            except (DibsError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("looking_after_failed", problem=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)
