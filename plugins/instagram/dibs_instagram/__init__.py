"""Instagram Live: professional accounts, their broadcasts, comments and answers."""

from __future__ import annotations

from collections.abc import Sequence

from dibs import PluginInfo, hookimpl
from dibs.platforms import Platform, PlatformContext
from dibs_instagram.platform import InstagramPlatform
from dibs_instagram.settings import InstagramInstance

PLUGIN = PluginInfo(
    name="instagram",
    title="Instagram",
    summary="Sell on Instagram Live: connect professional accounts, hear every comment, answer buyers.",
    default=True,
    instance=InstagramInstance,
)


@hookimpl
def platforms(context: PlatformContext) -> Sequence[Platform]:
    """The one adapter."""
    return [InstagramPlatform(context)]
