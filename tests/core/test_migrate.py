"""The migrations and the tables are one and the same, however often and by however many they are applied."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from dibs.db import Database
from dibs.lane.commit import GROUPS
from dibs.migrate import config, heads, migrate
from dibs.tables import metadata
from dibs.testing.postgres import TestServer


def _differences(connection: Connection) -> list[object]:
    def ours(name: str | None, kind: str, _: object) -> bool:
        """No partitions, and not the tables of the job library, which `tests/core/jobs` compares with its own."""
        return not (kind == "table" and name is not None and name.startswith(("outbox_", "pgqueuer")))

    context = MigrationContext.configure(connection, opts={"include_name": ours})
    return list(compare_metadata(context, metadata))


@pytest.fixture
async def empty_url(pg_server: TestServer) -> AsyncIterator[str]:
    """The address of a database without any table."""
    await pg_server._run("CREATE DATABASE empty")
    yield (url := pg_server.database_url("empty"))
    await pg_server.drop(url)


async def test_the_migrations_of_the_core_make_its_tables(empty_url: str) -> None:
    await migrate(empty_url)
    engine = create_async_engine(make_url(empty_url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with engine.connect() as connection:
        found = [d for d in await connection.run_sync(_differences) if "alembic_version" not in str(d)]
    await engine.dispose()
    assert found == []


async def test_several_processes_may_migrate_at_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    db = Database(empty_url)
    await db.connect()
    rows = await db.hot_fetch("SELECT version_num FROM alembic_version")
    await db.close()
    assert {row[0] for row in rows} == heads()


async def test_a_database_that_is_up_to_date_needs_no_alembic(database_url: str) -> None:
    program = (
        "import asyncio, sys; from dibs.migrate import migrate; "
        f"asyncio.run(migrate({database_url!r})); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_heads_are_those_that_alembic_finds() -> None:
    assert heads() == frozenset(ScriptDirectory.from_config(config("")).get_heads())


async def test_the_row_types_of_the_lane_are_those_that_it_writes(db: Database) -> None:
    rows = await db.hot_fetch(
        "SELECT t.typname, a.attname, format_type(a.atttypid, NULL) FROM pg_type t "
        "JOIN pg_attribute a ON a.attrelid = t.typrelid WHERE t.typname LIKE 'lane\\_%' ORDER BY t.typname, a.attnum"
    )
    long = {
        "int": "integer",
        "bool": "boolean",
        "float8": "double precision",
        "timestamptz": "timestamp with time zone",
    }
    wanted = [(f"lane_{name}", column, long.get(kind, kind)) for name, columns in GROUPS for column, kind in columns]
    assert sorted(wanted) == sorted(tuple(row) for row in rows)


async def test_going_back_to_nothing_leaves_nothing(empty_url: str) -> None:
    await migrate(empty_url)
    await asyncio.to_thread(command.downgrade, config(empty_url), "core@base")
    connection = await asyncpg.connect(empty_url)
    left = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'c')"
    )
    await connection.close()
    assert [row[0] for row in left] == ["alembic_version"]
