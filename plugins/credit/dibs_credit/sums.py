"""What the ledger comes to, summed by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from dibs import WorkspaceData

# What lowers the balance of a customer `c`. A payment for an order counts as long as the order does: the paid order
# takes it along, but for what was too much. Of a cancelled order it stays: money on account.
CREDITED = """
SELECT coalesce(sum(CASE WHEN o.status = 'paid' THEN greatest(s.amount - o.total, 0) ELSE s.amount END), 0.00)
FROM (
    SELECT e.order_id, sum(CASE e.kind WHEN 'payment' THEN e.amount ELSE -e.amount END) AS amount
    FROM credit_entries e WHERE e.workspace_id = c.workspace_id AND e.customer_id = c.id GROUP BY e.order_id
) s LEFT JOIN orders o ON o.workspace_id = c.workspace_id AND o.id = s.order_id
"""
OPEN_ORDERS = """
SELECT coalesce(sum(o.total), 0.00) FROM orders o
WHERE o.workspace_id = c.workspace_id AND o.customer_id = c.id AND o.status = 'open'
"""
_ONE = f"SELECT ({CREDITED}) AS credited FROM customers c WHERE c.workspace_id = $1 AND c.id = $2"
_LEFT = f"""
SELECT c.id, c.credit_limit - ({OPEN_ORDERS}) + ({CREDITED}) AS amount FROM customers c
WHERE c.workspace_id = $1 AND c.id = ANY($2::uuid[]) AND c.credit_limit IS NOT NULL
"""


async def credited(data: WorkspaceData, customer_id: UUID) -> Decimal:
    """What lowers the balance of a customer: payments that count, less adjustments."""
    rows = await data.fetch(_ONE, customer_id)
    return Decimal(rows[0]["credited"]) if rows else Decimal("0.00")


async def left_of(data: WorkspaceData, customer_ids: Sequence[UUID]) -> Mapping[UUID, Decimal]:
    """What customers may still owe, carts left out; those without a limit are not in it."""
    rows = await data.fetch(_LEFT, list(customer_ids))
    return {UUID(bytes=row["id"].bytes): row["amount"] for row in rows}
