"""Comments are kept as long as their workspace says: after that their texts and names are blanked, the sale stays."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import attrs
import structlog

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.clock import utc_now
from dibs.erasure.traces import cut_off_erased
from dibs.errors import DibsError, PluginHookError

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection
    from dibs.erasure.plugins import PluginTraces
    from dibs.trading.telling import Telling

BATCH = 5_000
_FIRST_SECONDS = 60.0
_EVERY_SECONDS = 3600.0
_log = structlog.get_logger("dibs.retention")

_DUE = """
FROM shows s JOIN workspaces w ON w.id = s.workspace_id
WHERE jsonb_typeof(w.settings -> 'retention_days') = 'number' AND s.status = 'ended'
    AND s.blanked_comment_no < s.last_comment_no
    AND s.ended_at < $1::timestamptz - make_interval(days => (w.settings ->> 'retention_days')::int)
"""
_SHOWS = f"SELECT s.workspace_id, s.id {_DUE} ORDER BY s.ended_at, s.id"
# Skips a show that another process, or the claim lane, is writing to: its turn comes in an hour.
_LOCKED = f"""
SELECT s.blanked_comment_no AS done, s.last_comment_no AS last, (w.settings ->> 'retention_days')::int AS days
{_DUE} AND s.workspace_id = $2 AND s.id = $3 FOR NO KEY UPDATE OF s SKIP LOCKED
"""
_BLANK = """
UPDATE comments SET text = '', author_name = '', edited_text = CASE WHEN edited_text IS NULL THEN NULL ELSE '' END
WHERE workspace_id = $1 AND show_id = $2 AND comment_no > $3 AND comment_no <= $4
"""
_NOTE = "UPDATE shows SET blanked_comment_no = $3 WHERE workspace_id = $1 AND id = $2"


@attrs.define(eq=False)
class RetentionKeeper:
    """Looks after the comments of ended shows once an hour, from `start` to `close`."""

    db: Database
    plugins: PluginTraces | None = None
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)

    async def start(self) -> None:
        """Begin; the first look is a minute away, so that a start is quick."""
        self._task = asyncio.create_task(self._keep(), name="retention")

    async def close(self) -> None:
        """Stop; a batch that is under way is rolled back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        await asyncio.sleep(_FIRST_SECONDS)
        while True:
            try:
                await blank_old_comments(self.db, plugins=self.plugins)
            except (DibsError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("retention_failed", problem=str(error))
            await asyncio.sleep(_EVERY_SECONDS)


async def blank_old_comments(
    db: Database, now: datetime | None = None, batch: int = BATCH, plugins: PluginTraces | None = None
) -> int:
    """Blank the comments whose time is over; returns how many. Safe in several processes at once."""
    at = now or utc_now()
    total = 0
    for row in await db.hot_fetch(_SHOWS, at):
        try:
            while blanked := await _next_batch(db, at, row["workspace_id"], row["id"], batch, plugins):
                total += blanked
        except PluginHookError as error:  # this show's turn comes again in an hour; the others do not wait for it
            _log.warning("retention_failed", show_id=str(row["id"]), problem=str(error))
    return total


async def _next_batch(
    db: Database, at: datetime, workspace_id: UUID, show_id: UUID, batch: int, plugins: PluginTraces | None
) -> int:
    told: list[Telling] = []
    async with db.hot_connection() as connection, connection.transaction():
        show = await connection.fetchrow(_LOCKED, at, workspace_id, show_id)
        if show is None:
            return 0
        upto = min(show["last"], show["done"] + batch)
        await connection.execute(_BLANK, workspace_id, show_id, show["done"], upto)
        await connection.execute(_NOTE, workspace_id, show_id, upto)
        if upto == show["last"]:
            told = await cut_off_erased(connection, workspace_id, show_id, plugins)
            await _record(connection, workspace_id, show_id, show)
    if plugins is not None:
        plugins.ring(*told)
    return int(upto - show["done"])


async def _record(connection: RawConnection, workspace_id: UUID, show_id: UUID, show: Any) -> None:
    after = {"comments": show["last"], "retention_days": show["days"]}
    await audit_log.record(
        connection,
        workspace_id,
        Actor.system(),
        "comments.blanked",
        entity="show",
        entity_id=show_id,
        show_id=show_id,
        after=after,
    )
