"""What the core itself knows of a customer's credit: the limit, and the sum of the open orders."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from dibs.errors import InvariantError, NotFoundError

if TYPE_CHECKING:
    from dibs.db import RawConnection

_OPEN = """
SELECT coalesce(sum(o.total), 0.00) AS open_orders FROM orders o
WHERE o.workspace_id = $1 AND o.customer_id = $2 AND o.status = 'open'
"""
_BOTH = f"SELECT c.credit_limit, ({_OPEN}) AS open_orders FROM customers c WHERE c.workspace_id = $1 AND c.id = $2"
# A statement of its own: one that waits for the lock goes on with what it saw before, without the order that was made
# meanwhile.
LOCK = "SELECT credit_limit FROM customers WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE"


async def limit_and_orders(
    connection: RawConnection, workspace_id: UUID, customer_id: UUID
) -> tuple[Decimal | None, Decimal]:
    """The limit, None if there is none, and what the open orders come to. Raises `NotFoundError`."""
    row = await connection.fetchrow(_BOTH, workspace_id, customer_id)
    if row is None:
        raise _no_customer(customer_id)
    return row["credit_limit"], row["open_orders"]


async def locked_limit_and_orders(
    connection: RawConnection, workspace_id: UUID, customer_id: UUID
) -> tuple[Decimal | None, Decimal]:
    """The same, with the customer locked until the end of the transaction.

    Raises:
        NotFoundError: the workspace has no such customer.
        InvariantError: there is no transaction that could hold the lock.
    """
    if not connection.is_in_transaction():
        raise InvariantError("Credit is checked in a transaction only.")
    row = await connection.fetchrow(LOCK, workspace_id, customer_id)
    if row is None:
        raise _no_customer(customer_id)
    return row["credit_limit"], await connection.fetchval(_OPEN, workspace_id, customer_id)


def _no_customer(customer_id: UUID) -> NotFoundError:
    return NotFoundError("There is no such customer.", customer_id=str(customer_id))
