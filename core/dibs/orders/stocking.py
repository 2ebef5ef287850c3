"""What an order takes from the stock, and what a cancelled one gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.audit_log import Actor
from dibs.models.orders import NewOrder
from dibs.orders.claims import WonClaim
from dibs.stock import Movement, Reference, give_up, lock_batches, record

if TYPE_CHECKING:
    from dibs.db import RawConnection

Claims = Mapping[UUID, WonClaim]


async def take(
    connection: RawConnection, workspace_id: UUID, new: NewOrder, claims: Claims, order_id: UUID, actor: Actor
) -> None:
    """Move what is ordered out of the stock, and give up what was held and reserved for it.

    Raises:
        OutOfStockError: a batch has not enough.
        NotFoundError: there is no such batch.
    """
    movements = list(_sold(new, claims, order_id))
    if not movements and not new.freed:
        return
    batches = {movement.batch_id for movement in movements} | {batch_id for batch_id, _ in new.freed}
    await lock_batches(connection, workspace_id, batches)
    held = [(line.batch_id, line.holder) for line in new.lines if line.batch_id is not None and line.holder is not None]
    await give_up(connection, workspace_id, [*held, *new.freed])
    await record(connection, workspace_id, movements, actor)


def _sold(new: NewOrder, claims: Claims, order_id: UUID) -> Iterator[Movement]:
    order = Reference("order", order_id)
    for line in new.lines:
        claim = claims[line.claim_id] if line.claim_id is not None else None
        batch_id = line.batch_id if claim is None else claim.batch_id
        if batch_id is None:
            continue
        if claim is not None:
            yield Movement(batch_id, "given_back", line.quantity, Reference("item", claim.item_id), about=line.name)
        yield Movement(batch_id, "sold", line.quantity, order, about=line.name)


async def give_back(
    connection: RawConnection, workspace_id: UUID, lines: Sequence[Any], order_id: UUID, reason: str, actor: Actor
) -> None:
    """Put what a cancelled order had back on hand; units of won claims are reserved again for their items."""
    await record(connection, workspace_id, list(_returned(lines, order_id, reason)), actor)


def _returned(lines: Sequence[Any], order_id: UUID, reason: str) -> Iterator[Movement]:
    for line in lines:
        if line["batch_id"] is None:
            continue
        batch_id, about = UUID(bytes=line["batch_id"].bytes), line["name"]
        yield Movement(batch_id, "returned", line["quantity"], Reference("order", order_id), reason, about)
        if line["claim_id"] is not None:
            yield Movement(batch_id, "reserved", line["quantity"], Reference("item", line["item_id"]), about=about)
