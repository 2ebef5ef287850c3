"""Private sessions: a cart that a host and one customer fill together, up to the order."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="live_shopping",
    title="Live shopping",
    summary="Private sessions: a cart that a host and one customer fill together, up to the order.",
    default=True,
)
