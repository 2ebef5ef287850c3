"""Looking for the broadcast that a stream waits for."""

from __future__ import annotations

import asyncpg

from dibs.errors import ConflictError
from dibs.models.platform import Account, Live, Platform, RefusedError
from dibs.streams import sql
from dibs.streams.calls import CannotReadError, asked
from dibs.streams.choosing import take_live
from dibs.streams.model import StreamRow, stream_of
from dibs.streams.parts import Parts
from dibs.streams.standing import Standing, Writer

_ON = ("live", "unknown")


async def find_live(parts: Parts, writer: Writer, row: StreamRow, platform: Platform, account: Account) -> bool:
    """Look once; True if the stream has its broadcast now. If several run somebody has to choose.

    Raises:
        CannotReadError: the platform can't be asked, or another show hears the only one.
        TryAgainError, RefusedError: from the platform.
    """
    try:
        lives = await asked(platform, platform.lives(account))
    except RefusedError as error:
        if error.reason == "unsupported":
            raise CannotReadError("unsupported", error.message) from error
        raise
    running = [live for live in lives if live.status in _ON and live.live_id]
    others = await _known(parts, row)
    running = [live for live in running if not {live.live_id, *live.alternate_ids} & others]
    if len(running) == 1:
        return await _take(parts, row, running[0], account)
    await writer.stand(row, Standing("waiting", choices=tuple(running)), looked=True)
    return False


async def _take(parts: Parts, row: StreamRow, live: Live, account: Account) -> bool:
    try:
        return await take_live(parts.db, parts.hub, row, live, account) is not None
    except ConflictError as error:
        raise CannotReadError("taken", error.message) from error
    except asyncpg.UniqueViolationError:  # another stream of the show has just become this broadcast
        return False


async def _known(parts: Parts, row: StreamRow) -> set[str]:
    """The ids of the broadcasts that the show has, or had, already."""
    rows = await parts.db.hot_fetch(sql.STREAMS, row.workspace_id, row.show_id)
    others = [other for other in map(stream_of, rows) if other.id != row.id and other.platform == row.platform]
    return {one for other in others for one in (other.live_id, *other.alternate_ids)} - {""}
