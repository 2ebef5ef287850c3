"""Events of a workspace as a whole, in its topic `workspace:<id>`: what happens in no show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import orjson

from dibs.events import outbox
from dibs.events.model import Event, Position

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.events.hub import Hub


def workspace_topic(workspace_id: UUID) -> str:
    """The name of the topic."""
    return f"workspace:{workspace_id}"


@attrs.frozen
class WorkspaceEvent:
    """An event that stands in the outbox and is to be handed on after the commit."""

    workspace_id: UUID
    first: Position
    event: Event

    def publish(self, hub: Hub) -> None:
        """After the commit: ring those who listen."""
        topic = workspace_topic(self.workspace_id)
        hub.publish(self.workspace_id, topic, self.first.epoch, self.first.seq, [self.event])


async def tell_workspace(
    connection: RawConnection, workspace_id: UUID, kind: str, data: Mapping[str, Any]
) -> WorkspaceEvent:
    """Write an event in the transaction of the change, as its last step: the topic stays locked until the commit."""
    event = Event(kind, orjson.dumps(data, default=str))
    first = await outbox.append(connection, workspace_id, workspace_topic(workspace_id), [event])
    return WorkspaceEvent(workspace_id, first, event)
