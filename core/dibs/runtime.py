"""What one process has running: its parts, started in order and closed in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import attrs

from dibs.accounts.service import Accounts
from dibs.db import Database
from dibs.embedded import start_embedded
from dibs.metrics import Metrics
from dibs.migrate import heads, migrate
from dibs.settings import Settings


@attrs.define(eq=False)
class Runtime:
    """The shared objects of one process. Nothing is connected before `start`.

    Attributes:
        settings: what the process was told.
        db: the gateway to PostgreSQL.
        accounts: people, workspaces, sign-ins.
        metrics: counters that every part may add to.
        stopping: set when the process was told to end; `/readyz` then answers 503.
    """

    settings: Settings
    db: Database = attrs.field(init=False)
    accounts: Accounts = attrs.field(init=False)
    metrics: Metrics = attrs.field(factory=Metrics, init=False)
    stopping: bool = attrs.field(default=False, init=False)
    _parts: AsyncExitStack = attrs.field(factory=AsyncExitStack, init=False)

    def __attrs_post_init__(self) -> None:
        self.db = Database(self.settings.database_url or "")
        self.accounts = Accounts(self.db, self.settings)

    async def start(self) -> None:
        """Start every part: database, migrations, accounts, then what builds on them. On failure all are closed."""
        async with AsyncExitStack() as stack:
            await self._start_database(stack)
            await self.accounts.start()
            stack.push_async_callback(self.accounts.close)
            self._parts = stack.pop_all()

    async def migrated(self) -> bool:
        """Whether the database answers and has every migration that this code knows."""
        rows = await self.db.hot_fetch("SELECT version_num FROM alembic_version")
        return frozenset(row[0] for row in rows) == heads()

    async def begin_shutdown(self) -> None:
        """Say that this process ends soon: not ready any more, and stream clients are told to come back elsewhere."""
        self.stopping = True

    async def close(self) -> None:
        """Close every part, the last started first; what is in flight is finished."""
        await self.begin_shutdown()
        await self._parts.aclose()

    async def _start_database(self, stack: AsyncExitStack) -> None:
        if not self.db.url:
            self.db.url = await asyncio.to_thread(start_embedded, self.settings.data_dir)
        await migrate(self.db.url)
        stack.push_async_callback(self.db.close)
        await self.db.connect()


@asynccontextmanager
async def open_runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """A started runtime without a web server, for the command line."""
    runtime = Runtime(settings)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.close()


def current_runtime() -> Runtime:
    """The runtime of the application that handles this request."""
    from quart import current_app  # noqa: PLC0415 - the command line works without a web framework

    runtime = current_app.extensions["dibs"]
    assert isinstance(runtime, Runtime)
    return runtime
