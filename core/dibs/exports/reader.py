"""Reading one show or one workspace row by row, as of one instant, on a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias
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
class WorkspaceReader:
    """One workspace, read-only, as of one instant. Rows come as they are read; only some hundred are in memory.

    Attributes:
        workspace_id: whose.
        time_zone, currency: as the workspace has set them.
        as_of: the instant.
        since, until: which orders: made from, and before; None for all.
    """

    workspace_id: UUID
    time_zone: ZoneInfo
    currency: str
    as_of: datetime
    _connection: Any = attrs.field(repr=False)
    since: datetime | None = None
    until: datetime | None = None

    def orders(self) -> AsyncIterator[Row]:
        """Orders by number: `order_id, number, created_at, origin, status, name, contact, customer_id, buyer_id,
        show_id, show_title, currency, total, line_count, note, paid_at, cancelled_at, cancel_reason`."""
        return self._rows(sql.ORDERS, None, self.since, self.until)

    def order_lines(self) -> AsyncIterator[Row]:
        """Their lines: `order_id, number, created_at, status, name, line_no, item, unit, quantity, price, price_source,
        sample, total, currency, batch_code, product_id, batch_id, claim_id`."""
        return self._rows(sql.ORDER_LINES, None, self.since, self.until)

    async def _rows(self, query: str, *more: Any) -> AsyncIterator[Row]:
        async for record in self._connection.cursor(query, self.workspace_id, *more, prefetch=PREFETCH):
            yield record


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

    def orders(self) -> AsyncIterator[Row]:
        """The show's orders, as `WorkspaceReader.orders`."""
        return self._rows(sql.ORDERS, None, None)

    def order_lines(self) -> AsyncIterator[Row]:
        """The lines of the show's orders, as `WorkspaceReader.order_lines`."""
        return self._rows(sql.ORDER_LINES, None, None)

    async def _rows(self, query: str, *more: Any) -> AsyncIterator[Row]:
        ids = (self.workspace_id, self.show.id)
        async for record in self._connection.cursor(query, *ids, *more, prefetch=PREFETCH):
            yield record


Reader: TypeAlias = ShowReader | WorkspaceReader


@asynccontextmanager
async def read_show(db: Database, workspace_id: UUID, show_id: UUID) -> AsyncIterator[ShowReader]:
    """A reader of one show; at most two readers are open in a process, others wait for their turn.

    Raises:
        NotFoundError: the workspace has no such show.
        UnavailableError: too many others are exporting, or the database does not answer.
    """
    async with _reading(db, workspace_id) as (connection, zone, currency, as_of):
        row = await connection.fetchrow(sql.SHOW, workspace_id, show_id)
        if row is None:
            raise NotFoundError("There is no such show.", show_id=str(show_id))
        yield ShowReader(workspace_id, ShowFacts(**row), zone, currency, as_of, connection)


@asynccontextmanager
async def read_workspace(
    db: Database, workspace_id: UUID, since: datetime | None = None, until: datetime | None = None
) -> AsyncIterator[WorkspaceReader]:
    """A reader of a whole workspace. Raises `UnavailableError` as `read_show` does."""
    async with _reading(db, workspace_id) as (connection, zone, currency, as_of):
        yield WorkspaceReader(workspace_id, zone, currency, as_of, connection, since, until)


@asynccontextmanager
async def _reading(db: Database, workspace_id: UUID) -> AsyncIterator[tuple[Any, ZoneInfo, str, datetime]]:
    settings = await settings_of(db, workspace_id)
    turn = _turns.setdefault(db, asyncio.Semaphore(AT_ONCE))
    await _take(turn)
    try:
        connection = await _connect(db)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                as_of = await connection.fetchval("SELECT now()")
                yield connection, ZoneInfo(settings.time_zone), settings.currency, as_of
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
