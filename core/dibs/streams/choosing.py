"""Which broadcast a stream is: chosen by a person, found by asking, or told by the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dibs.lane.marks import watching
from dibs.models.platform import Account, Live
from dibs.streams import sql
from dibs.streams.model import StreamRow, tidy
from dibs.streams.sharing import check_unshared, lives_locked
from dibs.streams.telling import Told, read_stream, tell

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection
    from dibs.events.hub import Hub


def sellers(live: Live, account: Account) -> list[str]:
    """Whose comments never claim: the account's own, and whoever sells beside it."""
    return sorted({tidy(one) for one in (account.account_id, *live.seller_ids)} - {""})


async def take_live(
    db: Database, hub: Hub, row: StreamRow, live: Live, account: Account, *, shared: bool = False
) -> StreamRow | None:
    """Make a stream that of a broadcast. None if somebody has said meanwhile what else it is to be.

    Raises:
        ConflictError: another running show of the workspace hears it.
        asyncpg.UniqueViolationError: another stream of the show is this broadcast.
    """
    async with lives_locked(db, row.workspace_id) as connection:
        if not (shared or row.shared):
            ids = [live.live_id, *live.alternate_ids]
            await check_unshared(connection, row.workspace_id, row.show_id, row.platform, ids)
        taken = await write_live(connection, row, live, account, shared=shared)
    if taken is None:
        return None
    taken[1].publish(hub)
    return taken[0]


async def write_live(
    connection: RawConnection, row: StreamRow, live: Live, account: Account, *, shared: bool = False
) -> tuple[StreamRow, Told] | None:
    """The same within a transaction; the show's row first, as the lane takes them."""
    await connection.fetchrow(sql.SHOW, row.workspace_id, row.show_id)
    written = await connection.fetchrow(
        sql.TAKE_LIVE, row.workspace_id, row.id, tidy(live.live_id), tidy(live.title), tidy(live.url),
        [tidy(one) for one in live.alternate_ids], sellers(live, account), watching(live.viewers), shared, row.version,
    )  # fmt: skip
    if written is None:
        return None
    await connection.execute(sql.RAISE, row.workspace_id, row.show_id)
    fresh = await read_stream(connection, row.workspace_id, row.id)
    return fresh, await tell(connection, fresh)
