"""Facebook Live: Pages connected by Facebook Login, their broadcasts, comments and answers."""

from __future__ import annotations

from collections.abc import Sequence

from dibs import PluginInfo, hookimpl
from dibs.platforms import Platform, PlatformContext
from dibs_facebook.platform import FacebookPlatform
from dibs_facebook.settings import FacebookInstance, FacebookSettings

__all__ = ["PLUGIN", "FacebookPlatform", "platforms"]

PLUGIN = PluginInfo(
    name="facebook",
    title="Facebook",
    summary="Sell on Facebook Live: connect Pages, hear every comment, answer buyers.",
    default=True,
    settings=FacebookSettings,
    instance=FacebookInstance,
)


@hookimpl
def platforms(context: PlatformContext) -> Sequence[Platform]:
    """Facebook."""
    return [FacebookPlatform(context)]
