"""Making an order: a fixed number of statements, however many lines it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import orjson

from dibs.audit_log import Actor
from dibs.credit.desk import CreditDesk
from dibs.errors import InvalidInputError, NotFoundError
from dibs.ids import uuid7
from dibs.models.orders import NewOrder, Order
from dibs.money import money_text
from dibs.orders import checking, claims, sql, stocking, telling
from dibs.orders.claims import Party, WonClaim
from dibs.orders.reading import plain, read_order
from dibs.trading.telling import Telling
from dibs.workspace_settings.reading import load_settings

if TYPE_CHECKING:
    from dibs.db import RawConnection


@attrs.frozen
class Buying:
    """Who orders, and how the order is to name them."""

    party: Party
    name: str
    contact: str
    currency: str


@attrs.frozen(eq=False)
class Making:
    """One order on its way, in the caller's transaction.

    Locks: the source, then shows, items, batches in the order of their ids, the customer, the counter of numbers.
    """

    workspace_id: UUID
    connection: RawConnection
    actor: Actor
    credit: CreditDesk
    telling: Telling

    async def run(self, new: NewOrder, may_override: bool) -> Order:
        """See `OrderDesk.make`."""
        source = new.source
        await self.connection.execute(sql.LOCK_SOURCE, self.workspace_id, source.kind, source.id)
        known = await self.connection.fetchval(sql.OF_SOURCE, self.workspace_id, source.kind, source.id)
        if known is not None:
            return await read_order(self.connection, self.workspace_id, known)
        checking.check(new)
        buying = await self._buying(new)
        order_id = uuid7()
        won = await self._take(new, buying.party, order_id)
        reason = await self._afford(new, buying.party, may_override)
        await self._write(new, buying, order_id, reason)
        await self._write_lines(new, won, order_id)
        return await self._told(order_id, reason)

    async def _buying(self, new: NewOrder) -> Buying:
        row = await self.connection.fetchrow(sql.PARTY, self.workspace_id, new.buyer_id, new.customer_id)
        if row is None or (new.buyer_id is not None and row["person"] is None):
            raise NotFoundError("There is no such buyer.", buyer_id=str(new.buyer_id))
        if new.customer_id is not None and row["customer_id"] is None:
            raise NotFoundError("There is no such customer.", customer_id=str(new.customer_id))
        if row["person"] is None and row["customer_id"] is None:
            raise InvalidInputError("An order is of a customer or of a buyer.")
        party = Party(plain(row["person"]), plain(row["customer_id"]))
        currency = load_settings(orjson.loads(row["settings"])).currency
        return Buying(party, row["name"] or row["handle"] or "", row["contact"] or "", currency)

    async def _take(self, new: NewOrder, party: Party, order_id: UUID) -> dict[UUID, WonClaim]:
        connection, workspace_id = self.connection, self.workspace_id
        won = dict(await claims.lock_claims(connection, workspace_id, new, party))
        await claims.sell_items(connection, workspace_id, [(claim.item_id, claim.units) for claim in won.values()])
        await claims.mark(connection, workspace_id, won, order_id)
        await stocking.take(connection, workspace_id, new, won, order_id, self.actor)
        return won

    async def _afford(self, new: NewOrder, party: Party, may_override: bool) -> str | None:
        """Why it is ordered although the customer is over the limit, if that is so."""
        if party.customer_id is None:
            return None
        adding, ordering = checking.credit_amounts(new)
        standing = await self.credit.check(
            party.customer_id, adding, ordering=ordering, reason=new.credit_reason, may_override=may_override
        )
        return new.credit_reason if standing is not None and standing.state == "exceeded" else None

    async def _write(self, new: NewOrder, buying: Buying, order_id: UUID, reason: str | None) -> None:
        number = await self.connection.fetchval(sql.NUMBER, self.workspace_id)
        await self.connection.execute(
            sql.INSERT,
            self.workspace_id,
            order_id,
            number,
            new.origin,
            new.source.kind,
            new.source.id,
            buying.party.customer_id,
            buying.party.person,
            new.show_id,
            buying.name,
            buying.contact,
            buying.currency,
            checking.amount_of(new),
            new.note,
            self.actor.id,
            self.actor.name[:200],
            reason,
        )

    async def _write_lines(self, new: NewOrder, won: dict[UUID, WonClaim], order_id: UUID) -> None:
        rows = [_row(number, line, won) for number, line in enumerate(new.lines, start=1)]
        await self.connection.execute(
            sql.INSERT_LINES, self.workspace_id, order_id, *map(list, zip(*rows, strict=True))
        )

    async def _told(self, order_id: UUID, reason: str | None) -> Order:
        made = await read_order(self.connection, self.workspace_id, order_id)
        after: dict[str, Any] = {"number": made.number, "origin": made.origin, "total": money_text(made.total)}
        if reason is not None:
            after["credit_reason"] = reason
        await telling.note(self.connection, self.actor, "order.created", self.telling, made, None, after)
        telling.tell(self.telling, "order.created", made)
        return made


def _row(number: int, line: Any, won: dict[UUID, WonClaim]) -> tuple[Any, ...]:
    claim = won.get(line.claim_id)
    return (
        number,
        line.batch_id if claim is None else claim.batch_id,
        line.product_id,
        line.claim_id,
        None if claim is None else claim.item_id,
        line.name[:300],
        line.unit,
        line.quantity,
        checking.price_of(line),
        line.price_source,
        line.sample,
        checking.amount(line),
    )
