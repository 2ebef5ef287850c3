"""Orders that are paid or cancelled: one guarded statement says so, the rest hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.errors import ConflictError, NotFoundError
from dibs.lane.refresh import lock_shows_of
from dibs.models.orders import Order
from dibs.orders import claims, sql, stocking, telling
from dibs.orders.reading import read_order
from dibs.trading.telling import Telling

if TYPE_CHECKING:
    from dibs.db import RawConnection


@attrs.frozen(eq=False)
class Changing:
    """The changes of an order, in the caller's transaction. Its row is locked before shows and batches."""

    workspace_id: UUID
    connection: RawConnection
    actor: Actor
    telling: Telling

    async def pay(self, order_id: UUID, version: int) -> Order:
        """See `OrderDesk.mark_paid`."""
        if await self.connection.fetchval(sql.PAY, self.workspace_id, order_id, version) is None:
            await self._refuse(order_id, version)
        return await self._told("order.paid", order_id, "open", {"status": "paid"})

    async def cancel(self, order_id: UUID, version: int, reason: str) -> Order:
        """See `OrderDesk.cancel`."""
        row = await self.connection.fetchrow(sql.STANDING, self.workspace_id, order_id)
        if await self.connection.fetchval(sql.CANCEL, self.workspace_id, order_id, version, reason) is None:
            await self._refuse(order_id, version)
        await self._give_back(order_id, reason)
        # The version was matched, so the status is what was read before.
        before = row["status"] if row is not None else "open"
        return await self._told("order.cancelled", order_id, before, {"status": "cancelled", "reason": reason})

    async def _give_back(self, order_id: UUID, reason: str) -> None:
        connection, workspace_id = self.connection, self.workspace_id
        lines = await connection.fetch(sql.LINES, workspace_id, order_id)
        won = [line for line in lines if line["claim_id"] is not None]
        ids = [line["claim_id"] for line in won]
        if ids:
            await lock_shows_of(connection, workspace_id, ids)
            await claims.sell_items(connection, workspace_id, [(one["item_id"], -int(one["quantity"])) for one in won])
            await claims.free(connection, workspace_id, ids, order_id)
        await stocking.give_back(connection, workspace_id, lines, order_id, reason, self.actor)
        await connection.execute(sql.FREE_LINES, workspace_id, order_id)

    async def _told(self, action: str, order_id: UUID, was: str, after: dict[str, Any]) -> Order:
        order = await read_order(self.connection, self.workspace_id, order_id)
        named = {"number": order.number, **after}
        await telling.note(self.connection, self.actor, action, self.telling, order, {"status": was}, named)
        telling.tell(self.telling, action, order)
        return order

    async def _refuse(self, order_id: UUID, version: int) -> NoReturn:
        row = await self.connection.fetchrow(sql.STANDING, self.workspace_id, order_id)
        if row is None:
            raise NotFoundError("There is no such order.", order_id=str(order_id))
        facts = {"order_id": str(order_id), "number": row["number"], "status": row["status"], "version": row["version"]}
        if row["status"] == "cancelled":
            raise ConflictError(f"Order {row['number']} was cancelled already.", **facts)
        if row["version"] != version:
            raise ConflictError(f"Somebody else has changed order {row['number']}.", **facts)
        raise ConflictError(f"Order {row['number']} is {row['status']} already.", **facts)
