"""Reading orders and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dibs import EventContext, WorkspaceData
from dibs_purchase_orders.model import PurchaseLineView, PurchaseOrderView
from dibs_purchase_orders.rows import LINE, ORDER, UNSURE, line_view, order_view

_PAGE = f"""
SELECT {ORDER} FROM purchase_orders_orders o WHERE o.workspace_id = $1 AND ($2::uuid IS NULL OR o.id < $2)
    AND ($3::text IS NULL OR o.state = $3) ORDER BY o.id DESC LIMIT $4
"""
# The unsure first. Whether a line is one of them does not change while it is corrected: a page stays what it is.
_RANK = f"CASE WHEN {UNSURE} THEN 0 ELSE 1000000 END + l.line_no"
_LINES = f"""
SELECT {LINE} FROM purchase_orders_lines l WHERE l.workspace_id = $1 AND l.order_id = $2
    AND ($3::int IS NULL OR {_RANK} > $3) AND (NOT $4 OR ({UNSURE} AND l.state = 'open')) ORDER BY {_RANK} LIMIT $5
"""


async def list_orders(
    context: EventContext, cursor: UUID | None = None, state: str | None = None, limit: int = 50
) -> tuple[list[PurchaseOrderView], UUID | None]:
    """Orders, the newest first, and the cursor of the next page."""
    rows = await context.data.fetch(_PAGE, cursor, state, limit + 1)
    runs = await context.runs.find([row["run_id"] for row in rows])
    shown = [order_view(row, runs) for row in rows[:limit]]
    return shown, shown[-1].order_id if len(rows) > limit else None


async def list_lines(
    data: WorkspaceData,
    order_id: UUID,
    *,
    costs: bool,
    after: int | None = None,
    unsure: bool = False,
    limit: int = 100,
) -> tuple[Sequence[PurchaseLineView], int | None]:
    """The lines of an order, those to look at first, and the `after` of the next page."""
    rows = await data.fetch(_LINES, order_id, after, unsure, limit + 1)
    shown = [line_view(row, costs) for row in rows[:limit]]
    if len(rows) <= limit:
        return shown, None
    last = shown[-1]
    return shown, (0 if last.unsure else 1_000_000) + last.line_no
