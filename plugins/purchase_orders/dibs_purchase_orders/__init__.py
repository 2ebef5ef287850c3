"""Read a supplier's purchase order, check it, and receive its batches into stock."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="purchase_orders",
    title="Purchase orders",
    summary="Read a supplier's purchase order, check it, and receive its batches into stock.",
    default=True,
)
