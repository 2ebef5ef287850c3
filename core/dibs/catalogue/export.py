"""The catalogue as a list that the import takes back."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.models.cells import guard
from dibs.money import money_text, quantity_text

if TYPE_CHECKING:
    from dibs.db import Database

_COLUMNS = ("product", "category", "unit", "picture", "batch", "unit cost", "quantity", "received")
_COUNTERS = ("reserved", "on hold", "in carts")
_ROWS = """
SELECT p.name, p.category, p.unit, p.picture_url, b.code, b.unit_cost, b.on_hand, b.received_on, b.reserved, b.on_hold,
    b.in_carts
FROM products p LEFT JOIN batches b ON b.workspace_id = p.workspace_id AND b.product_id = p.id
WHERE p.workspace_id = $1 ORDER BY p.name_key, p.id, b.received_on, b.id
"""


async def catalogue_csv(db: Database, workspace_id: UUID, *, costs: bool) -> str:
    """A row for each batch, and one for each product that has none. Without `costs` their column is missing."""
    left_out = set() if costs else {"unit cost"}
    header = [name for name in (*_COLUMNS, *_COUNTERS) if name not in left_out]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in await db.plain_fetch(_ROWS, workspace_id):
        cells = dict(zip((*_COLUMNS, *_COUNTERS), _cells(row), strict=True))
        writer.writerow([cells[name] for name in header])
    return "\ufeff" + out.getvalue()


def _cells(row: Any) -> list[str]:
    texts = [guard(row[name] or "") for name in ("name", "category", "unit", "picture_url", "code")]
    if row["code"] is None:
        return [*texts, "", "", "", "", "", ""]
    cost = "" if row["unit_cost"] is None else money_text(row["unit_cost"])
    counters = [quantity_text(row[name]) for name in ("reserved", "on_hold", "in_carts")]
    return [*texts, cost, quantity_text(row["on_hand"]), row["received_on"].isoformat(), *counters]
