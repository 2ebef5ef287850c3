"""Checking that the ledger, the holds, the orders and what shows have reserved add up. Reads only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.money import quantity_text
from dibs.stock.ledger import SUMS

if TYPE_CHECKING:
    from dibs.db import Database

PAGE = 500
COUNT = "SELECT count(*) FROM batches WHERE $1::uuid IS NULL OR workspace_id = $1"
# Each batch with what stands in the ledger, all as of one instant: a show may go on meanwhile.
_PAGE = f"""
WITH chosen AS (
    SELECT * FROM batches
    WHERE ($1::uuid IS NULL OR workspace_id = $1) AND ($2::uuid IS NULL OR (workspace_id, id) > ($2, $3))
    ORDER BY workspace_id, id LIMIT $4
)
SELECT b.workspace_id, b.id, b.on_hand, b.reserved, b.on_hold, b.in_carts, p.name || ' · ' || b.code AS name,
    m.on_hand AS moved_on_hand, m.reserved AS moved_reserved, m.on_hold AS moved_on_hold,
    h.held, i.drawn, s.sold, o.ordered
FROM chosen b
LEFT JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
CROSS JOIN LATERAL (
    SELECT {SUMS} FROM stock_movements m WHERE m.workspace_id = b.workspace_id AND m.batch_id = b.id
) m
CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantity), 0) AS held FROM stock_holds h
    WHERE h.workspace_id = b.workspace_id AND h.batch_id = b.id
) h
CROSS JOIN LATERAL (
    SELECT coalesce(sum(reserved), 0) AS drawn FROM items i
    WHERE i.workspace_id = b.workspace_id AND i.batch_id = b.id
) i
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE kind WHEN 'sold' THEN quantity ELSE -quantity END), 0) AS sold FROM stock_movements m
    WHERE m.workspace_id = b.workspace_id AND m.batch_id = b.id AND m.reference_kind = 'order'
        AND m.kind IN ('sold', 'returned')
) s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.quantity), 0) AS ordered FROM order_lines l
    JOIN orders o ON o.workspace_id = l.workspace_id AND o.id = l.order_id AND o.status <> 'cancelled'
    WHERE l.workspace_id = b.workspace_id AND l.batch_id = b.id
) o
ORDER BY b.workspace_id, b.id
"""


@attrs.frozen
class BatchReport:
    """What is wrong with a batch, in words; nothing if it adds up."""

    workspace_id: UUID
    batch_id: UUID
    name: str
    problems: tuple[str, ...]


async def count_batches(db: Database, workspace_id: UUID | None = None) -> int:
    """How many batches there are to check."""
    return int((await db.hot_fetch(COUNT, workspace_id))[0][0])


async def audit_stock(db: Database, workspace_id: UUID | None = None) -> AsyncIterator[BatchReport]:
    """Each batch of a workspace, or of all, with what is wrong with it."""
    last: tuple[UUID | None, UUID | None] = None, None
    while rows := await db.hot_fetch(_PAGE, workspace_id, *last, PAGE):
        for row in rows:
            yield BatchReport(UUID(str(row["workspace_id"])), UUID(str(row["id"])), row["name"] or "", _problems(row))
        last = rows[-1]["workspace_id"], rows[-1]["id"]


def _problems(row: Any) -> tuple[str, ...]:
    pairs = (
        ("on hand", row["on_hand"], "the movements make it", row["moved_on_hand"]),
        ("reserved", row["reserved"], "the movements make it", row["moved_reserved"]),
        ("on hold", row["on_hold"], "the movements make it", row["moved_on_hold"]),
        ("in carts", row["in_carts"], "the holds make it", row["held"]),
    )
    found = [
        f"{name} is {quantity_text(has)}, {words} {quantity_text(other)}"
        for name, has, words, other in pairs
        if has != other
    ]
    found += [f"{name} is below 0" for name, has, _, _ in pairs if has < 0]
    if row["reserved"] + row["on_hold"] + row["in_carts"] > row["on_hand"]:
        found.append("more is reserved, put aside and in carts than is on hand")
    if row["sold"] != row["ordered"]:
        sold, ordered = quantity_text(row["sold"]), quantity_text(row["ordered"])
        found.append(f"orders have {ordered} of it, the movements for them make it {sold}")
    if row["drawn"] > row["reserved"]:
        found.append(f"items hold {row['drawn']}, reserved is {quantity_text(row['reserved'])}")
    return tuple(found)
