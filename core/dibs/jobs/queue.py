"""Handing jobs in, in the transaction of whoever does so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.clock import utc_now
from dibs.jobs.loading import library

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection
    from dibs.jobs.registry import Registry


@attrs.frozen(eq=False)
class TransactionQueue:
    """`JobQueue` in the transaction of a connection; `begin` is awaited before each job."""

    workspace_id: UUID
    connection: RawConnection = attrs.field(repr=False)
    registry: Registry = attrs.field(repr=False)
    begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def enqueue(
        self, job: str, payload: Mapping[str, Any], *, key: str | None = None, run_at: datetime | None = None
    ) -> None:
        """Have a job run. Raises `PluginError` if nobody knows such jobs."""
        self.registry.check(job)
        if self.begin is not None:
            await self.begin()
        full = None if key is None else f"{self.workspace_id}:{job}:{key}"
        delay = None if run_at is None else run_at - utc_now()
        headers = {"workspace_id": str(self.workspace_id)}
        await (await library()).insert_job(self.connection, job, payload, headers, full, delay)


@attrs.frozen(eq=False)
class PooledQueue:
    """`JobQueue` where each job is handed in by a transaction of its own."""

    workspace_id: UUID
    db: Database = attrs.field(repr=False)
    registry: Registry = attrs.field(repr=False)

    async def enqueue(
        self, job: str, payload: Mapping[str, Any], *, key: str | None = None, run_at: datetime | None = None
    ) -> None:
        """Have a job run. Raises `PluginError` if nobody knows such jobs."""
        async with self.db.raw() as connection:
            queue = TransactionQueue(self.workspace_id, connection, self.registry)
            await queue.enqueue(job, payload, key=key, run_at=run_at)
