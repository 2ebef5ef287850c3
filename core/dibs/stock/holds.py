"""What carts hold of a batch while they are open. A hold is no movement: nothing has been reserved or sold yet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from dibs.errors import InvalidInputError, OutOfStockError
from dibs.money import quantity_text, stock_fault
from dibs.stock.locks import lock_batches
from dibs.stock.model import Reference, available

if TYPE_CHECKING:
    from dibs.db import RawConnection

# The batch was locked by the statement before, so what this one sees of the holds is what there is.
HELD = """
SELECT coalesce(sum(quantity), 0) FROM stock_holds
WHERE workspace_id = $1 AND batch_id = $2 AND holder_kind = $3 AND holder_id = $4
"""
_HOLD = f"""
WITH changed AS (
    UPDATE batches b SET in_carts = b.in_carts + $5::numeric - ({HELD})
    WHERE b.workspace_id = $1 AND b.id = $2
        AND b.reserved + b.on_hold + b.in_carts + $5::numeric - ({HELD}) <= b.on_hand
    RETURNING b.id
), gone AS (
    DELETE FROM stock_holds h USING changed WHERE h.workspace_id = $1 AND h.batch_id = $2 AND h.holder_kind = $3
        AND h.holder_id = $4 AND $5::numeric = 0
), put AS (
    INSERT INTO stock_holds (workspace_id, batch_id, holder_kind, holder_id, quantity)
    SELECT $1, $2, $3, $4, $5::numeric FROM changed WHERE $5::numeric > 0
    ON CONFLICT (workspace_id, batch_id, holder_kind, holder_id) DO UPDATE SET quantity = excluded.quantity
)
SELECT count(*) FROM changed
"""

_GIVE_UP = """
WITH wanted AS (
    SELECT DISTINCT * FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS w(batch_id, kind, id)
), gone AS (
    DELETE FROM stock_holds h USING wanted w
    WHERE h.workspace_id = $1 AND h.batch_id = w.batch_id AND h.holder_kind = w.kind AND h.holder_id = w.id
    RETURNING h.batch_id, h.quantity
)
UPDATE batches b SET in_carts = b.in_carts - s.quantity
FROM (SELECT batch_id, sum(quantity) AS quantity FROM gone GROUP BY batch_id) s
WHERE b.workspace_id = $1 AND b.id = s.batch_id
"""

_OF_HOLDERS = """
SELECT h.batch_id, h.holder_kind, h.holder_id FROM stock_holds h JOIN unnest($2::text[], $3::uuid[]) AS w(kind, id)
    ON h.holder_kind = w.kind AND h.holder_id = w.id
WHERE h.workspace_id = $1
"""


async def give_up(connection: RawConnection, workspace_id: UUID, holds: Sequence[tuple[UUID, Reference]]) -> None:
    """Give up what holders have of batches, all by one statement; nothing held is no error.

    The caller has locked the batches.
    """
    if holds:
        columns = [[batch for batch, _ in holds], [one.kind for _, one in holds], [one.id for _, one in holds]]
        await connection.execute(_GIVE_UP, workspace_id, *columns)


async def hold(
    connection: RawConnection, workspace_id: UUID, batch_id: UUID, holder: Reference, quantity: Decimal
) -> None:
    """Make what a holder holds of a batch exactly this, in the caller's transaction; 0 gives it up.

    Whoever changes several batches locks them first (`lock_batches`), so that all are taken in order.

    Raises:
        OutOfStockError: the batch has not enough; `data["left"]` is what this holder could have.
        NotFoundError: the workspace has no such batch.
    """
    if problem := stock_fault(quantity):
        raise InvalidInputError(f"The quantity {problem}.")
    batch = (await lock_batches(connection, workspace_id, [batch_id]))[batch_id]
    key = workspace_id, batch_id, holder.kind, holder.id
    if not await connection.fetchval(_HOLD, *key, quantity):
        left = quantity_text(available(batch) + await connection.fetchval(HELD, *key))
        raise OutOfStockError(f"Only {left} of {batch.name} left.", left=left, batch_id=str(batch_id))


async def release(connection: RawConnection, workspace_id: UUID, holders: Sequence[Reference]) -> None:
    """Give up all that holders have, of whatever batches; these are locked first. Nothing held is no error.

    The caller has the row of what holds, such as its session: nobody adds to it meanwhile.
    """
    columns = [one.kind for one in holders], [one.id for one in holders]
    rows = await connection.fetch(_OF_HOLDERS, workspace_id, *columns)
    if rows:
        await lock_batches(connection, workspace_id, {UUID(bytes=row["batch_id"].bytes) for row in rows})
        held = [(row["batch_id"], Reference(row["holder_kind"], row["holder_id"])) for row in rows]
        await give_up(connection, workspace_id, held)
