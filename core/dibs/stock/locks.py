"""Taking the locks on batches: all that a transaction needs at once, in the order of their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from dibs.errors import InvariantError, NotFoundError
from dibs.stock.model import BatchStock

if TYPE_CHECKING:
    from dibs.db import RawConnection

_LOCK = """
SELECT b.id, p.name || ' · ' || b.code AS name, b.on_hand, b.reserved, b.on_hold, b.in_carts
FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE b.workspace_id = $1 AND b.id = ANY($2::uuid[]) ORDER BY b.id FOR NO KEY UPDATE OF b
"""


async def lock_batches(
    connection: RawConnection, workspace_id: UUID, batch_ids: Iterable[UUID]
) -> dict[UUID, BatchStock]:
    """Lock batches until the end of the transaction; their counters as they stand now.

    Raises:
        NotFoundError: the workspace has no such batch.
        InvariantError: there is no transaction that could hold the locks.
    """
    if not connection.is_in_transaction():
        raise InvariantError("Stock changes in a transaction only.")
    wanted = set(batch_ids)
    rows = await connection.fetch(_LOCK, workspace_id, list(wanted))
    found = {UUID(bytes=row["id"].bytes): row for row in rows}
    if missing := wanted - found.keys():
        raise NotFoundError("There is no such batch.", batch_id=str(min(missing)))
    return {batch_id: BatchStock(batch_id, *(row[n] for n in range(1, 6))) for batch_id, row in found.items()}
