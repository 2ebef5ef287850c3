"""Relays on a real database, with a plugin of the test's own that follows events into a table."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from types import ModuleType
from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest
from sqlalchemy import insert

from dibs import PluginInfo, hookimpl
from dibs.db import Database
from dibs.events import outbox
from dibs.events.model import Event, Position
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.jobs.registry import Registry
from dibs.metrics import Metrics
from dibs.models.events import CommittedEvent, EventContext
from dibs.models.jobs import Job
from dibs.plugins import PluginManager
from dibs.relay import Relay
from dibs.tables import workspaces
from dibs.trading.transactions import TransactionParts

Handle = Callable[[EventContext, CommittedEvent], Awaitable[None]]
NOTE = "INSERT INTO toy_seen (workspace_id, plugin, topic, seq, kind, n) VALUES ($1, $2, $3, $4, $5, $6)"


def writing(name: str) -> Handle:
    """Writes each event down; a second time would break the key."""

    async def handle(context: EventContext, event: CommittedEvent) -> None:
        await context.data.execute(NOTE, name, event.topic, event.seq, event.kind, event.data["n"])

    return handle


def following(name: str, handle: Handle, **info: Any) -> ModuleType:
    """A plugin that follows events."""
    module = ModuleType(name)
    module.PLUGIN = PluginInfo(name, name, "Of the tests.", **{"default": True, **info})  # type: ignore[attr-defined]

    async def handle_event(context: EventContext, event: CommittedEvent) -> None:
        await handle(context, event)

    module.handle_event = hookimpl(handle_event)  # type: ignore[attr-defined]
    return module


@attrs.define(eq=False)
class Process:
    """One relay with its flags; `reports` are the failures that it told of."""

    relay: Relay
    flags: FlagService
    reports: list[tuple[UUID, UUID | None, str, str]] = attrs.field(factory=list)


@attrs.define(eq=False)
class Shop:
    """A workspace, its topics, and what was seen of them."""

    db: Database
    id: UUID
    written: dict[str, int] = attrs.field(factory=dict)

    async def write(self, topic: str, count: int = 1, ring: Relay | None = None, kind: str = "thing.done") -> Position:
        """Commit events; ring a relay if there is one."""
        start = self.written.get(topic, 0)
        events = [Event(kind, orjson.dumps({"n": n})) for n in range(start + 1, start + count + 1)]
        self.written[topic] = start + count
        async with self.db.hot_connection() as connection, connection.transaction():
            first = await outbox.append(connection, self.id, topic, events)
        if ring is not None:
            ring.published(self.id, topic, first.seq)
        return first

    async def seen(self, plugin: str = "toy") -> list[tuple[str, int]]:
        """Topic and number of each event, in the order of handling."""
        rows = await self.db.plain_fetch(
            "SELECT topic, n FROM toy_seen WHERE workspace_id = $1 AND plugin = $2 ORDER BY id", self.id, plugin
        )
        return [(row["topic"], row["n"]) for row in rows]

    async def until_seen(self, count: int, plugin: str = "toy", seconds: float = 20) -> list[tuple[str, int]]:
        """What was seen, once it is so many."""
        async with asyncio.timeout(seconds):
            while len(found := await self.seen(plugin)) < count:
                await asyncio.sleep(0.02)
        return found


@pytest.fixture
async def shop(db: Database) -> Shop:
    await db.plain_fetch(
        "CREATE TABLE toy_seen (id BIGSERIAL, workspace_id UUID, plugin TEXT, topic TEXT, seq BIGINT, kind TEXT, "
        "n INT, PRIMARY KEY (workspace_id, plugin, topic, seq))"
    )
    made = Shop(db, uuid7())
    await db.execute(insert(workspaces).values(id=made.id, name="Shop"))
    return made


MakeProcess = Callable[..., Awaitable[Process]]


@pytest.fixture
async def make_process(db: Database) -> AsyncIterator[MakeProcess]:
    """Make a relay with some plugins, as another process has one."""
    async with AsyncExitStack() as stack:

        async def make(*modules: ModuleType, look: float = 0.3, jobs: Sequence[Job] = ()) -> Process:
            plugins, registry = PluginManager(), Registry()
            for module in modules:
                assert plugins.add(module, module.__name__), plugins.refused
            for job in jobs:
                registry.add(job)
            flags = FlagService(db, plugins)
            await flags.start()
            stack.push_async_callback(flags.close)
            reports: list[tuple[UUID, UUID | None, str, str]] = []

            async def report(workspace_id: UUID, show_id: UUID | None, failures: Sequence[tuple[str, str]]) -> None:
                for plugin, words in failures:
                    reports.append((workspace_id, show_id, plugin, words))
                    await flags.health.failed(workspace_id, plugin, RuntimeError(words))

            relay = Relay(db, plugins, flags, TransactionParts(db, plugins, flags, registry), report, Metrics())
            relay.look_seconds = look
            await relay.start()
            stack.push_async_callback(relay.close)
            return Process(relay, flags, reports)

        yield make
