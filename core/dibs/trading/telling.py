"""Events of one transaction: kept until its end, written in the order of their topics, rung after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import orjson

from dibs.codec import unstructure
from dibs.errors import PluginError
from dibs.events import outbox
from dibs.events.model import Event, Position

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.events.hub import Hub


@attrs.define(eq=False)
class Telling:
    """What is to be told when a transaction commits. Topics are locked last, in the order of their names."""

    workspace_id: UUID
    _waiting: dict[str, list[Event]] = attrs.field(factory=dict, init=False)
    _written: list[tuple[str, Position, list[Event]]] = attrs.field(factory=list, init=False)

    def add(self, topic: str, kind: str, data: Mapping[str, Any]) -> None:
        """Keep an event. Raises `PluginError` for a topic of the claim lane, or none at all."""
        head, _, tail = topic.partition(":")
        if not head or not tail or head == "show":
            raise PluginError(f"Nobody but the claim lane writes to {topic[:60]!r}.", topic=topic[:60])
        self._waiting.setdefault(topic, []).append(Event(kind, orjson.dumps(data, default=_plain)))

    def take(self, other: Telling) -> None:
        """Keep what another one has kept as well."""
        for topic, events in other._waiting.items():
            self._waiting.setdefault(topic, []).extend(events)

    async def write(self, connection: RawConnection) -> None:
        """Write what was kept, as the last step of the transaction."""
        if self._waiting:
            places = await outbox.append_all(connection, self.workspace_id, self._waiting)
            self._written += [(topic, places[topic], events) for topic, events in self._waiting.items()]
            self._waiting = {}

    def ring(self, hub: Hub) -> None:
        """After the commit: hand the events on."""
        for topic, first, events in self._written:
            hub.publish(self.workspace_id, topic, first.epoch, first.seq, events)
        self._written.clear()


def _plain(value: Any) -> Any:
    """Decimals, UUIDs and the like travel as text."""
    if attrs.has(type(value)):
        return unstructure(value)
    return str(value)
