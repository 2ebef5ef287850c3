"""Prices by rule: from what a batch cost and the margin of customer, category or workspace."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="pricing",
    title="Pricing",
    summary="Prices by rule: from what a batch cost and the margin of customer, category or workspace.",
    default=True,
)
