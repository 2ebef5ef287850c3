"""Keeping the outbox's partitions: made ahead, dropped when old."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import asyncpg
import structlog

from dibs.clock import utc_now
from dibs.errors import DibsError

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

KEEP_DAYS = 7
AHEAD_DAYS = 2
_EVERY_SECONDS = 3600.0
_LOCK = 0x4F555442
_log = structlog.get_logger(__name__)

_NAMES = """
SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'outbox'::regclass AND c.relname ~ '^outbox_d[0-9]{8}$'
"""


async def keep_partitions(db: Database) -> None:
    """Look after the partitions now and once an hour, until cancelled."""
    while True:
        try:
            await maintain(db)
        except (DibsError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("outbox_maintenance_failed", problem=str(error))
        await asyncio.sleep(_EVERY_SECONDS)


async def maintain(db: Database, keep_days: int = KEEP_DAYS, today: date | None = None) -> None:
    """Make a partition for today and each of the next days, and drop what is older than `keep_days`.

    Safe to call from several processes at once; waits at most a second for writers. A client whose position
    is older than what is left gets a `reset`.
    """
    day = today or utc_now().date()
    async with db.hot_connection() as connection:
        for offset in range(AHEAD_DAYS + 1):
            await _make(connection, day + timedelta(days=offset))
        await _drop_before(connection, day - timedelta(days=keep_days))


def partition_name(day: date) -> str:
    """The table that holds the events of one day (UTC)."""
    return f"outbox_d{day:%Y%m%d}"


async def _make(connection: RawConnection, day: date) -> None:
    name = partition_name(day)
    if await connection.fetchval("SELECT to_regclass($1)", name) is not None:
        return
    low, high = (datetime.combine(day + timedelta(days=n), time(), UTC).isoformat() for n in (0, 1))
    try:
        async with connection.transaction():
            await _exclusively(connection)
            made = f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF outbox"
            await connection.execute(f"{made} FOR VALUES FROM ('{low}') TO ('{high}')")
    except asyncpg.CheckViolationError:
        _log.info("outbox_day_in_default", day=str(day))  # written before the partition was made: they stay there


async def _drop_before(connection: RawConnection, oldest: date) -> None:
    old = [row["name"] for row in await connection.fetch(_NAMES) if row["name"] < partition_name(oldest)]
    for name in sorted(old):
        async with connection.transaction():
            await _exclusively(connection)
            await connection.execute(f"DROP TABLE IF EXISTS {name}")
    limit = datetime.combine(oldest, time(), UTC)
    await connection.execute("DELETE FROM outbox_default WHERE created_at < $1", limit)


async def _exclusively(connection: RawConnection) -> None:
    await connection.execute("SET LOCAL lock_timeout = '1s'")
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
