"""Reading one show row by row, as of one instant, on a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import asyncpg
import attrs

from dibs.errors import NotFoundError, UnavailableError
from dibs.exports import sql
from dibs.exports.model import Row, ShowFacts
from dibs.workspace_settings.reading import settings_of

if TYPE_CHECKING:
    from dibs.db import Database

AT_ONCE: Final = 2
PATIENCE: Final = 20.0
# A hundred rows at a time are decoded within a millisecond: nobody who is live has to wait for them.
PREFETCH: Final = 100
_SESSION: Final = {
    "jit": "off",
    "statement_timeout": "120s",
    "idle_in_transaction_session_timeout": "120s",
    "application_name": "dibs export",
}
_turns: WeakKeyDictionary[Database, asyncio.Semaphore] = WeakKeyDictionary()


@attrs.frozen(eq=False)
class ShowReader:
    """One show of one workspace, read-only, as of one instant: claims and totals that are read one after the other
    agree. Rows come as they are read; only some hundred of them are in memory.

    Attributes:
        workspace_id, show: whose, and which.
        time_zone, currency: as the workspace has set them.
        as_of: the instant.
    """

    workspace_id: UUID
    show: ShowFacts
    time_zone: ZoneInfo
    currency: str
    as_of: datetime
    _connection: Any = attrs.field(repr=False)

    def claims(self) -> AsyncIterator[Row]:
        """Claims in the order of decision: `claim_id, timestamp, decided_at, decision_no, comment_no, item_id,
        item_number, item_title, variant, price, quantity, status, waitlist_position, rule, reason, buyer_id,
        user_handle, platform, platform_user_id, merged_into`. Passes are no claims."""
        return self._rows(sql.CLAIMS)

    def buyers(self) -> AsyncIterator[Row]:
        """Who won something, merged identities as one person: `buyer_id, user_handle, platform, platform_user_id,
        tags, blocked, items_claimed` (different items), `total_items` (units), `total_amount` (None without
        prices)."""
        return self._rows(sql.BUYERS)

    def comments(self) -> AsyncIterator[Row]:
        """Comments in the order of arrival: `comment_no, comment_id, timestamp, received_at, platform, live_id,
        buyer_id, author_id, user_handle, text, verdict, rule, reason, late`."""
        return self._rows(sql.COMMENTS)

    def items(self) -> AsyncIterator[Row]:
        """Items in their order: `item_id, item_number, variant, title, price, position, total_quantity,
        claimed_count, waitlist_count`."""
        return self._rows(sql.ITEMS)

    async def _rows(self, query: str) -> AsyncIterator[Row]:
        async for record in self._connection.cursor(query, self.workspace_id, self.show.id, prefetch=PREFETCH):
            yield record


@asynccontextmanager
async def read_show(db: Database, workspace_id: UUID, show_id: UUID) -> AsyncIterator[ShowReader]:
    """A reader of one show; at most two are open in a process, others wait for their turn.

    Raises:
        NotFoundError: the workspace has no such show.
        UnavailableError: too many others are exporting, or the database does not answer.
    """
    settings = await settings_of(db, workspace_id)
    turn = _turns.setdefault(db, asyncio.Semaphore(AT_ONCE))
    await _take(turn)
    try:
        connection = await _connect(db)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                row = await connection.fetchrow(sql.SHOW, workspace_id, show_id)
                if row is None:
                    raise NotFoundError("There is no such show.", show_id=str(show_id))
                as_of = await connection.fetchval("SELECT now()")
                zone = ZoneInfo(settings.time_zone)
                yield ShowReader(workspace_id, ShowFacts(**row), zone, settings.currency, as_of, connection)
        finally:
            await connection.close()
    finally:
        turn.release()


async def _take(turn: asyncio.Semaphore) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await turn.acquire()
    except TimeoutError:
        raise UnavailableError("Other exports are being made; try again in a moment.", retry_after=10) from None


async def _connect(db: Database) -> Any:
    try:
        return await asyncpg.connect(db.url, server_settings=dict(_SESSION))
    except (OSError, asyncpg.PostgresError) as error:
        raise UnavailableError(f"The database does not answer: {error}") from error
