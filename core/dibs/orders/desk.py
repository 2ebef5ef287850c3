"""Making and changing orders, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.credit.desk import CreditDesk
from dibs.models.orders import NewOrder, Order
from dibs.trading.telling import Telling

if TYPE_CHECKING:
    from dibs.db import RawConnection


@attrs.frozen(eq=False)
class OrderDesk:
    """Orders in the transaction of a connection."""

    workspace_id: UUID
    _actor: Actor
    _credit: CreditDesk = attrs.field(repr=False)
    _telling: Telling = attrs.field(repr=False)
    _connection: RawConnection = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def make(self, new: NewOrder, *, may_override: bool = False) -> Order:
        """Make an order: take the stock, number it, write its lines and events. All or nothing.

        Of a source that was ordered already, and not cancelled since, the same order comes back, untouched.

        Raises:
            OutOfStockError: a batch has not enough.
            CreditExceededError: the customer may not owe that much.
            ConflictError: a claim is ordered already (`data["order_id"]`), or is won no more.
            InvalidInputError: no line, or a line that can't be ordered (`price_missing`).
        """
        raise NotImplementedError

    async def get(self, order_id: UUID) -> Order:
        """An order with its lines. Raises `NotFoundError`."""
        raise NotImplementedError

    async def of_source(self, kind: str, source_id: UUID) -> Order | None:
        """The order that a source has become, unless it was cancelled."""
        raise NotImplementedError
