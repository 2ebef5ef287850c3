"""The same writes without anybody deciding in between: what bare set-based SQL needs for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from uuid import UUID

from dibs.bench.arena import Arena
from dibs.clock import utc_now
from dibs.errors import InvariantError
from dibs.lane import lease
from dibs.lane.batch import collect, decide_batch, resolve_buyers
from dibs.lane.commit import COMMIT, parameters
from dibs.lane.load import load_board
from dibs.lane.work import CommentWork
from dibs.models.comments import IncomingComment

_OWNER = "benchmark"


async def prepare(arena: Arena, show_id: UUID, comments: Sequence[IncomingComment], batch_size: int) -> list[list[Any]]:
    """The arguments of the lane's own statement for these comments on a fresh show, batch by batch."""
    db, workspace_id = arena.runtime.db, arena.workspace_id
    hooks = await arena.runtime.flags.hooks_for(workspace_id)
    fence = await lease.acquire(db, workspace_id, show_id, _OWNER)
    async with db.hot_connection() as connection:
        board = await load_board(connection, workspace_id, show_id)
    made: list[list[Any]] = []
    for start in range(0, len(comments), batch_size):
        piece = comments[start : start + batch_size]
        work = CommentWork(piece, utc_now(), asyncio.get_running_loop().create_future())
        batch = collect(board, [work], {})
        new_buyers = await resolve_buyers(db, board, batch)
        made.append(parameters(decide_batch(board, hooks, batch, new_buyers), _OWNER, fence))
        board.revision += 1
    return made


async def write_all(arena: Arena, batches: Sequence[Sequence[Any]]) -> float:
    """Seconds for writing prepared batches one after another on one connection, each its own transaction.

    Raises:
        InvariantError: the database refused one; the figure would be worth nothing.
    """
    async with arena.runtime.db.hot_connection() as connection:
        statement = await connection.prepare(COMMIT)
        begun = perf_counter()
        for batch in batches:
            if await statement.fetchrow(*batch) is None:
                raise InvariantError("The database refused a prepared batch of the benchmark.")
        return perf_counter() - begun
