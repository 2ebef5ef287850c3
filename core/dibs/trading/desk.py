"""The desk of one transaction: everything that a plugin may do with stock, prices, credit, orders and events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.catalogue.desk import CatalogueDesk
from dibs.credit.desk import CreditDesk
from dibs.ids import uuid7
from dibs.orders.desk import OrderDesk
from dibs.pricing.desk import PriceDesk
from dibs.stock import BatchStock, Movement, Reference, hold, lock_batches, record, release
from dibs.trading.telling import Telling

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import TransactionParts


@attrs.frozen(eq=False)
class TradingDesk:
    """What may be done in the transaction of a connection, by one actor.

    Locks are taken in one order: session, then batches in the order of their ids, then the customer; events last, which
    `tell` sees to.

    Attributes:
        actor: who does it, for the ledger and the audit log.
        prices, credit, orders: quoting, checking, ordering, in this transaction.
        catalogue: adding products and receiving batches.
    """

    workspace_id: UUID
    actor: Actor
    _connection: RawConnection = attrs.field(repr=False)
    _telling: Telling = attrs.field(repr=False)
    prices: PriceDesk
    credit: CreditDesk
    orders: OrderDesk
    catalogue: CatalogueDesk
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    @classmethod
    def at(
        cls,
        parts: TransactionParts,
        workspace_id: UUID,
        connection: RawConnection,
        actor: Actor,
        telling: Telling,
        begin: Callable[[], Awaitable[None]] | None = None,
    ) -> TradingDesk:
        """The desk of a connection's transaction; `begin` is awaited before anything is written."""
        prices = PriceDesk(workspace_id, connection, parts, begin)
        credit = CreditDesk(workspace_id, actor, connection, parts.ask, begin)
        orders = OrderDesk(workspace_id, actor, credit, telling, connection, begin)
        catalogue = CatalogueDesk(workspace_id, actor, connection, begin)
        return cls(workspace_id, actor, connection, telling, prices, credit, orders, catalogue, begin)

    async def lock_batches(self, batch_ids: Iterable[UUID]) -> Mapping[UUID, BatchStock]:
        """Lock batches, in the order of their ids; their counters. Raises `NotFoundError`."""
        await self._ready()
        return await lock_batches(self._connection, self.workspace_id, batch_ids)

    async def hold(self, batch_id: UUID, holder: Reference, quantity: Decimal) -> None:
        """Make what a holder holds of a batch exactly this; 0 gives it up. See `dibs.stock.hold`."""
        await self._ready()
        await hold(self._connection, self.workspace_id, batch_id, holder, quantity)

    async def release(self, holders: Sequence[Reference]) -> None:
        """Give up all that holders have, such as the lines of a session. See `dibs.stock.release`."""
        if holders:
            await self._ready()
            await release(self._connection, self.workspace_id, holders)

    async def record(self, movements: Sequence[Movement]) -> None:
        """Write movements of stock. See `dibs.stock.record`."""
        await self._ready()
        await record(self._connection, self.workspace_id, movements, self.actor)

    async def note(
        self,
        action: str,
        entity: str,
        entity_id: UUID,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Leave an entry in the audit log: `action` is `<entity>.<verb in the past tense>`."""
        await self._ready()
        await audit_log.record(
            self._connection,
            self.workspace_id,
            self.actor,
            action,
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
        )

    def tell(self, topic: str, kind: str, data: Mapping[str, Any]) -> None:
        """Have an event written at the end of the transaction, and rung after the commit.

        :param topic: `<word>:<id>`, such as `session:<id>`; not `show:`, which is the claim lane's alone.
        :param kind: such as `line.added`; `data` is its JSON-able payload.
        """
        self._telling.add(topic, kind, data)

    def tell_workspace(self, kind: str, data: Mapping[str, Any]) -> None:
        """The same in the topic of the whole workspace."""
        self._telling.add(f"workspace:{self.workspace_id}", kind, data)

    @staticmethod
    def new_id() -> UUID:
        """An id that sorts by time."""
        return uuid7()

    async def _ready(self) -> None:
        if self._begin is not None:
            await self._begin()
