"""The kinds that come with Dibs. Their headers are promised: what comes later stands at the right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from dibs.exports import ExportColumn, ExportKind, Reader, Row, ShowReader


def _orders(reader: Reader) -> AsyncIterator[Row]:
    return reader.orders()


def _order_lines(reader: Reader) -> AsyncIterator[Row]:
    return reader.order_lines()


KINDS: Sequence[ExportKind] = (
    ExportKind("claims", "Claims", ShowReader.claims),
    ExportKind("buyers", "Buyers", ShowReader.buyers),
    ExportKind("comments", "Comments", ShowReader.comments),
    ExportKind("orders", "Orders", _orders, places=("show", "workspace")),
    ExportKind("order_lines", "Order lines", _order_lines, places=("show", "workspace")),
)
COLUMNS: Mapping[str, Sequence[ExportColumn]] = {
    "claims": (
        ExportColumn("timestamp", "time"),
        ExportColumn("item_number"),
        ExportColumn("item_title"),
        ExportColumn("variant"),
        ExportColumn("user_handle"),
        ExportColumn("quantity", "integer"),
        ExportColumn("status"),
        ExportColumn("waitlist_position", "integer"),
    ),
    "buyers": (
        ExportColumn("user_handle"),
        ExportColumn("items_claimed", "integer"),
        ExportColumn("total_items", "integer"),
        ExportColumn("total_amount", "money"),
    ),
    "comments": (
        ExportColumn("timestamp", "time"),
        ExportColumn("user_handle"),
        ExportColumn("platform"),
        ExportColumn("text"),
        ExportColumn("verdict"),
        ExportColumn("reason"),
        ExportColumn("late", "boolean"),
    ),
    "orders": (
        ExportColumn("number", "integer"),
        ExportColumn("created_at", "time"),
        ExportColumn("origin"),
        ExportColumn("status"),
        ExportColumn("name"),
        ExportColumn("contact"),
        ExportColumn("show_title"),
        ExportColumn("line_count", "integer"),
        ExportColumn("total", "money"),
        ExportColumn("currency"),
        ExportColumn("paid_at", "time"),
        ExportColumn("cancelled_at", "time"),
        ExportColumn("note"),
    ),
    "order_lines": (
        ExportColumn("number", "integer"),
        ExportColumn("created_at", "time"),
        ExportColumn("status"),
        ExportColumn("name"),
        ExportColumn("line_no", "integer"),
        ExportColumn("item"),
        ExportColumn("batch_code"),
        ExportColumn("quantity", "quantity"),
        ExportColumn("unit"),
        ExportColumn("price", "money"),
        ExportColumn("price_source"),
        ExportColumn("sample", "boolean"),
        ExportColumn("total", "money"),
        ExportColumn("currency"),
    ),
}
