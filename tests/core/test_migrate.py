"""The migrations and the tables are one and the same, however often and by however many they are applied."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from dibs.db import Database
from dibs.migrate import heads, migrate
from dibs.tables import metadata
from dibs.testing.postgres import TestServer
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


def _differences(connection: Connection) -> list[object]:
    def no_partitions(name: str | None, kind: str, _: object) -> bool:
        return not (kind == "table" and name is not None and name.startswith("outbox_"))

    context = MigrationContext.configure(connection, opts={"include_name": no_partitions})
    return list(compare_metadata(context, metadata))


async def test_migrated_database_equals_the_tables(database_url: str) -> None:
    engine = create_async_engine(make_url(database_url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with engine.connect() as connection:
        found = [d for d in await connection.run_sync(_differences) if "alembic_version" not in str(d)]
    await engine.dispose()
    assert found == []


async def test_several_processes_may_migrate_at_once(pg_server: TestServer) -> None:
    await pg_server._run("CREATE DATABASE together")
    url = pg_server.database_url("together")
    await asyncio.gather(*(migrate(url) for _ in range(4)))
    db = Database(url)
    await db.connect()
    rows = await db.hot_fetch("SELECT version_num FROM alembic_version")
    await db.close()
    await pg_server.drop(url)
    assert {row[0] for row in rows} == heads()
