"""A workspace with a show, an account at the toy platform, and processes that read its broadcasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.accounts.model import Registration
from dibs.audit import audit_show
from dibs.audit_log import Actor
from dibs.clock import monotonic
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.models.items import NewItem
from dibs.models.platform import Account, Token
from dibs.runtime import Runtime
from dibs.settings import Settings
from dibs.shows.service import Shows
from dibs.streams.model import StreamRow
from dibs.streams.parts import Pace
from dibs.streams.service import Streams

from . import toy
from .toy import ToyServer, toy_server

SECRET = "s" * 40
QUICK = Pace(hang=1.0, quiet=1.0, grace=0.6, discover=0.2, backoff=0.1, longest=0.4, anew=1.0, tick=0.05)


@attrs.define(eq=False)
class Studio:
    """A show, and the process that runs it."""

    runtime: Runtime
    server: ToyServer
    workspace_id: UUID
    user_id: UUID
    show_id: UUID
    connection_id: UUID

    @property
    def streams(self) -> Streams:
        return self.runtime.streams

    @property
    def actor(self) -> Actor:
        return Actor(self.user_id, "Ana")

    async def connect(self, account_id: str = "page") -> tuple[UUID, str]:
        """Connect an account, or connect it again; its connection and the token."""
        token = uuid7().hex
        account = Account("toy", account_id, f"The {account_id}", Token(token), user_id="u1")
        return (await self.runtime.connections.store(self.workspace_id, self.actor, account))[0], token

    async def new_show(self) -> UUID:
        return await Shows(self.runtime.db).create(self.workspace_id, "A sale", {})

    async def add(self, where: str = "777", show_id: UUID | None = None, **more: Any) -> StreamRow:
        show, connection = show_id or self.show_id, more.pop("connection_id", self.connection_id)
        return await self.streams.operators.add(self.workspace_id, show, self.actor, connection, where=where, **more)

    async def run(self, status: str = "active", show_id: UUID | None = None) -> None:
        await self.streams.operators.set_status(self.workspace_id, show_id or self.show_id, status, self.actor)

    async def item(self, number: str = "12", quantity: int = 5, show_id: UUID | None = None) -> None:
        added = commands.add_items([NewItem(number, "", quantity, None)])
        await self.runtime.lanes.command(self.workspace_id, show_id or self.show_id, added)

    async def rows(self, show_id: UUID | None = None) -> list[StreamRow]:
        return await self.streams.of_show(self.workspace_id, show_id or self.show_id)

    async def one(self) -> StreamRow:
        [row] = await self.rows()
        return row

    async def until(self, good: Callable[[StreamRow], bool], seconds: float = 30.0) -> StreamRow:
        """The stream, as soon as it stands like this."""
        end = monotonic() + seconds
        while not good(row := await self.one()):
            assert monotonic() < end, f"the stream stands like this: {row}"
            await asyncio.sleep(0.02)
        return row

    async def stored(self, show_id: UUID | None = None) -> list[tuple[str, str, str | None]]:
        """Text, verdict and reason of each comment, as they came in."""
        sql = "SELECT text, verdict, reason FROM comments WHERE workspace_id = $1 AND show_id = $2 ORDER BY comment_no"
        return [tuple(r) for r in await self.runtime.db.hot_fetch(sql, self.workspace_id, show_id or self.show_id)]

    async def heard(self, count: int, show_id: UUID | None = None) -> list[tuple[str, str, str | None]]:
        """The same, as soon as there are so many."""
        end = monotonic() + 30
        while len(found := await self.stored(show_id)) < count:
            assert monotonic() < end, f"only these came: {found}"
            await asyncio.sleep(0.02)
        return found

    async def events(self, kind: str = "stream.status") -> list[dict[str, Any]]:
        sql = "SELECT payload FROM outbox WHERE workspace_id = $1 AND topic = $2 AND type = $3 ORDER BY seq"
        rows = await self.runtime.db.hot_fetch(sql, self.workspace_id, f"show:{self.show_id}", kind)
        return [orjson.loads(row["payload"]) for row in rows]

    async def assert_clean(self) -> None:
        report = await audit_show(self.runtime.db, self.workspace_id, self.show_id)
        assert report.ok, "\n".join(f"{check.name}: {check.details}" for check in report.broken)


@pytest.fixture
async def server() -> AsyncIterator[ToyServer]:
    async with toy_server() as made:
        yield made


def settings_for(server: ToyServer, database_url: str, data_dir: Path) -> Settings:
    """Settings of a process that knows the platform."""
    return Settings(
        database_url=database_url, data_dir=data_dir, secret_key=SECRET, plugins={"toy": {"url": server.url}}
    )


async def started(settings: Settings, pace: Pace = QUICK, *, background: bool = True) -> Runtime:
    """A process with the toy platform."""
    runtime = Runtime(settings, background=background)
    assert runtime.plugins.add(toy, "toy")  # type: ignore[arg-type]
    runtime.pace = pace
    await runtime.start()
    return runtime


async def furnished(runtime: Runtime, server: ToyServer) -> Studio:
    """A workspace with a draft show and a connected account."""
    registration = Registration(email="ana@example.com", password="correct horse", name="Ana")
    user, workspace = await runtime.accounts.register(registration, "127.0.0.1")
    made = Studio(runtime, server, workspace.id, user.id, uuid7(), uuid7())
    made.show_id = await made.new_show()
    made.connection_id, _ = await made.connect()
    return made


@asynccontextmanager
async def studio_without_readers(server: ToyServer, database_url: str, data_dir: Path) -> AsyncIterator[Studio]:
    """A process that reads no stream itself: others are to."""
    runtime = await started(settings_for(server, database_url, data_dir), background=False)
    try:
        yield await furnished(runtime, server)
    finally:
        await runtime.close()


@pytest.fixture
async def studio(server: ToyServer, database_url: str, tmp_path: Path) -> AsyncIterator[Studio]:
    made = await furnished(await started(settings_for(server, database_url, tmp_path)), server)
    yield made
    await made.assert_clean()
    await made.runtime.close()
