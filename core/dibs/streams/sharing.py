"""One broadcast, one show: within a workspace a second show hears it only if somebody said so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID
from weakref import WeakKeyDictionary, WeakValueDictionary

from dibs.db import Database
from dibs.errors import ConflictError
from dibs.streams import sql

if TYPE_CHECKING:
    from dibs.db import RawConnection

_Turns: TypeAlias = "WeakValueDictionary[UUID, asyncio.Lock]"
_turns: WeakKeyDictionary[Database, _Turns] = WeakKeyDictionary()


@asynccontextmanager
async def lives_locked(db: Database, workspace_id: UUID) -> AsyncIterator[RawConnection]:
    """While this lasts nobody else of the workspace decides which show hears which broadcast. On the hot pool: what
    is done meanwhile in the lane is no part of this transaction.

    Within a process whoever waits holds no connection: the pool is that of the lanes of all workspaces.
    """
    turn = _turns.setdefault(db, WeakValueDictionary()).setdefault(workspace_id, asyncio.Lock())
    async with turn, db.hot_connection() as connection, connection.transaction():
        await connection.execute(sql.LOCK_LIVES, str(workspace_id))
        yield connection


async def check_unshared(
    connection: RawConnection, workspace_id: UUID, show_id: UUID, platform: str, ids: Sequence[str]
) -> None:
    """Raise `ConflictError` if another running show of the workspace hears this broadcast; `ids` are all of its ids."""
    other = await connection.fetchrow(sql.OTHERS, workspace_id, show_id, platform, list(ids))
    if other is not None:
        raise ConflictError(
            f"The show {other['title']!r} hears this broadcast already.", other_show_id=str(other["id"]), shared=False
        )


async def check_show(connection: RawConnection, workspace_id: UUID, show_id: UUID) -> None:
    """Raise `ConflictError` if the show is about to hear what another one hears, and nobody said that it may."""
    for row in await connection.fetch(sql.UNSHARED, workspace_id, show_id):
        if not row["shared"]:
            ids = [row["live_id"], *row["alternate_ids"]]
            await check_unshared(connection, workspace_id, show_id, row["platform"], ids)
