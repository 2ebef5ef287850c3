"""How a stream stands, as its reader finds it: written when it changes, under the reader's lease."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import attrs
import orjson

from dibs.clock import monotonic
from dibs.errors import StaleReaderError
from dibs.models.platform import Live
from dibs.streams import sql
from dibs.streams.model import Status, StreamRow, choice_of
from dibs.streams.telling import read_stream, tell

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection
    from dibs.events.hub import Hub

_TELL_SECONDS = 5.0
_LONGEST = 500


@attrs.frozen
class Standing:
    """What a reader has to say. `choices` are broadcasts of which an operator has to choose one."""

    status: Status
    reason: str | None = None
    message: str | None = None
    quiet_at: datetime | None = None
    choices: tuple[Live, ...] = ()


@attrs.define(eq=False)
class Writer:
    """Writes how one stream stands."""

    db: Database
    hub: Hub
    workspace_id: UUID
    stream_id: UUID
    fence: int
    _last: tuple[Standing, int] | None = None
    _told_at: float = float("-inf")
    _figures: tuple[int | None, int] | None = None

    async def stand(self, row: StreamRow, standing: Standing, *, looked: bool = False) -> None:
        """Write it and tell it, if it is news. `looked` says that the platform was asked just now.

        Raises:
            StaleReaderError: another process reads the stream, or it was taken off its show.
        """
        if self._last == (standing, row.version):
            return
        message = (standing.message or "").replace("\0", "")[:_LONGEST] or None
        choices = orjson.dumps([choice_of(live) for live in standing.choices]).decode()
        async with self.db.hot_connection() as connection, connection.transaction():
            written = await connection.fetchrow(
                sql.STAND, self.workspace_id, self.stream_id, self.fence, standing.status, standing.reason, message,
                standing.quiet_at, choices, looked, row.version,
            )  # fmt: skip
            if written is None:
                await self._check(connection)
                return  # somebody has just said what is to be read instead: that is looked at next
            told = await tell(connection, await read_stream(connection, self.workspace_id, self.stream_id))
        told.publish(self.hub)
        self._last, self._told_at = (standing, row.version), monotonic()

    async def tell_figures(self, row: StreamRow) -> None:
        """Tell now and then how many watch and how many comments came, if that has changed."""
        figures = (row.viewers, row.comments_seen)
        if figures == self._figures or monotonic() - self._told_at < _TELL_SECONDS:
            return
        async with self.db.hot_connection() as connection, connection.transaction():
            await self._check(connection)
            told = await tell(connection, await read_stream(connection, self.workspace_id, self.stream_id))
        told.publish(self.hub)
        self._figures, self._told_at = figures, monotonic()

    async def _check(self, connection: RawConnection) -> None:
        if await connection.fetchrow(sql.IS_HELD, self.workspace_id, self.stream_id, self.fence) is None:
            raise StaleReaderError("Another process reads this stream.", stream_id=str(self.stream_id))
