"""Pytest fixtures: `pg_server`, `database_url`, `db`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from dibs.db import Database
from dibs.plugins import load_plugins
from dibs.testing.postgres import TestServer, running_server


@pytest.fixture(scope="session")
def pg_server() -> Iterator[TestServer]:
    """The PostgreSQL of this test run; its template database has the tables of the core and of installed plugins."""
    with running_server() as server:
        asyncio.run(server.make_template(load_plugins().migration_folders()))
        yield server


@pytest.fixture
async def database_url(pg_server: TestServer) -> AsyncIterator[str]:
    """The address of a fresh, migrated database of this test's own."""
    url = await pg_server.clone()
    yield url
    await pg_server.drop(url)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A connected gateway to this test's database."""
    database = Database(database_url)
    await database.connect()
    yield database
    await database.close()
