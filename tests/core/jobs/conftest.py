"""Jobs of a plugin of the test's own, run by processes of their own kind: a `Jobs` each, on one database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from dibs import PluginInfo, hookimpl
from dibs.connections.service import Connections
from dibs.db import Database
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.jobs import Jobs
from dibs.jobs.queue import PooledQueue
from dibs.metrics import Metrics
from dibs.models.jobs import Job, JobContext
from dibs.platforms.registry import Platforms
from dibs.plugins import PluginManager
from dibs.settings import Settings
from dibs.tables import workspaces

Run = Callable[[JobContext, Mapping[str, Any]], Awaitable[None]]
MakeJobs = Callable[..., Awaitable[Jobs]]


def plugin_with(*jobs: Job, default: bool = True) -> PluginManager:
    """A manager with one plugin, `toy`, that has these jobs."""
    module = ModuleType("toy")
    module.PLUGIN = PluginInfo("toy", "Toy", "Of the tests.", default=default)  # type: ignore[attr-defined]

    def give() -> list[Job]:
        return list(jobs)

    give.__name__ = "jobs"
    module.jobs = hookimpl(give)  # type: ignore[attr-defined]
    manager = PluginManager()
    assert manager.add(module, "toy"), manager.refused
    return manager


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something holds; it may have to be awaited."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.02)


@pytest.fixture
async def workspace_id(db: Database) -> UUID:
    made = uuid7()
    await db.execute(insert(workspaces).values(id=made, name="Shop"))
    return made


@pytest.fixture
async def make_jobs(db: Database) -> AsyncIterator[MakeJobs]:
    """Make the jobs of a process; they begin at once, unless `start` is false."""
    async with AsyncExitStack() as stack:

        async def make(*kinds: Job, start: bool = True, default: bool = True, heartbeat: float = 20.0) -> Jobs:
            plugins = plugin_with(*kinds, default=default)
            flags = FlagService(db, plugins)
            await flags.start()
            stack.push_async_callback(flags.close)
            connections = Connections(db, Platforms(flags), Settings(secret_key="k" * 40))
            await connections.start()
            jobs = Jobs(db, flags, plugins, connections, Metrics())
            jobs.first_seconds, jobs.look_seconds, jobs.heartbeat_seconds = 0.0, 1.0, heartbeat
            stack.push_async_callback(jobs.close)
            if start:
                await jobs.start()
            else:
                jobs.registry.load(plugins)
            return jobs

        yield make


def queue_of(jobs: Jobs, workspace_id: UUID) -> PooledQueue:
    return PooledQueue(workspace_id, jobs.db, jobs.registry)


async def waiting(db: Database, status: str = "queued") -> int:
    """How many jobs are in the queue with this status."""
    rows = await db.plain_fetch("SELECT count(*) AS n FROM pgqueuer WHERE status = $1::pgqueuer_status", status)
    return int(rows[0]["n"])


__all__ = ["MakeJobs", "Run", "plugin_with", "queue_of", "until", "waiting"]
