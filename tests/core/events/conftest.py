"""A hub on a real database, a writer that commits and publishes, a listener that collects."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.db import Database
from dibs.events import outbox
from dibs.events.bus import EventBus
from dibs.events.buses import MemoryBus
from dibs.events.hub import Hub
from dibs.events.model import Event, Position
from dibs.events.subscription import Subscription
from dibs.ids import uuid7


def numbered(first: int, count: int, size: int = 0) -> list[Event]:
    return [Event("thing.done", orjson.dumps({"n": n, "pad": "x" * size})) for n in range(first, first + count)]


@attrs.define
class Topic:
    """A topic of the test's own, and a writer to it."""

    db: Database
    workspace_id: UUID = attrs.field(factory=uuid7)
    name: str = attrs.field(factory=lambda: f"show:{uuid7()}")
    written: int = 0

    async def write(self, count: int = 1, hub: Hub | None = None, size: int = 0) -> Position:
        """Commit events, publish them to `hub` if there is one; the position of the last."""
        async with self.db.hot_connection() as connection, connection.transaction():
            events = numbered(self.written + 1, count, size)
            self.written += count
            first = await outbox.append(connection, self.workspace_id, self.name, events)
        if hub is not None:
            hub.publish(self.workspace_id, self.name, first.epoch, first.seq, events)
        return Position(first.epoch, first.seq + count - 1)

    async def where(self) -> Position:
        return await outbox.position(self.db, self.workspace_id, self.name)

    def listen(self, hub: Hub, after: Position | None = None) -> Subscription:
        return hub.subscribe(self.workspace_id, self.name, after)


@attrs.define
class Heard:
    """What a client was told: numbers in order, and named events that are not data."""

    numbers: list[int] = attrs.field(factory=list)
    notices: list[str] = attrs.field(factory=list)
    last_id: str = ""

    def feed(self, sse: bytes) -> None:
        for block in sse.decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
            self.last_id = fields.get("id", self.last_id)
            if fields.get("event") == "thing.done":
                self.numbers.append(int(fields["id"].split(":")[1]))
                assert orjson.loads(fields["data"])["n"] == self.numbers[-1]
            elif "event" in fields:
                self.notices.append(f"{fields['event']} {orjson.loads(fields['data'])['reason']}")


async def collect(subscription: Subscription, upto: int | None = None, seconds: float = 10) -> Heard:
    """Listen until number `upto` came or the stream ended."""
    heard = Heard()
    async with asyncio.timeout(seconds), subscription:
        while pieces := await subscription.take():
            for piece in pieces:
                heard.feed(piece.sse)
            if upto is not None and heard.numbers and heard.numbers[-1] >= upto:
                break
    return heard


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


HubMaker = Callable[..., Awaitable[Hub]]


@pytest.fixture
async def make_hub(db: Database) -> AsyncIterator[HubMaker]:
    async with AsyncExitStack() as stack:

        async def make(bus: EventBus | None = None, database: Database | None = None) -> Hub:
            hub = Hub(database or db, bus or MemoryBus())
            await hub.start()
            stack.push_async_callback(hub.close)
            return hub

        yield make


@pytest.fixture
async def hub(make_hub: HubMaker) -> Hub:
    return await make_hub()


@pytest.fixture
async def topic(db: Database) -> Topic:
    made = Topic(db)
    await made.where()
    return made


def consecutive(numbers: Sequence[int], first: int, last: int) -> bool:
    return list(numbers) == list(range(first, last + 1))
