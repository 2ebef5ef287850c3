"""Letting shows that run know of a changed buyer: their boards are loaded again, their consoles get an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import attrs
import orjson

from dibs.buyers import sql
from dibs.events import outbox
from dibs.events.hub import Hub
from dibs.events.model import Event, Position
from dibs.lane.refresh import refresh_boards

if TYPE_CHECKING:
    from dibs.db import RawConnection


@attrs.frozen
class Told:
    """What a console learns of one identity: whether the person may claim; `erased` if they were forgotten."""

    buyer_id: UUID
    blocked: bool
    handle: str
    erased: bool = False

    @property
    def event(self) -> Event:
        """The event of a show's topic."""
        return Event("buyer.changed", orjson.dumps(attrs.asdict(self)))


@attrs.frozen
class Written:
    """Events that stand in a topic and are to be handed on after the commit."""

    topic: str
    first: Position
    events: Sequence[Event]


async def tell(connection: RawConnection, workspace_id: UUID, changed: Sequence[Told]) -> list[Written]:
    """In the transaction of the change, as its last step: the rows of the shows first, then those of the topics, as
    the lane takes them."""
    if not changed:
        return []
    await refresh_boards(connection, workspace_id)
    events = [told.event for told in changed]
    written = []
    for row in await connection.fetch(sql.RUNNING, workspace_id):
        topic = f"show:{row['id']}"
        first = await outbox.append(connection, workspace_id, topic, events)
        written.append(Written(topic, first, events))
    return written


def publish(hub: Hub, workspace_id: UUID, written: Sequence[Written]) -> None:
    """After the commit: ring those who listen."""
    for one in written:
        hub.publish(workspace_id, one.topic, one.first.epoch, one.first.seq, one.events)
