"""Instagram Live: professional accounts, their broadcasts, comments and answers."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="instagram",
    title="Instagram",
    summary="Sell on Instagram Live: connect professional accounts, hear every comment, answer buyers.",
    default=True,
)
