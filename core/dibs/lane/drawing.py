"""Items that are drawn from batches: what a show holds of the stock, written in the transaction of the action.

Comments never come here: what they win an item has reserved already. So an action alone pays for it, and only if what
one of its items holds has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.errors import NotFoundError
from dibs.lane.changes import Changes
from dibs.lane.commit import Written, write
from dibs.lane.state import Board, ItemState
from dibs.stock import Kind, Movement, Reference, record

if TYPE_CHECKING:
    from dibs.db import RawConnection

_KNOWN = "SELECT id FROM batches WHERE workspace_id = $1 AND id = ANY($2::uuid[])"
_UPDATE = """
UPDATE items i SET batch_id = g.batch_id, reserved = g.reserved
FROM unnest($3::uuid[], $4::uuid[], $5::int[]) AS g(id, batch_id, reserved)
WHERE i.workspace_id = $1 AND i.show_id = $2 AND i.id = g.id
"""


@attrs.frozen
class Draw:
    """What an item holds of a batch from now on; `kept` is false if the item is gone."""

    item: ItemState
    batch_id: UUID | None
    reserved: int
    kept: bool = True


async def write_drawn(connection: RawConnection, changes: Changes) -> Written | None:
    """Write an action, and what it takes from batches or gives back, in one transaction. None as `write` says.

    Raises:
        OutOfStockError: a batch has not enough; nothing was written, and the board holds what is not so.
        NotFoundError: the workspace has no such batch; the same.
    """
    draws = list(_draws(changes))
    if not draws:
        return await write(connection, changes)
    async with connection.transaction():
        written = await write(connection, changes)
        if written is not None:
            await _draw(connection, changes, draws)
    for draw in draws if written is not None else ():
        draw.item.drawn = (draw.batch_id, draw.reserved)
    return written


def _draws(changes: Changes) -> Iterator[Draw]:
    for item in changes.board.items.values():
        wanted = (item.batch_id, _wanted(changes.board, item))
        if wanted != item.drawn:
            yield Draw(item, *wanted)
    for item in changes.removed_items:
        if item.drawn[1]:
            yield Draw(item, None, 0, kept=False)


def _wanted(board: Board, item: ItemState) -> int:
    """A show that runs holds all its units, one that has ended what was won; a practice show nothing.

    What was sold has left the batch.
    """
    if item.batch_id is None or board.practice or board.status == "draft":
        return 0
    return (item.claimed if board.status == "ended" else item.total) - item.sold


async def _draw(connection: RawConnection, changes: Changes, draws: Sequence[Draw]) -> None:
    board = changes.board
    new = {draw.batch_id for draw in draws if draw.batch_id is not None and draw.batch_id != draw.item.drawn[0]}
    known = {row["id"] for row in await connection.fetch(_KNOWN, board.workspace_id, list(new))} if new else set()
    if missing := new - known:
        raise NotFoundError("There is no such batch.", batch_id=str(min(missing)))
    await record(connection, board.workspace_id, [m for draw in draws for m in _movements(draw)], changes.actor)
    kept = [draw for draw in draws if draw.kept]
    columns = [[draw.item.id for draw in kept], [draw.batch_id for draw in kept], [draw.reserved for draw in kept]]
    await connection.execute(_UPDATE, board.workspace_id, board.show_id, *columns)


def _movements(draw: Draw) -> Iterator[Movement]:
    before, held = draw.item.drawn
    if before == draw.batch_id:
        more = draw.reserved - held
        yield from _movement(draw, before, "reserved" if more > 0 else "given_back", abs(more))
        return
    yield from _movement(draw, before, "given_back", held)
    yield from _movement(draw, draw.batch_id, "reserved", draw.reserved)


def _movement(draw: Draw, batch_id: UUID | None, kind: Kind, units: int) -> Iterator[Movement]:
    if batch_id is not None and units:
        about = f"item {draw.item.number} {draw.item.variant}".rstrip()
        yield Movement(batch_id, kind, Decimal(units), Reference("item", draw.item.id), about=about)
