"""PgQueuer as Dibs uses it. Importing it takes half a second: only `dibs.jobs.loading` does so, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job as Row
from pgqueuer.domain.models import TracebackRecord
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel

if TYPE_CHECKING:
    from dibs.db import Pool, RawConnection

# Said in full: what is left out, PgQueuer takes from variables as common as CHANNEL and FUNCTION.
NAMES = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
    widen_id=True,
)
_BUILDERS: Mapping[str, Any] = {
    "qbe": QueryBuilderEnvironment(NAMES),
    "qbq": QueryQueueBuilder(NAMES),
    "qbs": QuerySchedulerBuilder(NAMES),
}
_TRIES = 60


_RING = f"""
SELECT pg_notify('{NAMES.channel}', json_build_object('channel', '{NAMES.channel}', 'operation', 'update',
    'sent_at', now(), 'table', '{NAMES.queue_table}', 'type', 'table_changed_event')::text)
"""


class PatientQueries(Queries):
    """A job that asked to be run again is not given up because the database is away at that moment.

    And it is looked for when its time comes: of a job that was put back no trigger tells.
    """

    async def retry_job(self, job: Row, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        """Put a job back, as soon as the database takes it."""
        for left in reversed(range(_TRIES)):
            try:
                await super().retry_job(job, delay, traceback_record)
                await self.driver.execute(_RING)
                break
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if not left:
                    raise
            await asyncio.sleep(0.5)


def queries_of(pool: Pool) -> Queries:
    """PgQueuer's statements on a pool."""
    return PatientQueries(AsyncpgPoolDriver(pool), **_BUILDERS)


async def insert_job(
    connection: RawConnection,
    job: str,
    payload: Mapping[str, Any],
    headers: dict[str, str],
    key: str | None,
    delay: timedelta | None,
) -> None:
    """Add a job in the connection's transaction; one with a key that waits or runs already is left out."""
    queries = Queries(AsyncpgDriver(connection), **_BUILDERS)  # type: ignore[arg-type] # a proxy is a connection
    await queries.enqueue(
        job,
        orjson.dumps(payload, default=str),
        execute_after=delay,
        dedupe_key=key,
        headers=headers,
        on_conflict="skip",
    )
