"""Customers by how they stand, without what is still in their carts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import Attention, CreditState, WorkspaceData
from dibs_credit.settings import CreditSettings
from dibs_credit.sums import CREDITED, OPEN_ORDERS

PAGE = 100
_NOTHING = Decimal("0.00")
ORDER: Sequence[CreditState] = ("exceeded", "approaching", "fine", "unlimited")
_BALANCES = f"""
SELECT c.id, c.name, c.credit_limit, ({OPEN_ORDERS}) - ({CREDITED}) AS balance
FROM customers c WHERE c.workspace_id = $1
"""
# The same states as `state_of` gives.
_STATES = f"""
SELECT *, CASE WHEN credit_limit IS NULL THEN 'unlimited' WHEN balance > credit_limit THEN 'exceeded'
    WHEN balance * 100 >= credit_limit * $2::int THEN 'approaching' ELSE 'fine' END AS state
FROM ({_BALANCES}) b WHERE balance <> 0 OR credit_limit IS NOT NULL
"""
_PAGE = f"""
SELECT * FROM ({_STATES}) s WHERE $3 = '' OR state = $3
ORDER BY array_position(ARRAY['exceeded', 'approaching', 'fine', 'unlimited'], state), balance DESC, lower(name), id
LIMIT {PAGE + 1} OFFSET $4
"""
_SUMS = f"""
SELECT state, count(*) AS customers, sum(greatest(balance, 0)) AS owed, sum(greatest(-balance, 0)) AS on_account
FROM ({_STATES}) s GROUP BY state
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


@attrs.frozen
class Books:
    """A page of customers, and the sums of all.

    Attributes:
        counts: how many customers stand in each state.
        owed, on_account: what customers owe in all, and what they have paid ahead.
        more: there is a page after this.
    """

    rows: list[Account]
    counts: dict[str, int]
    owed: Decimal
    on_account: Decimal
    more: bool


async def books(data: WorkspaceData, settings: CreditSettings, state: str, page: int) -> Books:
    """Customers with a limit, a debt, or money on account, those above their limit first.

    :param state: one of the states, or empty for all; `page` counts from 0.
    """
    percent = settings.approaching_percent
    sums = {row["state"]: row for row in await data.fetch(_SUMS, percent)}
    found = [_account(row) for row in await data.fetch(_PAGE, percent, state, page * PAGE)]
    return Books(
        found[:PAGE],
        {name: sums[name]["customers"] if name in sums else 0 for name in ORDER},
        sum((row["owed"] for row in sums.values()), _NOTHING),
        sum((row["on_account"] for row in sums.values()), _NOTHING),
        len(found) > PAGE,
    )


def _account(row: Mapping[str, Any]) -> Account:
    return Account(UUID(bytes=row["id"].bytes), row["name"], row["state"], row["credit_limit"], row["balance"])


async def above_limit(data: WorkspaceData) -> Sequence[Attention]:
    """How many customers owe more than their limit."""
    count = (await data.fetch(_ABOVE))[0]["n"]
    if not count:
        return []
    return [
        Attention(
            "%(num)s customer owes more than the limit", "%(num)s customers owe more than their limit", count, "",
            "/credit", needs="credit:read",
        )
    ]  # fmt: skip


async def open_orders(data: WorkspaceData, customer_id: UUID) -> list[OpenOrder]:
    """The open orders of a customer, the oldest first."""
    rows = await data.fetch(_OPEN, customer_id)
    return [OpenOrder(UUID(bytes=row["id"].bytes), row["number"], row["total"]) for row in rows]
