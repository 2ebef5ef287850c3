"""How much more each customer may owe: limit, open orders, payments, and what is still in the cart."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="credit",
    title="Credit",
    summary="How much more each customer may owe: limit, open orders, payments, and what is still in the cart.",
    default=True,
)
