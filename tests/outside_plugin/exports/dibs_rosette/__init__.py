"""A packing list as an export of its own, and the amount of each claim beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from dibs import PluginInfo, hookimpl
from dibs.exports import ExportColumn, ExportKind, Row, ShowReader

PLUGIN = PluginInfo("rosette", "Rosette", "A packing list, and the amount of each claim.")


async def packing(reader: ShowReader) -> AsyncIterator[Row]:
    """What was won, one row for each claim."""
    async for claim in reader.claims():
        if claim["status"] == "winner":
            yield {**claim, "label": f"{claim['item_number']} for {claim['user_handle']}"}


def amount(row: Row) -> object:
    """What the claim comes to."""
    return None if row["price"] is None else row["price"] * row["quantity"]


@hookimpl
def export_kinds() -> Sequence[ExportKind]:
    """The packing list."""
    return [ExportKind("packing", "Packing list", packing, (ExportColumn("label"),))]


@hookimpl
def export_columns(kind: str) -> Sequence[ExportColumn]:
    """The amount, wherever there are claims."""
    return [ExportColumn("amount", "money", amount)] if kind in ("claims", "packing") else []
