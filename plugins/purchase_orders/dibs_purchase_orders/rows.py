"""Rows of orders and lines as staff see them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from dibs import Remark, RunView
from dibs_purchase_orders.model import SURE, PurchaseLineCounts, PurchaseLineView, PurchaseOrderView

UNSURE: Final = f"(l.confidence < {SURE} OR l.match = 'similar')"
LACKING: Final = f"""
(l.name = '' OR l.quantity IS NULL OR l.quantity = 0 OR l.unit_cost IS NULL OR l.match IS NULL
    OR (l.product_id IS NULL AND l.match <> 'new') OR ({UNSURE} AND NOT l.checked))
"""
COUNTS: Final = f"""
(SELECT json_build_object('lines', count(*),
    'unsure', count(*) FILTER (WHERE l.state = 'open' AND NOT l.skipped AND NOT l.checked AND {UNSURE}),
    'unready', count(*) FILTER (WHERE l.state = 'open' AND NOT l.skipped AND {LACKING}),
    'received', count(*) FILTER (WHERE l.state = 'received'), 'skipped', count(*) FILTER (WHERE l.skipped))
FROM purchase_orders_lines l WHERE l.workspace_id = o.workspace_id AND l.order_id = o.id) AS counts
"""
ORDER: Final = f"""
o.id, o.run_id, o.file_name, o.file_kind, o.supplier, o.number, o.ordered_on, o.received_on, o.state, o.remarks,
o.version, o.created_by_name, o.created_at, {COUNTS},
o.number <> '' AND EXISTS (SELECT 1 FROM purchase_orders_orders p WHERE p.workspace_id = o.workspace_id
    AND p.number = o.number AND p.supplier = o.supplier AND p.id <> o.id AND p.state = 'done') AS same_number
"""
LINE: Final = f"""
l.*, {UNSURE} AS unsure, (
    SELECT p.name FROM products p WHERE p.workspace_id = l.workspace_id AND p.id = l.product_id) AS product_name
"""
_ORDER_SAME = (
    "file_name", "file_kind", "supplier", "number", "ordered_on", "received_on", "state", "same_number", "version",
    "created_by_name", "created_at",
)  # fmt: skip
_LINE_SAME = (
    "line_no", "place", "code", "name", "category", "unit", "quantity", "confidence", "match", "match_confidence",
    "product_name", "checked", "skipped", "state", "unsure", "problem", "version",
)  # fmt: skip


def order_view(row: Mapping[str, Any], runs: Mapping[UUID, RunView]) -> PurchaseOrderView:
    """An order from its row."""
    return PurchaseOrderView(
        order_id=plain(row["id"]),
        **{name: row[name] for name in _ORDER_SAME},
        remarks=remarks_of(row["remarks"]),
        counts=PurchaseLineCounts(**decoded(row["counts"])),
        run=runs.get(plain(row["run_id"])),
    )


def line_view(row: Mapping[str, Any], costs: bool) -> PurchaseLineView:
    """A line from its row; `costs`: whether its unit cost is told."""
    return PurchaseLineView(
        **{name: row[name] for name in _LINE_SAME},
        cells=decoded(row["cells"]),
        remarks=remarks_of(row["remarks"]),
        unit_cost=row["unit_cost"] if costs else None,
        product_id=row["product_id"] and plain(row["product_id"]),
        batch_id=row["batch_id"] and plain(row["batch_id"]),
        lacks=lacks(row),
    )


def lacks(row: Mapping[str, Any]) -> list[str]:
    """What a line needs before it can be received."""
    if row["skipped"] or row["state"] == "received":
        return []
    found = {
        "name": not row["name"],
        "quantity": not row["quantity"],
        "unit_cost": row["unit_cost"] is None,
        "product": row["match"] is None or (row["product_id"] is None and row["match"] != "new"),
        "check": row["unsure"] and not row["checked"],
    }
    return [name for name, missing in found.items() if missing]


def remarks_of(value: Any) -> Sequence[Remark]:
    """Remarks from their column."""
    return [Remark(one["text"], one["values"]) for one in decoded(value)]


def remarks_text(remarks: Sequence[Remark]) -> str:
    """The column of remarks."""
    return json.dumps([{"text": one.text, "values": dict(one.values)} for one in remarks], default=str)


def decoded(value: Any) -> Any:
    """A JSON column, which comes as text."""
    return json.loads(value) if isinstance(value, str) else value


def plain(value: Any) -> UUID:
    """A standard UUID: the driver's own subclass is no JSON value."""
    return UUID(bytes=value.bytes)
