"""Making and changing orders, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.credit.desk import CreditDesk
from dibs.models.orders import NewOrder, Order
from dibs.orders import sql
from dibs.orders.changing import Changing
from dibs.orders.making import Making
from dibs.orders.reading import read_order
from dibs.trading.telling import Telling

if TYPE_CHECKING:
    from dibs.db import RawConnection


@attrs.frozen(eq=False)
class OrderDesk:
    """Orders in the transaction of a connection.

    Whoever locks a session or a cart does so before; `make` and `cancel` then lock shows, items, batches, the customer
    and the counter of numbers, in this order.
    """

    workspace_id: UUID
    _actor: Actor
    _credit: CreditDesk = attrs.field(repr=False)
    _telling: Telling = attrs.field(repr=False)
    _connection: RawConnection = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def make(self, new: NewOrder, *, may_override: bool = False) -> Order:
        """Make an order: take the stock, number it, write its lines and events. All or nothing.

        Of a source that was ordered already, and not cancelled since, the same order comes back, untouched; of two
        who order it at the same time the second waits for the first. A buyer who is linked to a customer orders as
        that customer, whose credit is checked.

        Raises:
            OutOfStockError: a batch has not enough.
            CreditExceededError: the customer may not owe that much.
            PriceMissingError: a line has no price; the message names it.
            ConflictError: a claim is ordered already (`data["order_id"]`), is won no more, or is somebody else's.
            InvalidInputError: no line, or a line that can't be ordered; nobody to order for.
            NotFoundError: there is no such customer, buyer, claim or batch.
        """
        await self._ready()
        making = Making(self.workspace_id, self._connection, self._actor, self._credit, self._telling)
        return await making.run(new, may_override)

    async def get(self, order_id: UUID) -> Order:
        """An order with its lines. Raises `NotFoundError`."""
        await self._ready()
        return await read_order(self._connection, self.workspace_id, order_id)

    async def of_source(self, kind: str, source_id: UUID) -> Order | None:
        """The order that a source has become, unless it was cancelled."""
        await self._ready()
        found = await self._connection.fetchval(sql.OF_SOURCE, self.workspace_id, kind, source_id)
        return None if found is None else await self.get(UUID(bytes=found.bytes))

    async def cancel(self, order_id: UUID, version: int, reason: str) -> Order:
        """Cancel an order, open or paid: its stock comes back, its won claims are reserved and may be ordered again.

        Of an order that was paid, `paid_at` stays: the money is to be given back by whoever took it.

        Raises:
            NotFoundError: there is no such order.
            ConflictError: it was cancelled already, or has another version by now; `data` says how it stands.
        """
        await self._ready()
        return await self._changing.cancel(order_id, version, reason)

    async def mark_paid(self, order_id: UUID, version: int) -> Order:
        """Say that an open order was paid.

        Raises:
            NotFoundError: there is no such order.
            ConflictError: it is not open, or has another version by now; `data` says how it stands.
        """
        await self._ready()
        return await self._changing.pay(order_id, version)

    @property
    def _changing(self) -> Changing:
        return Changing(self.workspace_id, self._connection, self._actor, self._telling)

    async def _ready(self) -> None:
        if self._begin is not None:
            await self._begin()
