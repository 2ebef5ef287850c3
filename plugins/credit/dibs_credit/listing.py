"""Customers by how they stand, without what is still in their carts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import attrs

from dibs import Attention, CreditState, WorkspaceData
from dibs_credit.settings import CreditSettings
from dibs_credit.standing import state_of
from dibs_credit.sums import CREDITED, OPEN_ORDERS

MOST = 1000
ORDER: Sequence[CreditState] = ("exceeded", "approaching", "fine", "unlimited")
_BALANCES = f"""
SELECT c.id, c.name, c.credit_limit, ({OPEN_ORDERS}) - ({CREDITED}) AS balance
FROM customers c WHERE c.workspace_id = $1
"""
_ALL = f"""
SELECT * FROM ({_BALANCES}) b WHERE b.balance <> 0 OR b.credit_limit IS NOT NULL
ORDER BY b.balance > b.credit_limit DESC NULLS LAST, b.balance DESC, lower(b.name), b.id LIMIT {MOST}
"""
_ABOVE = f"SELECT count(*) AS n FROM ({_BALANCES}) b WHERE b.balance > b.credit_limit"
_OPEN = """
SELECT id, number, total, created_at FROM orders
WHERE workspace_id = $1 AND customer_id = $2 AND status = 'open' ORDER BY number LIMIT 200
"""


@attrs.frozen
class Account:
    """What a customer owes, next to the limit."""

    customer_id: UUID
    name: str
    state: CreditState
    limit: Decimal | None
    balance: Decimal


@attrs.frozen
class OpenOrder:
    """An order that is neither paid nor cancelled."""

    order_id: UUID
    number: int
    total: Decimal


async def accounts(data: WorkspaceData, settings: CreditSettings) -> list[Account]:
    """Customers who have a limit or owe something (or have something on account), those above their limit first."""
    found = [
        Account(
            UUID(bytes=row["id"].bytes),
            row["name"],
            state_of(row["credit_limit"], row["balance"], settings),
            row["credit_limit"],
            row["balance"],
        )
        for row in await data.fetch(_ALL)
    ]
    return sorted(found, key=lambda one: ORDER.index(one.state))


async def above_limit(data: WorkspaceData) -> Sequence[Attention]:
    """How many customers owe more than their limit."""
    count = (await data.fetch(_ABOVE))[0]["n"]
    one, many = "%(num)s customer owes more than the limit", "%(num)s customers owe more than their limit"
    return [Attention(one, many, count, "", "/credit")] if count else []


async def open_orders(data: WorkspaceData, customer_id: UUID) -> list[OpenOrder]:
    """The open orders of a customer, the oldest first."""
    rows = await data.fetch(_OPEN, customer_id)
    return [OpenOrder(UUID(bytes=row["id"].bytes), row["number"], row["total"]) for row in rows]
