"""What carts hold of a batch while they are open. A hold is no movement: nothing has been reserved or sold yet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from dibs.errors import InvalidInputError, InvariantError, OutOfStockError
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

_LOCK_HELD = """
SELECT id FROM batches WHERE workspace_id = $1 AND id IN (
    SELECT batch_id FROM stock_holds WHERE workspace_id = $1 AND holder_kind = $2 AND holder_id = ANY ($3::uuid[])
) ORDER BY id FOR NO KEY UPDATE
"""
_RELEASE = """
WITH gone AS (
    DELETE FROM stock_holds WHERE workspace_id = $1 AND holder_kind = $2 AND holder_id = ANY ($3::uuid[])
    RETURNING batch_id, quantity
), sums AS (
    SELECT batch_id, sum(quantity) AS quantity FROM gone GROUP BY batch_id
)
UPDATE batches b SET in_carts = b.in_carts - s.quantity FROM sums s WHERE b.workspace_id = $1 AND b.id = s.batch_id
"""


async def release(connection: RawConnection, workspace_id: UUID, kind: str, holders: Sequence[UUID]) -> None:
    """Give up all that these holders of one kind hold, in the caller's transaction, by two statements.

    The caller has the row of what holds (its session), so that nobody adds to it meanwhile.
    """
    if not connection.is_in_transaction():
        raise InvariantError("Stock changes in a transaction only.")
    if await connection.fetch(_LOCK_HELD, workspace_id, kind, list(holders)):
        await connection.execute(_RELEASE, workspace_id, kind, list(holders))


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
