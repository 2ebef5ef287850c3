"""Finding orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs.db import Database
from dibs.errors import InvalidInputError, NotFoundError
from dibs.models.orders import Order, OrderStatus
from dibs.orders import sql
from dibs.orders.model import OrderFilter
from dibs.orders.reading import order_of

_PLACE = "SELECT number FROM orders WHERE workspace_id = $1 AND id = $2"
_PERSON = "o.buyer_id IN (SELECT id FROM buyers WHERE workspace_id = $1 AND (id = ${0} OR merged_into = ${0}))"
_EQUAL = {
    "status": "o.status = ${0}",
    "origin": "o.origin = ${0}",
    "customer_id": "o.customer_id = ${0}",
    "show_id": "o.show_id = ${0}",
    "buyer_id": _PERSON,
}
_LARGEST = 2**63 - 1


@attrs.frozen(eq=False)
class Orders:
    """The orders of each workspace; every method takes the workspace first."""

    db: Database

    async def page(self, workspace_id: UUID, wanted: OrderFilter) -> tuple[list[Order], UUID | None]:
        """Orders without their lines, the newest first, and the cursor of the next page."""
        before = None
        if wanted.cursor is not None:
            found = await self.db.plain_fetch(_PLACE, workspace_id, wanted.cursor)
            if not found:
                raise InvalidInputError("There is no such cursor: the page before was of something else.")
            before = found[0]["number"]
        text, args = _page(wanted, before)
        rows = await self.db.plain_fetch(text, workspace_id, *args)
        shown = [order_of(row) for row in rows[: wanted.limit]]
        return shown, shown[-1].order_id if len(rows) > wanted.limit else None

    async def sums(self, workspace_id: UUID, wanted: OrderFilter) -> dict[OrderStatus, tuple[int, Decimal]]:
        """How many orders of each status there are among those asked for, and what they come to."""
        conditions, args = _conditions(wanted, None)
        rows = await self.db.plain_fetch(f"{sql.SUMS}{conditions} GROUP BY o.status", workspace_id, *args)
        return {row["status"]: (row["count"], row["total"]) for row in rows}

    async def get(self, workspace_id: UUID, order_id: UUID, *, costs: bool) -> Order:
        """An order with its lines; with what they cost only if `costs`. Raises `NotFoundError`."""
        rows = await self.db.plain_fetch(sql.ONE, workspace_id, order_id)
        if not rows:
            raise NotFoundError("There is no such order.", order_id=str(order_id))
        order = order_of(rows[0], await self.db.plain_fetch(sql.LINES, workspace_id, order_id))
        return order if costs else without_costs(order)


def without_costs(order: Order) -> Order:
    """The order for those who must not know what things cost."""
    return attrs.evolve(order, lines=tuple(attrs.evolve(line, unit_cost=None) for line in order.lines))


def _page(wanted: OrderFilter, before: int | None) -> tuple[str, list[Any]]:
    """The statement of a page, and its arguments from $2 on."""
    conditions, args = _conditions(wanted, before)
    args.append(wanted.limit + 1)
    return f"{sql.ORDERS}{conditions} ORDER BY o.number DESC LIMIT ${len(args) + 1}", args


def _conditions(wanted: OrderFilter, before: int | None) -> tuple[str, list[Any]]:
    """What is asked for, as conditions, and their arguments from $2 on. What is not asked for is left out."""
    args: list[Any] = []
    conditions: list[str] = []

    def ask(condition: str, value: Any) -> None:
        args.append(value)
        conditions.append(condition.replace("{0}", str(len(args) + 1)))

    for name, condition in _EQUAL.items():
        if getattr(wanted, name) is not None:
            ask(condition, getattr(wanted, name))
    words = wanted.q.strip().lower().removeprefix("#")
    if words.isascii() and words.isdigit():
        ask("o.number = ${0}", min(int(words), _LARGEST))
    elif words:
        ask("strpos(lower(o.name), ${0}) > 0", words)
    if before is not None:
        ask("o.number < ${0}", before)
    return "".join(f" AND {one}" for one in conditions), args
