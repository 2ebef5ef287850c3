"""Where the lane is measured: a process's parts without a web server, a workspace, shows with items."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from dibs.accounts.model import Registration
from dibs.bench.workload import codes
from dibs.errors import UnavailableError
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.lane.work import IngestResult
from dibs.logs import configure_logs
from dibs.models.comments import IncomingComment
from dibs.models.items import NewItem
from dibs.runtime import Runtime, open_runtime
from dibs.settings import Settings
from dibs.shows.service import Shows

ITEMS = 200


@attrs.frozen
class Arena:
    """A runtime and a workspace in it, with the plugins that every workspace has by default."""

    runtime: Runtime
    workspace_id: UUID

    async def show(self, items: int = ITEMS, quantity: int = 20) -> UUID:
        """A new show that is on, with so many items."""
        show_id = await Shows(self.runtime.db).create(self.workspace_id, "Benchmark", {})
        new = [NewItem(code, f"Item {code}", quantity) for code in codes(items)]
        await self.runtime.lanes.command(self.workspace_id, show_id, commands.add_items(new))
        await self.runtime.lanes.command(self.workspace_id, show_id, commands.set_status("active"))
        return show_id

    async def ingest(self, show_id: UUID, comments: Sequence[IncomingComment]) -> IngestResult:
        """Hand comments in by the door that platforms use."""
        return await self.runtime.lanes.ingest(self.workspace_id, show_id, comments)

    async def sql(self, statement: str, *args: Any) -> Any:
        """Run a statement; the first column of its first row."""
        rows = await self.runtime.db.hot_fetch(statement, *args)
        return rows[0][0] if rows else None

    async def check_plugins(self, show_id: UUID, comments: Sequence[IncomingComment]) -> None:
        """Hand some comments in and see that about half of them claim.

        Raises:
            UnavailableError: they don't; what would be measured then is not what the figures are about.
        """
        counts = (await self.ingest(show_id, comments)).counts
        if counts["claim"] < len(comments) * 0.3:
            raise UnavailableError(
                f"Only {counts['claim']} of {len(comments)} comments claimed; "
                "the benchmark needs the plugins keywords and first_come."
            )


@asynccontextmanager
async def open_arena(database_url: str) -> AsyncIterator[Arena]:
    """A runtime of this process on that database, closed at the end."""
    with tempfile.TemporaryDirectory(prefix="dibs-bench-") as folder:
        settings = Settings(database_url=database_url, data_dir=Path(folder), log_level="warning")
        configure_logs(settings)
        async with open_runtime(settings) as runtime:
            new = Registration(email=f"{uuid7()}@example.com", password="never signs in with it", name="Bench")
            _, workspace = await runtime.accounts.users.create(new, "no password")
            yield Arena(runtime, workspace.id)
