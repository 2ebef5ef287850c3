"""Saying in a show's topic how its streams stand."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import attrs
import orjson

from dibs.errors import NotFoundError
from dibs.events import outbox
from dibs.events.hub import Hub
from dibs.events.model import Event, Position
from dibs.streams import sql
from dibs.streams.model import StreamRow, stream_of, stream_shape

if TYPE_CHECKING:
    from dibs.db import RawConnection

EVENT = "stream.status"
REMOVED = "stream.removed"


@attrs.frozen
class Told:
    """An event that stands in the outbox and is to be handed on after the commit."""

    workspace_id: UUID
    show_id: UUID
    first: Position
    event: Event

    def publish(self, hub: Hub) -> None:
        """After the commit: ring those who listen."""
        topic = f"show:{self.show_id}"
        hub.publish(self.workspace_id, topic, self.first.epoch, self.first.seq, [self.event])


async def read_stream(connection: RawConnection, workspace_id: UUID, stream_id: UUID) -> StreamRow:
    """A stream as it stands. Raises `NotFoundError`."""
    row = await connection.fetchrow(sql.STREAM, workspace_id, stream_id)
    if row is None:
        raise NotFoundError("There is no such stream.", stream_id=str(stream_id))
    return stream_of(row)


async def tell(connection: RawConnection, row: StreamRow) -> Told:
    """Write the event in the transaction of the change, as its last step: the topic stays locked until the commit."""
    return await _append(connection, row, Event(EVENT, orjson.dumps({"stream": stream_shape(row)}, default=str)))


async def tell_removed(connection: RawConnection, row: StreamRow) -> Told:
    """The same for a stream that was taken off its show."""
    return await _append(connection, row, Event(REMOVED, orjson.dumps({"stream_id": str(row.id)})))


async def _append(connection: RawConnection, row: StreamRow, event: Event) -> Told:
    first = await outbox.append(connection, row.workspace_id, f"show:{row.show_id}", [event])
    return Told(row.workspace_id, row.show_id, first, event)
