"""Orders from their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.errors import NotFoundError
from dibs.models.orders import Order, OrderLine
from dibs.orders import sql
from dibs.stock import Reference

if TYPE_CHECKING:
    from dibs.db import RawConnection

_SAME = (
    "number",
    "origin",
    "status",
    "name",
    "contact",
    "currency",
    "total",
    "note",
    "created_at",
    "paid_at",
    "cancelled_at",
    "cancel_reason",
    "version",
)
_SAME_LINE = ("line_no", "name", "unit", "quantity", "price", "price_source", "sample", "total", "unit_cost")


async def read_order(connection: RawConnection, workspace_id: UUID, order_id: UUID) -> Order:
    """An order with its lines. Raises `NotFoundError`."""
    row = await connection.fetchrow(sql.ONE, workspace_id, order_id)
    if row is None:
        raise NotFoundError("There is no such order.", order_id=str(order_id))
    return order_of(row, await connection.fetch(sql.LINES, workspace_id, order_id))


def order_of(row: Any, lines: Sequence[Any] = ()) -> Order:
    """An order from its row and those of its lines."""
    return Order(
        order_id=UUID(bytes=row["id"].bytes),
        source=Reference(row["source_kind"], UUID(bytes=row["source_id"].bytes)),
        created_by=row["created_by_name"],
        lines=tuple(_line(line) for line in lines),
        **{name: row[name] for name in _SAME},
        customer_id=plain(row["customer_id"]),
        buyer_id=plain(row["buyer_id"]),
        show_id=plain(row["show_id"]),
    )


def _line(row: Any) -> OrderLine:
    # The claim that a cancelled order had stays on record.
    claim = row["of_claim_id"]
    return OrderLine(
        batch_id=plain(row["batch_id"]),
        product_id=plain(row["product_id"]),
        claim_id=plain(claim),
        **{name: row[name] for name in _SAME_LINE},
    )


def plain(value: Any) -> UUID | None:
    """A standard UUID: the driver's own subclass is no JSON value."""
    return None if value is None else UUID(bytes=value.bytes)
