"""Read a supplier's purchase order, check it, and receive its batches into stock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dibs import Attention, Job, NavigationEntry, PluginInfo, PurchaseOrder, UploadedFile, WorkspaceData, hookimpl

if TYPE_CHECKING:
    from quart import Blueprint

PLUGIN = PluginInfo(
    name="purchase_orders",
    title="Purchase orders",
    summary="Read a supplier's purchase order, check it, and receive its batches into stock.",
    default=True,
)
_WAITING = """
SELECT id, file_name, supplier FROM purchase_orders_orders WHERE workspace_id = $1 AND state = 'checking'
ORDER BY id DESC LIMIT 3
"""


@hookimpl
def read_purchase_order(file: UploadedFile) -> PurchaseOrder | None:
    """Lists as CSV or XLSX, and PDF with text in it."""
    if file.kind == "other":
        return None
    from dibs.files import read_table  # noqa: PLC0415 - only who reads needs it
    from dibs_purchase_orders.reading import read_order  # noqa: PLC0415

    return read_order(read_table(file))


@hookimpl
def jobs() -> Sequence[Job]:
    """The import."""
    from dibs_purchase_orders.importing import JOBS  # noqa: PLC0415 - only who runs jobs needs it

    return JOBS


@hookimpl
def navigation() -> Sequence[NavigationEntry]:
    """A page of its own."""
    return [
        NavigationEntry(
            "purchase_orders", "/purchase-orders", "Purchase orders", "selling", "catalogue:write", "purchases"
        )
    ]


@hookimpl
async def attention(data: WorkspaceData) -> Sequence[Attention]:
    """Orders that wait to be checked."""
    rows = await data.fetch(_WAITING)
    return [
        Attention(
            "%(num)s purchase order waits to be checked",
            "%(num)s purchase orders wait to be checked",
            1,
            row["supplier"] or row["file_name"],
            f"/purchase-orders/{row['id']}",
            needs="catalogue:write",
        )
        for row in rows
    ]


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The pages, and the API routes."""
    from dibs_purchase_orders import pages, routes  # noqa: PLC0415 - a command without a web server needs none

    return [pages.blueprint, routes.blueprint]
