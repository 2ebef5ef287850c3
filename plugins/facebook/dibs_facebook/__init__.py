"""Facebook Live: Pages connected by Facebook Login, their broadcasts, comments and answers."""

from __future__ import annotations

from dibs import PluginInfo

PLUGIN = PluginInfo(
    name="facebook",
    title="Facebook",
    summary="Sell on Facebook Live: connect Pages, hear every comment, answer buyers.",
    default=True,
)
