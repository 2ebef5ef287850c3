"""The three kinds that come with Dibs. Their headers are promised: what comes later stands at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dibs.exports import ExportColumn, ExportKind, ShowReader

KINDS: Sequence[ExportKind] = (
    ExportKind("claims", "Claims", ShowReader.claims),
    ExportKind("buyers", "Buyers", ShowReader.buyers),
    ExportKind("comments", "Comments", ShowReader.comments),
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
}
